// SPDX-License-Identifier: GPL-2.0
/* The configuration itself, and whether it is in force. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "online.h"
#include "plan-advice.h"

static int check_files(struct check *check)
{
	if (check->settings->nr_files)
		return 0;
	return check_add(check, NO_CONFIGURATION, NULL, 0,
			 "There is no configuration: neither memgroup.conf nor a drop-in of it.");
}

static bool names_zone(const struct setting_entry *entry)
{
	return entry->set && is_online(entry->value) && strcmp(entry->value, "online");
}

static int check_bypass(struct check *check)
{
	static const enum setting_key keys[] = { KEY_AUTO_ONLINE, KEY_OFFLINE_BLOCKS };
	size_t i;
	int err = 0;

	if (!settings_is(check->settings, KEY_POLICY, "auto-movable"))
		return 0;
	for (i = 0; i < sizeof(keys) / sizeof(*keys) && !err; i++)
		if (names_zone(&check->settings->entry[keys[i]]))
			err = check_add_setting(check, AUTO_ONLINE_BYPASSES, keys[i],
						"%s is %s, though online_policy is auto-movable.",
						setting_name(keys[i]),
						check->settings->entry[keys[i]].value);
	return err;
}

static int check_ratio(struct check *check)
{
	const struct setting_entry *entry = &check->settings->entry[KEY_RATIO];
	const char *value = entry->set ? entry->value : check->current[KEY_RATIO];

	if (strtoul(value, NULL, 10) <= PLAN_RATIO_MOST)
		return 0;
	if (entry->set)
		return check_add_setting(check, RATIO_HIGH, KEY_RATIO,
					 "auto_movable_ratio is %s: at most %u is known to go well.",
					 value, PLAN_RATIO_MOST);
	return check_add(check, RATIO_HIGH, setting_path(KEY_RATIO), 1,
			 "auto_movable_ratio is %s, which the configuration does not set: at most %u is known to go well.",
			 value, PLAN_RATIO_MOST);
}

static int check_parameters(struct check *check)
{
	enum setting_key key;
	int err = 0;

	for (key = 0; key < NR_PARAMETERS && !err; key++) {
		const struct setting_entry *entry = &check->settings->entry[key];

		if (!entry->set || !strcmp(entry->value, check->current[key]))
			continue;
		if (*check->current[key])
			err = check_add_setting(check, PARAMETER_DIFFERS, key,
						"The configuration has %s = %s, and /%s is %s.",
						setting_name(key), entry->value,
						setting_path(key), check->current[key]);
		/* Without NUMA there is none, and nothing to be set. */
		else if (key != KEY_NUMA_AWARE)
			err = check_add_setting(check, PARAMETER_MISSING, key,
						"This kernel (%s) has no /%s.", check->release,
						setting_path(key));
	}
	return err;
}

static int check_offline_blocks(struct check *check)
{
	const struct setting_entry *entry = &check->settings->entry[KEY_OFFLINE_BLOCKS];
	struct offline_blocks offline;
	int err = 0;

	if (!check->has_model || !entry->set || !is_online(entry->value))
		return 0;
	err = offline_blocks_list(&offline, &check->model, check->fault);
	if (err)
		return err;
	if (offline.nr)
		err = check_add_setting(check, BLOCKS_OFFLINE, KEY_OFFLINE_BLOCKS,
					"Memory blocks that are offline: %zu; the first is memory%"
					PRIu64 ".", offline.nr, offline.list[0].number);
	offline_blocks_free(&offline);
	return err;
}

int check_settings(struct check *check)
{
	return check_files(check) ?: check_parameters(check) ?: check_offline_blocks(check) ?:
	       check_bypass(check) ?: check_ratio(check);
}
