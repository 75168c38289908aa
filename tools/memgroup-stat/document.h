/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A document of JSON, schema 1, from tables: a row becomes an object, a column with a
 * key a member of it.
 *
 * A document remembers that it ran out of memory: only document_print() fails.
 */
#ifndef MEMGROUP_STAT_DOCUMENT_H
#define MEMGROUP_STAT_DOCUMENT_H

#include <stdio.h>

#include "fault.h"
#include "table.h"

struct json_object;

struct document {
	struct json_object *root;
};

/* Begins with the member schema. End with document_print() or document_free(). */
void document_start(struct document *document);

/* Adds @count rows of @table from @first on, as an array @name. */
void document_add_rows(struct document *document, const char *name,
		       const struct table *table, const void *data, size_t first,
		       size_t count);

/* Adds one row of @table, as an object @name. */
void document_add_row(struct document *document, const char *name,
		      const struct table *table, const void *data, size_t row);

/*
 * Writes the document, on one line if @compact, and frees it. Returns 0, or -ENOMEM
 * with @fault set.
 */
int document_print(struct document *document, FILE *out, bool compact,
		   struct fault *fault);
void document_free(struct document *document);

#endif /* MEMGROUP_STAT_DOCUMENT_H */
