/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's counts of pages, before and after an operation, held against the blocks
 * that sysfs shows: on any Linux.
 */
#ifndef HOTPLUG_STRESS_CHECKER_PAGES_H
#define HOTPLUG_STRESS_CHECKER_PAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "blocks.h"
#include "fault.h"
#include "op.h"
#include "sysroot.h"
#include "zoneinfo.h"

/* At one moment. */
struct page_counts {
	struct zoneinfo zones;
	uint64_t blocks[ZONEINFO_MAX];	/* online in each of these zones */
	uint64_t existing, online;	/* blocks of the system */
	uint64_t total_bytes;		/* MemTotal */
};

struct pages {
	uint64_t page_bytes, block_bytes;
	bool memmap_on_memory;	/* blocks may hold their own memory map */
	bool partial;		/* virtio-mem: blocks may lack some of their memory */
	struct page_counts last;
};

/*
 * Starts with what is there now; @blocks and @zones were just read. Returns 0, or a
 * negative errno value with @fault set, -EBADE if the counts disagree already.
 */
int pages_start(struct pages *pages, struct sysroot *root,
		const struct blocks *blocks, const struct zoneinfo *zones,
		struct fault *fault);

/*
 * Compares with the last time: what is present in each zone came and went with its
 * blocks; what of it can be used, too, but for memory maps and what virtio-mem
 * keeps; each zone spans its blocks; MemTotal is the sum; @outcome has the bytes that
 * came or went. @op and @outcome are NULL after several operations, whose bytes are not
 * known. Returns 0, and @blocks and @zones are the last time from now on; -EBADE with
 * the difference in @fault; or another negative errno value. Memory that a balloon
 * driver takes or gives back meanwhile is a difference.
 */
int pages_check(struct pages *pages, struct sysroot *root,
		const struct blocks *blocks, const struct zoneinfo *zones,
		const struct op *op, const struct outcome *outcome,
		struct fault *fault);

#endif /* HOTPLUG_STRESS_CHECKER_PAGES_H */
