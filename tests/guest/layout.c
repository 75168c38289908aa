// SPDX-License-Identifier: GPL-2.0

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "layout.h"

#define SYSFS_MEMORY "/sys/devices/system/memory"

/* The first word of a small file. */
static int read_word(const char *path, char *word, size_t size,
		     struct fault *fault)
{
	FILE *file = fopen(path, "re");
	size_t len;

	if (!file)
		return fault_set(fault, errno, "%s: %s", path, strerror(errno));
	len = fread(word, 1, size - 1, file);
	if (ferror(file)) {
		const int err = errno;

		fclose(file);
		return fault_set(fault, err, "%s: %s", path, strerror(err));
	}
	fclose(file);
	word[len] = '\0';
	word[strcspn(word, " \n")] = '\0';
	return 0;
}

/* The nodeN link of a block, or -1; without NUMA there is none, and all is node 0. */
static int read_node(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int node = access("/sys/devices/system/node", F_OK) ? 0 : -1;

	if (!dir)
		return node;
	while ((entry = readdir(dir)))
		if (sscanf(entry->d_name, "node%d", &node) == 1)
			break;
	closedir(dir);
	return node;
}

static int read_block(struct block *block, struct fault *fault)
{
	char path[128], dir[96];
	int ret;

	snprintf(dir, sizeof(dir), SYSFS_MEMORY "/memory%lu", block->number);
	block->node = read_node(dir);
	snprintf(path, sizeof(path), "%s/state", dir);
	ret = read_word(path, block->state, sizeof(block->state), fault);
	if (ret)
		return ret;
	if (strcmp(block->state, "online")) {
		strcpy(block->zone, "-");
		return 0;
	}
	snprintf(path, sizeof(path), "%s/valid_zones", dir);
	return read_word(path, block->zone, sizeof(block->zone), fault);
}

static int by_number(const void *a, const void *b)
{
	const struct block *left = a, *right = b;

	return (left->number > right->number) - (left->number < right->number);
}

int blocks_read(struct blocks *blocks, struct fault *fault)
{
	struct dirent *entry;
	unsigned long number;
	char word[32];
	DIR *dir;
	int ret;

	*blocks = (struct blocks) {};
	ret = read_word(SYSFS_MEMORY "/block_size_bytes", word, sizeof(word),
			fault);
	if (ret)
		return ret;
	blocks->block_bytes = strtoull(word, NULL, 16);

	dir = opendir(SYSFS_MEMORY);
	if (!dir)
		return fault_set(fault, errno, SYSFS_MEMORY ": %s",
				 strerror(errno));
	while (!ret && (entry = readdir(dir))) {
		struct block *list;

		if (sscanf(entry->d_name, "memory%lu", &number) != 1)
			continue;
		list = realloc(blocks->list,
			       (blocks->count + 1) * sizeof(*list));
		if (!list) {
			ret = fault_nomem(fault);
			break;
		}
		blocks->list = list;
		list[blocks->count] = (struct block) { .number = number };
		ret = read_block(&list[blocks->count], fault);
		/* A block may go away while we look. */
		if (ret == -ENOENT || ret == -ENODEV)
			ret = 0;
		else
			blocks->count++;
	}
	closedir(dir);
	if (ret) {
		blocks_free(blocks);
		return ret;
	}
	qsort(blocks->list, blocks->count, sizeof(*blocks->list), by_number);
	return 0;
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

	return bsearch(&key, blocks->list, blocks->count, sizeof(key),
		       by_number);
}

int layout_add(struct layout *layout, const struct run *run,
	       struct fault *fault)
{
	if (layout->count == LAYOUT_RUNS_MAX)
		return fault_set(fault, E2BIG,
				 "a layout of more than %d runs of blocks",
				 LAYOUT_RUNS_MAX);
	layout->runs[layout->count++] = *run;
	return 0;
}

int layout_of(const struct blocks *blocks, struct layout *layout,
	      struct fault *fault)
{
	size_t i;
	int ret;

	layout->count = 0;
	for (i = 0; i < blocks->count; i++) {
		const struct block *block = &blocks->list[i];
		struct run *last = layout->count ?
			&layout->runs[layout->count - 1] : NULL;
		struct run run = { .first = block->number,
				   .last = block->number };

		if (last && last->last + 1 == block->number &&
		    !strcmp(last->state, block->state) &&
		    !strcmp(last->zone, block->zone)) {
			last->last++;
			continue;
		}
		strcpy(run.state, block->state);
		strcpy(run.zone, block->zone);
		ret = layout_add(layout, &run, fault);
		if (ret)
			return ret;
	}
	return 0;
}

size_t layout_online(const struct layout *layout)
{
	size_t i, online = 0;

	for (i = 0; i < layout->count; i++)
		if (!strcmp(layout->runs[i].state, "online"))
			online += layout->runs[i].last -
				  layout->runs[i].first + 1;
	return online;
}

size_t layout_blocks(const struct layout *layout)
{
	size_t i, blocks = 0;

	for (i = 0; i < layout->count; i++)
		blocks += layout->runs[i].last - layout->runs[i].first + 1;
	return blocks;
}

bool layout_has_zone(const struct layout *layout, const char *zone)
{
	size_t i;

	for (i = 0; i < layout->count; i++)
		if (!strcmp(layout->runs[i].zone, zone))
			return true;
	return false;
}

static void print_layout(FILE *out, const struct layout *layout)
{
	size_t i;

	for (i = 0; i < layout->count; i++)
		fprintf(out, " %lu-%lu:%s:%s", layout->runs[i].first,
			layout->runs[i].last, layout->runs[i].state,
			layout->runs[i].zone);
}

static bool same_run(const struct run *a, const struct run *b)
{
	return a->first == b->first && a->last == b->last &&
	       !strcmp(a->state, b->state) && !strcmp(a->zone, b->zone);
}

int layout_compare(const struct layout *expected, const struct layout *actual,
		   struct fault *fault)
{
	size_t i;
	FILE *out;

	for (i = 0; i < expected->count && i < actual->count; i++)
		if (!same_run(&expected->runs[i], &actual->runs[i]))
			break;
	if (i == expected->count && i == actual->count)
		return 0;

	/* Both in full; what does not fit is cut, the message says enough. */
	memset(fault->text, 0, sizeof(fault->text));
	out = fmemopen(fault->text, sizeof(fault->text) - 1, "w");
	if (!out)
		return fault_nomem(fault);
	fprintf(out, "the layout differs: expected");
	print_layout(out, expected);
	fprintf(out, "; found");
	print_layout(out, actual);
	fclose(out);
	return -EINVAL;
}
