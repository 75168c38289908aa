/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Configuration, zones and groups as debugfs shows them.
 */
#ifndef MEMGROUP_VIEW_H
#define MEMGROUP_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "sysroot.h"

#define VIEW_ZONES_MAX	64
#define VIEW_GROUPS_MAX	320

struct zone_record {
	uint64_t node;
	char name[16];
	uint64_t present, early, cma;		/* bytes */
};

struct group_record {
	uint64_t id, node, blocks, online_blocks;
	bool dynamic;
	char device[33];
	uint64_t kernel, movable, offline;	/* bytes */
	uint64_t max, unit;			/* bytes; 0 for none */
	uint64_t decided_movable, decided_kernel;
	char last_reason[32];			/* "-" for none */
};

/* The file "policy". Without NUMA there is no such thing as numa_aware: false. */
struct policy_record {
	bool auto_movable, numa_aware;
	uint64_t ratio;				/* percent */
	uint64_t decisions, previews, clamped;	/* since the system started */
};

struct view {
	struct policy_record policy;
	struct zone_record zones[VIEW_ZONES_MAX];
	size_t nr_zones;
	struct group_record groups[VIEW_GROUPS_MAX];	/* ascending ids */
	size_t nr_groups;
};

/* Returns 0, or a negative errno value with @fault set. */
int view_read(struct sysroot *root, struct view *view, struct fault *fault);

/* The group, or NULL. */
const struct group_record *view_group(const struct view *view, uint64_t id);

#endif /* MEMGROUP_VIEW_H */
