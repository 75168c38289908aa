// SPDX-License-Identifier: GPL-2.0
/*
 * Devices of a made-up system: how their blocks come and go. Each block is decided
 * as the kernel decides its own, and is then online where the verdict says.
 *
 * A device may stand for many, each with a group of its own. All their units are in
 * one row, so that a hundred thousand of them are a few allocations and two a piece.
 * The only unit of a static device is all of it.
 *
 * Everything here that is not in the registry belongs to the device's lock.
 */

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../core.h"
#include "made_up.h"
#include "model.h"
#include "synthetic.h"

/**
 * struct synthetic_device - what a live device has
 * @registry: of the system that it is in
 * @start_pfn: its first page
 * @block_pages: size of a memory block
 * @unit_pages: size of a unit
 * @units_each: how many units each group can have
 * @nr_groups: how many are registered
 * @groups: its groups, by address
 * @units: the state of each unit, enum memgroup_sim_unit; first those of the first
 *	group
 * @blocks: the blocks of each unit, or NULL if it is absent
 */
struct synthetic_device {
	struct memgroup_registry *registry;
	unsigned long start_pfn;
	unsigned long block_pages;
	unsigned long unit_pages;
	unsigned long units_each;
	unsigned int nr_groups;
	struct memory_group **groups;
	u8 *units;
	struct memgroup_block **blocks;
};

static __printf(3, 4) int fail(struct memgroup_sim_device *device, int error,
			       const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vscnprintf(device->last_error, sizeof(device->last_error), fmt, args);
	va_end(args);
	return error;
}

static int fail_without_memory(struct memgroup_sim_device *device)
{
	return fail(device, -ENOMEM,
		    "not enough memory for so many groups and blocks");
}

static int fail_by_signal(struct memgroup_sim_device *device)
{
	return fail(device, -EINTR, "stopped by a signal");
}

/*
 * Sizes are made up as well: too large means -ENOMEM, and never that somebody else
 * runs out of memory. Of all that this machine has, so much shall stay available.
 */
#define KEEP_AVAILABLE	(totalram_pages() / 16)

static bool may_allocate(size_t bytes)
{
	const long available = si_mem_available() - KEEP_AVAILABLE;

	return available > 0 && PFN_UP(bytes) < available;
}

static void *allocate_array(u64 nr, size_t size)
{
	if (nr > SIZE_MAX / size || !may_allocate(nr * size))
		return NULL;
	return kvcalloc(nr, size,
			GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN);
}

static unsigned long blocks_per_unit(const struct synthetic_device *made)
{
	return made->unit_pages / made->block_pages;
}

static unsigned long plugged_units(const struct synthetic_device *made,
				   unsigned int nr)
{
	return made->groups[nr]->nr_blocks / blocks_per_unit(made);
}

/* Take the blocks of a unit away, if there are any, online or not yet. */
static void unplug_unit(struct synthetic_device *made, unsigned long unit)
{
	struct memgroup_block *blocks = made->blocks[unit];
	unsigned long i;

	if (!blocks)
		return;
	for (i = blocks_per_unit(made); i-- > 0;) {
		if (blocks[i].present_pages)
			memgroup_made_up_offline(made->registry, &blocks[i]);
		memgroup_registry_leave(made->registry, &blocks[i]);
		cond_resched();
	}
	kvfree(blocks);
	made->blocks[unit] = NULL;
}

static void add_blocks(struct synthetic_device *made, unsigned long unit,
		       struct memory_group *group)
{
	struct memgroup_block *blocks = made->blocks[unit];
	unsigned long start_pfn = made->start_pfn + unit * made->unit_pages;
	unsigned long i;

	for (i = 0; i < blocks_per_unit(made); i++) {
		blocks[i].start_pfn = start_pfn + i * made->block_pages;
		blocks[i].nr_pages = made->block_pages;
		memgroup_registry_join(made->registry, &blocks[i], group);
		cond_resched();
	}
}

