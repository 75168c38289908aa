// SPDX-License-Identifier: GPL-2.0
/* Which of several files of one name counts. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "layers.h"
#include "tree.h"

static const char *const folders[] = { "a", "b", "none", "c" };

static struct fault fault;

/* The paths that count, with spaces between. */
static void lists(const char *expected)
{
	struct layers layers;
	char all[512] = "";
	size_t i;

	assert_int_equal(layers_list(&layers, &tree, folders, 4, ".rules", &fault), 0);
	for (i = 0; i < layers.nr; i++) {
		strcat(all, i ? " " : "");
		strcat(all, layers.paths[i]);
	}
	layers_free(&layers);
	assert_string_equal(all, expected);
}

static void sorts_and_overrides(void **state)
{
	(void)state;
	lists("");
	tree_write("c/10.rules", "c");
	tree_write("c/20.rules", "c");
	tree_write("b/15.rules", "b");
	tree_write("b/20.rules", "b");
	lists("c/10.rules b/15.rules b/20.rules");
	tree_write("a/20.rules", "a");
	tree_write("a/20.conf", "a");
	tree_write("a/.rules", "a");
	lists("c/10.rules b/15.rules a/20.rules");
}

static void masks(void **state)
{
	(void)state;
	tree_write("c/10.rules", "c");
	tree_write("c/20.rules", "c");
	tree_write("c/30.rules", "c");
	tree_write("a/10.rules", "");
	tree_link("b/20.rules", "/dev/null");
	tree_link("b/30.rules", "../c/10.rules");
	lists("b/30.rules");
	/* What is masked does not mask what comes before it. */
	tree_write("a/20.rules", "a");
	lists("a/20.rules b/30.rules");
}

/* A file where a folder is expected is as none. */
static void takes_odd_folders(void **state)
{
	(void)state;
	tree_write("a", "no folder");
	tree_write("b/1.rules", "b");
	lists("b/1.rules");
	tree_folder("b/2.rules");
	lists("b/1.rules b/2.rules");
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(layer_name("a/b/c.rules"), "c.rules");
	assert_string_equal(layer_name("c.rules"), "c.rules");
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, tree_set_up, tree_tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(sorts_and_overrides), TEST(masks), TEST(takes_odd_folders), TEST(names),
	};

	return cmocka_run_group_tests_name("layers", tests, NULL, NULL);
}
