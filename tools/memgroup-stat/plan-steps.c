// SPDX-License-Identifier: GPL-2.0
/*
 * Which blocks come and go when a device is plugged, resized or unplugged. DIMMs and
 * dax/kmem devices come whole; virtio-mem does as its driver in Linux does when all that
 * it asks for succeeds.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "plan-system.h"

#define MIB(n)	((uint64_t)(n) << 20)
#define GIB(n)	((uint64_t)(n) << 30)

/* What the driver can plug within a memory block: a pageblock of the kernel. */
#define PIECE_LEAST	MIB(2)

/* Memory devices begin at 4 GiB, or at the next GiB after boot memory. */
#define HOTPLUG_ALIGNMENT	GIB(1)

static uint64_t align_up(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

static uint64_t hotplug_start(const struct plan *p)
{
	uint64_t start = 4 * HOTPLUG_ALIGNMENT;
	size_t i;

	if (p->config.hotplug_first)
		return p->config.hotplug_first;
	for (i = 0; i < p->nr_ranges; i++) {
		const uint64_t end = (p->ranges[i].last + 1) * p->config.block_bytes;

		if (end > start)
			start = end;
	}
	start = align_up(start, HOTPLUG_ALIGNMENT);
	return align_up(start, p->config.block_bytes) / p->config.block_bytes;
}

/* The first gap that is large enough, as QEMU looks for one; blocks. */
static uint64_t find_place(struct plan *p, uint64_t blocks, uint64_t alignment)
{
	const struct plan_device *last;
	uint64_t place, end;
	size_t i;

	if (p->nr_order && !p->has_holes) {
		last = &p->devices[p->order[p->nr_order - 1]];
		end = last->first + last->nr_blocks;
		place = align_up(end, alignment);
		/* What the alignment leaves free is for smaller ones. */
		p->has_holes = place != end;
	} else {
		p->has_holes |= hotplug_start(p) % alignment;
		place = align_up(hotplug_start(p), alignment);
		for (i = 0; i < p->nr_order; i++) {
			const struct plan_device *d = &p->devices[p->order[i]];

			if (place + blocks <= d->first)
				break;
			if (place < d->first + d->nr_blocks)
				place = align_up(d->first + d->nr_blocks, alignment);
		}
	}
	return place;
}

static bool is_taken(const struct plan *p, uint64_t first, uint64_t blocks)
{
	size_t i;

	for (i = 0; i < p->nr_ranges; i++)
		if (first <= p->ranges[i].last && p->ranges[i].first < first + blocks)
			return true;
	for (i = 0; i < p->nr_order; i++) {
		const struct plan_device *d = &p->devices[p->order[i]];

		if (first < d->first + d->nr_blocks && d->first < first + blocks)
			return true;
	}
	return false;
}

/* The name that was asked for, or the next one that nobody else has. */
static void name_device(struct plan *p, struct plan_device *d, const char *wanted)
{
	const bool dynamic = d->type == MEMGROUP_TYPE_DYNAMIC;
	char name[PLAN_NAME_SIZE];

	if (*wanted) {
		p->names_given = true;
		snprintf(d->name, sizeof(d->name), "%s", wanted);
		return;
	}
	do {
		snprintf(name, sizeof(name), "%c%" PRIu64, dynamic ? 'v' : 'd',
			 p->nr_named[dynamic]++);
	} while (p->names_given && plan_find(p, name));
	memcpy(d->name, name, sizeof(name));
}

static int whole_blocks(const struct plan *p, uint64_t bytes, uint64_t *blocks,
			struct fault *fault)
{
	if (!bytes || bytes % p->config.block_bytes)
		return fault_set(fault, EINVAL, "a size of %" PRIu64
				 " bytes is not whole memory blocks of %" PRIu64, bytes,
				 p->config.block_bytes);
	if (bytes > PLAN_BYTES_MAX)
		return fault_set(fault, ERANGE, "a size of more than 128 PiB");
	*blocks = bytes / p->config.block_bytes;
	return 0;
}

static int new_device(struct plan *p, struct plan_device *d, const struct plan_step *step,
		      uint64_t bytes, uint64_t alignment, size_t *index,
		      struct fault *fault)
{
	int ret = whole_blocks(p, bytes, &d->nr_blocks, fault);

	if (ret)
		return ret;
	if (step->first == PLAN_ANYWHERE) {
		d->first = find_place(p, d->nr_blocks, alignment);
	} else {
		d->first = step->first;
		if (is_taken(p, d->first, d->nr_blocks))
			return fault_set(fault, EINVAL, "blocks from %" PRIu64
					 " on are taken", d->first);
		p->has_holes = true;
	}
	if (*step->name && plan_find(p, step->name))
		return fault_set(fault, EINVAL, "there are two devices \"%s\"", step->name);
	ret = plan_insert_device(p, d, index, fault);
	if (!ret)
		name_device(p, &p->devices[*index], step->name);
	return ret;
}

static int plug_static(struct plan *p, const struct plan_step *step, struct fault *fault)
{
	struct plan_device new = {
		.type = MEMGROUP_TYPE_STATIC,
		.node = step->node,
		.unit_blocks = 1,
		.plugged_bytes = step->bytes,
		.piece_bytes = p->config.block_bytes,
	};
	struct plan_device *d;
	size_t index;
	int ret;

	ret = new_device(p, &new, step, step->bytes, 1, &index, fault);
	if (ret)
		return ret;
	d = &p->devices[index];
	ret = plan_grow_blocks(p, d, d->nr_blocks, fault);
	if (ret) {
		plan_drop_device(p, index);
		return ret;
	}
	plan_plug_blocks(p, d, 0, d->nr_blocks);
	return 0;
}

/* In whole memory blocks and more the driver works in units, in less within a block. */
static bool has_pieces(const struct plan *p, const struct plan_device *d)
{
	return d->piece_bytes < p->config.block_bytes;
}

static int add_unit(struct plan *p, struct plan_device *d, uint64_t index, uint64_t blocks,
		    struct fault *fault)
{
	uint64_t wanted = index + blocks;
	int ret;

	if (wanted > d->allocated) {
		/* Twice as many, so that a few calls do. */
		wanted = 2 * wanted < d->nr_blocks ? 2 * wanted : d->nr_blocks;
		ret = plan_grow_blocks(p, d, wanted - d->allocated, fault);
		if (ret)
			return ret;
	}
	plan_plug_blocks(p, d, index, blocks);
	return 0;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static bool is_there(const struct plan_device *d, uint64_t index)
{
	const uint64_t end = smaller(index + d->unit_blocks, d->end);

	for (; index < end; index++)
		if (plan_zone_of(d->blocks[index]) != PLAN_ABSENT)
			return true;
	return false;
}

/* Fill the block that is there in part, then the gaps, from the lowest address up. */
static int grow(struct plan *p, struct plan_device *d, uint64_t bytes, struct fault *fault)
{
	const uint64_t block_bytes = p->config.block_bytes;
	const uint64_t unit_bytes = d->unit_blocks * block_bytes;
	uint64_t left = bytes, take, index = 0;
	bool has_gaps = d->nr_present < d->end;
	int ret;

	if (d->partial_bytes) {
		take = smaller(left, block_bytes - d->partial_bytes);
		d->partial_bytes = (d->partial_bytes + take) % block_bytes;
		d->plugged_bytes += take;
		left -= take;
	}
	for (; left; index += d->unit_blocks) {
		if (!has_gaps && index < d->end)
			index = align_up(d->end, d->unit_blocks);
		if (is_there(d, index))
			continue;
		if (index + d->unit_blocks > d->nr_blocks)
			return fault_set(fault, ENOSPC, "%s: no room for more than %" PRIu64
					 " memory blocks", d->name, d->nr_blocks);
		take = smaller(left, unit_bytes);
		ret = add_unit(p, d, index, d->unit_blocks, fault);
		if (ret)
			return ret;
		if (take < unit_bytes) {
			d->partial_block = index;
			d->partial_bytes = take;
		}
		d->plugged_bytes += take;
		left -= take;
		has_gaps = d->nr_present < d->end;
	}
	return 0;
}

/* Which units of those that are there a pass of the driver looks at. */
enum pass { PASS_OFFLINE, PASS_MOVABLE, PASS_ANY, PASSES };

static bool is_for(const struct plan_device *d, uint64_t index, enum pass pass)
{
	const uint64_t end = smaller(index + d->unit_blocks, d->end);

	for (; index < end; index++) {
		const enum plan_zone zone = plan_zone_of(d->blocks[index]);

		if (zone == PLAN_ABSENT)
			continue;
		if (pass == PASS_OFFLINE && zone != PLAN_OFFLINE)
			return false;
		if (pass == PASS_MOVABLE && plan_is_kernel(zone))
			return false;
	}
	return true;
}

static void remove_unit(struct plan *p, struct plan_device *d, uint64_t index)
{
	const uint64_t end = smaller(index + d->unit_blocks, d->end);

	for (; index < end; index++)
		if (plan_zone_of(d->blocks[index]) != PLAN_ABSENT)
			plan_remove_block(p, d, index);
}

/*
 * What is there in part goes first, then what is offline, then ZONE_MOVABLE, then the
 * rest, each from the highest address down. (With blocks that are offline by hand, and
 * in part, the driver has an order of its own among these.)
 */
static void shrink(struct plan *p, struct plan_device *d, uint64_t bytes)
{
	const uint64_t block_bytes = p->config.block_bytes;
	const uint64_t unit_bytes = d->unit_blocks * block_bytes;
	uint64_t left = bytes, take, unit;
	enum pass pass;

	d->plugged_bytes -= bytes;
	if (d->partial_bytes) {
		take = smaller(left, d->partial_bytes);
		d->partial_bytes -= take;
		left -= take;
		if (!d->partial_bytes)
			plan_remove_block(p, d, d->partial_block);
	}
	for (pass = 0; left && pass < PASSES; pass++)
		for (unit = (d->end + d->unit_blocks - 1) / d->unit_blocks;
		     left && unit-- > 0;) {
			const uint64_t index = unit * d->unit_blocks;

			if (!is_there(d, index) || !is_for(d, index, pass))
				continue;
			take = smaller(left, unit_bytes);
			if (take < unit_bytes) {
				d->partial_block = index;
				d->partial_bytes = unit_bytes - take;
			} else {
				remove_unit(p, d, index);
			}
			left -= take;
		}
}

static int resize(struct plan *p, struct plan_device *d, uint64_t bytes,
		  struct fault *fault)
{
	const uint64_t piece = has_pieces(p, d) ? d->piece_bytes :
						  d->unit_blocks * p->config.block_bytes;

	if (d->type != MEMGROUP_TYPE_DYNAMIC)
		return fault_set(fault, EINVAL, "%s has one size: unplug it", d->name);
	if (bytes % piece)
		return fault_set(fault, EINVAL, "%s: %" PRIu64
				 " bytes are not a multiple of %" PRIu64, d->name, bytes,
				 piece);
	if (bytes / p->config.block_bytes > d->nr_blocks)
		return fault_set(fault, ENOSPC, "%s: %" PRIu64
				 " bytes are more than the %" PRIu64 " that it can have",
				 d->name, bytes, d->nr_blocks * p->config.block_bytes);
	if (bytes > d->plugged_bytes)
		return grow(p, d, bytes - d->plugged_bytes, fault);
	shrink(p, d, d->plugged_bytes - bytes);
	return 0;
}

static int plug_dynamic(struct plan *p, const struct plan_step *step, struct fault *fault)
{
	const uint64_t block_bytes = p->config.block_bytes;
	const uint64_t unit = step->unit_bytes ? step->unit_bytes : PIECE_LEAST;
	struct plan_device new = {
		.type = MEMGROUP_TYPE_DYNAMIC,
		.node = step->node,
		.unit_blocks = unit > block_bytes ? unit / block_bytes : 1,
		.piece_bytes = unit > PIECE_LEAST ? unit : PIECE_LEAST,
	};
	size_t index;
	int ret;

	if (unit & (unit - 1) || unit > PLAN_BYTES_MAX)
		return fault_set(fault, EINVAL, "a unit of %" PRIu64
				 " bytes is not a power of two", unit);
	if (step->bytes > step->max_bytes)
		return fault_set(fault, EINVAL, "a size of %" PRIu64
				 " bytes is more than the most, %" PRIu64, step->bytes,
				 step->max_bytes);
	if (new.unit_blocks > 1 && step->max_bytes % unit)
		return fault_set(fault, EINVAL, "a size of %" PRIu64
				 " bytes is not whole units of %" PRIu64, step->max_bytes,
				 unit);
	ret = new_device(p, &new, step, step->max_bytes, new.unit_blocks, &index, fault);
	if (ret)
		return ret;
	return resize(p, &p->devices[index], step->bytes, fault);
}

/* NULL with @fault set if there is none. */
static struct plan_device *find_device(struct plan *p, const struct plan_step *step,
				       struct fault *fault)
{
	const struct plan_device *d = plan_find(p, step->name);

	if (!d) {
		fault_set(fault, ENOENT, "there is no device \"%s\"", step->name);
		return NULL;
	}
	return &p->devices[d - p->devices];
}

static int resize_by(struct plan *p, const struct plan_step *step, struct fault *fault)
{
	struct plan_device *d = find_device(p, step, fault);
	uint64_t bytes = step->bytes;

	if (!d)
		return -ENOENT;
	if (step->action == PLAN_GROW) {
		if (__builtin_add_overflow(d->plugged_bytes, bytes, &bytes))
			return fault_set(fault, ERANGE, "%s: more than 16 EiB", d->name);
	} else if (step->action == PLAN_SHRINK) {
		if (__builtin_sub_overflow(d->plugged_bytes, bytes, &bytes))
			return fault_set(fault, EINVAL, "%s has no more than %" PRIu64
					 " bytes", d->name, d->plugged_bytes);
	}
	return resize(p, d, bytes, fault);
}

static int unplug(struct plan *p, const struct plan_step *step, struct fault *fault)
{
	struct plan_device *d = find_device(p, step, fault);
	uint64_t block;

	if (!d)
		return -ENOENT;
	if (d->type == MEMGROUP_TYPE_DYNAMIC)
		return fault_set(fault, EINVAL, "%s grows and shrinks: resize it to 0",
				 d->name);
	for (block = 0; block < d->end; block++)
		if (plan_zone_of(d->blocks[block]) != PLAN_ABSENT)
			plan_remove_block(p, d, block);
	plan_drop_device(p, (size_t)(d - p->devices));
	return 0;
}

static int change_block(struct plan *p, const struct plan_step *step, struct fault *fault)
{
	static const enum memgroup_request requests[] = {
		[PLAN_BLOCK_ONLINE] = MEMGROUP_REQUEST_ONLINE,
		[PLAN_BLOCK_ONLINE_KERNEL] = MEMGROUP_REQUEST_ONLINE_KERNEL,
		[PLAN_BLOCK_ONLINE_MOVABLE] = MEMGROUP_REQUEST_ONLINE_MOVABLE,
	};
	const bool online = step->action != PLAN_BLOCK_OFFLINE;
	size_t i;

	for (i = 0; i < p->nr_order; i++) {
		struct plan_device *d = &p->devices[p->order[i]];
		const uint64_t index = step->block - d->first;
		enum plan_zone zone;

		if (step->block < d->first || index >= d->end)
			continue;
		zone = plan_zone_of(d->blocks[index]);
		if (zone == PLAN_ABSENT)
			continue;
		if (online != (zone == PLAN_OFFLINE))
			return fault_set(fault, EINVAL, "block %" PRIu64 " is %s already",
					 step->block, online ? "online" : "offline");
		if (online) {
			d->offline_blocks--;
			plan_online_block(p, d, index, requests[step->action]);
		} else {
			d->offline_blocks++;
			plan_offline_block(p, d, index);
		}
		return 0;
	}
	return fault_set(fault, ENOENT, "no device has a block %" PRIu64, step->block);
}

static int set(struct plan *p, const struct plan_step *step)
{
	struct memgroup_config config = p->config.policy;

	if (step->action == PLAN_SET_RATIO)
		config.ratio = step->value;
	else if (step->action == PLAN_SET_POLICY)
		config.policy = step->value;
	else
		config.numa_aware = step->value;
	plan_configure(p, &config);
	return 0;
}

int plan_do(struct plan *p, const struct plan_step *step, struct fault *fault)
{
	uint64_t count;
	int ret = 0;

	switch (step->action) {
	case PLAN_PLUG_STATIC:
		for (count = 0; !ret && count < step->count; count++)
			ret = plug_static(p, step, fault);
		return ret;
	case PLAN_PLUG_DYNAMIC:
		return plug_dynamic(p, step, fault);
	case PLAN_RESIZE:
	case PLAN_GROW:
	case PLAN_SHRINK:
		return resize_by(p, step, fault);
	case PLAN_UNPLUG:
		return unplug(p, step, fault);
	case PLAN_BLOCK_OFFLINE:
	case PLAN_BLOCK_ONLINE:
	case PLAN_BLOCK_ONLINE_KERNEL:
	case PLAN_BLOCK_ONLINE_MOVABLE:
		return change_block(p, step, fault);
	case PLAN_SET_POLICY:
	case PLAN_SET_RATIO:
	case PLAN_SET_NUMA_AWARE:
		return set(p, step);
	}
	return fault_set(fault, EINVAL, "no such step");
}
