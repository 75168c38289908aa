/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_VM_SHARE_H
#define HOTPLUG_VM_SHARE_H

/*
 * May @path (absolute, resolved) be given to a guest, whose root then reads all
 * that QEMU may read below it, and for results writes?
 *
 * Returns NULL when it may, otherwise the reason why not.
 */
const char *share_refusal(const char *path, const char *home);

/*
 * Resolve the folder that @option names into @resolved (PATH_MAX bytes) and check
 * that it may be shared.
 * Returns 0, or -1 after saying what is wrong.
 */
int share_resolve(const char *option, const char *path, char *resolved);

#endif
