/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a run, or several, came to: counted per policy, kind of device and operation.
 */
#ifndef HOTPLUG_STRESS_REPORT_H
#define HOTPLUG_STRESS_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "fault.h"
#include "op.h"
#include "pressure.h"

struct report;

/* Of the whole run; all zero is that of no run. */
struct report_header {
	uint64_t runs;		/* that were added up; 1 for a run of its own */
	char kernel[65];	/* uname -r */
	char policy[48];	/* as "auto-movable 301%", "contig-zones", … */
	char pattern[24];
	uint64_t seed;
	uint64_t duration_ns;
	uint64_t decisions_checked;
	uint64_t unchecked_operations;	/* after which nothing was checked */
	bool violation;
	bool interrupted;
	struct pressure_trouble trouble;
	uint64_t kernel_headroom_bytes;	/* the least free memory of kernel zones seen */
};

/* Sums of everything so far, for the live progress. */
struct report_sums {
	uint64_t operations;
	uint64_t succeeded;
	uint64_t asked_back_bytes;	/* memory asked to go */
	uint64_t came_back_bytes;	/* that went */
	uint64_t grown_bytes;		/* memory that came */
};

struct report *report_new(void);	/* NULL without memory */
void report_free(struct report *report);

/*
 * Counts an operation. Its blocker is counted with # for each number in it, so that what
 * differs by numbers alone is one cause; too many causes of an operation are counted as
 * "other". Returns 0, or -ENOMEM or, when a count is beyond 64 bits, -EOVERFLOW with
 * @fault set and nothing counted.
 */
int report_add(struct report *report, const char *policy, enum device_kind device,
	       enum op_kind op, const struct outcome *outcome, struct fault *fault);
void report_sums(const struct report *report, struct report_sums *sums);

struct report_format {
	bool json;
	bool bytes;
	bool noheadings;
};

/* Writes the whole report. Returns 0 or a negative errno value with @fault set. */
int report_write(FILE *out, const struct report *report,
		 const struct report_header *header,
		 const struct report_format *format, struct fault *fault);

/*
 * Reads what report_write() wrote as JSON, and adds it to @report and @header, to add
 * several runs up: texts and the seed of runs that differ become "several" and 0, the
 * least headroom counts, and everything else is summed. Hostile input is an error.
 * Returns 0, or a negative errno value with @fault set and nothing added.
 */
int report_read(const char *path, struct report *report,
		struct report_header *header, struct fault *fault);

/*
 * Draws latency percentiles and what came back as @path, .svg or .png, with gnuplot.
 * Returns 0, or a negative errno value with @fault set and no such file made or changed.
 */
int report_plot(const struct report *report, const struct report_header *header,
		const char *path, struct fault *fault);

#endif /* HOTPLUG_STRESS_REPORT_H */
