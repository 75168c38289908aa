// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cairo.h>
#include <cmocka.h>

#include "map-image.h"
#include "picture.h"

#define BLOCK (128ull << 20)
/* Of a cell and of a square in the legend; pixels of a PNG are half as large. */
#define CELL_PIXELS (12 * 20)
#define SWATCH_PIXELS (13 * 13)
#define PNG_PIXELS 4

#define BOOT	0x0072b2
#define KERNEL	0xe69f00
#define MOVABLE	0x009e73
#define OFFLINE	0x999999
#define OTHER	0xcc79a7

static char policy[] = "auto-movable";
/* What must not get into an image as it is. */
static char hostile[] = "<a&b>\033[2J\xff";
static char noncharacters[] =
	"\xef\xbf\xbe\xf0\x9f\x98\x80\xf0\x9f\xbf\xbf\xef\xb7\x90!";
static char long_name[] = "a-name-that-is-so-long-that-it-does-not-fit-into-its-column-at-all";

static struct group groups[60] = {
	{ .device = hostile }, { .device = long_name }, { .device = noncharacters },
};

static struct fault fault;
static char *data;
static size_t len;

static struct memory_block *blocks;
static struct model model = {
	.policy = { .name = policy, .ratio = 301 },
	.groups = groups, .nr_groups = 60, .block_bytes = BLOCK,
};

static void add(uint64_t first, size_t count, uint32_t group, enum block_state state,
		enum zone_kind zone)
{
	size_t i;

	for (i = 0; i < count; i++)
		blocks[model.nr_blocks++] = (struct memory_block){
			.number = first + i, .group = group, .state = (uint8_t)state,
			.zone = (uint8_t)zone,
		};
}

static int set_up(void **state)
{
	(void)state;
	blocks = calloc(5000, sizeof(*blocks));
	model.blocks = blocks;
	model.nr_blocks = 0;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(blocks);
	free(data);
	data = NULL;
	return 0;
}

static void one_of_each(void)
{
	add(0, 1, NO_GROUP, BLOCK_ONLINE, ZONE_NONE);
	add(1, 5, NO_GROUP, BLOCK_ONLINE, ZONE_NORMAL);
	add(10, 3, 0, BLOCK_ONLINE, ZONE_NORMAL);
	add(13, 20, 1, BLOCK_ONLINE, ZONE_MOVABLE);
	add(33, 2, 2, BLOCK_OFFLINE, ZONE_NONE);
}

static int draw(size_t rows, int (*write)(FILE *out, const struct image *image,
					  struct fault *fault))
{
	FILE *out = open_memstream(&data, &len);
	struct picture picture;
	int err;

	assert_non_null(out);
	assert_int_equal(picture_make(&picture, &model, MAP_IMAGE_CELLS, rows, &fault), 0);
	err = map_image_write(out, &picture, write, &fault);
	picture_free(&picture);
	assert_int_equal(fclose(out), 0);
	return err;
}

static size_t count(const char *words)
{
	const char *at = data;
	size_t found = 0;

	while ((at = strstr(at, words))) {
		found++;
		at += strlen(words);
	}
	return found;
}

static void svg_has_it_all(void **state)
{
	(void)state;
	one_of_each();
	assert_int_equal(draw(32, svg_write), 0);
	/* Each cell, and one in the legend. */
	assert_int_equal(count("fill=\"#0072b2\""), 5 + 1);
	assert_int_equal(count("fill=\"#e69f00\""), 3 + 1);
	assert_int_equal(count("fill=\"#009e73\""), 20 + 1);
	assert_int_equal(count("fill=\"#999999\""), 2 + 1);
	assert_int_equal(count("fill=\"#cc79a7\""), 1 + 1);
	/* The hole is four cells. */
	assert_int_equal(count("fill=\"#eeeeee\""), 4 + 1);
	assert_int_equal(count(">Policy: auto-movable, ratio 301%<"), 1);
	/* Beside its cells and in the legend. */
	assert_int_equal(count(">b  a-name-that-is-"), 1);
	assert_int_equal(count(">a-name-that-is-"), 1);
	assert_int_equal(count("…<"), 2);
	assert_int_equal(count(">2.5G<"), 3);
}

static void svg_is_safe(void **state)
{
	(void)state;
	one_of_each();
	assert_int_equal(draw(32, svg_write), 0);
	assert_int_equal(count(">&lt;a&amp;b&gt;\\x1b[2J\\xff<"), 1);
	assert_int_equal(count(">___\xf0\x9f\x98\x80_______!<"), 1);
	assert_null(memchr(data, '\033', len));
	assert_int_equal(count("<a&"), 0);
	assert_int_equal(count("\xef\xbf\xbe"), 0);
}

