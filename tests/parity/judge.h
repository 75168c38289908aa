/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Did the stock kernel and ours do the same, but for the one documented difference?
 *
 * Each kernel is held against the oracle for its own rule, block by block, starting
 * from what it showed after the step before: so a difference passes only if both were
 * predicted, and one rule alone on the same history gives both of them. What may not
 * be predicted is which KERNEL blocks can go again; how many stayed is counted. Once the
 * machines are the same again, nothing of before excuses a difference.
 */
#ifndef TESTS_PARITY_JUDGE_H
#define TESTS_PARITY_JUDGE_H

#include <stdbool.h>
#include <stdio.h>

#include "record.h"

struct verdict {
	unsigned int steps;
	/* Blocks that were about to go online and got a zone, of both kernels. */
	unsigned long decided;
	/* Steps after which the layouts are the same, */
	unsigned int same;
	/* differ because the rules do, */
	unsigned int documented;
	/* or because other KERNEL blocks stayed. */
	unsigned int stayed;
	/* Steps with anything else wrong in them. */
	unsigned int wrong;
	/* KERNEL memory that was to go and did not: blocks, on stock and on ours. */
	unsigned long stuck[2];
	/* Steps from the same layout that stock did and ours refused. */
	unsigned int ours_alone;
	/* Steps with nothing to do, which show nothing. */
	unsigned int idle;
};

/*
 * Says on @out, in lines that start with "# ", what there is to say about each step.
 * Returns whether nothing was wrong.
 */
bool judge(const struct scenario *scenario, const struct record *stock,
	   const struct record *ours, struct verdict *verdict, FILE *out);

#endif /* TESTS_PARITY_JUDGE_H */
