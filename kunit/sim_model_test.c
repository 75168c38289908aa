// SPDX-License-Identifier: GPL-2.0
/*
 * The model of simulated devices: what may be staged, which unit comes or goes next,
 * and where a device finds room.
 */

#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/nodemask.h>
#include <linux/prandom.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "../sim/model.h"
#include "../sim/window.h"
#include "suites.h"

#define BLOCK		(128ULL * SZ_1M)
#define GiB		(1024ULL * SZ_1M)
#define PiB		(GiB << 20)
#define ROUNDS		3000

/* A machine with node 0. */
static const nodemask_t one_node = { { [0] = BIT(0) } };

static const struct memgroup_sim_limits limits = {
	.block_size = BLOCK,
	.nodes = &one_node,
};

static const struct memgroup_sim_settings good = {
	.type = MEMGROUP_TYPE_STATIC,
	.nid = 0,
	.size = GiB,
	.unit = BLOCK,
	.backing = MEMGROUP_SIM_BACKING_MEMORY,
	.count = 1,
};

/* Sizes */

struct size_case {
	const char *text;
	int error;
	u64 bytes;
	const char *rest;
};

static const struct size_case size_cases[] = {
	{ "0", 0, 0, "" },
	{ "1", 0, 1, "" },
	{ "4096\n", 0, 4096, "\n" },
	{ "128M", 0, BLOCK, "" },
	{ "128m", 0, BLOCK, "" },
	{ "1k", 0, SZ_1K, "" },
	{ "1K", 0, SZ_1K, "" },
	{ "3G,1", 0, 3 * GiB, ",1" },
	{ "1T@2", 0, 1024 * GiB, "@2" },
	{ "64P", 0, 64 * PiB, "" },
	{ "15e", 0, 15 * 1024 * PiB, "" },
	{ "0x10", 0, 16, "" },
	{ "0X1f", 0, 31, "" },
	{ "0x1e", 0, 30, "" },
	{ "0x1G", 0, GiB, "" },
	{ "010", 0, 8, "" },
	{ "1MM", 0, SZ_1M, "M" },
	{ "1 G", 0, 1, " G" },
	{ "18446744073709551615", 0, U64_MAX, "" },
	{ "18446744073709551616", -ERANGE },
	{ "16777215T", 0, 16777215ULL << 40, "" },
	{ "16777216T", -ERANGE },
	{ "16E", -ERANGE },
	{ "0xfffffffffffffffff", -ERANGE },
	{ "99999999999999999999999999999999999999", -ERANGE },
	{ "", -EINVAL },
	{ "\n", -EINVAL },
	{ " 1", -EINVAL },
	{ "+1", -EINVAL },
	{ "-1", -EINVAL },
	{ "G", -EINVAL },
	{ "0x", -EINVAL },
	{ "0xG", -EINVAL },
	{ "09", -EINVAL },
	{ "one", -EINVAL },
};

static void sizes(struct kunit *test)
{
	const struct size_case *c;
	const char *end;
	u64 bytes;
	int ret;

	for (c = size_cases; c < size_cases + ARRAY_SIZE(size_cases); c++) {
		bytes = 42;
		ret = memgroup_sim_parse_size(c->text, &end, &bytes);
		KUNIT_EXPECT_EQ_MSG(test, ret, c->error, "\"%s\"", c->text);
		if (ret) {
			KUNIT_EXPECT_EQ_MSG(test, bytes, 42, "\"%s\"", c->text);
			continue;
		}
		KUNIT_EXPECT_EQ_MSG(test, bytes, c->bytes, "\"%s\"", c->text);
		KUNIT_EXPECT_TRUE_MSG(test, !strcmp(end, c->rest),
				      "\"%s\": \"%s\" is left", c->text, end);
	}
}

/* Settings, one by one */

struct set_case {
	enum memgroup_sim_field field;
	const char *text;
	int error;
	const char *shown;
};

