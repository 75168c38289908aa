/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's decisions on zones, wherever they were written down.
 *
 * All functions append to @events, in the order of time, and return 0 or a negative errno
 * value with @fault set. events_free() ends the list, also after a failure.
 */
#ifndef MEMGROUP_STAT_DECISIONS_H
#define MEMGROUP_STAT_DECISIONS_H

#include "events.h"
#include "fault.h"
#include "sysroot.h"

struct recording;

/* Those that debugfs remembers: the last 1,024 of this kernel. */
int decisions_read(struct events *events, struct sysroot *root, struct fault *fault);

/* The same from a text in memory, which is overwritten; @name is for messages. */
int decisions_parse(struct events *events, const char *name, struct text *text,
		    struct fault *fault);
int decisions_parse_trace(struct events *events, const char *name, struct text *text,
			  struct fault *fault);

/*
 * Those of a trace that is running, without taking them out of it: @instance is the name
 * of a trace instance, "" for the top one.
 */
int decisions_read_running(struct events *events, struct sysroot *root,
			   const char *instance, struct fault *fault);

/*
 * Those of the file @name that trace-cmd recorded; @recording says what else there is to
 * say of it. Only in memgroup-stat-extra, see extra.h.
 */
int decisions_read_file(struct events *events, const char *name,
			struct recording *recording, struct fault *fault)
	__attribute__((weak));

#endif /* MEMGROUP_STAT_DECISIONS_H */
