// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agreement.h"
#include "debugfs.h"
#include "view.h"

#define PARAMETERS	"sys/module/memory_hotplug/parameters/"
#define PAGE_BYTES	4096ULL

/* The module parameter of the same name says the same. */
static int check_parameter(struct records *r, const char *name,
			   const char *value)
{
	char path[96];
	struct text text;
	int ret;

	snprintf(path, sizeof(path), PARAMETERS "%s", name);
	ret = system_read(path, &text, r->fault);
	if (ret)
		return ret;
	text.data[strcspn(text.data, "\n")] = '\0';
	if (strcmp(text.data, value))
		ret = records_fault(r, EINVAL, "%s is %s, not %s", path,
				    text.data, value);
	text_free(&text);
	return ret;
}

static int on_policy(struct records *r, void *context)
{
	struct view *view = context;
	char name[32], value[32];

	if (string_of(r, "name", name, sizeof(name)) ||
	    string_of(r, "value", value, sizeof(value)))
		return -EINVAL;
	if (!strcmp(name, "online_policy"))
		view->auto_movable = !strcmp(value, "auto-movable");
	else if (!strcmp(name, "auto_movable_ratio"))
		view->ratio = strtoull(value, NULL, 10);
	else if (!strcmp(name, "auto_movable_numa_aware"))
		view->numa_aware = !strcmp(value, "Y");
	else if (!strcmp(name, "clamped") && strcmp(value, "0"))
		return records_fault(r, EINVAL, "no device here exceeds its size");
	else
		return 0;

	return check_parameter(r, name, value);
}

/* blocks: the same ones as in sysfs, in the same order and state. */
struct block_check {
	const struct blocks *blocks;
	const struct view *view;
	size_t index;
	struct group_record recount[VIEW_GROUPS_MAX];
};

static int on_block(struct records *r, void *context)
{
	struct block_check *check = context;
	const struct block *block;
	uint64_t number, node, group;
	char group_name[24], state[16], zone[16];
	size_t i;

	if (u64_of(r, "block", &number) || u64_of(r, "node", &node) ||
	    string_of(r, "group", group_name, sizeof(group_name)) ||
	    string_of(r, "state", state, sizeof(state)) ||
	    string_of(r, "zone", zone, sizeof(zone)))
		return -EINVAL;
	if (check->index >= check->blocks->count)
		return records_fault(r, EINVAL, "sysfs has no block %" PRIu64,
				     number);
	block = &check->blocks->list[check->index++];
	if (block->number != number ||
	    (block->node >= 0 && block->node != (int)node) ||
	    strcmp(block->state, state) ||
	    strcmp(strcmp(block->zone, "none") ? block->zone : "-", zone))
		return records_fault(r, EINVAL,
				     "sysfs: block %lu, node %d, %s, %s",
				     block->number, block->node, block->state,
				     block->zone);
	if (!strcmp(group_name, "-"))
		return 0;

	group = strtoull(group_name, NULL, 10);
	for (i = 0; i < check->view->nr_groups; i++) {
		struct group_record *recount = &check->recount[i];

		if (check->view->groups[i].id != group)
			continue;
		recount->blocks++;
		if (strcmp(state, "online"))
			recount->offline += check->blocks->block_bytes;
		else if (!strcmp(zone, "Movable"))
			recount->movable += check->blocks->block_bytes;
		else
			recount->kernel += check->blocks->block_bytes;
		return 0;
	}
	return records_fault(r, EINVAL, "there is no group %" PRIu64, group);
}

static int check_blocks(const struct view *view, const struct blocks *blocks,
			struct fault *fault)
{
	struct block_check check = { .blocks = blocks, .view = view };
	size_t i;
	int ret;

