// SPDX-License-Identifier: GPL-2.0
#include "map-image.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "pen.h"
#include "table.h"
#include "units.h"

/* Of cells: from one to the next, of the colour, and of the row. */
#define CELL_STEP	13
#define CELL_WIDTH	12
#define CELL_HEIGHT	20
#define CELLS_WIDTH	(MAP_IMAGE_CELLS * CELL_STEP)
/* At all edges; and what is beside each other keeps this distance. */
#define MARGIN		24
#define SPACE		12
/* Below the cells: a line along the memory of a device, and its name. */
#define LINE_BELOW	3
#define LINE_HEIGHT	2
#define MARK_HEIGHT	17
#define ROW_SPACE	7
#define LEGEND_STEP	20
#define SWATCH		13
/* A table of devices: its columns, and when it is cut into two side by side. */
#define NAME_MAX_WIDTH	170
#define FIRST_SUM	240
#define SUM_STEP	72
#define TABLE_STEP	520
#define LONG_TABLE	12

#define TEXT_COLOR	0x222222
#define FAINT_COLOR	0x666666
#define LINE_COLOR	0x444444
#define RULE_COLOR	0xcccccc
#define PAPER_COLOR	0xffffff

/* By Okabe and Ito, whose colours nearly all people can tell apart. */
static const uint32_t colors[] = {
	[PICTURE_BOOT] = 0x0072b2,
	[PICTURE_KERNEL] = 0xe69f00,
	[PICTURE_MOVABLE] = 0x009e73,
	[PICTURE_OFFLINE] = 0x999999,
	[PICTURE_OTHER] = 0xcc79a7,
	[PICTURE_HOLE] = 0xeeeeee,
};

static const struct font
	title_font = { .size = 20, .bold = true, .color = TEXT_COLOR },
	text_font = { .size = 13, .color = TEXT_COLOR },
	head_font = { .size = 13, .bold = true, .color = TEXT_COLOR },
	sum_font = { .size = 13, .align = ALIGN_RIGHT, .color = TEXT_COLOR },
	sum_head_font = { .size = 13, .bold = true, .align = ALIGN_RIGHT, .color = TEXT_COLOR },
	axis_font = { .size = 12, .align = ALIGN_RIGHT, .color = TEXT_COLOR },
	ruler_font = { .size = 11, .color = FAINT_COLOR },
	ruler_head_font = { .size = 11, .align = ALIGN_RIGHT, .color = FAINT_COLOR },
	gap_font = { .size = 12, .align = ALIGN_MIDDLE, .color = FAINT_COLOR },
	mark_font = { .size = 11, .color = TEXT_COLOR };

struct map_image {
	const struct picture *picture;
	char **names;		/* of the devices, fit to be shown */
	char *policy;		/* its name, as well */
	int address_end, block_end;	/* where the axis' texts end */
	int cells;		/* where the cells begin */
	int width, height;	/* of all */
};

/*
 * A copy of @words, for the caller to free, cut and ended by an ellipsis if it would be
 * wider than @width. NULL without memory.
 */
static char *shorten(const char *words, const struct font *font, int width)
{
	static const char ellipsis[] = "…";
	const int room = (width - pen_text_width(ellipsis, font)) * 100;
	char *copy = malloc(strlen(words) + sizeof(ellipsis));
	int used = 0;
	size_t i;

	if (!copy)
		return NULL;
	strcpy(copy, words);
	if (pen_text_width(words, font) <= width)
		return copy;
	for (i = 0; words[i]; i++) {
		used += pen_character_width((unsigned char)words[i]) * font->size;
		if (used > room)
			break;
	}
	strcpy(copy + i, ellipsis);
	return copy;
}

