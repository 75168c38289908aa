// SPDX-License-Identifier: GPL-2.0
#include "grid.h"

#include <ncurses.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "escape.h"

#define GAP 1
/* A column that is cut shows at least that much. */
#define CUT_MIN 12
/* Longer text is wider than any screen. */
#define TEXT_MAX 1024

/* As wide characters; what is none in this locale ends the text. */
static size_t to_wide(const char *text, wchar_t wide[static TEXT_MAX])
{
	mbstate_t state = { 0 };
	size_t count = 0;

	while (*text && count < TEXT_MAX - 1) {
		size_t len = mbrtowc(&wide[count], text, strlen(text), &state);

		if (len == (size_t)-1 || len == (size_t)-2)
			break;
		text += len;
		count++;
	}
	wide[count] = L'\0';
	return count;
}

static int width_of(wchar_t character)
{
	int width = wcwidth(character);

	return width < 0 ? 1 : width;
}

int text_width(const char *text)
{
	wchar_t wide[TEXT_MAX];
	size_t i, count = to_wide(text, wide);
	int width = 0;

	for (i = 0; i < count; i++)
		width += width_of(wide[i]);
	return width;
}

void draw_text(int y, int x, int width, const char *text)
{
	wchar_t wide[TEXT_MAX];
	size_t i, count = to_wide(text, wide);

	for (i = 0; i < count; i++) {
		width -= width_of(wide[i]);
		if (width < 0)
			break;
	}
	mvaddnwstr(y, x, wide, (int)i);
}

static char *cell_of(const struct grid *grid, size_t index, const struct column *column)
{
	const size_t row = grid->rows ? grid->rows[index] : index;
	const struct value value = column->get(grid->data, row);

	return table_cell(&value, grid->options);
}

static const char *arrow(const struct grid *grid, const struct column *column)
{
	if (column != grid->sorted)
		return "";
	if (escape_locale_is_utf8())
		return grid->descending ? "\xe2\x96\xbe" : "\xe2\x96\xb4";
	return grid->descending ? "v" : "^";
}

/* The row after the last one that there is room for. */
static size_t end_of_rows(const struct grid *grid, const struct area *area, size_t first)
{
	const int lines = area->height - !grid->options->noheadings;

	if (lines <= 0 || first >= grid->nr_rows)
		return first;
	return grid->nr_rows - first < (size_t)lines ? grid->nr_rows :
						       first + (size_t)lines;
}

void grid_measure(struct grid *grid, const struct area *area, size_t first_row)
{
	const size_t end = end_of_rows(grid, area, first_row);
	size_t i, row;

	for (i = 0; i < grid->columns->nr; i++) {
		const struct column *column = grid->columns->column[i];
		/* There is always room for the arrow: columns do not jump with it. */
		int width = (int)strlen(column->name) + (grid->sorted != NULL);

		if (grid->width[i] < width)
			grid->width[i] = width;
		for (row = first_row; row < end; row++) {
			char *cell = cell_of(grid, row, column);

			width = cell ? text_width(cell) : 0;
			free(cell);
			if (grid->width[i] < width)
				grid->width[i] = width;
		}
	}
}

size_t grid_last_column(const struct grid *grid, const struct area *area)
{
	size_t column = grid->columns->nr - 1;
	int left = area->width - grid->width[column];

	while (column && left >= grid->width[column - 1] + GAP)
		left -= grid->width[--column] + GAP;
	return column;
}

static void draw_cell(int y, int x, int width, bool right, const char *text)
{
	const int wide = text_width(text);

	draw_text(y, right && wide < width ? x + width - wide : x, width, text);
}

static void draw_heading(const struct grid *grid, int y, int x, int width,
			 const struct column *column)
{
	char text[64];

	snprintf(text, sizeof(text), "%s%s", column->name, arrow(grid, column));
	attrset(A_REVERSE | (column == grid->sorted ? A_BOLD : 0));
	draw_cell(y, x, width, column->right, text);
	attrset(A_NORMAL);
}

size_t grid_draw(const struct grid *grid, const struct area *area, size_t first_row,
		 size_t first_column)
{
	const bool headings = !grid->options->noheadings;
	const size_t end = end_of_rows(grid, area, first_row);
	size_t row, i, shown = 0;
	int x = 0;

	if (headings)
		mvhline(area->y, 0, ' ' | A_REVERSE, area->width);
	for (i = first_column; i < grid->columns->nr; i++) {
		const struct column *column = grid->columns->column[i];
		int y = area->y + headings, width = grid->width[i];

		if (x + width > area->width) {
			if (!grid->cut || area->width - x < CUT_MIN)
				break;
			width = area->width - x;
		}
		if (headings)
			draw_heading(grid, area->y, x, width, column);
		for (row = first_row; row < end; row++, y++) {
			char *cell = cell_of(grid, row, column);
			size_t index = grid->rows ? grid->rows[row] : row;

			attrset(grid->marked && grid->marked[index] ? A_BOLD : A_NORMAL);
			if (cell)
				draw_cell(y, x, width, column->right, cell);
			free(cell);
		}
		attrset(A_NORMAL);
		x += width + GAP;
		shown++;
	}
	return shown;
}
