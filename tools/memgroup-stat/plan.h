/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What would the kernel do? A made-up system whose memory comes and goes in steps, and
 * whose every block is put to the kernel's own policy source, kernel/mm/memgroup/policy.c.
 *
 * Kept as the kernel keeps it: sums that change with each block, so that a decision
 * costs the same in a large system. All devices go online by themselves, in the order
 * of their addresses (memhp_default_state=online).
 *
 * Sizes are bytes, places are numbers of memory blocks. Numbers are exact as long as
 * addresses are below PLAN_BYTES_MAX, which is checked.
 */
#ifndef MEMGROUP_STAT_PLAN_H
#define MEMGROUP_STAT_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "policy.h"

#define PLAN_NODES_MAX	1024	/* as many as the kernel can have */
#define PLAN_BYTES_MAX	(UINT64_C(1) << 57)
/* Of devices; each takes a byte. 64 PiB in blocks of 128 MiB, twice. */
#define PLAN_BLOCKS_MAX	(UINT64_C(1) << 30)
#define PLAN_NAME_SIZE	32
#define PLAN_SYSTEM	(-1)	/* for a node: the whole system */
#define PLAN_ANYWHERE	UINT64_MAX
/* For an enum memgroup_reason: the block was there already. */
#define PLAN_NO_REASON	MEMGROUP_REASON_COUNT

/* Where a block is. The zones are in the order of their addresses. */
enum plan_zone {
	PLAN_ABSENT,
	PLAN_OFFLINE,
	PLAN_DMA,
	PLAN_DMA32,
	PLAN_NORMAL,
	PLAN_MOVABLE,
	PLAN_SEVERAL,		/* only boot memory: more than one zone */
};

struct plan_config {
	struct memgroup_config policy;
	uint64_t page_bytes;
	uint64_t block_bytes;	/* a power of two of pages */
	bool movable_node;	/* the kernel's parameter; matters to contig-zones */
	bool memmap_on_memory;	/* likewise: only devices of one block make use of it */
	/* The first block for new devices; 0: 4 GiB, or the next GiB after boot memory. */
	uint64_t hotplug_first;
};

/* Boot memory, or hotplugged memory of no device: it stays where it is. */
struct plan_range {
	int node;
	enum plan_zone zone;
	uint64_t first, last;
};

/* The pages of such memory, in bytes. */
struct plan_memory {
	uint64_t early_kernel;	/* boot memory in kernel zones without CMA */
	uint64_t later_kernel;	/* hotplugged, in kernel zones */
	uint64_t movable, cma;
};

/* Why the policy did not say MOVABLE. */
struct plan_refusal {
	bool any;
	uint64_t block;
	struct memgroup_verdict verdict;	/* in pages */
};

struct plan_device {
	char name[PLAN_NAME_SIZE];
	enum memgroup_type type;
	int node;
	bool gone;		/* unplugged: nothing below counts */
	uint64_t first;
	uint64_t nr_blocks;	/* of the address space that it has for itself */
	uint64_t unit_blocks;	/* dynamic: what it grows and shrinks by, at least 1 */
	uint64_t piece_bytes;	/* dynamic: what can be plugged of a block */
	uint64_t plugged_bytes;
	uint64_t kernel_pages, movable_pages;
	uint64_t offline_blocks;
	struct plan_refusal refusal;	/* the first of those blocks that are there */
	/* The rest is the engine's own. */
	uint64_t max_pages;
	uint64_t needed_pages;	/* its part of the sums */
	uint8_t *blocks;	/* enum plan_zone and the reason for it: see plan_block() */
	uint64_t allocated;
	uint64_t end;		/* blocks from here on were never plugged */
	uint64_t nr_present;
	uint64_t partial_block, partial_bytes;	/* the one block plugged in part, if bytes */
	uint64_t unit;		/* whose blocks are counted, if unit_is_counted */
	bool unit_is_counted;
	uint64_t unit_kernel, unit_movable;
};

/* A node or the system, in bytes; as memgroup-stat nodes has it. */
struct plan_sums {
	uint64_t early_kernel, kernel, movable, cma;
	bool has_headroom;	/* not under contig-zones */
	uint64_t limit, headroom;
	uint64_t needed;	/* of early_kernel, by dynamic devices */
	uint64_t dynamic_kernel;	/* in kernel zones, of dynamic devices */
};

enum plan_action {
	PLAN_PLUG_STATIC,	/* count devices of bytes, on node */
	PLAN_PLUG_DYNAMIC,	/* one of max_bytes, on node, and resized to bytes */
	PLAN_RESIZE,		/* name to bytes */
	PLAN_GROW,		/* name by bytes */
	PLAN_SHRINK,
	PLAN_UNPLUG,		/* name, which is static */
	PLAN_BLOCK_OFFLINE,	/* block */
	PLAN_BLOCK_ONLINE,
	PLAN_BLOCK_ONLINE_KERNEL,
	PLAN_BLOCK_ONLINE_MOVABLE,
	PLAN_SET_POLICY,	/* value: enum memgroup_policy, from now on */
	PLAN_SET_RATIO,		/* value: percent */
	PLAN_SET_NUMA_AWARE,	/* value: 0 or 1 */
};

