/* SPDX-License-Identifier: GPL-2.0 */
/*
 * After each operation: did the kernel decide as the rules say, and does everything
 * that it shows agree?
 */
#ifndef HOTPLUG_STRESS_CHECKER_H
#define HOTPLUG_STRESS_CHECKER_H

#include <stdbool.h>

#include "fault.h"
#include "op.h"

struct checker;

/* What there is to check with; what is missing is said once at the beginning. */
struct checker_ability {
	bool decisions;		/* debugfs and tracepoints of memgroup */
	bool kernel_log;	/* /dev/kmsg can be read */
	char missing[256];	/* in words for the user, or "" */
};

/*
 * Starts to watch. @ignored: texts of kernel messages that are no violation, @nr of
 * them. Returns 0 or a negative errno value with @fault set.
 */
int checker_start(struct checker **checker, const char *const *ignored,
		  size_t nr, struct fault *fault);

const struct checker_ability *checker_ability(const struct checker *checker);

/*
 * To be called after each operation, when nothing moves any more. Returns 0, -EBADE
 * with the violation in @fault, or another negative errno value with @fault set when it
 * could not be checked. @outcome's numbers are checked as well: bytes that came or
 * went must be those that sysfs shows. What it compares may differ for half a second,
 * while a driver has a few words more to say; a wrong decision is wrong at once.
 * Without @op, after operations that were not checked, the outcome is not looked at.
 */
int checker_check(struct checker *checker, const struct op *op,
		  const struct outcome *outcome, struct fault *fault);

/* How many decisions were held against the oracle since the start. */
uint64_t checker_decisions(const struct checker *checker);

/*
 * At the end, when the memory is as it was at the start: so must all counts be.
 * Returns as checker_check().
 */
int checker_finish(struct checker *checker, struct fault *fault);

/* Stops watching. NULL is allowed. */
void checker_stop(struct checker *checker);

#endif /* HOTPLUG_STRESS_CHECKER_H */
