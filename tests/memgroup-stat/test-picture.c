// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "map-text.h"
#include "picture.h"

#define MIB (1ull << 20)
#define BLOCK (128 * MIB)

static struct fault fault;
static struct group groups[100];
static struct picture picture;

/* A model with room for @count blocks, which are added by add(). */
static struct model model_new(size_t count)
{
	struct model model = {
		.groups = groups, .nr_groups = 100, .block_bytes = BLOCK,
	};

	model.blocks = calloc(count + 1, sizeof(*model.blocks));
	assert_non_null(model.blocks);
	return model;
}

static void add(struct model *model, uint64_t first, uint64_t count, uint32_t group,
		int node, enum block_state state, enum zone_kind zone)
{
	uint64_t i;

	for (i = 0; i < count; i++)
		model->blocks[model->nr_blocks++] = (struct memory_block){
			.number = first + i, .group = group, .node = (int16_t)node,
			.state = (uint8_t)state, .zone = (uint8_t)zone,
		};
}

static void boot(struct model *model, uint64_t first, uint64_t count, int node)
{
	add(model, first, count, NO_GROUP, node, BLOCK_ONLINE, ZONE_NORMAL);
}

static void movable(struct model *model, uint64_t first, uint64_t count, uint32_t group,
		    int node)
{
	add(model, first, count, group, node, BLOCK_ONLINE, ZONE_MOVABLE);
}

static void make(const struct model *model, unsigned int width, size_t rows)
{
	assert_int_equal(picture_make(&picture, model, width, rows, &fault), 0);
}

static void end(struct model *model)
{
	picture_free(&picture);
	free(model->blocks);
}

static const struct picture_cell *cell(size_t row, size_t column)
{
	assert_true(row < picture.nr_rows && column < picture.rows[row].width);
	return &picture.cells[picture.rows[row].cell + column];
}

static void assert_row(size_t row, enum picture_row_kind kind, uint64_t first)
{
	assert_true(row < picture.nr_rows);
	assert_int_equal(picture.rows[row].kind, kind);
	assert_true(picture.rows[row].first == first);
}

/* What must be true of any picture. */
static void check_sums(void)
{
	const struct model *model = picture.model;
	uint64_t in_cells = 0, in_all = 0, in_groups = 0, in_devices = 0;
	uint64_t after = 0;
	size_t i, j;
	int kind;

	for (i = 0; i < picture.nr_rows; i++) {
		const struct picture_row *row = &picture.rows[i];

		assert_true(row->width <= picture.width);
		if (row->kind == PICTURE_ROW_GAP)
			assert_true(row->first >= after && row->blocks);
		if (row->kind != PICTURE_ROW_CELLS)
			continue;
		/* Neither begins nor ends with a hole. */
		assert_true(row->width);
		assert_int_not_equal(picture_cell_kind(cell(i, row->width - 1)),
				     PICTURE_HOLE);
		assert_true(row->first % picture.blocks_per_cell == 0);
		after = row->first;
		for (j = 0; j < row->width; j++) {
			const struct picture_cell *c = cell(i, j);
			uint64_t sum = 0;

			for (kind = 0; kind < NR_PICTURE_KINDS; kind++)
				sum += c->blocks[kind];
			assert_true(sum <= picture.blocks_per_cell);
			assert_int_equal(!sum, picture_cell_kind(c) == PICTURE_HOLE);
			assert_true(c->device >= SEVERAL_DEVICES ||
				    c->device < picture.nr_devices);
			in_cells += sum;
		}
	}
	for (kind = 0; kind < NR_PICTURE_KINDS; kind++)
		in_all += picture.blocks[kind];
	for (i = 0; i < model->nr_blocks; i++)
		in_groups += model->blocks[i].group != NO_GROUP;
	for (i = 0; i < picture.nr_devices; i++)
		in_devices += picture_device_blocks(&picture.devices[i]);
	assert_true(in_cells == model->nr_blocks && in_all == model->nr_blocks);
	assert_true(in_devices == in_groups);
}

static void one_block(void **state)
{
	struct model model = model_new(1);

	(void)state;
	boot(&model, 5, 1, 0);
	make(&model, 48, 16);
	check_sums();
	assert_int_equal(picture.nr_rows, 1);
	assert_row(0, PICTURE_ROW_CELLS, 5);
	assert_int_equal(picture.rows[0].width, 1);
	assert_int_equal(picture_cell_kind(cell(0, 0)), PICTURE_BOOT);
	assert_int_equal(cell(0, 0)->device, NO_DEVICE);
	assert_true(picture.blocks_per_cell == 1);
	assert_false(picture.has_holes || picture.has_mixed);
	end(&model);
}

