/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An event of memory_hotplug as a line that people read.
 */
#ifndef MEMGROUP_EVENT_LINE_H
#define MEMGROUP_EVENT_LINE_H

#include <stdint.h>

#include "explain.h"
#include "trace-event.h"

/* The longest result of event_line(), with its NUL. */
#define EVENT_LINE_MAX (EXPLANATION_MAX + 256)

/*
 * What happened, without a final newline; zones and reasons in the kernel's own words.
 * @page_bytes is the size of a page. It may hold any byte that the trace held: escape it
 * before it goes to a terminal.
 */
void event_line(const struct trace_event *event, uint64_t page_bytes,
		char text[static EVENT_LINE_MAX]);

#endif /* MEMGROUP_EVENT_LINE_H */
