// SPDX-License-Identifier: GPL-2.0
#include "escape.h"

#include <langinfo.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool escape_locale_is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/*
 * The length in bytes of the character at @s, stored in @rune; 0 if there is no
 * valid one: overlong forms, surrogates and values above U+10FFFF are not.
 */
static size_t decode(const unsigned char *s, uint32_t *rune)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len, i;
	uint32_t c;

	if (s[0] < 0x80) {
		*rune = s[0];
		return 1;
	}
	if (s[0] >= 0xc2 && s[0] <= 0xdf) {
		len = 2;
		c = s[0] & 0x1f;
	} else if ((s[0] & 0xf0) == 0xe0) {
		len = 3;
		c = s[0] & 0x0f;
	} else if (s[0] >= 0xf0 && s[0] <= 0xf4) {
		len = 4;
		c = s[0] & 0x07;
	} else {
		return 0;
	}
	/* The terminating NUL is no continuation byte: no reading past it. */
	for (i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*rune = c;
	return len;
}

/* Characters that a terminal obeys instead of showing them. */
static bool steers(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) ||
	       c == 0x061c || c == 0xfeff ||
	       (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) ||
	       (c >= 0xfff9 && c <= 0xfffb);
}

char *escape_terminal(const char *text, bool utf8)
{
	const unsigned char *s = (const unsigned char *)text;
	char *result = malloc(4 * strlen(text) + 1);
	char *out = result;

	if (!result)
		return NULL;
	while (*s) {
		uint32_t rune = 0;
		size_t len = decode(s, &rune);
		bool plain = len && !steers(rune) && rune != '\\' &&
			     (utf8 || len == 1);

		if (!len)
			len = 1;
		for (; len; len--, s++) {
			if (plain)
				*out++ = (char)*s;
			else
				out += sprintf(out, "\\x%02x", *s);
		}
	}
	*out = '\0';
	return result;
}

char *escape_utf8(const char *text)
{
	static const char replacement[] = "\xef\xbf\xbd";
	const unsigned char *s = (const unsigned char *)text;
	char *result = malloc(3 * strlen(text) + 1);
	char *out = result;

	if (!result)
		return NULL;
	while (*s) {
		uint32_t rune;
		size_t len = decode(s, &rune);

		if (len) {
			memcpy(out, s, len);
			out += len;
			s += len;
		} else {
			memcpy(out, replacement, 3);
			out += 3;
			s++;
		}
	}
	*out = '\0';
	return result;
}
