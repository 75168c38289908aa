/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers over time in bounded memory, for a picture. Time is cut into bins; each keeps
 * the least, the most and the last of its numbers, so that no extreme is lost. When time
 * goes beyond the last bin, two and two become one.
 */
#ifndef MEMGROUP_STAT_TIMELINE_H
#define MEMGROUP_STAT_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* After the first doubling at least half of them are in use. */
#define TIMELINE_BINS	512
/* More curves than a picture has room for. */
#define TIMELINE_TRACKS	8

enum timeline_number { TIMELINE_MOVABLE, TIMELINE_LIMIT, TIMELINE_HEADROOM, NR_TIMELINE };

struct timeline_range {
	uint64_t least, most, last;
};

struct timeline_bin {
	uint64_t count;		/* 0: the numbers are undefined */
	struct timeline_range number[NR_TIMELINE];
};

/* Things that happen, rather than numbers. */
enum timeline_mark { TIMELINE_KERNEL, TIMELINE_FAILURE, TIMELINE_GAP, NR_TIMELINE_MARKS };

struct timeline {
	bool begun;
	uint64_t origin;	/* ns, of the first event */
	unsigned int shift;	/* a bin is 1 << shift ns */
	size_t nr_bins;		/* that have been reached */
	size_t now;		/* the one that was reached last */
	struct timeline_bin *track[TIMELINE_TRACKS];	/* NULL: without a number */
	uint64_t marks[NR_TIMELINE_MARKS][TIMELINE_BINS];
};

/* All zero is an empty timeline. */
void timeline_free(struct timeline *timeline);

/* Time has come to @time_ns; what is before the first one counts as the first. */
void timeline_reach(struct timeline *timeline, uint64_t time_ns);

/* At the time that was reached last. Returns 0 or -ENOMEM. */
int timeline_add(struct timeline *timeline, size_t track,
		 const uint64_t numbers[static NR_TIMELINE]);
void timeline_mark(struct timeline *timeline, enum timeline_mark mark);

#endif /* MEMGROUP_STAT_TIMELINE_H */
