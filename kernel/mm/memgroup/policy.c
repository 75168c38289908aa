// SPDX-License-Identifier: GPL-2.0
/*
 * The auto-movable online policy.
 *
 * Memory that is added to a running system becomes MOVABLE, so that it can be
 * removed again, as long as the system keeps enough KERNEL memory to use it.
 * "Enough" is a ratio: MOVABLE pages may come to at most R percent of the kernel
 * memory that cannot be unplugged. That is boot memory; and, for a device that
 * grows and shrinks as one, the kernel memory inside that device.
 *
 * A device whose own kernel memory does not cover its movable memory borrows the
 * difference, its need, from boot memory. When another device asks, the lender
 * is shorter by that need, and the borrower's movable memory is out of the
 * account in return.
 */

#include "policy.h"
#include "policy_env.h"

/* A domain as the deciding group sees it: the E' and M' of the documentation. */
struct account {
	u64 early_kernel_pages;
	u64 movable_pages;
	u64 limit_pages;
};

static u64 minus_or_zero(u64 from, u64 what)
{
	return from > what ? from - what : 0;
}

/**
 * memgroup_policy_needed() - boot memory that a dynamic group borrows
 * @kernel_pages: present pages of the group in kernel zones
 * @movable_pages: present pages of the group in ZONE_MOVABLE
 * @ratio: in percent
 *
 * Exact up to 2^57 pages. At a ratio of 0 nothing is MOVABLE by this policy and
 * nothing is borrowed.
 *
 * Return: pages; 0 if the group's own kernel memory is enough.
 */
u64 memgroup_policy_needed(u64 kernel_pages, u64 movable_pages,
			   unsigned int ratio)
{
	if (!ratio)
		return 0;
	return minus_or_zero(movable_pages * 100 / ratio, kernel_pages);
}

/**
 * memgroup_policy_limit() - the movable memory that kernel memory allows
 * @early_kernel_pages: the kernel memory
 * @ratio: in percent
 *
 * Return: pages, rounded down, or the largest u64 if it is more than that, which
 * no number of pages comes near.
 */
u64 memgroup_policy_limit(u64 early_kernel_pages, unsigned int ratio)
{
	u64 hundreds = early_kernel_pages / 100;
	u64 rest = early_kernel_pages % 100 * ratio / 100;

	if (ratio && hundreds > (~0ULL - rest) / ratio)
		return ~0ULL;
	return hundreds * ratio + rest;
}

/*
 * Take the dynamic groups other than the deciding one out of @totals. What is
 * owed may be more than there is, and the group's own kernel memory still counts
 * after that: compare before subtracting, never subtract first.
 */
static struct account account_for(const struct memgroup_totals *totals,
				  const struct memgroup_member *group,
				  bool group_is_counted, unsigned int ratio)
{
	u64 kernel = totals->early_kernel_pages;
	u64 owed = totals->group_needed_pages;
	u64 elsewhere = totals->group_movable_pages;
	struct account account;

	if (group->type == MEMGROUP_TYPE_DYNAMIC) {
		if (group_is_counted) {
			owed = minus_or_zero(owed,
					     memgroup_policy_needed(group->kernel_pages,
								    group->movable_pages,
								    ratio));
			elsewhere = minus_or_zero(elsewhere,
						  group->movable_pages);
		}
		kernel += group->kernel_pages;
	}
	account.early_kernel_pages = minus_or_zero(kernel, owed);
	account.movable_pages = minus_or_zero(totals->movable_pages, elsewhere);
	account.limit_pages = memgroup_policy_limit(account.early_kernel_pages,
						    ratio);
	return account;
}

/* Pages that may still become MOVABLE. */
static u64 room_in(const struct account *account)
{
	return minus_or_zero(account->limit_pages, account->movable_pages);
}

/*
 * MOVABLE needs kernel memory that counts: with none at all, not even a request
 * for nothing is MOVABLE.
 */
