// SPDX-License-Identifier: GPL-2.0
#include "report-model.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>

#include "escape.h"

/*
 * Puts the member @name into @object, which takes @value over. @value may be
 * NULL for want of memory; then this fails, as it does if adding fails.
 */
static int put(struct json_object *object, const char *name,
	       struct json_object *value)
{
	if (!value)
		return -ENOMEM;
	if (json_object_object_add(object, name, value) == 0)
		return 0;
	json_object_put(value);
	return -ENOMEM;
}

static int put_number(struct json_object *object, const char *name, uint64_t value)
{
	return put(object, name, json_object_new_uint64(value));
}

static int put_flag(struct json_object *object, const char *name, bool value)
{
	return put(object, name, json_object_new_boolean(value));
}

static int put_string(struct json_object *object, const char *name,
		      const char *value)
{
	char *utf8 = escape_utf8(value);
	int err;

	if (!utf8)
		return -ENOMEM;
	err = put(object, name, json_object_new_string(utf8));
	free(utf8);
	return err;
}

/* Appends @value, which may be NULL, to @array, which takes it over. */
static int append(struct json_object *array, struct json_object *value)
{
	if (!value)
		return -ENOMEM;
	if (json_object_array_add(array, value) == 0)
		return 0;
	json_object_put(value);
	return -ENOMEM;
}

static int fill_trouble(struct json_object *object, struct pressure_trouble trouble)
{
	int err = 0;
	size_t i;

	for (i = 0; !err && i < NR_TROUBLE_COUNTS; i++)
		err = put_number(object, trouble_counts[i].name,
				 *trouble_value(&trouble, i));
	return err;
}

static int put_run(struct json_object *document, const struct report_header *header)
{
	struct json_object *run = json_object_new_object();
	struct json_object *trouble;
	int err;

	err = put(document, "run", run) ?:
		put_number(run, "runs", header->runs) ?:
		put_string(run, "kernel", header->kernel) ?:
		put_string(run, "policy", header->policy) ?:
		put_string(run, "pattern", header->pattern) ?:
		put_number(run, "seed", header->seed) ?:
		put_number(run, "duration_ns", header->duration_ns) ?:
		put_number(run, "decisions_checked", header->decisions_checked) ?:
		put_number(run, "unchecked_operations", header->unchecked_operations) ?:
		put_flag(run, "violation", header->violation) ?:
		put_flag(run, "interrupted", header->interrupted) ?:
		put_number(run, "kernel_headroom_bytes", header->kernel_headroom_bytes);
	if (err)
		return err;
	trouble = json_object_new_object();
	return put(run, "trouble", trouble) ?: fill_trouble(trouble, header->trouble);
}

static int put_sums(struct json_object *document, const struct report *report)
{
	struct json_object *object = json_object_new_object();
	struct report_sums sums;

	report_sums(report, &sums);
	return put(document, "sums", object) ?:
		put_number(object, "operations", sums.operations) ?:
		put_number(object, "succeeded", sums.succeeded) ?:
		put_number(object, "asked_back_bytes", sums.asked_back_bytes) ?:
		put_number(object, "came_back_bytes", sums.came_back_bytes) ?:
		put_number(object, "grown_bytes", sums.grown_bytes);
}

static int put_latency(struct json_object *object, const struct histogram *histogram)
{
	struct json_object *latency = json_object_new_object();
	int err = put(object, "latency_ns", latency);
	size_t i;

	for (i = 0; !err && i < NR_QUANTILES; i++)
		err = put_number(latency, quantiles[i].name,
				 histogram_quantile(histogram, quantiles[i].thousandths));
	return err;
}

/* [lowest value of a bucket, count] for each bucket that is not empty. */
static int put_histogram(struct json_object *object, const struct histogram *histogram)
{
	struct json_object *array = json_object_new_array();
	int err = put(object, "histogram", array);
	size_t i;

	for (i = 0; !err && i < HISTOGRAM_BUCKETS; i++) {
		struct json_object *pair;

		if (!histogram->count[i])
			continue;
		pair = json_object_new_array();
		err = append(array, pair) ?:
			append(pair, json_object_new_uint64(histogram_lowest(i))) ?:
			append(pair, json_object_new_uint64(histogram->count[i]));
	}
	return err;
}

static int put_failures(struct json_object *object, const struct cell *cell)
{
	struct json_object *array = json_object_new_array();
	int err = put(object, "failures", array);
	size_t i;

	for (i = 0; !err && i < cell->nr_failures; i++) {
		const struct failure *failure = &cell->failures[i];
		struct json_object *one = json_object_new_object();
		char name[ERROR_NAME_MAX];

		err = append(array, one) ?:
			put_number(one, "errno", (uint64_t)failure->error) ?:
			put_string(one, "error",
				   failure->error ? error_name(failure->error, name) : "") ?:
			put_string(one, "blocker", failure->blocker) ?:
			put_number(one, "times", failure->times);
	}
	return err;
}

static int fill_cell(struct json_object *object, const struct cell *cell)
{
	return put_string(object, "policy", cell->policy) ?:
		put_string(object, "device", device_kind_name(cell->device)) ?:
		put_string(object, "operation", op_kind_name(cell->op)) ?:
		put_flag(object, "grows", cell->grows) ?:
		put_number(object, "attempts", cell->latency.total) ?:
		put_number(object, "succeeded", cell->succeeded) ?:
		put_number(object, "asked_bytes", cell->asked_bytes) ?:
		put_number(object, "done_bytes", cell->done_bytes) ?:
		put_number(object, "retries", cell->retries) ?:
		put_latency(object, &cell->latency) ?:
		put_histogram(object, &cell->latency) ?:
		put_failures(object, cell);
}

static int put_cells(struct json_object *document, const struct report *report)
{
	struct json_object *array = json_object_new_array();
	int err = put(document, "operations", array);
	size_t i;

	for (i = 0; !err && i < report->nr_cells; i++) {
		struct json_object *object = json_object_new_object();

		err = append(array, object) ?: fill_cell(object, report->cells[i]);
	}
	return err;
}

int report_write_json(FILE *out, const struct report *report,
		      const struct report_header *header, struct fault *fault)
{
	struct json_object *document = json_object_new_object();
	const char *text = NULL;
	int err = -ENOMEM;

	if (document)
		err = put_number(document, "schema", REPORT_SCHEMA) ?:
			put_run(document, header) ?:
			put_sums(document, report) ?:
			put_cells(document, report);
	/* On one line: the histograms are long. */
	if (!err)
		text = json_object_to_json_string_ext(document,
						      JSON_C_TO_STRING_SPACED |
						      JSON_C_TO_STRING_NOSLASHESCAPE);
	if (text) {
		fputs(text, out);
		fputc('\n', out);
	}
	json_object_put(document);
	return text ? 0 : fault_nomem(fault);
}
