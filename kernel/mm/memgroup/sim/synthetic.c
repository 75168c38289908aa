// SPDX-License-Identifier: GPL-2.0
/*
 * What a made-up system is before devices are plugged into it: its nodes with their
 * boot memory, and the size of its memory blocks. Without configfs.
 *
 * Addresses are given out from 0: to the boot memory of the nodes, one after the
 * other, then to each device that is started. When the last device is gone all of
 * it begins again.
 */

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/slab.h>

#include "made_up.h"
#include "synthetic.h"

static pg_data_t *find_node(const struct memgroup_nodes *nodes, int nid)
{
	struct memgroup_synthetic *system =
		container_of(nodes, struct memgroup_synthetic, nodes);

	return &system->node[nid]->pgdat;
}

/**
 * memgroup_synthetic_init() - a system without nodes
 * @system: zeroed memory
 * @config: the configuration of its policy to begin with
 *
 * Its memory blocks have the size of this machine's.
 */
void memgroup_synthetic_init(struct memgroup_synthetic *system,
			     const struct memgroup_config *config)
{
	mutex_init(&system->lock);
	system->block_size = memory_block_size_bytes();
	system->nodes.online = &system->online;
	system->nodes.get = find_node;
	memgroup_registry_init(&system->registry, &system->nodes, config);
	system->registry.log = &system->log;
	system->registry.untraced = true;
}

/**
 * memgroup_synthetic_destroy() - done with a system
 * @system: without devices; nobody looks at it any more
 */
void memgroup_synthetic_destroy(struct memgroup_synthetic *system)
{
	int nid;

	for_each_node_mask(nid, system->online)
		kvfree(system->node[nid]);
	WARN_ON(!xa_empty(&system->registry.groups));
	xa_destroy(&system->registry.groups);
	mutex_destroy(&system->registry.lock);
	mutex_destroy(&system->lock);
}

/* Put @bytes of boot memory at @start into a zone; returns where they end. */
static u64 lay_out_zone(struct zone *zone, u64 start, u64 bytes)
{
	if (bytes)
		memgroup_made_up_boot(zone, PHYS_PFN(start), PHYS_PFN(bytes));
	return start + bytes;
}

static u64 lay_out_node(struct memgroup_synthetic_node *node, int nid, u64 start)
{
	const u64 *bytes = node->bytes;
	struct zone *zones = node->pgdat.node_zones;

	memgroup_made_up_node(&node->pgdat, nid);
	start = lay_out_zone(&zones[ZONE_NORMAL], start,
			     bytes[MEMGROUP_SYNTHETIC_KERNEL] +
			     bytes[MEMGROUP_SYNTHETIC_CMA]);
#ifdef CONFIG_CMA
	zones[ZONE_NORMAL].cma_pages = PHYS_PFN(bytes[MEMGROUP_SYNTHETIC_CMA]);
#endif
	return lay_out_zone(&zones[ZONE_MOVABLE], start,
			    bytes[MEMGROUP_SYNTHETIC_MOVABLE]);
}

/* Begin again with all zones as they are staged, and with all addresses free. */
static void lay_out(struct memgroup_synthetic *system)
{
	u64 end = 0;
	int nid;

	lockdep_assert_held(&system->lock);

	mutex_lock(&system->registry.lock);
	for_each_node_mask(nid, system->online)
		end = round_up(lay_out_node(system->node[nid], nid, end),
			       system->block_size);
	mutex_unlock(&system->registry.lock);
	system->end = end;
}

static int add_node(struct memgroup_synthetic *system, int nid)
{
	struct memgroup_synthetic_node *node;

	lockdep_assert_held(&system->lock);

	if (system->nr_frozen)
		return -EBUSY;
	if (system->node[nid])
		return -EEXIST;
	node = kvzalloc(sizeof(*node), GFP_KERNEL);
	if (!node)
		return -ENOMEM;

	/* Whoever finds it in @online finds its zones as well. */
	mutex_lock(&system->registry.lock);
	memgroup_made_up_node(&node->pgdat, nid);
	system->node[nid] = node;
	node_set(nid, system->online);
	mutex_unlock(&system->registry.lock);
	return 0;
}

/**
 * memgroup_synthetic_add_node() - a node, without memory
 * @system: where
 * @nid: its number
 *
 * May sleep. Takes both locks of @system.
 *
 * Return: 0; -EINVAL for a number that this kernel cannot have, -EEXIST, -ENOMEM, or
 * -EBUSY if the system is frozen.
 */
int memgroup_synthetic_add_node(struct memgroup_synthetic *system, int nid)
{
	int ret;

	if (nid < 0 || nid >= MAX_NUMNODES)
		return -EINVAL;

	mutex_lock(&system->lock);
	ret = add_node(system, nid);
	mutex_unlock(&system->lock);
	return ret;
}

static int remove_node(struct memgroup_synthetic *system, int nid)
{
	struct memgroup_synthetic_node *node;

	lockdep_assert_held(&system->lock);

	node = memgroup_synthetic_node(system, nid);
	if (!node)
		return -ENODEV;
	if (system->nr_frozen)
		return -EBUSY;

	mutex_lock(&system->registry.lock);
	node_clear(nid, system->online);
	system->node[nid] = NULL;
	mutex_unlock(&system->registry.lock);
	kvfree(node);
	lay_out(system);
	return 0;
}

