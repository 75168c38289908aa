// SPDX-License-Identifier: GPL-2.0
/* memgroup-stat map: the physical address space as a picture. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "escape.h"
#include "extra.h"
#include "map-image.h"
#include "map-text.h"
#include "replace-file.h"
#include "units.h"
#include "views.h"

/* Columns, and rows of cells. */
#define WIDTH_DEFAULT	80
#define WIDTH_MAX	500
#define ROWS_DEFAULT	16
#define ROWS_OF_IMAGE	32
#define ROWS_MAX	10000

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

static struct {
	bool has_color;
	enum color color;
	unsigned int width;	/* 0: as the terminal */
	unsigned int rows;	/* 0: the default */
	const char *svg, *png;	/* names of files, "-" for standard output */
} args;

static bool colored(void)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (args.color != COLOR_AUTO)
		return args.color == COLOR_ALWAYS;
	return isatty(STDOUT_FILENO) && !(no_color && *no_color) &&
		!(term && !strcmp(term, "dumb"));
}

static unsigned int clamp_width(uint64_t width)
{
	if (width > WIDTH_MAX)
		return WIDTH_MAX;
	return width < MAP_TEXT_WIDTH_MIN ? MAP_TEXT_WIDTH_MIN : (unsigned int)width;
}

static unsigned int terminal_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	uint64_t number;

	if (columns && !units_parse_decimal(columns, &number) && number)
		return clamp_width(number);
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		return clamp_width(size.ws_col);
	return WIDTH_DEFAULT;
}

static int show_text(FILE *out, const struct model *model, struct fault *fault)
{
	const struct map_text_style style = {
		.width = args.width ? args.width : terminal_width(),
		.utf8 = escape_locale_is_utf8(),
		.color = colored(),
	};
	struct picture picture;
	int err;

	err = picture_make(&picture, model, map_text_cells(model, style.width),
			   args.rows ? args.rows : ROWS_DEFAULT, fault);
	if (err)
		return err;
	err = map_text_print(out, &picture, &style, fault);
	picture_free(&picture);
	return err;
}

typedef int image_writer(FILE *out, const struct image *image, struct fault *fault);

static int write_image(FILE *out, const char *path, const struct picture *picture,
		       image_writer *writer, struct fault *fault)
{
	char *data = NULL;
	size_t len = 0;
	FILE *file;
	int err;

	if (!strcmp(path, "-"))
		return map_image_write(out, picture, writer, fault);
	file = open_memstream(&data, &len);
	if (!file)
		return fault_nomem(fault);
	err = map_image_write(file, picture, writer, fault);
	if (fclose(file) && !err)
		err = fault_nomem(fault);
	if (!err)
		err = replace_file(path, data, len, fault);
	free(data);
	return err;
}

static int show_images(FILE *out, const struct model *model, struct fault *fault)
{
	struct picture picture;
	int err = picture_make(&picture, model, MAP_IMAGE_CELLS,
			       args.rows ? args.rows : ROWS_OF_IMAGE, fault);

	if (err)
		return err;
	if (args.svg)
		err = write_image(out, args.svg, &picture, svg_write, fault);
	if (args.png && !err)
		err = write_image(out, args.png, &picture, png_write, fault);
	picture_free(&picture);
	return err;
}

/* What there is to draw, for who wants to draw it otherwise. */
static int show_json(FILE *out, const struct model *model, struct fault *fault)
{
	struct document document;
	int err = model_check_addresses(model, fault);

	if (err)
		return err;
	document_start(&document, out, false);
	groups_document(&document, model);
	blocks_document(&document, model);
	return document_end(&document, fault);
}

static int run(const struct request *request, FILE *out, struct fault *fault)
{
	const bool images = args.svg || args.png;
	struct model model;
	int err;

	if (args.png && !png_write)
		return extra_exec(request->argv, fault);
	err = request_read(request, &model, MODEL_GROUPS | MODEL_BLOCKS |
			   (images ? MODEL_POLICY : 0), fault);
	if (err)
		return err;
	if (request->json)
		err = show_json(out, &model, fault);
	else
		err = images ? show_images(out, &model, fault) :
			       show_text(out, &model, fault);
	model_free(&model);
	return err;
}

enum { OPT_COLOR, OPT_WIDTH, OPT_ROWS, OPT_SVG, OPT_PNG };

static const struct option_spec options[] = {
	[OPT_COLOR] = { "color", 0, "[=WHEN]", "colour the cells: always, never, or auto (terminals)" },
	[OPT_WIDTH] = { "width", 0, "N", "print lines of up to N columns" },
	[OPT_ROWS] = { "rows", 0, "N", "print up to N rows of cells (16; 32 in an image)" },
	[OPT_SVG] = { "svg", 0, "FILE", "write an SVG image instead; - for standard output" },
	[OPT_PNG] = { "png", 0, "FILE", "write a PNG image instead; - for standard output" },
	{ NULL, 0, NULL, NULL }
};

static int parse_color(const char *when, struct fault *fault)
{
	args.has_color = true;
	if (!when || !strcmp(when, "always"))
		args.color = COLOR_ALWAYS;
	else if (!strcmp(when, "auto"))
		args.color = COLOR_AUTO;
	else if (!strcmp(when, "never"))
		args.color = COLOR_NEVER;
	else
		return fault_set(fault, EINVAL, "--color: %.60s is not one of auto, always, never",
				 when);
	return 0;
}

static int parse_number(const char *name, const char *text, unsigned int min,
			unsigned int max, unsigned int *number, struct fault *fault)
{
	uint64_t value;

	if (units_parse_decimal(text, &value) || value < min || value > max)
		return fault_set(fault, EINVAL, "--%s: %.60s is no number from %u to %u",
				 name, text, min, max);
	*number = (unsigned int)value;
	return 0;
}

static int option(size_t number, const char *value, struct fault *fault)
{
	switch (number) {
	case OPT_COLOR:
		return parse_color(value, fault);
	case OPT_WIDTH:
		return parse_number("width", value, MAP_TEXT_WIDTH_MIN, WIDTH_MAX,
				    &args.width, fault);
	case OPT_ROWS:
		return parse_number("rows", value, 1, ROWS_MAX, &args.rows, fault);
	case OPT_SVG:
		args.svg = value;
		return 0;
	default:
		args.png = value;
		return 0;
	}
}

static int check(const struct request *request, struct fault *fault)
{
	if (request->json && (args.svg || args.png || args.has_color || args.width || args.rows))
		return fault_set(fault, EINVAL, "--json is not drawn: it goes without options of the picture");
	if ((args.svg || args.png) && (args.has_color || args.width))
		return fault_set(fault, EINVAL, "--color and --width are not for images");
	if (args.svg && args.png && !strcmp(args.svg, "-") && !strcmp(args.png, "-"))
		return fault_set(fault, EINVAL, "--svg and --png cannot both go to standard output");
	return 0;
}

const struct command map_command = {
	.name = "map",
	.help = "the physical address space as a picture",
	.details = "Where there is more memory than fits, a cell is several blocks. --json prints\n"
		   "what there is to draw: groups and blocks.\n",
	.more_tables = (const struct table *const []){ &map_devices_table, NULL },
	.options = options,
	.option = option,
	.check = check,
	.of_trace = true,
	.run = run,
};