struct plan_step {
	enum plan_action action;
	char name[PLAN_NAME_SIZE];	/* empty for a new device: d0, d1, … or v0, v1, … */
	int node;
	uint64_t bytes, max_bytes;
	uint64_t unit_bytes;	/* the block size of a virtio-mem device; 0: 2 MiB */
	uint64_t first;		/* block of a new device, or PLAN_ANYWHERE */
	uint64_t count;
	uint64_t block;
	uint32_t value;
};

/*
 * Blocks in a row that are in one zone and of one device; or KERNEL and MOVABLE in turn,
 * which is how a dynamic device grows once the ratio is reached, or KERNEL and nothing,
 * which is how it shrinks.
 */
struct plan_run {
	uint64_t first, last;
	int node;
	const struct plan_device *device;	/* NULL: boot memory */
	enum plan_zone zone;			/* that of the first block */
	unsigned int reason;			/* of the first block, or PLAN_NO_REASON */
	uint64_t turns;				/* 0: one zone, and nothing below counts */
	enum plan_zone other;			/* PLAN_MOVABLE or PLAN_ABSENT */
	unsigned int other_reason;
	uint64_t kernel_blocks, other_blocks;	/* altogether */
	/* Blocks in a turn; the last others may be fewer. */
	uint64_t kernel_least, kernel_most, other_least, other_most;
};

struct plan;

/* A system without memory. Returns 0, or -EINVAL or -ENOMEM with @fault set. */
int plan_new(struct plan **plan, const struct plan_config *config,
	     struct fault *fault);
/* The same system once more. Returns 0 or -ENOMEM. */
int plan_copy(const struct plan *plan, struct plan **copy, struct fault *fault);
void plan_free(struct plan *plan);

/*
 * Say what boot memory there is: where, and how much. Return 0, or -EINVAL, -ERANGE or
 * -ENOMEM with @fault set.
 */
int plan_add_range(struct plan *plan, const struct plan_range *range,
		   struct fault *fault);
int plan_add_memory(struct plan *plan, int node, const struct plan_memory *memory,
		    struct fault *fault);

/*
 * The boot memory of a q35 machine: @node_bytes each, of which the firmware keeps
 * @reserved_bytes; all below the hole before 4 GiB if it is less than 2.75 GiB, else 2 GiB
 * there and the rest from 4 GiB on. Returns as plan_add_range().
 */
int plan_boot_pc(struct plan *plan, const uint64_t *node_bytes, size_t nr_nodes,
		 uint64_t reserved_bytes, struct fault *fault);

/*
 * A device that has memory already: its blocks are then put into zones one by one.
 * @device gives name, type, node, first, nr_blocks and unit_blocks, and of a static one
 * plugged_bytes, its size. Returns as plan_add_range().
 */
int plan_add_device(struct plan *plan, const struct plan_device *device, size_t *index,
		    struct fault *fault);
int plan_put_block(struct plan *plan, size_t device, uint64_t block, enum plan_zone zone,
		   struct fault *fault);

/*
 * Does a step. Returns 0, or a negative errno value with @fault set: -ENOENT for a device
 * that there is not, -EINVAL for what makes no sense, -ENOSPC for what has no room, -ERANGE
 * for an address that is too high, -ENOMEM. A step that failed may be done in part.
 */
int plan_do(struct plan *plan, const struct plan_step *step, struct fault *fault);

const struct plan_config *plan_config(const struct plan *plan);
size_t plan_nr_devices(const struct plan *plan);
const struct plan_device *plan_device(const struct plan *plan, size_t index);
/* NULL if there is none of that name. */
const struct plan_device *plan_find(const struct plan *plan, const char *name);
size_t plan_nr_ranges(const struct plan *plan);
const struct plan_range *plan_range(const struct plan *plan, size_t index);
bool plan_has_node(const struct plan *plan, int node);
void plan_sum(const struct plan *plan, int node, struct plan_sums *sums);
/* How often the policy was asked. */
uint64_t plan_nr_decisions(const struct plan *plan);

/* The block at @index of those of @device; if it is in a zone, why. */
enum plan_zone plan_block(const struct plan_device *device, uint64_t index,
			  unsigned int *reason);

/*
 * All memory as an array of runs, to be freed, by ascending address; @fold: with turns.
 * Returns 0 or -ENOMEM with @fault set.
 */
int plan_list_runs(const struct plan *plan, bool fold, struct plan_run **runs,
		   size_t *nr, struct fault *fault);
const char *plan_zone_name(enum plan_zone zone);

/* Nothing of it is in a kernel zone: it can be unplugged as a whole. */
bool plan_is_movable(const struct plan_device *device);
/* What can be unplugged: a static device only as a whole. */
uint64_t plan_unpluggable_bytes(const struct plan *plan);

/* The memory map of all memory: 64 bytes a page, where they are in kernel memory. */
uint64_t plan_map_bytes(const struct plan *plan);
/*
 * The least kernel memory that the memory map ever left for anything else. If that is
 * less than none, @block is the first of the blocks that could not be plugged.
 */
int64_t plan_tightest_bytes(const struct plan *plan, uint64_t *block);
/* What steps down took out of kernel zones, for want of movable memory. */
uint64_t plan_taken_kernel_bytes(const struct plan *plan);

#endif /* MEMGROUP_STAT_PLAN_H */
