/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_VM_INITRAMFS_H
#define HOTPLUG_VM_INITRAMFS_H

#include "modules.h"

/* What goes into the guest's root besides the fixed skeleton. */
struct initramfs {
	const char *init;	/* path of hotplug-guest-init */
	const char *ask;	/* path of hotplug-ask, or NULL */
	const char *config;	/* text of LAB_FILE_CONFIG */
	char *const *command;	/* NULL-terminated */
	const char *before;	/* a shell command for LAB_FILE_BEFORE, or NULL */
	const struct modules *modules;	/* to load first */
};

/*
 * Write the archive to @path, which is created.
 * Returns 0, or -1 after saying on standard error what went wrong.
 */
int initramfs_write(const struct initramfs *i, const char *path);

#endif
