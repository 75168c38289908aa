// SPDX-License-Identifier: GPL-2.0
/*
 * The registry's running counts and sums: whatever happens, they are what counting
 * everything from the beginning gives. The test keeps books of its own for that.
 * And what is decided upon does not depend on how it came to be: not on what has gone
 * again, and not on the order.
 */

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/prandom.h>
#include <linux/slab.h>

#include "suites.h"
#include "system.h"

#define BLOCK		SYSTEM_BLOCK_PAGES

#define STEPS		4000
#define ROUNDS		20
#define STEPS_PER_ROUND	100
#define GROUPS_MAX	12
#define BLOCKS_MAX	64

/**
 * struct books - what a test did, as it sees it
 * @system: what it was done to
 * @random: what to do next
 * @groups: registered groups; NULL where there is none
 * @blocks: by number
 * @blocks.is_there: it was added
 * @blocks.is_movable: its pages are in ZONE_MOVABLE
 * @blocks.pages: so many are online
 * @blocks.group: whose it is, or NULL
 * @ratio: in percent
 * @step: how many things were done
 * @what: the latest of them
 */
struct books {
	struct test_system *system;
	struct rnd_state random;
	struct memory_group *groups[GROUPS_MAX];
	struct {
		bool is_there;
		bool is_movable;
		unsigned long pages;
		struct memory_group *group;
	} blocks[BLOCKS_MAX];
	unsigned int ratio;
	unsigned int step;
	char what[96];
};

struct counts {
	unsigned long nr_blocks;
	unsigned long nr_online_blocks;
	unsigned long kernel_pages;
	unsigned long movable_pages;
	unsigned long needed_pages;
};

static struct books *open_books(struct kunit *test, unsigned int ratio)
{
	struct books *books = kunit_kzalloc(test, sizeof(*books), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, books);
	books->system = system_make(test, ratio);
	books->ratio = ratio;
	return books;
}

static bool same(struct books *books, const char *which, int id,
		 const char *count, unsigned long is, unsigned long should_be)
{
	if (is == should_be)
		return true;
	KUNIT_FAIL(books->system->test,
		   "step %u, %s: %s %d: %s is %lu and should be %lu",
		   books->step, books->what, which, id, count, is, should_be);
	return false;
}

static struct counts count_group(const struct books *books,
				 const struct memory_group *group)
{
	struct counts counts = {};
	u64 needed;
	int i;

	for (i = 0; i < BLOCKS_MAX; i++) {
		if (!books->blocks[i].is_there ||
		    books->blocks[i].group != group)
			continue;
		counts.nr_blocks++;
		if (books->blocks[i].pages)
			counts.nr_online_blocks++;
		if (books->blocks[i].is_movable)
			counts.movable_pages += books->blocks[i].pages;
		else
			counts.kernel_pages += books->blocks[i].pages;
	}
	if (group->type == MEMGROUP_TYPE_DYNAMIC && books->ratio) {
		needed = div_u64((u64)counts.movable_pages * 100, books->ratio);
		if (needed > counts.kernel_pages)
			counts.needed_pages = needed - counts.kernel_pages;
	}
	return counts;
}

static bool same_group(struct books *books, const struct memory_group *group,
		       const struct counts *counts)
{
	return same(books, "group", group->id, "blocks", group->nr_blocks,
		    counts->nr_blocks) &&
	       same(books, "group", group->id, "online blocks",
		    group->nr_online_blocks, counts->nr_online_blocks) &&
	       same(books, "group", group->id, "KERNEL", group->kernel_pages,
		    counts->kernel_pages) &&
	       same(books, "group", group->id, "MOVABLE", group->movable_pages,
		    counts->movable_pages) &&
	       same(books, "group", group->id, "need", group->needed_pages,
		    counts->needed_pages);
}

static bool same_sums(struct books *books, const char *which, int nid,
		      const struct memgroup_sums *sums,
		      const struct memgroup_sums *counted)
{
	return same(books, which, nid, "need", sums->needed_pages,
		    counted->needed_pages) &&
	       same(books, which, nid, "MOVABLE of dynamic groups",
		    sums->movable_pages, counted->movable_pages);
}

static void add_counts(struct memgroup_sums *sums, const struct counts *counts)
{
	sums->needed_pages += counts->needed_pages;
	sums->movable_pages += counts->movable_pages;
}

