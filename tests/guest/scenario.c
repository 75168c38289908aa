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

/* json-c aborts when it is asked for an item of what is no array. */
static struct json_object *item_at(struct json_object *array, size_t index)
{
	return json_object_is_type(array, json_type_array) ?
		json_object_array_get_idx(array, index) : NULL;
}

static long number_at(struct json_object *array, size_t index)
{
	return json_object_get_int64(item_at(array, index));
}

static const char *string_at(struct json_object *array, size_t index)
{
	const char *text = json_object_get_string(item_at(array, index));

	return text ? text : "";
}

/* The devices under @key. Returns how many, or -EINVAL if there are too many. */
static int count_devices(struct json_object *json, const char *key,
			 struct json_object **list)
{
	*list = member(json, key, json_type_array);
	if (!*list)
		return 0;
	if (json_object_array_length(*list) > SCENARIO_DEVICES_MAX)
		return -EINVAL;
	return json_object_array_length(*list);
}

/* A number that may be missing. */
static long number_or(struct json_object *object, const char *key, long missing)
{
	struct json_object *value = member(object, key, json_type_int);

	return value ? json_object_get_int64(value) : missing;
}

static bool flag_or(struct json_object *object, const char *key, bool missing)
{
	struct json_object *value = member(object, key, json_type_boolean);

	return value ? json_object_get_boolean(value) : missing;
}

static int read_virtio_mem(struct json_object *json, struct scenario *scenario)
{
	struct json_object *list;
	int i, count = count_devices(json, "virtio_mem", &list);

	for (i = 0; i < count; i++) {
		struct json_object *device = json_object_array_get_idx(list, i);
		struct json_object *id = member(device, "id", json_type_string);
		struct virtio_mem *virtio_mem = &scenario->virtio_mem[i];

		if (!id || !member(device, "max_gib", json_type_int))
			return -EINVAL;
		snprintf(virtio_mem->id, sizeof(virtio_mem->id), "%s",
			 json_object_get_string(id));
		virtio_mem->max_gib = number_or(device, "max_gib", 0);
		virtio_mem->block_mib = number_or(device, "block_mib", 2);
		virtio_mem->node = number_or(device, "node", 0);
	}
	if (count < 0)
		return count;
	scenario->nr_virtio_mem = count;
	return 0;
}

static int read_dax(struct json_object *json, struct scenario *scenario)
{
	struct json_object *list, *device;
	int i, count;

	count = count_devices(json, "nvdimm", &list);
	for (i = 0; i < count; i++) {
		device = json_object_array_get_idx(list, i);
		scenario->nvdimm[i].mib = number_or(device, "mib", 0);
		scenario->nvdimm[i].node = number_or(device, "node", 0);
		if (!scenario->nvdimm[i].mib)
			return -EINVAL;
	}
	if (count < 0)
		return count;
	scenario->nr_nvdimm = count;

	count = count_devices(json, "soft_reserved", &list);
	for (i = 0; i < count; i++) {
		device = json_object_array_get_idx(list, i);
		scenario->soft_reserved[i].at_mib =
			number_or(device, "at_mib", 0);
		scenario->soft_reserved[i].mib = number_or(device, "mib", 0);
		if (!scenario->soft_reserved[i].at_mib ||
		    !scenario->soft_reserved[i].mib)
			return -EINVAL;
	}
	if (count < 0)
		return count;
	scenario->nr_soft_reserved = count;
	return 0;
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
				json_object_get_uint64(value) * 1024 / nodes;
	}
	scenario->nr_nodes = nodes;

	value = member(json, "ratio", json_type_int);
	if (!value)
		return -EINVAL;
	scenario->ratio = json_object_get_int64(value);
	scenario->numa_aware = flag_or(json, "numa_aware", true);
	scenario->memmap_on_memory = flag_or(json, "memmap_on_memory", false);
	scenario->by_hand = flag_or(json, "by_hand", true);

	if (read_virtio_mem(json, scenario))
		return -EINVAL;
	return read_dax(json, scenario);
}

