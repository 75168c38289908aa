/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Made-up systems: nodes, zones, memory devices and blocks, in a registry of their
 * own. They are put together as a picture is:
 *
 *	struct test_system *system = system_make(test, 301);
 *
 *	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
 *	group = system_dynamic(system, 0, 4);
 *	system_plug(system, group, 32, "KMMM K...");
 *
 * has 32 blocks of boot memory in ZONE_NORMAL of node 0, and above them a device
 * with units of four blocks, whose second unit is online by a quarter.
 */
#ifndef _MM_MEMGROUP_TESTS_SYSTEM_H
#define _MM_MEMGROUP_TESTS_SYSTEM_H

#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/memory.h>
#include <linux/mmzone.h>

#include "../registry.h"
#include "../snapshot.h"

/* 128 MiB in pages of 4 KiB, as on most x86 VMs */
#define SYSTEM_BLOCK_PAGES	BIT(15)
#define SYSTEM_NODES_MAX	4
#define SYSTEM_BLOCKS_MAX	512

/**
 * struct test_system - a made-up system
 * @test: the test that made it
 * @registry: its groups and blocks
 * @nodes: how @registry finds its zones
 * @online: the nodes that system_boot_zone() or system_plug() brought
 * @pgdat: nodes; NULL where there is none
 * @blocks: by number; NULL where there is none. Boot memory has no blocks here.
 * @next: another system of the same test
 */
struct test_system {
	struct kunit *test;
	struct memgroup_registry registry;
	struct memgroup_nodes nodes;
	nodemask_t online;
	pg_data_t *pgdat[SYSTEM_NODES_MAX];
	struct memory_block *blocks[SYSTEM_BLOCKS_MAX];
	struct test_system *next;
};

struct test_system *system_make(struct kunit *test, unsigned int ratio);
void system_exit(struct kunit *test);
void system_expect_unlocked(struct test_system *system);

void system_configure(struct test_system *system, enum memgroup_policy policy,
		      unsigned int ratio, bool numa_aware);

void system_boot_zone(struct test_system *system, int nid, enum zone_type type,
		      unsigned long first_block, unsigned long nr_blocks);
struct zone *system_zone(struct test_system *system, int nid,
			 enum zone_type type);

struct memory_group *system_static(struct test_system *system, int nid,
				   unsigned long nr_blocks);
struct memory_group *system_dynamic(struct test_system *system, int nid,
				    unsigned long blocks_per_unit);
void system_plug(struct test_system *system, struct memory_group *group,
		 unsigned long first_block, const char *picture);
void system_unplug(struct test_system *system, struct memory_group *group);

struct memory_block *system_add(struct test_system *system, int nid,
				struct memory_group *group,
				unsigned long number);
void system_remove(struct test_system *system, unsigned long number);
void system_online(struct test_system *system, unsigned long number,
		   enum zone_type type);
void system_offline(struct test_system *system, unsigned long number);
void system_account(struct test_system *system, unsigned long number,
		    enum zone_type type, long nr_pages);
void system_expect(struct test_system *system, unsigned long first_block,
		   const char *picture);

#ifdef CONFIG_MEMORY_HOTPLUG
struct zone *system_decide(struct test_system *system, unsigned long number,
			   int online_type);
void system_grow(struct test_system *system, struct memory_group *group,
		 unsigned long first_block, unsigned long nr_blocks);
#endif

#endif /* _MM_MEMGROUP_TESTS_SYSTEM_H */
