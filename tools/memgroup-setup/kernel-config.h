/* SPDX-License-Identifier: GPL-2.0 */
/* How the running kernel was built, as far as it is written down anywhere. */
#ifndef MEMGROUP_SETUP_KERNEL_CONFIG_H
#define MEMGROUP_SETUP_KERNEL_CONFIG_H

#include <stddef.h>

#include "fault.h"
#include "sysroot.h"

/* Many times what the configuration of any kernel has. */
#define KERNEL_CONFIG_MAX (16UL << 20)

struct kernel_config {
	char *text;
	size_t len;
	char *path;	/* what it was read from, below the root; NULL: there is none */
};

/*
 * Reads /proc/config.gz, or without that /boot/config-@release. That neither is there is no
 * error. Returns 0, or a negative errno value with @fault set; end with
 * kernel_config_free().
 */
int kernel_config_read(struct kernel_config *config, struct sysroot *root,
		       const char *release, struct fault *fault);
void kernel_config_free(struct kernel_config *config);

/* The line that sets @symbol ("CONFIG_…") to y or m; 0 if none does. */
size_t kernel_config_line(const struct kernel_config *config, const char *symbol);

/*
 * Unpacks gzip's format into a text of its own, to be freed. Returns 0, -EINVAL for what is
 * no such data, -EFBIG for more than KERNEL_CONFIG_MAX, or -ENOMEM.
 */
int gunzip(const void *data, size_t len, char **text, size_t *text_len);

#endif /* MEMGROUP_SETUP_KERNEL_CONFIG_H */
