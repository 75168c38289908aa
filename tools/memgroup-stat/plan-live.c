// SPDX-License-Identifier: GPL-2.0
#include "plan-live.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GIB	(UINT64_C(1) << 30)

/* A device has room for this many blocks for each of its own, and for some more. */
#define SPARSE_MOST	1024
#define SPARSE_MORE	65536

/* What the blocks say about a group. */
struct extent {
	uint64_t first, last, count;
	uint64_t next;		/* the first block of somebody else after these */
	size_t device;
};

struct live {
	const struct model *model;
	struct plan *plan;
	const struct plan_step *steps;
	size_t nr_steps;
	struct extent *extents;	/* of each group */
	uint64_t free;		/* from this block on there is nothing */
};

int plan_live_policy(const struct model *model, struct memgroup_config *config,
		     struct fault *fault)
{
	enum memgroup_policy policy;

	for (policy = 0; policy < MEMGROUP_POLICY_COUNT; policy++)
		if (!strcmp(model->policy.name, memgroup_policy_name(policy)))
			break;
	if (policy == MEMGROUP_POLICY_COUNT)
		return fault_set(fault, EOPNOTSUPP, "the policy %s is none that plan knows",
				 model->policy.name);
	*config = (struct memgroup_config) {
		.policy = policy, .ratio = model->policy.ratio,
		.numa_aware = model->policy.has_numa_aware && model->policy.numa_aware,
	};
	return 0;
}

