/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A replay as a person wants to read it, in 80 columns.
 */
#ifndef TESTS_GUEST_NARRATE_H
#define TESTS_GUEST_NARRATE_H

#include "events.h"
#include "fault.h"
#include "layout.h"
#include "scenario.h"

void narrate_start(const struct scenario *scenario);
void narrate_step(const struct step *step, unsigned int number);

/*
 * What memgroup-stat says, the layout by zone and device, and the decisions in
 * @events at which the zone or the reason turned. Returns 0, or a negative errno
 * value with @fault set.
 */
int narrate_result(const struct blocks *blocks, const struct events *events,
		   struct fault *fault);

#endif /* TESTS_GUEST_NARRATE_H */
