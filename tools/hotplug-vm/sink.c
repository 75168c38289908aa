// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sink.h"

void sink_open(struct sink *s, int fd)
{
	char path[32];
	struct stat st;
	int again;

	*s = (struct sink){ .fd = fd };
	if (fstat(fd, &st))
		return;
	s->socket = S_ISSOCK(st.st_mode);
	/* A regular file never blocks, and its position must stay shared. */
	if (!S_ISFIFO(st.st_mode) && !S_ISCHR(st.st_mode))
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (again >= 0) {
		s->fd = again;
		s->own = true;
	}
}

void sink_close(struct sink *s)
{
	if (s->own)
		close(s->fd);
	s->own = false;
	s->fd = -1;
}

ssize_t sink_write(struct sink *s, const char *data, size_t len)
{
	ssize_t n;

	if (s->closed)
		return len;
	if (s->socket) {
		n = send(s->fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	} else {
		/* POLLOUT promises this much room in a pipe. */
		if (!s->own && len > PIPE_BUF)
			len = PIPE_BUF;
		n = write(s->fd, data, len);
	}
	if (n >= 0)
		return n;
	if (errno == EAGAIN || errno == EINTR)
		return 0;
	if (errno == EPIPE) {
		s->closed = true;
		return len;
	}
	return -errno;
}
