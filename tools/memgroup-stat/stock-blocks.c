// SPDX-License-Identifier: GPL-2.0
/*
 * Memory blocks from sysfs, with as few files opened as there can be. A file of a block
 * costs about as much as all of /proc/zoneinfo, which often knows the answer: whether
 * all blocks are online, and in which zone those are that only one zone comes near.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "block-list.h"
#include "stock.h"

/* Where a zone begins and ends: no page outside of this is in it. */
struct span {
	struct range range;
	enum zone_kind zone;
};

struct spans {
	struct span list[ZONEINFO_MAX];
	size_t nr;
};

struct reader {
	struct model *model;
	struct sysroot folder;
	struct spans spans;
	bool all_online;
	bool no_valid_zones;	/* this kernel has no such files */
	size_t nr_unknown;	/* blocks that are online who knows where */
	struct fault *fault;
};

static int find_spans(struct spans *spans, const struct zoneinfo *zones,
		      uint64_t page_bytes, struct fault *fault)
{
	size_t i;

	spans->nr = 0;
	for (i = 0; i < zones->count; i++) {
		const struct zone_pages *zone = &zones->list[i];
		struct span *span = &spans->list[spans->nr];
		uint64_t end;

		if (!zone->spanned)
			continue;
		if (__builtin_add_overflow(zone->start, zone->spanned, &end) ||
		    __builtin_mul_overflow(end, page_bytes, &span->range.end))
			return fault_set(fault, EOVERFLOW, "proc/zoneinfo: node %" PRIu64 ", zone %s: it ends beyond 64 bits",
					 zone->node, zone->name);
		span->range.start = zone->start * page_bytes;
		span->zone = zone_kind_of(zone->name);
		spans->nr++;
	}
	return 0;
}

/*
 * The zone of an online block if only one spans any of it: it can be in no other. Else
 * ZONE_UNKNOWN.
 */
static enum zone_kind only_zone(const struct spans *spans, uint64_t start, uint64_t last)
{
	enum zone_kind zone = ZONE_UNKNOWN;
	size_t i, found = 0;

	for (i = 0; i < spans->nr && found < 2; i++) {
		const struct span *span = &spans->list[i];

		if (span->range.start > last || span->range.end <= start)
			continue;
		zone = span->zone;
		found++;
	}
	return found == 1 ? zone : ZONE_UNKNOWN;
}

/*
 * No page of an offline block is present in a zone. So if all zones together lack less
 * of the blocks than one of them, which are holes, none is offline. One that just goes
 * offline is still online here.
 */
static bool all_are_online(const struct zoneinfo *zones, uint64_t page_bytes,
			   const struct block_list *list)
{
	__uint128_t present = 0;
	size_t i;

	for (i = 0; i < zones->count; i++)
		if (zone_kind_of(zones->list[i].name) != ZONE_DEVICE)
			present += (__uint128_t)zones->list[i].present * page_bytes;
	return present + list->block_bytes > (__uint128_t)list->count * list->block_bytes;
}

static int read_zone(struct reader *reader, struct memory_block *block)
{
	char path[64], word[32];
	int err;

	if (!reader->no_valid_zones) {
		snprintf(path, sizeof(path), "memory%" PRIu64 "/valid_zones",
			 block->number);
		err = sysroot_read_word(&reader->folder, path, word, sizeof(word),
					reader->fault);
		if (!err) {
			block->zone = (uint8_t)zone_kind_of(word);
			return 0;
		}
		if (err != -ENOENT)
			return err;
		/* The block is gone, or there are no such files. */
		snprintf(path, sizeof(path), "memory%" PRIu64 "/state", block->number);
		err = sysroot_read_word(&reader->folder, path, word, sizeof(word),
					reader->fault);
		if (err)
			return err;
		reader->no_valid_zones = true;
	}
	reader->nr_unknown++;
	return 0;
}

