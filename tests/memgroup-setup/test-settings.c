// SPDX-License-Identifier: GPL-2.0
/* The configuration: what is understood, what is not, and which file counts. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config.h"
#include "tree.h"

static struct settings settings;
static struct fault fault;

/* Parses a copy of exactly that size, so that sanitizers see every step outside. */
static int parse_bytes(const char *bytes, size_t len)
{
	struct text text = { .data = malloc(len + 1), .len = len };
	int err;

	assert_non_null(text.data);
	memcpy(text.data, bytes, len);
	text.data[len] = '\0';
	settings_free(&settings);
	err = config_parse(&settings, "FILE", &text, &fault);
	text_free(&text);
	return err;
}

static void parses(const char *text)
{
	assert_int_equal(parse_bytes(text, strlen(text)), 0);
}

static void refuses(const char *text, const char *words)
{
	int key;

	fault.text[0] = '\0';
	assert_int_equal(parse_bytes(text, strlen(text)), -EINVAL);
	assert_string_equal(fault.text, words);
	for (key = 0; key < NR_KEYS; key++)
		assert_false(settings.entry[key].set);
}

static void assert_set(enum setting_key key, const char *value, size_t line)
{
	assert_true(settings.entry[key].set);
	assert_string_equal(settings.entry[key].value, value);
	assert_int_equal(settings.entry[key].line, line);
}

static void takes_all_keys(void **state)
{
	(void)state;
	parses("# a comment\n\n  online_policy=auto-movable\n\tauto_movable_ratio = 0400 \n"
	       "auto_movable_numa_aware = no\nauto_online_blocks = online_movable\n"
	       "online_offline_blocks = online_kernel");
	assert_set(KEY_POLICY, "auto-movable", 3);
	assert_set(KEY_RATIO, "400", 4);
	assert_set(KEY_NUMA_AWARE, "N", 5);
	assert_set(KEY_AUTO_ONLINE, "online_movable", 6);
	assert_set(KEY_OFFLINE_BLOCKS, "online_kernel", 7);
	assert_string_equal(settings.entry[KEY_POLICY].file, "FILE");
	assert_true(settings_is(&settings, KEY_POLICY, "auto-movable"));
	assert_false(settings_is(&settings, KEY_POLICY, "contig-zones"));
}

static void takes_nothing(void **state)
{
	static const char *const texts[] = { "", "\n", "#", " \t\n#x=y", "\n\n\n" };
	size_t i;
	int key;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		parses(texts[i]);
		for (key = 0; key < NR_KEYS; key++)
			assert_false(settings.entry[key].set);
	}
}

#define KNOWN \
	"known are auto_movable_ratio, auto_movable_numa_aware, online_policy, auto_online_blocks, online_offline_blocks"

static void refuses_what_it_does_not_know(void **state)
{
	(void)state;
	refuses("\nratio = 3\n", "FILE: line 2: unknown key ratio: " KNOWN);
	refuses("Online_policy = auto-movable", "FILE: line 1: unknown key Online_policy: " KNOWN);
	refuses("= 3", "FILE: line 1: unknown key : " KNOWN);
	refuses("online_policy auto-movable",
		"FILE: line 1: no \"key = value\": online_policy auto-movable");
	refuses("[memory]", "FILE: line 1: no \"key = value\": [memory]");
}

static void refuses_bad_values(void **state)
{
	(void)state;
	refuses("online_policy = auto_movable",
		"FILE: line 1: online_policy: auto_movable is not contig-zones or auto-movable");
	refuses("online_policy =",
		"FILE: line 1: online_policy:  is not contig-zones or auto-movable");
	refuses("online_policy = auto-movable # why",
		"FILE: line 1: online_policy: auto-movable # why is not contig-zones or auto-movable");
	refuses("auto_movable_ratio = 301%",
		"FILE: line 1: auto_movable_ratio: 301% is not a number of percent, at most 4294967295");
	refuses("auto_movable_ratio = 4294967296",
		"FILE: line 1: auto_movable_ratio: 4294967296 is not a number of percent, at most 4294967295");
	refuses("auto_movable_ratio = -1",
		"FILE: line 1: auto_movable_ratio: -1 is not a number of percent, at most 4294967295");
	refuses("auto_movable_numa_aware = Y",
		"FILE: line 1: auto_movable_numa_aware: Y is not yes or no");
	refuses("auto_online_blocks = no",
		"FILE: line 1: auto_online_blocks: no is not offline, online, online_kernel, or online_movable");
	refuses("online_offline_blocks = offline",
		"FILE: line 1: online_offline_blocks: offline is not no, online, online_kernel, or online_movable");
	parses("auto_movable_ratio = 4294967295");
	assert_set(KEY_RATIO, "4294967295", 1);
}

static void refuses_a_key_twice(void **state)
{
	(void)state;
	refuses("auto_movable_ratio = 1\n\nauto_movable_ratio = 1",
		"FILE: line 3: auto_movable_ratio was in line 1 already");
}

