// SPDX-License-Identifier: GPL-2.0
#include "histogram.h"

#define WIDTH ((size_t)1 << HISTOGRAM_BITS)	/* buckets of a power of two */

/* By how many bits the values of a bucket are cut off. */
static unsigned int shift_of(size_t bucket)
{
	size_t power = bucket >> HISTOGRAM_BITS;

	return power ? (unsigned int)power - 1 : 0;
}

size_t histogram_bucket(uint64_t value)
{
	unsigned int shift;

	if (value < 2 * WIDTH)
		return (size_t)value;
	shift = 63 - HISTOGRAM_BITS - (unsigned int)__builtin_clzll(value);
	return (shift * WIDTH) + (size_t)(value >> shift);
}

uint64_t histogram_lowest(size_t bucket)
{
	unsigned int shift = shift_of(bucket);

	return (uint64_t)(bucket - shift * WIDTH) << shift;
}

uint64_t histogram_highest(size_t bucket)
{
	return histogram_lowest(bucket) + (((uint64_t)1 << shift_of(bucket)) - 1);
}

bool histogram_add(struct histogram *histogram, uint64_t value, uint64_t times)
{
	if (times > UINT64_MAX - histogram->total)
		return false;
	if (!times)
		return true;
	histogram->total += times;
	histogram->count[histogram_bucket(value)] += times;
	if (value > histogram->max)
		histogram->max = value;
	return true;
}

bool histogram_merge(struct histogram *histogram, const struct histogram *more)
{
	size_t i;

	if (more->total > UINT64_MAX - histogram->total)
		return false;
	histogram->total += more->total;
	if (more->max > histogram->max)
		histogram->max = more->max;
	for (i = 0; i < HISTOGRAM_BUCKETS; i++)
		histogram->count[i] += more->count[i];
	return true;
}

/* The rank, from 1 on, of the value asked for: rounded up, and without overflow. */
static uint64_t rank(uint64_t total, unsigned int thousandths)
{
	return total / 1000 * thousandths +
	       (total % 1000 * thousandths + 999) / 1000;
}

uint64_t histogram_quantile(const struct histogram *histogram,
			    unsigned int thousandths)
{
	uint64_t wanted = rank(histogram->total, thousandths), seen = 0;
	size_t i;

	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		uint64_t highest = histogram_highest(i);

		seen += histogram->count[i];
		if (seen >= wanted && seen)
			return highest < histogram->max ? highest : histogram->max;
	}
	return 0;
}
