// SPDX-License-Identifier: GPL-2.0
/* The model of a recording: as the view at its beginning, then as its events. */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "recording-model.h"
#include "sysroot.h"

#define PAGE 4096
#define BLOCK_PAGES 32768
#define BLOCK (128ULL << 20)

static struct recording_model *system_of;
static struct model model;
static struct fault fault;

static int set_up(void **state)
{
	(void)state;
	system_of = recording_model_new(PAGE);
	return !system_of;
}

static int tear_down(void **state)
{
	(void)state;
	recording_model_free(system_of);
	return 0;
}

/* The model as it is now, in place of the one before. */
static void get(void)
{
	assert_int_equal(recording_model_get(system_of, &model, &fault), 0);
}

static void mark(const char *line)
{
	assert_int_equal(recording_model_mark(system_of, line, &fault), 0);
}

static void happen(const struct change *change)
{
	struct trace_event event = { .change = *change };

	assert_int_equal(recording_model_event(system_of, &event, &fault), 0);
}

static void registered(int mgid, const char *device, bool dynamic, uint64_t pages)
{
	struct change c = {
		.kind = CHANGE_REGISTER, .mgid = mgid, .dynamic = dynamic,
		.max_pages = dynamic ? 0 : pages, .unit_pages = dynamic ? pages : 0,
	};

	strcpy(c.device, device);
	happen(&c);
}

static void unregistered(int mgid)
{
	struct change c = { .kind = CHANGE_UNREGISTER, .mgid = mgid, .device = "d" };

	happen(&c);
}

static void changed(enum change_kind kind, uint64_t block, int mgid, const char *zone,
		    int result)
{
	struct change c = {
		.kind = kind, .block = block, .block_pages = BLOCK_PAGES, .mgid = mgid,
		.result = result, .device = "d",
	};

	strcpy(c.zone, zone);
	happen(&c);
}

static void onlined(uint64_t block, int mgid, const char *zone)
{
	changed(CHANGE_ONLINE, block, mgid, zone, 0);
}

static void offlined(uint64_t block, int mgid, const char *zone)
{
	changed(CHANGE_OFFLINE, block, mgid, zone, 0);
}

static void decided(uint64_t block, int mgid, const char *zone)
{
	struct trace_event event = {
		.is_decision = true,
		.decision = {
			.block = block, .block_pages = BLOCK_PAGES, .mgid = mgid,
			.device = "d", .group_type = "dynamic", .request = "online",
			.policy = "auto-movable", .reason = "fits", .domain = "system",
			.early_kernel_pages = 1000, .limit_pages = 2010,
		},
	};

	strcpy(event.decision.zone, zone);
	assert_int_equal(recording_model_event(system_of, &event, &fault), 0);
}

static bool has_note(const char *words)
{
	size_t i;

	for (i = 0; i < model.nr_notes; i++)
		if (strstr(model.notes[i], words))
			return true;
	return false;
}

#define MISFITS "not fit what came before"

/* Marks with the file of the tree, line by line. */
static void mark_file(const char *tree, const char *path, const char *name)
{
	char file[512], line[512], text[600];
	FILE *in;

	snprintf(file, sizeof(file), TREES "/%s/%s", tree, path);
	in = fopen(file, "r");
	assert_non_null(in);
	while (fgets(line, sizeof(line), in)) {
		line[strcspn(line, "\n")] = '\0';
		snprintf(text, sizeof(text), "memgroup: %s: %s", name, line);
		mark(text);
	}
	fclose(in);
}

static void mark_tree_until_end(const char *tree)
{
	static const char *const files[] = { "policy", "groups", "nodes", "zones", "blocks" };
	char path[100];
	size_t i;

	mark("memgroup: begin");
	for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
		snprintf(path, sizeof(path), "sys/kernel/debug/memory_groups/%s", files[i]);
		mark_file(tree, path, files[i]);
	}
	mark_file(tree, "sys/devices/system/memory/block_size_bytes", "block_size_bytes");
}

static void mark_tree(const char *tree)
{
	mark_tree_until_end(tree);
	mark("memgroup: end");
}

static void same_number(struct opt_u64 a, struct opt_u64 b)
{
	assert_int_equal(a.set, b.set);
	if (a.set)
		assert_int_equal(a.value, b.value);
}

static void same_text(const char *a, const char *b)
{
	assert_int_equal(!a, !b);
	if (a)
		assert_string_equal(a, b);
}

