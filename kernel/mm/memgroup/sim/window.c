// SPDX-License-Identifier: GPL-2.0
/*
 * Ranges of physical addresses, and where in them a device finds room.
 */

#include <linux/align.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>

#include "model.h"
#include "window.h"

/* One window, and where it ends in @text. */
static int parse_window(const char **text, struct memgroup_sim_range *window)
{
	u64 size, start;
	int ret;

	ret = memgroup_sim_parse_size(*text, text, &size);
	if (ret)
		return ret;
	if (!size || *(*text)++ != '@')
		return -EINVAL;
	ret = memgroup_sim_parse_size(*text, text, &start);
	if (ret)
		return ret;
	if (size > U64_MAX - start)
		return -ERANGE;
	window->start = start;
	window->end = start + size;
	return 0;
}

/**
 * memgroup_sim_parse_windows() - windows as size@start, with commas between
 * @text: such as "4G@6G,1G@0x400000000"
 * @windows: filled in
 * @room: for how many
 *
 * Return: how many there are; -EINVAL if @text is nothing like that, -ERANGE for an
 * address that is too large, -E2BIG for too many.
 */
int memgroup_sim_parse_windows(const char *text,
			       struct memgroup_sim_range *windows,
			       unsigned int room)
{
	unsigned int nr = 0;
	int ret;

	do {
		if (nr == room)
			return -E2BIG;
		ret = parse_window(&text, &windows[nr++]);
		if (ret)
			return ret;
	} while (*text++ == ',');
	return text[-1] ? -EINVAL : nr;
}

/**
 * memgroup_sim_within() - does a range lie in another one?
 * @range: the range
 * @ranges: the others
 * @nr_ranges: how many
 *
 * Return: whether all of @range lies in a single one of @ranges.
 */
bool memgroup_sim_within(const struct memgroup_sim_range *range,
			 const struct memgroup_sim_range *ranges,
			 unsigned int nr_ranges)
{
	unsigned int i;

	for (i = 0; i < nr_ranges; i++)
		if (ranges[i].start <= range->start &&
		    range->end <= ranges[i].end)
			return true;
	return false;
}

static const struct memgroup_sim_range *
find_overlap(const struct memgroup_sim_range *ranges, unsigned int nr_ranges,
	     u64 start, u64 end)
{
	unsigned int i;

	for (i = 0; i < nr_ranges; i++)
		if (max(ranges[i].start, start) < min(ranges[i].end, end))
			return &ranges[i];
	return NULL;
}

/* The lowest place in one range; U64_MAX if there is none. */
static u64 place_in(const struct memgroup_sim_range *range,
		    const struct memgroup_sim_range *taken,
		    unsigned int nr_taken, u64 size, u64 align)
{
	const struct memgroup_sim_range *overlap;
	u64 from = range->start, place;

	for (;;) {
		if (from > U64_MAX - (align - 1))
			return U64_MAX;
		place = ALIGN(from, align);
		if (place >= range->end || size > range->end - place)
			return U64_MAX;
		overlap = find_overlap(taken, nr_taken, place, place + size);
		if (!overlap)
			return place;
		from = overlap->end;
	}
}

/**
 * memgroup_sim_find_room() - the lowest free place for a device
 * @ranges: where it may be, in any order; a device does not go across two
 * @nr_ranges: how many
 * @taken: what it must not overlap, in any order
 * @nr_taken: how many
 * @size: how long it is, more than 0
 * @align: a power of two that it begins at a multiple of
 * @start: where it begins; not touched if there is no such place
 *
 * Return: whether there is one.
 */
bool memgroup_sim_find_room(const struct memgroup_sim_range *ranges,
			    unsigned int nr_ranges,
			    const struct memgroup_sim_range *taken,
			    unsigned int nr_taken, u64 size, u64 align,
			    u64 *start)
{
	u64 lowest = U64_MAX;
	unsigned int i;

	for (i = 0; i < nr_ranges; i++)
		lowest = min(lowest, place_in(&ranges[i], taken, nr_taken,
					      size, align));
	if (lowest == U64_MAX)
		return false;
	*start = lowest;
	return true;
}
