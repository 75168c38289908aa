// SPDX-License-Identifier: GPL-2.0
/*
 * jsoncheck [PART…]: is standard input one JSON document of schema 1, with these
 * parts (all of them without arguments), every member in its place and of its
 * type? Exits with 0 if so, else says what is wrong and exits with 1.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A member and its type: i integer, s string, b boolean; in capitals or null. */
struct member {
	const char *name;
	char type;
};

static const struct member policy[] = {
	{ "name", 's' }, { "ratio_percent", 'i' }, { "numa_aware", 'B' },
	{ "source", 's' }, { NULL, 0 }
};
static const struct member group[] = {
	{ "id", 'I' }, { "type", 'S' }, { "device", 'S' }, { "node", 'I' },
	{ "blocks", 'i' }, { "kernel_bytes", 'i' }, { "movable_bytes", 'i' },
	{ "offline_bytes", 'i' }, { "max_bytes", 'I' }, { "unit_bytes", 'I' },
	{ NULL, 0 }
};
static const struct member node[] = {
	{ "node", 'i' }, { "early_kernel_bytes", 'i' }, { "kernel_bytes", 'i' },
	{ "movable_bytes", 'i' }, { "cma_bytes", 'i' },
	{ "movable_headroom_bytes", 'I' }, { NULL, 0 }
};

static void fail(const char *what, const char *name)
{
	fprintf(stderr, "jsoncheck: %s %s\n", what, name);
	exit(1);
}

static void check_value(const struct json_object *value, const struct member *member)
{
	enum json_type type = json_object_get_type(value);

	switch (member->type) {
	case 'I': case 'S': case 'B':
		if (type == json_type_null)
			return;
	}
	switch (member->type) {
	case 'i': case 'I':
		if (type == json_type_int)
			return;
		break;
	case 's': case 'S':
		if (type == json_type_string)
			return;
		break;
	case 'b': case 'B':
		if (type == json_type_boolean)
			return;
		break;
	}
	fail("wrong type of", member->name);
}

static void check_object(struct json_object *object, const struct member *members,
			 const char *what)
{
	if (!json_object_is_type(object, json_type_object))
		fail("no object:", what);
	json_object_object_foreach(object, name, value) {
		if (!members->name || strcmp(name, members->name))
			fail("out of place or unknown:", name);
		check_value(value, members++);
	}
	if (members->name)
		fail("missing:", members->name);
}

static void check_array(struct json_object *array, const struct member *members,
			const char *what)
{
	size_t i;

	if (!json_object_is_type(array, json_type_array))
		fail("no array:", what);
	for (i = 0; i < json_object_array_length(array); i++)
		check_object(json_object_array_get_idx(array, i), members, what);
}

static void check_part(const char *name, struct json_object *value)
{
	if (!strcmp(name, "policy"))
		check_object(value, policy, name);
	else if (!strcmp(name, "groups"))
		check_array(value, group, name);
	else if (!strcmp(name, "nodes"))
		check_array(value, node, name);
	else if (!strcmp(name, "system"))
		check_object(value, node + 1, name);
	else
		fail("unknown:", name);
}

static struct json_object *parse(FILE *in)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *document;
	char *text = NULL;
	size_t size = 0;
	ssize_t len = getdelim(&text, &size, '\0', in);

	if (len < 0 || !tokener)
		fail("nothing", "to read");
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT |
			       JSON_TOKENER_VALIDATE_UTF8);
	/* The NUL ends the document: nothing may follow it. */
	document = json_tokener_parse_ex(tokener, text, (int)len + 1);
	if (json_tokener_get_error(tokener) != json_tokener_success)
		fail("no JSON:", json_tokener_error_desc(json_tokener_get_error(tokener)));
	json_tokener_free(tokener);
	free(text);
	return document;
}

int main(int argc, char **argv)
{
	static char all[][8] = { "policy", "groups", "nodes", "system" };
	char *defaults[] = { all[0], all[1], all[2], all[3] };
	char **parts = argc > 1 ? argv + 1 : defaults;
	int left = argc > 1 ? argc - 1 : 4;
	struct json_object *document = parse(stdin);
	int i = 0;

	if (!json_object_is_type(document, json_type_object))
		fail("no object:", "document");
	json_object_object_foreach(document, name, value) {
		if (i++ == 0) {
			if (strcmp(name, "schema") || json_object_get_int(value) != 1)
				fail("schema 1 does not come first, but", name);
			continue;
		}
		if (!left || strcmp(name, *parts))
			fail("out of place or unknown:", name);
		check_part(name, value);
		parts++;
		left--;
	}
	if (left)
		fail("missing:", *parts);
	json_object_put(document);
	return 0;
}
