// SPDX-License-Identifier: GPL-2.0
/* Which folders of the host a guest may see. */
#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "msg.h"
#include "share.h"

/* The system's own folders: themselves, and with "below" what is in them. */
static const struct {
	const char *path;
	bool below;
} refused[] = {
	{ "/", false },
	{ "/bin", true },
	{ "/boot", true },
	{ "/dev", true },
	{ "/etc", true },
	{ "/home", false },
	{ "/lib", true },
	{ "/media", false },
	{ "/mnt", false },
	{ "/opt", false },
	{ "/proc", true },
	{ "/root", false },
	{ "/run", false },
	{ "/sbin", true },
	{ "/srv", false },
	{ "/sys", true },
	{ "/tmp", false },
	{ "/usr", true },
	{ "/var", false },
	{ "/var/lib", false },
	{ "/var/tmp", false },
};

/* Is @path @folder or in it? */
static bool within(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return !strncmp(path, folder, n) && (!path[n] || path[n] == '/');
}

const char *share_refusal(const char *path, const char *home)
{
	size_t i;

	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		if (!strcmp(path, refused[i].path))
			return "it is a folder of the system";
		if (refused[i].below && within(path, refused[i].path))
			return "it lies in a folder of the system";
	}
	if (home && *home == '/' && home[1] && within(home, path))
		return "your home folder is in it";
	return NULL;
}

int share_resolve(const char *option, const char *path, char *resolved)
{
	struct passwd *pw = getpwuid(getuid());
	const char *why;
	struct stat st;

	if (!realpath(path, resolved)) {
		msg("%s: %s: %s", option, path, strerror(errno));
		return -1;
	}
	if (stat(resolved, &st) || !S_ISDIR(st.st_mode)) {
		msg("%s: %s is not a folder", option, path);
		return -1;
	}
	why = share_refusal(resolved, pw ? pw->pw_dir : NULL);
	if (why) {
		msg("%s: %s is not shared with a guest: %s", option, resolved, why);
		return -1;
	}
	return 0;
}
