/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From zones and a registry to the numbers that the policy reads.
 */
#ifndef _MM_MEMGROUP_SNAPSHOT_H
#define _MM_MEMGROUP_SNAPSHOT_H

#include <linux/mmzone.h>
#include <linux/nodemask.h>

#include "policy.h"
#include "registry.h"

/**
 * struct memgroup_nodes - where zones are found: those of the running kernel, or
 *	made-up ones
 * @online: the nodes to look at
 * @get: a node that has a pgdat, be it online or not yet
 */
struct memgroup_nodes {
	const nodemask_t *online;
	pg_data_t *(*get)(const struct memgroup_nodes *nodes, int nid);
};

extern const struct memgroup_nodes memgroup_live_nodes;

/**
 * struct memgroup_node_pages - what a node has, or the whole system
 * @totals: as the policy sees it
 * @kernel_pages: all present pages in kernel zones, CMA included
 * @zone_movable_pages: present pages in ZONE_MOVABLE
 * @cma_pages: CMA pages in kernel zones
 */
struct memgroup_node_pages {
	struct memgroup_totals totals;
	u64 kernel_pages;
	u64 zone_movable_pages;
	u64 cma_pages;
};

/* Without CONFIG_NUMA, memory blocks have no node: all is the first one. */
static inline int memgroup_node_or_first(int nid)
{
	return nid == NUMA_NO_NODE ? first_online_node : nid;
}

void memgroup_snapshot_zone(const struct zone *zone,
			    struct memgroup_node_pages *pages);
void memgroup_snapshot_system(struct memgroup_registry *registry,
			      struct memgroup_node_pages *pages);
void memgroup_snapshot_node(struct memgroup_registry *registry, int nid,
			    struct memgroup_node_pages *pages);

struct zone *memgroup_next_zone(const struct memgroup_nodes *nodes,
				struct zone *zone);
struct zone *memgroup_movable_zone(const struct memgroup_nodes *nodes, int nid);
struct zone *memgroup_kernel_zone(const struct memgroup_nodes *nodes, int nid,
				  unsigned long start_pfn,
				  unsigned long nr_pages);
bool memgroup_movable_is_contiguous(const struct memgroup_nodes *nodes, int nid,
				    unsigned long start_pfn,
				    unsigned long nr_pages);

#endif /* _MM_MEMGROUP_SNAPSHOT_H */
