// SPDX-License-Identifier: GPL-2.0
/*
 * What the files in debugfs say, word for word; and that each reading is of one
 * moment, whatever happens while it is taken and before it is shown.
 */

#include <linux/completion.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../core.h"
#include "../debugfs.h"
#include "../log.h"
#include "../sim/made_up.h"
#include "suites.h"
#include "system.h"

#define TEXT_SIZE	(256 * 1024)

#define GROUPS_COLUMNS	"id type node device blocks online_blocks kernel_bytes movable_bytes offline_bytes max_bytes unit_bytes decided_movable decided_kernel last_reason\n"
#define NODES_COLUMNS	"node early_kernel_bytes kernel_bytes movable_bytes cma_bytes needed_bytes limit_bytes headroom_bytes\n"
#define ZONES_COLUMNS	"node zone present_bytes early_bytes cma_bytes\n"
#define BLOCKS_COLUMNS	"block node group state zone\n"
#define DECISIONS_COLUMNS	"time_ns first_block blocks node group device request policy zone reason domain early_kernel_pages movable_pages asked_pages limit_pages\n"

/* Blocks, and pages, in bytes */
static u64 in_bytes(u64 pages)
{
	return pages << PAGE_SHIFT;
}

static u64 blocks(u64 nr_blocks)
{
	return in_bytes(nr_blocks * SYSTEM_BLOCK_PAGES);
}

/* All of a reading. Without assertions, as another thread may be at work. */
static void show(struct kunit *test, const struct memgroup_reading *reading,
		 char *text)
{
	struct seq_file m = { .buf = text, .size = TEXT_SIZE };
	size_t line = 0;

	while (memgroup_reading_show(reading, &m, line))
		line++;
	KUNIT_EXPECT_LT(test, m.count, m.size);
	text[min(m.count, m.size - 1)] = '\0';
	/* It ends where it ends. */
	KUNIT_EXPECT_FALSE(test, memgroup_reading_show(reading, &m, line + 1));
}

static char *make_text(struct kunit *test)
{
	char *text = kunit_kzalloc(test, TEXT_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, text);
	return text;
}

static struct memgroup_reading *take(struct test_system *system,
				     const char *view)
{
	struct memgroup_reading *reading =
		memgroup_reading_take(&system->registry, view);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(system->test, reading);
	return reading;
}

/* What a view shows now. */
static char *read_view(struct test_system *system, const char *view)
{
	char *text = make_text(system->test);
	struct memgroup_reading *reading = take(system, view);

	show(system->test, reading, text);
	kvfree(reading);
	return text;
}

static __printf(3, 4) void expect_view(struct test_system *system,
				       const char *view, const char *fmt, ...)
{
	char *expected = make_text(system->test);
	va_list args;

	va_start(args, fmt);
	vscnprintf(expected, TEXT_SIZE, fmt, args);
	va_end(args);
	KUNIT_EXPECT_STREQ(system->test, read_view(system, view), expected);
}

static struct memgroup_log *keep_log(struct test_system *system)
{
	struct memgroup_log *log = kunit_kzalloc(system->test, sizeof(*log),
						 GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(system->test, log);
	system->registry.log = log;
	return log;
}

/* policy */

static void policy(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memory_group *dimm = system_static(system, 0, 1);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	expect_view(system, "policy",
		    "name value\n"
		    "online_policy auto-movable\n"
		    "auto_movable_ratio 301\n"
		    "%sdecisions 0\n"
		    "previews 0\n"
		    "clamped 0\n", IS_ENABLED(CONFIG_NUMA) ?
		    "auto_movable_numa_aware N\n" : "");

	/* The third and fourth decision find more than declared. */
	system_grow(system, dimm, 32, 4);
	memgroup_preview(&system->registry, 0, 0, SYSTEM_BLOCK_PAGES);
	system_configure(system, MEMGROUP_POLICY_CONTIG_ZONES, UINT_MAX, true);
	expect_view(system, "policy",
		    "name value\n"
		    "online_policy contig-zones\n"
		    "auto_movable_ratio 4294967295\n"
		    "%sdecisions 4\n"
		    "previews 1\n"
		    "clamped 2\n", IS_ENABLED(CONFIG_NUMA) ?
		    "auto_movable_numa_aware Y\n" : "");
}

/* groups */

static void groups_of_none(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	expect_view(system, "groups", GROUPS_COLUMNS);
}

static void groups_of_each_type(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memgroup_registry *registry = &system->registry;
	struct memory_group *dimm = system_static(system, 0, 8);
	struct memory_group *virtio = system_dynamic(system, 0, 4);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	memgroup_registry_set_name(registry, dimm->id, "PNP0C80:00");
	memgroup_registry_set_name(registry, virtio->id, "virtio0");
	system_plug(system, dimm, 32, "MM.K MM");
	system_plug(system, virtio, 40, "KMMM M...");
	expect_view(system, "groups", GROUPS_COLUMNS
		    "0 static 0 PNP0C80:00 6 5 %llu %llu %llu %llu - 0 0 -\n"
		    "1 dynamic 0 virtio0 8 5 %llu %llu %llu - %llu 0 0 -\n",
		    blocks(1), blocks(4), blocks(1), blocks(8),
		    blocks(1), blocks(4), blocks(3), blocks(4));
}

static void groups_without_blocks(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	system_static(system, 0, 8);
	system_dynamic(system, 0, 4);
	expect_view(system, "groups", GROUPS_COLUMNS
		    "0 static 0 - 0 0 0 0 0 %llu - 0 0 -\n"
		    "1 dynamic 0 - 0 0 0 0 0 - %llu 0 0 -\n",
		    blocks(8), blocks(4));
}

/* Ids that were given back leave no lines. */
static void groups_with_gaps(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memory_group *gone;

	system_static(system, 0, 1);
	gone = system_static(system, 0, 2);
	system_static(system, 0, 3);
	system_unplug(system, gone);
	expect_view(system, "groups", GROUPS_COLUMNS
		    "0 static 0 - 0 0 0 0 0 %llu - 0 0 -\n"
		    "2 static 0 - 0 0 0 0 0 %llu - 0 0 -\n",
		    blocks(1), blocks(3));
}

/* A block allows three: of the first unit nothing, and then all of the second. */
static void groups_with_decisions(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memory_group *virtio = system_dynamic(system, 0, 4);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 1);
	system_grow(system, virtio, 4, 1);
	expect_view(system, "groups", GROUPS_COLUMNS
		    "0 dynamic 0 - 1 1 %llu 0 0 - %llu 0 1 system_ratio\n",
		    blocks(1), blocks(4));
	system_grow(system, virtio, 5, 1);
	expect_view(system, "groups", GROUPS_COLUMNS
		    "0 dynamic 0 - 2 2 %llu 0 0 - %llu 0 2 unit_has_kernel\n",
		    blocks(2), blocks(4));
	system_grow(system, virtio, 8, 3);
	expect_view(system, "groups", GROUPS_COLUMNS
		    "0 dynamic 0 - 5 5 %llu %llu 0 - %llu 3 2 fits\n",
		    blocks(2), blocks(3), blocks(4));
}