/* Ask for each block in turn; stopped by a signal with -EINTR. */
static int online_blocks(struct synthetic_device *made, unsigned long unit)
{
	enum memgroup_sim_unit state = MEMGROUP_SIM_UNIT_MOVABLE;
	struct memgroup_block *blocks = made->blocks[unit];
	struct zone *zone;
	unsigned long i;

	for (i = 0; i < blocks_per_unit(made); i++) {
		if (signal_pending(current))
			return -EINTR;
		zone = memgroup_decide(made->registry, &blocks[i],
				       blocks[i].group->nid, MMOP_ONLINE);
		memgroup_made_up_online(made->registry, &blocks[i], zone);
		if (!memgroup_block_is_movable(&blocks[i]))
			state = MEMGROUP_SIM_UNIT_KERNEL;
		cond_resched();
	}
	made->units[unit] = state;
	return 0;
}

/* Add an absent unit, and take it online; all of it, or nothing. */
static int plug_unit(struct memgroup_sim_device *device, unsigned long unit,
		     struct memory_group *group)
{
	struct synthetic_device *made = device->state;

	made->blocks[unit] = allocate_array(blocks_per_unit(made),
					    sizeof(**made->blocks));
	if (!made->blocks[unit])
		return fail_without_memory(device);

	add_blocks(made, unit, group);
	if (!online_blocks(made, unit))
		return 0;
	unplug_unit(made, unit);
	return fail_by_signal(device);
}

static int add_group(struct memgroup_sim_device *device)
{
	const struct memgroup_sim_settings *settings = &device->settings;
	struct synthetic_device *made = device->state;
	struct memory_group description = {
		.nid = settings->nid,
		.type = settings->type,
	};
	struct memory_group *group;

	if (settings->type == MEMGROUP_TYPE_STATIC)
		description.max_pages = made->unit_pages;
	else
		description.unit_pages = made->unit_pages;
	if (!may_allocate(sizeof(*group)))
		return fail_without_memory(device);
	group = memgroup_registry_add(made->registry, &description);
	if (IS_ERR(group))
		return fail(device, PTR_ERR(group),
			    "group %u of %u cannot be registered (error %ld)",
			    made->nr_groups + 1, settings->count,
			    PTR_ERR(group));

	memgroup_registry_set_name(made->registry, group->id, device->name);
	memgroup_registry_put(made->registry, group);
	made->groups[made->nr_groups++] = group;
	return 0;
}

/* Nobody else unregisters it, nobody pins it, and no memory block leads to it. */
static void remove_group(struct synthetic_device *made)
{
	struct memory_group *group = made->groups[--made->nr_groups];

	if (!WARN_ON(IS_ERR(memgroup_registry_remove(made->registry,
						     group->id))))
		kfree(group);
}

static void free_device(struct memgroup_sim_device *device)
{
	struct synthetic_device *made = device->state;

	kvfree(made->blocks);
	kvfree(made->units);
	kvfree(made->groups);
	kfree(made);
	device->state = NULL;
}

static int allocate_device(struct memgroup_sim_device *device,
			   const struct memgroup_synthetic *system)
{
	const struct memgroup_sim_settings *settings = &device->settings;
	const bool is_static = settings->type == MEMGROUP_TYPE_STATIC;
	const u64 unit = is_static ? settings->size : settings->unit;
	struct synthetic_device *made;
	u64 nr_units;

	made = kzalloc(sizeof(*made), GFP_KERNEL);
	if (!made)
		return fail_without_memory(device);
	device->state = made;

	made->block_pages = PHYS_PFN(system->block_size);
	made->unit_pages = PHYS_PFN(unit);
	made->units_each = div64_u64(settings->size, unit);
	nr_units = (u64)made->units_each * settings->count;
	made->groups = allocate_array(settings->count, sizeof(*made->groups));
	if (made->groups)
		made->blocks = allocate_array(nr_units, sizeof(*made->blocks));
	if (made->blocks)
		made->units = allocate_array(nr_units, sizeof(*made->units));
	if (made->units)
		return 0;
	free_device(device);
	return fail_without_memory(device);
}

