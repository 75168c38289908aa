// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "size.h"

/* Digits only: strtoull() would take signs, spaces and hexadecimal as well. */
static int digits_parse(const char **text, uint64_t *value)
{
	const char *p = *text;
	uint64_t v = 0;

	if (*p < '0' || *p > '9')
		return -EINVAL;

	for (; *p >= '0' && *p <= '9'; p++) {
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*p - '0'), &v))
			return -ERANGE;
	}

	*text = p;
	*value = v;
	return 0;
}

int size_parse(const char *text, uint64_t *bytes)
{
	static const char units[] = "KMGT";
	unsigned int shift = 0;
	const char *unit;
	uint64_t v;
	int ret;

	ret = digits_parse(&text, &v);
	if (ret)
		return ret;

	if (*text) {
		unit = strchr(units, *text & ~0x20);
		if (!unit || !*unit)
			return -EINVAL;
		shift = 10 * (unit - units + 1);
		text++;
		if (*text && strcmp(text, "iB"))
			return -EINVAL;
	}

	if (v > UINT64_MAX >> shift)
		return -ERANGE;

	*bytes = v << shift;
	return 0;
}

int number_parse(const char *text, unsigned long min, unsigned long max,
		 unsigned long *value)
{
	uint64_t v;
	int ret;

	ret = digits_parse(&text, &v);
	if (ret)
		return ret;
	if (*text)
		return -EINVAL;
	if (v < min || v > max)
		return -ERANGE;

	*value = v;
	return 0;
}

char *size_format(uint64_t bytes, char text[SIZE_TEXT])
{
	static const char units[] = "\0KMGT";
	unsigned int unit = 0;

	while (bytes && !(bytes & 1023) && unit < 4) {
		bytes >>= 10;
		unit++;
	}
	snprintf(text, SIZE_TEXT, "%llu%.1s", (unsigned long long)bytes, units + unit);
	return text;
}