/* The first decision may have been for MOVABLE, with nothing for KERNEL yet. */
static void groups_with_one_decision(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memory_group *dimm = system_static(system, 0, 2);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_plug(system, dimm, 32, "..");
	system_decide(system, 32, MMOP_ONLINE_MOVABLE);
	expect_view(system, "groups", GROUPS_COLUMNS
		    "0 static 0 - 2 1 0 %llu %llu %llu - 1 0 requested\n",
		    blocks(1), blocks(1), blocks(2));
}

/* One word, whatever a driver calls its device, and cut to what is kept */
static void groups_names_are_words(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	static const struct {
		const char *name;
		const char *shown;
	} names[] = {
		{ "a b", "a\\040b" },
		{ "\ttab", "\\011tab" },
		{ "line\n", "line\\012" },
		{ "back\\slash", "back\\134slash" },
		{ " ", "\\040" },
		{ "\v\f\r", "\\013\\014\\015" },
		{ "plain", "plain" },
		{ "", "-" },
		{ "0123456789abcdef0123456789abcdef",
		  "0123456789abcdef0123456789abcde" },
	};
	char *expected = make_text(test);
	size_t length = scnprintf(expected, TEXT_SIZE, GROUPS_COLUMNS);
	int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		struct memory_group *group = system_static(system, 0, 1);

		memgroup_registry_set_name(&system->registry, group->id,
					   names[i].name);
		length += scnprintf(expected + length, TEXT_SIZE - length,
				    "%d static 0 %s 0 0 0 0 0 %llu - 0 0 -\n",
				    i, names[i].shown, blocks(1));
	}
	KUNIT_EXPECT_STREQ(test, read_view(system, "groups"), expected);
}

static void groups_are_all_there(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	char *expected = make_text(test), name[MEMGROUP_NAME_SIZE];
	size_t length = scnprintf(expected, TEXT_SIZE, GROUPS_COLUMNS);
	int i;

	for (i = 0; i < 2000; i++) {
		struct memory_group *group = system_static(system, 0, 1);

		KUNIT_ASSERT_EQ(test, group->id, i);
		snprintf(name, sizeof(name), "device-%d", i);
		memgroup_registry_set_name(&system->registry, i, name);
		length += scnprintf(expected + length, TEXT_SIZE - length,
				    "%d static 0 %s 0 0 0 0 0 %llu - 0 0 -\n",
				    i, name, blocks(1));
	}
	/* Too long to be printed if it is not so */
	KUNIT_EXPECT_EQ(test, strcmp(read_view(system, "groups"), expected), 0);
}

/* nodes */

static void nodes_of_one_node(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	const u64 limit = 32 * SYSTEM_BLOCK_PAGES * 301 / 100;

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_plug(system, system_static(system, 0, 4), 32, "MMM.");
	system_plug(system, system_static(system, 0, 4), 36, "KK..");
	expect_view(system, "nodes", NODES_COLUMNS
		    "system %llu %llu %llu 0 0 %llu %llu\n"
		    "0 %llu %llu %llu 0 0 %llu %llu\n",
		    blocks(32), blocks(34), blocks(3), in_bytes(limit),
		    in_bytes(limit) - blocks(3),
		    blocks(32), blocks(34), blocks(3), in_bytes(limit),
		    in_bytes(limit) - blocks(3));
}

static void nodes_of_none(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	expect_view(system, "nodes", NODES_COLUMNS "system 0 0 0 0 0 0 0\n");
}

/* What a device borrows is out of the limit, and its memory out of the account. */
static void nodes_with_debt(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	const u64 needed = 8 * SYSTEM_BLOCK_PAGES * 100 / 301 -
			   SYSTEM_BLOCK_PAGES;
	const u64 limit = (4 * SYSTEM_BLOCK_PAGES - needed) * 301 / 100;

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 4);
	system_plug(system, system_dynamic(system, 0, 1), 4, "KMMMM MMMM");
	system_plug(system, system_static(system, 0, 1), 16, "M");
	expect_view(system, "nodes", NODES_COLUMNS
		    "system %llu %llu %llu 0 %llu %llu %llu\n"
		    "0 %llu %llu %llu 0 %llu %llu %llu\n",
		    blocks(4), blocks(5), blocks(9), in_bytes(needed),
		    in_bytes(limit), in_bytes(limit) - blocks(1),
		    blocks(4), blocks(5), blocks(9), in_bytes(needed),
		    in_bytes(limit), in_bytes(limit) - blocks(1));
}

