/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The trace of memory hotplug, decoded as trace tools decode it.
 */
#ifndef MEMGROUP_EVENTS_H
#define MEMGROUP_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"

/* One mhp_zone_decision or mhp_zone_preview. */
struct decision {
	bool preview;
	uint64_t block;
	int node;
	int mgid;
	char device[33];
	char group_type[16];
	char request[16];
	char policy[16];
	char zone[16];
	char reason[32];
	char domain[16];
	uint64_t block_pages;
	uint64_t early_kernel_pages;
	uint64_t movable_pages;
	uint64_t asked_pages;
	uint64_t limit_pages;
};

enum change_kind {
	CHANGE_ONLINE,		/* mhp_block_online, */
	CHANGE_OFFLINE,		/* mhp_block_offline, with or without success */
	CHANGE_REGISTER,	/* mhp_group_register */
	CHANGE_UNREGISTER,	/* mhp_group_unregister */
};

/* Anything else. What a kind does not have is 0. */
struct change {
	enum change_kind kind;
	size_t after;		/* how many decisions and previews came before it */
	int mgid;
	int node;
	uint64_t block;
	uint64_t block_pages;
	char zone[16];
	int result;		/* 0, or a negative errno value */
	bool dynamic;
	uint64_t max_pages;
	uint64_t unit_pages;
};

/* What happened since the last reading, each list in order. */
struct events {
	struct decision *list;
	size_t count;
	size_t capacity;
	struct change *changes;
	size_t nr_changes;
	size_t changes_capacity;
	size_t onlined;			/* mhp_block_online with result 0 */
	size_t offlined;		/* mhp_block_offline with result 0 */
	size_t failed;			/* either, with an error */
};

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
void events_free(struct events *events);

/*
 * Appends one line of a trace, "key=value key=value…", to @events, as tracer_read()
 * does; lines of events of no interest are left out. Returns 0, -ENOMEM, or -EINVAL
 * for a line that lacks something.
 */
int events_add(struct events *events, const char *name, const char *line);

#endif /* MEMGROUP_EVENTS_H */
