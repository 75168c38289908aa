// SPDX-License-Identifier: GPL-2.0
/*
 * What is read of zones, with the page that is just in and the one that is just
 * out; and decisions from end to end: zones and groups in, a zone out, counted and
 * kept.
 */

#include <linux/bits.h>
#include <linux/ktime.h>
#include <linux/memory_hotplug.h>
#include <linux/prandom.h>
#include <linux/string.h>

#include "../core.h"
#include "../log.h"
#include "suites.h"
#include "system.h"

/* Many blocks in a picture */
#define M32	"MMMMMMMM MMMMMMMM MMMMMMMM MMMMMMMM "
#define K32	"KKKKKKKK KKKKKKKK KKKKKKKK KKKKKKKK "

/* A zone by its numbers; pages that are not early were hotplugged. */
static struct zone *set_pages(struct test_system *system, int nid,
			      enum zone_type type, unsigned long present,
			      unsigned long early)
{
	struct zone *zone = system_zone(system, nid, type);

	zone->present_pages = present;
	zone->present_early_pages = early;
	return zone;
}

static void set_span(struct test_system *system, int nid, enum zone_type type,
		     unsigned long start_pfn, unsigned long end_pfn)
{
	struct zone *zone = system_zone(system, nid, type);

	zone->zone_start_pfn = start_pfn;
	zone->spanned_pages = end_pfn - start_pfn;
}

/* Who reads a zone too many must not read zeroes. */
static void spoil_behind_zones(struct test_system *system, int nid)
{
	pg_data_t *pgdat = system_zone(system, nid, 0)->zone_pgdat;

	memset(pgdat->node_zonelists, 0xff, sizeof(pgdat->node_zonelists));
}

static void expect_pages(struct kunit *test,
			 const struct memgroup_node_pages *seen,
			 const struct memgroup_node_pages *expected)
{
	KUNIT_EXPECT_EQ(test, seen->totals.early_kernel_pages,
			expected->totals.early_kernel_pages);
	KUNIT_EXPECT_EQ(test, seen->totals.movable_pages,
			expected->totals.movable_pages);
	KUNIT_EXPECT_EQ(test, seen->totals.group_needed_pages,
			expected->totals.group_needed_pages);
	KUNIT_EXPECT_EQ(test, seen->totals.group_movable_pages,
			expected->totals.group_movable_pages);
	KUNIT_EXPECT_EQ(test, seen->kernel_pages, expected->kernel_pages);
	KUNIT_EXPECT_EQ(test, seen->zone_movable_pages,
			expected->zone_movable_pages);
	KUNIT_EXPECT_EQ(test, seen->cma_pages, expected->cma_pages);
}

/* memgroup_next_zone() */

/* @zones ends with NULL. */
static void expect_zones(struct test_system *system, struct zone * const *zones)
{
	struct zone *zone = NULL;

	do {
		zone = memgroup_next_zone(&system->nodes, zone);
		KUNIT_ASSERT_PTR_EQ(system->test, zone, *zones);
	} while (*zones++);
}

static void zones_of_no_nodes(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	expect_zones(system, (struct zone *[]) { NULL });
}

static void zones_of_a_node_without_memory(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	set_span(system, 0, ZONE_NORMAL, 0, 100);
	spoil_behind_zones(system, 0);
	expect_zones(system, (struct zone *[]) { NULL });
}

static void zones_by_type(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct zone *zones[MAX_NR_ZONES + 1] = {};
	int type;

	for (type = MAX_NR_ZONES - 1; type >= 0; type--)
		zones[type] = set_pages(system, 0, type, 1, 0);
	spoil_behind_zones(system, 0);
	expect_zones(system, zones);
}

static void zones_without_pages_are_left_out(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct zone *normal = set_pages(system, 0, ZONE_NORMAL, 1, 1);
	struct zone *movable = set_pages(system, 0, ZONE_MOVABLE, 1, 0);

	set_span(system, 0, 0, 0, 100);
	expect_zones(system, (struct zone *[]) { normal, movable, NULL });
	normal->present_pages = 0;
	expect_zones(system, (struct zone *[]) { movable, NULL });
	normal->present_pages = 1;
	movable->present_pages = 0;
	expect_zones(system, (struct zone *[]) { normal, NULL });
}

#if MAX_NUMNODES >= SYSTEM_NODES_MAX
/*
 *	node 0		node 1		node 2		node 3
 *	Normal Movable	does not exist	no memory	lowest zone, Movable
 */
static void zones_by_node(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct zone *zones[5] = {};

	zones[3] = set_pages(system, 3, ZONE_MOVABLE, 1, 0);
	zones[2] = set_pages(system, 3, 0, 1, 0);
	set_pages(system, 2, ZONE_NORMAL, 0, 0);
	zones[1] = set_pages(system, 0, ZONE_MOVABLE, 1, 0);
	zones[0] = set_pages(system, 0, ZONE_NORMAL, 1, 0);
	expect_zones(system, zones);
}

/* The first node that there is need not be node 0. */
static void zones_of_the_last_node(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct zone *movable = set_pages(system, 3, ZONE_MOVABLE, 1, 0);

	expect_zones(system, (struct zone *[]) { movable, NULL });
}

/* A node with memory that is not online is no part of the system. */
static void zones_of_an_offline_node(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct zone *normal = set_pages(system, 0, ZONE_NORMAL, 1, 0);

	set_pages(system, 1, ZONE_NORMAL, 1, 0);
	node_clear(1, system->online);
	expect_zones(system, (struct zone *[]) { normal, NULL });
}
#endif

/* A single node, with the highest number that there can be. */
struct highest_node {
	struct memgroup_nodes nodes;
	pg_data_t *pgdat;
};

static pg_data_t *get_highest_node(const struct memgroup_nodes *nodes, int nid)
{
	return container_of(nodes, struct highest_node, nodes)->pgdat;
}

static void zones_of_the_highest_node(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct zone *normal = set_pages(system, 0, ZONE_NORMAL, 1, 0);
	struct zone *movable = set_pages(system, 0, ZONE_MOVABLE, 1, 0);
	const nodemask_t online = nodemask_of_node(MAX_NUMNODES - 1);
	const struct highest_node highest = {
		.nodes = { .online = &online, .get = get_highest_node },
		.pgdat = normal->zone_pgdat,
	};
	const struct memgroup_nodes *nodes = &highest.nodes;

#ifdef CONFIG_NUMA
	normal->node = MAX_NUMNODES - 1;
	movable->node = MAX_NUMNODES - 1;
#endif
	KUNIT_EXPECT_PTR_EQ(test, memgroup_next_zone(nodes, NULL), normal);
	KUNIT_EXPECT_PTR_EQ(test, memgroup_next_zone(nodes, normal), movable);
	KUNIT_EXPECT_NULL(test, memgroup_next_zone(nodes, movable));
}

