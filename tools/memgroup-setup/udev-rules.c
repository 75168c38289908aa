// SPDX-License-Identifier: GPL-2.0
#include "udev-rules.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "grow.h"

void udev_parser_start(struct udev_parser *parser, char *text, size_t len)
{
	*parser = (struct udev_parser){ .rule = { .nr = 0 } };
	lines_start(&parser->lines, text, len);
}

void udev_parser_end(struct udev_parser *parser)
{
	free(parser->rule.tokens);
	*parser = (struct udev_parser){ 0 };
}

static char *skip_separators(char *at)
{
	while (isspace((unsigned char)*at) || *at == ',')
		at++;
	return at;
}

/* The operator at @at, whose length it returns; 0 for none. */
static size_t parse_operator(const char *at, enum udev_operator *operator)
{
	static const struct {
		const char *text;
		enum udev_operator operator;
	} operators[] = {
		{ "==", UDEV_MATCH }, { "!=", UDEV_NOMATCH }, { "+=", UDEV_ADD },
		{ "-=", UDEV_REMOVE }, { ":=", UDEV_ASSIGN_FINAL }, { "=", UDEV_ASSIGN },
	};
	size_t i;

	for (i = 0; i < sizeof(operators) / sizeof(*operators); i++) {
		const size_t len = strlen(operators[i].text);

		if (strncmp(at, operators[i].text, len))
			continue;
		*operator = operators[i].operator;
		return len;
	}
	return 0;
}

/* The number of @digits digits of that base at @at, or -1. */
static long parse_digits(const char *at, int base, size_t digits)
{
	char copy[9] = "", *end;
	long value;

	if (strspn(at, "0123456789abcdefABCDEF") < digits)
		return -1;
	memcpy(copy, at, digits);
	value = strtol(copy, &end, base);
	return *end ? -1 : value;
}

/*
 * The character that an escape of C's stands for, @at being behind its backslash and moved
 * behind it; -1 for none. One that is not ASCII is DEL: no word that matters here has it.
 */
static int unescape(char **at)
{
	static const char letters[] = "abfnrtvs\\\"'", meant[] = "\a\b\f\n\r\t\v \\\"'";
	static const struct {
		char letter;
		int base;
		size_t digits;
	} numbers[] = { { 'x', 16, 2 }, { 'u', 16, 4 }, { 'U', 16, 8 } };
	const char *letter = **at ? strchr(letters, **at) : NULL;
	size_t i, skip = 0, digits = 3;
	int base = 8;
	long value;

	if (letter) {
		(*at)++;
		return meant[letter - letters];
	}
	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		if (**at != numbers[i].letter)
			continue;
		skip = 1;
		base = numbers[i].base;
		digits = numbers[i].digits;
	}
	value = parse_digits(*at + skip, base, digits);
	if (value <= 0)
		return -1;
	*at += skip + digits;
	return value < 0x80 ? (int)value : 0x7f;
}

/* A quoted value, its quotes and what escapes them taken off; NULL if it is none. */
static char *parse_value(char **at)
{
	char *from = *at, *to, *value;
	bool escapes = false;

	/* e"…" has escapes as C has, i"…" is for any case. */
	while (*from == 'e' || *from == 'i')
		escapes |= *from++ == 'e';
	if (*from++ != '"')
		return NULL;
	value = from;
	to = from;
	while (*from && *from != '"') {
		int c = (unsigned char)*from++;

		if (c == '\\' && escapes)
			c = unescape(&from);
		else if (c == '\\' && *from == '"')
			c = *from++;
		if (c < 0)
			return NULL;
		*to++ = (char)c;
	}
	if (!*from)
		return NULL;
	*at = from + 1;
	*to = '\0';
	return value;
}

static bool is_key(char c)
{
	return isalpha((unsigned char)c) || c == '_';
}

/* KEY{ATTRIBUTE} up to the operator; false if it is no such thing. */
static bool parse_key(char **at, struct udev_token *token)
{
	char *key = *at, *end = key, *close;
	size_t len;

	while (is_key(*end))
		end++;
	if (end == key)
		return false;
	token->key = key;
	token->attribute = "";
	*at = end;
	if (*end == '{') {
		close = strchr(end, '}');
		if (!close)
			return false;
		token->attribute = end + 1;
		*at = close + 1;
		*close = '\0';
	}
	while (isspace((unsigned char)**at))
		(*at)++;
	len = parse_operator(*at, &token->operator);
	*at += len;
	/* What ended the key was looked at. */
	*end = '\0';
	return len;
}

/* One token at @at, which then is behind it. */
static bool parse_token(char **at, struct udev_token *token)
{
	char *value;

	if (!parse_key(at, token))
		return false;
	while (isspace((unsigned char)**at))
		(*at)++;
	value = parse_value(at);
	token->value = value;
	return value;
}

static int parse_rule(struct udev_parser *p, char *line, bool *good)
{
	struct udev_rule *rule = &p->rule;

	/* The array is made anew, to have grown as grow() wants it. */
	free(rule->tokens);
	rule->tokens = NULL;
	rule->nr = 0;
	*good = true;
	line = skip_separators(line);
	if (*line == '#')
		return 0;
	for (; *line && *good; line = skip_separators(line)) {
		struct udev_token *tokens = grow(rule->tokens, rule->nr, sizeof(*tokens));

		if (!tokens)
			return -ENOMEM;
		rule->tokens = tokens;
		*good = parse_token(&line, &tokens[rule->nr]);
		rule->nr++;
	}
	return 0;
}

int udev_parser_next(struct udev_parser *parser, const struct udev_rule **rule,
		     struct fault *fault)
{
	char *line;

	while ((line = lines_next(&parser->lines, "#"))) {
		bool good;

		parser->rule.line = parser->lines.first;
		if (parse_rule(parser, line, &good))
			return fault_nomem(fault);
		if (!good || !parser->rule.nr)
			continue;
		*rule = &parser->rule;
		return 1;
	}
	return 0;
}
