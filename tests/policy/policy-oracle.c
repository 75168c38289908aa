// SPDX-License-Identifier: GPL-2.0
/*
 * The oracle itself, against answers worked out by hand and the layouts that the
 * policy is known for.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "oracle.h"

#define GIB	(1ULL << 18)	/* in pages of 4 KiB */
#define BLOCK	(GIB / 8)

struct system {
	struct oracle oracle;
	struct oracle_block blocks[256];
	struct oracle_group groups[8];
	struct oracle_range ranges[8];
};

static void setup(struct system *s, uint64_t ratio)
{
	memset(s, 0, sizeof(*s));
	s->oracle.ratio = ratio;
	s->oracle.block_pages = BLOCK;
	s->oracle.blocks = s->blocks;
	s->oracle.groups = s->groups;
	s->oracle.ranges = s->ranges;
}

static void add_block(struct system *s, uint64_t number, int node, int group,
		      bool movable)
{
	s->blocks[s->oracle.nr_blocks++] = (struct oracle_block) {
		number, node, group, movable,
	};
}

static void add_group(struct system *s, int id, int node, uint64_t max_pages,
		      uint64_t unit_pages)
{
	s->groups[s->oracle.nr_groups++] = (struct oracle_group) {
		id, node, unit_pages > 0, max_pages, unit_pages,
	};
}

static void add_range(struct system *s, int node, enum oracle_zone zone,
		      uint64_t first, uint64_t last)
{
	s->ranges[s->oracle.nr_ranges++] = (struct oracle_range) {
		node, zone, first, last,
	};
}

/* Online @count blocks; a letter of @pattern for each, repeated. */
static void grow(struct system *s, uint64_t first, unsigned int count,
		 int node, int group, const char *pattern)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		const bool movable = oracle_ask(&s->oracle, first + i, node,
						group).movable;
		const char expected = pattern[i % strlen(pattern)];

		if (movable != (expected == 'M'))
			fail_msg("block %u: expected %c", i, expected);
		add_block(s, first + i, node, group, movable);
	}
}

static void expect(struct oracle_answer answer, bool movable,
		   const char *reason, const char *domain)
{
	assert_string_equal(answer.reason, reason);
	assert_string_equal(answer.domain, domain);
	assert_int_equal(answer.movable, movable);
}

static void expect_numbers(struct oracle_answer answer, uint64_t early,
			   uint64_t movable, uint64_t asked, uint64_t limit)
{
	assert_int_equal(answer.early_kernel_pages, early);
	assert_int_equal(answer.movable_pages, movable);
	assert_int_equal(answer.asked_pages, asked);
	assert_int_equal(answer.limit_pages, limit);
}

/* Three DIMMs of 4 GiB are 300 % of 4 GiB; the fourth would be 400 %. */
static void test_dimms(void **state)
{
	struct system s;
	int i;

	(void)state;
	setup(&s, 301);
	s.oracle.boot_kernel[0] = 4 * GIB;
	for (i = 0; i < 5; i++) {
		add_group(&s, i, 0, 4 * GIB, 0);
		grow(&s, 48 + 32 * i, 32, 0, i, i < 3 ? "M" : "K");
	}
}

/* 12 GiB are 300 %; after that, each KERNEL block allows three MOVABLE. */
static void test_virtio_mem(void **state)
{
	struct system s;

	(void)state;
	setup(&s, 301);
	s.oracle.boot_kernel[0] = 4 * GIB;
	add_group(&s, 7, 0, 0, BLOCK);
	grow(&s, 48, 96, 0, 7, "M");
	grow(&s, 144, 64, 0, 7, "KMMM");
}

/* The second finds the rest of the ratio; then each lives on its own. */
static void test_two_virtio_mem(void **state)
{
	struct system s;

	(void)state;
	setup(&s, 301);
	s.oracle.boot_kernel[0] = 4 * GIB;
	add_group(&s, 0, 0, 0, BLOCK);
	add_group(&s, 1, 0, 0, BLOCK);
	grow(&s, 48, 48, 0, 0, "M");
	grow(&s, 1000, 48, 0, 1, "M");
	grow(&s, 1048, 16, 0, 1, "KMMM");
	grow(&s, 96, 16, 0, 0, "KMMM");
}

