// SPDX-License-Identifier: GPL-2.0
/* A balloon whose pages cannot be moved. */
#include <errno.h>
#include <string.h>

#include "check.h"

#define DRIVER	"sys/bus/virtio/drivers/virtio_balloon"
#define SYMBOL	"CONFIG_BALLOON_COMPACTION"

static int is_device(const char *name, void *context)
{
	bool *found = context;

	*found |= !strncmp(name, "virtio", 6);
	return 0;
}

int check_balloon(struct check *check)
{
	const struct kernel_config *config = &check->kernel_config;
	bool found = false;
	int err;

	err = sysroot_list(check->root, DRIVER, is_device, &found, check->fault);
	if (err == -ENOENT)
		return 0;
	if (err)
		return check_unreadable(check, err, "whether there is a balloon is not known");
	if (!found)
		return 0;
	if (!config->path)
		return check_add(check, BALLOON_UNKNOWN, DRIVER, 0,
				 "There is a virtio balloon, and nothing tells how this kernel was built.");
	if (kernel_config_line(config, SYMBOL))
		return 0;
	return check_add(check, BALLOON_UNMOVABLE, config->path, 0,
			 "There is a virtio balloon, and this kernel is built without " SYMBOL ".");
}
