// SPDX-License-Identifier: GPL-2.0
#include "definitions.h"

/* The block: what it is, and the zone that it goes to or comes from. */
static void make_block(struct definition *definition, const struct call *call,
		       const struct layout *layout)
{
	char zone[128] = "";

	if (call->zone)
		snprintf(zone, sizeof(zone),
			 "nid=+%u(+%u($arg%u)):s32 zone=+0(+%u($arg%u)):string ",
			 layout->pgdat_node_id, layout->zone_pgdat, call->zone,
			 layout->zone_name, call->zone);
	snprintf(definition->args, sizeof(definition->args),
		 "start_pfn=$arg%u:u64 nr_pages=$arg%u:u64 %sgroup=$arg%u:x64", call->start_pfn,
		 call->nr_pages, zone, call->group);
}

/* An event of its own: a pointer to nothing would leave the fields as they were before. */
static void make_group(struct definition *definition, const struct call *call,
		       const struct layout *layout)
{
	snprintf(definition->args, sizeof(definition->args),
		 "group=$arg%u:x64 nid=+%u($arg%u):s32 dynamic=+%u($arg%u):u8 pages=+%u($arg%u):u64",
		 call->group, layout->group_nid, call->group, layout->group_is_dynamic,
		 call->group, layout->group_pages, call->group);
}

void definitions_make(struct definitions *definitions, const struct layout *layout)
{
	*definitions = (struct definitions){ .list = {
		{ false, "online", "online_pages", "" },
		{ false, "offline", "offline_pages", "" },
		{ false, "group", "online_pages", "" },
		{ false, "group", "offline_pages", "" },
		{ true, "online_done", "online_pages", "result=$retval:s32" },
		{ true, "offline_done", "offline_pages", "result=$retval:s32" },
	} };

	make_block(&definitions->list[0], &layout->online, layout);
	make_block(&definitions->list[1], &layout->offline, layout);
	make_group(&definitions->list[2], &layout->online, layout);
	make_group(&definitions->list[3], &layout->offline, layout);
}

void definitions_print(FILE *out, const struct definitions *definitions)
{
	size_t i;

	for (i = 0; i < NR_DEFINITIONS; i++) {
		const struct definition *d = &definitions->list[i];

		fprintf(out, "%c:" KPROBE_SYSTEM "/%s %s %s\n", d->is_return ? 'r' : 'p',
			d->event, d->function, d->args);
	}
}
