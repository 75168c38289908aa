// SPDX-License-Identifier: GPL-2.0
#include "cmdline.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "grow.h"

/* Cuts the next word off, without its quotes; returns NULL at the end. */
static char *next_word(char **text)
{
	char *from = *text, *to, *word;
	bool quoted = false;

	while (isspace((unsigned char)*from))
		from++;
	if (!*from)
		return NULL;
	word = from;
	to = from;
	for (; *from && (quoted || !isspace((unsigned char)*from)); from++) {
		if (*from == '"')
			quoted = !quoted;
		else
			*to++ = *from;
	}
	*text = *from ? from + 1 : from;
	*to = '\0';
	return word;
}

int cmdline_parse(struct cmdline *cmdline, const char *text, struct fault *fault)
{
	char *next, *word;

	*cmdline = (struct cmdline){ .text = strdup(text) };
	next = cmdline->text;
	while (next && (word = next_word(&next)) && strcmp(word, "--")) {
		char **words = grow(cmdline->words, cmdline->nr, sizeof(*words));

		if (!words) {
			cmdline_free(cmdline);
			break;
		}
		cmdline->words = words;
		words[cmdline->nr++] = word;
	}
	return cmdline->text ? 0 : fault_nomem(fault);
}

int cmdline_read(struct cmdline *cmdline, struct sysroot *root, struct fault *fault)
{
	struct text text;
	int err;

	*cmdline = (struct cmdline){ 0 };
	err = sysroot_read(root, CMDLINE_FILE, &text, fault);
	if (err)
		return err;
	err = cmdline_parse(cmdline, text.data, fault);
	text_free(&text);
	return err;
}

void cmdline_free(struct cmdline *cmdline)
{
	free(cmdline->words);
	free(cmdline->text);
	*cmdline = (struct cmdline){ 0 };
}

static bool same(char a, char b)
{
	return a == b || (a == '-' && b == '_') || (a == '_' && b == '-');
}

const char *cmdline_value(const char *word, const char *name)
{
	while (*name && same(*word, *name)) {
		word++;
		name++;
	}
	if (*name)
		return NULL;
	if (*word == '=')
		return word + 1;
	return *word ? NULL : word;
}

const char *cmdline_last(const struct cmdline *cmdline, const char *name)
{
	const char *value = NULL;
	size_t i;

	for (i = cmdline->nr; i-- > 0 && !value;)
		value = cmdline_value(cmdline->words[i], name);
	return value;
}
