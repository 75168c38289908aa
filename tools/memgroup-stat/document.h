/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A document of JSON, schema 1, from tables: a row becomes an object, a column with a
 * key a member of it.
 *
 * It is written row by row, so that a hundred thousand rows need no more memory than
 * their text. A document remembers that it ran out of memory: only document_end() fails.
 */
#ifndef MEMGROUP_STAT_DOCUMENT_H
#define MEMGROUP_STAT_DOCUMENT_H

#include <stdbool.h>
#include <stdio.h>

#include "fault.h"
#include "table.h"

/* An object in an array in an object in the document, and one more. */
#define DOCUMENT_DEPTH_MAX 5

struct document {
	FILE *out;
	bool compact;
	bool failed;
	bool begun;			/* there is something before, in what is open */
	unsigned int depth;		/* of what is open */
	char ends[DOCUMENT_DEPTH_MAX];	/* what will close it */
};

/* Begins with the member schema; all on one line if @compact. End with document_end(). */
void document_start(struct document *document, FILE *out, bool compact);

/* Adds @count rows of @table from @first on, as an array @name, which is plain ASCII. */
void document_add_rows(struct document *document, const char *name,
		       const struct table *table, const void *data, size_t first,
		       size_t count);

/* Adds one row of @table, as an object @name. */
void document_add_row(struct document *document, const char *name,
		      const struct table *table, const void *data, size_t row);

/* Adds @count strings, as an array @name. */
void document_add_texts(struct document *document, const char *name, char *const *texts,
			size_t count);

/* Adds the members of one row of @table to the document itself, or to what is open. */
void document_add_members(struct document *document, const struct table *table,
			  const void *data, size_t row);
void document_add_null(struct document *document, const char *name);

/*
 * Open an object or an array: what is added from now on goes there, until
 * document_close(). In an array there are only objects, without a name: NULL.
 */
void document_open_object(struct document *document, const char *name);
void document_open_array(struct document *document, const char *name);
void document_close(struct document *document);

/* Ends with a newline. Returns 0, or -ENOMEM with @fault set. */
int document_end(struct document *document, struct fault *fault);

#endif /* MEMGROUP_STAT_DOCUMENT_H */
