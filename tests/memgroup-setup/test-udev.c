// SPDX-License-Identifier: GPL-2.0
/* udev's rules: how they are taken apart, and what they would do to a memory block. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tree.h"
#include "udev-event.h"
#include "udev-rules.h"

static struct fault fault;

/* All rules as text: "LINE: KEY{ATTRIBUTE}=OPERATOR=VALUE …" */
static void parses(const char *text, const char *expected)
{
	char *copy = strdup(text), all[1024] = "";
	const struct udev_rule *rule;
	struct udev_parser parser;
	size_t i, len = 0;

	udev_parser_start(&parser, copy, strlen(copy));
	while (udev_parser_next(&parser, &rule, &fault) > 0) {
		len += (size_t)snprintf(all + len, sizeof(all) - len, "%zu:", rule->line);
		for (i = 0; i < rule->nr; i++) {
			const struct udev_token *t = &rule->tokens[i];

			len += (size_t)snprintf(all + len, sizeof(all) - len,
						" %s{%s}%d<%s>", t->key, t->attribute,
						t->operator, t->value);
		}
		len += (size_t)snprintf(all + len, sizeof(all) - len, "\n");
	}
	udev_parser_end(&parser);
	free(copy);
	assert_string_equal(all, expected);
}

static void takes_rules_apart(void **state)
{
	(void)state;
	parses("", "");
	parses("# SUBSYSTEM==\"memory\"\n\n", "");
	parses("A==\"1\"\nB!=\"2\"", "1: A{}0<1>\n2: B{}1<2>\n");
	parses("A{x/y}=\"1\", B+=\"2\",C-=\"3\" D:=\"4\"",
	       "1: A{x/y}2<1> B{}3<2> C{}4<3> D{}5<4>\n");
	parses(" A == \"1\" ,, B{b} = \"\"", "1: A{}0<1> B{b}2<>\n");
	parses("A=\"a \\\"b\\\" c\\n\"", "1: A{}2<a \"b\" c\\n>\n");
	parses("A=e\"a\\\\b\"", "1: A{}2<a\\b>\n");
	parses("A=e\"\\x6f\\156\\u006c\\U00000069ne\\t\\\"\\xe9\"", "1: A{}2<online\t\"\x7f>\n");
	parses("A=\"Gr\xc3\xb6\xc3\x9f" "e\"", "1: A{}2<Gr\xc3\xb6\xc3\x9f" "e>\n");
	parses("A==i\"Any\"", "1: A{}0<Any>\n");
	parses("A==\"1\", \\\n  B=\"2\"\nC=\"3\"", "1: A{}0<1> B{}2<2>\n3: C{}2<3>\n");
	parses("# a comment \\\nA=\"1\"", "2: A{}2<1>\n");
	parses("A=\"1\", \\", "1: A{}2<1>\n");
}

/* As udev itself, which says so in its log. */
static void leaves_out_what_is_no_rule(void **state)
{
	(void)state;
	parses("A==\"1\nB=\"2\"", "2: B{}2<2>\n");
	parses("A=e\"\\q\"\nA=e\"\\x1\"\nA=e\"\\x00\"\nA=e\"\\18\"\nA=e\"\\x-1\"\nC=\"3\"",
	       "6: C{}2<3>\n");
	parses("A\nA=\nA=1\nA{=\"1\"\n=\"1\"\n1=\"1\"\nA==\"1\" B\nC=\"3\"", "8: C{}2<3>\n");
}

/* What the rules do to a block, each line "LINE STATE[?][!][ runs PROGRAM]". */
static void does_in(struct udev_event *event, const char *text, char *all, size_t size)
{
	char *copy = strdup(text);
	const struct udev_rule *rule;
	struct udev_parser parser;
	size_t len = 0;

	*all = '\0';
	assert_int_equal(udev_event_start_file(event, copy, strlen(copy), &fault), 0);
	udev_parser_start(&parser, copy, strlen(copy));
	while (udev_parser_next(&parser, &rule, &fault) > 0) {
		struct udev_action action;

		assert_int_equal(udev_event_rule(event, rule, &action, &fault), 0);
		if (action.state || action.program)
			len += (size_t)snprintf(all + len, size - len, "%zu %s%s%s%s%s\n",
						rule->line, action.state ?: "-",
						action.certainty == PERHAPS ? "?" : "",
						action.names_zone ? "!" : "",
						action.program ? " runs " : "",
						action.program ?: "");
		udev_action_free(&action);
	}
	udev_parser_end(&parser);
	free(copy);
}

static void does(const char *text, const char *expected)
{
	struct udev_event event;
	char all[1024];

	udev_event_start(&event, &tree);
	does_in(&event, text, all, sizeof(all));
	udev_event_end(&event);
	assert_string_equal(all, expected);
}

