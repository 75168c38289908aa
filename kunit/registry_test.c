// SPDX-License-Identifier: GPL-2.0
/*
 * The registry: what each function returns and changes, that each takes the lock
 * that it says it takes, and that readers and pins may come at any time.
 *
 * What is not here: -ENOMEM is for the injection of faults (tests/guest/error-paths.c
 * with --injection), and that no id is free needs CONFIG_XARRAY_MULTI.
 */

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/limits.h>
#include <linux/prandom.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "suites.h"
#include "system.h"

#define BLOCK	SYSTEM_BLOCK_PAGES

static const struct memory_group one_page_device = {
	.type = MEMGROUP_TYPE_STATIC,
	.max_pages = 1,
};

/*
 * Locking. While the test holds the lock, a thread calls a function that takes it.
 * The thread must come to wait for the lock: a function that forgot to take it would
 * be done instead; one that forgot to give it back would leave it locked.
 */
struct call_site {
	struct memgroup_registry *registry;
	struct memory_group *group;
	struct memory_group *pinned_group;
	struct memgroup_block *joined_block;
	struct memgroup_block *other_block;
	void (*call)(struct call_site *site);
	struct completion done;
};

static void call_add(struct call_site *site)
{
	memgroup_registry_add(site->registry, &one_page_device);
}

static void call_remove(struct call_site *site)
{
	struct memory_group *group;

	group = memgroup_registry_remove(site->registry, site->group->id);
	if (!IS_ERR(group))
		kfree(group);
}

static void call_remove_of_unknown(struct call_site *site)
{
	memgroup_registry_remove(site->registry, INT_MAX);
}

static void call_set_name(struct call_site *site)
{
	memgroup_registry_set_name(site->registry, site->group->id, "dimm0");
}

static void call_get(struct call_site *site)
{
	memgroup_registry_get(site->registry, site->group->id);
}

static void call_put(struct call_site *site)
{
	memgroup_registry_put(site->registry, site->pinned_group);
}

static void call_join(struct call_site *site)
{
	memgroup_registry_join(site->registry, site->other_block, site->group);
}

static void call_leave(struct call_site *site)
{
	memgroup_registry_leave(site->registry, site->joined_block);
}

static const struct locked_call {
	const char *what;
	void (*call)(struct call_site *site);
} locked_calls[] = {
	{ "add", call_add },
	{ "remove", call_remove },
	{ "remove of an unknown id", call_remove_of_unknown },
	{ "set_name", call_set_name },
	{ "get", call_get },
	{ "put", call_put },
	{ "join", call_join },
	{ "leave", call_leave },
};

