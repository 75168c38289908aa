// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "narrate.h"
#include "owners.h"

#define PAGES_PER_MIB 256

void narrate_start(const struct scenario *scenario)
{
	printf("=== %s\n", scenario->about);
	printf("    ratio %u %%, numa_aware %s\n", scenario->ratio,
	       scenario->numa_aware ? "on" : "off");
}

void narrate_step(const struct step *step, unsigned int number)
{
	printf("\n--- Step %u: ", number);
	switch (step->op) {
	case OP_DIMM:
		printf("plug a DIMM of %lu MiB into node %d\n", step->mib,
		       step->node);
		break;
	case OP_REMOVE:
		printf("unplug DIMM %s\n", step->device);
		break;
	case OP_RESIZE:
		printf("resize virtio-mem device %s to %lu MiB\n", step->device,
		       step->mib);
		break;
	case OP_DAX_BIND:
		printf("make the memory of %s system memory\n", step->device);
		break;
	case OP_DAX_UNBIND:
		printf("take the memory of %s away again\n", step->device);
		break;
	case OP_OFFLINE:
		printf("take block %lu offline\n", step->block);
		break;
	case OP_ONLINE:
		printf("take block %lu online\n", step->block);
		break;
	case OP_ONLINE_KERNEL:
	case OP_ONLINE_MOVABLE:
		printf("take block %lu online, as %s memory\n", step->block,
		       step->op == OP_ONLINE_KERNEL ? "kernel" : "movable");
		break;
	case OP_RATIO:
		printf("set the ratio to %u %%\n", step->value);
		break;
	case OP_NUMA_AWARE:
		printf("switch numa_aware %s\n", step->value ? "on" : "off");
		break;
	}
}

static int show_stat(struct fault *fault)
{
	int status;

	fflush(stdout);
	status = system("memgroup-stat");
	if (status == -1 || !WIFEXITED(status) || WEXITSTATUS(status))
		return fault_set(fault, EIO, "memgroup-stat: failed");
	return 0;
}

/*
 * Blocks in a row with one zone and one owner, hotplugged ones each; the same
 * run again and again, as virtio-mem's, is one line with a count.
 */
struct range {
	unsigned long first, last;
	const char *zone;
	const char *owner;
};

static size_t find_ranges(const struct blocks *blocks,
			  const struct owners *owners, struct range *ranges)
{
	size_t i, count = 0;

	for (i = 0; i < blocks->count; i++) {
		const struct block *block = &blocks->list[i];
		const char *owner = owners_name(owners, block->number);
		struct range *last = count ? &ranges[count - 1] : NULL;

		if (last && last->last + 1 == block->number &&
		    !strcmp(last->zone, block->zone) &&
		    !strcmp(last->owner, owner)) {
			last->last++;
			continue;
		}
		ranges[count++] = (struct range) {
			block->number, block->number, block->zone, owner
		};
	}
	return count;
}

static unsigned long length(const struct range *range)
{
	return range->last - range->first + 1;
}

/* How often ranges[0..1] repeat from @ranges on, alike and without a gap. */
static size_t repeats(const struct range *ranges, size_t count)
{
	size_t times = 1;

	while (2 * times + 1 < count &&
	       ranges[2 * times].first == ranges[2 * times - 1].last + 1 &&
	       length(&ranges[2 * times]) == length(&ranges[0]) &&
	       length(&ranges[2 * times + 1]) == length(&ranges[1]) &&
	       !strcmp(ranges[2 * times].zone, ranges[0].zone) &&
	       !strcmp(ranges[2 * times + 1].zone, ranges[1].zone) &&
	       !strcmp(ranges[2 * times].owner, ranges[0].owner) &&
	       !strcmp(ranges[2 * times + 1].owner, ranges[1].owner))
		times++;
	return times;
}

static void show_range(const struct range *range, unsigned long last)
{
	printf("  %5lu-%-5lu  ", range->first, last);
}

static int show_layout(const struct blocks *blocks, struct fault *fault)
{
	struct range *ranges;
	struct owners owners;
	size_t i, count, times;
	int ret;

	ret = owners_read(&owners, fault);
	if (ret)
		return ret;
	ranges = calloc(blocks->count, sizeof(*ranges));
	if (!ranges) {
		owners_free(&owners);
		return fault_nomem(fault);
	}
	count = find_ranges(blocks, &owners, ranges);
	printf("\n  Blocks       Zone and device (a block is %llu MiB)\n",
	       blocks->block_bytes >> 20);
	for (i = 0; i < count; i++) {
		times = i + 1 < count ? repeats(&ranges[i], count - i) : 1;
		if (times > 1) {
			show_range(&ranges[i], ranges[i + 2 * times - 1].last);
			printf("%lu %s + %lu %s, %zu times, %s\n",
			       length(&ranges[i]), ranges[i].zone,
			       length(&ranges[i + 1]), ranges[i + 1].zone,
			       times, ranges[i].owner);
			i += 2 * times - 1;
			continue;
		}
		show_range(&ranges[i], ranges[i].last);
		printf("%s, %s\n", strcmp(ranges[i].zone, "none") ?
		       ranges[i].zone : "DMA and DMA32", ranges[i].owner);
	}
	free(ranges);
	owners_free(&owners);
	/* It was compared before there was anything to show. */
	printf("  As expected.\n");
	return 0;
}

static void show_decision(const struct decision *decision)
{
	printf("  block %" PRIu64 " of %s -> %s: %s\n", decision->block,
	       decision->device, decision->zone, decision->reason);
	if (!strcmp(decision->domain, "none"))
		return;
	printf("    %s, in MiB: movable %" PRIu64 " + asked %" PRIu64
	       " %s limit %" PRIu64 " (early kernel %" PRIu64 ")\n",
	       decision->domain, decision->movable_pages / PAGES_PER_MIB,
	       decision->asked_pages / PAGES_PER_MIB,
	       strcmp(decision->reason, "fits") ? ">" : "<=",
	       decision->limit_pages / PAGES_PER_MIB,
	       decision->early_kernel_pages / PAGES_PER_MIB);
}

/* The first decision, and each that differs from the one before; four at most. */
static void show_turns(const struct events *events)
{
	const struct decision *last = NULL;
	size_t i, shown = 0, turns = 0;

	if (events->count)
		printf("\n  Decisions where the zone or the reason turned:\n");
	for (i = 0; i < events->count; i++) {
		const struct decision *decision = &events->list[i];

		if (!last || strcmp(last->zone, decision->zone) ||
		    strcmp(last->reason, decision->reason)) {
			turns++;
			if (shown < 4) {
				show_decision(decision);
				shown++;
			}
		}
		last = decision;
	}
	if (turns > shown)
		printf("  and %zu more, in turns.\n", turns - shown);
}

int narrate_result(const struct blocks *blocks, const struct events *events,
		   struct fault *fault)
{
	int ret;

	ret = show_stat(fault);
	if (!ret)
		ret = show_layout(blocks, fault);
	if (!ret)
		show_turns(events);
	return ret;
}