static void nodes_without_headroom(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 4);
	system_plug(system, system_static(system, 0, 5), 4, "MMMMM");
	expect_view(system, "nodes", NODES_COLUMNS
		    "system %llu %llu %llu 0 0 %llu 0\n"
		    "0 %llu %llu %llu 0 0 %llu 0\n",
		    blocks(4), blocks(4), blocks(5), blocks(4),
		    blocks(4), blocks(4), blocks(5), blocks(4));
}

static void nodes_under_contig_zones(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	system_configure(system, MEMGROUP_POLICY_CONTIG_ZONES, 301, true);
	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_plug(system, system_static(system, 0, 1), 32, "M");
	expect_view(system, "nodes", NODES_COLUMNS
		    "system %llu %llu %llu 0 0 - -\n"
		    "0 %llu %llu %llu 0 0 - -\n",
		    blocks(32), blocks(32), blocks(1),
		    blocks(32), blocks(32), blocks(1));
}

/* A limit of more bytes than can be told is all that can be told. */
static void nodes_with_a_limit_beyond_bytes(struct kunit *test)
{
	struct test_system *system = system_make(test, UINT_MAX);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 1UL << 14);
	expect_view(system, "nodes", NODES_COLUMNS
		    "system %llu %llu 0 0 0 18446744073709551615 18446744073709551615\n"
		    "0 %llu %llu 0 0 0 18446744073709551615 18446744073709551615\n",
		    blocks(1UL << 14), blocks(1UL << 14),
		    blocks(1UL << 14), blocks(1UL << 14));
}

#ifdef CONFIG_CMA
static void nodes_with_cma(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 4);
	system_zone(system, 0, ZONE_NORMAL)->cma_pages = SYSTEM_BLOCK_PAGES;
	expect_view(system, "nodes", NODES_COLUMNS
		    "system %llu %llu 0 %llu 0 %llu %llu\n"
		    "0 %llu %llu 0 %llu 0 %llu %llu\n",
		    blocks(3), blocks(4), blocks(1), blocks(3), blocks(2),
		    blocks(3), blocks(4), blocks(1), blocks(3), blocks(2));
}
#endif

#if MAX_NUMNODES >= SYSTEM_NODES_MAX
/*
 *		boot	devices
 *	node 0	24
 *	node 2	 8	MMMM
 *	node 3	 0
 */
static void make_nodes(struct test_system *system, bool numa_aware)
{
	system_configure(system, MEMGROUP_POLICY_AUTO_MOVABLE, 100, numa_aware);
	system_boot_zone(system, 0, ZONE_NORMAL, 0, 24);
	system_boot_zone(system, 2, ZONE_NORMAL, 24, 8);
	system_plug(system, system_static(system, 2, 4), 32, "MMMM");
	system_zone(system, 3, ZONE_NORMAL);
}

static void nodes_numa_aware(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);

	make_nodes(system, true);
	expect_view(system, "nodes", NODES_COLUMNS
		    "system %llu %llu %llu 0 0 %llu %llu\n"
		    "0 %llu %llu 0 0 0 %llu %llu\n"
		    "2 %llu %llu %llu 0 0 %llu %llu\n"
		    "3 0 0 0 0 0 0 0\n",
		    blocks(32), blocks(32), blocks(4), blocks(32), blocks(28),
		    blocks(24), blocks(24), blocks(24), blocks(24),
		    blocks(8), blocks(8), blocks(4), blocks(8), blocks(4));
}

/* Then only the system limits, but each node still shows what it would allow. */
static void nodes_not_numa_aware(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);

	make_nodes(system, false);
	expect_view(system, "nodes", NODES_COLUMNS
		    "system %llu %llu %llu 0 0 %llu %llu\n"
		    "0 %llu %llu 0 0 0 %llu %llu\n"
		    "2 %llu %llu %llu 0 0 %llu %llu\n"
		    "3 0 0 0 0 0 0 %llu\n",
		    blocks(32), blocks(32), blocks(4), blocks(32), blocks(28),
		    blocks(24), blocks(24), blocks(24), blocks(28),
		    blocks(8), blocks(8), blocks(4), blocks(8), blocks(28),
		    blocks(28));
}

/* Node 0 alone would allow 24, but all of node 2 is spent and more. */
static void nodes_get_no_more_than_the_system(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);

	make_nodes(system, true);
	system_plug(system, system_static(system, 2, 12), 36, "MMMMMMMM MMMM");
	expect_view(system, "nodes", NODES_COLUMNS
		    "system %llu %llu %llu 0 0 %llu %llu\n"
		    "0 %llu %llu 0 0 0 %llu %llu\n"
		    "2 %llu %llu %llu 0 0 %llu 0\n"
		    "3 0 0 0 0 0 0 0\n",
		    blocks(32), blocks(32), blocks(16), blocks(32), blocks(16),
		    blocks(24), blocks(24), blocks(24), blocks(16),
		    blocks(8), blocks(8), blocks(16), blocks(8));
}

/* What a device borrows, it borrows from its own node, and from the system. */
static void nodes_with_debt_on_one(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);

	system_configure(system, MEMGROUP_POLICY_AUTO_MOVABLE, 100, true);
	system_boot_zone(system, 0, ZONE_NORMAL, 0, 24);
	system_boot_zone(system, 1, ZONE_NORMAL, 24, 8);
	system_plug(system, system_dynamic(system, 1, 1), 32, "KMMM");
	expect_view(system, "nodes", NODES_COLUMNS
		    "system %llu %llu %llu 0 %llu %llu %llu\n"
		    "0 %llu %llu 0 0 0 %llu %llu\n"
		    "1 %llu %llu %llu 0 %llu %llu %llu\n",
		    blocks(32), blocks(33), blocks(3), blocks(2), blocks(30),
		    blocks(30),
		    blocks(24), blocks(24), blocks(24), blocks(24),
		    blocks(8), blocks(9), blocks(3), blocks(2), blocks(6),
		    blocks(6));
}
#endif

