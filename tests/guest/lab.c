// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attribute.h"
#include "lab.h"

int lab_command(struct fault *fault, const char *format, ...)
{
	char command[96];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	return attribute_write(LAB_FILE, command, fault);
}

int lab_register(const char *type, int node, uint64_t bytes,
		 struct fault *fault)
{
	const int fd = open(LAB_FILE, O_RDWR | O_CLOEXEC);
	char text[64];
	ssize_t len;
	int err;

	if (fd < 0)
		return fault_set(fault, errno, LAB_FILE ": %s",
				 strerror(errno));
	snprintf(text, sizeof(text), "register-%s %d %" PRIu64, type, node,
		 bytes);
	len = write(fd, text, strlen(text));
	err = errno;
	if (len < 0) {
		close(fd);
		return fault_set(fault, err, LAB_FILE ": \"%s\": %s", text,
				 strerror(err));
	}
	len = pread(fd, text, sizeof(text) - 1, 0);
	close(fd);
	if (len <= 0)
		return fault_set(fault, EIO, LAB_FILE ": no id");
	text[len] = '\0';
	return atoi(text);
}
