// SPDX-License-Identifier: GPL-2.0
#include "daxctl-command.h"

#include <string.h>

/* What is between words; what quotes them does not matter here. */
#define BETWEEN		" \t\n\"'"
/* Where a shell's command ends. */
#define ENDS		";&|()`"

struct word {
	const char *text;
	size_t len;
};

/* The next word at *@at, which is behind it then; false at the end of the command. */
static bool next_word(const char **at, struct word *word)
{
	word->text = *at + strspn(*at, BETWEEN);
	word->len = strcspn(word->text, BETWEEN ENDS);
	*at = word->text + word->len;
	return word->len;
}

static bool is(const struct word *word, const char *text)
{
	return word->len == strlen(text) && !strncmp(word->text, text, word->len);
}

static bool starts_with(const struct word *word, const char *text)
{
	return word->len >= strlen(text) && !strncmp(word->text, text, strlen(text));
}

/* All that is looked at of a command, before it is known what it amounts to. */
struct options {
	struct daxctl_command *command;
	bool check_config, to_memory;
};

static void take_mode(struct options *o, const struct word *mode)
{
	o->to_memory = is(mode, "system-ram");
}

/* A value, or what follows if that is in quotes, or is a word of its own. */
static void take_value(struct options *o, const struct word *value, const char **at)
{
	struct word next = *value;

	if (next.len || next_word(at, &next))
		take_mode(o, &next);
}

static void take_long(struct options *o, const struct word *word, const char **at)
{
	struct word mode;

	if (is(word, "--no-online"))
		o->command->no_online = true;
	else if (is(word, "--no-movable"))
		o->command->no_movable = true;
	else if (is(word, "--force"))
		o->command->force = true;
	else if (is(word, "--check-config"))
		o->check_config = true;
	else if (is(word, "--mode") && next_word(at, &mode))
		take_mode(o, &mode);
	else if (starts_with(word, "--mode="))
		take_value(o, &(struct word){ word->text + 7, word->len - 7 }, at);
}

/* Short options, of which one word may have several. */
static void take_short(struct options *o, const struct word *word, const char **at)
{
	size_t i;

	for (i = 1; i < word->len; i++) {
		struct word mode = { word->text + i + 1, word->len - i - 1 };

		switch (word->text[i]) {
		case 'N':
			o->command->no_online = true;
			break;
		case 'f':
			o->command->force = true;
			break;
		case 'C':
			o->check_config = true;
			break;
		case 'm':
			take_value(o, &mode, at);
			return;
		case 'r':
		case 's':
		case 'a':
			/* The rest is their value. */
			return;
		}
	}
}

static enum daxctl_task take_options(struct options *o, const struct word *name,
				     const char *at)
{
	struct word word;

	while (next_word(&at, &word)) {
		if (starts_with(&word, "--"))
			take_long(o, &word, &at);
		else if (*word.text == '-')
			take_short(o, &word, &at);
	}
	if (is(name, "online-memory"))
		return DAXCTL_ONLINE;
	if (!is(name, "reconfigure-device"))
		return DAXCTL_OTHER;
	if (o->check_config)
		return DAXCTL_CONFIGURED;
	return o->to_memory ? DAXCTL_TO_MEMORY : DAXCTL_OTHER;
}

static void parse(const char *at, struct daxctl_command *command)
{
	struct options options = { .command = command };
	struct word name;

	*command = (struct daxctl_command){ .task = DAXCTL_OTHER };
	if (!next_word(&at, &name))
		return;
	if (is(&name, "--version") || is(&name, "-v") || is(&name, "--help") ||
	    is(&name, "-h"))
		return;
	command->task = *name.text == '-' ? DAXCTL_MISTAKE : take_options(&options, &name, at);
}

/* "daxctl", in whichever folder. */
static bool is_daxctl(const struct word *word)
{
	static const char name[] = "daxctl";
	const size_t len = sizeof(name) - 1;
	size_t before;

	if (word->len < len)
		return false;
	before = word->len - len;
	return !strncmp(word->text + before, name, len) &&
	       (!before || strchr("/@-!:+", word->text[before - 1]));
}

const char *daxctl_command_next(const char *text, struct daxctl_command *command)
{
	struct word word;

	while (*text) {
		if (!next_word(&text, &word)) {
			text += strspn(text, ENDS);
			continue;
		}
		if (is_daxctl(&word)) {
			parse(text, command);
			return text;
		}
	}
	return NULL;
}