static void live_nodes(struct kunit *test)
{
	int nid;

	KUNIT_EXPECT_PTR_EQ(test, memgroup_live_nodes.online,
			    (const nodemask_t *)&node_states[N_ONLINE]);
	for_each_online_node(nid)
		KUNIT_EXPECT_PTR_EQ(test,
				    memgroup_live_nodes.get(&memgroup_live_nodes,
							    nid),
				    NODE_DATA(nid));
}

static void no_node_is_the_first(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, memgroup_node_or_first(NUMA_NO_NODE),
			first_online_node);
	KUNIT_EXPECT_EQ(test, memgroup_node_or_first(0), 0);
	KUNIT_EXPECT_EQ(test, memgroup_node_or_first(3), 3);
}

/* memgroup_snapshot_zone() */

static void kernel_zone_of_boot_memory(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memgroup_node_pages pages = {};

	memgroup_snapshot_zone(set_pages(system, 0, ZONE_NORMAL, 100, 100),
			       &pages);
	expect_pages(test, &pages, &(struct memgroup_node_pages) {
		     .totals.early_kernel_pages = 100,
		     .kernel_pages = 100,
	});
}

static void hotplugged_kernel_memory_is_not_early(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memgroup_node_pages pages = {};

	memgroup_snapshot_zone(set_pages(system, 0, ZONE_NORMAL, 130, 100),
			       &pages);
	expect_pages(test, &pages, &(struct memgroup_node_pages) {
		     .totals.early_kernel_pages = 100,
		     .kernel_pages = 130,
	});

	pages = (struct memgroup_node_pages) {};
	memgroup_snapshot_zone(set_pages(system, 0, ZONE_NORMAL, 30, 0),
			       &pages);
	expect_pages(test, &pages, &(struct memgroup_node_pages) {
		     .kernel_pages = 30,
	});
}

static void lowest_zone_is_a_kernel_zone(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memgroup_node_pages pages = {};

	memgroup_snapshot_zone(set_pages(system, 0, 0, 7, 7), &pages);
	expect_pages(test, &pages, &(struct memgroup_node_pages) {
		     .totals.early_kernel_pages = 7,
		     .kernel_pages = 7,
	});
}

/* movablecore= and kernelcore= put boot memory into ZONE_MOVABLE. */
static void movable_zone_counts_whole(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memgroup_node_pages pages = {};

	memgroup_snapshot_zone(set_pages(system, 0, ZONE_MOVABLE, 70, 40),
			       &pages);
	expect_pages(test, &pages, &(struct memgroup_node_pages) {
		     .totals.movable_pages = 70,
		     .zone_movable_pages = 70,
	});
}

static void zone_without_pages_adds_nothing(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memgroup_node_pages pages = {};

	memgroup_snapshot_zone(set_pages(system, 0, ZONE_NORMAL, 0, 0), &pages);
	memgroup_snapshot_zone(set_pages(system, 0, ZONE_MOVABLE, 0, 0),
			       &pages);
	expect_pages(test, &pages, &(struct memgroup_node_pages) {});
}

static void zones_add_up(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct zone *normal = set_pages(system, 0, ZONE_NORMAL, 130, 100);
	struct zone *movable = set_pages(system, 0, ZONE_MOVABLE, 70, 40);
	struct memgroup_node_pages pages = {
		.totals.early_kernel_pages = 1000,
		.totals.movable_pages = 2000,
		.totals.group_needed_pages = 3000,
		.totals.group_movable_pages = 4000,
		.kernel_pages = 5000,
		.zone_movable_pages = 6000,
		.cma_pages = 7000,
	};

	memgroup_snapshot_zone(normal, &pages);
	memgroup_snapshot_zone(movable, &pages);
	expect_pages(test, &pages, &(struct memgroup_node_pages) {
		     .totals.early_kernel_pages = 1100,
		     .totals.movable_pages = 2070,
		     .totals.group_needed_pages = 3000,
		     .totals.group_movable_pages = 4000,
		     .kernel_pages = 5130,
		     .zone_movable_pages = 6070,
		     .cma_pages = 7000,
	});
}

#ifdef CONFIG_CMA
static void cma_is_movable(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct zone *zone = set_pages(system, 0, ZONE_NORMAL, 130, 100);
	struct memgroup_node_pages pages = {};

	zone->cma_pages = 30;
	memgroup_snapshot_zone(zone, &pages);
	expect_pages(test, &pages, &(struct memgroup_node_pages) {
		     .totals.early_kernel_pages = 70,
		     .totals.movable_pages = 30,
		     .kernel_pages = 130,
		     .cma_pages = 30,
	});
}

static void cma_adds_up(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct zone *zone = set_pages(system, 0, ZONE_NORMAL, 130, 100);
	struct memgroup_node_pages pages = {
		.totals.early_kernel_pages = 1000,
		.totals.movable_pages = 2000,
		.zone_movable_pages = 6000,
		.cma_pages = 7000,
	};

	zone->cma_pages = 30;
	memgroup_snapshot_zone(zone, &pages);
	expect_pages(test, &pages, &(struct memgroup_node_pages) {
		     .totals.early_kernel_pages = 1070,
		     .totals.movable_pages = 2030,
		     .kernel_pages = 130,
		     .zone_movable_pages = 6000,
		     .cma_pages = 7030,
	});
}

static void all_but_a_page_is_cma(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct zone *zone = set_pages(system, 0, ZONE_NORMAL, 100, 100);
	struct memgroup_node_pages pages = {};

	zone->cma_pages = 99;
	memgroup_snapshot_zone(zone, &pages);
	expect_pages(test, &pages, &(struct memgroup_node_pages) {
		     .totals.early_kernel_pages = 1,
		     .totals.movable_pages = 99,
		     .kernel_pages = 100,
		     .cma_pages = 99,
	});
}

static void all_is_cma(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct zone *zone = set_pages(system, 0, ZONE_NORMAL, 100, 100);
	struct memgroup_node_pages pages = {};

	zone->cma_pages = 100;
	memgroup_snapshot_zone(zone, &pages);
	expect_pages(test, &pages, &(struct memgroup_node_pages) {
		     .totals.movable_pages = 100,
		     .kernel_pages = 100,
		     .cma_pages = 100,
	});
}

