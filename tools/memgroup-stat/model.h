/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What memgroup-stat knows about the system: read first, rendered after.
 *
 * All sizes are bytes. Numbers are exact: what would overflow or go below zero
 * is an error, never a wrapped number.
 */
#ifndef MEMGROUP_STAT_MODEL_H
#define MEMGROUP_STAT_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "records.h"
#include "sysroot.h"

/* Parts of the model; what a view needs is what gets read. */
enum {
	MODEL_POLICY = 1 << 0,
	MODEL_GROUPS = 1 << 1,
	MODEL_NODES = 1 << 2,	/* needs MODEL_POLICY, and reads groups, too */
	MODEL_BLOCKS = 1 << 3,	/* needs MODEL_GROUPS */
};

#define NO_NODE (-1)
#define NO_GROUP UINT32_MAX

struct setting {
	char *name, *value;
};

/* What a recording without a view calls the policy until it decides. */
#define POLICY_UNKNOWN "unknown"

struct policy {
	char *name;		/* contig-zones, auto-movable, or what comes later */
	uint32_t ratio;		/* percent */
	bool ratio_unknown;	/* a recording may not tell it */
	bool has_numa_aware;	/* false on kernels without NUMA */
	bool numa_aware;
	struct opt_u64 decisions, previews, clamped;	/* since boot */
	struct setting *settings;	/* every record of the file, in its order */
	size_t nr_settings;
};

/* A memory group, or the hotplugged memory of one node that is in no group. */
struct group {
	bool has_id;		/* false: memory without a group */
	uint32_t id;
	int node;		/* or NO_NODE */
	char *type;		/* NULL: none, as device and last_reason */
	char *device;
	char *last_reason;
	uint64_t blocks;	/* for memory without a group, bytes / block size */
	uint64_t online_blocks;
	uint64_t kernel, movable;	/* online in kernel zones, in ZONE_MOVABLE */
	uint64_t offline;
	struct opt_u64 max, unit;
	struct opt_u64 decided_movable, decided_kernel;	/* how often */
	/*
	 * What could still be onlined to ZONE_MOVABLE of a dynamic group, as far as
	 * the ratio goes: set as that of nodes is, and only with MODEL_NODES.
	 */
	struct opt_u64 headroom;
	const char *known_from;	/* what told of it, in a few words */
};

/* A node, or the whole system. */
struct node {
	int node;		/* NO_NODE: the whole system */
	uint64_t early_kernel;	/* boot memory in kernel zones without CMA */
	uint64_t kernel, movable, cma;
	struct opt_u64 needed, limit;
	/*
	 * What could still be onlined to ZONE_MOVABLE: not set under
	 * contig-zones, and never more than the system's.
	 */
	struct opt_u64 headroom;
	/* Inside dynamic groups; the kernel memory allows for more MOVABLE there. */
	uint64_t dynamic_kernel, dynamic_movable;
	struct opt_u64 allowed_ratio;	/* percent; not set where none applies */
};

enum block_state {
	BLOCK_ONLINE, BLOCK_OFFLINE, BLOCK_GOING_OFFLINE,
	NR_BLOCK_STATES
};

enum zone_kind {
	ZONE_UNKNOWN,	/* a name that we do not know */
	ZONE_NONE,	/* offline, or in no single zone */
	ZONE_DMA, ZONE_DMA32, ZONE_NORMAL, ZONE_HIGHMEM, ZONE_MOVABLE, ZONE_DEVICE,
	NR_ZONE_KINDS
};

/* A memory block. Kept small: there may be a hundred thousand. */
struct memory_block {
	uint64_t number;	/* its first byte is number * block_bytes */
	uint32_t group;		/* index into the groups, or NO_GROUP */
	int16_t node;		/* or NO_NODE */
	uint8_t state;		/* enum block_state */
	uint8_t zone;		/* enum zone_kind */
};

/* Where it is from: the kernel's view of memory groups, what every kernel has, a trace. */
enum model_from { FROM_ANY, FROM_DEBUGFS, FROM_SYSFS, FROM_TRACE };

