// SPDX-License-Identifier: GPL-2.0
/*
 * Devices without memory, in systems that this machine could never be: what the
 * policy says there, as computed here by hand; that what comes goes again; and that
 * nothing of it is to be seen in the running kernel.
 */

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../core.h"
#include "../debugfs.h"
#include "../sim/sim.h"
#include "../sim/synthetic.h"
#include "../snapshot.h"
#include "suites.h"

#include <trace/events/memory_hotplug.h>

#define GIB		BIT_ULL(30)
#define TIB		BIT_ULL(40)
#define BLOCK		(64 * GIB)
#define DEVICES_MAX	3
#define TEXT_SIZE	(64 * 1024)

/* To recount everything after each change takes time with its square. */
#ifdef CONFIG_MEMGROUP_RECOUNT
#define MANY		300
#else
#define MANY		100000
#endif

/* A system, and devices that are in it if they have a state. */
struct synthetic_test {
	struct kunit *test;
	struct memgroup_synthetic system;
	struct memgroup_sim_device device[DEVICES_MAX];
};

static struct synthetic_test *make(struct kunit *test, unsigned int ratio,
				   bool numa_aware)
{
	const struct memgroup_config config = {
		.policy = MEMGROUP_POLICY_AUTO_MOVABLE,
		.ratio = ratio,
		.numa_aware = numa_aware,
	};
	struct synthetic_test *all;
	int i;

	all = kunit_kzalloc(test, sizeof(*all), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, all);
	all->test = test;
	memgroup_synthetic_init(&all->system, &config);
	for (i = 0; i < DEVICES_MAX; i++) {
		mutex_init(&all->device[i].lock);
		strscpy(all->device[i].name, "made-up", MEMGROUP_NAME_SIZE);
	}
	test->priv = all;
	KUNIT_ASSERT_EQ(test, memgroup_synthetic_set_block_size(&all->system,
								BLOCK), 0);
	return all;
}

static void add_node(struct synthetic_test *all, int nid, u64 kernel_bytes)
{
	struct memgroup_synthetic *system = &all->system;

	KUNIT_ASSERT_EQ(all->test, memgroup_synthetic_add_node(system, nid), 0);
	KUNIT_ASSERT_EQ(all->test,
			memgroup_synthetic_set_bytes(system, nid,
						     MEMGROUP_SYNTHETIC_KERNEL,
						     kernel_bytes), 0);
}

static int start(struct synthetic_test *all, int number,
		 const struct memgroup_sim_settings *settings)
{
	struct memgroup_sim_device *device = &all->device[number];
	int ret;

	device->settings = *settings;
	device->last_error[0] = '\0';
	memgroup_synthetic_freeze(&all->system);
	mutex_lock(&device->lock);
	ret = memgroup_synthetic_start(&all->system, device);
	mutex_unlock(&device->lock);
	if (ret)
		memgroup_synthetic_thaw(&all->system);
	return ret;
}

static int resize(struct synthetic_test *all, int number, u64 bytes)
{
	struct memgroup_sim_device *device = &all->device[number];
	int ret;

	mutex_lock(&device->lock);
	ret = memgroup_synthetic_resize(device, bytes);
	mutex_unlock(&device->lock);
	return ret;
}

static void stop(struct synthetic_test *all, int number)
{
	struct memgroup_sim_device *device = &all->device[number];

	mutex_lock(&device->lock);
	memgroup_synthetic_stop(device);
	mutex_unlock(&device->lock);
	memgroup_synthetic_thaw(&all->system);
}

static struct memgroup_sim_figures read(struct synthetic_test *all, int number)
{
	struct memgroup_sim_device *device = &all->device[number];
	struct memgroup_sim_figures figures;

	mutex_lock(&device->lock);
	memgroup_synthetic_read(device, &figures);
	mutex_unlock(&device->lock);
	return figures;
}

static void start_static(struct synthetic_test *all, int number, int nid,
			 u64 size)
{
	KUNIT_ASSERT_EQ(all->test,
			start(all, number, &(struct memgroup_sim_settings) {
				.type = MEMGROUP_TYPE_STATIC,
				.nid = nid,
				.size = size,
				.count = 1,
			}), 0);
}

static void start_dynamic(struct synthetic_test *all, int number, int nid,
			  u64 size, u64 unit, unsigned int count)
{
	KUNIT_ASSERT_EQ(all->test,
			start(all, number, &(struct memgroup_sim_settings) {
				.type = MEMGROUP_TYPE_DYNAMIC,
				.nid = nid,
				.size = size,
				.unit = unit,
				.count = count,
			}), 0);
}

static u64 pages(u64 bytes)
{
	return bytes >> PAGE_SHIFT;
}

/* Decision number @i of all that there were; the log has the latest 1,024. */
static const struct memgroup_decision *decision(struct synthetic_test *all,
						u64 i)
{
	KUNIT_ASSERT_LT(all->test, i, all->system.log.nr_added);
	KUNIT_ASSERT_LE(all->test, all->system.log.nr_added - i,
			MEMGROUP_LOG_SIZE);
	return &all->system.log.ring[i % MEMGROUP_LOG_SIZE];
}

