/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_VM_WORKDIR_H
#define HOTPLUG_VM_WORKDIR_H

#include <limits.h>

/* The run's private folder (mode 0700) below TMPDIR. */
struct workdir {
	char path[PATH_MAX];
	int lock;		/* held while the run lives */
};

/*
 * Make the folder. Folders that earlier runs of this user left behind because they
 * were killed are removed on the way.
 * Returns 0, or -1 after saying what went wrong.
 */
int workdir_make(struct workdir *w);

/* Remove it with everything in it; links are never followed. */
void workdir_remove(struct workdir *w);

#endif
