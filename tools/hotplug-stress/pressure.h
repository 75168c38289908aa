/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Load on memory while it moves: children of this program, each of one kind.
 */
#ifndef HOTPLUG_STRESS_PRESSURE_H
#define HOTPLUG_STRESS_PRESSURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"

/*
 * Memory of the kinds marked (M) is taken from ZONE_MOVABLE while there is some, the
 * others' from kernel zones only. Of all of them, only splice keeps a block of
 * ZONE_MOVABLE from going offline.
 */
enum pressure_kind {
	PRESSURE_ANON,		/* "anon": anonymous memory (M) */
	PRESSURE_CACHE,		/* "cache": page cache of a file, or its pages in tmpfs (M) */
	PRESSURE_MLOCK,		/* "mlock": anonymous memory that is locked (M) */
	PRESSURE_PIN,		/* "pin": pages pinned for long, as for DMA */
	PRESSURE_SPLICE,	/* "splice": pages on their way through pipes (M) */
	PRESSURE_FORK,		/* "fork": processes with many page tables */
	PRESSURE_SLAB,		/* "slab": kernel objects that cannot be reclaimed */
	PRESSURE_HUGE,		/* "huge": huge pages of hugetlb (M) */
	PRESSURE_KINDS
};

#define PRESSURE_RATE_DEFAULT	10
#define PRESSURE_RATE_MAX	1000
#define PRESSURE_DOSE_MAX	(UINT64_C(1) << 46)
#define PRESSURE_FOLDER_MAX	256

/*
 * --pressure KIND=DOSE[,rate=PERCENT][,dir=FOLDER]: @bytes is what it holds; for fork,
 * what its page tables come to. @rate is how much of that it renews each second, in
 * percent: written again, or given back and taken anew, in turns. @folder is where the
 * file of cache lies; "" for $TMPDIR, or /tmp.
 */
struct pressure_spec {
	enum pressure_kind kind;
	uint64_t bytes;
	unsigned int rate;
	char folder[PRESSURE_FOLDER_MAX];
};

/* Trouble that the system had, from /proc/vmstat and the children, since the start. */
struct pressure_trouble {
	uint64_t oom_kills;
	uint64_t load_kills;		/* children that were killed, and started anew */
	uint64_t failed_allocations;	/* of the load: what it could not get, times */
	uint64_t alloc_stalls;		/* the kernel's direct reclaim */
	uint64_t compact_stalls;	/* the kernel's direct compaction */
	uint64_t migrate_fails;		/* pages that could not be moved, times */
	uint64_t asked_bytes;		/* what the load shall hold, all kinds */
	uint64_t held_bytes;		/* what the load holds now, all kinds */
	uint64_t renewed_bytes;		/* what it has renewed */
};

struct pressure;

const char *pressure_kind_name(enum pressure_kind kind);

/*
 * Parses "KIND=DOSE[,rate=PERCENT][,dir=FOLDER]". Returns 0, or -EINVAL with @fault
 * set; only 0 changes @spec.
 */
int pressure_parse(const char *text, struct pressure_spec *spec,
		   struct fault *fault);

/*
 * Starts the children and returns when each holds its dose, or cannot get more of it,
 * which is no error; with none (@nr is 0), only the system is watched. @specs need not
 * outlive the call. @floor_bytes of memory in kernel zones (headroom.h) are left alone:
 * below that, children stop growing and give back, those of movable memory only once
 * ZONE_MOVABLE is full, too. Without a floor, the OOM killer comes; it may then take
 * others as well, as kernel memory of a killed process is not free at once.
 *
 * The children are in the process group of the caller, die with the thread that called
 * this, and are the first that the OOM killer takes. For huge, nr_overcommit_hugepages
 * is raised; a process in a session of its own takes that back when the caller ends,
 * however it does.
 *
 * Returns 0 or a negative errno value with @fault set: a kind that this kernel does not
 * have, a folder that is too small, -EINTR when a signal came.
 */
int pressure_start(struct pressure **pressure, const struct pressure_spec *specs,
		   size_t nr, uint64_t floor_bytes, struct fault *fault);

/*
 * What has happened since the start. Children that were killed are started anew, and
 * hold a little less for a while. Returns 0 or a negative errno value with @fault set:
 * a child that ended otherwise, as by SIGBUS.
 */
int pressure_look(struct pressure *pressure, struct pressure_trouble *trouble,
		  struct fault *fault);

/*
 * Ends all children, and returns when their memory is free; that of pin is within a
 * second, as the kernel leaves it to a work item. NULL is allowed.
 */
void pressure_stop(struct pressure *pressure);

#endif /* HOTPLUG_STRESS_PRESSURE_H */
