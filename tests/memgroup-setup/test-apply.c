// SPDX-License-Identifier: GPL-2.0
/*
 * What is written, in which order, and what is left behind when a write fails: on a made-up
 * system whose blocks go online as its states are written.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "apply.h"
#include "tree.h"

#define VIEW		"sys/kernel/debug/memory_groups/"
#define PARAMETER	"sys/module/memory_hotplug/parameters/"
#define AUTO_ONLINE	"sys/devices/system/memory/auto_online_blocks"

static const char all_settings[] =
	"ratio 200 numa_aware no policy auto-movable auto_online online blocks online";

/* Memory of two devices, one of none; the device with the lower addresses is the second. */
static struct {
	unsigned int number;
	const char *group;
	bool online;
} blocks[] = {
	{ 0, "-", true }, { 32, "1", true }, { 33, "1", false }, { 34, "1", false },
	{ 40, "0", false }, { 41, "0", false }, { 50, "-", false },
};

#define NR_BLOCKS (sizeof(blocks) / sizeof(*blocks))

static struct settings settings;
static struct fault fault;
static char written[2048];	/* "PATH=VALUE" a line, without what all paths begin with */
static char said[4096];
static const char *failing;	/* a part of the path whose writing fails */
static int failure;		/* with this error */
static bool deaf;		/* what is written changes nothing */

static void show_blocks(void)
{
	char text[1024] = "block node group state zone\n", line[64];
	size_t i;

	for (i = 0; i < NR_BLOCKS; i++) {
		snprintf(line, sizeof(line), "%u 0 %s %s\n", blocks[i].number, blocks[i].group,
			 !blocks[i].online ? "offline -" :
			 blocks[i].number < 34 ? "online Movable" : "online Normal");
		strcat(text, line);
	}
	tree_write(VIEW "blocks", text);
}

static void go_online(const char *path)
{
	unsigned int number;
	size_t i;

	if (sscanf(path, "sys/devices/system/memory/memory%u/state", &number) != 1)
		return;
	for (i = 0; i < NR_BLOCKS; i++)
		blocks[i].online |= blocks[i].number == number;
	show_blocks();
}

int __real_sysroot_write(struct sysroot *root, const char *path, const char *data,
			 struct fault *fault);
int __wrap_sysroot_write(struct sysroot *root, const char *path, const char *data,
			 struct fault *fault);
int __wrap_sysroot_write(struct sysroot *root, const char *path, const char *data,
			 struct fault *f)
{
	const size_t len = strlen(written);
	int err;

	snprintf(written + len, sizeof(written) - len, "%s=%s\n", path, data);
	if (failing && strstr(path, failing))
		return fault_set(f, failure, "%s/%s: writing %s: %s", root->name, path, data,
				 strerror(failure));
	if (deaf)
		return 0;
	err = __real_sysroot_write(root, path, data, f);
	if (!err)
		go_online(path);
	return err;
}

static int set_up(void **state)
{
	char path[96];
	size_t i;

	if (tree_set_up(state))
		return -1;
	for (i = 0; i < NR_BLOCKS; i++) {
		blocks[i].online = blocks[i].number <= 32;
		snprintf(path, sizeof(path), "sys/devices/system/memory/memory%u/state",
			 blocks[i].number);
		tree_write(path, blocks[i].online ? "online\n" : "offline\n");
	}
	show_blocks();
	tree_write(VIEW "groups",
		   "id type node device blocks online_blocks kernel_bytes movable_bytes offline_bytes max_bytes unit_bytes decided_movable decided_kernel last_reason\n"
		   "0 static 0 PNP0C80:00 2 0 0 0 268435456 268435456 - 0 0 -\n"
		   "1 dynamic 0 virtio0 3 1 0 134217728 268435456 - 134217728 1 0 fits\n");
	tree_write(VIEW "zones", "node zone present_bytes early_bytes cma_bytes\n"
		   "0 Normal 134217728 134217728 0\n0 Movable 134217728 0 0\n");
	tree_write("sys/devices/system/memory/block_size_bytes", "8000000\n");
	tree_write(PARAMETER "online_policy", "contig-zones\n");
	tree_write(PARAMETER "auto_movable_ratio", "301\n");
	tree_write(PARAMETER "auto_movable_numa_aware", "Y\n");
	tree_write(AUTO_ONLINE, "offline\n");
	failing = NULL;
	deaf = false;
	return 0;
}

static int tear_down(void **state)
{
	settings_free(&settings);
	return tree_tear_down(state);
}

