// SPDX-License-Identifier: GPL-2.0
/* A canvas of pixels, by cairo. */
#include <cairo.h>
#include <errno.h>
#include <string.h>

#include "canvas.h"

/* Pixels for each unit, so that letters are sharp on dense screens, too. */
#define SCALE 2
/* What cairo takes. */
#define PIXELS_MAX 32767

#ifdef __SANITIZE_ADDRESS__
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);

/* What fontconfig found it keeps for good. */
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig";
}

const char *__lsan_default_options(void)
{
	return "print_suppressions=0";
}
#endif

struct png {
	struct canvas canvas;
	cairo_t *cairo;
};

static cairo_t *cairo_of(struct canvas *canvas)
{
	return ((struct png *)canvas)->cairo;
}

static void set_color(cairo_t *cairo, uint32_t color)
{
	cairo_set_source_rgb(cairo, (color >> 16 & 0xff) / 255.0,
			     (color >> 8 & 0xff) / 255.0, (color & 0xff) / 255.0);
}

static void fill(struct canvas *canvas, const struct box *box, uint32_t color)
{
	cairo_t *cairo = cairo_of(canvas);

	set_color(cairo, color);
	cairo_rectangle(cairo, box->x, box->y, box->width, box->height);
	cairo_fill(cairo);
}

static void text(struct canvas *canvas, int x, int y, const struct font *font,
		 const char *words)
{
	cairo_t *cairo = cairo_of(canvas);
	cairo_text_extents_t extents;
	double start = x;

	set_color(cairo, font->color);
	cairo_select_font_face(cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
			       font->bold ? CAIRO_FONT_WEIGHT_BOLD :
					    CAIRO_FONT_WEIGHT_NORMAL);
	cairo_set_font_size(cairo, font->size);
	cairo_text_extents(cairo, words, &extents);
	if (font->align == ALIGN_RIGHT)
		start -= extents.x_advance;
	else if (font->align == ALIGN_MIDDLE)
		start -= extents.x_advance / 2;
	cairo_move_to(cairo, start, y);
	cairo_show_text(cairo, words);
}

static cairo_status_t put(void *closure, const unsigned char *data, unsigned int len)
{
	return fwrite(data, 1, len, closure) == len ? CAIRO_STATUS_SUCCESS :
						      CAIRO_STATUS_WRITE_ERROR;
}

int png_write(FILE *out, const struct image *image, struct fault *fault)
{
	struct png png = { .canvas = { .fill = fill, .text = text } };
	cairo_surface_t *surface;
	cairo_status_t status;

	if (image->width > PIXELS_MAX / SCALE || image->height > PIXELS_MAX / SCALE)
		return fault_set(fault, E2BIG, "an image of %d x %d pixels is too large for PNG: ask for fewer --rows, or for --svg",
				 image->width * SCALE, image->height * SCALE);
	surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, image->width * SCALE,
					     image->height * SCALE);
	png.cairo = cairo_create(surface);
	cairo_scale(png.cairo, SCALE, SCALE);
	image->draw(&png.canvas, image->data);
	status = cairo_status(png.cairo);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_write_to_png_stream(surface, put, out);
	cairo_destroy(png.cairo);
	cairo_surface_destroy(surface);
	if (status == CAIRO_STATUS_SUCCESS)
		return 0;
	return fault_set(fault, status == CAIRO_STATUS_NO_MEMORY ? ENOMEM : EIO,
			 "PNG: %s", cairo_status_to_string(status));
}
