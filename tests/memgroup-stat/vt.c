// SPDX-License-Identifier: GPL-2.0
#include "vt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ESCAPE 27
#define PARAMETERS_MAX 8

static void clear(struct vt *vt, int row, int from, int to)
{
	int i;

	for (i = from; i < to; i++)
		strcpy(vt->cells[row][i], " ");
}

static void clear_rows(struct vt *vt, int from, int to)
{
	int i;

	for (i = from; i < to; i++)
		clear(vt, i, 0, VT_COLUMNS_MAX);
}

void vt_start(struct vt *vt, int rows, int columns)
{
	*vt = (struct vt){ .rows = rows, .columns = columns, .bottom = rows - 1 };
	clear_rows(vt, 0, VT_ROWS_MAX);
}

void vt_resize(struct vt *vt, int rows, int columns)
{
	vt->rows = rows;
	vt->columns = columns;
	vt->top = 0;
	vt->bottom = rows - 1;
	/* Outside of it nothing is left to come back. */
	clear_rows(vt, 0, VT_ROWS_MAX);
	if (vt->row >= rows)
		vt->row = rows - 1;
	if (vt->column >= columns)
		vt->column = columns - 1;
}

static int bounded(int value, int end)
{
	return value < 0 ? 0 : value >= end ? end - 1 : value;
}

static void move_to(struct vt *vt, int row, int column)
{
	vt->row = bounded(row, vt->rows);
	vt->column = bounded(column, vt->columns);
}

/* Moves the rows from @from to the end of what scrolls by @by, down if it is positive. */
static void shift_rows(struct vt *vt, int from, int by)
{
	const size_t size = sizeof(vt->cells[0]);
	const int count = vt->bottom + 1 - from - abs(by);

	if (count <= 0) {
		clear_rows(vt, from, vt->bottom + 1);
	} else if (by > 0) {
		memmove(vt->cells[from + by], vt->cells[from], size * (size_t)count);
		clear_rows(vt, from, from + by);
	} else {
		memmove(vt->cells[from], vt->cells[from - by], size * (size_t)count);
		clear_rows(vt, vt->bottom + 1 + by, vt->bottom + 1);
	}
}

/* The same in a row. */
static void shift_cells(struct vt *vt, int by)
{
	char (*row)[VT_CELL] = vt->cells[vt->row];
	const int count = vt->columns - vt->column - abs(by);

	if (count <= 0) {
		clear(vt, vt->row, vt->column, vt->columns);
	} else if (by > 0) {
		memmove(row[vt->column + by], row[vt->column], VT_CELL * (size_t)count);
		clear(vt, vt->row, vt->column, vt->column + by);
	} else {
		memmove(row[vt->column], row[vt->column - by], VT_CELL * (size_t)count);
		clear(vt, vt->row, vt->columns + by, vt->columns);
	}
}

static void line_feed(struct vt *vt)
{
	if (vt->row == vt->bottom)
		shift_rows(vt, vt->top, -1);
	else
		move_to(vt, vt->row + 1, vt->column);
}

static void print(struct vt *vt, const char *character)
{
	if (vt->column == vt->columns) {
		vt->column = 0;
		line_feed(vt);
	}
	strcpy(vt->cells[vt->row][vt->column++], character);
	memmove(vt->last, character, strlen(character) + 1);
}

static void erase(struct vt *vt, char final, int what)
{
	const int row = vt->row, column = bounded(vt->column, vt->columns);

	if (final == 'J' && what == 2) {
		clear_rows(vt, 0, vt->rows);
		return;
	}
	if (what == 0)
		clear(vt, row, column, vt->columns);
	else if (what == 1)
		clear(vt, row, 0, column + 1);
	else
		clear(vt, row, 0, vt->columns);
	if (final == 'J' && what == 0)
		clear_rows(vt, row + 1, vt->rows);
	else if (final == 'J')
		clear_rows(vt, 0, row);
}

static void set_mode(struct vt *vt, int mode, bool on)
{
	if (mode == 1)
		vt->keypad = on;
	else if (mode == 25)
		vt->hidden_cursor = !on;
	if (mode != 1049)
		return;
	vt->alternate = on;
	vt->alternated += on;
	if (on)
		clear_rows(vt, 0, vt->rows);
}

static void unknown(struct vt *vt)
{
	if (!*vt->unknown)
		memcpy(vt->unknown, vt->sequence, sizeof(vt->unknown));
}

