// SPDX-License-Identifier: GPL-2.0
/*
 * Made-up systems for the suites.
 */

#include <linux/err.h>
#include <linux/memory_hotplug.h>
#include <linux/slab.h>

#include "../core.h"
#include "../sim/made_up.h"
#include "system.h"

static pg_data_t *find_node(const struct memgroup_nodes *nodes, int nid)
{
	return container_of(nodes, struct test_system, nodes)->pgdat[nid];
}

/**
 * system_make() - a system without memory
 * @test: who makes it; test->priv is taken, and system_exit() must be in .exit.
 *	A test may make several.
 * @ratio: auto-movable is the policy, with this ratio; it is not numa_aware
 *
 * Return: the system.
 */
struct test_system *system_make(struct kunit *test, unsigned int ratio)
{
	const struct memgroup_config config = {
		.policy = MEMGROUP_POLICY_AUTO_MOVABLE,
		.ratio = ratio,
	};
	struct test_system *system;

	system = kunit_kzalloc(test, sizeof(*system), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, system);
	system->test = test;
	system->nodes.online = &system->online;
	system->nodes.get = find_node;
	memgroup_registry_init(&system->registry, &system->nodes, &config);
	system->next = test->priv;
	test->priv = system;
	return system;
}

/**
 * system_expect_unlocked() - nobody may have the registry's lock
 * @system: whose; only the test uses it
 *
 * A function that kept the lock would stop all that comes next: say it, and go on.
 */
void system_expect_unlocked(struct test_system *system)
{
	struct mutex *lock = &system->registry.lock;

	KUNIT_EXPECT_FALSE(system->test, mutex_is_locked(lock));
	if (mutex_is_locked(lock))
		mutex_unlock(lock);
}

static void take_apart(struct test_system *system)
{
	struct memory_group *group;
	unsigned long id;
	int i;

	for (i = 0; i < SYSTEM_BLOCKS_MAX; i++) {
		if (!system->blocks[i])
			continue;
		memgroup_registry_leave(&system->registry,
					&system->blocks[i]->memgroup);
		system_expect_unlocked(system);
	}
	xa_for_each(&system->registry.groups, id, group)
		kfree(group);
	xa_destroy(&system->registry.groups);
	mutex_destroy(&system->registry.lock);
}

/**
 * system_exit() - take systems apart, in whatever state a test has left them
 * @test: who made them, or nothing
 */
void system_exit(struct kunit *test)
{
	struct test_system *system;

	for (system = test->priv; system; system = system->next)
		take_apart(system);
	test->priv = NULL;
}

/**
 * system_configure() - change all of the configuration
 * @system: of what
 * @policy: the online policy
 * @ratio: in percent
 * @numa_aware: the ratio must hold on the node as well
 */
void system_configure(struct test_system *system, enum memgroup_policy policy,
		      unsigned int ratio, bool numa_aware)
{
	const struct memgroup_config config = {
		.policy = policy,
		.ratio = ratio,
		.numa_aware = numa_aware,
	};

	mutex_lock(&system->registry.lock);
	memgroup_registry_configure(&system->registry, &config);
	mutex_unlock(&system->registry.lock);
}

