// SPDX-License-Identifier: GPL-2.0
#include "ini.h"

#include <string.h>

void ini_start(struct ini *ini, char *text, size_t len)
{
	lines_start(&ini->lines, text, len);
}

int ini_next(struct ini *ini, struct ini_line *line)
{
	char *text, *end;

	while ((text = lines_next(&ini->lines, "#;"))) {
		text = lines_trim(text);
		*line = (struct ini_line){ .number = ini->lines.first };
		end = *text == '[' ? strchr(text, ']') : strchr(text, '=');
		if (!end || *text == '#' || *text == ';')
			continue;
		*end = '\0';
		if (*text == '[') {
			line->section = lines_trim(text + 1);
		} else {
			line->key = lines_trim(text);
			line->value = lines_trim(end + 1);
		}
		return 1;
	}
	return 0;
}
