// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "memmap.h"
#include "system.h"
#include "zoneinfo.h"

#define PAGE_BYTES	4096
#define PAGE_STRUCT_BYTES	64	/* what the map has of a page, on 64 bits */

int memmap_check(const struct blocks *blocks, bool on_memory,
		 struct fault *fault)
{
	const uint64_t map = blocks->block_bytes / PAGE_BYTES *
			     PAGE_STRUCT_BYTES / PAGE_BYTES;
	uint64_t present = 0, managed = 0, expected = 0;
	struct zoneinfo zones;
	size_t i;
	int ret;

	for (i = 0; i < blocks->count && on_memory; i++)
		if (!strcmp(blocks->list[i].zone, "Movable"))
			expected += map;
	ret = zoneinfo_read(system_root(), &zones, fault);
	for (i = 0; i < zones.count; i++) {
		if (strcmp(zones.list[i].name, "Movable"))
			continue;
		present += zones.list[i].present;
		managed += zones.list[i].managed;
	}
	if (!ret && present - managed != expected)
		ret = fault_set(fault, EINVAL,
				"/proc/zoneinfo: of %" PRIu64 " pages in ZONE_MOVABLE, %"
				PRIu64 " are managed: %" PRIu64 " should hold memory maps",
				present, managed, expected);
	return ret;
}
