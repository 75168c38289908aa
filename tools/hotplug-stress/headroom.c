// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "headroom.h"

#define ZONEINFO "proc/zoneinfo"

/* In pages. */
struct zone {
	bool movable;
	bool counted;		/* its number of free pages was there */
	uint64_t free, free_cma;
	uint64_t file;		/* page cache */
	uint64_t pending;	/* of that, still to be written */
};

static void close_zone(const struct zone *zone, struct headroom *pages)
{
	uint64_t cma;

	if (zone->movable) {
		pages->movable += zone->free;
		return;
	}
	/* The counters lag behind, each a little differently: no difference below 0. */
	cma = zone->free_cma < zone->free ? zone->free_cma : zone->free;
	pages->movable += cma;
	pages->kernel += zone->free - cma;
	if (zone->file > zone->pending)
		pages->kernel += zone->file - zone->pending;
}

static void read_counter(const char *line, struct zone *zone)
{
	char name[32];
	uint64_t value;

	if (sscanf(line, " %31s %" SCNu64, name, &value) != 2)
		return;
	if (!strcmp(name, "nr_free_pages")) {
		zone->free = value;
		zone->counted = true;
	} else if (!strcmp(name, "nr_free_cma")) {
		zone->free_cma = value;
	} else if (!strcmp(name, "nr_zone_inactive_file") ||
		   !strcmp(name, "nr_zone_active_file")) {
		zone->file += value;
	} else if (!strcmp(name, "nr_zone_write_pending")) {
		zone->pending = value;
	}
}

int headroom_read(struct sysroot *root, struct headroom *headroom,
		  struct fault *fault)
{
	const uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	struct headroom pages = {};
	struct zone zone = {};
	bool counted = false;
	char *line, *save = NULL;
	struct text text;
	char name[16];
	int ret;

	ret = sysroot_read(root, ZONEINFO, &text, fault);
	if (ret)
		return ret;
	for (line = strtok_r(text.data, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "Node %*u, zone %15s", name) == 1) {
			close_zone(&zone, &pages);
			zone = (struct zone){
				.movable = !strcmp(name, "Movable"),
			};
		} else {
			read_counter(line, &zone);
			counted |= zone.counted;
		}
	}
	close_zone(&zone, &pages);
	text_free(&text);
	if (!counted)
		return fault_set(fault, EINVAL,
				 "%s/" ZONEINFO ": no zone has nr_free_pages",
				 root->name);
	*headroom = (struct headroom){
		.kernel = pages.kernel * page_bytes,
		.movable = pages.movable * page_bytes,
	};
	return 0;
}
