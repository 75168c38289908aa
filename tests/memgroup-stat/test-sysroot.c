// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "sysroot.h"

/* In a folder of its own: secret, and root/ with what the tests open. */
static char dir[] = "/tmp/memgroup-test-XXXXXX";
static struct sysroot root;
static struct fault fault;

static void write_file(const char *name, const char *content)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	fputs(content, f);
	assert_int_equal(fclose(f), 0);
}

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(dir) || chdir(dir))
		return -1;
	write_file("secret", "secret\n");
	if (mkdir("root", 0755) || mkdir("root/sys", 0755) ||
	    mkdir("root/empty", 0755) || mkfifo("root/fifo", 0644) ||
	    symlink("../../secret", "root/sys/up") ||
	    symlink("/sys/file", "root/sys/absolute") ||
	    symlink("file", "root/sys/link"))
		return -1;
	write_file("root/sys/file", "content\n");
	write_file("root/sys/nothing", "");
	write_file("root/sys/huge", "");
	if (truncate("root/sys/huge", (off_t)SYSROOT_FILE_MAX + 1))
		return -1;
	return sysroot_open(&root, "root/", &fault);
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int tear_down(void **state)
{
	(void)state;
	sysroot_close(&root);
	return nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void assert_reads(const char *path, const char *content)
{
	struct text text;

	assert_int_equal(sysroot_read(&root, path, &text, &fault), 0);
	assert_int_equal(text.len, strlen(content));
	assert_string_equal(text.data, content);
	text_free(&text);
}

static void assert_refuses(const char *path, int err, const char *words)
{
	struct text text;

	assert_int_equal(sysroot_read(&root, path, &text, &fault), err);
	assert_string_equal(fault.text, words);
	assert_null(text.data);
}

static void both_ways(void)
{
	assert_reads("sys/file", "content\n");
	assert_reads("sys/nothing", "");
	assert_refuses("sys/none", -ENOENT, "root/sys/none: No such file or directory");
	assert_refuses("sys/file/none", -ENOTDIR, "root/sys/file/none: Not a directory");
	assert_refuses("sys", -EINVAL, "root/sys: not a regular file");
	assert_refuses("fifo", -EINVAL, "root/fifo: not a regular file");
	assert_refuses("sys/huge", -EFBIG, "root/sys/huge: larger than 64 MiB");
	assert_int_equal(sysroot_dir_has_entries(&root, "empty"), 0);
	assert_int_equal(sysroot_dir_has_entries(&root, "sys"), 1);
	assert_int_equal(sysroot_dir_has_entries(&root, "none"), -ENOENT);
	assert_int_equal(sysroot_dir_has_entries(&root, "sys/file"), -ENOTDIR);
}

static void with_openat2(void **state)
{
	(void)state;
	assert_false(root.no_openat2);
	both_ways();
	/* An old kernel or a sandbox without the call: the other test has it all. */
	if (root.no_openat2)
		return;
	assert_reads("sys/link", "content\n");
	assert_reads("sys/absolute", "content\n");
	assert_refuses("sys/up", -ENOENT, "root/sys/up: No such file or directory");
	assert_refuses("../secret", -ENOENT, "root/../secret: No such file or directory");
}

static void without_openat2(void **state)
{
	(void)state;
	root.no_openat2 = true;
	both_ways();
	assert_refuses("sys/link", -ELOOP, "root/sys/link: Too many levels of symbolic links");
	assert_refuses("sys/up", -ELOOP, "root/sys/up: Too many levels of symbolic links");
	assert_refuses("sys/../../secret", -EXDEV, "root/sys/../../secret: Invalid cross-device link");
}

/* A file whose size is not known before, as in debugfs, and larger than a buffer. */
static void reads_proc(void **state)
{
	struct sysroot system;
	struct text text;

	(void)state;
	assert_int_equal(sysroot_open(&system, NULL, &fault), 0);
	assert_string_equal(system.name, "");
	assert_int_equal(sysroot_read(&system, "proc/kallsyms", &text, &fault), 0);
	assert_int_equal(text.data[text.len], '\0');
	assert_true(text.len > 4096);
	text_free(&text);
	sysroot_close(&system);
}

static void refuses_a_bad_root(void **state)
{
	struct sysroot none;

	(void)state;
	assert_int_equal(sysroot_open(&none, "none", &fault), -ENOENT);
	assert_string_equal(fault.text, "none: No such file or directory");
	assert_int_equal(sysroot_open(&none, "secret", &fault), -ENOTDIR);
	assert_string_equal(fault.text, "secret: Not a directory");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_openat2),
		cmocka_unit_test(without_openat2),
		cmocka_unit_test(reads_proc),
		cmocka_unit_test(refuses_a_bad_root),
	};

	return cmocka_run_group_tests_name("sysroot", tests, set_up, tear_down);
}
