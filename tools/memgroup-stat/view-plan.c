// SPDX-License-Identifier: GPL-2.0
/* memgroup-stat plan: what the kernel would do, by its own policy source. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "plan-advice.h"
#include "plan-live.h"
#include "plan-options.h"
#include "units.h"
#include "views.h"

#define LINE_WIDTH	80

/* Devices beside each other that fared the same are one row. */
#define LABEL_SIZE	(2 * PLAN_NAME_SIZE + 4)

struct layout_row {
	struct plan_run run;
	const struct plan_device *last_device;
	char device[LABEL_SIZE];
	char zone[64];
};

struct device_row {
	const struct plan_device *first, *last;
	uint64_t count;
	char name[LABEL_SIZE];
	char refusal[EXPLANATION_MAX];
};

struct step_row {
	const char *label;
	int node;		/* or PLAN_SYSTEM */
	struct plan_sums sums;
	uint64_t unpluggable, map;	/* of the system */
};

/* A way to have the goal, and what comes of it. */
struct goal_row {
	const char *way;
	uint64_t goal, size;	/* bytes; size 0: what the steps say */
	struct plan_ratio ratio;
};

struct outcome {
	struct plan *plan;
	bool live;
	struct layout_row *layout;
	size_t nr_layout;
	struct device_row *devices;
	size_t nr_devices;
	struct step_row *steps;
	size_t nr_steps;
	struct plan_warning *warnings;
	size_t nr_warnings;
	struct goal_row goals[3];
	size_t nr_goals;
	struct model nodes;	/* nothing but those */
};

static uint64_t pages_to_bytes(const struct outcome *o, uint64_t pages)
{
	return pages * plan_config(o->plan)->page_bytes;
}

/* Defines a getter of a row "r" of one of the tables; "o" is the outcome. */
#define GETTER(name, rows, type, expression)				\
static struct value name(const void *data, size_t row)			\
{									\
	const struct outcome *o = data;					\
	const struct type *r = &o->rows[row];				\
									\
	(void)r;							\
	return expression;						\
}

#define LAYOUT(name, expression) GETTER(name, layout, layout_row, expression)
#define DEVICE(name, expression) GETTER(name, devices, device_row, expression)
#define STEP(name, expression) GETTER(name, steps, step_row, expression)
#define WARNING(name, expression) GETTER(name, warnings, plan_warning, expression)
#define GOAL(name, expression) GETTER(name, goals, goal_row, expression)

/* The layout. */

static uint64_t movable_blocks(const struct layout_row *row)
{
	const struct plan_run *r = &row->run;

	if (r->turns)
		return r->other == PLAN_MOVABLE ? r->other_blocks : 0;
	return r->zone == PLAN_MOVABLE ? r->last - r->first + 1 : 0;
}

static uint64_t blocks_of(const struct layout_row *row)
{
	const struct plan_run *r = &row->run;

	return r->turns ? r->kernel_blocks + movable_blocks(row) : r->last - r->first + 1;
}

static struct value per_turn(const struct layout_row *row, uint64_t blocks)
{
	return row->run.turns ? value_number(blocks) : value_none();
}

LAYOUT(blocks, ((struct value){
	.kind = VALUE_SPAN, .number = r->run.first, .last = r->run.last,
}))
LAYOUT(first_block, value_number(r->run.first))
LAYOUT(last_block, value_number(r->run.last))
LAYOUT(range, ((struct value){
	.kind = VALUE_ADDRESSES,
	.number = r->run.first * plan_config(o->plan)->block_bytes,
	.last = (r->run.last + 1) * plan_config(o->plan)->block_bytes - 1,
}))
LAYOUT(size, value_bytes(blocks_of(r) * plan_config(o->plan)->block_bytes))
LAYOUT(movable_size, value_bytes(movable_blocks(r) * plan_config(o->plan)->block_bytes))
LAYOUT(node, value_number((uint64_t)r->run.node))
LAYOUT(zone, value_text(r->run.zone == PLAN_SEVERAL ? NULL : r->zone))
LAYOUT(first_zone, r->run.zone == PLAN_SEVERAL || r->run.zone == PLAN_OFFLINE ?
	value_none() : value_text(plan_zone_name(r->run.zone)))
LAYOUT(other_zone, r->run.turns && r->run.other == PLAN_MOVABLE ?
	value_text(plan_zone_name(PLAN_MOVABLE)) : value_none())
