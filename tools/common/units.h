/* SPDX-License-Identifier: GPL-2.0 */
/* Sizes in bytes, as people and the kernel write them; and durations. */
#ifndef MEMGROUP_UNITS_H
#define MEMGROUP_UNITS_H

#include <stdint.h>

/* The longest result of units_format_size(), with its NUL: "1023.9M". */
#define UNITS_SIZE_MAX 8

/*
 * The size as lsmem writes it: the largest unit of 1024 that leaves at least 1,
 * rounded to one decimal, which is left out when it is 0: 0B, 512B, 1.5G, 4G.
 */
void units_format_size(uint64_t bytes, char text[static UNITS_SIZE_MAX]);

/* The longest results of these two, with their NUL. */
#define UNITS_AMOUNT_MAX 32
#define UNITS_DURATION_MAX 24

/*
 * So many pages of @page_bytes, as sentences say it: 4 GiB, 12.04 GiB, 512 bytes. Two
 * decimals, so that 12327 MiB is not the same as 12 GiB; none if both are 0.
 */
void units_format_amount(uint64_t pages, uint64_t page_bytes,
			 char text[static UNITS_AMOUNT_MAX]);

/* A duration, likewise: 7 ns, 35.56 us, 3 ms, 1800 s. */
void units_format_duration(uint64_t ns, char text[static UNITS_DURATION_MAX]);

/*
 * Parses a size: decimal digits, perhaps a fraction, perhaps a unit, each of
 * 1024: B, K, M, G, T, P, E, the last six also as KiB and so on, in any case
 * (KB is refused: it means 1000 to some). What is no whole number of bytes is
 * rounded down; a fraction has at most 19 digits and a unit above B. Returns 0, -EINVAL for what is
 * no size, or -ERANGE for 16 EiB and more; only 0 changes @bytes.
 */
int units_parse_size(const char *text, uint64_t *bytes);

/*
 * Parse nothing but digits of base 10 or 16, without sign, prefix or space.
 * Return 0, -EINVAL, or -ERANGE beyond 64 bits; only 0 changes @value.
 */
int units_parse_decimal(const char *text, uint64_t *value);
int units_parse_hex(const char *text, uint64_t *value);

/*
 * Parses seconds, "2" or ".05", with up to nine digits behind the point whatever the
 * locale, into nanoseconds. Returns 0, or -EINVAL for anything else and what does not fit.
 */
int units_parse_seconds(const char *text, uint64_t *ns);

/* Room for a result of units_format_time(), with its NUL. */
#define UNITS_TIME_MAX 24

/*
 * A time of @ns nanoseconds in the largest of the units ns, us, ms and s that leaves at
 * least 1, rounded as a size is: 853ns, 35.6ms, 90s.
 */
void units_format_time(uint64_t ns, char text[static UNITS_TIME_MAX]);

#endif /* MEMGROUP_UNITS_H */
