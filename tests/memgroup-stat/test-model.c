// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "group-headroom.h"
#include "views.h"
#include "model.h"
#include "sources.h"

#define ALL (MODEL_POLICY | MODEL_GROUPS | MODEL_NODES)

#define POLICY_HEAD "name value\n"
#define GROUPS_HEAD "id type node device blocks online_blocks kernel_bytes " \
	"movable_bytes offline_bytes max_bytes unit_bytes decided_movable " \
	"decided_kernel last_reason\n"
#define NODES_HEAD "node early_kernel_bytes kernel_bytes movable_bytes cma_bytes " \
	"needed_bytes limit_bytes headroom_bytes\n"
#define ZONES_HEAD "node zone present_bytes early_bytes cma_bytes\n"
#define BLOCKS_HEAD "block node group state zone\n"

#define POLICY POLICY_HEAD "online_policy auto-movable\nauto_movable_ratio 301\n" \
	"auto_movable_numa_aware Y\ndecisions 1\n"
#define NODES NODES_HEAD "system 1000 3000 600 0 0 3010 500\n0 1000 3000 600 0 0 3010 700\n"
#define U64 "18446744073709551615"

/* Each of NULL is the default: one group, one node, nothing ungrouped. */
struct input {
	const char *policy, *groups, *nodes, *zones, *blocks, *block_size;
};

static const char default_groups[] =
	GROUPS_HEAD "3 dynamic 0 virtio0 4 3 100 200 100 - 100 2 1 fits\n";
static const char default_zones[] =
	ZONES_HEAD "0 Normal 1100 1000 0\n0 Movable 200 0 0\n";
static const char default_blocks[] =
	BLOCKS_HEAD "0 0 - online Normal\n1 0 3 online Movable\n2 0 3 offline -\n";

static struct fault fault;
static struct model model;

static void set(struct model_sources *sources, int file, const char *text)
{
	source_set(sources, file, text, strlen(text));
}

static int build(const struct input *in, unsigned int need)
{
	struct model_sources sources = { 0 };
	int err;

	set(&sources, FILE_POLICY, in->policy ? in->policy : POLICY);
	set(&sources, FILE_GROUPS, in->groups ? in->groups : default_groups);
	set(&sources, FILE_NODES, in->nodes ? in->nodes : NODES);
	set(&sources, FILE_ZONES, in->zones ? in->zones : default_zones);
	set(&sources, FILE_BLOCKS, in->blocks ? in->blocks : default_blocks);
	if (in->block_size)
		set(&sources, FILE_BLOCK_SIZE, in->block_size);
	else
		strcpy(sources.block_size_fault.text, "block_size_bytes: gone");
	fault.text[0] = '\0';
	err = model_build(&model, &sources, need, &fault);
	sources_free(&sources);
	return err;
}

#define BUILD(...) build(&(const struct input){ __VA_ARGS__ }, ALL)
#define REFUSES(err, words, ...)				\
	do {							\
		assert_int_equal(BUILD(__VA_ARGS__), err);	\
		assert_string_equal(fault.text, words);		\
		assert_null(model.groups);			\
	} while (0)

static void reads_it_all(void **state)
{
	const struct group *g;

	(void)state;
	assert_int_equal(BUILD(), 0);
	assert_string_equal(model.policy.name, "auto-movable");
	assert_int_equal(model.policy.ratio, 301);
	assert_true(model.policy.has_numa_aware && model.policy.numa_aware);
	assert_true(model.policy.decisions.set && model.policy.decisions.value == 1);
	assert_false(model.policy.previews.set || model.policy.clamped.set);
	assert_int_equal(model.policy.nr_settings, 4);
	assert_int_equal(model.nr_groups, 1);
	g = &model.groups[0];
	assert_true(g->has_id && group_is_dynamic(g) && !g->max.set && g->unit.set);
	assert_int_equal(g->id, 3);
	assert_string_equal(g->device, "virtio0");
	assert_string_equal(g->last_reason, "fits");
	assert_int_equal(g->kernel, 100);
	assert_int_equal(g->decided_kernel.value, 1);
	assert_int_equal(model.nr_nodes, 2);
	assert_int_equal(model.nodes[0].node, NO_NODE);
	assert_int_equal(model.nodes[1].node, 0);
	assert_int_equal(model.nodes[0].dynamic_kernel, 100);
	assert_int_equal(model.nodes[1].dynamic_kernel, 100);
	assert_int_equal(model.nodes[1].allowed_ratio.value, 301);
	/* The node has room for more than the system has. */
	assert_int_equal(model.nodes[1].headroom.value, 500);
	model_free(&model);
}

