// SPDX-License-Identifier: GPL-2.0
#include "../hotplug-vm/unit.h"

#include <string.h>

#include "histogram.h"

/* They are large for a stack. */
static struct histogram histogram, other, whole;

static const unsigned int asked[] = { 1, 10, 250, 500, 501, 900, 990, 999, 1000 };

/* Of any size: as many values below a microsecond as above an hour. */
static uint64_t any_value(void)
{
	uint64_t value = (uint64_t)rand() << 62 ^ (uint64_t)rand() << 31 ^ (uint64_t)rand();

	return value >> (rand() % 64);
}

static int ascending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void buckets_have_no_gaps(void **state)
{
	uint64_t next = 0;
	size_t i;

	(void)state;
	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		assert_true(histogram_lowest(i) == next);
		assert_true(histogram_highest(i) >= next);
		assert_int_equal(histogram_bucket(histogram_lowest(i)), i);
		assert_int_equal(histogram_bucket(histogram_highest(i)), i);
		next = histogram_highest(i) + 1;
	}
	assert_true(next == 0);
}

static void buckets_are_as_narrow_as_said(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		uint64_t lowest = histogram_lowest(i);

		assert_true(histogram_highest(i) - lowest <= lowest / 128);
	}
}

static void nothing_has_no_quantiles(void **state)
{
	size_t i;

	(void)state;
	memset(&histogram, 0, sizeof(histogram));
	for (i = 0; i < COUNT(asked); i++)
		assert_int_equal(histogram_quantile(&histogram, asked[i]), 0);
}

static void one_value_is_all_quantiles(void **state)
{
	static const uint64_t values[] = { 0, 1, 255, 256, 1000003, UINT64_MAX };
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(values); i++) {
		memset(&histogram, 0, sizeof(histogram));
		assert_true(histogram_add(&histogram, values[i], 1));
		for (j = 0; j < COUNT(asked); j++)
			assert_true(histogram_quantile(&histogram, asked[j]) == values[i]);
	}
}

static void known_quantiles(void **state)
{
	uint64_t value;

	(void)state;
	memset(&histogram, 0, sizeof(histogram));
	/* Below 256 there is no error. */
	for (value = 1; value <= 200; value++)
		assert_true(histogram_add(&histogram, value, 1));
	assert_int_equal(histogram_quantile(&histogram, 500), 100);
	assert_int_equal(histogram_quantile(&histogram, 900), 180);
	assert_int_equal(histogram_quantile(&histogram, 990), 198);
	assert_int_equal(histogram_quantile(&histogram, 999), 200);
	assert_int_equal(histogram_quantile(&histogram, 1000), 200);
	assert_int_equal(histogram_quantile(&histogram, 1), 1);
	/* 600 is counted with 600 to 603, and no larger one was seen but 700. */
	assert_true(histogram_add(&histogram, 600, 1000));
	assert_true(histogram_add(&histogram, 700, 1));
	assert_int_equal(histogram_quantile(&histogram, 500), 603);
	assert_int_equal(histogram_quantile(&histogram, 1000), 700);
}

static void quantiles_of_sorted_lists(void **state)
{
	static uint64_t values[5000];
	int round;

	(void)state;
	seed();
	for (round = 0; round < 100; round++) {
		size_t n = 1 + (size_t)rand() % COUNT(values), i;

		memset(&histogram, 0, sizeof(histogram));
		for (i = 0; i < n; i++) {
			values[i] = any_value();
			assert_true(histogram_add(&histogram, values[i], 1));
		}
		qsort(values, n, sizeof(*values), ascending);
		for (i = 0; i < COUNT(asked); i++) {
			size_t rank = (n * asked[i] + 999) / 1000;
			uint64_t right = values[rank - 1];
			uint64_t said = histogram_quantile(&histogram, asked[i]);

			assert_true(said >= right);
			assert_true(said - right <= right / 128);
		}
		assert_true(histogram_quantile(&histogram, 1000) == values[n - 1]);
	}
}

static void merged_is_as_counted_at_once(void **state)
{
	int round;

	(void)state;
	seed();
	for (round = 0; round < 20; round++) {
		int i;

		memset(&histogram, 0, sizeof(histogram));
		memset(&other, 0, sizeof(other));
		memset(&whole, 0, sizeof(whole));
		for (i = 0; i < 2000; i++) {
			uint64_t value = any_value(), times = (uint64_t)rand() % 9;

			assert_true(histogram_add(rand() % 3 ? &histogram : &other, value, times));
			assert_true(histogram_add(&whole, value, times));
		}
		assert_true(histogram_merge(&histogram, &other));
		assert_memory_equal(&histogram, &whole, sizeof(whole));
	}
}

static void never_beyond_64_bits(void **state)
{
	(void)state;
	memset(&histogram, 0, sizeof(histogram));
	memset(&other, 0, sizeof(other));
	assert_true(histogram_add(&histogram, 5, UINT64_MAX - 1));
	assert_true(histogram_add(&other, 900, 2));
	whole = histogram;
	assert_false(histogram_add(&histogram, 7, 2));
	assert_false(histogram_merge(&histogram, &other));
	assert_memory_equal(&histogram, &whole, sizeof(whole));
	/* And the ranks of so many do not overflow, either. */
	assert_true(histogram_add(&histogram, 7, 1));
	assert_int_equal(histogram_quantile(&histogram, 999), 5);
	assert_int_equal(histogram_quantile(&histogram, 1000), 7);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets_have_no_gaps),
		cmocka_unit_test(buckets_are_as_narrow_as_said),
		cmocka_unit_test(nothing_has_no_quantiles),
		cmocka_unit_test(one_value_is_all_quantiles),
		cmocka_unit_test(known_quantiles),
		cmocka_unit_test(quantiles_of_sorted_lists),
		cmocka_unit_test(merged_is_as_counted_at_once),
		cmocka_unit_test(never_beyond_64_bits),
	};

	return RUN(tests);
}