static void same_group(const struct group *a, const struct group *b)
{
	assert_int_equal(a->has_id, b->has_id);
	assert_int_equal(a->id, b->id);
	assert_int_equal(a->node, b->node);
	same_text(a->type, b->type);
	same_text(a->device, b->device);
	same_text(a->last_reason, b->last_reason);
	assert_int_equal(a->blocks, b->blocks);
	assert_int_equal(a->online_blocks, b->online_blocks);
	assert_int_equal(a->kernel, b->kernel);
	assert_int_equal(a->movable, b->movable);
	assert_int_equal(a->offline, b->offline);
	same_number(a->max, b->max);
	same_number(a->unit, b->unit);
	same_number(a->decided_movable, b->decided_movable);
	same_number(a->decided_kernel, b->decided_kernel);
	same_number(a->headroom, b->headroom);
}

static void same_node(const struct node *a, const struct node *b)
{
	assert_int_equal(a->node, b->node);
	assert_int_equal(a->early_kernel, b->early_kernel);
	assert_int_equal(a->kernel, b->kernel);
	assert_int_equal(a->movable, b->movable);
	assert_int_equal(a->cma, b->cma);
	same_number(a->needed, b->needed);
	same_number(a->limit, b->limit);
	same_number(a->headroom, b->headroom);
	assert_int_equal(a->dynamic_kernel, b->dynamic_kernel);
	assert_int_equal(a->dynamic_movable, b->dynamic_movable);
	same_number(a->allowed_ratio, b->allowed_ratio);
}

static void same_model(const struct model *a, const struct model *b)
{
	size_t i;

	assert_string_equal(a->policy.name, b->policy.name);
	assert_int_equal(a->policy.ratio, b->policy.ratio);
	same_number(a->policy.decisions, b->policy.decisions);
	assert_int_equal(a->policy.nr_settings, b->policy.nr_settings);
	for (i = 0; i < a->policy.nr_settings; i++)
		assert_string_equal(a->policy.settings[i].value, b->policy.settings[i].value);
	assert_int_equal(a->nr_groups, b->nr_groups);
	for (i = 0; i < a->nr_groups; i++)
		same_group(&a->groups[i], &b->groups[i]);
	assert_int_equal(a->nr_nodes, b->nr_nodes);
	for (i = 0; i < a->nr_nodes; i++)
		same_node(&a->nodes[i], &b->nodes[i]);
	assert_int_equal(a->nr_blocks, b->nr_blocks);
	assert_int_equal(a->block_bytes, b->block_bytes);
	for (i = 0; i < a->nr_blocks; i++) {
		assert_int_equal(a->blocks[i].number, b->blocks[i].number);
		assert_int_equal(a->blocks[i].group, b->blocks[i].group);
		assert_int_equal(a->blocks[i].node, b->blocks[i].node);
		assert_int_equal(a->blocks[i].state, b->blocks[i].state);
		assert_int_equal(a->blocks[i].zone, b->blocks[i].zone);
	}
}

/* Also what the kernel calculates, with the numbers of all kinds of machines. */
static void test_view(void **state)
{
	static const char *const trees[] = {
		"dimm-301", "two-nodes", "ungrouped", "boot-only", "names", "no-numa",
		"64g", "virtio-mem-301", "contig-zones", "captured",
	};
	struct sysroot root;
	struct model there;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(trees) / sizeof(*trees); i++) {
		char path[512];

		snprintf(path, sizeof(path), TREES "/%s", trees[i]);
		assert_int_equal(sysroot_open(&root, path, &fault), 0);
		assert_int_equal(model_read(&there, &root, MODEL_POLICY | MODEL_GROUPS |
					    MODEL_NODES | MODEL_BLOCKS, &fault), 0);
		sysroot_close(&root);
		mark_tree(trees[i]);
		get();
		print_message("# %s\n", trees[i]);
		same_model(&model, &there);
		assert_int_equal(model.nr_notes, 0);
		model_free(&model);
		model_free(&there);
	}
}

