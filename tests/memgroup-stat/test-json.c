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

/* Objects in arrays in objects, and what is empty. */
static char *render_nested(bool compact)
{
	struct document document;
	struct fault fault;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	document_start(&document, out, compact);
	document_add_members(&document, &policy_table, &model, 0);
	document_open_object(&document, "a");
	document_open_array(&document, "b");
	document_open_object(&document, NULL);
	document_add_null(&document, "c");
	document_add_row(&document, "d", &policy_table, &model, 0);
	document_close(&document);
	document_open_object(&document, NULL);
	document_close(&document);
	document_close(&document);
	document_open_array(&document, "e");
	document_close(&document);
	document_close(&document);
	document_add_null(&document, "f");
	assert_int_equal(document_end(&document, &fault), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

#define POLICY_MEMBERS "\"name\":\"auto-movable\",\"ratio_percent\":4294967295," \
	"\"numa_aware\":null,\"source\":\"debugfs\""

static void nests(void **state)
{
	char *line = render_nested(true), *lines = render_nested(false);
	struct json_object *a, *b;

	(void)state;
	assert_string_equal(line, "{\"schema\":1," POLICY_MEMBERS ",\"a\":{\"b\":[{\"c\":null,"
			    "\"d\":{" POLICY_MEMBERS "}},{}],\"e\":[]},\"f\":null}\n");
	assert_non_null(strstr(lines, "\n  \"a\": {\n    \"b\": [\n      {\n        \"c\": null,\n"
			       "        \"d\": {\n          \"name\""));
	assert_non_null(strstr(lines, "\n        }\n      },\n      {}\n    ],\n    \"e\": []\n  },\n"
			       "  \"f\": null\n}\n"));
	a = json_tokener_parse(line);
	b = json_tokener_parse(lines);
	assert_true(a && json_object_equal(a, b));
	json_object_put(a);
	json_object_put(b);
	free(line);
	free(lines);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nests),
		cmocka_unit_test(parses_back),
		cmocka_unit_test(takes_one_line),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
