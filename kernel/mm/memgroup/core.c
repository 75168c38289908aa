// SPDX-License-Identifier: GPL-2.0
/*
 * Where the running kernel meets the policy: the hooks in the hotplug core and
 * the drivers, the module parameters, and each decision from question to trace.
 */

#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "core.h"
#include "decision.h"
#include "log.h"
#include "snapshot.h"

#include <trace/events/memory_hotplug.h>

struct memgroup_registry memgroup_registry = {
	.lock = __MUTEX_INITIALIZER(memgroup_registry.lock),
	.groups = XARRAY_INIT(memgroup_registry.groups, XA_FLAGS_ALLOC),
	.dynamic_groups = LIST_HEAD_INIT(memgroup_registry.dynamic_groups),
	.blocks = RB_ROOT,
	.nodes = &memgroup_live_nodes,
	.log = MEMGROUP_LIVE_LOG,
	/* The defaults of memory_hotplug.*: interface, do not change. */
	.config = {
		.policy = MEMGROUP_POLICY_CONTIG_ZONES,
		.ratio = 301,
		.numa_aware = IS_ENABLED(CONFIG_NUMA),
	},
};

/*
 * Module parameters. They keep the names that they have without us, and so the
 * prefix of the file that they come from, in sysfs and in modinfo.
 */
#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "memory_hotplug."
#undef __MODULE_INFO_PREFIX
#define __MODULE_INFO_PREFIX "memory_hotplug."

/*
 * Parameters are written one at a time, under the kernel's own parameter lock: a
 * setter changes its part of what it has read without losing another's.
 */
static void set_config(const struct memgroup_config *config)
{
	mutex_lock(&memgroup_registry.lock);
	memgroup_registry_configure(&memgroup_registry, config);
	mutex_unlock(&memgroup_registry.lock);
}

static int set_online_policy(const char *val, const struct kernel_param *kp)
{
	struct memgroup_config config;
	int policy;

	for (policy = 0; policy < MEMGROUP_POLICY_COUNT; policy++)
		if (sysfs_streq(val, memgroup_policy_name(policy)))
			break;
	if (policy == MEMGROUP_POLICY_COUNT)
		return -EINVAL;

	config = memgroup_registry.config;
	config.policy = policy;
	set_config(&config);
	return 0;
}

static int get_online_policy(char *buffer, const struct kernel_param *kp)
{
	enum memgroup_policy policy =
		READ_ONCE(memgroup_registry.config.policy);

	return sysfs_emit(buffer, "%s\n", memgroup_policy_name(policy));
}

static const struct kernel_param_ops online_policy_ops = {
	.set = set_online_policy,
	.get = get_online_policy,
};
module_param_cb(online_policy, &online_policy_ops, NULL, 0644);
MODULE_PARM_DESC(online_policy, "Zone of memory that is onlined without naming one: \"contig-zones\" (default) or \"auto-movable\"");

static int set_auto_movable_ratio(const char *val,
				  const struct kernel_param *kp)
{
	struct memgroup_config config;
	unsigned int ratio;
	int ret;

	ret = kstrtouint(val, 0, &ratio);
	if (ret)
		return ret;

	config = memgroup_registry.config;
	config.ratio = ratio;
	set_config(&config);
	return 0;
}

static int get_auto_movable_ratio(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%u\n",
			  READ_ONCE(memgroup_registry.config.ratio));
}

static const struct kernel_param_ops auto_movable_ratio_ops = {
	.set = set_auto_movable_ratio,
	.get = get_auto_movable_ratio,
};
module_param_cb(auto_movable_ratio, &auto_movable_ratio_ops, NULL, 0644);
__MODULE_PARM_TYPE(auto_movable_ratio, "uint");
MODULE_PARM_DESC(auto_movable_ratio, "Most MOVABLE memory that auto-movable allows, in percent of KERNEL memory (default: 301)");

#ifdef CONFIG_NUMA
static int set_auto_movable_numa_aware(const char *val,
				       const struct kernel_param *kp)
{
	struct memgroup_config config;
	bool numa_aware = true;
	int ret;

	/* As any bool parameter, the bare name on the command line means yes. */
	ret = val ? kstrtobool(val, &numa_aware) : 0;
	if (ret)
		return ret;

	config = memgroup_registry.config;
	config.numa_aware = numa_aware;
	set_config(&config);
	return 0;
}

static int get_auto_movable_numa_aware(char *buffer,
				       const struct kernel_param *kp)
{
	bool numa_aware = READ_ONCE(memgroup_registry.config.numa_aware);

	return sysfs_emit(buffer, "%c\n", numa_aware ? 'Y' : 'N');
}

static const struct kernel_param_ops auto_movable_numa_aware_ops = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = set_auto_movable_numa_aware,
	.get = get_auto_movable_numa_aware,
};
module_param_cb(auto_movable_numa_aware, &auto_movable_numa_aware_ops, NULL,
		0644);