/* Some of the settings depend on the system: is it one that can have the device? */
static int check_device(struct memgroup_sim_device *device,
			const struct memgroup_synthetic *system)
{
	const struct memgroup_sim_settings *settings = &device->settings;
	const u64 block_size = system->block_size;

	if (!memgroup_synthetic_node(system, settings->nid))
		return fail(device, -ENODEV,
			    "node: make synthetic/node%d first",
			    settings->nid);
	if (!settings->size || !IS_ALIGNED(settings->size, block_size))
		return fail(device, -EINVAL,
			    "size: not a multiple of synthetic/block_size, %llu",
			    block_size);
	if (settings->type == MEMGROUP_TYPE_DYNAMIC &&
	    settings->unit < block_size)
		return fail(device, -EINVAL,
			    "unit: smaller than synthetic/block_size, %llu",
			    block_size);
	return 0;
}

/* Take the next addresses for all that the device stands for. */
static int take_addresses(struct memgroup_sim_device *device,
			  struct memgroup_synthetic *system)
{
	const struct memgroup_sim_settings *settings = &device->settings;
	const u64 align = settings->type == MEMGROUP_TYPE_STATIC ?
		system->block_size : settings->unit;
	struct synthetic_device *made = device->state;
	int ret = -ENOSPC;
	u64 start, room;

	mutex_lock(&system->lock);
	start = round_up(system->end, align);
	room = start < MEMGROUP_SYNTHETIC_END ?
		MEMGROUP_SYNTHETIC_END - start : 0;
	if (settings->size <= div_u64(room, settings->count)) {
		made->start_pfn = PHYS_PFN(start);
		system->end = start + settings->size * settings->count;
		ret = 0;
	}
	mutex_unlock(&system->lock);
	if (ret)
		fail(device, ret,
		     "size: no made-up addresses are left, until all such devices are gone");
	return ret;
}

static int plug_all(struct memgroup_sim_device *device)
{
	const struct memgroup_sim_settings *settings = &device->settings;
	struct synthetic_device *made = device->state;
	unsigned int nr;
	int ret;

	for (nr = 0; nr < settings->count; nr++) {
		if (signal_pending(current))
			return fail_by_signal(device);
		ret = add_group(device);
		if (!ret && settings->type == MEMGROUP_TYPE_STATIC)
			ret = plug_unit(device, nr, made->groups[nr]);
		if (ret)
			return ret;
		cond_resched();
	}
	return 0;
}

/**
 * memgroup_synthetic_start() - a device goes live
 * @system: where; frozen for it
 * @device: the device, checked by memgroup_sim_check(); its lock is held
 *
 * May take long; a signal stops it. @count static devices come one after the other,
 * each with all of its memory; dynamic ones without.
 *
 * Return: 0; -ENODEV if there is no such node, -EINVAL if the system's memory blocks
 * are too large for the device, -ENOSPC if the made-up addresses are used up, -ENOMEM
 * or -EINTR. Nothing remains then.
 */
int memgroup_synthetic_start(struct memgroup_synthetic *system,
			     struct memgroup_sim_device *device)
{
	struct synthetic_device *made;
	int ret;

	lockdep_assert_held(&device->lock);

	ret = check_device(device, system);
	if (!ret)
		ret = allocate_device(device, system);
	if (ret)
		return ret;
	made = device->state;
	made->registry = &system->registry;

	ret = take_addresses(device, system);
	if (!ret)
		ret = plug_all(device);
	if (ret)
		memgroup_synthetic_stop(device);
	return ret;
}