static void no_blocks(void **state)
{
	struct model model = model_new(0);

	(void)state;
	make(&model, 48, 16);
	assert_int_equal(picture.nr_rows, 0);
	check_sums();
	end(&model);
}

static void every_kind(void **state)
{
	static const struct {
		enum block_state state;
		enum zone_kind zone;
		uint32_t group;
		enum picture_kind kind;
	} cases[] = {
		{ BLOCK_ONLINE, ZONE_NONE, NO_GROUP, PICTURE_OTHER },
		{ BLOCK_ONLINE, ZONE_UNKNOWN, 0, PICTURE_OTHER },
		{ BLOCK_ONLINE, ZONE_DEVICE, 0, PICTURE_OTHER },
		{ BLOCK_ONLINE, ZONE_DMA, NO_GROUP, PICTURE_BOOT },
		{ BLOCK_ONLINE, ZONE_DMA32, NO_GROUP, PICTURE_BOOT },
		{ BLOCK_ONLINE, ZONE_NORMAL, NO_GROUP, PICTURE_BOOT },
		{ BLOCK_ONLINE, ZONE_HIGHMEM, NO_GROUP, PICTURE_BOOT },
		{ BLOCK_ONLINE, ZONE_NORMAL, 1, PICTURE_KERNEL },
		{ BLOCK_ONLINE, ZONE_MOVABLE, 1, PICTURE_MOVABLE },
		{ BLOCK_ONLINE, ZONE_MOVABLE, NO_GROUP, PICTURE_MOVABLE },
		{ BLOCK_OFFLINE, ZONE_NONE, 2, PICTURE_OFFLINE },
		{ BLOCK_GOING_OFFLINE, ZONE_MOVABLE, 2, PICTURE_OFFLINE },
	};
	const size_t count = sizeof(cases) / sizeof(*cases);
	struct model model = model_new(count);
	size_t i;

	(void)state;
	for (i = 0; i < count; i++)
		add(&model, i, 1, cases[i].group, 0, cases[i].state, cases[i].zone);
	make(&model, 48, 16);
	check_sums();
	for (i = 0; i < count; i++)
		assert_int_equal(picture_cell_kind(cell(0, i)), cases[i].kind);
	assert_int_equal(picture.nr_devices, 3);
	assert_int_equal(picture.devices[2].blocks[PICTURE_OFFLINE], 2);
	assert_true(picture_has(&picture, PICTURE_OTHER));
	assert_false(picture_has(&picture, PICTURE_MIXED));
	end(&model);
}

static void holes(void **state)
{
	struct model model = model_new(100);

	(void)state;
	/* As large as a row less one, and as a row. */
	boot(&model, 16, 2, 0);
	boot(&model, 33, 1, 0);
	boot(&model, 50, 1, 0);
	make(&model, 16, 100);
	check_sums();
	assert_int_equal(picture.nr_rows, 4);
	assert_row(0, PICTURE_ROW_CELLS, 16);
	assert_int_equal(picture.rows[0].width, 2);
	assert_row(1, PICTURE_ROW_CELLS, 32);
	assert_int_equal(picture.rows[1].width, 2);
	assert_int_equal(picture_cell_kind(cell(1, 0)), PICTURE_HOLE);
	assert_row(2, PICTURE_ROW_GAP, 34);
	assert_true(picture.rows[2].blocks == 16);
	assert_row(3, PICTURE_ROW_CELLS, 50);
	assert_true(picture.has_holes);
	end(&model);
}

static void nodes_apart(void **state)
{
	struct model model = model_new(100);

	(void)state;
	boot(&model, 0, 10, 0);
	movable(&model, 10, 5, 0, 1);
	movable(&model, 18, 5, 1, NO_NODE);
	make(&model, 16, 100);
	check_sums();
	assert_int_equal(picture.nr_rows, 7);
	assert_row(0, PICTURE_ROW_NODE, 0);
	assert_row(1, PICTURE_ROW_CELLS, 0);
	assert_row(2, PICTURE_ROW_NODE, 10);
	assert_int_equal(picture.rows[2].node, 1);
	assert_row(3, PICTURE_ROW_CELLS, 10);
	/* Smaller than a row, but the row ends here. */
	assert_row(4, PICTURE_ROW_GAP, 15);
	assert_row(5, PICTURE_ROW_NODE, 18);
	assert_int_equal(picture.rows[5].node, NO_NODE);
	assert_row(6, PICTURE_ROW_CELLS, 18);
	assert_false(picture.nodes_in_turns);
	end(&model);
}