static const struct set_case set_cases[] = {
	{ MEMGROUP_SIM_TYPE, "dynamic", 0, "dynamic\n" },
	{ MEMGROUP_SIM_TYPE, "static\n", 0, "static\n" },
	{ MEMGROUP_SIM_TYPE, "none", -EINVAL },
	{ MEMGROUP_SIM_TYPE, "Static", -EINVAL },
	{ MEMGROUP_SIM_TYPE, "static dynamic", -EINVAL },
	{ MEMGROUP_SIM_TYPE, "", -EINVAL },
	{ MEMGROUP_SIM_NODE, "0\n", 0, "0\n" },
	/* Whether this machine has it matters to real memory, later. */
	{ MEMGROUP_SIM_NODE, "1", MAX_NUMNODES > 1 ? 0 : -EINVAL, "1\n" },
	{ MEMGROUP_SIM_NODE, "-1", -EINVAL },
	{ MEMGROUP_SIM_NODE, "x", -EINVAL },
	{ MEMGROUP_SIM_NODE, "", -EINVAL },
	{ MEMGROUP_SIM_NODE, "2147483647", -EINVAL },
	{ MEMGROUP_SIM_NODE, "2147483648", -ERANGE },
	{ MEMGROUP_SIM_SIZE, "128M", 0, "134217728\n" },
	{ MEMGROUP_SIM_SIZE, "0x40000000\n", 0, "1073741824\n" },
	{ MEMGROUP_SIM_SIZE, "64P", 0, "72057594037927936\n" },
	{ MEMGROUP_SIM_SIZE, "0", -EINVAL },
	{ MEMGROUP_SIM_SIZE, "1", -EINVAL },
	{ MEMGROUP_SIM_SIZE, "64M", -EINVAL },
	{ MEMGROUP_SIM_SIZE, "192M", -EINVAL },
	{ MEMGROUP_SIM_SIZE, "1GB", -EINVAL },
	{ MEMGROUP_SIM_SIZE, "1G 1G", -EINVAL },
	{ MEMGROUP_SIM_SIZE, "-1G", -EINVAL },
	{ MEMGROUP_SIM_SIZE, "", -EINVAL },
	{ MEMGROUP_SIM_SIZE, "65P", -ERANGE },
	{ MEMGROUP_SIM_SIZE, "16E", -ERANGE },
	{ MEMGROUP_SIM_UNIT, "256M", 0, "268435456\n" },
	{ MEMGROUP_SIM_UNIT, "128M", 0, "134217728\n" },
	{ MEMGROUP_SIM_UNIT, "64P", 0, "72057594037927936\n" },
	{ MEMGROUP_SIM_UNIT, "0", -EINVAL },
	{ MEMGROUP_SIM_UNIT, "64M", -EINVAL },
	{ MEMGROUP_SIM_UNIT, "384M", -EINVAL },
	{ MEMGROUP_SIM_UNIT, "128P", -ERANGE },
	{ MEMGROUP_SIM_BACKING, "none", 0, "none\n" },
	{ MEMGROUP_SIM_BACKING, "memory\n", 0, "memory\n" },
	{ MEMGROUP_SIM_BACKING, "file", -EINVAL },
	{ MEMGROUP_SIM_BACKING, "", -EINVAL },
	{ MEMGROUP_SIM_COUNT, "100000", 0, "100000\n" },
	{ MEMGROUP_SIM_COUNT, "1048576", 0, "1048576\n" },
	{ MEMGROUP_SIM_COUNT, "1048577", -ERANGE },
	{ MEMGROUP_SIM_COUNT, "4294967296", -ERANGE },
	{ MEMGROUP_SIM_COUNT, "0", -EINVAL },
	{ MEMGROUP_SIM_COUNT, "-1", -EINVAL },
	{ MEMGROUP_SIM_COUNT, "1K", -EINVAL },
};

static void settings_one_by_one(struct kunit *test)
{
	struct memgroup_sim_settings settings;
	const struct set_case *c;
	const char *reason;
	char shown[32];
	int ret;

	for (c = set_cases; c < set_cases + ARRAY_SIZE(set_cases); c++) {
		settings = good;
		reason = NULL;
		ret = memgroup_sim_set(&settings, c->field, c->text, &limits,
				       &reason);
		KUNIT_EXPECT_EQ_MSG(test, ret, c->error, "field %d: \"%s\"",
				    c->field, c->text);
		if (ret) {
			KUNIT_EXPECT_EQ_MSG(test, 0, memcmp(&settings, &good,
							    sizeof(good)),
					    "field %d: \"%s\" changed something",
					    c->field, c->text);
			KUNIT_EXPECT_NOT_NULL(test, reason);
			continue;
		}
		memgroup_sim_format(&settings, c->field, shown, sizeof(shown));
		KUNIT_EXPECT_STREQ(test, shown, c->shown);
	}
}

