// SPDX-License-Identifier: GPL-2.0
#include "udev-event.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grow.h"
#include "settings.h"

#define DMI "[dmi/id]"
#define DMI_FOLDER "sys/class/dmi/id/"

/* A GOTO that was followed, perhaps. */
struct udev_jump {
	char *label;
	enum certainty certainty;
};

/* The block that this is about: any one, that was just added. */
static const struct {
	const char *key, *attribute, *value;
} facts[] = {
	{ "ACTION", "", "add" },
	{ "SUBSYSTEM", "", "memory" }, { "SUBSYSTEMS", "", "memory" },
	{ "KERNEL", "", "memory32" }, { "KERNELS", "", "memory32" },
	{ "DEVPATH", "", "/devices/system/memory/memory32" },
	{ "DRIVER", "", "" }, { "DRIVERS", "", "" },
	{ "ATTR", "state", "offline" }, { "ATTRS", "state", "offline" },
	{ "ENV", "ACTION", "add" }, { "ENV", "SUBSYSTEM", "memory" },
	{ "ENV", "DEVPATH", "/devices/system/memory/memory32" },
};

static enum certainty least(enum certainty a, enum certainty b)
{
	return a < b ? a : b;
}

static enum certainty not(enum certainty c)
{
	return SURELY - c;
}

void udev_event_start(struct udev_event *event, struct sysroot *root)
{
	*event = (struct udev_event){ .root = root, .here = SURELY };
}

static void end_file(struct udev_event *event)
{
	while (event->nr_jumps)
		free(event->jumps[--event->nr_jumps].label);
	free(event->jumps);
	event->jumps = NULL;
	udev_labels_free(&event->labels);
}

int udev_event_start_file(struct udev_event *event, const char *text, size_t len,
			  struct fault *fault)
{
	end_file(event);
	event->here = SURELY;
	return udev_labels_read(&event->labels, text, len, fault);
}

static void forget_values(struct udev_property *property)
{
	while (property->nr)
		free(property->values[--property->nr]);
	free(property->values);
	property->values = NULL;
}

void udev_event_end(struct udev_event *event)
{
	end_file(event);
	while (event->nr_properties) {
		struct udev_property *p = &event->properties[--event->nr_properties];

		forget_values(p);
		free(p->name);
	}
	free(event->properties);
	*event = (struct udev_event){ 0 };
}

void udev_action_free(struct udev_action *action)
{
	free(action->state);
	*action = (struct udev_action){ 0 };
}

static struct udev_property *find_property(const struct udev_event *event, const char *name)
{
	size_t i;

	for (i = 0; i < event->nr_properties; i++)
		if (!strcmp(event->properties[i].name, name))
			return &event->properties[i];
	return NULL;
}

/* Is @value one of the patterns, which are separated by bars? */
static enum certainty matches(const char *patterns, const char *value)
{
	char *copy = strdup(patterns), *next = copy, *pattern;
	enum certainty result = copy ? SURELY_NOT : PERHAPS;

	while (next && result == SURELY_NOT && (pattern = strsep(&next, "|")))
		if (!fnmatch(pattern, value, 0))
			result = SURELY;
	free(copy);
	return result;
}

static enum certainty match_property(const struct udev_property *property,
				     const char *patterns)
{
	enum certainty result = SURELY_NOT;
	size_t i, good = 0;

	for (i = 0; i < property->nr; i++)
		good += matches(patterns, property->values[i]) == SURELY;
	if (good)
		result = PERHAPS;
	if (!property->certain)
		return PERHAPS;
	return good == property->nr ? SURELY : result;
}

/* What the firmware says of the machine, which many rules for virtual machines ask. */
static enum certainty match_dmi(struct udev_event *event, const char *name,
				const char *patterns)
{
	enum certainty result;
	struct fault ignored;
	struct text text;
	char path[128];
	int err;

	if (strchr(name, '/') || strlen(name) > 64)
		return PERHAPS;
	snprintf(path, sizeof(path), DMI_FOLDER "%s", name);
	err = sysroot_read(event->root, path, &text, &ignored);
	if (err)
		return err == -ENOENT ? SURELY_NOT : PERHAPS;
	while (text.len && strchr(" \t\n", text.data[text.len - 1]))
		text.len--;
	text.data[text.len] = '\0';
	result = matches(patterns, text.data);
	text_free(&text);
	return result;
}

