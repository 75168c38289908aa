/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_STRESS_BACKEND_VM_H
#define HOTPLUG_STRESS_BACKEND_VM_H

#include "backend.h"

/*
 * As @open of backend_vm, with the sysfs below @root instead of "/": for tests. Only
 * what is asked inside the guest looks at sysfs at all.
 */
int backend_vm_open_at(struct backend *backend, const char *root,
		       struct fault *fault);

#endif /* HOTPLUG_STRESS_BACKEND_VM_H */