	ret = debugfs_for_each("blocks", on_block, &check, fault);
	if (ret)
		return ret;
	if (check.index != blocks->count)
		return fault_set(fault, EINVAL,
				 DEBUGFS "blocks: %zu blocks, sysfs has %zu",
				 check.index, blocks->count);
	for (i = 0; i < view->nr_groups; i++) {
		const struct group_record *group = &view->groups[i];
		const struct group_record *recount = &check.recount[i];

		if (group->blocks != recount->blocks ||
		    group->kernel != recount->kernel ||
		    group->movable != recount->movable ||
		    group->offline != recount->offline ||
		    group->online_blocks * blocks->block_bytes !=
		    group->kernel + group->movable)
			return fault_set(fault, EINVAL,
					 DEBUGFS "groups: group %" PRIu64
					 " differs from the sum of its blocks",
					 group->id);
	}
	return 0;
}

/* zones: /proc/zoneinfo, where the pages of a zone follow its heading. */
static int check_zones(const struct view *view, struct fault *fault)
{
	uint64_t pages, node = 0;
	bool is_cma;
	char name[16] = "";
	char *line, *save = NULL;
	size_t i, seen = 0;
	struct text text;
	int ret;

	ret = system_read("proc/zoneinfo", &text, fault);
	if (ret)
		return ret;
	for (line = strtok_r(text.data, "\n", &save); line && !ret;
	     line = strtok_r(NULL, "\n", &save)) {
		const struct zone_record *zone = NULL;

		if (sscanf(line, "Node %" SCNu64 ", zone %15s", &node, name) == 2)
			continue;
		is_cma = sscanf(line, " cma %" SCNu64, &pages) == 1;
		if (!is_cma && sscanf(line, " present %" SCNu64, &pages) != 1)
			continue;
		for (i = 0; i < view->nr_zones; i++)
			if (view->zones[i].node == node &&
			    !strcmp(view->zones[i].name, name))
				zone = &view->zones[i];
		if (!zone) {
			if (pages)
				ret = fault_set(fault, EINVAL,
						DEBUGFS "zones: no zone %s of node %"
						PRIu64, name, node);
			continue;
		}
		if (!is_cma)
			seen++;
		if ((is_cma ? zone->cma : zone->present) != pages * PAGE_BYTES)
			ret = fault_set(fault, EINVAL,
					DEBUGFS "zones: zone %s of node %" PRIu64
					" differs from /proc/zoneinfo", name, node);
	}
	text_free(&text);
	if (!ret && seen != view->nr_zones)
		ret = fault_set(fault, EINVAL,
				DEBUGFS "zones: %zu zones, /proc/zoneinfo has %zu",
				view->nr_zones, seen);
	return ret;
}

/* nodes: everything worked out again from zones and groups, in pages. */
struct node_sums {
	int64_t early, kernel, movable, cma, needed, group_movable;
	int64_t limit, headroom;
};

static void work_out(const struct view *view, int node, struct node_sums *sums)
{
	int64_t counted;
	size_t i;

	*sums = (struct node_sums) {};
	for (i = 0; i < view->nr_zones; i++) {
		const struct zone_record *zone = &view->zones[i];

		if (node >= 0 && zone->node != (uint64_t)node)
			continue;
		sums->cma += zone->cma / PAGE_BYTES;
		if (!strcmp(zone->name, "Movable")) {
			sums->movable += zone->present / PAGE_BYTES;
			continue;
		}
		sums->kernel += zone->present / PAGE_BYTES;
		sums->early += (zone->early - zone->cma) / PAGE_BYTES;
	}
	for (i = 0; i < view->nr_groups; i++) {
		const struct group_record *group = &view->groups[i];
		int64_t movable = group->movable / PAGE_BYTES;
		int64_t kernel = group->kernel / PAGE_BYTES;

		if ((node >= 0 && group->node != (uint64_t)node) ||
		    !group->dynamic)
			continue;
		sums->group_movable += movable;
		if (view->ratio &&
		    movable * 100 / (int64_t)view->ratio > kernel)
			sums->needed += movable * 100 / (int64_t)view->ratio -
					kernel;
	}
	counted = sums->early - sums->needed;
	if (counted > 0)
		sums->limit = counted * (int64_t)view->ratio / 100;
	sums->headroom = sums->limit -
			 (sums->movable + sums->cma - sums->group_movable);
	if (sums->headroom < 0)
		sums->headroom = 0;
}

