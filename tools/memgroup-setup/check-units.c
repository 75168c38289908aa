// SPDX-License-Identifier: GPL-2.0
/* Units of systemd that set memory online themselves. */
#include <string.h>

#include "check.h"
#include "ini.h"
#include "layers.h"

#define STATES "/sys/devices/system/memory/"

/* Does a unit's command set memory online, and does it say into which zone? */
static bool judge(const char *command, enum finding_kind *kind)
{
	if (check_names_parameter(command)) {
		*kind = PARAMETER_SET_ELSEWHERE;
		return true;
	}
	if (!strstr(command, STATES) || !strstr(command, "online"))
		return false;
	*kind = strstr(command, "online_movable") || strstr(command, "online_kernel") ?
		UNIT_CHOOSES_ZONE : UNIT_ONLINES;
	return true;
}

static int check_command(struct check *check, const char *path, const struct ini_line *line)
{
	enum finding_kind kind;
	char who[320];
	int err = 0;

	snprintf(who, sizeof(who), "The unit %.256s", layer_name(path));
	if (judge(line->value, &kind))
		err = check_add(check, kind, path, line->number, "%s runs \"%s\".", who,
				line->value);
	return err ?: check_daxctl_command(check, path, line->number, who, line->value);
}

static int check_text(struct check *check, const char *path, struct text *text)
{
	struct ini_line line;
	struct ini ini;
	int err = 0;

	ini_start(&ini, text->data, text->len);
	while (!err && ini_next(&ini, &line))
		if (line.key && !strncmp(line.key, "Exec", 4))
			err = check_command(check, path, &line);
	return err;
}

int check_units(struct check *check)
{
	struct layers units;
	size_t i;
	int err;

	err = check_list_units(check, &units);
	if (err)
		return err;
	for (i = 0; i < units.nr && !err; i++) {
		struct text text;

		/* A link to a unit that is gone, or to one of another tree. */
		if (sysroot_read(check->root, units.paths[i], &text, check->fault))
			continue;
		err = check_text(check, units.paths[i], &text);
		text_free(&text);
	}
	layers_free(&units);
	return err;
}
