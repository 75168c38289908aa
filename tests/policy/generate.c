// SPDX-License-Identifier: GPL-2.0

#include "generate.h"

#define MIB_128		(1ULL << 15)	/* in pages of 4 KiB */
#define GIB_2		(1ULL << 19)
#define PIB_1		(1ULL << 38)
#define PIB_64		(1ULL << 44)

/*
 * Small systems are where devices run into limits, and quick to recount. Some are
 * huge, with more products over 64 bits than one would think.
 */
struct plan plan_make(struct source *source, struct operation *first)
{
	static const uint64_t sizes[] = {
		MIB_128, MIB_128, MIB_128, MIB_128, 2 * MIB_128, GIB_2, GIB_2,
		PIB_1, 1, 100,
	};
	struct plan plan = {
		.left = 20 + source_below(source, 250),
		.nr_nodes = 1 + source_below(source, NODES_MAX),
		.boots = source_below(source, 8),
	};

	*first = (struct operation) {
		.what = OP_BLOCK_PAGES,
		.number = { sizes[source_below(source, sizeof(sizes) /
						       sizeof(*sizes))] },
	};
	plan.boot_blocks_max = 1 + source_below(source, 16);
	/* 64 PiB in total, in few large ranges. */
	if (source_chance(source, 5))
		plan.boot_blocks_max = PIB_64 / first->number[0] / 8;
	return plan;
}

/* Ranges go upwards with gaps between them, which devices may fill. */
static void next_boot(struct plan *plan, struct source *source,
		      const struct machine *machine, struct operation *op)
{
	static const enum operator zones[] = {
		OP_BOOT_NORMAL, OP_BOOT_NORMAL, OP_BOOT_NORMAL, OP_BOOT_NORMAL,
		OP_BOOT_DMA32, OP_BOOT_DMA32, OP_BOOT_DMA, OP_BOOT_MOVABLE,
	};
	const u64 blocks = 1 + source_below(source, plan->boot_blocks_max);
	u64 pages = blocks * machine->block_pages;

	plan->boots--;
	op->what = zones[source_below(source, sizeof(zones) / sizeof(*zones))];
	op->number[0] = source_below(source, plan->nr_nodes);
	op->number[1] = plan->next_range;
	op->number[2] = plan->next_range + blocks - 1;
	/* Whole blocks meet the limit exactly; firmware takes pages away. */
	if (source_chance(source, 30))
		pages -= source_below(source, pages);
	else if (source_chance(source, 20) && pages > 1)
		pages--;
	op->number[3] = pages;
	if (source_chance(source, 20))
		op->number[4] = source_below(source, pages + 1);
	plan->next_range += blocks + source_below(source, 20);
}

/* Whole blocks of it, or what firmware left of them. */
static void next_boot_offline(struct source *source,
			      const struct machine *machine,
			      struct operation *op)
{
	op->what = OP_OFFLINE_BOOT;
	if (!machine->nr_ranges)
		return;
	op->number[0] = source_below(source, machine->nr_ranges);
	op->number[1] = source_below(source,
				     machine->range[op->number[0]].pages + 1);
	if (source_chance(source, 70))
		op->number[1] -= op->number[1] % machine->block_pages;
}

static void next_setting(struct source *source, const struct machine *machine,
			 struct operation *op)
{
	static const uint64_t ratios[] = {
		301, 301, 100, 100, 300, 200, 99, 101, 50, 1, 0, ~0U,
	};

	switch (source_below(source, 8)) {
	case 0 ... 2:
		op->what = OP_RATIO;
		op->number[0] = ratios[source_below(source, sizeof(ratios) /
							    sizeof(*ratios))];
		break;
	case 3:
		op->what = OP_RATIO;
		op->number[0] = source_below(source, 1000);
		if (source_chance(source, 20))
			op->number[0] = source_below(source, 1ULL << 32);
		break;
	case 4:
		op->what = OP_NUMA_AWARE;
		op->number[0] = source_below(source, 2);
		break;
	case 5:
		op->what = OP_MOVABLE_NODE;
		op->number[0] = source_below(source, 2);
		break;
	case 6:
		op->what = OP_CONTIG_ZONES;
		break;
	default:
		op->what = OP_AUTO_MOVABLE;
		/* What is set already is no news. */
		if (machine->config.policy == MEMGROUP_POLICY_AUTO_MOVABLE)
			next_boot_offline(source, machine, op);
		break;
	}
}

