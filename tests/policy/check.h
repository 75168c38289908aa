/* SPDX-License-Identifier: GPL-2.0 */
/* Each decision of a history, asked of the policy and of the oracle. */
#ifndef POLICY_TESTS_CHECK_H
#define POLICY_TESTS_CHECK_H

#include "ledger.h"
#include "machine.h"

/* What was seen: a case that never comes up is not tested. */
struct tally {
	u64 decisions;		/* plain ones of auto-movable, and no others */
	u64 by_hand;
	u64 reason[MEMGROUP_REASON_COUNT];
	u64 domain[MEMGROUP_DOMAIN_COUNT];
	u64 fits_exactly;	/* not a page more */
	u64 one_too_many;	/* a page less would fit */
	u64 part_of_unit;	/* the rest of it is online */
	u64 part_of_device;
	u64 clamped;
	u64 no_kernel_counts;	/* E' is 0 */
	u64 unlimited;		/* R * E' / 100 is more than 64 bits */
	u64 group_elsewhere;	/* the group is not among the node's */
	u64 boot_offline;	/* times that boot memory shrank */
};

#define TALLY_FIELDS	(sizeof(struct tally) / sizeof(u64))

/* A difference; @what is the first thing that differs. */
struct finding {
	const char *what;
	size_t at;		/* number of the operation in its history */
	struct memgroup_question question;
	struct memgroup_verdict verdict;
	struct oracle_answer answer;
};

struct check {
	struct machine machine;
	struct ledger ledger;
	struct tally tally;
	size_t steps;
};

void check_init(struct check *check, const struct rules *rules);

/*
 * The next operation, which the machine need not allow. Returns false if policy and
 * oracle differ; the block goes where the policy said in either case.
 */
bool check_step(struct check *check, const struct operation *operation,
		struct finding *finding);

/* A whole history, to its first difference. */
bool check_history(const struct history *history, const struct rules *rules,
		   struct finding *finding);

void finding_print(FILE *out, const struct finding *finding);

#endif /* POLICY_TESTS_CHECK_H */
