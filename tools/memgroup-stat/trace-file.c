// SPDX-License-Identifier: GPL-2.0
/* Decisions from a file of trace-cmd. Part of memgroup-stat-extra alone. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <trace-cmd.h>

#include "decisions.h"

#define SYSTEM "memory_hotplug"

struct reading {
	struct events *events;
	struct trace_seq line;
	int error;
	bool lost;
};

static int on_record(struct tracecmd_input *file, struct tep_record *record, int cpu,
		     void *context)
{
	struct tep_handle *tep = tracecmd_get_tep(file);
	struct tep_event *event = tep_find_event_by_record(tep, record);
	struct reading *reading = context;
	const size_t before = reading->events->count;

	(void)cpu;
	if (record->missed_events)
		reading->lost = true;
	if (!event || strcmp(event->system, SYSTEM))
		return 0;
	trace_seq_reset(&reading->line);
	tep_print_event(tep, &reading->line, record, "%s", TEP_PRINT_INFO);
	trace_seq_terminate(&reading->line);
	reading->error = events_add(reading->events, event->name, reading->line.buffer);
	if (reading->events->count > before)
		reading->events->list[before].time_ns = record->ts;
	return reading->error;
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
	trace_seq_init(&reading.line);
	if (tracecmd_iterate_events(file, NULL, 0, on_record, &reading) < 0 &&
	    !reading.error)
		reading.error = -EINVAL;
	if (reading.error)
		fault_set(fault, -reading.error, "%s: an event of " SYSTEM " cannot be read: %.300s",
			  name, reading.line.len ? reading.line.buffer : "");
	else if (reading.lost)
		reading.error = fault_set(fault, EINVAL, "%s: events were lost while it was recorded: record again with a larger buffer (trace-cmd record -b)",
					  name);
	trace_seq_destroy(&reading.line);
	tracecmd_close(file);
	return reading.error;
}