static void needs_only_what_it_needs(void **state)
{
	static const struct input policy_only = {
		.groups = "", .nodes = "", .zones = "", .blocks = "",
	};
	static const struct input groups_only = { .policy = "", .nodes = "" };

	(void)state;
	assert_int_equal(build(&policy_only, MODEL_POLICY), 0);
	model_free(&model);
	assert_int_equal(build(&groups_only, MODEL_GROUPS), 0);
	model_free(&model);
}

static void knows_the_policies(void **state)
{
	(void)state;
	/* Under contig-zones nothing limits and nothing is promised. */
	assert_int_equal(BUILD(.policy = POLICY_HEAD "online_policy contig-zones\n"
			       "auto_movable_ratio 301\n"), 0);
	assert_false(model.nodes[0].headroom.set);
	assert_false(model.nodes[1].headroom.set);
	assert_false(model.nodes[0].allowed_ratio.set);
	assert_false(model.policy.has_numa_aware);
	model_free(&model);
	assert_int_equal(BUILD(.policy = POLICY_HEAD "online_policy contig-zones\n"
			       "auto_movable_ratio 301\n",
			       .nodes = NODES_HEAD "system 1 1 1 1 1 - -\n0 1 1 1 1 1 - -\n"), 0);
	assert_false(model.nodes[0].limit.set);
	model_free(&model);
	/* Without numa_aware only the system counts. */
	assert_int_equal(BUILD(.policy = POLICY_HEAD "online_policy auto-movable\n"
			       "auto_movable_ratio 0\nauto_movable_numa_aware N\n",
			       .nodes = NODES_HEAD "system 9 9 9 9 9 9 500\n0 9 9 9 9 9 9 300\n"), 0);
	assert_int_equal(model.nodes[1].headroom.value, 500);
	assert_true(model.nodes[0].allowed_ratio.set);
	assert_int_equal(model.nodes[0].allowed_ratio.value, 0);
	assert_false(model.nodes[1].allowed_ratio.set);
	model_free(&model);
}

static void finds_memory_without_a_group(void **state)
{
	const struct group *g;

	(void)state;
	assert_int_equal(BUILD(.zones = ZONES_HEAD "0 Normal 1150 1000 0\n"
			       "0 Movable 210 0 0\n1 Movable 20 20 0\n1 DMA 7 0 0\n"
			       "1 Device 999 0 0\n",
			       .blocks = BLOCKS_HEAD "0 0 - online -\n8 0 - offline -\n"
			       "9 2 - offline -\n7 0 - offline -\n6 0 3 offline -\n"
			       "5 0 - going-offline Normal\n",
			       .block_size = "10\n"), 0);
	assert_int_equal(model.nr_groups, 4);
	g = &model.groups[1];
	assert_false(g->has_id || g->type || g->device || g->max.set || g->unit.set);
	assert_int_equal(g->node, 0);
	assert_int_equal(g->kernel, 50);
	assert_int_equal(g->movable, 10);
	assert_int_equal(g->offline, 32);
	assert_int_equal(g->online_blocks, 4);	/* 60 bytes, blocks of 16 */
	assert_int_equal(g->blocks, 6);
	g = &model.groups[2];
	assert_int_equal(g->node, 1);
	assert_int_equal(g->kernel, 7);
	assert_int_equal(g->movable, 0);
	g = &model.groups[3];
	assert_int_equal(g->node, 2);
	assert_int_equal(g->kernel + g->movable, 0);
	assert_int_equal(g->offline, 16);
	model_free(&model);
	/* Nothing is there that needs the size of a block. */
	assert_int_equal(BUILD(.block_size = "nonsense"), 0);
	model_free(&model);
	REFUSES(-ENOENT, "block_size_bytes: gone",
		.blocks = BLOCKS_HEAD "8 0 - offline -\n");
	REFUSES(-EINVAL, "block_size_bytes: line 1: no hexadecimal block size",
		.blocks = BLOCKS_HEAD "8 0 - offline -\n", .block_size = "0\n");
	REFUSES(-EINVAL, "block_size_bytes: line 1: no hexadecimal block size",
		.blocks = BLOCKS_HEAD "8 0 - offline -\n", .block_size = "");
	REFUSES(-EINVAL, "block_size_bytes: line 1: no hexadecimal block size",
		.blocks = BLOCKS_HEAD "8 0 - offline -\n", .block_size = "8000000\n\n");
}

