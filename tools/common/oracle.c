// SPDX-License-Identifier: GPL-2.0

#include "oracle.h"

#define EVERY_NODE (-1)

/* The sides of the rule, for one domain, in pages. */
struct sides {
	int64_t early;		/* E' */
	int64_t movable;	/* M' */
	uint64_t limit;		/* R * E' / 100 */
};

static const struct sides nothing;

/*
 * pages * times / by, rounded down, UINT64_MAX if it is more. As on paper, with
 * digits of 32 bits: the product has more than 64, and there is no wider integer on
 * every machine. @times and @by are a digit each.
 */
static uint64_t scale(uint64_t pages, uint32_t times, uint32_t by)
{
	const uint64_t low = (pages & UINT32_MAX) * times;
	const uint64_t high = (pages >> 32) * times + (low >> 32);
	const uint32_t product[] = { high >> 32, high, low };
	uint32_t quotient[3];
	uint64_t rest = 0;
	int i;

	for (i = 0; i < 3; i++) {
		rest = rest << 32 | product[i];
		quotient[i] = rest / by;
		rest %= by;
	}
	if (quotient[0])
		return UINT64_MAX;
	return (uint64_t)quotient[1] << 32 | quotient[2];
}

static const struct oracle_group *find_group(const struct oracle *o, int id)
{
	size_t i;

	for (i = 0; i < o->nr_groups; i++)
		if (o->groups[i].id == id)
			return &o->groups[i];
	return NULL;
}

/* Pages of a group that are MOVABLE, or KERNEL, within a range of blocks. */
static int64_t pages_of(const struct oracle *o, int group, bool movable,
			uint64_t first, uint64_t last)
{
	int64_t pages = 0;
	size_t i;

	for (i = 0; i < o->nr_blocks; i++)
		if (o->blocks[i].group == group &&
		    o->blocks[i].movable == movable &&
		    o->blocks[i].number >= first && o->blocks[i].number <= last)
			pages += o->block_pages;
	return pages;
}

static int64_t all_pages_of(const struct oracle *o, int group, bool movable)
{
	return pages_of(o, group, movable, 0, UINT64_MAX);
}

static struct sides weigh(const struct oracle *o, int node, int deciding)
{
	const struct oracle_group *group = find_group(o, deciding);
	struct sides sides = nothing;
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
		int64_t movable, need;

		if (!other->dynamic || other->id == deciding ||
		    (node != EVERY_NODE && node != other->node))
			continue;
		movable = all_pages_of(o, other->id, true);
		need = (int64_t)scale(movable, 100, o->ratio) -
		       all_pages_of(o, other->id, false);
		if (need > 0)
			sides.early -= need;
		sides.movable -= movable;
	}
	/* Stock gives up here, before the group's own kernel memory. */
	if (group && group->dynamic && (sides.early > 0 || !o->stock))
		sides.early += all_pages_of(o, deciding, false);
	if (sides.early < 0)
		sides.early = 0;
	/* Blocks of a group that are on another node than the group. */
	if (sides.movable < 0)
		sides.movable = 0;
	sides.limit = scale(sides.early, o->ratio, 100);
	return sides;
}

static bool within(const struct sides *sides, uint64_t asked)
{
	return sides->early > 0 && sides->movable + asked <= sides->limit;
}

static uint64_t room(const struct sides *sides)
{
	return sides->limit - sides->movable;
}

static struct oracle_answer answer(bool movable, const char *reason,
				   const char *domain,
				   const struct sides *sides, uint64_t asked)
{
	return (struct oracle_answer) {
		.movable = movable, .reason = reason, .domain = domain,
		.early_kernel_pages = sides->early,
		.movable_pages = sides->movable,
		.asked_pages = asked, .limit_pages = sides->limit,
	};
}

