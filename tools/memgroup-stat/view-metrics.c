// SPDX-License-Identifier: GPL-2.0
/*
 * memgroup-stat metrics: the same numbers for Prometheus. Base units, ratios instead of
 * percent. The system has names of its own, so that a sum over nodes is no sum of all
 * of it twice.
 */
#include <stdlib.h>

#include "openmetrics.h"
#include "output.h"
#include "replace-file.h"
#include "views.h"

#define PERCENT		100
#define MILLIONTHS	1000000

static struct {
	enum metrics_format format;
	const char *file;	/* NULL: standard output */
} args;

/* Defines a getter of the policy "p", which is one row. */
#define POLICY(name, expression)					\
static struct value name(const void *data, size_t row)			\
{									\
	const struct policy *p = &((const struct model *)data)->policy;	\
									\
	(void)row;							\
	return expression;						\
}

POLICY(policy_name, value_text(p->name))
POLICY(policy_numa_aware, p->has_numa_aware ? value_bool(p->numa_aware) : value_none())
POLICY(policy_ratio, value_number(p->ratio))
POLICY(policy_decisions, value_opt_number(p->decisions))
POLICY(policy_previews, value_opt_number(p->previews))
POLICY(policy_clamped, value_opt_number(p->clamped))

/* Defines a getter of the group "g". */
#define GROUP(name, expression)						\
static struct value name(const void *data, size_t row)			\
{									\
	const struct group *g = &((const struct model *)data)->groups[row]; \
									\
	return expression;						\
}

GROUP(group_id, g->has_id ? value_number(g->id) : value_none())
GROUP(group_type, value_text(g->type ? g->type : "none"))
GROUP(group_device, value_text(g->device))
GROUP(group_node, g->node == NO_NODE ? value_none() : value_number((uint64_t)g->node))
GROUP(group_blocks, value_number(g->blocks))
GROUP(group_online, value_number(g->online_blocks))
GROUP(group_kernel, value_bytes(g->kernel))
GROUP(group_movable, value_bytes(g->movable))
GROUP(group_offline, value_bytes(g->offline))
GROUP(group_max, value_opt_bytes(g->max))
GROUP(group_unit, value_opt_bytes(g->unit))
GROUP(group_headroom, value_opt_bytes(g->headroom))
GROUP(group_decided_movable, value_opt_number(g->decided_movable))
GROUP(group_decided_kernel, value_opt_number(g->decided_kernel))

static struct value value_of_ratio(struct opt_u64 millionths)
{
	if (millionths.set && millionths.value == UINT64_MAX)
		return (struct value){ .kind = VALUE_INFINITE };
	return value_opt_number(millionths);
}

/* Defines getters of "n": the whole system, and a row of the nodes, which follow it. */
#define NODE(name, expression)						\
static struct value system_##name(const void *data, size_t row)		\
{									\
	const struct node *n = &((const struct model *)data)->nodes[row]; \
									\
	return expression;						\
}									\
static struct value node_##name(const void *data, size_t row)		\
{									\
	return system_##name(data, row + 1);				\
}

NODE(early, value_bytes(n->early_kernel))
NODE(kernel, value_bytes(n->kernel))
NODE(movable, value_bytes(n->movable))
NODE(cma, value_bytes(n->cma))
NODE(headroom, value_opt_bytes(n->headroom))
/*
 * What the policy allows is a whole number of millionths, too: rounding the ratio up
 * to the next of them cannot lift it beyond that.
 */
NODE(now, value_of_ratio(node_ratio(n, MILLIONTHS)))
NODE(allowed, value_opt_number(n->allowed_ratio))

static struct value node_number(const void *data, size_t row)
{
	return value_number((uint64_t)((const struct model *)data)->nodes[row + 1].node);
}

static const struct metric_label policy_labels[] = {
	{ "name", policy_name },
	{ "numa_aware", policy_numa_aware },
};

static const struct metric_label group_labels[] = {
	{ "id", group_id },
	{ "device", group_device },
	{ "type", group_type },
	{ "node", group_node },
};

static const struct metric_label node_labels[] = {
	{ "node", node_number },
};

#define BYTES(stem, what, getter)					\
	{ .name = stem "_bytes", .type = METRIC_GAUGE, .unit = "bytes",	\
	  .help = what, .get = getter }
#define RATIO(stem, what, getter, parts)				\
	{ .name = stem "_ratio", .type = METRIC_GAUGE, .unit = "ratio",	\
	  .help = what, .get = getter, .divisor = parts }
#define BLOCKS(stem, what, getter)					\
	{ .name = stem, .type = METRIC_GAUGE, .help = what, .get = getter }
#define COUNTER(stem, what, getter)					\
	{ .name = stem, .type = METRIC_COUNTER, .help = what, .get = getter }
#define COUNTER_OF_ZONE(stem, what, getter, zone)			\
	{ .name = stem, .type = METRIC_COUNTER, .help = what, .get = getter, \
	  .label = "zone", .label_value = zone }

static const struct metric policy_info[] = {
	{ .name = "policy", .type = METRIC_INFO, .get = policy_name,
	  .help = "The online policy, and whether its ratio must hold on each node." },
};

