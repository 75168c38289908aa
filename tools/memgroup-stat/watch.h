/* SPDX-License-Identifier: GPL-2.0 */
/* The two ways of memgroup-stat watch, both in memgroup-stat-extra only: see extra.h. */
#ifndef MEMGROUP_STAT_WATCH_H
#define MEMGROUP_STAT_WATCH_H

#include <stdint.h>

#include "command.h"
#include "fault.h"

struct watch_options {
	uint64_t interval_ns;	/* at least WATCH_INTERVAL_MIN_NS */
	uint64_t count;		/* end after as many readings; 0: never */
	const char *replay;	/* a file of trace-cmd to read instead, or NULL */
	uint64_t speed;		/* of that, see replay.h; 0: as fast as it can be read */
};

#define WATCH_INTERVAL_MIN_NS 50000000ULL
#define WATCH_INTERVAL_MAX_NS (86400 * 1000000000ULL)

/*
 * A line of JSON on standard output with what is there, then one for each change. Ends
 * with 0 for SIGINT, SIGTERM and SIGHUP. Returns a negative errno value with @fault set
 * if the first reading fails or nothing can be written: -EPIPE if the reader left.
 */
int watch_lines(const struct request *request, const struct watch_options *options,
		struct fault *fault) __attribute__((weak));

/*
 * The live screen, on the terminal that standard input and output are. Ends with 0 for
 * the key and the signals above. Returns a negative errno value with @fault set if
 * there is no such terminal or if the first reading fails.
 */
int watch_screen(const struct request *request, const struct watch_options *options,
		 struct fault *fault) __attribute__((weak));

#endif /* MEMGROUP_STAT_WATCH_H */