/* zones */

static void zones_of_none(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	expect_view(system, "zones", ZONES_COLUMNS);
	system_zone(system, 0, ZONE_NORMAL);
	expect_view(system, "zones", ZONES_COLUMNS);
}

static void zones_with_pages(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_boot_zone(system, 0, ZONE_MOVABLE, 32, 2);
	system_plug(system, system_static(system, 0, 4), 36, "KMMM");
	expect_view(system, "zones", ZONES_COLUMNS
		    "0 Normal %llu %llu 0\n"
		    "0 Movable %llu %llu 0\n",
		    blocks(33), blocks(32), blocks(5), blocks(2));
}

#ifdef CONFIG_ZONE_DMA32
static void zones_by_their_names(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	system_boot_zone(system, 0, ZONE_DMA32, 0, 16);
	system_boot_zone(system, 0, ZONE_NORMAL, 32, 8);
	expect_view(system, "zones", ZONES_COLUMNS
		    "0 DMA32 %llu %llu 0\n"
		    "0 Normal %llu %llu 0\n",
		    blocks(16), blocks(16), blocks(8), blocks(8));
}
#endif

#ifdef CONFIG_CMA
static void zones_with_cma(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_zone(system, 0, ZONE_NORMAL)->cma_pages = 5;
	expect_view(system, "zones", ZONES_COLUMNS
		    "0 Normal %llu %llu %llu\n",
		    blocks(32), blocks(32), in_bytes(5));
}
#endif

/* The most pages that can be told in bytes, and one more */
static void zones_beyond_bytes(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct zone *zone = system_zone(system, 0, ZONE_NORMAL);

	zone->present_early_pages = 1;
	zone->present_pages = U64_MAX >> PAGE_SHIFT;
	expect_view(system, "zones", ZONES_COLUMNS "0 Normal %llu %llu 0\n",
		    U64_MAX - (PAGE_SIZE - 1), in_bytes(1));
	zone->present_pages++;
	expect_view(system, "zones", ZONES_COLUMNS "0 Normal %llu %llu 0\n",
		    U64_MAX, in_bytes(1));
}

#if MAX_NUMNODES >= SYSTEM_NODES_MAX
static void zones_of_several_nodes(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	system_plug(system, system_static(system, 2, 2), 40, "MK");
	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	expect_view(system, "zones", ZONES_COLUMNS
		    "0 Normal %llu %llu 0\n"
		    "2 Normal %llu 0 0\n"
		    "2 Movable %llu 0 0\n",
		    blocks(32), blocks(32), blocks(1), blocks(1));
}
#endif

/* blocks */

static void blocks_of_none(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	expect_view(system, "blocks", BLOCKS_COLUMNS);
}

/* By address, whatever came first */
static void blocks_by_number(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memory_group *first, *second;

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	first = system_dynamic(system, 0, 4);
	second = system_static(system, 0, 2);
	system_plug(system, first, 100, "KM.");
	system_plug(system, second, 40, ".K");
	system_add(system, 0, NULL, 50);
	expect_view(system, "blocks", BLOCKS_COLUMNS
		    "40 0 1 offline -\n"
		    "41 0 1 online Normal\n"
		    "50 0 - offline -\n"
		    "100 0 0 online Normal\n"
		    "101 0 0 online Movable\n"
		    "102 0 0 offline -\n");

	/* It has been in a zone, and is in none now. */
	system_offline(system, 101);
	system_remove(system, 40);
	expect_view(system, "blocks", BLOCKS_COLUMNS
		    "41 0 1 online Normal\n"
		    "50 0 - offline -\n"
		    "100 0 0 online Normal\n"
		    "101 0 0 offline -\n"
		    "102 0 0 offline -\n");
}

/*
 * Blocks of boot memory are online without ever having been accounted. Their zone
 * is what the hotplug core says, which is none if there are several; of all others
 * it may be out of date, and what was accounted is what is said.
 */
static void blocks_of_boot_memory(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memory_block *boot, *mixed, *moved;

	boot = system_add(system, 0, NULL, 1);
	boot->memgroup.present_pages = SYSTEM_BLOCK_PAGES;
	boot->zone = system_zone(system, 0, ZONE_NORMAL);
	boot->nid = NUMA_NO_NODE;
	mixed = system_add(system, 0, NULL, 2);
	mixed->memgroup.present_pages = SYSTEM_BLOCK_PAGES;
	moved = system_add(system, 0, NULL, 3);
	system_online(system, 3, ZONE_MOVABLE);
	moved->zone = system_zone(system, 0, ZONE_NORMAL);
	expect_view(system, "blocks", BLOCKS_COLUMNS
		    "1 %d - online Normal\n"
		    "2 0 - online -\n"
		    "3 0 - online Movable\n", first_online_node);
	/* A zone that it is on its way to, or from */
	boot->memgroup.present_pages = 0;
	expect_view(system, "blocks", BLOCKS_COLUMNS
		    "1 %d - offline -\n"
		    "2 0 - online -\n"
		    "3 0 - online Movable\n", first_online_node);
}

