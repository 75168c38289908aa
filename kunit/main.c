// SPDX-License-Identifier: GPL-2.0
/*
 * Hands the suites to KUnit, and what may be chosen when they run.
 */

#include <linux/glob.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <linux/string.h>

#include "../compat.h"
#include "suites.h"

static unsigned long seed;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "what the random tests begin with; 0 (default): something new each time");

/**
 * memgroup_test_seed() - what a random test begins with
 * @test: the test, whose log will have the seed, and so a way to repeat it
 *
 * Return: the parameter, or if it is 0, any number but 0.
 */
unsigned long memgroup_test_seed(struct kunit *test)
{
	unsigned long chosen = seed;

	while (!chosen)
		chosen = get_random_u32();
	kunit_info(test, "seed %lu (to repeat it: memgroup_kunit.seed=%lu)",
		   chosen, chosen);
	return chosen;
}

#ifdef MODULE
static struct kunit_suite *suites[] = {
#else
static struct kunit_suite *suites[] __used __section(".kunit_test_suites") = {
#endif
	&memgroup_policy_suite,
	&memgroup_registry_suite,
	&memgroup_totals_suite,
	&memgroup_sim_model_suite,
#ifdef CONFIG_MEMORY_HOTPLUG
	&memgroup_snapshot_suite,
#ifdef CONFIG_TRACEPOINTS
	&memgroup_trace_suite,
#endif
#ifdef CONFIG_MEMGROUP_DEBUGFS
	&memgroup_debugfs_suite,
#ifdef CONFIG_TRACEPOINTS
	&memgroup_sim_synthetic_suite,
#endif
#endif
#endif /* CONFIG_MEMORY_HOTPLUG */
};

#ifdef MODULE
/*
 * KUnit runs the suites that it finds in a module before the module knows its
 * parameters, and in Linux 6.1 has no filter for them: so this module hands them
 * over by itself.
 */
static int nr_suites;

static char *filter_glob = "*";
module_param(filter_glob, charp, 0444);
MODULE_PARM_DESC(filter_glob, "run only these: \"suites\" or \"suites.cases\", as patterns");

static void keep_cases(struct kunit_suite *suite, const char *pattern)
{
	struct kunit_case *from = suite->test_cases, *to = from;

	for (; from->run_case; from++)
		if (glob_match(pattern, from->name))
			*to++ = *from;
	*to = (struct kunit_case) {};
}

static int __init memgroup_kunit_init(void)
{
	char *cases = filter_glob;
	const char *in_suites = strsep(&cases, ".");
	const char *in_cases = cases ?: "*";
	int i;

	for (i = 0; i < ARRAY_SIZE(suites); i++) {
		if (!glob_match(in_suites, suites[i]->name))
			continue;
		keep_cases(suites[i], in_cases);
		if (suites[i]->test_cases->run_case)
			suites[nr_suites++] = suites[i];
	}
	/* As KUnit begins with what is built in: a reader knows how many to expect. */
	pr_info("KTAP version 1\n");
	pr_info("1..%d\n", nr_suites);
	return __kunit_test_suites_init(suites, nr_suites);
}
module_init(memgroup_kunit_init);

static void __exit memgroup_kunit_exit(void)
{
	__kunit_test_suites_exit(suites, nr_suites);
}
module_exit(memgroup_kunit_exit);
#endif /* MODULE */

MEMGROUP_IMPORT();
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit suites for memory groups");
