/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_VM_GUEST_MOUNTS_H
#define HOTPLUG_VM_GUEST_MOUNTS_H

#define NO_PROGRAMS	(MS_NOSUID | MS_NODEV | MS_NOEXEC)

/* mount(2) on a folder that is made if it is missing; fails with host_fail(). */
void mount_or_fail(const char *source, const char *target, const char *type,
		   unsigned long flags, const char *data);

/* /dev, /proc and /sys */
void mount_kernel(void);

/* The project's folder and the results, below @root, "" for /. */
void mount_shares(const char *root);

/* What else a root needs that is not a system of its own: the host's /usr, /tmp, ... */
void mount_rest(void);

#endif
