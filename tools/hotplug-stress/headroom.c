// SPDX-License-Identifier: GPL-2.0
#include "headroom.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "zoneinfo.h"

static void add_zone(const struct zone_pages *zone, struct headroom *pages)
{
	const uint64_t file = zone->inactive_file + zone->active_file;
	uint64_t cma;

	if (!strcmp(zone->name, "Movable")) {
		pages->movable += zone->free;
		return;
	}
	/* The counters lag behind, each a little differently: no difference below 0. */
	cma = zone->free_cma < zone->free ? zone->free_cma : zone->free;
	pages->movable += cma;
	pages->kernel += zone->free - cma;
	if (file > zone->write_pending)
		pages->kernel += file - zone->write_pending;
}

int headroom_read(struct sysroot *root, struct headroom *headroom,
		  struct fault *fault)
{
	const uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	struct headroom pages = {};
	struct zoneinfo zones;
	uint64_t present = 0;
	size_t i;
	int ret;

	ret = zoneinfo_read(root, &zones, fault);
	if (ret)
		return ret;
	for (i = 0; i < zones.count; i++) {
		present += zones.list[i].present;
		add_zone(&zones.list[i], &pages);
	}
	if (!present)
		return fault_set(fault, EINVAL, "%s/proc/zoneinfo: no zone has pages",
				 root->name);
	*headroom = (struct headroom){
		.kernel = pages.kernel * page_bytes,
		.movable = pages.movable * page_bytes,
	};
	return 0;
}