/* Boot memory under CMA may have gone offline; other zones' must not pay. */
static void more_cma_than_early_is_no_debt(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct zone *zone = set_pages(system, 0, ZONE_NORMAL, 130, 10);
	struct memgroup_node_pages pages = {
		.totals.early_kernel_pages = 1000,
	};

	zone->cma_pages = 30;
	memgroup_snapshot_zone(zone, &pages);
	expect_pages(test, &pages, &(struct memgroup_node_pages) {
		     .totals.early_kernel_pages = 1000,
		     .totals.movable_pages = 30,
		     .kernel_pages = 130,
		     .cma_pages = 30,
	});
}

/* A CMA area in ZONE_MOVABLE is in its present pages already. */
static void cma_in_movable_counts_once(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct zone *zone = set_pages(system, 0, ZONE_MOVABLE, 70, 40);
	struct memgroup_node_pages pages = {};

	zone->cma_pages = 20;
	memgroup_snapshot_zone(zone, &pages);
	expect_pages(test, &pages, &(struct memgroup_node_pages) {
		     .totals.movable_pages = 70,
		     .zone_movable_pages = 70,
	});
}
#endif /* CONFIG_CMA */

/* memgroup_snapshot_system(), memgroup_snapshot_node() */

static void take_system(struct test_system *system,
			struct memgroup_node_pages *pages)
{
	/* Whatever was there before must not show. */
	memset(pages, 0xa5, sizeof(*pages));
	mutex_lock(&system->registry.lock);
	memgroup_snapshot_system(&system->registry, pages);
	mutex_unlock(&system->registry.lock);
}

static void take_node(struct test_system *system, int nid,
		      struct memgroup_node_pages *pages)
{
	memset(pages, 0xa5, sizeof(*pages));
	mutex_lock(&system->registry.lock);
	memgroup_snapshot_node(&system->registry, nid, pages);
	mutex_unlock(&system->registry.lock);
}

static void snapshot_of_no_memory(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memgroup_node_pages pages;

	take_system(system, &pages);
	expect_pages(test, &pages, &(struct memgroup_node_pages) {});

	set_pages(system, 0, ZONE_NORMAL, 0, 0);
	spoil_behind_zones(system, 0);
	take_system(system, &pages);
	expect_pages(test, &pages, &(struct memgroup_node_pages) {});
	take_node(system, 0, &pages);
	expect_pages(test, &pages, &(struct memgroup_node_pages) {});
}

/* With one node, both are the same. */
static void snapshot_of_one_node(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memgroup_node_pages pages;
	const struct memgroup_node_pages expected = {
		.totals.early_kernel_pages = 100,
		.totals.movable_pages = 70,
		.kernel_pages = 130,
		.zone_movable_pages = 70,
	};

	set_pages(system, 0, ZONE_NORMAL, 130, 100);
	set_pages(system, 0, ZONE_MOVABLE, 70, 40);
	spoil_behind_zones(system, 0);
	take_system(system, &pages);
	expect_pages(test, &pages, &expected);
	take_node(system, 0, &pages);
	expect_pages(test, &pages, &expected);
}

/* The powers of two tell which zones are in the sum. */
static void snapshot_of_every_zone(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memgroup_node_pages pages;
	const u64 all = (1 << MAX_NR_ZONES) - 1;
	const u64 movable = 1 << ZONE_MOVABLE;
	const struct memgroup_node_pages expected = {
		.totals.early_kernel_pages = all - movable,
		.totals.movable_pages = movable,
		.kernel_pages = all - movable,
		.zone_movable_pages = movable,
	};
	int type;

	for (type = 0; type < MAX_NR_ZONES; type++)
		set_pages(system, 0, type, 1 << type, 1 << type);
	take_system(system, &pages);
	expect_pages(test, &pages, &expected);
	take_node(system, 0, &pages);
	expect_pages(test, &pages, &expected);
}

/* Static devices are no part of the sums over groups. */
static void snapshot_has_the_sums_of_dynamic_groups(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memgroup_node_pages pages;
	const struct memgroup_node_pages expected = {
		.totals.early_kernel_pages = 32 * SYSTEM_BLOCK_PAGES,
		.totals.movable_pages = 7 * SYSTEM_BLOCK_PAGES,
		.totals.group_needed_pages = 5 * SYSTEM_BLOCK_PAGES * 100 / 301,
		.totals.group_movable_pages = 5 * SYSTEM_BLOCK_PAGES,
		.kernel_pages = 33 * SYSTEM_BLOCK_PAGES,
		.zone_movable_pages = 7 * SYSTEM_BLOCK_PAGES,
	};

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_plug(system, system_static(system, 0, 4), 32, "MM..");
	system_plug(system, system_static(system, 0, 4), 36, "K...");
	system_plug(system, system_dynamic(system, 0, 4), 40, "MMMM M...");
	take_system(system, &pages);
	expect_pages(test, &pages, &expected);
	take_node(system, 0, &pages);
	expect_pages(test, &pages, &expected);
}

#if MAX_NUMNODES >= SYSTEM_NODES_MAX
/*
 *	       boot	devices
 *	node 0 32	dynamic MMM
 *	node 1  8	dynamic KMMM MMMM, dynamic M
 *	node 2		static M
 *	node 3	memory, but it is not online: no part of the system
 */
