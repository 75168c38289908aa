// SPDX-License-Identifier: GPL-2.0
/*
 * Zones and the registry's sums, read at the moment of a decision.
 *
 * Zones are few, at most MAX_NR_ZONES a node, so that nothing about them needs
 * to be kept up to date.
 */

#include <linux/memory_hotplug.h>
#include <linux/mm.h>

#include "compat.h"
#include "snapshot.h"

static pg_data_t *live_node(const struct memgroup_nodes *nodes, int nid)
{
	return NODE_DATA(nid);
}

const struct memgroup_nodes memgroup_live_nodes = {
	.online = &node_states[N_ONLINE],
	.get = live_node,
};

/**
 * memgroup_next_zone() - go through the zones that have pages
 * @nodes: whose
 * @zone: one of them, or NULL for the first
 *
 * Return: the zone after it, by node and then by type; NULL at the end.
 */
struct zone *memgroup_next_zone(const struct memgroup_nodes *nodes,
				struct zone *zone)
{
	int nid = zone ? zone_to_nid(zone) : first_node(*nodes->online);
	int i = zone ? zone_idx(zone) + 1 : 0;

	for (; nid < MAX_NUMNODES; nid = next_node(nid, *nodes->online)) {
		for (zone = nodes->get(nodes, nid)->node_zones;
		     i < MAX_NR_ZONES; i++)
			if (populated_zone(&zone[i]))
				return &zone[i];
		i = 0;
	}
	return NULL;
}

/**
 * memgroup_snapshot_zone() - add a zone to the account
 * @zone: the zone; pages that come and go meanwhile may or may not be counted
 * @pages: added to
 */
void memgroup_snapshot_zone(const struct zone *zone,
			    struct memgroup_node_pages *pages)
{
	const unsigned long present = READ_ONCE(zone->present_pages);
	const unsigned long early = memgroup_zone_early_pages(zone);
	const unsigned long cma = memgroup_zone_cma_pages(zone);

	if (zone_idx(zone) == ZONE_MOVABLE) {
		pages->zone_movable_pages += present;
		pages->totals.movable_pages += present;
		return;
	}

	/* CMA pages, of boot memory always, can be emptied like ZONE_MOVABLE. */
	pages->kernel_pages += present;
	pages->cma_pages += cma;
	pages->totals.early_kernel_pages += early > cma ? early - cma : 0;
	pages->totals.movable_pages += cma;
}

static void add_zones(const pg_data_t *pgdat, struct memgroup_node_pages *pages)
{
	int i;

	for (i = 0; i < MAX_NR_ZONES; i++)
		memgroup_snapshot_zone(&pgdat->node_zones[i], pages);
}

static void add_sums(const struct memgroup_sums *sums,
		     struct memgroup_node_pages *pages)
{
	pages->totals.group_needed_pages = sums->needed_pages;
	pages->totals.group_movable_pages = sums->movable_pages;
}

/**
 * memgroup_snapshot_system() - what the whole system has
 * @registry: whose sums; its lock is held
 * @pages: filled in
 */
void memgroup_snapshot_system(struct memgroup_registry *registry,
			      struct memgroup_node_pages *pages)
{
	const struct memgroup_nodes *nodes = registry->nodes;
	int nid;

	lockdep_assert_held(&registry->lock);

	*pages = (struct memgroup_node_pages) {};
	for_each_node_mask(nid, *nodes->online)
		add_zones(nodes->get(nodes, nid), pages);
	add_sums(&registry->system, pages);
}

/**
 * memgroup_snapshot_node() - what a node has
 * @registry: whose sums; its lock is held
 * @nid: a node that has a pgdat
 * @pages: filled in
 */
void memgroup_snapshot_node(struct memgroup_registry *registry, int nid,
			    struct memgroup_node_pages *pages)
{
	lockdep_assert_held(&registry->lock);

	*pages = (struct memgroup_node_pages) {};
	add_zones(registry->nodes->get(registry->nodes, nid), pages);
	add_sums(&registry->node[nid], pages);
}

/**
 * memgroup_movable_zone() - ZONE_MOVABLE of a node
 * @nodes: where to look
 * @nid: the node
 *
 * Return: the zone, which may be empty.
 */
struct zone *memgroup_movable_zone(const struct memgroup_nodes *nodes, int nid)
{
	return &nodes->get(nodes, nid)->node_zones[ZONE_MOVABLE];
}

/**
 * memgroup_kernel_zone() - the kernel zone for a range of pages
 * @nodes: where to look
 * @nid: the node
 * @start_pfn: first page
 * @nr_pages: how many
 *
 * Return: the lowest kernel zone that spans part of the range, else ZONE_NORMAL.
 */
struct zone *memgroup_kernel_zone(const struct memgroup_nodes *nodes, int nid,
				  unsigned long start_pfn,
				  unsigned long nr_pages)
{
	struct zone *zone = nodes->get(nodes, nid)->node_zones;
	struct zone *normal = zone + ZONE_NORMAL;

	while (zone < normal && !zone_intersects(zone, start_pfn, nr_pages))
		zone++;
	return zone;
}

/**
 * memgroup_movable_is_contiguous() - what contig-zones would choose
 * @nodes: where to look
 * @nid: the node
 * @start_pfn: first page
 * @nr_pages: how many
 *
 * Return: true if ZONE_MOVABLE spans part of the range and the kernel zone does
 * not; or, where that leaves it open, if the system was booted with movable_node.
 */
bool memgroup_movable_is_contiguous(const struct memgroup_nodes *nodes, int nid,
				    unsigned long start_pfn,
				    unsigned long nr_pages)
{
	struct zone *kernel = memgroup_kernel_zone(nodes, nid, start_pfn,
						   nr_pages);
	struct zone *movable = memgroup_movable_zone(nodes, nid);
	bool in_kernel = zone_intersects(kernel, start_pfn, nr_pages);
	bool in_movable = zone_intersects(movable, start_pfn, nr_pages);

	return in_kernel == in_movable ? movable_node_is_enabled() : in_movable;
}