/* Writing one setting does not ask for another, whatever the order. */
static void settings_in_any_order(struct kunit *test)
{
	struct memgroup_sim_settings settings = good;
	const char *reason;

	/* Units of 2 GiB in a device of 1 GiB: the size may come later. */
	KUNIT_EXPECT_EQ(test, 0, memgroup_sim_set(&settings, MEMGROUP_SIM_TYPE,
						  "dynamic", &limits, &reason));
	KUNIT_EXPECT_EQ(test, 0, memgroup_sim_set(&settings, MEMGROUP_SIM_UNIT,
						  "2G", &limits, &reason));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			memgroup_sim_check(&settings, &limits, &reason));
	KUNIT_EXPECT_EQ(test, 0, memgroup_sim_set(&settings, MEMGROUP_SIM_SIZE,
						  "4G", &limits, &reason));
	KUNIT_EXPECT_EQ(test, 0,
			memgroup_sim_check(&settings, &limits, &reason));

	/* Many, and only then without memory; on a node of no machine. */
	KUNIT_EXPECT_EQ(test, 0, memgroup_sim_set(&settings, MEMGROUP_SIM_COUNT,
						  "5", &limits, &reason));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			memgroup_sim_check(&settings, &limits, &reason));
	KUNIT_EXPECT_EQ(test, 0, memgroup_sim_set(&settings,
						  MEMGROUP_SIM_BACKING, "none",
						  &limits, &reason));
	KUNIT_EXPECT_EQ(test, 0,
			memgroup_sim_check(&settings, &limits, &reason));
}

/* Settings together */

struct check_case {
	struct memgroup_sim_settings settings;
	int error;
	const char *about;
};

#define STATIC	MEMGROUP_TYPE_STATIC
#define DYNAMIC	MEMGROUP_TYPE_DYNAMIC
#define MEMORY	MEMGROUP_SIM_BACKING_MEMORY
#define NONE	MEMGROUP_SIM_BACKING_NONE

static const struct check_case check_cases[] = {
	{ { STATIC, 0, BLOCK, BLOCK, MEMORY, 1 }, 0 },
	{ { STATIC, 0, 3 * BLOCK, 2 * BLOCK, MEMORY, 1 }, 0 },
	{ { DYNAMIC, 0, BLOCK, BLOCK, MEMORY, 1 }, 0 },
	{ { DYNAMIC, 0, 6 * BLOCK, 2 * BLOCK, MEMORY, 1 }, 0 },
	{ { DYNAMIC, 0, 64 * PiB, 64 * PiB, NONE, 1 }, 0 },
	{ { STATIC, MAX_NUMNODES - 1, GiB, BLOCK, NONE, 100000 }, 0 },
	{ { STATIC, 0, 64 * GiB, BLOCK, NONE, 1048576 }, 0 },
	{ { STATIC, 0, 64 * GiB + BLOCK, BLOCK, NONE, 1048576 }, -ERANGE,
	  "count" },
	{ { STATIC, 0, 32 * PiB, BLOCK, NONE, 2 }, 0 },
	{ { STATIC, 0, 32 * PiB, BLOCK, NONE, 3 }, -ERANGE, "count" },
	{ { STATIC, 0, 0, BLOCK, MEMORY, 1 }, -EINVAL, "size" },
	{ { STATIC, 1, GiB, BLOCK, MEMORY, 1 }, -EINVAL, "node" },
	{ { STATIC, MAX_NUMNODES, GiB, BLOCK, MEMORY, 1 }, -EINVAL, "node" },
	{ { STATIC, MAX_NUMNODES, GiB, BLOCK, NONE, 1 }, -EINVAL, "node" },
	{ { STATIC, -1, GiB, BLOCK, MEMORY, 1 }, -EINVAL, "node" },
	{ { STATIC, 0, GiB, BLOCK, MEMORY, 2 }, -EINVAL, "count" },
	{ { STATIC, 0, GiB, BLOCK, MEMORY, 0 }, -EINVAL, "count" },
	{ { STATIC, 0, GiB + 1, BLOCK, MEMORY, 1 }, -EINVAL, "size" },
	{ { DYNAMIC, 0, 3 * BLOCK, 2 * BLOCK, MEMORY, 1 }, -EINVAL, "size" },
	{ { DYNAMIC, 0, 3 * BLOCK, 3 * BLOCK, MEMORY, 1 }, -EINVAL, "unit" },
	{ { DYNAMIC, 0, BLOCK, 2 * BLOCK, MEMORY, 1 }, -EINVAL, "size" },
	{ { DYNAMIC, 0, BLOCK, BLOCK / 2, MEMORY, 1 }, -EINVAL, "unit" },
	{ { DYNAMIC, 0, BLOCK, 0, MEMORY, 1 }, -EINVAL, "unit" },
};

