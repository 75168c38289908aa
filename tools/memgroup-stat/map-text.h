/* SPDX-License-Identifier: GPL-2.0 */
/* A picture of the address space in the characters of a terminal. */
#ifndef MEMGROUP_STAT_MAP_TEXT_H
#define MEMGROUP_STAT_MAP_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "fault.h"
#include "picture.h"
#include "table.h"

/* The devices with a letter, for --help; the data is a struct picture. */
extern const struct table map_devices_table;

#define MAP_TEXT_WIDTH_MIN 40

struct map_text_style {
	unsigned int width;	/* columns, at least MAP_TEXT_WIDTH_MIN */
	bool utf8;		/* shades instead of letters */
	bool color;		/* the colours of ECMA-48 */
};

/* What stands for a kind of cell: a letter, or a shade in UTF-8. */
const char *map_text_glyph(enum picture_kind kind, bool utf8);

/* How many cells fit into a line, beside address and number. */
unsigned int map_text_cells(const struct model *model, unsigned int width);

/*
 * Prints the picture, then what its cells mean, how much there is of each kind, and
 * the devices. Returns 0 or a negative errno value with @fault set.
 */
int map_text_print(FILE *out, const struct picture *picture,
		   const struct map_text_style *style, struct fault *fault);

#endif /* MEMGROUP_STAT_MAP_TEXT_H */
