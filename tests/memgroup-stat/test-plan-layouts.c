// SPDX-License-Identifier: GPL-2.0
/* The planner against layouts that kernels made, step by step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "plan-tests.h"
#include "scenario.h"

struct replay {
	const struct scenario *scenario;
	struct plan *plan;
	/* Of dax devices, in the kernel's order. */
	struct {
		int node;
		uint64_t first, blocks, lost;
	} dax[2 * SCENARIO_DEVICES_MAX];
	unsigned int nr_dax;
};

/* Boot memory of a q35 machine, but for what is soft-reserved: counted block by block. */
static void boot(struct replay *r)
{
	const struct scenario *s = r->scenario;
	uint64_t total = 0, at = 0;
	unsigned int node, i;

	for (node = 0; node < s->nr_nodes; node++)
		total += s->node_mib[node];
	for (node = 0; node < s->nr_nodes; node++) {
		struct plan_memory memory = { .early_kernel = 0 };
		uint64_t done;

		for (done = 0; done < s->node_mib[node]; done += 128, at += 128) {
			const uint64_t number = (at < 2048 || total < 2816 ? at :
						 at + 2048) / 128;
			bool is_reserved = false;

			for (i = 0; i < s->nr_soft_reserved; i++) {
				const uint64_t start = s->soft_reserved[i].at_mib / 128;
				const uint64_t end = start + s->soft_reserved[i].mib / 128;

				if (number < start || number >= end)
					continue;
				is_reserved = true;
				r->dax[s->nr_nvdimm + i].node = (int)node;
				r->dax[s->nr_nvdimm + i].first = start;
				r->dax[s->nr_nvdimm + i].blocks = end - start;
			}
			if (is_reserved)
				continue;
			good(plan_add_range(r->plan, &(struct plan_range) {
				.node = (int)node, .first = number, .last = number,
				.zone = !number ? PLAN_SEVERAL :
					number < 32 ? PLAN_DMA32 : PLAN_NORMAL,
			}, &fault));
			memory.early_kernel += MIB(128);
		}
		if (!node)
			memory.early_kernel -= RESERVED;
		good(plan_add_memory(r->plan, (int)node, &memory, &fault));
	}
	r->nr_dax = s->nr_nvdimm + s->nr_soft_reserved;
}

/* An NVDIMM has its place also while it is no system memory. */
static void reserve_nvdimm(struct replay *r, unsigned int i)
{
	struct plan_device device = {
		.type = MEMGROUP_TYPE_STATIC, .node = r->dax[i].node,
		.first = r->dax[i].first - r->dax[i].lost,
		.nr_blocks = r->dax[i].blocks + r->dax[i].lost,
	};
	size_t index;

	snprintf(device.name, sizeof(device.name), "nvdimm%u", i);
	good(plan_add_device(r->plan, &device, &index, &fault));
}

static void add_devices(struct replay *r)
{
	const struct scenario *s = r->scenario;
	uint64_t place = 0;
	unsigned int i;

	for (i = 0; i < s->nr_virtio_mem; i++) {
		struct plan_step step = {
			.action = PLAN_PLUG_DYNAMIC, .node = s->virtio_mem[i].node,
			.max_bytes = GIB(s->virtio_mem[i].max_gib),
			.unit_bytes = MIB(s->virtio_mem[i].block_mib),
			.first = PLAN_ANYWHERE,
		};

		memcpy(step.name, s->virtio_mem[i].id, sizeof(s->virtio_mem[i].id));
		do_step(r->plan, step);
	}
	for (i = 0; i < plan_nr_devices(r->plan); i++)
		place = plan_device(r->plan, i)->first + plan_device(r->plan, i)->nr_blocks;
	if (!place)
		place = plan_config(r->plan)->hotplug_first;
	for (i = 0; i < s->nr_nvdimm; i++) {
		r->dax[i].node = s->nvdimm[i].node;
		r->dax[i].first = place + 1;
		r->dax[i].blocks = s->nvdimm[i].mib / 128 - 1;
		r->dax[i].lost = 1;
		place += s->nvdimm[i].mib / 128;
		reserve_nvdimm(r, i);
	}
}

static unsigned int dax_index(const struct replay *r, const char *name)
{
	unsigned int region, i, place = 0;

	assert_memory_equal(name, "dax", 3);
	region = (unsigned int)strtoul(name + 3, NULL, 10);
	/* NVDIMMs first, soft-reserved ones in the order of their addresses. */
	if (region < r->scenario->nr_nvdimm)
		return region;
	region -= r->scenario->nr_nvdimm;
	for (i = r->scenario->nr_nvdimm; i < r->nr_dax; i++, place++)
		if (place == region)
			return i;
	fail_msg("no device %s", name);
	return 0;
}