LAYOUT(turns, r->run.turns ? value_number(r->run.turns) : value_none())
LAYOUT(kernel_least, per_turn(r, r->run.kernel_least))
LAYOUT(kernel_most, per_turn(r, r->run.kernel_most))
LAYOUT(other_least, per_turn(r, r->run.other_least))
LAYOUT(other_most, per_turn(r, r->run.other_most))
LAYOUT(device, value_text(*r->device ? r->device : NULL))
LAYOUT(first_device, value_text(r->run.device ? r->run.device->name : NULL))
LAYOUT(last_device, value_text(r->last_device ? r->last_device->name : NULL))
LAYOUT(reason, value_text(r->run.reason == PLAN_NO_REASON ? NULL :
			  memgroup_reason_name(r->run.reason)))

static const struct column layout_columns[] = {
	{ "BLOCK", NULL, "number or range of numbers of memory blocks", false, blocks },
	{ "FIRST-BLOCK", "first_block", "the first of these numbers", true, first_block },
	{ "LAST-BLOCK", "last_block", "the last one", true, last_block },
	{ "RANGE", NULL, "addresses of the first and the last byte", false, range },
	{ "SIZE", "size_bytes", "how much memory that is", true, size },
	{ "MOVABLE", "movable_bytes", "of it in ZONE_MOVABLE", true, movable_size },
	{ "NODE", "node", "NUMA node", true, node },
	{ "ZONE", NULL, "zone; 1 Normal, 3 Movable: so many blocks in turn", false, zone },
	{ NULL, "zone", NULL, false, first_zone },
	{ NULL, "turn_zone", NULL, false, other_zone },
	{ "TURNS", "turns", "how often in turn", true, turns },
	{ NULL, "turn_kernel_blocks_min", NULL, true, kernel_least },
	{ NULL, "turn_kernel_blocks_max", NULL, true, kernel_most },
	{ NULL, "turn_other_blocks_min", NULL, true, other_least },
	{ NULL, "turn_other_blocks_max", NULL, true, other_most },
	{ "DEVICE", NULL, "device, or several of the same kind", false, device },
	{ NULL, "device", NULL, false, first_device },
	{ NULL, "last_device", NULL, false, last_device },
	{ "REASON", "reason", "why the first block went there", false, reason },
};

static size_t layout_rows(const void *data)
{
	return ((const struct outcome *)data)->nr_layout;
}

static const struct table layout_table = {
	.name = "plan", .columns = layout_columns, .nr_columns = ARRAY_SIZE(layout_columns),
	.rows = layout_rows, .list = "BLOCK,SIZE,ZONE,TURNS,DEVICE,REASON",
};

/* Devices. */

static uint64_t device_unpluggable(const struct outcome *o, const struct device_row *r)
{
	const struct plan_device *d = r->first;

	if (d->type != MEMGROUP_TYPE_STATIC)
		return pages_to_bytes(o, d->movable_pages);
	return plan_is_movable(d) ? d->plugged_bytes * r->count : 0;
}

DEVICE(device_name, value_text(r->name))
DEVICE(device_first, value_text(r->first->name))
DEVICE(device_last, value_text(r->last->name))
DEVICE(device_count, value_number(r->count))
DEVICE(device_type, value_text(memgroup_type_name(r->first->type)))
DEVICE(device_node, value_number((uint64_t)r->first->node))
DEVICE(device_size, value_bytes(r->first->plugged_bytes * r->count))
DEVICE(device_kernel, value_bytes(pages_to_bytes(o, r->first->kernel_pages * r->count)))
DEVICE(device_movable, value_bytes(pages_to_bytes(o, r->first->movable_pages * r->count)))
DEVICE(device_offline, value_bytes(r->first->offline_blocks * r->count *
				   plan_config(o->plan)->block_bytes))
DEVICE(device_whole, value_bool(plan_is_movable(r->first)))
DEVICE(device_unplug, value_bytes(device_unpluggable(o, r)))
DEVICE(device_refused, r->first->refusal.any ? value_number(r->first->refusal.block) :
					       value_none())
DEVICE(device_refusal, value_text(*r->refusal ? r->refusal : NULL))

static const struct column device_columns[] = {
	{ "DEVICE", NULL, "device, or several of the same kind", false, device_name },
	{ NULL, "device", NULL, false, device_first },
	{ NULL, "last_device", NULL, false, device_last },
	{ "COUNT", "devices", "how many that are", true, device_count },
	{ "TYPE", "type", "static: as a whole; dynamic: in units", false, device_type },
	{ "NODE", "node", "NUMA node", true, device_node },
	{ "SIZE", "size_bytes", "how much is plugged", true, device_size },
	{ "KERNEL", "kernel_bytes", "of it in kernel zones", true, device_kernel },
	{ "MOVABLE", "movable_bytes", "of it in ZONE_MOVABLE", true, device_movable },
	{ NULL, "offline_bytes", NULL, true, device_offline },
	{ "WHOLE", "whole", "could it be unplugged as a whole?", false, device_whole },
	{ "UNPLUGGABLE", "unpluggable_bytes", "how much of it could", true, device_unplug },
	{ NULL, "refused_block", NULL, true, device_refused },
	{ NULL, "refusal", NULL, false, device_refusal },
};

