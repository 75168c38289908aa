/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that a dax device has, and that its driver kmem adds as system memory.
 * All through sysfs: daxctl(1) chooses zones itself.
 */
#ifndef TESTS_GUEST_DAX_H
#define TESTS_GUEST_DAX_H

#include "fault.h"
#include "layout.h"

/* All return 0, or a negative errno value with @fault set. */

/*
 * Gives the device, such as "dax0.0", to kmem. If there is none, the NVDIMM's
 * namespace of the same numbers becomes it first, which costs its first block.
 */
int dax_bind(const char *device, struct fault *fault);

/* Takes all blocks of the device offline, and the device from kmem. */
int dax_unbind(const char *device, struct fault *fault);

/*
 * Every block that a device has at kmem exists, on the device's node, all that are
 * online in one zone; and there is none of any other dax device.
 */
int dax_check_blocks(const struct blocks *blocks, struct fault *fault);

/*
 * Every device at kmem has exactly one group of its name: a static one, with its
 * node, size and blocks, all MOVABLE or all KERNEL; and there is no other dax
 * device's group.
 */
int dax_check_groups(struct fault *fault);

#endif /* TESTS_GUEST_DAX_H */