/* @text: pairs of a short name and a value. */
static void configure(const char *text)
{
	static const struct {
		const char *word, *name;
	} names[] = {
		{ "ratio", "auto_movable_ratio" }, { "numa_aware", "auto_movable_numa_aware" },
		{ "policy", "online_policy" }, { "auto_online", "auto_online_blocks" },
		{ "blocks", "online_offline_blocks" },
	};
	char *copy = strdup(text), *next = copy, *word, *value;
	size_t i;

	settings_free(&settings);
	assert_int_equal(settings_add_file(&settings, "FILE", &fault), 0);
	while ((word = strsep(&next, " ")) && (value = strsep(&next, " ")))
		for (i = 0; i < sizeof(names) / sizeof(*names); i++)
			if (!strcmp(names[i].word, word))
				assert_int_equal(settings_set(&settings, "FILE", i + 1,
							      names[i].name, value, &fault), 0);
	free(copy);
}

static int run(bool dry_run)
{
	struct apply a = { .root = &tree, .settings = &settings, .dry_run = dry_run };
	int err;

	written[0] = '\0';
	fault.text[0] = '\0';
	memset(said, 0, sizeof(said));
	a.out = fmemopen(said, sizeof(said) - 1, "w");
	assert_non_null(a.out);
	err = apply(&a, &fault);
	assert_int_equal(fclose(a.out), 0);
	return err;
}

#define PARAMETERS_WRITTEN \
	PARAMETER "auto_movable_ratio=200\n" \
	PARAMETER "auto_movable_numa_aware=N\n" \
	PARAMETER "online_policy=auto-movable\n" \
	AUTO_ONLINE "=online\n"
#define STATE(block) "sys/devices/system/memory/memory" block "/state"
#define BLOCKS_WRITTEN \
	STATE("33") "=online\n" STATE("34") "=online\n" STATE("40") "=online\n" \
	STATE("41") "=online\n" STATE("50") "=online\n"
#define NOTHING_TO_DO "nothing to do: all is as the configuration says\n"

static void does_all_in_order(void **state)
{
	(void)state;
	configure(all_settings);
	assert_int_equal(run(false), 0);
	assert_string_equal(written, PARAMETERS_WRITTEN BLOCKS_WRITTEN);
	assert_string_equal(said, "auto_movable_ratio: 200, was 301\n"
			    "auto_movable_numa_aware: N, was Y\n"
			    "online_policy: auto-movable, was contig-zones\n"
			    "auto_online_blocks: online, was offline\n"
			    "virtio0: 2 of 2 blocks online: 1 Movable, 1 Normal\n"
			    "PNP0C80:00: 2 of 2 blocks online: 2 Normal\n"
			    "memory without a device: 1 of 1 blocks online: 1 Normal\n");
	assert_tree_has(PARAMETER "auto_movable_ratio", "200");

	assert_int_equal(run(false), 0);
	assert_string_equal(written, "");
	assert_string_equal(said, NOTHING_TO_DO);
}

static void does_what_is_asked_for_alone(void **state)
{
	(void)state;
	configure("");
	assert_int_equal(run(false), 0);
	assert_string_equal(written, "");
	assert_string_equal(said, NOTHING_TO_DO);
	configure("blocks no ratio 301 numa_aware yes");
	assert_int_equal(run(false), 0);
	assert_string_equal(written, "");
	configure("blocks online_movable");
	assert_int_equal(run(false), 0);
	assert_non_null(strstr(written, STATE("33") "=online_movable\n"));
	assert_null(strstr(written, "parameters"));
}

static void says_what_it_would_do(void **state)
{
	(void)state;
	configure(all_settings);
	assert_int_equal(run(true), 0);
	assert_string_equal(written, "");
	assert_non_null(strstr(said, "auto_movable_ratio, which is 301\n"));
	assert_non_null(strstr(said, "would write online to the state of blocks of virtio0, in this order: 33-34\n"
			       "would write online to the state of blocks of PNP0C80:00, in this order: 40-41\n"
			       "would write online to the state of blocks of memory without a device, in this order: 50\n"));
	assert_tree_has(PARAMETER "auto_movable_ratio", "301\n");
	assert_tree_has(STATE("33"), "offline\n");
}

/* The parameters before it are as they should be, and nothing behind it was touched. */
static void stops_at_a_parameter_that_fails(void **state)
{
	(void)state;
	configure(all_settings);
	failing = "online_policy";
	failure = EINVAL;
	assert_int_equal(run(false), -EINVAL);
	assert_says(&fault, "@/" PARAMETER "online_policy: writing auto-movable: Invalid argument: 2 of 4 parameters were changed before it, nothing after it; mend that and run memgroup-setup again, which begins where this ended");
	assert_string_equal(written, PARAMETER "auto_movable_ratio=200\n"
			    PARAMETER "auto_movable_numa_aware=N\n"
			    PARAMETER "online_policy=auto-movable\n");
	assert_tree_has(AUTO_ONLINE, "offline\n");
	assert_tree_has(STATE("33"), "offline\n");

	/* It was mended. */
	failing = NULL;
	assert_int_equal(run(false), 0);
	assert_string_equal(written, PARAMETER "online_policy=auto-movable\n"
			    AUTO_ONLINE "=online\n" BLOCKS_WRITTEN);
}

