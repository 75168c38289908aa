/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_VM_IMAGE_H
#define HOTPLUG_VM_IMAGE_H

#include <limits.h>

/*
 * Is the file @path, given to --root, the image of a squashfs file system?
 * Returns 0 with its absolute path in @resolved, or -1 after saying on standard error
 * what is wrong.
 */
int image_resolve(const char *path, char resolved[PATH_MAX]);

#endif