__MODULE_PARM_TYPE(auto_movable_numa_aware, "bool");
MODULE_PARM_DESC(auto_movable_numa_aware, "auto-movable keeps the ratio on each node as well (default: Y)");
#endif /* CONFIG_NUMA */

/* Groups, for drivers. */

static int register_group(const struct memory_group *description)
{
	struct memory_group *group;
	int id;

	if (description->nid < 0 || description->nid >= MAX_NUMNODES ||
	    !node_possible(description->nid))
		return -EINVAL;

	group = memgroup_registry_add(&memgroup_registry, description);
	if (IS_ERR(group))
		return PTR_ERR(group);
	trace_mhp_group_register(group);
	id = group->id;
	memgroup_registry_put(&memgroup_registry, group);
	return id;
}

/**
 * memory_group_register_static() - register a device that comes and goes whole
 * @nid: the node that its memory is on
 * @max_pages: its size
 *
 * May sleep.
 *
 * Return: the id of the group; -EINVAL for a bad argument, -ENOMEM, or -EBUSY if
 * there are no ids left.
 */
int memory_group_register_static(int nid, unsigned long max_pages)
{
	const struct memory_group description = {
		.nid = nid,
		.type = MEMGROUP_TYPE_STATIC,
		.max_pages = max_pages,
	};

	return register_group(&description);
}
EXPORT_SYMBOL_GPL(memory_group_register_static);

/**
 * memory_group_register_dynamic() - register a device that grows and shrinks
 * @nid: the node that its memory is on
 * @unit_pages: in what pieces it does: a power of two, at least a memory block;
 *	a unit is aligned to its size
 *
 * May sleep.
 *
 * Return: the id of the group; -EINVAL for a bad argument, -ENOMEM, or -EBUSY if
 * there are no ids left.
 */
int memory_group_register_dynamic(int nid, unsigned long unit_pages)
{
	const struct memory_group description = {
		.nid = nid,
		.type = MEMGROUP_TYPE_DYNAMIC,
		.unit_pages = unit_pages,
	};

	if (unit_pages < PHYS_PFN(memory_block_size_bytes()))
		return -EINVAL;
	return register_group(&description);
}
EXPORT_SYMBOL_GPL(memory_group_register_dynamic);

/**
 * memory_group_unregister() - unregister a device
 * @mgid: the id of its group
 *
 * May be called with device_hotplug_lock held or not.
 *
 * Return: 0; -EINVAL for an unknown id; -EBUSY while memory blocks belong to the
 * group or memory is being added to it, and the group remains as it was.
 */
int memory_group_unregister(int mgid)
{
	struct memory_group *group;

	group = memgroup_registry_remove(&memgroup_registry, mgid);
	if (IS_ERR(group))
		return PTR_ERR(group);
	trace_mhp_group_unregister(group);
	kfree_rcu(group, rcu);
	return 0;
}
EXPORT_SYMBOL_GPL(memory_group_unregister);

/**
 * memory_group_set_name() - say which device a group is
 * @mgid: the id of the group; an error from registering it is ignored
 * @name: the device's name; copied
 */
void memory_group_set_name(int mgid, const char *name)
{
	memgroup_registry_set_name(&memgroup_registry, mgid, name);
}
EXPORT_SYMBOL_GPL(memory_group_set_name);

/**
 * memory_group_find_by_id() - look a group up for adding memory to it
 * @mgid: the id
 *
 * Return: the group, which stays registered until memory_group_put(); or NULL.
 */
struct memory_group *memory_group_find_by_id(int mgid)
{
	return memgroup_registry_get(&memgroup_registry, mgid);
}

/**
 * memory_group_put() - done with a group that was looked up
 * @group: from memory_group_find_by_id(), or NULL
 */
void memory_group_put(struct memory_group *group)
{
	if (group)
		memgroup_registry_put(&memgroup_registry, group);
}

/* Hooks of the hotplug core. */

/**
 * memgroup_block_join() - a memory block was created
 * @mem: the block
 * @group: its group, pinned; or NULL
 *
 * Called once for each block, also of boot memory.
 */
void memgroup_block_join(struct memory_block *mem, struct memory_group *group)
{
	struct memgroup_block *block = &mem->memgroup;

	block->start_pfn = section_nr_to_pfn(mem->start_section_nr);
	block->nr_pages = PHYS_PFN(memory_block_size_bytes());
	block->present_pages = mem->state == MEM_ONLINE ? block->nr_pages : 0;
	memgroup_registry_join(&memgroup_registry, block, group);
	WRITE_ONCE(mem->group, group);
}

/**
 * memgroup_block_leave() - a memory block is about to be removed
 * @mem: the block
 */
