// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image.h"
#include "msg.h"

#define SQUASHFS_MAGIC	"hsqs"

int image_resolve(const char *path, char resolved[PATH_MAX])
{
	char magic[sizeof(SQUASHFS_MAGIC) - 1];
	ssize_t n = -1;
	int fd = -1;

	if (realpath(path, resolved))
		fd = open(resolved, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		n = read(fd, magic, sizeof(magic));
	if (n < 0)
		msg("--root: %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	if (n < 0)
		return -1;
	if (n == sizeof(magic) && !memcmp(magic, SQUASHFS_MAGIC, sizeof(magic)))
		return 0;
	msg("--root: %s is no squashfs image, such as scripts/debian-root makes", path);
	return -1;
}
