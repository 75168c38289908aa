/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The system that the test runs on, for the readers of tools/common.
 */
#ifndef TESTS_GUEST_SYSTEM_H
#define TESTS_GUEST_SYSTEM_H

#include "sysroot.h"

/*
 * "/", opened at the first call, for all threads. If it cannot be opened, neither
 * can anything below it, which says so.
 */
struct sysroot *system_root(void);

#endif /* TESTS_GUEST_SYSTEM_H */
