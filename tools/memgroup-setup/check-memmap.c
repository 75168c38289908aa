// SPDX-License-Identifier: GPL-2.0
/* memmap_on_memory, which cannot be changed at run time. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "check.h"

#define NAME	"memory_hotplug.memmap_on_memory"
#define PATH	"sys/module/memory_hotplug/parameters/memmap_on_memory"

/* From this version on devices of several blocks have it, too. */
#define SEVERAL_MAJOR	6
#define SEVERAL_MINOR	6

static bool is_before(const char *release, unsigned long major, unsigned long minor)
{
	char *dot;
	const unsigned long its_major = strtoul(release, &dot, 10);

	if (*dot != '.')
		return false;
	return its_major < major ||
	       (its_major == major && strtoul(dot + 1, NULL, 10) < minor);
}

static bool asks_for_it(const char *value)
{
	return value && (!*value || strchr("yYtT1", *value) || !strcasecmp(value, "on") ||
			 !strcasecmp(value, "force"));
}

/* A static device that is too large to have its memory map in itself. */
static const struct group *find_large(const struct model *model)
{
	size_t i;

	for (i = 0; i < model->nr_groups; i++) {
		const struct group *group = &model->groups[i];

		if (group->type && !group_is_dynamic(group) && group->blocks > 1)
			return group;
	}
	return NULL;
}

static int check_large(struct check *check)
{
	const struct group *large = check->has_model ? find_large(&check->model) : NULL;

	if (!large || !is_before(check->release, SEVERAL_MAJOR, SEVERAL_MINOR))
		return 0;
	return check_add(check, MEMMAP_ONE_BLOCK, PATH, 1,
			 "memmap_on_memory is on, but does nothing for %s of %" PRIu64
			 " blocks on Linux %s.", large->device ?: "a device", large->blocks,
			 check->release);
}

int check_memmap(struct check *check)
{
	const char *asked = cmdline_last(&check->cmdline, NAME);
	char now[SETTING_MAX], word[128];
	int err;

	err = sysroot_read_word(check->root, PATH, now, sizeof(now), check->fault);
	if (err && err != -ENOENT)
		return check_unreadable(check, err, "whether memmap_on_memory is on is not known");
	if (asks_for_it(asked) && (err || !strcmp(now, "N"))) {
		snprintf(word, sizeof(word), NAME "%s%s", *asked ? "=" : "", asked);
		return check_add_word(check, MEMMAP_REFUSED, word, err ?
				      ", and this kernel has no such parameter" :
				      ", and the parameter is N");
	}
	if (!strcmp(now, "force"))
		return check_add(check, MEMMAP_WASTES, PATH, 1, "memmap_on_memory is force.");
	return strcmp(now, "Y") ? 0 : check_large(check);
}
