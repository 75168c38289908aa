// SPDX-License-Identifier: GPL-2.0
/*
 * What does it take the kernel to choose a zone, and to register a memory group,
 * when there are many groups? Through /sys/module/memgroup_bench/parameters:
 *
 *   groups     write: so many dynamic groups are registered from now on
 *   decision   read: measures, and gives "decision NS"
 *   register   read: measures, and gives "register NS" and "unregister NS"
 *
 * All stay the module's own until it is removed. Uses nothing that a kernel without
 * memgroup lacks, so that both can be measured.
 */

#include <linux/kprobes.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sort.h>
#include <linux/sysfs.h>

#define MOST_GROUPS	100000

/* A measurement is the median of so many batches, each of which takes that long. */
#define DECISION_BATCHES	15
#define DECISION_BATCH_NS	(4 * NSEC_PER_MSEC)

/*
 * Few at a time, so that "with no other group" stays nearly true. The ids of a batch
 * behind 100,000 groups lie in a node of the xarray that exists; those of one behind
 * none make one and free it.
 */
#define REGISTER_BATCH		32
#define REGISTER_BATCHES	301

/* It is not exported; a kprobe finds it. */
typedef struct zone *(*zone_for_pfn_range_t)(int online_type, int nid,
					     struct memory_group *group,
					     unsigned long start_pfn,
					     unsigned long nr_pages);
static zone_for_pfn_range_t decide;

/* Parameters are read and written one at a time, under the module's own lock. */
static int ids[MOST_GROUPS];
static unsigned int nr_ids;

static int register_one(void)
{
	return memory_group_register_dynamic(first_online_node,
					     PHYS_PFN(memory_block_size_bytes()));
}

static int compare(const void *a, const void *b)
{
	const u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return (x > y) - (x < y);
}

/* A line "name 1234.567": the median of the odd number of batches of @count each. */
static int emit(char *buffer, int at, const char *name, u64 *ns,
		unsigned int batches, unsigned int count)
{
	u64 picoseconds;
	u32 rest;

	sort(ns, batches, sizeof(*ns), compare, NULL);
	picoseconds = div_u64(ns[batches / 2] * 1000, count);
	picoseconds = div_u64_rem(picoseconds, 1000, &rest);
	return sysfs_emit_at(buffer, at, "%s %llu.%03u\n", name, picoseconds,
			     rest);
}

static int groups_set(const char *val, const struct kernel_param *kp)
{
	unsigned int wanted;
	int ret;

	ret = kstrtouint(val, 0, &wanted);
	if (ret)
		return ret;
	if (wanted > MOST_GROUPS)
		return -EINVAL;

	while (nr_ids < wanted) {
		ret = register_one();
		if (ret < 0)
			return ret;
		ids[nr_ids++] = ret;
		cond_resched();
	}
	while (nr_ids > wanted) {
		ret = memory_group_unregister(ids[--nr_ids]);
		if (ret)
			return ret;
		cond_resched();
	}
	return 0;
}

static int groups_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%u\n", nr_ids);
}

static const struct kernel_param_ops groups_ops = {
	.set = groups_set,
	.get = groups_get,
};
module_param_cb(groups, &groups_ops, NULL, 0644);
MODULE_PARM_DESC(groups, "dynamic memory groups to have registered, at most 100000");

static u64 decide_batch(unsigned int count)
{
	const unsigned long block_pages = PHYS_PFN(memory_block_size_bytes());
	/* A block that is not there: in no group, and in no zone. */
	const unsigned long pfn = 1UL << 30;
	const int nid = first_online_node;
	const u64 start = ktime_get_ns();

	while (count--)
		decide(MMOP_ONLINE, nid, NULL, pfn, block_pages);
	return ktime_get_ns() - start;
}

static int decision_get(char *buffer, const struct kernel_param *kp)
{
	u64 ns[DECISION_BATCHES];
	unsigned int count = 1, i;

	/* This warms up, too. */
	while (decide_batch(count) < DECISION_BATCH_NS)
		count *= 2;
	for (i = 0; i < DECISION_BATCHES; i++) {
		cond_resched();
		ns[i] = decide_batch(count);
	}
	return emit(buffer, 0, "decision", ns, DECISION_BATCHES, count);
}

static const struct kernel_param_ops decision_ops = {
	.get = decision_get,
};
module_param_cb(decision, &decision_ops, NULL, 0444);
MODULE_PARM_DESC(decision, "measures a decision on a zone");

static int register_batch(u64 *register_ns, u64 *unregister_ns)
{
	int batch[REGISTER_BATCH];
	unsigned int i;
	u64 start;

	start = ktime_get_ns();
	for (i = 0; i < REGISTER_BATCH; i++)
		batch[i] = register_one();
	*register_ns = ktime_get_ns() - start;

	/* One that failed has no id, and then its unregistering fails. */
	start = ktime_get_ns();
	for (i = 0; i < REGISTER_BATCH; i++)
		if (memory_group_unregister(batch[i]))
			return -EIO;
	*unregister_ns = ktime_get_ns() - start;
	return 0;
}

static int register_get(char *buffer, const struct kernel_param *kp)
{
	/* Too large for the stack; nobody else is here. */
	static u64 register_ns[REGISTER_BATCHES];
	static u64 unregister_ns[REGISTER_BATCHES];
	unsigned int i;
	int at, ret;

	for (i = 0; i < REGISTER_BATCHES; i++) {
		cond_resched();
		ret = register_batch(&register_ns[i], &unregister_ns[i]);
		if (ret)
			return ret;
	}
	at = emit(buffer, 0, "register", register_ns, REGISTER_BATCHES,
		  REGISTER_BATCH);
	return at + emit(buffer, at, "unregister", unregister_ns,
			 REGISTER_BATCHES, REGISTER_BATCH);
}

static const struct kernel_param_ops register_ops = {
	.get = register_get,
};
module_param_cb(register, &register_ops, NULL, 0444);
MODULE_PARM_DESC(register, "measures registering and unregistering a group");

static int __init memgroup_bench_init(void)
{
	struct kprobe probe = { .symbol_name = "zone_for_pfn_range" };
	int ret;

	ret = register_kprobe(&probe);
	if (ret)
		return ret;
	decide = (zone_for_pfn_range_t)probe.addr;
	unregister_kprobe(&probe);
	return 0;
}

static void __exit memgroup_bench_exit(void)
{
	while (nr_ids)
		memory_group_unregister(ids[--nr_ids]);
}

module_init(memgroup_bench_init);
module_exit(memgroup_bench_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Cost of a zone decision and of a memory group");