static void expect_verdict(struct synthetic_test *all, u64 i,
			   const struct memgroup_verdict *expected)
{
	const struct memgroup_verdict *seen = &decision(all, i)->verdict;

	KUNIT_EXPECT_EQ(all->test, seen->movable, expected->movable);
	KUNIT_EXPECT_EQ(all->test, seen->reason, expected->reason);
	KUNIT_EXPECT_EQ(all->test, seen->domain, expected->domain);
	KUNIT_EXPECT_EQ(all->test, seen->early_kernel_pages,
			expected->early_kernel_pages);
	KUNIT_EXPECT_EQ(all->test, seen->movable_pages,
			expected->movable_pages);
	KUNIT_EXPECT_EQ(all->test, seen->asked_pages, expected->asked_pages);
	KUNIT_EXPECT_EQ(all->test, seen->limit_pages, expected->limit_pages);
}

static char letter_at(struct memgroup_synthetic *system, u64 start)
{
	const struct memgroup_block *block;
	char letter = '-';

	mutex_lock(&system->registry.lock);
	block = memgroup_registry_find_block(&system->registry, pages(start));
	if (block)
		letter = !block->present_pages ? '.' :
			memgroup_block_is_movable(block) ? 'M' : 'K';
	mutex_unlock(&system->registry.lock);
	return letter;
}

/* The blocks of a device, as letters like those of system_plug(). */
static void expect_blocks(struct synthetic_test *all, int number,
			  const char *picture)
{
	u64 start = read(all, number).start;
	char seen[64] = "";
	size_t i;

	KUNIT_ASSERT_LT(all->test, strlen(picture), sizeof(seen));
	for (i = 0; picture[i]; i++) {
		if (picture[i] == ' ') {
			seen[i] = ' ';
			continue;
		}
		seen[i] = letter_at(&all->system, start);
		start += all->system.block_size;
	}
	KUNIT_EXPECT_STREQ(all->test, (const char *)seen, picture);
}

static void expect_pages(struct synthetic_test *all, int nid, u64 kernel,
			 u64 movable, u64 cma)
{
	struct memgroup_registry *registry = &all->system.registry;
	struct memgroup_node_pages seen;

	mutex_lock(&registry->lock);
	memgroup_snapshot_node(registry, nid, &seen);
	mutex_unlock(&registry->lock);
	KUNIT_EXPECT_EQ(all->test, seen.kernel_pages, kernel);
	KUNIT_EXPECT_EQ(all->test, seen.zone_movable_pages, movable);
	KUNIT_EXPECT_EQ(all->test, seen.cma_pages, cma);
}

/* No group, no block, and nothing in the sums: what stays is boot memory. */
static void expect_nothing_plugged(struct synthetic_test *all, int nid,
				   u64 kernel)
{
	const struct memgroup_registry *registry = &all->system.registry;

	KUNIT_EXPECT_EQ(all->test, registry->nr_groups, 0);
	KUNIT_EXPECT_EQ(all->test, registry->nr_blocks, 0);
	KUNIT_EXPECT_TRUE(all->test, xa_empty(&registry->groups));
	KUNIT_EXPECT_TRUE(all->test, list_empty(&registry->dynamic_groups));
	KUNIT_EXPECT_TRUE(all->test, RB_EMPTY_ROOT(&registry->blocks));
	KUNIT_EXPECT_NULL(all->test, memchr_inv(&registry->system, 0,
						sizeof(registry->system)));
	KUNIT_EXPECT_NULL(all->test, memchr_inv(registry->node, 0,
						sizeof(registry->node)));
	expect_pages(all, nid, kernel, 0, 0);
}

/* What is staged */

static void nodes_come_and_go(struct kunit *test)
{
	struct synthetic_test *all = make(test, 301, false);
	struct memgroup_synthetic *system = &all->system;

	KUNIT_EXPECT_EQ(test, memgroup_synthetic_add_node(system, -1), -EINVAL);
	KUNIT_EXPECT_EQ(test, memgroup_synthetic_add_node(system, MAX_NUMNODES),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, memgroup_synthetic_remove_node(system, 0),
			-ENODEV);
	KUNIT_EXPECT_EQ(test, memgroup_synthetic_add_node(system, 0), 0);
	KUNIT_EXPECT_EQ(test, memgroup_synthetic_add_node(system, 0), -EEXIST);
	expect_pages(all, 0, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, memgroup_synthetic_remove_node(system, 0), 0);
	KUNIT_EXPECT_TRUE(test, nodes_empty(system->online));
	/* The next one of that number has nothing of it. */
	add_node(all, 0, TIB);
	KUNIT_EXPECT_EQ(test, memgroup_synthetic_remove_node(system, 0), 0);
	KUNIT_EXPECT_EQ(test, memgroup_synthetic_add_node(system, 0), 0);
	expect_pages(all, 0, 0, 0, 0);
}

