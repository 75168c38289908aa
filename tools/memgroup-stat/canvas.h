/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an image is drawn on. There is one that writes SVG, and one of pixels.
 *
 * Positions and sizes are in units of a pixel on a common screen, from the upper left
 * corner; colours are 0xRRGGBB.
 */
#ifndef MEMGROUP_STAT_CANVAS_H
#define MEMGROUP_STAT_CANVAS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "fault.h"

struct box {
	int x, y, width, height;
};

enum align { ALIGN_LEFT, ALIGN_MIDDLE, ALIGN_RIGHT };

struct font {
	int size;		/* height of the letters with what is between lines */
	bool bold;
	enum align align;
	uint32_t color;
};

/*
 * Neither function fails: a canvas remembers what went wrong. Text is valid UTF-8
 * without control characters and what Unicode calls noncharacters; its base line is at
 * @y.
 */
struct canvas {
	void (*fill)(struct canvas *canvas, const struct box *box, uint32_t color);
	void (*text)(struct canvas *canvas, int x, int y, const struct font *font,
		     const char *text);
};

/* An image, which is drawn once its size is known. */
struct image {
	const char *title;
	int width, height;
	void (*draw)(struct canvas *canvas, const void *data);
	const void *data;
};

/*
 * Write the image to @out. Return 0 or a negative errno value with @fault set; what
 * fails in @out is the caller's to notice.
 */
int svg_write(FILE *out, const struct image *image, struct fault *fault);
/* Only in the program with all libraries, elsewhere NULL. */
int png_write(FILE *out, const struct image *image, struct fault *fault)
	__attribute__((weak));

#endif /* MEMGROUP_STAT_CANVAS_H */
