// SPDX-License-Identifier: GPL-2.0
#include "timeline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void timeline_free(struct timeline *timeline)
{
	size_t i;

	for (i = 0; i < TIMELINE_TRACKS; i++)
		free(timeline->track[i]);
}

/* @to happened right before @from, and gets both. */
static void merge(struct timeline_bin *to, const struct timeline_bin *from)
{
	size_t i;

	if (!from->count)
		return;
	if (!to->count) {
		*to = *from;
		return;
	}
	to->count += from->count;
	for (i = 0; i < NR_TIMELINE; i++) {
		if (from->number[i].least < to->number[i].least)
			to->number[i].least = from->number[i].least;
		if (from->number[i].most > to->number[i].most)
			to->number[i].most = from->number[i].most;
		to->number[i].last = from->number[i].last;
	}
}

/* Two and two bins become one. */
static void fold(struct timeline *timeline)
{
	size_t track, mark, i;

	for (track = 0; track < TIMELINE_TRACKS; track++) {
		struct timeline_bin *bins = timeline->track[track];

		for (i = 0; bins && i < TIMELINE_BINS / 2; i++) {
			struct timeline_bin both = bins[2 * i];

			merge(&both, &bins[2 * i + 1]);
			bins[i] = both;
		}
		if (bins)
			memset(bins + i, 0, (TIMELINE_BINS - i) * sizeof(*bins));
	}
	for (mark = 0; mark < NR_TIMELINE_MARKS; mark++) {
		uint64_t *marks = timeline->marks[mark];

		for (i = 0; i < TIMELINE_BINS / 2; i++)
			marks[i] = marks[2 * i] + marks[2 * i + 1];
		memset(marks + i, 0, (TIMELINE_BINS - i) * sizeof(*marks));
	}
	timeline->shift++;
	timeline->nr_bins = (timeline->nr_bins + 1) / 2;
}

void timeline_reach(struct timeline *timeline, uint64_t time_ns)
{
	uint64_t since;

	if (!timeline->begun) {
		timeline->begun = true;
		timeline->origin = time_ns;
	}
	since = time_ns > timeline->origin ? time_ns - timeline->origin : 0;
	while (since >> timeline->shift >= TIMELINE_BINS)
		fold(timeline);
	timeline->now = (size_t)(since >> timeline->shift);
	if (timeline->now >= timeline->nr_bins)
		timeline->nr_bins = timeline->now + 1;
}

int timeline_add(struct timeline *timeline, size_t track,
		 const uint64_t numbers[static NR_TIMELINE])
{
	struct timeline_bin *bins = timeline->track[track], one = { .count = 1 };
	size_t i;

	if (!bins) {
		bins = calloc(TIMELINE_BINS, sizeof(*bins));
		if (!bins)
			return -ENOMEM;
		timeline->track[track] = bins;
	}
	for (i = 0; i < NR_TIMELINE; i++)
		one.number[i] = (struct timeline_range){ numbers[i], numbers[i], numbers[i] };
	merge(&bins[timeline->now], &one);
	return 0;
}

void timeline_mark(struct timeline *timeline, enum timeline_mark mark)
{
	timeline->marks[mark][timeline->now]++;
}
