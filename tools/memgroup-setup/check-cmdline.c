// SPDX-License-Identifier: GPL-2.0
/* The kernel's command line: what it decides before memgroup-setup runs, and for good. */
#include <string.h>

#include "check.h"

#define NR_OF(array) (sizeof(array) / sizeof(*(array)))

/* These take boot memory away from what the ratio counts, whatever their value is. */
static const struct {
	const char *name;
	enum finding_kind kind;
} always[] = {
	{ "movable_node", CMDLINE_MOVABLE_NODE },
	{ "kernelcore", CMDLINE_KERNELCORE },
	{ "movablecore", CMDLINE_KERNELCORE },
	{ "cma", CMDLINE_CMA },
	{ "hugetlb_cma", CMDLINE_CMA },
};

/* The parameters of the policy, and what they are if the command line does not say. */
static const struct {
	enum setting_key key;
	const char *name, *unset;
} parameters[] = {
	{ KEY_POLICY, "memory_hotplug.online_policy", "contig-zones" },
	{ KEY_RATIO, "memory_hotplug.auto_movable_ratio", "301" },
	{ KEY_NUMA_AWARE, "memory_hotplug.auto_movable_numa_aware", "Y" },
};

/* A word of the command line as the kernel shows it later: its booleans have many words. */
static const char *shown(enum setting_key key, const char *value)
{
	if (key != KEY_NUMA_AWARE)
		return value;
	if (!*value || strchr("yYtT1", *value) || !strncmp(value, "on", 2))
		return "Y";
	return "N";
}

static int check_always(struct check *check)
{
	const struct cmdline *c = &check->cmdline;
	size_t i, j;
	int err = 0;

	for (i = 0; i < c->nr; i++)
		for (j = 0; j < NR_OF(always) && !err; j++)
			if (cmdline_value(c->words[i], always[j].name))
				err = check_add_word(check, always[j].kind, c->words[i], "");
	return err;
}

static int check_parameters(struct check *check)
{
	size_t i;
	char word[128], more[512];
	int err = 0;

	for (i = 0; i < NR_OF(parameters) && !err; i++) {
		const struct setting_entry *entry =
			&check->settings->entry[parameters[i].key];
		const char *value = cmdline_last(&check->cmdline, parameters[i].name);

		if (!value || !entry->set ||
		    !strcmp(shown(parameters[i].key, value), entry->value))
			continue;
		snprintf(word, sizeof(word), "%s%s%s", parameters[i].name, *value ? "=" : "",
			 value);
		snprintf(more, sizeof(more), ", and the configuration %s (%s, line %zu)",
			 entry->value, entry->file, entry->line);
		err = check_add_word(check, CMDLINE_PARAMETER, word, more);
	}
	return err;
}

/* Is the policy at boot what the configuration asks for? */
static bool boots_as_configured(const struct check *check)
{
	size_t i;

	for (i = 0; i < NR_OF(parameters); i++) {
		const struct setting_entry *entry =
			&check->settings->entry[parameters[i].key];
		const char *value = cmdline_last(&check->cmdline, parameters[i].name) ?:
				    parameters[i].unset;

		if (entry->set && strcmp(shown(parameters[i].key, value), entry->value))
			return false;
	}
	return true;
}

/* How the kernel sets memory online that it finds, if nothing tells it otherwise. */
static int check_built_in_state(struct check *check)
{
	static const char *const symbols[] = {
		"CONFIG_MEMORY_HOTPLUG_DEFAULT_ONLINE", "CONFIG_MHP_DEFAULT_ONLINE_TYPE_ONLINE_AUTO",
		"CONFIG_MHP_DEFAULT_ONLINE_TYPE_ONLINE_KERNEL",
		"CONFIG_MHP_DEFAULT_ONLINE_TYPE_ONLINE_MOVABLE",
	};
	const struct kernel_config *config = &check->kernel_config;
	size_t i, line;
	int err = 0;

	for (i = 0; i < NR_OF(symbols) && !err; i++) {
		line = kernel_config_line(config, symbols[i]);
		/* The first two ask the policy. */
		if (!line || (i < 2 && boots_as_configured(check)))
			continue;
		err = check_add(check, KERNEL_DEFAULT_STATE, config->path, line,
				"The kernel is built with %s, and the command line does not say memhp_default_state=.",
				symbols[i]);
	}
	return err;
}

static int check_default_state(struct check *check)
{
	const char *value = cmdline_last(&check->cmdline, "memhp_default_state");
	char word[128];

	if (!check->settings->entry[KEY_POLICY].set)
		return 0;
	if (!value)
		return check_built_in_state(check);
	/* What the kernel does not know it leaves alone. */
	if (!is_online(value) ||
	    (!strcmp(value, "online") && boots_as_configured(check)))
		return 0;
	snprintf(word, sizeof(word), "memhp_default_state=%s", value);
	return check_add_word(check, CMDLINE_DEFAULT_STATE, word, strcmp(value, "online") ?
			", which names a zone" :
			", and not the policy that the configuration asks for");
}

int check_cmdline(struct check *check)
{
	return check_default_state(check) ?: check_parameters(check) ?: check_always(check);
}
