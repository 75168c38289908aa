// SPDX-License-Identifier: GPL-2.0
/*
 * Nodes and zones that do not exist: only what the snapshot and debugfs look at.
 */

#include <linux/minmax.h>
#include <linux/nodemask.h>
#include <linux/string.h>

#include "made_up.h"

/**
 * memgroup_made_up_node() - begin with a node that has no memory
 * @pgdat: overwritten; of a registry that is in use, with its lock held
 * @nid: which node it is
 */
void memgroup_made_up_node(pg_data_t *pgdat, int nid)
{
	int i;

	memset(pgdat, 0, sizeof(*pgdat));
	pgdat->node_id = nid;
	for (i = 0; i < MAX_NR_ZONES; i++) {
		struct zone *zone = &pgdat->node_zones[i];

		zone->zone_pgdat = pgdat;
		/* As those of the running kernel are called */
		zone->name = NODE_DATA(first_online_node)->node_zones[i].name;
#ifdef CONFIG_NUMA
		zone->node = nid;
#endif
	}
}

/* The zone reaches from its first to its last page. */
static void grow_span(struct zone *zone, unsigned long start_pfn,
		      unsigned long nr_pages)
{
	unsigned long end_pfn = start_pfn + nr_pages;

	if (zone->spanned_pages) {
		end_pfn = max(end_pfn, zone_end_pfn(zone));
		start_pfn = min(start_pfn, zone->zone_start_pfn);
	}
	zone->zone_start_pfn = start_pfn;
	zone->spanned_pages = end_pfn - start_pfn;
}

/**
 * memgroup_made_up_boot() - put boot memory into a zone
 * @zone: the zone; if its registry is in use, that one's lock is held
 * @start_pfn: where the memory begins
 * @nr_pages: how much there is
 */
void memgroup_made_up_boot(struct zone *zone, unsigned long start_pfn,
			   unsigned long nr_pages)
{
	zone->present_pages += nr_pages;
#ifdef CONFIG_MEMORY_HOTPLUG
	zone->present_early_pages += nr_pages;
#endif
	grow_span(zone, start_pfn, nr_pages);
}

static void account(struct memgroup_registry *registry,
		    struct memgroup_block *block, struct zone *zone,
		    long nr_pages)
{
	zone->present_pages += nr_pages;
	memgroup_registry_account(registry, block, zone, nr_pages);
}

/**
 * memgroup_made_up_account() - some pages of a block go online or offline
 * @registry: the block's
 * @block: the block
 * @zone: the zone that they are in, which must span them already
 * @nr_pages: how many; negative if they go offline
 *
 * As the hotplug core does: the zone and the group change under the lock, which
 * this takes.
 */
void memgroup_made_up_account(struct memgroup_registry *registry,
			      struct memgroup_block *block, struct zone *zone,
			      long nr_pages)
{
	mutex_lock(&registry->lock);
	account(registry, block, zone, nr_pages);
	mutex_unlock(&registry->lock);
}

/**
 * memgroup_made_up_online() - take all of a block online
 * @registry: the block's; takes its lock
 * @block: the block, which is offline
 * @zone: the zone, which grows to span it
 */
void memgroup_made_up_online(struct memgroup_registry *registry,
			     struct memgroup_block *block, struct zone *zone)
{
	mutex_lock(&registry->lock);
	grow_span(zone, block->start_pfn, block->nr_pages);
	account(registry, block, zone, block->nr_pages);
	mutex_unlock(&registry->lock);
}

/**
 * memgroup_made_up_offline() - take a block offline
 * @registry: the block's; takes its lock
 * @block: the block, which is online
 *
 * Its zone still spans it.
 */
void memgroup_made_up_offline(struct memgroup_registry *registry,
			      struct memgroup_block *block)
{
	mutex_lock(&registry->lock);
	account(registry, block, block->zone, -block->present_pages);
	mutex_unlock(&registry->lock);
}
