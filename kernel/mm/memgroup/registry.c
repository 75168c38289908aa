// SPDX-License-Identifier: GPL-2.0
/*
 * Groups and blocks, what of each is online where, and the sums that make a
 * decision cost the same with one group and with a hundred thousand.
 *
 * Each dynamic group remembers what it has added to the sums. Whenever its pages
 * or the ratio change, that is taken out and the new value is put in.
 */

#include <linux/err.h>
#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "registry.h"

/* Replace what @group has in the sums by what it should have now. */
static void update_sums(struct memgroup_registry *registry,
			struct memory_group *group, unsigned long movable_before)
{
	struct memgroup_sums *node = &registry->node[group->nid];
	unsigned long needed, movable;

	lockdep_assert_held(&registry->lock);

	/* Unsigned differences wrap, and the sums wrap back. */
	needed = memgroup_policy_needed(group->kernel_pages,
					group->movable_pages,
					registry->config.ratio) -
		 group->needed_pages;
	movable = group->movable_pages - movable_before;

	registry->system.needed_pages += needed;
	registry->system.movable_pages += movable;
	node->needed_pages += needed;
	node->movable_pages += movable;
	group->needed_pages += needed;
}

static bool valid_description(const struct memory_group *description)
{
	if (description->nid < 0 || description->nid >= MAX_NUMNODES)
		return false;

	switch (description->type) {
	case MEMGROUP_TYPE_STATIC:
		return description->max_pages;
	case MEMGROUP_TYPE_DYNAMIC:
		return is_power_of_2(description->unit_pages);
	default:
		return false;
	}
}

/**
 * memgroup_registry_add() - register a group
 * @registry: where
 * @description: @nid, @type, @max_pages and @unit_pages are copied, nothing
 *	else is looked at
 *
 * May sleep. Takes the registry's lock.
 *
 * Return: the group, pinned, so that it is there until the caller puts it; or
 * ERR_PTR(): -EINVAL for a bad description, -ENOMEM, -EBUSY if no id is free.
 */
struct memory_group *
memgroup_registry_add(struct memgroup_registry *registry,
		      const struct memory_group *description)
{
	struct memory_group *group;
	u32 id;
	int ret;

	if (!valid_description(description))
		return ERR_PTR(-EINVAL);

	group = kzalloc(sizeof(*group), GFP_KERNEL);
	if (!group)
		return ERR_PTR(-ENOMEM);

	/* Take the id, with all allocation, before the lock. */
	ret = xa_alloc(&registry->groups, &id, NULL, xa_limit_31b, GFP_KERNEL);
	if (ret) {
		kfree(group);
		return ERR_PTR(ret);
	}

	group->id = id;
	group->nid = description->nid;
	group->type = description->type;
	group->max_pages = description->max_pages;
	group->unit_pages = description->unit_pages;
	group->pins = 1;
	INIT_LIST_HEAD(&group->blocks);
	INIT_LIST_HEAD(&group->next_dynamic);

	mutex_lock(&registry->lock);
	/* The slot is there since xa_alloc(): this allocates nothing. */
	WARN_ON(xa_err(xa_store(&registry->groups, id, group, 0)));
	if (group->type == MEMGROUP_TYPE_DYNAMIC)
		list_add_tail(&group->next_dynamic, &registry->dynamic_groups);
	registry->nr_groups++;
	mutex_unlock(&registry->lock);
	return group;
}

static struct memory_group *find_group(struct memgroup_registry *registry,
				       int id)
{
	lockdep_assert_held(&registry->lock);
	return id < 0 ? NULL : xa_load(&registry->groups, id);
}

/**
 * memgroup_registry_remove() - unregister a group
 * @registry: where
 * @id: which
 *
 * Takes the registry's lock.
 *
 * Return: the group, which is no longer registered: free it with kfree_rcu(), as
 * there may be readers; or ERR_PTR(): -EINVAL for an unknown id, -EBUSY if blocks
 * belong to it or somebody has it pinned. It stays usable then.
 */