/* A DIMM that does not fit leaves room for a smaller one. */
static void test_mixed_dimms(void **state)
{
	struct system s;

	(void)state;
	setup(&s, 301);
	s.oracle.boot_kernel[0] = 2 * GIB;
	add_group(&s, 0, 0, GIB, 0);
	add_group(&s, 1, 0, 8 * GIB, 0);
	add_group(&s, 2, 0, GIB, 0);
	grow(&s, 48, 8, 0, 0, "M");
	grow(&s, 56, 64, 0, 1, "K");
	grow(&s, 120, 8, 0, 2, "M");
}

/* The one difference between ours and stock: KERNEL of the group's own. */
static void test_node_without_boot_memory(void **state)
{
	struct system s;

	(void)state;
	setup(&s, 301);
	s.oracle.numa_aware = true;
	s.oracle.boot_kernel[0] = 4 * GIB;
	add_group(&s, 0, 1, 0, BLOCK);
	grow(&s, 48, 32, 1, 0, "KMMM");

	s.oracle.nr_blocks = 0;
	s.oracle.stock = true;
	grow(&s, 48, 32, 1, 0, "K");
}

/* Stock counts the group's own memory as well, as soon as some boot memory is left. */
static void test_stock_above_the_cliff(void **state)
{
	struct system s;

	(void)state;
	setup(&s, 301);
	s.oracle.stock = true;
	s.oracle.boot_kernel[0] = 4 * GIB;
	add_group(&s, 0, 0, 0, BLOCK);
	grow(&s, 48, 96, 0, 0, "M");
	grow(&s, 144, 64, 0, 0, "KMMM");

	/* At the cliff: E is the need of the first device, to the page. */
	setup(&s, 100);
	s.oracle.boot_kernel[0] = 4 * BLOCK;
	add_group(&s, 0, 0, 0, BLOCK);
	add_group(&s, 1, 0, 0, BLOCK);
	grow(&s, 0, 4, 0, 0, "M");
	grow(&s, 100, 4, 0, 1, "KM");
	s.oracle.nr_blocks = 4;
	s.oracle.stock = true;
	grow(&s, 100, 4, 0, 1, "K");
	s.oracle.boot_kernel[0]++;
	s.oracle.nr_blocks = 4;
	grow(&s, 100, 4, 0, 1, "KM");
}

static void test_reasons(void **state)
{
	struct oracle_answer answer;
	struct system s;

	(void)state;
	setup(&s, 0);
	answer = oracle_ask(&s.oracle, 1, 0, ORACLE_NO_GROUP);
	expect(answer, false, "ratio_zero", "none");
	expect_numbers(answer, 0, 0, BLOCK, 0);

	setup(&s, 100);
	s.oracle.numa_aware = true;
	s.oracle.boot_kernel[0] = 3 * BLOCK;
	s.oracle.boot_kernel[1] = BLOCK;
	s.oracle.boot_movable[1] = 7;
	add_block(&s, 10, 0, ORACLE_NO_GROUP, true);
	answer = oracle_ask(&s.oracle, 11, 0, ORACLE_NO_GROUP);
	expect(answer, true, "fits", "node");
	expect_numbers(answer, 3 * BLOCK, BLOCK, BLOCK, 3 * BLOCK);
	answer = oracle_ask(&s.oracle, 12, 1, ORACLE_NO_GROUP);
	expect(answer, false, "node_ratio", "node");
	expect_numbers(answer, BLOCK, 7, BLOCK, BLOCK);
	s.oracle.numa_aware = false;
	answer = oracle_ask(&s.oracle, 12, 1, ORACLE_NO_GROUP);
	expect(answer, true, "fits", "system");
	expect_numbers(answer, 4 * BLOCK, BLOCK + 7, BLOCK, 4 * BLOCK);
	s.oracle.ratio = 49;
	answer = oracle_ask(&s.oracle, 12, 1, ORACLE_NO_GROUP);
	expect(answer, false, "system_ratio", "system");
	expect_numbers(answer, 4 * BLOCK, BLOCK + 7, BLOCK,
		       4 * BLOCK * 49 / 100);
}

