/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How often each of many times was seen, within a fixed relative error.
 *
 * Log-linear as HdrHistogram: below 256 each value is counted by itself, and above
 * that each power of two is cut into 128 buckets of the same width. A value that is
 * read back is thus the true one, or at most 1/128 (0.8 %) above it, whatever its size
 * from 1 ns to 584 years. Histograms of several runs add up exactly. Debian 12 has no
 * package of HdrHistogram for C.
 */
#ifndef MEMGROUP_HISTOGRAM_H
#define MEMGROUP_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_BITS		7
#define HISTOGRAM_BUCKETS	((65 - HISTOGRAM_BITS) << HISTOGRAM_BITS)

/* All zero is an empty one. */
struct histogram {
	uint64_t total;		/* of counts */
	uint64_t max;		/* the largest value, exactly; 0 if there is none */
	uint64_t count[HISTOGRAM_BUCKETS];
};

/* The smallest and the largest value that bucket number @bucket counts. */
uint64_t histogram_lowest(size_t bucket);
uint64_t histogram_highest(size_t bucket);
/* The number of the bucket that counts @value. */
size_t histogram_bucket(uint64_t value);

/*
 * Counts @value @times more. False, and nothing is changed, if the total would be
 * beyond 64 bits.
 */
bool histogram_add(struct histogram *histogram, uint64_t value, uint64_t times);

/* Adds all of @more to @histogram; false as above. */
bool histogram_merge(struct histogram *histogram, const struct histogram *more);

/*
 * The value that so many thousandths (1 to 1000) of all values do not exceed: the true
 * one of that rank, or at most 1/128 above it; for 1000 the maximum, exactly. 0 if
 * there is none.
 */
uint64_t histogram_quantile(const struct histogram *histogram,
			    unsigned int thousandths);

#endif /* MEMGROUP_HISTOGRAM_H */