static void describe_locked_call(const struct locked_call *row,
				 char *description)
{
	strscpy(description, row->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(locked_call, locked_calls, describe_locked_call);

static int call_in_thread(void *data)
{
	struct call_site *site = data;

	site->call(site);
	/* The test may look more than once. */
	complete_all(&site->done);
	return 0;
}

static struct memgroup_block *make_block(struct kunit *test,
					 unsigned long start_pfn,
					 unsigned long nr_pages)
{
	struct memgroup_block *block = kunit_kzalloc(test, sizeof(*block),
						     GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, block);
	block->start_pfn = start_pfn;
	block->nr_pages = nr_pages;
	return block;
}

static bool somebody_waits(struct mutex *lock)
{
#ifdef CONFIG_PREEMPT_RT
	return !RB_EMPTY_ROOT(&lock->rtmutex.waiters.rb_root);
#else
	return !list_empty_careful(&lock->wait_list);
#endif
}

/*
 * The lock is held by the caller, who has to sleep: a thread may spin as long as the
 * owner of the lock runs.
 */
static bool comes_to_wait(struct call_site *site, struct mutex *lock)
{
	const unsigned long give_up = jiffies + 10 * HZ;

	while (!somebody_waits(lock)) {
		if (completion_done(&site->done) ||
		    time_after(jiffies, give_up))
			return false;
		schedule_timeout_uninterruptible(1);
	}
	return true;
}

static void waits_for_the_lock(struct kunit *test)
{
	const struct locked_call *row = test->param_value;
	struct test_system *system = system_make(test, 100);
	struct mutex *lock = &system->registry.lock;
	struct call_site *site;
	struct task_struct *task;

	site = kunit_kzalloc(test, sizeof(*site), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, site);
	site->registry = &system->registry;
	site->group = system_dynamic(system, 0, 1);
	site->pinned_group = memgroup_registry_add(&system->registry,
						   &one_page_device);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, site->pinned_group);
	system_expect_unlocked(system);
	site->joined_block = make_block(test, 0, BLOCK);
	memgroup_registry_join(&system->registry, site->joined_block, NULL);
	system_expect_unlocked(system);
	site->other_block = make_block(test, BLOCK, BLOCK);
	site->call = row->call;
	init_completion(&site->done);

	task = kthread_create(call_in_thread, site, "memgroup-call");
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	get_task_struct(task);

	mutex_lock(lock);
	wake_up_process(task);
	KUNIT_EXPECT_TRUE(test, comes_to_wait(site, lock));
	KUNIT_EXPECT_FALSE(test, completion_done(&site->done));
	mutex_unlock(lock);

	wait_for_completion(&site->done);
	/* Not before it is out of this module. */
	kthread_stop(task);
	put_task_struct(task);

	system_expect_unlocked(system);
}

/* Registering */
static const struct registration {
	const char *what;
	struct memory_group description;
	bool valid;
} registrations[] = {
	{
		.what = "node -1",
		.description = { .nid = -1, .type = MEMGROUP_TYPE_STATIC,
				 .max_pages = 1 },
	}, {
		.what = "first node",
		.description = { .nid = 0, .type = MEMGROUP_TYPE_STATIC,
				 .max_pages = 1 },
		.valid = true,
	}, {
		.what = "last node",
		.description = { .nid = MAX_NUMNODES - 1,
				 .type = MEMGROUP_TYPE_STATIC, .max_pages = 1 },
		.valid = true,
	}, {
		.what = "the node after the last",
		.description = { .nid = MAX_NUMNODES,
				 .type = MEMGROUP_TYPE_STATIC, .max_pages = 1 },
	}, {
		.what = "no type",
		.description = { .type = MEMGROUP_TYPE_NONE,
				 .max_pages = 1, .unit_pages = 1 },
	}, {
		.what = "a type that there is not",
		.description = { .type = MEMGROUP_TYPE_COUNT,
				 .max_pages = 1, .unit_pages = 1 },
	}, {
		.what = "static without a page",
		.description = { .type = MEMGROUP_TYPE_STATIC,
				 .max_pages = 0, .unit_pages = 4 },
	}, {
		.what = "static with as many pages as there can be",
		.description = { .type = MEMGROUP_TYPE_STATIC,
				 .max_pages = ULONG_MAX },
		.valid = true,
	}, {
		.what = "dynamic with units of nothing",
		.description = { .type = MEMGROUP_TYPE_DYNAMIC,
				 .max_pages = 4, .unit_pages = 0 },
	}, {
		.what = "dynamic with units of one page",
		.description = { .type = MEMGROUP_TYPE_DYNAMIC,
				 .unit_pages = 1 },
		.valid = true,
	}, {
		.what = "dynamic with units of three pages",
		.description = { .type = MEMGROUP_TYPE_DYNAMIC,
				 .unit_pages = 3 },
	}, {
		.what = "dynamic with units of a block",
		.description = { .type = MEMGROUP_TYPE_DYNAMIC,
				 .unit_pages = BLOCK },
		.valid = true,
	}, {
		.what = "dynamic with units of a block and a page",
		.description = { .type = MEMGROUP_TYPE_DYNAMIC,
				 .unit_pages = BLOCK + 1 },
	}, {
		.what = "dynamic with units of a block less a page",
		.description = { .type = MEMGROUP_TYPE_DYNAMIC,
				 .unit_pages = BLOCK - 1 },
	},
};

static void describe_registration(const struct registration *row,
				  char *description)
{
	strscpy(description, row->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(registration, registrations, describe_registration);

static void add(struct kunit *test)
{
	const struct registration *row = test->param_value;
	struct test_system *system = system_make(test, 100);
	struct memgroup_registry *registry = &system->registry;
	struct memory_group *group;

	group = memgroup_registry_add(registry, &row->description);
	KUNIT_EXPECT_EQ(test, registry->nr_groups, row->valid);
	KUNIT_EXPECT_EQ(test, xa_empty(&registry->groups), !row->valid);
	if (!row->valid) {
		KUNIT_EXPECT_EQ(test, PTR_ERR(group), -EINVAL);
		return;
	}
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, group);
	KUNIT_EXPECT_EQ(test, group->nid, row->description.nid);
	KUNIT_EXPECT_EQ(test, group->type, row->description.type);
	if (group->type == MEMGROUP_TYPE_STATIC)
		KUNIT_EXPECT_EQ(test, group->max_pages,
				row->description.max_pages);
	else
		KUNIT_EXPECT_EQ(test, group->unit_pages,
				row->description.unit_pages);
}

/* Nothing of a description counts but what it has to say. */
static void add_begins_with_nothing(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memgroup_registry *registry = &system->registry;
	struct memory_group *description, *group;

	description = kunit_kzalloc(test, sizeof(*description), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, description);
	memset(description, 0x5a, sizeof(*description));
	description->nid = 0;
	description->type = MEMGROUP_TYPE_DYNAMIC;
	description->unit_pages = 4;

	group = memgroup_registry_add(registry, description);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, group);
	KUNIT_EXPECT_EQ(test, group->id, 0);
	KUNIT_EXPECT_STREQ(test, group->name, "");
	KUNIT_EXPECT_TRUE(test, list_empty(&group->blocks));
	KUNIT_EXPECT_EQ(test, group->nr_blocks, 0);
	KUNIT_EXPECT_EQ(test, group->nr_online_blocks, 0);
	KUNIT_EXPECT_EQ(test, group->kernel_pages, 0);
	KUNIT_EXPECT_EQ(test, group->movable_pages, 0);
	KUNIT_EXPECT_EQ(test, group->needed_pages, 0);
	KUNIT_EXPECT_EQ(test, group->pins, 1);
	KUNIT_EXPECT_EQ(test, group->nr_decided_kernel, 0);
	KUNIT_EXPECT_EQ(test, group->nr_decided_movable, 0);
	KUNIT_EXPECT_PTR_EQ(test, xa_load(&registry->groups, 0), (void *)group);
	KUNIT_EXPECT_EQ(test, registry->nr_groups, 1);
}

/* The sums are over dynamic groups: others are not in the list. */
static void dynamic_groups_are_listed(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memgroup_registry *registry = &system->registry;
	struct memory_group *first, *second, *dimm;

	first = system_dynamic(system, 0, 1);
	dimm = system_static(system, 0, 1);
	second = system_dynamic(system, 0, 1);
	KUNIT_EXPECT_PTR_EQ(test, registry->dynamic_groups.next,
			    &first->next_dynamic);
	KUNIT_EXPECT_PTR_EQ(test, first->next_dynamic.next,
			    &second->next_dynamic);
	KUNIT_EXPECT_PTR_EQ(test, second->next_dynamic.next,
			    &registry->dynamic_groups);
	KUNIT_EXPECT_TRUE(test, list_empty(&dimm->next_dynamic));

	system_unplug(system, first);
	KUNIT_EXPECT_PTR_EQ(test, registry->dynamic_groups.next,
			    &second->next_dynamic);
	system_unplug(system, dimm);
	system_unplug(system, second);
	KUNIT_EXPECT_TRUE(test, list_empty(&registry->dynamic_groups));
}

/* Ids: 0 1 2 3, without 1 and 2, and then 1 2 4. */
static void lowest_free_id_is_next(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memory_group *groups[4];
	int i;

	for (i = 0; i < 4; i++) {
		groups[i] = system_static(system, 0, 1);
		KUNIT_EXPECT_EQ(test, groups[i]->id, i);
	}
	system_unplug(system, groups[2]);
	system_unplug(system, groups[1]);
	KUNIT_EXPECT_EQ(test, system->registry.nr_groups, 2);
	KUNIT_EXPECT_EQ(test, system_dynamic(system, 0, 1)->id, 1);
	KUNIT_EXPECT_EQ(test, system_static(system, 0, 1)->id, 2);
	KUNIT_EXPECT_EQ(test, system_static(system, 0, 1)->id, 4);
	KUNIT_EXPECT_EQ(test, system->registry.nr_groups, 5);
}

static void expect_unknown(struct test_system *system, int id)
{
	struct memgroup_registry *registry = &system->registry;

	KUNIT_EXPECT_EQ(system->test,
			PTR_ERR(memgroup_registry_remove(registry, id)),
			-EINVAL);
	KUNIT_EXPECT_EQ(system->test,
			memgroup_registry_set_name(registry, id, "?"), -EINVAL);
	KUNIT_EXPECT_NULL(system->test, memgroup_registry_get(registry, id));
}

static void unknown_ids(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memory_group *group;

	expect_unknown(system, 0);
	group = system_static(system, 0, 1);
	expect_unknown(system, group->id + 1);
	expect_unknown(system, -1);
	expect_unknown(system, INT_MIN);
	expect_unknown(system, INT_MAX);
	KUNIT_EXPECT_EQ(test, system->registry.nr_groups, 1);
	KUNIT_EXPECT_STREQ(test, group->name, "");
	KUNIT_EXPECT_EQ(test, group->pins, 0);

	system_unplug(system, group);
	expect_unknown(system, 0);
}

#ifdef CONFIG_XARRAY_MULTI
/* One entry for all ids stands for two billion groups. */
static void no_id_is_free(struct kunit *test)
{
	const struct memory_group description = {
		.type = MEMGROUP_TYPE_STATIC,
		.max_pages = 1,
	};
	struct test_system *system = system_make(test, 100);
	struct xarray *groups = &system->registry.groups;
	struct memory_group *group;

	KUNIT_ASSERT_EQ(test, 0,
			xa_err(xa_store_range(groups, 0, INT_MAX,
					      xa_mk_value(0), GFP_KERNEL)));
	/* Again, as storing a range leaves it marked as free. */
	xa_store(groups, 0, xa_mk_value(0), GFP_KERNEL);
	group = memgroup_registry_add(&system->registry, &description);
	/* First of all: the end of the system looks for groups there. */
	xa_erase(groups, 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(group), -EBUSY);
	KUNIT_EXPECT_EQ(test, system->registry.nr_groups, 0);
	KUNIT_EXPECT_TRUE(test, xa_empty(groups));
}
#endif

/* While a group is being registered, its id is taken before it is there. */
static void taken_id_without_group(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memgroup_registry *registry = &system->registry;
	u32 id;

	KUNIT_ASSERT_EQ(test, 0, xa_alloc(&registry->groups, &id, NULL,
					  xa_limit_31b, GFP_KERNEL));
	expect_unknown(system, id);
	KUNIT_EXPECT_EQ(test, system_static(system, 0, 1)->id, id + 1);
	xa_erase(&registry->groups, id);
}

static void expect_busy(struct test_system *system, struct memory_group *group)
{
	struct memgroup_registry *registry = &system->registry;

	KUNIT_EXPECT_EQ(system->test,
			PTR_ERR(memgroup_registry_remove(registry, group->id)),
			-EBUSY);
	KUNIT_EXPECT_PTR_EQ(system->test, xa_load(&registry->groups, group->id),
			    (void *)group);
	KUNIT_EXPECT_EQ(system->test, registry->nr_groups, 1);
}

static void expect_removed(struct test_system *system,
			   struct memory_group *group)
{
	struct memgroup_registry *registry = &system->registry;
	int id = group->id;

	KUNIT_EXPECT_PTR_EQ(system->test, memgroup_registry_remove(registry, id),
			    group);
	KUNIT_EXPECT_NULL(system->test, xa_load(&registry->groups, id));
	KUNIT_EXPECT_EQ(system->test, registry->nr_groups, 0);
	kfree(group);
}

static void remove_waits_for_blocks(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memory_group *group = system_static(system, 0, 2);

	system_add(system, 0, group, 32);
	system_add(system, 0, group, 33);
	expect_busy(system, group);
	system_remove(system, 32);
	expect_busy(system, group);

	/* It goes on as if nobody had asked. */
	system_online(system, 33, ZONE_MOVABLE);
	KUNIT_EXPECT_EQ(test, group->movable_pages, BLOCK);
	system_offline(system, 33);
	system_remove(system, 33);
	system_add(system, 0, group, 34);
	KUNIT_EXPECT_EQ(test, group->nr_blocks, 1);
	system_remove(system, 34);
	expect_removed(system, group);
}

static void remove_waits_for_pins(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memgroup_registry *registry = &system->registry;
	struct memory_group *group;

	group = memgroup_registry_add(registry, &one_page_device);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, group);
	KUNIT_EXPECT_EQ(test, group->pins, 1);
	expect_busy(system, group);

	KUNIT_EXPECT_PTR_EQ(test, memgroup_registry_get(registry, group->id),
			    group);
	KUNIT_EXPECT_EQ(test, group->pins, 2);
	memgroup_registry_put(registry, group);
	KUNIT_EXPECT_EQ(test, group->pins, 1);
	expect_busy(system, group);
	KUNIT_EXPECT_EQ(test, 0, memgroup_registry_set_name(registry, group->id,
							    "still here"));

	memgroup_registry_put(registry, group);
	KUNIT_EXPECT_EQ(test, group->pins, 0);
	expect_removed(system, group);
}

