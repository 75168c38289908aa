// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "attribute.h"
#include "leaks.h"

#define KMEMLEAK	"/sys/kernel/debug/kmemleak"
/* It leaves alone what is younger than 5 s, and what changed since it last looked. */
#define SECONDS		6
#define LOOKS		2

bool leaks_watched(void)
{
	return !access(KMEMLEAK, F_OK);
}

int leaks_check(struct fault *fault)
{
	char report[900];
	FILE *file;
	size_t len;
	int i, ret;

	for (i = 0; i < LOOKS; i++) {
		sleep(SECONDS);
		ret = attribute_write(KMEMLEAK, "scan", fault);
		if (ret)
			return ret;
	}
	file = fopen(KMEMLEAK, "re");
	if (!file)
		return fault_set(fault, errno, KMEMLEAK ": %s",
				 strerror(errno));
	len = fread(report, 1, sizeof(report) - 1, file);
	fclose(file);
	report[len] = '\0';
	return len ? fault_set(fault, EINVAL, KMEMLEAK ":\n%s", report) : 0;
}
