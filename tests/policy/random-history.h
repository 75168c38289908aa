/* SPDX-License-Identifier: GPL-2.0 */
/* A random history, checked while it is made up. */
#ifndef POLICY_TESTS_RANDOM_HISTORY_H
#define POLICY_TESTS_RANDOM_HISTORY_H

#include "check.h"
#include "source.h"

/*
 * All that @source has, or as much as is planned. Returns false at the first
 * difference. @history is what was done, @check->tally what was seen.
 */
bool random_history(struct source source, const struct rules *rules,
		    struct history *history, struct check *check,
		    struct finding *finding);

#endif /* POLICY_TESTS_RANDOM_HISTORY_H */
