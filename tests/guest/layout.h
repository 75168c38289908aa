/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which memory block is in which zone, as runs of blocks.
 */
#ifndef TESTS_GUEST_LAYOUT_H
#define TESTS_GUEST_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "blocks.h"
#include "fault.h"

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
