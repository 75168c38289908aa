// SPDX-License-Identifier: GPL-2.0
/* The end of a run. */

#include <errno.h>
#include <stdlib.h>

#include "run-state.h"

static int last_check(struct run *r, struct fault *fault)
{
	struct fault violation;
	int ret;

	if (!r->checker)
		return 0;
	ret = checker_finish(r->checker, &violation);
	r->header.decisions_checked = checker_decisions(r->checker);
	if (ret == -EBADE)
		return fault_set(fault, EBADE,
				 "once all memory was as before: %.800s",
				 violation.text);
	*fault = violation;
	return ret;
}

/* In the guard, once there is one. */
static int restore(struct run *r, struct fault *fault)
{
	if (r->guard)
		return guard_restore(r->guard, fault);
	return r->devices.nr ? devices_restore(&r->devices, fault) : 0;
}

int run_end(struct run *r, bool check, struct fault *fault)
{
	struct fault other;
	int ret = 0, restored;

	if (r->pressure)
		ret = pressure_look(r->pressure, &r->header.trouble, fault);
	pressure_stop(r->pressure);
	worker_stop(r->worker);
	if (r->checker)
		r->header.decisions_checked = checker_decisions(r->checker);
	restored = restore(r, &other);
	if (restored) {
		*fault = other;
		ret = restored;
	}
	if (!ret && check)
		ret = last_check(r, fault);
	checker_stop(r->checker);
	guard_stop(r->guard);
	devices_close(&r->devices);
	plan_free(r->plan);
	return ret;
}