/* The memory of a cell in stripes, each of two pixels at least. */
static void stripes(void **state)
{
	int x, y, width, height, sum = 0, stripes = 0;
	char *line;

	(void)state;
	add(0, 63, 0, BLOCK_ONLINE, ZONE_MOVABLE);
	add(63, 1, 0, BLOCK_ONLINE, ZONE_NORMAL);
	add(64, 63 * 64, 1, BLOCK_ONLINE, ZONE_MOVABLE);
	/* Two rows of 64 would hold 128 blocks: it takes cells of 64. */
	assert_int_equal(draw(1, svg_write), 0);
	for (line = strtok(data, "\n"); line; line = strtok(NULL, "\n"))
		if (sscanf(line, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"", &x, &y,
			   &width, &height) == 4 && height < 20 && width == 12 &&
		    !strstr(line, "#444444")) {
			assert_true(height >= 2);
			sum += height;
			stripes++;
		}
	assert_int_equal(stripes, 2);
	assert_int_equal(sum, 20);
}

struct reader {
	size_t at;
};

static cairo_status_t get(void *closure, unsigned char *to, unsigned int size)
{
	struct reader *reader = closure;

	if (size > len - reader->at)
		return CAIRO_STATUS_READ_ERROR;
	memcpy(to, data + reader->at, size);
	reader->at += size;
	return CAIRO_STATUS_SUCCESS;
}

static size_t pixels(cairo_surface_t *image, uint32_t color)
{
	const unsigned char *first = cairo_image_surface_get_data(image);
	const int height = cairo_image_surface_get_height(image);
	const int width = cairo_image_surface_get_width(image);
	const int stride = cairo_image_surface_get_stride(image);
	size_t found = 0;
	int x, y;

	for (y = 0; y < height; y++) {
		const uint32_t *line = (const uint32_t *)(const void *)(first + y * stride);

		for (x = 0; x < width; x++)
			found += (line[x] & 0xffffff) == color;
	}
	return found;
}

static void png_has_the_colors(void **state)
{
	static const struct {
		uint32_t color;
		size_t cells;
	} expected[] = {
		{ BOOT, 5 }, { KERNEL, 3 }, { MOVABLE, 20 }, { OFFLINE, 2 }, { OTHER, 1 },
	};
	struct reader reader = { 0 };
	cairo_surface_t *image;
	size_t i;

	(void)state;
	one_of_each();
	assert_int_equal(draw(32, png_write), 0);
	assert_memory_equal(data, "\x89PNG\r\n\x1a\n", 8);
	image = cairo_image_surface_create_from_png_stream(get, &reader);
	assert_int_equal(cairo_surface_status(image), CAIRO_STATUS_SUCCESS);
	for (i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		const size_t wanted = PNG_PIXELS * (expected[i].cells * CELL_PIXELS +
						    SWATCH_PIXELS);
		const size_t found = pixels(image, expected[i].color);

		/* Where letters are smoothed a pixel may have that grey, too. */
		assert_true(found >= wanted && found <= wanted + wanted / 10);
	}
	/* The paper, and letters on it. */
	assert_true(pixels(image, 0xffffff) > 100000);
	assert_true(pixels(image, 0x222222) > 1000);
	cairo_surface_destroy(image);
}

static void png_has_an_end(void **state)
{
	(void)state;
	add(0, 1, NO_GROUP, BLOCK_ONLINE, ZONE_NORMAL);
	for (; model.nr_blocks < 1000;)
		add(model.nr_blocks * 100, 1, NO_GROUP, BLOCK_ONLINE, ZONE_NORMAL);
	assert_int_equal(draw(10000, png_write), -E2BIG);
	assert_non_null(strstr(fault.text, "too large for PNG"));
	free(data);
	assert_int_equal(draw(10000, svg_write), 0);
}

static void png_on_a_full_disk(void **state)
{
	FILE *full = fopen("/dev/full", "w");
	struct picture picture;

	(void)state;
	assert_non_null(full);
	one_of_each();
	assert_int_equal(picture_make(&picture, &model, MAP_IMAGE_CELLS, 32, &fault), 0);
	setvbuf(full, NULL, _IONBF, 0);
	assert_int_equal(map_image_write(full, &picture, png_write, &fault), -EIO);
	assert_string_equal(fault.text, "PNG: error while writing to output stream");
	picture_free(&picture);
	fclose(full);
}

/* Two columns of devices, and more than have a letter. */
static void many_devices(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < 60; i++)
		add(i, 1, i, BLOCK_ONLINE, ZONE_MOVABLE);
	assert_int_equal(draw(32, svg_write), 0);
	assert_int_equal(count(">Device<"), 2);
	assert_int_equal(count("font-weight=\"bold\" fill=\"#222222\">Z<"), 1);
	assert_int_equal(count(">+  8 more devices<"), 1);
	free(data);
	assert_int_equal(draw(1, png_write), 0);
}

static void nothing(void **state)
{
	(void)state;
	assert_int_equal(draw(32, svg_write), 0);
	assert_int_equal(count(">Zone<"), 1);
	free(data);
	assert_int_equal(draw(32, png_write), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(svg_has_it_all, set_up, tear_down),
		cmocka_unit_test_setup_teardown(svg_is_safe, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stripes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(png_has_the_colors, set_up, tear_down),
		cmocka_unit_test_setup_teardown(png_has_an_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(png_on_a_full_disk, set_up, tear_down),
		cmocka_unit_test_setup_teardown(many_devices, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
