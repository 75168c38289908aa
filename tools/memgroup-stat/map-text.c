// SPDX-License-Identifier: GPL-2.0
#include "map-text.h"

#include <inttypes.h>
#include <string.h>

#include "table.h"
#include "units.h"

/* Cells from one number above the picture to the next. */
#define RULER_STEP 16
/* Columns of what a cell means, and of how much there is of it. */
#define LABEL_WIDTH 27
#define SUM_WIDTH 8
/* The table of devices has all columns from here on. */
#define WIDE_ENOUGH 60

static const struct {
	const char *letter, *shade, *color;
} glyphs[] = {
	[PICTURE_BOOT] = { "K", "█", "34" },
	[PICTURE_KERNEL] = { "k", "▓", "33" },
	[PICTURE_MOVABLE] = { "M", "░", "32" },
	[PICTURE_OFFLINE] = { ".", "·", "90" },
	[PICTURE_OTHER] = { "~", "▒", "35" },
	[PICTURE_MIXED] = { "~", "▒", "35" },
	[PICTURE_HOLE] = { " ", " ", "0" },
};

static int digits(uint64_t number, bool hex)
{
	return snprintf(NULL, 0, hex ? "0x%" PRIx64 : "%" PRIu64, number);
}

static int larger(int a, int b)
{
	return a > b ? a : b;
}

/* What a line begins with. */
struct margin {
	int address, block;	/* columns of each */
};

static struct margin margin_of(const struct model *model)
{
	uint64_t last = 0;

	if (model->nr_blocks)
		last = model->blocks[model->nr_blocks - 1].number;
	return (struct margin){
		.address = larger(digits(last * model->block_bytes, true), 7),
		.block = larger(digits(last, false), 5),
	};
}

/* With a space between the two, and two after them. */
static int margin_width(const struct margin *margin)
{
	return margin->address + 1 + margin->block + 2;
}

unsigned int map_text_cells(const struct model *model, unsigned int width)
{
	const struct margin margin = margin_of(model);
	const int room = (int)width - margin_width(&margin);

	/* A number of cells that is easy to count with. */
	if (room >= RULER_STEP)
		return (unsigned int)(room - room % RULER_STEP);
	return room >= 8 ? 8 : 4;
}

static void print_indent(FILE *out, const struct margin *margin)
{
	fprintf(out, "%*s", margin_width(margin), "");
}

static void print_scale(FILE *out, const struct picture *picture)
{
	const uint64_t cell = picture->blocks_per_cell;
	char cell_size[UNITS_SIZE_MAX], row_size[UNITS_SIZE_MAX];
	uint64_t row;

	if (__builtin_mul_overflow(cell, picture->width, &row))
		row = UINT64_MAX;
	units_format_size(picture_bytes(picture, cell), cell_size);
	units_format_size(picture_bytes(picture, row), row_size);
	fprintf(out, "A cell is %" PRIu64 " block%s, %s; a row %s.\n\n", cell,
		cell == 1 ? "" : "s", cell_size, row_size);
}

/* Headings: above the cells the distance to the first block of the row. */
static void print_ruler(FILE *out, const struct picture *picture,
			const struct margin *margin)
{
	unsigned int i;

	fprintf(out, "%*s %*s  ", margin->address, "ADDRESS", margin->block, "BLOCK");
	for (i = 0; i < picture->width; i += RULER_STEP) {
		const bool last = i + RULER_STEP >= picture->width;
		uint64_t distance;

		if (__builtin_mul_overflow(i, picture->blocks_per_cell, &distance) ||
		    digits(distance, false) + 2 > RULER_STEP)
			break;
		if (last)
			fprintf(out, "+%" PRIu64, distance);
		else
			fprintf(out, "+%-*" PRIu64, RULER_STEP - 1, distance);
	}
	fputc('\n', out);
}

const char *map_text_glyph(enum picture_kind kind, bool utf8)
{
	return utf8 ? glyphs[kind].shade : glyphs[kind].letter;
}