static void snapshot_of_several_nodes(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	const u64 needed_0 = 3 * SYSTEM_BLOCK_PAGES * 100 / 301;
	const u64 needed_1 = 7 * SYSTEM_BLOCK_PAGES * 100 / 301 -
			     SYSTEM_BLOCK_PAGES + SYSTEM_BLOCK_PAGES * 100 / 301;
	struct memgroup_node_pages pages;

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_boot_zone(system, 1, ZONE_NORMAL, 32, 8);
	set_pages(system, 3, ZONE_NORMAL, 1000, 1000);
	set_pages(system, 3, ZONE_MOVABLE, 100, 0);
	node_clear(3, system->online);
	system_plug(system, system_dynamic(system, 0, 4), 40, "MMM.");
	system_plug(system, system_dynamic(system, 1, 4), 44, "KMMM MMMM");
	system_plug(system, system_dynamic(system, 1, 4), 52, "M...");
	system_plug(system, system_static(system, 2, 1), 56, "M");

	take_system(system, &pages);
	expect_pages(test, &pages, &(struct memgroup_node_pages) {
		     .totals.early_kernel_pages = 40 * SYSTEM_BLOCK_PAGES,
		     .totals.movable_pages = 12 * SYSTEM_BLOCK_PAGES,
		     .totals.group_needed_pages = needed_0 + needed_1,
		     .totals.group_movable_pages = 11 * SYSTEM_BLOCK_PAGES,
		     .kernel_pages = 41 * SYSTEM_BLOCK_PAGES,
		     .zone_movable_pages = 12 * SYSTEM_BLOCK_PAGES,
	});
	take_node(system, 0, &pages);
	expect_pages(test, &pages, &(struct memgroup_node_pages) {
		     .totals.early_kernel_pages = 32 * SYSTEM_BLOCK_PAGES,
		     .totals.movable_pages = 3 * SYSTEM_BLOCK_PAGES,
		     .totals.group_needed_pages = needed_0,
		     .totals.group_movable_pages = 3 * SYSTEM_BLOCK_PAGES,
		     .kernel_pages = 32 * SYSTEM_BLOCK_PAGES,
		     .zone_movable_pages = 3 * SYSTEM_BLOCK_PAGES,
	});
	take_node(system, 1, &pages);
	expect_pages(test, &pages, &(struct memgroup_node_pages) {
		     .totals.early_kernel_pages = 8 * SYSTEM_BLOCK_PAGES,
		     .totals.movable_pages = 8 * SYSTEM_BLOCK_PAGES,
		     .totals.group_needed_pages = needed_1,
		     .totals.group_movable_pages = 8 * SYSTEM_BLOCK_PAGES,
		     .kernel_pages = 9 * SYSTEM_BLOCK_PAGES,
		     .zone_movable_pages = 8 * SYSTEM_BLOCK_PAGES,
	});
	take_node(system, 2, &pages);
	expect_pages(test, &pages, &(struct memgroup_node_pages) {
		     .totals.movable_pages = SYSTEM_BLOCK_PAGES,
		     .zone_movable_pages = SYSTEM_BLOCK_PAGES,
	});
	/* A decision for the first block of a new node comes before that. */
	take_node(system, 3, &pages);
	expect_pages(test, &pages, &(struct memgroup_node_pages) {
		     .totals.early_kernel_pages = 1000,
		     .totals.movable_pages = 100,
		     .kernel_pages = 1000,
		     .zone_movable_pages = 100,
	});
}
#endif

/* memgroup_kernel_zone(), memgroup_movable_zone(), memgroup_movable_is_contiguous() */

/*
 * page	0      100    200    300    400    500    600    700    800    900
 *	       | DMA  |      |DMA32 |      |Normal|      |Movabl|
 */
static void lay_out(struct test_system *system, int nid)
{
#ifdef CONFIG_ZONE_DMA
	set_span(system, nid, ZONE_DMA, 100, 200);
#endif
#ifdef CONFIG_ZONE_DMA32
	set_span(system, nid, ZONE_DMA32, 300, 400);
#endif
	set_span(system, nid, ZONE_NORMAL, 500, 600);
	set_span(system, nid, ZONE_MOVABLE, 700, 800);
}

static void expect_kernel_zone(struct test_system *system,
			       unsigned long start_pfn, unsigned long end_pfn,
			       enum zone_type type)
{
	KUNIT_EXPECT_PTR_EQ_MSG(system->test,
				memgroup_kernel_zone(&system->nodes, 0,
						     start_pfn,
						     end_pfn - start_pfn),
				system_zone(system, 0, type),
				"pages %lu to %lu", start_pfn, end_pfn);
}

static void kernel_zone_without_spans(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	set_pages(system, 0, ZONE_NORMAL, 0, 0);
	expect_kernel_zone(system, 0, 1, ZONE_NORMAL);
	expect_kernel_zone(system, 0, 900, ZONE_NORMAL);
}

static void kernel_zone_of_nothing_is_normal(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	lay_out(system, 0);
	expect_kernel_zone(system, 0, 100, ZONE_NORMAL);
	expect_kernel_zone(system, 200, 300, ZONE_NORMAL);
	expect_kernel_zone(system, 400, 500, ZONE_NORMAL);
	expect_kernel_zone(system, 600, 700, ZONE_NORMAL);
	expect_kernel_zone(system, 800, 900, ZONE_NORMAL);
}

static void kernel_zone_is_never_movable(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	lay_out(system, 0);
	expect_kernel_zone(system, 700, 800, ZONE_NORMAL);
	expect_kernel_zone(system, 699, 701, ZONE_NORMAL);
	expect_kernel_zone(system, 599, 701, ZONE_NORMAL);
}

static void kernel_zone_normal(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	lay_out(system, 0);
	expect_kernel_zone(system, 500, 600, ZONE_NORMAL);
	expect_kernel_zone(system, 400, 501, ZONE_NORMAL);
	expect_kernel_zone(system, 599, 700, ZONE_NORMAL);
}

#ifdef CONFIG_ZONE_DMA
static void kernel_zone_dma(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	lay_out(system, 0);
	expect_kernel_zone(system, 100, 200, ZONE_DMA);
	expect_kernel_zone(system, 0, 101, ZONE_DMA);
	expect_kernel_zone(system, 199, 300, ZONE_DMA);
	/* The lowest one that has part of it */
	expect_kernel_zone(system, 199, 501, ZONE_DMA);
	expect_kernel_zone(system, 0, 900, ZONE_DMA);
}
#endif

#ifdef CONFIG_ZONE_DMA32
static void kernel_zone_dma32(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	lay_out(system, 0);
	expect_kernel_zone(system, 300, 400, ZONE_DMA32);
	expect_kernel_zone(system, 200, 301, ZONE_DMA32);
	expect_kernel_zone(system, 399, 500, ZONE_DMA32);
	expect_kernel_zone(system, 399, 501, ZONE_DMA32);
	expect_kernel_zone(system, 200, 900, ZONE_DMA32);
}
#endif

static void movable_zone_may_be_empty(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct zone *movable = system_zone(system, 0, ZONE_MOVABLE);

	KUNIT_EXPECT_PTR_EQ(test, memgroup_movable_zone(&system->nodes, 0),
			    movable);
	set_pages(system, 0, ZONE_MOVABLE, 100, 0);
	KUNIT_EXPECT_PTR_EQ(test, memgroup_movable_zone(&system->nodes, 0),
			    movable);
}

