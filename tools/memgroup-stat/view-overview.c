// SPDX-License-Identifier: GPL-2.0
/* memgroup-stat: the policy in a line, groups, and nodes. */
#include <inttypes.h>
#include <stdlib.h>

#include "escape.h"
#include "views.h"

char *policy_in_words(const struct policy *policy)
{
	char *name = escape_terminal(policy->name, escape_locale_is_utf8()), *words;
	char ratio[32] = "";

	if (!name)
		return NULL;
	if (!policy->ratio_unknown)
		snprintf(ratio, sizeof(ratio), ", ratio %" PRIu32 "%%", policy->ratio);
	if (asprintf(&words, "Policy: %s%s%s", name, ratio,
		     !policy->has_numa_aware ? "" :
		     policy->numa_aware ? ", numa-aware" : ", not numa-aware") < 0)
		words = NULL;
	free(name);
	return words;
}

static int print_policy_line(FILE *out, const struct policy *policy,
			     struct fault *fault)
{
	char *words = policy_in_words(policy);

	if (!words)
		return fault_nomem(fault);
	fprintf(out, "%s\n\n", words);
	free(words);
	return 0;
}

int overview_print(FILE *out, const struct model *model,
		   const struct table_options *options, struct fault *fault)
{
	int err = print_policy_line(out, &model->policy, fault);

	if (err)
		return err;
	if (model->nr_groups)
		err = groups_print(out, model, options, fault);
	else
		fputs("No memory groups, no hotplugged memory.\n", out);
	if (err)
		return err;
	fputc('\n', out);
	err = table_print(out, &nodes_table, model, NULL, options, fault);
	if (!err && model->from == FROM_SYSFS)
		fputs("\nOnly a kernel with CONFIG_MEMGROUP tells ids, units, decisions and reasons.\n",
		      out);
	return err;
}

static int run(const struct request *request, FILE *out, struct fault *fault)
{
	struct document document;
	struct model model;
	int err = request_read(request, &model,
			       MODEL_POLICY | MODEL_GROUPS | MODEL_NODES, fault);

	if (err)
		return err;
	if (request->json) {
		document_start(&document, out, false);
		policy_document(&document, &model);
		groups_document(&document, &model);
		nodes_document(&document, &model);
		if (model.nr_notes)
			document_add_texts(&document, "notes", model.notes,
					   model.nr_notes);
		err = document_end(&document, fault);
	} else {
		err = overview_print(out, &model, &request->table, fault);
	}
	model_free(&model);
	return err;
}

const struct command overview_command = {
	.help = "the policy in a line, groups, and nodes",
	.table = &groups_table,
	.notes_in_json = true,
	.of_trace = true,
	.run = run,
};
