// SPDX-License-Identifier: GPL-2.0
#include "render.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>

#include "escape.h"

#define SCHEMA 1

/*
 * Puts the member @name into @object, which takes @value over. @value may be
 * NULL for want of memory; then this fails, as it does if adding fails.
 */
static int put(struct json_object *object, const char *name,
	       struct json_object *value)
{
	if (!value)
		return -ENOMEM;
	if (json_object_object_add(object, name, value) == 0)
		return 0;
	json_object_put(value);
	return -ENOMEM;
}

/* json-c's null is a NULL pointer. */
static int put_null(struct json_object *object, const char *name)
{
	return json_object_object_add(object, name, NULL) ? -ENOMEM : 0;
}

static int put_number(struct json_object *object, const char *name, uint64_t value)
{
	return put(object, name, json_object_new_uint64(value));
}

static int put_opt(struct json_object *object, const char *name,
		   struct opt_u64 value)
{
	return value.set ? put_number(object, name, value.value) :
			   put_null(object, name);
}

static int put_string(struct json_object *object, const char *name,
		      const char *value)
{
	char *utf8;
	int err;

	if (!value)
		return put_null(object, name);
	utf8 = escape_utf8(value);
	if (!utf8)
		return -ENOMEM;
	err = put(object, name, json_object_new_string(utf8));
	free(utf8);
	return err;
}

static int put_node_number(struct json_object *object, int node)
{
	return node == NO_NODE ? put_null(object, "node") :
				 put_number(object, "node", (uint64_t)node);
}

static int fill_policy(struct json_object *object, const struct policy *policy)
{
	return put_string(object, "name", policy->name) ?:
		put_number(object, "ratio_percent", policy->ratio) ?:
		(policy->has_numa_aware ?
		 put(object, "numa_aware",
		     json_object_new_boolean(policy->numa_aware)) :
		 put_null(object, "numa_aware")) ?:
		put_string(object, "source", "debugfs");
}

static int fill_group(struct json_object *object, const struct group *g)
{
	struct opt_u64 id = { g->has_id, g->id };

	return put_opt(object, "id", id) ?:
		put_string(object, "type", g->type) ?:
		put_string(object, "device", g->device) ?:
		put_node_number(object, g->node) ?:
		put_number(object, "blocks", g->blocks) ?:
		put_number(object, "kernel_bytes", g->kernel) ?:
		put_number(object, "movable_bytes", g->movable) ?:
		put_number(object, "offline_bytes", g->offline) ?:
		put_opt(object, "max_bytes", g->max) ?:
		put_opt(object, "unit_bytes", g->unit);
}

static int fill_totals(struct json_object *object, const struct node *n)
{
	return put_number(object, "early_kernel_bytes", n->early_kernel) ?:
		put_number(object, "kernel_bytes", n->kernel) ?:
		put_number(object, "movable_bytes", n->movable) ?:
		put_number(object, "cma_bytes", n->cma) ?:
		put_opt(object, "movable_headroom_bytes", n->headroom);
}

/* A new object inside an array, which owns it; NULL without memory. */
static struct json_object *append(struct json_object *array)
{
	struct json_object *object = json_object_new_object();

	if (object && json_object_array_add(array, object)) {
		json_object_put(object);
		return NULL;
	}
	return object;
}

static int put_policy(struct json_object *document, const struct model *model)
{
	struct json_object *object = json_object_new_object();

	return put(document, "policy", object) ?: fill_policy(object, &model->policy);
}

static int put_groups(struct json_object *document, const struct model *model)
{
	struct json_object *array = json_object_new_array();
	int err = put(document, "groups", array);
	size_t i;

	for (i = 0; !err && i < model->nr_groups; i++) {
		struct json_object *object = append(array);

		err = object ? fill_group(object, &model->groups[i]) : -ENOMEM;
	}
	return err;
}

static int put_nodes(struct json_object *document, const struct model *model)
{
	struct json_object *array = json_object_new_array(), *system;
	int err = put(document, "nodes", array);
	size_t i;

	for (i = 1; !err && i < model->nr_nodes; i++) {
		struct json_object *object = append(array);

		err = object ? put_node_number(object, model->nodes[i].node) ?:
			       fill_totals(object, &model->nodes[i]) : -ENOMEM;
	}
	if (err)
		return err;
	system = json_object_new_object();
	return put(document, "system", system) ?: fill_totals(system, model->nodes);
}

int render_json(FILE *out, const struct model *model, const struct view *view,
		struct fault *fault)
{
	struct json_object *document = json_object_new_object();
	const char *text = NULL;
	int err = -ENOMEM;

	if (document)
		err = put_number(document, "schema", SCHEMA);
	if (!err && (!view || view == &views[VIEW_POLICY]))
		err = put_policy(document, model);
	if (!err && (!view || view == &views[VIEW_GROUPS]))
		err = put_groups(document, model);
	if (!err && (!view || view == &views[VIEW_NODES]))
		err = put_nodes(document, model);
	if (!err)
		text = json_object_to_json_string_ext(document,
						      JSON_C_TO_STRING_PRETTY |
						      JSON_C_TO_STRING_SPACED |
						      JSON_C_TO_STRING_NOSLASHESCAPE);
	if (text) {
		fputs(text, out);
		fputc('\n', out);
	}
	json_object_put(document);
	return text ? 0 : fault_nomem(fault);
}