#define ADD "SUBSYSTEM==\"memory\", ACTION==\"add\", "

static void sees_blocks_go_online(void **state)
{
	(void)state;
	does(ADD "ATTR{state}==\"offline\", ATTR{state}=\"online\"", "1 online\n");
	does(ADD "ATTR{state}=\"online_movable\"", "1 online_movable!\n");
	does(ADD "TEST==\"state\", ATTR{state}!=\"online\", ATTR{state}=\"online_kernel\"",
	     "1 online_kernel!\n");
	does("KERNEL==\"memory[0-9]*\", ACTION==\"change|add\", ATTR{state}:=\"online\"",
	     "1 online\n");
	does("KERNELS==\"memory*\", SUBSYSTEMS==\"memory\", ATTR{state}=\"online\"",
	     "1 online\n");
	does("DEVPATH==\"/devices/system/memory/*\", ATTR{state}=\"online\"", "1 online\n");
}

static void sees_what_is_about_others(void **state)
{
	(void)state;
	does("SUBSYSTEM==\"cpu\", ATTR{state}=\"online\"", "");
	does("SUBSYSTEM!=\"memory\", ATTR{state}=\"online\"", "");
	does("SUBSYSTEM==\"memory\", ACTION==\"remove\", ATTR{state}=\"online\"", "");
	does(ADD "ATTR{state}==\"online\", ATTR{state}=\"online\"", "");
	does(ADD "ATTR{state}=\"offline\"", "");
	does(ADD "ATTR{online}=\"1\"", "");
	does("#" ADD "ATTR{state}=\"online\"", "");
	does(ADD "ATTR{state}==\"online\"", "");
}

static void does_not_know_all(void **state)
{
	(void)state;
	does(ADD "PROGRAM=\"/bin/systemd-detect-virt\", RESULT==\"none\", ATTR{state}=\"online\"",
	     "1 online?\n");
	does(ADD "ENV{X}==\"1\", ATTR{state}=\"online\"", "1 online?\n");
	does(ADD "CONST{virt}!=\"none\", ATTR{state}=\"online\"", "1 online?\n");
	does(ADD "ATTR{state}=\"$attr{x}\"", "1 $attr{x}\n");
	does(ADD "ATTR{state}=\"%E{x}\"", "1 %E{x}\n");
}

static void follows_jumps(void **state)
{
	static const char set[] = "ATTR{state}=\"online\"\n";
	char text[256];

	(void)state;
	snprintf(text, sizeof(text), "SUBSYSTEM!=\"memory\", GOTO=\"e\"\n%sLABEL=\"e\"", set);
	does(text, "2 online\n");
	snprintf(text, sizeof(text), "SUBSYSTEM==\"memory\", GOTO=\"e\"\n%sLABEL=\"e\"\n%s", set,
		 set);
	does(text, "4 online\n");
	/* It may be left out, or not. */
	snprintf(text, sizeof(text), "PROGRAM==\"x\", GOTO=\"e\"\n%sLABEL=\"e\"", set);
	does(text, "2 online?\n");
	snprintf(text, sizeof(text), "PROGRAM==\"x\", GOTO=\"a\"\nGOTO=\"e\"\nLABEL=\"a\"\n%s%s", set, "LABEL=\"e\"");
	does(text, "4 online?\n");
	/* To a label that does not come, or is behind: nobody jumps. */
	snprintf(text, sizeof(text), "GOTO=\"e\"\n%sLABEL=\"f\", %s", set, set);
	does(text, "2 online\n3 online\n");
	snprintf(text, sizeof(text), "LABEL=\"e\"\nGOTO=\"e\", %s%s", set, set);
	does(text, "2 online\n3 online\n");
	snprintf(text, sizeof(text), "GOTO=\"e\", LABEL=\"e\"\n%s", set);
	does(text, "2 online\n");
}

