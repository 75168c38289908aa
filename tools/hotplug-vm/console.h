/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_VM_CONSOLE_H
#define HOTPLUG_VM_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define CONSOLE_LINE	512	/* longer lines are cut */
#define CONSOLE_TAIL	40	/* lines kept to show */
#define CONSOLE_IGNORED	8	/* texts of splats that do not count */

enum console_kind {
	CONSOLE_PLAIN,
	CONSOLE_SPLAT,		/* the kernel complained about itself */
	CONSOLE_PANIC,		/* the kernel gave up */
	CONSOLE_INIT_FAILED,	/* the guest's init could not set the guest up */
};

/* What one line of the serial console means; of a kernel in trouble, as splat.h knows it. */
enum console_kind console_classify(const char *line);

/* The last lines that came, or the first that came since a point in time. */
struct console_lines {
	char line[CONSOLE_TAIL][CONSOLE_LINE];
	unsigned int next;	/* where the next line goes */
	unsigned int count;
};

/* The reader of a serial console: bounded, whatever the guest sends. */
struct console {
	int log;			/* raw copy goes here, or -1 */
	char line[CONSOLE_LINE];	/* being assembled */
	size_t len;
	const char *ignored[CONSOLE_IGNORED];
	unsigned int ignored_texts;
	unsigned int ignored_splats;	/* lines that have one of those */
	unsigned int splats;
	char splat[CONSOLE_LINE];	/* the first one, "" when there was none */
	char panic[CONSOLE_LINE];
	char init_failed[CONSOLE_LINE];
	struct console_lines tail;	/* the last lines */
	struct console_lines report;	/* the lines from the first splat on */
};

/* @log: a file descriptor for the raw log, or -1. It stays the caller's. */
void console_init(struct console *c, int log);

/*
 * Lines of splats that contain @text do not count. Up to CONSOLE_IGNORED texts; they
 * stay the caller's.
 */
void console_ignore(struct console *c, const char *text);

/*
 * Take @len bytes that came from the console.
 * Returns 0, or a negative errno when the log could not be written.
 */
int console_feed(struct console *c, const char *data, size_t len);

/* The console ended: an unfinished last line counts too. */
void console_end(struct console *c);

/* Print the kept lines, made harmless for a terminal, each ended with @newline. */
void console_print(const struct console_lines *lines, FILE *to, const char *newline);

#endif
