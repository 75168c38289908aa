// SPDX-License-Identifier: GPL-2.0
/*
 * How long does the kernel take to choose a zone, with many memory groups?
 *
 * Registers dynamic groups, asks for the zone of one block again and again, and
 * leaves the time of one answer in the parameter ns_per_decision. Uses nothing
 * that a kernel without memgroup lacks, so that both can be measured.
 *
 * zone_for_pfn_range() is not exported; a kprobe finds it.
 */

#include <linux/kprobes.h>
#include <linux/ktime.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>

static unsigned int groups = 1;
module_param(groups, uint, 0444);
MODULE_PARM_DESC(groups, "dynamic memory groups to register (default: 1)");

static unsigned int loops = 1000;
module_param(loops, uint, 0444);
MODULE_PARM_DESC(loops, "decisions to take the time of (default: 1000)");

static unsigned long long ns_per_decision;
module_param(ns_per_decision, ullong, 0444);
MODULE_PARM_DESC(ns_per_decision, "the result");

typedef struct zone *(*zone_for_pfn_range_t)(int online_type, int nid,
					     struct memory_group *group,
					     unsigned long start_pfn,
					     unsigned long nr_pages);

static zone_for_pfn_range_t find_zone_for_pfn_range(void)
{
	struct kprobe probe = { .symbol_name = "zone_for_pfn_range" };
	zone_for_pfn_range_t found;

	if (register_kprobe(&probe))
		return NULL;
	found = (zone_for_pfn_range_t)probe.addr;
	unregister_kprobe(&probe);
	return found;
}

static int __init decision_cost_init(void)
{
	const unsigned long block_pages = PHYS_PFN(memory_block_size_bytes());
	const int nid = first_online_node;
	/* A block that is not there: in no group, and in no zone. */
	const unsigned long pfn = 1UL << 30;
	zone_for_pfn_range_t decide = find_zone_for_pfn_range();
	unsigned int i, registered;
	u64 start, total = 0;
	int *ids, ret = 0;

	if (!decide || !loops)
		return -EINVAL;
	ids = kvmalloc_array(groups, sizeof(*ids), GFP_KERNEL);
	if (!ids)
		return -ENOMEM;
	for (registered = 0; registered < groups; registered++) {
		ids[registered] = memory_group_register_dynamic(nid,
								block_pages);
		if (ids[registered] < 0) {
			ret = ids[registered];
			goto out;
		}
	}

	for (i = 0; i < loops; i++) {
		start = ktime_get_ns();
		decide(MMOP_ONLINE, nid, NULL, pfn, block_pages);
		total += ktime_get_ns() - start;
		cond_resched();
	}
	ns_per_decision = div_u64(total, loops);
out:
	while (registered--)
		memory_group_unregister(ids[registered]);
	kvfree(ids);
	return ret;
}

static void __exit decision_cost_exit(void)
{
}

module_init(decision_cost_init);
module_exit(decision_cost_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Cost of one zone decision with many memory groups");
