/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which memory block is in which zone: as sysfs has it, and as runs of blocks.
 */
#ifndef TESTS_GUEST_LAYOUT_H
#define TESTS_GUEST_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "fault.h"

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

/* Blocks in a row that agree in state and zone. */
struct run {
	unsigned long first;
	unsigned long last;
	char state[16];
	char zone[16];
};

#define LAYOUT_RUNS_MAX 256

struct layout {
	struct run runs[LAYOUT_RUNS_MAX];
	size_t count;
};

/*
 * Reads all memory blocks from sysfs. Never reads valid_zones of an offline block,
 * which would be a preview. Returns 0, or a negative errno value with @fault set.
 * Free with blocks_free().
 */
int blocks_read(struct blocks *blocks, struct fault *fault);
void blocks_free(struct blocks *blocks);

/* The block, or NULL. */
const struct block *blocks_find(const struct blocks *blocks,
				unsigned long number);

/* Appends a run. Returns 0, or -E2BIG with @fault set. */
int layout_add(struct layout *layout, const struct run *run,
	       struct fault *fault);
int layout_of(const struct blocks *blocks, struct layout *layout,
	      struct fault *fault);

/* Blocks that are online in @layout. */
size_t layout_online(const struct layout *layout);

/* Blocks that are there in @layout, online or not. */
size_t layout_blocks(const struct layout *layout);

/* Whether some run of @layout is in @zone. */
bool layout_has_zone(const struct layout *layout, const char *zone);

/* Returns 0 if they are the same, else -EINVAL, with both in @fault. */
int layout_compare(const struct layout *expected, const struct layout *actual,
		   struct fault *fault);

#endif /* TESTS_GUEST_LAYOUT_H */
