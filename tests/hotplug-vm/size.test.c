// SPDX-License-Identifier: GPL-2.0
#include <errno.h>

#include "size.h"
#include "unit.h"

static void good_sizes(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} t[] = {
		{ "0", 0 }, { "1", 1 }, { "4096", 4096 }, { "4K", 4096 }, { "4k", 4096 },
		{ "512M", 512ULL << 20 }, { "4G", 4ULL << 30 }, { "4GiB", 4ULL << 30 },
		{ "2T", 2ULL << 40 }, { "007M", 7ULL << 20 },
		{ "18446744073709551615", UINT64_MAX }, { "16777215T", 16777215ULL << 40 },
	};
	uint64_t bytes;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++) {
		assert_int_equal(size_parse(t[i].text, &bytes), 0);
		assert_true(bytes == t[i].bytes);
	}
}

static void bad_sizes(void **state)
{
	static const char *const t[] = {
		"", " ", "G", "-1", "+1", " 1", "1 ", "1 G", "1.5G", "0x10", "1GB", "1Gi",
		"1GiBx", "1GG", "1X", "one", "1E", "1g ", "1\n", "\xff",
	};
	uint64_t bytes;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++)
		assert_int_equal(size_parse(t[i], &bytes), -EINVAL);
}

static void overflowing_sizes(void **state)
{
	static const char *const t[] = {
		"18446744073709551616", "16777216T", "18014398509481984K",
		"99999999999999999999999999999999G",
	};
	uint64_t bytes;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++)
		assert_int_equal(size_parse(t[i], &bytes), -ERANGE);
}

static void numbers(void **state)
{
	unsigned long v;

	(void)state;
	assert_int_equal(number_parse("7", 0, 10, &v), 0);
	assert_int_equal(v, 7);
	assert_int_equal(number_parse("11", 0, 10, &v), -ERANGE);
	assert_int_equal(number_parse("1", 2, 10, &v), -ERANGE);
	assert_int_equal(number_parse("4294967297", 0, 10, &v), -ERANGE);
	assert_int_equal(number_parse("99999999999999999999", 0, 10, &v), -ERANGE);
	assert_int_equal(number_parse("7K", 0, 10, &v), -EINVAL);
	assert_int_equal(number_parse("-7", 0, 10, &v), -EINVAL);
	assert_int_equal(number_parse("", 0, 10, &v), -EINVAL);
}

static void formatting(void **state)
{
	char text[SIZE_TEXT];

	(void)state;
	assert_string_equal(size_format(0, text), "0");
	assert_string_equal(size_format(5, text), "5");
	assert_string_equal(size_format(1024, text), "1K");
	assert_string_equal(size_format(1536 * MIB, text), "1536M");
	assert_string_equal(size_format(6 * GIB, text), "6G");
	assert_string_equal(size_format(UINT64_MAX, text), "18446744073709551615");
	assert_string_equal(size_format(1ULL << 63, text), "8388608T");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_sizes),
		cmocka_unit_test(bad_sizes),
		cmocka_unit_test(overflowing_sizes),
		cmocka_unit_test(numbers),
		cmocka_unit_test(formatting),
	};

	return RUN(tests);
}
