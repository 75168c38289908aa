/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The latest decisions of a registry, for debugfs.
 */
#ifndef _MM_MEMGROUP_LOG_H
#define _MM_MEMGROUP_LOG_H

#include <linux/types.h>

#include "decision.h"

struct memgroup_registry;

#define MEMGROUP_LOG_SIZE	1024

/**
 * struct memgroup_log - a ring of decisions
 * @nr_added: how many there have been
 * @ring: the latest ones; decision number i is at i % MEMGROUP_LOG_SIZE
 *
 * Protected by the lock of the registry that it belongs to, so that the ring and
 * the counters of decisions agree.
 */
struct memgroup_log {
	u64 nr_added;
	struct memgroup_decision ring[MEMGROUP_LOG_SIZE];
};

#ifdef CONFIG_MEMGROUP_DEBUGFS
extern struct memgroup_log memgroup_live_log;
#define MEMGROUP_LIVE_LOG	(&memgroup_live_log)

void memgroup_log_add(struct memgroup_registry *registry,
		      const struct memgroup_decision *decision);
size_t memgroup_log_count(struct memgroup_registry *registry);
void memgroup_log_copy(struct memgroup_registry *registry,
		       struct memgroup_decision *decisions);
#else
#define MEMGROUP_LIVE_LOG	NULL

static inline void memgroup_log_add(struct memgroup_registry *registry,
				    const struct memgroup_decision *decision)
{
}
#endif

#endif /* _MM_MEMGROUP_LOG_H */
