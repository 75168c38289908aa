// SPDX-License-Identifier: GPL-2.0
#include "report-model.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Causes of an operation that are told apart. */
#define CAUSES_MAX 256
#define SEVERAL "several"

const struct quantile quantiles[NR_QUANTILES] = {
	{ "p50", "P50", 500 },
	{ "p90", "P90", 900 },
	{ "p99", "P99", 990 },
	{ "p99.9", "P99.9", 999 },
	{ "max", "MAX", 1000 },
};

#define TROUBLE(member) { #member, offsetof(struct pressure_trouble, member) }

const struct trouble_count trouble_counts[NR_TROUBLE_COUNTS] = {
	TROUBLE(oom_kills), TROUBLE(load_kills), TROUBLE(failed_allocations),
	TROUBLE(alloc_stalls), TROUBLE(compact_stalls), TROUBLE(migrate_fails),
	TROUBLE(asked_bytes), TROUBLE(held_bytes), TROUBLE(renewed_bytes),
};

_Static_assert(sizeof(struct pressure_trouble) == NR_TROUBLE_COUNTS * sizeof(uint64_t),
	       "trouble_counts lacks a member of struct pressure_trouble");

uint64_t *trouble_value(struct pressure_trouble *trouble, size_t i)
{
	return (uint64_t *)((char *)trouble + trouble_counts[i].offset);
}

struct report *report_new(void)
{
	return calloc(1, sizeof(struct report));
}

static void free_cells(struct report *report)
{
	size_t i;

	for (i = 0; i < report->nr_cells; i++) {
		free(report->cells[i]->failures);
		free(report->cells[i]);
	}
	free(report->cells);
}

void report_free(struct report *report)
{
	if (!report)
		return;
	free_cells(report);
	free(report);
}

static int compare(const struct cell *a, const struct cell *b)
{
	if (a->device != b->device)
		return a->device < b->device ? -1 : 1;
	if (a->op != b->op)
		return a->op < b->op ? -1 : 1;
	if (a->grows != b->grows)
		return a->grows ? -1 : 1;
	return strcmp(a->policy, b->policy);
}

static struct cell *insert(struct report *report, size_t at, const struct cell *key)
{
	struct cell *cell = calloc(1, sizeof(*cell));
	struct cell **cells;

	if (!cell)
		return NULL;
	cells = reallocarray(report->cells, report->nr_cells + 1, sizeof(struct cell *));
	if (!cells) {
		free(cell);
		return NULL;
	}
	memcpy(cell->policy, key->policy, sizeof(cell->policy));
	cell->device = key->device;
	cell->op = key->op;
	cell->grows = key->grows;
	memmove(cells + at + 1, cells + at, (report->nr_cells - at) * sizeof(*cells));
	cells[at] = cell;
	report->cells = cells;
	report->nr_cells++;
	return cell;
}

struct cell *report_cell(struct report *report, const char *policy,
			 enum device_kind device, enum op_kind op, bool grows)
{
	struct cell key = { .device = device, .op = op, .grows = grows };
	size_t i;

	strncpy(key.policy, policy, sizeof(key.policy) - 1);
	for (i = 0; i < report->nr_cells; i++) {
		int order = compare(report->cells[i], &key);

		if (order == 0)
			return report->cells[i];
		if (order > 0)
			break;
	}
	return insert(report, i, &key);
}

static struct failure *find_failure(const struct cell *cell, int error,
				    const char *blocker)
{
	size_t i;

	for (i = 0; i < cell->nr_failures; i++)
		if (cell->failures[i].error == error &&
		    strcmp(cell->failures[i].blocker, blocker) == 0)
			return &cell->failures[i];
	return NULL;
}

