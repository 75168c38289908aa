/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Metrics as data, and their two text formats.
 *
 * OpenMetrics, and the older text format of Prometheus, which is what node_exporter's
 * textfile collector reads. They are nearly the same, but no text with a counter is
 * right in both: OpenMetrics describes the family x that the sample x_total belongs to,
 * while the older format wants x_total described, and takes a sample for untyped
 * otherwise. It also knows no type info, and no unit.
 */
#ifndef MEMGROUP_STAT_OPENMETRICS_H
#define MEMGROUP_STAT_OPENMETRICS_H

#include <stddef.h>
#include <stdio.h>

#include "fault.h"
#include "table.h"

enum metrics_format { FORMAT_PROMETHEUS, FORMAT_OPENMETRICS };

enum metric_type { METRIC_GAUGE, METRIC_COUNTER, METRIC_INFO };

struct metric_label {
	const char *name;
	/* A value that does not exist is an empty label: to Prometheus it is none. */
	struct value (*get)(const void *data, size_t row);
};

struct metric {
	const char *name;	/* without the _total or _info of its type */
	enum metric_type type;
	const char *unit;	/* what the name ends with, or NULL */
	const char *help;	/* printed as it is: no quotes, no backslash */
	/* VALUE_NONE: no sample. Of METRIC_INFO, whether there is one. */
	struct value (*get)(const void *data, size_t row);
	unsigned int divisor;	/* of the value: a power of ten, or 0 */
	/* A label beside those of the set; metrics of one name follow each other. */
	const char *label, *label_value;
};

/* Metrics that have labels and rows in common. */
struct metric_set {
	const char *prefix;	/* of all names */
	const struct metric *metrics;
	size_t nr_metrics;
	const struct metric_label *labels;
	size_t nr_labels;
	size_t (*rows)(const void *data);
};

/*
 * Prints the samples of @nr sets, about the same @data, each below what describes it.
 * What has no sample is left out. Returns 0, or -ENOMEM with @fault set.
 */
int metrics_print(FILE *out, enum metrics_format format, const struct metric_set *sets,
		  size_t nr, const void *data, struct fault *fault);

#endif /* MEMGROUP_STAT_OPENMETRICS_H */
