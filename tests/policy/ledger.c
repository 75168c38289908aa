// SPDX-License-Identifier: GPL-2.0

#include <string.h>

#include "ledger.h"

void ledger_init(struct ledger *l)
{
	memset(&l->oracle, 0, sizeof(l->oracle));
	l->oracle.ratio = 301;
	l->oracle.numa_aware = true;
	l->oracle.block_pages = 32768;
}

static void add_boot(struct oracle *o, struct oracle_range *range,
		     enum oracle_zone zone, const uint64_t *number)
{
	const int node = number[0];

	*range = (struct oracle_range) {
		.node = node, .zone = zone,
		.first = number[1], .last = number[2],
	};
	o->nr_ranges++;
	if (zone == ORACLE_MOVABLE) {
		o->boot_movable[node] += number[3];
	} else {
		o->boot_kernel[node] += number[3] - number[4];
		o->boot_movable[node] += number[4];
	}
}

static void shrink_boot(struct oracle *o, const struct oracle_range *range,
			uint64_t pages)
{
	if (range->zone == ORACLE_MOVABLE)
		o->boot_movable[range->node] -= pages;
	else
		o->boot_kernel[range->node] -= pages;
}

static void add_device(struct ledger *l, const struct operation *operation)
{
	const uint64_t *number = operation->number;
	const bool dynamic = operation->what == OP_DYNAMIC;
	const int id = number[0];

	l->device[id].node = number[1];
	l->device[id].group = operation->what == OP_PLAIN ? ORACLE_NO_GROUP :
							    id;
	l->device[id].first = number[3];
	if (operation->what == OP_PLAIN)
		return;
	l->groups[l->oracle.nr_groups++] = (struct oracle_group) {
		.id = id, .node = number[2], .dynamic = dynamic,
		.max_pages = dynamic ? 0 : number[5] * l->oracle.block_pages,
		.unit_pages = dynamic ? number[5] * l->oracle.block_pages : 0,
	};
}

static void remove_device(struct ledger *l, int id)
{
	size_t i, kept = 0;

	for (i = 0; i < l->oracle.nr_groups; i++)
		if (l->groups[i].id != id)
			l->groups[kept++] = l->groups[i];
	l->oracle.nr_groups = kept;
}

static void add_block(struct ledger *l, const uint64_t *number, bool movable)
{
	l->blocks[l->oracle.nr_blocks++] = (struct oracle_block) {
		.number = l->device[number[0]].first + number[1],
		.node = l->device[number[0]].node,
		.group = l->device[number[0]].group,
		.movable = movable,
	};
}

static void remove_block(struct ledger *l, uint64_t number)
{
	size_t i, kept = 0;

	for (i = 0; i < l->oracle.nr_blocks; i++)
		if (l->blocks[i].number != number)
			l->blocks[kept++] = l->blocks[i];
	l->oracle.nr_blocks = kept;
}

void ledger_do(struct ledger *l, const struct operation *operation,
	       bool movable)
{
	const uint64_t *number = operation->number;
	struct oracle *o = &l->oracle;

	switch (operation->what) {
	case OP_BLOCK_PAGES:
		o->block_pages = number[0];
		break;
	case OP_BOOT_DMA:
		add_boot(o, &l->ranges[o->nr_ranges], ORACLE_DMA, number);
		break;
	case OP_BOOT_DMA32:
		add_boot(o, &l->ranges[o->nr_ranges], ORACLE_DMA32, number);
		break;
	case OP_BOOT_NORMAL:
		add_boot(o, &l->ranges[o->nr_ranges], ORACLE_NORMAL, number);
		break;
	case OP_BOOT_MOVABLE:
		add_boot(o, &l->ranges[o->nr_ranges], ORACLE_MOVABLE, number);
		break;
	case OP_RATIO:
		o->ratio = number[0];
		break;
	case OP_CONTIG_ZONES:
	case OP_AUTO_MOVABLE:
		o->contig_zones = operation->what == OP_CONTIG_ZONES;
		break;
	case OP_NUMA_AWARE:
		o->numa_aware = number[0];
		break;
	case OP_MOVABLE_NODE:
		o->movable_node = number[0];
		break;
	case OP_PLAIN:
	case OP_STATIC:
	case OP_DYNAMIC:
		add_device(l, operation);
		break;
	case OP_REMOVE:
		remove_device(l, number[0]);
		break;
	case OP_ONLINE:
	case OP_ONLINE_KERNEL:
	case OP_ONLINE_MOVABLE:
		add_block(l, number, movable);
		break;
	case OP_OFFLINE:
		remove_block(l, l->device[number[0]].first + number[1]);
		break;
	case OP_OFFLINE_BOOT:
		shrink_boot(o, &l->ranges[number[0]], number[1]);
		break;
	case OPERATORS:
		break;
	}
}

struct oracle_answer ledger_ask(struct ledger *l,
				const struct operation *operation)
{
	const uint64_t *number = operation->number;
	struct oracle *o = &l->oracle;

	/* Here, so that a ledger may be copied. */
	o->blocks = l->blocks;
	o->groups = l->groups;
	o->ranges = l->ranges;

	if (operation->what != OP_ONLINE)
		return oracle_ask_by_hand(o, operation->what ==
					     OP_ONLINE_MOVABLE);
	return oracle_ask(o, l->device[number[0]].first + number[1],
			  l->device[number[0]].node,
			  l->device[number[0]].group);
}
