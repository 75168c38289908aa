// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <string.h>

#include "debugfs.h"
#include "view.h"

static int on_zone(struct records *r, void *context)
{
	struct view *view = context;
	struct zone_record *zone = &view->zones[view->nr_zones];

	if (view->nr_zones++ == VIEW_ZONES_MAX)
		return records_fault(r, E2BIG, "too many zones");
	if (u64_of(r, "node", &zone->node) ||
	    string_of(r, "zone", zone->name, sizeof(zone->name)) ||
	    u64_of(r, "present_bytes", &zone->present) ||
	    u64_of(r, "early_bytes", &zone->early) ||
	    u64_of(r, "cma_bytes", &zone->cma))
		return -EINVAL;
	return 0;
}

static int on_group(struct records *r, void *context)
{
	struct view *view = context;
	struct group_record *group = &view->groups[view->nr_groups];
	struct opt_u64 max, unit;
	char type[16];

	if (view->nr_groups++ == VIEW_GROUPS_MAX)
		return records_fault(r, E2BIG, "too many groups");
	if (u64_of(r, "id", &group->id) || u64_of(r, "node", &group->node) ||
	    string_of(r, "type", type, sizeof(type)) ||
	    string_of(r, "device", group->device, sizeof(group->device)) ||
	    u64_of(r, "blocks", &group->blocks) ||
	    u64_of(r, "online_blocks", &group->online_blocks) ||
	    u64_of(r, "kernel_bytes", &group->kernel) ||
	    u64_of(r, "movable_bytes", &group->movable) ||
	    u64_of(r, "offline_bytes", &group->offline) ||
	    records_opt_u64(r, records_column(r, "max_bytes"), &max) ||
	    records_opt_u64(r, records_column(r, "unit_bytes"), &unit))
		return -EINVAL;
	group->max = max.value;
	group->unit = unit.value;
	group->dynamic = !strcmp(type, "dynamic");
	return 0;
}

int view_read(struct view *view, struct fault *fault)
{
	int ret;

	memset(view, 0, sizeof(*view));
	ret = debugfs_for_each("zones", on_zone, view, fault);
	if (!ret)
		ret = debugfs_for_each("groups", on_group, view, fault);
	return ret;
}

const struct group_record *view_group(const struct view *view, uint64_t id)
{
	size_t i;

	for (i = 0; i < view->nr_groups; i++)
		if (view->groups[i].id == id)
			return &view->groups[i];
	return NULL;
}
