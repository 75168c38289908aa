/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which device a memory block belongs to, from debugfs.
 */
#ifndef TESTS_GUEST_OWNERS_H
#define TESTS_GUEST_OWNERS_H

#include <stddef.h>

#include "fault.h"

struct owner;

struct owners {
	struct owner *list;		/* of blocks in groups, ascending */
	size_t count;
};

/* Returns 0, or a negative errno value with @fault set. End with owners_free(). */
int owners_read(struct owners *owners, struct fault *fault);
void owners_free(struct owners *owners);

/* The device's name; "boot memory" for a block in no group. */
const char *owners_name(const struct owners *owners, unsigned long block);

#endif /* TESTS_GUEST_OWNERS_H */
