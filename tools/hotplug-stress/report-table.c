// SPDX-License-Identifier: GPL-2.0
#include "report-model.h"

#include <errno.h>
#include <inttypes.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "units.h"

/* The longest text of a cell: 2^64 and a unit, or the share of it. */
#define NUMBER_MAX 32

struct column {
	const char *heading;
	bool right;
};

static const struct column counts_columns[] = {
	{ "POLICY", false }, { "DEVICE", false }, { "OPERATION", false },
	{ "TIMES", true }, { "OK", true }, { "ASKED", true }, { "DONE", true },
	{ "RETRIES", true },
};

static const struct column latency_columns[] = {
	{ "POLICY", false }, { "DEVICE", false }, { "OPERATION", false },
	{ "P50", true }, { "P90", true }, { "P99", true }, { "P99.9", true },
	{ "MAX", true },
};

static const struct column failure_columns[] = {
	{ "POLICY", false }, { "DEVICE", false }, { "OPERATION", false },
	{ "TIMES", true }, { "ERROR", false }, { "BLOCKED-BY", false },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void format_bytes(uint64_t bytes, bool exact, char text[static NUMBER_MAX])
{
	if (exact)
		snprintf(text, NUMBER_MAX, "%" PRIu64, bytes);
	else
		units_format_size(bytes, text);
}

/* Rounded down: what is not all of it is never 100 %. */
static void format_share(uint64_t part, uint64_t whole, char text[static NUMBER_MAX])
{
	uint64_t tenths;

	if (!whole) {
		strcpy(text, "-");
		return;
	}
	tenths = (uint64_t)((long double)part * 1000 / (long double)whole);
	if (tenths % 10)
		snprintf(text, NUMBER_MAX, "%" PRIu64 ".%" PRIu64 "%%", tenths / 10,
			 tenths % 10);
	else
		snprintf(text, NUMBER_MAX, "%" PRIu64 "%%", tenths / 10);
}

/* Three digits at least: more than the histogram knows. */
static void format_duration(uint64_t ns, char text[static NUMBER_MAX])
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	double value = (double)ns;
	size_t i = 0;

	while (i + 1 < COUNT(units) && value >= 999.5) {
		value /= 1000;
		i++;
	}
	snprintf(text, NUMBER_MAX, "%.*f%s",
		 i == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2, value, units[i]);
}

static struct libscols_table *new_table(FILE *out, const struct column *columns,
					size_t nr, bool noheadings)
{
	struct libscols_table *table = scols_new_table();
	size_t i;

	if (!table)
		return NULL;
	scols_table_set_stream(table, out);
	/* The same output on a terminal and in a pipe: nothing is cut. */
	scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
	/* The cells are escaped already. */
	scols_table_enable_noencoding(table, 1);
	scols_table_enable_noheadings(table, noheadings);
	for (i = 0; i < nr; i++) {
		if (!scols_table_new_column(table, columns[i].heading, 0,
					    columns[i].right ? SCOLS_FL_RIGHT : 0)) {
			scols_unref_table(table);
			return NULL;
		}
	}
	return table;
}

/* @text may come from a file. */
static int set_text(struct libscols_line *line, size_t column, const char *text)
{
	char *safe = escape_terminal(text, escape_locale_is_utf8());

	/* The line frees it. */
	if (!safe || scols_line_refer_data(line, column, safe))
		return -ENOMEM;
	return 0;
}

/* A new line with the three columns that say which operations. */
static struct libscols_line *new_line(struct libscols_table *table,
				      const struct cell *cell)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);

	if (!line || set_text(line, 0, cell->policy) ||
	    set_text(line, 1, device_kind_name(cell->device)) ||
	    set_text(line, 2, cell_operation(cell)))
		return NULL;
	return line;
}

static int add_counts(struct libscols_table *table, const struct cell *cell, bool exact)
{
	struct libscols_line *line = new_line(table, cell);
	char times[NUMBER_MAX], ok[NUMBER_MAX], asked[NUMBER_MAX], done[NUMBER_MAX];
	char retries[NUMBER_MAX];

	if (!line)
		return -ENOMEM;
	snprintf(times, sizeof(times), "%" PRIu64, cell->latency.total);
	format_share(cell->succeeded, cell->latency.total, ok);
	format_bytes(cell->asked_bytes, exact, asked);
	format_bytes(cell->done_bytes, exact, done);
	snprintf(retries, sizeof(retries), "%" PRIu64, cell->retries);
	return set_text(line, 3, times) ?: set_text(line, 4, ok) ?:
	       set_text(line, 5, asked) ?: set_text(line, 6, done) ?:
	       set_text(line, 7, retries);
}

static int add_latency(struct libscols_table *table, const struct cell *cell,
		       bool exact)
{
	struct libscols_line *line = new_line(table, cell);
	char text[NUMBER_MAX];
	size_t i;

	(void)exact;
	if (!line)
		return -ENOMEM;
	for (i = 0; i < NR_QUANTILES; i++) {
		format_duration(histogram_quantile(&cell->latency,
						   quantiles[i].thousandths), text);
		if (set_text(line, 3 + i, text))
			return -ENOMEM;
	}
	return 0;
}

