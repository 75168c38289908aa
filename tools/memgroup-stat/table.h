/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables as data: which columns there are, what each means, and how its value is
 * taken from what was read. Text, JSON, --output and --help all work from here;
 * they know nothing of files.
 */
#ifndef MEMGROUP_STAT_TABLE_H
#define MEMGROUP_STAT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "fault.h"
#include "records.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof(*(array)))

enum value_kind {
	VALUE_NONE,		/* "-", null */
	VALUE_ABSENT,		/* the same, but no member in JSON */
	VALUE_NUMBER,
	VALUE_BYTES,
	VALUE_DURATION,		/* nanoseconds */
	VALUE_PERCENT,		/* whole percent */
	VALUE_TENTHS,		/* tenths of a percent; in JSON percent */
	VALUE_INFINITE,
	VALUE_BOOL,		/* yes or no */
	VALUE_SPAN,		/* number to last: 7 or 0-15 */
	VALUE_ADDRESSES,	/* the same, of bytes in memory */
	VALUE_TEXT,		/* as it came: escaped for where it goes */
};

struct value {
	enum value_kind kind;
	uint64_t number;
	uint64_t last;
	const char *text;	/* lives as long as the data */
};

struct column {
	const char *name;	/* NULL: only in JSON */
	const char *key;	/* the member in JSON, or NULL: none */
	const char *help;
	bool right;		/* aligned to the right */
	struct value (*get)(const void *data, size_t row);
};

struct table {
	const char *name;	/* for messages and --help */
	const struct column *columns;
	size_t nr_columns;
	size_t (*rows)(const void *data);
	const char *list;	/* columns shown without --output */
};

/* The values; text of NULL, and numbers that are not set, are VALUE_NONE. */
struct value value_none(void);
struct value value_number(uint64_t number);
struct value value_opt_number(struct opt_u64 number);
struct value value_bytes(uint64_t bytes);
struct value value_opt_bytes(struct opt_u64 bytes);
struct value value_duration(uint64_t ns);
struct value value_text(const char *text);
struct value value_bool(bool yes);

/* The column with that name, in any case, or NULL. */
const struct column *table_column(const struct table *table, const char *name);

/* A table's columns, in order; each may be there more than once. */
#define MAX_SELECTED 64

struct selection {
	const struct column *column[MAX_SELECTED];
	size_t nr;
};

/*
 * Parses a list of column names separated by commas, in any case; NULL stands for
 * those that the table shows by itself. A list whose first name has a + or - changes
 * those instead: +COL adds one, -COL takes one away. Returns 0, or -EINVAL with @fault
 * set.
 */
int selection_parse(struct selection *selection, const struct table *table,
		    const char *list, struct fault *fault);
bool selection_has(const struct selection *selection, const char *name);

struct table_options {
	bool bytes;		/* sizes in bytes instead of 1.5G */
	bool noheadings;
	bool raw;		/* single spaces, what is special as \xHH */
};

/*
 * The text of a cell, safe for a terminal in the current locale but with @options.raw;
 * to be freed. NULL without memory.
 */
char *table_cell(const struct value *value, const struct table_options *options);

/*
 * Prints @table with the columns @selection, or with its own ones if that is NULL, in
 * the characters of the current locale. Returns 0 or a negative errno value with
 * @fault set.
 */
int table_print(FILE *out, const struct table *table, const void *data,
		const struct selection *selection,
		const struct table_options *options, struct fault *fault);

/* The columns and what they mean, for --help. */
void table_print_help(FILE *out, const struct table *table);

#endif /* MEMGROUP_STAT_TABLE_H */