static void expect_contiguous(struct test_system *system,
			      unsigned long start_pfn, unsigned long end_pfn,
			      bool movable)
{
	KUNIT_EXPECT_EQ_MSG(system->test,
			    memgroup_movable_is_contiguous(&system->nodes, 0,
							   start_pfn,
							   end_pfn - start_pfn),
			    movable, "pages %lu to %lu", start_pfn, end_pfn);
}

static void contiguous_with_kernel(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	lay_out(system, 0);
	expect_contiguous(system, 500, 600, false);
	expect_contiguous(system, 400, 501, false);
	expect_contiguous(system, 599, 700, false);
#ifdef CONFIG_ZONE_DMA
	expect_contiguous(system, 0, 101, false);
	expect_contiguous(system, 199, 300, false);
#endif
#ifdef CONFIG_ZONE_DMA32
	expect_contiguous(system, 200, 301, false);
	expect_contiguous(system, 399, 500, false);
#endif
}

static void contiguous_with_movable(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	lay_out(system, 0);
	expect_contiguous(system, 700, 800, true);
	expect_contiguous(system, 600, 701, true);
	expect_contiguous(system, 799, 900, true);
}

/* Booted with movable_node, what could be either is MOVABLE. */
static void contiguous_with_neither(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	const bool open = movable_node_is_enabled();

	set_pages(system, 0, ZONE_NORMAL, 0, 0);
	expect_contiguous(system, 0, 900, open);
	lay_out(system, 0);
	expect_contiguous(system, 0, 100, open);
	expect_contiguous(system, 600, 700, open);
	expect_contiguous(system, 800, 900, open);
}

static void contiguous_with_both(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	const bool open = movable_node_is_enabled();

	lay_out(system, 0);
	expect_contiguous(system, 599, 701, open);
	expect_contiguous(system, 500, 800, open);
	expect_contiguous(system, 0, 900, open);
}

#define RANDOM_SPANS	5000
#define RANDOM_PAGES	24

/* A bit a page; at least one. */
static unsigned long random_pages(struct rnd_state *random)
{
	const unsigned int a = prandom_u32_state(random) % RANDOM_PAGES;
	const unsigned int b = prandom_u32_state(random) % RANDOM_PAGES;

	return GENMASK(max(a, b), min(a, b));
}

static void span_pages(struct test_system *system, enum zone_type type,
		       unsigned long pages)
{
	set_span(system, 0, type, pages ? __ffs(pages) : 0,
		 pages ? __fls(pages) + 1 : 0);
}

/* Zones anywhere, overlapping or empty: what is in them is looked up by the page. */
static void contiguous_with_random_zones(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	const bool open = movable_node_is_enabled();
	unsigned int seen[2][2] = {}, i;
	struct rnd_state random;
	int type;

	prandom_seed_state(&random, memgroup_test_seed(test));
	for (i = 0; i < RANDOM_SPANS; i++) {
		unsigned long kernel = 0, movable = 0, pages, block;
		bool in_kernel, in_movable;

		for (type = 0; type <= ZONE_MOVABLE; type++) {
			pages = prandom_u32_state(&random) % 3 ?
				random_pages(&random) : 0;
			span_pages(system, type, pages);
			if (type == ZONE_MOVABLE)
				movable |= pages;
			else
				kernel |= pages;
		}
		block = random_pages(&random);
		in_kernel = block & kernel;
		in_movable = block & movable;
		seen[in_kernel][in_movable]++;
		expect_contiguous(system, __ffs(block), __fls(block) + 1,
				  in_kernel == in_movable ? open : in_movable);
	}
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_GT(test, seen[i / 2][i % 2], RANDOM_SPANS / 100);
}

#if MAX_NUMNODES >= SYSTEM_NODES_MAX
/* Node 1 has the zones, node 0 none. */
static void other_nodes_do_not_matter(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	const struct memgroup_nodes *nodes = &system->nodes;

	set_pages(system, 0, ZONE_NORMAL, 1, 1);
	lay_out(system, 1);
	expect_kernel_zone(system, 0, 900, ZONE_NORMAL);
	expect_contiguous(system, 700, 800, movable_node_is_enabled());

	KUNIT_EXPECT_PTR_EQ(test, memgroup_kernel_zone(nodes, 1, 500, 100),
			    system_zone(system, 1, ZONE_NORMAL));
	KUNIT_EXPECT_PTR_EQ(test, memgroup_movable_zone(nodes, 1),
			    system_zone(system, 1, ZONE_MOVABLE));
	KUNIT_EXPECT_FALSE(test, memgroup_movable_is_contiguous(nodes, 1, 500,
								100));
	KUNIT_EXPECT_TRUE(test, memgroup_movable_is_contiguous(nodes, 1, 700,
							       100));
}
#endif

/* memgroup_decide(): layouts. 301 percent of 32 blocks are 96 and a bit. */

static void layout_of_dimms(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	int dimm;

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	for (dimm = 1; dimm <= 4; dimm++)
		system_grow(system, system_static(system, 0, 32), dimm * 32,
			    32);
	system_expect(system, 32, M32 M32 M32 K32);
}

static void layout_of_virtio_mem(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_grow(system, system_dynamic(system, 0, 1), 32, 96 + 16);
	system_expect(system, 32, M32 M32 M32 "KMMM KMMM KMMM KMMM");
}

/* With units of four blocks, a unit is all one or all the other. */
static void layout_of_large_units(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_grow(system, system_dynamic(system, 0, 4), 32, 96 + 32);
	system_expect(system, 32, M32 M32 M32
		      "KKKK MMMM MMMM MMMM KKKK MMMM MMMM MMMM");
}

/* What a second device is left with, and that its kernel memory is its own */
static void layout_of_two_virtio_mem(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_grow(system, system_dynamic(system, 0, 1), 32, 64);
	system_grow(system, system_dynamic(system, 0, 1), 96, 32 + 8);
	system_expect(system, 32, M32 M32 M32 "KMMM KMMM");
}

static void layout_without_groups(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	unsigned long number;

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	for (number = 32; number < 32 + 98; number++) {
		system_add(system, 0, NULL, number);
		system_decide(system, number, MMOP_ONLINE);
	}
	system_expect(system, 32, M32 M32 M32 "KK");
}

static void layout_of_ratio_zero(struct kunit *test)
{
	struct test_system *system = system_make(test, 0);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_grow(system, system_dynamic(system, 0, 1), 32, 4);
	system_grow(system, system_static(system, 0, 4), 36, 4);
	system_expect(system, 32, "KKKK KKKK");
}