static void memory_is_where_it_is_staged(struct kunit *test)
{
	struct synthetic_test *all = make(test, 301, false);
	struct memgroup_synthetic *system = &all->system;
	struct zone *zones;

	add_node(all, 0, 16 * TIB);
	KUNIT_EXPECT_EQ(test,
			memgroup_synthetic_set_bytes(system, 0,
						     MEMGROUP_SYNTHETIC_MOVABLE,
						     3 * TIB), 0);
	expect_pages(all, 0, pages(16 * TIB), pages(3 * TIB), 0);
	KUNIT_EXPECT_EQ(test,
			memgroup_synthetic_get_bytes(system, 0,
						     MEMGROUP_SYNTHETIC_KERNEL),
			16 * TIB);
	KUNIT_EXPECT_EQ(test,
			memgroup_synthetic_get_bytes(system, 0,
						     MEMGROUP_SYNTHETIC_MOVABLE),
			3 * TIB);

	/* Early memory, one zone after the other */
	zones = system->nodes.get(&system->nodes, 0)->node_zones;
	KUNIT_EXPECT_EQ(test, zones[ZONE_NORMAL].present_early_pages,
			pages(16 * TIB));
	KUNIT_EXPECT_EQ(test, zones[ZONE_NORMAL].zone_start_pfn, 0);
	KUNIT_EXPECT_EQ(test, zone_end_pfn(&zones[ZONE_NORMAL]),
			pages(16 * TIB));
	KUNIT_EXPECT_EQ(test, zones[ZONE_MOVABLE].zone_start_pfn,
			pages(16 * TIB));
	KUNIT_EXPECT_EQ(test, zone_end_pfn(&zones[ZONE_MOVABLE]),
			pages(19 * TIB));

	/* Less again */
	KUNIT_EXPECT_EQ(test,
			memgroup_synthetic_set_bytes(system, 0,
						     MEMGROUP_SYNTHETIC_KERNEL,
						     PAGE_SIZE), 0);
	expect_pages(all, 0, 1, pages(3 * TIB), 0);
}

static void memory_that_cannot_be(struct kunit *test)
{
	const enum memgroup_synthetic_kind kernel = MEMGROUP_SYNTHETIC_KERNEL;
	const enum memgroup_synthetic_kind movable = MEMGROUP_SYNTHETIC_MOVABLE;
	struct synthetic_test *all = make(test, 301, false);
	struct memgroup_synthetic *system = &all->system;
	const u64 end = MEMGROUP_SYNTHETIC_END;

	add_node(all, 0, TIB);
	if (!IS_ENABLED(CONFIG_CMA))
		KUNIT_EXPECT_EQ(test,
				memgroup_synthetic_set_bytes(system, 0,
							     MEMGROUP_SYNTHETIC_CMA,
							     0), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, memgroup_synthetic_set_bytes(system, 0, kernel,
							   PAGE_SIZE - 1),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, memgroup_synthetic_set_bytes(system, 1, kernel,
							   TIB), -ENODEV);
	KUNIT_EXPECT_EQ(test, memgroup_synthetic_set_bytes(system, 0, kernel,
							   end + PAGE_SIZE),
			-ERANGE);
	KUNIT_EXPECT_EQ(test,
			memgroup_synthetic_set_bytes(system, 0, movable,
						     end - TIB + PAGE_SIZE),
			-ERANGE);
	KUNIT_EXPECT_EQ(test, memgroup_synthetic_set_bytes(system, 0, kernel,
							   -PAGE_SIZE),
			-ERANGE);
	expect_pages(all, 0, pages(TIB), 0, 0);
	KUNIT_EXPECT_EQ(test, memgroup_synthetic_set_bytes(system, 0, movable,
							   end - TIB), 0);
	expect_pages(all, 0, pages(TIB), pages(end - TIB), 0);
}

static void block_sizes(struct kunit *test)
{
	struct synthetic_test *all = make(test, 301, false);
	struct memgroup_synthetic *system = &all->system;
	const u64 least = MIN_MEMORY_BLOCK_SIZE;
	const u64 most = MEMGROUP_SYNTHETIC_BLOCK_MAX;

	KUNIT_EXPECT_EQ(test, memgroup_synthetic_set_block_size(system, 0),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, memgroup_synthetic_set_block_size(system,
								3 * GIB),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, memgroup_synthetic_set_block_size(system,
								least / 2),
			-ERANGE);
	KUNIT_EXPECT_EQ(test, memgroup_synthetic_set_block_size(system,
								most * 2),
			-ERANGE);
	KUNIT_EXPECT_EQ(test, system->block_size, BLOCK);
	KUNIT_EXPECT_EQ(test, memgroup_synthetic_set_block_size(system, least),
			0);
	KUNIT_EXPECT_EQ(test, system->block_size, least);
	KUNIT_EXPECT_EQ(test, memgroup_synthetic_set_block_size(system, most),
			0);
	KUNIT_EXPECT_EQ(test, system->block_size, most);
}

static void frozen_while_live(struct kunit *test)
{
	struct synthetic_test *all = make(test, 301, false);
	struct memgroup_synthetic *system = &all->system;

	add_node(all, 0, TIB);
	start_static(all, 0, 0, BLOCK);
	start_static(all, 1, 0, BLOCK);
	stop(all, 0);
	/* The other one is still there. */
	KUNIT_EXPECT_EQ(test, memgroup_synthetic_add_node(system, 0), -EBUSY);
	KUNIT_EXPECT_EQ(test, memgroup_synthetic_remove_node(system, 0),
			-EBUSY);
	KUNIT_EXPECT_EQ(test,
			memgroup_synthetic_set_bytes(system, 0,
						     MEMGROUP_SYNTHETIC_KERNEL,
						     0), -EBUSY);
	KUNIT_EXPECT_EQ(test, memgroup_synthetic_set_block_size(system, TIB),
			-EBUSY);
	KUNIT_EXPECT_EQ(test, system->block_size, BLOCK);
	expect_pages(all, 0, pages(TIB), pages(BLOCK), 0);

	stop(all, 1);
	KUNIT_EXPECT_EQ(test, memgroup_synthetic_set_block_size(system, TIB),
			0);
	KUNIT_EXPECT_EQ(test, memgroup_synthetic_remove_node(system, 0), 0);
}