struct node_check {
	const struct view *view;
	struct node_sums system;
	size_t index;
};

static int on_node(struct records *r, void *context)
{
	struct node_check *check = context;
	const struct view *view = check->view;
	uint64_t early, kernel, movable, cma, needed;
	struct opt_u64 limit, headroom;
	struct node_sums sums;
	char name[16];

	if (string_of(r, "node", name, sizeof(name)) ||
	    u64_of(r, "early_kernel_bytes", &early) ||
	    u64_of(r, "kernel_bytes", &kernel) ||
	    u64_of(r, "movable_bytes", &movable) ||
	    u64_of(r, "cma_bytes", &cma) ||
	    u64_of(r, "needed_bytes", &needed) ||
	    records_opt_u64(r, records_column(r, "limit_bytes"), &limit) ||
	    records_opt_u64(r, records_column(r, "headroom_bytes"), &headroom))
		return -EINVAL;

	if ((check->index++ == 0) != !strcmp(name, "system"))
		return records_fault(r, EINVAL, "the system is not first");
	work_out(view, strcmp(name, "system") ? atoi(name) : -1, &sums);
	if (!strcmp(name, "system"))
		check->system = sums;
	else if (!view->numa_aware || check->system.headroom < sums.headroom)
		sums.headroom = check->system.headroom;

	if (early != sums.early * PAGE_BYTES ||
	    kernel != sums.kernel * PAGE_BYTES ||
	    movable != sums.movable * PAGE_BYTES ||
	    cma != sums.cma * PAGE_BYTES ||
	    needed != sums.needed * PAGE_BYTES)
		return records_fault(r, EINVAL,
				     "differs from the sum of zones and groups");
	if (limit.set != view->auto_movable || headroom.set != limit.set)
		return records_fault(r, EINVAL,
				     "a limit goes with auto-movable, and with nothing else");
	if (limit.set && (limit.value != sums.limit * PAGE_BYTES ||
			  headroom.value != sums.headroom * PAGE_BYTES))
		return records_fault(r, EINVAL,
				     "worked out anew: limit %lld, headroom %lld",
				     (long long)(sums.limit * PAGE_BYTES),
				     (long long)(sums.headroom * PAGE_BYTES));
	return 0;
}

static size_t count_nodes(const struct view *view)
{
	size_t i, count = 0;

	/* The zones of a node follow each other. */
	for (i = 0; i < view->nr_zones; i++)
		count += !i || view->zones[i].node != view->zones[i - 1].node;
	return count;
}

int agreement_check(const struct blocks *blocks, struct fault *fault)
{
	struct node_check nodes = {};
	struct view view = {};
	int ret;

	nodes.view = &view;
	ret = view_read(&view, fault);
	if (!ret)
		ret = debugfs_for_each("policy", on_policy, &view, fault);
	if (!ret)
		ret = check_blocks(&view, blocks, fault);
	if (!ret)
		ret = check_zones(&view, fault);
	if (!ret)
		ret = debugfs_for_each("nodes", on_node, &nodes, fault);
	if (!ret && nodes.index < 1 + count_nodes(&view))
		ret = fault_set(fault, EINVAL,
				DEBUGFS "nodes: %zu records for %zu nodes with zones",
				nodes.index, count_nodes(&view));
	return ret;
}

/* decisions: the last lines are the last events. */
struct decision_check {
	const struct events *events;
	uint64_t skip;
	size_t index;
};

