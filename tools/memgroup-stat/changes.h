/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is different between two readings of the system.
 */
#ifndef MEMGROUP_STAT_CHANGES_H
#define MEMGROUP_STAT_CHANGES_H

#include <stdbool.h>
#include <stddef.h>

#include "fault.h"
#include "model.h"

enum model_change_kind { MODEL_ADDED, MODEL_REMOVED, MODEL_CHANGED };

/* A group or a node: its index in the model before and after, as far as it is there. */
struct model_change {
	enum model_change_kind kind;
	size_t before, after;
};

/* Blocks beside each other that were the same and are the same; indexes of the first. */
struct block_change {
	enum model_change_kind kind;
	size_t before, after;
	size_t count;
};

struct changes {
	const struct model *before, *after;
	bool policy;			/* its name, ratio or numa_aware */
	struct model_change *groups;
	size_t nr_groups;
	bool system;			/* the sums over all nodes */
	struct model_change *nodes;		/* by number, without the system */
	size_t nr_nodes;
	struct block_change *blocks;	/* by number */
	size_t nr_blocks;
};

/*
 * Compares two models, which must outlive @changes. Each has the policy, groups and
 * blocks, and nodes; parts that neither has are the same. A group that has another
 * device or type is another group, even with the same id, and so is memory without an
 * id on another node. Returns 0, or -ENOMEM with @fault set; only after 0 is there
 * something to end with changes_free().
 */
int changes_find(struct changes *changes, const struct model *before,
		 const struct model *after, struct fault *fault);
bool changes_any(const struct changes *changes);
void changes_free(struct changes *changes);

#endif /* MEMGROUP_STAT_CHANGES_H */