static int read_state(struct reader *reader, struct memory_block *block)
{
	char path[64], word[32];
	int state, err;

	block->state = BLOCK_ONLINE;
	if (reader->all_online)
		return 0;
	snprintf(path, sizeof(path), "memory%" PRIu64 "/state", block->number);
	err = sysroot_read_word(&reader->folder, path, word, sizeof(word),
				reader->fault);
	if (err)
		return err;
	state = block_state_of(word);
	if (state < 0)
		return fault_set(reader->fault, EINVAL, "%s/%s: line 1: no state of a memory block: \"%s\"",
				 reader->folder.name, path, word);
	block->state = (uint8_t)state;
	return 0;
}

static int read_block(struct reader *reader, struct memory_block *block)
{
	const uint64_t start = block->number * reader->model->block_bytes;
	const uint64_t last = start + (reader->model->block_bytes - 1);
	int err = read_state(reader, block);

	if (err)
		return err;
	block->zone = ZONE_NONE;
	if (block->state == BLOCK_OFFLINE)
		return 0;
	block->zone = (uint8_t)only_zone(&reader->spans, start, last);
	if (block->zone != ZONE_UNKNOWN)
		return 0;
	/* Asked for a block that just goes, the kernel would ask its policy. */
	if (block->state == BLOCK_ONLINE)
		return read_zone(reader, block);
	reader->nr_unknown++;
	return 0;
}

static int read_blocks(struct reader *reader, const struct block_list *list)
{
	struct model *model = reader->model;
	size_t i;

	for (i = 0; i < list->count; i++) {
		struct memory_block *block = &model->blocks[model->nr_blocks];
		int err;

		*block = (struct memory_block){
			.number = list->list[i].number,
			.group = NO_GROUP,
			.node = (int16_t)list->list[i].node,
		};
		err = read_block(reader, block);
		/* A block may go away while we look. */
		if (err == -ENOENT || err == -ENODEV)
			continue;
		if (err)
			return err;
		model->nr_blocks++;
	}
	return 0;
}

static int note_unknown(const struct reader *reader)
{
	if (!reader->nr_unknown)
		return 0;
	return model_note(reader->model, reader->fault, "the zone of %zu online blocks is not known%s",
			  reader->nr_unknown,
			  reader->no_valid_zones ? ": this kernel has no file valid_zones" : "");
}

int stock_blocks_read(struct model *model, const struct zoneinfo *zones,
		      uint64_t page_bytes, struct sysroot *root, struct fault *fault)
{
	struct reader reader = { .model = model, .fault = fault };
	struct block_list list;
	int err;

	err = find_spans(&reader.spans, zones, page_bytes, fault);
	if (err)
		return err;
	err = block_list_read(root, &list, fault);
	if (err)
		return err;
	model->block_bytes = list.block_bytes;
	reader.all_online = all_are_online(zones, page_bytes, &list);
	model->blocks = calloc(list.count + 1, sizeof(*model->blocks));
	err = model->blocks ? sysroot_open_folder(root, MEMORY_FOLDER, &reader.folder, fault) :
	      fault_nomem(fault);
	if (!err) {
		err = read_blocks(&reader, &list) ?: note_unknown(&reader);
		sysroot_close(&reader.folder);
	}
	block_list_free(&list);
	return err;
}

uint64_t stock_page_bytes(const struct zoneinfo *zones, struct sysroot *root)
{
	__uint128_t managed = 0;
	uint64_t total, bytes;
	struct fault ignored;
	size_t i;

	/* A tree may be of another machine: its total is the same in both units. */
	for (i = 0; i < zones->count; i++)
		managed += zones->list[i].managed;
	if (managed && !meminfo_total(root, &total, &ignored)) {
		for (bytes = 4096; bytes <= 65536; bytes *= 2)
			if (total / bytes >= managed - managed / 4 &&
			    total / bytes <= managed + managed / 4)
				return bytes;
	}
	return (uint64_t)sysconf(_SC_PAGESIZE);
}
