/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who owns which block, and how much of it is where.
 *
 * The running kernel has one registry. Tests and simulated devices make their
 * own, which share nothing with it.
 */
#ifndef _MM_MEMGROUP_REGISTRY_H
#define _MM_MEMGROUP_REGISTRY_H

#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/memgroup.h>
#include <linux/mmzone.h>
#include <linux/mutex.h>
#include <linux/nodemask.h>
#include <linux/rbtree.h>
#include <linux/xarray.h>

#include "policy.h"

struct memgroup_log;
struct memgroup_nodes;

/**
 * struct memgroup_sums - what the dynamic groups of a domain add up to
 * @needed_pages: boot memory that they borrow, see memgroup_policy_needed()
 * @movable_pages: their memory in ZONE_MOVABLE
 */
struct memgroup_sums {
	unsigned long needed_pages;
	unsigned long movable_pages;
};

/**
 * struct memgroup_registry - groups, blocks, and the sums over groups
 * @lock: protects everything below and all that hangs on it: groups, blocks,
 *	sums, configuration and counters, so that a reader under the lock sees
 *	them agree. Innermost: nothing is allocated and no other lock is taken
 *	under it, but for the xarray's own. Held by parameter setters before the
 *	allocator is up, and by readers while a block is being taken offline.
 * @groups: by id. Ids are handed out before the group is stored, which is why
 *	an id may be taken and yet find nothing.
 * @dynamic_groups: the groups that the sums are over
 * @blocks: all blocks, by first page
 * @nr_groups: how many there are in @groups
 * @nr_blocks: how many there are in @blocks
 * @nodes: the zones that its blocks go to; never changes
 * @log: where its decisions are kept, or NULL; never changes
 * @untraced: its decisions and previews are no events, as they are not about this
 *	machine, where somebody may be tracing; never changes
 * @config: what the administrator set
 * @system: sums over all dynamic groups; depend on the ratio in @config
 * @node: sums over the dynamic groups of each node; as well
 * @nr_decisions: zones chosen for blocks that were about to go online
 * @nr_previews: the same question, only asked
 * @nr_clamped: times that a group or unit had more online than it declared
 */
struct memgroup_registry {
	struct mutex lock;	/* protects all of this, see above */
	struct xarray groups;
	struct list_head dynamic_groups;
	struct rb_root blocks;
	unsigned long nr_groups;
	unsigned long nr_blocks;
	const struct memgroup_nodes *nodes;
	struct memgroup_log *log;
	bool untraced;
	struct memgroup_config config;
	struct memgroup_sums system;
	struct memgroup_sums node[MAX_NUMNODES];
	unsigned long nr_decisions;
	unsigned long nr_previews;
	unsigned long nr_clamped;
};

/**
 * memgroup_registry_init() - a registry without groups and blocks
 * @registry: zeroed memory
 * @nodes: where its zones are
 * @config: the configuration to begin with
 */
static inline void memgroup_registry_init(struct memgroup_registry *registry,
					  const struct memgroup_nodes *nodes,
					  const struct memgroup_config *config)
{
	mutex_init(&registry->lock);
	xa_init_flags(&registry->groups, XA_FLAGS_ALLOC);
	INIT_LIST_HEAD(&registry->dynamic_groups);
	registry->blocks = RB_ROOT;
	registry->nodes = nodes;
	registry->config = *config;
}

struct memory_group *
memgroup_registry_add(struct memgroup_registry *registry,
		      const struct memory_group *description);
struct memory_group *
memgroup_registry_remove(struct memgroup_registry *registry, int id);
int memgroup_registry_set_name(struct memgroup_registry *registry, int id,
			       const char *name);
struct memory_group *
memgroup_registry_get(struct memgroup_registry *registry, int id);
void memgroup_registry_put(struct memgroup_registry *registry,
			   struct memory_group *group);

void memgroup_registry_join(struct memgroup_registry *registry,
			    struct memgroup_block *block,
			    struct memory_group *group);
void memgroup_registry_leave(struct memgroup_registry *registry,
			     struct memgroup_block *block);

struct memgroup_block *
memgroup_registry_find_block(struct memgroup_registry *registry,
			     unsigned long pfn);
void memgroup_registry_account(struct memgroup_registry *registry,
			       struct memgroup_block *block, struct zone *zone,
			       long nr_pages);
void memgroup_registry_describe(struct memgroup_registry *registry,
				const struct memgroup_block *block, int nid,
				struct memgroup_member *member);
void memgroup_registry_configure(struct memgroup_registry *registry,
				 const struct memgroup_config *config);

/* The pages of @block that are online are in ZONE_MOVABLE. */
static inline bool memgroup_block_is_movable(const struct memgroup_block *block)
{
	return block->zone && zone_idx(block->zone) == ZONE_MOVABLE;
}

#ifdef CONFIG_MEMGROUP_RECOUNT
void memgroup_recount(struct memgroup_registry *registry);
#else
static inline void memgroup_recount(struct memgroup_registry *registry)
{
}
#endif

#endif /* _MM_MEMGROUP_REGISTRY_H */
