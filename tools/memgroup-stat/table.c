// SPDX-License-Identifier: GPL-2.0
#include "table.h"

#include <errno.h>
#include <inttypes.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <wchar.h>

#include "escape.h"
#include "units.h"

struct value value_none(void)
{
	return (struct value){ .kind = VALUE_NONE };
}

struct value value_number(uint64_t number)
{
	return (struct value){ .kind = VALUE_NUMBER, .number = number };
}

struct value value_opt_number(struct opt_u64 number)
{
	return number.set ? value_number(number.value) : value_none();
}

struct value value_bytes(uint64_t bytes)
{
	return (struct value){ .kind = VALUE_BYTES, .number = bytes };
}

struct value value_opt_bytes(struct opt_u64 bytes)
{
	return bytes.set ? value_bytes(bytes.value) : value_none();
}

struct value value_duration(uint64_t ns)
{
	return (struct value){ .kind = VALUE_DURATION, .number = ns };
}

struct value value_text(const char *text)
{
	return (struct value){ .kind = text ? VALUE_TEXT : VALUE_NONE, .text = text };
}

struct value value_bool(bool yes)
{
	return (struct value){ .kind = VALUE_BOOL, .number = yes };
}

static const struct column *find_column(const struct table *table, const char *name,
					size_t len)
{
	size_t i;

	for (i = 0; i < table->nr_columns; i++)
		if (table->columns[i].name && strlen(table->columns[i].name) == len &&
		    !strncasecmp(table->columns[i].name, name, len))
			return &table->columns[i];
	return NULL;
}

const struct column *table_column(const struct table *table, const char *name)
{
	return find_column(table, name, strlen(name));
}

/* Takes every column of that kind away; returns how many there were. */
static size_t take_away(struct selection *selection, const struct column *column)
{
	size_t i, kept = 0, before = selection->nr;

	for (i = 0; i < before; i++)
		if (selection->column[i] != column)
			selection->column[kept++] = selection->column[i];
	selection->nr = kept;
	return before - kept;
}

/* One name of the list, of @len characters, perhaps with a sign before it. */
static int select_column(struct selection *selection, const struct table *table,
			 const char *name, size_t len, bool signs,
			 struct fault *fault)
{
	const bool away = signs && *name == '-';
	const struct column *column;

	if (signs && (*name == '+' || *name == '-')) {
		name++;
		len--;
	}
	column = find_column(table, name, len);
	if (!len)
		return fault_set(fault, EINVAL, "an empty column name");
	if (!column)
		return fault_set(fault, EINVAL, "%s has no column %.*s",
				 table->name, len < 60 ? (int)len : 60, name);
	if (away)
		return take_away(selection, column) ? 0 :
			fault_set(fault, EINVAL, "the column %s is not there to be taken away",
				  column->name);
	if (selection->nr == MAX_SELECTED)
		return fault_set(fault, EINVAL, "more than %d columns", MAX_SELECTED);
	selection->column[selection->nr++] = column;
	return 0;
}

int selection_parse(struct selection *selection, const struct table *table,
		    const char *list, struct fault *fault)
{
	const bool signs = list && (*list == '+' || *list == '-');
	int err;

	selection->nr = 0;
	if (signs) {
		err = selection_parse(selection, table, NULL, fault);
		if (err)
			return err;
	}
	if (!list)
		list = table->list;
	for (;;) {
		size_t len = strcspn(list, ",");

		err = select_column(selection, table, list, len, signs, fault);
		if (err)
			return err;
		if (!list[len])
			break;
		list += len + 1;
	}
	if (!selection->nr)
		return fault_set(fault, EINVAL, "no column is left");
	return 0;
}

bool selection_has(const struct selection *selection, const char *name)
{
	size_t i;

	for (i = 0; i < selection->nr; i++)
		if (!strcmp(selection->column[i]->name, name))
			return true;
	return false;
}

char *table_cell(const struct value *value, const struct table_options *options)
{
	char size[UNITS_SIZE_MAX], duration[UNITS_TIME_MAX], *text = NULL;
	int n = 0;

	switch (value->kind) {
	case VALUE_NONE:
	case VALUE_ABSENT:
		return strdup("-");
	case VALUE_INFINITE:
		return strdup("inf");
	case VALUE_BOOL:
		return strdup(value->number ? "yes" : "no");
	case VALUE_TEXT:
		/* libsmartcols escapes raw output itself. */
		if (options->raw)
			return strdup(value->text);
		/*
		 * It measures the text in the locale, and loops for ever on what is
		 * no character there.
		 */
		return escape_terminal(value->text, escape_locale_is_utf8());
	case VALUE_DURATION:
		units_format_time(value->number, duration);
		return strdup(duration);
	case VALUE_BYTES:
		if (!options->bytes) {
			units_format_size(value->number, size);
			return strdup(size);
		}
		/* fall through */
	case VALUE_NUMBER:
		n = asprintf(&text, "%" PRIu64, value->number);
		break;
	case VALUE_PERCENT:
		n = asprintf(&text, "%" PRIu64 "%%", value->number);
		break;
	case VALUE_TENTHS:
		n = asprintf(&text, "%" PRIu64 ".%u%%", value->number / 10,
			     (unsigned int)(value->number % 10));
		break;
	case VALUE_SPAN:
		n = value->number == value->last ?
			asprintf(&text, "%" PRIu64, value->number) :
			asprintf(&text, "%" PRIu64 "-%" PRIu64, value->number,
				 value->last);
		break;
	case VALUE_ADDRESSES:
		n = asprintf(&text, "0x%012" PRIx64 "-0x%012" PRIx64, value->number,
			     value->last);
		break;
	}
	return n < 0 ? NULL : text;
}

