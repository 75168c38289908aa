/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel does with memory that comes, in a few words.
 */
#ifndef HOTPLUG_STRESS_POLICY_NAME_H
#define HOTPLUG_STRESS_POLICY_NAME_H

#include <stddef.h>

#include "sysroot.h"

/*
 * "contig-zones", "auto-movable 301%"; "online_movable" and "online_kernel" where the
 * kernel is told to put all new memory there, whatever the policy.
 */
void policy_name(struct sysroot *root, char *text, size_t size);

#endif /* HOTPLUG_STRESS_POLICY_NAME_H */