static void does_without_numa(void **state)
{
	(void)state;
	assert_int_equal(BUILD(.groups = GROUPS_HEAD
			       "3 dynamic - virtio0 4 3 100 200 100 - 100 2 1 fits\n",
			       .blocks = BLOCKS_HEAD "0 - - offline -\n",
			       .block_size = "10\n"), 0);
	assert_int_equal(model.nr_groups, 2);
	assert_int_equal(model.groups[0].node, NO_NODE);
	assert_int_equal(model.groups[1].node, 0);
	assert_int_equal(model.groups[1].offline, 16);
	assert_int_equal(model.nodes[1].dynamic_kernel, 100);
	model_free(&model);
	/* With two nodes it is not known which. */
	REFUSES(-EINVAL, "groups: group 3 has memory but no node",
		.groups = GROUPS_HEAD "3 static - x 4 3 100 200 100 - - 2 1 fits\n",
		.zones = ZONES_HEAD "0 Normal 1100 1000 0\n1 Normal 200 0 0\n");
}

static void ignores_new_columns(void **state)
{
	(void)state;
	assert_int_equal(BUILD(.zones = "new zone early_bytes present_bytes node cma_bytes\n"
			       "- Normal 1000 1100 0 0\n- Movable 0 200 0 0\n"), 0);
	assert_int_equal(model.nr_groups, 1);
	model_free(&model);
	REFUSES(-EINVAL, "zones: line 1: no column early_bytes",
		.zones = "node zone present_bytes cma_bytes\n");
}

static void notices_contradictions(void **state)
{
	(void)state;
	REFUSES(-EAGAIN, "groups and zones do not agree: the groups of node 0 hold 200 bytes of Movable memory, its zones 199 that were not there at boot",
		.zones = ZONES_HEAD "0 Normal 1100 1000 0\n0 Movable 199 0 0\n");
	REFUSES(-EAGAIN, "groups and zones do not agree: the groups of node 0 hold 100 bytes of kernel memory, its zones 0 that were not there at boot",
		.zones = ZONES_HEAD "0 Movable 200 0 0\n");
	REFUSES(-EAGAIN, "groups and zones do not agree: the groups of node 0 hold 100 bytes of kernel memory, its zones 0 that were not there at boot",
		.zones = ZONES_HEAD "1 Normal 1100 1000 0\n0 Movable 200 0 0\n");
	REFUSES(-EAGAIN, "zones: line 2: more early than present bytes",
		.zones = ZONES_HEAD "0 Normal 1 2 0\n");
}

static void never_wraps(void **state)
{
	(void)state;
	REFUSES(-EOVERFLOW, "groups: line 2: the sum does not fit into 64 bits",
		.groups = GROUPS_HEAD "0 static 0 x 1 1 " U64 " 1 0 - - 0 0 -\n");
	REFUSES(-EOVERFLOW, "groups: line 2: the sum does not fit into 64 bits",
		.groups = GROUPS_HEAD "0 static 0 x 1 1 0 1 " U64 " - - 0 0 -\n");
	REFUSES(-EOVERFLOW, "groups: group 1: the sum does not fit into 64 bits",
		.groups = GROUPS_HEAD "0 static 0 x 1 1 0 " U64 " 0 - - 0 0 -\n"
		"1 static 0 x 1 1 0 1 0 - - 0 0 -\n");
	REFUSES(-EOVERFLOW, "groups: the sum does not fit into 64 bits",
		.groups = GROUPS_HEAD "0 dynamic 0 x 1 1 " U64 " 0 0 - - 0 0 -\n"
		"1 dynamic 1 x 1 1 1 0 0 - - 0 0 -\n");
	REFUSES(-EOVERFLOW, "zones: line 3: the sum does not fit into 64 bits",
		.zones = ZONES_HEAD "0 Normal " U64 " 0 0\n0 DMA 1 0 0\n");
	REFUSES(-EOVERFLOW, "zones and blocks: the memory of node 0 does not fit into 64 bits",
		.zones = ZONES_HEAD "0 Normal " U64 " 0 0\n0 Movable 301 0 0\n",
		.block_size = "10\n");
	REFUSES(-EOVERFLOW, "zones and blocks: the memory of node 0 does not fit into 64 bits",
		.blocks = BLOCKS_HEAD "8 0 - offline -\n9 0 - offline -\n",
		.block_size = "8000000000000000\n");
}

