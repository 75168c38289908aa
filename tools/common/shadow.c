// SPDX-License-Identifier: GPL-2.0
#include "shadow.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "debugfs.h"
#include "oracle.h"

/* The names that the kernel has for them. */
static const char * const zone_names[] = {
	[ORACLE_DMA] = "DMA",
	[ORACLE_DMA32] = "DMA32",
	[ORACLE_NORMAL] = "Normal",
	[ORACLE_MOVABLE] = "Movable",
};

#define NR_ZONES	(sizeof(zone_names) / sizeof(*zone_names))

/* A block that is online, or one of boot memory that is not. */
struct shadow_block {
	uint64_t number;
	int node;
	int group;		/* or ORACLE_NO_GROUP */
	bool boot;
	bool online;
	unsigned int zones;	/* where it lies: a bit each, several at boot only */
};

/* From the first to the last block of a zone, whatever is between them. */
struct span {
	bool any;
	uint64_t first, last;
};

/* What the decisions on a group came to. */
struct tally {
	uint64_t movable, kernel;
	char last_reason[32];
};

struct shadow {
	uint64_t page_bytes, block_pages;
	bool movable_node;
	struct policy_record policy;
	struct shadow_block *blocks;	/* ascending */
	size_t count, capacity;
	struct oracle_group groups[VIEW_GROUPS_MAX];
	struct tally tallies[VIEW_GROUPS_MAX];	/* of the same groups */
	size_t nr_groups;
	uint64_t boot_kernel[ORACLE_NODES_MAX];
	uint64_t boot_movable[ORACLE_NODES_MAX];
	/* The decision whose block has neither gone online yet nor failed to. */
	bool is_pending;
	struct decision pending;
	uint64_t nr_decisions, nr_clamped;
	struct span spans[ORACLE_NODES_MAX][NR_ZONES];
	struct oracle_block *oracle_blocks;	/* for the oracle: room for all */
};

static int zone_by_name(const char *name)
{
	size_t zone;

	for (zone = 0; zone < NR_ZONES; zone++)
		if (!strcmp(name, zone_names[zone]))
			return (int)zone;
	return -1;
}

