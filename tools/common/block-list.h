/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which memory blocks there are, and their nodes, by listing folders of sysfs: no file
 * of a block is opened.
 */
#ifndef MEMGROUP_BLOCK_LIST_H
#define MEMGROUP_BLOCK_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "sysroot.h"

#define MEMORY_FOLDER	"sys/devices/system/memory"

/*
 * node -1: there is no link to it, which Linux does without when it lacks the memory
 * for one. Without NUMA all is node 0.
 */
struct listed_block {
	uint64_t number;
	int node;
};

struct block_list {
	struct listed_block *list;	/* ascending */
	size_t count;
	uint64_t block_bytes;
};

/* Returns 0, or a negative errno value with @fault set. Free with block_list_free(). */
int block_list_read(struct sysroot *root, struct block_list *blocks,
		    struct fault *fault);
void block_list_free(struct block_list *blocks);

#endif /* MEMGROUP_BLOCK_LIST_H */
