// SPDX-License-Identifier: GPL-2.0
#include "events.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The value of @key in a line of key=value words. */
static int word_of(const char *line, const char *key, char *value, size_t size)
{
	const size_t key_len = strlen(key);
	const char *at = line;
	size_t len;

	while (strncmp(at, key, key_len) || at[key_len] != '=') {
		at = strchr(at, ' ');
		if (!at)
			return -ENOENT;
		at++;
	}
	at += key_len + 1;
	len = strcspn(at, " \n");
	if (!len || len >= size)
		return -EINVAL;
	memcpy(value, at, len);
	value[len] = '\0';
	return 0;
}

static int number_of(const char *line, const char *key, uint64_t *number)
{
	char word[32], *end;

	if (word_of(line, key, word, sizeof(word)))
		return -EINVAL;
	errno = 0;
	*number = strtoull(word, &end, 0);
	return errno || *end ? -EINVAL : 0;
}

static int parse_decision(const char *line, struct decision *decision)
{
	uint64_t start_pfn, node, mgid;
	int bad = 0;

	bad |= number_of(line, "start_pfn", &start_pfn);
	bad |= number_of(line, "nr_pages", &decision->block_pages);
	bad |= number_of(line, "nid", &node);
	bad |= number_of(line, "mgid", &mgid);
	bad |= number_of(line, "early_kernel_pages",
			 &decision->early_kernel_pages);
	bad |= number_of(line, "movable_pages", &decision->movable_pages);
	bad |= number_of(line, "asked_pages", &decision->asked_pages);
	bad |= number_of(line, "limit_pages", &decision->limit_pages);
#define WORD(name) \
	(bad |= word_of(line, #name, decision->name, sizeof(decision->name)))
	WORD(device);
	WORD(group_type);
	WORD(request);
	WORD(policy);
	WORD(zone);
	WORD(reason);
	WORD(domain);
#undef WORD
	if (bad || !decision->block_pages)
		return -EINVAL;
	decision->block = start_pfn / decision->block_pages;
	decision->node = (int)node;
	decision->mgid = (int)mgid;
	return 0;
}

/* Room for one more; returns the array, or NULL without memory. */
static void *grow(void *array, size_t count, size_t *capacity, size_t size)
{
	const size_t more = *capacity ? 2 * *capacity : 256;

	if (count < *capacity)
		return array;
	array = realloc(array, more * size);
	if (array)
		*capacity = more;
	return array;
}

int events_append(struct events *events, const struct decision *decision)
{
	struct decision *list = grow(events->list, events->count, &events->capacity,
				     sizeof(*list));

	if (!list)
		return -ENOMEM;
	events->list = list;
	list[events->count++] = *decision;
	return 0;
}

static int add_decision(struct events *events, const char *line, bool preview)
{
	struct decision decision = { .preview = preview };

	return parse_decision(line, &decision) ?: events_append(events, &decision);
}

static int parse_block(const char *line, struct change *change)
{
	uint64_t start_pfn, result;

	if (number_of(line, "start_pfn", &start_pfn) ||
	    number_of(line, "nr_pages", &change->block_pages) ||
	    number_of(line, "result", &result) ||
	    number_of(line, "duration_ns", &change->duration_ns) ||
	    word_of(line, "zone", change->zone, sizeof(change->zone)) ||
	    !change->block_pages)
		return -EINVAL;
	change->block = start_pfn / change->block_pages;
	change->result = (int)result;
	return 0;
}

static int parse_group(const char *line, struct change *change)
{
	char type[16];

	if (number_of(line, "max_pages", &change->max_pages) ||
	    number_of(line, "unit_pages", &change->unit_pages) ||
	    word_of(line, "group_type", type, sizeof(type)))
		return -EINVAL;
	change->dynamic = !strcmp(type, "dynamic");
	return change->dynamic || !strcmp(type, "static") ? 0 : -EINVAL;
}

static int parse_change(const char *line, struct change *change)
{
	uint64_t node, mgid;

	if (number_of(line, "nid", &node) || number_of(line, "mgid", &mgid) ||
	    word_of(line, "device", change->device, sizeof(change->device)))
		return -EINVAL;
	change->node = (int)node;
	change->mgid = (int)mgid;
	return change->kind == CHANGE_ONLINE || change->kind == CHANGE_OFFLINE ?
		parse_block(line, change) : parse_group(line, change);
}

static void count_change(struct events *events, const struct change *change)
{
	if (change->result)
		events->failed++;
	else if (change->kind == CHANGE_ONLINE)
		events->onlined++;
	else if (change->kind == CHANGE_OFFLINE)
		events->offlined++;
}

int events_append_change(struct events *events, const struct change *change)
{
	struct change *list = grow(events->changes, events->nr_changes,
				   &events->changes_capacity, sizeof(*list));

	if (!list)
		return -ENOMEM;
	events->changes = list;
	list[events->nr_changes] = *change;
	list[events->nr_changes++].after = events->count;
	count_change(events, change);
	return 0;
}

static int add_change(struct events *events, const char *line, enum change_kind kind)
{
	struct change change = { .kind = kind };

	return parse_change(line, &change) ?: events_append_change(events, &change);
}

int events_add(struct events *events, const char *name, const char *line)
{
	static const char * const changes[] = {
		[CHANGE_ONLINE] = "mhp_block_online",
		[CHANGE_OFFLINE] = "mhp_block_offline",
		[CHANGE_REGISTER] = "mhp_group_register",
		[CHANGE_UNREGISTER] = "mhp_group_unregister",
	};
	size_t i;

	if (!strcmp(name, "mhp_zone_decision"))
		return add_decision(events, line, false);
	if (!strcmp(name, "mhp_zone_preview"))
		return add_decision(events, line, true);
	for (i = 0; i < sizeof(changes) / sizeof(*changes); i++)
		if (!strcmp(name, changes[i]))
			return add_change(events, line, (enum change_kind)i);
	return 0;
}

void events_free(struct events *events)
{
	free(events->list);
	free(events->changes);
	*events = (struct events) {};
}
