// SPDX-License-Identifier: GPL-2.0
#include "render.h"

#include <errno.h>
#include <inttypes.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "units.h"

/* The cell's text, to be freed; NULL without memory. */
static char *format(const struct value *value, const struct table_options *options)
{
	char size[UNITS_SIZE_MAX], *text = NULL;
	int n = 0;

	switch (value->kind) {
	case VALUE_NONE:
		return strdup("-");
	case VALUE_INFINITE:
		return strdup("inf");
	case VALUE_TEXT:
		/*
		 * libsmartcols measures the text in the locale, and loops for
		 * ever on what is no character there.
		 */
		return escape_terminal(value->text, escape_locale_is_utf8());
	case VALUE_BYTES:
		if (!options->bytes) {
			units_format_size(value->number, size);
			return strdup(size);
		}
		/* fall through */
	case VALUE_NUMBER:
		n = asprintf(&text, "%" PRIu64, value->number);
		break;
	case VALUE_PERCENT:
		n = asprintf(&text, "%" PRIu64 "%%", value->number);
		break;
	case VALUE_TENTHS:
		n = asprintf(&text, "%" PRIu64 ".%u%%", value->number / 10,
			     (unsigned int)(value->number % 10));
		break;
	}
	return n < 0 ? NULL : text;
}

static int fill(struct libscols_table *table, const struct model *model,
		const struct view *view, const struct selection *selection,
		const struct table_options *options, bool only_ids)
{
	size_t rows = view->rows(model), row, i;

	for (i = 0; i < selection->nr; i++) {
		const struct column *column = selection->column[i];

		if (!scols_table_new_column(table, column->name, 0,
					    column->right ? SCOLS_FL_RIGHT : 0))
			return -ENOMEM;
	}
	for (row = 0; row < rows; row++) {
		struct libscols_line *line;

		if (only_ids && !model->groups[row].has_id)
			continue;
		line = scols_table_new_line(table, NULL);
		if (!line)
			return -ENOMEM;
		for (i = 0; i < selection->nr; i++) {
			struct value value = selection->column[i]->get(model, row);
			char *text = format(&value, options);

			/* The line frees it. */
			if (!text || scols_line_refer_data(line, i, text))
				return -ENOMEM;
		}
	}
	return 0;
}

static int render_table(FILE *out, const struct model *model,
			const struct view *view, const struct selection *selection,
			const struct table_options *options, bool only_ids,
			struct fault *fault)
{
	struct libscols_table *table = scols_new_table();
	int err;

	if (!table)
		return fault_nomem(fault);
	scols_table_set_stream(table, out);
	/* The same output on a terminal and in a pipe: nothing is cut. */
	scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
	/* The cells are escaped already. */
	scols_table_enable_noencoding(table, 1);
	scols_table_enable_noheadings(table, options->noheadings);
	err = fill(table, model, view, selection, options, only_ids);
	if (!err)
		err = scols_print_table(table);
	scols_unref_table(table);
	return err ? fault_nomem(fault) : 0;
}

int render_view(FILE *out, const struct model *model, const struct view *view,
		const struct selection *selection,
		const struct table_options *options, struct fault *fault)
{
	struct selection own;
	int err;

	if (selection)
		return render_table(out, model, view, selection, options, false,
				    fault);
	err = selection_parse(&own, view, view->list, fault);
	if (!err)
		err = render_table(out, model, view, &own, options, false, fault);
	/* The kernel tells about decisions only for its groups: the first rows. */
	if (err || !view->second_list || !model->nr_groups ||
	    !model->groups[0].has_id)
		return err;
	fputc('\n', out);
	err = selection_parse(&own, view, view->second_list, fault);
	if (!err)
		err = render_table(out, model, view, &own, options, true, fault);
	return err;
}

static int render_policy_line(FILE *out, const struct policy *policy,
			      struct fault *fault)
{
	char *name = escape_terminal(policy->name, escape_locale_is_utf8());

	if (!name)
		return fault_nomem(fault);
	fprintf(out, "Policy: %s, ratio %" PRIu32 "%%%s\n\n", name, policy->ratio,
		!policy->has_numa_aware ? "" :
		policy->numa_aware ? ", numa-aware" : ", not numa-aware");
	free(name);
	return 0;
}

int render_overview(FILE *out, const struct model *model,
		    const struct table_options *options, struct fault *fault)
{
	int err = render_policy_line(out, &model->policy, fault);

	if (err)
		return err;
	if (model->nr_groups)
		err = render_view(out, model, &views[VIEW_GROUPS], NULL, options,
				  fault);
	else
		fputs("No memory groups, no hotplugged memory.\n", out);
	if (err)
		return err;
	fputc('\n', out);
	return render_view(out, model, &views[VIEW_NODES], NULL, options, fault);
}
