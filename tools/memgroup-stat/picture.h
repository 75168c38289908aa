/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The physical address space cut into rows of cells, as a terminal, an image or a
 * screen shows it. A cell is one memory block, or as many as it takes to fit.
 *
 * This knows nothing of terminals, colours or pixels.
 */
#ifndef MEMGROUP_STAT_PICTURE_H
#define MEMGROUP_STAT_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "model.h"

enum picture_kind {
	PICTURE_BOOT,		/* a kernel zone, of no device: boot memory, mostly */
	PICTURE_KERNEL,		/* a kernel zone, of a device */
	PICTURE_MOVABLE,
	PICTURE_OFFLINE,	/* or going offline */
	PICTURE_OTHER,		/* in several zones, or one that we do not know */
	NR_PICTURE_KINDS,
	/* What a cell may be besides. */
	PICTURE_MIXED = NR_PICTURE_KINDS,
	PICTURE_HOLE,		/* there is no memory */
};

/* No devices in a cell, and several. */
#define NO_DEVICE	UINT32_MAX
#define SEVERAL_DEVICES	(UINT32_MAX - 1)

/* So many devices have a letter. */
#define PICTURE_LETTERS		52
#define PICTURE_MARK_MORE	'+'
#define PICTURE_MARK_SEVERAL	'*'

struct picture_cell {
	uint32_t blocks[NR_PICTURE_KINDS];
	uint32_t device;	/* index into the picture's devices, or one of the above */
};

enum picture_row_kind {
	PICTURE_ROW_NODE,	/* the rows below are memory of this node */
	PICTURE_ROW_GAP,	/* a hole, larger than a row or between nodes */
	PICTURE_ROW_CELLS,
};

struct picture_row {
	enum picture_row_kind kind;
	int node;		/* or NO_NODE */
	uint64_t first;		/* number of the first block */
	uint64_t blocks;	/* of a gap: as many fit into it */
	size_t cell;		/* index of the first cell */
	unsigned int width;	/* cells, without holes at the end */
};

/* A memory group that has blocks. */
struct picture_device {
	char mark[2];		/* a letter, or PICTURE_MARK_MORE for want of letters */
	uint32_t group;		/* index into the model's groups */
	uint32_t blocks[NR_PICTURE_KINDS];
};

struct picture {
	const struct model *model;
	unsigned int width;		/* of a row in cells */
	uint64_t blocks_per_cell;	/* a power of two */
	struct picture_row *rows;
	size_t nr_rows;
	struct picture_cell *cells;
	struct picture_device *devices;	/* by the address of their first block */
	size_t nr_devices;
	uint64_t blocks[NR_PICTURE_KINDS];	/* in all */
	bool has_mixed, has_holes, has_several_devices;	/* cells */
	/* Memory of several nodes lies in turns: no PICTURE_ROW_NODE tells it apart. */
	bool nodes_in_turns;
};

/*
 * Lays out the blocks of @model, which must live as long, in rows of @width cells, at
 * least two. There are at most @rows rows of cells and gaps, at least one, and two more
 * for each time that the node changes. Returns 0, -EOVERFLOW for blocks without an
 * address of 64 bits, or -ENOMEM, with @fault set; only after 0 is there something to
 * end with picture_free().
 */
int picture_make(struct picture *picture, const struct model *model,
		 unsigned int width, size_t rows, struct fault *fault);
void picture_free(struct picture *picture);

/* A kind, PICTURE_MIXED, or PICTURE_HOLE. */
enum picture_kind picture_cell_kind(const struct picture_cell *cell);

/* How many cells of the row, from @from on, show the same device, or none. */
unsigned int picture_run(const struct picture *picture, const struct picture_row *row,
			 unsigned int from);

/* Bytes of so many blocks, at most UINT64_MAX. */
uint64_t picture_bytes(const struct picture *picture, uint64_t blocks);

/* How much memory a device has. */
uint64_t picture_device_blocks(const struct picture_device *device);

/* What a legend says about a kind, PICTURE_MIXED and PICTURE_HOLE among them. */
const char *picture_kind_label(enum picture_kind kind);

/* Are there any? */
bool picture_has(const struct picture *picture, enum picture_kind kind);

/* What marks a cell with a device; SEVERAL_DEVICES is one, NO_DEVICE is not. */
char picture_mark(const struct picture *picture, uint32_t device);

#endif /* MEMGROUP_STAT_PICTURE_H */