static void refuses_bad_values(void **state)
{
	(void)state;
	REFUSES(-EINVAL, "policy: no record online_policy", .policy = POLICY_HEAD);
	REFUSES(-EINVAL, "policy: no record auto_movable_ratio",
		.policy = POLICY_HEAD "online_policy x\n");
	REFUSES(-EINVAL, "policy: line 3: online_policy twice",
		.policy = POLICY_HEAD "online_policy x\nonline_policy y\n");
	REFUSES(-EINVAL, "policy: line 2: auto_movable_ratio: 4294967296 is no percentage of 32 bits",
		.policy = POLICY_HEAD "auto_movable_ratio 4294967296\n");
	REFUSES(-EINVAL, "policy: line 2: auto_movable_numa_aware: yes is neither Y nor N",
		.policy = POLICY_HEAD "auto_movable_numa_aware yes\n");
	REFUSES(-EINVAL, "policy: line 2: decisions: " U64 "0 is no number of 64 bits",
		.policy = POLICY_HEAD "decisions " U64 "0\n");
	REFUSES(-EINVAL, "policy: line 3: previews: -1 is no number of 64 bits",
		.policy = POLICY_HEAD "clamped " U64 "\npreviews -1\n");
	REFUSES(-EINVAL, "policy: line 2: a name or a value is missing",
		.policy = POLICY_HEAD "online_policy -\n");
	REFUSES(-EINVAL, "groups: line 3: group 0 twice",
		.groups = GROUPS_HEAD "0 static 0 x 1 1 0 0 0 - - 0 0 -\n"
		"0 static 0 x 1 1 0 0 0 - - 0 0 -\n");
	REFUSES(-EINVAL, "groups: line 2: id: 4294967296 is more than 4294967295",
		.groups = GROUPS_HEAD "4294967296 static 0 x 1 1 0 0 0 - - 0 0 -\n");
	REFUSES(-EINVAL, "groups: line 2: node: 4096 is more than 4095",
		.groups = GROUPS_HEAD "0 static 4096 x 1 1 0 0 0 - - 0 0 -\n");
	REFUSES(-EINVAL, "groups: line 2: node: -1: not a number",
		.groups = GROUPS_HEAD "0 static -1 x 1 1 0 0 0 - - 0 0 -\n");
	REFUSES(-EINVAL, "nodes: no record system", .nodes = NODES_HEAD);
	REFUSES(-EINVAL, "nodes: no record system",
		.nodes = NODES_HEAD "0 1 1 1 1 1 1 1\n");
	REFUSES(-EINVAL, "nodes: record system twice",
		.nodes = NODES_HEAD "system 1 1 1 1 1 1 1\nsystem 1 1 1 1 1 1 1\n");
	REFUSES(-EINVAL, "nodes: node 5 twice",
		.nodes = NODES_HEAD "5 1 1 1 1 1 1 1\nsystem 1 1 1 1 1 1 1\n5 1 1 1 1 1 1 1\n");
	REFUSES(-EINVAL, "nodes: line 2: kernel_bytes: -: not a number",
		.nodes = NODES_HEAD "system 1 - 1 1 1 1 1\n");
	REFUSES(-EINVAL, "zones: line 2: no zone", .zones = ZONES_HEAD "0 - 1 1 0\n");
	REFUSES(-EINVAL, "zones: line 4: zone 0 Normal twice",
		.zones = ZONES_HEAD "0 Normal 1 1 0\n0 Movable 200 0 0\n0 Normal 1 1 0\n");
	REFUSES(-EINVAL, "blocks: line 3: block 7 twice",
		.blocks = BLOCKS_HEAD "7 0 - offline -\n7 0 - offline -\n");
	REFUSES(-EINVAL, "blocks: line 2: group: x: not a number",
		.blocks = BLOCKS_HEAD "7 0 x offline -\n");
}

