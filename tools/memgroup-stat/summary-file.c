// SPDX-License-Identifier: GPL-2.0
/* The summary of a file of trace-cmd. Part of memgroup-stat-extra alone. */
#include "summary-file.h"

static int on_start(void *context, const struct recording *recording, struct fault *fault)
{
	(void)context;
	(void)recording;
	(void)fault;
	return 0;
}

static int on_event(void *context, const struct trace_event *event, struct fault *fault)
{
	int err = event->is_decision ? summary_add_decision(context, &event->decision) :
				       summary_add_change(context, &event->change);

	return err ? fault_nomem(fault) : 0;
}

static int on_lost(void *context, struct fault *fault)
{
	(void)fault;
	summary_add_gap(context);
	return 0;
}

int summary_read_file(struct trace_summary *summary, const char *name,
		      struct recording *recording, struct fault *fault)
{
	const struct recording_reader reader = {
		.on_start = on_start, .on_event = on_event, .on_lost = on_lost,
		.context = summary,
	};
	int err = recording_read(name, &reader, recording, fault);

	if (!err)
		summary_finish(summary);
	return err;
}
