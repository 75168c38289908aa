// SPDX-License-Identifier: GPL-2.0
#include "agreement.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "debugfs.h"

#define PARAMETERS	"sys/module/memory_hotplug/parameters/"
#define PAGE_BYTES	4096ULL
#define DECISIONS_KEPT	1024	/* in debugfs */

static const char * const parameters[] = {
	"online_policy", "auto_movable_ratio", "auto_movable_numa_aware",
};

#define NR_PARAMETERS	(sizeof(parameters) / sizeof(*parameters))

struct parameter_check {
	struct sysroot *root;
	bool seen[NR_PARAMETERS];
};

static int read_parameter(struct sysroot *root, size_t parameter, char *word,
			  size_t size, struct fault *fault)
{
	char path[96];

	snprintf(path, sizeof(path), PARAMETERS "%s", parameters[parameter]);
	return sysroot_read_word(root, path, word, size, fault);
}

static int on_policy(struct records *r, void *context)
{
	struct parameter_check *check = context;
	char name[32], value[32], word[32];
	size_t i;
	int ret;

	if (string_of(r, "name", name, sizeof(name)) ||
	    string_of(r, "value", value, sizeof(value)))
		return -EINVAL;
	for (i = 0; i < NR_PARAMETERS; i++) {
		if (strcmp(name, parameters[i]))
			continue;
		check->seen[i] = true;
		ret = read_parameter(check->root, i, word, sizeof(word),
				     r->fault);
		if (!ret && strcmp(word, value))
			ret = records_fault(r, EINVAL, "the parameter is %s, not %s",
					    word, value);
		return ret;
	}
	return 0;
}

/* policy: the module parameters, all that there are, say the same. */
static int check_policy(struct sysroot *root, struct fault *fault)
{
	struct parameter_check check = { .root = root };
	struct fault ignored;
	char word[32];
	size_t i;
	int ret = debugfs_for_each(root, "policy", on_policy, &check, fault);

	for (i = 0; i < NR_PARAMETERS && !ret; i++)
		if (!check.seen[i] &&
		    !read_parameter(root, i, word, sizeof(word), &ignored))
			ret = fault_set(fault, EINVAL, DEBUGFS "policy: no %s",
					parameters[i]);
	return ret;
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
	const struct group_record *owner;
	struct group_record *recount;

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
	owner = view_group(check->view, group);
	if (!owner)
		return records_fault(r, EINVAL, "there is no group %" PRIu64,
				     group);
	recount = &check->recount[owner - check->view->groups];
	recount->blocks++;
	if (strcmp(state, "online"))
		recount->offline += check->blocks->block_bytes;
	else if (!strcmp(zone, "Movable"))
		recount->movable += check->blocks->block_bytes;
	else
		recount->kernel += check->blocks->block_bytes;
	return 0;
}

static int check_blocks(struct sysroot *root, const struct view *view,
			const struct blocks *blocks, struct fault *fault)
{
	struct block_check check = { .blocks = blocks, .view = view };
	size_t i;
	int ret;

	ret = debugfs_for_each(root, "blocks", on_block, &check, fault);
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

static const struct zone_record *find_zone(const struct view *view,
					   const struct zone_pages *pages)
{
	size_t i;

	for (i = 0; i < view->nr_zones; i++)
		if (view->zones[i].node == pages->node &&
		    !strcmp(view->zones[i].name, pages->name))
			return &view->zones[i];
	return NULL;
}

/* zones: those of /proc/zoneinfo that have pages. */
static int check_zones(const struct view *view, const struct zoneinfo *zones,
		       struct fault *fault)
{
	size_t i, seen = 0;

	for (i = 0; i < zones->count; i++) {
		const struct zone_pages *pages = &zones->list[i];
		const struct zone_record *zone = find_zone(view, pages);

		if (!zone && (pages->present || pages->cma))
			return fault_set(fault, EINVAL,
					 DEBUGFS "zones: no zone %s of node %"
					 PRIu64, pages->name, pages->node);
		if (!zone)
			continue;
		seen++;
		if (zone->present != pages->present * PAGE_BYTES ||
		    zone->cma != pages->cma * PAGE_BYTES)
			return fault_set(fault, EINVAL,
					 DEBUGFS "zones: zone %s of node %" PRIu64
					 " differs from /proc/zoneinfo",
					 pages->name, pages->node);
	}
	if (seen != view->nr_zones)
		return fault_set(fault, EINVAL,
				 DEBUGFS "zones: %zu zones, /proc/zoneinfo has %zu",
				 view->nr_zones, seen);
	return 0;
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
		if (view->policy.ratio &&
		    movable * 100 / (int64_t)view->policy.ratio > kernel)
			sums->needed += movable * 100 / (int64_t)view->policy.ratio -
					kernel;
	}
	counted = sums->early - sums->needed;
	if (counted > 0)
		sums->limit = counted * (int64_t)view->policy.ratio / 100;
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
	    opt_u64_of(r, "limit_bytes", &limit) ||
	    opt_u64_of(r, "headroom_bytes", &headroom))
		return -EINVAL;

	if ((check->index++ == 0) != !strcmp(name, "system"))
		return records_fault(r, EINVAL, "the system is not first");
	work_out(view, strcmp(name, "system") ? atoi(name) : -1, &sums);
	if (!strcmp(name, "system"))
		check->system = sums;
	else if (!view->policy.numa_aware || check->system.headroom < sums.headroom)
		sums.headroom = check->system.headroom;

	if (early != sums.early * PAGE_BYTES ||
	    kernel != sums.kernel * PAGE_BYTES ||
	    movable != sums.movable * PAGE_BYTES ||
	    cma != sums.cma * PAGE_BYTES ||
	    needed != sums.needed * PAGE_BYTES)
		return records_fault(r, EINVAL,
				     "differs from the sum of zones and groups");
	if (limit.set != view->policy.auto_movable || headroom.set != limit.set)
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

