// SPDX-License-Identifier: GPL-2.0
/* The kernel's command line, taken apart. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cmdline.h"
#include "tree.h"

static struct fault fault;

/* The words, with bars between. */
static void parses(const char *text, const char *expected)
{
	struct cmdline cmdline;
	char all[512] = "";
	size_t i;

	assert_int_equal(cmdline_parse(&cmdline, text, &fault), 0);
	for (i = 0; i < cmdline.nr; i++) {
		strcat(all, i ? "|" : "");
		strcat(all, cmdline.words[i]);
	}
	cmdline_free(&cmdline);
	assert_string_equal(all, expected);
}

static void takes_words_apart(void **state)
{
	(void)state;
	parses("", "");
	parses(" \n", "");
	parses("a b=c\n", "a|b=c");
	parses("  a   b  ", "a|b");
	parses("a=\"b c\" \"d=e f\" g", "a=b c|d=e f|g");
	parses("a=\"b c", "a=b c");
	parses("quiet -- a=1", "quiet");
	parses("a \"\" b", "a||b");
}

static void finds_values(void **state)
{
	struct cmdline cmdline;

	(void)state;
	assert_string_equal(cmdline_value("cma=2M", "cma"), "2M");
	assert_string_equal(cmdline_value("movable_node", "movable_node"), "");
	assert_string_equal(cmdline_value("movable-node", "movable_node"), "");
	assert_string_equal(cmdline_value("a.b=c=d", "a.b"), "c=d");
	assert_null(cmdline_value("cma_size=2M", "cma"));
	assert_null(cmdline_value("cm", "cma"));
	assert_null(cmdline_value("", "cma"));
	assert_int_equal(cmdline_parse(&cmdline, "a=1 b a=2 aa=3", &fault), 0);
	assert_string_equal(cmdline_last(&cmdline, "a"), "2");
	assert_string_equal(cmdline_last(&cmdline, "b"), "");
	assert_null(cmdline_last(&cmdline, "c"));
	cmdline_free(&cmdline);
}

static void reads(void **state)
{
	struct cmdline cmdline;

	(void)state;
	assert_int_equal(cmdline_read(&cmdline, &tree, &fault), -ENOENT);
	assert_says(&fault, "@/proc/cmdline: No such file or directory");
	tree_write("proc/cmdline", "quiet kernelcore=1G\n");
	assert_int_equal(cmdline_read(&cmdline, &tree, &fault), 0);
	assert_string_equal(cmdline_last(&cmdline, "kernelcore"), "1G");
	cmdline_free(&cmdline);
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, tree_set_up, tree_tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(takes_words_apart), TEST(finds_values), TEST(reads),
	};

	return cmocka_run_group_tests_name("cmdline", tests, NULL, NULL);
}