struct memory_group *
memgroup_registry_remove(struct memgroup_registry *registry, int id)
{
	struct memory_group *group;

	mutex_lock(&registry->lock);
	group = find_group(registry, id);
	if (!group) {
		group = ERR_PTR(-EINVAL);
	} else if (group->nr_blocks || group->pins) {
		group = ERR_PTR(-EBUSY);
	} else {
		/* Without blocks it has no pages, hence no part of the sums. */
		xa_erase(&registry->groups, id);
		list_del(&group->next_dynamic);
		registry->nr_groups--;
	}
	mutex_unlock(&registry->lock);
	return group;
}

/**
 * memgroup_registry_set_name() - say which device a group is
 * @registry: where
 * @id: which group
 * @name: copied, and cut to what fits
 *
 * Takes the registry's lock.
 *
 * Return: 0, or -EINVAL for an unknown id.
 */
int memgroup_registry_set_name(struct memgroup_registry *registry, int id,
			       const char *name)
{
	struct memory_group *group;

	mutex_lock(&registry->lock);
	group = find_group(registry, id);
	if (group)
		strscpy(group->name, name, sizeof(group->name));
	mutex_unlock(&registry->lock);
	return group ? 0 : -EINVAL;
}

/**
 * memgroup_registry_get() - look a group up, and pin it
 * @registry: where
 * @id: which
 *
 * A pinned group cannot be unregistered. Takes the registry's lock.
 *
 * Return: the group, to be given to memgroup_registry_put(), or NULL.
 */
struct memory_group *memgroup_registry_get(struct memgroup_registry *registry,
					   int id)
{
	struct memory_group *group;

	mutex_lock(&registry->lock);
	group = find_group(registry, id);
	if (group)
		group->pins++;
	mutex_unlock(&registry->lock);
	return group;
}

/**
 * memgroup_registry_put() - give a pinned group back
 * @registry: where
 * @group: from memgroup_registry_get() or memgroup_registry_add()
 *
 * Takes the registry's lock.
 */
void memgroup_registry_put(struct memgroup_registry *registry,
			   struct memory_group *group)
{
	mutex_lock(&registry->lock);
	if (!WARN_ON_ONCE(!group->pins))
		group->pins--;
	mutex_unlock(&registry->lock);
}

/**
 * memgroup_registry_join() - a block appears
 * @registry: where
 * @block: with @start_pfn, @nr_pages and @present_pages set
 * @group: its group, or NULL. A block that joins a group is offline.
 *
 * Takes the registry's lock.
 */
void memgroup_registry_join(struct memgroup_registry *registry,
			    struct memgroup_block *block,
			    struct memory_group *group)
{
	struct rb_node **link = &registry->blocks.rb_node, *parent = NULL;

	INIT_LIST_HEAD(&block->in_group);
	block->group = group;

	mutex_lock(&registry->lock);
	while (*link) {
		parent = *link;
		if (block->start_pfn < rb_entry(parent, struct memgroup_block,
						by_pfn)->start_pfn)
			link = &parent->rb_left;
		else
			link = &parent->rb_right;
	}
	rb_link_node(&block->by_pfn, parent, link);
	rb_insert_color(&block->by_pfn, &registry->blocks);
	registry->nr_blocks++;

	if (group) {
		list_add_tail(&block->in_group, &group->blocks);
		group->nr_blocks++;
	}
	mutex_unlock(&registry->lock);
}

/**
 * memgroup_registry_leave() - a block goes away
 * @registry: where
 * @block: joined, and offline if it is in a group
 *
 * Takes the registry's lock.
 */
void memgroup_registry_leave(struct memgroup_registry *registry,
			     struct memgroup_block *block)
{
	mutex_lock(&registry->lock);
	rb_erase(&block->by_pfn, &registry->blocks);
	registry->nr_blocks--;
	if (block->group) {
		list_del_init(&block->in_group);
		block->group->nr_blocks--;
		block->group = NULL;
	}
	mutex_unlock(&registry->lock);
}

