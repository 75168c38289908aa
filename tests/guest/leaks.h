/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that the kernel lost, if kmemleak watches.
 */
#ifndef TESTS_GUEST_LEAKS_H
#define TESTS_GUEST_LEAKS_H

#include <stdbool.h>

#include "fault.h"

/* Whether this kernel has CONFIG_DEBUG_KMEMLEAK. */
bool leaks_watched(void);

/*
 * Looks for memory to which nothing points any more. With @words, which end with
 * NULL, only for that of functions with one of them in their names. Takes some
 * seconds, as young memory is not looked at. Returns 0, or a negative errno value
 * with @fault set: -EINVAL with the beginning of the report if there is some.
 */
int leaks_check(const char *const *words, struct fault *fault);

#endif /* TESTS_GUEST_LEAKS_H */