static void says_that_it_takes_root(void **state)
{
	(void)state;
	configure(all_settings);
	failing = "auto_movable_ratio";
	failure = EACCES;
	assert_int_equal(run(false), -EACCES);
	assert_non_null(strstr(fault.text, "Permission denied, for others than root: 0 of 4"));
	failing = "memory33";
	configure("blocks online");
	assert_int_equal(run(false), -EACCES);
	/* All others would fail as well. */
	assert_string_equal(written, STATE("33") "=online\n");
}

static void notices_what_has_no_effect(void **state)
{
	(void)state;
	configure("ratio 200");
	deaf = true;
	assert_int_equal(run(false), -EIO);
	assert_says(&fault, "@/" PARAMETER "auto_movable_ratio: took 200, and still says 301: 0 of 1 parameters were changed before it, nothing after it; mend that and run memgroup-setup again, which begins where this ended");
}

/* As the kernel does itself, the others go on. */
static void goes_on_after_a_block_that_fails(void **state)
{
	(void)state;
	configure(all_settings);
	failing = "memory33";
	failure = EBUSY;
	assert_int_equal(run(false), -EIO);
	assert_string_equal(written, PARAMETERS_WRITTEN BLOCKS_WRITTEN);
	assert_says(&fault, "@/" STATE("33") ": writing online: Device or resource busy: 1 of 5 blocks stay offline, all others were tried; the kernel's log says why, and memgroup-setup tries them again");
	assert_non_null(strstr(said, "memory33 of virtio0: stays offline: Device or resource busy\n"));
	assert_non_null(strstr(said, "virtio0: 1 of 2 blocks online: 1 Normal\n"));
	failing = NULL;
	assert_int_equal(run(false), 0);
	assert_string_equal(written, STATE("33") "=online\n");
}

static void tells_blocks_that_are_gone(void **state)
{
	(void)state;
	configure("blocks online");
	failing = "memory41";
	failure = ENODEV;
	assert_int_equal(run(false), 0);
	assert_non_null(strstr(said, "PNP0C80:00: removed meanwhile: 1\n"));
}

/* Somebody else was faster, which the kernel calls an invalid argument. */
static void tells_blocks_that_others_set_online(void **state)
{
	(void)state;
	configure("blocks online");
	tree_write(STATE("41"), "online\n");
	failing = "memory41";
	failure = EINVAL;
	assert_int_equal(run(false), 0);
	assert_non_null(strstr(said, "PNP0C80:00: set online by others meanwhile: 1\n"));
	tree_write(STATE("41"), "offline\n");
	assert_int_equal(run(false), -EIO);
}

/* Nothing is written before all that is needed is known to be there. */
static void needs_the_parameters(void **state)
{
	char path[512];

	(void)state;
	configure(all_settings);
	snprintf(path, sizeof(path), "%s/" PARAMETER "auto_movable_numa_aware", tree.name);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(run(true), 0);
	assert_non_null(strstr(said, "auto_movable_numa_aware: left out: this kernel is built without CONFIG_NUMA\n"));
	snprintf(path, sizeof(path), "%s/" PARAMETER "online_policy", tree.name);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(run(false), -EOPNOTSUPP);
	assert_string_equal(written, "");
	assert_string_equal(fault.text, "this kernel has no parameter memory_hotplug.online_policy, which Linux 5.15 brought; nothing was changed");
	configure("auto_online online");
	snprintf(path, sizeof(path), "%s/" AUTO_ONLINE, tree.name);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(run(false), -EOPNOTSUPP);
	assert_string_equal(fault.text, "this kernel has no /" AUTO_ONLINE ": it is built without CONFIG_MEMORY_HOTPLUG; nothing was changed");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(does_all_in_order), TEST(does_what_is_asked_for_alone),
		TEST(says_what_it_would_do), TEST(stops_at_a_parameter_that_fails),
		TEST(says_that_it_takes_root), TEST(notices_what_has_no_effect),
		TEST(goes_on_after_a_block_that_fails), TEST(tells_blocks_that_are_gone),
		TEST(tells_blocks_that_others_set_online), TEST(needs_the_parameters),
	};

	return cmocka_run_group_tests_name("apply", tests, NULL, NULL);
}