static void test_events_alone(void **state)
{
	(void)state;
	registered(3, "virtio0", true, 512);
	decided(64, 3, "Movable");
	get();
	assert_int_equal(model.nr_groups, 1);
	assert_int_equal(model.groups[0].id, 3);
	assert_string_equal(model.groups[0].device, "virtio0");
	assert_int_equal(model.groups[0].unit.value, 512 * PAGE);
	assert_int_equal(model.groups[0].offline, BLOCK);
	assert_int_equal(model.nr_nodes, 0);
	assert_string_equal(model.policy.name, "auto-movable");
	assert_int_equal(model.policy.ratio, 201);
	assert_true(has_note("no nodes"));
	assert_false(has_note(MISFITS));
	model_free(&model);

	onlined(64, 3, "Movable");
	decided(65, 3, "Normal");
	onlined(65, 3, "Normal");
	get();
	assert_int_equal(model.groups[0].movable, BLOCK);
	assert_int_equal(model.groups[0].kernel, BLOCK);
	assert_int_equal(model.groups[0].offline, 0);
	assert_int_equal(model.groups[0].decided_movable.value, 1);
	assert_int_equal(model.groups[0].decided_kernel.value, 1);
	assert_int_equal(model.nr_blocks, 2);
	assert_int_equal(model.blocks[0].zone, ZONE_MOVABLE);
	assert_int_equal(model.block_bytes, BLOCK);
	model_free(&model);

	offlined(64, 3, "Movable");
	offlined(65, 3, "Normal");
	unregistered(3);
	get();
	assert_int_equal(model.nr_groups, 0);
	assert_int_equal(model.nr_blocks, 0);
	assert_false(has_note(MISFITS));
	model_free(&model);
}

/* Nothing at all is a model, too. */
static void test_nothing(void **state)
{
	(void)state;
	get();
	assert_int_equal(model.nr_groups + model.nr_blocks + model.nr_nodes, 0);
	assert_true(model.policy.ratio_unknown);
	assert_string_equal(model.policy.name, POLICY_UNKNOWN);
	model_free(&model);
}

/* A device with one block of each kind, on a node that had none. */
static void test_nodes(void **state)
{
	struct node system;

	(void)state;
	mark_tree("dimm-301");
	get();
	system = model.nodes[0];
	model_free(&model);

	registered(9, "virtio9", true, BLOCK_PAGES);
	onlined(500, 9, "Movable");
	onlined(501, 9, "Normal");
	get();
	assert_int_equal(model.nodes[0].movable, system.movable + BLOCK);
	assert_int_equal(model.nodes[1].movable, system.movable + BLOCK);
	assert_int_equal(model.nodes[0].kernel, system.kernel + BLOCK);
	assert_int_equal(model.nodes[0].early_kernel, system.early_kernel);
	/* That of the device allows for more than its own. */
	assert_int_equal(model.nodes[0].needed.value, 0);
	assert_int_equal(model.nodes[0].dynamic_kernel, BLOCK);
	assert_false(has_note(MISFITS));
	model_free(&model);

	changed(CHANGE_OFFLINE, 500, 9, "Movable", -EBUSY);
	changed(CHANGE_ONLINE, 502, 9, "Movable", -ENOMEM);
	get();
	assert_int_equal(model.nodes[0].movable, system.movable + BLOCK);
	assert_int_equal(model.blocks[model.nr_blocks - 1].state, BLOCK_OFFLINE);
	model_free(&model);
}

/* Boot memory that goes and comes is early again. */
static void test_boot_memory(void **state)
{
	struct node system;

	(void)state;
	mark_tree("dimm-301");
	get();
	system = model.nodes[0];
	model_free(&model);

	offlined(33, -1, "Normal");
	get();
	assert_true(has_note("1 block that went offline may have been removed"));
	assert_int_equal(model.nodes[0].kernel, system.kernel - BLOCK);
	assert_int_equal(model.nodes[0].early_kernel, system.early_kernel - BLOCK);
	assert_false(model.groups[model.nr_groups - 1].has_id);
	assert_int_equal(model.groups[model.nr_groups - 1].offline, BLOCK);
	assert_int_equal(model.groups[model.nr_groups - 1].blocks, 1);
	model_free(&model);

	onlined(33, -1, "Normal");
	get();
	same_node(&model.nodes[0], &system);
	assert_int_equal(model.nr_notes, 0);
	assert_true(model.groups[model.nr_groups - 1].has_id);
	assert_false(has_note(MISFITS));
	model_free(&model);
}

/* What a note says of @step, and that no sum is wrapped. */
static void misfits(const char *name, void (*step)(void), bool expected)
{
	size_t i;

	recording_model_free(system_of);
	system_of = recording_model_new(PAGE);
	assert_non_null(system_of);
	mark_tree("dimm-301");
	step();
	print_message("# %s\n", name);
	get();
	assert_int_equal(has_note(MISFITS), expected);
	for (i = 0; i < model.nr_nodes; i++) {
		assert_true(model.nodes[i].kernel < 1ULL << 50);
		assert_true(model.nodes[i].movable < 1ULL << 50);
	}
	for (i = 0; i < model.nr_groups; i++)
		assert_true(model.groups[i].offline < 1ULL << 50);
	model_free(&model);
}