static size_t device_rows(const void *data)
{
	return ((const struct outcome *)data)->nr_devices;
}

static const struct table device_table = {
	.name = "devices", .columns = device_columns,
	.nr_columns = ARRAY_SIZE(device_columns), .rows = device_rows,
	.list = "DEVICE,COUNT,TYPE,NODE,SIZE,KERNEL,MOVABLE,WHOLE,UNPLUGGABLE",
};

/* Steps. */

static struct value for_system(const struct step_row *row, uint64_t bytes)
{
	return row->node == PLAN_SYSTEM ? value_bytes(bytes) : value_none();
}

STEP(step_label, value_text(r->label))
STEP(step_node, r->node == PLAN_SYSTEM ? value_text("system") :
					 value_number((uint64_t)r->node))
STEP(step_number, r->node == PLAN_SYSTEM ? value_none() : value_number((uint64_t)r->node))
STEP(step_kernel, value_bytes(r->sums.kernel))
STEP(step_movable, value_bytes(r->sums.movable))
STEP(step_headroom, r->sums.has_headroom ? value_bytes(r->sums.headroom) : value_none())
STEP(step_unplug, for_system(r, r->unpluggable))
STEP(step_map, for_system(r, r->map))

static const struct column step_columns[] = {
	{ "STEP", "step", "what was done", false, step_label },
	{ "NODE", NULL, "NUMA node, or the whole system", true, step_node },
	{ NULL, "node", NULL, true, step_number },
	{ "KERNEL", "kernel_bytes", "memory in kernel zones after it", true, step_kernel },
	{ "MOVABLE", "movable_bytes", "memory in ZONE_MOVABLE", true, step_movable },
	{ "HEADROOM", "movable_headroom_bytes", "what could still become MOVABLE", true,
	  step_headroom },
	{ "UNPLUGGABLE", "unpluggable_bytes", "what could be unplugged", true, step_unplug },
	{ "MEMORY-MAP", "memory_map_bytes", "what the memory map takes of KERNEL", true,
	  step_map },
};

static size_t step_rows(const void *data)
{
	return ((const struct outcome *)data)->nr_steps;
}

static const struct table step_table = {
	.name = "steps", .columns = step_columns, .nr_columns = ARRAY_SIZE(step_columns),
	.rows = step_rows,
	.list = "STEP,NODE,KERNEL,MOVABLE,HEADROOM,UNPLUGGABLE,MEMORY-MAP",
};

/* Warnings are sentences; only JSON has them as a table. */

WARNING(danger, value_text(plan_danger_name(r->danger)))
WARNING(danger_device, value_text(r->device ? r->device->name : NULL))
WARNING(danger_amount, value_number(r->amount))
WARNING(danger_of, value_number(r->of))
WARNING(danger_text, value_text(r->text))

static const struct column warning_columns[] = {
	{ NULL, "kind", NULL, false, danger },
	{ NULL, "device", NULL, false, danger_device },
	{ NULL, "amount", NULL, true, danger_amount },
	{ NULL, "of", NULL, true, danger_of },
	{ NULL, "text", NULL, false, danger_text },
};

static const struct table warning_table = {
	.name = "warnings", .columns = warning_columns,
	.nr_columns = ARRAY_SIZE(warning_columns),
};

/* The question of --unpluggable. */

static struct value percent_if(bool is_known, uint32_t percent)
{
	return (struct value){
		.kind = is_known ? VALUE_PERCENT : VALUE_NONE, .number = percent,
	};
}

static struct value bytes_if(bool is_known, uint64_t bytes)
{
	return is_known ? value_bytes(bytes) : value_none();
}

GOAL(goal_way, value_text(r->way))
GOAL(goal_bytes, value_bytes(r->goal))
GOAL(goal_size, bytes_if(r->size, r->size))
GOAL(goal_ratio, percent_if(r->ratio.found, r->ratio.ratio))
GOAL(goal_least, value_bool(r->ratio.is_least))
GOAL(goal_tried, percent_if(r->ratio.tried_to, r->ratio.tried_to))
GOAL(goal_fails, percent_if(r->ratio.fails_again, r->ratio.fails_again))
GOAL(goal_kernel, bytes_if(r->ratio.found, r->ratio.kernel_bytes))
GOAL(goal_map, bytes_if(r->ratio.found, r->ratio.map_bytes))
GOAL(goal_left, bytes_if(r->ratio.found,
			 r->ratio.left_bytes > 0 ? (uint64_t)r->ratio.left_bytes : 0))