static void get_pins_the_one_that_is_asked_for(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memory_group *first = system_static(system, 0, 1);
	struct memory_group *second = system_dynamic(system, 0, 1);

	KUNIT_EXPECT_PTR_EQ(test, memgroup_registry_get(&system->registry,
							second->id),
			    second);
	KUNIT_EXPECT_EQ(test, first->pins, 0);
	KUNIT_EXPECT_EQ(test, second->pins, 1);
	memgroup_registry_put(&system->registry, second);
	KUNIT_EXPECT_EQ(test, second->pins, 0);
}

/* 31 letters are what fits. */
static void names(struct kunit *test)
{
	static const char fits[] = "0123456789abcdefghijklmnopqrstu";
	static const char longer[] = "0123456789abcdefghijklmnopqrstuv";
	struct test_system *system = system_make(test, 100);
	struct memgroup_registry *registry = &system->registry;
	struct memory_group *other = system_static(system, 0, 1);
	struct memory_group *group = system_static(system, 0, 1);

	static_assert(sizeof(fits) == MEMGROUP_NAME_SIZE);
	KUNIT_EXPECT_STREQ(test, group->name, "");
	KUNIT_EXPECT_EQ(test, 0, memgroup_registry_set_name(registry, group->id,
							    "virtio4"));
	KUNIT_EXPECT_STREQ(test, group->name, "virtio4");
	KUNIT_EXPECT_EQ(test, 0, memgroup_registry_set_name(registry, group->id,
							    fits));
	KUNIT_EXPECT_STREQ(test, group->name, fits);
	KUNIT_EXPECT_EQ(test, 0, memgroup_registry_set_name(registry, group->id,
							    "dax0.0"));
	KUNIT_EXPECT_STREQ(test, group->name, "dax0.0");
	KUNIT_EXPECT_EQ(test, 0, memgroup_registry_set_name(registry, group->id,
							    longer));
	KUNIT_EXPECT_STREQ(test, group->name, fits);
	KUNIT_EXPECT_EQ(test, 0, memgroup_registry_set_name(registry, group->id,
							    ""));
	KUNIT_EXPECT_STREQ(test, group->name, "");
	KUNIT_EXPECT_STREQ(test, other->name, "");
}

