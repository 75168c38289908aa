// SPDX-License-Identifier: GPL-2.0
/*
 * The account of the made-up system, and the policy's answers.
 */
#include "plan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "plan-system.h"

/* sizeof(struct page) of every common 64-bit configuration. */
#define PAGE_STRUCT_BYTES	64

#define REASON_SHIFT		3

static bool is_power_of_2(uint64_t n)
{
	return n && !(n & (n - 1));
}

static const struct plan_span empty_span = { UINT64_MAX, 0 };

int plan_new(struct plan **plan, const struct plan_config *config,
	     struct fault *fault)
{
	struct plan *p;

	if (!is_power_of_2(config->page_bytes) || !is_power_of_2(config->block_bytes) ||
	    config->page_bytes < PAGE_STRUCT_BYTES ||
	    config->block_bytes < config->page_bytes ||
	    config->block_bytes > PLAN_BYTES_MAX)
		return fault_set(fault, EINVAL, "memory blocks of %" PRIu64
				 " bytes in pages of %" PRIu64, config->block_bytes,
				 config->page_bytes);
	p = calloc(1, sizeof(*p));
	if (!p)
		return fault_nomem(fault);
	p->config = *config;
	p->block_pages = config->block_bytes / config->page_bytes;
	p->map_shift = (unsigned int)__builtin_ctzll(config->page_bytes / PAGE_STRUCT_BYTES);
	*plan = p;
	return 0;
}

void plan_free(struct plan *plan)
{
	size_t i;

	if (!plan)
		return;
	for (i = 0; i < plan->nr_devices; i++)
		free(plan->devices[i].blocks);
	free(plan->devices);
	free(plan->order);
	free(plan->ranges);
	free(plan->nodes);
	free(plan);
}

static void *copy_of(const void *from, size_t size)
{
	void *to = malloc(size ? size : 1);

	if (to && size)
		memcpy(to, from, size);
	return to;
}

int plan_copy(const struct plan *plan, struct plan **copy, struct fault *fault)
{
	struct plan *p = copy_of(plan, sizeof(*plan));
	bool good;
	size_t i;

	if (!p)
		return fault_nomem(fault);
	p->nodes = copy_of(plan->nodes, p->nodes_allocated * sizeof(*p->nodes));
	p->ranges = copy_of(plan->ranges, p->nr_ranges * sizeof(*p->ranges));
	p->devices = copy_of(plan->devices, p->nr_devices * sizeof(*p->devices));
	p->order = copy_of(plan->order, p->nr_order * sizeof(*p->order));
	p->ranges_allocated = p->nr_ranges;
	p->devices_allocated = p->nr_devices;
	good = p->nodes && p->ranges && p->devices && p->order;
	if (!p->devices)
		p->nr_devices = 0;
	for (i = 0; i < p->nr_devices; i++) {
		struct plan_device *d = &p->devices[i];

		d->blocks = copy_of(plan->devices[i].blocks, d->allocated);
		good = good && d->blocks;
	}
	/* Devices that are yet to come have a place in the order as well. */
	if (good && p->nr_order < p->nr_devices) {
		size_t *order = realloc(p->order, p->nr_devices * sizeof(*order));

		good = order;
		if (order)
			p->order = order;
	}
	if (!good) {
		plan_free(p);
		return fault_nomem(fault);
	}
	*copy = p;
	return 0;
}

static void widen(struct plan_span *span, uint64_t first, uint64_t last)
{
	if (first < span->first)
		span->first = first;
	if (last > span->last)
		span->last = last;
}

static bool covers(struct plan_span span, uint64_t block)
{
	return span.first <= block && block <= span.last;
}