static void draw_title(const struct map_image *image, struct pen *pen)
{
	const struct picture *picture = image->picture;
	const struct policy *policy = &picture->model->policy;
	char cell[UNITS_SIZE_MAX];

	pen->y = MARGIN + 16;
	pen_text(pen, MARGIN, pen->y, &title_font, "Physical memory, by zone and device");
	pen->y += 22;
	pen_print(pen, MARGIN, pen->y, &text_font, "Policy: %s, ratio %" PRIu32 "%%%s",
		  image->policy, policy->ratio, !policy->has_numa_aware ? "" :
		  policy->numa_aware ? ", numa-aware" : ", not numa-aware");
	units_format_size(picture_bytes(picture, picture->blocks_per_cell), cell);
	pen->y += 18;
	if (picture->blocks_per_cell == 1)
		pen_print(pen, MARGIN, pen->y, &text_font, "A cell is a memory block of %s.",
			  cell);
	else
		pen_print(pen, MARGIN, pen->y, &text_font,
			  "A cell is %" PRIu64 " memory blocks, %s; stripes are shares of it.",
			  picture->blocks_per_cell, cell);
	pen->y += 16;
}

/* Above the cells the distance to the first block of their row. */
static void draw_ruler(const struct map_image *image, struct pen *pen)
{
	unsigned int i;

	pen->y += 18;
	pen_text(pen, image->address_end, pen->y, &ruler_head_font, "Address");
	pen_text(pen, image->block_end, pen->y, &ruler_head_font, "Block");
	for (i = 0; i < MAP_IMAGE_CELLS; i += MAP_IMAGE_CELLS / 4) {
		uint64_t distance;

		if (!__builtin_mul_overflow(i, image->picture->blocks_per_cell, &distance))
			pen_print(pen, image->cells + (int)i * CELL_STEP, pen->y, &ruler_font,
				  "+%" PRIu64, distance);
	}
	pen->y += 6;
}

/* Stripes, as high as each kind has a share in it, but visible. */
static void draw_mixed(const struct pen *pen, int x, const struct picture_cell *cell)
{
	const int least = 2;
	int height[NR_PICTURE_KINDS] = { 0 }, left = CELL_HEIGHT, largest = 0, kind;
	uint64_t sum = 0;
	int y = pen->y;

	for (kind = 0; kind < NR_PICTURE_KINDS; kind++)
		sum += cell->blocks[kind];
	for (kind = 0; kind < NR_PICTURE_KINDS; kind++) {
		height[kind] = (int)(cell->blocks[kind] * CELL_HEIGHT / sum);
		if (cell->blocks[kind] && height[kind] < least)
			height[kind] = least;
		left -= height[kind];
		if (height[kind] > height[largest])
			largest = kind;
	}
	/* What rounding left, or took. */
	height[largest] += left;
	for (kind = 0; kind < NR_PICTURE_KINDS; kind++) {
		if (height[kind])
			pen_fill(pen, x, y, CELL_WIDTH, height[kind], colors[kind]);
		y += height[kind];
	}
}

static void draw_cells(const struct map_image *image, const struct pen *pen,
		       const struct picture_row *row)
{
	const struct picture_cell *cells = &image->picture->cells[row->cell];
	unsigned int i;

	for (i = 0; i < row->width; i++) {
		const enum picture_kind kind = picture_cell_kind(&cells[i]);
		const int x = image->cells + (int)i * CELL_STEP;

		if (kind == PICTURE_MIXED)
			draw_mixed(pen, x, &cells[i]);
		else
			pen_fill(pen, x, pen->y, CELL_WIDTH, CELL_HEIGHT, colors[kind]);
	}
}

