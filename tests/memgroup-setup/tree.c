// SPDX-License-Identifier: GPL-2.0
#include "tree.h"

#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct sysroot tree;

int tree_set_up(void **state)
{
	char top[] = "/tmp/memgroup-setup-XXXXXX";
	struct fault fault;

	(void)state;
	return mkdtemp(top) ? sysroot_open(&tree, top, &fault) : -1;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int tree_tear_down(void **state)
{
	int err;

	(void)state;
	err = nftw(tree.name, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	sysroot_close(&tree);
	return err;
}

/* The path in the file system, its folders made. */
static void full_path(const char *path, char full[static 512])
{
	char *slash;

	snprintf(full, 512, "%s/%s", tree.name, path);
	for (slash = full + strlen(tree.name) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		if (mkdir(full, 0755))
			assert_int_equal(errno, EEXIST);
		*slash = '/';
	}
}

void tree_write(const char *path, const char *content)
{
	char full[512];
	FILE *f;

	full_path(path, full);
	f = fopen(full, "w");
	assert_non_null(f);
	assert_true(fputs(content, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

void tree_link(const char *path, const char *target)
{
	char full[512];

	full_path(path, full);
	assert_int_equal(symlink(target, full), 0);
}

void tree_folder(const char *path)
{
	char full[512];

	full_path(path, full);
	assert_int_equal(mkdir(full, 0755), 0);
}

void assert_tree_has(const char *path, const char *content)
{
	struct fault fault;
	struct text text;

	assert_int_equal(sysroot_read(&tree, path, &text, &fault), 0);
	assert_string_equal(text.data, content);
	text_free(&text);
}

void assert_says(const struct fault *fault, const char *words)
{
	const size_t len = strcspn(words, "@");
	char expected[FAULT_TEXT_MAX];

	if (words[len])
		snprintf(expected, sizeof(expected), "%.*s%s%s", (int)len, words, tree.name,
			 words + len + 1);
	else
		snprintf(expected, sizeof(expected), "%s", words);
	assert_string_equal(fault->text, expected);
}
