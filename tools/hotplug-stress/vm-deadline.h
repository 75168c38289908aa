/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long one waits for a virtual machine: times of stop_now_ns().
 */
#ifndef HOTPLUG_STRESS_VM_DEADLINE_H
#define HOTPLUG_STRESS_VM_DEADLINE_H

#include <errno.h>
#include <limits.h>

#include "fault.h"
#include "stop.h"

#define DEADLINE_NONE		LLONG_MAX
#define DEADLINE_NS_PER_MS	1000000LL

/* In so many milliseconds; 0 is never. */
static inline long long deadline_in(unsigned int ms)
{
	return ms ? stop_now_ns() + ms * DEADLINE_NS_PER_MS : DEADLINE_NONE;
}

/* Milliseconds until then, rounded up, at most @most; 0 when it is over. */
static inline unsigned int deadline_left(long long until, unsigned int most)
{
	const long long left = until - stop_now_ns();

	if (left <= 0)
		return 0;
	if (left / DEADLINE_NS_PER_MS >= most)
		return most;
	return (unsigned int)(left / DEADLINE_NS_PER_MS) + 1;
}

/*
 * Waits a moment, of at most @ms and not beyond @until. Returns 0, or -EINTR with @fault
 * set when the run shall end.
 */
static inline int deadline_pause(long long until, unsigned int ms, struct fault *fault)
{
	stop_sleep_until(stop_now_ns() + deadline_left(until, ms) * DEADLINE_NS_PER_MS);
	return stop_signal() ? fault_set(fault, EINTR, "the run shall end") : 0;
}

#endif /* HOTPLUG_STRESS_VM_DEADLINE_H */