GOAL(goal_tables, bytes_if(r->ratio.found, r->ratio.table_bytes))

static const struct column goal_columns[] = {
	{ "WAY", "way", "how the memory is plugged", false, goal_way },
	{ NULL, "goal_bytes", NULL, true, goal_bytes },
	{ "SIZE", "size_bytes", "size of the device", true, goal_size },
	{ "RATIO", "ratio_percent", "the least ratio that does", true, goal_ratio },
	{ NULL, "is_least", NULL, false, goal_least },
	{ NULL, "tried_to_percent", NULL, true, goal_tried },
	{ NULL, "fails_again_percent", NULL, true, goal_fails },
	{ "KERNEL", "kernel_bytes", "memory in kernel zones then", true, goal_kernel },
	{ "MEMORY-MAP", "memory_map_bytes", "what the memory map takes of it", true,
	  goal_map },
	{ "LEFT", "kernel_left_bytes", "what that leaves", true, goal_left },
	{ "PAGE-TABLES", "page_table_bytes", "of LEFT, if all MOVABLE memory is mapped once",
	  true, goal_tables },
};

static size_t goal_rows(const void *data)
{
	return ((const struct outcome *)data)->nr_goals;
}

static const struct table goal_table = {
	.name = "unpluggable", .columns = goal_columns,
	.nr_columns = ARRAY_SIZE(goal_columns), .rows = goal_rows,
	.list = "WAY,SIZE,RATIO,KERNEL,MEMORY-MAP,LEFT,PAGE-TABLES",
};

/* Settings at the end of the plan, for JSON. */

static struct value set_policy(const void *data, size_t row)
{
	const struct outcome *o = data;

	(void)row;
	return value_text(memgroup_policy_name(plan_config(o->plan)->policy.policy));
}

static struct value set_ratio(const void *data, size_t row)
{
	const struct outcome *o = data;

	(void)row;
	return value_number(plan_config(o->plan)->policy.ratio);
}

static struct value set_numa_aware(const void *data, size_t row)
{
	const struct outcome *o = data;

	(void)row;
	return value_bool(plan_config(o->plan)->policy.numa_aware);
}

static struct value set_block(const void *data, size_t row)
{
	const struct outcome *o = data;

	(void)row;
	return value_bytes(plan_config(o->plan)->block_bytes);
}

static struct value set_live(const void *data, size_t row)
{
	(void)row;
	return value_bool(((const struct outcome *)data)->live);
}

static const struct column setting_columns[] = {
	{ NULL, "policy", NULL, false, set_policy },
	{ NULL, "ratio_percent", NULL, true, set_ratio },
	{ NULL, "numa_aware", NULL, false, set_numa_aware },
	{ NULL, "block_bytes", NULL, true, set_block },
	{ NULL, "live", NULL, false, set_live },
};

static const struct table setting_table = {
	.name = "plan", .columns = setting_columns,
	.nr_columns = ARRAY_SIZE(setting_columns),
};

/* From the plan to the tables. */

static void label(char text[LABEL_SIZE], const struct plan_device *first,
		  const struct plan_device *last)
{
	if (first == last)
		snprintf(text, LABEL_SIZE, "%s", first->name);
	else
		snprintf(text, LABEL_SIZE, "%s..%s", first->name, last->name);
}

static size_t prefix_length(const char *name)
{
	size_t len = strlen(name);

	while (len && strchr("0123456789", name[len - 1]))
		len--;
	return len;
}

/* Static devices of the same kind, beside each other, of which the same can be said. */
static bool are_alike(const struct plan_device *a, const struct plan_device *b)
{
	const size_t len = prefix_length(a->name);

	return prefix_length(b->name) == len && !memcmp(a->name, b->name, len) &&
		a->first + a->nr_blocks == b->first &&
		a->type == MEMGROUP_TYPE_STATIC && b->type == a->type &&
		a->node == b->node && a->plugged_bytes == b->plugged_bytes &&
		a->kernel_pages == b->kernel_pages &&
		a->movable_pages == b->movable_pages;
}

static bool is_continued(const struct layout_row *row, const struct plan_run *run)
{
	return row->last_device && run->device && row->run.last + 1 == run->first &&
		row->run.zone == run->zone && row->run.reason == run->reason &&
		are_alike(row->last_device, run->device);
}