struct model {
	struct policy policy;
	struct group *groups;	/* by id, then those without one */
	size_t nr_groups;
	struct node *nodes;	/* [0] is the whole system */
	size_t nr_nodes;
	uint64_t block_bytes;
	struct memory_block *blocks;	/* by number */
	size_t nr_blocks;
	enum model_from from;	/* which of them it was */
	char **notes;		/* sentences: what is missing, and why */
	size_t nr_notes;
};

/* The texts that a model is made from, and their names for messages. */
struct model_source {
	struct text text;
	char *name;
};

enum model_file {
	FILE_POLICY, FILE_GROUPS, FILE_NODES, FILE_ZONES, FILE_BLOCKS,
	FILE_BLOCK_SIZE,
	NR_MODEL_FILES
};

/* Where that file is below the root. */
const char *model_file_path(enum model_file file);

struct model_sources {
	uint64_t page_bytes;	/* of that system; 0: as here */
	struct model_source file[NR_MODEL_FILES];
	/* Why FILE_BLOCK_SIZE has no text: it is needed for little. */
	struct fault block_size_fault;
};

/*
 * Reads the parts @need of the model below @root from the kernel's view of memory groups,
 * and without one as model_read_stock(). Reads again a few times if the files, which are
 * read one after the other, do not agree. Returns 0 or a negative errno value with @fault
 * set; only after 0 is there something to end with model_free().
 */
int model_read(struct model *model, struct sysroot *root, unsigned int need,
	       struct fault *fault);

/* The same from where one was told; FROM_ANY is model_read(). */
int model_read_from(struct model *model, struct sysroot *root, enum model_from from,
		    unsigned int need, struct fault *fault);

/*
 * The same from what every kernel has, as far as it goes: sysfs, /proc/iomem and
 * /proc/zoneinfo. What can't be found there is left out, and the notes say so.
 */
int model_read_stock(struct model *model, struct sysroot *root, unsigned int need,
		     struct fault *fault);

/*
 * The same from texts in memory, which are overwritten and stay the caller's;
 * those that @need does not need may be empty. -EAGAIN: each file is well
 * formed, but they contradict each other.
 */
int model_build(struct model *model, struct model_sources *sources,
		unsigned int need, struct fault *fault);

void model_free(struct model *model);

/*
 * Takes a parameter of the policy over by its name in the kernel; others are ignored.
 * Returns NULL, or what is wrong with the value, to be said behind it.
 */
const char *policy_set(struct policy *policy, const char *name, const char *value);

bool group_is_dynamic(const struct group *group);

/*
 * MOVABLE and CMA to early kernel memory and the KERNEL of dynamic groups: in parts of
 * 1/@scale, rounded up, so that what looks allowed is. UINT64_MAX is infinite, and more
 * than fits; not set if there is no such memory.
 */
struct opt_u64 node_ratio(const struct node *node, uint32_t scale);

/*
 * The record of the node that the group is on, or NULL if it is not known: without
 * CONFIG_NUMA a group has none, and is on the only one.
 */
struct node *model_group_node(const struct model *model, const struct group *group);

/* A new group without anything, at the end; NULL without memory. */
struct group *model_add_group(struct model *model);

/* Adds a note. Returns 0 or -ENOMEM with @fault set. */
int model_note(struct model *model, struct fault *fault, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Fills what the policy and the groups say about the nodes, which are there: the
 * allowed ratio, the headroom where another one limits it, and the kernel memory of
 * dynamic groups. @groups is where these were read, for messages.
 */
int model_finish_nodes(struct model *model, const char *groups, struct fault *fault);

/* As the kernel calls them; NULL for ZONE_UNKNOWN and ZONE_NONE. */
const char *zone_kind_name(enum zone_kind zone);
const char *block_state_name(enum block_state state);
/* The other way round: ZONE_NONE also for "none" and "-"; -1 for no state. */
enum zone_kind zone_kind_of(const char *name);
int block_state_of(const char *name);

/* 0, or -EOVERFLOW with @fault set if the last byte of a block has no address. */
int model_check_addresses(const struct model *model, struct fault *fault);

/* The block with that number, or NULL. */
const struct memory_block *model_block(const struct model *model, uint64_t number);

#endif /* MEMGROUP_STAT_MODEL_H */