/* Boot memory in ZONE_MOVABLE takes its part of what the ratio allows. */
static void layout_with_movable_boot_memory(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 12);
	system_boot_zone(system, 0, ZONE_MOVABLE, 12, 4);
	system_grow(system, system_dynamic(system, 0, 1), 16, 12);
	system_expect(system, 16, "MMMM MMMM KMKM");
}

#ifdef CONFIG_CMA
/* 24 blocks count as kernel memory, and 8 as movable: 72 less 8 remain. */
static void layout_with_cma(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_zone(system, 0, ZONE_NORMAL)->cma_pages = 8 * SYSTEM_BLOCK_PAGES;
	system_grow(system, system_dynamic(system, 0, 1), 32, 64 + 8);
	system_expect(system, 32, M32 M32 "KMMM KMMM");
}
#endif

#if MAX_NUMNODES >= SYSTEM_NODES_MAX
static void layout_of_a_node_without_boot_memory(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	system_configure(system, MEMGROUP_POLICY_AUTO_MOVABLE, 301, true);
	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_grow(system, system_dynamic(system, 1, 1), 32, 16);
	system_expect(system, 32, "KMMM KMMM KMMM KMMM");
}

static void layout_of_a_node_that_is_not_limited(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_grow(system, system_dynamic(system, 1, 1), 32, 96 + 4);
	system_expect(system, 32, M32 M32 M32 "KMMM");
}

/* 8 blocks of boot memory allow 24 on their node, and 24 blocks 72 on theirs. */
static void layout_of_two_nodes(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	system_configure(system, MEMGROUP_POLICY_AUTO_MOVABLE, 301, true);
	system_boot_zone(system, 0, ZONE_NORMAL, 0, 24);
	system_boot_zone(system, 1, ZONE_NORMAL, 24, 8);
	system_grow(system, system_static(system, 1, 24), 32, 24);
	system_grow(system, system_static(system, 1, 8), 56, 8);
	system_grow(system, system_static(system, 0, 64), 64, 64);
	system_grow(system, system_static(system, 0, 8), 128, 8);
	system_grow(system, system_static(system, 0, 1), 136, 1);
	system_expect(system, 32, "MMMMMMMM MMMMMMMM MMMMMMMM KKKKKKKK");
	system_expect(system, 64, M32 M32 "MMMMMMMM K");
}

/* The zone is one of the block's node. */
static void zone_is_on_the_node(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_add(system, 1, NULL, 32);
	system_add(system, 2, NULL, 33);
	KUNIT_EXPECT_PTR_EQ(test, system_decide(system, 32, MMOP_ONLINE_KERNEL),
			    system_zone(system, 1, ZONE_NORMAL));
	KUNIT_EXPECT_PTR_EQ(test, system_decide(system, 33, MMOP_ONLINE),
			    system_zone(system, 2, ZONE_MOVABLE));
}
#endif

/* memgroup_decide(): other ways to a zone */

/* Once part of a DIMM is KERNEL, the rest is; but who insists gets what he wants. */
static void requests_by_hand(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memory_group *dimm = system_static(system, 0, 8);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_plug(system, dimm, 32, ".... ....");
	system_decide(system, 32, MMOP_ONLINE);
	system_decide(system, 33, MMOP_ONLINE_KERNEL);
	system_decide(system, 34, MMOP_ONLINE);
	system_decide(system, 35, MMOP_ONLINE_MOVABLE);
	system_decide(system, 36, MMOP_ONLINE);
	system_expect(system, 32, "MKKM K...");
	KUNIT_EXPECT_EQ(test, dimm->nr_decided_movable, 2);
	KUNIT_EXPECT_EQ(test, dimm->nr_decided_kernel, 3);
	KUNIT_EXPECT_EQ(test, dimm->last_reason,
			MEMGROUP_REASON_GROUP_HAS_KERNEL);
}

/* The hotplug core knows no better for memory that was never given a type. */
static void unknown_online_type_is_plain(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_add(system, 0, NULL, 32);
	KUNIT_EXPECT_PTR_EQ(test, system_decide(system, 32, MMOP_OFFLINE),
			    system_zone(system, 0, ZONE_MOVABLE));
}

/*
 * contig-zones goes on with what is there: below a MOVABLE block MOVABLE, next to
 * kernel memory KERNEL, whatever the ratio says.
 */
static void contig_zones(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	const bool open = movable_node_is_enabled();
	struct memory_group *dimm = system_static(system, 0, 16);

	system_configure(system, MEMGROUP_POLICY_CONTIG_ZONES, 0, false);
	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_plug(system, dimm, 32, ".... .... .... ....");

	/* Normal reaches to block 35, Movable from block 40 to block 43. */
	system_decide(system, 35, MMOP_ONLINE_KERNEL);
	system_decide(system, 40, MMOP_ONLINE_MOVABLE);
	system_decide(system, 43, MMOP_ONLINE_MOVABLE);
	system_decide(system, 33, MMOP_ONLINE);
	system_decide(system, 41, MMOP_ONLINE);
	system_expect(system, 32, ".K.K .... MM.M ....");
	KUNIT_EXPECT_EQ(test, dimm->last_reason, MEMGROUP_REASON_CONTIGUOUS);

	/* Beyond both, it depends on how the system was booted. */
	system_decide(system, 47, MMOP_ONLINE);
	system_expect(system, 32, open ? ".K.K .... MM.M ...M" :
		      ".K.K .... MM.M ...K");
}

#ifdef CONFIG_ZONE_DMA32
/* Memory below 4 GiB that comes back goes to the kernel zone that spans it. */
static void kernel_is_where_the_block_is(struct kunit *test)
{
	struct test_system *system = system_make(test, 0);

	system_boot_zone(system, 0, ZONE_DMA32, 0, 16);
	system_boot_zone(system, 0, ZONE_NORMAL, 32, 16);
	set_span(system, 0, ZONE_DMA32, 0, 17 * SYSTEM_BLOCK_PAGES);
	system_add(system, 0, NULL, 16);
	system_add(system, 0, NULL, 17);
	KUNIT_EXPECT_PTR_EQ(test, system_decide(system, 16, MMOP_ONLINE),
			    system_zone(system, 0, ZONE_DMA32));
	KUNIT_EXPECT_PTR_EQ(test, system_decide(system, 17, MMOP_ONLINE),
			    system_zone(system, 0, ZONE_NORMAL));
}
#endif

/* memgroup_decide(), memgroup_preview(): what they count and what they leave alone */

