// SPDX-License-Identifier: GPL-2.0
/* memgroup-stat policy: the online policy's settings and counters. */
#include "views.h"

static const struct setting *setting(const void *data, size_t row)
{
	return &((const struct model *)data)->policy.settings[row];
}

static struct value name(const void *data, size_t row)
{
	return value_text(setting(data, row)->name);
}

static struct value value(const void *data, size_t row)
{
	return value_text(setting(data, row)->value);
}

static const struct column columns[] = {
	{ "NAME", NULL, "name of a setting or a counter", false, name },
	{ "VALUE", NULL, "its value", false, value },
};

static size_t rows(const void *data)
{
	return ((const struct model *)data)->policy.nr_settings;
}

static const struct table table = {
	.name = "policy",
	.columns = columns,
	.nr_columns = ARRAY_SIZE(columns),
	.rows = rows,
	.list = "NAME,VALUE",
};

/* Defines a getter of the policy "p", which is one row. */
#define POLICY(getter, expression)					\
static struct value getter(const void *data, size_t row)		\
{									\
	const struct policy *p = &((const struct model *)data)->policy;	\
									\
	(void)row;							\
	return expression;						\
}

POLICY(policy_name, value_text(p->name))
POLICY(ratio, p->ratio_unknown ? value_none() : value_number(p->ratio))
POLICY(numa_aware, p->has_numa_aware ? value_bool(p->numa_aware) : value_none())

static struct value source(const void *data, size_t row)
{
	(void)row;
	switch (((const struct model *)data)->from) {
	case FROM_SYSFS:
		return value_text("sysfs");
	case FROM_TRACE:
		return value_text("trace");
	default:
		return value_text("debugfs");
	}
}

static const struct column members[] = {
	{ "NAME", "name", "contig-zones or auto-movable", false, policy_name },
	{ "RATIO", "ratio_percent", "highest ratio of MOVABLE to KERNEL", true, ratio },
	{ "NUMA-AWARE", "numa_aware", "must it hold on each node?", false, numa_aware },
	{ "SOURCE", "source", "where this was read", false, source },
};

static size_t one(const void *data)
{
	(void)data;
	return 1;
}

const struct table policy_table = {
	.name = "policy",
	.columns = members,
	.nr_columns = ARRAY_SIZE(members),
	.rows = one,
	.list = "NAME,RATIO,NUMA-AWARE",
};

void policy_document(struct document *document, const struct model *model)
{
	document_add_row(document, "policy", &policy_table, model, 0);
}

static int run(const struct request *request, FILE *out, struct fault *fault)
{
	struct document document;
	struct model model;
	int err = request_read(request, &model, MODEL_POLICY, fault);

	if (err)
		return err;
	if (request->json) {
		document_start(&document, out, false);
		policy_document(&document, &model);
		err = document_end(&document, fault);
	} else {
		err = request_show(request, out, "policy", &model, fault);
	}
	model_free(&model);
	return err;
}

const struct command policy_command = {
	.name = "policy",
	.help = "the online policy's settings and counters",
	.table = &table,
	.of_trace = true,
	.run = run,
};
