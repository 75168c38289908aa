// SPDX-License-Identifier: GPL-2.0
#include "picture.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

/* Nodes that change more often than this are not kept apart. */
#define NODE_CHANGES_MAX 64

static const char letters[PICTURE_LETTERS + 1] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

uint64_t picture_bytes(const struct picture *picture, uint64_t blocks)
{
	uint64_t bytes;

	if (__builtin_mul_overflow(blocks, picture->model->block_bytes, &bytes))
		return UINT64_MAX;
	return bytes;
}

uint64_t picture_device_blocks(const struct picture_device *device)
{
	uint64_t sum = 0;
	int kind;

	for (kind = 0; kind < NR_PICTURE_KINDS; kind++)
		sum += device->blocks[kind];
	return sum;
}

const char *picture_kind_label(enum picture_kind kind)
{
	static const char *const labels[] = {
		[PICTURE_BOOT] = "kernel, of no device (boot)",
		[PICTURE_KERNEL] = "kernel, of a device",
		[PICTURE_MOVABLE] = "Movable",
		[PICTURE_OFFLINE] = "offline",
		[PICTURE_OTHER] = "several zones in a block",
		[PICTURE_MIXED] = "several of these in a cell",
		[PICTURE_HOLE] = "no memory",
	};

	return labels[kind];
}

bool picture_has(const struct picture *picture, enum picture_kind kind)
{
	if (kind == PICTURE_MIXED)
		return picture->has_mixed;
	return kind == PICTURE_HOLE ? picture->has_holes : picture->blocks[kind];
}

char picture_mark(const struct picture *picture, uint32_t device)
{
	if (device == SEVERAL_DEVICES)
		return PICTURE_MARK_SEVERAL;
	return picture->devices[device].mark[0];
}

enum picture_kind picture_cell_kind(const struct picture_cell *cell)
{
	enum picture_kind found = PICTURE_HOLE;
	int kind;

	for (kind = 0; kind < NR_PICTURE_KINDS; kind++) {
		if (!cell->blocks[kind])
			continue;
		if (found != PICTURE_HOLE)
			return PICTURE_MIXED;
		found = (enum picture_kind)kind;
	}
	return found;
}

unsigned int picture_run(const struct picture *picture, const struct picture_row *row,
			 unsigned int from)
{
	const struct picture_cell *cells = &picture->cells[row->cell];
	unsigned int i = from;

	while (i < row->width && cells[i].device == cells[from].device)
		i++;
	return i - from;
}

static enum picture_kind block_kind(const struct memory_block *block)
{
	if (block->state != BLOCK_ONLINE)
		return PICTURE_OFFLINE;
	switch (block->zone) {
	case ZONE_DMA:
	case ZONE_DMA32:
	case ZONE_NORMAL:
	case ZONE_HIGHMEM:
		return block->group == NO_GROUP ? PICTURE_BOOT : PICTURE_KERNEL;
	case ZONE_MOVABLE:
		return PICTURE_MOVABLE;
	default:
		return PICTURE_OTHER;
	}
}

/* Blocks that follow each other, without a change of the node or a large hole. */
struct segment {
	size_t first, last;	/* indexes */
	uint64_t base;		/* number of the first block of the first cell */
	size_t rows;
	bool node_begins;
	uint64_t gap;		/* how many blocks are missing before it */
};

/* The segment that begins with block @first. */
static struct segment find_segment(const struct picture *picture, size_t first)
{
	const struct memory_block *blocks = picture->model->blocks;
	const size_t count = picture->model->nr_blocks;
	const uint64_t size = picture->blocks_per_cell;
	struct segment s = { .first = first };
	size_t i;

	for (i = first + 1; i < count; i++) {
		const uint64_t hole = blocks[i].number - blocks[i - 1].number - 1;

		if (hole / size >= picture->width)
			break;
		if (!picture->nodes_in_turns && blocks[i].node != blocks[i - 1].node)
			break;
	}
	s.last = i - 1;
	s.base = blocks[first].number & ~(size - 1);
	s.rows = (blocks[s.last].number - s.base) / size / picture->width + 1;
	if (first) {
		s.gap = blocks[first].number - blocks[first - 1].number - 1;
		s.node_begins = blocks[first].node != blocks[first - 1].node;
	} else {
		s.node_begins = true;
	}
	return s;
}

struct size {
	size_t rows, gaps, node_rows;
};

static struct size measure(const struct picture *picture)
{
	struct size size = { 0 };
	struct segment s;
	size_t i;

	for (i = 0; i < picture->model->nr_blocks; i = s.last + 1) {
		s = find_segment(picture, i);
		size.rows += s.rows;
		size.gaps += s.gap != 0;
		size.node_rows += s.node_begins;
	}
	return size;
}

static size_t count_node_changes(const struct model *model)
{
	size_t count = 0, i;

	for (i = 1; i < model->nr_blocks; i++)
		count += model->blocks[i].node != model->blocks[i - 1].node;
	return count;
}

/* The device that the group of @block is, which is new if the block is its first. */
static uint32_t device_of(struct picture *picture, uint32_t *devices,
			  const struct memory_block *block)
{
	if (block->group == NO_GROUP)
		return NO_DEVICE;
	if (devices[block->group] == NO_DEVICE) {
		const size_t number = picture->nr_devices++;

		devices[block->group] = (uint32_t)number;
		picture->devices[number].group = block->group;
		picture->devices[number].mark[0] =
			number < PICTURE_LETTERS ? letters[number] : PICTURE_MARK_MORE;
	}
	return devices[block->group];
}