static void expect_counters(struct test_system *system, unsigned long decisions,
			    unsigned long previews, unsigned long clamped)
{
	KUNIT_EXPECT_EQ(system->test, system->registry.nr_decisions, decisions);
	KUNIT_EXPECT_EQ(system->test, system->registry.nr_previews, previews);
	KUNIT_EXPECT_EQ(system->test, system->registry.nr_clamped, clamped);
}

static struct zone *preview(struct test_system *system, unsigned long number)
{
	return memgroup_preview(&system->registry, 0,
				number * SYSTEM_BLOCK_PAGES,
				SYSTEM_BLOCK_PAGES);
}

static void decisions_are_counted(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memory_group *group = system_dynamic(system, 0, 4);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 1);
	expect_counters(system, 0, 0, 0);

	/* A block allows three: not a unit of four. */
	system_grow(system, group, 4, 4);
	system_expect(system, 4, "KKKK");
	expect_counters(system, 4, 0, 0);
	KUNIT_EXPECT_EQ(test, group->nr_decided_kernel, 4);
	KUNIT_EXPECT_EQ(test, group->nr_decided_movable, 0);
	KUNIT_EXPECT_EQ(test, group->last_reason,
			MEMGROUP_REASON_UNIT_HAS_KERNEL);

	system_grow(system, group, 8, 4);
	system_expect(system, 4, "KKKK MMMM");
	expect_counters(system, 8, 0, 0);
	KUNIT_EXPECT_EQ(test, group->nr_decided_kernel, 4);
	KUNIT_EXPECT_EQ(test, group->nr_decided_movable, 4);
	KUNIT_EXPECT_EQ(test, group->last_reason, MEMGROUP_REASON_FITS);

	/* A block of nobody counts for nobody. */
	system_add(system, 0, NULL, 20);
	system_decide(system, 20, MMOP_ONLINE);
	expect_counters(system, 9, 0, 0);
	KUNIT_EXPECT_EQ(test, group->nr_decided_kernel, 4);
	KUNIT_EXPECT_EQ(test, group->nr_decided_movable, 4);
}

/* A decision moves no page: the caller may yet fail to. */
static void decision_changes_no_pages(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memory_group *group = system_dynamic(system, 0, 4);
	struct zone *zone;

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_plug(system, group, 32, "MMM.");
	zone = memgroup_decide(&system->registry, &system->blocks[35]->memgroup,
			       0, MMOP_ONLINE);
	KUNIT_EXPECT_PTR_EQ(test, zone, system_zone(system, 0, ZONE_MOVABLE));
	system_expect(system, 32, "MMM.");
	KUNIT_EXPECT_EQ(test, zone->present_pages, 3 * SYSTEM_BLOCK_PAGES);
	KUNIT_EXPECT_EQ(test, group->movable_pages, 3 * SYSTEM_BLOCK_PAGES);
	KUNIT_EXPECT_EQ(test, group->kernel_pages, 0);
	KUNIT_EXPECT_EQ(test, group->nr_online_blocks, 3);
}

/* A DIMM of two blocks that has four: the fourth comes when three are there. */
static void clamped_is_counted(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memory_group *dimm = system_static(system, 0, 2);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_grow(system, dimm, 32, 3);
	expect_counters(system, 3, 0, 0);
	system_grow(system, dimm, 35, 1);
	expect_counters(system, 4, 0, 1);
	system_expect(system, 32, "MMMM");

	/* Who only asks has not onlined too much. */
	system_add(system, 0, dimm, 36);
	KUNIT_EXPECT_PTR_EQ(test, preview(system, 36),
			    system_zone(system, 0, ZONE_MOVABLE));
	expect_counters(system, 4, 1, 1);
}

static void preview_is_what_a_decision_would_be(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memory_group *group = system_dynamic(system, 0, 1);
	unsigned long number;

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 1);
	for (number = 4; number < 12; number++) {
		struct zone *zone;

		system_add(system, 0, group, number);
		zone = preview(system, number);
		KUNIT_EXPECT_PTR_EQ(test, zone,
				    system_decide(system, number, MMOP_ONLINE));
	}
	system_expect(system, 4, "MMMK MMMK");
	expect_counters(system, 8, 8, 0);
}

/* The block's group is found by its page; without a block there is no group. */
static void preview_finds_the_group(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_plug(system, system_static(system, 0, 4), 32, "K...");
	KUNIT_EXPECT_PTR_EQ(test, preview(system, 33),
			    system_zone(system, 0, ZONE_NORMAL));
	KUNIT_EXPECT_PTR_EQ(test, preview(system, 36),
			    system_zone(system, 0, ZONE_MOVABLE));
}

/* valid_zones is for any user to read: reading it counts as a preview, no more. */
static void preview_changes_nothing_else(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memgroup_registry *registry = &system->registry, *before;
	const size_t behind_lock = offsetof(struct memgroup_registry, groups);
	struct memory_group *group = system_dynamic(system, 0, 4);
	struct memory_group group_before;

	before = kunit_kzalloc(test, sizeof(*before), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, before);
	system_boot_zone(system, 0, ZONE_NORMAL, 0, 1);
	system_plug(system, group, 4, "KMM. ....");
	system_decide(system, 7, MMOP_ONLINE);

	memcpy(before, registry, sizeof(*before));
	memcpy(&group_before, group, sizeof(group_before));
	KUNIT_EXPECT_PTR_EQ(test, preview(system, 8),
			    system_zone(system, 0, ZONE_MOVABLE));
	expect_counters(system, 1, 1, 0);

	before->nr_previews++;
	KUNIT_EXPECT_EQ(test, memcmp((char *)before + behind_lock,
				     (char *)registry + behind_lock,
				     sizeof(*registry) - behind_lock), 0);
	KUNIT_EXPECT_EQ(test, memcmp(&group_before, group,
				     sizeof(group_before)), 0);
	system_expect(system, 4, "KMMK ....");
}