/* A mistake in the last line: what the first ones said is not taken over. */
static void takes_all_or_nothing(void **state)
{
	struct text text = { .data = strdup("auto_movable_ratio = 7\nx"), .len = 24 };

	(void)state;
	parses("auto_movable_ratio = 5");
	assert_int_equal(config_parse(&settings, "OTHER", &text, &fault), -EINVAL);
	text_free(&text);
	assert_set(KEY_RATIO, "5", 1);
	assert_string_equal(settings.entry[KEY_RATIO].file, "FILE");
}

static void takes_any_bytes(void **state)
{
	static const char nul[] = "auto_movable_ratio = 1\0 2\n";
	char bytes[64];
	const char *seed_text = getenv("SEED");
	unsigned int seed = seed_text ? (unsigned int)strtoul(seed_text, NULL, 10) : 20261123;
	int i;
	size_t j;

	(void)state;
	assert_int_equal(parse_bytes(nul, sizeof(nul) - 1), -EINVAL);
	assert_string_equal(fault.text, "FILE: line 1: a NUL byte");
	print_message("seed %u; SEED=N takes another\n", seed);
	srandom(seed);
	for (i = 0; i < 20000; i++) {
		const size_t len = (size_t)random() % sizeof(bytes);

		for (j = 0; j < len; j++)
			bytes[j] = random() % 4 ? "=\n# aouto_mvble"[random() % 15] :
				   (char)random();
		fault.text[0] = '\0';
		if (parse_bytes(bytes, len))
			assert_int_not_equal(fault.text[0], '\0');
	}
}

static void reads(int expected)
{
	settings_free(&settings);
	fault.text[0] = '\0';
	assert_int_equal(config_read(&settings, &tree, &fault), expected);
}

static void assert_from(enum setting_key key, const char *value, const char *path)
{
	char file[512];

	assert_string_equal(settings.entry[key].value, value);
	snprintf(file, sizeof(file), "%s/%s", tree.name, path);
	assert_string_equal(settings.entry[key].file, file);
}

static void reads_files_in_order(void **state)
{
	(void)state;
	reads(0);
	assert_int_equal(settings.nr_files, 0);
	tree_write("usr/lib/memgroup.conf", "auto_movable_ratio = 1\n");
	reads(0);
	assert_from(KEY_RATIO, "1", "usr/lib/memgroup.conf");
	tree_write("run/memgroup.conf", "auto_movable_ratio = 2\n");
	tree_write("etc/memgroup.conf", "auto_movable_ratio = 3\nonline_policy = auto-movable");
	reads(0);
	assert_from(KEY_RATIO, "3", "etc/memgroup.conf");
	assert_int_equal(settings.nr_files, 1);

	/* Drop-ins by name, whichever folder they are in. */
	tree_write("usr/lib/memgroup.conf.d/50-a.conf", "auto_movable_ratio = 4\n");
	reads(0);
	assert_from(KEY_RATIO, "4", "usr/lib/memgroup.conf.d/50-a.conf");
	tree_write("etc/memgroup.conf.d/40-a.conf", "auto_movable_ratio = 5\n");
	tree_write("etc/memgroup.conf.d/90-a.conf~", "auto_movable_ratio = 6\n");
	tree_write("etc/memgroup.conf.d/.90-b.conf", "auto_movable_ratio = 6\n");
	reads(0);
	assert_from(KEY_RATIO, "4", "usr/lib/memgroup.conf.d/50-a.conf");
	assert_from(KEY_POLICY, "auto-movable", "etc/memgroup.conf");
	assert_int_equal(settings.nr_files, 3);
	tree_write("run/memgroup.conf.d/50-a.conf", "auto_movable_ratio = 7\n");
	reads(0);
	assert_from(KEY_RATIO, "7", "run/memgroup.conf.d/50-a.conf");
	tree_link("etc/memgroup.conf.d/50-a.conf", "/dev/null");
	reads(0);
	assert_from(KEY_RATIO, "5", "etc/memgroup.conf.d/40-a.conf");
	tree_write("etc/memgroup.conf.d/40-a.conf", "x = 5\n");
	reads(-EINVAL);
	assert_says(&fault, "@/etc/memgroup.conf.d/40-a.conf: line 1: unknown key x: " KNOWN);
}

static void reads_no_other_kinds_of_files(void **state)
{
	(void)state;
	tree_folder("etc/memgroup.conf");
	reads(-EINVAL);
	assert_says(&fault, "@/etc/memgroup.conf: not a regular file");
}

static int forget(void **state)
{
	settings_free(&settings);
	return tree_tear_down(state);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, tree_set_up, forget)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(takes_all_keys), TEST(takes_nothing), TEST(refuses_what_it_does_not_know),
		TEST(refuses_bad_values), TEST(refuses_a_key_twice), TEST(takes_all_or_nothing),
		TEST(takes_any_bytes), TEST(reads_files_in_order),
		TEST(reads_no_other_kinds_of_files),
	};

	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
