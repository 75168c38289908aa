// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "scenario.h"

/* Everything the files hold is ours: what is missing or odd is an error. */
static struct json_object *member(struct json_object *object, const char *key,
				  enum json_type type)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, key, &value) ||
	    !json_object_is_type(value, type))
		return NULL;
	return value;
}

static int bad(struct fault *fault, const char *path, const char *name,
	       const char *what)
{
	return fault_set(fault, EINVAL, "%s: %s: bad or missing %s", path, name,
			 what);
}

static long number_at(struct json_object *array, size_t index)
{
	return json_object_get_int64(json_object_array_get_idx(array, index));
}

static const char *string_at(struct json_object *array, size_t index)
{
	const char *text =
		json_object_get_string(json_object_array_get_idx(array, index));

	return text ? text : "";
}

static int read_machine(struct json_object *json, struct scenario *scenario)
{
	struct json_object *value;
	unsigned int i, nodes = 1;

	value = member(json, "node_mib", json_type_array);
	if (value) {
		nodes = json_object_array_length(value);
		if (nodes > SCENARIO_NODES_MAX)
			return -EINVAL;
		for (i = 0; i < nodes; i++)
			scenario->node_mib[i] = number_at(value, i);
	} else {
		value = member(json, "nodes", json_type_int);
		if (value)
			nodes = json_object_get_int(value);
		value = member(json, "boot_gib", json_type_int);
		if (!value || !nodes || nodes > SCENARIO_NODES_MAX)
			return -EINVAL;
		for (i = 0; i < nodes; i++)
			scenario->node_mib[i] =
				json_object_get_int(value) * 1024 / nodes;
	}
	scenario->nr_nodes = nodes;

	value = member(json, "ratio", json_type_int);
	if (!value)
		return -EINVAL;
	scenario->ratio = json_object_get_int64(value);
	value = member(json, "numa_aware", json_type_boolean);
	scenario->numa_aware = value ? json_object_get_boolean(value) : true;

	value = member(json, "memmap_on_memory", json_type_boolean);
	scenario->memmap_on_memory = value && json_object_get_boolean(value);

	value = member(json, "virtio_mem", json_type_array);
	scenario->nr_virtio_mem = value ? json_object_array_length(value) : 0;
	if (scenario->nr_virtio_mem > SCENARIO_DEVICES_MAX)
		return -EINVAL;
	for (i = 0; i < scenario->nr_virtio_mem; i++) {
		struct json_object *device = json_object_array_get_idx(value, i);
		struct json_object *id = member(device, "id", json_type_string);
		struct json_object *max = member(device, "max_gib",
						 json_type_int);
		struct json_object *node = member(device, "node",
						  json_type_int);

		if (!id || !max)
			return -EINVAL;
		snprintf(scenario->virtio_mem[i].id,
			 sizeof(scenario->virtio_mem[i].id), "%s",
			 json_object_get_string(id));
		scenario->virtio_mem[i].max_gib = json_object_get_int(max);
		scenario->virtio_mem[i].node =
			node ? json_object_get_int(node) : 0;
	}
	return 0;
}

static int read_op(struct json_object *json, struct step *step)
{
	const char *op = string_at(json, 0);

	if (!strcmp(op, "dimm")) {
		step->op = OP_DIMM;
		step->mib = number_at(json, 1);
		step->node = number_at(json, 2);
		return 0;
	}
	snprintf(step->device, sizeof(step->device), "%s", string_at(json, 1));
	step->mib = number_at(json, 2);
	if (!strcmp(op, "remove"))
		step->op = OP_REMOVE;
	else if (!strcmp(op, "resize"))
		step->op = OP_RESIZE;
	else
		return -EINVAL;
	return 0;
}

static int read_layout(struct json_object *json, struct layout *layout,
		       struct fault *fault)
{
	size_t i;
	int ret;

	for (i = 0; i < json_object_array_length(json); i++) {
		struct json_object *item = json_object_array_get_idx(json, i);
		struct run run = { .first = number_at(item, 0),
				   .last = number_at(item, 1) };

		snprintf(run.state, sizeof(run.state), "%s", string_at(item, 2));
		snprintf(run.zone, sizeof(run.zone), "%s", string_at(item, 3));
		ret = layout_add(layout, &run, fault);
		if (ret)
			return ret;
	}
	return 0;
}

