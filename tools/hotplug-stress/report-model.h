/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is inside of a report, for those that write, read and draw one.
 */
#ifndef HOTPLUG_STRESS_REPORT_MODEL_H
#define HOTPLUG_STRESS_REPORT_MODEL_H

#include "histogram.h"
#include "report.h"

#define POLICY_MAX	48	/* with its NUL */
#define ERRNO_MAX	4095	/* the kernel's largest */
#define REPORT_SCHEMA	1

/* An errno value together with what was in the way; this often. */
struct failure {
	int error;		/* 0 if it succeeded all the same */
	char blocker[96];	/* or "" */
	uint64_t times;
};

/* All operations of one kind, on one kind of device, under one policy. */
struct cell {
	char policy[POLICY_MAX];
	enum device_kind device;
	enum op_kind op;
	bool grows;
	uint64_t succeeded;
	uint64_t asked_bytes;
	uint64_t done_bytes;
	uint64_t retries;
	struct histogram latency;	/* of all of them: its total is the attempts */
	struct failure *failures;
	size_t nr_failures;
};

/* The cells are sorted: by device, operation, direction and policy. */
struct report {
	struct cell **cells;
	size_t nr_cells;
};

/*
 * The cell, made if there is none yet, or NULL without memory. It is zero but for what
 * makes it that cell.
 */
struct cell *report_cell(struct report *report, const char *policy,
			 enum device_kind device, enum op_kind op, bool grows);

/* As report_add() does. Return 0, -ENOMEM or -EOVERFLOW. */
int cell_add_failure(struct cell *cell, int error, const char *blocker,
		     uint64_t times);

/* Adds all of @more to @report: 0, or -ENOMEM or -EOVERFLOW with nothing added. */
int report_merge(struct report *report, const struct report *more);

/* Adds @more to @sum as report_read() says: 0, or -EOVERFLOW with nothing added. */
int report_header_add(struct report_header *sum, const struct report_header *more);

/* The operation in a word: that of op.h, and for resize the direction, too. */
const char *cell_operation(const struct cell *cell);

/* "EBUSY", or "errno 999" in @text for what has no name. */
#define ERROR_NAME_MAX	16
const char *error_name(int error, char text[static ERROR_NAME_MAX]);

/* The two forms of report_write(). */
int report_write_table(FILE *out, const struct report *report,
		       const struct report_header *header,
		       const struct report_format *format, struct fault *fault);
int report_write_json(FILE *out, const struct report *report,
		      const struct report_header *header, struct fault *fault);

/* The quantiles that are shown, in thousandths, and their names. */
#define NR_QUANTILES 5
struct quantile {
	const char *name;	/* in JSON */
	const char *heading;
	unsigned int thousandths;
};

extern const struct quantile quantiles[NR_QUANTILES];

/* The members of struct pressure_trouble. */
#define NR_TROUBLE_COUNTS 9
struct trouble_count {
	const char *name;	/* in JSON */
	size_t offset;
};

extern const struct trouble_count trouble_counts[NR_TROUBLE_COUNTS];

uint64_t *trouble_value(struct pressure_trouble *trouble, size_t i);

#endif /* HOTPLUG_STRESS_REPORT_MODEL_H */
