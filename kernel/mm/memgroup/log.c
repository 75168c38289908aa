// SPDX-License-Identifier: GPL-2.0
/*
 * A ring of the latest decisions.
 */

#include <linux/lockdep.h>
#include <linux/minmax.h>

#include "log.h"
#include "registry.h"

/* Static: memory that a hypervisor offers at boot is decided early. */
struct memgroup_log memgroup_live_log;

/**
 * memgroup_log_add() - keep a decision, and forget the oldest if need be
 * @registry: whose decision; its lock is held. Without a log nothing is kept.
 * @decision: copied
 */
void memgroup_log_add(struct memgroup_registry *registry,
		      const struct memgroup_decision *decision)
{
	struct memgroup_log *log = registry->log;

	lockdep_assert_held(&registry->lock);
	if (log)
		log->ring[log->nr_added++ % MEMGROUP_LOG_SIZE] = *decision;
}

/**
 * memgroup_log_count() - how many decisions are kept
 * @registry: whose; its lock is held
 *
 * Return: MEMGROUP_LOG_SIZE at the most.
 */
size_t memgroup_log_count(struct memgroup_registry *registry)
{
	lockdep_assert_held(&registry->lock);
	if (!registry->log)
		return 0;
	return min_t(u64, registry->log->nr_added, MEMGROUP_LOG_SIZE);
}

/**
 * memgroup_log_copy() - read the log, the oldest decision first
 * @registry: whose; its lock is held
 * @decisions: room for memgroup_log_count() of them
 */
void memgroup_log_copy(struct memgroup_registry *registry,
		       struct memgroup_decision *decisions)
{
	const struct memgroup_log *log = registry->log;
	size_t count = memgroup_log_count(registry);

	for (; count; count--)
		*decisions++ = log->ring[(log->nr_added - count) %
					 MEMGROUP_LOG_SIZE];
}