static void add_block(struct picture *picture, struct picture_cell *cell,
		      uint32_t *devices, const struct memory_block *block)
{
	const enum picture_kind kind = block_kind(block);
	const uint32_t device = device_of(picture, devices, block);

	cell->blocks[kind]++;
	picture->blocks[kind]++;
	if (device == NO_DEVICE)
		return;
	picture->devices[device].blocks[kind]++;
	if (cell->device == NO_DEVICE)
		cell->device = device;
	else if (cell->device != device)
		cell->device = SEVERAL_DEVICES;
}

static struct picture_row *new_row(struct picture *picture, enum picture_row_kind kind,
				   int node, uint64_t first)
{
	struct picture_row *row = &picture->rows[picture->nr_rows++];

	*row = (struct picture_row){ .kind = kind, .node = node, .first = first };
	return row;
}

/* Adds the rows of @s, whose cells begin at index @cell. */
static void add_segment(struct picture *picture, const struct segment *s, size_t cell,
			bool node_rows, uint32_t *devices)
{
	const struct memory_block *blocks = picture->model->blocks;
	const uint64_t size = picture->blocks_per_cell;
	const int node = blocks[s->first].node;
	struct picture_row *rows;
	size_t i;

	if (s->gap)
		new_row(picture, PICTURE_ROW_GAP, NO_NODE,
			blocks[s->first - 1].number + 1)->blocks = s->gap;
	if (node_rows && s->node_begins)
		new_row(picture, PICTURE_ROW_NODE, node, blocks[s->first].number);
	rows = &picture->rows[picture->nr_rows];
	for (i = 0; i < s->rows; i++)
		new_row(picture, PICTURE_ROW_CELLS, node,
			s->base + i * picture->width * size)->cell =
			cell + i * picture->width;
	for (i = s->first; i <= s->last; i++) {
		const uint64_t at = (blocks[i].number - s->base) / size;
		const unsigned int column = (unsigned int)(at % picture->width);

		add_block(picture, &picture->cells[cell + at], devices, &blocks[i]);
		rows[at / picture->width].width = column + 1;
	}
}

static void look_at_cells(struct picture *picture)
{
	size_t i;
	unsigned int j;

	for (i = 0; i < picture->nr_rows; i++) {
		const struct picture_row *row = &picture->rows[i];

		for (j = 0; j < row->width; j++) {
			const struct picture_cell *cell = &picture->cells[row->cell + j];
			const enum picture_kind kind = picture_cell_kind(cell);

			picture->has_mixed |= kind == PICTURE_MIXED;
			picture->has_holes |= kind == PICTURE_HOLE;
			picture->has_several_devices |= cell->device == SEVERAL_DEVICES;
		}
	}
}

static int fill(struct picture *picture, const struct size *size, struct fault *fault)
{
	const struct model *model = picture->model;
	uint32_t *devices = calloc(model->nr_groups + 1, sizeof(*devices));
	size_t cells, cell = 0, i;
	struct segment s;

	picture->devices = calloc(model->nr_groups + 1, sizeof(*picture->devices));
	picture->rows = calloc(size->rows + size->gaps + size->node_rows + 1,
			       sizeof(*picture->rows));
	if (!__builtin_mul_overflow(size->rows, picture->width, &cells))
		picture->cells = calloc(cells + 1, sizeof(*picture->cells));
	if (!devices || !picture->devices || !picture->rows || !picture->cells) {
		free(devices);
		picture_free(picture);
		return fault_nomem(fault);
	}
	for (i = 0; i < model->nr_groups; i++)
		devices[i] = NO_DEVICE;
	for (i = 0; i < cells; i++)
		picture->cells[i].device = NO_DEVICE;
	for (i = 0; i < model->nr_blocks; i = s.last + 1) {
		s = find_segment(picture, i);
		add_segment(picture, &s, cell, size->node_rows > 1, devices);
		cell += s.rows * picture->width;
	}
	free(devices);
	look_at_cells(picture);
	return 0;
}

int picture_make(struct picture *picture, const struct model *model,
		 unsigned int width, size_t rows, struct fault *fault)
{
	const size_t changes = count_node_changes(model);
	struct size size;
	int err;

	err = model_check_addresses(model, fault);
	if (err)
		return err;
	*picture = (struct picture){
		.model = model, .width = width, .blocks_per_cell = 1,
		.nodes_in_turns = changes > NODE_CHANGES_MAX,
	};
	if (!picture->nodes_in_turns)
		rows += 2 * changes;
	/* It ends: two cells hold any memory at last. */
	for (;;) {
		size = measure(picture);
		if (size.rows + size.gaps <= rows)
			break;
		picture->blocks_per_cell *= 2;
	}
	if (picture->nodes_in_turns)
		size.node_rows = 0;
	return fill(picture, &size, fault);
}

void picture_free(struct picture *picture)
{
	free(picture->rows);
	free(picture->cells);
	free(picture->devices);
	picture->rows = NULL;
	picture->cells = NULL;
	picture->devices = NULL;
}
