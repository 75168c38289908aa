// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "debugfs.h"
#include "memmap.h"

#define PAGE_BYTES	4096
#define PAGE_STRUCT_BYTES	64	/* what the map has of a page, on 64 bits */

/* Pages of ZONE_MOVABLE that are there, and those among them that can be used. */
static int read_movable(uint64_t *present, uint64_t *managed,
			struct fault *fault)
{
	char *line, *save = NULL;
	char zone[16] = "";
	uint64_t node, pages;
	struct text text;
	int ret;

	*present = 0;
	*managed = 0;
	ret = system_read("proc/zoneinfo", &text, fault);
	if (ret)
		return ret;
	for (line = strtok_r(text.data, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "Node %" SCNu64 ", zone %15s", &node, zone) == 2 ||
		    strcmp(zone, "Movable"))
			continue;
		if (sscanf(line, " present %" SCNu64, &pages) == 1)
			*present += pages;
		else if (sscanf(line, " managed %" SCNu64, &pages) == 1)
			*managed += pages;
	}
	text_free(&text);
	return 0;
}

int memmap_check(const struct blocks *blocks, bool on_memory,
		 struct fault *fault)
{
	const uint64_t map = blocks->block_bytes / PAGE_BYTES *
			     PAGE_STRUCT_BYTES / PAGE_BYTES;
	uint64_t present, managed, expected = 0;
	size_t i;
	int ret;

	for (i = 0; i < blocks->count && on_memory; i++)
		if (!strcmp(blocks->list[i].zone, "Movable"))
			expected += map;
	ret = read_movable(&present, &managed, fault);
	if (!ret && present - managed != expected)
		ret = fault_set(fault, EINVAL,
				"/proc/zoneinfo: of %" PRIu64 " pages in ZONE_MOVABLE, %"
				PRIu64 " are managed: %" PRIu64 " should hold memory maps",
				present, managed, expected);
	return ret;
}
