/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_STRESS_BACKEND_SIM_H
#define HOTPLUG_STRESS_BACKEND_SIM_H

#include "backend.h"

/* As @open of backend_sim, with sysfs and configfs below @root instead of "/": for tests. */
int backend_sim_open_at(struct backend *backend, const char *root,
			struct fault *fault);
/* As @sweep, in the same way. */
int backend_sim_sweep_at(const char *root, struct fault *fault);

#endif /* HOTPLUG_STRESS_BACKEND_SIM_H */
