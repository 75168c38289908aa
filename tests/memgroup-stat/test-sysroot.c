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

static int count_name(const char *name, void *context)
{
	unsigned int *counts = context;

	counts[0]++;
	counts[1] += !strcmp(name, "file") || !strcmp(name, "nothing");
	return counts[2] ? -EDOM : 0;
}

static void lists(void **state)
{
	unsigned int counts[3] = {};

	(void)state;
	assert_int_equal(sysroot_list(&root, "empty", count_name, counts, &fault), 0);
	assert_int_equal(counts[0], 0);
	assert_int_equal(sysroot_list(&root, "sys", count_name, counts, &fault), 0);
	/* up, absolute, link, file, nothing and huge */
	assert_int_equal(counts[0], 6);
	assert_int_equal(counts[1], 2);
	counts[2] = 1;
	assert_int_equal(sysroot_list(&root, "sys", count_name, counts, &fault), -EDOM);
	assert_int_equal(counts[0], 7);
	assert_int_equal(sysroot_list(&root, "none", count_name, counts, &fault), -ENOENT);
	assert_string_equal(fault.text, "root/none: No such file or directory");
	assert_int_equal(sysroot_list(&root, "sys/file", count_name, counts, &fault), -ENOTDIR);
}

static void reads_parts(void **state)
{
	char part[16];
	size_t done;

	(void)state;
	assert_int_equal(sysroot_read_at(&root, "sys/file", 3, part, 4, &done, &fault), 0);
	assert_int_equal(done, 4);
	assert_memory_equal(part, "tent", 4);
	assert_int_equal(sysroot_read_at(&root, "sys/file", 6, part, 16, &done, &fault), 0);
	assert_int_equal(done, 2);
	assert_int_equal(sysroot_read_at(&root, "sys/file", 99, part, 16, &done, &fault), 0);
	assert_int_equal(done, 0);
	/* Larger than any that is read whole. */
	assert_int_equal(sysroot_read_at(&root, "sys/huge", SYSROOT_FILE_MAX - 1, part, 16,
					 &done, &fault), 0);
	assert_int_equal(done, 2);
	assert_int_equal(sysroot_read_at(&root, "fifo", 0, part, 16, &done, &fault), -EINVAL);
	assert_int_equal(sysroot_read_at(&root, "sys/none", 0, part, 16, &done, &fault), -ENOENT);
}

static void reads_words(void **state)
{
	char word[16];

	(void)state;
	assert_int_equal(sysroot_read_word(&root, "sys/file", word, sizeof(word), &fault), 0);
	assert_string_equal(word, "content");
	assert_int_equal(sysroot_read_word(&root, "sys/file", word, 4, &fault), 0);
	assert_string_equal(word, "con");
	assert_int_equal(sysroot_read_word(&root, "sys/nothing", word, sizeof(word), &fault), 0);
	assert_string_equal(word, "");
	assert_int_equal(sysroot_read_word(&root, "sys", word, sizeof(word), &fault), -EISDIR);
	assert_string_equal(word, "");
	assert_string_equal(fault.text, "root/sys: Is a directory");
}

static void opens_folders(void **state)
{
	struct sysroot folder;
	struct text text;

	(void)state;
	assert_int_equal(sysroot_open_folder(&root, "sys", &folder, &fault), 0);
	assert_int_equal(sysroot_read(&folder, "file", &text, &fault), 0);
	assert_string_equal(text.data, "content\n");
	text_free(&text);
	assert_int_equal(sysroot_read(&folder, "none", &text, &fault), -ENOENT);
	assert_string_equal(fault.text, "root/sys/none: No such file or directory");
	/* It cannot be left either. */
	assert_true(sysroot_read(&folder, "../empty/x", &text, &fault) < 0);
	assert_true(sysroot_read(&folder, "up", &text, &fault) < 0);
	sysroot_close(&folder);
	assert_int_equal(sysroot_open_folder(&root, "sys/file", &folder, &fault), -ENOTDIR);
}

static void reads_links(void **state)
{
	char target[64];

	(void)state;
	assert_int_equal(sysroot_read_link(&root, "sys/absolute", target, sizeof(target),
					   &fault), 0);
	assert_string_equal(target, "/sys/file");
	assert_int_equal(sysroot_read_link(&root, "sys/up", target, 4, &fault), 0);
	assert_string_equal(target, "../");
	assert_int_equal(sysroot_read_link(&root, "sys/file", target, sizeof(target), &fault), 0);
	assert_string_equal(target, "");
	assert_int_equal(sysroot_read_link(&root, "sys", target, sizeof(target), &fault), 0);
	assert_string_equal(target, "");
	assert_int_equal(sysroot_read_link(&root, "sys/none", target, sizeof(target), &fault),
			 -ENOENT);
	assert_string_equal(fault.text, "root/sys/none: No such file or directory");
}

static void writes(void **state)
{
	(void)state;
	write_file("root/sys/state", "going-offline\n");
	assert_int_equal(sysroot_write(&root, "sys/state", "online", &fault), 0);
	assert_reads("sys/state", "online");
	/* None is made. */
	assert_int_equal(sysroot_write(&root, "sys/none", "online", &fault), -ENOENT);
	assert_string_equal(fault.text, "root/sys/none: No such file or directory");
	assert_refuses("sys/none", -ENOENT, "root/sys/none: No such file or directory");
	assert_int_equal(sysroot_write(&root, "fifo", "online", &fault), -ENXIO);
	assert_int_equal(sysroot_write(&root, "../secret", "online", &fault) < 0, 1);
	assert_int_equal(remove("root/sys/state"), 0);
}

/* A kernel that says no, as it does to a block that is of no use. */
static void tells_what_the_kernel_says(void **state)
{
	struct sysroot system;

	(void)state;
	assert_int_equal(sysroot_open(&system, NULL, &fault), 0);
	assert_int_equal(sysroot_write(&system, "dev/full", "online", &fault), -ENOSPC);
	assert_string_equal(fault.text, "/dev/full: writing online: No space left on device");
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
		cmocka_unit_test(lists),
		cmocka_unit_test(reads_parts),
		cmocka_unit_test(reads_words),
		cmocka_unit_test(opens_folders),
		cmocka_unit_test(reads_links),
		cmocka_unit_test(writes),
		cmocka_unit_test(tells_what_the_kernel_says),
		cmocka_unit_test(refuses_a_bad_root),
	};

	return cmocka_run_group_tests_name("sysroot", tests, set_up, tear_down);
}
