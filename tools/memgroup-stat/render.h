/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The model as text. Renderers read the model and write to a stream in memory;
 * they know nothing of files. Tables use the characters of the current locale.
 */
#ifndef MEMGROUP_STAT_RENDER_H
#define MEMGROUP_STAT_RENDER_H

#include <stdbool.h>
#include <stdio.h>

#include "columns.h"
#include "fault.h"
#include "model.h"

struct table_options {
	bool bytes;		/* sizes in bytes instead of 1.5G */
	bool noheadings;
};

/* Both return 0 or a negative errno value with @fault set. */

/*
 * One table of @view with the columns @selection, or with those that the view
 * shows by itself, perhaps in two tables, if @selection is NULL.
 */
int render_view(FILE *out, const struct model *model, const struct view *view,
		const struct selection *selection,
		const struct table_options *options, struct fault *fault);

/* The policy in a line, then groups and nodes. The model has all its parts. */
int render_overview(FILE *out, const struct model *model,
		    const struct table_options *options, struct fault *fault);

/*
 * The JSON document, schema 1, with the parts of the view, or all parts if @view
 * is NULL.
 */
int render_json(FILE *out, const struct model *model, const struct view *view,
		struct fault *fault);

#endif /* MEMGROUP_STAT_RENDER_H */
