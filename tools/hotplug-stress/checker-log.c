// SPDX-License-Identifier: GPL-2.0
#include "checker-log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "splat.h"

#define KMSG		"/dev/kmsg"
#define RECORD_MAX	8192	/* the kernel's own limit */

int log_open(struct fault *fault)
{
	const int fd = open(KMSG, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return fault_set(fault, errno, KMSG ": %s", strerror(errno));
	if (lseek(fd, 0, SEEK_END) < 0) {
		const int err = errno;

		close(fd);
		return fault_set(fault, err, KMSG ": %s", strerror(err));
	}
	return fd;
}

static bool is_ignored(const char *line, const char *const *ignored, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (strstr(line, ignored[i]))
			return true;
	return false;
}

/* "priority,number,time,flags;message", and lines with details, which begin with " ". */
static int check_record(char *record, const char *const *ignored, size_t nr,
			struct fault *fault)
{
	char *line = strchr(record, ';');
	unsigned int priority;

	if (!line || sscanf(record, "%u,", &priority) != 1)
		return fault_set(fault, EPROTO, KMSG ": not a record: \"%s\"",
				 record);
	/* Programs may write to it as well: only the kernel has facility 0. */
	if (priority >> 3)
		return 0;
	line++;
	line[strcspn(line, "\n")] = '\0';
	if (splat_of(line) == SPLAT_NONE || is_ignored(line, ignored, nr))
		return 0;
	return fault_set(fault, EBADE, "the kernel's log: %s", line);
}

int log_check(int fd, const char *const *ignored, size_t nr,
	      struct fault *fault)
{
	char record[RECORD_MAX + 1];
	int ret = 0;

	while (!ret) {
		const ssize_t len = read(fd, record, RECORD_MAX);

		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0 && errno == EAGAIN)
			return 0;
		if (len < 0 && errno == EPIPE)
			return fault_set(fault, EPIPE,
					 KMSG ": lines were overwritten before they were read: boot with a larger log_buf_len");
		if (len < 0)
			return fault_set(fault, errno, KMSG ": %s",
					 strerror(errno));
		if (!len)
			return fault_set(fault, EPROTO, KMSG ": ends");
		record[len] = '\0';
		ret = check_record(record, ignored, nr, fault);
	}
	return ret;
}
