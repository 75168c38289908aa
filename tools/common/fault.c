// SPDX-License-Identifier: GPL-2.0
#include "fault.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "escape.h"

int fault_set(struct fault *fault, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	/* cppcheck-suppress ctuuninitvar ; the text is written here, not read */
	vsnprintf(fault->text, sizeof(fault->text), format, args);
	va_end(args);
	return -err;
}

int fault_nomem(struct fault *fault)
{
	return fault_set(fault, ENOMEM, "out of memory");
}

void fault_print(const struct fault *fault, const char *program)
{
	char *text = escape_terminal(fault->text, escape_locale_is_utf8());

	fprintf(stderr, "%s: %s\n", program, text ? text : "out of memory");
	free(text);
}