/* What the policy says */

/* 16 TiB carry 48.16 TiB at 301 %: a device of 48 TiB fits, in one piece. */
static void large_device_fits(struct kunit *test)
{
	struct synthetic_test *all = make(test, 301, false);
	const u64 early = pages(16 * TIB), nr_blocks = 48 * TIB / BLOCK;
	struct memgroup_sim_figures figures;

	add_node(all, 0, 16 * TIB);
	start_static(all, 0, 0, 48 * TIB);
	figures = read(all, 0);
	KUNIT_EXPECT_EQ(test, figures.start, 16 * TIB);
	KUNIT_EXPECT_EQ(test, figures.plugged, 48 * TIB);
	KUNIT_EXPECT_EQ(test, figures.movable, 48 * TIB);
	KUNIT_EXPECT_EQ(test, figures.kernel, 0);
	KUNIT_EXPECT_EQ(test, figures.offline, 0);
	KUNIT_EXPECT_EQ(test, all->system.registry.nr_decisions, nr_blocks);

	/* The last one asks for itself alone. */
	expect_verdict(all, nr_blocks - 1, &(struct memgroup_verdict) {
		.movable = true,
		.reason = MEMGROUP_REASON_FITS,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.early_kernel_pages = early,
		.movable_pages = pages(48 * TIB - BLOCK),
		.asked_pages = pages(BLOCK),
		.limit_pages = early * 301 / 100,
	});
	stop(all, 0);
	expect_nothing_plugged(all, 0, early);
}

/* All or nothing: 49 TiB are more than 48.16, and none of it is MOVABLE. */
static void larger_device_does_not(struct kunit *test)
{
	struct synthetic_test *all = make(test, 301, false);
	const u64 early = pages(16 * TIB);

	add_node(all, 0, 16 * TIB);
	KUNIT_ASSERT_EQ(test, memgroup_synthetic_set_block_size(&all->system,
								TIB), 0);
	start_static(all, 0, 0, 49 * TIB);
	KUNIT_EXPECT_EQ(test, read(all, 0).kernel, 49 * TIB);
	KUNIT_EXPECT_EQ(test, read(all, 0).movable, 0);
	expect_verdict(all, 0, &(struct memgroup_verdict) {
		.reason = MEMGROUP_REASON_SYSTEM_RATIO,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.early_kernel_pages = early,
		.asked_pages = pages(49 * TIB),
		.limit_pages = early * 301 / 100,
	});
	KUNIT_EXPECT_EQ(test, decision(all, 1)->verdict.reason,
			MEMGROUP_REASON_GROUP_HAS_KERNEL);
	KUNIT_EXPECT_EQ(test, decision(all, 48)->verdict.reason,
			MEMGROUP_REASON_GROUP_HAS_KERNEL);
	stop(all, 0);
	expect_nothing_plugged(all, 0, early);
}

/* One after the other, until it is full: of 16 TiB devices three. */
static void devices_share_the_limit(struct kunit *test)
{
	struct synthetic_test *all = make(test, 301, false);

	add_node(all, 0, 16 * TIB);
	KUNIT_ASSERT_EQ(test,
			start(all, 0, &(struct memgroup_sim_settings) {
				.type = MEMGROUP_TYPE_STATIC,
				.size = 16 * TIB,
				.count = 4,
			}), 0);
	KUNIT_EXPECT_EQ(test, all->system.registry.nr_groups, 4);
	KUNIT_EXPECT_EQ(test, read(all, 0).movable, 48 * TIB);
	KUNIT_EXPECT_EQ(test, read(all, 0).kernel, 16 * TIB);
	KUNIT_EXPECT_EQ(test, letter_at(&all->system, 64 * TIB - 1), 'M');
	KUNIT_EXPECT_EQ(test, letter_at(&all->system, 64 * TIB), 'K');
	KUNIT_EXPECT_EQ(test, letter_at(&all->system, 80 * TIB - 1), 'K');
	KUNIT_EXPECT_EQ(test, letter_at(&all->system, 80 * TIB), '-');
}

/*
 * Without boot memory, one unit of KERNEL memory carries three of MOVABLE; and a unit
 * is one or the other.
 */
static void units_carry_units(struct kunit *test)
{
	struct synthetic_test *all = make(test, 301, true);
	const u64 unit = 4 * BLOCK;

	add_node(all, 0, 0);
	start_dynamic(all, 0, 0, 16 * unit, unit, 1);
	expect_blocks(all, 0, "----");
	KUNIT_EXPECT_EQ(test, resize(all, 0, 6 * unit), 0);
	expect_blocks(all, 0, "KKKK MMMM MMMM MMMM KKKK MMMM ----");
	KUNIT_EXPECT_EQ(test, decision(all, 0)->verdict.reason,
			MEMGROUP_REASON_SYSTEM_RATIO);
	KUNIT_EXPECT_EQ(test, decision(all, 1)->verdict.reason,
			MEMGROUP_REASON_UNIT_HAS_KERNEL);
	expect_verdict(all, 4, &(struct memgroup_verdict) {
		.movable = true,
		.reason = MEMGROUP_REASON_FITS,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.early_kernel_pages = pages(unit),
		.asked_pages = pages(unit),
		.limit_pages = pages(unit) * 301 / 100,
	});
	expect_verdict(all, 16, &(struct memgroup_verdict) {
		.reason = MEMGROUP_REASON_SYSTEM_RATIO,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.early_kernel_pages = pages(unit),
		.movable_pages = pages(3 * unit),
		.asked_pages = pages(unit),
		.limit_pages = pages(unit) * 301 / 100,
	});
}

