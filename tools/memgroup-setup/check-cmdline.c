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

static int add_word(struct check *check, enum finding_kind kind, const char *word,
		    const char *more)
{
	return check_add(check, kind, CMDLINE_FILE, 1, "The command line has %s%s.", word, more);
}

static int check_always(struct check *check)
{
	const struct cmdline *c = &check->cmdline;
	size_t i, j;
	int err = 0;

	for (i = 0; i < c->nr; i++)
		for (j = 0; j < NR_OF(always) && !err; j++)
			if (cmdline_value(c->words[i], always[j].name))
				err = add_word(check, always[j].kind, c->words[i], "");
	return err;
}

static int check_parameters(struct check *check)
{
	size_t i;
	int err = 0;

	for (i = 0; i < NR_OF(parameters) && !err; i++) {
		const struct setting_entry *entry =
			&check->settings->entry[parameters[i].key];
		const char *value = cmdline_last(&check->cmdline, parameters[i].name);

		if (!value || !entry->set ||
		    !strcmp(shown(parameters[i].key, value), entry->value))
			continue;
		err = check_add(check, CMDLINE_PARAMETER, CMDLINE_FILE, 1,
				"The command line has %s=%s, and the configuration %s (%s, line %zu).",
				parameters[i].name, value, entry->value, entry->file,
				entry->line);
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

static int check_default_state(struct check *check)
{
	const char *value = cmdline_last(&check->cmdline, "memhp_default_state");
	char word[128];

	/* What the kernel does not know it leaves alone. */
	if (!value || !is_online(value))
		return 0;
	if (!check->settings->entry[KEY_POLICY].set ||
	    (!strcmp(value, "online") && boots_as_configured(check)))
		return 0;
	snprintf(word, sizeof(word), "memhp_default_state=%s", value);
	return add_word(check, CMDLINE_DEFAULT_STATE, word, strcmp(value, "online") ?
			", which names a zone" :
			", and not the policy that the configuration asks for");
}

int check_cmdline(struct check *check)
{
	return check_default_state(check) ?: check_parameters(check) ?: check_always(check);
}
