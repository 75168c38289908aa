// SPDX-License-Identifier: GPL-2.0
/* Calls of daxctl, in units of systemd and in rules of udev's. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "daxctl-command.h"
#include "layers.h"
#include "udev-rules.h"

/* With automatic onlining daxctl refuses, unless it is told otherwise. */
static bool is_refused(const struct daxctl_command *c)
{
	return !c->force && (!c->no_movable || c->no_online);
}

static int judge_memory(struct check *check, const char *path, size_t line,
			const char *who, const char *text, const struct daxctl_command *c)
{
	if (check_auto_online(check)) {
		enum finding_kind kind = is_refused(c) ? DAXCTL_REFUSES : DAXCTL_RACES;

		/* It then leaves the blocks alone. */
		if (c->no_online && c->force)
			return 0;
		return check_add(check, kind, path, line,
				 "%s runs \"%s\", and auto_online_blocks is on.", who, text);
	}
	if (c->no_online || c->no_movable)
		return 0;
	return check_add(check, DAXCTL_CHOOSES_ZONE, path, line, "%s runs \"%s\".", who, text);
}

static int judge(struct check *check, const char *path, size_t line, const char *who,
		 const char *text, const struct daxctl_command *c)
{
	struct daxctl_start *start = &check->daxctl;

	switch (c->task) {
	case DAXCTL_TO_MEMORY:
		return judge_memory(check, path, line, who, text, c);
	case DAXCTL_ONLINE:
		return c->no_movable ? 0 :
			check_add(check, DAXCTL_CHOOSES_ZONE, path, line, "%s runs \"%s\".",
				  who, text);
	case DAXCTL_CONFIGURED:
		start->is_run = true;
		start->is_forced |= c->force;
		return 0;
	case DAXCTL_MISTAKE:
		if (start->mistake)
			return 0;
		start->line = line;
		start->mistake = strdup(path);
		start->text = strdup(text);
		return start->mistake && start->text ? 0 : fault_nomem(check->fault);
	case DAXCTL_OTHER:
		break;
	}
	return 0;
}

int check_daxctl_command(struct check *check, const char *path, size_t line,
			 const char *who, const char *text)
{
	struct daxctl_command command;
	const char *at = text;
	int err = 0;

	while (!err && (at = daxctl_command_next(at, &command)))
		err = judge(check, path, line, who, text, &command);
	return err;
}

static int check_rules(struct check *check, const char *path, struct text *text)
{
	const struct udev_rule *rule;
	struct udev_parser parser;
	int more, err = 0;
	size_t i;

	udev_parser_start(&parser, text->data, text->len);
	while (!err && (more = udev_parser_next(&parser, &rule, check->fault))) {
		err = more < 0 ? more : 0;
		for (i = 0; !err && i < rule->nr; i++)
			if (!strcmp(rule->tokens[i].key, "RUN"))
				err = check_daxctl_command(check, path, rule->line, "The rule",
							   rule->tokens[i].value);
	}
	udev_parser_end(&parser);
	return err;
}

int check_daxctl_rules(struct check *check)
{
	struct layers rules;
	struct text text;
	size_t i;
	int err;

	err = check_list_rules(check, &rules);
	if (err)
		return err;
	for (i = 0; i < rules.nr && !err; i++) {
		/* That it can't be read is said where all rules are looked at. */
		if (sysroot_read(check->root, rules.paths[i], &text, check->fault))
			continue;
		err = check_rules(check, rules.paths[i], &text);
		text_free(&text);
	}
	layers_free(&rules);
	return err;
}
