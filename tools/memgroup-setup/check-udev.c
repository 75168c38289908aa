// SPDX-License-Identifier: GPL-2.0
/* Rules of udev's that set memory online themselves. */
#include "check.h"
#include "layers.h"
#include "udev-event.h"
#include "udev-rules.h"

/* " if …", for what is not certain. */
static const char *condition(const struct udev_action *action, char *text, size_t size)
{
	if (action->certainty == SURELY)
		return "";
	if (action->undecided)
		snprintf(text, size, ", if its %s holds", action->undecided);
	else
		snprintf(text, size, ", if what the rules before it ask for holds");
	return text;
}

static int report(struct check *check, const char *path, const struct udev_rule *rule,
		  const struct udev_action *action)
{
	enum finding_kind kind = action->names_zone ? UDEV_CHOOSES_ZONE : UDEV_ONLINES;
	char text[128];
	int err = 0;

	if (action->state)
		err = check_add(check, kind, path, rule->line,
				"The rule sets a memory block that was added from offline to %s%s%s.",
				action->state,
				action->unknown ? ", of which not all is known here" : "",
				condition(action, text, sizeof(text)));
	if (!err && action->program)
		err = check_add(check, UDEV_RUNS_PROGRAM, path, rule->line,
				"The rule runs \"%s\" for a memory block that was added%s.",
				action->program, condition(action, text, sizeof(text)));
	return err;
}

static int check_text(struct check *check, struct udev_event *event, const char *path,
		      struct text *text)
{
	const struct udev_rule *rule;
	struct udev_parser parser;
	int more, err;

	err = udev_event_start_file(event, text->data, text->len, check->fault);
	udev_parser_start(&parser, text->data, text->len);
	while (!err && (more = udev_parser_next(&parser, &rule, check->fault))) {
		struct udev_action action;

		err = more < 0 ? more : udev_event_rule(event, rule, &action, check->fault);
		if (err)
			break;
		err = report(check, path, rule, &action);
		udev_action_free(&action);
	}
	udev_parser_end(&parser);
	return err;
}

static int check_file(struct check *check, struct udev_event *event, const char *path)
{
	struct text text;
	int err;

	err = sysroot_read(check->root, path, &text, check->fault);
	if (err)
		return check_unreadable(check, err, "its rules were not looked at");
	err = check_text(check, event, path, &text);
	text_free(&text);
	return err;
}

int check_udev(struct check *check)
{
	struct udev_event event;
	struct layers layers;
	size_t i;
	int err;

	err = check_list_rules(check, &layers);
	if (err)
		return err;
	/* What a rule sets is known to all that follow, in whichever file. */
	udev_event_start(&event, check->root);
	for (i = 0; i < layers.nr && !err; i++)
		err = check_file(check, &event, layers.paths[i]);
	udev_event_end(&event);
	layers_free(&layers);
	return err;
}
