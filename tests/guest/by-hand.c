// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agreement.h"
#include "attribute.h"
#include "by-hand.h"
#include "replay.h"
#include "system.h"
#include "tracer.h"

/* Reads the blocks again; everything still agrees with them. */
static int look_again(struct fault *fault)
{
	int ret;

	blocks_free(&replay.blocks);
	ret = blocks_read(system_root(), &replay.blocks, fault);
	return ret ? ret : agreement_check(system_root(), &replay.blocks, fault);
}

/* Onlines @block as @request says; one decision must say so. */
static int online_by_hand(unsigned long block, const char *request,
			  const char *zone, const char *reason,
			  struct fault *fault)
{
	struct events events = {};
	int ret;

	ret = block_set_state(block, request, fault);
	if (!ret)
		ret = tracer_read(replay.tracer, &events, fault);
	if (!ret && (events.count != 1 || events.list[0].preview ||
		     events.list[0].block != block ||
		     strcmp(events.list[0].request, request) ||
		     strcmp(events.list[0].zone, zone) ||
		     strcmp(events.list[0].reason, reason)))
		ret = fault_set(fault, EINVAL,
				"%s of block %lu: expected one decision for %s because of %s, got %zu%s%s%s%s",
				request, block, zone, reason, events.count,
				events.count ? ", " : "",
				events.count ? events.list[0].zone : "",
				events.count ? " because of " : "",
				events.count ? events.list[0].reason : "");
	if (!ret)
		ret = agreement_check_decisions(system_root(), &events, fault);
	events_free(&events);
	return ret ? ret : look_again(fault);
}

/* Reading valid_zones is a preview, never a decision; and one, not three. */
static int check_preview(unsigned long block, struct fault *fault)
{
	struct view before, after;
	struct events events = {};
	char path[80];
	char word[16];
	FILE *file;
	int ret;

	ret = view_read(system_root(), &before, fault);
	if (ret)
		return ret;

	snprintf(path, sizeof(path),
		 "/sys/devices/system/memory/memory%lu/valid_zones", block);
	file = fopen(path, "re");
	if (!file)
		return fault_set(fault, errno, "%s: %s", path, strerror(errno));
	if (fscanf(file, "%15s", word) != 1)
		word[0] = '\0';
	fclose(file);

	ret = view_read(system_root(), &after, fault);
	if (!ret)
		ret = tracer_read(replay.tracer, &events, fault);
	if (!ret && (after.policy.previews != before.policy.previews + 1 ||
		     after.policy.decisions != before.policy.decisions || events.count != 1 ||
		     !events.list[0].preview ||
		     strcmp(events.list[0].zone, word)))
		ret = fault_set(fault, EINVAL,
				"valid_zones of block %lu, \"%s\": %" PRIu64
				" previews and %" PRIu64
				" decisions counted, %zu events",
				block, word, after.policy.previews - before.policy.previews,
				after.policy.decisions - before.policy.decisions, events.count);
	events_free(&events);
	return ret;
}

/* The last block that is MOVABLE, or NULL. */
static const struct block *last_movable(void)
{
	size_t i = replay.blocks.count;

	while (i--)
		if (!strcmp(replay.blocks.list[i].zone, "Movable"))
			return &replay.blocks.list[i];
	return NULL;
}

/* Takes a block offline; nothing is decided by that. */
static int take_offline(unsigned long block, struct fault *fault)
{
	struct events events = {};
	int ret;

	ret = block_set_state(block, "offline", fault);
	if (!ret)
		ret = tracer_read(replay.tracer, &events, fault);
	if (!ret && (events.count || events.offlined != 1 || events.failed))
		ret = fault_set(fault, EINVAL,
				"block %lu offline: %zu decisions, %zu offlined, %zu failed in the trace",
				block, events.count, events.offlined,
				events.failed);
	events_free(&events);
	return ret ? ret : look_again(fault);
}

/* Whether a zone reaches from below @block to above it, on its node. */
static bool zone_spans(const char *zone, const struct block *block)
{
	bool below = false, above = false;
	size_t i;

	for (i = 0; i < replay.blocks.count; i++) {
		const struct block *other = &replay.blocks.list[i];

		if (other->node != block->node || strcmp(other->zone, zone))
			continue;
		below |= other->number < block->number;
		above |= other->number > block->number;
	}
	return below && above;
}

/* What contig-zones does with a block that is offline. */
static const char *contiguous_zone(const struct block *block)
{
	return zone_spans("Movable", block) && !zone_spans("Normal", block) ?
		"Movable" : "Normal";
}

int by_hand_every_way(struct fault *fault)
{
	static const struct {
		const char *policy;
		const char *request;
		const char *zone;
		const char *reason;
	} ways[] = {
		{ "auto-movable", "online_kernel", "Normal", "requested" },
		{ "auto-movable", "online_movable", "Movable", "requested" },
		{ "contig-zones", "online_movable", "Movable", "requested" },
		{ "contig-zones", "online", NULL, "contiguous" },
		{ "auto-movable", "online", "Movable", "fits" },
	};
	const struct block *movable = last_movable();
	struct layout before, after;
	const char *zone;
	unsigned long block;
	size_t i;
	int ret;

	if (!movable)
		return fault_set(fault, ENOENT, "no block is MOVABLE");
	block = movable->number;
	ret = layout_of(&replay.blocks, &before, fault);
	for (i = 0; i < sizeof(ways) / sizeof(*ways) && !ret; i++) {
		ret = take_offline(block, fault);
		if (!ret)
			ret = check_preview(block, fault);
		if (!ret)
			ret = parameter_set("online_policy", ways[i].policy,
					    fault);
		if (ret)
			break;
		zone = ways[i].zone;
		if (!zone)
			zone = contiguous_zone(blocks_find(&replay.blocks,
							   block));
		ret = online_by_hand(block, ways[i].request, zone,
				     ways[i].reason, fault);
	}
	if (!ret)
		ret = layout_of(&replay.blocks, &after, fault);
	if (!ret)
		ret = layout_compare(&before, &after, fault);
	return ret;
}

