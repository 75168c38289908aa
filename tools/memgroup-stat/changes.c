// SPDX-License-Identifier: GPL-2.0
#include "changes.h"

#include <stdlib.h>
#include <string.h>

#include "grow.h"

/* For a group that is in one of the models only. */
#define NOT_THERE UINT32_MAX

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static int compare_text(const char *a, const char *b)
{
	if (!a || !b)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

static bool same_number(struct opt_u64 a, struct opt_u64 b)
{
	return a.set == b.set && a.value == b.value;
}

static bool same_policy(const struct policy *a, const struct policy *b)
{
	return same_text(a->name, b->name) && a->ratio == b->ratio &&
		a->has_numa_aware == b->has_numa_aware &&
		a->numa_aware == b->numa_aware;
}

static int add(struct model_change **list, size_t *nr, struct model_change change,
	       struct fault *fault)
{
	struct model_change *grown = grow(*list, *nr, sizeof(*grown));

	if (!grown)
		return fault_nomem(fault);
	*list = grown;
	grown[(*nr)++] = change;
	return 0;
}

/* groups */

/* What makes a group the same one. */
static int compare_identity(const struct group *a, const struct group *b)
{
	if (a->has_id != b->has_id)
		return a->has_id ? -1 : 1;
	if (a->has_id && a->id != b->id)
		return a->id < b->id ? -1 : 1;
	if (!a->has_id && a->node != b->node)
		return a->node < b->node ? -1 : 1;
	return compare_text(a->device, b->device) ?: compare_text(a->type, b->type);
}

static int compare_by_identity(const void *left, const void *right)
{
	const struct group *a = *(const struct group *const *)left;
	const struct group *b = *(const struct group *const *)right;

	/* In the order of the model where there is no other. */
	return compare_identity(a, b) ?: (a > b) - (a < b);
}

static bool same_group(const struct group *a, const struct group *b)
{
	return a->node == b->node && same_text(a->last_reason, b->last_reason) &&
		a->blocks == b->blocks && a->online_blocks == b->online_blocks &&
		a->kernel == b->kernel && a->movable == b->movable &&
		a->offline == b->offline && same_number(a->max, b->max) &&
		same_number(a->unit, b->unit) &&
		same_number(a->decided_movable, b->decided_movable) &&
		same_number(a->decided_kernel, b->decided_kernel);
}

/* The groups in the order of their identity; NULL without memory. */
static const struct group **sorted(const struct model *model)
{
	const struct group **list = calloc(model->nr_groups + 1, sizeof(*list));
	size_t i;

	if (!list)
		return NULL;
	for (i = 0; i < model->nr_groups; i++)
		list[i] = &model->groups[i];
	qsort(list, model->nr_groups, sizeof(*list), compare_by_identity);
	return list;
}

/* Fills @now_of, too: for each group before, its index after, or NOT_THERE. */
static int merge_groups(struct changes *changes, const struct group **old,
			const struct group **new, uint32_t *now_of,
			struct fault *fault)
{
	const struct group *first_old = changes->before->groups;
	const struct group *first_new = changes->after->groups;
	const size_t nr_old = changes->before->nr_groups;
	const size_t nr_new = changes->after->nr_groups;
	size_t i = 0, j = 0;
	int err = 0;

	while (!err && (i < nr_old || j < nr_new)) {
		int order = i == nr_old ? 1 : j == nr_new ? -1 :
			    compare_identity(old[i], new[j]);
		struct model_change c = {
			.kind = order < 0 ? MODEL_REMOVED :
				order > 0 ? MODEL_ADDED : MODEL_CHANGED,
			.before = order <= 0 ? (size_t)(old[i] - first_old) : 0,
			.after = order >= 0 ? (size_t)(new[j] - first_new) : 0,
		};

		if (order <= 0)
			now_of[c.before] = order ? NOT_THERE : (uint32_t)c.after;
		if (order || !same_group(old[i], new[j]))
			err = add(&changes->groups, &changes->nr_groups, c, fault);
		i += order <= 0;
		j += order >= 0;
	}
	return err;
}

static int find_groups(struct changes *changes, uint32_t *now_of, struct fault *fault)
{
	const struct group **old = sorted(changes->before);
	const struct group **new = sorted(changes->after);
	int err = old && new ? merge_groups(changes, old, new, now_of, fault) :
			       fault_nomem(fault);

	free(old);
	free(new);
	return err;
}

/* nodes */

static bool same_sums(const struct node *a, const struct node *b)
{
	return a->early_kernel == b->early_kernel && a->kernel == b->kernel &&
		a->movable == b->movable && a->cma == b->cma &&
		same_number(a->needed, b->needed) && same_number(a->limit, b->limit) &&
		same_number(a->headroom, b->headroom) &&
		a->dynamic_kernel == b->dynamic_kernel &&
		a->dynamic_movable == b->dynamic_movable &&
		same_number(a->allowed_ratio, b->allowed_ratio);
}

static int find_nodes(struct changes *changes, struct fault *fault)
{
	const struct model *old = changes->before, *new = changes->after;
	size_t i = 1, j = 1;
	int err = 0;

	if (old->nr_nodes && new->nr_nodes)
		changes->system = !same_sums(&old->nodes[0], &new->nodes[0]);
	while (!err && (i < old->nr_nodes || j < new->nr_nodes)) {
		int order = i >= old->nr_nodes ? 1 : j >= new->nr_nodes ? -1 :
			    old->nodes[i].node - new->nodes[j].node;
		const struct model_change c = {
			.kind = order < 0 ? MODEL_REMOVED :
				order > 0 ? MODEL_ADDED : MODEL_CHANGED,
			.before = i,
			.after = j,
		};

		if (order || !same_sums(&old->nodes[i], &new->nodes[j]))
			err = add(&changes->nodes, &changes->nr_nodes, c, fault);
		i += order <= 0;
		j += order >= 0;
	}
	return err;
}

/* blocks */

static bool same_block(const struct memory_block *old, const struct memory_block *new,
		       const uint32_t *now_of)
{
	const uint32_t group = old->group == NO_GROUP ? NO_GROUP : now_of[old->group];

	/* NOT_THERE is NO_GROUP: a device that went is not the same as none. */
	return old->state == new->state && old->zone == new->zone &&
		old->node == new->node && group == new->group &&
		(old->group == NO_GROUP) == (new->group == NO_GROUP);
}

static bool alike(const struct memory_block *a, const struct memory_block *b)
{
	return a->number + 1 == b->number && a->state == b->state &&
		a->zone == b->zone && a->node == b->node && a->group == b->group;
}

/* Does the block after those of @last belong to them, too? */
static bool continues(const struct changes *changes, const struct block_change *last,
		      const struct block_change *next)
{
	const struct memory_block *old = changes->before->blocks;
	const struct memory_block *new = changes->after->blocks;

	if (last->kind != next->kind)
		return false;
	if (next->kind != MODEL_ADDED &&
	    (last->before + last->count != next->before ||
	     !alike(&old[next->before - 1], &old[next->before])))
		return false;
	return next->kind == MODEL_REMOVED ||
		(last->after + last->count == next->after &&
		 alike(&new[next->after - 1], &new[next->after]));
}

static int add_block(struct changes *changes, struct block_change change,
		     struct fault *fault)
{
	struct block_change *last = changes->blocks;

	if (changes->nr_blocks && continues(changes, &last[changes->nr_blocks - 1],
					    &change)) {
		last[changes->nr_blocks - 1].count++;
		return 0;
	}
	last = grow(last, changes->nr_blocks, sizeof(*last));
	if (!last)
		return fault_nomem(fault);
	changes->blocks = last;
	last[changes->nr_blocks++] = change;
	return 0;
}

static int find_blocks(struct changes *changes, const uint32_t *now_of,
		       struct fault *fault)
{
	const struct model *old = changes->before, *new = changes->after;
	size_t i = 0, j = 0;
	int err = 0;

	while (!err && (i < old->nr_blocks || j < new->nr_blocks)) {
		bool removed = j == new->nr_blocks || (i < old->nr_blocks &&
			old->blocks[i].number < new->blocks[j].number);
		bool added = !removed && (i == old->nr_blocks ||
			new->blocks[j].number < old->blocks[i].number);
		const struct block_change c = {
			.kind = removed ? MODEL_REMOVED :
				added ? MODEL_ADDED : MODEL_CHANGED,
			.before = i, .after = j, .count = 1,
		};

		if (removed || added ||
		    !same_block(&old->blocks[i], &new->blocks[j], now_of))
			err = add_block(changes, c, fault);
		i += !added;
		j += !removed;
	}
	return err;
}

int changes_find(struct changes *changes, const struct model *before,
		 const struct model *after, struct fault *fault)
{
	uint32_t *now_of = calloc(before->nr_groups + 1, sizeof(*now_of));
	int err;

	*changes = (struct changes){
		.before = before, .after = after,
		.policy = !same_policy(&before->policy, &after->policy),
	};
	if (!now_of)
		return fault_nomem(fault);
	err = find_nodes(changes, fault);
	/* Not read again, it is the same memory. */
	if (!err && (before->groups != after->groups || before->blocks != after->blocks))
		err = find_groups(changes, now_of, fault) ?:
		      find_blocks(changes, now_of, fault);
	free(now_of);
	if (err)
		changes_free(changes);
	return err;
}

bool changes_any(const struct changes *changes)
{
	return changes->policy || changes->system || changes->nr_groups ||
		changes->nr_nodes || changes->nr_blocks;
}

void changes_free(struct changes *changes)
{
	free(changes->groups);
	free(changes->nodes);
	free(changes->blocks);
	*changes = (struct changes){ 0 };
}