/* Membership */
static void expect_blocks(struct test_system *system,
			  const struct memory_group *group,
			  unsigned long nr_blocks)
{
	const struct memgroup_block *block;
	unsigned long seen = 0;

	list_for_each_entry(block, &group->blocks, in_group) {
		KUNIT_EXPECT_PTR_EQ(system->test, block->group,
				    (struct memory_group *)group);
		seen++;
	}
	KUNIT_EXPECT_EQ(system->test, seen, nr_blocks);
	KUNIT_EXPECT_EQ(system->test, group->nr_blocks, nr_blocks);
}

/* Blocks of two devices and of none. */
static void join_and_leave(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memgroup_registry *registry = &system->registry;
	struct memory_group *dimm = system_static(system, 0, 2);
	struct memory_group *virtio_mem = system_dynamic(system, 0, 1);
	struct memgroup_block *of_dimm, *of_virtio_mem, *apart;

	of_dimm = &system_add(system, 0, dimm, 10)->memgroup;
	KUNIT_EXPECT_PTR_EQ(test, of_dimm->group, dimm);
	expect_blocks(system, dimm, 1);
	KUNIT_EXPECT_EQ(test, registry->nr_blocks, 1);

	of_virtio_mem = &system_add(system, 0, virtio_mem, 20)->memgroup;
	KUNIT_EXPECT_PTR_EQ(test, of_virtio_mem->group, virtio_mem);
	system_add(system, 0, dimm, 11);
	apart = &system_add(system, 0, NULL, 30)->memgroup;
	KUNIT_EXPECT_NULL(test, apart->group);
	KUNIT_EXPECT_TRUE(test, list_empty(&apart->in_group));
	expect_blocks(system, dimm, 2);
	expect_blocks(system, virtio_mem, 1);
	KUNIT_EXPECT_EQ(test, registry->nr_blocks, 4);

	memgroup_registry_leave(registry, of_dimm);
	system->blocks[10] = NULL;
	KUNIT_EXPECT_NULL(test, of_dimm->group);
	KUNIT_EXPECT_TRUE(test, list_empty(&of_dimm->in_group));
	expect_blocks(system, dimm, 1);
	expect_blocks(system, virtio_mem, 1);
	KUNIT_EXPECT_EQ(test, registry->nr_blocks, 3);

	memgroup_registry_leave(registry, apart);
	system->blocks[30] = NULL;
	KUNIT_EXPECT_NULL(test, apart->group);
	expect_blocks(system, dimm, 1);
	expect_blocks(system, virtio_mem, 1);
	KUNIT_EXPECT_EQ(test, registry->nr_blocks, 2);

	system_remove(system, 20);
	system_remove(system, 11);
	expect_blocks(system, dimm, 0);
	expect_blocks(system, virtio_mem, 0);
	KUNIT_EXPECT_EQ(test, registry->nr_blocks, 0);
	KUNIT_EXPECT_TRUE(test, RB_EMPTY_ROOT(&registry->blocks));
}

static struct memgroup_block *find(struct test_system *system,
				   unsigned long pfn)
{
	struct memgroup_block *block;

	mutex_lock(&system->registry.lock);
	block = memgroup_registry_find_block(&system->registry, pfn);
	mutex_unlock(&system->registry.lock);
	return block;
}

/*
 *	0      100     200     300     400    450
 *	| none | low   | mid   | none  | high | none
 */
static void find_block(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memgroup_registry *registry = &system->registry;
	struct memory_group *group = system_static(system, 0, 1);
	struct memgroup_block *low = make_block(test, 100, 100);
	struct memgroup_block *mid = make_block(test, 200, 100);
	struct memgroup_block *high = make_block(test, 400, 50);

	KUNIT_EXPECT_NULL(test, find(system, 0));
	KUNIT_EXPECT_NULL(test, find(system, 100));

	memgroup_registry_join(registry, mid, NULL);
	memgroup_registry_join(registry, high, group);
	memgroup_registry_join(registry, low, group);
	KUNIT_EXPECT_NULL(test, find(system, 0));
	KUNIT_EXPECT_NULL(test, find(system, 99));
	KUNIT_EXPECT_PTR_EQ(test, find(system, 100), low);
	KUNIT_EXPECT_PTR_EQ(test, find(system, 150), low);
	KUNIT_EXPECT_PTR_EQ(test, find(system, 199), low);
	KUNIT_EXPECT_PTR_EQ(test, find(system, 200), mid);
	KUNIT_EXPECT_PTR_EQ(test, find(system, 299), mid);
	KUNIT_EXPECT_NULL(test, find(system, 300));
	KUNIT_EXPECT_NULL(test, find(system, 399));
	KUNIT_EXPECT_PTR_EQ(test, find(system, 400), high);
	KUNIT_EXPECT_PTR_EQ(test, find(system, 449), high);
	KUNIT_EXPECT_NULL(test, find(system, 450));
	KUNIT_EXPECT_NULL(test, find(system, ULONG_MAX));

	memgroup_registry_leave(registry, mid);
	KUNIT_EXPECT_PTR_EQ(test, find(system, 199), low);
	KUNIT_EXPECT_NULL(test, find(system, 200));
	KUNIT_EXPECT_NULL(test, find(system, 299));
	KUNIT_EXPECT_PTR_EQ(test, find(system, 400), high);
}

static void find_block_at_page_0(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memgroup_block *block = make_block(test, 0, 100);

	memgroup_registry_join(&system->registry, block, NULL);
	KUNIT_EXPECT_PTR_EQ(test, find(system, 0), block);
	KUNIT_EXPECT_PTR_EQ(test, find(system, 99), block);
	KUNIT_EXPECT_NULL(test, find(system, 100));
}

#define SHUFFLED	64

static void shuffle(struct rnd_state *random, unsigned int *order)
{
	unsigned int i, other;

	for (i = 0; i < SHUFFLED; i++)
		order[i] = i;
	for (i = SHUFFLED - 1; i > 0; i--) {
		other = prandom_u32_state(random) % (i + 1);
		swap(order[i], order[other]);
	}
}

/* Blocks with a hole after each: the right one is found wherever a page is. */
static void expect_all_found(struct test_system *system,
			     struct memgroup_block **blocks)
{
	unsigned int i;

	for (i = 0; i < SHUFFLED; i++) {
		KUNIT_EXPECT_PTR_EQ(system->test, find(system, i * 20),
				    blocks[i]);
		KUNIT_EXPECT_PTR_EQ(system->test, find(system, i * 20 + 9),
				    blocks[i]);
		KUNIT_EXPECT_NULL(system->test, find(system, i * 20 + 10));
		KUNIT_EXPECT_NULL(system->test, find(system, i * 20 + 19));
	}
}

