// SPDX-License-Identifier: GPL-2.0
#include "blocks.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"

#define MEMORY	"sys/devices/system/memory"
#define NODES	"sys/devices/system/node"

/* "NAME12" is 12 for @prefix "NAME". */
static bool number_behind(const char *name, const char *prefix,
			  unsigned long *number)
{
	const size_t len = strlen(prefix);
	uint64_t value;

	if (strncmp(name, prefix, len) ||
	    units_parse_decimal(name + len, &value) || value > ULONG_MAX)
		return false;
	*number = (unsigned long)value;
	return true;
}

static int by_number(const void *a, const void *b)
{
	const struct block *left = a, *right = b;

	return (left->number > right->number) - (left->number < right->number);
}

static struct block *find(const struct blocks *blocks, unsigned long number)
{
	const struct block key = { .number = number };

	/* There may be no list. */
	return blocks->count ? bsearch(&key, blocks->list, blocks->count,
				       sizeof(key), by_number) : NULL;
}

struct listing {
	struct sysroot *root;
	struct blocks *blocks;
	size_t capacity;
	unsigned long node;
	struct fault *fault;
};

static int add_block(const char *name, void *context)
{
	struct listing *listing = context;
	struct blocks *blocks = listing->blocks;
	unsigned long number;

	if (!number_behind(name, "memory", &number))
		return 0;
	if (blocks->count == listing->capacity) {
		const size_t capacity = 2 * listing->capacity + 64;
		struct block *list = realloc(blocks->list,
					     capacity * sizeof(*list));

		if (!list)
			return fault_nomem(listing->fault);
		blocks->list = list;
		listing->capacity = capacity;
	}
	blocks->list[blocks->count++] = (struct block) {
		.number = number, .node = -1,
	};
	return 0;
}

static int add_link(const char *name, void *context)
{
	const struct listing *listing = context;
	unsigned long number;
	struct block *block;

	if (!number_behind(name, "memory", &number))
		return 0;
	block = find(listing->blocks, number);
	/* Boot memory may have a block on two nodes: the first counts. */
	if (block && (block->node < 0 || block->node > (int)listing->node))
		block->node = (int)listing->node;
	return 0;
}

static int add_node(const char *name, void *context)
{
	struct listing *listing = context;
	char path[64];
	int ret;

	if (!number_behind(name, "node", &listing->node))
		return 0;
	snprintf(path, sizeof(path), NODES "/node%lu", listing->node);
	ret = sysroot_list(listing->root, path, add_link, listing,
			   listing->fault);
	/* It may just have gone with its last block. */
	return ret == -ENOENT ? 0 : ret;
}

/* A node has links to all its blocks: far fewer folders to look into than blocks. */
static int read_nodes(struct listing *listing)
{
	struct blocks *blocks = listing->blocks;
	size_t i;
	int ret;

	ret = sysroot_list(listing->root, NODES, add_node, listing,
			   listing->fault);
	if (ret != -ENOENT)
		return ret;
	/* Without NUMA all is node 0. */
	for (i = 0; i < blocks->count; i++)
		blocks->list[i].node = 0;
	return 0;
}

static int read_block(struct sysroot *folder, struct block *block,
		      struct fault *fault)
{
	char path[64];
	int ret;

	snprintf(path, sizeof(path), "memory%lu/state", block->number);
	ret = sysroot_read_word(folder, path, block->state,
				sizeof(block->state), fault);
	if (ret)
		return ret;
	if (strcmp(block->state, "online")) {
		strcpy(block->zone, "-");
		return 0;
	}
	snprintf(path, sizeof(path), "memory%lu/valid_zones", block->number);
	return sysroot_read_word(folder, path, block->zone,
				 sizeof(block->zone), fault);
}

static int read_states(struct sysroot *folder, struct blocks *blocks,
		       struct fault *fault)
{
	size_t i, kept = 0;
	int ret;

	for (i = 0; i < blocks->count; i++) {
		struct block block = blocks->list[i];

		ret = read_block(folder, &block, fault);
		/* A block may go away while we look. */
		if (ret == -ENOENT || ret == -ENODEV)
			continue;
		if (ret)
			return ret;
		blocks->list[kept++] = block;
	}
	blocks->count = kept;
	return 0;
}

int blocks_read(struct sysroot *root, struct blocks *blocks,
		struct fault *fault)
{
	struct listing listing = {
		.root = root, .blocks = blocks, .fault = fault,
	};
	struct sysroot memory;
	char word[32];
	uint64_t bytes;
	int ret;

	*blocks = (struct blocks) {};
	ret = sysroot_read_word(root, MEMORY "/block_size_bytes", word,
				sizeof(word), fault);
	if (!ret && (units_parse_hex(word, &bytes) || !bytes))
		ret = fault_set(fault, EINVAL,
				"%s/" MEMORY "/block_size_bytes: not a size: \"%s\"",
				root->name, word);
	if (!ret)
		ret = sysroot_list(root, MEMORY, add_block, &listing, fault);
	if (!ret && blocks->count)
		qsort(blocks->list, blocks->count, sizeof(*blocks->list),
		      by_number);
	if (!ret)
		ret = read_nodes(&listing);
	if (!ret)
		ret = sysroot_open_folder(root, MEMORY, &memory, fault);
	if (!ret) {
		ret = read_states(&memory, blocks, fault);
		sysroot_close(&memory);
	}
	if (ret)
		blocks_free(blocks);
	else
		blocks->block_bytes = bytes;
	return ret;
}

void blocks_free(struct blocks *blocks)
{
	free(blocks->list);
	*blocks = (struct blocks) {};
}

const struct block *blocks_find(const struct blocks *blocks,
				unsigned long number)
{
	return find(blocks, number);
}
