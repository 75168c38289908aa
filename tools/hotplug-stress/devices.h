/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All devices of a run, whichever backend they belong to.
 */
#ifndef HOTPLUG_STRESS_DEVICES_H
#define HOTPLUG_STRESS_DEVICES_H

#include <stddef.h>

#include "backend.h"
#include "fault.h"
#include "options.h"
#include "worker.h"

#define DEVICES_BACKENDS 3

struct devices {
	struct backend backends[DEVICES_BACKENDS];
	struct device_spec specs[DEVICES_BACKENDS][OPTIONS_DEVICES];
	bool open[DEVICES_BACKENDS];
	struct device **list;		/* in the order of the backends */
	struct backend **owners;	/* of each in the list */
	size_t nr;
};

/*
 * The @sweep of the backends that the options ask for. Returns 0 or a negative errno value
 * with @fault set.
 */
int devices_sweep(const struct options *options, struct fault *fault);

/*
 * Opens the backends that the options ask for. Returns 0, or a negative errno value
 * with @fault set and everything as before.
 */
int devices_open(struct devices *devices, const struct options *options,
		 struct fault *fault);

/* As backend_ops.carry_out, for the device of this index. */
int devices_carry_out(struct devices *devices, size_t index,
		      struct worker *worker, const struct op *op,
		      unsigned int timeout_ms, struct outcome *outcome,
		      struct fault *fault);

/*
 * All backends, the last one first, whatever one of them says; the first error. Signals
 * that end a run do not cut it short.
 */
int devices_restore(struct devices *devices, struct fault *fault);
void devices_close(struct devices *devices);

#endif /* HOTPLUG_STRESS_DEVICES_H */