#if MAX_NUMNODES >= SYSTEM_NODES_MAX
static void blocks_of_several_nodes(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	system_plug(system, system_static(system, 3, 1), 40, "M");
	system_plug(system, system_static(system, 1, 1), 41, "K");
	expect_view(system, "blocks", BLOCKS_COLUMNS
		    "40 3 0 online Movable\n"
		    "41 1 1 online Normal\n");
}
#endif

/* decisions */

/*
 * The decisions, with T for their times: those are in order, and within what is
 * given.
 */
static char *read_decisions(struct test_system *system, u64 from_ns)
{
	struct kunit *test = system->test;
	const u64 to_ns = ktime_get_ns();
	char *rest = read_view(system, "decisions"), *text = make_text(test);
	size_t length = scnprintf(text, TEXT_SIZE, "%s\n", strsep(&rest, "\n"));
	char *time, *line;
	u64 time_ns;

	while ((line = strsep(&rest, "\n")) && *line) {
		time = strsep(&line, " ");
		KUNIT_ASSERT_NOT_NULL(test, line);
		KUNIT_ASSERT_EQ(test, kstrtoull(time, 10, &time_ns), 0);
		KUNIT_EXPECT_GE(test, time_ns, from_ns);
		KUNIT_EXPECT_LE(test, time_ns, to_ns);
		from_ns = time_ns;
		length += scnprintf(text + length, TEXT_SIZE - length,
				    "T %s\n", line);
	}
	return text;
}

static void decisions_of_each_kind(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memory_group *dimm = system_static(system, 0, 4);
	struct memory_group *virtio = system_dynamic(system, 0, 2);
	const u64 from_ns = ktime_get_ns();

	keep_log(system);
	memgroup_registry_set_name(&system->registry, dimm->id, "a DIMM");
	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_plug(system, dimm, 32, "....");
	system_plug(system, virtio, 36, "....");
	system_add(system, 0, NULL, 40);
	system_add(system, 0, NULL, 41);

	system_decide(system, 32, MMOP_ONLINE);
	system_decide(system, 33, MMOP_ONLINE_KERNEL);
	system_decide(system, 34, MMOP_ONLINE);
	system_configure(system, MEMGROUP_POLICY_AUTO_MOVABLE, 3, false);
	system_decide(system, 36, MMOP_ONLINE);
	system_decide(system, 37, MMOP_ONLINE);
	system_configure(system, MEMGROUP_POLICY_AUTO_MOVABLE, 0, false);
	system_decide(system, 38, MMOP_ONLINE);
	system_configure(system, MEMGROUP_POLICY_CONTIG_ZONES, 0, false);
	/* Normal is around block 35; then Movable is around block 39. */
	system_decide(system, 35, MMOP_ONLINE);
	system_decide(system, 40, MMOP_ONLINE_MOVABLE);
	system_decide(system, 39, MMOP_ONLINE);
	system_decide(system, 41, MMOP_ONLINE_KERNEL);
	/* A preview is no decision. */
	memgroup_preview(&system->registry, 0, 42 * SYSTEM_BLOCK_PAGES,
			 SYSTEM_BLOCK_PAGES);

	/* A block has 32,768 pages, and boot memory 1,048,576. */
	KUNIT_EXPECT_STREQ(test, read_decisions(system, from_ns),
			   DECISIONS_COLUMNS
			   "T 32 1 0 0 a\\040DIMM online auto-movable Movable fits system 1048576 0 131072 3156213\n"
			   "T 33 1 0 0 a\\040DIMM online_kernel auto-movable Normal requested none 0 0 32768 0\n"
			   "T 34 1 0 0 a\\040DIMM online auto-movable Normal group_has_kernel none 0 0 32768 0\n"
			   "T 36 1 0 1 - online auto-movable Normal system_ratio system 1048576 32768 65536 31457\n"
			   "T 37 1 0 1 - online auto-movable Normal unit_has_kernel none 0 0 32768 0\n"
			   "T 38 1 0 1 - online auto-movable Normal ratio_zero none 0 0 32768 0\n"
			   "T 35 1 0 0 a\\040DIMM online contig-zones Normal contiguous none 0 0 32768 0\n"
			   "T 40 1 0 - - online_movable contig-zones Movable requested none 0 0 32768 0\n"
			   "T 39 1 0 1 - online contig-zones Movable contiguous none 0 0 32768 0\n"
			   "T 41 1 0 - - online_kernel contig-zones Normal requested none 0 0 32768 0\n");
}

/* The name that the device had at that time, and if it was renamed since */
static void decisions_keep_names(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memory_group *dimm = system_static(system, 0, 4);
	const u64 from_ns = ktime_get_ns();

	keep_log(system);
	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_plug(system, dimm, 32, ".");
	memgroup_registry_set_name(&system->registry, dimm->id, "old");
	system_decide(system, 32, MMOP_ONLINE_KERNEL);
	memgroup_registry_set_name(&system->registry, dimm->id, "new");
	system_unplug(system, dimm);
	KUNIT_EXPECT_STREQ(test, read_decisions(system, from_ns),
			   DECISIONS_COLUMNS
			   "T 32 1 0 0 old online_kernel auto-movable Normal requested none 0 0 32768 0\n");
}

#if MAX_NUMNODES >= SYSTEM_NODES_MAX
static void decisions_of_a_node(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	const u64 from_ns = ktime_get_ns();

	keep_log(system);
	system_configure(system, MEMGROUP_POLICY_AUTO_MOVABLE, 100, true);
	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_boot_zone(system, 1, ZONE_NORMAL, 32, 1);
	system_add(system, 1, NULL, 40);
	system_add(system, 1, NULL, 41);
	system_decide(system, 40, MMOP_ONLINE);
	system_decide(system, 41, MMOP_ONLINE);
	KUNIT_EXPECT_STREQ(test, read_decisions(system, from_ns),
			   DECISIONS_COLUMNS
			   "T 40 1 1 - - online auto-movable Movable fits node 32768 0 32768 32768\n"
			   "T 41 1 1 - - online auto-movable Normal node_ratio node 32768 32768 32768 32768\n");
}
#endif

