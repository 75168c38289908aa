/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory allocations that fail, in a kernel with FAULT_INJECTION.
 */
#ifndef TESTS_GUEST_INJECTION_H
#define TESTS_GUEST_INJECTION_H

#include <stdbool.h>

#include "fault.h"

/*
 * All allocations may fail, also those that may sleep; nothing fails yet. Returns 0,
 * or a negative errno value with @fault set.
 */
int injection_prepare(struct fault *fault);

/*
 * Writes @text to @path while the @nth allocation of this task (from 1) fails.
 * *@result is the kernel's answer: 0, or a negative errno value. *@injected: there
 * was an nth allocation. Returns 0, or a negative errno value with @fault set when
 * that could not be done.
 */
int injection_write(const char *path, const char *text, unsigned int nth,
		    int *result, bool *injected, struct fault *fault);

/*
 * From now on, allocations of the kernel's worker threads fail, by chance: each with
 * @percent, until one of a slab object and one of a page did; 0 ends that. Returns
 * as injection_prepare().
 */
int injection_workers(unsigned int percent, struct fault *fault);

/* How many of those two failed, to be asked before the end. As injection_prepare(). */
int injection_happened(unsigned int *count, struct fault *fault);

#endif /* TESTS_GUEST_INJECTION_H */
