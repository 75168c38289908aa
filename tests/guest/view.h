/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Zones and groups as debugfs shows them.
 */
#ifndef TESTS_GUEST_VIEW_H
#define TESTS_GUEST_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"

#define VIEW_ZONES_MAX	64
#define VIEW_GROUPS_MAX	64

struct zone_record {
	uint64_t node;
	char name[16];
	uint64_t present, early, cma;		/* bytes */
};

struct group_record {
	uint64_t id, node, blocks, online_blocks;
	bool dynamic;
	char device[32];
	uint64_t kernel, movable, offline;	/* bytes */
	uint64_t max, unit;			/* bytes; 0 for none */
};

struct view {
	struct zone_record zones[VIEW_ZONES_MAX];
	size_t nr_zones;
	struct group_record groups[VIEW_GROUPS_MAX];
	size_t nr_groups;
	/* Of the file "policy": for whoever reads that. */
	bool auto_movable, numa_aware;
	uint64_t ratio;
};

/* Reads zones and groups. Returns 0, or a negative errno value with @fault set. */
int view_read(struct view *view, struct fault *fault);

/* The group, or NULL. */
const struct group_record *view_group(const struct view *view, uint64_t id);

#endif /* TESTS_GUEST_VIEW_H */
