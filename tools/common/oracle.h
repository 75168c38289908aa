/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The auto-movable policy once more, to hold the kernel's against: written from the
 * rule as the administrator's guide states it, with a list of memory blocks that is
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
	uint64_t unit_pages;	/* of a dynamic one */
};

/* Everything the rule speaks of. The arrays are the caller's. */
struct oracle {
	uint64_t ratio;		/* percent */
	bool numa_aware;
	uint64_t block_pages;
	/* Boot memory of each node, in pages: in kernel zones without CMA; the rest. */
	uint64_t boot_kernel[ORACLE_NODES_MAX];
	uint64_t boot_movable[ORACLE_NODES_MAX];
	const struct oracle_block *blocks;
	size_t nr_blocks;
	const struct oracle_group *groups;
	size_t nr_groups;
};

/* The words and numbers that the kernel has to give. */
struct oracle_answer {
	bool movable;
	const char *reason;
	const char *domain;
	uint64_t early_kernel_pages;
	uint64_t movable_pages;
	uint64_t asked_pages;
	uint64_t limit_pages;
};

/*
 * What a plain "online" of block @number, offline now, on @node and in @group must
 * come to under auto-movable. @group is ORACLE_NO_GROUP or in the list.
 */
struct oracle_answer oracle_ask(const struct oracle *oracle, uint64_t number,
				int node, int group);

#endif /* MEMGROUP_ORACLE_H */
