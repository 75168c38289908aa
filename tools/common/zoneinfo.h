/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /proc/zoneinfo, and what /proc/meminfo has of the same pages.
 */
#ifndef MEMGROUP_ZONEINFO_H
#define MEMGROUP_ZONEINFO_H

#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "sysroot.h"

#define ZONEINFO_MAX	160

/* All in pages; 0 where the kernel does not say. */
struct zone_pages {
	uint64_t node;
	char name[16];
	uint64_t free;
	uint64_t free_cma;	/* of these */
	uint64_t inactive_file;	/* page cache */
	uint64_t active_file;
	uint64_t write_pending;	/* of the page cache */
	uint64_t spanned;
	uint64_t present;
	uint64_t managed;
	uint64_t cma;
	uint64_t cpu_lists;	/* free, too, but kept in reserve by CPUs */
	uint64_t start;		/* number of its first page, if it spans any */
};

struct zoneinfo {
	struct zone_pages list[ZONEINFO_MAX];	/* also zones without pages */
	size_t count;
};

/* Return 0, or a negative errno value with @fault set. */
int zoneinfo_read(struct sysroot *root, struct zoneinfo *zones,
		  struct fault *fault);
/* MemTotal, in bytes. */
int meminfo_total(struct sysroot *root, uint64_t *bytes, struct fault *fault);

/* The zone, or NULL. */
const struct zone_pages *zoneinfo_find(const struct zoneinfo *zones,
				       uint64_t node, const char *name);

#endif /* MEMGROUP_ZONEINFO_H */