static void decisions_without_log(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	expect_view(system, "decisions", DECISIONS_COLUMNS);
	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_grow(system, system_static(system, 0, 1), 32, 1);
	expect_view(system, "decisions", DECISIONS_COLUMNS);
	KUNIT_EXPECT_EQ(test, system->registry.nr_decisions, 1);
}

/* Decisions for blocks that need not be there: their numbers tell them apart. */
static void decide_blocks(struct test_system *system, unsigned long first,
			  unsigned long end)
{
	struct memgroup_block block = { .nr_pages = SYSTEM_BLOCK_PAGES };

	for (; first < end; first++) {
		block.start_pfn = first * SYSTEM_BLOCK_PAGES;
		memgroup_decide(&system->registry, &block, 0,
				MMOP_ONLINE_KERNEL);
	}
}

/* Of the decisions so far, those from @first to before @end are shown. */
static void expect_decided(struct test_system *system, u64 from_ns,
			   unsigned long first, unsigned long end)
{
	char *expected = make_text(system->test), *text;
	size_t length = scnprintf(expected, TEXT_SIZE, DECISIONS_COLUMNS);

	for (; first < end; first++)
		length += scnprintf(expected + length, TEXT_SIZE - length,
				    "T %lu 1 0 - - online_kernel auto-movable Normal requested none 0 0 32768 0\n",
				    first);
	text = read_decisions(system, from_ns);
	/* Too long to be printed if it is not so */
	KUNIT_EXPECT_EQ(system->test, strcmp(text, expected), 0);
	kunit_kfree(system->test, text);
	kunit_kfree(system->test, expected);
}

static void decisions_are_the_latest(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	const u64 from_ns = ktime_get_ns();

	keep_log(system);
	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	expect_decided(system, from_ns, 0, 0);
	decide_blocks(system, 0, 1);
	expect_decided(system, from_ns, 0, 1);
	decide_blocks(system, 1, 1023);
	expect_decided(system, from_ns, 0, 1023);
	decide_blocks(system, 1023, 1024);
	expect_decided(system, from_ns, 0, 1024);
	decide_blocks(system, 1024, 1025);
	expect_decided(system, from_ns, 1, 1025);
	decide_blocks(system, 1025, 2048);
	expect_decided(system, from_ns, 1024, 2048);
	decide_blocks(system, 2048, 2500);
	expect_decided(system, from_ns, 1476, 2500);
}

/* Readings */

