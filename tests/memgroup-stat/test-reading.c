// SPDX-License-Identifier: GPL-2.0
/*
 * model_read() on a system that moves: the linker puts what is here in place of
 * sysroot_read(), sysroot_dir_has_entries() and nanosleep().
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "model.h"

#define ALL (MODEL_POLICY | MODEL_GROUPS | MODEL_NODES)

#define DEBUGFS "sys/kernel/debug"
#define VIEW DEBUGFS "/memory_groups"

int __wrap_sysroot_read(struct sysroot *root, const char *path, struct text *text,
			struct fault *fault);
int __wrap_sysroot_dir_has_entries(struct sysroot *root, const char *path);
int __wrap_nanosleep(const struct timespec *pause, struct timespec *rest);

/* The state of the system: movable bytes of the one group, of its zone. */
static unsigned int group, zone;
/* Changes by one reading of groups; when to stop; what opening gives. */
static unsigned int grows_by, pauses, repair_after;
static int open_error, view_state, debugfs_state;

static struct sysroot root;
static struct model model;
static struct fault fault;

static int give(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int give(struct text *text, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vasprintf(&text->data, format, args);
	va_end(args);
	assert_true(len > 0);
	text->len = (size_t)len;
	return 0;
}

int __wrap_sysroot_read(struct sysroot *r, const char *path, struct text *text,
			struct fault *f)
{
	const char *file = strrchr(path, '/') + 1;

	assert_ptr_equal(r, &root);
	*text = (struct text){ 0 };
	if (open_error)
		return fault_set(f, -open_error, "%s/%s: %s", r->name, path,
				 strerror(-open_error));
	if (!strcmp(file, "policy"))
		return give(text, "name value\nonline_policy auto-movable\n"
			    "auto_movable_ratio %u\n", 301);
	if (!strcmp(file, "groups")) {
		group += grows_by;
		zone += grows_by;
		return give(text, "id type node device blocks online_blocks "
			    "kernel_bytes movable_bytes offline_bytes max_bytes "
			    "unit_bytes decided_movable decided_kernel last_reason\n"
			    "0 static 0 x 1 1 0 %u 0 - - 0 0 -\n", group);
	}
	if (!strcmp(file, "nodes"))
		return give(text, "node early_kernel_bytes kernel_bytes movable_bytes "
			    "cma_bytes needed_bytes limit_bytes headroom_bytes\n"
			    "system 1 1 %u 0 0 0 0\n", zone);
	if (!strcmp(file, "zones"))
		return give(text, "node zone present_bytes early_bytes cma_bytes\n"
			    "0 Movable %u 0 0\n", zone);
	if (!strcmp(file, "blocks"))
		return give(text, "block node group state zone\n%u 0 - online -\n", 0);
	assert_string_equal(file, "block_size_bytes");
	return give(text, "%x\n", 16);
}

int __wrap_sysroot_dir_has_entries(struct sysroot *r, const char *path)
{
	assert_ptr_equal(r, &root);
	return strcmp(path, DEBUGFS) ? view_state : debugfs_state;
}

int __wrap_nanosleep(const struct timespec *pause, struct timespec *rest)
{
	(void)rest;
	assert_true(pause->tv_sec == 0 && pause->tv_nsec <= 10000000);
	if (++pauses == repair_after) {
		zone = group;
		grows_by = 0;
	}
	return 0;
}

static int set_up(void **state)
{
	static char name[] = "tree";

	(void)state;
	group = zone = 100;
	grows_by = pauses = repair_after = 0;
	open_error = 0;
	view_state = debugfs_state = 1;
	root.name = name;
	fault.text[0] = '\0';
	return 0;
}

static void reads_once(void **state)
{
	(void)state;
	assert_int_equal(model_read_from(&model, &root, FROM_DEBUGFS, ALL, &fault), 0);
	assert_int_equal(pauses, 0);
	assert_int_equal(model.nr_groups, 1);
	model_free(&model);
}

static void reads_again_until_groups_and_zones_agree(void **state)
{
	(void)state;
	zone = 99;
	repair_after = 3;
	assert_int_equal(model_read_from(&model, &root, FROM_DEBUGFS, ALL, &fault), 0);
	assert_int_equal(pauses, 3);
	assert_int_equal(model.nr_groups, 1);
	model_free(&model);
}

static void gives_up_naming_both_files(void **state)
{
	(void)state;
	zone = 99;
	assert_int_equal(model_read_from(&model, &root, FROM_DEBUGFS, ALL, &fault), -EAGAIN);
	assert_int_equal(pauses, 9);
	assert_string_equal(fault.text,
			    "tree/" VIEW "/groups and tree/" VIEW "/zones do not agree: "
			    "the groups of node 0 hold 100 bytes of Movable memory, "
			    "its zones 99 that were not there at boot (after 10 readings)");
}

/* Zones that are read later have more: no memory without a group comes of it. */
static void notices_groups_that_grow(void **state)
{
	(void)state;
	grows_by = 10;
	repair_after = 5;
	assert_int_equal(model_read_from(&model, &root, FROM_DEBUGFS, ALL, &fault), 0);
	assert_int_equal(pauses, 5);
	assert_int_equal(model.nr_groups, 1);
	/* Twice each in five readings. */
	assert_int_equal(model.groups[0].movable, 200);
	model_free(&model);

	set_up(NULL);
	grows_by = 10;
	assert_int_equal(model_read_from(&model, &root, FROM_DEBUGFS, MODEL_GROUPS, &fault), -EAGAIN);
	assert_string_equal(fault.text, "tree/" VIEW "/groups changed while tree/"
			    VIEW "/zones was read (after 10 readings)");
	assert_int_equal(model_read_from(&model, &root, FROM_DEBUGFS, MODEL_POLICY | MODEL_NODES, &fault),
			 -EAGAIN);
	assert_string_equal(fault.text, "tree/" VIEW "/groups changed while tree/"
			    VIEW "/nodes was read (after 10 readings)");
}

static void refuses(int error, int view, int debugfs, const char *words)
{
	open_error = error;
	view_state = view;
	debugfs_state = debugfs;
	assert_int_equal(model_read_from(&model, &root, FROM_DEBUGFS, ALL, &fault), error);
	assert_string_equal(fault.text, words);
	assert_int_equal(pauses, 0);
}

static void says_what_is_missing(void **state)
{
	(void)state;
	refuses(-EACCES, -EACCES, -EACCES, "tree/" VIEW "/policy: Permission denied: "
		"only root may read debugfs, run memgroup-stat as root");
	refuses(-EPERM, 1, 1, "tree/" VIEW "/policy: Operation not permitted: "
		"only root may read debugfs, run memgroup-stat as root");
	refuses(-ENOENT, -ENOENT, -ENOENT, "tree/" DEBUGFS ": not there: sysfs is not "
		"mounted, or this kernel was built without CONFIG_DEBUG_FS");
	refuses(-ENOENT, -ENOENT, 0, "tree/" DEBUGFS ": debugfs is not mounted: as "
		"root, run mount -t debugfs none /" DEBUGFS);
	refuses(-ENOENT, -ENOENT, 1, "tree/" VIEW ": not there: this kernel has no "
		"view of memory groups, it needs one built with CONFIG_MEMGROUP_DEBUGFS");
	/* The view is there, but not this file. */
	refuses(-ENOENT, 1, 1, "tree/" VIEW "/policy: No such file or directory");
	refuses(-EIO, 1, 1, "tree/" VIEW "/policy: Input/output error");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(reads_once, set_up),
		cmocka_unit_test_setup(reads_again_until_groups_and_zones_agree, set_up),
		cmocka_unit_test_setup(gives_up_naming_both_files, set_up),
		cmocka_unit_test_setup(notices_groups_that_grow, set_up),
		cmocka_unit_test_setup(says_what_is_missing, set_up),
	};

	return cmocka_run_group_tests_name("reading", tests, NULL, NULL);
}
