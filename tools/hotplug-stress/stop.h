/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The signals that end a run: SIGHUP, SIGINT, SIGQUIT and SIGTERM. They are only
 * noted; whoever waits for something waits for stop_fd() as well. A second one
 * changes nothing.
 */
#ifndef HOTPLUG_STRESS_STOP_H
#define HOTPLUG_STRESS_STOP_H

#include <stdbool.h>

#include "fault.h"

/*
 * Notes them from now on, in this process: a child that does not see to it dies of
 * them as usual. Returns 0 or a negative errno value with @fault set.
 */
int stop_prepare(struct fault *fault);

/* In a child: such signals are ignored, and none was noted. */
void stop_ignore(void);

/* The number of the first such signal, or 0. */
int stop_signal(void);

/* Becomes readable with the first signal, and remains so; -1 if none are noted. */
int stop_fd(void);

/*
 * While held, no signal is seen by any of these functions: for what must be done to its
 * end. What came meanwhile is seen afterwards.
 */
void stop_hold(bool held);

/* Sleeps until then on CLOCK_MONOTONIC, or until such a signal. */
void stop_sleep_until(long long time_ns);

/* CLOCK_MONOTONIC in nanoseconds. */
long long stop_now_ns(void);

#endif /* HOTPLUG_STRESS_STOP_H */
