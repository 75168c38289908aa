// SPDX-License-Identifier: GPL-2.0
#include "checker-pages.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MEMMAP		"sys/module/memory_hotplug/parameters/memmap_on_memory"
#define VIRTIO_MEM	"sys/bus/virtio/drivers/virtio_mem"

/* What the memory map has of a page, on 64 bits. */
#define PAGE_STRUCT_BYTES	64

static uint64_t block_pages(const struct pages *p)
{
	return p->block_bytes / p->page_bytes;
}

static bool spans(const struct pages *p, const struct zone_pages *zone,
		  uint64_t block)
{
	return zone->spanned && zone->start / block_pages(p) <= block &&
	       (zone->start + zone->spanned - 1) / block_pages(p) >= block;
}

static bool is_in(const struct pages *p, const struct zone_pages *zone,
		  const struct block *block)
{
	if (strcmp(zone->name, block->zone))
		return false;
	/* Without a link to its node, its place tells. */
	return block->node < 0 ? spans(p, zone, block->number) :
				 (int)zone->node == block->node;
}

static int count_blocks(const struct pages *p, const struct blocks *blocks,
			struct page_counts *now, struct fault *fault)
{
	size_t i, zone = 0;

	now->existing = blocks->count;
	for (i = 0; i < blocks->count; i++) {
		const struct block *block = &blocks->list[i];
		size_t tries;

		if (strcmp(block->state, "online"))
			continue;
		now->online++;
		/* Boot memory of several zones, which stays. */
		if (!strcmp(block->zone, "none"))
			continue;
		/* Most often in the zone of the block before. */
		for (tries = 0; tries < now->zones.count; tries++) {
			if (is_in(p, &now->zones.list[zone], block))
				break;
			zone = (zone + 1) % now->zones.count;
		}
		if (tries == now->zones.count)
			return fault_set(fault, EBADE,
					 "proc/zoneinfo: block %lu is in zone %s of node %d, which is not there",
					 block->number, block->zone, block->node);
		now->blocks[zone]++;
	}
	return 0;
}

static int check_total(const struct pages *p, const struct page_counts *now,
		       struct fault *fault)
{
	uint64_t managed = 0;
	size_t i;

	for (i = 0; i < now->zones.count; i++)
		managed += now->zones.list[i].managed;
	if (managed * p->page_bytes != now->total_bytes)
		return fault_set(fault, EBADE,
				 "proc/meminfo: MemTotal is %" PRIu64
				 " bytes, the zones of proc/zoneinfo manage %" PRIu64,
				 now->total_bytes, managed * p->page_bytes);
	return 0;
}

static int check_span(const struct pages *p, const struct zone_pages *zone,
		      uint64_t nr_blocks, const struct blocks *blocks,
		      struct fault *fault)
{
	uint64_t seen = 0;
	size_t i;

	if (zone->managed > zone->present || zone->present > zone->spanned)
		return fault_set(fault, EBADE,
				 "proc/zoneinfo: zone %s of node %" PRIu64
				 " spans %" PRIu64 " pages, %" PRIu64 " are present and %" PRIu64
				 " managed", zone->name, zone->node,
				 zone->spanned, zone->present, zone->managed);
	for (i = 0; i < blocks->count; i++)
		seen += is_in(p, zone, &blocks->list[i]) &&
			spans(p, zone, blocks->list[i].number);
	if (seen != nr_blocks)
		return fault_set(fault, EBADE,
				 "proc/zoneinfo: zone %s of node %" PRIu64
				 " spans %" PRIu64 " of the %" PRIu64
				 " blocks that sysfs has in it",
				 zone->name, zone->node, seen, nr_blocks);
	return 0;
}

static int look(const struct pages *p, struct sysroot *root,
		const struct blocks *blocks, const struct zoneinfo *zones,
		struct page_counts *now, struct fault *fault)
{
	size_t i;
	int ret;

	*now = (struct page_counts) { .zones = *zones };
	ret = meminfo_total(root, &now->total_bytes, fault);
	if (!ret)
		ret = count_blocks(p, blocks, now, fault);
	if (!ret)
		ret = check_total(p, now, fault);
	for (i = 0; i < zones->count && !ret; i++)
		ret = check_span(p, &zones->list[i], now->blocks[i], blocks, fault);
	return ret;
}

/* A link to a device, beside the files of the driver. */
static int is_device(const char *name, void *context)
{
	(void)context;
	return !strncmp(name, "virtio", strlen("virtio"));
}

int pages_start(struct pages *p, struct sysroot *root,
		const struct blocks *blocks, const struct zoneinfo *zones,
		struct fault *fault)
{
	struct fault ignored;
	char word[8] = "";

	*p = (struct pages) {
		.page_bytes = (uint64_t)sysconf(_SC_PAGESIZE),
		.block_bytes = blocks->block_bytes,
	};
	/* Kernels without the parameter have no such thing. */
	sysroot_read_word(root, MEMMAP, word, sizeof(word), &ignored);
	p->memmap_on_memory = word[0] && strcmp(word, "N");
	/* Without the driver there is no such folder. */
	p->partial = sysroot_list(root, VIRTIO_MEM, is_device, NULL, &ignored) > 0;
	return look(p, root, blocks, zones, &p->last, fault);
}

/* How a zone changed; what was not there, or is no more, has no pages. */
struct zone_change {
	const struct zone_pages *zone;
	int64_t blocks, present, unmanaged;
};