/* Each row of one node needs room, however few are asked for. */
static void nodes_in_turns(void **state)
{
	unsigned int changes;

	(void)state;
	for (changes = 60; changes < 70; changes++) {
		struct model model = model_new(100);
		unsigned int i;

		for (i = 0; i <= changes; i++)
			boot(&model, i, 1, (int)i % 2);
		make(&model, 16, 1);
		check_sums();
		assert_int_equal(picture.nodes_in_turns, changes > 64);
		assert_int_equal(picture.nr_rows, changes > 64 ? 1 : 2 * (changes + 1));
		end(&model);
	}
}

static void cells_of_several_blocks(void **state)
{
	struct model model = model_new(1000);

	(void)state;
	boot(&model, 1, 15, 0);
	movable(&model, 16, 48, 7, 0);
	add(&model, 64, 1, 7, 0, BLOCK_ONLINE, ZONE_NORMAL);
	movable(&model, 65, 3, 7, 0);
	movable(&model, 68, 60, 3, 0);
	make(&model, 8, 2);
	check_sums();
	assert_true(picture.blocks_per_cell == 8);
	assert_int_equal(picture.nr_rows, 2);
	assert_row(0, PICTURE_ROW_CELLS, 0);
	assert_row(1, PICTURE_ROW_CELLS, 64);
	assert_int_equal(picture_cell_kind(cell(0, 0)), PICTURE_BOOT);
	assert_int_equal(cell(0, 0)->blocks[PICTURE_BOOT], 7);
	assert_int_equal(picture_cell_kind(cell(1, 0)), PICTURE_MIXED);
	assert_true(cell(1, 0)->device == SEVERAL_DEVICES);
	assert_int_equal(picture_mark(&picture, SEVERAL_DEVICES), '*');
	assert_true(picture.has_mixed && picture.has_several_devices);
	/* The devices in the order of their addresses. */
	assert_int_equal(picture.devices[0].group, 7);
	assert_int_equal(picture.devices[1].group, 3);
	assert_int_equal(picture_run(&picture, &picture.rows[0], 0), 2);
	assert_int_equal(picture_run(&picture, &picture.rows[0], 2), 6);
	assert_int_equal(picture_run(&picture, &picture.rows[1], 1), 7);
	end(&model);
}

static void more_devices_than_letters(void **state)
{
	struct model model = model_new(100);
	uint32_t i;

	(void)state;
	for (i = 0; i < 60; i++)
		movable(&model, i, 1, 99 - i, 0);
	make(&model, 48, 16);
	check_sums();
	assert_int_equal(picture.nr_devices, 60);
	assert_int_equal(picture_mark(&picture, 0), 'a');
	assert_int_equal(picture_mark(&picture, 25), 'z');
	assert_int_equal(picture_mark(&picture, 26), 'A');
	assert_int_equal(picture_mark(&picture, 51), 'Z');
	assert_int_equal(picture_mark(&picture, 52), '+');
	end(&model);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void hundred_thousand_blocks(void **state)
{
	struct model model = model_new(100000);
	double before;

	(void)state;
	boot(&model, 0, 20000, 0);
	movable(&model, 20000, 80000, 0, 0);
	before = seconds();
	make(&model, 48, 16);
	print_message("%.4f s\n", seconds() - before);
	assert_true(seconds() - before < 2);
	check_sums();
	assert_true(picture.blocks_per_cell == 256);
	assert_int_equal(picture.nr_rows, 9);
	picture_free(&picture);
	make(&model, 48, 10000);
	check_sums();
	assert_true(picture.blocks_per_cell == 1);
	assert_int_equal(picture.nr_rows, (100000 + 47) / 48);
	end(&model);
}

/* A PiB, with its last block there, and the last of all addresses. */
static void far_apart(void **state)
{
	static const uint64_t last[] = { (1ull << 50) / BLOCK - 1, (1ull << 37) - 2 };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct model model = model_new(100);

		boot(&model, 0, 1, 0);
		movable(&model, last[i], 1, 0, 0);
		make(&model, 48, 16);
		check_sums();
		assert_int_equal(picture.nr_rows, 3);
		assert_true(picture.blocks_per_cell == 1);
		assert_true(picture.rows[1].blocks == last[i] - 1);
		picture_free(&picture);
		make(&model, 2, 1);
		check_sums();
		assert_int_equal(picture.nr_rows, 1);
		end(&model);
	}
}

static void a_pib_in_pieces(void **state)
{
	struct model model = model_new(100000);
	uint64_t i;

	(void)state;
	for (i = 0; i < 100000; i++)
		movable(&model, i * 83, 1, (uint32_t)(i % 100), 0);
	make(&model, 48, 16);
	check_sums();
	assert_true(picture.nr_rows <= 16);
	end(&model);
}

