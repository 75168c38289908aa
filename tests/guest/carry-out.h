/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A step of a scenario, done to the machine that this runs in.
 */
#ifndef TESTS_GUEST_CARRY_OUT_H
#define TESTS_GUEST_CARRY_OUT_H

#include "fault.h"
#include "scenario.h"

/*
 * Does what the step says, waiting at most @resize_seconds for a virtio-mem device.
 * Blocks of a DIMM may come online later. Returns 0, or a negative errno value, the
 * kernel's own answer where it gave one, with @fault set.
 */
int carry_out(const struct step *step, int resize_seconds, struct fault *fault);

#endif /* TESTS_GUEST_CARRY_OUT_H */