/* How many columns of a terminal the text takes. */
static size_t width_of(const char *text)
{
	wchar_t wide[256];
	size_t len = mbstowcs(wide, text, ARRAY_SIZE(wide));
	int width;

	/* Escaped for this locale, it is text there; of a long one any bound is good. */
	if (len == (size_t)-1 || len == ARRAY_SIZE(wide))
		return strlen(text);
	width = wcswidth(wide, len);
	return width < 0 ? len : (size_t)width;
}

/* The cells of one row, to be freed; -ENOMEM leaves none. */
static int format_row(const struct selection *selection, const void *data, size_t row,
		      const struct table_options *options, char **cells)
{
	size_t i;

	for (i = 0; i < selection->nr; i++) {
		const struct value value = selection->column[i]->get(data, row);

		cells[i] = table_cell(&value, options);
		if (!cells[i]) {
			while (i--)
				free(cells[i]);
			return -ENOMEM;
		}
	}
	return 0;
}

/* A table of many rows is printed in pieces, which must not differ in their columns. */
static int find_widths(const struct table *table, const void *data,
		       const struct selection *selection,
		       const struct table_options *options, size_t *widths)
{
	const size_t rows = table->rows(data);
	char *cells[MAX_SELECTED];
	size_t row, i;

	for (i = 0; i < selection->nr; i++)
		widths[i] = strlen(selection->column[i]->name);
	for (row = 0; row < rows; row++) {
		if (format_row(selection, data, row, options, cells))
			return -ENOMEM;
		for (i = 0; i < selection->nr; i++) {
			const size_t width = width_of(cells[i]);

			if (width > widths[i])
				widths[i] = width;
			free(cells[i]);
		}
	}
	return 0;
}

static int add_line(struct libscols_table *piece, const struct selection *selection,
		    const void *data, size_t row, const struct table_options *options)
{
	struct libscols_line *line = scols_table_new_line(piece, NULL);
	char *cells[MAX_SELECTED];
	size_t i;
	int err;

	if (!line)
		return -ENOMEM;
	err = format_row(selection, data, row, options, cells);
	if (err)
		return err;
	/* The line frees them. */
	for (i = 0; i < selection->nr; i++)
		if (scols_line_refer_data(line, i, cells[i])) {
			free(cells[i]);
			err = -ENOMEM;
		}
	return err;
}

static int start_piece(struct libscols_table *piece, FILE *out,
		       const struct selection *selection, const size_t *widths,
		       const struct table_options *options)
{
	size_t i;

	scols_table_set_stream(piece, out);
	/* The same output on a terminal and in a pipe: nothing is cut. */
	scols_table_set_termforce(piece, SCOLS_TERMFORCE_NEVER);
	/* The cells are escaped already, but those of raw output. */
	scols_table_enable_noencoding(piece, !options->raw);
	scols_table_enable_raw(piece, options->raw);
	scols_table_enable_noheadings(piece, options->noheadings);
	for (i = 0; i < selection->nr; i++) {
		const struct column *column = selection->column[i];
		/* The last one is not filled up. */
		const double hint = i + 1 < selection->nr || column->right ?
				    (double)widths[i] : 0;

		if (!scols_table_new_column(piece, column->name, hint,
					    column->right ? SCOLS_FL_RIGHT : 0))
			return -ENOMEM;
	}
	return 0;
}

/* Some rows at a time: a hundred thousand would take a hundred megabytes. */
#define PIECE 512

static int print_pieces(FILE *out, const struct table *table, const void *data,
			const struct selection *selection,
			const struct table_options *options, const size_t *widths)
{
	const size_t rows = table->rows(data);
	struct table_options rest = *options;
	size_t row = 0;
	int err = 0;

	while (row < rows && !err) {
		struct libscols_table *piece = scols_new_table();
		const size_t end = rows - row > PIECE ? row + PIECE : rows;

		if (!piece)
			return -ENOMEM;
		err = start_piece(piece, out, selection, widths, &rest);
		for (; row < end && !err; row++)
			err = add_line(piece, selection, data, row, options);
		if (!err)
			err = scols_print_table(piece);
		scols_unref_table(piece);
		rest.noheadings = true;
	}
	return err;
}

int table_print(FILE *out, const struct table *table, const void *data,
		const struct selection *selection,
		const struct table_options *options, struct fault *fault)
{
	size_t widths[MAX_SELECTED] = { 0 };
	struct selection own;
	int err = 0;

	if (!selection) {
		err = selection_parse(&own, table, NULL, fault);
		if (err)
			return err;
		selection = &own;
	}
	/* One piece finds its widths itself. */
	if (table->rows(data) > PIECE && !options->raw)
		err = find_widths(table, data, selection, options, widths);
	if (!err)
		err = print_pieces(out, table, data, selection, options, widths);
	return err ? fault_nomem(fault) : 0;
}

void table_print_help(FILE *out, const struct table *table)
{
	size_t i;

	fprintf(out, "\nColumns of %s:\n", table->name);
	for (i = 0; i < table->nr_columns; i++)
		if (table->columns[i].name)
			fprintf(out, "  %-16s %s\n", table->columns[i].name,
				table->columns[i].help);
}
