/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A child that makes everything as it was before: when it is asked to, and when the
 * process that started it has died, whatever killed that. So there is one way to
 * restore, and it is used every day.
 *
 * It is in a session of its own and ignores the signals that end a run. It begins
 * when its parent and all children started since are gone; these die with their
 * parent by themselves (PR_SET_PDEATHSIG), and are known by the socket to the guard
 * that they inherit, so that no process id that was used anew is ever killed.
 */
#ifndef HOTPLUG_STRESS_GUARD_H
#define HOTPLUG_STRESS_GUARD_H

#include <stdbool.h>

#include "fault.h"

struct guard;

/* @restore: see backend_ops. @orphaned: after that, if the parent has died; or NULL. */
struct guard_orders {
	int (*restore)(void *context, struct fault *fault);
	void (*orphaned)(void *context);
	void *context;
	const char *log;	/* of the operations, for the message about a death */
};

/*
 * To be started once all is open and nothing changed yet: it knows what its parent
 * knows now. Returns 0 or a negative errno value with @fault set.
 */
int guard_start(struct guard **guard, const struct guard_orders *orders,
		struct fault *fault);

bool guard_alive(struct guard *guard);

/*
 * Has it restore, and waits for that, whatever signals come. The children must be
 * gone. If it has died, the restoring is done here. Returns what the restoring did.
 */
int guard_restore(struct guard *guard, struct fault *fault);

/* After guard_restore(): ends it. NULL is allowed. */
void guard_stop(struct guard *guard);

#endif /* HOTPLUG_STRESS_GUARD_H */
