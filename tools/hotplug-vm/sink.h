/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_VM_SINK_H
#define HOTPLUG_VM_SINK_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Standard output or error, written without ever blocking the poll loop and
 * without setting O_NONBLOCK on a file description that others share.
 */
struct sink {
	int fd;
	bool own;	/* a private description, non-blocking */
	bool socket;
	bool closed;	/* nobody reads any more: what comes is dropped */
};

void sink_open(struct sink *s, int fd);
void sink_close(struct sink *s);

/*
 * Write what can be written now, after poll() said POLLOUT.
 * Returns the number of bytes done with (also those dropped), 0 when none can be
 * written yet, or a negative errno.
 */
ssize_t sink_write(struct sink *s, const char *data, size_t len);

#endif