/* From now on there is a node @nid. */
static int know_node(struct plan *p, int nid, struct fault *fault)
{
	struct plan_node *nodes;
	size_t zone;

	if (nid < 0 || nid >= PLAN_NODES_MAX)
		return fault_set(fault, EINVAL, "node %d: nodes are 0 to %d", nid,
				 PLAN_NODES_MAX - 1);
	if ((size_t)nid >= p->nodes_allocated) {
		nodes = realloc(p->nodes, ((size_t)nid + 1) * sizeof(*nodes));
		if (!nodes)
			return fault_nomem(fault);
		p->nodes = nodes;
		for (; p->nodes_allocated <= (size_t)nid; p->nodes_allocated++) {
			struct plan_node *node = &nodes[p->nodes_allocated];

			*node = (struct plan_node) { .known = false };
			for (zone = 0; zone < PLAN_SEVERAL; zone++) {
				node->at_boot[zone] = empty_span;
				node->now[zone] = empty_span;
			}
		}
	}
	p->nr_nodes += !p->nodes[nid].known;
	p->nodes[nid].known = true;
	return 0;
}

static int check_place(const struct plan *p, uint64_t first, uint64_t blocks,
		       struct fault *fault)
{
	const uint64_t end = PLAN_BYTES_MAX / p->config.block_bytes;

	if (!blocks || first >= end || blocks > end - first)
		return fault_set(fault, ERANGE, "%" PRIu64 " memory blocks from block %" PRIu64
				 " on are not below 128 PiB", blocks, first);
	return 0;
}

/* Room for one more at the end of an array; NULL if there is none. */
static void *one_more(void *array, size_t count, size_t *allocated, size_t size)
{
	const size_t wanted = count < 8 ? 16 : 2 * count;

	if (count < *allocated)
		return array;
	array = realloc(array, wanted * size);
	if (array)
		*allocated = wanted;
	return array;
}

int plan_add_range(struct plan *p, const struct plan_range *range,
		   struct fault *fault)
{
	struct plan_range *ranges;
	struct plan_node *node;
	enum plan_zone zone = range->zone, last = range->zone;
	int ret;

	if (range->last < range->first || range->zone == PLAN_ABSENT)
		return fault_set(fault, EINVAL, "boot memory from block %" PRIu64
				 " to %" PRIu64, range->first, range->last);
	ret = check_place(p, range->first, range->last - range->first + 1, fault);
	if (!ret)
		ret = know_node(p, range->node, fault);
	if (ret)
		return ret;
	ranges = one_more(p->ranges, p->nr_ranges, &p->ranges_allocated, sizeof(*ranges));
	if (!ranges)
		return fault_nomem(fault);
	p->ranges = ranges;
	ranges[p->nr_ranges++] = *range;

	node = &p->nodes[range->node];
	/* The first block of a PC is in these. */
	if (zone == PLAN_SEVERAL) {
		zone = PLAN_DMA;
		last = PLAN_DMA32;
	}
	if (zone == PLAN_OFFLINE)
		return 0;
	for (; zone <= last; zone++) {
		widen(&node->at_boot[zone], range->first, range->last);
		widen(&node->now[zone], range->first, range->last);
	}
	return 0;
}

/* The memory map of pages is made before any of them is online. */
static void note_map(struct plan *p, uint64_t block)
{
	const int64_t left = (int64_t)p->system.kernel -
			     (int64_t)(p->mapped_pages >> p->map_shift);

	if (left < p->tightest_pages)
		p->tightest_pages = left;
	if (left < 0 && !p->is_overfull) {
		p->is_overfull = true;
		p->overfull_block = block;
	}
}

static void add_memory(struct plan_node *domain, const struct plan_memory *memory,
		       uint64_t page)
{
	domain->early_kernel += memory->early_kernel / page;
	domain->cma += memory->cma / page;
	domain->kernel += memory->early_kernel / page + memory->cma / page +
			  memory->later_kernel / page;
	domain->movable += memory->movable / page;
}

