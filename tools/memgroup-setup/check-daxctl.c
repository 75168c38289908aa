// SPDX-License-Identifier: GPL-2.0
/*
 * daxctl's own configuration, which it applies to a dax device when something runs it with
 * --check-config: a rule of udev's, by itself or through the unit daxdev-reconfigure@.
 */
#include <string.h>
#include <strings.h>

#include "check.h"
#include "ini.h"
#include "layers.h"
#include "lines.h"

#define UNIT	"daxdev-reconfigure@.service"
#define SECTION	"reconfigure-device"

/* A section about a device; daxctl's own defaults are those of 0, but it has none for mode. */
struct section {
	size_t line;		/* 0: none */
	char name[64];
	bool has_device, has_mode, to_memory, stays_offline, asks_policy;
};

/* daxctl's library looks at the first letter; off is not among them. */
static bool is_false(const char *value)
{
	return *value && strchr("nNfF0", *value);
}

/* A value that may be quoted, or have a comment behind it. */
static char *unquote(char *value)
{
	const char quote = *value;

	if (quote == '"' || quote == '\'') {
		value++;
		value[strcspn(value, (const char []){ quote, '\0' })] = '\0';
	} else {
		value[strcspn(value, ";#")] = '\0';
	}
	return lines_trim(value);
}

static void take_key(struct section *section, const char *key, const char *text)
{
	char copy[64];
	const char *value;

	snprintf(copy, sizeof(copy), "%s", text);
	value = unquote(copy);

	if (!strcasecmp(key, "nvdimm.uuid")) {
		section->has_device = *value;
	} else if (!strcasecmp(key, "mode")) {
		section->to_memory = !strcmp(value, "system-ram");
		section->has_mode = section->to_memory || !strcmp(value, "devdax");
	} else if (!strcasecmp(key, "online")) {
		section->stays_offline = is_false(value);
	} else if (!strcasecmp(key, "movable")) {
		section->asks_policy = is_false(value);
	}
}

static bool is_section(const char *name)
{
	const size_t len = strlen(SECTION);

	return !strncasecmp(name, SECTION, len) && (!name[len] || name[len] == ' ');
}

static int judge_unused(struct check *check, const char *path, const struct section *s)
{
	return check_add(check, DAXCTL_SECTION_UNUSED, path, s->line,
			 s->has_device ?
			 "The section %s has no mode, or one that there is not." :
			 "The section %s has no nvdimm.uuid.", s->name);
}

static int judge_online(struct check *check, const char *path, const struct section *s)
{
	const bool goes_on = s->asks_policy && !s->stays_offline;

	if (check->daxctl.is_forced && s->stays_offline)
		return 0;
	return check_add(check,
			 goes_on || check->daxctl.is_forced ? DAXCTL_RACES : DAXCTL_REFUSES,
			 path, s->line, "The section %s has %s, and auto_online_blocks is on.",
			 s->name, s->stays_offline ? "online = false" :
			 s->asks_policy ? "movable = false" : "movable = true, be it by default");
}

static int judge(struct check *check, const char *path, const struct section *s)
{
	if (!s->line)
		return 0;
	check->daxctl.nr_sections += !s->has_mode || s->to_memory;
	if (!s->has_device || !s->has_mode)
		return judge_unused(check, path, s);
	if (!s->to_memory)
		return 0;
	if (check_auto_online(check))
		return judge_online(check, path, s);
	if (s->stays_offline || s->asks_policy)
		return 0;
	return check_add(check, DAXCTL_CHOOSES_ZONE, path, s->line,
			 "The section %s has movable = true, be it by default.", s->name);
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
		if (is_section(line.section)) {
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

static int check_configuration(struct check *check)
{
	static const char *const folders[] = { "etc/daxctl.conf.d" };
	struct layers files;
	int err;

	err = layers_list(&files, check->root, folders, 1, ".conf", check->fault);
	if (err)
		return err;
	err = check_files(check, &files);
	layers_free(&files);
	return err;
}

/* After the units, whose calls of daxctl are known by then. */
int check_daxctl(struct check *check)
{
	const struct daxctl_start *start = &check->daxctl;
	int err;

	err = check_daxctl_rules(check);
	if (err || (!start->is_run && !start->mistake))
		return err;
	err = check_configuration(check);
	if (err || start->is_run || !start->nr_sections)
		return err;
	return check_add(check, DAXCTL_NOT_RUN, start->mistake, start->line,
			 "\"%s\" is run there: daxctl knows no such option without a command.",
			 start->text);
}
