/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The debugfs view, held against everything else that the kernel says.
 */
#ifndef MEMGROUP_AGREEMENT_H
#define MEMGROUP_AGREEMENT_H

#include "blocks.h"
#include "events.h"
#include "fault.h"
#include "sysroot.h"
#include "view.h"
#include "zoneinfo.h"

/*
 * Compares, while nothing changes: blocks with sysfs; zones with /proc/zoneinfo;
 * groups with the sums over blocks; nodes with the sums over zones and groups,
 * and its limits with the formulas, worked out anew; policy with the module
 * parameters. @blocks, @view and @zones were just read, the rest is read here.
 * Returns 0, or -EINVAL with the first difference in @fault.
 */
int agreement_compare(struct sysroot *root, const struct blocks *blocks,
		      const struct view *view, const struct zoneinfo *zones,
		      struct fault *fault);

/* The same for whoever has the blocks alone, on a system where nothing was clamped. */
int agreement_check(struct sysroot *root, const struct blocks *blocks,
		    struct fault *fault);

/*
 * Compares the latest lines of "decisions" with the decisions in @events, which
 * must be the latest ones.
 */
int agreement_check_decisions(struct sysroot *root, const struct events *events,
			      struct fault *fault);

/* Every count that must return when the memory does, as one text to free(). */
int agreement_counts(struct sysroot *root, char **text, struct fault *fault);

#endif /* MEMGROUP_AGREEMENT_H */
