/* SPDX-License-Identifier: GPL-2.0 */
/*
 * If this memory were unplugged now, what would come back? Numbers in, a forecast out:
 * nothing is read here.
 *
 * A block goes offline if all its pages are free, or can be moved to some other place.
 * Page flags tell most of that. They do not tell who else has a reference to a page that
 * looks movable (a driver that pinned it, a pipe, direct I/O), whether the free pages that
 * CPUs keep in reserve are free, nor what happens a moment later. So each forecast says
 * how sure it is:
 *
 * sure:	nothing seen speaks against it, and little can be hidden.
 * likely:	it takes something that page flags do not show to make it wrong.
 * unsure:	something was seen whose outcome page flags do not tell.
 */
#ifndef MEMGROUP_STAT_UNPLUG_H
#define MEMGROUP_STAT_UNPLUG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "blockers.h"

enum unplug_verdict {
	UNPLUG_BACK,		/* all of it comes back */
	UNPLUG_PART,		/* of a dynamic device: parts of it do */
	UNPLUG_HELD,		/* nothing does */
	UNPLUG_VERDICTS
};

enum unplug_sureness { UNPLUG_UNSURE, UNPLUG_LIKELY, UNPLUG_SURE, UNPLUG_SURENESSES };

/* What decided. */
enum unplug_reason {
	UNPLUG_OFFLINE,		/* it is offline */
	UNPLUG_FREE,		/* all of it is free, in ZONE_MOVABLE */
	UNPLUG_MOVABLE,		/* all of it is free or movable, in ZONE_MOVABLE */
	UNPLUG_KERNEL_ZONE,	/* the same in a kernel zone, as it happens to be */
	UNPLUG_PINS,		/* and processes have pinned pages, perhaps these */
	UNPLUG_RESERVES,	/* pages that are the kernel's, or free in a CPU's reserve */
	UNPLUG_TRANSIT,		/* in ZONE_MOVABLE, pages that nothing tells about */
	UNPLUG_HUGE_PAGES,	/* huge pages that must find another place */
	UNPLUG_POISON,		/* broken pages, which are left where they are */
	UNPLUG_CHANGING,	/* it is going offline, or was while it was read */
	UNPLUG_REFERENCES,	/* somebody holds on to pages of processes */
	UNPLUG_DRIVER,		/* a driver keeps pages from being used */
	UNPLUG_KERNEL_PAGES,	/* the kernel's own pages */
	UNPLUG_RESERVED_PAGES,	/* pages that are reserved for good */
	UNPLUG_ZONES,		/* it lies in several zones, or has holes */
	UNPLUG_ROOM,		/* no room elsewhere for its movable pages */
	UNPLUG_UNKNOWN,		/* its pages could not be read */
	UNPLUG_REASONS
};

enum unplug_state { UNPLUG_IS_ONLINE, UNPLUG_IS_OFFLINE, UNPLUG_IS_CHANGING };
enum unplug_zone { UNPLUG_IN_SEVERAL, UNPLUG_IN_KERNEL, UNPLUG_IN_MOVABLE };

/* What is known of the system as a whole. */
struct unplug_system {
	uint64_t page_bytes;
	uint64_t free_bytes;	/* in all zones */
	uint64_t cache_bytes;	/* clean page cache, which can make room */
	uint64_t pinned_bytes;	/* what processes say they had pinned for long */
};

/* A memory block. */
struct unplug_block {
	uint64_t bytes;
	enum unplug_state state;
	enum unplug_zone zone;
	/*
	 * Of one size, ascending; none: it could not be read. One part will do for a
	 * static device; a dynamic one gives back each part by itself.
	 */
	const struct blockers *parts;
	size_t nr_parts;
	uint64_t cpu_pages;	/* free pages in the CPUs' reserves for its zone */
	bool dynamic;		/* of a dynamic device */
};

struct unplug_forecast {
	enum unplug_verdict verdict;
	enum unplug_sureness sureness;
	enum unplug_reason reason;
	struct blockers pages;		/* all of them */
	uint64_t bytes;			/* that are plugged, and could come back */
	uint64_t back_bytes;		/* that do */
	uint64_t least_bytes;		/* of these, those that are at least likely */
	uint64_t most_bytes;		/* that might, if all that is not sure goes well */
	uint64_t moving_bytes;		/* of the bytes that come back, to be moved */
};

/* A device: start with {} and its kind, add its blocks, finish. */
struct unplug_device {
	bool dynamic;
	uint64_t blocks, held_blocks;	/* held_blocks: those with bytes that do not come */
	uint64_t free_bytes;		/* free pages in it, no room for others */
	enum unplug_sureness least_back;	/* the least sure block that comes back */
	enum unplug_sureness most_held, least_held;	/* of those that do not */
	enum unplug_reason back_reason, held_reason;	/* theirs */
	bool has_back, has_held;
	struct unplug_forecast sum;	/* of the blocks; once finished, the device's */
};

/* Never fails: without pages it is unsure. */
void unplug_block_forecast(const struct unplug_system *system,
			   const struct unplug_block *block,
			   struct unplug_forecast *forecast);

/* Returns 0, or -EOVERFLOW if the device has more bytes than a number can say. */
int unplug_device_add(struct unplug_device *device,
		      const struct unplug_system *system,
		      const struct unplug_forecast *forecast);

/* The forecast for all its blocks together is in @device->sum. */
void unplug_device_finish(struct unplug_device *device,
			  const struct unplug_system *system);

/* A word for scripts. */
const char *unplug_verdict_word(enum unplug_verdict verdict);
const char *unplug_sureness_word(enum unplug_sureness sureness);
const char *unplug_reason_word(enum unplug_reason reason);

/* A few words for people. */
const char *unplug_reason_text(enum unplug_reason reason);

#endif /* MEMGROUP_STAT_UNPLUG_H */