/* Where @number is, or should be. */
static size_t place_of(const struct shadow *s, uint64_t number)
{
	size_t low = 0, high = s->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (s->blocks[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct shadow_block *find_block(const struct shadow *s, uint64_t number)
{
	const size_t place = place_of(s, number);

	return place < s->count && s->blocks[place].number == number ?
		&s->blocks[place] : NULL;
}

static struct shadow_block *find_online(const struct shadow *s, uint64_t number)
{
	struct shadow_block *block = find_block(s, number);

	return block && block->online ? block : NULL;
}

static int make_room(struct shadow *s, struct fault *fault)
{
	const size_t capacity = 2 * s->capacity + 64;
	struct shadow_block *blocks;
	struct oracle_block *copies;

	if (s->count < s->capacity)
		return 0;
	blocks = realloc(s->blocks, capacity * sizeof(*blocks));
	if (blocks)
		s->blocks = blocks;
	copies = realloc(s->oracle_blocks, capacity * sizeof(*copies));
	if (copies)
		s->oracle_blocks = copies;
	if (!blocks || !copies)
		return fault_nomem(fault);
	s->capacity = capacity;
	return 0;
}

/* A block that is not there yet. */
static int add_block(struct shadow *s, const struct shadow_block *block,
		     struct fault *fault)
{
	const size_t place = place_of(s, block->number);
	int ret = make_room(s, fault);

	if (ret)
		return ret;
	memmove(&s->blocks[place + 1], &s->blocks[place],
		(s->count - place) * sizeof(*s->blocks));
	s->blocks[place] = *block;
	s->count++;
	return 0;
}

static void remove_block(struct shadow *s, struct shadow_block *block)
{
	const size_t place = (size_t)(block - s->blocks);

	s->count--;
	memmove(block, block + 1, (s->count - place) * sizeof(*block));
}

static struct oracle_group *find_group(struct shadow *s, int id)
{
	size_t i;

	for (i = 0; i < s->nr_groups; i++)
		if (s->groups[i].id == id)
			return &s->groups[i];
	return NULL;
}

/* Boot memory counts by where it is online now. */
static uint64_t *boot_pages(struct shadow *s, const struct shadow_block *block)
{
	return block->zones == 1U << ORACLE_MOVABLE ?
		&s->boot_movable[block->node] : &s->boot_kernel[block->node];
}

/*
 * The beginning.
 */

/* The spans of the zones; true if zone  is of interest and spans any block. */
static bool span_of(const struct shadow *s, const struct zone_pages *zone,
		    struct span *span)
{
	/* Where an empty zone would begin is not said. */
	*span = (struct span) { .any = zone->present && zone->spanned };
	if (!span->any)
		return false;
	span->first = zone->start / s->block_pages;
	span->last = (zone->start + zone->spanned - 1) / s->block_pages;
	return true;
}

static int take_spans(struct shadow *s, const struct zoneinfo *zones,
		      struct fault *fault)
{
	struct span span;
	size_t i;

	for (i = 0; i < zones->count; i++) {
		const struct zone_pages *zone = &zones->list[i];
		const int index = zone_by_name(zone->name);

		if (!span_of(s, zone, &span))
			continue;
		if (index < 0 || zone->node >= ORACLE_NODES_MAX)
			return fault_set(fault, EOPNOTSUPP,
					 "proc/zoneinfo: zone %s of node %" PRIu64
					 " is none that the oracle knows",
					 zone->name, zone->node);
		s->spans[zone->node][index] = span;
	}
	return 0;
}

/* The zones that a block lies in, for one that lies in several. */
static unsigned int spanning_zones(const struct shadow *s, int node,
				   uint64_t number)
{
	unsigned int found = 0;
	size_t zone;

	for (zone = 0; zone < NR_ZONES; zone++)
		if (s->spans[node][zone].any &&
		    s->spans[node][zone].first <= number &&
		    s->spans[node][zone].last >= number)
			found |= 1U << zone;
	return found;
}

struct start {
	struct shadow *s;
	const struct blocks *blocks;
};

/* A record of the file "blocks": of interest are online ones, and boot memory. */
static int on_block(struct records *r, void *context)
{
	const struct start *start = context;
	struct shadow *s = start->s;
	struct shadow_block added = { .boot = true, .group = ORACLE_NO_GROUP };
	const struct block *block;
	char group[24], *end;
	uint64_t node;

	if (u64_of(r, "block", &added.number) || u64_of(r, "node", &node) ||
	    string_of(r, "group", group, sizeof(group)))
		return -EINVAL;
	block = blocks_find(start->blocks, added.number);
	if (!block || node >= ORACLE_NODES_MAX)
		return records_fault(r, EINVAL, "sysfs has no such block");
	if (strcmp(group, "-")) {
		added.boot = false;
		added.group = (int)strtol(group, &end, 10);
		if (*end || !find_group(s, added.group))
			return records_fault(r, EINVAL, "there is no group %s",
					     group);
	}
	added.node = (int)node;
	added.online = !strcmp(block->state, "online");
	if (!added.online && !added.boot)
		return 0;
	if (added.online && zone_by_name(block->zone) >= 0)
		added.zones = 1U << zone_by_name(block->zone);
	else if (added.online)
		added.zones = spanning_zones(s, added.node, added.number);
	return add_block(s, &added, r->fault);
}

static void take_groups(struct shadow *s, const struct view *view)
{
	size_t i;

	for (i = 0; i < view->nr_groups; i++) {
		const struct group_record *group = &view->groups[i];
		struct tally *tally = &s->tallies[i];

		s->groups[i] = (struct oracle_group) {
			.id = (int)group->id,
			.node = (int)group->node,
			.dynamic = group->dynamic,
			.max_pages = group->max / s->page_bytes,
			.unit_pages = group->unit / s->page_bytes,
		};
		tally->movable = group->decided_movable;
		tally->kernel = group->decided_kernel;
		strcpy(tally->last_reason, group->last_reason);
	}
	s->nr_groups = view->nr_groups;
}

/* Bytes of boot memory of each node, as the kernel has it now. */
static int sum_boot(const struct view *view, uint64_t *kernel,
		    uint64_t *movable, struct fault *fault)
{
	size_t i;

	memset(kernel, 0, ORACLE_NODES_MAX * sizeof(*kernel));
	memset(movable, 0, ORACLE_NODES_MAX * sizeof(*movable));
	for (i = 0; i < view->nr_zones; i++) {
		const struct zone_record *zone = &view->zones[i];
		const bool is_movable = !strcmp(zone->name, "Movable");

		if (zone->node >= ORACLE_NODES_MAX ||
		    zone_by_name(zone->name) < 0)
			return fault_set(fault, EOPNOTSUPP,
					 DEBUGFS "zones: zone %s of node %" PRIu64
					 " is none that the oracle knows",
					 zone->name, zone->node);
		if (!is_movable && zone->early > zone->cma)
			kernel[zone->node] += zone->early - zone->cma;
		movable[zone->node] += is_movable ? zone->early : zone->cma;
	}
	return 0;
}

static int take_boot(struct shadow *s, const struct view *view,
		     struct fault *fault)
{
	int node, ret;

	ret = sum_boot(view, s->boot_kernel, s->boot_movable, fault);
	for (node = 0; node < ORACLE_NODES_MAX; node++) {
		s->boot_kernel[node] /= s->page_bytes;
		s->boot_movable[node] /= s->page_bytes;
	}
	return ret;
}

/* All that is present in a zone is boot memory, or blocks of groups. */
static int check_boot(const struct shadow *s, const struct view *view,
		      struct fault *fault)
{
	size_t i, j;

	for (i = 0; i < view->nr_zones; i++) {
		const struct zone_record *zone = &view->zones[i];
		uint64_t expected = zone->early;

		for (j = 0; j < s->count; j++)
			if (!s->blocks[j].boot &&
			    s->blocks[j].node == (int)zone->node &&
			    s->blocks[j].zones == 1U << zone_by_name(zone->name))
				expected += s->block_pages * s->page_bytes;
		if (zone->present != expected)
			return fault_set(fault, EOPNOTSUPP,
					 "zone %s of node %" PRIu64
					 " has hotplugged memory that belongs to no device",
					 zone->name, zone->node);
	}
	return 0;
}

/* movable_node on the kernel's command line tips the scales of contig-zones. */
static int read_movable_node(struct shadow *s, struct sysroot *root,
			     struct fault *fault)
{
	char *word, *save = NULL;
	struct text text;
	int ret = sysroot_read(root, "proc/cmdline", &text, fault);

	if (ret)
		return ret;
	for (word = strtok_r(text.data, " \n", &save); word;
	     word = strtok_r(NULL, " \n", &save))
		s->movable_node |= !strcmp(word, "movable_node");
	text_free(&text);
	return 0;
}

int shadow_start(struct shadow **shadow, struct sysroot *root,
		 const struct blocks *blocks, const struct view *view,
		 const struct zoneinfo *zones, struct fault *fault)
{
	struct shadow *s = calloc(1, sizeof(*s));
	struct start start = { .s = s, .blocks = blocks };
	int ret;

	*shadow = NULL;
	if (!s)
		return fault_nomem(fault);
	s->page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	s->block_pages = blocks->block_bytes / s->page_bytes;
	s->policy = view->policy;
	take_groups(s, view);
	ret = take_boot(s, view, fault);
	if (!ret)
		ret = take_spans(s, zones, fault);
	if (!ret)
		ret = debugfs_for_each(root, "blocks", on_block, &start, fault);
	if (!ret)
		ret = check_boot(s, view, fault);
	if (!ret)
		ret = read_movable_node(s, root, fault);
	if (ret) {
		shadow_free(s);
		return ret;
	}
	*shadow = s;
	return 0;
}

void shadow_free(struct shadow *s)
{
	if (!s)
		return;
	free(s->blocks);
	free(s->oracle_blocks);
	free(s);
}

/*
 * A decision.
 */

/* Nothing but the spans matters to contig-zones. */
static void fill_ranges(const struct shadow *s, struct oracle *oracle,
			struct oracle_range *ranges)
{
	size_t zone;
	int node;

	for (node = 0; node < ORACLE_NODES_MAX; node++)
		for (zone = 0; zone < NR_ZONES; zone++)
			if (s->spans[node][zone].any)
				ranges[oracle->nr_ranges++] = (struct oracle_range) {
					.node = node,
					.zone = (enum oracle_zone)zone,
					.first = s->spans[node][zone].first,
					.last = s->spans[node][zone].last,
				};
	oracle->ranges = ranges;
}

static void fill_blocks(struct shadow *s, struct oracle *oracle)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		if (!s->blocks[i].boot)
			s->oracle_blocks[oracle->nr_blocks++] =
				(struct oracle_block) {
				.number = s->blocks[i].number,
				.node = s->blocks[i].node,
				.group = s->blocks[i].group,
				.movable = s->blocks[i].zones ==
					   1U << ORACLE_MOVABLE,
			};
	oracle->blocks = s->oracle_blocks;
	oracle->groups = s->groups;
	oracle->nr_groups = s->nr_groups;
	memcpy(oracle->boot_kernel, s->boot_kernel, sizeof(s->boot_kernel));
	memcpy(oracle->boot_movable, s->boot_movable, sizeof(s->boot_movable));
}

static struct oracle_answer ask(struct shadow *s,
				const struct policy_record *policy,
				const struct decision *decision)
{
	struct oracle_range ranges[ORACLE_NODES_MAX * NR_ZONES];
	struct oracle oracle = {
		.contig_zones = !policy->auto_movable,
		.ratio = policy->ratio,
		.numa_aware = policy->numa_aware,
		.block_pages = s->block_pages,
		.movable_node = s->movable_node,
	};

	if (policy->auto_movable)
		fill_blocks(s, &oracle);
	else
		fill_ranges(s, &oracle, ranges);
	if (!strcmp(decision->request, "online"))
		return oracle_ask(&oracle, decision->block, decision->node,
				  decision->mgid);
	return oracle_ask_by_hand(&oracle,
				  !strcmp(decision->request, "online_movable"));
}

/* KERNEL is the lowest zone that spans the block, or Normal. */
static const char *zone_of(const struct shadow *s,
			   const struct decision *decision, bool movable)
{
	const struct span *span = s->spans[decision->node];
	size_t zone = 0;

	if (movable)
		return zone_names[ORACLE_MOVABLE];
	while (zone < ORACLE_NORMAL &&
	       !(span[zone].any && span[zone].first <= decision->block &&
		 span[zone].last >= decision->block))
		zone++;
	return zone_names[zone];
}

static int differs(const struct decision *decision, const char *zone,
		   const struct oracle_answer *answer, struct fault *fault)
{
	return fault_set(fault, EBADE,
			 "block %" PRIu64 " of group %d: the kernel decided %s, %s, %s: early kernel %"
			 PRIu64 ", movable %" PRIu64 ", asked %" PRIu64 ", limit %" PRIu64
			 " pages; the oracle %s, %s, %s: %" PRIu64 ", %" PRIu64
			 ", %" PRIu64 ", %" PRIu64,
			 decision->block, decision->mgid, decision->zone,
			 decision->reason, decision->domain,
			 decision->early_kernel_pages, decision->movable_pages,
			 decision->asked_pages, decision->limit_pages, zone,
			 answer->reason, answer->domain,
			 answer->early_kernel_pages, answer->movable_pages,
			 answer->asked_pages, answer->limit_pages);
}

/* Would this have been decided under @policy? */
static int compare(struct shadow *s, const struct policy_record *policy,
		   const struct decision *decision, struct fault *fault)
{
	const struct oracle_answer answer = ask(s, policy, decision);
	const char *zone = zone_of(s, decision, answer.movable);
	const char *name = policy->auto_movable ? "auto-movable" : "contig-zones";

	if (strcmp(decision->policy, name))
		return fault_set(fault, EBADE,
				 "block %" PRIu64 ": decided by %s while the policy is %s",
				 decision->block, decision->policy, name);
	if (strcmp(decision->zone, zone) ||
	    strcmp(decision->reason, answer.reason) ||
	    strcmp(decision->domain, answer.domain) ||
	    decision->early_kernel_pages != answer.early_kernel_pages ||
	    decision->movable_pages != answer.movable_pages ||
	    decision->asked_pages != answer.asked_pages ||
	    decision->limit_pages != answer.limit_pages)
		return differs(decision, zone, &answer, fault);
	s->nr_clamped += answer.clamped;
	return 0;
}

static int same_policy(const struct policy_record *a,
		       const struct policy_record *b)
{
	return a->auto_movable == b->auto_movable && a->ratio == b->ratio &&
	       a->numa_aware == b->numa_aware;
}

static int nonsense(struct fault *fault, uint64_t block, const char *what)
{
	return fault_set(fault, EBADE, "the trace: block %" PRIu64 " %s", block,
			 what);
}

static void count(struct tally *tally, const struct decision *decision)
{
	*(strcmp(decision->zone, "Movable") ? &tally->kernel :
					      &tally->movable) += 1;
	strcpy(tally->last_reason, decision->reason);
}

static int follow_decision(struct shadow *s, const struct decision *decision,
			   const struct policy_record *policy,
			   struct fault *fault)
{
	const struct oracle_group *group = find_group(s, decision->mgid);
	const char *type = !group ? "none" : group->dynamic ? "dynamic" : "static";
	struct fault second;
	int ret;

	if (s->is_pending)
		return nonsense(fault, s->pending.block,
				"was decided upon, and neither went online nor failed to");
	if (find_online(s, decision->block))
		return nonsense(fault, decision->block,
				"was decided upon while it was online");
	if (decision->block_pages != s->block_pages)
		return nonsense(fault, decision->block, "has a size of its own");
	if (decision->node < 0 || decision->node >= ORACLE_NODES_MAX)
		return nonsense(fault, decision->block, "is on no node known");
	if (strcmp(decision->group_type, type) ||
	    (!group && decision->mgid != ORACLE_NO_GROUP))
		return nonsense(fault, decision->block,
				"is of a group that is not there");

	ret = compare(s, &s->policy, decision, fault);
	/* It may have been changed meanwhile, and does not change back. */
	if (ret && !same_policy(&s->policy, policy) &&
	    !compare(s, policy, decision, &second)) {
		s->policy = *policy;
		ret = 0;
	}
	s->nr_decisions++;
	if (group)
		count(&s->tallies[group - s->groups], decision);
	s->is_pending = true;
	s->pending = *decision;
	return ret;
}

/*
 * Anything else.
 */

static void widen(struct span *span, uint64_t number)
{
	if (!span->any || number < span->first)
		span->first = number;
	if (!span->any || number > span->last)
		span->last = number;
	span->any = true;
}

/*
 * A block at an end of its zone went: the zone then ends at the next one that there
 * is. At boot it may span more than its memory, and keeps that until then.
 */
static void shrink(struct shadow *s, int node, size_t zone, uint64_t number)
{
	struct span *span = &s->spans[node][zone], left = {};
	size_t i;

	if (number != span->first && number != span->last)
		return;
	for (i = 0; i < s->count; i++)
		if (s->blocks[i].node == node && s->blocks[i].zones >> zone & 1)
			widen(&left, s->blocks[i].number);
	if (!left.any)
		*span = left;
	else if (number == span->first)
		span->first = left.first;
	else
		span->last = left.last;
}

static int put_online(struct shadow *s, struct fault *fault)
{
	const struct decision *decision = &s->pending;
	const int zone = zone_by_name(decision->zone);
	struct shadow_block *block = find_block(s, decision->block);
	struct shadow_block added = {
		.number = decision->block, .node = decision->node,
		.group = decision->mgid, .online = true, .zones = 1U << zone,
	};

	widen(&s->spans[decision->node][zone], decision->block);
	if (!block)
		return add_block(s, &added, fault);
	/* Boot memory, known while it is offline. */
	block->online = true;
	block->zones = added.zones;
	*boot_pages(s, block) += s->block_pages;
	return 0;
}

static int follow_online(struct shadow *s, const struct change *change,
			 struct fault *fault)
{
	const bool expected = s->is_pending && s->pending.block == change->block;

	s->is_pending = false;
	if (!expected)
		return nonsense(fault, change->block,
				"went online, or failed to, without a decision");
	if (strcmp(change->zone, s->pending.zone) ||
	    change->mgid != s->pending.mgid || change->node != s->pending.node)
		return nonsense(fault, change->block,
				"went online as something else than was decided");
	return change->result ? 0 : put_online(s, fault);
}

static int follow_offline(struct shadow *s, const struct change *change,
			  struct fault *fault)
{
	struct shadow_block *block = find_online(s, change->block);
	const int zone = zone_by_name(change->zone);

	if (!block)
		return nonsense(fault, change->block,
				"went offline, or failed to, without being online");
	/* A block in several zones is in none, for the kernel, and cannot go. */
	if (zone < 0 ? !(block->zones & (block->zones - 1)) :
		       block->zones != 1U << zone)
		return nonsense(fault, change->block,
				"was to go offline in a zone that it is not in");
	if (change->mgid != block->group || change->node != block->node)
		return nonsense(fault, change->block,
				"was to go offline as another device's");
	if (change->result)
		return 0;
	if (zone < 0)
		return nonsense(fault, change->block,
				"went offline and was in no single zone");
	if (block->boot) {
		*boot_pages(s, block) -= s->block_pages;
		block->online = false;
		block->zones = 0;
	} else {
		remove_block(s, block);
	}
	shrink(s, change->node, (size_t)zone, change->block);
	return 0;
}

static int follow_register(struct shadow *s, const struct change *change,
			   struct fault *fault)
{
	if (find_group(s, change->mgid))
		return fault_set(fault, EBADE,
				 "the trace: group %d registered twice",
				 change->mgid);
	if (s->nr_groups == VIEW_GROUPS_MAX)
		return fault_set(fault, E2BIG, "more than %d memory groups",
				 VIEW_GROUPS_MAX);
	s->tallies[s->nr_groups] = (struct tally) { .last_reason = "-" };
	s->groups[s->nr_groups++] = (struct oracle_group) {
		.id = change->mgid, .node = change->node,
		.dynamic = change->dynamic,
		.max_pages = change->max_pages,
		.unit_pages = change->unit_pages,
	};
	return 0;
}

static int follow_unregister(struct shadow *s, const struct change *change,
			     struct fault *fault)
{
	struct oracle_group *group = find_group(s, change->mgid);
	size_t i;

	if (!group)
		return fault_set(fault, EBADE,
				 "the trace: group %d unregistered without being there",
				 change->mgid);
	if (group->node != change->node || group->dynamic != change->dynamic ||
	    group->max_pages != change->max_pages ||
	    group->unit_pages != change->unit_pages)
		return fault_set(fault, EBADE,
				 "the trace: group %d unregistered as something else than it was registered",
				 change->mgid);
	for (i = 0; i < s->count; i++)
		if (s->blocks[i].group == change->mgid)
			return nonsense(fault, s->blocks[i].number,
					"is online, and its group unregistered");
	s->nr_groups--;
	s->tallies[group - s->groups] = s->tallies[s->nr_groups];
	*group = s->groups[s->nr_groups];
	return 0;
}

static int follow_change(struct shadow *s, const struct change *change,
			 struct fault *fault)
{
	const bool is_block = change->kind == CHANGE_ONLINE ||
			      change->kind == CHANGE_OFFLINE;

	if (is_block && change->block_pages != s->block_pages)
		return nonsense(fault, change->block, "has a size of its own");
	switch (change->kind) {
	case CHANGE_ONLINE:
		return follow_online(s, change, fault);
	case CHANGE_OFFLINE:
		return follow_offline(s, change, fault);
	case CHANGE_REGISTER:
		return follow_register(s, change, fault);
	case CHANGE_UNREGISTER:
		return follow_unregister(s, change, fault);
	}
	return 0;
}

int shadow_follow(struct shadow *s, const struct events *events,
		  const struct policy_record *policy, struct fault *fault)
{
	const struct change *change = events->changes;
	const struct change *end = change + events->nr_changes;
	size_t i;
	int ret;

	for (i = 0; i <= events->count; i++) {
		for (; change < end && change->after <= i; change++) {
			ret = follow_change(s, change, fault);
			if (ret)
				return ret;
		}
		if (i == events->count || events->list[i].preview)
			continue;
		ret = follow_decision(s, &events->list[i], policy, fault);
		if (ret)
			return ret;
	}
	s->policy = *policy;
	if (s->is_pending)
		return nonsense(fault, s->pending.block,
				"was decided upon, and neither went online nor failed to");
	return 0;
}

/*
 * What the kernel shows.
 */

/* The word in sysfs for where a block is. */
static const char *zone_word(const struct shadow_block *block)
{
	size_t zone;

	if (!block)
		return "-";
	for (zone = 0; zone < NR_ZONES; zone++)
		if (block->zones == 1U << zone)
			return zone_names[zone];
	return "none";
}

static int compare_blocks(struct shadow *s, const struct blocks *blocks,
			  struct fault *fault)
{
	size_t i;

	for (i = 0; i < blocks->count; i++) {
		const struct block *block = &blocks->list[i];
		const bool online = !strcmp(block->state, "online");
		const struct shadow_block *own = find_online(s, block->number);

		if (online != !!own || strcmp(block->zone, zone_word(own)) ||
		    (own && block->node >= 0 && block->node != own->node))
			return fault_set(fault, EBADE,
					 "block %lu: sysfs has it on node %d, %s, zone %s; by the trace it is %s, zone %s",
					 block->number, block->node, block->state,
					 block->zone, own ? "online" : "offline",
					 zone_word(own));
	}
	for (i = 0; i < s->count; i++) {
		struct shadow_block *own = &s->blocks[i];

		if (blocks_find(blocks, own->number))
			continue;
		if (own->online)
			return fault_set(fault, EBADE,
					 "block %" PRIu64 ": not in sysfs; by the trace it is online",
					 own->number);
		/* Boot memory that was taken away. */
		remove_block(s, own);
		i--;
	}
	return 0;
}

static int compare_groups(struct shadow *s, const struct view *view,
			  struct fault *fault)
{
	size_t i;

	for (i = 0; i < view->nr_groups; i++) {
		const struct group_record *group = &view->groups[i];
		const struct oracle_group *own = find_group(s, (int)group->id);
		const struct tally *tally;

		if (!own)
			return fault_set(fault, EBADE,
					 DEBUGFS "groups: group %" PRIu64
					 " was never registered, by the trace",
					 group->id);
		if (own->node != (int)group->node ||
		    own->dynamic != group->dynamic ||
		    own->max_pages * s->page_bytes != group->max ||
		    own->unit_pages * s->page_bytes != group->unit)
			return fault_set(fault, EBADE,
					 DEBUGFS "groups: group %" PRIu64
					 " is not what was registered, by the trace",
					 group->id);
		tally = &s->tallies[own - s->groups];
		if (tally->movable != group->decided_movable ||
		    tally->kernel != group->decided_kernel ||
		    strcmp(tally->last_reason, group->last_reason))
			return fault_set(fault, EBADE,
					 DEBUGFS "groups: group %" PRIu64
					 " differs from its decisions in the trace: %"
					 PRIu64 " MOVABLE, %" PRIu64 " KERNEL, last %s",
					 group->id, tally->movable, tally->kernel,
					 tally->last_reason);
	}
	if (view->nr_groups != s->nr_groups)
		return fault_set(fault, EBADE,
				 DEBUGFS "groups: %zu groups, by the trace there are %zu",
				 view->nr_groups, s->nr_groups);
	return 0;
}

static int compare_boot(const struct shadow *s, const struct view *view,
			struct fault *fault)
{
	uint64_t kernel[ORACLE_NODES_MAX], movable[ORACLE_NODES_MAX];
	const uint64_t page = s->page_bytes;
	int node, ret = sum_boot(view, kernel, movable, fault);

	for (node = 0; node < ORACLE_NODES_MAX && !ret; node++)
		if (kernel[node] != s->boot_kernel[node] * page ||
		    movable[node] != s->boot_movable[node] * page)
			ret = fault_set(fault, EBADE,
					DEBUGFS "zones: node %d has %" PRIu64 " bytes of boot memory in kernel zones, %"
					PRIu64 " elsewhere; by the trace %" PRIu64 " and %" PRIu64,
					node, kernel[node], movable[node],
					s->boot_kernel[node] * page,
					s->boot_movable[node] * page);
	return ret;
}

static int compare_spans(const struct shadow *s, const struct zoneinfo *zones,
			 struct fault *fault)
{
	size_t i;

	for (i = 0; i < zones->count; i++) {
		const struct zone_pages *zone = &zones->list[i];
		const int index = zone_by_name(zone->name);
		const struct span *own;
		struct span span;

		if (index < 0 || zone->node >= ORACLE_NODES_MAX)
			continue;
		own = &s->spans[zone->node][index];
		span_of(s, zone, &span);
		if (span.any != own->any || span.first != own->first ||
		    span.last != own->last)
			return fault_set(fault, EBADE,
					 "proc/zoneinfo: zone %s of node %" PRIu64
					 " spans blocks %" PRIu64 " to %" PRIu64
					 "; by the trace %" PRIu64 " to %" PRIu64,
					 zone->name, zone->node, span.first,
					 span.last, own->first, own->last);
	}
	return 0;
}

int shadow_compare(struct shadow *s, const struct blocks *blocks,
		   const struct view *view, const struct zoneinfo *zones,
		   struct fault *fault)
{
	int ret = compare_blocks(s, blocks, fault);

	if (!ret)
		ret = compare_groups(s, view, fault);
	if (!ret)
		ret = compare_boot(s, view, fault);
	return ret ? ret : compare_spans(s, zones, fault);
}

uint64_t shadow_decisions(const struct shadow *s)
{
	return s->nr_decisions;
}

uint64_t shadow_clamped(const struct shadow *s)
{
	return s->nr_clamped;
}