static enum certainty match(struct udev_event *event, const struct udev_token *token)
{
	const struct udev_property *property = NULL;
	size_t i;

	if (!strcmp(token->key, "TEST"))
		return strcmp(token->value, "state") ? PERHAPS : SURELY;
	if (!strcmp(token->key, "ATTR") && !strncmp(token->attribute, DMI, strlen(DMI)))
		return match_dmi(event, token->attribute + strlen(DMI), token->value);
	if (!strcmp(token->key, "ENV"))
		property = find_property(event, token->attribute);
	if (property)
		return match_property(property, token->value);
	for (i = 0; i < sizeof(facts) / sizeof(*facts); i++)
		if (!strcmp(facts[i].key, token->key) &&
		    !strcmp(facts[i].attribute, token->attribute))
			return matches(token->value, facts[i].value);
	return PERHAPS;
}

/* PROGRAM and IMPORT ask with whichever operator. */
static bool is_match(const struct udev_token *token)
{
	return token->operator == UDEV_MATCH || token->operator == UDEV_NOMATCH ||
	       !strcmp(token->key, "PROGRAM") || !strcmp(token->key, "IMPORT");
}

/* What it asks for itself, if we come to it. */
static enum certainty match_rule(struct udev_event *event, const struct udev_rule *rule,
				 const char **undecided)
{
	enum certainty all = SURELY;
	size_t i;

	for (i = 0; i < rule->nr && all; i++) {
		const struct udev_token *token = &rule->tokens[i];
		enum certainty one;

		if (!is_match(token))
			continue;
		one = match(event, token);
		if (token->operator == UDEV_NOMATCH)
			one = not(one);
		if (one == PERHAPS)
			*undecided = token->key;
		all = least(all, one);
	}
	return all;
}

static int add_value(struct udev_property *property, const char *value)
{
	char **values;
	size_t i;

	for (i = 0; i < property->nr; i++)
		if (!strcmp(property->values[i], value))
			return 0;
	values = grow(property->values, property->nr, sizeof(*values));
	if (!values)
		return -ENOMEM;
	property->values = values;
	values[property->nr] = strdup(value);
	return values[property->nr++] ? 0 : -ENOMEM;
}

/* @own is what the rule asks for, if we come to it. */
static int set_property(struct udev_event *event, const struct udev_token *token,
			enum certainty own)
{
	struct udev_property *property = find_property(event, token->attribute);
	struct udev_property *list;

	if (!property) {
		list = grow(event->properties, event->nr_properties, sizeof(*list));
		if (!list)
			return -ENOMEM;
		event->properties = list;
		property = &list[event->nr_properties];
		*property = (struct udev_property){ .name = strdup(token->attribute) };
		if (!property->name)
			return -ENOMEM;
		event->nr_properties++;
	}
	/* Those who come to a later rule came by this one, as far as can be told. */
	if (own == SURELY)
		property->certain = token->operator != UDEV_ADD;
	if (own == SURELY && event->here == SURELY)
		forget_values(property);
	return add_value(property, token->value);
}

static int add_jump(struct udev_event *event, const char *label, enum certainty certainty)
{
	struct udev_jump *jumps = grow(event->jumps, event->nr_jumps, sizeof(*jumps));

	if (!jumps)
		return -ENOMEM;
	event->jumps = jumps;
	jumps[event->nr_jumps] = (struct udev_jump){ strdup(label), certainty };
	return jumps[event->nr_jumps++].label ? 0 : -ENOMEM;
}