static void blocks_in_any_order(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memgroup_registry *registry = &system->registry;
	struct memory_group *group = system_dynamic(system, 0, 1);
	struct memgroup_block **blocks;
	struct rnd_state random;
	unsigned int *order;
	struct rb_node *node;
	unsigned int i;

	blocks = kunit_kcalloc(test, SHUFFLED, sizeof(*blocks), GFP_KERNEL);
	order = kunit_kcalloc(test, SHUFFLED, sizeof(*order), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, blocks);
	KUNIT_ASSERT_NOT_NULL(test, order);
	prandom_seed_state(&random, memgroup_test_seed(test));

	shuffle(&random, order);
	for (i = 0; i < SHUFFLED; i++) {
		blocks[order[i]] = make_block(test, order[i] * 20, 10);
		memgroup_registry_join(registry, blocks[order[i]],
				       i % 2 ? group : NULL);
	}
	expect_all_found(system, blocks);
	expect_blocks(system, group, SHUFFLED / 2);
	i = 0;
	for (node = rb_first(&registry->blocks); node; node = rb_next(node))
		KUNIT_EXPECT_PTR_EQ(test, node, &blocks[i++]->by_pfn);
	KUNIT_EXPECT_EQ(test, i, SHUFFLED);

	shuffle(&random, order);
	for (i = 0; i < SHUFFLED; i++) {
		memgroup_registry_leave(registry, blocks[order[i]]);
		blocks[order[i]] = NULL;
		expect_all_found(system, blocks);
	}
	expect_blocks(system, group, 0);
	KUNIT_EXPECT_EQ(test, registry->nr_blocks, 0);
}

/* Accounting */
static void expect_pages(struct test_system *system,
			 const struct memory_group *group,
			 unsigned long online_blocks,
			 unsigned long kernel_pages,
			 unsigned long movable_pages)
{
	KUNIT_EXPECT_EQ(system->test, group->nr_online_blocks, online_blocks);
	KUNIT_EXPECT_EQ(system->test, group->kernel_pages, kernel_pages);
	KUNIT_EXPECT_EQ(system->test, group->movable_pages, movable_pages);
}

static void expect_sums(struct test_system *system,
			const struct memgroup_sums *sums, unsigned long needed,
			unsigned long movable)
{
	KUNIT_EXPECT_EQ(system->test, sums->needed_pages, needed);
	KUNIT_EXPECT_EQ(system->test, sums->movable_pages, movable);
}

/* The system has but one node with groups. */
static void expect_all_sums(struct test_system *system, unsigned long needed,
			    unsigned long movable)
{
	expect_sums(system, &system->registry.system, needed, movable);
	expect_sums(system, &system->registry.node[0], needed, movable);
}

static void account_goes_by_zone(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memory_group *group = system_dynamic(system, 0, 1);
	struct memgroup_block *block;

	system_plug(system, group, 32, "KM.");
	expect_pages(system, group, 2, BLOCK, BLOCK);
	block = &system->blocks[33]->memgroup;
	KUNIT_EXPECT_PTR_EQ(test, block->zone,
			    system_zone(system, 0, ZONE_MOVABLE));
	KUNIT_EXPECT_EQ(test, block->present_pages, BLOCK);
	KUNIT_EXPECT_NULL(test, system->blocks[34]->memgroup.zone);

	system_offline(system, 33);
	expect_pages(system, group, 1, BLOCK, 0);
	KUNIT_EXPECT_EQ(test, block->present_pages, 0);
	KUNIT_EXPECT_PTR_EQ(test, block->zone,
			    system_zone(system, 0, ZONE_MOVABLE));

	system_online(system, 33, ZONE_NORMAL);
	expect_pages(system, group, 2, 2 * BLOCK, 0);
	KUNIT_EXPECT_PTR_EQ(test, block->zone,
			    system_zone(system, 0, ZONE_NORMAL));

	system_offline(system, 32);
	system_offline(system, 33);
	expect_pages(system, group, 0, 0, 0);
}

/* A block is online from its first page to its last. */
static void account_parts_of_a_block(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memory_group *group = system_dynamic(system, 0, 1);

	system_plug(system, group, 32, ".");
	system_account(system, 32, ZONE_MOVABLE, 1);
	expect_pages(system, group, 1, 0, 1);
	expect_all_sums(system, 1, 1);
	system_account(system, 32, ZONE_MOVABLE, BLOCK - 1);
	expect_pages(system, group, 1, 0, BLOCK);
	expect_all_sums(system, BLOCK, BLOCK);
	system_account(system, 32, ZONE_MOVABLE, -100);
	expect_pages(system, group, 1, 0, BLOCK - 100);
	expect_all_sums(system, BLOCK - 100, BLOCK - 100);
	KUNIT_EXPECT_EQ(test, system->blocks[32]->memgroup.present_pages,
			BLOCK - 100);
	system_account(system, 32, ZONE_MOVABLE, 100 - (long)BLOCK);
	expect_pages(system, group, 0, 0, 0);
	expect_all_sums(system, 0, 0);

	system_account(system, 32, ZONE_NORMAL, 100);
	system_account(system, 32, ZONE_NORMAL, -1);
	expect_pages(system, group, 1, 99, 0);
	expect_all_sums(system, 0, 0);
}

static void account_without_group(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memory_group *group = system_dynamic(system, 0, 1);
	struct memgroup_block *block;

	block = &system_add(system, 0, NULL, 32)->memgroup;
	system_online(system, 32, ZONE_MOVABLE);
	KUNIT_EXPECT_EQ(test, block->present_pages, BLOCK);
	KUNIT_EXPECT_PTR_EQ(test, block->zone,
			    system_zone(system, 0, ZONE_MOVABLE));
	expect_pages(system, group, 0, 0, 0);
	expect_all_sums(system, 0, 0);
	system_offline(system, 32);
	KUNIT_EXPECT_EQ(test, block->present_pages, 0);
}

/* A DIMM borrows nothing: it is in no sum, whatever the ratio becomes. */
static void account_static_group(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memory_group *group = system_static(system, 0, 4);

	system_plug(system, group, 32, "MMK.");
	expect_pages(system, group, 3, BLOCK, 2 * BLOCK);
	KUNIT_EXPECT_EQ(test, group->needed_pages, 0);
	expect_all_sums(system, 0, 0);
	system_configure(system, MEMGROUP_POLICY_AUTO_MOVABLE, 50, false);
	KUNIT_EXPECT_EQ(test, group->needed_pages, 0);
	expect_all_sums(system, 0, 0);
}

