/* SPDX-License-Identifier: GPL-2.0 */
/* Files of sections and keys, as systemd and daxctl have them. */
#ifndef MEMGROUP_SETUP_INI_H
#define MEMGROUP_SETUP_INI_H

#include <stddef.h>

#include "lines.h"

struct ini_line {
	size_t number;		/* where it begins */
	/* "[SECTION]": then the others are NULL. */
	const char *section;
	/* "KEY = VALUE", trimmed. */
	const char *key, *value;
};

struct ini {
	struct lines lines;
};

/* Starts on @text, which is overwritten; it has to live as long as the lines. */
void ini_start(struct ini *ini, char *text, size_t len);

/*
 * The next line that is a section or a key; a backslash at the end joins a line to the next.
 * Returns 1, or 0 after the last one. Other lines are left out.
 */
int ini_next(struct ini *ini, struct ini_line *line);

#endif /* MEMGROUP_SETUP_INI_H */
