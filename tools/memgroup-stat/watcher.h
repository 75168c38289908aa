/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads the system again and again, and of it only what may have changed: of a hundred
 * thousand memory blocks nothing as long as the sums over them stay the same.
 */
#ifndef MEMGROUP_STAT_WATCHER_H
#define MEMGROUP_STAT_WATCHER_H

#include "changes.h"
#include "command.h"
#include "fault.h"
#include "model.h"
#include "replay.h"

enum { WATCHED_POLICY, WATCHED_NODES, WATCHED_GROUPS, WATCHED_ZONES, NR_WATCHED };

struct watcher {
	const struct request *request;
	struct replay *replay;		/* read that instead, if not NULL */
	/* What is known now: parts of the two below, which own them. */
	struct model now;
	struct model blocks;		/* without policy and nodes */
	struct model sums;		/* policy and nodes */
	/* What it was before: for the changes. */
	struct model before, old_blocks, old_sums;
	/* The small files as they were. */
	struct text seen[NR_WATCHED];
	uint64_t blocks_read_ns;	/* CLOCK_MONOTONIC */
	uint64_t blocks_cost_ns;	/* of the processor */
};

/* End with watcher_stop(). @replay may be NULL, and stays the caller's. */
void watcher_start(struct watcher *watcher, const struct request *request,
		   struct replay *replay);
void watcher_stop(struct watcher *watcher);

/* The next reading reads everything. */
void watcher_hurry(struct watcher *watcher);

/*
 * Reads, and tells what changed since the last time it could; the first time everything
 * is new. @changes is valid until the next call, and ended by changes_free().
 *
 * A block that begins to go offline shows in no sum. Such are noticed once reading all
 * blocks takes a five hundredth of the time that has passed; without the kernel's view
 * of memory groups all is, once it takes a hundredth.
 *
 * Returns 0, or a negative errno value with @fault set: then nothing has changed, and
 * it can be called again.
 */
int watcher_read(struct watcher *watcher, struct changes *changes,
		 struct fault *fault);

#endif /* MEMGROUP_STAT_WATCHER_H */
