/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tables of memgroup-stat as data: which views there are, their columns,
 * what each column means, and how its value is taken from the model. The
 * renderers, --output and --help all work from here.
 */
#ifndef MEMGROUP_STAT_COLUMNS_H
#define MEMGROUP_STAT_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "model.h"

enum value_kind {
	VALUE_NONE,
	VALUE_NUMBER,
	VALUE_BYTES,
	VALUE_PERCENT,		/* whole percent */
	VALUE_TENTHS,		/* tenths of a percent */
	VALUE_INFINITE,
	VALUE_TEXT,		/* as it came: to be escaped */
};

struct value {
	enum value_kind kind;
	uint64_t number;
	const char *text;	/* the model's */
};

struct column {
	const char *name;
	const char *help;
	bool right;		/* aligned to the right */
	struct value (*get)(const struct model *model, size_t row);
};

struct view {
	const char *name;	/* the subcommand */
	const char *help;
	unsigned int need;	/* parts of the model */
	size_t (*rows)(const struct model *model);
	const struct column *columns;
	size_t nr_columns;
	const char *list;	/* shown without --output */
	/*
	 * A second table with the same rows: what does not fit into 80 columns
	 * beside the first; NULL if all fits.
	 */
	const char *second_list;
};

enum { VIEW_GROUPS, VIEW_NODES, VIEW_POLICY, NR_VIEWS };
extern const struct view views[NR_VIEWS];

/* The view of that name, or NULL. */
const struct view *view_find(const char *name);

/* A table's columns, in order; each may be there more than once. */
#define MAX_SELECTED 64

struct selection {
	const struct column *column[MAX_SELECTED];
	size_t nr;
};

/*
 * Parses a list of column names separated by commas, in any case. Returns 0, or
 * -EINVAL with @fault set.
 */
int selection_parse(struct selection *selection, const struct view *view,
		    const char *list, struct fault *fault);

#endif /* MEMGROUP_STAT_COLUMNS_H */