static const struct metric policy_metrics[] = {
	RATIO("auto_movable",
	      "The parameter: highest ratio of MOVABLE to kernel memory under auto-movable.",
	      policy_ratio, PERCENT),
	COUNTER("decisions", "Memory blocks that were about to go online and got a zone.",
		policy_decisions),
	COUNTER("previews",
		"Times that somebody read valid_zones of a block that was not online.",
		policy_previews),
	COUNTER("clamped",
		"Decisions about a device with more memory than its driver had declared.",
		policy_clamped),
};

#define OF_DEVICE "Decisions about memory of a device, by the zone that was chosen."

static const struct metric group_metrics[] = {
	BYTES("kernel", "Memory of a device that is online in kernel zones.", group_kernel),
	BYTES("movable", "Memory of a device that is online in ZONE_MOVABLE.",
	      group_movable),
	BYTES("offline", "Memory of a device that is offline.", group_offline),
	BYTES("max", "Declared size of a static device.", group_max),
	BYTES("unit", "What a dynamic device adds and removes at once.", group_unit),
	BYTES("movable_headroom", "How much more of a dynamic device could become MOVABLE.",
	      group_headroom),
	BLOCKS("blocks", "Memory blocks of a device.", group_blocks),
	BLOCKS("online_blocks", "Memory blocks of a device that are online.",
	       group_online),
	COUNTER_OF_ZONE("decisions", OF_DEVICE, group_decided_movable, "movable"),
	COUNTER_OF_ZONE("decisions", OF_DEVICE, group_decided_kernel, "kernel"),
};

#define PLACE_METRICS(of, where) {					\
	BYTES("early_kernel", "Boot memory in kernel zones " where ", without CMA.", \
	      of##_early),						\
	BYTES("kernel",							\
	      "Memory in kernel zones " where ", early or hotplugged, CMA included.", \
	      of##_kernel),						\
	BYTES("movable", "Memory in ZONE_MOVABLE " where ".", of##_movable), \
	BYTES("cma", "Memory reserved for contiguous allocations " where ".", of##_cma), \
	BYTES("movable_headroom",					\
	      "Memory without a group that could still become MOVABLE " where ".", \
	      of##_headroom),						\
	RATIO("movable",						\
	      "MOVABLE and CMA to early kernel memory and that of dynamic devices " where ".", \
	      of##_now, MILLIONTHS),					\
	RATIO("allowed", "Highest such ratio that the policy allows " where ".", \
	      of##_allowed, PERCENT),					\
}

static const struct metric system_metrics[] = PLACE_METRICS(system, "in the system");
static const struct metric node_metrics[] = PLACE_METRICS(node, "on a NUMA node");

static size_t one(const void *data)
{
	(void)data;
	return 1;
}

static size_t nr_groups(const void *data)
{
	return ((const struct model *)data)->nr_groups;
}

static size_t nr_nodes(const void *data)
{
	return ((const struct model *)data)->nr_nodes - 1;
}

static const struct metric_set sets[] = {
	{ "memgroup_", policy_info, ARRAY_SIZE(policy_info),
	  policy_labels, ARRAY_SIZE(policy_labels), one },
	{ "memgroup_", policy_metrics, ARRAY_SIZE(policy_metrics), NULL, 0, one },
	{ "memgroup_system_", system_metrics, ARRAY_SIZE(system_metrics), NULL, 0, one },
	{ "memgroup_node_", node_metrics, ARRAY_SIZE(node_metrics),
	  node_labels, ARRAY_SIZE(node_labels), nr_nodes },
	{ "memgroup_group_", group_metrics, ARRAY_SIZE(group_metrics),
	  group_labels, ARRAY_SIZE(group_labels), nr_groups },
};

/* Hands over all of the text, or none of it. */
static int print(const struct model *model, struct fault *fault)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	int err;

	if (!out)
		return fault_nomem(fault);
	err = metrics_print(out, args.format, sets, ARRAY_SIZE(sets), model, fault);
	/* A stream in memory fails for want of it only. */
	if (fclose(out) && !err)
		err = fault_nomem(fault);
	if (!err)
		err = args.file ? replace_file(args.file, text, len, fault) :
				  output_finish(text, len, fault);
	free(text);
	return err;
}

static int run(const struct request *request, FILE *out, struct fault *fault)
{
	struct model model;
	int err = request_read(request, &model,
			       MODEL_POLICY | MODEL_GROUPS | MODEL_NODES, fault);

	(void)out;
	if (err)
		return err;
	err = print(&model, fault);
	model_free(&model);
	return err;
}

enum { OPT_OUTPUT, OPT_OPENMETRICS };

static const struct option_spec options[] = {
	[OPT_OUTPUT] = { "output", 'o', "FILE",
			 "replace FILE as a whole; if that fails it stays" },
	[OPT_OPENMETRICS] = { "openmetrics", 0, NULL,
			      "print OpenMetrics, not what node_exporter reads" },
	{ NULL, 0, NULL, NULL }
};

static int option(size_t number, const char *value, struct fault *fault)
{
	(void)fault;
	switch (number) {
	case OPT_OUTPUT:
		args.file = value;
		break;
	default:
		args.format = FORMAT_OPENMETRICS;
		break;
	}
	return 0;
}

const struct command metrics_command = {
	.name = "metrics",
	.help = "numbers for Prometheus, in the format that node_exporter collects",
	.options = options,
	.no_json = true,
	/* A file is no output that could fail. */
	.own_output = true,
	.option = option,
	.run = run,
};