/* "ESC [ PARAMETERS FINAL" */
static void control(struct vt *vt)
{
	const char final = vt->sequence[vt->len - 1];
	const bool private = vt->sequence[2] == '?';
	char *at = vt->sequence + 2 + private;
	int p[PARAMETERS_MAX] = { 0 }, nr = 0, n, i;

	while (nr < PARAMETERS_MAX) {
		p[nr++] = (int)strtol(at, &at, 10);
		if (*at != ';')
			break;
		at++;
	}
	n = p[0] ? p[0] : 1;
	if (private && (final == 'h' || final == 'l')) {
		for (i = 0; i < nr; i++)
			set_mode(vt, p[i], final == 'h');
		return;
	}
	switch (final) {
	case 'A':
		move_to(vt, vt->row - n, vt->column);
		break;
	case 'B':
		move_to(vt, vt->row + n, vt->column);
		break;
	case 'C':
		move_to(vt, vt->row, vt->column + n);
		break;
	case 'D':
		move_to(vt, vt->row, vt->column - n);
		break;
	case 'G':
		move_to(vt, vt->row, n - 1);
		break;
	case 'd':
		move_to(vt, n - 1, vt->column);
		break;
	case 'H':
		move_to(vt, n - 1, p[1] ? p[1] - 1 : 0);
		break;
	case 'J':
	case 'K':
		erase(vt, final, p[0]);
		break;
	case 'X':
		clear(vt, vt->row, vt->column, bounded(vt->column + n, vt->columns + 1));
		break;
	case 'b':
		while (n--)
			print(vt, vt->last);
		break;
	case '@':
	case 'P':
		shift_cells(vt, final == '@' ? n : -n);
		break;
	case 'L':
	case 'M':
		shift_rows(vt, vt->row, final == 'L' ? n : -n);
		break;
	case 'S':
	case 'T':
		shift_rows(vt, vt->top, final == 'T' ? n : -n);
		break;
	case 'r':
		vt->top = bounded(n - 1, vt->rows);
		vt->bottom = p[1] ? bounded(p[1] - 1, vt->rows) : vt->rows - 1;
		move_to(vt, 0, 0);
		break;
	case 'm':
		for (i = 0; i < nr; i++)
			vt->colored |= p[i] >= 30 && p[i] <= 37;
		break;
	case 'l':
	case 'h':
	case 't':
		/* Insert mode, titles of windows. */
		break;
	default:
		unknown(vt);
	}
}

/* "ESC FINAL" and "ESC ( SET" */
static void escape(struct vt *vt)
{
	switch (vt->sequence[1]) {
	case '7':
		vt->saved_row = vt->row;
		vt->saved_column = vt->column;
		break;
	case '8':
		move_to(vt, vt->saved_row, vt->saved_column);
		break;
	case 'M':
		if (vt->row == vt->top)
			shift_rows(vt, vt->top, 1);
		else
			move_to(vt, vt->row - 1, vt->column);
		break;
	case '(':
	case ')':
	case '=':
	case '>':
		break;
	default:
		unknown(vt);
	}
}

/* Is the sequence complete? */
static bool complete(const struct vt *vt)
{
	const unsigned char last = (unsigned char)vt->sequence[vt->len - 1];

	if (vt->len == 1)
		return false;
	if (vt->sequence[1] == '[')
		return vt->len > 2 && last >= 0x40 && last <= 0x7e;
	if (vt->sequence[1] == '(' || vt->sequence[1] == ')')
		return vt->len == 3;
	return true;
}

static size_t character_length(unsigned char first)
{
	return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

static void single(struct vt *vt, char c)
{
	switch (c) {
	case '\r':
		vt->column = 0;
		break;
	case '\n':
		line_feed(vt);
		break;
	case '\b':
		move_to(vt, vt->row, vt->column - 1);
		break;
	case '\t':
		move_to(vt, vt->row, (vt->column / 8 + 1) * 8);
		break;
	case '\a':
	case '\017':
	case '\016':
		break;
	default:
		if ((unsigned char)c < 0x20) {
			unknown(vt);
			break;
		}
		print(vt, vt->sequence);
	}
}

void vt_feed(struct vt *vt, const char *bytes, size_t len)
{
	for (; len; len--, bytes++) {
		vt->sequence[vt->len++] = *bytes;
		vt->sequence[vt->len] = '\0';
		if (*vt->sequence == ESCAPE) {
			if (vt->len == VT_SEQUENCE_MAX - 1)
				unknown(vt);
			else if (!complete(vt))
				continue;
			else if (vt->sequence[1] == '[')
				control(vt);
			else
				escape(vt);
		} else {
			if (vt->len < character_length((unsigned char)*vt->sequence))
				continue;
			single(vt, *vt->sequence);
		}
		vt->len = 0;
	}
}

void vt_row(const struct vt *vt, int row, char text[static VT_COLUMNS_MAX * VT_CELL])
{
	char *end = text;
	int i;

	for (i = 0; i < vt->columns; i++)
		end = stpcpy(end, vt->cells[row][i]);
	while (end > text && end[-1] == ' ')
		end--;
	*end = '\0';
}

int vt_find(const struct vt *vt, const char *text)
{
	char line[VT_COLUMNS_MAX * VT_CELL];
	int row;

	for (row = 0; row < vt->rows; row++) {
		vt_row(vt, row, line);
		if (strstr(line, text))
			return row;
	}
	return -1;
}