/* All of a device, or of a unit, that is not MOVABLE yet; or none of it. */
static void test_requests(void **state)
{
	struct oracle_answer answer;
	struct system s;

	(void)state;
	setup(&s, 100);
	s.oracle.boot_kernel[0] = GIB;
	add_group(&s, 3, 0, 5 * BLOCK, 0);
	add_group(&s, 4, 0, 0, 4 * BLOCK);
	add_block(&s, 20, 0, 3, true);
	add_block(&s, 40, 0, 4, true);
	add_block(&s, 42, 0, 4, true);
	add_block(&s, 44, 0, 4, false);

	/* The dynamic group needs a block of boot memory, which is taken out. */
	answer = oracle_ask(&s.oracle, 21, 0, 3);
	expect(answer, true, "fits", "system");
	expect_numbers(answer, GIB - BLOCK, BLOCK, 4 * BLOCK, GIB - BLOCK);
	answer = oracle_ask(&s.oracle, 41, 0, 4);
	expect(answer, true, "fits", "system");
	expect_numbers(answer, GIB + BLOCK, 3 * BLOCK, 2 * BLOCK, GIB + BLOCK);
	expect(oracle_ask(&s.oracle, 47, 0, 4), false, "unit_has_kernel",
	       "none");
	/* Another unit of the same group. */
	answer = oracle_ask(&s.oracle, 48, 0, 4);
	expect(answer, true, "fits", "system");
	assert_int_equal(answer.asked_pages, 4 * BLOCK);

	s.groups[0].max_pages = BLOCK / 2;
	answer = oracle_ask(&s.oracle, 21, 0, 3);
	expect(answer, true, "fits", "system");
	assert_int_equal(answer.asked_pages, 0);
	assert_true(answer.clamped);
	add_block(&s, 22, 0, 3, false);
	answer = oracle_ask(&s.oracle, 21, 0, 3);
	expect(answer, false, "group_has_kernel", "none");
	expect_numbers(answer, 0, 0, BLOCK, 0);
	assert_false(answer.clamped);
}

/* R * E' has up to 78 bits, and nothing of it may be lost. */
static void test_large_numbers(void **state)
{
	static const struct {
		uint64_t early, ratio, limit;
	} rows[] = {
		{ 101, 99, 99 },
		{ 100, 99, 99 },
		{ 99, 101, 99 },
		{ 1, 99, 0 },
		{ 1, UINT32_MAX, 42949672 },
		{ 1ULL << 44, 1, 175921860444 },
		{ 1ULL << 44, 99, 17416264183971 },
		{ 1ULL << 44, 301, 52952479993692 },
		/* 2^64 - 1 is 4294967297 * (2^32 - 1). */
		{ 429496729700, UINT32_MAX, UINT64_MAX },
		{ 429496729699, UINT32_MAX, UINT64_MAX - 42949672 - 1 },
		{ 429496729701, UINT32_MAX, UINT64_MAX },
		{ 1ULL << 44, UINT32_MAX, UINT64_MAX },
	};
	struct oracle_answer answer;
	struct system s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		setup(&s, rows[i].ratio);
		s.oracle.boot_kernel[0] = rows[i].early;
		answer = oracle_ask(&s.oracle, 5, 0, ORACLE_NO_GROUP);
		assert_int_equal(answer.limit_pages, rows[i].limit);
		assert_int_equal(answer.movable, rows[i].limit >= BLOCK);
	}
}