static void settings_together(struct kunit *test)
{
	const struct check_case *c;
	const char *reason;
	int ret;

	for (c = check_cases; c < check_cases + ARRAY_SIZE(check_cases); c++) {
		reason = "";
		ret = memgroup_sim_check(&c->settings, &limits, &reason);
		KUNIT_EXPECT_EQ_MSG(test, ret, c->error, "case %zu: %s",
				    c - check_cases, reason);
		if (ret && c->about)
			KUNIT_EXPECT_TRUE_MSG(test,
					      strstarts(reason, c->about),
					      "case %zu: %s", c - check_cases,
					      reason);
	}
}

/* Requests */

struct request_case {
	const char *text;
	int error;
	u64 bytes;
};

static const struct request_case request_cases[] = {
	{ "0", 0, 0 },
	{ "256M", 0, 2 * BLOCK },
	{ "1G\n", 0, GiB },
	{ "128M", -EINVAL },
	{ "1", -EINVAL },
	{ "", -EINVAL },
	{ "1G!", -EINVAL },
	{ "-1", -EINVAL },
	{ "1280M", -ERANGE },
	{ "1073741825", -ERANGE },
	{ "16E", -ERANGE },
};

static void requests(struct kunit *test)
{
	struct memgroup_sim_settings settings = good;
	const struct request_case *c;
	const char *reason;
	u64 bytes;
	int ret;

	settings.type = DYNAMIC;
	settings.unit = 2 * BLOCK;
	for (c = request_cases;
	     c < request_cases + ARRAY_SIZE(request_cases); c++) {
		bytes = 42;
		ret = memgroup_sim_parse_request(&settings, c->text, &bytes,
						 &reason);
		KUNIT_EXPECT_EQ_MSG(test, ret, c->error, "\"%s\"", c->text);
		KUNIT_EXPECT_EQ_MSG(test, bytes, ret ? 42 : c->bytes, "\"%s\"",
				    c->text);
	}
}

/* Units: one letter each, '-' absent, 'o' offline, M and K. */

static unsigned long read_units(const char *picture, u8 *units)
{
	unsigned long nr = 0;

	for (; *picture; picture++)
		units[nr++] = strchr("-oMK", *picture) - "-oMK";
	return nr;
}

struct order_case {
	const char *picture;
	const char *plug;
	const char *unplug;
};

/* The numbers of the units, in the order in which they are tried. */
static const struct order_case order_cases[] = {
	{ "", "", "" },
	{ "-", "0", "" },
	{ "---", "012", "" },
	{ "o", "", "0" },
	{ "MMM", "", "210" },
	{ "KMMMKMMM", "", "76532140" },
	{ "M-K-o-", "135", "402" },
	{ "oKMoKM", "", "305241" },
	{ "KKoo", "", "3210" },
	{ "-MK-", "03", "12" },
};

static void order_of_units(struct kunit *test)
{
	const struct order_case *c;
	char plug[16], unplug[16];
	unsigned long unit, nr;
	u8 units[16];
	char *to;

	for (c = order_cases; c < order_cases + ARRAY_SIZE(order_cases); c++) {
		nr = read_units(c->picture, units);

		to = plug;
		unit = memgroup_sim_next_to_plug(units, nr, 0);
		for (; unit < nr && to < plug + 15;
		     unit = memgroup_sim_next_to_plug(units, nr, unit + 1))
			*to++ = '0' + unit;
		*to = '\0';
		KUNIT_EXPECT_STREQ(test, plug, c->plug);

		to = unplug;
		unit = memgroup_sim_next_to_unplug(units, nr, nr);
		for (; unit < nr && to < unplug + 15;
		     unit = memgroup_sim_next_to_unplug(units, nr, unit))
			*to++ = '0' + unit;
		*to = '\0';
		KUNIT_EXPECT_STREQ(test, unplug, c->unplug);
	}
}

/* Windows */

struct window_case {
	const char *text;
	int result;
	struct memgroup_sim_range windows[3];
};