static void add_zone(struct zone_change *change, const struct zone_pages *zone,
		     uint64_t blocks, int sign)
{
	change->zone = zone;
	change->blocks += sign * (int64_t)blocks;
	change->present += sign * (int64_t)zone->present;
	change->unmanaged += sign * (int64_t)(zone->present - zone->managed);
}

/*
 * What is present and not managed is reserved at boot, and stays so; or is a memory
 * map that lies in its own block; or what virtio-mem took out of a block.
 */
static bool unmanaged_is_right(const struct pages *p,
			       const struct zone_change *change,
			       const struct op *op)
{
	const int64_t map = (int64_t)(block_pages(p) * PAGE_STRUCT_BYTES /
				      p->page_bytes);
	const int64_t blocks = llabs(change->blocks);

	if (!change->unmanaged)
		return true;
	if (p->partial)
		return !op || op->kind == OP_RESIZE ||
		       llabs(change->unmanaged) <=
		       blocks * (int64_t)block_pages(p);
	/* Blocks may have come and gone: the maps may be of more of them, or less. */
	return p->memmap_on_memory && change->unmanaged % map == 0;
}

static int check_change(const struct pages *p, const struct zone_change *change,
			const struct op *op, struct fault *fault)
{
	const int64_t expected = change->blocks * (int64_t)block_pages(p);

	if (change->present != expected)
		return fault_set(fault, EBADE,
				 "proc/zoneinfo: zone %s of node %" PRIu64 ": %+" PRId64
				 " pages present, and %+" PRId64 " blocks in sysfs, %+" PRId64
				 " pages",
				 change->zone->name, change->zone->node,
				 change->present, change->blocks, expected);
	if (!unmanaged_is_right(p, change, op))
		return fault_set(fault, EBADE,
				 "proc/zoneinfo: zone %s of node %" PRIu64 ": %+" PRId64
				 " pages present, but %+" PRId64 " managed",
				 change->zone->name, change->zone->node,
				 change->present,
				 change->present - change->unmanaged);
	return 0;
}

static int check_zones(const struct pages *p, const struct page_counts *now,
		       const struct op *op, struct fault *fault)
{
	const struct page_counts *last = &p->last;
	size_t i, j;
	int ret = 0;

	for (i = 0; i < now->zones.count && !ret; i++) {
		struct zone_change change = {};
		const struct zone_pages *zone = &now->zones.list[i];
		const struct zone_pages *before =
			zoneinfo_find(&last->zones, zone->node, zone->name);

		if (before)
			add_zone(&change, before,
				 last->blocks[before - last->zones.list], -1);
		add_zone(&change, zone, now->blocks[i], 1);
		ret = check_change(p, &change, op, fault);
	}
	/* A node goes with its last block. */
	for (j = 0; j < last->zones.count && !ret; j++) {
		struct zone_change change = {};
		const struct zone_pages *zone = &last->zones.list[j];

		if (zoneinfo_find(&now->zones, zone->node, zone->name))
			continue;
		add_zone(&change, zone, last->blocks[j], -1);
		ret = check_change(p, &change, op, fault);
	}
	return ret;
}

/*
 * The fewest and the most bytes that sysfs and meminfo allow to have come; fewer than
 * none have gone. They differ only if a block is offline and there is a virtio-mem: how
 * much of an offline block is plugged is not to be seen, before or now.
 */
static void bounds(const struct pages *p, const struct page_counts *now,
		   const struct op *op, int64_t *least, int64_t *most)
{
	const struct page_counts *last = &p->last;
	const int64_t online = (int64_t)(now->online - last->online);
	const int64_t existing = (int64_t)(now->existing - last->existing);
	const int64_t total = (int64_t)(now->total_bytes - last->total_bytes);
	const int64_t bytes = (int64_t)p->block_bytes;

	switch (op->kind) {
	case OP_PLUG:
	case OP_UNPLUG:
		*least = existing * bytes;
		*most = *least;
		break;
	case OP_RESIZE:
		if (!p->partial) {
			*least = existing * bytes;
			*most = *least;
			break;
		}
		*least = total - (int64_t)(last->existing - last->online) * bytes;
		*most = total + (int64_t)(now->existing - now->online) * bytes;
		break;
	default:
		*least = online * bytes;
		*most = *least;
		break;
	}
}

static int check_outcome(const struct pages *p, const struct page_counts *now,
			 const struct op *op, const struct outcome *outcome,
			 struct fault *fault)
{
	const int64_t done = outcome->grows ? (int64_t)outcome->done_bytes :
					     -(int64_t)outcome->done_bytes;
	int64_t least, most;

	bounds(p, now, op, &least, &most);
	if (done < least || done > most)
		return fault_set(fault, EBADE,
				 "%s of %s: %+" PRId64 " bytes, by its outcome; %+" PRId64
				 " by what the kernel shows",
				 op_kind_name(op->kind), op->device, done,
				 done < least ? least : most);
	return 0;
}

int pages_check(struct pages *p, struct sysroot *root,
		const struct blocks *blocks, const struct zoneinfo *zones,
		const struct op *op, const struct outcome *outcome,
		struct fault *fault)
{
	struct page_counts now;
	int ret;

	ret = look(p, root, blocks, zones, &now, fault);
	if (!ret)
		ret = check_zones(p, &now, op, fault);
	if (!ret && op)
		ret = check_outcome(p, &now, op, outcome, fault);
	if (!ret)
		p->last = now;
	return ret;
}
