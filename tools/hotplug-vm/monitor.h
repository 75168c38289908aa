/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A second QMP monitor of the machine, for another program on the host (--qmp).
 */
#ifndef HOTPLUG_VM_MONITOR_H
#define HOTPLUG_VM_MONITOR_H

struct monitor {
	const char *path;
	int fd;			/* the listening socket, for QEMU to inherit; -1: none */
};

/*
 * Makes a socket as @path, which must not exist, for the user alone. Returns 0, or
 * -1 after saying what is wrong. End with monitor_close().
 */
int monitor_open(struct monitor *m, const char *path);

/* Closes the socket and removes its file. Nothing happens when there is none. */
void monitor_close(struct monitor *m);

#endif
