/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads what a forecast of unplug.h needs: for root only, on kernels with
 * CONFIG_PROC_PAGE_MONITOR. A block at a time, in constant memory.
 */
#ifndef MEMGROUP_STAT_UNPLUG_LOOK_H
#define MEMGROUP_STAT_UNPLUG_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "model.h"
#include "sysroot.h"
#include "unplug.h"
#include "zoneinfo.h"

struct unplug_look {
	struct sysroot *root;
	struct unplug_system system;
	struct zoneinfo zones;
	uint64_t block_bytes;
	uint64_t part_bytes;		/* what a dynamic device gives back at least */
	struct blockers *parts;
	size_t nr_parts;
};

/*
 * Reads what is known of the system as a whole. Returns 0, or a negative errno value
 * with @fault set, which says what is needed if page flags cannot be read. End with
 * unplug_look_end(). @root must outlive it.
 */
int unplug_look_start(struct unplug_look *look, struct sysroot *root,
		      uint64_t block_bytes, struct fault *fault);
void unplug_look_end(struct unplug_look *look);

/*
 * The forecast for memory block @number. @zone is its name in /proc/zoneinfo, on @node;
 * NULL if the block is in several, or offline. Returns 0, or a negative errno value with
 * @fault set.
 */
int unplug_look_block(struct unplug_look *look, uint64_t number,
		      enum unplug_state state, const char *zone, int node,
		      bool dynamic, struct unplug_forecast *forecast,
		      struct fault *fault);

/* The same for a block of the model. */
int unplug_look_memory_block(struct unplug_look *look, const struct memory_block *block,
			     bool dynamic, struct unplug_forecast *forecast,
			     struct fault *fault);

#endif /* MEMGROUP_STAT_UNPLUG_LOOK_H */
