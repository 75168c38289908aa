// SPDX-License-Identifier: GPL-2.0
/* memgroup-stat nodes: the system and each NUMA node, against the ratio. */
#include "views.h"

/* Defines a getter of the node "n". */
#define NODE(name, expression)						\
static struct value name(const void *data, size_t row)			\
{									\
	const struct node *n = &((const struct model *)data)->nodes[row]; \
									\
	return expression;						\
}

NODE(node, n->node == NO_NODE ? value_text("system") : value_number((uint64_t)n->node))
NODE(early, value_bytes(n->early_kernel))
NODE(kernel, value_bytes(n->kernel))
NODE(movable, value_bytes(n->movable))
NODE(cma, value_bytes(n->cma))
NODE(needed, value_opt_bytes(n->needed))
NODE(limit, value_opt_bytes(n->limit))
NODE(headroom, value_opt_bytes(n->headroom))

/* The system has none. */
static struct value number(const void *data, size_t row)
{
	const int n = ((const struct model *)data)->nodes[row].node;

	if (n == NO_NODE)
		return (struct value){ .kind = VALUE_ABSENT };
	return value_number((uint64_t)n);
}

static struct value allowed(const void *data, size_t row)
{
	const struct opt_u64 percent =
		((const struct model *)data)->nodes[row].allowed_ratio;

	if (!percent.set)
		return value_none();
	return (struct value){ .kind = VALUE_PERCENT, .number = percent.value };
}

static struct value ratio(const void *data, size_t row)
{
	const struct opt_u64 tenths =
		node_ratio(&((const struct model *)data)->nodes[row], 1000);

	if (!tenths.set)
		return value_none();
	if (tenths.value == UINT64_MAX)
		return (struct value){ .kind = VALUE_INFINITE };
	return (struct value){ .kind = VALUE_TENTHS, .number = tenths.value };
}

static const struct column columns[] = {
	{ "NODE", NULL, "NUMA node, or the whole system", true, node },
	{ NULL, "node", NULL, true, number },
	{ "EARLY-KERNEL", "early_kernel_bytes",
	  "boot memory in kernel zones, without CMA", true, early },
	{ "KERNEL", "kernel_bytes",
	  "memory in kernel zones, early or hotplugged, CMA included", true, kernel },
	{ "MOVABLE", "movable_bytes", "memory in ZONE_MOVABLE", true, movable },
	{ "CMA", "cma_bytes", "memory reserved for contiguous allocations", true, cma },
	{ "HEADROOM", "movable_headroom_bytes",
	  "memory without a group that could still become MOVABLE", true, headroom },
	{ "NEEDED", "needed_bytes", "part of EARLY-KERNEL that dynamic devices count on",
	  true, needed },
	{ "LIMIT", "limit_bytes", "memory that the rest of it lets be MOVABLE",
	  true, limit },
	{ "RATIO", "ratio_percent",
	  "MOVABLE and CMA to EARLY-KERNEL and dynamic devices' KERNEL", true, ratio },
	{ "ALLOWED", "allowed_percent", "highest ratio that the policy allows", true,
	  allowed },
};

static size_t rows(const void *data)
{
	return ((const struct model *)data)->nr_nodes;
}

const struct table nodes_table = {
	.name = "nodes",
	.columns = columns,
	.nr_columns = ARRAY_SIZE(columns),
	.rows = rows,
	.list = "NODE,EARLY-KERNEL,KERNEL,MOVABLE,CMA,HEADROOM,RATIO,ALLOWED",
};

/* The system is the first row. */
void nodes_document(struct document *document, const struct model *model)
{
	const size_t nr = model->nr_nodes;

	document_add_rows(document, "nodes", &nodes_table, model, nr > 0, nr - (nr > 0));
	/* A recording may not tell it. */
	if (nr)
		document_add_row(document, "system", &nodes_table, model, 0);
	else
		document_add_null(document, "system");
}

static int run(const struct request *request, FILE *out, struct fault *fault)
{
	struct document document;
	struct model model;
	int err = request_read(request, &model, MODEL_POLICY | MODEL_NODES, fault);

	if (err)
		return err;
	if (request->json) {
		document_start(&document, out, false);
		nodes_document(&document, &model);
		err = document_end(&document, fault);
	} else {
		err = request_show(request, out, "nodes", &model, fault);
	}
	model_free(&model);
	return err;
}

const struct command nodes_command = {
	.name = "nodes",
	.help = "the system and each NUMA node, against the ratio",
	.table = &nodes_table,
	.of_trace = true,
	.run = run,
};
