// SPDX-License-Identifier: GPL-2.0
#include "tracer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <event-parse.h>
#include <tracefs.h>

#include "trace-event.h"

#define SYSTEM		TRACE_EVENT_SYSTEM

struct tracer {
	struct tracefs_instance *instance;
	struct tep_handle *tep;
	struct trace_formats *formats;
};

struct reading {
	struct tracer *tracer;
	struct events *events;
	int error;
	const char *event;	/* the one that it is about */
};

static int on_event(struct tep_event *event, struct tep_record *record, int cpu,
		    void *context)
{
	struct reading *reading = context;
	struct trace_event found;
	int ret;

	(void)cpu;
	if (record->missed_events) {
		reading->error = -EOVERFLOW;
		return reading->error;
	}
	ret = trace_event_read(reading->tracer->formats, record, &found);
	if (ret > 0)
		ret = found.is_decision ?
			events_append(reading->events, &found.decision) :
			events_append_change(reading->events, &found.change);
	if (ret < 0)
		reading->event = event->name;
	reading->error = ret;
	return ret;
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
	tracer->tep = tracefs_local_events_system(NULL, systems);
	if (tracer->tep) {
		tracer->formats = trace_formats_new(tracer->tep);
		if (!tracer->formats) {
			fault_nomem(fault);
			tracer_stop(tracer);
			return NULL;
		}
	}
	tracer->instance = tracefs_instance_create(name);
	if (!tracer->tep || !tracer->instance ||
	    trace_formats_check(tracer->formats, fault) ||
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
	trace_formats_free(tracer->formats);
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
				 "tracefs: an event cannot be read: %s",
				 reading.event ? reading.event : "?");
	return 0;
}