static bool same_blocks(struct books *books)
{
	unsigned long nr_blocks = 0;
	int i;

	for (i = 0; i < BLOCKS_MAX; i++) {
		if (!books->blocks[i].is_there)
			continue;
		nr_blocks++;
		if (!same(books, "block", i, "present pages",
			  books->system->blocks[i]->memgroup.present_pages,
			  books->blocks[i].pages))
			return false;
	}
	return same(books, "registry", 0, "blocks",
		    books->system->registry.nr_blocks, nr_blocks);
}

/* Count all that there is, and compare. */
static bool books_agree(struct books *books)
{
	struct memgroup_registry *registry = &books->system->registry;
	struct memgroup_sums system = {}, node[SYSTEM_NODES_MAX] = {};
	unsigned long nr_groups = 0;
	struct memory_group *group;
	struct counts counts;
	int i;

	for (i = 0; i < GROUPS_MAX; i++) {
		group = books->groups[i];
		if (!group)
			continue;
		nr_groups++;
		counts = count_group(books, group);
		if (!same_group(books, group, &counts))
			return false;
		if (group->type != MEMGROUP_TYPE_DYNAMIC)
			continue;
		add_counts(&system, &counts);
		add_counts(&node[group->nid], &counts);
	}
	if (!same(books, "registry", 0, "groups", registry->nr_groups,
		  nr_groups) ||
	    !same_blocks(books) ||
	    !same_sums(books, "system", 0, &registry->system, &system))
		return false;
	for (i = 0; i < min(MAX_NUMNODES, SYSTEM_NODES_MAX); i++)
		if (!same_sums(books, "node", i, &registry->node[i], &node[i]))
			return false;

	/* A debug kernel has an opinion of its own. */
	mutex_lock(&registry->lock);
	memgroup_recount(registry);
	mutex_unlock(&registry->lock);
	return true;
}

/* What can be done, each with an entry in the books. */
static void note(struct books *books, const char *format, ...)
	__printf(2, 3);

static void note(struct books *books, const char *format, ...)
{
	va_list args;

	books->step++;
	va_start(args, format);
	vsnprintf(books->what, sizeof(books->what), format, args);
	va_end(args);
}

static void do_register(struct books *books, int slot, int nid, bool dynamic,
			unsigned long blocks)
{
	struct test_system *system = books->system;

	note(books, "register a %s group on node %d",
	     dynamic ? "dynamic" : "static", nid);
	books->groups[slot] = dynamic ? system_dynamic(system, nid, blocks) :
		system_static(system, nid, blocks);
}

/* Blocks of it make the registry refuse. */
static void do_unregister(struct books *books, int slot)
{
	struct memory_group *group = books->groups[slot];
	const struct counts counts = count_group(books, group);
	struct memory_group *removed;

	note(books, "unregister group %d with %lu blocks", group->id,
	     counts.nr_blocks);
	removed = memgroup_registry_remove(&books->system->registry, group->id);
	if (counts.nr_blocks) {
		KUNIT_ASSERT_EQ_MSG(books->system->test, PTR_ERR(removed),
				    -EBUSY, "step %u, %s", books->step,
				    books->what);
		return;
	}
	KUNIT_ASSERT_PTR_EQ_MSG(books->system->test, removed, group,
				"step %u, %s", books->step, books->what);
	kfree(group);
	books->groups[slot] = NULL;
}

static void do_add(struct books *books, int number, struct memory_group *group)
{
	note(books, "add block %d to group %d", number, group ? group->id : -1);
	system_add(books->system, group ? group->nid : 0, group, number);
	books->blocks[number].is_there = true;
	books->blocks[number].is_movable = false;
	books->blocks[number].pages = 0;
	books->blocks[number].group = group;
}

static void do_remove(struct books *books, int number)
{
	note(books, "remove block %d", number);
	system_remove(books->system, number);
	books->blocks[number].is_there = false;
}

/* Pages that are online already are in the same zone. */
static void do_online(struct books *books, int number, bool movable,
		      unsigned long pages)
{
	note(books, "online %lu pages of block %d, %s", pages, number,
	     movable ? "MOVABLE" : "KERNEL");
	system_account(books->system, number,
		       movable ? ZONE_MOVABLE : ZONE_NORMAL, pages);
	books->blocks[number].is_movable = movable;
	books->blocks[number].pages += pages;
}

static void do_offline(struct books *books, int number, unsigned long pages)
{
	note(books, "offline %lu pages of block %d", pages, number);
	system_account(books->system, number,
		       books->blocks[number].is_movable ? ZONE_MOVABLE :
		       ZONE_NORMAL, -(long)pages);
	books->blocks[number].pages -= pages;
}

