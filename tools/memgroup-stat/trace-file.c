// SPDX-License-Identifier: GPL-2.0
/* Decisions from a file of trace-cmd. Part of memgroup-stat-extra alone. */
#include "decisions.h"
#include "recording.h"

static int on_start(void *context, const struct recording *recording, struct fault *fault)
{
	(void)context;
	(void)recording;
	(void)fault;
	return 0;
}

static int on_event(void *context, const struct trace_event *event, struct fault *fault)
{
	struct events *events = context;
	int err = event->is_decision ? events_append(events, &event->decision) :
		  events_append_change(events, &event->change);

	return err ? fault_nomem(fault) : 0;
}

int decisions_read_file(struct events *events, const char *name,
			struct recording *recording, struct fault *fault)
{
	const struct recording_reader reader = {
		.on_start = on_start, .on_event = on_event, .context = events,
	};

	return recording_read(name, &reader, recording, fault);
}
