/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Kprobe events of memory that goes online and offline, for any kernel that fits:
 *
 *   online, offline            start_pfn, nr_pages, nid, zone (nid and zone only where the
 *                              function is told the zone), group (a pointer, or 0)
 *   group                      along with each of them: group, nid, dynamic (0 or 1),
 *                              pages (unit_pages of a dynamic group, max_pages of a static
 *                              one); where group is 0 the rest means nothing
 *   online_done, offline_done  result: 0, or a negative errno value; of the task's online
 *                              or offline before it
 */
#ifndef MEMGROUP_DEFINITIONS_H
#define MEMGROUP_DEFINITIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "btf-layout.h"

#define KPROBE_SYSTEM	"memgroup_stock"

#define NR_DEFINITIONS	6

struct definition {
	bool is_return;
	const char *event;
	const char *function;
	char args[256];
};

struct definitions {
	struct definition list[NR_DEFINITIONS];
};

void definitions_make(struct definitions *definitions, const struct layout *layout);

/* Prints them as kprobe_events of tracefs takes them. */
void definitions_print(FILE *out, const struct definitions *definitions);

#endif /* MEMGROUP_DEFINITIONS_H */
