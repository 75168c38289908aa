// SPDX-License-Identifier: GPL-2.0
/*
 * In place of main.c of the suites: those that test what can be in this module. Each
 * run is the same.
 */

#include <linux/memory_hotplug.h>
#include <linux/module.h>
#include <linux/string.h>

#include "compat.h"
#include "tests/suites.h"

static struct kunit_suite *suites[] = {
	&memgroup_policy_suite,
	&memgroup_registry_suite,
	&memgroup_totals_suite,
	&memgroup_snapshot_suite,
};

unsigned long memgroup_test_seed(struct kunit *test)
{
	return 1;
}

/* snapshot.c asks it, the kernel does not export it: booted without movable_node. */
bool movable_node_enabled;

/*
 * Threads that go on for seconds, to see when a group is freed: none of the mutants
 * changes that, and it would be most of the time of a run.
 */
static bool is_slow(const struct kunit_case *test_case)
{
	return !strcmp(test_case->name, "readers_and_pins_at_any_time");
}

static int __init mutant_init(void)
{
	struct kunit_case *from, *to;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(suites); i++) {
		to = suites[i]->test_cases;
		for (from = to; from->run_case; from++)
			if (!is_slow(from))
				*to++ = *from;
		*to = (struct kunit_case) {};
	}
	return __kunit_test_suites_init(suites, ARRAY_SIZE(suites));
}
module_init(mutant_init);

static void __exit mutant_exit(void)
{
	__kunit_test_suites_exit(suites, ARRAY_SIZE(suites));
}
module_exit(mutant_exit);

MEMGROUP_IMPORT();
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit suites with a mutant");
