/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Strings of unknown origin, made safe for where they go.
 *
 * All functions return a string that the caller frees, or NULL without memory.
 */
#ifndef MEMGROUP_ESCAPE_H
#define MEMGROUP_ESCAPE_H

#include <stdbool.h>

/* Does the locale that setlocale() chose write UTF-8? */
bool escape_locale_is_utf8(void);

/*
 * For a terminal: every byte that is a control character, the part of a
 * character that steers the terminal's text direction or lines, no valid UTF-8,
 * or a backslash (so that the result is unambiguous) becomes \xHH. Without
 * @utf8 every byte that is not ASCII does.
 */
char *escape_terminal(const char *text, bool utf8);

/*
 * For a format that demands UTF-8 and has its own escapes, JSON: every byte that
 * is no valid UTF-8 becomes U+FFFD.
 */
char *escape_utf8(const char *text);

#endif /* MEMGROUP_ESCAPE_H */