static void next_device(const struct plan *plan, struct source *source,
			unsigned int device, struct operation *op)
{
	const uint64_t blocks = 1 + source_below(source, source_chance(source, 5) ?
						 BLOCKS_MAX : 16);

	op->what = OP_DYNAMIC;
	op->number[0] = device;
	op->number[1] = source_below(source, plan->nr_nodes);
	op->number[2] = op->number[1];
	/* Anywhere, and most of these places are free. */
	op->number[3] = source_below(source, plan->next_range +
				     4 * DEVICES_MAX * 16);
	op->number[4] = blocks;
	op->number[5] = 1ULL << source_below(source, 5);
	switch (source_below(source, 5)) {
	case 0:
		op->what = OP_STATIC;
		op->number[5] = blocks;
		/* Less than there is, or more. */
		if (source_chance(source, 20))
			op->number[5] = 1 + source_below(source, 2 * blocks);
		break;
	case 1:
		op->what = OP_PLAIN;
		return;
	default:
		break;
	}
	if (source_chance(source, 3))
		op->number[2] = source_below(source, plan->nr_nodes);
}

/* The first block at or after @from, around the end, that is offline or is not. */
static bool find_block(const struct device_state *d, unsigned int from,
		       bool offline, uint64_t *found)
{
	unsigned int i;

	for (i = 0; i < d->nr_blocks; i++) {
		*found = (from + i) % d->nr_blocks;
		if ((d->zone[*found] == OFFLINE) == offline)
			return true;
	}
	return false;
}

static void next_block(const struct plan *plan, struct source *source,
		       const struct device_state *d, struct operation *op)
{
	static const enum operator choices[] = {
		OP_ONLINE, OP_ONLINE, OP_ONLINE, OP_ONLINE, OP_ONLINE,
		OP_ONLINE, OP_ONLINE, OP_ONLINE, OP_ONLINE, OP_ONLINE,
		OP_ONLINE_KERNEL, OP_ONLINE_MOVABLE, OP_OFFLINE, OP_OFFLINE,
	};
	unsigned int from = 0;

	op->what = choices[source_below(source, sizeof(choices) /
						sizeof(*choices))];
	if (plan->shrinking && source_chance(source, 80))
		op->what = OP_OFFLINE;
	/* In order, as a device grows, or anywhere. */
	if (op->what != OP_ONLINE || source_chance(source, 30))
		from = source_below(source, d->nr_blocks);
	if (!find_block(d, from, op->what != OP_OFFLINE, &op->number[1])) {
		op->what = op->what == OP_OFFLINE ? OP_ONLINE : OP_OFFLINE;
		op->number[1] = from;
	}
}

bool plan_next(struct plan *plan, struct source *source,
	       const struct machine *machine, struct operation *op)
{
	const struct device_state *d;
	unsigned int device;

	*op = (struct operation) { .what = OPERATORS };
	if (!plan->left)
		return false;
	plan->left--;
	if (plan->boots) {
		next_boot(plan, source, machine, op);
	} else if (source_chance(source, 4)) {
		next_setting(source, machine, op);
	} else {
		if (source_chance(source, 3))
			plan->shrinking = !plan->shrinking;
		device = source_below(source, DEVICES_MAX);
		d = &machine->device[device];
		op->number[0] = device;
		if (!d->live)
			next_device(plan, source, device, op);
		else if (source_chance(source, plan->shrinking ? 10 : 1))
			op->what = OP_REMOVE;
		else
			next_block(plan, source, d, op);
	}
	return !source->dry;
}
