// SPDX-License-Identifier: GPL-2.0
/* Under which policy the memory that is there went online. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "debugfs.h"
#include "decisions.h"

/* The policy that is asked for, or else the one in force. */
static const char *policy_wanted(const struct check *check)
{
	const struct setting_entry *entry = &check->settings->entry[KEY_POLICY];

	return entry->set ? entry->value : check->current[KEY_POLICY];
}

/* Hotplugged memory that is online. */
static bool is_of_interest(const struct memory_block *block)
{
	return block->group != NO_GROUP && block->state == BLOCK_ONLINE;
}

/* The last decision that there was on a block, or NULL. */
static const struct decision *last_decision(const struct events *events, uint64_t block)
{
	size_t i;

	for (i = events->count; i-- > 0;)
		if (events->list[i].block == block)
			return &events->list[i];
	return NULL;
}

/* What the decisions say of all blocks together. */
struct tally {
	size_t other, unknown;
	uint64_t first_other;
	const struct decision *decision;	/* on that one */
	size_t line;		/* of the file, its column names being the first */
};

static void count(const struct check *check, const struct events *events, struct tally *tally)
{
	const char *wanted = policy_wanted(check);
	size_t i;

	for (i = 0; i < check->model.nr_blocks; i++) {
		const struct memory_block *block = &check->model.blocks[i];
		const struct decision *d;

		if (!is_of_interest(block))
			continue;
		d = last_decision(events, block->number);
		if (!d) {
			tally->unknown++;
		} else if (strcmp(d->policy, wanted) && !strcmp(d->request, "online") &&
			   !tally->other++) {
			tally->first_other = block->number;
			tally->decision = d;
			tally->line = (size_t)(d - events->list) + 2;
		}
	}
}

static int report(struct check *check, const struct tally *tally)
{
	int err = 0;

	if (tally->other)
		err = check_add(check, OTHER_POLICY, DEBUGFS "decisions", tally->line,
				"Blocks that went online under %s, not %s: %zu; the first is memory%"
				PRIu64 ", in zone %s.", tally->decision->policy,
				policy_wanted(check), tally->other, tally->first_other,
				tally->decision->zone);
	if (!err && tally->unknown)
		err = check_add(check, OTHER_POLICY_UNKNOWN, NULL, 0,
				"Online blocks of hotplugged memory of which nothing tells the policy that decided: %zu.",
				tally->unknown);
	return err;
}

int check_history(struct check *check)
{
	struct events events = { 0 };
	struct tally tally = { 0 };
	int err = 0;

	if (!check->has_model || !*policy_wanted(check))
		return 0;
	if (check->model.from == FROM_DEBUGFS)
		err = decisions_read(&events, check->root, check->fault);
	err = check_unreadable(check, err, "it is not known which policy decided");
	if (!err) {
		count(check, &events, &tally);
		err = report(check, &tally);
	}
	events_free(&events);
	return err;
}
