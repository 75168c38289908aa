// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "msg.h"
#include "workdir.h"

#define PREFIX	"hotplug-vm."
#define DEPTH	512	/* open folders at a time; a deeper tree is moved up */

/*
 * Empty the folder @fd (which is closed). A guest made what is in it: a folder may
 * be closed to its owner, and nested deeper than paths or file descriptors reach.
 */
static void empty(int fd, int top, unsigned int depth)
{
	static unsigned long moved;
	DIR *dir = fdopendir(fd);
	struct dirent *d;
	char name[32];
	int sub;

	if (!dir) {
		close(fd);
		return;
	}
	while ((d = readdir(dir))) {
		if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
			continue;
		if (!unlinkat(dirfd(dir), d->d_name, 0) || (errno != EISDIR && errno != EPERM))
			continue;
		if (depth >= DEPTH) {
			snprintf(name, sizeof(name), "moved.%lu", moved++);
			if (!renameat(dirfd(dir), d->d_name, top, name))
				continue;
		}
		sub = openat(dirfd(dir), d->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (sub < 0 && errno == EACCES && !fchmodat(dirfd(dir), d->d_name, 0700, 0))
			sub = openat(dirfd(dir), d->d_name,
				     O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (sub < 0)
			continue;
		fchmod(sub, 0700);
		empty(sub, top, depth + 1);
		unlinkat(dirfd(dir), d->d_name, AT_REMOVEDIR);
	}
	closedir(dir);
}

static void remove_tree(const char *path)
{
	unsigned int round;

	/* Again for what was moved up. */
	for (round = 0; round < 64; round++) {
		int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		int top = fd < 0 ? -1 : dup(fd);

		if (fd < 0)
			return;
		empty(fd, top, 0);
		close(top);
		if (!rmdir(path) || errno != ENOTEMPTY)
			return;
	}
}

/* Remove folders of runs that were killed: ours, and locked by nobody. */
static void sweep(const char *parent)
{
	DIR *dir = opendir(parent);
	char path[PATH_MAX];
	struct dirent *d;
	struct stat st;
	int fd;

	if (!dir)
		return;
	while ((d = readdir(dir))) {
		if (strncmp(d->d_name, PREFIX, strlen(PREFIX)))
			continue;
		fd = openat(dirfd(dir), d->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			continue;
		/* One that is seconds old may not be locked yet. */
		if (!fstat(fd, &st) && st.st_uid == geteuid() && time(NULL) - st.st_ctime > 60 &&
		    !flock(fd, LOCK_EX | LOCK_NB) &&
		    snprintf(path, sizeof(path), "%s/%s", parent, d->d_name) < (int)sizeof(path))
			remove_tree(path);
		close(fd);
	}
	closedir(dir);
}

int workdir_make(struct workdir *w)
{
	const char *parent = getenv("TMPDIR");

	if (!parent || !*parent)
		parent = "/tmp";
	sweep(parent);
	if (snprintf(w->path, sizeof(w->path), "%s/" PREFIX "XXXXXX", parent) >=
	    (int)sizeof(w->path)) {
		msg("TMPDIR is too long");
		return -1;
	}
	if (!mkdtemp(w->path)) {
		msg("cannot make a folder in %s: %s", parent, strerror(errno));
		return -1;
	}
	w->lock = open(w->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w->lock >= 0)
		flock(w->lock, LOCK_EX | LOCK_NB);
	return 0;
}

void workdir_remove(struct workdir *w)
{
	if (!w->path[0])
		return;
	remove_tree(w->path);
	if (w->lock >= 0)
		close(w->lock);
	w->path[0] = '\0';
}