void memgroup_block_leave(struct memory_block *mem)
{
	memgroup_registry_leave(&memgroup_registry, &mem->memgroup);
	WRITE_ONCE(mem->group, NULL);
}

/**
 * memgroup_account_begin() - present pages of a zone are about to change
 *
 * Takes the registry's lock until memgroup_account_end(), so that nobody sees the
 * zone changed and the group not yet.
 */
void memgroup_account_begin(void)
{
	mutex_lock(&memgroup_registry.lock);
}

/**
 * memgroup_account_end() - present pages of a zone have changed
 * @page: the first of them
 * @nr_pages: how many went online, or offline if negative; all in one block
 */
void memgroup_account_end(struct page *page, long nr_pages)
{
	struct memgroup_block *block;

	block = memgroup_registry_find_block(&memgroup_registry,
					     page_to_pfn(page));
	if (!WARN_ON_ONCE(!block))
		memgroup_registry_account(&memgroup_registry, block,
					  page_zone(page), nr_pages);
	mutex_unlock(&memgroup_registry.lock);
}

/* Decisions and previews. */

static enum memgroup_request request_of(int online_type)
{
	switch (online_type) {
	case MMOP_ONLINE_KERNEL:
		return MEMGROUP_REQUEST_ONLINE_KERNEL;
	case MMOP_ONLINE_MOVABLE:
		return MEMGROUP_REQUEST_ONLINE_MOVABLE;
	default:
		return MEMGROUP_REQUEST_ONLINE;
	}
}

/*
 * The id of @group, and its name in @device, as traces have them. The lock of its
 * registry is held: names change.
 */
static int identify(const struct memory_group *group,
		    char device[MEMGROUP_NAME_SIZE])
{
	strscpy(device, group && group->name[0] ? group->name : "-",
		MEMGROUP_NAME_SIZE);
	return group ? group->id : -1;
}

/*
 * Ask the policy about the block that starts at @decision->start_pfn, and fill in
 * the rest of @decision. Nothing that it was told can change under way.
 */
static struct zone *decide(struct memgroup_registry *registry,
			   struct memgroup_decision *decision, int online_type,
			   const struct memgroup_block *block)
{
	const struct memgroup_nodes *nodes = registry->nodes;
	const unsigned long start_pfn = decision->start_pfn;
	const unsigned long nr_pages = decision->nr_pages;
	const int nid = decision->nid;
	struct memgroup_node_pages pages;
	struct memgroup_question question = {
		.config = registry->config,
		.request = request_of(online_type),
		.block_pages = nr_pages,
		.movable_is_contiguous =
			memgroup_movable_is_contiguous(nodes, nid, start_pfn,
						       nr_pages),
	};
	struct zone *zone;

	lockdep_assert_held(&registry->lock);

	memgroup_registry_describe(registry, block, nid, &question.group);
	memgroup_snapshot_system(registry, &pages);
	question.system = pages.totals;
	memgroup_snapshot_node(registry, nid, &pages);
	question.node = pages.totals;

	decision->verdict = memgroup_policy_decide(&question);
	zone = decision->verdict.movable ?
		memgroup_movable_zone(nodes, nid) :
		memgroup_kernel_zone(nodes, nid, start_pfn, nr_pages);

	decision->time_ns = ktime_get_ns();
	decision->request = question.request;
	decision->policy = question.config.policy;
	decision->zone = zone_idx(zone);
	decision->group_type = question.group.type;
	decision->mgid = identify(block ? block->group : NULL,
				  decision->device);
	return zone;
}

/**
 * memgroup_decide() - decide on the zone of a block that goes online
 * @registry: the block's
 * @block: the block
 * @nid: its node
 * @online_type: MMOP_ONLINE, MMOP_ONLINE_KERNEL or MMOP_ONLINE_MOVABLE
 *
 * Each call is one attempt to online the block: it is counted, kept and, unless
 * the registry is untraced, traced.
 * Takes the registry's lock.
 *
 * Return: the zone.
 */
struct zone *memgroup_decide(struct memgroup_registry *registry,
			     const struct memgroup_block *block, int nid,
			     int online_type)
{
	struct memgroup_decision decision = {
		.start_pfn = block->start_pfn,
		.nr_pages = block->nr_pages,
		.nid = nid,
	};
	bool first_clamped = false;
	struct memory_group *group;
	struct zone *zone;

	mutex_lock(&registry->lock);
	zone = decide(registry, &decision, online_type, block);
	registry->nr_decisions++;
	if (decision.verdict.clamped)
		first_clamped = !registry->nr_clamped++;
	group = block->group;
	if (group) {
		if (decision.verdict.movable)
			group->nr_decided_movable++;
		else
			group->nr_decided_kernel++;
		group->last_reason = decision.verdict.reason;
	}
	memgroup_log_add(registry, &decision);
	mutex_unlock(&registry->lock);

	/* Once, and not once for all: a test must not use it up. */
	if (first_clamped)
		pr_warn("memgroup: group %d (%s) has more memory online than it declared\n",
			decision.mgid, decision.device);
	if (!registry->untraced)
		trace_mhp_zone_decision(&decision);
	return zone;
}

