/* SPDX-License-Identifier: GPL-2.0 */
/* Tables as data on a screen of ncurses. */
#ifndef MEMGROUP_STAT_GRID_H
#define MEMGROUP_STAT_GRID_H

#include <stdbool.h>
#include <stddef.h>

#include "table.h"

struct grid {
	const struct table *table;
	const void *data;
	const struct selection *columns;
	const struct table_options *options;
	const size_t *rows;		/* their indexes; NULL: all of them */
	size_t nr_rows;
	const struct column *sorted;	/* gets an arrow, or NULL */
	bool descending;
	/* Rows that stand out, by their index in the table, or NULL. */
	const bool *marked;
	/* The last column may be cut; one that does not fit is left out otherwise. */
	bool cut;
	/*
	 * So wide was each column so far: it does not become narrower while one looks
	 * at it. Starts as 0.
	 */
	int width[MAX_SELECTED];
};

/* Where a grid goes on the screen. */
struct area {
	int y, height, width;
};

/* Makes the columns wide enough for what will be drawn. */
void grid_measure(struct grid *grid, const struct area *area, size_t first_row);

/* From which column on they fit to the last one; from a later one there is room left. */
size_t grid_last_column(const struct grid *grid, const struct area *area);

/*
 * Draws headings and rows from @first_row on, in columns from @first_column on. Returns
 * how many columns fitted.
 */
size_t grid_draw(const struct grid *grid, const struct area *area, size_t first_row,
		 size_t first_column);

/* @text from @x on in at most @width columns of the screen; the rest is cut. */
void draw_text(int y, int x, int width, const char *text);

/* How many columns of the screen the text takes. */
int text_width(const char *text);

#endif /* MEMGROUP_STAT_GRID_H */