static int on_decision(struct records *r, void *context)
{
	struct decision_check *check = context;
	const struct decision *event;
	uint64_t block, early, movable, asked, limit;
	char device[33], request[16], policy[16], zone[16], reason[32];
	char domain[16], group[16];

	if (check->skip) {
		check->skip--;
		return 0;
	}
	while (check->index < check->events->count &&
	       check->events->list[check->index].preview)
		check->index++;
	if (check->index == check->events->count)
		return records_fault(r, EINVAL, "has no event");
	event = &check->events->list[check->index++];

	if (u64_of(r, "first_block", &block) ||
	    string_of(r, "group", group, sizeof(group)) ||
	    string_of(r, "device", device, sizeof(device)) ||
	    string_of(r, "request", request, sizeof(request)) ||
	    string_of(r, "policy", policy, sizeof(policy)) ||
	    string_of(r, "zone", zone, sizeof(zone)) ||
	    string_of(r, "reason", reason, sizeof(reason)) ||
	    string_of(r, "domain", domain, sizeof(domain)) ||
	    u64_of(r, "early_kernel_pages", &early) ||
	    u64_of(r, "movable_pages", &movable) ||
	    u64_of(r, "asked_pages", &asked) ||
	    u64_of(r, "limit_pages", &limit))
		return -EINVAL;
	if (block != event->block ||
	    atoi(strcmp(group, "-") ? group : "-1") != event->mgid ||
	    strcmp(device, event->device) || strcmp(request, event->request) ||
	    strcmp(policy, event->policy) || strcmp(zone, event->zone) ||
	    strcmp(reason, event->reason) || strcmp(domain, event->domain) ||
	    early != event->early_kernel_pages ||
	    movable != event->movable_pages || asked != event->asked_pages ||
	    limit != event->limit_pages)
		return records_fault(r, EINVAL,
				     "differs from the event of block %" PRIu64
				     ", %s", event->block, event->reason);
	return 0;
}

static int on_count(struct records *r, void *context)
{
	(void)r;
	++*(size_t *)context;
	return 0;
}

int agreement_check_decisions(const struct events *events, struct fault *fault)
{
	struct decision_check check = { .events = events };
	size_t i, decisions = 0, lines = 0;
	int ret;

	for (i = 0; i < events->count; i++)
		decisions += !events->list[i].preview;
	ret = debugfs_for_each("decisions", on_count, &lines, fault);
	if (ret)
		return ret;
	if (lines < decisions)
		return fault_set(fault, EINVAL,
				 DEBUGFS "decisions: %zu lines for %zu events",
				 lines, decisions);
	check.skip = lines - decisions;
	return debugfs_for_each("decisions", on_decision, &check, fault);
}

struct named_number {
	const char *name;
	uint64_t number;
	bool found;
};

static int on_policy_number(struct records *r, void *context)
{
	struct named_number *wanted = context;
	char name[32];

	if (string_of(r, "name", name, sizeof(name)))
		return -EINVAL;
	if (strcmp(name, wanted->name))
		return 0;
	wanted->found = true;
	return u64_of(r, "value", &wanted->number);
}

int agreement_policy_number(const char *name, uint64_t *number,
			    struct fault *fault)
{
	struct named_number wanted = { .name = name };
	int ret = debugfs_for_each("policy", on_policy_number, &wanted, fault);

	if (ret)
		return ret;
	if (!wanted.found)
		return fault_set(fault, EINVAL, DEBUGFS "policy: no \"%s\"",
				 name);
	*number = wanted.number;
	return 0;
}

int agreement_counts(char **text, struct fault *fault)
{
	static const char * const whole_files[] = { "nodes", "zones", "blocks" };
	struct view view;
	struct text file;
	char path[96];
	size_t size, i;
	FILE *out;
	int ret = 0;

	out = open_memstream(text, &size);
	if (!out)
		return fault_nomem(fault);
	for (i = 0; i < sizeof(whole_files) / sizeof(*whole_files) && !ret; i++) {
		snprintf(path, sizeof(path), DEBUGFS "%s", whole_files[i]);
		ret = system_read(path, &file, fault);
		if (ret)
			break;
		fputs(file.data, out);
		text_free(&file);
	}
	/* What the groups own; how often they were decided is gone by. */
	if (!ret)
		ret = view_read(&view, fault);
	for (i = 0; !ret && i < view.nr_groups; i++)
		fprintf(out, "group %" PRIu64 ": %" PRIu64 " %" PRIu64 " %" PRIu64
			" %" PRIu64 "\n", view.groups[i].id, view.groups[i].blocks,
			view.groups[i].kernel, view.groups[i].movable,
			view.groups[i].offline);
	fclose(out);
	if (ret)
		free(*text);
	return ret;
}
