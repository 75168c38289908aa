/* SPDX-License-Identifier: GPL-2.0 */
/* Lines of other programs' configuration, which a backslash at the end may join. */
#ifndef MEMGROUP_SETUP_LINES_H
#define MEMGROUP_SETUP_LINES_H

#include <stddef.h>

struct lines {
	char *next, *end;	/* of the text that is left */
	size_t number;		/* of the next line */
	size_t first;		/* where the line that was taken last began */
};

/* Starts on @text of @len bytes with room for one more; it is overwritten. */
void lines_start(struct lines *lines, char *text, size_t len);

/*
 * The next line with all that is joined to it, put together in place, or NULL at the end. A
 * line that begins with one of @comments ends where it ends.
 */
char *lines_next(struct lines *lines, const char *comments);

/* Cuts white space off both ends of @text, in place. */
char *lines_trim(char *text);

#endif /* MEMGROUP_SETUP_LINES_H */
