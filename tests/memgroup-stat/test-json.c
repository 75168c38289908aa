// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "views.h"

static char type[] = "static", device[] = "a\"/\\\033\xff", policy[] = "auto-movable";

static struct group groups[] = {
	{ .has_id = true, .id = UINT32_MAX, .type = type, .device = device, .node = 1,
	  .blocks = UINT64_MAX, .kernel = UINT64_MAX, .max = { true, UINT64_MAX } },
	{ .node = NO_NODE, .offline = 5 },
};
static struct node nodes[] = {
	{ .node = NO_NODE, .early_kernel = UINT64_MAX },
	{ .node = 0, .headroom = { true, 7 } },
};
static const struct model model = {
	.policy = { .name = policy, .ratio = UINT32_MAX },
	.groups = groups, .nr_groups = 2, .nodes = nodes, .nr_nodes = 2,
};

static struct json_object *render(bool compact)
{
	struct json_object *parsed;
	struct document document;
	struct fault fault;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	document_start(&document, out, compact);
	policy_document(&document, &model);
	groups_document(&document, &model);
	nodes_document(&document, &model);
	assert_int_equal(document_end(&document, &fault), 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(text[len - 1], '\n');
	assert_int_equal(strchr(text, '\n') == text + len - 1, compact);
	parsed = json_tokener_parse(text);
	assert_non_null(parsed);
	free(text);
	return parsed;
}

static struct json_object *get(struct json_object *object, const char *name)
{
	struct json_object *value;

	assert_true(json_object_object_get_ex(object, name, &value));
	return value;
}

static uint64_t get_number(struct json_object *object, const char *name)
{
	struct json_object *value = get(object, name);

	assert_true(json_object_is_type(value, json_type_int));
	return json_object_get_uint64(value);
}

static void parses_back(void **state)
{
	struct json_object *document = render(false), *g, *n;

	(void)state;
	assert_int_equal(get_number(document, "schema"), 1);
	assert_int_equal(get_number(get(document, "policy"), "ratio_percent"), UINT32_MAX);
	assert_null(get(get(document, "policy"), "numa_aware"));
	assert_int_equal(json_object_array_length(get(document, "groups")), 2);
	g = json_object_array_get_idx(get(document, "groups"), 0);
	assert_true(get_number(g, "id") == UINT32_MAX);
	assert_true(get_number(g, "blocks") == UINT64_MAX);
	assert_true(get_number(g, "kernel_bytes") == UINT64_MAX);
	assert_true(get_number(g, "max_bytes") == UINT64_MAX);
	assert_null(get(g, "unit_bytes"));
	assert_string_equal(json_object_get_string(get(g, "device")),
			    "a\"/\\\033\xef\xbf\xbd");
	g = json_object_array_get_idx(get(document, "groups"), 1);
	assert_null(get(g, "id"));
	assert_null(get(g, "type"));
	assert_null(get(g, "device"));
	assert_null(get(g, "node"));
	assert_null(get(g, "max_bytes"));
	assert_int_equal(get_number(g, "offline_bytes"), 5);
	assert_int_equal(json_object_array_length(get(document, "nodes")), 1);
	n = json_object_array_get_idx(get(document, "nodes"), 0);
	assert_int_equal(get_number(n, "movable_headroom_bytes"), 7);
	n = get(document, "system");
	assert_null(get(n, "movable_headroom_bytes"));
	assert_true(get_number(n, "early_kernel_bytes") == UINT64_MAX);
	assert_false(json_object_object_get_ex(n, "node", NULL));
	json_object_put(document);
}

static void takes_one_line(void **state)
{
	struct json_object *lines = render(false), *line = render(true);

	(void)state;
	assert_true(json_object_equal(lines, line));
	json_object_put(lines);
	json_object_put(line);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_back),
		cmocka_unit_test(takes_one_line),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
