/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_VM_TESTS_UNIT_H
#define HOTPLUG_VM_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Run the group with TAP on standard output. */
#define RUN(tests) (cmocka_set_message_output(CM_OUTPUT_TAP),	\
		    cmocka_run_group_tests(tests, NULL, NULL))

#endif
