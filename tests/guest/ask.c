// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ask.h"

int ask(struct fault *fault, const char *format, ...)
{
	char words[96], line[160], said[400];
	va_list args;
	FILE *errors;
	size_t len;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	/* What it says on standard error alone. */
	snprintf(line, sizeof(line), "hotplug-ask %s 2>&1 >/dev/null", words);
	errors = popen(line, "re");
	if (!errors)
		return fault_set(fault, errno, "hotplug-ask: %s",
				 strerror(errno));
	len = fread(said, 1, sizeof(said) - 1, errors);
	said[len] = '\0';
	said[strcspn(said, "\n")] = '\0';
	if (pclose(errors))
		return fault_set(fault, EIO, "hotplug-ask %s: failed: %s",
				 words, said);
	return 0;
}
