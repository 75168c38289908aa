// SPDX-License-Identifier: GPL-2.0
#include "records.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "units.h"

/* How much of a bad field a message shows. */
#define SHOWN 40

int records_fault(struct records *r, int err, const char *format, ...)
{
	char cause[512];
	va_list args;

	va_start(args, format);
	vsnprintf(cause, sizeof(cause), format, args);
	va_end(args);
	return fault_set(r->fault, err, "%s: line %zu: %s", r->file, r->line,
			 cause);
}

/*
 * Takes the next line and cuts it into at most RECORDS_MAX_COLUMNS fields, none
 * of them empty. Returns how many, or -EINVAL.
 */
static int cut_line(struct records *r, char **fields)
{
	char *newline, *s = r->next;
	int n = 0;

	r->line++;
	newline = memchr(s, '\n', (size_t)(r->end - s));
	if (memchr(s, '\0', (size_t)((newline ? newline : r->end) - s)))
		return records_fault(r, EINVAL, "a NUL byte");
	if (!newline)
		return records_fault(r, EINVAL, "truncated: no end of line");
	*newline = '\0';
	r->next = newline + 1;

	for (;;) {
		char *space = strchr(s, ' ');

		if (space)
			*space = '\0';
		if (!*s)
			return records_fault(r, EINVAL, n || space ?
					     "an empty field" : "an empty line");
		if (n == RECORDS_MAX_COLUMNS)
			return records_fault(r, EINVAL, "more than %d fields",
					     RECORDS_MAX_COLUMNS);
		fields[n++] = s;
		if (!space)
			return n;
		s = space + 1;
	}
}

int records_start(struct records *r, const char *file, char *text, size_t len,
		  struct fault *fault)
{
	unsigned int i, j;
	int n;

	*r = (struct records){
		.file = file,
		.fault = fault,
		.next = text,
		.end = text + len,
	};
	if (!len)
		return fault_set(fault, EINVAL, "%s: empty, without a line of column names",
				 file);
	n = cut_line(r, r->column);
	if (n < 0)
		return n;
	r->nr_columns = (unsigned int)n;
	for (i = 0; i < r->nr_columns; i++) {
		const char *c;

		for (c = r->column[i]; *c; c++)
			if (*c < '!' || *c > '~')
				return records_fault(r, EINVAL, "not a line of column names");
		for (j = 0; j < i; j++)
			if (!strcmp(r->column[i], r->column[j]))
				return records_fault(r, EINVAL, "column %.*s twice",
						     SHOWN, r->column[i]);
	}
	return 0;
}

int records_column(struct records *r, const char *name)
{
	unsigned int i;

	for (i = 0; i < r->nr_columns; i++)
		if (!strcmp(r->column[i], name))
			return (int)i;
	return fault_set(r->fault, EINVAL, "%s: line 1: no column %s", r->file,
			 name);
}

int records_next(struct records *r)
{
	int n;

	if (r->next == r->end)
		return 0;
	n = cut_line(r, r->field);
	if (n < 0)
		return n;
	if ((unsigned int)n != r->nr_columns)
		return records_fault(r, EINVAL, "%d fields instead of %u", n,
				     r->nr_columns);
	return 1;
}

void records_skip(struct records *r, size_t count)
{
	const char *start = r->end, *line;
	char *next;

	/* From the end back to the newline before the first line wanted. */
	while (start > r->next && count) {
		line = memrchr(r->next, '\n', (size_t)(start - 1 - r->next));
		start = line ? line + 1 : r->next;
		count--;
	}
	while (r->next < start) {
		next = memchr(r->next, '\n', (size_t)(r->end - r->next));
		r->next = next + 1;
		r->line++;
	}
}

int records_u64(struct records *r, int column, uint64_t *value)
{
	const char *field = r->field[column];
	int err = units_parse_decimal(field, value);

	if (!err)
		return 0;
	return records_fault(r, EINVAL, "%s: %.*s%s: %s", r->column[column],
			     SHOWN, field, strlen(field) > SHOWN ? "..." : "",
			     err == -ERANGE ? "does not fit into 64 bits" :
			     "not a number");
}

int records_opt_u64(struct records *r, int column, struct opt_u64 *value)
{
	*value = (struct opt_u64){ 0 };
	if (!strcmp(r->field[column], "-"))
		return 0;
	value->set = true;
	return records_u64(r, column, &value->value);
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

int records_string(struct records *r, int column, char **value)
{
	char *in = r->field[column], *out = in;

	*value = NULL;
	if (!strcmp(in, "-"))
		return 0;
	*value = in;
	while (*in) {
		int c;

		if (*in != '\\') {
			*out++ = *in++;
			continue;
		}
		if (!is_octal(in[1]) || !is_octal(in[2]) || !is_octal(in[3]))
			return records_fault(r, EINVAL, "%s: a backslash without three octal digits",
					     r->column[column]);
		c = (in[1] - '0') << 6 | (in[2] - '0') << 3 | (in[3] - '0');
		if (c == 0 || c > 0xff)
			return records_fault(r, EINVAL, "%s: \\%.3s is no character",
					     r->column[column], in + 1);
		*out++ = (char)c;
		in += 4;
	}
	*out = '\0';
	return 0;
}
