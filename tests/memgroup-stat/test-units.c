// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "units.h"

#define MIB(n) ((uint64_t)(n) << 20)
#define GIB(n) ((uint64_t)(n) << 30)
#define EIB(n) ((uint64_t)(n) << 60)

static void formats_sizes(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} cases[] = {
		{ 0, "0B" }, { 1, "1B" }, { 1023, "1023B" }, { 1024, "1K" },
		{ 1536, "1.5K" }, { MIB(128), "128M" }, { GIB(4), "4G" },
		{ 4294443008, "4G" }, { GIB(1) + MIB(512), "1.5G" },
		/* Rounded to one decimal, over to the next unit if need be. */
		{ 1024 + 51, "1K" }, { 1024 + 52, "1.1K" },
		{ MIB(1) - 1, "1M" }, { GIB(1) - MIB(1) / 20 - 1, "1023.9M" },
		{ GIB(1) - 1, "1G" }, { GIB(1024) - 1, "1T" },
		{ EIB(1) - 1, "1E" }, { EIB(1), "1E" },
		{ UINT64_MAX, "16E" }, { EIB(15) + EIB(1) / 2, "15.5E" },
	};
	char text[UNITS_SIZE_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		units_format_size(cases[i].bytes, text);
		assert_string_equal(text, cases[i].text);
	}
}

static void formats_for_sentences(void **state)
{
	static const struct {
		uint64_t pages, page_bytes;
		const char *text;
	} amounts[] = {
		{ 0, 4096, "0 bytes" }, { 512, 1, "512 bytes" }, { 1, 4096, "4 KiB" },
		{ 32768, 4096, "128 MiB" }, { 2048, 65536, "128 MiB" },
		{ 3155822, 4096, "12.04 GiB" }, { 1, MIB(100) + 1, "100 MiB" },
		{ UINT64_MAX, 65536, "1048576 EiB" },
	};
	static const struct {
		uint64_t ns;
		const char *text;
	} durations[] = {
		{ 0, "0 ns" }, { 999, "999 ns" }, { 1000, "1 us" }, { 35562, "35.56 us" },
		{ 35565000, "35.57 ms" }, { 1004999999, "1 s" }, { 1800000000000, "1800 s" },
		{ UINT64_MAX, "18446744073.71 s" },
	};
	char amount[UNITS_AMOUNT_MAX], duration[UNITS_DURATION_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(amounts) / sizeof(*amounts); i++) {
		units_format_amount(amounts[i].pages, amounts[i].page_bytes, amount);
		assert_string_equal(amount, amounts[i].text);
	}
	for (i = 0; i < sizeof(durations) / sizeof(*durations); i++) {
		units_format_duration(durations[i].ns, duration);
		assert_string_equal(duration, durations[i].text);
	}
}

static void parses_sizes(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} good[] = {
		{ "0", 0 }, { "1", 1 }, { "007", 7 }, { "12B", 12 }, { "1K", 1024 },
		{ "1k", 1024 }, { "1KiB", 1024 }, { "1kib", 1024 }, { "4G", GIB(4) },
		{ "1.5G", GIB(1) + MIB(512) }, { "0.0001K", 0 }, { "1.9999K", 2047 },
		{ "15E", EIB(15) }, { "15.9999999999999999999E", UINT64_MAX },
		{ "18446744073709551615", UINT64_MAX },
		{ "0.5000000000000000000E", EIB(1) / 2 },
	};
	static const char *const invalid[] = {
		"", " 1", "1 ", "-1", "+1", "G", ".5G", "1.G", "1.5", "1.5B", "1KB",
		"1BiB", "1Gi", "1GiBx", "0x10", "1.5.5G", "1e3", "1X",
		"0.00000000000000000001E",
	};
	static const char *const huge[] = {
		"16E", "18446744073709551616", "99999999999999999999999999999999999999K",
		"17179869184G",
	};
	uint64_t bytes;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(*good); i++) {
		bytes = 1234567;
		assert_int_equal(units_parse_size(good[i].text, &bytes), 0);
		assert_true(bytes == good[i].bytes);
	}
	bytes = 1234567;
	for (i = 0; i < sizeof(invalid) / sizeof(*invalid); i++)
		assert_int_equal(units_parse_size(invalid[i], &bytes), -EINVAL);
	for (i = 0; i < sizeof(huge) / sizeof(*huge); i++)
		assert_int_equal(units_parse_size(huge[i], &bytes), -ERANGE);
	assert_int_equal(bytes, 1234567);
}

static void parses_numbers(void **state)
{
	uint64_t value = 99;

	(void)state;
	assert_int_equal(units_parse_decimal("", &value), -EINVAL);
	assert_int_equal(units_parse_decimal("-1", &value), -EINVAL);
	assert_int_equal(units_parse_decimal("+1", &value), -EINVAL);
	assert_int_equal(units_parse_decimal("1 ", &value), -EINVAL);
	assert_int_equal(units_parse_decimal("f", &value), -EINVAL);
	assert_int_equal(units_parse_decimal("18446744073709551616", &value), -ERANGE);
	assert_int_equal(units_parse_hex("0x10", &value), -EINVAL);
	assert_int_equal(units_parse_hex("g", &value), -EINVAL);
	assert_int_equal(units_parse_hex("10000000000000000", &value), -ERANGE);
	assert_int_equal(value, 99);
	assert_int_equal(units_parse_decimal("18446744073709551615", &value), 0);
	assert_true(value == UINT64_MAX);
	assert_int_equal(units_parse_hex("8000000", &value), 0);
	assert_true(value == MIB(128));
	assert_int_equal(units_parse_hex("FfffFFFFffffffff", &value), 0);
	assert_true(value == UINT64_MAX);
}

static void formats_times(void **state)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} cases[] = {
		{ 0, "0ns" }, { 1, "1ns" }, { 999, "999ns" }, { 1000, "1us" },
		{ 35562930, "35.6ms" }, { 1500, "1.5us" }, { 90000000000, "90s" },
		/* Rounded, over to the next unit if need be. */
		{ 1049, "1us" }, { 1050, "1.1us" }, { 999949, "999.9us" }, { 999950, "1ms" },
		{ 999949999, "999.9ms" }, { 999950000, "1s" }, { 59960000000, "60s" },
		{ UINT64_MAX, "18446744073.7s" },
	};
	char text[UNITS_TIME_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		units_format_time(cases[i].ns, text);
		assert_string_equal(text, cases[i].text);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_sizes),
		cmocka_unit_test(formats_for_sentences),
		cmocka_unit_test(parses_sizes),
		cmocka_unit_test(parses_numbers),
		cmocka_unit_test(formats_times),
	};

	return cmocka_run_group_tests_name("units", tests, NULL, NULL);
}
