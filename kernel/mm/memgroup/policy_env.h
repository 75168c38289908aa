/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All that policy.c needs from where it is compiled: integer types. The kernel
 * and everything in userspace that asks the policy (tests, fuzzers, planners)
 * compile the same policy.c through this file.
 */
#ifndef _MM_MEMGROUP_POLICY_ENV_H
#define _MM_MEMGROUP_POLICY_ENV_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>

typedef unsigned long long u64;
#endif

#endif /* _MM_MEMGROUP_POLICY_ENV_H */
