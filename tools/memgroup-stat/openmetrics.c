// SPDX-License-Identifier: GPL-2.0
#include "openmetrics.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"

struct writer {
	FILE *out;
	enum metrics_format format;
	const void *data;
	struct fault *fault;
	const struct metric_set *set;
	const struct metric *described;	/* what the last description was of */
};

static const char *suffix(const struct metric *metric)
{
	switch (metric->type) {
	case METRIC_COUNTER:
		return "_total";
	case METRIC_INFO:
		return "_info";
	default:
		return "";
	}
}

static const char *type_name(const struct writer *w, const struct metric *metric)
{
	switch (metric->type) {
	case METRIC_COUNTER:
		return "counter";
	case METRIC_INFO:
		return w->format == FORMAT_OPENMETRICS ? "info" : "gauge";
	default:
		return "gauge";
	}
}

static void describe(struct writer *w, const struct metric *metric)
{
	const bool open = w->format == FORMAT_OPENMETRICS;
	const char *prefix = w->set->prefix, *end = open ? "" : suffix(metric);

	/* It may be another of the same name. */
	if (w->described && !strcmp(w->described->name, metric->name))
		return;
	w->described = metric;
	fprintf(w->out, "# HELP %s%s%s %s\n", prefix, metric->name, end, metric->help);
	fprintf(w->out, "# TYPE %s%s%s %s\n", prefix, metric->name, end,
		type_name(w, metric));
	if (open && metric->unit)
		fprintf(w->out, "# UNIT %s%s %s\n", prefix, metric->name, metric->unit);
}

/*
 * Both formats are UTF-8 and let every control character through: it would reach the
 * terminal, here or where Prometheus is asked. So names look as in our tables; what is
 * left to escape are the quote and the backslash.
 */
static int print_escaped(struct writer *w, const char *text)
{
	char *shown = escape_terminal(text, true);
	const char *s;

	if (!shown)
		return fault_nomem(w->fault);
	for (s = shown; *s; s++) {
		if (*s == '"' || *s == '\\')
			fputc('\\', w->out);
		fputc(*s, w->out);
	}
	free(shown);
	return 0;
}

static int print_label(struct writer *w, const char *name, const struct value *value,
		       char before)
{
	int err = 0;

	fprintf(w->out, "%c%s=\"", before, name);
	switch (value->kind) {
	case VALUE_TEXT:
		err = print_escaped(w, value->text);
		break;
	case VALUE_NUMBER:
		fprintf(w->out, "%" PRIu64, value->number);
		break;
	case VALUE_BOOL:
		fputs(value->number ? "true" : "false", w->out);
		break;
	default:
		break;
	}
	fputc('"', w->out);
	return err;
}

static int print_labels(struct writer *w, const struct metric *metric, size_t row)
{
	char before = '{';
	size_t i;
	int err;

	for (i = 0; i < w->set->nr_labels; i++) {
		const struct metric_label *label = &w->set->labels[i];
		const struct value value = label->get(w->data, row);

		err = print_label(w, label->name, &value, before);
		if (err)
			return err;
		before = ',';
	}
	if (metric->label) {
		const struct value value = value_text(metric->label_value);

		err = print_label(w, metric->label, &value, before);
		if (err)
			return err;
		before = ',';
	}
	if (before == ',')
		fputc('}', w->out);
	return 0;
}

/* Exact, whatever the number: not by way of a floating-point one. */
static void print_number(FILE *out, uint64_t number, unsigned int divisor)
{
	uint64_t rest = number % divisor;

	fprintf(out, " %" PRIu64 "%s", number / divisor, rest ? "." : "");
	for (divisor /= 10; rest; divisor /= 10) {
		fputc((int)('0' + rest / divisor), out);
		rest %= divisor;
	}
	fputc('\n', out);
}

static int print_sample(struct writer *w, const struct metric *metric, size_t row,
			const struct value *value)
{
	int err;

	fprintf(w->out, "%s%s%s", w->set->prefix, metric->name, suffix(metric));
	err = print_labels(w, metric, row);
	if (err)
		return err;
	if (value->kind == VALUE_INFINITE)
		fputs(" +Inf\n", w->out);
	else if (metric->type == METRIC_INFO)
		fputs(" 1\n", w->out);
	else
		print_number(w->out, value->number, metric->divisor ? metric->divisor : 1);
	return 0;
}

static int print_metric(struct writer *w, const struct metric *metric)
{
	const size_t rows = w->set->rows(w->data);
	size_t row;
	int err;

	for (row = 0; row < rows; row++) {
		const struct value value = metric->get(w->data, row);

		if (value.kind == VALUE_NONE)
			continue;
		describe(w, metric);
		err = print_sample(w, metric, row, &value);
		if (err)
			return err;
	}
	return 0;
}

int metrics_print(FILE *out, enum metrics_format format, const struct metric_set *sets,
		  size_t nr, const void *data, struct fault *fault)
{
	struct writer w = {
		.out = out, .format = format, .data = data, .fault = fault,
	};
	size_t i, k;
	int err;

	for (i = 0; i < nr; i++) {
		w.set = &sets[i];
		w.described = NULL;
		for (k = 0; k < sets[i].nr_metrics; k++) {
			err = print_metric(&w, &sets[i].metrics[k]);
			if (err)
				return err;
		}
	}
	if (format == FORMAT_OPENMETRICS)
		fputs("# EOF\n", out);
	return 0;
}
