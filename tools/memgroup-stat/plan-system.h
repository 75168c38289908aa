/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The made-up system inside: plan.c keeps its account and asks the policy about each
 * block, plan-steps.c decides which blocks come and go.
 */
#ifndef MEMGROUP_STAT_PLAN_SYSTEM_H
#define MEMGROUP_STAT_PLAN_SYSTEM_H

#include "plan.h"

/* No blocks if first > last. */
struct plan_span {
	uint64_t first, last;
};

/* What dynamic groups take out of the account: see the kernel's registry. */
struct plan_owed {
	uint64_t needed_pages, movable_pages;
};

/* All amounts in pages. */
struct plan_node {
	bool known;
	uint64_t early_kernel, cma;
	uint64_t kernel, movable;	/* everything present, early or not */
	uint64_t dynamic_kernel;	/* of that, in dynamic devices */
	struct plan_owed owed;
	/* Of boot memory, and of what is there now; see span_of(). */
	struct plan_span at_boot[PLAN_SEVERAL];
	struct plan_span now[PLAN_SEVERAL];
	bool now_is_stale;
};

struct plan {
	struct plan_config config;
	uint64_t block_pages;
	unsigned int map_shift;		/* pages to pages of memory map */
	struct plan_node *nodes;	/* by number, known or not */
	size_t nodes_allocated;
	size_t nr_nodes;		/* that are known */
	struct plan_node system;
	struct plan_range *ranges;
	size_t nr_ranges, ranges_allocated;
	struct plan_device *devices;
	size_t nr_devices, devices_allocated;
	size_t *order;			/* devices that are there, by address */
	size_t nr_order;
	bool has_holes;			/* between those */
	uint64_t nr_named[2];		/* names given out: d0, …; v0, … */
	bool names_given;		/* by others */
	uint64_t nr_blocks;		/* of all devices, allocated */
	uint64_t mapped_pages;		/* present, with their memory map elsewhere */
	int64_t tightest_pages;		/* the least kernel memory beside the memory map */
	bool is_overfull;		/* it was less than none */
	uint64_t overfull_block;
	uint64_t taken_kernel_pages;
	uint64_t nr_decisions;
};

/* Makes room for @count more blocks at the end of what the device has allocated. */
int plan_grow_blocks(struct plan *plan, struct plan_device *device, uint64_t count,
		     struct fault *fault);
int plan_insert_device(struct plan *plan, const struct plan_device *device,
		       size_t *index, struct fault *fault);
void plan_drop_device(struct plan *plan, size_t index);

/* Blocks are added, and then go online as the policy says; their place is allocated. */
void plan_plug_blocks(struct plan *plan, struct plan_device *device, uint64_t index,
		      uint64_t count);
/* A block goes offline if need be, and away. */
void plan_remove_block(struct plan *plan, struct plan_device *device, uint64_t index);
/* The same block goes online or offline by hand; its state is not checked. */
void plan_online_block(struct plan *plan, struct plan_device *device, uint64_t index,
		       enum memgroup_request request);
void plan_offline_block(struct plan *plan, struct plan_device *device, uint64_t index);

/* The policy changes; what depends on the ratio is computed anew. */
void plan_configure(struct plan *plan, const struct memgroup_config *config);

static inline enum plan_zone plan_zone_of(uint8_t block)
{
	return block & 7;
}

static inline bool plan_is_kernel(enum plan_zone zone)
{
	return zone >= PLAN_DMA && zone <= PLAN_NORMAL;
}

#endif /* MEMGROUP_STAT_PLAN_SYSTEM_H */