static bool fits(const struct account *account, u64 pages)
{
	return account->early_kernel_pages &&
	       account->movable_pages <= account->limit_pages &&
	       pages <= room_in(account);
}

/**
 * memgroup_policy_headroom() - what a block without a group could still get
 * @totals: the domain
 * @ratio: in percent
 * @limit_pages: where to put the limit that the headroom is measured against;
 *	may be NULL
 *
 * Return: pages that could still become MOVABLE as far as this domain goes.
 */
u64 memgroup_policy_headroom(const struct memgroup_totals *totals,
			     unsigned int ratio, u64 *limit_pages)
{
	const struct memgroup_member nobody = { .type = MEMGROUP_TYPE_NONE };
	const struct account account = account_for(totals, &nobody, false,
						   ratio);

	if (limit_pages)
		*limit_pages = account.limit_pages;
	return room_in(&account);
}

static struct memgroup_verdict verdict_of(bool movable,
					  enum memgroup_reason reason,
					  u64 asked_pages)
{
	return (struct memgroup_verdict) {
		.movable = movable,
		.reason = reason,
		.domain = MEMGROUP_DOMAIN_NONE,
		.asked_pages = asked_pages,
	};
}

static void rest_on(struct memgroup_verdict *verdict,
		    enum memgroup_domain domain, const struct account *account)
{
	verdict->domain = domain;
	verdict->early_kernel_pages = account->early_kernel_pages;
	verdict->movable_pages = account->movable_pages;
	verdict->limit_pages = account->limit_pages;
}

static struct memgroup_verdict
decide_auto_movable(const struct memgroup_question *question)
{
	const struct memgroup_member *group = &question->group;
	const unsigned int ratio = question->config.ratio;
	u64 asked = question->block_pages;
	u64 declared = 0, already = 0;
	struct memgroup_verdict verdict;
	struct account system, node;

	if (!ratio)
		return verdict_of(false, MEMGROUP_REASON_RATIO_ZERO, asked);

	/* All of a device, or of a unit, or nothing of it. */
	if (group->type == MEMGROUP_TYPE_STATIC) {
		if (group->kernel_pages)
			return verdict_of(false,
					  MEMGROUP_REASON_GROUP_HAS_KERNEL,
					  asked);
		declared = group->max_pages;
		already = group->movable_pages;
		asked = minus_or_zero(declared, already);
	} else if (group->type == MEMGROUP_TYPE_DYNAMIC) {
		if (group->unit_kernel_pages)
			return verdict_of(false,
					  MEMGROUP_REASON_UNIT_HAS_KERNEL,
					  asked);
		declared = group->unit_pages;
		already = group->unit_movable_pages;
		asked = minus_or_zero(declared, already);
	}

	verdict = verdict_of(false, MEMGROUP_REASON_SYSTEM_RATIO, asked);
	verdict.clamped = already > declared;

	system = account_for(&question->system, group, true, ratio);
	rest_on(&verdict, MEMGROUP_DOMAIN_SYSTEM, &system);
	if (!fits(&system, asked))
		return verdict;

	if (question->config.numa_aware) {
		node = account_for(&question->node, group, group->on_node,
				   ratio);
		if (!fits(&node, asked)) {
			verdict.reason = MEMGROUP_REASON_NODE_RATIO;
			rest_on(&verdict, MEMGROUP_DOMAIN_NODE, &node);
			return verdict;
		}
		if (room_in(&node) < room_in(&system))
			rest_on(&verdict, MEMGROUP_DOMAIN_NODE, &node);
	}

	verdict.movable = true;
	verdict.reason = MEMGROUP_REASON_FITS;
	return verdict;
}

/**
 * memgroup_policy_decide() - choose between KERNEL and MOVABLE for a block
 * @question: all that is known, consistent with each other
 *
 * Return: the verdict; always the same one for the same question.
 */
