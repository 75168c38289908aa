// SPDX-License-Identifier: GPL-2.0
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers.h"
#include "lines.h"

/* Below the root: without the slash. */
#define IN_SYSCONFDIR(name) (&(SYSCONFDIR "/" name)[1])

/* The administrator's own before what was made at run time, and that before packages'. */
static const char *const folders[] = {
	IN_SYSCONFDIR("memgroup.conf.d"), "run/memgroup.conf.d", "usr/lib/memgroup.conf.d",
};

static const char *const files[] = {
	IN_SYSCONFDIR("memgroup.conf"), "run/memgroup.conf", "usr/lib/memgroup.conf",
};

#define NR_OF(array) (sizeof(array) / sizeof(*(array)))

static int parse_line(struct settings *settings, const char *file, size_t number,
		      char *line, struct fault *fault)
{
	char *equals, *name, *value;

	line = lines_trim(line);
	if (!*line || *line == '#')
		return 0;
	equals = strchr(line, '=');
	if (!equals)
		return fault_set(fault, EINVAL, "%s: line %zu: no \"key = value\": %.64s",
				 file, number, line);
	*equals = '\0';
	name = lines_trim(line);
	value = lines_trim(equals + 1);
	return settings_set(settings, file, number, name, value, fault);
}

int config_parse(struct settings *settings, const char *file, struct text *text,
		 struct fault *fault)
{
	struct settings own = { 0 };
	char *line = text->data, *next;
	const char *end = text->data + text->len;
	size_t number = 0;
	int err = 0;

	for (; line < end && !err; line = next) {
		char *stop = memchr(line, '\n', (size_t)(end - line));

		next = stop ? stop + 1 : (char *)end;
		if (!stop)
			stop = next;
		number++;
		if (memchr(line, '\0', (size_t)(stop - line)))
			err = fault_set(fault, EINVAL, "%s: line %zu: a NUL byte", file,
					number);
		*stop = '\0';
		if (!err)
			err = parse_line(&own, file, number, line, fault);
	}
	if (!err)
		err = settings_override(settings, &own, fault);
	settings_free(&own);
	return err;
}

static int read_file(struct settings *settings, struct sysroot *root, const char *path,
		     struct fault *fault)
{
	struct text text;
	char *file;
	int err;

	err = sysroot_read(root, path, &text, fault);
	if (err)
		return err;
	if (asprintf(&file, "%s/%s", root->name, path) < 0) {
		text_free(&text);
		return fault_nomem(fault);
	}
	err = config_parse(settings, file, &text, fault) ?:
		settings_add_file(settings, file, fault);
	free(file);
	text_free(&text);
	return err;
}

int config_read(struct settings *settings, struct sysroot *root, struct fault *fault)
{
	struct layers layers;
	int err = -ENOENT;
	size_t i;

	*settings = (struct settings){ 0 };
	for (i = 0; i < NR_OF(files) && err == -ENOENT; i++)
		err = read_file(settings, root, files[i], fault);
	if (err && err != -ENOENT)
		return err;
	err = layers_list(&layers, root, folders, NR_OF(folders), ".conf", fault);
	if (err)
		return err;
	for (i = 0; i < layers.nr && !err; i++)
		err = read_file(settings, root, layers.paths[i], fault);
	layers_free(&layers);
	return err;
}