/* Red Hat's rules: the words are in a property. */
static void follows_properties(void **state)
{
	static const char rules[] =
		"SUBSYSTEM!=\"memory\", GOTO=\"end\"\n"
		"ACTION!=\"add\", GOTO=\"end\"\n"
		"CONST{arch}==\"s390*\", GOTO=\"end\"\n"
		"ENV{.state}=\"online\"\n"
		"CONST{virt}==\"none\", ENV{.state}=\"online_movable\"\n"
		"ATTR{state}==\"offline\", ATTR{state}=\"$env{.state}\"\n"
		"LABEL=\"end\"\n";

	(void)state;
	does(rules, "6 online or online_movable?!\n");
	does("ENV{s}=\"online_kernel\"\nENV{s}=\"online\"\n" ADD "ATTR{state}=\"%E{s}\"",
	     "3 online\n");
	does("PROGRAM==\"x\", ENV{s}=\"online\"\nPROGRAM==\"y\", ENV{s}=\"online\"\n"
	     ADD "ATTR{state}=\"%E{s}\"", "3 online or %E{s}\n");
	does("ENV{s}=\"nothing\"\n" ADD "ATTR{state}=\"$env{s}\"", "");
	does("ENV{s}=\"on\"\n" ADD "ENV{s}==\"on\", ATTR{state}=\"online\"", "2 online\n");
	does("ENV{s}=\"on\"\n" ADD "ENV{s}==\"off\", ATTR{state}=\"online\"", "");
	does("PROGRAM==\"x\", ENV{s}=\"on\"\n" ADD "ENV{s}==\"on\", ATTR{state}=\"online\"",
	     "2 online?\n");
}

/* What one file sets, the next one knows; its labels it does not. */
static void keeps_properties_between_files(void **state)
{
	struct udev_event event;
	char all[256];

	(void)state;
	udev_event_start(&event, &tree);
	does_in(&event, "ENV{s}=\"online_movable\"\nGOTO=\"end\"", all, sizeof(all));
	assert_string_equal(all, "");
	does_in(&event, ADD "ATTR{state}=\"$env{s}\"", all, sizeof(all));
	assert_string_equal(all, "1 online_movable!\n");
	udev_event_end(&event);
}

/* Rules for one kind of virtual machine: is this one? */
static void knows_the_machine(void **state)
{
	static const char rules[] =
		"ATTR{[dmi/id]sys_vendor}==\"Microsoft Corporation\", GOTO=\"apply\"\n"
		"ATTR{[dmi/id]sys_vendor}==\"Xen\", GOTO=\"apply\"\n"
		"GOTO=\"end\"\n"
		"LABEL=\"apply\"\n"
		ADD "ATTR{state}=\"online\"\n"
		"LABEL=\"end\"\n";

	(void)state;
	does(rules, "");
	tree_write("sys/class/dmi/id/sys_vendor", "QEMU\n");
	does(rules, "");
	tree_write("sys/class/dmi/id/sys_vendor", "Microsoft Corporation\n");
	does(rules, "5 online\n");
	tree_write("sys/class/dmi/id/sys_vendor", "Xen\n");
	does(rules, "5 online\n");
}

static void sees_programs(void **state)
{
	(void)state;
	does(ADD "RUN+=\"/bin/sh -c 'echo online > /sys$devpath/state'\"",
	     "1 - runs /bin/sh -c 'echo online > /sys$devpath/state'\n");
	does(ADD "PROGRAM=\"/sbin/online-memory %k\"", "1 -? runs /sbin/online-memory %k\n");
	does("SUBSYSTEM==\"memory\", ACTION==\"online\", RUN+=\"/sbin/online-memory\"", "");
	does(ADD "RUN+=\"/bin/systemctl try-restart kdump.service\"", "");
}

static void takes_any_bytes(void **state)
{
	static const char *const parts[] = {
		"SUBSYSTEM", "==", "!=", "=", "\"memory\"", ",", "\\\n", "\n", "GOTO", "LABEL",
		"\"e\"", "ATTR{state}", "\"online\"", "ENV{", "}", "\"$env{", "\"", "RUN", "+=",
		"PROGRAM", "#", " ", "e\"\\", "%E{x}", "\"|*[\"",
	};
	const char *seed_text = getenv("SEED");
	unsigned int seed = seed_text ? (unsigned int)strtoul(seed_text, NULL, 10) : 20261123;
	int i, j;

	(void)state;
	print_message("seed %u; SEED=N takes another\n", seed);
	srandom(seed);
	for (i = 0; i < 20000; i++) {
		struct udev_event event;
		char text[512] = "", all[4096];

		for (j = 0; j < 24; j++)
			strcat(text, parts[(size_t)random() % (sizeof(parts) / sizeof(*parts))]);
		udev_event_start(&event, &tree);
		does_in(&event, text, all, sizeof(all));
		udev_event_end(&event);
	}
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, tree_set_up, tree_tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(takes_rules_apart), TEST(leaves_out_what_is_no_rule),
		TEST(sees_blocks_go_online), TEST(sees_what_is_about_others),
		TEST(does_not_know_all), TEST(follows_jumps), TEST(follows_properties),
		TEST(keeps_properties_between_files), TEST(knows_the_machine),
		TEST(sees_programs), TEST(takes_any_bytes),
	};

	return cmocka_run_group_tests_name("udev", tests, NULL, NULL);
}