static const struct window_case window_cases[] = {
	{ "4G@6G", 1, { { 6 * GiB, 10 * GiB } } },
	{ "0x40000000@0x100000000", 1, { { 4 * GiB, 5 * GiB } } },
	{ "1G@4G,2G@6G,1@0", 3,
	  { { 4 * GiB, 5 * GiB }, { 6 * GiB, 8 * GiB }, { 0, 1 } } },
	{ "1G@4G,1G@5G,1G@6G,1G@7G", -E2BIG },
	{ "1@18446744073709551614", 1, { { U64_MAX - 1, U64_MAX } } },
	{ "1@18446744073709551615", -ERANGE },
	{ "16E@0", -ERANGE },
	{ "", -EINVAL },
	{ "4G", -EINVAL },
	{ "4G@", -EINVAL },
	{ "@4G", -EINVAL },
	{ "0@4G", -EINVAL },
	{ "4G-6G", -EINVAL },
	{ "4G$6G", -EINVAL },
	{ "1G@4G,", -EINVAL },
	{ ",1G@4G", -EINVAL },
	{ "1G@4G 1G@6G", -EINVAL },
	{ "1G@4Gx", -EINVAL },
};

static void window_syntax(struct kunit *test)
{
	struct memgroup_sim_range windows[3];
	const struct window_case *c;
	int ret, i;

	for (c = window_cases;
	     c < window_cases + ARRAY_SIZE(window_cases); c++) {
		ret = memgroup_sim_parse_windows(c->text, windows,
						 ARRAY_SIZE(windows));
		KUNIT_EXPECT_EQ_MSG(test, ret, c->result, "\"%s\"", c->text);
		for (i = 0; i < min(ret, 3); i++) {
			KUNIT_EXPECT_EQ_MSG(test, windows[i].start,
					    c->windows[i].start, "\"%s\"",
					    c->text);
			KUNIT_EXPECT_EQ_MSG(test, windows[i].end,
					    c->windows[i].end, "\"%s\"",
					    c->text);
		}
	}
}

static void range_within(struct kunit *test)
{
	static const struct memgroup_sim_range ranges[] = {
		{ 100, 200 }, { 200, 300 }, { 0, U64_MAX / 2 + 1 },
	};
	static const struct memgroup_sim_range all = { 100, 200 };
	static const struct memgroup_sim_range across = { 150, 250 };
	static const struct memgroup_sim_range low = { 99, 150 };
	static const struct memgroup_sim_range high = { 150, 201 };

	KUNIT_EXPECT_TRUE(test, memgroup_sim_within(&all, ranges, 1));
	KUNIT_EXPECT_FALSE(test, memgroup_sim_within(&all, ranges, 0));
	KUNIT_EXPECT_FALSE(test, memgroup_sim_within(&across, ranges, 2));
	KUNIT_EXPECT_TRUE(test, memgroup_sim_within(&across, ranges, 3));
	KUNIT_EXPECT_FALSE(test, memgroup_sim_within(&low, ranges, 2));
	KUNIT_EXPECT_FALSE(test, memgroup_sim_within(&high, ranges, 2));
}

/* Room */

struct room_case {
	const char *name;
	struct memgroup_sim_range range;
	struct memgroup_sim_range taken;
	u64 size, align;
	bool found;
	u64 start;
};

static const struct room_case room_cases[] = {
	{ "all of it", { 64, 128 }, { 0, 0 }, 64, 64, true, 64 },
	{ "too large", { 64, 128 }, { 0, 0 }, 65, 64, false },
	{ "alignment", { 1, 128 }, { 0, 0 }, 64, 64, true, 64 },
	{ "no room but for alignment", { 1, 127 }, { 0, 0 }, 64, 64, false },
	{ "taken below", { 0, 256 }, { 0, 1 }, 64, 64, true, 64 },
	{ "taken up to it", { 64, 256 }, { 0, 64 }, 64, 64, true, 64 },
	{ "taken in the middle", { 0, 256 }, { 100, 101 }, 128, 64, true, 128 },
	{ "taken at the end", { 0, 128 }, { 127, 200 }, 128, 64, false },
	{ "taken behind it", { 0, 128 }, { 128, 200 }, 128, 64, true, 0 },
	{ "all taken", { 64, 128 }, { 0, 1000 }, 64, 64, false },
	{ "empty", { 64, 64 }, { 0, 0 }, 1, 1, false },
	{ "the highest", { U64_MAX - 127, U64_MAX }, { 0, 0 }, 64, 64, true,
	  U64_MAX - 127 },
	{ "behind the highest", { U64_MAX - 62, U64_MAX }, { 0, 0 }, 1, 64,
	  false },
	{ "larger than all addresses", { 0, U64_MAX }, { 1, 2 }, U64_MAX, 1,
	  false },
};

