/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which memory block is in which zone, as sysfs has it.
 */
#ifndef MEMGROUP_BLOCKS_H
#define MEMGROUP_BLOCKS_H

#include <stddef.h>

#include "fault.h"
#include "sysroot.h"

/*
 * As sysfs names them; zone "none": in no single zone, "-": offline. node -1: there
 * is no link to it, which Linux does without when it lacks the memory for one.
 */
struct block {
	unsigned long number;
	int node;
	char state[16];
	char zone[16];
};

struct blocks {
	struct block *list;		/* ascending */
	size_t count;
	unsigned long long block_bytes;
};

/*
 * Reads all memory blocks from sysfs. Never reads valid_zones of an offline block,
 * which would be a preview. Returns 0, or a negative errno value with @fault set.
 * Free with blocks_free().
 */
int blocks_read(struct sysroot *root, struct blocks *blocks,
		struct fault *fault);
void blocks_free(struct blocks *blocks);

/* The block, or NULL. */
const struct block *blocks_find(const struct blocks *blocks,
				unsigned long number);

#endif /* MEMGROUP_BLOCKS_H */