static void largest_number(void **state)
{
	struct model model = model_new(2);

	(void)state;
	model.block_bytes = 1;
	boot(&model, 0, 1, 0);
	boot(&model, UINT64_MAX - 2, 1, 0);
	make(&model, 2, 1);
	check_sums();
	assert_true(picture_bytes(&picture, UINT64_MAX) == UINT64_MAX);
	picture.model = &(const struct model){ .block_bytes = 2 };
	assert_true(picture_bytes(&picture, UINT64_MAX) == UINT64_MAX);
	end(&model);
}

static void no_address(void **state)
{
	struct model model = model_new(1);

	(void)state;
	boot(&model, 1ull << 37, 1, 0);
	assert_int_equal(picture_make(&picture, &model, 48, 16, &fault), -EOVERFLOW);
	assert_string_equal(fault.text, "block 137438953472 has no address of 64 bits");
	free(model.blocks);
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : otherwise;
}

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Any blocks at any size: nothing is lost, and it fits. */
static void random_models(void **state)
{
	uint64_t seed = number_from("SEED", (uint64_t)time(NULL) | 1);
	int i;

	(void)state;
	print_message("SEED=%llu\n", (unsigned long long)seed);
	for (i = 0; i < 2000; i++) {
		const size_t count = next_random(&seed) % 200;
		const unsigned int width = 2 + (unsigned int)(next_random(&seed) % 60);
		const size_t rows = 1 + next_random(&seed) % 20;
		const uint64_t far = next_random(&seed) % 30;
		const bool nodes = next_random(&seed) % 2;
		struct model model = model_new(count);
		uint64_t number = next_random(&seed) % 100;
		size_t changes = 0, j, used = 0;

		for (j = 0; j < count; j++) {
			const uint64_t r = next_random(&seed);

			add(&model, number, 1, r % 3 ? (uint32_t)(r >> 8) % 100 : NO_GROUP,
			    nodes && !(r >> 24 & 15) ? (int)(r >> 32 & 3) - 1 : 0,
			    (enum block_state)((r >> 40) % NR_BLOCK_STATES),
			    (enum zone_kind)((r >> 44) % NR_ZONE_KINDS));
			number += 1 + (r >> 48 & 7 ? 0 : next_random(&seed) %
				       (1ull << far));
			changes += j && model.blocks[j].node != model.blocks[j - 1].node;
		}
		make(&model, width, rows);
		check_sums();
		for (j = 0; j < picture.nr_rows; j++)
			used += picture.rows[j].kind != PICTURE_ROW_NODE;
		assert_true(used <= rows + (picture.nodes_in_turns ? 0 : 2 * changes));
		end(&model);
	}
}

/* Lines are as long as asked for, at any width and for any address. */
static void text_fits(void **state)
{
	static const uint64_t far[] = { 100, (1ull << 50) / BLOCK, (1ull << 37) - 200 };
	unsigned int width;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		for (width = MAP_TEXT_WIDTH_MIN; width <= 140; width += 5) {
			const struct map_text_style style = { .width = width };
			struct model model = model_new(1000);
			char *text = NULL, *line;
			size_t len;
			FILE *out = open_memstream(&text, &len);

			assert_non_null(out);
			boot(&model, 0, 32, 0);
			movable(&model, far[i], 150, 0, 1);
			make(&model, map_text_cells(&model, width), 16);
			assert_int_equal(map_text_print(out, &picture, &style, &fault), 0);
			assert_int_equal(fclose(out), 0);
			/* The gap is told in words of their own length. */
			for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
				if (!strstr(line, "(no memory"))
					assert_true(strlen(line) <= width);
			free(text);
			end(&model);
		}
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_block),
		cmocka_unit_test(no_blocks),
		cmocka_unit_test(every_kind),
		cmocka_unit_test(holes),
		cmocka_unit_test(nodes_apart),
		cmocka_unit_test(nodes_in_turns),
		cmocka_unit_test(cells_of_several_blocks),
		cmocka_unit_test(more_devices_than_letters),
		cmocka_unit_test(hundred_thousand_blocks),
		cmocka_unit_test(far_apart),
		cmocka_unit_test(a_pib_in_pieces),
		cmocka_unit_test(largest_number),
		cmocka_unit_test(no_address),
		cmocka_unit_test(random_models),
		cmocka_unit_test(text_fits),
	};

	return cmocka_run_group_tests_name("picture", tests, NULL, NULL);
}