static int span_text(char *text, size_t size, uint64_t least, uint64_t most,
		     const char *name)
{
	return least == most ? snprintf(text, size, "%" PRIu64 " %s", least, name) :
		snprintf(text, size, "%" PRIu64 "-%" PRIu64 " %s", least, most, name);
}

static void describe_zone(struct layout_row *row)
{
	const struct plan_run *r = &row->run;
	const char *name = plan_zone_name(r->zone);
	int len;

	if (!r->turns) {
		snprintf(row->zone, sizeof(row->zone), "%s", name);
		return;
	}
	len = span_text(row->zone, sizeof(row->zone), r->kernel_least, r->kernel_most, name);
	if (len < 0 || (size_t)len + 2 >= sizeof(row->zone))
		return;
	row->zone[len++] = ',';
	row->zone[len++] = ' ';
	span_text(row->zone + len, sizeof(row->zone) - (size_t)len, r->other_least,
		  r->other_most, r->other == PLAN_MOVABLE ? plan_zone_name(r->other) : "none");
}

static int take_layout(struct outcome *o, bool fold, struct fault *fault)
{
	struct plan_run *runs;
	size_t i, nr;
	int ret;

	ret = plan_list_runs(o->plan, fold, &runs, &nr, fault);
	if (ret)
		return ret;
	o->layout = calloc(nr + 1, sizeof(*o->layout));
	for (i = 0; o->layout && i < nr; i++) {
		struct layout_row *last = o->nr_layout ? &o->layout[o->nr_layout - 1] : NULL;

		if (fold && last && is_continued(last, &runs[i])) {
			last->run.last = runs[i].last;
			last->last_device = runs[i].device;
			continue;
		}
		o->layout[o->nr_layout++] = (struct layout_row) {
			.run = runs[i], .last_device = runs[i].device,
		};
	}
	free(runs);
	if (!o->layout)
		return fault_nomem(fault);
	for (i = 0; i < o->nr_layout; i++) {
		describe_zone(&o->layout[i]);
		if (o->layout[i].run.device)
			label(o->layout[i].device, o->layout[i].run.device,
			      o->layout[i].last_device);
	}
	return 0;
}

static int take_devices(struct outcome *o, bool fold, struct fault *fault)
{
	const size_t nr = plan_nr_devices(o->plan);
	struct device_row *row;
	size_t i;

	o->devices = calloc(nr + 1, sizeof(*o->devices));
	if (!o->devices)
		return fault_nomem(fault);
	for (i = 0; i < nr; i++) {
		const struct plan_device *d = plan_device(o->plan, i);

		if (d->gone)
			continue;
		row = o->nr_devices ? &o->devices[o->nr_devices - 1] : NULL;
		if (!fold || !row || !are_alike(row->last, d)) {
			row = &o->devices[o->nr_devices++];
			row->first = d;
		}
		row->last = d;
		row->count++;
	}
	for (i = 0; i < o->nr_devices; i++) {
		row = &o->devices[i];
		label(row->name, row->first, row->last);
		if (row->first->refusal.any)
			plan_explain(o->plan, &row->first->refusal, row->first->node,
				     row->refusal);
	}
	return 0;
}

static struct node node_of(const struct outcome *o, int nid)
{
	const struct memgroup_config *config = &plan_config(o->plan)->policy;
	struct plan_sums sums;

	plan_sum(o->plan, nid, &sums);
	return (struct node) {
		.node = nid == PLAN_SYSTEM ? NO_NODE : nid,
		.early_kernel = sums.early_kernel, .kernel = sums.kernel,
		.movable = sums.movable, .cma = sums.cma,
		.needed = { true, sums.needed },
		.limit = { sums.has_headroom, sums.limit },
		.headroom = { sums.has_headroom, sums.headroom },
		.dynamic_kernel = sums.dynamic_kernel,
		.allowed_ratio = {
			sums.has_headroom && (nid == PLAN_SYSTEM || config->numa_aware),
			config->ratio,
		},
	};
}

static int take_nodes(struct outcome *o, struct fault *fault)
{
	int nid;

	o->nodes.nodes = calloc(PLAN_NODES_MAX + 1, sizeof(*o->nodes.nodes));
	if (!o->nodes.nodes)
		return fault_nomem(fault);
	o->nodes.nodes[o->nodes.nr_nodes++] = node_of(o, PLAN_SYSTEM);
	for (nid = 0; nid < PLAN_NODES_MAX; nid++)
		if (plan_has_node(o->plan, nid))
			o->nodes.nodes[o->nodes.nr_nodes++] = node_of(o, nid);
	return 0;
}