static void no_such_view(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	static const char * const names[] = {
		"", "polic", "policy2", "Policy", "group",
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		KUNIT_EXPECT_EQ(test,
				PTR_ERR(memgroup_reading_take(&system->registry,
							      names[i])),
				-ENOENT);
}

static const char * const views[] = {
	"policy", "groups", "nodes", "zones", "blocks", "decisions",
};

/* Who opened a file long ago reads what was then, to the last line. */
static void reading_is_of_the_past(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memory_group *dimm = system_static(system, 0, 4);
	struct memory_group *virtio = system_dynamic(system, 0, 4);
	struct memgroup_reading *readings[ARRAY_SIZE(views)];
	char *before[ARRAY_SIZE(views)], *text = make_text(test);
	int i;

	keep_log(system);
	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	memgroup_registry_set_name(&system->registry, dimm->id, "PNP0C80:00");
	system_grow(system, dimm, 32, 4);
	system_grow(system, virtio, 36, 8);
	for (i = 0; i < ARRAY_SIZE(views); i++)
		before[i] = read_view(system, views[i]);
	for (i = 0; i < ARRAY_SIZE(views); i++)
		readings[i] = memgroup_reading_take(&system->registry,
						    views[i]);

	/* Nothing remains as it was, and some of it is freed. */
	system_unplug(system, dimm);
	system_unplug(system, virtio);
	system_configure(system, MEMGROUP_POLICY_CONTIG_ZONES, 7, true);
	system_boot_zone(system, 0, ZONE_MOVABLE, 32, 1);
	system_grow(system, system_static(system, 0, 64), 64, 64);

	for (i = 0; i < ARRAY_SIZE(views); i++) {
		KUNIT_EXPECT_NOT_ERR_OR_NULL(test, readings[i]);
		if (IS_ERR_OR_NULL(readings[i]))
			continue;
		show(test, readings[i], text);
		kvfree(readings[i]);
		KUNIT_EXPECT_STREQ(test, text, before[i]);
		KUNIT_EXPECT_STRNEQ(test, read_view(system, views[i]),
				    before[i]);
	}
}

/* seq_file asks for a line again, with more room, if it did not fit. */
static void line_is_shown_as_often_as_wanted(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct memgroup_reading *reading;
	char *text = make_text(test), *expected = make_text(test);
	struct seq_file m = { .buf = text, .size = TEXT_SIZE };

	system_static(system, 0, 1);
	system_static(system, 0, 2);
	reading = take(system, "groups");
	KUNIT_EXPECT_TRUE(test, memgroup_reading_show(reading, &m, 2));
	KUNIT_EXPECT_TRUE(test, memgroup_reading_show(reading, &m, 1));
	KUNIT_EXPECT_TRUE(test, memgroup_reading_show(reading, &m, 2));
	KUNIT_EXPECT_FALSE(test, memgroup_reading_show(reading, &m, 3));
	kvfree(reading);
	text[m.count] = '\0';
	scnprintf(expected, TEXT_SIZE,
		  "1 static 0 - 0 0 0 0 0 %llu - 0 0 -\n"
		  "0 static 0 - 0 0 0 0 0 %llu - 0 0 -\n"
		  "1 static 0 - 0 0 0 0 0 %llu - 0 0 -\n",
		  blocks(2), blocks(1), blocks(2));
	KUNIT_EXPECT_STREQ(test, text, expected);
}

#define CHANGER_FIRST	32
#define CHANGER_BLOCKS	8
#define CHANGER_GROUPS	16

/**
 * struct changer - a thread that changes a system while that is read
 * @system: the system; group 0 has the blocks from CHANGER_FIRST on
 * @blocks: these blocks: the thread must not look for them, as that may assert
 * @zones: one for blocks with even numbers, one for odd ones
 * @started: it is at it
 * @rounds: how often it has changed all, and back
 * @nr_half_online: readings with some blocks online, and some not
 * @nr_more_groups: readings with more than group 0
 */
struct changer {
	struct test_system *system;
	struct memory_block *blocks[CHANGER_BLOCKS];
	struct zone *zones[2];
	struct completion started;
	unsigned long rounds;
	unsigned long nr_half_online;
	unsigned long nr_more_groups;
};

static void add_and_remove_groups(struct memgroup_registry *registry)
{
	const struct memory_group description = {
		.type = MEMGROUP_TYPE_STATIC,
		.max_pages = SYSTEM_BLOCK_PAGES,
	};
	struct memory_group *groups[CHANGER_GROUPS];
	int i;

	for (i = 0; i < CHANGER_GROUPS; i++) {
		groups[i] = memgroup_registry_add(registry, &description);
		if (!IS_ERR(groups[i]))
			memgroup_registry_put(registry, groups[i]);
		cond_resched();
	}
	for (i = 0; i < CHANGER_GROUPS; i++) {
		if (IS_ERR(groups[i]))
			continue;
		memgroup_registry_remove(registry, groups[i]->id);
		kfree(groups[i]);
	}
}

static void change_blocks(struct changer *changer, long nr_pages)
{
	int i;

	for (i = 0; i < CHANGER_BLOCKS; i++) {
		memgroup_made_up_account(&changer->system->registry,
					 &changer->blocks[i]->memgroup,
					 changer->zones[i % 2], nr_pages);
		cond_resched();
	}
}

static int change(void *data)
{
	struct changer *changer = data;

	complete(&changer->started);
	while (!kthread_should_stop()) {
		change_blocks(changer, SYSTEM_BLOCK_PAGES);
		add_and_remove_groups(&changer->system->registry);
		change_blocks(changer, -SYSTEM_BLOCK_PAGES);
		WRITE_ONCE(changer->rounds, changer->rounds + 1);
		cond_resched();
	}
	return 0;
}

/* Columns of a group agree with each other. */
static void check_groups(struct changer *changer, char *rest)
{
	struct kunit *test = changer->system->test;
	u64 nr_blocks, nr_online, kernel, movable, nr_offline;
	int id, nr_columns, nr_groups = 0, last = -1;
	char *line;

	strsep(&rest, "\n");
	while ((line = strsep(&rest, "\n")) && *line) {
		nr_columns = sscanf(line, "%d %*s %*s %*s %llu %llu %llu %llu %llu",
				    &id, &nr_blocks, &nr_online, &kernel,
				    &movable, &nr_offline);
		KUNIT_EXPECT_EQ(test, nr_columns, 6);
		if (nr_columns != 6)
			return;
		KUNIT_EXPECT_GT(test, id, last);
		KUNIT_EXPECT_EQ(test, nr_blocks, id ? 0 : CHANGER_BLOCKS);
		KUNIT_EXPECT_EQ(test, kernel + movable, blocks(nr_online));
		KUNIT_EXPECT_EQ(test, nr_offline,
				blocks(nr_blocks - nr_online));
		/* KERNEL and MOVABLE come in turns, and go so. */
		KUNIT_EXPECT_LE(test, max(kernel, movable) -
				min(kernel, movable), blocks(1));
		last = id;
		nr_groups++;
	}
	KUNIT_EXPECT_GE(test, nr_groups, 1);
	KUNIT_EXPECT_LE(test, nr_groups, 1 + CHANGER_GROUPS);
	changer->nr_more_groups += nr_groups > 1;
}

/* There is one node: it is the system. */
static void check_nodes(struct changer *changer, char *rest)
{
	struct kunit *test = changer->system->test;
	char *system, *node;

	strsep(&rest, "\n");
	system = strsep(&rest, "\n");
	node = strsep(&rest, "\n");
	strsep(&system, " ");
	strsep(&node, " ");
	KUNIT_EXPECT_STREQ(test, system, node);
}

/* Pages come and go with blocks only. */
static void check_zones(struct changer *changer, char *rest)
{
	struct kunit *test = changer->system->test;
	u64 present, early, nr_present = 0;
	int nr_columns;
	char *line;

	strsep(&rest, "\n");
	while ((line = strsep(&rest, "\n")) && *line) {
		nr_columns = sscanf(line, "%*s %*s %llu %llu", &present,
				    &early);
		KUNIT_EXPECT_EQ(test, nr_columns, 2);
		if (nr_columns != 2)
			return;
		nr_present += present - early;
	}
	KUNIT_EXPECT_LE(test, nr_present, blocks(CHANGER_BLOCKS));
	KUNIT_EXPECT_EQ(test, nr_present & (blocks(1) - 1), 0);
}

/*
 * Blocks go online from the first on, and offline from the first on: those that
 * are online are in one piece, at the beginning or at the end.
 */
static void check_blocks(struct changer *changer, char *rest)
{
	struct kunit *test = changer->system->test;
	int nr_blocks = 0, changes = 0;
	bool online, was_online = false;
	char *line;

	strsep(&rest, "\n");
	while ((line = strsep(&rest, "\n")) && *line) {
		online = strstr(line, " online ");
		KUNIT_EXPECT_STREQ(test, strrchr(line, ' '), !online ? " -" :
				   nr_blocks % 2 ? " Movable" : " Normal");
		changes += nr_blocks && online != was_online;
		was_online = online;
		nr_blocks++;
	}
	KUNIT_EXPECT_EQ(test, nr_blocks, CHANGER_BLOCKS);
	KUNIT_EXPECT_LE(test, changes, 1);
	changer->nr_half_online += changes == 1;
}

static void read_and_check(struct changer *changer, const char *view,
			   char *text,
			   void (*check)(struct changer *changer, char *rest))
{
	struct test_system *system = changer->system;
	struct memgroup_reading *reading =
		memgroup_reading_take(&system->registry, view);

	KUNIT_EXPECT_NOT_ERR_OR_NULL(system->test, reading);
	if (IS_ERR_OR_NULL(reading))
		return;
	show(system->test, reading, text);
	kvfree(reading);
	check(changer, text);
}

/* What was read shows that it was read in the middle of changes. */
static bool saw_enough(struct changer *changer)
{
	return READ_ONCE(changer->rounds) >= 200 && changer->nr_half_online &&
	       changer->nr_more_groups;
}

static void reading_is_of_one_moment(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);
	struct changer changer = { .system = system };
	const unsigned long give_up = jiffies + 30 * HZ;
	char *text = make_text(test);
	struct task_struct *task;
	int i;

	init_completion(&changer.started);
	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_plug(system, system_dynamic(system, 0, 1), CHANGER_FIRST,
		    "........");
	for (i = 0; i < CHANGER_BLOCKS; i++)
		changer.blocks[i] = system->blocks[CHANGER_FIRST + i];
	changer.zones[0] = system_zone(system, 0, ZONE_NORMAL);
	changer.zones[1] = system_zone(system, 0, ZONE_MOVABLE);
	task = kthread_run(change, &changer, "memgroup-changer");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);

	/* No assertions from here on: they would leave the thread behind. */
	wait_for_completion(&changer.started);
	for (i = 0; i < 200 || (!saw_enough(&changer) &&
				time_before(jiffies, give_up)); i++) {
		read_and_check(&changer, "groups", text, check_groups);
		read_and_check(&changer, "nodes", text, check_nodes);
		read_and_check(&changer, "zones", text, check_zones);
		read_and_check(&changer, "blocks", text, check_blocks);
		cond_resched();
	}
	kthread_stop(task);
	KUNIT_EXPECT_GE(test, changer.rounds, 1);
	KUNIT_EXPECT_GE(test, changer.nr_half_online, 1);
	KUNIT_EXPECT_GE(test, changer.nr_more_groups, 1);
	kunit_info(test, "%d readings during %lu rounds: %lu with some blocks online, %lu with more groups",
		   i, changer.rounds, changer.nr_half_online,
		   changer.nr_more_groups);
	system_expect(system, CHANGER_FIRST, "........");
}

