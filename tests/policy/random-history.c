// SPDX-License-Identifier: GPL-2.0

#include "generate.h"
#include "random-history.h"

bool random_history(struct source source, const struct rules *rules,
		    struct history *history, struct check *check,
		    struct finding *finding)
{
	struct operation operation;
	struct plan plan = plan_make(&source, &operation);

	history->count = 0;
	check_init(check, rules);
	do {
		history_append(history, &operation);
		if (!check_step(check, &operation, finding))
			return false;
	} while (plan_next(&plan, &source, &check->machine, &operation));
	return true;
}
