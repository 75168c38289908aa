// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "port.h"

#define CLASS	"/sys/class/virtio-ports"
#define STEP_MS	20

static int try_open(const char *name)
{
	DIR *dir = opendir(CLASS);
	int ret = -ENOENT;
	struct dirent *d;

	if (!dir)
		return -ENOENT;
	while ((d = readdir(dir))) {
		char path[sizeof(CLASS) + 300], text[64];
		ssize_t n;
		int fd;

		if (d->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), CLASS "/%s/name", d->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		n = read(fd, text, sizeof(text) - 1);
		close(fd);
		if (n <= 0)
			continue;
		text[n] = '\0';
		text[strcspn(text, "\n")] = '\0';
		if (strcmp(text, name))
			continue;

		snprintf(path, sizeof(path), "/dev/%s", d->d_name);
		ret = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
		if (ret < 0)
			ret = -errno;
		break;
	}
	closedir(dir);
	return ret;
}

int port_open(const char *name, int wait_ms)
{
	static const struct timespec step = { .tv_nsec = STEP_MS * 1000000L };
	int fd;

	for (;;) {
		fd = try_open(name);
		if ((fd != -ENOENT && fd != -EBUSY) || wait_ms <= 0)
			return fd;
		nanosleep(&step, NULL);
		wait_ms -= STEP_MS;
	}
}
