// SPDX-License-Identifier: GPL-2.0
#include "block-list.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"

#define NODES "sys/devices/system/node"

/* No kernel can be built for more nodes than 1024. */
#define NODES_MAX 4096

struct listing {
	struct sysroot *root;
	struct block_list *blocks;
	size_t capacity;
	int node;
	int nr_nodes;
	struct fault *fault;
};

/* "NAME12" is 12 for @prefix "NAME". */
static bool number_behind(const char *name, const char *prefix, uint64_t *number)
{
	const size_t len = strlen(prefix);

	return !strncmp(name, prefix, len) && !units_parse_decimal(name + len, number);
}

static int by_number(const void *a, const void *b)
{
	const struct listed_block *left = a, *right = b;

	return (left->number > right->number) - (left->number < right->number);
}

static int add_block(const char *name, void *context)
{
	struct listing *listing = context;
	struct block_list *blocks = listing->blocks;
	uint64_t number;

	if (!number_behind(name, "memory", &number))
		return 0;
	if (blocks->count == listing->capacity) {
		const size_t capacity = 2 * listing->capacity + 64;
		struct listed_block *list = reallocarray(blocks->list, capacity,
							 sizeof(*list));

		if (!list)
			return fault_nomem(listing->fault);
		blocks->list = list;
		listing->capacity = capacity;
	}
	blocks->list[blocks->count++] = (struct listed_block){
		.number = number, .node = -1,
	};
	return 0;
}

static int add_link(const char *name, void *context)
{
	const struct listing *listing = context;
	struct listed_block key = { .node = -1 }, *block = NULL;

	if (!number_behind(name, "memory", &key.number))
		return 0;
	if (listing->blocks->count)
		block = bsearch(&key, listing->blocks->list, listing->blocks->count,
				sizeof(key), by_number);
	/* Boot memory may have a block on two nodes: the first counts. */
	if (block && (block->node < 0 || block->node > listing->node))
		block->node = listing->node;
	return 0;
}

static int count_node(const char *name, void *context)
{
	struct listing *listing = context;
	uint64_t node;

	if (!number_behind(name, "node", &node) || node >= NODES_MAX)
		return 0;
	listing->node = (int)node;
	listing->nr_nodes++;
	return 0;
}

static int add_node(const char *name, void *context)
{
	struct listing *listing = context;
	uint64_t node;
	char path[64];
	int ret;

	if (!number_behind(name, "node", &node) || node >= NODES_MAX)
		return 0;
	listing->node = (int)node;
	snprintf(path, sizeof(path), NODES "/node%d", listing->node);
	ret = sysroot_list(listing->root, path, add_link, listing, listing->fault);
	/* It may just have gone with its last block. */
	return ret == -ENOENT ? 0 : ret;
}

/* A node has links to all its blocks: far fewer folders to look into than blocks. */
static int read_nodes(struct listing *listing)
{
	struct block_list *blocks = listing->blocks;
	size_t i;
	int ret;

	ret = sysroot_list(listing->root, NODES, count_node, listing, listing->fault);
	if (ret && ret != -ENOENT)
		return ret;
	if (listing->nr_nodes > 1)
		return sysroot_list(listing->root, NODES, add_node, listing,
				    listing->fault);
	/* A single node has them all. */
	for (i = 0; i < blocks->count; i++)
		blocks->list[i].node = listing->node;
	return 0;
}

static int read_size(struct sysroot *root, uint64_t *bytes, struct fault *fault)
{
	char word[32];
	int ret;

	ret = sysroot_read_word(root, MEMORY_FOLDER "/block_size_bytes", word,
				sizeof(word), fault);
	if (!ret && (units_parse_hex(word, bytes) || !*bytes))
		ret = fault_set(fault, EINVAL,
				"%s/" MEMORY_FOLDER "/block_size_bytes: line 1: no hexadecimal block size: \"%s\"",
				root->name, word);
	return ret;
}

/* Its last byte must have an address; and who lists them twice is no kernel. */
static int check(struct sysroot *root, const struct block_list *blocks,
		 struct fault *fault)
{
	size_t i;

	for (i = 0; i < blocks->count; i++) {
		const uint64_t number = blocks->list[i].number;
		uint64_t end;

		if (__builtin_mul_overflow(number, blocks->block_bytes, &end) ||
		    __builtin_add_overflow(end, blocks->block_bytes - 1, &end))
			return fault_set(fault, EOVERFLOW, "%s/" MEMORY_FOLDER "/memory%llu: its address does not fit into 64 bits",
					 root->name, (unsigned long long)number);
		if (i && number == blocks->list[i - 1].number)
			return fault_set(fault, EINVAL, "%s/" MEMORY_FOLDER ": block %llu twice",
					 root->name, (unsigned long long)number);
	}
	return 0;
}

int block_list_read(struct sysroot *root, struct block_list *blocks,
		    struct fault *fault)
{
	struct listing listing = {
		.root = root, .blocks = blocks, .fault = fault,
	};
	int ret;

	*blocks = (struct block_list){ 0 };
	ret = read_size(root, &blocks->block_bytes, fault);
	if (!ret)
		ret = sysroot_list(root, MEMORY_FOLDER, add_block, &listing, fault);
	if (!ret && blocks->count)
		qsort(blocks->list, blocks->count, sizeof(*blocks->list), by_number);
	if (!ret)
		ret = check(root, blocks, fault);
	if (!ret)
		ret = read_nodes(&listing);
	if (ret)
		block_list_free(blocks);
	return ret;
}

void block_list_free(struct block_list *blocks)
{
	free(blocks->list);
	*blocks = (struct block_list){ 0 };
}
