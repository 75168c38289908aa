/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's view of memory groups that a recording begins with, as whoever recorded it
 * wrote it into the trace, line by line:
 *
 *	memgroup: begin
 *	memgroup: policy: name value
 *	memgroup: policy: online_policy auto-movable
 *	…					(groups, nodes, zones, blocks likewise)
 *	memgroup: block_size_bytes: 8000000
 *	memgroup: end
 */
#ifndef MEMGROUP_STAT_RECORDING_VIEW_H
#define MEMGROUP_STAT_RECORDING_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "model.h"

struct recording_view {
	bool open;		/* between begin and end */
	struct recording_view_file {
		char *text;
		size_t len, room;
	} file[NR_MODEL_FILES];
	size_t bytes;		/* of all of them */
};

enum recording_view_state {
	VIEW_NOTHING,	/* the line is no part of it, or one of many */
	VIEW_WHOLE,	/* that was the last: it can be built */
};

/*
 * Takes a line. Returns an enum recording_view_state, or a negative errno value with
 * @fault set: without memory, or if it is longer than any.
 */
int recording_view_add(struct recording_view *view, const char *line,
		       struct fault *fault);

/*
 * Builds all parts of the model from the whole of it. Returns 0, or a negative errno value
 * with @fault set if some of it is missing or makes no sense.
 */
int recording_view_build(struct recording_view *view, struct model *model,
			 uint64_t page_bytes, struct fault *fault);
void recording_view_free(struct recording_view *view);

#endif /* MEMGROUP_STAT_RECORDING_VIEW_H */
