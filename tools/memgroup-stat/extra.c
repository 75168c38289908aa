// SPDX-License-Identifier: GPL-2.0
#include "extra.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define EXTRA "memgroup-stat-extra"

/* From this program's folder: in a build folder, and when installed. */
static const char *const places[] = { EXTRA, "../libexec/memgroup/" EXTRA };

#define NR_PLACES (sizeof(places) / sizeof(*places))

int extra_exec(char **argv, struct fault *fault)
{
	char self[PATH_MAX], path[PATH_MAX + 64];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;
	size_t i;

	if (len < 0)
		return fault_set(fault, errno, "/proc/self/exe: %s", strerror(errno));
	self[len] = '\0';
	slash = strrchr(self, '/');
	if (slash)
		*slash = '\0';
	/* It decides about its signals itself. */
	signal(SIGPIPE, SIG_DFL);
	for (i = 0; i < NR_PLACES; i++) {
		snprintf(path, sizeof(path), "%s/%s", self, places[i]);
		execv(path, argv);
		if (errno != ENOENT && errno != ENOTDIR)
			return fault_set(fault, errno, "%s: %s", path, strerror(errno));
	}
	return fault_set(fault, errno, "%s/" EXTRA ": %s: this needs the program " EXTRA,
			 self, strerror(errno));
}