/**
 * memgroup_preview() - the zone that a plain "online" would choose
 * @registry: the block's
 * @nid: its node
 * @start_pfn: its first page
 * @nr_pages: its size
 *
 * Counted and, unless the registry is untraced, traced as a preview. Takes the
 * registry's lock.
 *
 * Return: the zone.
 */
struct zone *memgroup_preview(struct memgroup_registry *registry, int nid,
			      unsigned long start_pfn, unsigned long nr_pages)
{
	struct memgroup_decision decision = {
		.start_pfn = start_pfn,
		.nr_pages = nr_pages,
		.nid = nid,
	};
	struct memgroup_block *block;
	struct zone *zone;

	mutex_lock(&registry->lock);
	block = memgroup_registry_find_block(registry, start_pfn);
	zone = decide(registry, &decision, MMOP_ONLINE, block);
	registry->nr_previews++;
	mutex_unlock(&registry->lock);

	if (!registry->untraced)
		trace_mhp_zone_preview(&decision);
	return zone;
}

/**
 * memgroup_zone_to_online() - a block is about to go online: where to?
 * @mem: the block; its device lock is held
 *
 * Return: the zone.
 */
struct zone *memgroup_zone_to_online(struct memory_block *mem)
{
	struct memgroup_block *block = &mem->memgroup;

	block->event_zone = memgroup_decide(&memgroup_registry, block,
					    memgroup_node_or_first(mem->nid),
					    mem->online_type);
	return block->event_zone;
}

/**
 * zone_for_pfn_range() - preview which zone a range would be onlined to
 * @online_type: MMOP_ONLINE, MMOP_ONLINE_KERNEL or MMOP_ONLINE_MOVABLE
 * @nid: the node of the range
 * @group: ignored, as the caller may hold nothing that keeps it: the group is
 *	looked up by @start_pfn
 * @start_pfn: first page of a memory block
 * @nr_pages: size of that block
 *
 * Behind valid_zones, which any user may read. Only the plain MMOP_ONLINE asks
 * the policy, and is counted and traced as a preview.
 *
 * Return: the zone.
 */
struct zone *zone_for_pfn_range(int online_type, int nid,
				struct memory_group *group,
				unsigned long start_pfn, unsigned long nr_pages)
{
	const struct memgroup_nodes *nodes = memgroup_registry.nodes;

	nid = memgroup_node_or_first(nid);
	if (online_type == MMOP_ONLINE_KERNEL)
		return memgroup_kernel_zone(nodes, nid, start_pfn, nr_pages);
	if (online_type == MMOP_ONLINE_MOVABLE)
		return memgroup_movable_zone(nodes, nid);
	return memgroup_preview(&memgroup_registry, nid, start_pfn, nr_pages);
}

/* Changes of state, for their duration and result. */

/**
 * memgroup_state_begin() - a block is about to go online or offline
 * @mem: the block; its device lock is held
 */
void memgroup_state_begin(struct memory_block *mem)
{
	mem->memgroup.event_start_ns = ktime_get_ns();
	mem->memgroup.event_zone = mem->zone;
}

/**
 * memgroup_state_end() - a block is about to be online or offline, or has failed
 * @mem: the block; its device lock is held
 * @to_state: MEM_ONLINE or MEM_OFFLINE
 * @result: 0 or an error
 *
 * Called before sysfs shows the new state: who sees that finds the event in the
 * trace.
 */
void memgroup_state_end(struct memory_block *mem, unsigned long to_state,
			int result)
{
	struct memgroup_block *block = &mem->memgroup;
	struct zone *zone = block->event_zone;
	struct memgroup_change change = {
		.start_pfn = block->start_pfn,
		.nr_pages = block->nr_pages,
		.nid = memgroup_node_or_first(mem->nid),
		.zone = zone ? zone_idx(zone) : MAX_NR_ZONES,
		.result = result,
		.duration_ns = ktime_get_ns() - block->event_start_ns,
	};

	WRITE_ONCE(block->event_result, result);
	if (!trace_mhp_block_online_enabled() &&
	    !trace_mhp_block_offline_enabled())
		return;

	mutex_lock(&memgroup_registry.lock);
	change.mgid = identify(block->group, change.device);
	mutex_unlock(&memgroup_registry.lock);

	if (to_state == MEM_ONLINE)
		trace_mhp_block_online(&change);
	else
		trace_mhp_block_offline(&change);
}
