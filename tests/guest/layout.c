// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "layout.h"

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
