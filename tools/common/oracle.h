/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The online policies once more, to hold the kernel's against: written from the rule
 * as the administrator's guide states it, with a list of memory blocks that is
 * counted from scratch for each answer. Slow, and simple enough to be seen right.
 *
 * It shares nothing with the kernel's policy.c, and must not.
 */
#ifndef MEMGROUP_ORACLE_H
#define MEMGROUP_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ORACLE_NODES_MAX	16
#define ORACLE_NO_GROUP		(-1)

/* A hotplugged memory block that is online. */
struct oracle_block {
	uint64_t number;
	int node;
	int group;		/* or ORACLE_NO_GROUP */
	bool movable;
};

struct oracle_group {
	int id;
	int node;
	bool dynamic;
	uint64_t max_pages;	/* of a static group */
	uint64_t unit_pages;	/* of a dynamic one: whole blocks */
};

/* The zones of a node, from the lowest address on. */
enum oracle_zone {
	ORACLE_DMA,
	ORACLE_DMA32,
	ORACLE_NORMAL,
	ORACLE_MOVABLE,
};

/* Where boot memory of a zone is. Its blocks are there always. */
struct oracle_range {
	int node;
	enum oracle_zone zone;
	uint64_t first;		/* block numbers, both included */
	uint64_t last;
};

/*
 * Everything the rules speak of. The arrays are the caller's. What is left 0 is a
 * system as most are: auto-movable, our rule, no movable_node.
 */
struct oracle {
	bool stock;		/* Linux 5.15 and later without our change */
	bool contig_zones;	/* not auto-movable */
	uint64_t ratio;		/* percent, less than 2^32 */
	bool numa_aware;
	uint64_t block_pages;
	/* Boot memory of each node, in pages: in kernel zones without CMA; the rest. */
	uint64_t boot_kernel[ORACLE_NODES_MAX];
	uint64_t boot_movable[ORACLE_NODES_MAX];
	const struct oracle_block *blocks;
	size_t nr_blocks;
	const struct oracle_group *groups;
	size_t nr_groups;
	/* Only contig-zones looks at these. */
	bool movable_node;	/* a parameter of the kernel */
	const struct oracle_range *ranges;
	size_t nr_ranges;
};

/* The words and numbers that the kernel has to give; stock gives the zone alone. */
struct oracle_answer {
	bool movable;
	bool clamped;		/* more of the device or unit is online than declared */
	const char *reason;
	const char *domain;
	uint64_t early_kernel_pages;
	uint64_t movable_pages;
	uint64_t asked_pages;
	uint64_t limit_pages;	/* UINT64_MAX also stands for more than that */
};

/*
 * What a plain "online" of block @number, offline now, on @node and in @group must
 * come to. @group is ORACLE_NO_GROUP or in the list.
 */
struct oracle_answer oracle_ask(const struct oracle *oracle, uint64_t number,
				int node, int group);

/* What online_movable, or online_kernel, of any block must come to. */
struct oracle_answer oracle_ask_by_hand(const struct oracle *oracle,
					bool movable);

#endif /* MEMGROUP_ORACLE_H */
