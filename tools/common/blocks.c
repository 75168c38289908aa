// SPDX-License-Identifier: GPL-2.0
#include "blocks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "block-list.h"

static int by_number(const void *a, const void *b)
{
	const struct block *left = a, *right = b;

	return (left->number > right->number) - (left->number < right->number);
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

static int read_states(struct sysroot *folder, const struct block_list *list,
		       struct blocks *blocks, struct fault *fault)
{
	size_t i;
	int ret;

	for (i = 0; i < list->count; i++) {
		struct block *block = &blocks->list[blocks->count];

		block->number = list->list[i].number;
		block->node = list->list[i].node;
		ret = read_block(folder, block, fault);
		/* A block may go away while we look. */
		if (ret == -ENOENT || ret == -ENODEV)
			continue;
		if (ret)
			return ret;
		blocks->count++;
	}
	return 0;
}

int blocks_read(struct sysroot *root, struct blocks *blocks,
		struct fault *fault)
{
	struct block_list list;
	struct sysroot memory;
	int ret;

	*blocks = (struct blocks) {};
	ret = block_list_read(root, &list, fault);
	if (ret)
		return ret;
	blocks->block_bytes = list.block_bytes;
	blocks->list = calloc(list.count + 1, sizeof(*blocks->list));
	ret = blocks->list ? sysroot_open_folder(root, MEMORY_FOLDER, &memory, fault) :
	      fault_nomem(fault);
	if (!ret) {
		ret = read_states(&memory, &list, blocks, fault);
		sysroot_close(&memory);
	}
	block_list_free(&list);
	if (ret)
		blocks_free(blocks);
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
	const struct block key = { .number = number };

	/* There may be no list. */
	return blocks->count ? bsearch(&key, blocks->list, blocks->count,
				       sizeof(key), by_number) : NULL;
}
