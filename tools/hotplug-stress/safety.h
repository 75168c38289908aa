/* SPDX-License-Identifier: GPL-2.0 */
/*
 * May this be done here, by this user, now?
 */
#ifndef HOTPLUG_STRESS_SAFETY_H
#define HOTPLUG_STRESS_SAFETY_H

#include <stdbool.h>

#include "fault.h"
#include "options.h"

/*
 * Checks that it is a guest of hotplug-vm or was explicitly allowed, that we are root,
 * and that no other hotplug-stress runs; *@lock is a descriptor that keeps others from
 * running until it and all that were inherited are closed, or -1 if none is needed.
 * Returns 0, or a negative errno value with @fault set.
 */
int safety_check(const struct options *options, int *lock, struct fault *fault);

#endif /* HOTPLUG_STRESS_SAFETY_H */
