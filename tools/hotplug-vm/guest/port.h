/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_VM_GUEST_PORT_H
#define HOTPLUG_VM_GUEST_PORT_H

/*
 * Open the virtio-serial port called @name, non-blocking, waiting up to @wait_ms
 * for it to appear (and for another process to close it).
 * Returns a descriptor, or -ENOENT, -EBUSY or another negative errno.
 */
int port_open(const char *name, int wait_ms);

#endif