/* The first block that ends after @pfn, or NULL. */
static struct memgroup_block *
first_block_from(struct memgroup_registry *registry, unsigned long pfn)
{
	struct rb_node *node = registry->blocks.rb_node;
	struct memgroup_block *found = NULL, *block;

	lockdep_assert_held(&registry->lock);
	while (node) {
		block = rb_entry(node, struct memgroup_block, by_pfn);
		if (pfn < block->start_pfn + block->nr_pages) {
			found = block;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return found;
}

/**
 * memgroup_registry_find_block() - the block that a page is in
 * @registry: where; its lock is held
 * @pfn: the page
 *
 * Return: the block, or NULL.
 */
struct memgroup_block *
memgroup_registry_find_block(struct memgroup_registry *registry,
			     unsigned long pfn)
{
	struct memgroup_block *block = first_block_from(registry, pfn);

	return block && block->start_pfn <= pfn ? block : NULL;
}

/**
 * memgroup_registry_account() - pages of a block went online or offline
 * @registry: where; its lock is held
 * @block: the block
 * @zone: the zone that they are in
 * @nr_pages: how many; negative if they went offline
 */
void memgroup_registry_account(struct memgroup_registry *registry,
			       struct memgroup_block *block, struct zone *zone,
			       long nr_pages)
{
	struct memory_group *group = block->group;
	const bool was_online = block->present_pages > 0;
	unsigned long movable_before;

	lockdep_assert_held(&registry->lock);

	block->present_pages += nr_pages;
	block->zone = zone;
	if (!group)
		return;

	group->nr_online_blocks += (block->present_pages > 0) - was_online;
	movable_before = group->movable_pages;
	if (memgroup_block_is_movable(block))
		group->movable_pages += nr_pages;
	else
		group->kernel_pages += nr_pages;
	if (group->type == MEMGROUP_TYPE_DYNAMIC)
		update_sums(registry, group, movable_before);
	memgroup_recount(registry);
}

static struct memgroup_block *next_block(const struct memgroup_block *block)
{
	return rb_entry_safe(rb_next(&block->by_pfn), struct memgroup_block,
			     by_pfn);
}

/*
 * What of the unit around @block is online where. The block itself is not counted:
 * it is being decided, and still online only in a preview while it is on its way
 * offline.
 */
static void count_unit(struct memgroup_registry *registry,
		       const struct memgroup_block *block,
		       struct memgroup_member *member)
{
	const struct memory_group *group = block->group;
	const unsigned long start = ALIGN_DOWN(block->start_pfn,
					       group->unit_pages);
	const unsigned long end = start + group->unit_pages;
	const struct memgroup_block *other;

	for (other = first_block_from(registry, start);
	     other && other->start_pfn < end; other = next_block(other)) {
		if (other == block || other->group != group)
			continue;
		if (memgroup_block_is_movable(other))
			member->unit_movable_pages += other->present_pages;
		else
			member->unit_kernel_pages += other->present_pages;
	}
}

/**
 * memgroup_registry_describe() - a block's group, as the policy wants it
 * @registry: where; its lock is held
 * @block: the block that is decided, or NULL if it is not known
 * @nid: its node
 * @member: filled in
 */
void memgroup_registry_describe(struct memgroup_registry *registry,
				const struct memgroup_block *block, int nid,
				struct memgroup_member *member)
{
	const struct memory_group *group = block ? block->group : NULL;

	lockdep_assert_held(&registry->lock);

	*member = (struct memgroup_member) { .type = MEMGROUP_TYPE_NONE };
	if (!group)
		return;

	member->type = group->type;
	member->on_node = group->nid == nid;
	member->kernel_pages = group->kernel_pages;
	member->movable_pages = group->movable_pages;
	member->max_pages = group->max_pages;
	member->unit_pages = group->unit_pages;
	if (group->type == MEMGROUP_TYPE_DYNAMIC)
		count_unit(registry, block, member);
}

/**
 * memgroup_registry_configure() - change the configuration
 * @registry: where; its lock is held
 * @config: the new one
 *
 * Recomputes the sums if the ratio changes. Allocates nothing.
 */
void memgroup_registry_configure(struct memgroup_registry *registry,
				 const struct memgroup_config *config)
{
	const bool new_ratio = config->ratio != registry->config.ratio;
	struct memory_group *group;

	lockdep_assert_held(&registry->lock);

	registry->config = *config;
	if (!new_ratio)
		return;
	list_for_each_entry(group, &registry->dynamic_groups, next_dynamic)
		update_sums(registry, group, group->movable_pages);
	memgroup_recount(registry);
}
