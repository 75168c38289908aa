// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "changes.h"

#define MAX 40

/* A model of parts that can be changed one by one. */
struct system {
	struct model model;
	struct group groups[MAX];
	struct node nodes[MAX];
	struct memory_block blocks[MAX];
};

static char policy_name[] = "auto-movable", other_policy[] = "contig-zones";
static char static_type[] = "static", dynamic_type[] = "dynamic";
static char device_a[] = "a", device_b[] = "b", same_device_a[] = "a";
static char reason[] = "fits";
static struct changes changes;
static struct fault fault;

static struct group group(uint32_t id, char *device)
{
	return (struct group){
		.has_id = true, .id = id, .type = dynamic_type, .device = device,
		.unit = { true, 128 }, .decided_movable = { true, 3 },
		.decided_kernel = { true, 1 }, .last_reason = reason,
	};
}

static struct memory_block block(uint64_t number, uint32_t of, uint8_t zone)
{
	return (struct memory_block){
		.number = number, .group = of,
		.state = zone == ZONE_NONE ? BLOCK_OFFLINE : BLOCK_ONLINE, .zone = zone,
	};
}

/* One group and boot memory, blocks 0 to 3 and 8 to 11. */
static void make(struct system *s)
{
	size_t i;

	memset(s, 0, sizeof(*s));
	s->groups[0] = group(0, device_a);
	s->groups[1] = group(2, device_b);
	s->nodes[0].node = NO_NODE;
	s->nodes[1].node = 0;
	s->nodes[2].node = 2;
	for (i = 0; i < 8; i++)
		s->blocks[i] = i < 4 ? block(i, NO_GROUP, ZONE_NORMAL) :
				       block(4 + i, i < 6 ? 0 : 1, ZONE_MOVABLE);
	s->model = (struct model){
		.policy = { .name = policy_name, .ratio = 301, .has_numa_aware = true },
		.groups = s->groups, .nr_groups = 2, .nodes = s->nodes, .nr_nodes = 3,
		.block_bytes = 128, .blocks = s->blocks, .nr_blocks = 8,
	};
}

static void find(const struct system *before, const struct system *after)
{
	assert_int_equal(changes_find(&changes, &before->model, &after->model, &fault), 0);
}

static void is_change(const struct model_change *c, enum model_change_kind kind, size_t before,
		      size_t after)
{
	assert_int_equal(c->kind, kind);
	if (kind != MODEL_ADDED)
		assert_int_equal(c->before, before);
	if (kind != MODEL_REMOVED)
		assert_int_equal(c->after, after);
}

static void is_range(size_t index, enum model_change_kind kind, size_t before, size_t after,
		     size_t count)
{
	const struct block_change *c = &changes.blocks[index];

	assert_true(index < changes.nr_blocks);
	is_change(&(struct model_change){ c->kind, c->before, c->after }, kind, before, after);
	assert_int_equal(c->count, count);
}

static void finds_nothing_in_the_same(void **state)
{
	struct system a, b;

	(void)state;
	make(&a);
	make(&b);
	b.groups[0].device = same_device_a;
	find(&a, &b);
	assert_false(changes_any(&changes));
	changes_free(&changes);
	b.model = a.model = (struct model){ 0 };
	find(&a, &b);
	assert_false(changes_any(&changes));
	changes_free(&changes);
}

static void finds_the_policy(void **state)
{
	struct system a, b;
	int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		make(&a);
		make(&b);
		if (i == 0)
			b.model.policy.name = other_policy;
		else if (i == 1)
			b.model.policy.ratio = 302;
		else if (i == 2)
			b.model.policy.numa_aware = true;
		else
			b.model.policy.has_numa_aware = false;
		find(&a, &b);
		assert_true(changes.policy);
		assert_true(changes_any(&changes));
		assert_false(changes.system || changes.nr_groups || changes.nr_nodes ||
			     changes.nr_blocks);
		changes_free(&changes);
	}
}