static int add_failures(struct libscols_table *table, const struct cell *cell,
			bool exact)
{
	size_t i;

	(void)exact;
	for (i = 0; i < cell->nr_failures; i++) {
		const struct failure *failure = &cell->failures[i];
		struct libscols_line *line = new_line(table, cell);
		char times[NUMBER_MAX], name[ERROR_NAME_MAX];

		if (!line)
			return -ENOMEM;
		snprintf(times, sizeof(times), "%" PRIu64, failure->times);
		if (set_text(line, 3, times) ||
		    set_text(line, 4, failure->error ? error_name(failure->error, name) : "-") ||
		    set_text(line, 5, *failure->blocker ? failure->blocker : "-"))
			return -ENOMEM;
	}
	return 0;
}

/* Of all cells, what @add has to say of each. */
static int write_table(FILE *out, const struct report *report,
		       const struct column *columns, size_t nr,
		       int (*add)(struct libscols_table *table,
				  const struct cell *cell, bool exact),
		       const struct report_format *format)
{
	struct libscols_table *table = new_table(out, columns, nr, format->noheadings);
	int err = table ? 0 : -ENOMEM;
	size_t i;

	for (i = 0; !err && i < report->nr_cells; i++)
		err = add(table, report->cells[i], format->bytes);
	if (!err && !scols_table_is_empty(table)) {
		fputc('\n', out);
		err = scols_print_table(table);
	}
	scols_unref_table(table);
	return err;
}

static int write_run(FILE *out, const struct report_header *header)
{
	char *kernel = escape_terminal(header->kernel, escape_locale_is_utf8());
	char *policy = escape_terminal(header->policy, escape_locale_is_utf8());
	char *pattern = escape_terminal(header->pattern, escape_locale_is_utf8());
	int err = kernel && policy && pattern ? 0 : -ENOMEM;
	char duration[NUMBER_MAX];

	format_duration(header->duration_ns, duration);
	if (!err && header->runs > 1)
		fprintf(out, "Runs:       %" PRIu64 ", pattern %s, %s in all", header->runs,
			pattern, duration);
	else if (!err)
		fprintf(out, "Run:        pattern %s, seed %" PRIu64 ", %s", pattern,
			header->seed, duration);
	if (!err)
		fprintf(out, "%s\nKernel:     %s, %s\n",
			header->interrupted ? ", interrupted" : "", kernel, policy);
	free(kernel);
	free(policy);
	free(pattern);
	return err;
}

static void write_checked(FILE *out, const struct report_header *header,
			  uint64_t operations)
{
	if (header->unchecked_operations == operations && !header->violation) {
		fputs("Checked:    nothing\n", out);
		return;
	}
	fprintf(out, "Checked:    %" PRIu64 " decisions, %s", header->decisions_checked,
		header->violation ? "VIOLATION FOUND" : "no violation");
	if (header->unchecked_operations)
		fprintf(out, "; not after %" PRIu64 " operations", header->unchecked_operations);
	fputc('\n', out);
}

static void write_summary(FILE *out, const struct report *report,
			  const struct report_header *header, bool exact)
{
	char share[NUMBER_MAX], asked[NUMBER_MAX], back[NUMBER_MAX], grown[NUMBER_MAX];
	char back_share[NUMBER_MAX], headroom[NUMBER_MAX], dose[NUMBER_MAX], held[NUMBER_MAX];
	struct report_sums sums;

	report_sums(report, &sums);
	format_share(sums.succeeded, sums.operations, share);
	format_share(sums.came_back_bytes, sums.asked_back_bytes, back_share);
	format_bytes(sums.asked_back_bytes, exact, asked);
	format_bytes(sums.came_back_bytes, exact, back);
	format_bytes(sums.grown_bytes, exact, grown);
	format_bytes(header->kernel_headroom_bytes, exact, headroom);
	format_bytes(header->trouble.asked_bytes, exact, dose);
	format_bytes(header->trouble.held_bytes, exact, held);
	fprintf(out, "Operations: %" PRIu64 ", %" PRIu64 " succeeded (%s)\n", sums.operations,
		sums.succeeded, share);
	fprintf(out, "Memory:     %s came, %s asked back, %s came back (%s)\n", grown, asked,
		back, back_share);
	write_checked(out, header, sums.operations);
	fprintf(out, "Trouble:    %" PRIu64 " OOM kills, %" PRIu64
		" failed allocations of the load, %" PRIu64 " stalls;\n"
		"            least free kernel memory %s; the load held %s of %s\n",
		header->trouble.oom_kills, header->trouble.failed_allocations,
		header->trouble.alloc_stalls, headroom, held, dose);
}

int report_write_table(FILE *out, const struct report *report,
		       const struct report_header *header,
		       const struct report_format *format, struct fault *fault)
{
	int err = write_run(out, header);

	if (err)
		return fault_nomem(fault);
	write_summary(out, report, header, format->bytes);
	err = write_table(out, report, counts_columns, COUNT(counts_columns),
			  add_counts, format) ?:
	      write_table(out, report, latency_columns, COUNT(latency_columns),
			  add_latency, format) ?:
	      write_table(out, report, failure_columns, COUNT(failure_columns),
			  add_failures, format);
	return err ? fault_nomem(fault) : 0;
}
