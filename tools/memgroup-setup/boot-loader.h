/* SPDX-License-Identifier: GPL-2.0 */
/* Where the kernel's command line is from: the boot loaders' configuration. */
#ifndef MEMGROUP_SETUP_BOOT_LOADER_H
#define MEMGROUP_SETUP_BOOT_LOADER_H

#include <stddef.h>

#include "fault.h"
#include "sysroot.h"

/*
 * Looks for the line that puts @word on the command line, in the files that people edit
 * for GRUB, systemd-boot and kernel-install. Files that may not be read are passed over.
 * Returns 0 with @path, to be freed, and @line; with @path NULL if no line has it; or
 * -ENOMEM with @fault set.
 */
int boot_loader_find(struct sysroot *root, const char *word, char **path, size_t *line,
		     struct fault *fault);

/* The same in one text: the line, or 0. */
size_t boot_loader_line(char *text, size_t len, const char *word);

#endif /* MEMGROUP_SETUP_BOOT_LOADER_H */
