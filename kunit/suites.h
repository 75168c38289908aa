/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The suites, one a file: *_test.c.
 */
#ifndef _MM_MEMGROUP_TESTS_SUITES_H
#define _MM_MEMGROUP_TESTS_SUITES_H

#include <kunit/test.h>

extern struct kunit_suite memgroup_policy_suite;
extern struct kunit_suite memgroup_registry_suite;
extern struct kunit_suite memgroup_totals_suite;
extern struct kunit_suite memgroup_sim_model_suite;
extern struct kunit_suite memgroup_snapshot_suite;
extern struct kunit_suite memgroup_trace_suite;
extern struct kunit_suite memgroup_debugfs_suite;
extern struct kunit_suite memgroup_sim_synthetic_suite;

unsigned long memgroup_test_seed(struct kunit *test);

#endif /* _MM_MEMGROUP_TESTS_SUITES_H */