/* MOVABLE units go first, from the top down; the lowest gap is filled first. */
static void units_go_and_come_back(struct kunit *test)
{
	struct synthetic_test *all = make(test, 301, false);

	add_node(all, 0, 0);
	start_dynamic(all, 0, 0, 8 * BLOCK, BLOCK, 1);
	KUNIT_EXPECT_EQ(test, resize(all, 0, 8 * BLOCK), 0);
	expect_blocks(all, 0, "KMMM KMMM");
	KUNIT_EXPECT_EQ(test, resize(all, 0, 4 * BLOCK), 0);
	expect_blocks(all, 0, "KMM- K---");
	KUNIT_EXPECT_EQ(test, read(all, 0).plugged, 4 * BLOCK);
	KUNIT_EXPECT_EQ(test, resize(all, 0, BLOCK), 0);
	expect_blocks(all, 0, "K--- ----");
	KUNIT_EXPECT_EQ(test, resize(all, 0, 3 * BLOCK), 0);
	expect_blocks(all, 0, "KMM- ----");
	KUNIT_EXPECT_EQ(test, resize(all, 0, 3 * BLOCK), 0);
	expect_blocks(all, 0, "KMM- ----");
	KUNIT_EXPECT_EQ(test, resize(all, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, all->system.registry.nr_groups, 1);
	KUNIT_EXPECT_EQ(test, all->system.registry.nr_blocks, 0);
	stop(all, 0);
	expect_nothing_plugged(all, 0, 0);
}

static void each_of_many_is_resized(struct kunit *test)
{
	struct synthetic_test *all = make(test, 100, false);

	add_node(all, 0, 4 * BLOCK);
	start_dynamic(all, 0, 0, 2 * BLOCK, BLOCK, 3);
	KUNIT_EXPECT_EQ(test, resize(all, 0, BLOCK), 0);
	expect_blocks(all, 0, "M- M- M-");
	/*
	 * Each has borrowed one of four. The first takes the last of them, so that
	 * there is none for the second; whose KERNEL block then covers what it had
	 * borrowed, and there is one for the third.
	 */
	KUNIT_EXPECT_EQ(test, resize(all, 0, 2 * BLOCK), 0);
	expect_blocks(all, 0, "MM MK MM");
	KUNIT_EXPECT_EQ(test, read(all, 0).plugged, 6 * BLOCK);
	KUNIT_EXPECT_EQ(test, read(all, 0).movable, 5 * BLOCK);
	KUNIT_EXPECT_EQ(test, read(all, 0).kernel, BLOCK);
}

static void ratio_changes_while_live(struct kunit *test)
{
	struct memgroup_config config = {
		.policy = MEMGROUP_POLICY_AUTO_MOVABLE,
		.ratio = 50,
	};
	struct synthetic_test *all = make(test, 200, false);
	struct memgroup_registry *registry = &all->system.registry;

	add_node(all, 0, 64 * BLOCK);
	start_dynamic(all, 0, 0, 8 * BLOCK, BLOCK, 4);
	KUNIT_EXPECT_EQ(test, resize(all, 0, 8 * BLOCK), 0);
	KUNIT_EXPECT_EQ(test, registry->system.movable_pages,
			pages(32 * BLOCK));
	KUNIT_EXPECT_EQ(test, registry->system.needed_pages, pages(16 * BLOCK));
	mutex_lock(&registry->lock);
	memgroup_registry_configure(registry, &config);
	mutex_unlock(&registry->lock);
	KUNIT_EXPECT_EQ(test, registry->system.needed_pages, pages(64 * BLOCK));
}

#if MAX_NUMNODES > 1
/* The system has room for it, its node has none. */
static void node_without_boot_memory(struct kunit *test)
{
	struct synthetic_test *all = make(test, 301, true);

	add_node(all, 0, 16 * TIB);
	add_node(all, 1, 0);
	start_static(all, 0, 1, 4 * BLOCK);
	expect_blocks(all, 0, "KKKK");
	KUNIT_EXPECT_EQ(test, decision(all, 0)->verdict.reason,
			MEMGROUP_REASON_NODE_RATIO);
	KUNIT_EXPECT_EQ(test, decision(all, 0)->nid, 1);
	expect_pages(all, 0, pages(16 * TIB), 0, 0);
	expect_pages(all, 1, pages(4 * BLOCK), 0, 0);
}
#endif

#ifdef CONFIG_CMA
/* CMA carries nothing, and counts as MOVABLE: 4 of 3.01 are taken by it. */
static void cma_is_movable(struct kunit *test)
{
	struct synthetic_test *all = make(test, 301, false);

	add_node(all, 0, 2 * BLOCK);
	KUNIT_ASSERT_EQ(test,
			memgroup_synthetic_set_bytes(&all->system, 0,
						     MEMGROUP_SYNTHETIC_CMA,
						     4 * BLOCK), 0);
	expect_pages(all, 0, pages(6 * BLOCK), 0, pages(4 * BLOCK));
	start_static(all, 0, 0, 2 * BLOCK);
	start_static(all, 1, 0, BLOCK);
	expect_blocks(all, 0, "MM");
	expect_blocks(all, 1, "K");
	expect_verdict(all, 2, &(struct memgroup_verdict) {
		.reason = MEMGROUP_REASON_SYSTEM_RATIO,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.early_kernel_pages = pages(2 * BLOCK),
		.movable_pages = pages(6 * BLOCK),
		.asked_pages = pages(BLOCK),
		.limit_pages = pages(2 * BLOCK) * 301 / 100,
	});
}
#endif

/* Addresses */

static void addresses_never_overlap(struct kunit *test)
{
	struct synthetic_test *all = make(test, 301, false);

	/* Where boot memory ends within a block, the next block is free. */
	add_node(all, 0, BLOCK + PAGE_SIZE);
	start_static(all, 0, 0, 3 * BLOCK);
	KUNIT_EXPECT_EQ(test, read(all, 0).start, 2 * BLOCK);
	/* A unit is aligned to its size. */
	start_dynamic(all, 1, 0, 16 * BLOCK, 8 * BLOCK, 2);
	KUNIT_EXPECT_EQ(test, read(all, 1).start, 8 * BLOCK);
	/* What is free in between is not taken as long as anything is live. */
	stop(all, 0);
	start_static(all, 0, 0, BLOCK);
	KUNIT_EXPECT_EQ(test, read(all, 0).start, 40 * BLOCK);
	stop(all, 0);
	stop(all, 1);
	start_static(all, 0, 0, BLOCK);
	KUNIT_EXPECT_EQ(test, read(all, 0).start, 2 * BLOCK);
}

/* Under contig-zones it is seen that zones shrink as well. */
static void zones_begin_again(struct kunit *test)
{
	struct synthetic_test *all = make(test, 301, false);
	struct zone *movable;

	add_node(all, 0, 8 * BLOCK);
	movable = memgroup_movable_zone(&all->system.nodes, 0);
	start_static(all, 0, 0, 4 * BLOCK);
	KUNIT_EXPECT_EQ(test, movable->zone_start_pfn, pages(8 * BLOCK));
	KUNIT_EXPECT_EQ(test, movable->spanned_pages, pages(4 * BLOCK));
	stop(all, 0);
	KUNIT_EXPECT_EQ(test, movable->spanned_pages, 0);
	KUNIT_EXPECT_EQ(test, movable->present_pages, 0);
}

/* What cannot be */

static void expect_refused(struct synthetic_test *all, int error,
			   const struct memgroup_sim_settings *settings)
{
	struct memgroup_sim_device *device = &all->device[0];

	KUNIT_EXPECT_EQ(all->test, start(all, 0, settings), error);
	KUNIT_EXPECT_NULL(all->test, device->state);
	KUNIT_EXPECT_NE(all->test, device->last_error[0], '\0');
	KUNIT_EXPECT_EQ(all->test, all->system.nr_frozen, 0);
	expect_nothing_plugged(all, 0, pages(TIB));
}

static void devices_that_cannot_be(struct kunit *test)
{
	const u64 least = MIN_MEMORY_BLOCK_SIZE;
	struct synthetic_test *all = make(test, 301, false);
	struct memgroup_sim_settings settings = {
		.type = MEMGROUP_TYPE_STATIC,
		.size = BLOCK,
		.count = 1,
	};

	add_node(all, 0, TIB);
	settings.nid = 1;
	expect_refused(all, -ENODEV, &settings);
	settings.nid = -1;
	expect_refused(all, -ENODEV, &settings);
	settings.nid = MAX_NUMNODES;
	expect_refused(all, -ENODEV, &settings);
	settings.nid = 0;
	settings.size = BLOCK / 2;
	expect_refused(all, -EINVAL, &settings);
	settings.size = 0;
	expect_refused(all, -EINVAL, &settings);
	settings.size = BLOCK;
	settings.type = MEMGROUP_TYPE_DYNAMIC;
	settings.unit = BLOCK / 2;
	expect_refused(all, -EINVAL, &settings);
	/* So large that even what is to be known of them does not fit anywhere */
	KUNIT_ASSERT_EQ(test, memgroup_synthetic_set_block_size(&all->system,
								least), 0);
	settings.unit = least;
	settings.size = MEMGROUP_SYNTHETIC_END / 2;
	expect_refused(all, -ENOMEM, &settings);
	settings.type = MEMGROUP_TYPE_STATIC;
	expect_refused(all, -ENOMEM, &settings);
	settings.size = MEMGROUP_SYNTHETIC_END;
	expect_refused(all, -ENOSPC, &settings);
}

/* All but one block, and then one more than that */
static void addresses_run_out(struct kunit *test)
{
	struct synthetic_test *all = make(test, 301, false);
	const u64 unit = BIT_ULL(60);

	add_node(all, 0, TIB);
	start_dynamic(all, 0, 0, 3 * unit, unit, 1);
	KUNIT_EXPECT_EQ(test, read(all, 0).start, unit);
	KUNIT_EXPECT_EQ(test,
			start(all, 1, &(struct memgroup_sim_settings) {
				.type = MEMGROUP_TYPE_STATIC,
				.size = BLOCK,
				.count = 1,
			}), -ENOSPC);
	stop(all, 0);
	start_static(all, 1, 0, BLOCK);
}

/* Events */

/*
 * What the probes have seen of this thread; and when they shall make it look as if
 * somebody had sent it a signal, which nobody can.
 */
static struct {
	bool probing;
	struct task_struct *task;
	unsigned int nr_events;
	unsigned int signal_at;
	struct memgroup_decision latest;
} seen;

static void see(void *data, const struct memgroup_decision *decision)
{
	if (seen.task != current)
		return;
	if (++seen.nr_events == seen.signal_at)
		set_thread_flag(TIF_SIGPENDING);
	seen.latest = *decision;
}

static void stop_probing(void)
{
	if (!seen.probing)
		return;
	unregister_trace_mhp_zone_decision(see, NULL);
	unregister_trace_mhp_zone_preview(see, NULL);
	tracepoint_synchronize_unregister();
	seen.probing = false;
}

static void start_probing(struct kunit *test)
{
	int ret;

	memset(&seen, 0, sizeof(seen));
	seen.task = current;
	ret = register_trace_mhp_zone_decision(see, NULL);
	KUNIT_ASSERT_EQ(test, ret, 0);
	ret = register_trace_mhp_zone_preview(see, NULL);
	if (ret)
		unregister_trace_mhp_zone_decision(see, NULL);
	KUNIT_ASSERT_EQ(test, ret, 0);
	seen.probing = true;
}

/* Signals */

/* Before anything was done, nothing is. */
static void signal_at_once(struct kunit *test)
{
	struct synthetic_test *all = make(test, 301, false);
	const struct memgroup_sim_settings settings = {
		.type = MEMGROUP_TYPE_STATIC,
		.size = 8 * BLOCK,
		.count = 2,
	};
	int grown, shrunk;

	add_node(all, 0, TIB);
	set_thread_flag(TIF_SIGPENDING);
	expect_refused(all, -EINTR, &settings);
	clear_thread_flag(TIF_SIGPENDING);

	start_dynamic(all, 0, 0, 8 * BLOCK, BLOCK, 1);
	KUNIT_EXPECT_EQ(test, resize(all, 0, 4 * BLOCK), 0);
	set_thread_flag(TIF_SIGPENDING);
	grown = resize(all, 0, 8 * BLOCK);
	shrunk = resize(all, 0, 0);
	clear_thread_flag(TIF_SIGPENDING);
	KUNIT_EXPECT_EQ(test, grown, -EINTR);
	KUNIT_EXPECT_EQ(test, shrunk, -EINTR);
	expect_blocks(all, 0, "MMMM ----");
	KUNIT_EXPECT_EQ(test, resize(all, 0, 8 * BLOCK), 0);
	expect_blocks(all, 0, "MMMM MMMM");

	/* To take a device away is not stopped. */
	set_thread_flag(TIF_SIGPENDING);
	stop(all, 0);
	clear_thread_flag(TIF_SIGPENDING);
	expect_nothing_plugged(all, 0, pages(TIB));
}

/* In the second of two devices, nothing remains; in a unit, those before it do. */
static void signal_in_between(struct kunit *test)
{
	struct synthetic_test *all = make(test, 301, false);
	const struct memgroup_sim_settings settings = {
		.type = MEMGROUP_TYPE_STATIC,
		.size = 8 * BLOCK,
		.count = 2,
	};
	int ret;

	add_node(all, 0, TIB);
	start_probing(test);
	all->system.registry.untraced = false;
	seen.signal_at = 11;
	expect_refused(all, -EINTR, &settings);
	clear_thread_flag(TIF_SIGPENDING);
	KUNIT_EXPECT_EQ(test, all->system.registry.nr_decisions, 11);

	start_dynamic(all, 0, 0, 12 * BLOCK, 2 * BLOCK, 1);
	seen.signal_at = 11 + 5;
	ret = resize(all, 0, 12 * BLOCK);
	clear_thread_flag(TIF_SIGPENDING);
	KUNIT_EXPECT_EQ(test, ret, -EINTR);
	expect_blocks(all, 0, "MMMM ---- ----");
	KUNIT_EXPECT_EQ(test, read(all, 0).plugged, 4 * BLOCK);
	KUNIT_EXPECT_EQ(test, resize(all, 0, 12 * BLOCK), 0);
	expect_blocks(all, 0, "MMMM MMMM MMMM");
}

/* The running kernel */

/* What a view of the running kernel shows: of long ones, how it begins. */
static char *read_view(struct kunit *test, const char *view)
{
	char *text = kunit_kzalloc(test, TEXT_SIZE, GFP_KERNEL);
	struct seq_file m = { .buf = text, .size = TEXT_SIZE - 1 };
	struct memgroup_reading *reading;
	size_t line = 0;

	KUNIT_ASSERT_NOT_NULL(test, text);
	reading = memgroup_reading_take(&memgroup_registry, view);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, reading);
	while (memgroup_reading_show(reading, &m, line))
		line++;
	kvfree(reading);
	return text;
}