/* It has to fit the system, and the node as well if that counts. */
static struct oracle_answer compare(const struct oracle *o, int node,
				    int group, uint64_t asked)
{
	const struct sides system = weigh(o, EVERY_NODE, group);
	struct sides local;

	if (!within(&system, asked))
		return answer(false, "system_ratio", "system", &system, asked);
	if (!o->numa_aware)
		return answer(true, "fits", "system", &system, asked);

	local = weigh(o, node, group);
	if (!within(&local, asked))
		return answer(false, "node_ratio", "node", &local, asked);
	/* The numbers shown are those of the domain with less room. */
	if (room(&local) < room(&system))
		return answer(true, "fits", "node", &local, asked);
	return answer(true, "fits", "system", &system, asked);
}

static struct oracle_answer auto_movable(const struct oracle *o,
					 uint64_t number, int node,
					 int group_id)
{
	const struct oracle_group *group = find_group(o, group_id);
	int64_t asked = o->block_pages;
	struct oracle_answer verdict;

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
	verdict = compare(o, node, group_id, asked < 0 ? 0 : asked);
	verdict.clamped = asked < 0;
	return verdict;
}

/* From the first to the last block, whatever is between them; none if first > last. */
struct span {
	uint64_t first;
	uint64_t last;
};

static void widen(struct span *span, uint64_t first, uint64_t last)
{
	if (first < span->first)
		span->first = first;
	if (last > span->last)
		span->last = last;
}

static struct span span_at_boot(const struct oracle *o, int node,
				enum oracle_zone zone)
{
	struct span span = { UINT64_MAX, 0 };
	size_t i;

	for (i = 0; i < o->nr_ranges; i++)
		if (o->ranges[i].node == node && o->ranges[i].zone == zone)
			widen(&span, o->ranges[i].first, o->ranges[i].last);
	return span;
}

static bool covers(struct span span, uint64_t number)
{
	return span.first <= number && number <= span.last;
}

/*
 * The zone that a block is in, once online. A block joins a zone below Normal only
 * inside of its span, so that none of these ever spans more than at boot.
 */
static enum oracle_zone zone_of(const struct oracle *o,
				const struct oracle_block *block)
{
	enum oracle_zone zone = ORACLE_DMA;

	if (block->movable)
		return ORACLE_MOVABLE;
	while (zone < ORACLE_NORMAL &&
	       !covers(span_at_boot(o, block->node, zone), block->number))
		zone++;
	return zone;
}

/* Does a zone, with all that is online in it now, span a block? */
static bool spans(const struct oracle *o, int node, enum oracle_zone zone,
		  uint64_t number)
{
	struct span span = span_at_boot(o, node, zone);
	size_t i;

	for (i = 0; i < o->nr_blocks; i++)
		if (o->blocks[i].node == node &&
		    zone_of(o, &o->blocks[i]) == zone)
			widen(&span, o->blocks[i].number, o->blocks[i].number);
	return covers(span, number);
}

/*
 * Zones are to stay in one piece. The kernel zone in question is the lowest one that
 * spans the block: there is one if any of them does.
 */
static struct oracle_answer contig_zones(const struct oracle *o,
					 uint64_t number, int node)
{
	const bool in_kernel = spans(o, node, ORACLE_DMA, number) ||
			       spans(o, node, ORACLE_DMA32, number) ||
			       spans(o, node, ORACLE_NORMAL, number);
	const bool in_movable = spans(o, node, ORACLE_MOVABLE, number);
	bool movable = o->movable_node;

	if (in_kernel && !in_movable)
		movable = false;
	if (in_movable && !in_kernel)
		movable = true;
	return answer(movable, "contiguous", "none", &nothing, o->block_pages);
}

struct oracle_answer oracle_ask(const struct oracle *o, uint64_t number,
				int node, int group)
{
	return o->contig_zones ? contig_zones(o, number, node) :
				 auto_movable(o, number, node, group);
}

struct oracle_answer oracle_ask_by_hand(const struct oracle *o, bool movable)
{
	return answer(movable, "requested", "none", &nothing, o->block_pages);
}
