// SPDX-License-Identifier: GPL-2.0

#include "oracle.h"

#define EVERY_NODE (-1)

/* The sides of the rule, for one domain. Wide and signed: nothing can wrap. */
struct sides {
	__int128_t early;	/* E' */
	__int128_t movable;	/* M' */
	__int128_t limit;	/* R * E' / 100 */
};

static const struct oracle_group *find_group(const struct oracle *o, int id)
{
	size_t i;

	for (i = 0; i < o->nr_groups; i++)
		if (o->groups[i].id == id)
			return &o->groups[i];
	return NULL;
}

/* Pages of a group that are MOVABLE, or KERNEL, within a range of blocks. */
static __int128_t pages_of(const struct oracle *o, int group, bool movable,
			   uint64_t first, uint64_t last)
{
	__int128_t pages = 0;
	size_t i;

	for (i = 0; i < o->nr_blocks; i++)
		if (o->blocks[i].group == group &&
		    o->blocks[i].movable == movable &&
		    o->blocks[i].number >= first && o->blocks[i].number <= last)
			pages += o->block_pages;
	return pages;
}

static __int128_t all_pages_of(const struct oracle *o, int group, bool movable)
{
	return pages_of(o, group, movable, 0, UINT64_MAX);
}

static struct sides weigh(const struct oracle *o, int node, int deciding)
{
	const struct oracle_group *group = find_group(o, deciding);
	struct sides sides = { 0, 0, 0 };
	size_t i;
	int n;

	for (n = 0; n < ORACLE_NODES_MAX; n++) {
		if (node != EVERY_NODE && node != n)
			continue;
		sides.early += o->boot_kernel[n];
		sides.movable += o->boot_movable[n];
	}
	for (i = 0; i < o->nr_blocks; i++)
		if ((node == EVERY_NODE || node == o->blocks[i].node) &&
		    o->blocks[i].movable)
			sides.movable += o->block_pages;

	/* Every dynamic group but the deciding one out of the account. */
	for (i = 0; i < o->nr_groups; i++) {
		const struct oracle_group *other = &o->groups[i];
		__int128_t movable, need;

		if (!other->dynamic || other->id == deciding ||
		    (node != EVERY_NODE && node != other->node))
			continue;
		movable = all_pages_of(o, other->id, true);
		need = movable * 100 / o->ratio -
		       all_pages_of(o, other->id, false);
		if (need > 0)
			sides.early -= need;
		sides.movable -= movable;
	}
	if (group && group->dynamic)
		sides.early += all_pages_of(o, deciding, false);
	if (sides.early < 0)
		sides.early = 0;
	sides.limit = sides.early * o->ratio / 100;
	return sides;
}

static bool within(const struct sides *sides, __int128_t asked)
{
	return sides->early > 0 && sides->movable + asked <= sides->limit;
}

static struct oracle_answer answer(bool movable, const char *reason,
				   const char *domain,
				   const struct sides *sides, __int128_t asked)
{
	return (struct oracle_answer) {
		.movable = movable, .reason = reason, .domain = domain,
		.early_kernel_pages = sides->early,
		.movable_pages = sides->movable,
		.asked_pages = asked, .limit_pages = sides->limit,
	};
}

struct oracle_answer oracle_ask(const struct oracle *o, uint64_t number,
				int node, int group_id)
{
	const struct oracle_group *group = find_group(o, group_id);
	const struct sides nothing = { 0, 0, 0 };
	__int128_t asked = o->block_pages;
	struct sides system, local;

	if (!o->ratio)
		return answer(false, "ratio_zero", "none", &nothing, asked);

	if (group && !group->dynamic) {
		if (all_pages_of(o, group_id, false))
			return answer(false, "group_has_kernel", "none",
				      &nothing, asked);
		asked = group->max_pages - all_pages_of(o, group_id, true);
	} else if (group) {
		const uint64_t blocks = group->unit_pages / o->block_pages;
		const uint64_t first = number / blocks * blocks;
		const uint64_t last = first + blocks - 1;

		if (pages_of(o, group_id, false, first, last))
			return answer(false, "unit_has_kernel", "none",
				      &nothing, asked);
		asked = group->unit_pages -
			pages_of(o, group_id, true, first, last);
	}
	if (asked < 0)
		asked = 0;

	system = weigh(o, EVERY_NODE, group_id);
	if (!within(&system, asked))
		return answer(false, "system_ratio", "system", &system, asked);
	if (!o->numa_aware)
		return answer(true, "fits", "system", &system, asked);

	local = weigh(o, node, group_id);
	if (!within(&local, asked))
		return answer(false, "node_ratio", "node", &local, asked);
	/* The numbers shown are those of the domain with less room. */
	if (local.limit - local.movable < system.limit - system.movable)
		return answer(true, "fits", "node", &local, asked);
	return answer(true, "fits", "system", &system, asked);
}
