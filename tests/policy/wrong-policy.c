// SPDX-License-Identifier: GPL-2.0
/*
 * Linked into policy-random in place of memgroup_policy_decide(), to see what it does
 * when it finds something: a request that fits to the page is refused.
 */

#include "policy.h"

struct memgroup_verdict
__real_memgroup_policy_decide(const struct memgroup_question *question);
struct memgroup_verdict
__wrap_memgroup_policy_decide(const struct memgroup_question *question);

struct memgroup_verdict
__wrap_memgroup_policy_decide(const struct memgroup_question *question)
{
	struct memgroup_verdict verdict = __real_memgroup_policy_decide(question);

	if (verdict.domain != MEMGROUP_DOMAIN_NONE &&
	    verdict.movable_pages + verdict.asked_pages == verdict.limit_pages)
		verdict.movable = false;
	return verdict;
}
