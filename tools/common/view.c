// SPDX-License-Identifier: GPL-2.0
#include "view.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "debugfs.h"

/* All but numa_aware, which is not there without NUMA. */
#define POLICY_RECORDS	5

struct policy_reading {
	struct policy_record *policy;
	unsigned int count;
};

static int on_policy(struct records *r, void *context)
{
	struct policy_reading *reading = context;
	struct policy_record *policy = reading->policy;
	char name[32], value[32];

	if (string_of(r, "name", name, sizeof(name)))
		return -EINVAL;
	reading->count++;
	if (!strcmp(name, "auto_movable_ratio"))
		return u64_of(r, "value", &policy->ratio);
	if (!strcmp(name, "decisions"))
		return u64_of(r, "value", &policy->decisions);
	if (!strcmp(name, "previews"))
		return u64_of(r, "value", &policy->previews);
	if (!strcmp(name, "clamped"))
		return u64_of(r, "value", &policy->clamped);

	if (string_of(r, "value", value, sizeof(value)))
		return -EINVAL;
	if (!strcmp(name, "online_policy")) {
		policy->auto_movable = !strcmp(value, "auto-movable");
		return 0;
	}
	reading->count--;
	if (!strcmp(name, "auto_movable_numa_aware"))
		policy->numa_aware = !strcmp(value, "Y");
	return 0;
}

static int read_policy(struct sysroot *root, struct policy_record *policy,
		       struct fault *fault)
{
	struct policy_reading reading = { .policy = policy };
	int ret = debugfs_for_each(root, "policy", on_policy, &reading, fault);

	if (!ret && reading.count != POLICY_RECORDS)
		ret = fault_set(fault, EINVAL,
				DEBUGFS "policy: lacks a record, or has one twice");
	return ret;
}

static int on_zone(struct records *r, void *context)
{
	struct view *view = context;
	struct zone_record *zone = &view->zones[view->nr_zones];

	if (view->nr_zones == VIEW_ZONES_MAX)
		return records_fault(r, E2BIG, "too many zones");
	if (u64_of(r, "node", &zone->node) ||
	    string_of(r, "zone", zone->name, sizeof(zone->name)) ||
	    u64_of(r, "present_bytes", &zone->present) ||
	    u64_of(r, "early_bytes", &zone->early) ||
	    u64_of(r, "cma_bytes", &zone->cma))
		return -EINVAL;
	view->nr_zones++;
	return 0;
}

static int on_group(struct records *r, void *context)
{
	struct view *view = context;
	struct group_record *group = &view->groups[view->nr_groups];
	struct opt_u64 max, unit;
	char type[16];

	if (view->nr_groups == VIEW_GROUPS_MAX)
		return records_fault(r, E2BIG, "too many groups");
	if (u64_of(r, "id", &group->id) || u64_of(r, "node", &group->node) ||
	    string_of(r, "type", type, sizeof(type)) ||
	    string_of(r, "device", group->device, sizeof(group->device)) ||
	    u64_of(r, "blocks", &group->blocks) ||
	    u64_of(r, "online_blocks", &group->online_blocks) ||
	    u64_of(r, "kernel_bytes", &group->kernel) ||
	    u64_of(r, "movable_bytes", &group->movable) ||
	    u64_of(r, "offline_bytes", &group->offline) ||
	    opt_u64_of(r, "max_bytes", &max) ||
	    opt_u64_of(r, "unit_bytes", &unit) ||
	    u64_of(r, "decided_movable", &group->decided_movable) ||
	    u64_of(r, "decided_kernel", &group->decided_kernel) ||
	    string_of(r, "last_reason", group->last_reason,
		      sizeof(group->last_reason)))
		return -EINVAL;
	if (view->nr_groups && group->id <= group[-1].id)
		return records_fault(r, EINVAL, "group %" PRIu64 " after %" PRIu64,
				     group->id, group[-1].id);
	group->max = max.value;
	group->unit = unit.value;
	group->dynamic = !strcmp(type, "dynamic");
	view->nr_groups++;
	return 0;
}

int view_read(struct sysroot *root, struct view *view, struct fault *fault)
{
	int ret;

	memset(view, 0, sizeof(*view));
	ret = read_policy(root, &view->policy, fault);
	if (!ret)
		ret = debugfs_for_each(root, "zones", on_zone, view, fault);
	if (!ret)
		ret = debugfs_for_each(root, "groups", on_group, view, fault);
	return ret;
}

static int by_id(const void *a, const void *b)
{
	const struct group_record *left = a, *right = b;

	return (left->id > right->id) - (left->id < right->id);
}

const struct group_record *view_group(const struct view *view, uint64_t id)
{
	const struct group_record key = { .id = id };

	return bsearch(&key, view->groups, view->nr_groups, sizeof(key), by_id);
}
