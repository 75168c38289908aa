/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_STRESS_BACKEND_VM_H
#define HOTPLUG_STRESS_BACKEND_VM_H

#include "backend.h"

/*
 * As @open of backend_vm, for tests: with the sysfs below @root instead of "/", and
 * @settle_ms for the guest to become calm once the time of an operation is over. Only
 * what is asked inside the guest looks at sysfs at all.
 */
int backend_vm_open_at(struct backend *backend, const char *root,
		       unsigned int settle_ms, struct fault *fault);

#endif /* HOTPLUG_STRESS_BACKEND_VM_H */
