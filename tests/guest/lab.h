/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The driver in module/memgroup_lab.c, which does as it is told.
 */
#ifndef TESTS_GUEST_LAB_H
#define TESTS_GUEST_LAB_H

#include <stdint.h>

#include "fault.h"

#define LAB_FILE "/sys/kernel/debug/memgroup_lab"

/*
 * Gives the driver a command; see the module for all of them. Returns 0, or a
 * negative errno value, the kernel's own answer, with @fault set.
 */
int lab_command(struct fault *fault, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Registers a "static" group of @bytes, or a "dynamic" one with units of @bytes.
 * Returns its id or, as lab_command() does, a negative errno value.
 */
int lab_register(const char *type, int node, uint64_t bytes,
		 struct fault *fault);

#endif /* TESTS_GUEST_LAB_H */
