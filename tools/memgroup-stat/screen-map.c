// SPDX-License-Identifier: GPL-2.0
#include "screen-map.h"

#include <inttypes.h>
#include <ncurses.h>
#include <stdio.h>
#include <string.h>

#include "escape.h"
#include "map-text.h"
#include "terminal.h"
#include "units.h"

/* Columns for the number of a row's first block, and its node. */
#define LABEL_WIDTH 12

static const struct {
	const char *word;
	enum terminal_color color;
} kinds[] = {
	[PICTURE_BOOT] = { "boot", COLOR_OF_BOOT },
	[PICTURE_KERNEL] = { "kernel", COLOR_OF_KERNEL },
	[PICTURE_MOVABLE] = { "movable", COLOR_OF_MOVABLE },
	[PICTURE_OFFLINE] = { "offline", COLOR_OF_OFFLINE },
	[PICTURE_OTHER] = { "several zones", COLOR_OF_OTHER },
	[PICTURE_MIXED] = { "mixed", COLOR_OF_OTHER },
	[PICTURE_HOLE] = { NULL, COLOR_OF_OTHER },
};

/* Rows that are drawn: where a node begins, the label says it. */
static int count_lines(const struct picture *picture)
{
	size_t i;
	int lines = 0;

	for (i = 0; i < picture->nr_rows; i++)
		lines += picture->rows[i].kind != PICTURE_ROW_NODE;
	return lines;
}

void screen_map_forget(struct screen_map *map)
{
	if (map->made)
		picture_free(&map->picture);
	map->made = false;
}

/* The largest picture that fits: nodes may make it longer than was asked for. */
static int lay_out(struct screen_map *map, const struct model *model,
		   const struct area *area, struct fault *fault)
{
	/* Devices come in multiples of some blocks: so their units are below each other. */
	const int width = (area->width - LABEL_WIDTH) / 8 * 8;
	int rows, err;

	screen_map_forget(map);
	for (rows = area->height - 1; rows > 0; rows--) {
		err = picture_make(&map->picture, model, (unsigned int)width, (size_t)rows,
				   fault);
		if (err)
			return err;
		map->made = true;
		if (rows == 1 || count_lines(&map->picture) < area->height)
			break;
		screen_map_forget(map);
	}
	map->blocks = model->blocks;
	map->width = area->width;
	map->height = area->height;
	return 0;
}

static void set_kind(enum picture_kind kind)
{
	attrset(terminal_has_colors() ? COLOR_PAIR(kinds[kind].color) : A_NORMAL);
}

static void draw_legend(const struct picture *picture, const struct area *area)
{
	const bool utf8 = escape_locale_is_utf8();
	char size[UNITS_SIZE_MAX], text[60];
	int i, x;

	attrset(A_REVERSE);
	mvhline(area->y, 0, ' ' | A_REVERSE, area->width);
	units_format_size(picture_bytes(picture, picture->blocks_per_cell), size);
	snprintf(text, sizeof(text), "MAP  %s each", size);
	draw_text(area->y, 0, area->width, text);
	x = text_width(text) + 2;
	for (i = 0; i < PICTURE_HOLE; i++) {
		const enum picture_kind kind = (enum picture_kind)i;

		if (!picture_has(picture, kind) || !kinds[kind].word)
			continue;
		snprintf(text, sizeof(text), " %s ", map_text_glyph(kind, utf8));
		if (x + 4 + text_width(kinds[kind].word) > area->width)
			break;
		set_kind(kind);
		draw_text(area->y, x, area->width - x, text);
		attrset(A_REVERSE);
		draw_text(area->y, x + 4, area->width - x - 4, kinds[kind].word);
		x += 4 + text_width(kinds[kind].word) + 2;
	}
	attrset(A_NORMAL);
}

static void draw_row(const struct picture *picture, const struct picture_row *row, int y)
{
	const bool utf8 = escape_locale_is_utf8();
	unsigned int i;

	for (i = 0; i < row->width; i++) {
		const enum picture_kind kind =
			picture_cell_kind(&picture->cells[row->cell + i]);

		if (kind == PICTURE_HOLE)
			continue;
		set_kind(kind);
		draw_text(y, LABEL_WIDTH + (int)i, 1, map_text_glyph(kind, utf8));
	}
	attrset(A_NORMAL);
}

int screen_map_draw(struct screen_map *map, const struct model *model,
		    const struct area *area, struct fault *fault)
{
	const struct picture *picture = &map->picture;
	int y = area->y + 1, node = NO_NODE, err;
	size_t i;

	if (!map->made || map->blocks != model->blocks || map->width != area->width ||
	    map->height != area->height) {
		err = lay_out(map, model, area, fault);
		if (err)
			return err;
	}
	draw_legend(picture, area);
	for (i = 0; i < picture->nr_rows && y < area->y + area->height; i++) {
		const struct picture_row *row = &picture->rows[i];
		char label[64];

		if (row->kind == PICTURE_ROW_NODE)
			continue;
		if (row->kind == PICTURE_ROW_GAP)
			strcpy(label, "        ...");
		else if (model->nr_nodes > 2 && row->node != NO_NODE && row->node != node)
			snprintf(label, sizeof(label), "N%-3d%7" PRIu64, row->node,
				 row->first);
		else
			snprintf(label, sizeof(label), "%11" PRIu64, row->first);
		node = row->node;
		draw_text(y, 0, LABEL_WIDTH - 1, label);
		if (row->kind == PICTURE_ROW_CELLS)
			draw_row(picture, row, y);
		y++;
	}
	return 0;
}
