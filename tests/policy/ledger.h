/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A synthetic system as the oracle sees one: lists of what there is, with nothing
 * counted.
 */
#ifndef POLICY_TESTS_LEDGER_H
#define POLICY_TESTS_LEDGER_H

#include "history.h"
#include "machine.h"
#include "oracle.h"

struct ledger {
	struct oracle oracle;
	struct oracle_block blocks[DEVICES_MAX * BLOCKS_MAX];
	struct oracle_group groups[DEVICES_MAX];
	struct oracle_range ranges[RANGES_MAX];
	/* What of a device the oracle does not need: group ids are device numbers. */
	struct {
		int node;
		int group;
		uint64_t first;
	} device[DEVICES_MAX];
};

void ledger_init(struct ledger *ledger);

/* @operation is one that the machine allows. */
void ledger_do(struct ledger *ledger, const struct operation *operation,
	       bool movable);

/* @operation is one of those that online a block. */
struct oracle_answer ledger_ask(struct ledger *ledger,
				const struct operation *operation);

#endif /* POLICY_TESTS_LEDGER_H */