/* The node, made if need be. */
static pg_data_t *node_of(struct test_system *system, int nid)
{
	pg_data_t *pgdat = system->pgdat[nid];

	if (pgdat)
		return pgdat;

	/* Too large for the slab where there may be many nodes. */
	pgdat = kunit_kzalloc(system->test, sizeof(*pgdat), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(system->test, pgdat);
	memgroup_made_up_node(pgdat, nid);
	system->pgdat[nid] = pgdat;
	node_set(nid, system->online);
	return pgdat;
}

/**
 * system_zone() - a zone of a node
 * @system: where
 * @nid: the node, which is made if need be
 * @type: which of its zones
 *
 * Return: the zone.
 */
struct zone *system_zone(struct test_system *system, int nid,
			 enum zone_type type)
{
	return &node_of(system, nid)->node_zones[type];
}

/**
 * system_boot_zone() - put boot memory into a zone
 * @system: where
 * @nid: the node
 * @type: which of its zones
 * @first_block: where the memory begins
 * @nr_blocks: how much there is
 */
void system_boot_zone(struct test_system *system, int nid, enum zone_type type,
		      unsigned long first_block, unsigned long nr_blocks)
{
	memgroup_made_up_boot(system_zone(system, nid, type),
			      first_block * SYSTEM_BLOCK_PAGES,
			      nr_blocks * SYSTEM_BLOCK_PAGES);
}

static struct memory_group *
register_group(struct test_system *system,
	       const struct memory_group *description)
{
	struct memory_group *group;

	group = memgroup_registry_add(&system->registry, description);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(system->test, group);
	system_expect_unlocked(system);
	memgroup_registry_put(&system->registry, group);
	system_expect_unlocked(system);
	return group;
}

/**
 * system_static() - register a device that comes and goes whole
 * @system: where
 * @nid: its node
 * @nr_blocks: its size
 *
 * Return: its group.
 */
struct memory_group *system_static(struct test_system *system, int nid,
				   unsigned long nr_blocks)
{
	const struct memory_group description = {
		.nid = nid,
		.type = MEMGROUP_TYPE_STATIC,
		.max_pages = nr_blocks * SYSTEM_BLOCK_PAGES,
	};

	return register_group(system, &description);
}

/**
 * system_dynamic() - register a device that grows and shrinks
 * @system: where
 * @nid: its node
 * @blocks_per_unit: in what pieces: a power of two
 *
 * Return: its group.
 */
struct memory_group *system_dynamic(struct test_system *system, int nid,
				    unsigned long blocks_per_unit)
{
	const struct memory_group description = {
		.nid = nid,
		.type = MEMGROUP_TYPE_DYNAMIC,
		.unit_pages = blocks_per_unit * SYSTEM_BLOCK_PAGES,
	};

	return register_group(system, &description);
}

/**
 * system_add() - add an offline block
 * @system: where
 * @nid: its node
 * @group: its device, or NULL
 * @number: of the block, which is not there yet
 *
 * Return: the block.
 */
struct memory_block *system_add(struct test_system *system, int nid,
				struct memory_group *group,
				unsigned long number)
{
	struct memory_block *mem;

	KUNIT_ASSERT_LT(system->test, number, SYSTEM_BLOCKS_MAX);
	KUNIT_ASSERT_NULL(system->test, system->blocks[number]);
	node_of(system, nid);
	mem = kunit_kzalloc(system->test, sizeof(*mem), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(system->test, mem);
	mem->nid = nid;
	mem->memgroup.start_pfn = number * SYSTEM_BLOCK_PAGES;
	mem->memgroup.nr_pages = SYSTEM_BLOCK_PAGES;
	memgroup_registry_join(&system->registry, &mem->memgroup, group);
	system_expect_unlocked(system);
	system->blocks[number] = mem;
	return mem;
}

static struct memory_block *block_of(struct test_system *system,
				     unsigned long number)
{
	KUNIT_ASSERT_LT(system->test, number, SYSTEM_BLOCKS_MAX);
	KUNIT_ASSERT_NOT_NULL(system->test, system->blocks[number]);
	return system->blocks[number];
}

/**
 * system_remove() - remove an offline block
 * @system: where
 * @number: of the block
 */
void system_remove(struct test_system *system, unsigned long number)
{
	struct memory_block *mem = block_of(system, number);

	memgroup_registry_leave(&system->registry, &mem->memgroup);
	system_expect_unlocked(system);
	system->blocks[number] = NULL;
	kunit_kfree(system->test, mem);
}

/**
 * system_account() - some pages of a block go online or offline
 * @system: where
 * @number: of the block
 * @type: the zone that they are in
 * @nr_pages: how many; negative if they go offline
 */
void system_account(struct test_system *system, unsigned long number,
		    enum zone_type type, long nr_pages)
{
	struct memory_block *mem = block_of(system, number);

	memgroup_made_up_account(&system->registry, &mem->memgroup,
				 system_zone(system, mem->nid, type), nr_pages);
}

/**
 * system_online() - take a block online
 * @system: where
 * @number: of the block, which is offline
 * @type: the zone
 */
void system_online(struct test_system *system, unsigned long number,
		   enum zone_type type)
{
	struct memory_block *mem = block_of(system, number);

	memgroup_made_up_online(&system->registry, &mem->memgroup,
				system_zone(system, mem->nid, type));
}

/**
 * system_offline() - take a block offline
 * @system: where
 * @number: of the block, which is online
 *
 * Its zone still spans it.
 */
void system_offline(struct test_system *system, unsigned long number)
{
	struct memory_block *mem = block_of(system, number);

	memgroup_made_up_offline(&system->registry, &mem->memgroup);
}

/**
 * system_plug() - add blocks of a device as a picture has them
 * @system: where
 * @group: the device
 * @first_block: number of the first block
 * @picture: a letter a block: K online in ZONE_NORMAL, M online in ZONE_MOVABLE,
 *	. offline; blanks are for the reader
 */
void system_plug(struct test_system *system, struct memory_group *group,
		 unsigned long first_block, const char *picture)
{
	for (; *picture; picture++) {
		if (*picture == ' ')
			continue;
		system_add(system, group->nid, group, first_block);
		if (*picture != '.')
			system_online(system, first_block, *picture == 'M' ?
				      ZONE_MOVABLE : ZONE_NORMAL);
		first_block++;
	}
}

/**
 * system_unplug() - take a device away, offline or online
 * @system: where
 * @group: the device; freed
 */
void system_unplug(struct test_system *system, struct memory_group *group)
{
	struct memory_group *removed;
	unsigned long number;

	for (number = 0; number < SYSTEM_BLOCKS_MAX; number++) {
		struct memory_block *mem = system->blocks[number];

		if (!mem || mem->memgroup.group != group)
			continue;
		if (mem->memgroup.present_pages)
			system_offline(system, number);
		system_remove(system, number);
	}
	removed = memgroup_registry_remove(&system->registry, group->id);
	system_expect_unlocked(system);
	KUNIT_ASSERT_PTR_EQ(system->test, removed, group);
	kfree(group);
}

static char letter_of(const struct memory_block *mem)
{
	if (!mem)
		return '-';
	if (!mem->memgroup.present_pages)
		return '.';
	return memgroup_block_is_movable(&mem->memgroup) ? 'M' : 'K';
}

/**
 * system_expect() - blocks must look like a picture
 * @system: where
 * @first_block: number of the first block
 * @picture: as for system_plug(), and - for no block
 */
void system_expect(struct test_system *system, unsigned long first_block,
		   const char *picture)
{
	char *seen = kunit_kzalloc(system->test, strlen(picture) + 1,
				   GFP_KERNEL);
	size_t i;

	KUNIT_ASSERT_NOT_NULL(system->test, seen);
	for (i = 0; picture[i]; i++) {
		seen[i] = picture[i] == ' ' ? ' ' :
			letter_of(system->blocks[first_block]);
		first_block += picture[i] != ' ';
	}
	KUNIT_EXPECT_STREQ(system->test, seen, picture);
}

#ifdef CONFIG_MEMORY_HOTPLUG
/**
 * system_decide() - take a block online where the policy wants it
 * @system: where
 * @number: of the block, which is offline
 * @online_type: MMOP_ONLINE, MMOP_ONLINE_KERNEL or MMOP_ONLINE_MOVABLE
 *
 * Return: the zone that it is in now.
 */
struct zone *system_decide(struct test_system *system, unsigned long number,
			   int online_type)
{
	struct memory_block *mem = block_of(system, number);
	struct zone *zone = memgroup_decide(&system->registry, &mem->memgroup,
					    mem->nid, online_type);

	system_online(system, number, zone_idx(zone));
	return zone;
}

/**
 * system_grow() - add blocks of a device, then take them online one by one
 * @system: where
 * @group: the device
 * @first_block: number of the first block
 * @nr_blocks: how many
 */
void system_grow(struct test_system *system, struct memory_group *group,
		 unsigned long first_block, unsigned long nr_blocks)
{
	unsigned long number;

	for (number = first_block; number < first_block + nr_blocks; number++)
		system_add(system, group->nid, group, number);
	for (number = first_block; number < first_block + nr_blocks; number++)
		system_decide(system, number, MMOP_ONLINE);
}
#endif /* CONFIG_MEMORY_HOTPLUG */
