// SPDX-License-Identifier: GPL-2.0
/*
 * A ring of the latest decisions.
 *
 * Protected by the lock of the running kernel's registry, so that the ring and
 * the counters of decisions agree.
 */

#include <linux/lockdep.h>
#include <linux/minmax.h>

#include "core.h"
#include "decision.h"
#include "log.h"

#define LOG_SIZE	1024

/* Static: memory that a hypervisor offers at boot is decided early. */
static struct memgroup_decision ring[LOG_SIZE];
static u64 nr_added;

/**
 * memgroup_log_add() - keep a decision, and forget the oldest if need be
 * @decision: copied
 */
void memgroup_log_add(const struct memgroup_decision *decision)
{
	lockdep_assert_held(&memgroup_registry.lock);
	ring[nr_added++ % LOG_SIZE] = *decision;
}

/**
 * memgroup_log_count() - how many decisions are kept
 *
 * Return: 1,024 at the most.
 */
size_t memgroup_log_count(void)
{
	lockdep_assert_held(&memgroup_registry.lock);
	return min_t(u64, nr_added, LOG_SIZE);
}

/**
 * memgroup_log_copy() - read the log, the oldest decision first
 * @decisions: room for memgroup_log_count() of them
 */
void memgroup_log_copy(struct memgroup_decision *decisions)
{
	u64 i = nr_added - memgroup_log_count();

	for (; i < nr_added; i++)
		*decisions++ = ring[i % LOG_SIZE];
}