static void arrive(struct udev_event *event, const char *label)
{
	size_t i;

	for (i = 0; i < event->nr_jumps; i++)
		if (!strcmp(event->jumps[i].label, label) &&
		    event->here < event->jumps[i].certainty)
			event->here = event->jumps[i].certainty;
}

/* One of the words that a rule may write to a block's state. */
static int add_state(struct udev_action *action, const char *word)
{
	char *all;

	if (asprintf(&all, "%s%s%s", action->state ?: "", action->state ? " or " : "", word) < 0)
		return -ENOMEM;
	free(action->state);
	action->state = all;
	action->names_zone |= is_online(word) && strcmp(word, "online");
	return 0;
}

/* The property that all of @value is, "$env{NAME}" or "%E{NAME}"; NULL for other values. */
static const struct udev_property *named_property(const struct udev_event *event,
						  const char *value)
{
	const size_t skip = !strncmp(value, "$env{", 5) ? 5 : 3;
	const size_t len = strlen(value);
	const struct udev_property *property;
	char *name;

	if ((skip == 3 && strncmp(value, "%E{", 3)) || len <= skip || value[len - 1] != '}')
		return NULL;
	name = strndup(value + skip, len - skip - 1);
	property = name ? find_property(event, name) : NULL;
	free(name);
	return property;
}

static int take_state(const struct udev_event *event, const char *value,
		      struct udev_action *action)
{
	const struct udev_property *property = named_property(event, value);
	size_t i;
	int err = 0;

	for (i = 0; property && i < property->nr && !err; i++)
		if (is_online(property->values[i]))
			err = add_state(action, property->values[i]);
	if (property && property->certain)
		return err;
	if (strpbrk(value, "$%")) {
		action->unknown = true;
		return err ?: add_state(action, value);
	}
	return is_online(value) ? add_state(action, value) : 0;
}

/* Nobody knows what a program does; but this one has the words for it. */
static bool seems_to_online(const char *command)
{
	return strstr(command, "online") &&
	       (strstr(command, "state") || strstr(command, "memory"));
}

static int take_assignment(struct udev_event *event, const struct udev_token *token,
			   enum certainty own, struct udev_action *action)
{
	if (!strcmp(token->key, "ENV"))
		return set_property(event, token, own);
	if (!strcmp(token->key, "ATTR") && !strcmp(token->attribute, "state"))
		return take_state(event, token->value, action);
	if (!strcmp(token->key, "RUN") && seems_to_online(token->value))
		action->program = token->value;
	return 0;
}

/* To a label that does not come udev does not jump; it says so in its log. */
static bool is_jump(const struct udev_event *event, const struct udev_rule *rule,
		    const struct udev_token *token)
{
	return !strcmp(token->key, "GOTO") &&
	       udev_labels_follow(&event->labels, token->value, rule->line);
}

int udev_event_rule(struct udev_event *event, const struct udev_rule *rule,
		    struct udev_action *action, struct fault *fault)
{
	enum certainty own;
	bool jumps = false;
	size_t i;
	int err = 0;

	*action = (struct udev_action){ 0 };
	/* Where one arrives before anything else of the line is looked at. */
	for (i = 0; i < rule->nr; i++)
		if (!strcmp(rule->tokens[i].key, "LABEL"))
			arrive(event, rule->tokens[i].value);
	own = event->here ? match_rule(event, rule, &action->undecided) : SURELY_NOT;
	action->certainty = least(event->here, own);
	for (i = 0; action->certainty && i < rule->nr && !err; i++) {
		const struct udev_token *token = &rule->tokens[i];

		if (!strcmp(token->key, "PROGRAM") && seems_to_online(token->value))
			action->program = token->value;
		if (is_match(token))
			continue;
		if (is_jump(event, rule, token)) {
			err = add_jump(event, token->value, action->certainty);
			jumps = true;
		} else {
			err = take_assignment(event, token, own, action);
		}
	}
	if (jumps)
		event->here = least(event->here, not(action->certainty));
	if (err) {
		udev_action_free(action);
		return fault_nomem(fault);
	}
	return 0;
}