/* What the running kernel says to a block behind all of its memory. */
static struct memgroup_decision ask_running_kernel(struct kunit *test)
{
	const unsigned int before = seen.nr_events;

	memgroup_preview(&memgroup_registry, first_online_node,
			 BIT(MAX_PHYSMEM_BITS - 1 - PAGE_SHIFT),
			 PHYS_PFN(memory_block_size_bytes()));
	KUNIT_EXPECT_EQ(test, seen.nr_events, before + 1);
	seen.latest.time_ns = 0;
	return seen.latest;
}

/* Made-up decisions are no events, and previews neither. */
static void no_events(struct kunit *test)
{
	struct synthetic_test *all = make(test, 301, false);

	start_probing(test);
	add_node(all, 0, TIB);
	start_static(all, 0, 0, 4 * BLOCK);
	memgroup_preview(&all->system.registry, 0, pages(TIB), pages(BLOCK));
	KUNIT_EXPECT_EQ(test, all->system.registry.nr_decisions, 4);
	KUNIT_EXPECT_EQ(test, all->system.registry.nr_previews, 1);
	KUNIT_EXPECT_EQ(test, seen.nr_events, 0);
	/* The probes are there, and would have seen them. */
	all->system.registry.untraced = false;
	memgroup_preview(&all->system.registry, 0, pages(TIB), pages(BLOCK));
	start_static(all, 1, 0, BLOCK);
	KUNIT_EXPECT_EQ(test, seen.nr_events, 2);
}