static int read_op(struct json_object *json, struct step *step)
{
	static const char * const words[] = {
		[OP_DIMM] = "dimm", [OP_REMOVE] = "remove",
		[OP_RESIZE] = "resize", [OP_DAX_BIND] = "dax-bind",
		[OP_DAX_UNBIND] = "dax-unbind", [OP_OFFLINE] = "offline",
		[OP_ONLINE] = "online",
		[OP_ONLINE_KERNEL] = "online-kernel",
		[OP_ONLINE_MOVABLE] = "online-movable",
		[OP_RATIO] = "ratio", [OP_NUMA_AWARE] = "numa-aware",
	};
	const char *word = string_at(json, 0);
	size_t op = 0;

	while (op < sizeof(words) / sizeof(*words) && strcmp(words[op], word))
		op++;
	step->op = op;
	switch (step->op) {
	case OP_DIMM:
		step->mib = number_at(json, 1);
		step->node = number_at(json, 2);
		return 0;
	case OP_OFFLINE:
	case OP_ONLINE:
	case OP_ONLINE_KERNEL:
	case OP_ONLINE_MOVABLE:
		step->block = number_at(json, 1);
		return 0;
	case OP_RATIO:
	case OP_NUMA_AWARE:
		step->value = number_at(json, 1);
		return 0;
	case OP_RESIZE:
		step->mib = number_at(json, 2);
		break;
	case OP_REMOVE:
	case OP_DAX_BIND:
	case OP_DAX_UNBIND:
		break;
	default:
		return -EINVAL;
	}
	snprintf(step->device, sizeof(step->device), "%s", string_at(json, 1));
	return 0;
}

static int read_layout(struct json_object *json, struct layout *layout,
		       struct fault *fault)
{
	size_t i;
	int ret;

	for (i = 0; i < json_object_array_length(json); i++) {
		struct json_object *item = item_at(json, i);
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
		struct json_object *layout = item_at(layouts, i);
		struct step *step = &scenario->steps[i];

		if (read_op(item_at(ops, i), step))
			return bad(fault, path, scenario->name, "op");
		if (!json_object_is_type(layout, json_type_array))
			return bad(fault, path, scenario->name, "layout");
		ret = read_layout(layout, &step->layout, fault);
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
		printf("--virtio-mem=id=%s,max=%uG,node=%d,block=%uM\n",
		       scenario->virtio_mem[i].id,
		       scenario->virtio_mem[i].max_gib,
		       scenario->virtio_mem[i].node,
		       scenario->virtio_mem[i].block_mib);
	for (i = 0; i < scenario->nr_nvdimm; i++)
		printf("--nvdimm=id=n%u,size=%luM,node=%d\n", i,
		       scenario->nvdimm[i].mib, scenario->nvdimm[i].node);
	printf("--append=memhp_default_state=online memory_hotplug.online_policy=auto-movable memory_hotplug.auto_movable_ratio=%u memory_hotplug.auto_movable_numa_aware=%c memory_hotplug.memmap_on_memory=%c",
	       scenario->ratio, scenario->numa_aware ? 'Y' : 'N',
	       scenario->memmap_on_memory ? 'Y' : 'N');
	/*
	 * In the firmware's map, from RAM to soft-reserved memory; where the kernel
	 * would otherwise put itself as if it was RAM.
	 */
	if (scenario->nr_soft_reserved)
		printf(" nokaslr");
	for (i = 0; i < scenario->nr_soft_reserved; i++)
		printf(" memmap=%luM%%%luM-1+0xefffffff",
		       scenario->soft_reserved[i].mib,
		       scenario->soft_reserved[i].at_mib);
	putchar('\n');
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
	case OP_DAX_BIND:
		snprintf(text, size, "dax-bind %s", step->device);
		break;
	case OP_DAX_UNBIND:
		snprintf(text, size, "dax-unbind %s", step->device);
		break;
	case OP_OFFLINE:
		snprintf(text, size, "offline block %lu", step->block);
		break;
	case OP_ONLINE:
		snprintf(text, size, "online block %lu", step->block);
		break;
	case OP_ONLINE_KERNEL:
		snprintf(text, size, "online_kernel block %lu", step->block);
		break;
	case OP_ONLINE_MOVABLE:
		snprintf(text, size, "online_movable block %lu", step->block);
		break;
	case OP_RATIO:
		snprintf(text, size, "ratio %u%%", step->value);
		break;
	case OP_NUMA_AWARE:
		snprintf(text, size, "numa_aware %s", step->value ? "on" : "off");
		break;
	}
}