static struct value column(const struct table *table, const char *name, size_t row)
{
	struct selection selection;

	assert_int_equal(selection_parse(&selection, table, name, &fault), 0);
	assert_int_equal(selection.nr, 1);
	return selection.column[0]->get(&model, row);
}

static void assert_value(struct value value, enum value_kind kind, uint64_t number)
{
	assert_int_equal(value.kind, kind);
	assert_true(value.number == number);
}

static void computes_ratios(void **state)
{
	(void)state;
	assert_int_equal(BUILD(), 0);
	/* 600 / (1000 + 100), rounded up; 200 / 300, rounded down. */
	assert_value(column(&nodes_table, "ratio", 0), VALUE_TENTHS, 546);
	assert_value(column(&groups_table, "Share", 0), VALUE_PERCENT, 66);
	model.nodes[0] = (struct node){ .movable = 1 };
	assert_value(column(&nodes_table, "RATIO", 0), VALUE_INFINITE, 0);
	model.nodes[0] = (struct node){ .movable = 0 };
	assert_value(column(&nodes_table, "RATIO", 0), VALUE_NONE, 0);
	model.nodes[0] = (struct node){ .movable = UINT64_MAX, .early_kernel = 1 };
	assert_value(column(&nodes_table, "RATIO", 0), VALUE_INFINITE, 0);
	model.nodes[0] = (struct node){
		.movable = UINT64_MAX, .cma = UINT64_MAX,
		.early_kernel = UINT64_MAX, .dynamic_kernel = UINT64_MAX,
	};
	assert_value(column(&nodes_table, "RATIO", 0), VALUE_TENTHS, 1000);
	model_free(&model);
}

/* The rule once more, in pages: what a group that asks may still have. */
static uint64_t headroom(uint64_t early, uint64_t movable, uint64_t others_needed,
			 uint64_t others_movable, uint64_t own_kernel)
{
	const uint64_t limit = (early - others_needed + own_kernel) * 301 / 100;

	return (limit - (movable - others_movable)) * 4096;
}

static void computes_headroom_of_groups(void **state)
{
	const uint64_t gib = 262144;
	struct group groups[] = {
		{ .has_id = true, .type = (char[]){ "dynamic" }, .node = 0,
		  .movable = 3 * gib * 4096 },
		{ .has_id = true, .type = (char[]){ "dynamic" }, .node = 1,
		  .movable = 6 * gib * 4096, .kernel = gib * 4096 },
		{ .has_id = true, .type = (char[]){ "static" }, .node = 0,
		  .movable = gib * 4096 },
	};
	const uint64_t needed = 3 * gib * 100 / 301, needed_b = 6 * gib * 100 / 301 - gib;
	struct node nodes[] = {
		{ .node = NO_NODE, .early_kernel = 8 * gib * 4096,
		  .movable = 10 * gib * 4096, .needed = { true, (needed + needed_b) * 4096 },
		  .dynamic_kernel = gib * 4096, .dynamic_movable = 9 * gib * 4096 },
		{ .node = 0, .early_kernel = 8 * gib * 4096, .movable = 4 * gib * 4096,
		  .needed = { true, needed * 4096 }, .dynamic_movable = 3 * gib * 4096 },
		{ .node = 1, .movable = 6 * gib * 4096, .needed = { true, needed_b * 4096 },
		  .dynamic_kernel = gib * 4096, .dynamic_movable = 6 * gib * 4096 },
	};
	struct model m = {
		.policy = { .name = (char[]){ "auto-movable" }, .ratio = 301 },
		.groups = groups, .nr_groups = 3, .nodes = nodes, .nr_nodes = 3,
	};

	(void)state;
	group_headroom_set(&m, 4096);
	assert_true(groups[0].headroom.set && groups[1].headroom.set);
	assert_true(groups[0].headroom.value ==
		    headroom(8 * gib, 10 * gib, needed_b, 6 * gib, 0));
	assert_true(groups[1].headroom.value ==
		    headroom(8 * gib, 10 * gib, needed, 3 * gib, gib));
	assert_false(groups[2].headroom.set);
	/* Node 1 has no boot memory: only its own kernel memory counts there. */
	m.policy.numa_aware = true;
	group_headroom_set(&m, 4096);
	assert_true(groups[1].headroom.value == 0);
	m.groups[1].movable = 2 * gib * 4096;
	m.nodes[2].movable = 2 * gib * 4096;
	m.nodes[2].dynamic_movable = 2 * gib * 4096;
	m.nodes[2].needed.value = 0;
	group_headroom_set(&m, 4096);
	assert_true(groups[1].headroom.value == headroom(0, 2 * gib, 0, 0, gib));
	/* Readings that contradict each other. */
	m.nodes[0].needed.value = 0;
	group_headroom_set(&m, 4096);
	assert_true(groups[0].headroom.value < 64 * gib * 4096);
	m.policy.name = (char[]){ "contig-zones" };
	groups[0].headroom = (struct opt_u64){ 0 };
	group_headroom_set(&m, 4096);
	assert_false(groups[0].headroom.set);
}

