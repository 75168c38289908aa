// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>

#include "msg.h"

bool msg_be_verbose;
static bool terminal_is_raw;

static void say(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

static void say(const char *format, va_list args)
{
	/* One write(), so that lines of several processes do not mix. */
	char line[8192];
	int n, m;

	n = snprintf(line, sizeof(line), "hotplug-vm: ");
	m = vsnprintf(line + n, sizeof(line) - n, format, args);
	if (m < 0)
		return;
	fprintf(stderr, "%s%s", line, msg_newline());
}

void msg(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}

void msg_verbose(const char *format, ...)
{
	va_list args;

	if (!msg_be_verbose)
		return;
	va_start(args, format);
	say(format, args);
	va_end(args);
}

void msg_terminal_raw(bool raw)
{
	terminal_is_raw = raw;
}

const char *msg_newline(void)
{
	return terminal_is_raw ? "\r\n" : "\n";
}
