/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A scenario on any kernel, with or without memgroup: what sysfs and the host show
 * after each step, in words, for tests/parity to judge.
 *
 * A line each:
 *   capture 1 SCENARIO
 *   block-bytes BYTES
 *   boot NODE ZONE PRESENT-PAGES CMA-PAGES   before anything was plugged
 * then for the beginning, which is step 0, and for the others
 *   step NUMBER RESULT
 *   device TYPE ID NODE ADDRESS SIZE MAX     bytes
 *   blocks FIRST LAST NODE STATE ZONE
 *   end NUMBER
 * and at last
 *   done STEPS
 * RESULT is "done"; "kept" for a DIMM that is not all MOVABLE, which was not asked
 * for; or "refused" and why: "timeout" for a virtio-mem device that came to a rest
 * elsewhere, one of EBUSY, EAGAIN, EINTR, EINVAL and ENOENT, or "error" for what has
 * nothing to do with memory.
 */
#ifndef TESTS_GUEST_CAPTURE_H
#define TESTS_GUEST_CAPTURE_H

#include "fault.h"
#include "scenario.h"

/* Returns 0, or a negative errno value with @fault set: the capture is no good. */
int capture(const struct scenario *scenario, struct fault *fault);

#endif /* TESTS_GUEST_CAPTURE_H */