/* At 200 %, each two blocks MOVABLE take one KERNEL. */
static void account_sums(struct kunit *test)
{
	struct test_system *system = system_make(test, 200);
	struct memory_group *first = system_dynamic(system, 0, 1);
	struct memory_group *second = system_dynamic(system, 0, 1);

	system_plug(system, first, 32, "MMMM");
	KUNIT_EXPECT_EQ(test, first->needed_pages, 2 * BLOCK);
	expect_all_sums(system, 2 * BLOCK, 4 * BLOCK);

	system_plug(system, second, 64, "MM");
	KUNIT_EXPECT_EQ(test, first->needed_pages, 2 * BLOCK);
	KUNIT_EXPECT_EQ(test, second->needed_pages, BLOCK);
	expect_all_sums(system, 3 * BLOCK, 6 * BLOCK);

	/* Its own KERNEL is enough, and more than enough. */
	system_plug(system, second, 66, "KK");
	KUNIT_EXPECT_EQ(test, second->needed_pages, 0);
	expect_all_sums(system, 2 * BLOCK, 6 * BLOCK);

	system_offline(system, 32);
	KUNIT_EXPECT_EQ(test, first->needed_pages, 3 * BLOCK / 2);
	expect_all_sums(system, 3 * BLOCK / 2, 5 * BLOCK);

	system_unplug(system, first);
	expect_all_sums(system, 0, 2 * BLOCK);
	system_unplug(system, second);
	expect_all_sums(system, 0, 0);
}

#if MAX_NUMNODES > 1
static void account_sums_of_nodes(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memgroup_registry *registry = &system->registry;
	struct memory_group *here = system_dynamic(system, 0, 1);
	struct memory_group *there = system_dynamic(system, 1, 1);

	system_plug(system, here, 32, "MM");
	system_plug(system, there, 64, "MMMMMK");
	expect_sums(system, &registry->node[0], 2 * BLOCK, 2 * BLOCK);
	expect_sums(system, &registry->node[1], 4 * BLOCK, 5 * BLOCK);
	expect_sums(system, &registry->system, 6 * BLOCK, 7 * BLOCK);

	system_configure(system, MEMGROUP_POLICY_AUTO_MOVABLE, 200, false);
	expect_sums(system, &registry->node[0], BLOCK, 2 * BLOCK);
	expect_sums(system, &registry->node[1], 3 * BLOCK / 2, 5 * BLOCK);
	expect_sums(system, &registry->system, 5 * BLOCK / 2, 7 * BLOCK);

	system_unplug(system, here);
	expect_sums(system, &registry->node[0], 0, 0);
	expect_sums(system, &registry->node[1], 3 * BLOCK / 2, 5 * BLOCK);
	expect_sums(system, &registry->system, 3 * BLOCK / 2, 5 * BLOCK);
}
#endif

/* The configuration */
static void configure_recomputes_the_sums(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memgroup_registry *registry = &system->registry;
	struct memory_group *first = system_dynamic(system, 0, 1);
	struct memory_group *second = system_dynamic(system, 0, 1);

	system_plug(system, first, 32, "MMMM");
	system_plug(system, second, 64, "KMM");
	expect_all_sums(system, 5 * BLOCK, 6 * BLOCK);

	system_configure(system, MEMGROUP_POLICY_CONTIG_ZONES, 200, true);
	KUNIT_EXPECT_EQ(test, registry->config.ratio, 200);
	KUNIT_EXPECT_TRUE(test, registry->config.numa_aware);
	KUNIT_EXPECT_STREQ(test, memgroup_policy_name(registry->config.policy),
			   "contig-zones");
	KUNIT_EXPECT_EQ(test, first->needed_pages, 2 * BLOCK);
	KUNIT_EXPECT_EQ(test, second->needed_pages, 0);
	expect_all_sums(system, 2 * BLOCK, 6 * BLOCK);

	/* A group that is gone is not counted again. */
	system_unplug(system, first);
	system_configure(system, MEMGROUP_POLICY_AUTO_MOVABLE, 50, false);
	KUNIT_EXPECT_EQ(test, second->needed_pages, 3 * BLOCK);
	expect_all_sums(system, 3 * BLOCK, 2 * BLOCK);
}

/*
 * With many groups recomputing takes long: only if the ratio is another. Sums that
 * are wrong on purpose show whether it was done.
 */
static void add_to_needs(struct test_system *system, struct memory_group *group,
			 unsigned long pages)
{
	mutex_lock(&system->registry.lock);
	group->needed_pages += pages;
	system->registry.system.needed_pages += pages;
	system->registry.node[0].needed_pages += pages;
	mutex_unlock(&system->registry.lock);
}

static void configure_leaves_the_sums(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memgroup_registry *registry = &system->registry;
	struct memory_group *group = system_dynamic(system, 0, 1);

	system_plug(system, group, 32, "MM");
	add_to_needs(system, group, 5);
	system_configure(system, MEMGROUP_POLICY_AUTO_MOVABLE, 100, true);
	KUNIT_EXPECT_TRUE(test, registry->config.numa_aware);
	expect_all_sums(system, 2 * BLOCK + 5, 2 * BLOCK);
	system_configure(system, MEMGROUP_POLICY_CONTIG_ZONES, 100, true);
	KUNIT_EXPECT_STREQ(test, memgroup_policy_name(registry->config.policy),
			   "contig-zones");
	expect_all_sums(system, 2 * BLOCK + 5, 2 * BLOCK);

	system_configure(system, MEMGROUP_POLICY_CONTIG_ZONES, 50, true);
	expect_all_sums(system, 4 * BLOCK, 2 * BLOCK);
}

/* What the policy is told */
static struct memgroup_member describe(struct test_system *system,
				       const struct memgroup_block *block,
				       int nid)
{
	struct memgroup_member member;

	memset(&member, 0x5a, sizeof(member));
	mutex_lock(&system->registry.lock);
	memgroup_registry_describe(&system->registry, block, nid, &member);
	mutex_unlock(&system->registry.lock);
	return member;
}

static void expect_nobody(struct kunit *test,
			  const struct memgroup_member *member)
{
	KUNIT_EXPECT_STREQ(test, memgroup_type_name(member->type), "none");
	KUNIT_EXPECT_FALSE(test, member->on_node);
	KUNIT_EXPECT_EQ(test, member->kernel_pages, 0);
	KUNIT_EXPECT_EQ(test, member->movable_pages, 0);
	KUNIT_EXPECT_EQ(test, member->max_pages, 0);
	KUNIT_EXPECT_EQ(test, member->unit_pages, 0);
	KUNIT_EXPECT_EQ(test, member->unit_kernel_pages, 0);
	KUNIT_EXPECT_EQ(test, member->unit_movable_pages, 0);
}

