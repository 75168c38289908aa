// SPDX-License-Identifier: GPL-2.0
#include "tracer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <event-parse.h>
#include <tracefs.h>

#define SYSTEM		"memory_hotplug"

struct tracer {
	struct tracefs_instance *instance;
	struct tep_handle *tep;
	struct trace_seq line;
};

struct reading {
	struct tracer *tracer;
	struct events *events;
	int error;
};

static int on_event(struct tep_event *event, struct tep_record *record, int cpu,
		    void *context)
{
	struct reading *reading = context;
	struct tracer *tracer = reading->tracer;
	const char *line;

	(void)cpu;
	if (record->missed_events) {
		reading->error = -EOVERFLOW;
		return reading->error;
	}
	if (strcmp(event->system, SYSTEM))
		return 0;

	trace_seq_reset(&tracer->line);
	tep_print_event(tracer->tep, &tracer->line, record, "%s",
			TEP_PRINT_INFO);
	trace_seq_terminate(&tracer->line);
	line = tracer->line.buffer;

	reading->error = events_add(reading->events, event->name, line);
	return reading->error;
}

struct tracer *tracer_start(const char *name, unsigned int kib,
			    struct fault *fault)
{
	static const char * const systems[] = { SYSTEM, NULL };
	struct tracer *tracer = calloc(1, sizeof(*tracer));

	if (!tracer) {
		fault_nomem(fault);
		return NULL;
	}
	trace_seq_init(&tracer->line);
	tracer->tep = tracefs_local_events_system(NULL, systems);
	tracer->instance = tracefs_instance_create(name);
	if (!tracer->tep || !tracer->instance ||
	    !tep_find_event_by_name(tracer->tep, SYSTEM, "mhp_zone_decision") ||
	    tracefs_instance_set_buffer_size(tracer->instance, kib, -1) ||
	    /* The clock that orders the events of all CPUs. */
	    tracefs_instance_file_write(tracer->instance, "trace_clock",
					"counter") < 0 ||
	    tracefs_instance_file_clear(tracer->instance, "trace") < 0 ||
	    tracefs_event_enable(tracer->instance, SYSTEM, NULL)) {
		fault_set(fault, ENOENT,
			  "tracefs: cannot enable the events of " SYSTEM
			  "; is this kernel built with CONFIG_MEMGROUP?");
		tracer_stop(tracer);
		return NULL;
	}
	return tracer;
}

void tracer_stop(struct tracer *tracer)
{
	if (!tracer)
		return;
	if (tracer->instance) {
		tracefs_event_disable(tracer->instance, SYSTEM, NULL);
		tracefs_instance_destroy(tracer->instance);
		tracefs_instance_free(tracer->instance);
	}
	if (tracer->tep)
		tep_free(tracer->tep);
	trace_seq_destroy(&tracer->line);
	free(tracer);
}

int tracer_read(struct tracer *tracer, struct events *events,
		struct fault *fault)
{
	struct reading reading = { .tracer = tracer, .events = events };

	events->count = 0;
	events->nr_changes = 0;
	events->onlined = 0;
	events->offlined = 0;
	events->failed = 0;
	if (tracefs_iterate_raw_events(tracer->tep, tracer->instance, NULL, 0,
				       on_event, &reading) < 0 &&
	    !reading.error)
		reading.error = -EIO;
	if (reading.error == -EOVERFLOW)
		return fault_set(fault, EOVERFLOW,
				 "tracefs: events were lost: a larger buffer is needed");
	if (reading.error)
		return fault_set(fault, -reading.error,
				 "tracefs: an event of " SYSTEM
				 " cannot be read: \"%s\"",
				 tracer->line.buffer);
	return 0;
}