static int add_step_row(struct outcome *o, const char *text, int nid,
			struct fault *fault)
{
	struct step_row *rows = realloc(o->steps, (o->nr_steps + 1) * sizeof(*rows));

	if (!rows)
		return fault_nomem(fault);
	o->steps = rows;
	rows += o->nr_steps++;
	*rows = (struct step_row) {
		.label = text, .node = nid,
		.unpluggable = plan_unpluggable_bytes(o->plan),
		.map = plan_map_bytes(o->plan),
	};
	plan_sum(o->plan, nid, &rows->sums);
	return 0;
}

/* The system, and each node if there are several. */
static int note_step(struct outcome *o, const char *text, struct fault *fault)
{
	int nid, count = 0, ret = add_step_row(o, text, PLAN_SYSTEM, fault);

	for (nid = 0; nid < PLAN_NODES_MAX; nid++)
		count += plan_has_node(o->plan, nid);
	for (nid = 0; !ret && count > 1 && nid < PLAN_NODES_MAX; nid++)
		if (plan_has_node(o->plan, nid))
			ret = add_step_row(o, text, nid, fault);
	return ret;
}

static int do_steps(struct outcome *o, struct fault *fault)
{
	const struct plan_args *a = &plan_args;
	struct fault why;
	size_t i;
	int ret;

	ret = note_step(o, o->live ? "now" : "boot", fault);
	for (i = 0; !ret && i < a->nr_steps; i++) {
		ret = plan_do(o->plan, &a->steps[i], &why);
		if (ret)
			return fault_set(fault, -ret, "--%s: %s", a->labels[i], why.text);
		ret = note_step(o, a->labels[i], fault);
	}
	return ret;
}

/* Where the plan starts. */

static void override_policy(struct memgroup_config *config)
{
	const struct plan_args *a = &plan_args;

	if (a->has_policy)
		config->policy = a->policy.policy;
	if (a->has_ratio)
		config->ratio = a->policy.ratio;
	if (a->has_numa_aware)
		config->numa_aware = a->policy.numa_aware;
}

static int start_live(const struct request *request, struct plan_config *config,
		      struct plan **plan, struct fault *fault)
{
	struct model model;
	int ret = request_read(request, &model, PLAN_LIVE_NEEDS, fault);

	if (ret)
		return ret;
	ret = plan_live_policy(&model, &config->policy, fault);
	override_policy(&config->policy);
	if (!ret)
		ret = plan_live(plan, &model, config, plan_args.steps, plan_args.nr_steps,
				fault);
	model_free(&model);
	return ret;
}

static int start_boot(struct plan_config *config, struct plan **plan, struct fault *fault)
{
	const struct plan_args *a = &plan_args;
	struct fault why;
	int ret;

	config->policy = a->policy;
	config->block_bytes = a->block_bytes;
	ret = plan_new(plan, config, fault);
	if (ret)
		return ret;
	ret = plan_boot_pc(*plan, a->boot, a->nr_boot, a->reserved_bytes, &why);
	if (!ret)
		return 0;
	plan_free(*plan);
	return fault_set(fault, -ret, "--boot: %s", why.text);
}

static int start(const struct request *request, struct plan **plan, struct fault *fault)
{
	struct plan_config config = {
		.page_bytes = 4096, .memmap_on_memory = plan_args.memmap_on_memory,
	};

	return plan_args.nr_boot ? start_boot(&config, plan, fault) :
				   start_live(request, &config, plan, fault);
}

/* Goals. */

static int find_goal(struct outcome *o, const struct plan *base, const char *way,
		     const struct plan_step *steps, size_t nr, uint64_t size,
		     const char *device, struct fault *fault)
{
	struct goal_row *row = &o->goals[o->nr_goals++];

	row->way = way;
	row->size = size;
	return plan_find_ratio(base, steps, nr, row->goal, device, &row->ratio, fault);
}

/* Nothing is to be plugged: how could so much more be? */
static int find_ways(struct outcome *o, const struct plan *base, struct fault *fault)
{
	const uint64_t goal = plan_args.goal_bytes;
	struct plan_step step = {
		.action = PLAN_PLUG_STATIC, .bytes = goal, .max_bytes = goal, .count = 1,
		.first = PLAN_ANYWHERE, .name = "(new)",
	};
	struct goal_row *row;
	int ret;

	ret = find_goal(o, base, "a DIMM", &step, 1, goal, step.name, fault);
	step.action = PLAN_PLUG_DYNAMIC;
	if (!ret)
		ret = find_goal(o, base, "virtio-mem", &step, 1, goal, step.name, fault);
	if (ret)
		return ret;
	row = &o->goals[o->nr_goals++];
	row->way = "virtio-mem, the ratio as it is";
	return plan_find_size(base, goal, &row->size, &row->ratio, fault);
}

