/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Waiting for the next moment to do something, for a key, or for a signal: signals that
 * would end the program arrive here instead, when nothing is half done.
 */
#ifndef MEMGROUP_STAT_WAITING_H
#define MEMGROUP_STAT_WAITING_H

#include <stdint.h>

#include "fault.h"

struct waiting {
	int signals;		/* a signalfd */
};

enum wake {
	WAKE_TIME,		/* it is time */
	WAKE_INPUT,		/* there is something to read */
	WAKE_SIGNAL,
	WAKE_GONE,		/* the reader of the output left, or the terminal is no more */
};

/*
 * Blocks SIGINT, SIGTERM and SIGHUP, but not those that the caller of the program has
 * ignored, and the signals of the list @more, which ends with 0. They stay blocked for
 * good: a second SIGINT while the program ends changes nothing. Returns 0 or a negative
 * errno value with @fault set.
 */
int waiting_start(struct waiting *waiting, const int *more, struct fault *fault);
void waiting_stop(struct waiting *waiting);

/*
 * Waits until @deadline_ns of CLOCK_MONOTONIC at the latest. @input may be -1; @output
 * is looked at for its end only. Stores the signal's number for WAKE_SIGNAL. Returns an
 * enum wake, or a negative errno value with @fault set.
 */
int waiting_wait(struct waiting *waiting, int input, int output, uint64_t deadline_ns,
		 int *signal_number, struct fault *fault);

/* The time of CLOCK_MONOTONIC in nanoseconds. */
uint64_t monotonic_ns(void);

#endif /* MEMGROUP_STAT_WAITING_H */
