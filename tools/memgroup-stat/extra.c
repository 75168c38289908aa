// SPDX-License-Identifier: GPL-2.0
#include "extra.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define EXTRA "memgroup-stat-extra"

int extra_exec(char **argv, struct fault *fault)
{
	char path[PATH_MAX + sizeof(EXTRA)];
	ssize_t len = readlink("/proc/self/exe", path, PATH_MAX);
	char *slash;

	if (len < 0)
		return fault_set(fault, errno, "/proc/self/exe: %s", strerror(errno));
	path[len] = '\0';
	slash = strrchr(path, '/');
	strcpy(slash ? slash + 1 : path, EXTRA);
	/* It decides about its signals itself. */
	signal(SIGPIPE, SIG_DFL);
	execv(path, argv);
	return fault_set(fault, errno, "%s: %s: this needs the program " EXTRA,
			 path, strerror(errno));
}
