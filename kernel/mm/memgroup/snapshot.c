// SPDX-License-Identifier: GPL-2.0
/*
 * Live zones and the registry's sums, read at the moment of a decision.
 *
 * Zones are few, at most MAX_NR_ZONES a node, so that nothing about them needs
 * to be kept up to date.
 */

#include <linux/memory_hotplug.h>
#include <linux/mm.h>

#include "compat.h"
#include "snapshot.h"

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
	struct zone *zone;

	lockdep_assert_held(&registry->lock);

	*pages = (struct memgroup_node_pages) {};
	for_each_populated_zone(zone)
		memgroup_snapshot_zone(zone, pages);
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
	const pg_data_t *pgdat = NODE_DATA(nid);
	int i;

	lockdep_assert_held(&registry->lock);

	*pages = (struct memgroup_node_pages) {};
	for (i = 0; i < MAX_NR_ZONES; i++)
		memgroup_snapshot_zone(&pgdat->node_zones[i], pages);
	add_sums(&registry->node[nid], pages);
}

/**
 * memgroup_kernel_zone() - the kernel zone for a range of pages
 * @nid: the node
 * @start_pfn: first page
 * @nr_pages: how many
 *
 * Return: the lowest kernel zone that spans part of the range, else ZONE_NORMAL.
 */
struct zone *memgroup_kernel_zone(int nid, unsigned long start_pfn,
				  unsigned long nr_pages)
{
	struct zone *zone = NODE_DATA(nid)->node_zones;
	struct zone *normal = zone + ZONE_NORMAL;

	while (zone < normal && !zone_intersects(zone, start_pfn, nr_pages))
		zone++;
	return zone;
}

/**
 * memgroup_movable_is_contiguous() - what contig-zones would choose
 * @nid: the node
 * @start_pfn: first page
 * @nr_pages: how many
 *
 * Return: true if ZONE_MOVABLE spans part of the range and the kernel zone does
 * not; or, where that leaves it open, if the system was booted with movable_node.
 */
bool memgroup_movable_is_contiguous(int nid, unsigned long start_pfn,
				    unsigned long nr_pages)
{
	struct zone *kernel = memgroup_kernel_zone(nid, start_pfn, nr_pages);
	struct zone *movable = &NODE_DATA(nid)->node_zones[ZONE_MOVABLE];
	bool in_kernel = zone_intersects(kernel, start_pfn, nr_pages);
	bool in_movable = zone_intersects(movable, start_pfn, nr_pages);

	return in_kernel == in_movable ? movable_node_is_enabled() : in_movable;
}