/**
 * memgroup_synthetic_remove_node() - take a node and its memory away
 * @system: where
 * @nid: its number
 *
 * Takes both locks of @system.
 *
 * Return: 0; -ENODEV if there is none, -EBUSY if the system is frozen.
 */
int memgroup_synthetic_remove_node(struct memgroup_synthetic *system, int nid)
{
	int ret;

	mutex_lock(&system->lock);
	ret = remove_node(system, nid);
	mutex_unlock(&system->lock);
	return ret;
}

/* All boot memory; none of the numbers, nor their sum, is beyond the end. */
static u64 sum_up(const struct memgroup_synthetic *system)
{
	u64 sum = 0;
	int nid, kind;

	for_each_node_mask(nid, system->online)
		for (kind = 0; kind < MEMGROUP_SYNTHETIC_KINDS; kind++)
			sum += system->node[nid]->bytes[kind];
	return sum;
}

static int set_bytes(struct memgroup_synthetic *system, int nid,
		     enum memgroup_synthetic_kind kind, u64 bytes)
{
	struct memgroup_synthetic_node *node;

	lockdep_assert_held(&system->lock);

	node = memgroup_synthetic_node(system, nid);
	if (!node)
		return -ENODEV;
	if (system->nr_frozen)
		return -EBUSY;
	if (bytes > MEMGROUP_SYNTHETIC_END -
		    (sum_up(system) - node->bytes[kind]))
		return -ERANGE;

	node->bytes[kind] = bytes;
	lay_out(system);
	return 0;
}

/**
 * memgroup_synthetic_set_bytes() - say how much boot memory a node has
 * @system: where
 * @nid: the node
 * @kind: which of its memory
 * @bytes: how much, in whole pages
 *
 * Takes both locks of @system.
 *
 * Return: 0; -EINVAL for parts of pages, -ERANGE if all boot memory together is more
 * than there are addresses for, -EOPNOTSUPP for CMA where this kernel has none, -ENODEV
 * if there is no such node, -EBUSY if the system is frozen. Nothing changes then.
 */
int memgroup_synthetic_set_bytes(struct memgroup_synthetic *system, int nid,
				 enum memgroup_synthetic_kind kind, u64 bytes)
{
	int ret;

	if (!PAGE_ALIGNED(bytes))
		return -EINVAL;
	if (kind == MEMGROUP_SYNTHETIC_CMA && !IS_ENABLED(CONFIG_CMA))
		return -EOPNOTSUPP;

	mutex_lock(&system->lock);
	ret = set_bytes(system, nid, kind, bytes);
	mutex_unlock(&system->lock);
	return ret;
}

/**
 * memgroup_synthetic_get_bytes() - how much boot memory a node has
 * @system: where; takes its lock
 * @nid: a node that is there
 * @kind: which of its memory
 *
 * Return: bytes.
 */
u64 memgroup_synthetic_get_bytes(struct memgroup_synthetic *system, int nid,
				 enum memgroup_synthetic_kind kind)
{
	u64 bytes;

	mutex_lock(&system->lock);
	bytes = system->node[nid]->bytes[kind];
	mutex_unlock(&system->lock);
	return bytes;
}

/**
 * memgroup_synthetic_set_block_size() - say how large memory blocks are
 * @system: where; takes both of its locks
 * @bytes: a power of two, from the smallest that this kernel could have to
 *	MEMGROUP_SYNTHETIC_BLOCK_MAX
 *
 * Return: 0; -EINVAL for no power of two, -ERANGE for one that is too small or too
 * large, -EBUSY if the system is frozen. Nothing changes then.
 */
int memgroup_synthetic_set_block_size(struct memgroup_synthetic *system,
				      u64 bytes)
{
	int ret = -EBUSY;

	if (!is_power_of_2(bytes))
		return -EINVAL;
	if (bytes < MIN_MEMORY_BLOCK_SIZE ||
	    bytes > MEMGROUP_SYNTHETIC_BLOCK_MAX)
		return -ERANGE;

	mutex_lock(&system->lock);
	if (!system->nr_frozen) {
		system->block_size = bytes;
		lay_out(system);
		ret = 0;
	}
	mutex_unlock(&system->lock);
	return ret;
}

/**
 * memgroup_synthetic_freeze() - nodes and block size shall stay as they are
 * @system: where; takes its lock
 *
 * For each device, from before it is started until after it is stopped.
 */
void memgroup_synthetic_freeze(struct memgroup_synthetic *system)
{
	mutex_lock(&system->lock);
	system->nr_frozen++;
	mutex_unlock(&system->lock);
}

/**
 * memgroup_synthetic_thaw() - take memgroup_synthetic_freeze() back
 * @system: where; takes both of its locks
 */
void memgroup_synthetic_thaw(struct memgroup_synthetic *system)
{
	mutex_lock(&system->lock);
	if (!--system->nr_frozen)
		lay_out(system);
	mutex_unlock(&system->lock);
}
