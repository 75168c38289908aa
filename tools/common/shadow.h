/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A second account of the system's memory: taken once from what the kernel shows, and
 * kept from then on by the events of its trace alone. Each zone decision among them
 * is held against the oracle, asked about this account.
 *
 * It must be started while nothing changes, and given every event since. That all
 * memory without a group is boot memory, and the rest is not, must be true.
 */
#ifndef MEMGROUP_SHADOW_H
#define MEMGROUP_SHADOW_H

#include <stdint.h>

#include "blocks.h"
#include "events.h"
#include "fault.h"
#include "sysroot.h"
#include "view.h"
#include "zoneinfo.h"

struct shadow;

/*
 * @blocks, @view and @zones were just read. Returns 0, or a negative errno value with
 * @fault set: -EOPNOTSUPP for a system of which no such account can be kept.
 */
int shadow_start(struct shadow **shadow, struct sysroot *root,
		 const struct blocks *blocks, const struct view *view,
		 const struct zoneinfo *zones, struct fault *fault);
void shadow_free(struct shadow *shadow);

/*
 * Follows @events, all since the last call. The policy in force is what it was then,
 * or @policy, as it is now: that holds from the first decision on which only it
 * explains. Returns 0, or a negative errno value with @fault set: -EBADE for a
 * decision that differs from the oracle's in zone, reason, domain or a number, and for
 * events that make no sense.
 */
int shadow_follow(struct shadow *shadow, const struct events *events,
		  const struct policy_record *policy, struct fault *fault);

/*
 * Compares with what the kernel shows, while nothing changes: blocks that are online,
 * and where; groups; boot memory; what zones span. Returns 0, or -EBADE with the
 * difference in @fault.
 */
int shadow_compare(struct shadow *shadow, const struct blocks *blocks,
		   const struct view *view, const struct zoneinfo *zones,
		   struct fault *fault);

/* Decisions held against the oracle so far; those of them that it says are clamped. */
uint64_t shadow_decisions(const struct shadow *shadow);
uint64_t shadow_clamped(const struct shadow *shadow);

#endif /* MEMGROUP_SHADOW_H */
