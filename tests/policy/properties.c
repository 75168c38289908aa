// SPDX-License-Identifier: GPL-2.0

#include "properties.h"
#include "replug.h"

static bool is_dynamic(const struct device_state *d)
{
	return d->live && d->type == MEMGROUP_TYPE_DYNAMIC;
}

static bool fits(const struct memgroup_verdict *verdict)
{
	return verdict->reason == MEMGROUP_REASON_FITS;
}

static bool is_movable(const struct memgroup_question *question)
{
	return memgroup_policy_decide(question).movable;
}

static enum outcome must(bool good)
{
	return good ? HOLDS : BROKEN;
}

/*
 * A larger ratio never turns MOVABLE into KERNEL: who raises it to get more MOVABLE
 * must not get less. Groups need less of boot memory then, so the sums are those of
 * the same system with the larger ratio.
 */
static enum outcome larger_ratio(const struct moment *at)
{
	const unsigned int ratio = at->question.config.ratio;
	struct operation raise = { .what = OP_RATIO };
	static struct machine raised;
	struct memgroup_question question;

	if (!fits(&at->verdict) || ratio == ~0U)
		return SILENT;
	raise.number[0] = ratio + 1 + source_below(at->source, ~0U - ratio);
	if (source_chance(at->source, 50))
		raise.number[0] = ratio + 1;
	raised = at->check->machine;
	machine_do(&raised, &raise, false);
	question = machine_ask(&raised, MEMGROUP_REQUEST_ONLINE,
			       at->operation->number[0],
			       at->operation->number[1]);
	return must(is_movable(&question));
}

/* With more boot memory, all else as it is, what was MOVABLE is. */
static enum outcome more_boot_memory(const struct moment *at)
{
	struct memgroup_question question = at->question;
	const u64 more = 1 + source_below(at->source, 1ULL << 40);

	if (!fits(&at->verdict))
		return SILENT;
	question.system.early_kernel_pages += more;
	/* It may be that of another node. */
	question.node.early_kernel_pages += source_below(at->source, more + 1);
	return must(is_movable(&question));
}

/* A smaller block, device or unit in the same place asks for less, and gets it. */
static enum outcome smaller_request(const struct moment *at)
{
	struct memgroup_question question = at->question;
	u64 *size = &question.block_pages;

	if (!fits(&at->verdict))
		return SILENT;
	if (question.group.type == MEMGROUP_TYPE_STATIC)
		size = &question.group.max_pages;
	else if (question.group.type == MEMGROUP_TYPE_DYNAMIC)
		size = &question.group.unit_pages;
	*size = source_below(at->source, *size);
	return must(is_movable(&question));
}

/* What a domain has, counted by looking at each device. */
struct count {
	u64 others;	/* dynamic groups that are not the one that is decided */
	u64 kernel;	/* in any dynamic group */
	bool apart;	/* a group's memory is on another node than the group */
};

static struct count count_groups(const struct moment *at, int node)
{
	struct count count = { .others = 0 };
	unsigned int i;

	for (i = 0; i < DEVICES_MAX; i++) {
		const struct device_state *d = &at->check->machine.device[i];

		if (!is_dynamic(d))
			continue;
		count.apart = count.apart || d->node != d->group_node;
		if (node >= 0 && (int)d->node != node)
			continue;
		count.others += d != at->device;
		count.kernel += d->kernel_pages;
	}
	return count;
}

/* 100 * (M + request) <= R * (E + kernel + others), which may be over 64 bits. */
static bool ratio_is_kept(const struct moment *at,
			  const struct memgroup_totals *totals,
			  const struct count *count)
{
	const u64 ratio = at->question.config.ratio;
	const u64 hundredfold = 100 * (totals->movable_pages +
				       at->verdict.asked_pages);
	const u64 kernel = totals->early_kernel_pages + count->kernel +
			   count->others;

	return (hundredfold + ratio - 1) / ratio <= kernel;
}

/*
 * The promise itself: with what is MOVABLE now, all memory that is MOVABLE stays
 * within the ratio to boot memory and the kernel memory of dynamic groups. Each need
 * is rounded down, by less than a page: so much too little may be taken out. Without
 * other dynamic groups nothing is, and it holds to the page.
 */
static enum outcome ratio_in_the_system(const struct moment *at)
{
	const struct count count = count_groups(at, -1);

	if (!fits(&at->verdict))
		return SILENT;
	return must(ratio_is_kept(at, &at->question.system, &count));
}

