// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "debugfs.h"
#include "owners.h"
#include "system.h"
#include "view.h"

struct owner {
	uint64_t block;
	char name[33];
};

struct reading {
	struct owners *owners;
	struct view view;
};

static int append(struct owners *owners, uint64_t block, const char *name)
{
	struct owner *list = realloc(owners->list,
				     (owners->count + 1) * sizeof(*list));

	if (!list)
		return -1;
	owners->list = list;
	list[owners->count].block = block;
	snprintf(list[owners->count].name, sizeof(list->name), "%s", name);
	owners->count++;
	return 0;
}

static int on_block(struct records *r, void *context)
{
	struct reading *reading = context;
	const struct group_record *owner;
	char group[24];
	uint64_t block;

	if (u64_of(r, "block", &block) ||
	    string_of(r, "group", group, sizeof(group)))
		return -EINVAL;
	if (!strcmp(group, "-"))
		return 0;
	owner = view_group(&reading->view, strtoull(group, NULL, 10));
	return append(reading->owners, block, owner ? owner->device : "?") ?
		fault_nomem(r->fault) : 0;
}

int owners_read(struct owners *owners, struct fault *fault)
{
	struct reading reading = { .owners = owners };
	int ret;

	*owners = (struct owners) {};
	ret = view_read(system_root(), &reading.view, fault);
	if (!ret)
		ret = debugfs_for_each(system_root(), "blocks", on_block, &reading, fault);
	if (ret)
		owners_free(owners);
	return ret;
}

void owners_free(struct owners *owners)
{
	free(owners->list);
	*owners = (struct owners) {};
}

const char *owners_name(const struct owners *owners, unsigned long block)
{
	size_t i;

	for (i = 0; i < owners->count; i++)
		if (owners->list[i].block == block)
			return owners->list[i].name;
	return "boot memory";
}
