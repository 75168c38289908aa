/* SPDX-License-Identifier: GPL-2.0 */
/* A picture of the address space as an image. */
#ifndef MEMGROUP_STAT_MAP_IMAGE_H
#define MEMGROUP_STAT_MAP_IMAGE_H

#include <stdio.h>

#include "canvas.h"
#include "fault.h"
#include "picture.h"

/* Cells of a row that an image has room for. */
#define MAP_IMAGE_CELLS 64

/*
 * Draws the picture, whose model has MODEL_POLICY too, with svg_write() or png_write(),
 * as @write. Returns 0 or a negative errno value with @fault set.
 */
int map_image_write(FILE *out, const struct picture *picture,
		    int (*write)(FILE *out, const struct image *image,
				 struct fault *fault),
		    struct fault *fault);

#endif /* MEMGROUP_STAT_MAP_IMAGE_H */
