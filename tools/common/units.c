// SPDX-License-Identifier: GPL-2.0
#include "units.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char suffixes[] = "BKMGTPE";

void units_format_size(uint64_t bytes, char text[static UNITS_SIZE_MAX])
{
	uint64_t whole = bytes, tenths = 0;
	unsigned int unit = 0;

	while (bytes >> (10 * unit) >= 1024)
		unit++;
	if (unit) {
		unsigned int shift = 10 * unit;
		uint64_t rest = bytes & ((UINT64_C(1) << shift) - 1);

		/* No overflow: rest has at most 60 bits, and 10.5 * 2^60 fits. */
		whole = bytes >> shift;
		tenths = (rest * 10 + (UINT64_C(1) << (shift - 1))) >> shift;
		if (tenths == 10) {
			tenths = 0;
			whole++;
		}
		if (whole == 1024) {
			whole = 1;
			unit++;
		}
	}
	/* The remainders change nothing; they tell the compiler that it fits. */
	if (tenths)
		snprintf(text, UNITS_SIZE_MAX, "%u.%u%c",
			 (unsigned int)(whole % 1024), (unsigned int)(tenths % 10),
			 suffixes[unit]);
	else
		snprintf(text, UNITS_SIZE_MAX, "%u%c",
			 (unsigned int)(whole % 1024), suffixes[unit]);
}

/* "12.04 GiB", "12 GiB". */
static void print_hundredths(uint64_t hundredths, const char *unit, char *text, size_t size)
{
	if (hundredths % 100 == 0)
		snprintf(text, size, "%" PRIu64 " %s", hundredths / 100, unit);
	else
		snprintf(text, size, "%" PRIu64 ".%02u %s", hundredths / 100,
			 (unsigned int)(hundredths % 100), unit);
}

void units_format_amount(uint64_t pages, uint64_t page_bytes,
			 char text[static UNITS_AMOUNT_MAX])
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	const __uint128_t bytes = (__uint128_t)pages * page_bytes;
	size_t unit = 0;

	while (unit < sizeof(units) / sizeof(*units) - 1 && bytes >> (10 * (unit + 1)))
		unit++;
	print_hundredths((uint64_t)((bytes * 100 + ((__uint128_t)1 << (10 * unit)) / 2) >>
				    (10 * unit)), units[unit], text, UNITS_AMOUNT_MAX);
}

void units_format_duration(uint64_t ns, char text[static UNITS_DURATION_MAX])
{
	static const char *const units[] = { "ns", "us", "ms", "s" };
	uint64_t scale = 1;
	size_t unit = 0;

	while (unit < sizeof(units) / sizeof(*units) - 1 && ns / scale >= 1000) {
		scale *= 1000;
		unit++;
	}
	print_hundredths((uint64_t)(((__uint128_t)ns * 100 + scale / 2) / scale), units[unit],
			 text, UNITS_DURATION_MAX);
}

static int parse_digits(const char *text, unsigned int base, uint64_t *value)
{
	uint64_t v = 0;

	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		unsigned int digit;

		if (c >= '0' && c <= '9')
			digit = c - '0';
		else if (base == 16 && c >= 'a' && c <= 'f')
			digit = c - 'a' + 10;
		else if (base == 16 && c >= 'A' && c <= 'F')
			digit = c - 'A' + 10;
		else
			return -EINVAL;
		if (__builtin_mul_overflow(v, base, &v) ||
		    __builtin_add_overflow(v, digit, &v))
			return -ERANGE;
	}
	*value = v;
	return 0;
}

int units_parse_decimal(const char *text, uint64_t *value)
{
	return parse_digits(text, 10, value);
}

int units_parse_hex(const char *text, uint64_t *value)
{
	return parse_digits(text, 16, value);
}

int units_parse_size(const char *text, uint64_t *bytes)
{
	__uint128_t whole = 0, part = 0, scale = 1, size;
	bool fraction = false, huge = false;
	unsigned int shift = 0;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	for (; isdigit((unsigned char)*text); text++) {
		if (whole <= UINT64_MAX)
			whole = 10 * whole + (unsigned int)(*text - '0');
		huge |= whole > UINT64_MAX;
	}
	if (*text == '.') {
		fraction = true;
		text++;
		if (!isdigit((unsigned char)*text))
			return -EINVAL;
		for (; isdigit((unsigned char)*text); text++) {
			/* 19 digits times 1 EiB stay far below 2^128. */
			if (scale == UINT64_C(10000000000000000000))
				return -EINVAL;
			part = 10 * part + (unsigned int)(*text - '0');
			scale *= 10;
		}
	}
	if (*text) {
		const char *suffix = strchr(suffixes, toupper((unsigned char)*text));

		if (!suffix)
			return -EINVAL;
		shift = 10 * (unsigned int)(suffix - suffixes);
		text++;
		if (*text && (!shift || strcasecmp(text, "iB")))
			return -EINVAL;
	}
	if (fraction && !shift)
		return -EINVAL;
	if (huge)
		return -ERANGE;
	size = (whole << shift) + (part << shift) / scale;
	if (size > UINT64_MAX)
		return -ERANGE;
	*bytes = (uint64_t)size;
	return 0;
}

int units_parse_seconds(const char *text, uint64_t *ns)
{
	const char *point = strchr(text, '.');
	const size_t len = point ? (size_t)(point - text) : strlen(text);
	uint64_t seconds = 0, rest = 0;
	char number[24], fraction[] = "000000000";

	if (len >= sizeof(number) || (point && (!point[1] || strlen(point + 1) > 9)))
		return -EINVAL;
	memcpy(number, text, len);
	number[len] = '\0';
	if (point)
		memcpy(fraction, point + 1, strlen(point + 1));
	if ((len && units_parse_decimal(number, &seconds)) || (!len && !point) ||
	    units_parse_decimal(fraction, &rest) ||
	    __builtin_mul_overflow(seconds, 1000000000, &seconds) ||
	    __builtin_add_overflow(seconds, rest, ns))
		return -EINVAL;
	return 0;
}

void units_format_time(uint64_t ns, char text[static UNITS_TIME_MAX])
{
	static const struct {
		uint64_t ns;
		const char *name;
		uint64_t to;	/* from here on it would be rounded to the next one */
	} units[] = {
		{ 1, "ns", 1000 }, { 1000, "us", 999950 }, { 1000000, "ms", 999950000 },
		{ 1000000000, "s", UINT64_MAX },
	};
	size_t unit = 0;
	uint64_t one, tenths;

	while (ns >= units[unit].to && unit + 1 < sizeof(units) / sizeof(*units))
		unit++;
	one = units[unit].ns;
	tenths = ns / one * 10 + (ns % one * 10 + one / 2) / one;
	if (tenths % 10)
		snprintf(text, UNITS_TIME_MAX, "%" PRIu64 ".%u%s", tenths / 10,
			 (unsigned int)(tenths % 10), units[unit].name);
	else
		snprintf(text, UNITS_TIME_MAX, "%" PRIu64 "%s", tenths / 10,
			 units[unit].name);
}