/* On the node as well, if that is asked for and its groups have their memory there. */
static enum outcome ratio_on_the_node(const struct moment *at)
{
	const struct count count = count_groups(at, at->device->node);

	if (!fits(&at->verdict) || count.apart ||
	    !at->question.config.numa_aware)
		return SILENT;
	return must(ratio_is_kept(at, &at->question.node, &count));
}

/* E <= what the other groups need. */
static bool below_the_cliff(const struct memgroup_totals *totals,
			    const struct device_state *d, bool counted)
{
	const u64 own = is_dynamic(d) && counted ? d->needed_pages : 0;

	return totals->early_kernel_pages <= totals->group_needed_pages - own;
}

/*
 * Ours differs from stock only where boot memory does not cover what other groups
 * need, and then it is MOVABLE here and KERNEL there: never less MOVABLE.
 */
static enum outcome differs_from_stock(const struct moment *at)
{
	const struct device_state *d = at->device;
	bool stock;

	at->check->ledger.oracle.stock = true;
	stock = ledger_ask(&at->check->ledger, at->operation).movable;
	at->check->ledger.oracle.stock = false;
	if (stock == at->verdict.movable)
		return SILENT;
	return must(at->verdict.movable && d->kernel_pages &&
		    (below_the_cliff(&at->question.system, d, true) ||
		     (at->question.config.numa_aware &&
		      below_the_cliff(&at->question.node, d,
				      d->node == d->group_node))));
}

/* Outside of there it is the same: what stock refuses for other reasons, so do we. */
static enum outcome same_as_stock(const struct moment *at)
{
	const struct device_state *d = at->device;
	bool stock;

	if (at->verdict.domain == MEMGROUP_DOMAIN_NONE ||
	    below_the_cliff(&at->question.system, d, true) ||
	    below_the_cliff(&at->question.node, d, d->node == d->group_node))
		return SILENT;
	at->check->ledger.oracle.stock = true;
	stock = ledger_ask(&at->check->ledger, at->operation).movable;
	at->check->ledger.oracle.stock = false;
	return must(stock == at->verdict.movable);
}

/* Online the other blocks of a device that are in the same unit, if it has units. */
static bool rest_follows(struct machine *m, const struct moment *at)
{
	const u64 decided = at->device->first + at->operation->number[1];
	struct operation next = *at->operation;
	struct memgroup_question question;

	machine_do(m, &next, at->verdict.movable);
	for (next.number[1] = 0; next.number[1] < at->device->nr_blocks;
	     next.number[1]++) {
		const u64 number = at->device->first + next.number[1];

		if (!machine_allows(m, &next) ||
		    (is_dynamic(at->device) && number / at->device->unit !=
					       decided / at->device->unit))
			continue;
		question = machine_ask(m, MEMGROUP_REQUEST_ONLINE,
				       next.number[0], next.number[1]);
		if (is_movable(&question) != at->verdict.movable)
			return false;
		machine_do(m, &next, at->verdict.movable);
	}
	return true;
}

/*
 * A static device, or a unit of a dynamic one, becomes all MOVABLE or all KERNEL, if
 * nobody interferes and it has no more than it declared: what is asked at the first
 * block is the whole of it. KERNEL holds for the rest also where a part of it, or
 * another unit of the device, is MOVABLE already.
 */
static enum outcome all_or_nothing(const struct moment *at)
{
	const struct device_state *d = at->device;
	static struct machine copy;

	if (at->question.config.policy != MEMGROUP_POLICY_AUTO_MOVABLE ||
	    d->type == MEMGROUP_TYPE_NONE ||
	    (d->type == MEMGROUP_TYPE_STATIC &&
	     d->nr_blocks * at->question.block_pages > d->max_pages))
		return SILENT;
	copy = at->check->machine;
	return must(rest_follows(&copy, at));
}

/*
 * What debugfs shows as headroom is what a block without a group could get, and not a
 * page more: with no headroom, not one page. The limit is that of such a decision.
 */
static enum outcome headroom_is_what_fits(const struct moment *at)
{
	struct memgroup_question question = at->question;
	struct memgroup_verdict verdict;
	u64 limit, room;

	room = memgroup_policy_headroom(&question.system,
					question.config.ratio, &limit);
	if (question.config.policy != MEMGROUP_POLICY_AUTO_MOVABLE)
		return SILENT;
	question.group.type = MEMGROUP_TYPE_NONE;
	question.config.numa_aware = false;
	question.block_pages = room;
	if (room && !is_movable(&question))
		return BROKEN;
	/* One more than all that a u64 holds cannot be asked for. */
	question.block_pages += room != ~0ULL;
	verdict = memgroup_policy_decide(&question);
	return must(verdict.limit_pages == limit &&
		    (!verdict.movable || room == ~0ULL));
}

