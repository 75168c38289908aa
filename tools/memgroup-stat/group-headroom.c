// SPDX-License-Identifier: GPL-2.0
#include "group-headroom.h"

#include <string.h>

#include "policy.h"

/*
 * What the domain @n still allows group @g. The policy takes the other dynamic groups out
 * of the account, and adds the kernel memory of the one that asks: with that done to the
 * totals, the group is nobody special any more.
 */
static uint64_t headroom_in(const struct model *model, const struct node *n,
			    const struct group *g, uint64_t page_bytes)
{
	const uint32_t ratio = model->policy.ratio;
	const uint64_t own = memgroup_policy_needed(g->kernel / page_bytes,
						    g->movable / page_bytes, ratio);
	struct memgroup_totals totals = {
		.early_kernel_pages = n->early_kernel / page_bytes +
				      g->kernel / page_bytes,
		.movable_pages = n->movable / page_bytes + n->cma / page_bytes,
		.group_needed_pages = n->needed.value / page_bytes,
		.group_movable_pages = n->dynamic_movable / page_bytes,
	};

	/* A reading that contradicts itself must not wrap. */
	totals.group_needed_pages -= own < totals.group_needed_pages ?
		own : totals.group_needed_pages;
	totals.group_movable_pages -= g->movable / page_bytes;
	return memgroup_policy_headroom(&totals, ratio, NULL);
}

void group_headroom_set(struct model *model, uint64_t page_bytes)
{
	size_t i;

	if (strcmp(model->policy.name, "auto-movable"))
		return;
	for (i = 0; i < model->nr_groups; i++) {
		struct group *g = &model->groups[i];
		const struct node *n = model_group_node(model, g);
		uint64_t pages, on_node;

		if (!group_is_dynamic(g) || !n)
			continue;
		pages = headroom_in(model, model->nodes, g, page_bytes);
		on_node = headroom_in(model, n, g, page_bytes);
		if (model->policy.numa_aware && on_node < pages)
			pages = on_node;
		g->headroom.set = !__builtin_mul_overflow(pages, page_bytes,
							  &g->headroom.value);
	}
}