int plan_add_memory(struct plan *p, int node, const struct plan_memory *memory,
		    struct fault *fault)
{
	const uint64_t page = p->config.page_bytes;
	const uint64_t before = p->system.kernel + p->system.movable;
	uint64_t sum = before * page;
	int ret;

	if (__builtin_add_overflow(sum, memory->early_kernel, &sum) ||
	    __builtin_add_overflow(sum, memory->later_kernel, &sum) ||
	    __builtin_add_overflow(sum, memory->movable, &sum) ||
	    __builtin_add_overflow(sum, memory->cma, &sum) || sum > PLAN_BYTES_MAX)
		return fault_set(fault, ERANGE, "node %d: more than 128 PiB of memory", node);
	ret = know_node(p, node, fault);
	if (ret)
		return ret;
	add_memory(&p->nodes[node], memory, page);
	add_memory(&p->system, memory, page);
	p->mapped_pages += p->system.kernel + p->system.movable - before;
	p->tightest_pages = (int64_t)p->system.kernel -
			    (int64_t)(p->mapped_pages >> p->map_shift);
	return 0;
}

/* Where it is, or belongs, among those that are there. */
static size_t place_of(const struct plan *p, uint64_t first)
{
	size_t low = 0, high = p->nr_order;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (p->devices[p->order[middle]].first < first)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int plan_grow_blocks(struct plan *p, struct plan_device *d, uint64_t count,
		     struct fault *fault)
{
	uint64_t wanted = d->allocated + count;
	uint8_t *blocks;

	if (count > PLAN_BLOCKS_MAX || p->nr_blocks > PLAN_BLOCKS_MAX - count)
		return fault_set(fault, ERANGE, "more than %" PRIu64
				 " memory blocks: plan with larger ones", PLAN_BLOCKS_MAX);
	blocks = realloc(d->blocks, wanted);
	if (!blocks)
		return fault_nomem(fault);
	memset(blocks + d->allocated, 0, count);
	d->blocks = blocks;
	d->allocated = wanted;
	p->nr_blocks += count;
	return 0;
}

int plan_insert_device(struct plan *p, const struct plan_device *device, size_t *index,
		       struct fault *fault)
{
	const size_t allocated = p->devices_allocated;
	struct plan_device *devices, *d;
	size_t place, *order;
	int ret;

	ret = know_node(p, device->node, fault);
	if (!ret)
		ret = check_place(p, device->first, device->nr_blocks, fault);
	if (ret)
		return ret;
	devices = one_more(p->devices, p->nr_devices, &p->devices_allocated, sizeof(*devices));
	if (!devices)
		return fault_nomem(fault);
	p->devices = devices;
	if (allocated != p->devices_allocated || !p->order) {
		order = realloc(p->order, p->devices_allocated * sizeof(*order));
		if (!order) {
			p->devices_allocated = p->nr_devices;
			return fault_nomem(fault);
		}
		p->order = order;
	}

	d = &devices[p->nr_devices];
	*d = *device;
	d->gone = false;
	d->blocks = NULL;
	d->allocated = 0;
	d->max_pages = d->plugged_bytes / p->config.page_bytes;
	place = place_of(p, d->first);
	memmove(&p->order[place + 1], &p->order[place],
		(p->nr_order - place) * sizeof(*p->order));
	p->order[place] = p->nr_devices;
	p->nr_order++;
	*index = p->nr_devices++;
	return 0;
}

void plan_drop_device(struct plan *p, size_t index)
{
	struct plan_device *d = &p->devices[index];
	size_t place = place_of(p, d->first);

	/* Those of others, perhaps, from the same block on. */
	while (p->order[place] != index)
		place++;
	p->nr_order--;
	memmove(&p->order[place], &p->order[place + 1],
		(p->nr_order - place) * sizeof(*p->order));
	p->nr_blocks -= d->allocated;
	free(d->blocks);
	d->blocks = NULL;
	d->allocated = 0;
	d->gone = true;
	p->has_holes = true;
}

int plan_add_device(struct plan *p, const struct plan_device *device, size_t *index,
		    struct fault *fault)
{
	struct plan_device d = {
		.type = device->type, .node = device->node, .first = device->first,
		.nr_blocks = device->nr_blocks, .unit_blocks = device->unit_blocks,
		.piece_bytes = device->piece_bytes,
		.plugged_bytes = device->type == MEMGROUP_TYPE_DYNAMIC ? 0 :
				 device->plugged_bytes,
	};

	memcpy(d.name, device->name, sizeof(d.name));
	d.name[sizeof(d.name) - 1] = '\0';
	if (!d.unit_blocks)
		d.unit_blocks = 1;
	if (!d.piece_bytes)
		d.piece_bytes = p->config.block_bytes;
	p->names_given = true;
	p->has_holes = true;
	return plan_insert_device(p, &d, index, fault);
}

/* From the first to the last block of a zone; only Normal and Movable ever change. */
static struct plan_span span_of(struct plan *p, int nid, enum plan_zone zone)
{
	struct plan_node *node = &p->nodes[nid];
	uint64_t block;
	size_t i;

	if (!node->now_is_stale)
		return node->now[zone];
	memcpy(node->now, node->at_boot, sizeof(node->now));
	for (i = 0; i < p->nr_order; i++) {
		const struct plan_device *d = &p->devices[p->order[i]];

		if (d->node != nid)
			continue;
		for (block = 0; block < d->end; block++)
			if (plan_zone_of(d->blocks[block]) > PLAN_OFFLINE)
				widen(&node->now[plan_zone_of(d->blocks[block])],
				      d->first + block, d->first + block);
	}
	node->now_is_stale = false;
	return node->now[zone];
}

/*
 * The zone of a block that is not to be MOVABLE. A block joins a zone below Normal only
 * inside of its span, which is therefore that of boot memory, always.
 */
static enum plan_zone kernel_zone(const struct plan_node *node, uint64_t block)
{
	enum plan_zone zone = PLAN_DMA;

	while (zone < PLAN_NORMAL && !covers(node->at_boot[zone], block))
		zone++;
	return zone;
}

/* What contig-zones would choose. */
static bool movable_is_contiguous(struct plan *p, int nid, uint64_t block)
{
	const enum plan_zone zone = kernel_zone(&p->nodes[nid], block);
	const bool in_kernel = covers(span_of(p, nid, zone), block);
	const bool in_movable = covers(span_of(p, nid, PLAN_MOVABLE), block);

	return in_kernel == in_movable ? p->config.movable_node : in_movable;
}

static struct memgroup_totals totals_of(const struct plan_node *domain)
{
	return (struct memgroup_totals) {
		.early_kernel_pages = domain->early_kernel,
		.movable_pages = domain->movable + domain->cma,
		.group_needed_pages = domain->owed.needed_pages,
		.group_movable_pages = domain->owed.movable_pages,
	};
}

/* Count the unit around a block, unless it is the one that is counted already. */
static void count_unit(const struct plan *p, struct plan_device *d, uint64_t index)
{
	const uint64_t unit = (d->first + index) / d->unit_blocks;
	const uint64_t begin = unit * d->unit_blocks, end = begin + d->unit_blocks;
	uint64_t block;

	if (d->unit_is_counted && d->unit == unit)
		return;
	d->unit = unit;
	d->unit_is_counted = true;
	d->unit_kernel = 0;
	d->unit_movable = 0;
	for (block = begin > d->first ? begin - d->first : 0;
	     block < d->end && d->first + block < end; block++) {
		const enum plan_zone zone = plan_zone_of(d->blocks[block]);

		if (zone == PLAN_MOVABLE)
			d->unit_movable += p->block_pages;
		else if (zone > PLAN_OFFLINE)
			d->unit_kernel += p->block_pages;
	}
}

static struct memgroup_verdict ask(struct plan *p, struct plan_device *d, uint64_t index,
				   enum memgroup_request request)
{
	struct memgroup_question question = {
		.config = p->config.policy,
		.request = request,
		.block_pages = p->block_pages,
		.group = {
			.type = d->type,
			.on_node = true,
			.kernel_pages = d->kernel_pages,
			.movable_pages = d->movable_pages,
			.max_pages = d->max_pages,
		},
		.system = totals_of(&p->system),
		.node = totals_of(&p->nodes[d->node]),
	};

	/* The only node has what the system has, and adds nothing but time to the answer. */
	if (p->nr_nodes == 1)
		question.config.numa_aware = false;
	if (p->config.policy.policy == MEMGROUP_POLICY_CONTIG_ZONES)
		question.movable_is_contiguous =
			movable_is_contiguous(p, d->node, d->first + index);
	if (d->type == MEMGROUP_TYPE_DYNAMIC) {
		question.group.unit_pages = d->unit_blocks * p->block_pages;
		/* The block itself is offline: a unit of one has nothing to count. */
		if (d->unit_blocks > 1) {
			count_unit(p, d, index);
			question.group.unit_kernel_pages = d->unit_kernel;
			question.group.unit_movable_pages = d->unit_movable;
		}
	}
	p->nr_decisions++;
	return memgroup_policy_decide(&question);
}

/* Replace what a group has in the sums by what it should have now. */
static void update_owed(struct plan *p, struct plan_device *d, uint64_t movable_before)
{
	struct plan_owed *system = &p->system.owed, *node = &p->nodes[d->node].owed;
	/* Unsigned differences wrap, and the sums wrap back. */
	const uint64_t needed = memgroup_policy_needed(d->kernel_pages, d->movable_pages,
						       p->config.policy.ratio) -
				d->needed_pages;
	const uint64_t movable = d->movable_pages - movable_before;

	system->needed_pages += needed;
	system->movable_pages += movable;
	node->needed_pages += needed;
	node->movable_pages += movable;
	d->needed_pages += needed;
}

/* @pages of @zone went online, or offline if it is minus that. */
static void account(struct plan *p, struct plan_device *d, uint64_t index,
		    enum plan_zone zone, uint64_t pages)
{
	const uint64_t movable_before = d->movable_pages;
	struct plan_node *node = &p->nodes[d->node];
	const bool counted = d->unit_is_counted &&
			     (d->first + index) / d->unit_blocks == d->unit;

	if (zone == PLAN_MOVABLE) {
		node->movable += pages;
		p->system.movable += pages;
		d->movable_pages += pages;
		if (counted)
			d->unit_movable += pages;
	} else {
		node->kernel += pages;
		p->system.kernel += pages;
		d->kernel_pages += pages;
		if (counted)
			d->unit_kernel += pages;
	}
	if (d->type != MEMGROUP_TYPE_DYNAMIC)
		return;
	if (zone != PLAN_MOVABLE) {
		node->dynamic_kernel += pages;
		p->system.dynamic_kernel += pages;
	}
	update_owed(p, d, movable_before);
}

static void put(struct plan *p, struct plan_device *d, uint64_t index, enum plan_zone zone,
		unsigned int reason)
{
	d->blocks[index] = (uint8_t)(zone | reason << REASON_SHIFT);
	account(p, d, index, zone, p->block_pages);
	widen(&p->nodes[d->node].now[zone], d->first + index, d->first + index);
}

void plan_online_block(struct plan *p, struct plan_device *d, uint64_t index,
		       enum memgroup_request request)
{
	const struct memgroup_verdict verdict = ask(p, d, index, request);
	const uint64_t block = d->first + index;

	put(p, d, index, verdict.movable ? PLAN_MOVABLE : kernel_zone(&p->nodes[d->node], block),
	    verdict.reason);
	if (!verdict.movable && (!d->refusal.any || block < d->refusal.block))
		d->refusal = (struct plan_refusal) {
			.any = true, .block = block, .verdict = verdict,
		};
}

/* Do the pages of a block of @d have their memory map outside of it? */
static bool has_map_elsewhere(const struct plan *p, const struct plan_device *d)
{
	return !p->config.memmap_on_memory || d->type != MEMGROUP_TYPE_STATIC ||
	       d->nr_blocks > 1;
}

static void arrive(struct plan *p, struct plan_device *d, uint64_t index, uint64_t count)
{
	if (index + count > d->end)
		d->end = index + count;
	d->nr_present += count;
	if (has_map_elsewhere(p, d)) {
		p->mapped_pages += count * p->block_pages;
		note_map(p, d->first + index);
	}
}

void plan_plug_blocks(struct plan *p, struct plan_device *d, uint64_t index, uint64_t count)
{
	const uint64_t end = index + count;

	arrive(p, d, index, count);
	for (; index < end; index++)
		plan_online_block(p, d, index, MEMGROUP_REQUEST_ONLINE);
}

int plan_put_block(struct plan *p, size_t device, uint64_t block, enum plan_zone zone,
		   struct fault *fault)
{
	struct plan_device *d = &p->devices[device];
	const uint64_t index = block - d->first;
	int ret;

	if (block < d->first || index >= d->nr_blocks || zone == PLAN_ABSENT ||
	    zone == PLAN_SEVERAL ||
	    (index < d->allocated && d->blocks[index] != PLAN_ABSENT))
		return fault_set(fault, EINVAL, "%s: block %" PRIu64
				 " is no place for its memory", d->name, block);
	if (index >= d->allocated) {
		const uint64_t count = index - d->allocated + 1;
		/* Twice as many, so that a few calls do. */
		const uint64_t spare = d->nr_blocks - index - 1;

		ret = plan_grow_blocks(p, d, count + (spare < index ? spare : index), fault);
		if (ret)
			return ret;
	}
	arrive(p, d, index, 1);
	if (zone == PLAN_OFFLINE) {
		d->blocks[index] = PLAN_OFFLINE;
		d->offline_blocks++;
	} else {
		put(p, d, index, zone, PLAN_NO_REASON);
	}
	if (d->type == MEMGROUP_TYPE_DYNAMIC)
		d->plugged_bytes += p->config.block_bytes;
	return 0;
}

void plan_offline_block(struct plan *p, struct plan_device *d, uint64_t index)
{
	const enum plan_zone zone = plan_zone_of(d->blocks[index]);
	struct plan_node *node = &p->nodes[d->node];
	const uint64_t block = d->first + index;

	if (block == node->now[zone].first || block == node->now[zone].last)
		node->now_is_stale = true;
	if (d->refusal.any && d->refusal.block == block)
		d->refusal.any = false;
	d->blocks[index] = PLAN_OFFLINE;
	account(p, d, index, zone, -p->block_pages);
}

void plan_remove_block(struct plan *p, struct plan_device *d, uint64_t index)
{
	const enum plan_zone zone = plan_zone_of(d->blocks[index]);

	if (plan_is_kernel(zone))
		p->taken_kernel_pages += p->block_pages;
	if (zone == PLAN_OFFLINE)
		d->offline_blocks--;
	else
		plan_offline_block(p, d, index);
	d->blocks[index] = PLAN_ABSENT;
	d->nr_present--;
	if (has_map_elsewhere(p, d))
		p->mapped_pages -= p->block_pages;
}

void plan_configure(struct plan *p, const struct memgroup_config *config)
{
	size_t i;

	p->config.policy = *config;
	for (i = 0; i < p->nr_order; i++) {
		struct plan_device *d = &p->devices[p->order[i]];

		if (d->type == MEMGROUP_TYPE_DYNAMIC)
			update_owed(p, d, d->movable_pages);
	}
}

const struct plan_config *plan_config(const struct plan *p)
{
	return &p->config;
}

size_t plan_nr_devices(const struct plan *p)
{
	return p->nr_devices;
}

const struct plan_device *plan_device(const struct plan *p, size_t index)
{
	return &p->devices[index];
}

const struct plan_device *plan_find(const struct plan *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->nr_order; i++)
		if (!strcmp(p->devices[p->order[i]].name, name))
			return &p->devices[p->order[i]];
	return NULL;
}