static int read_one(struct json_object *json, const char *path,
		    struct scenario *scenario, struct fault *fault)
{
	struct json_object *ops = member(json, "ops", json_type_array);
	struct json_object *layouts = member(json, "layouts", json_type_array);
	struct json_object *about = member(json, "about", json_type_string);
	unsigned int i;
	int ret;

	if (read_machine(json, scenario))
		return bad(fault, path, scenario->name, "machine");
	if (about)
		snprintf(scenario->about, sizeof(scenario->about), "%s",
			 json_object_get_string(about));
	if (!ops || !layouts ||
	    json_object_array_length(ops) != json_object_array_length(layouts) ||
	    json_object_array_length(ops) > SCENARIO_STEPS_MAX)
		return bad(fault, path, scenario->name, "ops or layouts");

	scenario->nr_steps = json_object_array_length(ops);
	for (i = 0; i < scenario->nr_steps; i++) {
		struct step *step = &scenario->steps[i];

		if (read_op(json_object_array_get_idx(ops, i), step))
			return bad(fault, path, scenario->name, "op");
		ret = read_layout(json_object_array_get_idx(layouts, i),
				  &step->layout, fault);
		if (ret)
			return ret;
	}
	return 0;
}

static const char *name_of(struct json_object *json)
{
	struct json_object *name = member(json, "name", json_type_string);

	return name ? json_object_get_string(name) : "";
}

static int read_file(const char *path, struct json_object **list,
		     struct fault *fault)
{
	*list = json_object_from_file(path);
	if (!*list)
		return fault_set(fault, EINVAL, "%s: %s", path,
				 json_util_get_last_err());
	if (!json_object_is_type(*list, json_type_array)) {
		json_object_put(*list);
		return fault_set(fault, EINVAL, "%s: not an array", path);
	}
	return 0;
}

int scenario_read(const char *path, const char *name, struct scenario *scenario,
		  struct fault *fault)
{
	struct json_object *list, *json;
	size_t i;
	int ret;

	ret = read_file(path, &list, fault);
	if (ret)
		return ret;

	ret = fault_set(fault, ENOENT, "%s: no scenario \"%s\"", path, name);
	for (i = 0; i < json_object_array_length(list); i++) {
		json = json_object_array_get_idx(list, i);
		if (strcmp(name_of(json), name))
			continue;
		*scenario = (struct scenario) {};
		snprintf(scenario->name, sizeof(scenario->name), "%s", name);
		ret = read_one(json, path, scenario, fault);
		break;
	}
	json_object_put(list);
	return ret;
}

int scenario_list(const char *path, struct fault *fault)
{
	struct json_object *list;
	size_t i;
	int ret;

	ret = read_file(path, &list, fault);
	if (ret)
		return ret;
	for (i = 0; i < json_object_array_length(list); i++)
		puts(name_of(json_object_array_get_idx(list, i)));
	json_object_put(list);
	return 0;
}

void scenario_print_vm_options(const struct scenario *scenario)
{
	unsigned int i;

	/* Room for all devices, so that none has to be added up here. */
	puts("--max-memory=256G");
	for (i = 0; i < scenario->nr_nodes; i++)
		printf("--node=%luM\n", scenario->node_mib[i]);
	for (i = 0; i < scenario->nr_virtio_mem; i++)
		printf("--virtio-mem=id=%s,max=%uG,node=%d\n",
		       scenario->virtio_mem[i].id,
		       scenario->virtio_mem[i].max_gib,
		       scenario->virtio_mem[i].node);
	printf("--append=memhp_default_state=online memory_hotplug.online_policy=auto-movable memory_hotplug.auto_movable_ratio=%u memory_hotplug.auto_movable_numa_aware=%c memory_hotplug.memmap_on_memory=%c\n",
	       scenario->ratio, scenario->numa_aware ? 'Y' : 'N',
	       scenario->memmap_on_memory ? 'Y' : 'N');
}

void step_describe(const struct step *step, char *text, size_t size)
{
	switch (step->op) {
	case OP_DIMM:
		snprintf(text, size, "add-dimm %luM %d", step->mib, step->node);
		break;
	case OP_REMOVE:
		snprintf(text, size, "remove-dimm %s", step->device);
		break;
	case OP_RESIZE:
		snprintf(text, size, "resize %s %luM", step->device, step->mib);
		break;
	}
}