/* Every member of a group and of a node, each by itself. */
static void finds_each_member(void **state)
{
	struct system a, b;
	int i;

	(void)state;
	for (i = 0; i < 12; i++) {
		struct group *g = &b.groups[1];
		uint64_t *const numbers[] = {
			&g->blocks, &g->online_blocks, &g->kernel, &g->movable,
			&g->offline, &g->max.value, &g->unit.value,
			&g->decided_movable.value, &g->decided_kernel.value,
		};

		make(&a);
		make(&b);
		if (i < 9)
			(*numbers[i])++;
		else if (i == 9)
			g->node = 1;
		else if (i == 10)
			g->last_reason = NULL;
		else
			g->max.set = true;
		find(&a, &b);
		assert_int_equal(changes.nr_groups, 1);
		is_change(changes.groups, MODEL_CHANGED, 1, 1);
		assert_int_equal(changes.nr_blocks, 0);
		changes_free(&changes);
	}
	for (i = 0; i < 20; i++) {
		struct node *n = &b.nodes[i % 2];
		uint64_t *const numbers[] = {
			&n->early_kernel, &n->kernel, &n->movable, &n->cma,
			&n->needed.value, &n->limit.value, &n->headroom.value,
			&n->dynamic_kernel, &n->dynamic_movable,
			&n->allowed_ratio.value,
		};

		make(&a);
		make(&b);
		(*numbers[i / 2])++;
		find(&a, &b);
		assert_int_equal(changes.system, i % 2 == 0);
		assert_int_equal(changes.nr_nodes, i % 2);
		if (changes.nr_nodes)
			is_change(changes.nodes, MODEL_CHANGED, 1, 1);
		changes_free(&changes);
	}
}

static void finds_what_came_and_went(void **state)
{
	struct system a, b;

	(void)state;
	make(&a);
	make(&b);
	b.groups[0] = group(1, device_a);
	b.nodes[1].node = 1;
	find(&a, &b);
	assert_int_equal(changes.nr_groups, 2);
	is_change(&changes.groups[0], MODEL_REMOVED, 0, 0);
	is_change(&changes.groups[1], MODEL_ADDED, 0, 0);
	assert_int_equal(changes.nr_nodes, 2);
	is_change(&changes.nodes[0], MODEL_REMOVED, 1, 0);
	is_change(&changes.nodes[1], MODEL_ADDED, 0, 1);
	/* Its blocks are another group's now. */
	assert_int_equal(changes.nr_blocks, 1);
	is_range(0, MODEL_CHANGED, 4, 4, 2);
	changes_free(&changes);
}

/* The kernel gives the number of a group that went to the next that comes. */
static void knows_another_device_with_the_same_id(void **state)
{
	struct system a, b;

	(void)state;
	make(&a);
	make(&b);
	b.groups[0].type = static_type;
	find(&a, &b);
	assert_int_equal(changes.nr_groups, 2);
	is_change(&changes.groups[0], MODEL_REMOVED, 0, 0);
	is_change(&changes.groups[1], MODEL_ADDED, 0, 0);
	changes_free(&changes);
	make(&b);
	b.groups[1].device = NULL;
	find(&a, &b);
	assert_int_equal(changes.nr_groups, 2);
	changes_free(&changes);
}

/* Memory in no group is known by its node, in whatever order it is listed. */
static void knows_memory_without_a_group(void **state)
{
	struct system a, b;

	(void)state;
	make(&a);
	make(&b);
	a.groups[2] = (struct group){ .node = 0, .kernel = 5 };
	a.groups[3] = (struct group){ .node = NO_NODE, .kernel = 5 };
	b.groups[2] = (struct group){ .node = NO_NODE, .kernel = 5 };
	b.groups[3] = (struct group){ .node = 0, .kernel = 6 };
	a.model.nr_groups = 4;
	b.model.nr_groups = 4;
	find(&a, &b);
	assert_int_equal(changes.nr_groups, 1);
	is_change(changes.groups, MODEL_CHANGED, 2, 3);
	changes_free(&changes);
}

