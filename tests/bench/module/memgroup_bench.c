// SPDX-License-Identifier: GPL-2.0
/*
 * What does it take the kernel to choose a zone, and to register a memory group,
 * when there are many groups? Through /sys/module/memgroup_bench/parameters:
 *
 *   groups     write: so many dynamic groups are registered from now on
 *   block      write: the N of the /sys/devices/system/memory/memoryN to decide on
 *   decision   read: measures, and gives "decision NS"
 *   register   read: measures, and gives "register NS" and "unregister NS"
 *
 * All groups stay the module's own until it is removed. A decision is what onlining
 * the block would ask for, and nothing is onlined; with memgroup, it is counted, logged
 * and traced as any other. Without memgroup, the rest is the same.
 */

#include <linux/kprobes.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mmzone.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sort.h>
#include <linux/stringify.h>
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

/*
 * What memory_block_online() gets the zone from. Our zone_for_pfn_range() only
 * previews, and so is not what compares with that of the stock kernel.
 */
#ifdef CONFIG_MEMGROUP
#define DECIDE	memgroup_zone_to_online
#else
#define DECIDE	zone_for_pfn_range
#endif

/* They are not exported; kprobes find them. */
static typeof(DECIDE) *decide;
static typeof(find_memory_block) *find_block;

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

static unsigned long block_pages;
static unsigned int block_id;
module_param_named(block, block_id, uint, 0644);
MODULE_PARM_DESC(block, "number of the memory block to decide on, which is offline");

/* As memory_block_online() does. */
static struct zone *zone_of(struct memory_block *mem)
{
#ifdef CONFIG_MEMGROUP
	return decide(mem);
#else
	return decide(mem->online_type, mem->nid, mem->group,
		      section_nr_to_pfn(mem->start_section_nr), block_pages);
#endif
}

static u64 decide_batch(struct memory_block *mem, unsigned int count)
{
	const u64 start = ktime_get_ns();

	while (count--)
		zone_of(mem);
	return ktime_get_ns() - start;
}

/* The block's device lock is held. */
static int measure_decision(char *buffer, struct memory_block *mem)
{
	u64 ns[DECISION_BATCHES];
	unsigned int count = 1, i;

	if (mem->state != MEM_OFFLINE)
		return -EBUSY;
	/* For any other zone, a kernel may not have looked at all groups. */
	if (zone_idx(zone_of(mem)) != ZONE_MOVABLE)
		return -EDOM;

	/* This warms up, too. */
	while (decide_batch(mem, count) < DECISION_BATCH_NS)
		count *= 2;
	for (i = 0; i < DECISION_BATCHES; i++) {
		cond_resched();
		ns[i] = decide_batch(mem, count);
	}
	return emit(buffer, 0, "decision", ns, DECISION_BATCHES, count);
}

static int decision_get(char *buffer, const struct kernel_param *kp)
{
	struct memory_block *mem;
	int online_type, ret;

	mem = find_block(pfn_to_section_nr(block_id * block_pages));
	if (!mem)
		return -ENODEV;
	device_lock(&mem->dev);
	online_type = mem->online_type;
	mem->online_type = MMOP_ONLINE;
	ret = measure_decision(buffer, mem);
	mem->online_type = online_type;
	device_unlock(&mem->dev);
	put_device(&mem->dev);
	return ret;
}

static const struct kernel_param_ops decision_ops = {
	.get = decision_get,
};
module_param_cb(decision, &decision_ops, NULL, 0444);
MODULE_PARM_DESC(decision, "measures a decision on the zone of the block");

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

static void *find_function(const char *name)
{
	struct kprobe probe = { .symbol_name = name };

	if (register_kprobe(&probe))
		return NULL;
	unregister_kprobe(&probe);
	return probe.addr;
}

static int __init memgroup_bench_init(void)
{
	block_pages = PHYS_PFN(memory_block_size_bytes());
	decide = find_function(__stringify(DECIDE));
	find_block = find_function("find_memory_block");
	return decide && find_block ? 0 : -ENOENT;
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