static int grow(struct memgroup_sim_device *device, unsigned int nr,
		unsigned long target)
{
	struct synthetic_device *made = device->state;
	const unsigned long first = nr * made->units_each;
	unsigned long unit = 0;
	int ret;

	while (plugged_units(made, nr) < target) {
		unit = memgroup_sim_next_to_plug(&made->units[first],
						 made->units_each, unit);
		ret = plug_unit(device, first + unit, made->groups[nr]);
		if (ret)
			return ret;
	}
	return 0;
}

static int shrink(struct memgroup_sim_device *device, unsigned int nr,
		  unsigned long target)
{
	struct synthetic_device *made = device->state;
	const unsigned long first = nr * made->units_each;
	u8 *units = &made->units[first];
	unsigned long unit, next;

	next = memgroup_sim_next_to_unplug(units, made->units_each,
					   made->units_each);
	while (plugged_units(made, nr) > target) {
		if (signal_pending(current))
			return fail_by_signal(device);
		unit = next;
		unplug_unit(made, first + unit);
		/* What comes after it depends on what it was. */
		next = memgroup_sim_next_to_unplug(units, made->units_each,
						   unit);
		units[unit] = MEMGROUP_SIM_UNIT_ABSENT;
		cond_resched();
	}
	return 0;
}

/**
 * memgroup_synthetic_resize() - plug or unplug units of a live dynamic device
 * @device: the device; its lock is held
 * @bytes: how much of each device that it stands for shall be plugged: a multiple of
 *	the unit, at most the size
 *
 * May take long; a signal stops it.
 *
 * Return: 0, -ENOMEM or -EINTR; the units that were plugged or unplugged by then stay
 * as they are.
 */
int memgroup_synthetic_resize(struct memgroup_sim_device *device, u64 bytes)
{
	struct synthetic_device *made = device->state;
	const unsigned long target = PHYS_PFN(bytes) / made->unit_pages;
	unsigned int nr;
	int ret = 0;

	lockdep_assert_held(&device->lock);

	for (nr = 0; nr < made->nr_groups && !ret; nr++) {
		ret = grow(device, nr, target);
		if (!ret)
			ret = shrink(device, nr, target);
		cond_resched();
	}
	return ret;
}

/**
 * memgroup_synthetic_stop() - a device is unplugged whole
 * @device: the device; its lock is held
 *
 * May take as long as plugging it took. Made-up memory always goes.
 */
void memgroup_synthetic_stop(struct memgroup_sim_device *device)
{
	struct synthetic_device *made = device->state;
	unsigned long first, unit;

	lockdep_assert_held(&device->lock);

	while (made->nr_groups) {
		first = (made->nr_groups - 1) * made->units_each;
		for (unit = made->units_each; unit-- > 0;)
			unplug_unit(made, first + unit);
		remove_group(made);
		cond_resched();
	}
	free_device(device);
}

/**
 * memgroup_synthetic_read() - what a live device has
 * @device: the device; its lock is held. Takes that of the registry.
 * @figures: filled in: sums over all devices that it stands for
 */
void memgroup_synthetic_read(struct memgroup_sim_device *device,
			     struct memgroup_sim_figures *figures)
{
	struct synthetic_device *made = device->state;
	u64 blocks = 0, kernel = 0, movable = 0;
	const struct memory_group *group;
	unsigned int nr;

	lockdep_assert_held(&device->lock);

	mutex_lock(&made->registry->lock);
	for (nr = 0; nr < made->nr_groups; nr++) {
		group = made->groups[nr];
		blocks += group->nr_blocks;
		kernel += group->kernel_pages;
		movable += group->movable_pages;
	}
	mutex_unlock(&made->registry->lock);

	figures->mgid = made->groups[0]->id;
	figures->start = PFN_PHYS(made->start_pfn);
	figures->plugged = (blocks * made->block_pages) << PAGE_SHIFT;
	figures->kernel = kernel << PAGE_SHIFT;
	figures->movable = movable << PAGE_SHIFT;
	figures->offline = figures->plugged - figures->kernel - figures->movable;
}