static void puts_blocks_into_ranges(void **state)
{
	struct system a, b;

	(void)state;
	make(&a);
	make(&b);
	/* 0 to 3 go offline; they are alike. */
	b.blocks[0] = b.blocks[1] = b.blocks[2] = b.blocks[3] =
		block(0, NO_GROUP, ZONE_NONE);
	b.blocks[1].number = 1;
	b.blocks[2].number = 2;
	b.blocks[3].number = 3;
	/* 8 and 9, 10 and 11 do, too; their groups differ. */
	b.blocks[4].state = b.blocks[5].state = BLOCK_GOING_OFFLINE;
	b.blocks[6].state = b.blocks[7].state = BLOCK_GOING_OFFLINE;
	/* Three come, not all beside each other. */
	b.blocks[8] = block(12, 1, ZONE_MOVABLE);
	b.blocks[9] = block(13, 1, ZONE_MOVABLE);
	b.blocks[10] = block(15, 1, ZONE_MOVABLE);
	b.model.nr_blocks = 11;
	find(&a, &b);
	assert_int_equal(changes.nr_blocks, 5);
	is_range(0, MODEL_CHANGED, 0, 0, 4);
	is_range(1, MODEL_CHANGED, 4, 4, 2);
	is_range(2, MODEL_CHANGED, 6, 6, 2);
	is_range(3, MODEL_ADDED, 0, 8, 2);
	is_range(4, MODEL_ADDED, 0, 10, 1);
	changes_free(&changes);
	/* And back. */
	find(&b, &a);
	assert_int_equal(changes.nr_blocks, 5);
	is_range(3, MODEL_REMOVED, 8, 0, 2);
	is_range(4, MODEL_REMOVED, 10, 0, 1);
	changes_free(&changes);
}

/* Random systems, held against the naive answer for each block by itself. */

static const struct memory_block *look_up(const struct system *s, uint64_t number)
{
	size_t i;

	for (i = 0; i < s->model.nr_blocks; i++)
		if (s->blocks[i].number == number)
			return &s->blocks[i];
	return NULL;
}

static uint32_t id_of(const struct system *s, const struct memory_block *b)
{
	return b->group == NO_GROUP ? UINT32_MAX : s->groups[b->group].id;
}

static bool differs(const struct system *a, const struct system *b, uint64_t number)
{
	const struct memory_block *x = look_up(a, number), *y = look_up(b, number);

	if (!x || !y)
		return x != y;
	return x->state != y->state || x->zone != y->zone ||
		id_of(a, x) != id_of(b, y);
}

static void make_up(struct system *s)
{
	uint32_t id;
	uint64_t n;

	memset(s, 0, sizeof(*s));
	for (id = 0; id < 4; id++)
		if (random() % 4)
			s->groups[s->model.nr_groups++] = group(id, device_a);
	for (n = 0; n < MAX; n++) {
		uint32_t of = s->model.nr_groups && random() % 3 ?
			(uint32_t)random() % (uint32_t)s->model.nr_groups : NO_GROUP;

		if (random() % 8)
			s->blocks[s->model.nr_blocks++] =
				block(n, of, random() % 3 ? ZONE_MOVABLE : ZONE_NONE);
	}
	s->model.groups = s->groups;
	s->model.blocks = s->blocks;
}

static void agrees_with_each_block(void **state)
{
	const char *given = getenv("SEED");
	const unsigned int seed = given ? (unsigned int)strtoul(given, NULL, 0) :
					  (unsigned int)time(NULL);
	int round;

	(void)state;
	print_message("# SEED=%u\n", seed);
	srandom(seed);
	for (round = 0; round < 2000; round++) {
		bool in_range[MAX] = { false };
		struct system a, b;
		uint64_t n;
		size_t i, k;

		make_up(&a);
		make_up(&b);
		find(&a, &b);
		for (i = 0; i < changes.nr_blocks; i++) {
			const struct block_change *c = &changes.blocks[i];
			const struct memory_block *first = c->kind == MODEL_REMOVED ?
				&a.blocks[c->before] : &b.blocks[c->after];

			for (k = 0; k < c->count; k++) {
				n = first->number + k;
				assert_true(n < MAX && !in_range[n]);
				in_range[n] = true;
				assert_int_equal(c->kind != MODEL_ADDED,
						 look_up(&a, n) != NULL);
				assert_int_equal(c->kind != MODEL_REMOVED,
						 look_up(&b, n) != NULL);
			}
		}
		for (n = 0; n < MAX; n++)
			assert_int_equal(in_range[n], differs(&a, &b, n));
		changes_free(&changes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_nothing_in_the_same),
		cmocka_unit_test(finds_the_policy),
		cmocka_unit_test(finds_each_member),
		cmocka_unit_test(finds_what_came_and_went),
		cmocka_unit_test(knows_another_device_with_the_same_id),
		cmocka_unit_test(knows_memory_without_a_group),
		cmocka_unit_test(puts_blocks_into_ranges),
		cmocka_unit_test(agrees_with_each_block),
	};

	return cmocka_run_group_tests_name("changes", tests, NULL, NULL);
}
