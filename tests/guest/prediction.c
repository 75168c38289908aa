// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "debugfs.h"
#include "oracle.h"
#include "prediction.h"

#define PAGE_BYTES	4096
#define GROUPS_MAX	64

struct prediction {
	struct oracle oracle;
	struct oracle_group groups[GROUPS_MAX];
	struct oracle_block *blocks;
	const struct blocks *before;
};

static int on_zone(struct records *r, void *context)
{
	struct prediction *p = context;
	uint64_t node, early, cma;
	char name[16];

	if (u64_of(r, "node", &node) ||
	    string_of(r, "zone", name, sizeof(name)) ||
	    u64_of(r, "early_bytes", &early) || u64_of(r, "cma_bytes", &cma))
		return -EINVAL;
	if (node >= ORACLE_NODES_MAX)
		return records_fault(r, E2BIG, "too many nodes");
	if (!strcmp(name, "Movable")) {
		p->oracle.boot_movable[node] += early / PAGE_BYTES;
		return 0;
	}
	p->oracle.boot_kernel[node] += (early - cma) / PAGE_BYTES;
	p->oracle.boot_movable[node] += cma / PAGE_BYTES;
	return 0;
}

static int on_group(struct records *r, void *context)
{
	struct prediction *p = context;
	struct oracle_group *group = &p->groups[p->oracle.nr_groups];
	struct opt_u64 max, unit;
	uint64_t id, node;

	if (p->oracle.nr_groups++ == GROUPS_MAX)
		return records_fault(r, E2BIG, "too many groups");
	if (u64_of(r, "id", &id) || u64_of(r, "node", &node) ||
	    records_opt_u64(r, records_column(r, "max_bytes"), &max) ||
	    records_opt_u64(r, records_column(r, "unit_bytes"), &unit))
		return -EINVAL;
	*group = (struct oracle_group) {
		.id = id, .node = node, .dynamic = unit.set,
		.max_pages = max.value / PAGE_BYTES,
		.unit_pages = unit.value / PAGE_BYTES,
	};
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

static int compare(struct prediction *p, const struct decision *decision,
		   struct fault *fault)
{
	const struct oracle_answer answer =
		oracle_ask(&p->oracle, decision->block, decision->node,
			   decision->mgid);

	if (decision->block_pages != p->oracle.block_pages ||
	    strcmp(decision->request, "online") ||
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

	ret = debugfs_for_each("zones", on_zone, &p, fault);
	if (!ret)
		ret = debugfs_for_each("groups", on_group, &p, fault);
	if (!ret)
		ret = debugfs_for_each("blocks", on_block, &p, fault);
	for (i = 0; i < events->count && !ret; i++)
		if (!events->list[i].preview)
			ret = compare(&p, &events->list[i], fault);
	free(p.blocks);
	return ret;
}
