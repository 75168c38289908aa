// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "monitor.h"
#include "msg.h"

int monitor_open(struct monitor *m, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	mode_t mask;
	int ret;

	*m = (struct monitor){ .path = path, .fd = -1 };
	if (!*path || strlen(path) >= sizeof(address.sun_path)) {
		msg("--qmp: the name of a socket has 1 to %zu characters",
		    sizeof(address.sun_path) - 1);
		return -1;
	}
	strcpy(address.sun_path, path);

	m->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (m->fd < 0) {
		msg("--qmp: socket: %s", strerror(errno));
		return -1;
	}
	/* Who may connect may do with the machine, and its memory, as he likes. */
	mask = umask(077);
	ret = bind(m->fd, (struct sockaddr *)&address, sizeof(address));
	umask(mask);
	if (ret) {
		msg("--qmp: %s: %s", path,
		    errno == EADDRINUSE ? "there is such a file already" : strerror(errno));
		close(m->fd);
		m->fd = -1;
		return -1;
	}
	if (listen(m->fd, 1)) {
		msg("--qmp: %s: %s", path, strerror(errno));
		monitor_close(m);
		return -1;
	}
	return 0;
}

void monitor_close(struct monitor *m)
{
	if (m->fd < 0)
		return;
	close(m->fd);
	m->fd = -1;
	unlink(m->path);
}
