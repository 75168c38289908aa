/* SPDX-License-Identifier: GPL-2.0 */
/* The files of udev's rules, taken apart as udev(7) says. */
#ifndef MEMGROUP_SETUP_UDEV_RULES_H
#define MEMGROUP_SETUP_UDEV_RULES_H

#include <stddef.h>

#include "fault.h"
#include "lines.h"

enum udev_operator {
	UDEV_MATCH,		/* == */
	UDEV_NOMATCH,		/* != */
	UDEV_ASSIGN,		/* =  */
	UDEV_ADD,		/* += */
	UDEV_REMOVE,		/* -= */
	UDEV_ASSIGN_FINAL,	/* := */
};

/* KEY{ATTRIBUTE} OPERATOR "VALUE" */
struct udev_token {
	const char *key;
	const char *attribute;	/* "" for none */
	enum udev_operator operator;
	const char *value;
};

struct udev_rule {
	size_t line;		/* where it begins */
	struct udev_token *tokens;
	size_t nr;
};

struct udev_parser {
	struct lines lines;
	struct udev_rule rule;
};

/* Starts on @text, which is overwritten; it has to live as long as the parser is used. */
void udev_parser_start(struct udev_parser *parser, char *text, size_t len);

/*
 * The next rule, which is valid up to the next call. Lines that udev itself leaves out,
 * as they are no rules, are left out. Returns 1, 0 after the last rule, or -ENOMEM with
 * @fault set.
 */
int udev_parser_next(struct udev_parser *parser, const struct udev_rule **rule,
		     struct fault *fault);
void udev_parser_end(struct udev_parser *parser);

#endif /* MEMGROUP_SETUP_UDEV_RULES_H */
