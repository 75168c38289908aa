/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests share: small files, the records of debugfs, and putting back what a
 * test changed.
 */
#ifndef SELFTESTS_MEMGROUP_LIB_H
#define SELFTESTS_MEMGROUP_LIB_H

#include <stdbool.h>
#include <stddef.h>

#include "../kselftest.h"

#define PARAMETERS	"/sys/module/memory_hotplug/parameters/"
#define GROUPS		"/sys/kernel/debug/memory_groups/"
#define MEMORY		"/sys/devices/system/memory/"
#define INJECT		"/sys/kernel/debug/notifier-error-inject/memory/actions/"

/* Enough for a block that can go offline, also in an emulated machine. */
#define OFFLINE_SECONDS	20

/* The reason to skip, where find_block() finds none. */
#define NO_BLOCK	"no hotplugged MOVABLE block can go offline"

/*
 * Starts a program. Without root, or on a kernel that lacks the files that every test
 * here needs, it ends right here: skipped, with the reason. The plan comes next; what
 * kselftest.h counts, it counts for each source file.
 */
void begin(void);

/* The whole file, to be freed; or NULL, with errno set. */
char *read_all(const char *path);

/* Its first line, without the end; "" if it cannot be read. */
const char *read_line(const char *path, char *line, size_t size);

/* With one write(). Returns 0 or a negative errno value, the kernel's answer. */
int write_text(const char *path, const char *text);

/*
 * What a file says now is written back at the end of the program, also when a signal
 * ends it. Last noted, first restored.
 */
void restore_later(const char *path);

/* The same with a text of one's own. */
void write_later(const char *path, const char *text);

/*
 * Called at the end of the program, before all else is restored, also when a signal ends
 * it: it may only call what a signal handler may call.
 */
void call_later(void (*function)(void));

/* The records of a file: column names, then a record a line. */
struct records {
	char *text;
	char **lines;		/* lines[0]: the names */
	size_t count;		/* without that one */
};

/* Returns 0 or a negative errno value. Free with records_free(). */
int records_read(const char *path, struct records *records);
void records_free(struct records *records);

/*
 * Copies the field of a column, by name, of record @record, from 0. Returns false if
 * there is no such column or field.
 */
bool field(const struct records *records, size_t record, const char *column,
	   char *value, size_t size);

/* The same as a number; "-" is 0. Ends the program if it is none. */
unsigned long long number_of(const struct records *records, size_t record, const char *column);

/* A number that "policy" has under this name; ends the program if there is none. */
unsigned long long policy_number(const char *name);

/*
 * Takes a block offline. Returns 0 or a negative errno value: -EINTR after @seconds,
 * -EBUSY if the kernel gave up, both with the block online as before.
 */
int offline(unsigned long long block, unsigned int seconds);

/*
 * Finds an online block of a hotplugged device, in ZONE_MOVABLE, that really can go
 * offline, and lets it go back there at the end, from wherever it then is. Returns
 * false if there is none; ends the program if one does not come online again.
 */
bool find_block(unsigned long long *block);

/* A file of a memory block. */
const char *block_file(unsigned long long block, const char *name);

#endif /* SELFTESTS_MEMGROUP_LIB_H */