static void bind(struct replay *r, const struct step *from)
{
	const unsigned int i = dax_index(r, from->device);
	struct plan_step step = {
		.action = PLAN_PLUG_STATIC, .count = 1, .node = r->dax[i].node,
		.first = r->dax[i].first, .bytes = r->dax[i].blocks * MIB(128),
	};
	char name[PLAN_NAME_SIZE];

	if (r->dax[i].lost) {
		snprintf(name, sizeof(name), "nvdimm%u", i);
		unplug(r->plan, name);
	}
	memcpy(step.name, from->device, sizeof(from->device));
	do_step(r->plan, step);
}

static void replay_step(struct replay *r, const struct step *from)
{
	static const enum plan_action actions[] = {
		[OP_OFFLINE] = PLAN_BLOCK_OFFLINE, [OP_ONLINE] = PLAN_BLOCK_ONLINE,
		[OP_ONLINE_KERNEL] = PLAN_BLOCK_ONLINE_KERNEL,
		[OP_ONLINE_MOVABLE] = PLAN_BLOCK_ONLINE_MOVABLE,
		[OP_RATIO] = PLAN_SET_RATIO, [OP_NUMA_AWARE] = PLAN_SET_NUMA_AWARE,
	};
	unsigned int i;

	switch (from->op) {
	case OP_DIMM:
		do_step(r->plan, (struct plan_step) {
			.action = PLAN_PLUG_STATIC, .count = 1, .node = from->node,
			.bytes = MIB(from->mib), .first = PLAN_ANYWHERE,
		});
		break;
	case OP_REMOVE:
		unplug(r->plan, from->device);
		break;
	case OP_RESIZE:
		resize(r->plan, from->device, MIB(from->mib));
		break;
	case OP_DAX_BIND:
		bind(r, from);
		break;
	case OP_DAX_UNBIND:
		unplug(r->plan, from->device);
		i = dax_index(r, from->device);
		if (r->dax[i].lost)
			reserve_nvdimm(r, i);
		break;
	default:
		do_step(r->plan, (struct plan_step) {
			.action = actions[from->op], .block = from->block,
			.value = from->value,
		});
	}
}

/* Runs of state and zone alone, whoever they belong to. */
static void check_layout(const struct replay *r, const struct step *step, bool fold)
{
	struct layout actual = { .count = 0 };
	struct plan_run *runs;
	size_t i, nr;

	good(plan_list_runs(r->plan, fold, &runs, &nr, &fault));
	for (i = 0; i < nr; i++) {
		struct run *last = actual.count ? &actual.runs[actual.count - 1] : NULL;
		const bool offline = runs[i].zone == PLAN_OFFLINE;
		struct run run = { .first = runs[i].first, .last = runs[i].last };

		snprintf(run.state, sizeof(run.state), offline ? "offline" : "online");
		snprintf(run.zone, sizeof(run.zone), "%s",
			 offline ? "-" : plan_zone_name(runs[i].zone));
		if (last && last->last + 1 == run.first && !strcmp(last->zone, run.zone))
			last->last = run.last;
		else
			good(layout_add(&actual, &run, &fault));
	}
	free(runs);
	if (layout_compare(&step->layout, &actual, &fault)) {
		char text[128];

		step_describe(step, text, sizeof(text));
		fail_msg("%s: %s: %s", r->scenario->name, text, fault.text);
	}
}

static void replay(const char *path, const char *name)
{
	static struct scenario s;
	struct plan_config config;
	struct replay r = { .scenario = &s };
	uint64_t total = 0;
	unsigned int i;

	good(scenario_read(path, name, &s, &fault));
	config = config_of(s.ratio);
	config.policy.numa_aware = s.numa_aware;
	config.memmap_on_memory = s.memmap_on_memory;
	/* After all boot memory, also where that is reserved. */
	for (i = 0; i < s.nr_nodes; i++)
		total += s.node_mib[i];
	config.hotplug_first = total < 2816 ? 32 : (total + 2048 + 1023) / 1024 * 8;
	good(plan_new(&r.plan, &config, &fault));
	boot(&r);
	add_devices(&r);
	for (i = 0; i < s.nr_steps; i++) {
		replay_step(&r, &s.steps[i]);
		check_layout(&r, &s.steps[i], false);
	}
	plan_free(r.plan);
}

static void replay_all(const char *path, size_t least)
{
	struct json_object *list = json_object_from_file(path), *name;
	size_t i, count;

	assert_non_null(list);
	count = json_object_array_length(list);
	assert_true(count >= least);
	for (i = 0; i < count; i++) {
		assert_true(json_object_object_get_ex(json_object_array_get_idx(list, i),
						      "name", &name));
		replay(path, json_object_get_string(name));
	}
	json_object_put(list);
}

static void layouts_of_stock(void **state)
{
	(void)state;
	replay_all(SCENARIOS "/stock-6.1.json", 8);
}

static void layouts_of_ours(void **state)
{
	(void)state;
	replay_all(SCENARIOS "/demo.json", 2);
	replay_all(SCENARIOS "/memgroup.json", 3);
}

static void layouts_of_drivers(void **state)
{
	(void)state;
	replay_all(SCENARIOS "/drivers.json", 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layouts_of_stock),
		cmocka_unit_test(layouts_of_ours),
		cmocka_unit_test(layouts_of_drivers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
