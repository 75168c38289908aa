/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's decisions, held against the oracle's.
 */
#ifndef TESTS_GUEST_PREDICTION_H
#define TESTS_GUEST_PREDICTION_H

#include "events.h"
#include "fault.h"
#include "layout.h"

/*
 * Asks the oracle about each decision in @events, in their order, starting from the
 * blocks that were online @before; nothing may have gone offline since. Reason, zone
 * and all numbers must be the same. Returns 0, or a negative errno value with the
 * first difference in @fault.
 */
int prediction_check(const struct blocks *before, const struct events *events,
		     unsigned int ratio, bool numa_aware, struct fault *fault);

#endif /* TESTS_GUEST_PREDICTION_H */