/* Below its cells a line for each device, with its letter, and its name if there is room. */
static bool draw_marks(const struct map_image *image, const struct pen *pen,
		       const struct picture_row *row)
{
	const struct picture *picture = image->picture;
	const int y = pen->y + CELL_HEIGHT + LINE_BELOW;
	unsigned int at, run;
	bool any = false;

	for (at = 0; at < row->width; at += run) {
		const uint32_t device = picture->cells[row->cell + at].device;
		const int x = image->cells + (int)at * CELL_STEP;
		char words[256];
		int width;

		run = picture_run(picture, row, at);
		if (device == NO_DEVICE)
			continue;
		any = true;
		width = (int)run * CELL_STEP - (CELL_STEP - CELL_WIDTH);
		pen_fill(pen, x, y, width, LINE_HEIGHT, LINE_COLOR);
		snprintf(words, sizeof(words), "%c  %s", picture_mark(picture, device),
			 device < SEVERAL_DEVICES ? image->names[device] : "");
		if (pen_text_width(words, &mark_font) > width)
			words[1] = '\0';
		pen_text(pen, x, y + LINE_HEIGHT + mark_font.size, &mark_font, words);
	}
	return any;
}

static void draw_row(const struct map_image *image, struct pen *pen,
		     const struct picture_row *row)
{
	const int base = pen->y + CELL_HEIGHT - 5;

	pen_print(pen, image->address_end, base, &axis_font, "0x%" PRIx64,
		  picture_bytes(image->picture, row->first));
	pen_print(pen, image->block_end, base, &axis_font, "%" PRIu64, row->first);
	draw_cells(image, pen, row);
	if (draw_marks(image, pen, row))
		pen->y += MARK_HEIGHT;
	pen->y += CELL_HEIGHT + ROW_SPACE;
}

static void draw_gap(const struct map_image *image, struct pen *pen,
		     const struct picture_row *row)
{
	const int height = 18, middle = image->cells + CELLS_WIDTH / 2;
	char size[UNITS_SIZE_MAX];

	units_format_size(picture_bytes(image->picture, row->blocks), size);
	pen_fill(pen, image->cells, pen->y, CELLS_WIDTH - (CELL_STEP - CELL_WIDTH), height,
		 colors[PICTURE_HOLE]);
	if (row->blocks == 1)
		pen_print(pen, middle, pen->y + 13, &gap_font, "no memory: %s, block %" PRIu64,
			  size, row->first);
	else
		pen_print(pen, middle, pen->y + 13, &gap_font,
			  "no memory: %s, blocks %" PRIu64 " to %" PRIu64, size, row->first,
			  row->first + row->blocks - 1);
	pen->y += height + ROW_SPACE;
}

static void draw_node(const struct map_image *image, struct pen *pen,
		      const struct picture_row *row)
{
	pen->y += 4;
	pen_fill(pen, MARGIN, pen->y, image->cells + CELLS_WIDTH - MARGIN, 1, RULE_COLOR);
	pen->y += 18;
	if (row->node == NO_NODE)
		pen_text(pen, MARGIN, pen->y, &head_font, "No node");
	else
		pen_print(pen, MARGIN, pen->y, &head_font, "Node %d", row->node);
	pen->y += 8;
}

static void draw_rows(const struct map_image *image, struct pen *pen)
{
	const struct picture *picture = image->picture;
	size_t i;

	draw_ruler(image, pen);
	for (i = 0; i < picture->nr_rows; i++) {
		const struct picture_row *row = &picture->rows[i];

		switch (row->kind) {
		case PICTURE_ROW_NODE:
			draw_node(image, pen, row);
			break;
		case PICTURE_ROW_GAP:
			draw_gap(image, pen, row);
			break;
		case PICTURE_ROW_CELLS:
			draw_row(image, pen, row);
			break;
		}
	}
}

static void draw_sum(const struct picture *picture, const struct pen *pen, int x,
		     uint64_t blocks)
{
	char size[UNITS_SIZE_MAX];

	units_format_size(picture_bytes(picture, blocks), size);
	pen_text(pen, x, pen->y, &sum_font, size);
}