/* Without memory that spans the block, and with too much, movable_node decides. */
static void test_contig_zones(void **state)
{
	struct oracle_answer answer;
	struct system s;

	(void)state;
	setup(&s, 301);
	s.oracle.contig_zones = true;
	answer = oracle_ask(&s.oracle, 50, 0, ORACLE_NO_GROUP);
	expect(answer, false, "contiguous", "none");
	expect_numbers(answer, 0, 0, BLOCK, 0);
	s.oracle.movable_node = true;
	expect(oracle_ask(&s.oracle, 50, 0, ORACLE_NO_GROUP), true,
	       "contiguous", "none");

	/* A hole in boot memory. */
	add_range(&s, 0, ORACLE_NORMAL, 10, 20);
	add_range(&s, 0, ORACLE_NORMAL, 60, 60);
	assert_false(oracle_ask(&s.oracle, 50, 0, ORACLE_NO_GROUP).movable);
	assert_true(oracle_ask(&s.oracle, 50, 1, ORACLE_NO_GROUP).movable);
	assert_true(oracle_ask(&s.oracle, 61, 0, ORACLE_NO_GROUP).movable);

	/* Between MOVABLE blocks. */
	s.oracle.movable_node = false;
	add_block(&s, 70, 0, ORACLE_NO_GROUP, true);
	add_block(&s, 80, 0, ORACLE_NO_GROUP, true);
	assert_true(oracle_ask(&s.oracle, 75, 0, ORACLE_NO_GROUP).movable);
	assert_false(oracle_ask(&s.oracle, 69, 0, ORACLE_NO_GROUP).movable);
	assert_false(oracle_ask(&s.oracle, 81, 0, ORACLE_NO_GROUP).movable);

	/* Normal reaches over them. */
	add_block(&s, 90, 0, ORACLE_NO_GROUP, false);
	assert_false(oracle_ask(&s.oracle, 75, 0, ORACLE_NO_GROUP).movable);
	s.oracle.movable_node = true;
	assert_true(oracle_ask(&s.oracle, 75, 0, ORACLE_NO_GROUP).movable);
}

/* A block in a hole of DMA32 joins that, and Normal does not reach down to it. */
static void test_contig_zones_below_normal(void **state)
{
	struct system s;

	(void)state;
	setup(&s, 301);
	s.oracle.contig_zones = true;
	add_range(&s, 0, ORACLE_DMA32, 0, 5);
	add_range(&s, 0, ORACLE_DMA32, 15, 20);
	add_range(&s, 0, ORACLE_NORMAL, 32, 40);
	add_range(&s, 0, ORACLE_MOVABLE, 25, 25);
	add_range(&s, 0, ORACLE_MOVABLE, 31, 31);
	add_block(&s, 10, 0, ORACLE_NO_GROUP, false);
	assert_true(oracle_ask(&s.oracle, 28, 0, ORACLE_NO_GROUP).movable);
	assert_false(oracle_ask(&s.oracle, 8, 0, ORACLE_NO_GROUP).movable);
	/* Above DMA32 it joins Normal, which then does. */
	add_block(&s, 22, 0, ORACLE_NO_GROUP, false);
	assert_false(oracle_ask(&s.oracle, 28, 0, ORACLE_NO_GROUP).movable);
}

static void test_by_hand(void **state)
{
	struct oracle_answer answer;
	struct system s;

	(void)state;
	setup(&s, 0);
	answer = oracle_ask_by_hand(&s.oracle, true);
	expect(answer, true, "requested", "none");
	expect_numbers(answer, 0, 0, BLOCK, 0);
	expect(oracle_ask_by_hand(&s.oracle, false), false, "requested",
	       "none");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dimms),
		cmocka_unit_test(test_virtio_mem),
		cmocka_unit_test(test_two_virtio_mem),
		cmocka_unit_test(test_mixed_dimms),
		cmocka_unit_test(test_node_without_boot_memory),
		cmocka_unit_test(test_stock_above_the_cliff),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_large_numbers),
		cmocka_unit_test(test_contig_zones),
		cmocka_unit_test(test_contig_zones_below_normal),
		cmocka_unit_test(test_by_hand),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("oracle", tests, NULL, NULL);
}