#ifdef CONFIG_MEMGROUP_DEBUGFS
static void decisions_are_kept(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	const struct memgroup_decision *kept;
	struct memgroup_log *log;
	struct memory_group *dimm = system_static(system, 0, 4);
	u64 before, after;

	log = kunit_kzalloc(test, sizeof(*log), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, log);
	system->registry.log = log;
	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	memgroup_registry_set_name(&system->registry, dimm->id, "PNP0C80:00");
	system_plug(system, dimm, 32, "M...");

	preview(system, 33);
	KUNIT_EXPECT_EQ(test, log->nr_added, 0);

	before = ktime_get_ns();
	system_decide(system, 33, MMOP_ONLINE);
	after = ktime_get_ns();
	KUNIT_ASSERT_EQ(test, log->nr_added, 1);
	kept = &log->ring[0];
	KUNIT_EXPECT_GE(test, kept->time_ns, before);
	KUNIT_EXPECT_LE(test, kept->time_ns, after);
	KUNIT_EXPECT_EQ(test, kept->start_pfn, 33 * SYSTEM_BLOCK_PAGES);
	KUNIT_EXPECT_EQ(test, kept->nr_pages, SYSTEM_BLOCK_PAGES);
	KUNIT_EXPECT_EQ(test, kept->nid, 0);
	KUNIT_EXPECT_EQ(test, kept->mgid, dimm->id);
	KUNIT_EXPECT_STREQ(test, (const char *)kept->device, "PNP0C80:00");
	KUNIT_EXPECT_EQ(test, kept->group_type, MEMGROUP_TYPE_STATIC);
	KUNIT_EXPECT_EQ(test, kept->request, MEMGROUP_REQUEST_ONLINE);
	KUNIT_EXPECT_EQ(test, kept->policy, MEMGROUP_POLICY_AUTO_MOVABLE);
	KUNIT_EXPECT_EQ(test, kept->zone, ZONE_MOVABLE);
	KUNIT_EXPECT_TRUE(test, kept->verdict.movable);
	KUNIT_EXPECT_EQ(test, kept->verdict.reason, MEMGROUP_REASON_FITS);
	KUNIT_EXPECT_EQ(test, kept->verdict.domain, MEMGROUP_DOMAIN_SYSTEM);
	KUNIT_EXPECT_EQ(test, kept->verdict.early_kernel_pages,
			32 * SYSTEM_BLOCK_PAGES);
	KUNIT_EXPECT_EQ(test, kept->verdict.movable_pages, SYSTEM_BLOCK_PAGES);
	KUNIT_EXPECT_EQ(test, kept->verdict.asked_pages,
			3 * SYSTEM_BLOCK_PAGES);
	KUNIT_EXPECT_EQ(test, kept->verdict.limit_pages,
			32 * SYSTEM_BLOCK_PAGES * 301 / 100);
}
#endif

static struct kunit_case snapshot_cases[] = {
	KUNIT_CASE(zones_of_no_nodes),
	KUNIT_CASE(zones_of_a_node_without_memory),
	KUNIT_CASE(zones_by_type),
	KUNIT_CASE(zones_without_pages_are_left_out),
	KUNIT_CASE(zones_of_the_highest_node),
	KUNIT_CASE(live_nodes),
	KUNIT_CASE(no_node_is_the_first),
	KUNIT_CASE(kernel_zone_of_boot_memory),
	KUNIT_CASE(hotplugged_kernel_memory_is_not_early),
	KUNIT_CASE(lowest_zone_is_a_kernel_zone),
	KUNIT_CASE(movable_zone_counts_whole),
	KUNIT_CASE(zone_without_pages_adds_nothing),
	KUNIT_CASE(zones_add_up),
#ifdef CONFIG_CMA
	KUNIT_CASE(cma_is_movable),
	KUNIT_CASE(cma_adds_up),
	KUNIT_CASE(all_but_a_page_is_cma),
	KUNIT_CASE(all_is_cma),
	KUNIT_CASE(more_cma_than_early_is_no_debt),
	KUNIT_CASE(cma_in_movable_counts_once),
	KUNIT_CASE(layout_with_cma),
#endif
	KUNIT_CASE(snapshot_of_no_memory),
	KUNIT_CASE(snapshot_of_one_node),
	KUNIT_CASE(snapshot_of_every_zone),
	KUNIT_CASE(snapshot_has_the_sums_of_dynamic_groups),
	KUNIT_CASE(kernel_zone_without_spans),
	KUNIT_CASE(kernel_zone_of_nothing_is_normal),
	KUNIT_CASE(kernel_zone_is_never_movable),
	KUNIT_CASE(kernel_zone_normal),
#ifdef CONFIG_ZONE_DMA
	KUNIT_CASE(kernel_zone_dma),
#endif
#ifdef CONFIG_ZONE_DMA32
	KUNIT_CASE(kernel_zone_dma32),
	KUNIT_CASE(kernel_is_where_the_block_is),
#endif
	KUNIT_CASE(movable_zone_may_be_empty),
	KUNIT_CASE(contiguous_with_kernel),
	KUNIT_CASE(contiguous_with_movable),
	KUNIT_CASE(contiguous_with_neither),
	KUNIT_CASE(contiguous_with_both),
	KUNIT_CASE(contiguous_with_random_zones),
	KUNIT_CASE(layout_of_dimms),
	KUNIT_CASE(layout_of_virtio_mem),
	KUNIT_CASE(layout_of_large_units),
	KUNIT_CASE(layout_of_two_virtio_mem),
	KUNIT_CASE(layout_without_groups),
	KUNIT_CASE(layout_of_ratio_zero),
	KUNIT_CASE(layout_with_movable_boot_memory),
#if MAX_NUMNODES >= SYSTEM_NODES_MAX
	KUNIT_CASE(zones_by_node),
	KUNIT_CASE(zones_of_the_last_node),
	KUNIT_CASE(zones_of_an_offline_node),
	KUNIT_CASE(snapshot_of_several_nodes),
	KUNIT_CASE(other_nodes_do_not_matter),
	KUNIT_CASE(layout_of_a_node_without_boot_memory),
	KUNIT_CASE(layout_of_a_node_that_is_not_limited),
	KUNIT_CASE(layout_of_two_nodes),
	KUNIT_CASE(zone_is_on_the_node),
#endif
	KUNIT_CASE(requests_by_hand),
	KUNIT_CASE(unknown_online_type_is_plain),
	KUNIT_CASE(contig_zones),
	KUNIT_CASE(decisions_are_counted),
	KUNIT_CASE(decision_changes_no_pages),
	KUNIT_CASE(clamped_is_counted),
	KUNIT_CASE(preview_is_what_a_decision_would_be),
	KUNIT_CASE(preview_finds_the_group),
	KUNIT_CASE(preview_changes_nothing_else),
#ifdef CONFIG_MEMGROUP_DEBUGFS
	KUNIT_CASE(decisions_are_kept),
#endif
	{}
};

struct kunit_suite memgroup_snapshot_suite = {
	.name = "memgroup-snapshot",
	.exit = system_exit,
	.test_cases = snapshot_cases,
};