/* Each kind of cell but the mixed ones, whose stripes speak for themselves. */
static void draw_kinds(const struct picture *picture, struct pen *pen, int x)
{
	const int sums = x + 290;
	int i;

	pen_text(pen, x, pen->y, &head_font, "Zone");
	pen_text(pen, sums, pen->y, &sum_head_font, "Size");
	for (i = 0; i <= PICTURE_HOLE; i++) {
		const enum picture_kind kind = (enum picture_kind)i;

		if (kind == PICTURE_MIXED || !picture_has(picture, kind))
			continue;
		pen->y += LEGEND_STEP;
		pen_fill(pen, x, pen->y - SWATCH + 2, SWATCH, SWATCH, colors[i]);
		pen_text(pen, x + SWATCH + SPACE, pen->y, &text_font, picture_kind_label(kind));
		if (i < NR_PICTURE_KINDS)
			draw_sum(picture, pen, sums, picture->blocks[i]);
	}
}

static void draw_device(const struct map_image *image, const struct pen *pen, int x,
			size_t number)
{
	const struct picture *picture = image->picture;
	const struct picture_device *device = &picture->devices[number];
	const int sums = x + FIRST_SUM;

	pen_text(pen, x, pen->y, &head_font, device->mark);
	pen_text(pen, x + SWATCH + SPACE, pen->y, &text_font, image->names[number]);
	draw_sum(picture, pen, sums, picture_device_blocks(device));
	draw_sum(picture, pen, sums + SUM_STEP, device->blocks[PICTURE_KERNEL]);
	draw_sum(picture, pen, sums + 2 * SUM_STEP, device->blocks[PICTURE_MOVABLE]);
	draw_sum(picture, pen, sums + 3 * SUM_STEP, device->blocks[PICTURE_OFFLINE]);
}

/* Devices from @first to before @end. */
static void draw_devices(const struct map_image *image, struct pen *pen, int x,
			 size_t first, size_t end)
{
	static const char *const heads[] = { "Size", "Kernel", "Movable", "Offline" };
	size_t i;

	pen_text(pen, x, pen->y, &head_font, "Device");
	for (i = 0; i < ARRAY_SIZE(heads); i++)
		pen_text(pen, x + FIRST_SUM + (int)i * SUM_STEP, pen->y, &sum_head_font,
			 heads[i]);
	for (i = first; i < end; i++) {
		pen->y += LEGEND_STEP;
		draw_device(image, pen, x, i);
	}
}

static void draw_remarks(const struct picture *picture, struct pen *pen, int x)
{
	if (picture->has_several_devices) {
		pen->y += LEGEND_STEP;
		pen_print(pen, x, pen->y, &text_font, "%c  several devices in a cell",
			  PICTURE_MARK_SEVERAL);
	}
	if (picture->nr_devices > PICTURE_LETTERS) {
		pen->y += LEGEND_STEP;
		pen_print(pen, x, pen->y, &text_font, "%c  %zu more devices", PICTURE_MARK_MORE,
			  picture->nr_devices - PICTURE_LETTERS);
	}
}

/* The kinds of cells, and the devices: beside them a few, below them many. */
static void draw_legend(const struct map_image *image, struct pen *pen)
{
	const struct picture *picture = image->picture;
	const size_t devices = picture->nr_devices < PICTURE_LETTERS ? picture->nr_devices :
								       PICTURE_LETTERS;
	const size_t half = (devices + 1) / 2;
	int x = MARGIN + 380;
	struct pen beside;

	pen->y += 6;
	pen_fill(pen, MARGIN, pen->y, image->cells + CELLS_WIDTH - MARGIN, 1, RULE_COLOR);
	pen->y += 26;
	beside = *pen;
	draw_kinds(picture, pen, MARGIN);
	if (devices > LONG_TABLE) {
		x = MARGIN;
		pen->y += 34;
		beside = *pen;
		draw_devices(image, &beside, x + TABLE_STEP, half, devices);
		draw_devices(image, pen, x, 0, half);
		draw_remarks(picture, pen, x);
	} else if (picture->nr_devices) {
		draw_devices(image, &beside, x, 0, devices);
		draw_remarks(picture, &beside, x);
	}
	if (pen->y < beside.y)
		pen->y = beside.y;
	pen->y += MARGIN;
}

