// SPDX-License-Identifier: GPL-2.0
#include "columns.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof(*(array)))

static struct value none(void)
{
	return (struct value){ .kind = VALUE_NONE };
}

static struct value number(uint64_t n)
{
	return (struct value){ .kind = VALUE_NUMBER, .number = n };
}

static struct value opt_number(struct opt_u64 n)
{
	return n.set ? number(n.value) : none();
}

static struct value bytes(uint64_t n)
{
	return (struct value){ .kind = VALUE_BYTES, .number = n };
}

static struct value opt_bytes(struct opt_u64 n)
{
	return n.set ? bytes(n.value) : none();
}

static struct value text(const char *string)
{
	return (struct value){ .kind = string ? VALUE_TEXT : VALUE_NONE,
			       .text = string };
}

/* Defines a getter: "g" or "n" or "s" is the row. */
#define GETTER(name, type, row_name, array, expression)			\
static struct value name(const struct model *model, size_t row)	\
{									\
	const struct type *row_name = &model->array[row];		\
									\
	return expression;						\
}

#define GROUP(name, expression) GETTER(group_##name, group, g, groups, expression)
#define NODE(name, expression) GETTER(node_##name, node, n, nodes, expression)
#define SETTING(name, expression) \
	GETTER(setting_##name, setting, s, policy.settings, expression)

GROUP(id, g->has_id ? number(g->id) : none())
GROUP(type, text(g->type))
GROUP(node, g->node == NO_NODE ? none() : number((uint64_t)g->node))
GROUP(device, text(g->device))
GROUP(blocks, number(g->blocks))
GROUP(online, number(g->online_blocks))
GROUP(kernel, bytes(g->kernel))
GROUP(movable, bytes(g->movable))
GROUP(offline, bytes(g->offline))
GROUP(max, opt_bytes(g->max))
GROUP(unit, opt_bytes(g->unit))
GROUP(decided_movable, opt_number(g->decided_movable))
GROUP(decided_kernel, opt_number(g->decided_kernel))
GROUP(last_reason, text(g->last_reason))

/* Rounded down: 100% is all of it. */
static struct value group_share(const struct model *model, size_t row)
{
	const struct group *g = &model->groups[row];

	if (!g->kernel && !g->movable)
		return none();
	return (struct value){
		.kind = VALUE_PERCENT,
		.number = (uint64_t)((__uint128_t)g->movable * 100 /
				     ((__uint128_t)g->kernel +
				      g->movable)),
	};
}

static const struct column group_columns[] = {
	{ "ID", "number of the memory group; - for memory in no group",
	  true, group_id },
	{ "TYPE", "static: comes and goes as a whole; dynamic: in units",
	  false, group_type },
	{ "NODE", "NUMA node", true, group_node },
	{ "DEVICE", "device that the memory belongs to", false, group_device },
	{ "BLOCKS", "memory blocks", true, group_blocks },
	{ "ONLINE", "memory blocks that are online", true, group_online },
	{ "KERNEL", "memory online in kernel zones", true, group_kernel },
	{ "MOVABLE", "memory online in ZONE_MOVABLE", true, group_movable },
	{ "OFFLINE", "memory that is offline", true, group_offline },
	{ "SHARE", "MOVABLE as a share of what is online, rounded down",
	  true, group_share },
	{ "SIZE", "declared size of a static device", true, group_max },
	{ "UNIT", "what a dynamic device adds and removes at once",
	  true, group_unit },
	{ "DECIDED-MOVABLE", "decisions for ZONE_MOVABLE so far",
	  true, group_decided_movable },
	{ "DECIDED-KERNEL", "decisions for a kernel zone so far",
	  true, group_decided_kernel },
	{ "LAST-REASON", "reason of the last decision",
	  false, group_last_reason },
};

static size_t group_rows(const struct model *model)
{
	return model->nr_groups;
}

static struct value node_node(const struct model *model, size_t row)
{
	int node = model->nodes[row].node;

	return node == NO_NODE ? text("system") : number((uint64_t)node);
}

NODE(early, bytes(n->early_kernel))
NODE(kernel, bytes(n->kernel))
NODE(movable, bytes(n->movable))
NODE(cma, bytes(n->cma))
NODE(needed, opt_bytes(n->needed))
NODE(limit, opt_bytes(n->limit))
NODE(headroom, opt_bytes(n->headroom))

/* Rounded up: what looks allowed is. */
static struct value node_ratio(const struct model *model, size_t row)
{
	const struct node *n = &model->nodes[row];
	__uint128_t movable = n->movable, kernel = n->early_kernel, tenths;

	movable += n->cma;
	kernel += n->dynamic_kernel;
	if (!movable && !kernel)
		return none();
	tenths = kernel ? (movable * 1000 + kernel - 1) / kernel : 0;
	if (!kernel || tenths > UINT64_MAX)
		return (struct value){ .kind = VALUE_INFINITE };
	return (struct value){ .kind = VALUE_TENTHS, .number = (uint64_t)tenths };
}

static struct value node_allowed(const struct model *model, size_t row)
{
	const struct opt_u64 *allowed = &model->nodes[row].allowed_ratio;

	return (struct value){
		.kind = allowed->set ? VALUE_PERCENT : VALUE_NONE,
		.number = allowed->value,
	};
}

static const struct column node_columns[] = {
	{ "NODE", "NUMA node, or the whole system", true, node_node },
	{ "EARLY-KERNEL", "boot memory in kernel zones, without CMA",
	  true, node_early },
	{ "KERNEL", "memory in kernel zones, early or hotplugged, CMA included",
	  true, node_kernel },
	{ "MOVABLE", "memory in ZONE_MOVABLE", true, node_movable },
	{ "CMA", "memory reserved for contiguous allocations", true, node_cma },
	{ "NEEDED", "part of EARLY-KERNEL that dynamic devices count on",
	  true, node_needed },
	{ "LIMIT", "memory that the rest of it allows to be MOVABLE",
	  true, node_limit },
	{ "HEADROOM", "memory without a group that could still become MOVABLE",
	  true, node_headroom },
	{ "RATIO", "MOVABLE and CMA to EARLY-KERNEL and dynamic devices' KERNEL",
	  true, node_ratio },
	{ "ALLOWED", "highest ratio that the policy allows", true, node_allowed },
};

static size_t node_rows(const struct model *model)
{
	return model->nr_nodes;
}

SETTING(name, text(s->name))
SETTING(value, text(s->value))

static const struct column policy_columns[] = {
	{ "NAME", "name of a setting or a counter", false, setting_name },
	{ "VALUE", "its value", false, setting_value },
};

static size_t policy_rows(const struct model *model)
{
	return model->policy.nr_settings;
}

const struct view views[NR_VIEWS] = {
	[VIEW_GROUPS] = {
		.name = "groups",
		.help = "hotplugged memory, device by device",
		.need = MODEL_GROUPS,
		.rows = group_rows,
		.columns = group_columns,
		.nr_columns = ARRAY_SIZE(group_columns),
		.list = "ID,TYPE,NODE,DEVICE,BLOCKS,KERNEL,MOVABLE,OFFLINE,SHARE,SIZE,UNIT",
		.second_list = "ID,DEVICE,DECIDED-MOVABLE,DECIDED-KERNEL,LAST-REASON",
	},
	[VIEW_NODES] = {
		.name = "nodes",
		.help = "the system and each NUMA node, against the ratio",
		.need = MODEL_POLICY | MODEL_NODES,
		.rows = node_rows,
		.columns = node_columns,
		.nr_columns = ARRAY_SIZE(node_columns),
		.list = "NODE,EARLY-KERNEL,KERNEL,MOVABLE,CMA,HEADROOM,RATIO,ALLOWED",
	},
	[VIEW_POLICY] = {
		.name = "policy",
		.help = "the online policy's settings and counters",
		.need = MODEL_POLICY,
		.rows = policy_rows,
		.columns = policy_columns,
		.nr_columns = ARRAY_SIZE(policy_columns),
		.list = "NAME,VALUE",
	},
};

const struct view *view_find(const char *name)
{
	size_t i;

	for (i = 0; i < NR_VIEWS; i++)
		if (!strcmp(views[i].name, name))
			return &views[i];
	return NULL;
}

static const struct column *find_column(const struct view *view, const char *name,
					size_t len)
{
	size_t i;

	for (i = 0; i < view->nr_columns; i++)
		if (strlen(view->columns[i].name) == len &&
		    !strncasecmp(view->columns[i].name, name, len))
			return &view->columns[i];
	return NULL;
}

int selection_parse(struct selection *selection, const struct view *view,
		    const char *list, struct fault *fault)
{
	selection->nr = 0;
	for (;;) {
		size_t len = strcspn(list, ",");
		const struct column *column = find_column(view, list, len);

		if (!len)
			return fault_set(fault, EINVAL, "an empty column name");
		if (!column)
			return fault_set(fault, EINVAL, "%s has no column %.*s",
					 view->name, len < 60 ? (int)len : 60, list);
		if (selection->nr == MAX_SELECTED)
			return fault_set(fault, EINVAL, "more than %d columns",
					 MAX_SELECTED);
		selection->column[selection->nr++] = column;
		if (!list[len])
			return 0;
		list += len + 1;
	}
}
