// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>
#include <string.h>

#include "policy-name.h"

#define AUTO_ONLINE	"sys/devices/system/memory/auto_online_blocks"
#define PARAMETERS	"sys/module/memory_hotplug/parameters/"

/* The first word of a file, or "". */
static void read_word(struct sysroot *root, const char *path, char *word,
		      size_t size)
{
	struct fault fault;
	size_t len = 0;

	if (sysroot_read_at(root, path, 0, word, size - 1, &len, &fault))
		len = 0;
	word[len] = '\0';
	word[strcspn(word, " \n")] = '\0';
}

void policy_name(struct sysroot *root, char *text, size_t size)
{
	char policy[24], ratio[16], online[24];

	read_word(root, AUTO_ONLINE, online, sizeof(online));
	read_word(root, PARAMETERS "online_policy", policy, sizeof(policy));
	read_word(root, PARAMETERS "auto_movable_ratio", ratio, sizeof(ratio));
	if (!strncmp(online, "online_", 7))
		snprintf(text, size, "%s", online);
	else if (!strcmp(policy, "auto-movable"))
		snprintf(text, size, "%s %s%%", policy, ratio);
	else	/* Kernels that have no such parameter know no other policy. */
		snprintf(text, size, "%s", *policy ? policy : "contig-zones");
}
