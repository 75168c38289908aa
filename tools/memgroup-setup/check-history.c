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

/* Is there more MOVABLE on it than the ratio allows? */
static bool is_over(const struct node *node)
{
	const struct opt_u64 ratio = node_ratio(node, 100);

	return ratio.set && node->allowed_ratio.set && ratio.value > node->allowed_ratio.value;
}

/* Is there, in the system or on the node of a block? */
static bool is_too_much(const struct model *model, const struct memory_block *block)
{
	size_t i;

	for (i = 0; i < model->nr_nodes; i++) {
		const struct node *node = &model->nodes[i];

		if ((node->node == NO_NODE ||
		     (model->policy.numa_aware && node->node == block->node)) && is_over(node))
			return true;
	}
	return false;
}

/* Blocks of one kind, of which the first is shown. */
struct share {
	size_t nr;
	uint64_t first;
	const struct decision *decision;	/* on that one */
	size_t line;		/* of the file, its column names being the first */
};

/* What the decisions say of all blocks together. */
struct tally {
	struct share other;	/* under another policy */
	struct share requested;	/* to ZONE_MOVABLE by name, which is too much of it */
	size_t unknown;
};

static void add(struct share *share, uint64_t block, const struct events *events,
		const struct decision *decision)
{
	if (share->nr++)
		return;
	share->first = block;
	share->decision = decision;
	share->line = (size_t)(decision - events->list) + 2;
}

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
		if (!d)
			tally->unknown++;
		else if (!strcmp(d->request, "online_movable") &&
			 is_too_much(&check->model, block))
			add(&tally->requested, block->number, events, d);
		else if (!strcmp(d->request, "online") && strcmp(d->policy, wanted))
			add(&tally->other, block->number, events, d);
	}
}

static int report(struct check *check, const struct tally *tally)
{
	const struct share *other = &tally->other, *requested = &tally->requested;
	int err = 0;

	if (other->nr)
		err = check_add(check, OTHER_POLICY, DEBUGFS "decisions", other->line,
				"Blocks that went online under %s, not %s: %zu; the first is memory%"
				PRIu64 ", in zone %s.", other->decision->policy,
				policy_wanted(check), other->nr, other->first,
				other->decision->zone);
	if (!err && requested->nr)
		err = check_add(check, ZONE_REQUESTED, DEBUGFS "decisions", requested->line,
				"Blocks that were set online_movable where the ratio is exceeded: %zu; the first is memory%"
				PRIu64 ", of %s.", requested->nr, requested->first,
				strcmp(requested->decision->device, "-") ?
				requested->decision->device : "no device");
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
