/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Configuration that lies in several folders, as udev, systemd and we ourselves have it:
 * a file in an earlier folder takes the place of all of that name in later ones, and an
 * empty file or a link to /dev/null takes the place without having anything in it.
 */
#ifndef MEMGROUP_SETUP_LAYERS_H
#define MEMGROUP_SETUP_LAYERS_H

#include <stddef.h>

#include "fault.h"
#include "sysroot.h"

struct layers {
	char **paths;	/* below the root, ascending by the file's own name */
	size_t nr;
};

/*
 * Lists the files that count, those whose names end with @suffix and do not begin with a
 * dot. Folders that there are not, or that may not be read, are as empty ones. Returns 0,
 * or a negative errno value with @fault set. End with layers_free().
 */
int layers_list(struct layers *layers, struct sysroot *root, const char *const *folders,
		size_t nr_folders, const char *suffix, struct fault *fault);
void layers_free(struct layers *layers);

/* The name of a file without its folders. */
const char *layer_name(const char *path);

#endif /* MEMGROUP_SETUP_LAYERS_H */
