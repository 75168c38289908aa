/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Makes the system as the settings say: the policy's parameters, then automatic onlining,
 * then the blocks that are offline, device by device.
 */
#ifndef MEMGROUP_SETUP_APPLY_H
#define MEMGROUP_SETUP_APPLY_H

#include <stdbool.h>
#include <stdio.h>

#include "fault.h"
#include "settings.h"
#include "sysroot.h"

struct apply {
	struct sysroot *root;
	const struct settings *settings;
	bool dry_run;		/* say what would be written, and write nothing */
	FILE *out;		/* a line for all that is done, once it is */
};

/*
 * Returns 0, or a negative errno value with @fault set, which then says how to go on.
 *
 * Before anything is written, all parameters were read. The first one that the kernel does
 * not take ends it all: those before it stay, nothing behind it was touched. A block that
 * does not go online stays as it is, and the others go on, as when the kernel onlines them
 * itself.
 */
int apply(const struct apply *apply, struct fault *fault);

/*
 * What a parameter is now. Returns 0, -ENOENT with @fault set where this kernel has none of
 * that name, or another negative errno value with @fault set.
 */
int parameter_read(struct sysroot *root, enum setting_key key, char value[static SETTING_MAX],
		   struct fault *fault);

#endif /* MEMGROUP_SETUP_APPLY_H */