static const char *glyph(const struct map_text_style *style, enum picture_kind kind)
{
	return map_text_glyph(kind, style->utf8);
}

static void print_color(FILE *out, const struct map_text_style *style,
			const char *color)
{
	if (style->color)
		fprintf(out, "\033[%sm", color);
}

static void print_cells(FILE *out, const struct picture *picture,
			const struct picture_row *row, const struct margin *margin,
			const struct map_text_style *style)
{
	const char *color = "";
	unsigned int i;

	fprintf(out, "%*s0x%" PRIx64 " %*" PRIu64 "  ",
		margin->address - digits(picture_bytes(picture, row->first), true), "",
		picture_bytes(picture, row->first), margin->block, row->first);
	for (i = 0; i < row->width; i++) {
		const enum picture_kind kind =
			picture_cell_kind(&picture->cells[row->cell + i]);

		if (kind != PICTURE_HOLE && glyphs[kind].color != color) {
			color = glyphs[kind].color;
			print_color(out, style, color);
		}
		fputs(glyph(style, kind), out);
	}
	print_color(out, style, "0");
	fputc('\n', out);
}

/* Below the cells: the letter of each device, and a line as far as it goes. */
static void print_marks(FILE *out, const struct picture *picture,
			const struct picture_row *row, const struct margin *margin,
			const struct map_text_style *style)
{
	unsigned int at, run, blank = 0, i;
	bool any = false;

	for (at = 0; at < row->width; at += run) {
		const uint32_t device = picture->cells[row->cell + at].device;

		run = picture_run(picture, row, at);
		if (device == NO_DEVICE) {
			blank += run;
			continue;
		}
		if (!any)
			print_indent(out, margin);
		any = true;
		fprintf(out, "%*s%c", (int)blank, "", picture_mark(picture, device));
		blank = 0;
		for (i = 1; i < run; i++)
			fputs(style->utf8 ? "─" : "-", out);
	}
	if (any)
		fputc('\n', out);
}

static void print_gap(FILE *out, const struct picture *picture,
		      const struct picture_row *row, const struct margin *margin)
{
	char size[UNITS_SIZE_MAX];

	units_format_size(picture_bytes(picture, row->blocks), size);
	print_indent(out, margin);
	if (row->blocks == 1)
		fprintf(out, "(no memory: %s, block %" PRIu64 ")\n", size, row->first);
	else
		fprintf(out, "(no memory: %s, blocks %" PRIu64 "-%" PRIu64 ")\n", size,
			row->first, row->first + row->blocks - 1);
}

static void print_rows(FILE *out, const struct picture *picture,
		       const struct map_text_style *style)
{
	const struct margin margin = margin_of(picture->model);
	size_t i;

	print_ruler(out, picture, &margin);
	for (i = 0; i < picture->nr_rows; i++) {
		const struct picture_row *row = &picture->rows[i];

		switch (row->kind) {
		case PICTURE_ROW_NODE:
			if (row->node == NO_NODE)
				fputs("No node\n", out);
			else
				fprintf(out, "Node %d\n", row->node);
			break;
		case PICTURE_ROW_GAP:
			print_gap(out, picture, row, &margin);
			break;
		case PICTURE_ROW_CELLS:
			print_cells(out, picture, row, &margin, style);
			print_marks(out, picture, row, &margin, style);
			break;
		}
	}
}

static void print_legend(FILE *out, const struct picture *picture,
			 const struct map_text_style *style)
{
	int i;

	for (i = 0; i <= PICTURE_HOLE; i++) {
		const enum picture_kind kind = (enum picture_kind)i;
		const char *label = picture_kind_label(kind);
		char size[UNITS_SIZE_MAX] = "";

		if (!picture_has(picture, kind))
			continue;
		if (i < NR_PICTURE_KINDS)
			units_format_size(picture_bytes(picture, picture->blocks[i]), size);
		fputs("  ", out);
		print_color(out, style, glyphs[i].color);
		fputs(glyph(style, kind), out);
		print_color(out, style, "0");
		if (*size)
			fprintf(out, "  %-*s%*s\n", LABEL_WIDTH, label, SUM_WIDTH, size);
		else
			fprintf(out, "  %s\n", label);
	}
}

