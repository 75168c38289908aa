/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Our kprobe events in tracefs, and nobody else's. tracefs_set_tracing_dir() says where, if
 * not in the usual place.
 */
#ifndef MEMGROUP_KPROBES_H
#define MEMGROUP_KPROBES_H

#include "definitions.h"
#include "fault.h"

/*
 * Makes @definitions the events of KPROBE_SYSTEM: others of that system, which an earlier
 * run may have left, are replaced, and if all are there already they are left alone. Returns
 * 0, or a negative errno value with @fault set: then none are there. -EBUSY: events of
 * another kind are there and in use, and stay.
 */
int kprobes_add(const struct definitions *definitions, struct fault *fault);

/*
 * Disables and removes all events of KPROBE_SYSTEM; without any that is nothing to do.
 * Returns 0, or a negative errno value with @fault set.
 */
int kprobes_remove(struct fault *fault);

#endif /* MEMGROUP_KPROBES_H */