size_t plan_nr_ranges(const struct plan *p)
{
	return p->nr_ranges;
}

const struct plan_range *plan_range(const struct plan *p, size_t index)
{
	return &p->ranges[index];
}

bool plan_has_node(const struct plan *p, int node)
{
	return node >= 0 && (size_t)node < p->nodes_allocated && p->nodes[node].known;
}

static uint64_t bytes_or_most(const struct plan *p, uint64_t pages)
{
	uint64_t bytes;

	return __builtin_mul_overflow(pages, p->config.page_bytes, &bytes) ? UINT64_MAX : bytes;
}

/* As the kernel shows it: a node has no more headroom than the system. */
static void add_headroom(const struct plan *p, const struct plan_node *domain,
			 struct plan_sums *sums)
{
	const struct memgroup_config *config = &p->config.policy;
	const struct memgroup_totals system = totals_of(&p->system), here = totals_of(domain);
	u64 limit;
	uint64_t headroom = memgroup_policy_headroom(&here, config->ratio, &limit);
	const uint64_t most = memgroup_policy_headroom(&system, config->ratio, NULL);

	sums->has_headroom = config->policy == MEMGROUP_POLICY_AUTO_MOVABLE;
	if (!sums->has_headroom)
		return;
	if (headroom > most || (domain != &p->system && !config->numa_aware))
		headroom = most;
	sums->limit = bytes_or_most(p, limit);
	sums->headroom = bytes_or_most(p, headroom);
}