static void room_at_boundaries(struct kunit *test)
{
	const struct room_case *c;
	bool found;
	u64 start;

	for (c = room_cases; c < room_cases + ARRAY_SIZE(room_cases); c++) {
		start = 42;
		found = memgroup_sim_find_room(&c->range, 1, &c->taken, 1,
					       c->size, c->align, &start);
		KUNIT_EXPECT_EQ_MSG(test, found, c->found, "%s", c->name);
		KUNIT_EXPECT_EQ_MSG(test, start, c->found ? c->start : 42,
				    "%s", c->name);
	}
}

#define SPACE		160
#define RANGES_MAX	4

/* Some ranges that may overlap and be empty, in no order. */
static unsigned int random_ranges(struct rnd_state *random,
				  struct memgroup_sim_range *ranges)
{
	unsigned int i, nr = prandom_u32_state(random) % (RANGES_MAX + 1);

	for (i = 0; i < nr; i++) {
		ranges[i].start = prandom_u32_state(random) % SPACE;
		ranges[i].end = ranges[i].start + prandom_u32_state(random) %
				(SPACE + 1 - ranges[i].start);
	}
	return nr;
}

/* Address by address, each in the same range and in none that is taken. */
static bool naive_fits(const struct memgroup_sim_range *range,
		       const struct memgroup_sim_range *taken,
		       unsigned int nr_taken, u64 start, u64 size)
{
	unsigned int i;
	u64 at;

	for (at = start; at < start + size; at++) {
		if (at < range->start || at >= range->end)
			return false;
		for (i = 0; i < nr_taken; i++)
			if (at >= taken[i].start && at < taken[i].end)
				return false;
	}
	return true;
}

static bool naive_find(const struct memgroup_sim_range *ranges,
		       unsigned int nr_ranges,
		       const struct memgroup_sim_range *taken,
		       unsigned int nr_taken, u64 size, u64 align, u64 *start)
{
	unsigned int i;
	u64 at;

	for (at = 0; at < SPACE; at += align) {
		for (i = 0; i < nr_ranges; i++) {
			if (naive_fits(&ranges[i], taken, nr_taken, at, size)) {
				*start = at;
				return true;
			}
		}
	}
	return false;
}

static void room_in_random_layouts(struct kunit *test)
{
	struct memgroup_sim_range ranges[RANGES_MAX], taken[RANGES_MAX];
	unsigned int nr_ranges, nr_taken, round, nr_found = 0;
	bool found, should_be_found;
	struct rnd_state random;
	u64 start, should_be;
	u64 size, align;

	prandom_seed_state(&random, memgroup_test_seed(test));
	for (round = 0; round < ROUNDS; round++) {
		nr_ranges = random_ranges(&random, ranges);
		nr_taken = random_ranges(&random, taken);
		size = 1 + prandom_u32_state(&random) % 48;
		align = 1 << prandom_u32_state(&random) % 6;
		start = U64_MAX;
		should_be = U64_MAX;
		found = memgroup_sim_find_room(ranges, nr_ranges, taken,
					       nr_taken, size, align, &start);
		should_be_found = naive_find(ranges, nr_ranges, taken, nr_taken,
					     size, align, &should_be);
		KUNIT_ASSERT_EQ_MSG(test, found, should_be_found, "round %u",
				    round);
		KUNIT_ASSERT_EQ_MSG(test, start, should_be, "round %u", round);
		nr_found += found;
	}
	/* Both answers came up often enough to mean something. */
	KUNIT_EXPECT_GT(test, nr_found, ROUNDS / 20);
	KUNIT_EXPECT_LT(test, nr_found, ROUNDS - ROUNDS / 20);
}

static struct kunit_case sim_model_cases[] = {
	KUNIT_CASE(sizes),
	KUNIT_CASE(settings_one_by_one),
	KUNIT_CASE(settings_in_any_order),
	KUNIT_CASE(settings_together),
	KUNIT_CASE(requests),
	KUNIT_CASE(order_of_units),
	KUNIT_CASE(window_syntax),
	KUNIT_CASE(range_within),
	KUNIT_CASE(room_at_boundaries),
	KUNIT_CASE(room_in_random_layouts),
	{}
};

struct kunit_suite memgroup_sim_model_suite = {
	.name = "memgroup-sim-model",
	.test_cases = sim_model_cases,
};
