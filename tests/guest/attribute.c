// SPDX-License-Identifier: GPL-2.0

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "attribute.h"

#define BLOCK		"/sys/devices/system/memory/memory%lu/state"
#define PARAMETER	"/sys/module/memory_hotplug/parameters/%s"
#define REFUSAL \
	"/sys/kernel/debug/notifier-error-inject/memory/actions/%s/error"

int attribute_write(const char *path, const char *text, struct fault *fault)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t written;
	int err;

	if (fd < 0)
		return fault_set(fault, errno, "%s: %s", path, strerror(errno));
	written = write(fd, text, strlen(text));
	err = errno;
	close(fd);
	if (written < 0)
		return fault_set(fault, err, "%s: writing \"%s\": %s", path,
				 text, strerror(err));
	if ((size_t)written != strlen(text))
		return fault_set(fault, EIO, "%s: took but a part of \"%s\"",
				 path, text);
	return 0;
}

int block_set_state(unsigned long block, const char *state,
		    struct fault *fault)
{
	char path[sizeof(BLOCK) + 20];

	snprintf(path, sizeof(path), BLOCK, block);
	return attribute_write(path, state, fault);
}

int parameter_set(const char *name, const char *value, struct fault *fault)
{
	char path[sizeof(PARAMETER) + 64];

	snprintf(path, sizeof(path), PARAMETER, name);
	return attribute_write(path, value, fault);
}

static int set_refusal(const char *action, const char *error,
		       struct fault *fault)
{
	char path[sizeof(REFUSAL) + 64];

	snprintf(path, sizeof(path), REFUSAL, action);
	return attribute_write(path, error, fault);
}

int notifier_refuse(const char *action, struct fault *fault)
{
	char error[16];

	snprintf(error, sizeof(error), "%d", -REFUSED);
	return set_refusal(action, error, fault);
}

int notifier_allow(const char *action, struct fault *fault)
{
	return set_refusal(action, "0", fault);
}
