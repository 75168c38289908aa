/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory groups: which memory blocks belong to one memory device.
 *
 * The interface between the memory hotplug core, the drivers that add memory,
 * and mm/memgroup/. Without CONFIG_MEMGROUP every hook is an empty stub and the
 * kernel's own groups and policy remain.
 */
#ifndef _LINUX_MEMGROUP_H
#define _LINUX_MEMGROUP_H

#include <linux/list.h>
#include <linux/memgroup_enums.h>
#include <linux/rbtree.h>
#include <linux/types.h>

struct memory_block;
struct memory_group;
struct page;
struct zone;

#ifdef CONFIG_MEMGROUP

/* Longest device name that is kept, with its terminating NUL. */
#define MEMGROUP_NAME_SIZE	32

/**
 * struct memory_group - the memory blocks of one memory device
 * @nid: the node that all its blocks are on
 * @id: what drivers call it by
 * @type: static (a DIMM, a dax/kmem range) or dynamic (virtio-mem)
 * @name: the device, for people to read; empty if the driver gave none. Not
 *	unique: a driver may leave a group behind and come back.
 * @max_pages: static group: the size of the device
 * @unit_pages: dynamic group: in what pieces it grows and shrinks; a power of
 *	two, and not smaller than a memory block
 * @blocks: the member blocks, struct memgroup_block
 * @next_dynamic: in the registry's list of dynamic groups
 * @nr_blocks: how many there are in @blocks
 * @nr_online_blocks: how many of them have pages online
 * @kernel_pages: present pages in kernel zones
 * @movable_pages: present pages in ZONE_MOVABLE
 * @needed_pages: dynamic group: its part of the registry's sums
 * @pins: users that looked the group up and have not put it yet
 * @nr_decided_kernel: decisions for a kernel zone
 * @nr_decided_movable: decisions for ZONE_MOVABLE
 * @last_reason: of the latest decision, if there was one
 * @rcu: for the grace period before it is freed
 *
 * @nid, @id, @type, @max_pages and @unit_pages never change. All others belong
 * to the registry's lock. Outside of that lock a group may be used while pinned,
 * while a block of it exists and cannot leave, or under RCU.
 */
struct memory_group {
	int nid;
	int id;
	enum memgroup_type type;
	char name[MEMGROUP_NAME_SIZE];
	unsigned long max_pages;
	unsigned long unit_pages;
	struct list_head blocks;
	struct list_head next_dynamic;
	unsigned long nr_blocks;
	unsigned long nr_online_blocks;
	unsigned long kernel_pages;
	unsigned long movable_pages;
	unsigned long needed_pages;
	unsigned int pins;
	unsigned long nr_decided_kernel;
	unsigned long nr_decided_movable;
	enum memgroup_reason last_reason;
	struct rcu_head rcu;
};

/**
 * struct memgroup_block - the part of a memory block that is ours
 * @by_pfn: in the registry, ordered by @start_pfn
 * @in_group: in the list of blocks of @group
 * @group: the group, or NULL
 * @start_pfn: first page
 * @nr_pages: size in pages
 * @present_pages: pages that are online; of boot memory, holes included
 * @zone: the zone that they are in; NULL if none was ever accounted, as of boot
 *	memory that was never taken offline
 * @event_start_ns: when the change of state that is under way began
 * @event_zone: the zone that it takes the block to, or from
 * @event_result: of the latest change of state: 0, or why the block refused
 *
 * Embedded, so that a block can join without allocating. The @event_ members
 * belong to the device lock of the memory block (@event_result may be read without,
 * with READ_ONCE()), all others to the lock of the registry from when the block joins
 * until it has left.
 */
struct memgroup_block {
	struct rb_node by_pfn;
	struct list_head in_group;
	struct memory_group *group;
	unsigned long start_pfn;
	unsigned long nr_pages;
	long present_pages;
	struct zone *zone;
	u64 event_start_ns;
	struct zone *event_zone;
	int event_result;
};

void memory_group_set_name(int mgid, const char *name);
void memory_group_put(struct memory_group *group);

void memgroup_block_join(struct memory_block *mem, struct memory_group *group);
void memgroup_block_leave(struct memory_block *mem);
struct zone *memgroup_zone_to_online(struct memory_block *mem);
void memgroup_account_begin(void);
void memgroup_account_end(struct page *page, long nr_pages);
void memgroup_state_begin(struct memory_block *mem);
void memgroup_state_end(struct memory_block *mem, unsigned long to_state,
			int result);

#else /* !CONFIG_MEMGROUP */

/* Not a function: a driver without us does not even look its name up. */
#define memory_group_set_name(mgid, name) do { } while (0)

static inline void memory_group_put(struct memory_group *group)
{
}

static inline void memgroup_account_begin(void)
{
}

static inline void memgroup_account_end(struct page *page, long nr_pages)
{
}

static inline void memgroup_state_begin(struct memory_block *mem)
{
}

static inline void memgroup_state_end(struct memory_block *mem,
				      unsigned long to_state, int result)
{
}

#endif /* CONFIG_MEMGROUP */

#endif /* _LINUX_MEMGROUP_H */