/* The same question with another group and other amounts. */
static struct memgroup_question other_amounts(const struct moment *at)
{
	struct memgroup_question question = at->question;

	question.config.ratio = source_below(at->source, 1ULL << 32);
	if (source_chance(at->source, 10))
		question.config.ratio = 0;
	question.config.numa_aware = !question.config.numa_aware;
	question.group.type = source_below(at->source, MEMGROUP_TYPE_COUNT);
	question.group.kernel_pages = source_below(at->source, 1ULL << 40);
	question.system.early_kernel_pages = source_below(at->source, 1ULL << 40);
	question.system.movable_pages = source_below(at->source, 1ULL << 40);
	question.node = question.system;
	return question;
}

/* Neither contig-zones looks at how much there is, ... */
static enum outcome contig_zones_is_blind(const struct moment *at)
{
	struct memgroup_question question;

	if (at->verdict.reason != MEMGROUP_REASON_CONTIGUOUS)
		return SILENT;
	question = other_amounts(at);
	return must(is_movable(&question) == at->verdict.movable);
}

/* ... nor a choice by hand, with either policy, nor at what is next to it. */
static enum outcome by_hand_is_blind(const struct moment *at)
{
	struct memgroup_question question = other_amounts(at);

	question.movable_is_contiguous = source_chance(at->source, 50);
	question.request = MEMGROUP_REQUEST_ONLINE_KERNEL;
	if (is_movable(&question))
		return BROKEN;
	question.request = MEMGROUP_REQUEST_ONLINE_MOVABLE;
	return must(is_movable(&question));
}

static bool same_verdict(const struct memgroup_verdict *a,
			 const struct memgroup_verdict *b)
{
	return a->movable == b->movable && a->clamped == b->clamped &&
	       a->reason == b->reason && a->domain == b->domain &&
	       a->early_kernel_pages == b->early_kernel_pages &&
	       a->movable_pages == b->movable_pages &&
	       a->asked_pages == b->asked_pages &&
	       a->limit_pages == b->limit_pages;
}

/*
 * The order that groups and blocks came in does not matter, nor who was there before:
 * sums that are adjusted come out the same on every way. These are machine.c's sums, of
 * the policy's needs; those of the kernel's registry are held to this by the KUnit
 * suite memgroup-totals.
 */
static enum outcome any_order(const struct moment *at)
{
	static struct machine other;
	unsigned int order[DEVICES_MAX], number = 0, dynamic = 0, i, k, swap;
	struct memgroup_question question;
	struct memgroup_verdict verdict;

	for (i = 0; i < DEVICES_MAX; i++) {
		dynamic += is_dynamic(&at->check->machine.device[i]);
		order[i] = i;
	}
	/* This takes the longest: one time in ten is enough. */
	if (dynamic < 2 || !source_chance(at->source, 10))
		return SILENT;
	for (i = DEVICES_MAX; i > 1; i--) {
		k = source_below(at->source, i);
		swap = order[k];
		order[k] = order[i - 1];
		order[i - 1] = swap;
	}
	for (i = 0; i < DEVICES_MAX; i++)
		if (order[i] == at->operation->number[0])
			number = i;
	other = at->check->machine;
	unplug_all(&other, at->source);
	plug_again(&other, &at->check->machine, order);
	question = machine_ask(&other, MEMGROUP_REQUEST_ONLINE, number,
			       at->operation->number[1]);
	verdict = memgroup_policy_decide(&question);
	return must(same_verdict(&verdict, &at->verdict));
}

const struct property properties[] = {
	{ "a larger ratio does not turn MOVABLE into KERNEL", larger_ratio },
	{ "nor does more boot memory", more_boot_memory },
	{ "nor does a smaller request", smaller_request },
	{ "MOVABLE keeps the system within the ratio", ratio_in_the_system },
	{ "MOVABLE keeps the node within the ratio", ratio_on_the_node },
	{ "where stock says otherwise, it says KERNEL below the cliff",
	  differs_from_stock },
	{ "above the cliff it is as in stock", same_as_stock },
	{ "all of a device or unit, or nothing of it", all_or_nothing },
	{ "the headroom is what fits", headroom_is_what_fits },
	{ "contig-zones does not look at amounts", contig_zones_is_blind },
	{ "nor does a choice by hand", by_hand_is_blind },
	{ "the order of devices and blocks does not matter to the machine's sums",
	  any_order },
};
