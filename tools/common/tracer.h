/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A trace of the running kernel's memory hotplug.
 */
#ifndef MEMGROUP_TRACER_H
#define MEMGROUP_TRACER_H

#include "events.h"
#include "fault.h"

struct tracer;

/*
 * Starts a trace instance @name, the caller's alone, with all events of
 * memory_hotplug, and a buffer of @kib KiB for each CPU: an event takes some 150
 * bytes. One of that name that a program left when it died is emptied and used. Returns
 * NULL with @fault set if the kernel has no such events. tracer_stop() removes it again.
 */
struct tracer *tracer_start(const char *name, unsigned int kib,
			    struct fault *fault);
void tracer_stop(struct tracer *tracer);

/*
 * Reads and consumes what was traced, and replaces @events by it. Returns 0, or a
 * negative errno value with @fault set; lost events are an error.
 */
int tracer_read(struct tracer *tracer, struct events *events,
		struct fault *fault);

#endif /* MEMGROUP_TRACER_H */
