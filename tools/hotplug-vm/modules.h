/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The modules that a guest needs before it reaches its host: what the lab stands on is
 * not built into the kernels of distributions.
 */
#ifndef HOTPLUG_VM_MODULES_H
#define HOTPLUG_VM_MODULES_H

#include <stdbool.h>
#include <stddef.h>

#define MODULES_MAX	64

/* In the order in which they are to be loaded. */
struct modules {
	char *path[MODULES_MAX];	/* on the host */
	size_t count;
};

/*
 * Look the lab's modules, and those that they depend on, up in @folder: one such as
 * /lib/modules/6.1.0-56-amd64, with modules.dep. What the kernel has built in is left
 * out. With @disk, those for a disk with a squashfs image are wanted, too. Returns 0, or
 * -1 with @error (of @size bytes) saying what is wrong. End with modules_free() in both
 * cases.
 */
int modules_find(struct modules *modules, const char *folder, bool disk, char *error,
		 size_t size);
void modules_free(struct modules *modules);

#endif