static void do_set_ratio(struct books *books, unsigned int ratio)
{
	note(books, "set the ratio to %u", ratio);
	books->ratio = ratio;
	system_configure(books->system, MEMGROUP_POLICY_AUTO_MOVABLE, ratio,
			 false);
}

static unsigned int below(struct books *books, unsigned int limit)
{
	return prandom_u32_state(&books->random) % limit;
}

/* All pages three times of four, otherwise some. */
static unsigned long some_of(struct books *books, unsigned long pages)
{
	return below(books, 4) ? pages : 1 + below(books, pages);
}

static void change_group(struct books *books)
{
	int slot = below(books, GROUPS_MAX);

	if (books->groups[slot])
		do_unregister(books, slot);
	else
		do_register(books, slot,
			    below(books, min(MAX_NUMNODES, 3)),
			    below(books, 3), 1 << below(books, 4));
}

/* Up: from not there to online. Down: back to not there. */
static void change_block(struct books *books)
{
	const int number = below(books, BLOCKS_MAX);
	const unsigned long pages = books->blocks[number].pages;
	const bool up = below(books, 2);
	bool movable = books->blocks[number].is_movable;

	if (!books->blocks[number].is_there) {
		do_add(books, number, books->groups[below(books, GROUPS_MAX)]);
	} else if (pages && (!up || pages == BLOCK)) {
		do_offline(books, number, some_of(books, pages));
	} else if (up) {
		if (!pages)
			movable = below(books, 2);
		do_online(books, number, movable,
			  some_of(books, BLOCK - pages));
	} else {
		do_remove(books, number);
	}
}

static void change_ratio(struct books *books)
{
	static const unsigned int ratios[] = {
		0, 1, 50, 99, 100, 101, 200, 301, 1000, UINT_MAX,
	};

	do_set_ratio(books, ratios[below(books, ARRAY_SIZE(ratios))]);
}

/* Take everything away, a step at a time. */
static bool clear(struct books *books)
{
	int i;

	for (i = 0; i < BLOCKS_MAX; i++) {
		if (!books->blocks[i].is_there)
			continue;
		if (books->blocks[i].pages) {
			do_offline(books, i, books->blocks[i].pages);
			if (!books_agree(books))
				return false;
		}
		do_remove(books, i);
		if (!books_agree(books))
			return false;
	}
	for (i = 0; i < GROUPS_MAX; i++) {
		if (!books->groups[i])
			continue;
		do_unregister(books, i);
		if (!books_agree(books))
			return false;
	}
	return true;
}

static void expect_nothing_left(struct books *books)
{
	const struct memgroup_registry *registry = &books->system->registry;
	struct kunit *test = books->system->test;
	int nid;

	KUNIT_EXPECT_EQ(test, registry->nr_groups, 0);
	KUNIT_EXPECT_EQ(test, registry->nr_blocks, 0);
	KUNIT_EXPECT_TRUE(test, xa_empty(&registry->groups));
	KUNIT_EXPECT_TRUE(test, list_empty(&registry->dynamic_groups));
	KUNIT_EXPECT_TRUE(test, RB_EMPTY_ROOT(&registry->blocks));
	KUNIT_EXPECT_EQ(test, registry->system.needed_pages, 0);
	KUNIT_EXPECT_EQ(test, registry->system.movable_pages, 0);
	for (nid = 0; nid < MAX_NUMNODES; nid++) {
		KUNIT_EXPECT_EQ(test, registry->node[nid].needed_pages, 0);
		KUNIT_EXPECT_EQ(test, registry->node[nid].movable_pages, 0);
	}
}

static bool random_step(struct books *books)
{
	switch (below(books, 20)) {
	case 0:
		change_ratio(books);
		break;
	case 1:
	case 2:
		change_group(books);
		break;
	default:
		change_block(books);
		break;
	}
	return books_agree(books);
}

static void random_steps(struct kunit *test)
{
	struct books *books = open_books(test, 301);

	prandom_seed_state(&books->random, memgroup_test_seed(test));
	while (books->step < STEPS)
		if (!random_step(books))
			return;
	if (clear(books))
		expect_nothing_left(books);
}

/**
 * struct inputs - all of a system that a verdict may depend on
 * @system: sums of all groups
 * @node: sums of the groups of a node
 * @present_pages: of zones
 * @members: each block's group, as the policy is told; as of no group where there
 *	is no block
 */