/* Returns how high it is. */
static int draw_all(const struct map_image *image, struct canvas *canvas)
{
	struct pen pen = { .canvas = canvas };

	pen_fill(&pen, 0, 0, image->width, image->height, PAPER_COLOR);
	draw_title(image, &pen);
	draw_rows(image, &pen);
	draw_legend(image, &pen);
	return pen.y;
}

static void draw(struct canvas *canvas, const void *data)
{
	draw_all(data, canvas);
}

/* Room for the largest address and number. */
static void set_axis(struct map_image *image)
{
	const struct model *model = image->picture->model;
	uint64_t last = 0;
	char words[32];

	if (model->nr_blocks)
		last = model->blocks[model->nr_blocks - 1].number;
	snprintf(words, sizeof(words), "0x%" PRIx64, last * model->block_bytes);
	image->address_end = MARGIN + pen_text_width(words, &axis_font);
	snprintf(words, sizeof(words), "%" PRIu64, last);
	image->block_end = image->address_end + SPACE + pen_text_width(words, &axis_font);
	if (image->block_end < image->address_end + 50)
		image->block_end = image->address_end + 50;
	image->cells = image->block_end + SPACE;
	image->width = image->cells + CELLS_WIDTH + MARGIN;
}

/* XML must not have them, nor does cairo take them: U+FDD0 to U+FDEF, U+FFFE, U+1FFFF… */
static void hide_noncharacters(char *text)
{
	unsigned char *s = (unsigned char *)text;
	size_t i;

	for (; *s; s++) {
		size_t bytes = 0;

		if (s[0] == 0xef && s[1] == 0xb7 && s[2] >= 0x90 && s[2] <= 0xaf)
			bytes = 3;
		else if (s[0] == 0xef && s[1] == 0xbf && s[2] >= 0xbe)
			bytes = 3;
		else if (s[0] >= 0xf0 && (s[1] & 0x0f) == 0x0f && s[2] == 0xbf &&
			 s[3] >= 0xbe)
			bytes = 4;
		for (i = 0; i < bytes; i++)
			s[i] = '_';
	}
}

static char *shown_name(const char *name, int width)
{
	char *escaped = escape_terminal(name ? name : "-", true), *words = NULL;

	if (escaped) {
		hide_noncharacters(escaped);
		words = shorten(escaped, &text_font, width);
	}
	free(escaped);
	return words;
}

static void free_names(struct map_image *image)
{
	size_t i;

	for (i = 0; image->names && i < image->picture->nr_devices; i++)
		free(image->names[i]);
	free(image->names);
	free(image->policy);
}

static int make_names(struct map_image *image, struct fault *fault)
{
	const struct picture *picture = image->picture;
	size_t i;

	image->names = calloc(picture->nr_devices + 1, sizeof(*image->names));
	image->policy = shown_name(picture->model->policy.name, CELLS_WIDTH / 2);
	for (i = 0; image->names && i < picture->nr_devices; i++) {
		const uint32_t group = picture->devices[i].group;

		image->names[i] = shown_name(picture->model->groups[group].device,
					     NAME_MAX_WIDTH);
		if (!image->names[i])
			break;
	}
	if (image->policy && image->names && i == picture->nr_devices)
		return 0;
	free_names(image);
	return fault_nomem(fault);
}

int map_image_write(FILE *out, const struct picture *picture,
		    int (*write)(FILE *out, const struct image *image,
				 struct fault *fault),
		    struct fault *fault)
{
	struct map_image map = { .picture = picture };
	struct image image = {
		.title = "Physical memory, by zone and device",
		.draw = draw,
		.data = &map,
	};
	int err = make_names(&map, fault);

	if (err)
		return err;
	set_axis(&map);
	map.height = draw_all(&map, NULL);
	image.width = map.width;
	image.height = map.height;
	err = write(out, &image, fault);
	free_names(&map);
	return err;
}
