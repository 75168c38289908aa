// SPDX-License-Identifier: GPL-2.0
#include "pen.h"

#include <stdarg.h>
#include <stdio.h>

void pen_fill(const struct pen *pen, int x, int y, int width, int height, uint32_t color)
{
	const struct box box = { x, y, width, height };

	if (pen->canvas)
		pen->canvas->fill(pen->canvas, &box, color);
}

void pen_text(const struct pen *pen, int x, int y, const struct font *font,
	      const char *words)
{
	if (pen->canvas)
		pen->canvas->text(pen->canvas, x, y, font, words);
}

void pen_print(const struct pen *pen, int x, int y, const struct font *font,
	       const char *format, ...)
{
	char words[256];
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	pen_text(pen, x, y, font, words);
}

int pen_character_width(unsigned char first)
{
	if (first < 0x80)
		return 66;
	/* A further byte of a character. */
	if (first < 0xc0)
		return 0;
	/* Of three bytes and more: those that take a square are among them. */
	return first < 0xe0 ? 70 : 105;
}

int pen_text_width(const char *words, const struct font *font)
{
	int width = 0;

	for (; *words; words++)
		width += pen_character_width((unsigned char)*words) * font->size;
	return width / 100;
}
