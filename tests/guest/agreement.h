/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The debugfs view, held against everything else that the kernel says.
 */
#ifndef TESTS_GUEST_AGREEMENT_H
#define TESTS_GUEST_AGREEMENT_H

#include "events.h"
#include "fault.h"
#include "layout.h"

/*
 * Compares, while nothing changes: blocks with sysfs; zones with /proc/zoneinfo;
 * groups with the sums over blocks; nodes with the sums over zones and groups,
 * and its limits with the formulas, worked out anew; policy with the module
 * parameters. Returns 0, or -EINVAL with the first difference in @fault.
 */
int agreement_check(const struct blocks *blocks, struct fault *fault);

/*
 * Compares the latest lines of "decisions" with the decisions in @events, which
 * must be the latest ones.
 */
int agreement_check_decisions(const struct events *events, struct fault *fault);

/* A number of the file "policy", such as "decisions". */
int agreement_policy_number(const char *name, uint64_t *number,
			    struct fault *fault);

/* Every count that must return when the memory does, as one text to free(). */
int agreement_counts(char **text, struct fault *fault);

#endif /* TESTS_GUEST_AGREEMENT_H */
