/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that goes online and offline, out of the raw records of kprobe events, as
 * memgroup-kprobes defines them on kernels that have no events of memory_hotplug.
 */
#ifndef MEMGROUP_TRACE_EVENT_STOCK_H
#define MEMGROUP_TRACE_EVENT_STOCK_H

#include <event-parse.h>

#include "events.h"

#define STOCK_EVENT_SYSTEM "memgroup_stock"

struct stock_formats;

/*
 * Looks up the formats of the events in @tep, which must outlive the result. NULL with
 * errno ENOENT if the trace has none, EINVAL if one lacks a field, or ENOMEM.
 */
struct stock_formats *stock_formats_new(struct tep_handle *tep);
void stock_formats_free(struct stock_formats *formats);

/*
 * Reads @record; they come in the order of time. Returns 1 at the end of an operation that
 * began in the trace, with @change: of a block with all its pages, its node (-1: not known)
 * and zone ("-": not known), how it ended, and how long it took; but without its memory
 * group and device, of which such a kernel tells no id and no name. Else 0, or -EINVAL for a
 * record that is shorter than its format says, or says what is impossible.
 */
int stock_event_read(struct stock_formats *formats, const struct tep_record *record,
		     struct change *change);

#endif /* MEMGROUP_TRACE_EVENT_STOCK_H */
