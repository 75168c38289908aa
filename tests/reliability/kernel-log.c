// SPDX-License-Identifier: GPL-2.0
#include "kernel-log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LOG "/dev/kmsg"

int kernel_log_open(struct fault *fault)
{
	int fd = open(LOG, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 || lseek(fd, 0, SEEK_END) < 0) {
		int err = errno;

		if (fd >= 0)
			close(fd);
		return fault_set(fault, err, LOG ": %s", strerror(err));
	}
	return fd;
}

int kernel_log_count(int fd, const char *text, uint64_t *times, struct fault *fault)
{
	char message[8192];
	ssize_t n;

	/* A message a call. */
	for (;;) {
		n = read(fd, message, sizeof(message) - 1);
		/* Of those that were overwritten, nobody knows. */
		if (n < 0 && (errno == EINTR || errno == EPIPE))
			continue;
		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n < 0)
			return fault_set(fault, errno, LOG ": %s", strerror(errno));
		message[n] = '\0';
		if (strstr(message, text))
			++*times;
	}
}
