// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>

#include "canvas.h"

struct svg {
	struct canvas canvas;
	FILE *out;
};

static FILE *out_of(struct canvas *canvas)
{
	return ((struct svg *)canvas)->out;
}

static void put_text(FILE *out, const char *text)
{
	while (*text) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		default:
			fputc(*text, out);
		}
		text++;
	}
}

static void fill(struct canvas *canvas, const struct box *box, uint32_t color)
{
	fprintf(out_of(canvas),
		"<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#%06" PRIx32 "\"/>\n",
		box->x, box->y, box->width, box->height, color);
}

static void text(struct canvas *canvas, int x, int y, const struct font *font,
		 const char *words)
{
	static const char *const anchors[] = {
		[ALIGN_LEFT] = "", [ALIGN_MIDDLE] = " text-anchor=\"middle\"",
		[ALIGN_RIGHT] = " text-anchor=\"end\"",
	};
	FILE *out = out_of(canvas);

	fprintf(out, "<text x=\"%d\" y=\"%d\" font-size=\"%d\"%s%s fill=\"#%06" PRIx32 "\">",
		x, y, font->size, font->bold ? " font-weight=\"bold\"" : "",
		anchors[font->align], font->color);
	put_text(out, words);
	fputs("</text>\n", out);
}

int svg_write(FILE *out, const struct image *image, struct fault *fault)
{
	struct svg svg = { .canvas = { .fill = fill, .text = text }, .out = out };

	(void)fault;
	fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		"viewBox=\"0 0 %d %d\" role=\"img\" xml:space=\"preserve\" "
		"font-family=\"DejaVu Sans, Verdana, sans-serif\">\n<title>",
		image->width, image->height, image->width, image->height);
	put_text(out, image->title);
	fputs("</title>\n", out);
	image->draw(&svg.canvas, image->data);
	fputs("</svg>\n", out);
	return 0;
}