static uint64_t align_up(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

static int node_or_first(int node)
{
	return node == NO_NODE ? 0 : node;
}

static enum plan_zone zone_of(const struct memory_block *block)
{
	if (block->state == BLOCK_OFFLINE)
		return PLAN_OFFLINE;
	switch (block->zone) {
	case ZONE_DMA:
		return PLAN_DMA;
	case ZONE_DMA32:
		return PLAN_DMA32;
	case ZONE_MOVABLE:
		return PLAN_MOVABLE;
	case ZONE_NONE:
		return PLAN_SEVERAL;
	default:
		return PLAN_NORMAL;
	}
}

static void find_extents(struct live *l)
{
	const struct model *model = l->model;
	size_t i;

	for (i = 0; i < model->nr_groups; i++)
		l->extents[i] = (struct extent) { .first = UINT64_MAX, .next = UINT64_MAX };
	for (i = 0; i < model->nr_blocks; i++) {
		const struct memory_block *b = &model->blocks[i];
		struct extent *e;

		if (b->group == NO_GROUP)
			continue;
		e = &l->extents[b->group];
		if (!e->count++)
			e->first = b->number;
		e->last = b->number;
		e->next = i + 1 < model->nr_blocks ? b[1].number : UINT64_MAX;
	}
}

/* The memory of no device: as much of it as the blocks of devices leave. */
static int add_nodes(struct live *l, struct fault *fault)
{
	const struct model *model = l->model;
	size_t i, j;
	int ret = 0;

	/* The first record is the system. */
	for (i = 1; !ret && i < model->nr_nodes; i++) {
		const struct node *n = &model->nodes[i];
		uint64_t kernel = 0, movable = 0;
		struct plan_memory memory = {
			.early_kernel = n->early_kernel, .cma = n->cma,
		};

		for (j = 0; j < model->nr_blocks; j++) {
			const struct memory_block *b = &model->blocks[j];

			if (b->group == NO_GROUP || !model->groups[b->group].has_id ||
			    node_or_first(b->node) != n->node || b->state == BLOCK_OFFLINE)
				continue;
			*(b->zone == ZONE_MOVABLE ? &movable : &kernel) += model->block_bytes;
		}
		kernel += n->early_kernel + n->cma;
		memory.later_kernel = n->kernel > kernel ? n->kernel - kernel : 0;
		memory.movable = n->movable > movable ? n->movable - movable : 0;
		ret = plan_add_memory(l->plan, n->node, &memory, fault);
	}
	return ret;
}

static int add_ranges(struct live *l, struct fault *fault)
{
	const struct model *model = l->model;
	struct plan_range range = { .zone = PLAN_ABSENT };
	int ret = 0;
	size_t i;

	for (i = 0; !ret && i < model->nr_blocks; i++) {
		const struct memory_block *b = &model->blocks[i];
		const struct plan_range next = {
			.node = node_or_first(b->node), .zone = zone_of(b),
			.first = b->number, .last = b->number,
		};

		if (b->group != NO_GROUP && model->groups[b->group].has_id)
			continue;
		if (range.zone == next.zone && range.node == next.node &&
		    range.last + 1 == next.first) {
			range.last = next.last;
			continue;
		}
		if (range.zone != PLAN_ABSENT)
			ret = plan_add_range(l->plan, &range, fault);
		range = next;
	}
	if (!ret && range.zone != PLAN_ABSENT)
		ret = plan_add_range(l->plan, &range, fault);
	return ret;
}

/* The device's name, or one that says which group it is. */
static void name_device(const struct live *l, const struct group *group, char *name)
{
	if (group->device && !plan_find(l->plan, group->device))
		snprintf(name, PLAN_NAME_SIZE, "%s", group->device);
	else
		snprintf(name, PLAN_NAME_SIZE, "%.16s#%" PRIu32,
			 group->device ? group->device : "group", group->id);
}

/* How large the steps make it, if it begins with @bytes. */
static uint64_t largest_size(const struct live *l, const char *name, uint64_t bytes)
{
	uint64_t largest = bytes;
	size_t i;

	for (i = 0; i < l->nr_steps; i++) {
		const struct plan_step *step = &l->steps[i];

		if (strcmp(step->name, name))
			continue;
		if (step->action == PLAN_RESIZE)
			bytes = step->bytes;
		else if (step->action == PLAN_SHRINK)
			bytes -= step->bytes < bytes ? step->bytes : bytes;
		else if (__builtin_add_overflow(bytes, step->bytes, &bytes))
			bytes = UINT64_MAX;
		if (bytes > largest)
			largest = bytes;
	}
	return largest < PLAN_BYTES_MAX ? largest : PLAN_BYTES_MAX;
}

static int add_device(struct live *l, size_t index, struct fault *fault)
{
	const struct group *group = &l->model->groups[index];
	const uint64_t block = l->model->block_bytes;
	struct extent *e = &l->extents[index];
	struct plan_device d = { .node = node_or_first(group->node), .unit_blocks = 1 };
	uint64_t room;

	name_device(l, group, d.name);
	if (e->count && (e->last - e->first) / SPARSE_MOST > e->count + SPARSE_MORE / SPARSE_MOST)
		return fault_set(fault, ERANGE, "%s: its blocks from %" PRIu64 " to %" PRIu64
				 " are too far from each other", d.name, e->first, e->last);
	if (!group_is_dynamic(group)) {
		d.type = MEMGROUP_TYPE_STATIC;
		d.first = e->first;
		d.nr_blocks = e->last - e->first + 1;
		d.plugged_bytes = group->max.set ? group->max.value : e->count * block;
		return plan_add_device(l->plan, &d, &e->device, fault);
	}
	d.type = MEMGROUP_TYPE_DYNAMIC;
	if (group->unit.set && group->unit.value > block)
		d.unit_blocks = group->unit.value / block;
	/* Within a block it may have any size that the driver can make. */
	d.piece_bytes = d.unit_blocks > 1 ? d.unit_blocks * block : UINT64_C(2) << 20;
	/* Where one that is empty will put its memory is anybody's guess. */
	d.first = e->count ? e->first / d.unit_blocks * d.unit_blocks :
			     align_up(l->free, d.unit_blocks);
	/* What lies between its blocks is filled first. */
	room = align_up(largest_size(l, d.name, e->count * block), block) / block;
	if (e->count && room < e->last + 1 - d.first)
		room = e->last + 1 - d.first;
	room = align_up(room ? room : 1, d.unit_blocks);
	if (room > e->next - d.first)
		room = e->next - d.first;
	d.nr_blocks = room;
	if (d.first + room > l->free)
		l->free = d.first + room;
	return plan_add_device(l->plan, &d, &e->device, fault);
}

static int add_devices(struct live *l, struct fault *fault)
{
	const struct model *model = l->model;
	int ret = 0;
	size_t i;

	for (i = 0; !ret && i < model->nr_groups; i++)
		if (model->groups[i].has_id &&
		    (l->extents[i].count || group_is_dynamic(&model->groups[i])))
			ret = add_device(l, i, fault);
	for (i = 0; !ret && i < model->nr_blocks; i++) {
		const struct memory_block *b = &model->blocks[i];
		enum plan_zone zone = zone_of(b);

		if (b->group == NO_GROUP || !model->groups[b->group].has_id)
			continue;
		if (zone == PLAN_SEVERAL)
			zone = PLAN_NORMAL;
		ret = plan_put_block(l->plan, l->extents[b->group].device, b->number, zone,
				     fault);
	}
	return ret;
}

int plan_live(struct plan **plan, const struct model *model, struct plan_config *config,
	      const struct plan_step *steps, size_t nr_steps, struct fault *fault)
{
	struct live l = { .model = model, .steps = steps, .nr_steps = nr_steps };
	const uint64_t last = model->nr_blocks ?
		model->blocks[model->nr_blocks - 1].number : 0;
	uint64_t end;
	int ret;

	config->block_bytes = model->block_bytes;
	if (!config->block_bytes || last >= PLAN_BYTES_MAX / config->block_bytes)
		return fault_set(fault, ERANGE, "block %" PRIu64 " of %" PRIu64
				 " bytes is not below 128 PiB", last, config->block_bytes);
	/* QEMU puts the next one there, and nobody knows better. */
	end = align_up((last + 1) * config->block_bytes, GIB);
	if (end < 4 * GIB)
		end = 4 * GIB;
	config->hotplug_first = align_up(end, config->block_bytes) / config->block_bytes;
	l.free = config->hotplug_first;
	ret = plan_new(&l.plan, config, fault);
	if (ret)
		return ret;
	l.extents = calloc(model->nr_groups + 1, sizeof(*l.extents));
	if (l.extents) {
		find_extents(&l);
		ret = add_nodes(&l, fault);
		if (!ret)
			ret = add_ranges(&l, fault);
		if (!ret)
			ret = add_devices(&l, fault);
	} else {
		ret = fault_nomem(fault);
	}
	free(l.extents);
	if (ret)
		plan_free(l.plan);
	else
		*plan = l.plan;
	return ret;
}
