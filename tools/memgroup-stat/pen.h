/* SPDX-License-Identifier: GPL-2.0 */
/* What images are drawn with, on a canvas from its top downwards. */
#ifndef MEMGROUP_STAT_PEN_H
#define MEMGROUP_STAT_PEN_H

#include <stdint.h>

#include "canvas.h"

/* What is drawn, and how far down that got; without a canvas it is only measured. */
struct pen {
	struct canvas *canvas;
	int y;
};

void pen_fill(const struct pen *pen, int x, int y, int width, int height, uint32_t color);
void pen_text(const struct pen *pen, int x, int y, const struct font *font,
	      const char *words);
/* The same with a format, up to 255 bytes. */
void pen_print(const struct pen *pen, int x, int y, const struct font *font,
	       const char *format, ...) __attribute__((format(printf, 5, 6)));

/*
 * How wide a character that begins with this byte may be in the usual fonts, in
 * hundredths of their size: images are laid out without asking a font, so that they are
 * the same everywhere. 0 for a further byte of a character.
 */
int pen_character_width(unsigned char first);
/* How wide text may be. */
int pen_text_width(const char *words, const struct font *font);

#endif /* MEMGROUP_STAT_PEN_H */
