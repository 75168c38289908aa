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

static bool has_one(const char *text, const char *const *words)
{
	while (words && *words)
		if (strstr(text, *words++))
			return true;
	return !words;
}

/* The first report, with one of @words. Each begins with the address of an object. */
static int read_report(FILE *file, const char *const *words,
		       struct fault *fault)
{
	bool found = false;
	char report[900] = "";
	char line[200];

	while (fgets(line, sizeof(line), file)) {
		if (!strncmp(line, "unreferenced object", 19)) {
			if (found)
				break;
			report[0] = '\0';
		}
		found |= has_one(line, words);
		if (strlen(report) + strlen(line) < sizeof(report))
			strcat(report, line);
	}
	return found ? fault_set(fault, EINVAL, KMEMLEAK ":\n%s", report) : 0;
}

int leaks_check(const char *const *words, struct fault *fault)
{
	FILE *file;
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
	ret = read_report(file, words, fault);
	fclose(file);
	return ret;
}
