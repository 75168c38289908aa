/* SPDX-License-Identifier: GPL-2.0 */
/* Histories, made up an operation at a time with a look at the machine. */
#ifndef POLICY_TESTS_GENERATE_H
#define POLICY_TESTS_GENERATE_H

#include "history.h"
#include "machine.h"
#include "source.h"

struct plan {
	unsigned int left;	/* operations */
	bool shrinking;		/* blocks go, rather than come */
	unsigned int nr_nodes;
	unsigned int boots;	/* ranges of boot memory to come */
	u64 next_range;		/* block where the next one may start */
	u64 boot_blocks_max;	/* of a range */
};

struct plan plan_make(struct source *source, struct operation *first);

/*
 * The next operation; mostly one that the machine allows. False at the end: after as
 * many as planned, or when the source is dry.
 */
bool plan_next(struct plan *plan, struct source *source,
	       const struct machine *machine, struct operation *operation);

#endif /* POLICY_TESTS_GENERATE_H */
