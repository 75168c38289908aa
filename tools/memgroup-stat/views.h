/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables that several commands show. Their data is a struct model.
 */
#ifndef MEMGROUP_STAT_VIEWS_H
#define MEMGROUP_STAT_VIEWS_H

#include <stdio.h>

#include "command.h"
#include "document.h"
#include "events.h"
#include "fault.h"
#include "model.h"
#include "table.h"

extern const struct table groups_table, nodes_table;
/* Groups with the columns that a screen shows, the most telling first. */
extern const struct table groups_watch_table;
/* One row: what is in force. */
extern const struct table policy_table;

/* "Policy: auto-movable, …", to be freed; NULL without memory. */
char *policy_in_words(const struct policy *policy);

/* The table of groups, and that of their decisions if there are any. */
int groups_print(FILE *out, const struct model *model,
		 const struct table_options *options, struct fault *fault);

/* The policy in a line, then groups and nodes. The model has all its parts. */
int overview_print(FILE *out, const struct model *model,
		   const struct table_options *options, struct fault *fault);

/* Blocks, in text or in JSON, as asked for. Returns as a command's run(). */
int blocks_show(const struct request *request, FILE *out, const struct model *model,
		struct fault *fault);

/* Decisions on the blocks of @model, in sentences or as asked for. The same. */
int why_show(const struct request *request, FILE *out, const struct model *model,
	     const struct events *events, struct fault *fault);

/* All blocks, as the array blocks, in ranges of those that differ in their unit at most. */
void blocks_document(struct document *document, const struct model *model);
/* The @count blocks beside each other from index @first on, as the object @name. */
void block_range_document(struct document *document, const char *name,
			  const struct model *model, size_t first, size_t count);

void groups_document(struct document *document, const struct model *model);
void nodes_document(struct document *document, const struct model *model);
void policy_document(struct document *document, const struct model *model);

#endif /* MEMGROUP_STAT_VIEWS_H */
