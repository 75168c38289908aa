// SPDX-License-Identifier: GPL-2.0
#include "node-headroom.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"

static int overflow(const char *file, struct fault *fault)
{
	return fault_set(fault, EOVERFLOW, "%s: the sum does not fit into 64 bits", file);
}

/* What dynamic groups take out of the account, for the system and each node. */
static int sum_groups(struct model *model, struct memgroup_totals *totals,
		      uint64_t page_bytes, const char *file, struct fault *fault)
{
	size_t i;

	for (i = 0; i < model->nr_groups; i++) {
		const struct group *group = &model->groups[i];
		const uint64_t movable = group->movable / page_bytes;
		const struct node *node;
		uint64_t needed;

		if (!group_is_dynamic(group))
			continue;
		needed = memgroup_policy_needed(group->kernel / page_bytes, movable,
						model->policy.ratio);
		if (__builtin_add_overflow(totals[0].group_needed_pages, needed,
					   &totals[0].group_needed_pages))
			return overflow(file, fault);
		totals[0].group_movable_pages += movable;
		node = model_group_node(model, group);
		if (!node)
			continue;
		/* No node has more than the system. */
		totals[node - model->nodes].group_needed_pages += needed;
		totals[node - model->nodes].group_movable_pages += movable;
	}
	return 0;
}

/* A limit beyond 64 bits is none that memory comes near. */
static uint64_t bytes_of(uint64_t pages, uint64_t page_bytes)
{
	uint64_t bytes;

	return __builtin_mul_overflow(pages, page_bytes, &bytes) ? UINT64_MAX : bytes;
}

int node_headroom_set(struct model *model, uint64_t page_bytes, const char *file,
		      struct fault *fault)
{
	const bool limited = !strcmp(model->policy.name, "auto-movable");
	struct memgroup_totals *totals;
	size_t i;
	int err;

	totals = calloc(model->nr_nodes + 1, sizeof(*totals));
	if (!totals)
		return fault_nomem(fault);
	err = model->policy.ratio ? sum_groups(model, totals, page_bytes, file, fault) : 0;
	for (i = 0; i < model->nr_nodes && !err; i++) {
		struct node *node = &model->nodes[i];
		unsigned long long limit;
		uint64_t headroom;

		totals[i].early_kernel_pages = node->early_kernel / page_bytes;
		totals[i].movable_pages = (node->movable + node->cma) / page_bytes;
		headroom = memgroup_policy_headroom(&totals[i], model->policy.ratio,
						    &limit);
		node->needed.set = true;
		node->limit.set = node->headroom.set = limited;
		if (__builtin_mul_overflow(totals[i].group_needed_pages, page_bytes,
					   &node->needed.value))
			err = overflow(file, fault);
		if (limited) {
			node->limit.value = bytes_of(limit, page_bytes);
			node->headroom.value = bytes_of(headroom, page_bytes);
		}
	}
	free(totals);
	return err;
}
