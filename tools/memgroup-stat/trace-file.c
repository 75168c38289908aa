// SPDX-License-Identifier: GPL-2.0
/* Decisions from a file of trace-cmd. Part of memgroup-stat-extra alone. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <trace-cmd.h>

#include "decisions.h"
#include "trace-event.h"

struct reading {
	struct events *events;
	struct trace_formats *formats;
	int error;
	bool lost;
};

static int on_record(struct tracecmd_input *file, struct tep_record *record, int cpu,
		     void *context)
{
	struct reading *reading = context;
	struct trace_event event;
	int ret;

	(void)file;
	(void)cpu;
	if (record->missed_events)
		reading->lost = true;
	ret = trace_event_read(reading->formats, record, &event);
	if (ret > 0)
		ret = event.is_decision ? events_append(reading->events, &event.decision) :
			events_append_change(reading->events, &event.change);
	reading->error = ret;
	return ret;
}

int decisions_read_file(struct events *events, const char *name, struct fault *fault)
{
	struct reading reading = { .events = events };
	struct tracecmd_input *file;
	struct stat st;

	if (stat(name, &st) < 0)
		return fault_set(fault, errno, "%s: %s", name, strerror(errno));
	/* It says what is wrong with a file in words of its own, on standard error. */
	file = tracecmd_open(name, 0);
	if (!file)
		return fault_set(fault, EINVAL, "%s: no file of trace-cmd, or a broken one",
				 name);
	reading.formats = trace_formats_new(tracecmd_get_tep(file));
	if (!reading.formats)
		reading.error = -ENOMEM;
	else if (tracecmd_iterate_events(file, NULL, 0, on_record, &reading) < 0 &&
	    !reading.error)
		reading.error = -EINVAL;
	if (reading.error)
		fault_set(fault, -reading.error, "%s: an event of " TRACE_EVENT_SYSTEM " cannot be read",
			  name);
	else if (reading.lost)
		reading.error = fault_set(fault, EINVAL, "%s: events were lost while it was recorded: record again with a larger buffer (trace-cmd record -b)",
					  name);
	trace_formats_free(reading.formats);
	tracecmd_close(file);
	return reading.error;
}
