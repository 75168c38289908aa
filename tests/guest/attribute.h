/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Small files of the kernel's that are written as a whole, such as those of sysfs.
 */
#ifndef TESTS_GUEST_ATTRIBUTE_H
#define TESTS_GUEST_ATTRIBUTE_H

#include <errno.h>

#include "fault.h"

/*
 * Writes @text with one write(). Returns 0, or a negative errno value, the
 * kernel's own answer, with @fault set.
 */
int attribute_write(const char *path, const char *text, struct fault *fault);

/* "online", "offline", … to a memory block; returns as attribute_write(). */
int block_set_state(unsigned long block, const char *state,
		    struct fault *fault);

/* A parameter of memory_hotplug; returns as attribute_write(). */
int parameter_set(const char *name, const char *value, struct fault *fault);

/* What a refused notifier gives, and nothing else does. */
#define REFUSED	EREMOTEIO

/*
 * Lets memory notifiers refuse @action, MEM_GOING_ONLINE or MEM_GOING_OFFLINE, with
 * -REFUSED; or no longer. Returns as attribute_write().
 */
int notifier_refuse(const char *action, struct fault *fault);
int notifier_allow(const char *action, struct fault *fault);

#endif /* TESTS_GUEST_ATTRIBUTE_H */