static void describe_without_group(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memgroup_member member;

	member = describe(system, NULL, 0);
	expect_nobody(test, &member);

	system_add(system, 0, NULL, 32);
	system_online(system, 32, ZONE_MOVABLE);
	member = describe(system, &system->blocks[32]->memgroup, 0);
	expect_nobody(test, &member);
}

/* Even one that was described with units has none. */
static void describe_static(struct kunit *test)
{
	const struct memory_group description = {
		.type = MEMGROUP_TYPE_STATIC,
		.max_pages = 4 * BLOCK,
		.unit_pages = 4 * BLOCK,
	};
	struct test_system *system = system_make(test, 100);
	struct memgroup_member member;
	struct memory_group *group;

	group = memgroup_registry_add(&system->registry, &description);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, group);
	system_plug(system, group, 32, "KMM.");
	member = describe(system, &system->blocks[35]->memgroup, 0);
	KUNIT_EXPECT_STREQ(test, memgroup_type_name(member.type), "static");
	KUNIT_EXPECT_TRUE(test, member.on_node);
	KUNIT_EXPECT_EQ(test, member.kernel_pages, BLOCK);
	KUNIT_EXPECT_EQ(test, member.movable_pages, 2 * BLOCK);
	KUNIT_EXPECT_EQ(test, member.max_pages, 4 * BLOCK);
	KUNIT_EXPECT_EQ(test, member.unit_kernel_pages, 0);
	KUNIT_EXPECT_EQ(test, member.unit_movable_pages, 0);
}

static void describe_node(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	const struct memgroup_block *block;

	block = &system_add(system, 0, system_dynamic(system, 0, 1),
			    32)->memgroup;
	KUNIT_EXPECT_TRUE(test, describe(system, block, 0).on_node);
	KUNIT_EXPECT_FALSE(test, describe(system, block, 1).on_node);
}

static void expect_unit(struct test_system *system, unsigned long number,
			unsigned long kernel_pages, unsigned long movable_pages)
{
	struct memgroup_member member;

	member = describe(system, &system->blocks[number]->memgroup, 0);
	KUNIT_EXPECT_EQ_MSG(system->test, member.unit_kernel_pages,
			    kernel_pages, "block %lu", number);
	KUNIT_EXPECT_EQ_MSG(system->test, member.unit_movable_pages,
			    movable_pages, "block %lu", number);
}

/*
 * The units next to it begin and end with blocks that are online, and the block
 * itself may be online in a preview: neither is counted.
 *
 *	32    36    40
 *	KMMK  KMM.  KKM.
 */
static void describe_units(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memory_group *group = system_dynamic(system, 0, 4);
	struct memgroup_member member;

	system_plug(system, group, 32, "KMMK KMM. KKM.");
	expect_unit(system, 32, BLOCK, 2 * BLOCK);
	expect_unit(system, 33, 2 * BLOCK, BLOCK);
	expect_unit(system, 34, 2 * BLOCK, BLOCK);
	expect_unit(system, 35, BLOCK, 2 * BLOCK);
	expect_unit(system, 36, 0, 2 * BLOCK);
	expect_unit(system, 37, BLOCK, BLOCK);
	expect_unit(system, 39, BLOCK, 2 * BLOCK);
	expect_unit(system, 40, BLOCK, BLOCK);
	expect_unit(system, 43, 2 * BLOCK, BLOCK);

	member = describe(system, &system->blocks[39]->memgroup, 0);
	KUNIT_EXPECT_STREQ(test, memgroup_type_name(member.type), "dynamic");
	KUNIT_EXPECT_EQ(test, member.kernel_pages, 5 * BLOCK);
	KUNIT_EXPECT_EQ(test, member.movable_pages, 5 * BLOCK);
	KUNIT_EXPECT_EQ(test, member.unit_pages, 4 * BLOCK);
}

static void describe_unit_partly_online(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memory_group *group = system_dynamic(system, 0, 4);

	system_plug(system, group, 32, "....");
	system_account(system, 32, ZONE_MOVABLE, 100);
	system_account(system, 33, ZONE_NORMAL, 10);
	system_account(system, 34, ZONE_MOVABLE, 3);
	expect_unit(system, 35, 10, 103);
}

/*
 * Two devices and a block without one share what would be a unit of each.
 *
 *	32   33     34     35
 *	M    other  none   .
 */
static void describe_unit_with_strangers(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memory_group *group = system_dynamic(system, 0, 4);
	struct memory_group *other = system_dynamic(system, 0, 4);

	system_plug(system, group, 32, "M");
	system_plug(system, other, 33, "K");
	system_add(system, 0, NULL, 34);
	system_online(system, 34, ZONE_MOVABLE);
	system_plug(system, group, 35, ".");
	expect_unit(system, 35, 0, BLOCK);
	expect_unit(system, 33, 0, 0);
	expect_unit(system, 32, 0, 0);
}

/* The unit that a device begins in the middle of, and a hole in it. */
static void describe_unit_with_holes(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memory_group *group = system_dynamic(system, 0, 8);

	system_plug(system, group, 27, "K M");
	system_plug(system, group, 31, "M K");
	expect_unit(system, 27, 0, 2 * BLOCK);
	expect_unit(system, 28, BLOCK, BLOCK);
	expect_unit(system, 31, BLOCK, BLOCK);
	expect_unit(system, 32, 0, 0);
}

/*
 * Lifetime. The test adds and removes groups in turn with two kinds, while threads
 * read them under RCU, and others pin them. What they find must be a group as it was
 * added: the id leads nowhere once the group is returned, so that a caller who waits
 * for the readers, as this test does by itself, may free it; and a pinned group
 * stays. A kernel with KASAN shouts otherwise.
 *
 * That memory_group_unregister() waits for them as well is nothing that this can
 * show: tests/guest/churn.c is for that, on a kernel with KASAN.
 */
#define LIFETIME_IDS	4
#define LIFETIME_TURNS	2000
#define LIFETIME_PAGES	0x5a5a00UL
#define LIFETIME_UNIT	0x800UL

struct lifetime {
	struct memgroup_registry *registry;
	atomic_long_t nr_read;
	atomic_long_t nr_pinned;
	atomic_long_t nr_strange;
};

static bool is_as_registered(const struct memory_group *group, int id)
{
	if (group->id != id || group->nid)
		return false;
	return group->type == MEMGROUP_TYPE_STATIC ?
		group->max_pages == LIFETIME_PAGES :
		group->type == MEMGROUP_TYPE_DYNAMIC &&
		group->unit_pages == LIFETIME_UNIT;
}

