// SPDX-License-Identifier: GPL-2.0
/* Reads the guest's serial console and knows a kernel in trouble when it sees one. */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "console.h"
#include "proto.h"

/*
 * A line means trouble when, after printk's time stamp and caller, it begins with
 * @begin and has @then somewhere behind that. Anchoring keeps apart what only
 * mentions the words: the echoed command line ("Command line: ..."), faults of
 * user programs ("traps: ..."), and firmware complaints ("[Firmware Bug]: ...").
 */
static const struct pattern {
	enum console_kind kind;
	const char *begin;
	const char *then;	/* NULL: anything may follow */
} patterns[] = {
	/* panic(), also for "Fatal exception" after an oops and a killed init */
	{ CONSOLE_PANIC, "Kernel panic - not syncing", NULL },

	/* BUG(), with the file and line */
	{ CONSOLE_SPLAT, "kernel BUG at ", NULL },
	/* page faults, KASAN, KCSAN, KFENCE, sleeping in atomic, bad page state, locks */
	{ CONSOLE_SPLAT, "BUG: ", NULL },
	/* the same, below the name of an allocator cache: "BUG kmalloc-64 (Not tainted): " */
	{ CONSOLE_SPLAT, "BUG ", "ainted" },
	/* WARN() and WARN_ON(); lockdep's and RCU's reports begin so too */
	{ CONSOLE_SPLAT, "WARNING: ", NULL },
	/* lockdep of older kernels: "INFO: possible recursive locking detected" */
	{ CONSOLE_SPLAT, "INFO: possible ", "detected" },
	/* lockdep of older kernels */
	{ CONSOLE_SPLAT, "INFO: inconsistent lock state", NULL },
	/* RCU used without its lock, older kernels */
	{ CONSOLE_SPLAT, "INFO: suspicious RCU usage", NULL },
	/* lockdep cannot follow a lock: its key is not static */
	{ CONSOLE_SPLAT, "INFO: trying to register non-static key", NULL },
	/* the hung task detector */
	{ CONSOLE_SPLAT, "INFO: task ", "blocked for more than" },
	/* the hung task detector of newer kernels, an interruptible or exiting task */
	{ CONSOLE_SPLAT, "INFO: task ", "is blocked on" },
	/* RCU stalls, self-detected, of other CPUs and expedited */
	{ CONSOLE_SPLAT, "rcu: INFO: ", "stall" },
	/* the same before "rcu: " was put in front, and for tasks RCU */
	{ CONSOLE_SPLAT, "INFO: rcu_", "stall" },
	/* the grace period thread does not get to run */
	{ CONSOLE_SPLAT, "rcu: ", "kthread starved" },
	/* the soft lockup detector */
	{ CONSOLE_SPLAT, "watchdog: BUG: ", NULL },
	{ CONSOLE_SPLAT, "NMI watchdog: BUG: ", NULL },
	/* the hard lockup detector */
	{ CONSOLE_SPLAT, "watchdog: ", "hard LOCKUP" },
	{ CONSOLE_SPLAT, "NMI watchdog: ", "hard LOCKUP" },
	/* die(): the line that carries the oops counter, "Oops: 0002 [#1] SMP" */
	{ CONSOLE_SPLAT, "Oops: ", NULL },
	{ CONSOLE_SPLAT, "Internal error: ", NULL },
	{ CONSOLE_SPLAT, "Unable to handle kernel ", NULL },
	{ CONSOLE_SPLAT, "general protection fault", NULL },
	{ CONSOLE_SPLAT, "invalid opcode: ", "[#" },
	{ CONSOLE_SPLAT, "stack segment: ", "[#" },
	{ CONSOLE_SPLAT, "divide error: ", "[#" },
	{ CONSOLE_SPLAT, "double fault: ", "[#" },
	{ CONSOLE_SPLAT, "int3: ", "[#" },
	{ CONSOLE_SPLAT, "traps: PANIC: double fault", NULL },
	/* undefined behaviour: overflow, out of bounds, misalignment */
	{ CONSOLE_SPLAT, "UBSAN: ", NULL },
	/* CONFIG_DEBUG_LIST */
	{ CONSOLE_SPLAT, "list_add corruption", NULL },
	{ CONSOLE_SPLAT, "list_add double add", NULL },
	{ CONSOLE_SPLAT, "list_del corruption", NULL },
	/* CONFIG_DEBUG_OBJECTS and reference counters, when not below a WARNING line */
	{ CONSOLE_SPLAT, "ODEBUG: ", NULL },
	{ CONSOLE_SPLAT, "refcount_t: ", NULL },
	/* the leak detector found something; it also says when it starts and stops */
	{ CONSOLE_SPLAT, "kmemleak: ", "new suspected memory leak" },

	/* the lab's own init */
	{ CONSOLE_INIT_FAILED, LAB_INIT_FAILED, NULL },
};