int cell_add_failure(struct cell *cell, int error, const char *blocker,
		     uint64_t times)
{
	struct failure *failure = find_failure(cell, error, blocker);

	if (!failure && cell->nr_failures >= CAUSES_MAX) {
		blocker = "other";
		failure = find_failure(cell, error, blocker);
	}
	if (!failure) {
		failure = reallocarray(cell->failures, cell->nr_failures + 1,
				       sizeof(*failure));
		if (!failure)
			return -ENOMEM;
		cell->failures = failure;
		failure += cell->nr_failures++;
		memset(failure, 0, sizeof(*failure));
		failure->error = error;
		strncpy(failure->blocker, blocker, sizeof(failure->blocker) - 1);
	}
	if (__builtin_add_overflow(failure->times, times, &failure->times))
		return -EOVERFLOW;
	return 0;
}

/* Each number of @text becomes #, and what is not ASCII, which JSON may not hold, ?. */
static void generalize(const char *text, char *result, size_t size)
{
	size_t n = 0;

	for (; *text && n + 1 < size; text++) {
		if (*text < ' ' || *text > '~')
			result[n++] = '?';
		else if (*text < '0' || *text > '9')
			result[n++] = *text;
		else if (!n || result[n - 1] != '#')
			result[n++] = '#';
	}
	result[n] = '\0';
}

/* What is added at once, so that it is all of it or nothing. */
struct counts {
	uint64_t succeeded, asked_bytes, done_bytes, retries;
};

static bool add_counts(struct cell *cell, const struct counts *more)
{
	struct counts sum;

	if (__builtin_add_overflow(cell->succeeded, more->succeeded, &sum.succeeded) ||
	    __builtin_add_overflow(cell->asked_bytes, more->asked_bytes, &sum.asked_bytes) ||
	    __builtin_add_overflow(cell->done_bytes, more->done_bytes, &sum.done_bytes) ||
	    __builtin_add_overflow(cell->retries, more->retries, &sum.retries))
		return false;
	cell->succeeded = sum.succeeded;
	cell->asked_bytes = sum.asked_bytes;
	cell->done_bytes = sum.done_bytes;
	cell->retries = sum.retries;
	return true;
}

static int add_fault(struct fault *fault, int err)
{
	if (err == -EOVERFLOW)
		return fault_set(fault, EOVERFLOW,
				 "the sums of the report are beyond 64 bits");
	return err ? fault_nomem(fault) : 0;
}

int report_add(struct report *report, const char *policy, enum device_kind device,
	       enum op_kind op, const struct outcome *outcome, struct fault *fault)
{
	struct counts counts = { !outcome->error, outcome->asked_bytes,
				 outcome->done_bytes, outcome->retries };
	struct cell *cell = report_cell(report, policy, device, op, outcome->grows);
	char blocker[sizeof(outcome->blocker)];
	int err = 0;

	if (!cell)
		return fault_nomem(fault);
	if (cell->latency.total == UINT64_MAX || !add_counts(cell, &counts))
		return add_fault(fault, -EOVERFLOW);
	generalize(outcome->blocker, blocker, sizeof(blocker));
	if (outcome->error || *blocker)
		err = cell_add_failure(cell, outcome->error, blocker, 1);
	if (!err)
		histogram_add(&cell->latency, outcome->duration_ns, 1);
	return add_fault(fault, err);
}

static int merge_cell(struct cell *cell, const struct cell *more)
{
	struct counts counts = { more->succeeded, more->asked_bytes,
				 more->done_bytes, more->retries };
	int err = 0;
	size_t i;

	if (!add_counts(cell, &counts) || !histogram_merge(&cell->latency, &more->latency))
		return -EOVERFLOW;
	for (i = 0; !err && i < more->nr_failures; i++)
		err = cell_add_failure(cell, more->failures[i].error,
				       more->failures[i].blocker,
				       more->failures[i].times);
	return err;
}

