/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The events of memory_hotplug out of the raw records of a trace, by libtraceevent: of a
 * running kernel, or of a file, whatever machine it is from.
 */
#ifndef MEMGROUP_TRACE_EVENT_H
#define MEMGROUP_TRACE_EVENT_H

#include <stdbool.h>

#include <event-parse.h>

#include "events.h"
#include "fault.h"

#define TRACE_EVENT_SYSTEM "memory_hotplug"

/* One of them: a decision or preview, or any other. */
struct trace_event {
	bool is_decision;
	union {
		struct decision decision;
		struct change change;
	};
};

struct trace_formats;

/*
 * Looks up the formats of the events in @tep, which must outlive the result. Events that
 * the trace has no format of, and those whose format lacks a field, are unknown to
 * trace_event_read(). NULL without memory.
 */
struct trace_formats *trace_formats_new(struct tep_handle *tep);
void trace_formats_free(struct trace_formats *formats);

/* Does the trace have formats of the events, and is each whole? Else @fault says why. */
int trace_formats_check(const struct trace_formats *formats, struct fault *fault);

/* The names of the events, by number; NULL after the last. */
const char *trace_event_name(size_t index);

/*
 * The page size of the traced machine in bytes; 0 if it is not known. Where the program
 * has not set it, it is the size of the sub-buffers that the trace came from, which is a
 * page unless somebody has changed buffer_subbuf_size_kb.
 */
uint64_t trace_page_bytes(struct tep_handle *tep);

/* The same for a trace that has some of the events only: one, and those that it has whole. */
int trace_formats_check_found(const struct trace_formats *formats, struct fault *fault);

/*
 * Reads @record. Returns 1, 0 if it is of another event, or -EINVAL for a record that is
 * shorter than its format says, or says what is impossible; @event is undefined then. A
 * number that the format has no word for becomes that number as text.
 */
int trace_event_read(struct trace_formats *formats, const struct tep_record *record,
		     struct trace_event *event);

#endif /* MEMGROUP_TRACE_EVENT_H */
