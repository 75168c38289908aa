/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The record files of the kernel's debugfs view: a first line of column names,
 * then one record a line, fields separated by single spaces, strings escaped as
 * seq_escape() does, "-" for none. Columns are found by name, so that a kernel
 * may add and reorder them.
 *
 * Every error names file, line and cause. The parser allocates nothing: it cuts
 * the caller's text into fields in place.
 */
#ifndef MEMGROUP_RECORDS_H
#define MEMGROUP_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"

#define RECORDS_MAX_COLUMNS 64

/* A number that may be missing ("-"). */
struct opt_u64 {
	bool set;
	uint64_t value;	/* 0 if not set */
};

struct records {
	const char *file;	/* for messages */
	struct fault *fault;
	char *next, *end;
	size_t line;		/* of the current record; the header is 1 */
	unsigned int nr_columns;
	char *column[RECORDS_MAX_COLUMNS];
	char *field[RECORDS_MAX_COLUMNS];
};

/*
 * Starts on @text of @len bytes, text[len] being NUL, and parses the header. The
 * text is overwritten; it, @file and @fault stay the caller's and must live as
 * long as the parser is used. All functions below report through @fault.
 * Returns 0 or -EINVAL.
 */
int records_start(struct records *r, const char *file, char *text, size_t len,
		  struct fault *fault);

/* The index of the column @name, or -EINVAL if the header has no such one. */
int records_column(struct records *r, const char *name);

/* Goes to the next record: 1, 0 after the last one, or -EINVAL. */
int records_next(struct records *r);

/* Skips all records that follow but the last @count, unread; faster than reading them. */
void records_skip(struct records *r, size_t count);

/*
 * The current record's field in @column, which records_column() gave. The
 * numbers are decimal digits; a "-" is an error but for the _opt functions.
 * A string is unescaped in place and belongs to the text; asking for a field
 * as a string twice would unescape it twice. NULL is none. Return 0 or -EINVAL.
 */
int records_u64(struct records *r, int column, uint64_t *value);
int records_opt_u64(struct records *r, int column, struct opt_u64 *value);
int records_string(struct records *r, int column, char **value);

/* Stores "file: line N: …" in the fault; returns -@err. */
int records_fault(struct records *r, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* MEMGROUP_RECORDS_H */
