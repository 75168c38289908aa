/* SPDX-License-Identifier: GPL-2.0 */
/* A relay whose QEMU is played by the test. */
#ifndef HOTPLUG_VM_PLAYED_H
#define HOTPLUG_VM_PLAYED_H

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "relay.h"

/* Connects @relay through @qmp to the test, as @qemu. Returns 0, or -1. */
static inline int played_start(struct relay *relay, const struct lab_options *machine,
			       struct qmp *qmp, int *qemu)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		return -1;
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
	fcntl(pair[1], F_SETFL, O_NONBLOCK);
	*qemu = pair[1];
	if (qmp_init(qmp, pair[0], relay_event, relay))
		return -1;
	qmp->ready = true;
	relay_init(relay, machine, qmp);
	return 0;
}

static inline void played_end(struct qmp *qmp, int qemu)
{
	close(qmp->fd);
	close(qemu);
	qmp_free(qmp);
}

#endif
