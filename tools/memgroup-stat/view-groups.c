// SPDX-License-Identifier: GPL-2.0
/* memgroup-stat groups: hotplugged memory, device by device. */
#include "views.h"

/* Defines a getter of the group "g". */
#define GROUP(name, expression)						\
static struct value name(const void *data, size_t row)			\
{									\
	const struct group *g = &((const struct model *)data)->groups[row]; \
									\
	return expression;						\
}

GROUP(id, g->has_id ? value_number(g->id) : value_none())
GROUP(type, value_text(g->type))
GROUP(device, value_text(g->device))
GROUP(node, g->node == NO_NODE ? value_none() : value_number((uint64_t)g->node))
GROUP(blocks, value_number(g->blocks))
GROUP(online, value_number(g->online_blocks))
GROUP(kernel, value_bytes(g->kernel))
GROUP(movable, value_bytes(g->movable))
GROUP(offline, value_bytes(g->offline))
GROUP(max, value_opt_bytes(g->max))
GROUP(unit, value_opt_bytes(g->unit))
GROUP(decided_movable, value_opt_number(g->decided_movable))
GROUP(decided_kernel, value_opt_number(g->decided_kernel))
GROUP(last_reason, value_text(g->last_reason))
GROUP(headroom, value_opt_bytes(g->headroom))
GROUP(known_from, value_text(g->known_from))

/* Rounded down: 100% is all of it. */
static struct value share(const void *data, size_t row)
{
	const struct group *g = &((const struct model *)data)->groups[row];

	if (!g->kernel && !g->movable)
		return value_none();
	return (struct value){
		.kind = VALUE_PERCENT,
		.number = (uint64_t)((__uint128_t)g->movable * 100 /
				     ((__uint128_t)g->kernel +
				      g->movable)),
	};
}

static const struct column columns[] = {
	{ "ID", "id", "number of the memory group; - for memory in no group",
	  true, id },
	{ "TYPE", "type", "static: comes and goes as a whole; dynamic: in units",
	  false, type },
	{ "DEVICE", "device", "device that the memory belongs to", false, device },
	{ "NODE", "node", "NUMA node", true, node },
	{ "BLOCKS", "blocks", "memory blocks", true, blocks },
	{ "ONLINE", "online_blocks", "memory blocks that are online", true, online },
	{ "KERNEL", "kernel_bytes", "memory online in kernel zones", true, kernel },
	{ "MOVABLE", "movable_bytes", "memory online in ZONE_MOVABLE", true, movable },
	{ "OFFLINE", "offline_bytes", "memory that is offline", true, offline },
	{ "SHARE", "movable_percent",
	  "MOVABLE as a share of what is online, rounded down", true, share },
	{ "SIZE", "max_bytes", "declared size of a static device", true, max },
	{ "UNIT", "unit_bytes", "what a dynamic device adds and removes at once",
	  true, unit },
	{ "DECIDED-MOVABLE", "decided_movable", "decisions for ZONE_MOVABLE so far",
	  true, decided_movable },
	{ "DECIDED-KERNEL", "decided_kernel", "decisions for a kernel zone so far",
	  true, decided_kernel },
	{ "LAST-REASON", "last_reason", "reason of the last decision", false,
	  last_reason },
	{ "HEADROOM", "movable_headroom_bytes",
	  "how much more of a dynamic device could become MOVABLE", true, headroom },
	{ "KNOWN-FROM", "known_from", "what told of the device", false, known_from },
};

static size_t rows(const void *data)
{
	return ((const struct model *)data)->nr_groups;
}

/* The kernel tells about decisions only for its groups: the first rows. */
static size_t rows_with_decisions(const void *data)
{
	const struct model *model = data;
	size_t count = 0;

	while (count < model->nr_groups && model->groups[count].decided_movable.set)
		count++;
	return count;
}

const struct table groups_table = {
	.name = "groups",
	.columns = columns,
	.nr_columns = ARRAY_SIZE(columns),
	.rows = rows,
	.list = "ID,TYPE,NODE,DEVICE,BLOCKS,KERNEL,MOVABLE,OFFLINE,SHARE,SIZE,UNIT",
};

/* Without ids and units, which only the view has. */
static const struct table stock_table = {
	.name = "groups",
	.columns = columns,
	.nr_columns = ARRAY_SIZE(columns),
	.rows = rows,
	.list = "TYPE,NODE,DEVICE,KERNEL,MOVABLE,OFFLINE,SHARE,SIZE,KNOWN-FROM",
};

const struct table groups_watch_table = {
	.name = "groups",
	.columns = columns,
	.nr_columns = ARRAY_SIZE(columns),
	.rows = rows,
	.list = "ID,DEVICE,NODE,KERNEL,MOVABLE,OFFLINE,SHARE,LAST-REASON,TYPE,BLOCKS,SIZE,UNIT,DECIDED-MOVABLE,DECIDED-KERNEL",
};

/* What does not fit into 80 columns beside the first table. */
static const struct table decisions_table = {
	.name = "groups",
	.columns = columns,
	.nr_columns = ARRAY_SIZE(columns),
	.rows = rows_with_decisions,
	.list = "ID,DEVICE,HEADROOM,DECIDED-MOVABLE,DECIDED-KERNEL,LAST-REASON",
};

int groups_print(FILE *out, const struct model *model,
		 const struct table_options *options, struct fault *fault)
{
	const bool stock = model->from == FROM_SYSFS;
	int err = table_print(out, stock ? &stock_table : &groups_table, model, NULL,
			      options, fault);

	if (err || !rows_with_decisions(model))
		return err;
	fputc('\n', out);
	return table_print(out, &decisions_table, model, NULL, options, fault);
}

void groups_document(struct document *document, const struct model *model)
{
	document_add_rows(document, "groups", &groups_table, model, 0,
			  model->nr_groups);
}

static int run(const struct request *request, FILE *out, struct fault *fault)
{
	struct model model;
	int err = request_read(request, &model,
			       MODEL_POLICY | MODEL_GROUPS | MODEL_NODES, fault);

	if (err)
		return err;
	if (request->json || request->columns)
		err = request_show(request, out, "groups", &model, fault);
	else
		err = groups_print(out, &model, &request->table, fault);
	model_free(&model);
	return err;
}

const struct command groups_command = {
	.name = "groups",
	.help = "hotplugged memory, device by device",
	.table = &groups_table,
	.of_trace = true,
	.run = run,
};
