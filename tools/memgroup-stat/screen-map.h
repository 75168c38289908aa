/* SPDX-License-Identifier: GPL-2.0 */
/* The map of memory blocks as a part of the screen. */
#ifndef MEMGROUP_STAT_SCREEN_MAP_H
#define MEMGROUP_STAT_SCREEN_MAP_H

#include <stdbool.h>

#include "fault.h"
#include "grid.h"
#include "model.h"
#include "picture.h"

/* Laid out again only if the blocks were read again, or the area has another size. */
struct screen_map {
	bool made;
	struct picture picture;
	const struct memory_block *blocks;
	int width, height;
};

/*
 * Draws the blocks of @model, below a line with the legend. The model must stay until
 * the next drawing. Returns 0 or a negative errno value with @fault set.
 */
int screen_map_draw(struct screen_map *map, const struct model *model,
		    const struct area *area, struct fault *fault);

/* To be called when the blocks of the model are read again. */
void screen_map_forget(struct screen_map *map);

#endif /* MEMGROUP_STAT_SCREEN_MAP_H */
