/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a terminal shows: as much of a VT100 and its descendants as ncurses uses of
 * TERM=xterm. Everything else that arrives is an error, so that nothing is missed.
 */
#ifndef MEMGROUP_TEST_VT_H
#define MEMGROUP_TEST_VT_H

#include <stdbool.h>
#include <stddef.h>

#define VT_ROWS_MAX 60
#define VT_COLUMNS_MAX 200
#define VT_SEQUENCE_MAX 64
/* A character of UTF-8 with its NUL. */
#define VT_CELL 5

struct vt {
	int rows, columns;
	int row, column;		/* the cursor, from 0 on */
	int top, bottom;		/* the part that scrolls */
	int saved_row, saved_column;
	char cells[VT_ROWS_MAX][VT_COLUMNS_MAX][VT_CELL];
	char sequence[VT_SEQUENCE_MAX];	/* what is not complete */
	size_t len;
	char last[VT_CELL];		/* for "repeat" */
	bool alternate, hidden_cursor, keypad;
	bool colored;			/* there ever was a colour */
	unsigned int alternated;	/* how often the screen was taken */
	char unknown[VT_SEQUENCE_MAX];	/* the first such sequence; "" */
};

void vt_start(struct vt *vt, int rows, int columns);
void vt_resize(struct vt *vt, int rows, int columns);
void vt_feed(struct vt *vt, const char *bytes, size_t len);

/* A row as text without the spaces at its end. */
void vt_row(const struct vt *vt, int row, char text[static VT_COLUMNS_MAX * VT_CELL]);

/* The first row with that text, or -1. */
int vt_find(const struct vt *vt, const char *text);

#endif /* MEMGROUP_TEST_VT_H */
