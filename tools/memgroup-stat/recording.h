/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A file of trace-cmd. The libraries that read it run in a process of their own, so that
 * what a hostile file does to them is an error message of this one. Part of
 * memgroup-stat-extra alone.
 */
#ifndef MEMGROUP_STAT_RECORDING_H
#define MEMGROUP_STAT_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "trace-event.h"

/* What the file says of itself. */
struct recording {
	uint64_t page_bytes;	/* of the machine that it is of */
	int cpus;
	bool has_clock;		/* times are nanoseconds; else they only give the order */
	uint64_t first_ns, last_ns;	/* of its records; valid at the end */
	uint64_t records;	/* of all kinds; valid at the end */
	uint64_t lost;		/* events lost while recording; valid at the end */
	bool lost_unknown;	/* and some more, whose number is not known */
};

/* Who gets what is in it, in the order of time. A result other than 0 ends the reading. */
struct recording_reader {
	/* First of all. */
	int (*on_start)(void *context, const struct recording *recording,
			struct fault *fault);
	/* An event of memory_hotplug. */
	int (*on_event)(void *context, const struct trace_event *event,
			struct fault *fault);
	/* A line that a program wrote into the trace; NULL: they are of no interest. */
	int (*on_mark)(void *context, uint64_t time_ns, const char *line,
		       struct fault *fault);
	/* Events were lost right before what comes next; NULL: of no interest. */
	int (*on_lost)(void *context, struct fault *fault);
	void *context;
};

/*
 * Reads the file @name to its end, in bounded memory. Returns 0 with @recording filled, or
 * a negative errno value with @fault set, which is also that of a function of @reader. A
 * file that is cut short, broken, or from a version that the library does not know is an
 * error; so is one without the formats of the events.
 */
int recording_read(const char *name, const struct recording_reader *reader,
		   struct recording *recording, struct fault *fault);

/* The same one by one, for who has other things to wait for. */
enum recording_item_kind {
	ITEM_EVENT,
	ITEM_MARK,
	ITEM_LOST,	/* events, right before the next one */
	ITEM_END,
};

struct recording_item {
	enum recording_item_kind kind;
	union {
		struct trace_event event;
		struct {
			uint64_t time_ns;
			const char *line;	/* valid until the next one */
		} mark;
	};
};

struct recording_file;

/*
 * Opens the file, and fills what is valid of @recording then. NULL with @fault and errno
 * set. Ended by recording_close(), at any time.
 */
struct recording_file *recording_open(const char *name, struct recording *recording,
				      struct fault *fault);
/*
 * The next of it; with ITEM_END @recording is filled, and there is nothing more. Returns 0,
 * or a negative errno value with @fault set.
 */
int recording_next(struct recording_file *file, struct recording_item *item,
		   struct recording *recording, struct fault *fault);
void recording_close(struct recording_file *file);

#endif /* MEMGROUP_STAT_RECORDING_H */
