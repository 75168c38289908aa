/* SPDX-License-Identifier: GPL-2.0 */
/* MOVABLE memory, its limit and the headroom over the time of a trace, as an image. */
#ifndef MEMGROUP_STAT_TRACE_PLOT_H
#define MEMGROUP_STAT_TRACE_PLOT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "canvas.h"
#include "fault.h"
#include "trace-summary.h"

struct trace_plot {
	const struct trace_summary *summary;
	uint64_t page_bytes;
	bool has_clock;		/* times are nanoseconds */
	const char *lost;	/* a sentence about events that are missing, or NULL */
};

/*
 * Draws it with svg_write(), as @write. Returns 0 or a negative errno value with @fault
 * set.
 */
int trace_plot_write(FILE *out, const struct trace_plot *plot,
		     int (*write)(FILE *out, const struct image *image,
				  struct fault *fault),
		     struct fault *fault);

#endif /* MEMGROUP_STAT_TRACE_PLOT_H */