struct inputs {
	struct memgroup_sums system;
	struct memgroup_sums node[SYSTEM_NODES_MAX];
	unsigned long present_pages[SYSTEM_NODES_MAX][MAX_NR_ZONES];
	struct memgroup_member members[BLOCKS_MAX];
};

static struct inputs *make_inputs(struct kunit *test)
{
	struct inputs *inputs = kunit_kzalloc(test, sizeof(*inputs),
					      GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, inputs);
	return inputs;
}

static void keep_inputs(struct test_system *system, struct inputs *inputs)
{
	struct memgroup_registry *registry = &system->registry;
	int i, type;

	mutex_lock(&registry->lock);
	inputs->system = registry->system;
	for (i = 0; i < min(MAX_NUMNODES, SYSTEM_NODES_MAX); i++) {
		inputs->node[i] = registry->node[i];
		for (type = 0; system->pgdat[i] && type < MAX_NR_ZONES; type++)
			inputs->present_pages[i][type] =
				system->pgdat[i]->node_zones[type].present_pages;
	}
	for (i = 0; i < BLOCKS_MAX; i++) {
		struct memory_block *mem = system->blocks[i];

		memgroup_registry_describe(registry,
					   mem ? &mem->memgroup : NULL,
					   mem ? mem->nid : 0,
					   &inputs->members[i]);
	}
	mutex_unlock(&registry->lock);
}