/* Behind "[    1.234567] " and, with CONFIG_PRINTK_CALLER, "[    T1] ". */
static const char *skip_printk_prefix(const char *line)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		const char *p = line;

		if (*p != '[')
			break;
		p++;
		p += strspn(p, " ");
		if (i == 1 && (*p == 'T' || *p == 'C'))
			p++;
		if (!isdigit((unsigned char)*p))
			break;
		p += strspn(p, i ? "0123456789" : "0123456789.");
		if (*p != ']')
			break;
		line = p + 1;
		line += strspn(line, " ");
	}
	return line;
}

enum console_kind console_classify(const char *line)
{
	const struct pattern *p;
	size_t n;

	line = skip_printk_prefix(line);
	for (p = patterns; p < patterns + sizeof(patterns) / sizeof(patterns[0]); p++) {
		n = strlen(p->begin);
		if (strncmp(line, p->begin, n))
			continue;
		if (!p->then || strstr(line + n, p->then))
			return p->kind;
	}
	return CONSOLE_PLAIN;
}

void console_init(struct console *c, int log)
{
	memset(c, 0, sizeof(*c));
	c->log = log;
}

void console_ignore(struct console *c, const char *text)
{
	c->ignored[c->ignored_texts++] = text;
}

static bool is_ignored(const struct console *c, const char *line)
{
	unsigned int i;

	for (i = 0; i < c->ignored_texts; i++)
		if (strstr(line, c->ignored[i]))
			return true;
	return false;
}

static void lines_add(struct console_lines *l, const char *line)
{
	strcpy(l->line[l->next], line);
	l->next = (l->next + 1) % CONSOLE_TAIL;
	if (l->count < CONSOLE_TAIL)
		l->count++;
}

static void line_done(struct console *c)
{
	c->line[c->len] = '\0';
	c->len = 0;

	switch (console_classify(c->line)) {
	case CONSOLE_PLAIN:
		break;
	case CONSOLE_SPLAT:
		if (is_ignored(c, c->line))
			c->ignored_splats++;
		else if (!c->splats++)
			strcpy(c->splat, c->line);
		break;
	case CONSOLE_PANIC:
		if (!c->panic[0])
			strcpy(c->panic, c->line);
		break;
	case CONSOLE_INIT_FAILED:
		if (!c->init_failed[0])
			strcpy(c->init_failed, strstr(c->line, LAB_INIT_FAILED) +
			       strlen(LAB_INIT_FAILED));
		break;
	}

	lines_add(&c->tail, c->line);
	if (c->splats && c->report.count < CONSOLE_TAIL)
		lines_add(&c->report, c->line);
}

int console_feed(struct console *c, const char *data, size_t len)
{
	size_t i, done = 0;

	for (i = 0; i < len; i++) {
		char b = data[i];

		if (b == '\n') {
			line_done(c);
			continue;
		}
		if (b == '\r' || !b)
			continue;
		if (c->len < CONSOLE_LINE - 1)
			c->line[c->len++] = b;
	}

	while (c->log >= 0 && done < len) {
		ssize_t n = write(c->log, data + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		done += n;
	}
	return 0;
}

void console_end(struct console *c)
{
	if (c->len)
		line_done(c);
}

void console_print(const struct console_lines *lines, FILE *to, const char *newline)
{
	unsigned int first = lines->count < CONSOLE_TAIL ? 0 : lines->next;
	unsigned int i;
	const char *p;

	for (i = 0; i < lines->count; i++) {
		fputs("  | ", to);
		for (p = lines->line[(first + i) % CONSOLE_TAIL]; *p; p++)
			fputc((unsigned char)*p < ' ' && *p != '\t' ? '?' :
			      (unsigned char)*p >= 0x7f ? '?' : *p, to);
		fputs(newline, to);
	}
}
