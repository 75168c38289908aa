// SPDX-License-Identifier: GPL-2.0
/*
 * The running counts of a registry, held against a count from scratch after each
 * change. Takes time with every block and group: for debug kernels.
 */

#include <linux/bug.h>

#include "registry.h"

static void recount_group(const struct memgroup_registry *registry,
			  const struct memory_group *group)
{
	unsigned long blocks = 0, online_blocks = 0, needed = 0;
	unsigned long kernel = 0, movable = 0;
	const struct memgroup_block *block;

	list_for_each_entry(block, &group->blocks, in_group) {
		blocks++;
		online_blocks += block->present_pages > 0;
		WARN_ONCE(block->group != group,
			  "memgroup: block %lx is in a list that is not its group's\n",
			  block->start_pfn);
		if (memgroup_block_is_movable(block))
			movable += block->present_pages;
		else
			kernel += block->present_pages;
	}
	if (group->type == MEMGROUP_TYPE_DYNAMIC)
		needed = memgroup_policy_needed(kernel, movable,
						registry->config.ratio);

	WARN_ONCE(blocks != group->nr_blocks ||
		  online_blocks != group->nr_online_blocks ||
		  kernel != group->kernel_pages ||
		  movable != group->movable_pages ||
		  needed != group->needed_pages,
		  "memgroup: group %d: %lu/%lu blocks, %lu kernel, %lu movable, %lu needed pages, recounted %lu/%lu, %lu, %lu, %lu\n",
		  group->id, group->nr_online_blocks, group->nr_blocks,
		  group->kernel_pages, group->movable_pages,
		  group->needed_pages, online_blocks, blocks, kernel, movable,
		  needed);
}

static void recount_sums(const struct memgroup_registry *registry, int nid,
			 const struct memgroup_sums *sums)
{
	struct memgroup_sums recounted = {};
	const struct memory_group *group;

	list_for_each_entry(group, &registry->dynamic_groups, next_dynamic) {
		if (nid != NUMA_NO_NODE && group->nid != nid)
			continue;
		recounted.needed_pages += group->needed_pages;
		recounted.movable_pages += group->movable_pages;
	}
	WARN_ONCE(recounted.needed_pages != sums->needed_pages ||
		  recounted.movable_pages != sums->movable_pages,
		  "memgroup: node %d: groups need %lu, hold %lu movable pages, recounted %lu, %lu\n",
		  nid, sums->needed_pages, sums->movable_pages,
		  recounted.needed_pages, recounted.movable_pages);
}

/**
 * memgroup_recount() - count everything again, and shout if it is not the same
 * @registry: what to count; its lock is held
 */
void memgroup_recount(struct memgroup_registry *registry)
{
	const struct memory_group *group;
	unsigned long id;
	int nid;

	lockdep_assert_held(&registry->lock);

	xa_for_each(&registry->groups, id, group)
		recount_group(registry, group);
	recount_sums(registry, NUMA_NO_NODE, &registry->system);
	for_each_node(nid)
		recount_sums(registry, nid, &registry->node[nid]);
}