static void selects_columns(void **state)
{
	struct selection s;
	char many[200];
	size_t i, own;

	(void)state;
	/* What the tables show by themselves exists. */
	assert_int_equal(selection_parse(&s, &nodes_table, NULL, &fault), 0);
	assert_int_equal(selection_parse(&s, &groups_table, NULL, &fault), 0);
	own = s.nr;
	assert_int_equal(selection_parse(&s, &groups_table, "-size,+Online", &fault), 0);
	assert_int_equal(s.nr, own);
	assert_string_equal(s.column[own - 1]->name, "ONLINE");
	assert_false(selection_has(&s, "SIZE"));
	assert_int_equal(selection_parse(&s, &groups_table, "+ONLINE,id", &fault), 0);
	assert_int_equal(s.nr, own + 2);
	assert_int_equal(selection_parse(&s, &groups_table, "-ONLINE", &fault), -EINVAL);
	assert_string_equal(fault.text, "the column ONLINE is not there to be taken away");
	assert_int_equal(selection_parse(&s, &groups_table, "+", &fault), -EINVAL);
	assert_string_equal(fault.text, "an empty column name");
	assert_int_equal(selection_parse(&s, &groups_table, "id,+node", &fault), -EINVAL);
	assert_string_equal(fault.text, "groups has no column +node");
	assert_int_equal(selection_parse(&s, &groups_table, "device,ID,id", &fault), 0);
	assert_int_equal(s.nr, 3);
	assert_string_equal(s.column[0]->name, "DEVICE");
	assert_int_equal(selection_parse(&s, &groups_table, "", &fault), -EINVAL);
	assert_int_equal(selection_parse(&s, &groups_table, "ID,", &fault), -EINVAL);
	assert_int_equal(selection_parse(&s, &groups_table, "ID,,ID", &fault), -EINVAL);
	assert_string_equal(fault.text, "an empty column name");
	assert_int_equal(selection_parse(&s, &groups_table, "IDX", &fault), -EINVAL);
	assert_string_equal(fault.text, "groups has no column IDX");
	memset(many, 'i', sizeof(many));
	for (i = 1; i < 195; i += 3)
		memcpy(many + i, "d,", 2);
	many[194] = '\0';
	assert_int_equal(selection_parse(&s, &groups_table, many, &fault), -EINVAL);
	assert_string_equal(fault.text, "more than 64 columns");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_it_all),
		cmocka_unit_test(needs_only_what_it_needs),
		cmocka_unit_test(knows_the_policies),
		cmocka_unit_test(finds_memory_without_a_group),
		cmocka_unit_test(does_without_numa),
		cmocka_unit_test(ignores_new_columns),
		cmocka_unit_test(notices_contradictions),
		cmocka_unit_test(never_wraps),
		cmocka_unit_test(refuses_bad_values),
		cmocka_unit_test(computes_ratios),
		cmocka_unit_test(computes_headroom_of_groups),
		cmocka_unit_test(selects_columns),
	};

	return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