void plan_sum(const struct plan *p, int node, struct plan_sums *sums)
{
	const struct plan_node *domain = node == PLAN_SYSTEM ? &p->system : &p->nodes[node];
	const uint64_t page = p->config.page_bytes;

	*sums = (struct plan_sums) {
		.early_kernel = domain->early_kernel * page,
		.kernel = domain->kernel * page,
		.movable = domain->movable * page,
		.cma = domain->cma * page,
		.needed = domain->owed.needed_pages * page,
		.dynamic_kernel = domain->dynamic_kernel * page,
	};
	add_headroom(p, domain, sums);
}

uint64_t plan_nr_decisions(const struct plan *p)
{
	return p->nr_decisions;
}

enum plan_zone plan_block(const struct plan_device *d, uint64_t index,
			  unsigned int *reason)
{
	*reason = d->blocks[index] >> REASON_SHIFT;
	return plan_zone_of(d->blocks[index]);
}

bool plan_is_movable(const struct plan_device *d)
{
	return !d->kernel_pages;
}

uint64_t plan_unpluggable_bytes(const struct plan *p)
{
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < p->nr_order; i++) {
		const struct plan_device *d = &p->devices[p->order[i]];

		if (d->type != MEMGROUP_TYPE_STATIC)
			bytes += d->movable_pages * p->config.page_bytes;
		else if (plan_is_movable(d))
			bytes += d->plugged_bytes;
	}
	return bytes;
}

uint64_t plan_map_bytes(const struct plan *p)
{
	return p->mapped_pages * PAGE_STRUCT_BYTES;
}

int64_t plan_tightest_bytes(const struct plan *p, uint64_t *block)
{
	if (p->is_overfull)
		*block = p->overfull_block;
	return p->tightest_pages * (int64_t)p->config.page_bytes;
}

uint64_t plan_taken_kernel_bytes(const struct plan *p)
{
	return p->taken_kernel_pages * p->config.page_bytes;
}
