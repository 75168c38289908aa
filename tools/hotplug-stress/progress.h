/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How far it is, on standard error: on a terminal a line that is rewritten, otherwise
 * a line now and then. Who does not read it keeps nobody waiting.
 */
#ifndef HOTPLUG_STRESS_PROGRESS_H
#define HOTPLUG_STRESS_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "report.h"

struct progress {
	bool off;
	bool terminal;
	bool shown;		/* a line is on the terminal */
	long long start_ns;
	long long next_ns;	/* when the next line is due; CLOCK_MONOTONIC */
	long long end_ns;	/* when the run ends; 0 for no such time */
	uint64_t operations;	/* after how many it ends; 0 for any */
};

void progress_start(struct progress *progress, bool off, long long end_ns,
		    uint64_t operations);

/* Whether a line is due. */
bool progress_due(const struct progress *progress);
void progress_show(struct progress *progress, const struct report_sums *sums);

/* Before anything else is said. */
void progress_clear(struct progress *progress);

/* The line itself, less than 80 characters; for how long it has run is given. */
void progress_format(char *text, size_t size, const struct progress *progress,
		     const struct report_sums *sums, long long now_ns);

#endif /* HOTPLUG_STRESS_PROGRESS_H */
