// SPDX-License-Identifier: GPL-2.0
/*
 * daxctl, which turns dax devices into memory as its own configuration says: a rule of
 * udev's starts the unit daxdev-reconfigure@ for each device, and that looks there.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "check.h"
#include "ini.h"
#include "layers.h"

#define UNIT	"daxdev-reconfigure@.service"
#define SECTION	"reconfigure-device"

/* A section about a device; daxctl's own defaults are those of 0. */
struct section {
	size_t line;		/* 0: none */
	char name[64];
	bool is_devdax, stays_offline, is_kernel;
};

static bool is_false(const char *value)
{
	return !strcasecmp(value, "false") || !strcmp(value, "0") || !strcasecmp(value, "no");
}

static void take_key(struct section *section, const char *key, const char *value)
{
	if (!strcasecmp(key, "mode"))
		section->is_devdax = strcasecmp(value, "system-ram");
	else if (!strcasecmp(key, "online"))
		section->stays_offline = is_false(value);
	else if (!strcasecmp(key, "movable"))
		section->is_kernel = is_false(value);
}

static int judge(struct check *check, const char *path, const struct section *s)
{
	if (!s->line || s->is_devdax)
		return 0;
	if (check_auto_online(check))
		return s->is_kernel && !s->stays_offline ?
			check_add(check, DAXCTL_RACES, path, s->line,
				  "The section %s has movable = false, and auto_online_blocks is on.",
				  s->name) :
			check_add(check, DAXCTL_REFUSES, path, s->line,
				  "The section %s has %s, and auto_online_blocks is on.",
				  s->name, s->stays_offline ? "online = false" :
				  "movable = true, be it by default");
	if (s->stays_offline)
		return 0;
	return check_add(check, DAXCTL_CHOOSES_ZONE, path, s->line,
			 "The section %s makes daxctl set the device's memory to %s.", s->name,
			 s->is_kernel ? "online_kernel" : "online_movable");
}

static int check_text(struct check *check, const char *path, struct text *text)
{
	struct section section = { 0 };
	struct ini_line line;
	struct ini ini;
	int err = 0;

	ini_start(&ini, text->data, text->len);
	while (!err && ini_next(&ini, &line)) {
		if (!line.section) {
			take_key(&section, line.key, line.value);
			continue;
		}
		err = judge(check, path, &section);
		section = (struct section){ 0 };
		if (!strncasecmp(line.section, SECTION, strlen(SECTION))) {
			section.line = line.number;
			snprintf(section.name, sizeof(section.name), "%s", line.section);
		}
	}
	return err ?: judge(check, path, &section);
}

static int check_files(struct check *check, const struct layers *files)
{
	size_t i;
	int err = 0;

	for (i = 0; i < files->nr && !err; i++) {
		struct text text;

		err = sysroot_read(check->root, files->paths[i], &text, check->fault);
		if (err) {
			err = check_unreadable(check, err,
					       "what daxctl does at boot is not known");
			continue;
		}
		err = check_text(check, files->paths[i], &text);
		text_free(&text);
	}
	return err;
}

/* Is there the unit that looks at the configuration, and is it not masked? */
static int is_active(struct check *check, bool *active)
{
	struct layers units;
	size_t i;
	int err;

	*active = false;
	err = check_list_units(check, &units);
	if (err)
		return err;
	for (i = 0; i < units.nr; i++)
		*active |= !strcmp(layer_name(units.paths[i]), UNIT);
	layers_free(&units);
	return 0;
}

int check_daxctl(struct check *check)
{
	static const char *const folders[] = { "etc/daxctl.conf.d" };
	struct layers files;
	bool active;
	int err;

	err = is_active(check, &active);
	if (err || !active)
		return err;
	err = layers_list(&files, check->root, folders, 1, ".conf", check->fault);
	if (err)
		return err;
	err = check_files(check, &files);
	layers_free(&files);
	return err;
}