/* The table of devices; its data is a struct picture. */

static const struct picture_device *device_of(const void *data, size_t row)
{
	return &((const struct picture *)data)->devices[row];
}

static const struct group *group_of(const void *data, size_t row)
{
	return &((const struct picture *)data)->model->groups[device_of(data, row)->group];
}

static struct value bytes_of(const void *data, uint64_t blocks)
{
	return value_bytes(picture_bytes(data, blocks));
}

static struct value mark(const void *data, size_t row)
{
	return value_text(device_of(data, row)->mark);
}

static struct value name(const void *data, size_t row)
{
	return value_text(group_of(data, row)->device);
}

static struct value group(const void *data, size_t row)
{
	return value_number(group_of(data, row)->id);
}

static struct value node(const void *data, size_t row)
{
	const struct group *g = group_of(data, row);

	return g->node == NO_NODE ? value_none() : value_number((uint64_t)g->node);
}

static struct value total(const void *data, size_t row)
{
	return bytes_of(data, picture_device_blocks(device_of(data, row)));
}

static struct value kernel(const void *data, size_t row)
{
	return bytes_of(data, device_of(data, row)->blocks[PICTURE_KERNEL]);
}

static struct value movable(const void *data, size_t row)
{
	return bytes_of(data, device_of(data, row)->blocks[PICTURE_MOVABLE]);
}

static struct value offline(const void *data, size_t row)
{
	return bytes_of(data, device_of(data, row)->blocks[PICTURE_OFFLINE]);
}

static const struct column columns[] = {
	{ "MARK", NULL, "letter below the cells of the device", true, mark },
	{ "DEVICE", NULL, "its name", false, name },
	{ "GROUP", NULL, "number of its memory group", true, group },
	{ "NODE", NULL, "NUMA node", true, node },
	{ "SIZE", NULL, "its memory blocks, together", true, total },
	{ "KERNEL", NULL, "of these online in a kernel zone", true, kernel },
	{ "MOVABLE", NULL, "online in ZONE_MOVABLE", true, movable },
	{ "OFFLINE", NULL, "offline", true, offline },
};

static size_t rows(const void *data)
{
	const struct picture *picture = data;

	return picture->nr_devices < PICTURE_LETTERS ? picture->nr_devices :
						       PICTURE_LETTERS;
}

const struct table map_devices_table = {
	.name = "devices",
	.columns = columns,
	.nr_columns = ARRAY_SIZE(columns),
	.rows = rows,
	.list = "MARK,DEVICE,GROUP,NODE,SIZE,KERNEL,MOVABLE,OFFLINE",
};

static int print_devices(FILE *out, const struct picture *picture,
			 const struct map_text_style *style, struct fault *fault)
{
	const char *list = style->width < WIDE_ENOUGH ? "MARK,DEVICE,SIZE" : NULL;
	struct selection selection;
	int err;

	if (!picture->nr_devices)
		return 0;
	fputc('\n', out);
	err = selection_parse(&selection, &map_devices_table, list, fault) ?:
		table_print(out, &map_devices_table, picture, &selection,
			    &(const struct table_options){ 0 }, fault);
	if (err)
		return err;
	if (picture->has_several_devices)
		fprintf(out, "%4c several devices in a cell\n", PICTURE_MARK_SEVERAL);
	if (picture->nr_devices > PICTURE_LETTERS)
		fprintf(out, "%4c %zu more devices\n", PICTURE_MARK_MORE,
			picture->nr_devices - PICTURE_LETTERS);
	return 0;
}

int map_text_print(FILE *out, const struct picture *picture,
		   const struct map_text_style *style, struct fault *fault)
{
	if (!picture->nr_rows) {
		fputs("There are no memory blocks.\n", out);
		return 0;
	}
	print_scale(out, picture);
	print_rows(out, picture, style);
	fputc('\n', out);
	print_legend(out, picture, style);
	return print_devices(out, picture, style, fault);
}