struct memgroup_verdict
memgroup_policy_decide(const struct memgroup_question *question)
{
	switch (question->request) {
	case MEMGROUP_REQUEST_ONLINE_KERNEL:
		return verdict_of(false, MEMGROUP_REASON_REQUESTED,
				  question->block_pages);
	case MEMGROUP_REQUEST_ONLINE_MOVABLE:
		return verdict_of(true, MEMGROUP_REASON_REQUESTED,
				  question->block_pages);
	default:
		break;
	}

	if (question->config.policy == MEMGROUP_POLICY_AUTO_MOVABLE)
		return decide_auto_movable(question);

	return verdict_of(question->movable_is_contiguous,
			  MEMGROUP_REASON_CONTIGUOUS, question->block_pages);
}

static const char * const type_names[MEMGROUP_TYPE_COUNT] = {
	[MEMGROUP_TYPE_NONE] = "none",
	[MEMGROUP_TYPE_STATIC] = "static",
	[MEMGROUP_TYPE_DYNAMIC] = "dynamic",
};

static const char * const request_names[MEMGROUP_REQUEST_COUNT] = {
	[MEMGROUP_REQUEST_ONLINE] = "online",
	[MEMGROUP_REQUEST_ONLINE_KERNEL] = "online_kernel",
	[MEMGROUP_REQUEST_ONLINE_MOVABLE] = "online_movable",
};

static const char * const policy_names[MEMGROUP_POLICY_COUNT] = {
	[MEMGROUP_POLICY_CONTIG_ZONES] = "contig-zones",
	[MEMGROUP_POLICY_AUTO_MOVABLE] = "auto-movable",
};

static const char * const reason_names[MEMGROUP_REASON_COUNT] = {
	[MEMGROUP_REASON_FITS] = "fits",
	[MEMGROUP_REASON_RATIO_ZERO] = "ratio_zero",
	[MEMGROUP_REASON_GROUP_HAS_KERNEL] = "group_has_kernel",
	[MEMGROUP_REASON_UNIT_HAS_KERNEL] = "unit_has_kernel",
	[MEMGROUP_REASON_SYSTEM_RATIO] = "system_ratio",
	[MEMGROUP_REASON_NODE_RATIO] = "node_ratio",
	[MEMGROUP_REASON_CONTIGUOUS] = "contiguous",
	[MEMGROUP_REASON_REQUESTED] = "requested",
};

static const char * const domain_names[MEMGROUP_DOMAIN_COUNT] = {
	[MEMGROUP_DOMAIN_NONE] = "none",
	[MEMGROUP_DOMAIN_SYSTEM] = "system",
	[MEMGROUP_DOMAIN_NODE] = "node",
};

/**
 * memgroup_type_name() - the word for a type of group
 * @type: a valid type
 *
 * Return: the word, as tools know it.
 */
const char *memgroup_type_name(enum memgroup_type type)
{
	return type_names[type];
}

/**
 * memgroup_request_name() - the word for a request
 * @request: a valid request
 *
 * Return: the word, as tools know it.
 */
const char *memgroup_request_name(enum memgroup_request request)
{
	return request_names[request];
}

/**
 * memgroup_policy_name() - the word for a policy
 * @policy: a valid policy
 *
 * Return: the word, as tools know it.
 */
const char *memgroup_policy_name(enum memgroup_policy policy)
{
	return policy_names[policy];
}

/**
 * memgroup_reason_name() - the word for a reason
 * @reason: a valid reason
 *
 * Return: the word, as tools know it.
 */
const char *memgroup_reason_name(enum memgroup_reason reason)
{
	return reason_names[reason];
}

/**
 * memgroup_domain_name() - the word for a domain
 * @domain: a valid domain
 *
 * Return: the word, as tools know it.
 */
const char *memgroup_domain_name(enum memgroup_domain domain)
{
	return domain_names[domain];
}
