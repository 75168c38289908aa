/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A run from its beginning to its end, with everything as it was before.
 */
#ifndef HOTPLUG_STRESS_RUN_H
#define HOTPLUG_STRESS_RUN_H

#include "oplog.h"
#include "options.h"

enum exit_code { EXIT_GOOD, EXIT_ERROR, EXIT_USAGE, EXIT_VIOLATION, EXIT_SIGNAL = 128 };

/*
 * Runs, or replays @history if it is not NULL. Says everything that there is to say,
 * and returns the exit code.
 */
int run(const struct options *options, const struct history *history);

/* Prints a report, and draws it if that is wanted. Returns 0 or an error with @fault set. */
int run_report(const struct options *options, const struct report *report,
	       const struct report_header *header, struct fault *fault);

#endif /* HOTPLUG_STRESS_RUN_H */
