// SPDX-License-Identifier: GPL-2.0
#include "lines.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

void lines_start(struct lines *lines, char *text, size_t len)
{
	*lines = (struct lines){ .next = text, .end = text + len, .number = 1 };
}

char *lines_next(struct lines *l, const char *comments)
{
	char *line = l->next, *to = l->next;
	bool more = true;

	if (l->next == l->end)
		return NULL;
	l->first = l->number;
	while (more && l->next < l->end) {
		char *stop = memchr(l->next, '\n', (size_t)(l->end - l->next));
		size_t len = (size_t)((stop ? stop : l->end) - l->next);

		/* What is at @line is its first character also where it moves. */
		more = len && l->next[len - 1] == '\\' &&
		       (!*line || !strchr(comments, *line));
		memmove(to, l->next, len - more);
		to += len - more;
		l->next = stop ? stop + 1 : l->end;
		l->number++;
	}
	*to = '\0';
	return line;
}

char *lines_trim(char *text)
{
	size_t len;

	while (isspace((unsigned char)*text))
		text++;
	len = strlen(text);
	while (len && isspace((unsigned char)text[len - 1]))
		len--;
	text[len] = '\0';
	return text;
}