static struct kunit_case debugfs_cases[] = {
	KUNIT_CASE(policy),
	KUNIT_CASE(groups_of_none),
	KUNIT_CASE(groups_of_each_type),
	KUNIT_CASE(groups_without_blocks),
	KUNIT_CASE(groups_with_gaps),
	KUNIT_CASE(groups_with_decisions),
	KUNIT_CASE(groups_with_one_decision),
	KUNIT_CASE(groups_names_are_words),
	KUNIT_CASE(groups_are_all_there),
	KUNIT_CASE(nodes_of_none),
	KUNIT_CASE(nodes_of_one_node),
	KUNIT_CASE(nodes_with_debt),
	KUNIT_CASE(nodes_without_headroom),
	KUNIT_CASE(nodes_under_contig_zones),
	KUNIT_CASE(nodes_with_a_limit_beyond_bytes),
	KUNIT_CASE(zones_of_none),
	KUNIT_CASE(zones_with_pages),
	KUNIT_CASE(zones_beyond_bytes),
	KUNIT_CASE(blocks_of_none),
	KUNIT_CASE(blocks_by_number),
	KUNIT_CASE(blocks_of_boot_memory),
	KUNIT_CASE(decisions_of_each_kind),
	KUNIT_CASE(decisions_keep_names),
	KUNIT_CASE(decisions_without_log),
	KUNIT_CASE(decisions_are_the_latest),
#ifdef CONFIG_ZONE_DMA32
	KUNIT_CASE(zones_by_their_names),
#endif
#ifdef CONFIG_CMA
	KUNIT_CASE(nodes_with_cma),
	KUNIT_CASE(zones_with_cma),
#endif
#if MAX_NUMNODES >= SYSTEM_NODES_MAX
	KUNIT_CASE(nodes_numa_aware),
	KUNIT_CASE(nodes_not_numa_aware),
	KUNIT_CASE(nodes_get_no_more_than_the_system),
	KUNIT_CASE(nodes_with_debt_on_one),
	KUNIT_CASE(zones_of_several_nodes),
	KUNIT_CASE(blocks_of_several_nodes),
	KUNIT_CASE(decisions_of_a_node),
#endif
	KUNIT_CASE(no_such_view),
	KUNIT_CASE(reading_is_of_the_past),
	KUNIT_CASE(line_is_shown_as_often_as_wanted),
	KUNIT_CASE(reading_is_of_one_moment),
	{}
};

struct kunit_suite memgroup_debugfs_suite = {
	.name = "memgroup-debugfs",
	.exit = system_exit,
	.test_cases = debugfs_cases,
};
