/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the host is asked for.
 */
#ifndef TESTS_GUEST_ASK_H
#define TESTS_GUEST_ASK_H

#include "fault.h"

/*
 * Runs hotplug-ask with these arguments. Returns 0, or -EIO with @fault set if it
 * says that it was not done.
 */
int ask(struct fault *fault, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* TESTS_GUEST_ASK_H */