static int add_all(struct report *report, const struct report *more)
{
	int err = 0;
	size_t i;

	for (i = 0; !err && i < more->nr_cells; i++) {
		const struct cell *from = more->cells[i];
		struct cell *cell = report_cell(report, from->policy, from->device,
						from->op, from->grows);

		err = cell ? merge_cell(cell, from) : -ENOMEM;
	}
	return err;
}

int report_merge(struct report *report, const struct report *more)
{
	struct report sum = { 0 }, old;
	int err = add_all(&sum, report) ?: add_all(&sum, more);

	old = err ? sum : *report;
	if (!err)
		*report = sum;
	free_cells(&old);
	return err;
}

/* What is true of all runs, or the word for that there is no such thing. */
static void same_text(char *sum, const char *more, size_t size)
{
	if (strcmp(sum, more) != 0)
		strncpy(sum, SEVERAL, size - 1);
}

static bool add_trouble(struct pressure_trouble *sum, struct pressure_trouble more)
{
	size_t i;

	for (i = 0; i < NR_TROUBLE_COUNTS; i++)
		if (__builtin_add_overflow(*trouble_value(sum, i), *trouble_value(&more, i),
					   trouble_value(sum, i)))
			return false;
	return true;
}

int report_header_add(struct report_header *sum, const struct report_header *more)
{
	struct report_header result = *sum;

	if (!sum->runs) {
		*sum = *more;
		return 0;
	}
	if (__builtin_add_overflow(result.runs, more->runs, &result.runs) ||
	    __builtin_add_overflow(result.duration_ns, more->duration_ns,
				   &result.duration_ns) ||
	    __builtin_add_overflow(result.decisions_checked, more->decisions_checked,
				   &result.decisions_checked) ||
	    __builtin_add_overflow(result.unchecked_operations, more->unchecked_operations,
				   &result.unchecked_operations) ||
	    !add_trouble(&result.trouble, more->trouble))
		return -EOVERFLOW;
	same_text(result.kernel, more->kernel, sizeof(result.kernel));
	same_text(result.policy, more->policy, sizeof(result.policy));
	same_text(result.pattern, more->pattern, sizeof(result.pattern));
	if (result.seed != more->seed)
		result.seed = 0;
	result.violation |= more->violation;
	result.interrupted |= more->interrupted;
	if (more->kernel_headroom_bytes < result.kernel_headroom_bytes)
		result.kernel_headroom_bytes = more->kernel_headroom_bytes;
	*sum = result;
	return 0;
}

/* Never beyond 64 bits: sums over cells that each fit may not. */
static void saturating_add(uint64_t *sum, uint64_t more)
{
	if (__builtin_add_overflow(*sum, more, sum))
		*sum = UINT64_MAX;
}

void report_sums(const struct report *report, struct report_sums *sums)
{
	size_t i;

	memset(sums, 0, sizeof(*sums));
	for (i = 0; i < report->nr_cells; i++) {
		const struct cell *cell = report->cells[i];

		saturating_add(&sums->operations, cell->latency.total);
		saturating_add(&sums->succeeded, cell->succeeded);
		if (cell->grows) {
			saturating_add(&sums->grown_bytes, cell->done_bytes);
			continue;
		}
		saturating_add(&sums->asked_back_bytes, cell->asked_bytes);
		saturating_add(&sums->came_back_bytes, cell->done_bytes);
	}
}

const char *cell_operation(const struct cell *cell)
{
	if (cell->op == OP_RESIZE)
		return cell->grows ? "resize-up" : "resize-down";
	return op_kind_name(cell->op);
}

const char *error_name(int error, char text[static ERROR_NAME_MAX])
{
	const char *name = strerrorname_np(error);

	if (name)
		return name;
	snprintf(text, ERROR_NAME_MAX, "errno %d", error);
	return text;
}

int report_write(FILE *out, const struct report *report,
		 const struct report_header *header,
		 const struct report_format *format, struct fault *fault)
{
	return format->json ? report_write_json(out, report, header, fault) :
			      report_write_table(out, report, header, format, fault);
}
