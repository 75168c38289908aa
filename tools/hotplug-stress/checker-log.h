/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's log from a point in time on.
 */
#ifndef HOTPLUG_STRESS_CHECKER_LOG_H
#define HOTPLUG_STRESS_CHECKER_LOG_H

#include <stddef.h>

#include "fault.h"

/*
 * Opens the log at its end: what is in it now does not count. Returns a descriptor for
 * close(2), or a negative errno value with @fault set.
 */
int log_open(struct fault *fault);

/*
 * Reads what came since the last call from @fd, a record at a time, without waiting.
 * Complaints that have one of the @nr texts @ignored in their line do not count.
 * Returns 0, -EBADE with the first complaint in @fault, or another negative errno value
 * with @fault set: -EPIPE if lines were overwritten before they were read.
 */
int log_check(int fd, const char *const *ignored, size_t nr,
	      struct fault *fault);

#endif /* HOTPLUG_STRESS_CHECKER_LOG_H */