static bool plugs(const struct plan_step *step)
{
	return step->action == PLAN_PLUG_STATIC || step->action == PLAN_PLUG_DYNAMIC ||
		step->action == PLAN_RESIZE || step->action == PLAN_GROW;
}

static int answer_goal(struct outcome *o, const struct plan *base, struct fault *fault)
{
	const struct plan_args *a = &plan_args;
	const struct plan_device *d;
	bool any = false;
	size_t i;

	if (plan_config(base)->policy.policy != MEMGROUP_POLICY_AUTO_MOVABLE)
		return fault_set(fault, EINVAL, "--unpluggable: %s knows no ratio",
				 memgroup_policy_name(plan_config(base)->policy.policy));
	for (i = 0; i < ARRAY_SIZE(o->goals); i++)
		o->goals[i].goal = a->goal_bytes;
	for (i = 0; i < a->nr_steps; i++)
		any |= plugs(&a->steps[i]);
	if (!*a->goal_device)
		return any ? find_goal(o, base, "the steps", a->steps, a->nr_steps, 0, NULL,
				       fault) :
			     find_ways(o, base, fault);
	d = plan_find(o->plan, a->goal_device);
	if (!d)
		return fault_set(fault, ENOENT, "--unpluggable: there is no device \"%s\"",
				 a->goal_device);
	o->goals[0].goal = pages_to_bytes(o, d->kernel_pages + d->movable_pages);
	return find_goal(o, base, "the steps", a->steps, a->nr_steps, 0, a->goal_device,
			 fault);
}

/* Text. */

/* Sentences, at most 80 columns wide; names in them may hold anything. */
static int print_wrapped(FILE *out, const char *first, const char *text,
			 struct fault *fault)
{
	char *safe = escape_terminal(text, escape_locale_is_utf8());
	size_t column = strlen(first), len;
	const char *word = safe;

	if (!safe)
		return fault_nomem(fault);
	fputs(first, out);
	while (*word) {
		len = strcspn(word, " ");
		if (column + 1 + len > LINE_WIDTH) {
			fputs("\n   ", out);
			column = 3;
		}
		fprintf(out, " %.*s", (int)len, word);
		column += 1 + len;
		word += len;
		word += strspn(word, " ");
	}
	fputc('\n', out);
	free(safe);
	return 0;
}

static int print_refusals(FILE *out, const struct outcome *o, struct fault *fault)
{
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < o->nr_devices; i++) {
		const struct device_row *row = &o->devices[i];
		char text[EXPLANATION_MAX + 128];

		/* That of a static one is a warning. */
		if (!row->first->refusal.any || row->first->type == MEMGROUP_TYPE_STATIC)
			continue;
		snprintf(text, sizeof(text), "%s: block %" PRIu64 " is not MOVABLE. %s",
			 row->name, row->first->refusal.block, row->refusal);
		ret = print_wrapped(out, "-", text, fault);
	}
	return ret;
}

static int print_warnings(FILE *out, const struct outcome *o, struct fault *fault)
{
	size_t i;
	int ret = 0;

	if (o->nr_warnings)
		fputs("\nWarnings:\n", out);
	for (i = 0; !ret && i < o->nr_warnings; i++)
		ret = print_wrapped(out, "-", o->warnings[i].text, fault);
	return ret;
}

static int explain_goal(FILE *out, const struct goal_row *row, struct fault *fault)
{
	const struct plan_ratio *r = &row->ratio;
	char text[400], goal[UNITS_SIZE_MAX], reached[UNITS_SIZE_MAX];

	units_format_size(row->goal, goal);
	units_format_size(r->unpluggable_bytes, reached);
	if (!r->found)
		snprintf(text, sizeof(text),
			 "%s: nothing that was tried lets %s be unplugged; the largest lets %s.",
			 row->way, goal, reached);
	else if (r->left_bytes <= 0)
		snprintf(text, sizeof(text),
			 "%s: at %" PRIu32 "%% the memory map does not fit into kernel memory.",
			 row->way, r->ratio);
	else if (r->fails_again)
		snprintf(text, sizeof(text),
			 "%s: a larger ratio is not always better: %" PRIu32 "%% does not do.",
			 row->way, r->fails_again);
	else if (r->tried_to && !r->is_least)
		snprintf(text, sizeof(text),
			 "%s: not every smaller ratio than %" PRIu32 "%% was tried.",
			 row->way, r->ratio);
	else
		return 0;
	return print_wrapped(out, "-", text, fault);
}

