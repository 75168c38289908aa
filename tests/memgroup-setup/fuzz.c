// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzing target: the parsers of our own configuration, of udev's rules and what they do,
 * of files with sections, of the kernel's command line and where it is from, of packed
 * files, and of calls of daxctl. The first byte chooses which. Any input must end in an error with a text or in a
 * result.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot-loader.h"
#include "cmdline.h"
#include "config.h"
#include "daxctl-command.h"
#include "../memgroup-stat/fuzz.h"
#include "ini.h"
#include "kernel-config.h"
#include "udev-event.h"
#include "udev-rules.h"

static void must(int ok, const char *what)
{
	if (!ok) {
		fprintf(stderr, "fuzz: %s\n", what);
		abort();
	}
}

static void try_config(struct text *text)
{
	struct settings settings = { 0 };
	struct fault fault = { .text = "" };

	must(config_parse(&settings, "FILE", text, &fault) == 0 || *fault.text,
	     "an error without a text");
	settings_free(&settings);
}

static void try_udev(struct text *text)
{
	static char name[] = "";
	struct sysroot nowhere = { .fd = -1, .name = name };
	const struct udev_rule *rule;
	struct udev_parser parser;
	struct udev_event event;
	struct fault fault;
	int more;

	udev_event_start(&event, &nowhere);
	must(udev_event_start_file(&event, text->data, text->len, &fault) == 0, "no memory");
	udev_parser_start(&parser, text->data, text->len);
	while ((more = udev_parser_next(&parser, &rule, &fault)) > 0) {
		struct udev_action action;

		must(rule->nr > 0, "a rule of nothing");
		must(udev_event_rule(&event, rule, &action, &fault) == 0, "no memory");
		must(action.certainty || (!action.state && !action.program),
		     "an action that is not done");
		udev_action_free(&action);
	}
	must(more == 0, "no memory");
	udev_parser_end(&parser);
	udev_event_end(&event);
}

static void try_ini(struct text *text)
{
	struct ini_line line;
	size_t last = 0;
	struct ini ini;

	ini_start(&ini, text->data, text->len);
	while (ini_next(&ini, &line)) {
		must(line.number > last, "a line before the last one");
		must(!line.section == !!line.key && !line.key == !line.value,
		     "neither a section nor a key");
		last = line.number;
	}
}

static void try_cmdline(struct text *text)
{
	struct cmdline cmdline;
	struct fault fault;
	size_t i;

	must(cmdline_parse(&cmdline, text->data, &fault) == 0, "no memory");
	for (i = 0; i < cmdline.nr; i++)
		must(!strchr(cmdline.words[i], '"'), "a quote that is left");
	cmdline_free(&cmdline);
}

static void try_boot_loader(struct text *text)
{
	const size_t line = boot_loader_line(text->data, text->len, "movable_node");

	must(line <= text->len + 1, "a line that there is not");
}

static void try_gunzip(struct text *text)
{
	struct kernel_config config = { 0 };

	if (gunzip(text->data, text->len, &config.text, &config.len) == 0)
		kernel_config_line(&config, "CONFIG_BALLOON_COMPACTION");
	free(config.text);
}

static void try_daxctl(struct text *text)
{
	const char *at = text->data, *last = at;
	struct daxctl_command command;

	while ((at = daxctl_command_next(at, &command))) {
		must(at > last && at <= text->data + text->len, "a call that is nowhere");
		last = at;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const targets[])(struct text *) = {
		try_config, try_udev, try_ini, try_cmdline, try_gunzip,
		try_boot_loader, try_daxctl,
	};
	const size_t nr = sizeof(targets) / sizeof(*targets);
	struct text text;

	if (!size)
		return 0;
	/* Of exactly its size, so that sanitizers see every step outside. */
	text.len = size - 1;
	text.data = malloc(size);
	must(text.data != NULL, "no memory");
	memcpy(text.data, data + 1, text.len);
	text.data[text.len] = '\0';
	targets[(size_t)(*data - '0') % nr](&text);
	free(text.data);
	return 0;
}
