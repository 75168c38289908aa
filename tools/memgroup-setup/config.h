/* SPDX-License-Identifier: GPL-2.0 */
/* The configuration files: see memgroup.conf(5). */
#ifndef MEMGROUP_SETUP_CONFIG_H
#define MEMGROUP_SETUP_CONFIG_H

#include "fault.h"
#include "settings.h"
#include "sysroot.h"

/*
 * Takes over what the text of a file says, which is overwritten and stays the caller's;
 * @file is its name for messages. Returns 0, or a negative errno value with @fault set: the
 * first line that is not understood is an error, and nothing was taken over then.
 */
int config_parse(struct settings *settings, const char *file, struct text *text,
		 struct fault *fault);

/*
 * Reads memgroup.conf and its drop-ins below @root. Without any of them nothing is set, and
 * no file was read. Returns 0, or a negative errno value with @fault set; end with
 * settings_free() in either case.
 */
int config_read(struct settings *settings, struct sysroot *root, struct fault *fault);

#endif /* MEMGROUP_SETUP_CONFIG_H */