static bool same_member(struct books *books, int number,
			const struct memgroup_member *is,
			const struct memgroup_member *should_be)
{
	const struct {
		const char *what;
		u64 is;
		u64 should_be;
	} rows[] = {
		{ "type", is->type, should_be->type },
		{ "on_node", is->on_node, should_be->on_node },
		{ "kernel_pages", is->kernel_pages, should_be->kernel_pages },
		{ "movable_pages", is->movable_pages,
		  should_be->movable_pages },
		{ "max_pages", is->max_pages, should_be->max_pages },
		{ "unit_pages", is->unit_pages, should_be->unit_pages },
		{ "unit_kernel_pages", is->unit_kernel_pages,
		  should_be->unit_kernel_pages },
		{ "unit_movable_pages", is->unit_movable_pages,
		  should_be->unit_movable_pages },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (!same(books, "block", number, rows[i].what, rows[i].is,
			  rows[i].should_be))
			return false;
	return true;
}

static bool same_inputs(struct books *books, struct inputs *is,
			const struct inputs *should_be)
{
	int i, type;

	keep_inputs(books->system, is);
	if (!same_sums(books, "system", 0, &is->system, &should_be->system))
		return false;
	for (i = 0; i < SYSTEM_NODES_MAX; i++) {
		if (!same_sums(books, "node", i, &is->node[i],
			       &should_be->node[i]))
			return false;
		for (type = 0; type < MAX_NR_ZONES; type++)
			if (!same(books, "zone", type, "present pages",
				  is->present_pages[i][type],
				  should_be->present_pages[i][type]))
				return false;
	}
	for (i = 0; i < BLOCKS_MAX; i++)
		if (!same_member(books, i, &is->members[i],
				 &should_be->members[i]))
			return false;
	return true;
}

/* The numbers below @end, in any order. */
static void shuffle(struct books *books, unsigned int *order, unsigned int end)
{
	unsigned int i, other;

	for (i = 0; i < end; i++) {
		other = below(books, i + 1);
		order[i] = order[other];
		order[other] = i;
	}
}

/*
 * What came since is gone again, in any order: groups, blocks of them and blocks of
 * groups that were there before, in whatever zone and with whatever ratio meanwhile.
 */
static bool plug_and_unplug(struct books *books)
{
	const unsigned int ratio = books->ratio;
	bool new_group[GROUPS_MAX], new_block[BLOCKS_MAX];
	unsigned int order[BLOCKS_MAX];
	int i, number;

	for (i = 0; i < GROUPS_MAX; i++) {
		new_group[i] = !books->groups[i];
		if (new_group[i])
			do_register(books, i, below(books, min(MAX_NUMNODES, 3)),
				    below(books, 3), 1 << below(books, 4));
	}
	shuffle(books, order, BLOCKS_MAX);
	for (i = 0; i < BLOCKS_MAX; i++) {
		number = order[i];
		new_block[number] = !books->blocks[number].is_there;
		if (!new_block[number])
			continue;
		do_add(books, number, books->groups[below(books, GROUPS_MAX)]);
		if (below(books, 4))
			do_online(books, number, below(books, 2),
				  some_of(books, BLOCK));
		if (!below(books, 8))
			change_ratio(books);
		if (!books_agree(books))
			return false;
	}
	shuffle(books, order, BLOCKS_MAX);
	for (i = 0; i < BLOCKS_MAX; i++) {
		number = order[i];
		if (i == BLOCKS_MAX / 2)
			do_set_ratio(books, ratio);
		if (!new_block[number])
			continue;
		if (books->blocks[number].pages)
			do_offline(books, number, books->blocks[number].pages);
		do_remove(books, number);
		if (!books_agree(books))
			return false;
	}
	for (i = 0; i < GROUPS_MAX; i++)
		if (new_group[i])
			do_unregister(books, i);
	return books_agree(books);
}

static void unplugging_leads_back(struct kunit *test)
{
	struct books *books = open_books(test, 301);
	struct inputs *before = make_inputs(test), *after = make_inputs(test);
	int round, i;

	prandom_seed_state(&books->random, memgroup_test_seed(test));
	/* First with nothing there. */
	for (round = 0; round < ROUNDS; round++) {
		keep_inputs(books->system, before);
		if (!plug_and_unplug(books) ||
		    !same_inputs(books, after, before))
			return;
		for (i = 0; i < STEPS_PER_ROUND; i++)
			if (!random_step(books))
				return;
	}
}

/* The block of @from, in whatever pieces, and not always to its zone at once. */
static void replug_block(struct books *books, const struct books *from,
			 int number)
{
	const unsigned long pages = from->blocks[number].pages;
	const bool movable = from->blocks[number].is_movable;
	unsigned long first;

	if (!below(books, 4)) {
		do_online(books, number, below(books, 2), BLOCK);
		do_offline(books, number, BLOCK);
	}
	if (!pages)
		return;
	first = some_of(books, pages);
	do_online(books, number, movable, first);
	if (first < pages)
		do_online(books, number, movable, pages - first);
}

/* All groups and blocks of @from once more, in any order. */
static void replug(struct books *books, const struct books *from)
{
	const struct memory_group *group;
	unsigned int order[BLOCKS_MAX];
	int i, slot, number;

	shuffle(books, order, GROUPS_MAX);
	for (i = 0; i < GROUPS_MAX; i++) {
		group = from->groups[order[i]];
		if (group)
			do_register(books, order[i], group->nid,
				    group->type == MEMGROUP_TYPE_DYNAMIC,
				    (group->type == MEMGROUP_TYPE_DYNAMIC ?
				     group->unit_pages : group->max_pages) /
				    BLOCK);
	}
	shuffle(books, order, BLOCKS_MAX);
	for (i = 0; i < BLOCKS_MAX; i++) {
		number = order[i];
		if (!from->blocks[number].is_there)
			continue;
		group = from->blocks[number].group;
		for (slot = 0; group && from->groups[slot] != group; slot++)
			;
		do_add(books, number, group ? books->groups[slot] : NULL);
	}
	shuffle(books, order, BLOCKS_MAX);
	for (i = 0; i < BLOCKS_MAX; i++) {
		if (i == BLOCKS_MAX / 2)
			do_set_ratio(books, from->ratio);
		if (from->blocks[order[i]].is_there)
			replug_block(books, from, order[i]);
	}
}

static void order_does_not_matter(struct kunit *test)
{
	struct books *first = open_books(test, 301);
	struct books *second = open_books(test, 301);
	struct inputs *should_be = make_inputs(test), *is = make_inputs(test);
	unsigned long seed = memgroup_test_seed(test);
	int round, i;

	prandom_seed_state(&first->random, seed);
	prandom_seed_state(&second->random, seed + 1);
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < STEPS_PER_ROUND; i++)
			if (!random_step(first))
				return;
		keep_inputs(first->system, should_be);
		replug(second, first);
		if (!books_agree(second) ||
		    !same_inputs(second, is, should_be) || !clear(second))
			return;
		expect_nothing_left(second);
	}
}

/* Each step of a story with an end that can be seen from its beginning. */
static void agree(struct books *books)
{
	KUNIT_ASSERT_TRUE(books->system->test, books_agree(books));
}