/* A hundred thousand devices, and nobody else can tell. */
static void many_devices_are_not_seen(struct kunit *test)
{
	static const char *const views[] = {
		"groups", "nodes", "zones", "blocks", "decisions"
	};
	struct synthetic_test *all = make(test, 301, true);
	char *before[ARRAY_SIZE(views)];
	struct memgroup_decision without, with;
	const u64 block = 2 * GIB;
	int i;

	KUNIT_ASSERT_EQ(test, memgroup_synthetic_set_block_size(&all->system,
								block), 0);
	add_node(all, 0, 1024 * TIB);
	start_probing(test);
	without = ask_running_kernel(test);
	for (i = 0; i < ARRAY_SIZE(views); i++)
		before[i] = read_view(test, views[i]);

	start_dynamic(all, 0, 0, block, block, MANY);
	KUNIT_EXPECT_EQ(test, resize(all, 0, block), 0);
	KUNIT_EXPECT_EQ(test, all->system.registry.nr_groups, MANY);
	KUNIT_EXPECT_EQ(test, all->system.registry.nr_decisions, MANY);
	KUNIT_EXPECT_EQ(test, all->system.registry.system.movable_pages,
			MANY * pages(block));
	/* Each borrows for itself, and rounds down for itself. */
	KUNIT_EXPECT_EQ(test, all->system.registry.system.needed_pages,
			MANY * (pages(block) * 100 / 301));
	KUNIT_EXPECT_EQ(test, seen.nr_events, 1);

	for (i = 0; i < ARRAY_SIZE(views); i++)
		KUNIT_EXPECT_STREQ(test, read_view(test, views[i]),
				   (const char *)before[i]);
	with = ask_running_kernel(test);
	KUNIT_EXPECT_EQ(test, memcmp(&with, &without, sizeof(with)), 0);

	stop(all, 0);
	expect_nothing_plugged(all, 0, pages(1024 * TIB));
	KUNIT_EXPECT_EQ(test, seen.nr_events, 2);
}

