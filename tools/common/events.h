/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The events of memory hotplug, as trace tools print them.
 */
#ifndef MEMGROUP_EVENTS_H
#define MEMGROUP_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"

/* One mhp_zone_decision or mhp_zone_preview. */
struct decision {
	uint64_t time_ns;	/* 0 where nobody asked for it */
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
	uint64_t time_ns;	/* 0 where nobody asked for it */
	size_t after;		/* how many decisions and previews came before it */
	int mgid;
	int node;
	char device[33];
	uint64_t block;
	uint64_t block_pages;
	char zone[16];
	int result;		/* 0, or a negative errno value */
	uint64_t duration_ns;
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

/*
 * Appends one line of a trace, "key=value key=value…", to @events; lines of events of no
 * interest are left out. Returns 0, -ENOMEM, or -EINVAL for a line that lacks
 * something.
 */
int events_add(struct events *events, const char *name, const char *line);
/* Append a copy. Return 0 or -ENOMEM; events_append_change() sets "after". */
int events_append(struct events *events, const struct decision *decision);
int events_append_change(struct events *events, const struct change *change);
void events_free(struct events *events);

#endif /* MEMGROUP_EVENTS_H */
