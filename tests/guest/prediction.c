// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "debugfs.h"
#include "oracle.h"
#include "prediction.h"
#include "view.h"

#define PAGE_BYTES	4096

struct prediction {
	struct oracle oracle;
	struct oracle_group groups[VIEW_GROUPS_MAX];
	struct oracle_block *blocks;
	const struct blocks *before;
};

/* Boot memory and devices, in pages. */
static int take_view(struct prediction *p, const struct view *view,
		     struct fault *fault)
{
	size_t i;

	for (i = 0; i < view->nr_zones; i++) {
		const struct zone_record *zone = &view->zones[i];

		if (zone->node >= ORACLE_NODES_MAX)
			return fault_set(fault, E2BIG, "node %" PRIu64
					 ": too many for the oracle",
					 zone->node);
		if (!strcmp(zone->name, "Movable")) {
			p->oracle.boot_movable[zone->node] +=
				zone->early / PAGE_BYTES;
			continue;
		}
		p->oracle.boot_kernel[zone->node] +=
			(zone->early - zone->cma) / PAGE_BYTES;
		p->oracle.boot_movable[zone->node] += zone->cma / PAGE_BYTES;
	}
	for (i = 0; i < view->nr_groups; i++)
		p->groups[i] = (struct oracle_group) {
			.id = view->groups[i].id,
			.node = view->groups[i].node,
			.dynamic = view->groups[i].dynamic,
			.max_pages = view->groups[i].max / PAGE_BYTES,
			.unit_pages = view->groups[i].unit / PAGE_BYTES,
		};
	p->oracle.nr_groups = view->nr_groups;
	return 0;
}

/* A hotplugged block that was online before: it is in a group here, always. */
static int on_block(struct records *r, void *context)
{
	struct prediction *p = context;
	const struct block *block;
	uint64_t number, node;
	char group[24];

	if (u64_of(r, "block", &number) || u64_of(r, "node", &node) ||
	    string_of(r, "group", group, sizeof(group)))
		return -EINVAL;
	block = blocks_find(p->before, number);
	if (!block || strcmp(block->state, "online") || !strcmp(group, "-"))
		return 0;
	p->blocks[p->oracle.nr_blocks++] = (struct oracle_block) {
		.number = number, .node = node, .group = atoi(group),
		.movable = !strcmp(block->zone, "Movable"),
	};
	return 0;
}

/* What a decision must come to, for what was written to the block's state. */
static struct oracle_answer predict(const struct prediction *p,
				    const struct decision *decision)
{
	if (!strcmp(decision->request, "online"))
		return oracle_ask(&p->oracle, decision->block, decision->node,
				  decision->mgid);
	return oracle_ask_by_hand(&p->oracle,
				  !strcmp(decision->request, "online_movable"));
}

static int compare(struct prediction *p, const struct decision *decision,
		   struct fault *fault)
{
	const struct oracle_answer answer = predict(p, decision);

	if (decision->block_pages != p->oracle.block_pages ||
	    strcmp(decision->policy, "auto-movable") ||
	    answer.movable != !strcmp(decision->zone, "Movable") ||
	    strcmp(decision->reason, answer.reason) ||
	    strcmp(decision->domain, answer.domain) ||
	    decision->early_kernel_pages != answer.early_kernel_pages ||
	    decision->movable_pages != answer.movable_pages ||
	    decision->asked_pages != answer.asked_pages ||
	    decision->limit_pages != answer.limit_pages)
		return fault_set(fault, EINVAL,
				 "block %" PRIu64 ": %s, %s, %s: early kernel %" PRIu64
				 ", movable %" PRIu64 ", asked %" PRIu64
				 ", limit %" PRIu64 " pages; the oracle: %s, %s, %s: %" PRIu64
				 ", %" PRIu64 ", %" PRIu64 ", %" PRIu64,
				 decision->block, decision->zone,
				 decision->reason, decision->domain,
				 decision->early_kernel_pages,
				 decision->movable_pages, decision->asked_pages,
				 decision->limit_pages,
				 answer.movable ? "MOVABLE" : "KERNEL",
				 answer.reason, answer.domain,
				 answer.early_kernel_pages,
				 answer.movable_pages, answer.asked_pages,
				 answer.limit_pages);

	p->blocks[p->oracle.nr_blocks++] = (struct oracle_block) {
		.number = decision->block, .node = decision->node,
		.group = decision->mgid, .movable = answer.movable,
	};
	return 0;
}

int prediction_check(const struct blocks *before, const struct events *events,
		     unsigned int ratio, bool numa_aware, struct fault *fault)
{
	struct prediction p = { .before = before };
	struct view view;
	size_t i;
	int ret;

	p.blocks = calloc(before->count + events->count, sizeof(*p.blocks));
	if (!p.blocks)
		return fault_nomem(fault);
	p.oracle.ratio = ratio;
	p.oracle.numa_aware = numa_aware;
	p.oracle.block_pages = before->block_bytes / PAGE_BYTES;
	p.oracle.blocks = p.blocks;
	p.oracle.groups = p.groups;

	ret = view_read(&view, fault);
	if (!ret)
		ret = take_view(&p, &view, fault);
	if (!ret)
		ret = debugfs_for_each("blocks", on_block, &p, fault);
	for (i = 0; i < events->count && !ret; i++)
		if (!events->list[i].preview)
			ret = compare(&p, &events->list[i], fault);
	free(p.blocks);
	return ret;
}