static void synthetic_exit(struct kunit *test)
{
	struct synthetic_test *all = test->priv;
	int i;

	stop_probing();
	if (!all)
		return;
	for (i = 0; i < DEVICES_MAX; i++)
		if (all->device[i].state)
			stop(all, i);
	memgroup_synthetic_destroy(&all->system);
	test->priv = NULL;
}

static struct kunit_case synthetic_cases[] = {
	KUNIT_CASE(nodes_come_and_go),
	KUNIT_CASE(memory_is_where_it_is_staged),
	KUNIT_CASE(memory_that_cannot_be),
	KUNIT_CASE(block_sizes),
	KUNIT_CASE(frozen_while_live),
	KUNIT_CASE(large_device_fits),
	KUNIT_CASE(larger_device_does_not),
	KUNIT_CASE(devices_share_the_limit),
	KUNIT_CASE(units_carry_units),
	KUNIT_CASE(units_go_and_come_back),
	KUNIT_CASE(each_of_many_is_resized),
	KUNIT_CASE(ratio_changes_while_live),
#if MAX_NUMNODES > 1
	KUNIT_CASE(node_without_boot_memory),
#endif
#ifdef CONFIG_CMA
	KUNIT_CASE(cma_is_movable),
#endif
	KUNIT_CASE(addresses_never_overlap),
	KUNIT_CASE(zones_begin_again),
	KUNIT_CASE(devices_that_cannot_be),
	KUNIT_CASE(addresses_run_out),
	KUNIT_CASE(signal_at_once),
	KUNIT_CASE(signal_in_between),
	KUNIT_CASE(no_events),
	KUNIT_CASE(many_devices_are_not_seen),
	{}
};

struct kunit_suite memgroup_sim_synthetic_suite = {
	.name = "memgroup-sim-synthetic",
	.exit = synthetic_exit,
	.test_cases = synthetic_cases,
};
