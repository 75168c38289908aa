// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzing target: the bytes choose the operations of a history, each decision of
 * which is asked of the policy and of the oracle.
 */
#include <stdlib.h>

#include "../memgroup-stat/fuzz.h"
#include "random-history.h"
#include "shrink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct check check;
	struct history history = { .count = 0 };
	struct finding finding;

	if (!random_history(source_bytes(data, size), &policy_rules, &history,
			    &check, &finding)) {
		shrink(&history, &policy_rules, &finding);
		history_print(stderr, &history);
		finding_print(stderr, &finding);
		abort();
	}
	history_free(&history);
	return 0;
}
