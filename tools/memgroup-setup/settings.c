// SPDX-License-Identifier: GPL-2.0
#include "settings.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grow.h"
#include "units.h"

#define PARAMETERS "sys/module/memory_hotplug/parameters/"

/* A word of the configuration, and of the kernel. */
struct word {
	const char *ours, *kernel;
};

struct key {
	const char *name;
	const char *path;
	const struct word *words;	/* NULL: a number of 32 bits */
	const char *range;		/* for messages */
};

static const struct word policies[] = {
	{ "contig-zones", "contig-zones" }, { "auto-movable", "auto-movable" }, { NULL, NULL },
};

static const struct word booleans[] = { { "yes", "Y" }, { "no", "N" }, { NULL, NULL } };

static const struct word states[] = {
	{ "offline", "offline" }, { "online", "online" }, { "online_kernel", "online_kernel" },
	{ "online_movable", "online_movable" }, { NULL, NULL },
};

static const struct word wishes[] = {
	{ "no", "no" }, { "online", "online" }, { "online_kernel", "online_kernel" },
	{ "online_movable", "online_movable" }, { NULL, NULL },
};

static const struct key keys[NR_KEYS] = {
	[KEY_RATIO] = {
		"auto_movable_ratio", PARAMETERS "auto_movable_ratio", NULL,
		"a number of percent, at most 4294967295",
	},
	[KEY_NUMA_AWARE] = {
		"auto_movable_numa_aware", PARAMETERS "auto_movable_numa_aware", booleans,
		"yes or no",
	},
	[KEY_POLICY] = {
		"online_policy", PARAMETERS "online_policy", policies,
		"contig-zones or auto-movable",
	},
	[KEY_AUTO_ONLINE] = {
		"auto_online_blocks", "sys/devices/system/memory/auto_online_blocks", states,
		"offline, online, online_kernel, or online_movable",
	},
	[KEY_OFFLINE_BLOCKS] = {
		"online_offline_blocks", NULL, wishes,
		"no, online, online_kernel, or online_movable",
	},
};

const char *setting_name(enum setting_key key)
{
	return keys[key].name;
}

const char *setting_path(enum setting_key key)
{
	return keys[key].path;
}

static int find_key(const char *name)
{
	int key;

	for (key = 0; key < NR_KEYS; key++)
		if (!strcmp(keys[key].name, name))
			return key;
	return -1;
}

/*
 * What @word means for that setting, as the kernel has it. Returns 0, or -EINVAL with
 * @value unchanged.
 */
static int setting_parse(enum setting_key key, const char *word,
			 char value[static SETTING_MAX])
{
	const struct word *w;
	uint64_t number;

	if (!keys[key].words) {
		if (units_parse_decimal(word, &number) || number > UINT32_MAX)
			return -EINVAL;
		snprintf(value, SETTING_MAX, "%" PRIu64, number);
		return 0;
	}
	for (w = keys[key].words; w->ours; w++) {
		if (strcmp(w->ours, word))
			continue;
		snprintf(value, SETTING_MAX, "%s", w->kernel);
		return 0;
	}
	return -EINVAL;
}

static int unknown_key(const char *file, size_t line, const char *name, struct fault *fault)
{
	char known[256] = "";
	size_t len = 0;
	int key;

	for (key = 0; key < NR_KEYS; key++)
		len += (size_t)snprintf(known + len, sizeof(known) - len, "%s%s",
					key ? ", " : "", keys[key].name);
	return fault_set(fault, EINVAL, "%s: line %zu: unknown key %.64s: known are %s", file,
			 line, name, known);
}

int settings_set(struct settings *settings, const char *file, size_t line,
		 const char *name, const char *word, struct fault *fault)
{
	const int key = find_key(name);
	struct setting_entry *entry;

	if (key < 0)
		return unknown_key(file, line, name, fault);
	entry = &settings->entry[key];
	if (setting_parse((enum setting_key)key, word, entry->value))
		return fault_set(fault, EINVAL, "%s: line %zu: %s: %.64s is not %s", file,
				 line, name, word, keys[key].range);
	if (!entry->file || strcmp(entry->file, file)) {
		char *copy = strdup(file);

		if (!copy)
			return fault_nomem(fault);
		free(entry->file);
		entry->file = copy;
	} else {
		return fault_set(fault, EINVAL, "%s: line %zu: %s was in line %zu already",
				 file, line, name, entry->line);
	}
	entry->set = true;
	entry->line = line;
	return 0;
}

int settings_override(struct settings *settings, const struct settings *from,
		      struct fault *fault)
{
	int key;

	for (key = 0; key < NR_KEYS; key++) {
		struct setting_entry *entry = &settings->entry[key];
		char *file;

		if (!from->entry[key].set)
			continue;
		file = strdup(from->entry[key].file);
		if (!file)
			return fault_nomem(fault);
		free(entry->file);
		*entry = from->entry[key];
		entry->file = file;
	}
	return 0;
}

int settings_add_file(struct settings *settings, const char *file, struct fault *fault)
{
	char **files = grow(settings->files, settings->nr_files, sizeof(*files));

	if (!files)
		return fault_nomem(fault);
	settings->files = files;
	files[settings->nr_files] = strdup(file);
	return files[settings->nr_files++] ? 0 : fault_nomem(fault);
}

void settings_free(struct settings *settings)
{
	int key;

	for (key = 0; key < NR_KEYS; key++)
		free(settings->entry[key].file);
	while (settings->nr_files)
		free(settings->files[--settings->nr_files]);
	free(settings->files);
	*settings = (struct settings){ 0 };
}

bool settings_is(const struct settings *settings, enum setting_key key, const char *value)
{
	return settings->entry[key].set && !strcmp(settings->entry[key].value, value);
}

bool is_online(const char *word)
{
	return !strcmp(word, "online") || !strcmp(word, "online_kernel") ||
	       !strcmp(word, "online_movable");
}