int agreement_compare(struct sysroot *root, const struct blocks *blocks,
		      const struct view *view, const struct zoneinfo *zones,
		      struct fault *fault)
{
	struct node_check nodes = { .view = view };
	int ret;

	ret = check_policy(root, fault);
	if (!ret)
		ret = check_blocks(root, view, blocks, fault);
	if (!ret)
		ret = check_zones(view, zones, fault);
	if (!ret)
		ret = debugfs_for_each(root, "nodes", on_node, &nodes, fault);
	if (!ret && nodes.index < 1 + count_nodes(view))
		ret = fault_set(fault, EINVAL,
				DEBUGFS "nodes: %zu records for %zu nodes with zones",
				nodes.index, count_nodes(view));
	return ret;
}

int agreement_check(struct sysroot *root, const struct blocks *blocks,
		    struct fault *fault)
{
	struct zoneinfo zones;
	struct view view;
	int ret;

	ret = view_read(root, &view, fault);
	if (!ret)
		ret = zoneinfo_read(root, &zones, fault);
	if (!ret)
		ret = agreement_compare(root, blocks, &view, &zones, fault);
	if (!ret && view.policy.clamped)
		ret = fault_set(fault, EINVAL,
				DEBUGFS "policy: clamped %" PRIu64
				" times: no device here exceeds its size",
				view.policy.clamped);
	return ret;
}

/* decisions: the last lines are the last events. */
struct decision_check {
	const struct events *events;
	size_t index, lines;
};

static int on_decision(struct records *r, void *context)
{
	struct decision_check *check = context;
	const struct decision *event;
	uint64_t block, node, early, movable, asked, limit;
	char device[33], request[16], policy[16], zone[16], reason[32];
	char domain[16], group[16];

	check->lines++;
	while (check->index < check->events->count &&
	       check->events->list[check->index].preview)
		check->index++;
	if (check->index == check->events->count)
		return records_fault(r, EINVAL, "has no event");
	event = &check->events->list[check->index++];

	if (u64_of(r, "first_block", &block) ||
	    u64_of(r, "node", &node) ||
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
	if (block != event->block || (int)node != event->node ||
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

int agreement_check_decisions(struct sysroot *root, const struct events *events,
			      struct fault *fault)
{
	struct decision_check check = { .events = events };
	size_t i, decisions = 0;
	int ret;

	for (i = 0; i < events->count; i++)
		decisions += !events->list[i].preview;
	/* Of more, the first ones are forgotten. */
	for (; decisions > DECISIONS_KEPT; check.index++)
		decisions -= !events->list[check.index].preview;
	if (!decisions)
		return 0;
	ret = debugfs_for_last(root, "decisions", decisions, on_decision,
			       &check, fault);
	if (!ret && check.lines < decisions)
		ret = fault_set(fault, EINVAL,
				DEBUGFS "decisions: %zu lines for %zu events",
				check.lines, decisions);
	return ret;
}

int agreement_counts(struct sysroot *root, char **text, struct fault *fault)
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
		ret = sysroot_read(root, path, &file, fault);
		if (ret)
			break;
		fputs(file.data, out);
		text_free(&file);
	}
	/* What the groups own; how often they were decided is gone by. */
	if (!ret)
		ret = view_read(root, &view, fault);
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
