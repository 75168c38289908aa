/* SPDX-License-Identifier: GPL-2.0 */
/* The labels of a file of udev's rules: only to one that is further on can a rule jump. */
#ifndef MEMGROUP_SETUP_UDEV_LABELS_H
#define MEMGROUP_SETUP_UDEV_LABELS_H

#include <stdbool.h>
#include <stddef.h>

#include "fault.h"

struct udev_labels {
	struct udev_label *list;
	size_t nr;
};

/*
 * All labels of @text, which is left as it is. Returns 0, or -ENOMEM with @fault set;
 * @labels is to be ended with udev_labels_free() in both cases.
 */
int udev_labels_read(struct udev_labels *labels, const char *text, size_t len,
		     struct fault *fault);
void udev_labels_free(struct udev_labels *labels);

/* Is there that label in a rule behind @line? */
bool udev_labels_follow(const struct udev_labels *labels, const char *name, size_t line);

#endif /* MEMGROUP_SETUP_UDEV_LABELS_H */