static void ratio_to_zero_and_back(struct kunit *test)
{
	struct books *books = open_books(test, 100);
	const struct memgroup_sums *sums = &books->system->registry.system;
	int i;

	do_register(books, 0, 0, true, 1);
	for (i = 0; i < 4; i++) {
		do_add(books, i, books->groups[0]);
		do_online(books, i, i < 3, BLOCK);
		agree(books);
	}
	KUNIT_EXPECT_EQ(test, sums->needed_pages, 2 * BLOCK);
	KUNIT_EXPECT_EQ(test, sums->movable_pages, 3 * BLOCK);

	do_set_ratio(books, 0);
	agree(books);
	KUNIT_EXPECT_EQ(test, sums->needed_pages, 0);
	KUNIT_EXPECT_EQ(test, sums->movable_pages, 3 * BLOCK);

	/* What changes meanwhile counts afterwards. */
	do_offline(books, 2, BLOCK);
	agree(books);
	do_set_ratio(books, 100);
	agree(books);
	KUNIT_EXPECT_EQ(test, sums->needed_pages, BLOCK);
	KUNIT_EXPECT_EQ(test, sums->movable_pages, 2 * BLOCK);
}

static void everything_removed(struct kunit *test)
{
	struct books *books = open_books(test, 301);
	int last = min(MAX_NUMNODES, 3) - 1;

	do_register(books, 0, 0, true, 2);
	do_register(books, 1, last, true, 2);
	do_register(books, 2, last, false, 2);
	do_add(books, 0, books->groups[0]);
	do_online(books, 0, true, BLOCK);
	do_add(books, 1, books->groups[1]);
	do_online(books, 1, true, 1000);
	do_add(books, 2, books->groups[1]);
	do_online(books, 2, false, BLOCK);
	do_add(books, 3, books->groups[2]);
	do_online(books, 3, true, BLOCK);
	do_add(books, 4, NULL);
	do_online(books, 4, true, BLOCK);
	agree(books);
	KUNIT_ASSERT_TRUE(test, clear(books));
	expect_nothing_left(books);
}

static void block_changes_its_zone(struct kunit *test)
{
	struct books *books = open_books(test, 100);
	const struct memgroup_sums *sums = &books->system->registry.system;
	const struct memory_group *group;

	do_register(books, 0, 0, true, 1);
	group = books->groups[0];
	do_add(books, 0, books->groups[0]);
	do_online(books, 0, false, BLOCK);
	agree(books);
	KUNIT_EXPECT_EQ(test, group->kernel_pages, BLOCK);
	KUNIT_EXPECT_EQ(test, sums->needed_pages, 0);

	do_offline(books, 0, BLOCK);
	agree(books);
	do_online(books, 0, true, BLOCK);
	agree(books);
	KUNIT_EXPECT_EQ(test, group->kernel_pages, 0);
	KUNIT_EXPECT_EQ(test, group->movable_pages, BLOCK);
	KUNIT_EXPECT_EQ(test, sums->needed_pages, BLOCK);

	do_offline(books, 0, BLOCK);
	agree(books);
	do_online(books, 0, false, BLOCK);
	agree(books);
	KUNIT_EXPECT_EQ(test, group->kernel_pages, BLOCK);
	KUNIT_EXPECT_EQ(test, group->movable_pages, 0);
	KUNIT_EXPECT_EQ(test, sums->needed_pages, 0);
}

/* One has KERNEL to spare, the other needs some. */
static void spare_kernel_is_not_shared(struct kunit *test)
{
	struct books *books = open_books(test, 100);
	const struct memgroup_sums *sums = &books->system->registry.system;

	do_register(books, 0, 0, true, 1);
	do_register(books, 1, 0, true, 1);
	do_add(books, 0, books->groups[0]);
	do_online(books, 0, false, BLOCK);
	do_add(books, 1, books->groups[1]);
	do_online(books, 1, true, BLOCK);
	agree(books);
	KUNIT_EXPECT_EQ(test, sums->needed_pages, BLOCK);
}

static struct kunit_case totals_cases[] = {
	KUNIT_CASE(ratio_to_zero_and_back),
	KUNIT_CASE(everything_removed),
	KUNIT_CASE(block_changes_its_zone),
	KUNIT_CASE(spare_kernel_is_not_shared),
	KUNIT_CASE(random_steps),
	KUNIT_CASE(unplugging_leads_back),
	KUNIT_CASE(order_does_not_matter),
	{}
};

struct kunit_suite memgroup_totals_suite = {
	.name = "memgroup-totals",
	.exit = system_exit,
	.test_cases = totals_cases,
};