static int read_groups(void *data)
{
	struct lifetime *lifetime = data;
	const struct memory_group *group;
	int id = 0;

	while (!kthread_should_stop()) {
		rcu_read_lock();
		group = xa_load(&lifetime->registry->groups, id);
		if (group) {
			atomic_long_inc(&lifetime->nr_read);
			if (!is_as_registered(group, id))
				atomic_long_inc(&lifetime->nr_strange);
		}
		rcu_read_unlock();
		id = (id + 1) % LIFETIME_IDS;
		cond_resched();
	}
	return 0;
}

static int pin_groups(void *data)
{
	struct lifetime *lifetime = data;
	struct memory_group *group;
	int id = 0;

	while (!kthread_should_stop()) {
		group = memgroup_registry_get(lifetime->registry, id);
		if (group) {
			atomic_long_inc(&lifetime->nr_pinned);
			/* Now it stays. */
			cond_resched();
			if (!is_as_registered(group, id) ||
			    xa_load(&lifetime->registry->groups, id) != group)
				atomic_long_inc(&lifetime->nr_strange);
			memgroup_registry_put(lifetime->registry, group);
		}
		id = (id + 1) % LIFETIME_IDS;
		cond_resched();
	}
	return 0;
}

static struct memory_group *lifetime_add(struct lifetime *lifetime, int turn)
{
	static const struct memory_group kinds[] = {
		{ .type = MEMGROUP_TYPE_STATIC, .max_pages = LIFETIME_PAGES },
		{ .type = MEMGROUP_TYPE_DYNAMIC, .unit_pages = LIFETIME_UNIT },
	};
	struct memory_group *group;

	/* An id comes back after as many turns as there are: change its kind. */
	group = memgroup_registry_add(lifetime->registry,
				      &kinds[turn / LIFETIME_IDS % 2]);
	if (!IS_ERR(group))
		memgroup_registry_put(lifetime->registry, group);
	return group;
}

/* Whatever is returned but -EBUSY, which is for as long as somebody pins it. */
static struct memory_group *lifetime_remove(struct lifetime *lifetime, int id)
{
	struct memory_group *group;

	while ((group = memgroup_registry_remove(lifetime->registry, id)) ==
	       ERR_PTR(-EBUSY))
		cond_resched();
	return group;
}

/* As the threads go on meanwhile, nothing in here may end the test. */
static void lifetime_turns(struct kunit *test, struct lifetime *lifetime)
{
	struct memory_group *groups[LIFETIME_IDS] = {};
	int turn;

	for (turn = 0; turn < LIFETIME_TURNS; turn++) {
		struct memory_group **group = &groups[turn % LIFETIME_IDS];
		struct memory_group *removed;

		if (*group) {
			removed = lifetime_remove(lifetime, (*group)->id);
			KUNIT_EXPECT_PTR_EQ(test, removed, *group);
			if (removed != *group)
				return;
			kfree_rcu(removed, rcu);
		}
		*group = lifetime_add(lifetime, turn);
		KUNIT_EXPECT_FALSE(test, IS_ERR(*group));
		if (IS_ERR(*group))
			return;
		cond_resched();
		/* With a single processor the threads run now, if at all. */
		if (turn % 256 == 0)
			schedule_timeout_uninterruptible(1);
	}
}

static void readers_and_pins_at_any_time(struct kunit *test)
{
	static int (* const works[])(void *) = {
		read_groups, read_groups, pin_groups, pin_groups,
	};
	struct test_system *system = system_make(test, 100);
	struct task_struct *tasks[ARRAY_SIZE(works)];
	struct lifetime *lifetime;
	int i;

	lifetime = kunit_kzalloc(test, sizeof(*lifetime), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, lifetime);
	lifetime->registry = &system->registry;

	for (i = 0; i < ARRAY_SIZE(works); i++) {
		tasks[i] = kthread_run(works[i], lifetime, "memgroup-life/%d",
				       i);
		KUNIT_EXPECT_FALSE(test, IS_ERR(tasks[i]));
	}
	lifetime_turns(test, lifetime);
	for (i = 0; i < ARRAY_SIZE(works); i++)
		if (!IS_ERR(tasks[i]))
			kthread_stop(tasks[i]);
	rcu_barrier();

	KUNIT_EXPECT_EQ(test, atomic_long_read(&lifetime->nr_strange), 0);
	KUNIT_EXPECT_GT(test, atomic_long_read(&lifetime->nr_read), 0);
	KUNIT_EXPECT_GT(test, atomic_long_read(&lifetime->nr_pinned), 0);
	KUNIT_EXPECT_EQ(test, system->registry.nr_groups, LIFETIME_IDS);
}

static struct kunit_case registry_cases[] = {
	/* First: a lock that is not given back would stop all others. */
	KUNIT_CASE_PARAM(waits_for_the_lock, locked_call_gen_params),
	KUNIT_CASE_PARAM(add, registration_gen_params),
	KUNIT_CASE(add_begins_with_nothing),
	KUNIT_CASE(dynamic_groups_are_listed),
	KUNIT_CASE(lowest_free_id_is_next),
	KUNIT_CASE(unknown_ids),
#ifdef CONFIG_XARRAY_MULTI
	KUNIT_CASE(no_id_is_free),
#endif
	KUNIT_CASE(taken_id_without_group),
	KUNIT_CASE(remove_waits_for_blocks),
	KUNIT_CASE(remove_waits_for_pins),
	KUNIT_CASE(get_pins_the_one_that_is_asked_for),
	KUNIT_CASE(names),
	KUNIT_CASE(join_and_leave),
	KUNIT_CASE(find_block),
	KUNIT_CASE(find_block_at_page_0),
	KUNIT_CASE(blocks_in_any_order),
	KUNIT_CASE(account_goes_by_zone),
	KUNIT_CASE(account_parts_of_a_block),
	KUNIT_CASE(account_without_group),
	KUNIT_CASE(account_static_group),
	KUNIT_CASE(account_sums),
#if MAX_NUMNODES > 1
	KUNIT_CASE(account_sums_of_nodes),
#endif
	KUNIT_CASE(configure_recomputes_the_sums),
	KUNIT_CASE(configure_leaves_the_sums),
	KUNIT_CASE(describe_without_group),
	KUNIT_CASE(describe_static),
	KUNIT_CASE(describe_node),
	KUNIT_CASE(describe_units),
	KUNIT_CASE(describe_unit_partly_online),
	KUNIT_CASE(describe_unit_with_strangers),
	KUNIT_CASE(describe_unit_with_holes),
	KUNIT_CASE(readers_and_pins_at_any_time),
	{}
};

struct kunit_suite memgroup_registry_suite = {
	.name = "memgroup-registry",
	.exit = system_exit,
	.test_cases = registry_cases,
};