static void nothing(void)
{
}

static void offline_twice(void)
{
	offlined(48, 0, "Movable");
	offlined(48, 0, "Movable");
}

static void online_twice(void)
{
	onlined(48, 0, "Normal");
}

static void online_of_unknown_group(void)
{
	onlined(900, 77, "Movable");
}

static void register_twice(void)
{
	registered(0, "other", false, BLOCK_PAGES);
}

static void unregister_online(void)
{
	unregistered(0);
}

static void unregister_unknown(void)
{
	unregistered(88);
}

static void other_block_size(void)
{
	struct change c = {
		.kind = CHANGE_ONLINE, .block = 48, .block_pages = 2 * BLOCK_PAGES,
		.device = "d", .zone = "Normal",
	};

	happen(&c);
}

static void other_device(void)
{
	onlined(48, 1, "Movable");
}

static void all_offline(void)
{
	uint64_t block;

	for (block = 0; block < 300; block++)
		offlined(block, -1, "Normal");
}

static void test_lost(void **state)
{
	(void)state;
	misfits("nothing", nothing, false);
	misfits("offline twice", offline_twice, true);
	misfits("online twice", online_twice, true);
	misfits("a group that nobody registered", online_of_unknown_group, true);
	misfits("a group registered twice", register_twice, true);
	misfits("a group that went with memory", unregister_online, true);
	misfits("an unknown group that went", unregister_unknown, true);
	misfits("a block of another size", other_block_size, true);
	misfits("a block of another device", other_device, true);
	misfits("more memory than there was", all_offline, true);
}

/* What happens while the view is being written may be in it, or not yet. */
static void test_between(void **state)
{
	(void)state;
	mark_tree_until_end("dimm-301");
	onlined(48, 0, "Movable");
	registered(9, "virtio9", true, BLOCK_PAGES);
	onlined(500, 9, "Movable");
	mark("memgroup: end");
	get();
	assert_false(has_note(MISFITS));
	assert_int_equal(model.groups[0].movable, 4ULL << 30);
	assert_int_equal(model.groups[model.nr_groups - 1].movable, BLOCK);
	model_free(&model);
}

static void test_view_without_end(void **state)
{
	int i;

	(void)state;
	mark_tree_until_end("dimm-301");
	onlined(500, -1, "Movable");
	assert_true(recording_model_is_open(system_of));
	assert_int_equal(recording_model_end(system_of, &fault), 0);
	get();
	assert_true(has_note("of no use: it is not whole"));
	assert_int_equal(model.nr_blocks, 1);
	model_free(&model);

	/* One that others follow for ever is not waited for. */
	mark("memgroup: begin");
	for (i = 0; i < 70000; i++)
		onlined(500, -1, "Movable");
	assert_false(recording_model_is_open(system_of));
}

static void broken(const char *line, const char *words)
{
	mark_tree_until_end("dimm-301");
	mark(line);
	mark("memgroup: end");
	get();
	assert_true(has_note("of no use"));
	assert_true(has_note(words));
	assert_int_equal(model.nr_nodes, 0);
	model_free(&model);
}

static void test_broken_view(void **state)
{
	(void)state;
	broken("memgroup: groups: nonsense", "groups: line");
	broken("memgroup: blocks: 48 0 0 online Movable", "twice");
	broken("memgroup: blocks: 999999999999999 0 0 online Movable", "has no address");
	mark("memgroup: begin");
	mark("memgroup: policy: name value");
	mark("memgroup: end");
	get();
	assert_true(has_note("it has no groups"));
	model_free(&model);
	/* A later one that is whole is what counts. */
	mark_tree("dimm-301");
	get();
	assert_int_equal(model.nr_notes, 0);
	model_free(&model);
}

static void test_other_marks(void **state)
{
	(void)state;
	mark("hello");
	mark("memgroup: end");
	mark("memgroup: groups: 1 2 3");
	mark("memgroup: begin");
	mark("memgroup: weather: fine");
	mark("");
	assert_true(recording_model_is_open(system_of));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_view, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_events_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_nodes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_boot_memory, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_lost, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_between, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_view_without_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_broken_view, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_other_marks, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