static int print_goals(FILE *out, const struct outcome *o,
		       const struct table_options *options, struct fault *fault)
{
	char goal[UNITS_SIZE_MAX];
	size_t i;
	int ret;

	if (!o->nr_goals)
		return 0;
	units_format_size(o->goals[0].goal, goal);
	fprintf(out, "\nFor %s to be unpluggable:\n", goal);
	ret = table_print(out, &goal_table, o, NULL, options, fault);
	for (i = 0; !ret && i < o->nr_goals; i++)
		ret = explain_goal(out, &o->goals[i], fault);
	return ret;
}

static int print_text(const struct request *request, FILE *out, const struct outcome *o,
		      struct fault *fault)
{
	const struct memgroup_config *config = &plan_config(o->plan)->policy;
	const struct table_options *options = &request->table;
	struct selection selection;
	int ret;

	ret = selection_parse(&selection, &layout_table, request->columns, fault);
	if (ret)
		return ret;
	/* For scripts: one table. */
	if (request->columns || options->raw || options->noheadings)
		return table_print(out, &layout_table, o, &selection, options, fault);

	fprintf(out, "Policy: %s, ratio %u%%, %s\n\n", memgroup_policy_name(config->policy),
		config->ratio, config->numa_aware ? "numa-aware" : "not numa-aware");
	ret = table_print(out, &step_table, o, NULL, options, fault);
	fputc('\n', out);
	if (!ret)
		ret = table_print(out, &layout_table, o, &selection, options, fault);
	if (!ret && o->nr_devices) {
		fputc('\n', out);
		ret = table_print(out, &device_table, o, NULL, options, fault);
	}
	if (!ret)
		ret = print_refusals(out, o, fault);
	if (!ret)
		ret = print_goals(out, o, options, fault);
	return ret ? ret : print_warnings(out, o, fault);
}

static int print_json(FILE *out, const struct outcome *o, struct fault *fault)
{
	struct document document;

	document_start(&document, out, false);
	document_add_row(&document, "plan", &setting_table, o, 0);
	document_add_rows(&document, "steps", &step_table, o, 0, o->nr_steps);
	document_add_rows(&document, "layout", &layout_table, o, 0, o->nr_layout);
	document_add_rows(&document, "devices", &device_table, o, 0, o->nr_devices);
	nodes_document(&document, &o->nodes);
	document_add_rows(&document, "unpluggable", &goal_table, o, 0, o->nr_goals);
	document_add_rows(&document, "warnings", &warning_table, o, 0, o->nr_warnings);
	return document_end(&document, fault);
}

static void outcome_free(struct outcome *o)
{
	plan_free(o->plan);
	free(o->layout);
	free(o->devices);
	free(o->steps);
	free(o->warnings);
	free(o->nodes.nodes);
}

static int run(const struct request *request, FILE *out, struct fault *fault)
{
	struct outcome o = { .live = !plan_args.nr_boot };
	struct plan *base = NULL;
	int ret;

	ret = start(request, &o.plan, fault);
	if (ret)
		return ret;
	if (plan_args.has_goal)
		ret = plan_copy(o.plan, &base, fault);
	if (!ret)
		ret = do_steps(&o, fault);
	if (!ret)
		ret = take_layout(&o, !plan_args.all, fault);
	if (!ret)
		ret = take_devices(&o, !plan_args.all, fault);
	if (!ret)
		ret = take_nodes(&o, fault);
	if (!ret)
		ret = plan_list_warnings(o.plan, &o.warnings, &o.nr_warnings, fault);
	if (!ret && base)
		ret = answer_goal(&o, base, fault);
	if (!ret)
		ret = request->json ? print_json(out, &o, fault) :
				      print_text(request, out, &o, fault);
	plan_free(base);
	outcome_free(&o);
	return ret;
}

const struct command plan_command = {
	.name = "plan",
	.help = "what the kernel would do, by its own policy source",
	.details =
		"With --boot for a machine from scratch, else for this system. Options that plug,\n"
		"resize or change a setting are steps, done in the order given. New devices are\n"
		"d0, d1, ... (--dimm), dax0.0, ... (--dax) and v0, v1, ... (--virtio-mem).\n",
	.table = &layout_table,
	.more_tables = (const struct table *const []){ &device_table, NULL },
	.options = plan_options,
	.option = plan_option,
	.check = plan_check,
	.run = run,
};
