// SPDX-License-Identifier: GPL-2.0
/*
 * What memgroup-kprobes writes into tracefs, on a folder with plain files in its place: each
 * write is there at the beginning of the file, over what was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <tracefs.h>

#include "kprobes.h"

static char folder[] = "/tmp/memgroup-tracefs-XXXXXX";
static char file[sizeof(folder) + 16];	/* is looked at for being there */
static char events[sizeof(folder) + 16];	/* is what libtracefs works on */
static struct definitions definitions;
static char *printed;	/* what they are, as text */
static struct fault fault;

static int set_up(void **state)
{
	static const struct layout layout = {
		.online = { 1, 2, 3, 4 }, .offline = { 1, 2, 0, 3 }, .zone_name = 168,
		.zone_pgdat = 96, .pgdat_node_id = 2048, .group_nid = 0,
		.group_is_dynamic = 40, .group_pages = 48,
	};
	size_t len;
	FILE *out = open_memstream(&printed, &len);

	(void)state;
	if (!out || !mkdtemp(folder))
		return -1;
	snprintf(file, sizeof(file), "%s/kprobe_events", folder);
	snprintf(events, sizeof(events), "%s/dynamic_events", folder);
	definitions_make(&definitions, &layout);
	definitions_print(out, &definitions);
	return fclose(out) || tracefs_set_tracing_dir(folder);
}

static int tear_down(void **state)
{
	(void)state;
	free(printed);
	tracefs_set_tracing_dir(NULL);
	unlink(events);
	unlink(file);
	return rmdir(folder);
}

static void holds(const char *expected)
{
	char found[4096] = "";
	FILE *f = fopen(events, "r");

	assert_non_null(f);
	assert_true(fread(found, 1, sizeof(found) - 1, f) > 0);
	assert_int_equal(fclose(f), 0);
	assert_string_equal(found, expected);
}

static void write_file(const char *text)
{
	FILE *f = fopen(events, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void there_is_no_file(void **state)
{
	char expected[128];

	(void)state;
	unlink(file);
	snprintf(expected, sizeof(expected),
		 "%s: No such file or directory: such a kernel has CONFIG_KPROBE_EVENTS", file);
	assert_true(kprobes_add(&definitions, &fault) < 0);
	assert_string_equal(fault.text, expected);
	assert_true(kprobes_remove(&fault) < 0);
	assert_string_equal(fault.text, expected);
}

#define OTHERS "p:others/online vfs_read\nr8:others/one vfs_read result=$retval\n"

static void nothing_is_to_be_done(void **state)
{
	char text[2048];
	FILE *f = fopen(file, "w");

	(void)state;
	assert_non_null(f);
	assert_int_equal(fclose(f), 0);
	snprintf(text, sizeof(text), OTHERS "%s", printed);
	write_file(text);
	assert_int_equal(kprobes_add(&definitions, &fault), 0);
	holds(text);
	write_file(OTHERS);
	assert_int_equal(kprobes_remove(&fault), 0);
	holds(OTHERS);
}

static void only_ours_are_removed(void **state)
{
	static const char rest[] = "#0123456789 what is no event, and longer than what is written\n";
	char text[2048];

	(void)state;
	snprintf(text, sizeof(text), "%sp:memgroup_stock/old vfs_read\n" OTHERS, rest);
	write_file(text);
	assert_int_equal(kprobes_remove(&fault), 0);
	memcpy(text, "-:memgroup_stock/old", strlen("-:memgroup_stock/old"));
	holds(text);
}

/* Each is written over the one before. */
static void what_is_missing_is_added(void **state)
{
	const char *last = strstr(printed, "r:memgroup_stock/offline_done");
	char found[256] = "";
	FILE *f;

	(void)state;
	write_file(OTHERS);
	assert_int_equal(kprobes_add(&definitions, &fault), 0);
	f = fopen(events, "r");
	assert_non_null(f);
	assert_int_equal(fread(found, 1, strlen(last), f), strlen(last));
	assert_int_equal(fclose(f), 0);
	assert_string_equal(found, last);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_is_no_file),
		cmocka_unit_test(nothing_is_to_be_done),
		cmocka_unit_test(only_ours_are_removed),
		cmocka_unit_test(what_is_missing_is_added),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
