/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which rows of a table are to be seen, and in which order. Knows nothing of screens.
 */
#ifndef MEMGROUP_STAT_LISTING_H
#define MEMGROUP_STAT_LISTING_H

#include <stdbool.h>
#include <stddef.h>

#include "fault.h"
#include "table.h"

struct listing_order {
	const struct column *column;	/* NULL: as they come */
	bool descending;
	const struct column *filtered;	/* NULL: all rows */
	const char *filter;		/* a part of that cell's text, in any case */
};

/*
 * Stores the indexes of the rows in @rows, to be freed, and how many there are in @nr.
 * What has no value comes last, both ways; rows that are equal stay as they come.
 * Returns 0, or -ENOMEM with @fault set.
 */
int listing_make(const struct table *table, const void *data,
		 const struct listing_order *order, size_t **rows, size_t *nr,
		 struct fault *fault);

#endif /* MEMGROUP_STAT_LISTING_H */