/*
 * Lets a memory notifier refuse @action, asks for @state, and lets it pass again.
 * The block must stay as it is, and every count with it; @decisions are traced.
 */
static int check_refused(unsigned long block, const char *action,
			 const char *state, size_t decisions,
			 struct fault *fault)
{
	struct layout before, after;
	struct events events = {};
	struct fault refusal;
	int ret;

	ret = layout_of(&replay.blocks, &before, fault);
	if (!ret)
		ret = notifier_refuse(action, fault);
	if (ret)
		return ret;
	ret = block_set_state(block, state, &refusal);
	if (ret != -REFUSED)
		ret = fault_set(fault, EINVAL,
				"block %lu, %s although %s was refused: gave %d",
				block, state, action, ret);
	else
		ret = 0;
	if (!ret)
		ret = notifier_allow(action, fault);
	if (!ret)
		ret = tracer_read(replay.tracer, &events, fault);
	if (!ret && (events.count != decisions || events.failed != 1 ||
		     events.onlined || events.offlined))
		ret = fault_set(fault, EINVAL,
				"%s refused: %zu decisions, %zu failed in the trace",
				action, events.count, events.failed);
	events_free(&events);
	if (!ret)
		ret = look_again(fault);
	if (!ret)
		ret = layout_of(&replay.blocks, &after, fault);
	if (!ret)
		ret = layout_compare(&before, &after, fault);
	return ret;
}

int by_hand_refused(struct fault *fault)
{
	const struct block *movable = last_movable();
	unsigned long block;
	int ret;

	if (!movable)
		return fault_set(fault, ENOENT, "no block is MOVABLE");
	block = movable->number;
	ret = check_refused(block, "MEM_GOING_OFFLINE", "offline", 0, fault);
	if (!ret)
		ret = take_offline(block, fault);
	if (!ret)
		ret = check_refused(block, "MEM_GOING_ONLINE", "online", 1,
				    fault);
	if (!ret)
		ret = online_by_hand(block, "online", "Movable", "fits", fault);
	return ret;
}

/* The view agrees with itself, also with the parameters, after each good value. */
static int check_good_values(struct fault *fault)
{
	char ratio[16];
	const struct {
		const char *name;
		const char *value;
	} good[] = {
		{ "auto_movable_ratio", "100" },
		{ "auto_movable_ratio", "0" },
		{ "auto_movable_ratio", "1000" },
		{ "online_policy", "contig-zones" },
		{ "auto_movable_numa_aware", "N" },
		{ "auto_movable_numa_aware", "1" },
		{ "online_policy", "auto-movable\n" },
		/* Back to what they were. */
		{ "auto_movable_numa_aware",
		  replay.scenario.numa_aware ? "Y" : "N" },
		{ "auto_movable_ratio", ratio },
	};
	size_t i;
	int ret = 0;

	snprintf(ratio, sizeof(ratio), "%u", replay.scenario.ratio);
	for (i = 0; i < sizeof(good) / sizeof(*good) && !ret; i++) {
		ret = parameter_set(good[i].name, good[i].value, fault);
		if (!ret)
			ret = agreement_check(system_root(), &replay.blocks, fault);
	}
	return ret;
}

static int check_bad_values(struct fault *fault)
{
	static const struct {
		const char *name;
		const char *value;
		int error;
	} bad[] = {
		{ "auto_movable_ratio", "-1", EINVAL },
		{ "auto_movable_ratio", "4294967296", ERANGE },
		{ "auto_movable_ratio", "99999999999999999999", ERANGE },
		{ "auto_movable_ratio", "301x", EINVAL },
		{ "auto_movable_ratio", "\n", EINVAL },
		{ "online_policy", "auto", EINVAL },
		{ "online_policy", "auto-movable-", EINVAL },
		{ "online_policy", "\n", EINVAL },
		{ "auto_movable_numa_aware", "2", EINVAL },
		{ "auto_movable_numa_aware", "\n", EINVAL },
	};
	struct fault refusal;
	size_t i;
	int ret;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		ret = parameter_set(bad[i].name, bad[i].value, &refusal);
		if (ret != -bad[i].error)
			return fault_set(fault, EINVAL,
					 "%s: \"%s\" gave %d, not %d",
					 bad[i].name, bad[i].value, ret,
					 -bad[i].error);
		ret = agreement_check(system_root(), &replay.blocks, fault);
		if (ret)
			return ret;
	}
	return 0;
}

int by_hand_parameters(struct fault *fault)
{
	char *before, *after;
	int ret;

	/* Limits and headroom depend on each parameter. */
	ret = agreement_counts(system_root(), &before, fault);
	if (ret)
		return ret;
	ret = check_good_values(fault);
	if (!ret)
		ret = check_bad_values(fault);
	if (!ret)
		ret = agreement_counts(system_root(), &after, fault);
	if (!ret) {
		if (strcmp(before, after))
			ret = fault_set(fault, EINVAL,
					"the parameters are what they were, the counts are not:\n%s\nnow:\n%s",
					before, after);
		free(after);
	}
	free(before);
	return ret;
}
