/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_VM_TESTS_UNIT_H
#define HOTPLUG_VM_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * Seed rand() for a random test, with SEED of the environment to see a failure again.
 * Each test seeds for itself: what it does must not depend on the others.
 */
static inline void seed(void)
{
	const char *given = getenv("SEED");
	const unsigned long value = given ? strtoul(given, NULL, 0) : (unsigned long)time(NULL);

	printf("# SEED=%lu does the same again\n", value);
	srand(value);
}

/* Run the group with TAP on standard output. */
#define RUN(tests) (cmocka_set_message_output(CM_OUTPUT_TAP),	\
		    cmocka_run_group_tests(tests, NULL, NULL))

#endif
