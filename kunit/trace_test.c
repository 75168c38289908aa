// SPDX-License-Identifier: GPL-2.0
/*
 * Each decision is one event and each preview is one of the other kind; they tell
 * what was asked, of which block and device, and the verdict with all its numbers;
 * and who listens may take the registry's lock.
 *
 * What is asked is written down in each test once more, by hand: the policy must
 * answer that with what the event has.
 *
 * Probes see what TP_fast_assign() and TP_printk() are given, not what they make of
 * it, and the four other events come from the running system only. The fields and
 * words of all six are for kernel/tools/testing/selftests/memgroup/trace_formats.c.
 * Their values, as text, are read in guests (tests/guest/events.c): those of
 * decisions and previews, and of block_online and block_offline the result. Nobody
 * reads the values of group_register and group_unregister.
 */

#include <linux/ktime.h>
#include <linux/memory_hotplug.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "../core.h"
#include "../decision.h"
#include "suites.h"
#include "system.h"

#include <trace/events/memory_hotplug.h>

/* Numbers here are in blocks and shown in pages. */
#define B	SYSTEM_BLOCK_PAGES

/*
 * What the probes have seen. Memory of the running system may go online at the
 * same time: only what happens in the thread of the test is the test's.
 */
static struct {
	bool probing;
	struct task_struct *task;
	struct memgroup_registry *registry;
	unsigned int nr_decisions;
	unsigned int nr_previews;
	unsigned int nr_locked;
	struct memgroup_decision latest;
} seen;

static void see(const struct memgroup_decision *decision, unsigned int *counter)
{
	if (seen.task != current)
		return;
	(*counter)++;
	seen.latest = *decision;
	if (mutex_trylock(&seen.registry->lock))
		mutex_unlock(&seen.registry->lock);
	else
		seen.nr_locked++;
}

static void see_decision(void *data, const struct memgroup_decision *decision)
{
	see(decision, &seen.nr_decisions);
}

static void see_preview(void *data, const struct memgroup_decision *decision)
{
	see(decision, &seen.nr_previews);
}

static void stop_probing(void)
{
	if (!seen.probing)
		return;
	unregister_trace_mhp_zone_decision(see_decision, NULL);
	unregister_trace_mhp_zone_preview(see_preview, NULL);
	tracepoint_synchronize_unregister();
	seen.probing = false;
}

static void start_probing(struct kunit *test)
{
	int ret = register_trace_mhp_zone_decision(see_decision, NULL);

	KUNIT_ASSERT_EQ(test, ret, 0);
	ret = register_trace_mhp_zone_preview(see_preview, NULL);
	if (ret)
		unregister_trace_mhp_zone_decision(see_decision, NULL);
	KUNIT_ASSERT_EQ(test, ret, 0);
	seen.probing = true;
}

static struct test_system *make_traced(struct kunit *test, unsigned int ratio)
{
	struct test_system *system = system_make(test, ratio);

	memset(&seen, 0, sizeof(seen));
	seen.task = current;
	seen.registry = &system->registry;
	start_probing(test);
	return system;
}

static void trace_exit(struct kunit *test)
{
	stop_probing();
	seen.task = NULL;
	system_exit(test);
}

static void forget(void)
{
	seen.nr_decisions = 0;
	seen.nr_previews = 0;
	seen.nr_locked = 0;
	memset(&seen.latest, 0xa5, sizeof(seen.latest));
}

static void expect_events(struct kunit *test, unsigned int decisions,
			  unsigned int previews)
{
	KUNIT_EXPECT_EQ(test, seen.nr_decisions, decisions);
	KUNIT_EXPECT_EQ(test, seen.nr_previews, previews);
	KUNIT_EXPECT_EQ(test, seen.nr_locked, 0);
}

static struct zone *decide(struct test_system *system, unsigned long number,
			   int online_type)
{
	struct memory_block *mem = system->blocks[number];

	forget();
	return memgroup_decide(&system->registry, &mem->memgroup, mem->nid,
			       online_type);
}

static struct zone *preview(struct test_system *system, int nid,
			    unsigned long number)
{
	forget();
	return memgroup_preview(&system->registry, nid, number * B, B);
}

/**
 * struct answer - what a question about a block is answered with
 * @number: of the block
 * @nid: its node
 * @group: its group, or NULL
 * @device: what the group is called in an event
 * @zone: where it is to go
 * @reason: why; the numbers are those that the policy has for @question
 * @domain: who decided
 * @question: all that the policy must have been told, but for what
 *	question_of() takes from the rest
 */
struct answer {
	unsigned long number;
	int nid;
	struct memory_group *group;
	const char *device;
	enum zone_type zone;
	enum memgroup_reason reason;
	enum memgroup_domain domain;
	struct memgroup_question question;
};

static struct memgroup_question question_of(const struct answer *answer)
{
	struct memgroup_question question = answer->question;

	question.block_pages = B;
	if (answer->group) {
		question.group.type = answer->group->type;
		question.group.max_pages = answer->group->max_pages;
		question.group.unit_pages = answer->group->unit_pages;
	}
	return question;
}

/* The event that was seen last tells @answer, and nothing else. */
static void expect_answer(struct kunit *test, const struct answer *answer,
			  u64 before_ns, u64 after_ns)
{
	const struct memgroup_decision *event = &seen.latest;
	const struct memgroup_question question = question_of(answer);
	const struct memgroup_verdict verdict =
		memgroup_policy_decide(&question);
	const size_t length = strlen(answer->device);

	KUNIT_EXPECT_GE(test, event->time_ns, before_ns);
	KUNIT_EXPECT_LE(test, event->time_ns, after_ns);
	KUNIT_EXPECT_EQ(test, event->start_pfn, answer->number * B);
	KUNIT_EXPECT_EQ(test, event->nr_pages, B);
	KUNIT_EXPECT_EQ(test, event->nid, answer->nid);
	KUNIT_EXPECT_EQ(test, event->mgid,
			answer->group ? answer->group->id : -1);
	KUNIT_EXPECT_STREQ(test, (const char *)event->device, answer->device);
	/* All of the field goes into the trace: no remains of other names. */
	KUNIT_EXPECT_NULL(test, memchr_inv(event->device + length, 0,
					   MEMGROUP_NAME_SIZE - length));
	KUNIT_EXPECT_EQ(test, event->group_type, question.group.type);
	KUNIT_EXPECT_EQ(test, event->request, question.request);
	KUNIT_EXPECT_EQ(test, event->policy, question.config.policy);
	KUNIT_EXPECT_EQ(test, event->zone, answer->zone);

	KUNIT_EXPECT_EQ(test, event->verdict.reason, answer->reason);
	KUNIT_EXPECT_EQ(test, event->verdict.domain, answer->domain);
	KUNIT_EXPECT_EQ(test, event->verdict.reason, verdict.reason);
	KUNIT_EXPECT_EQ(test, event->verdict.domain, verdict.domain);
	KUNIT_EXPECT_EQ(test, event->verdict.movable, verdict.movable);
	KUNIT_EXPECT_EQ(test, event->verdict.clamped, verdict.clamped);
	KUNIT_EXPECT_EQ(test, event->verdict.early_kernel_pages,
			verdict.early_kernel_pages);
	KUNIT_EXPECT_EQ(test, event->verdict.movable_pages,
			verdict.movable_pages);
	KUNIT_EXPECT_EQ(test, event->verdict.asked_pages, verdict.asked_pages);
	KUNIT_EXPECT_EQ(test, event->verdict.limit_pages, verdict.limit_pages);
}

static void expect_decision(struct test_system *system, int online_type,
			    const struct answer *answer)
{
	u64 before_ns = ktime_get_ns();
	struct zone *zone = decide(system, answer->number, online_type);

	KUNIT_EXPECT_PTR_EQ(system->test, zone,
			    system_zone(system, answer->nid, answer->zone));
	expect_events(system->test, 1, 0);
	expect_answer(system->test, answer, before_ns, ktime_get_ns());
}

static void expect_preview(struct test_system *system,
			   const struct answer *answer)
{
	u64 before_ns = ktime_get_ns();
	struct zone *zone = preview(system, answer->nid, answer->number);

	KUNIT_EXPECT_PTR_EQ(system->test, zone,
			    system_zone(system, answer->nid, answer->zone));
	expect_events(system->test, 0, 1);
	expect_answer(system->test, answer, before_ns, ktime_get_ns());
}

/* Who asks first is told what is done then. */
static void expect_both(struct test_system *system, const struct answer *answer)
{
	expect_preview(system, answer);
	expect_decision(system, MMOP_ONLINE, answer);
}

/* How many events there are, and when */

static void each_attempt_is_an_event(struct kunit *test)
{
	struct test_system *system = make_traced(test, 301);
	struct memory_block *mem;
	int i;

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	mem = system_add(system, 0, NULL, 32);
	forget();
	for (i = 1; i <= 3; i++) {
		memgroup_decide(&system->registry, &mem->memgroup, 0,
				MMOP_ONLINE);
		expect_events(test, i, 0);
	}
	for (i = 1; i <= 3; i++) {
		memgroup_preview(&system->registry, 0, 32 * B, B);
		expect_events(test, 3, i);
	}
}

/* Nobody onlines without deciding, nor does anything else that a block goes through. */
static void only_questions_are_events(struct kunit *test)
{
	struct test_system *system = make_traced(test, 301);
	struct memory_group *group = system_dynamic(system, 0, 4);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_plug(system, group, 32, "KMM.");
	system_configure(system, MEMGROUP_POLICY_CONTIG_ZONES, 100, true);
	system_offline(system, 33);
	system_unplug(system, group);
	expect_events(test, 0, 0);
}

static void no_events_without_probes(struct kunit *test)
{
	struct test_system *system = make_traced(test, 301);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_add(system, 0, NULL, 32);
	stop_probing();
	decide(system, 32, MMOP_ONLINE);
	expect_events(test, 0, 0);
	preview(system, 0, 32);
	expect_events(test, 0, 0);
	KUNIT_EXPECT_EQ(test, system->registry.nr_decisions, 1);
	KUNIT_EXPECT_EQ(test, system->registry.nr_previews, 1);

	start_probing(test);
	decide(system, 32, MMOP_ONLINE);
	expect_events(test, 1, 0);
	preview(system, 0, 32);
	expect_events(test, 0, 1);
}

/* A probe may look into the registry, which it has to lock for that. */
static void events_are_outside_the_lock(struct kunit *test)
{
	struct test_system *system = make_traced(test, 301);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_plug(system, system_static(system, 0, 4), 32, "M...");
	decide(system, 33, MMOP_ONLINE);
	KUNIT_EXPECT_EQ(test, seen.nr_decisions, 1);
	KUNIT_EXPECT_EQ(test, seen.nr_locked, 0);
	preview(system, 0, 33);
	KUNIT_EXPECT_EQ(test, seen.nr_previews, 1);
	KUNIT_EXPECT_EQ(test, seen.nr_locked, 0);
}

/* An event has the numbers before the block that it is about. */
static void event_comes_before_the_pages(struct kunit *test)
{
	struct test_system *system = make_traced(test, 301);
	struct memory_group *dimm = system_static(system, 0, 2);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_grow(system, dimm, 32, 1);
	KUNIT_EXPECT_EQ(test, seen.latest.verdict.movable_pages, 0);
	KUNIT_EXPECT_EQ(test, seen.latest.verdict.asked_pages, 2 * B);
	system_grow(system, dimm, 33, 1);
	KUNIT_EXPECT_EQ(test, seen.latest.verdict.movable_pages, B);
	KUNIT_EXPECT_EQ(test, seen.latest.verdict.asked_pages, B);
	system_expect(system, 32, "MM");
}

/* Reasons */

static void fits(struct kunit *test)
{
	struct test_system *system = make_traced(test, 301);
	struct memory_group *group = system_dynamic(system, 0, 4);
	const struct memgroup_totals totals = {
		.early_kernel_pages = 32 * B,
		.movable_pages = 5 * B,
		.group_needed_pages = 5 * B * 100 / 301 - B,
		.group_movable_pages = 5 * B,
	};

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_plug(system, group, 32, "KMMM MM..");
	expect_both(system, &(struct answer) {
		.number = 38,
		.group = group,
		.device = "-",
		.zone = ZONE_MOVABLE,
		.reason = MEMGROUP_REASON_FITS,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.question.config = { MEMGROUP_POLICY_AUTO_MOVABLE, 301, false },
		.question.group = {
			.on_node = true,
			.kernel_pages = B,
			.movable_pages = 5 * B,
			.unit_movable_pages = 2 * B,
		},
		.question.system = totals,
		.question.node = totals,
	});
}

static void ratio_zero(struct kunit *test)
{
	struct test_system *system = make_traced(test, 0);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_add(system, 0, NULL, 32);
	expect_both(system, &(struct answer) {
		.number = 32,
		.device = "-",
		.zone = ZONE_NORMAL,
		.reason = MEMGROUP_REASON_RATIO_ZERO,
		.domain = MEMGROUP_DOMAIN_NONE,
		.question.config = { MEMGROUP_POLICY_AUTO_MOVABLE, 0, false },
		.question.system.early_kernel_pages = 32 * B,
		.question.node.early_kernel_pages = 32 * B,
	});
}

static void group_has_kernel(struct kunit *test)
{
	struct test_system *system = make_traced(test, 301);
	struct memory_group *dimm = system_static(system, 0, 4);
	const struct memgroup_totals totals = {
		.early_kernel_pages = 32 * B,
		.movable_pages = B,
	};

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_plug(system, dimm, 32, "KM..");
	expect_both(system, &(struct answer) {
		.number = 34,
		.group = dimm,
		.device = "-",
		.zone = ZONE_NORMAL,
		.reason = MEMGROUP_REASON_GROUP_HAS_KERNEL,
		.domain = MEMGROUP_DOMAIN_NONE,
		.question.config = { MEMGROUP_POLICY_AUTO_MOVABLE, 301, false },
		.question.group = {
			.on_node = true,
			.kernel_pages = B,
			.movable_pages = B,
		},
		.question.system = totals,
		.question.node = totals,
	});
}

static void unit_has_kernel(struct kunit *test)
{
	struct test_system *system = make_traced(test, 301);
	struct memory_group *group = system_dynamic(system, 0, 4);
	const struct memgroup_totals totals = {
		.early_kernel_pages = 32 * B,
		.movable_pages = 4 * B,
		.group_needed_pages = 4 * B * 100 / 301 - B,
		.group_movable_pages = 4 * B,
	};

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_plug(system, group, 32, "MMMM K...");
	expect_both(system, &(struct answer) {
		.number = 37,
		.group = group,
		.device = "-",
		.zone = ZONE_NORMAL,
		.reason = MEMGROUP_REASON_UNIT_HAS_KERNEL,
		.domain = MEMGROUP_DOMAIN_NONE,
		.question.config = { MEMGROUP_POLICY_AUTO_MOVABLE, 301, false },
		.question.group = {
			.on_node = true,
			.kernel_pages = B,
			.movable_pages = 4 * B,
			.unit_kernel_pages = B,
		},
		.question.system = totals,
		.question.node = totals,
	});
}

/* With another device's debt in the account */
static void system_ratio(struct kunit *test)
{
	struct test_system *system = make_traced(test, 301);
	struct memory_group *dimm = system_static(system, 0, 5);
	const struct memgroup_totals totals = {
		.early_kernel_pages = 4 * B,
		.movable_pages = 9 * B,
		.group_needed_pages = 8 * B * 100 / 301,
		.group_movable_pages = 8 * B,
	};

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 4);
	system_plug(system, system_dynamic(system, 0, 4), 32, "MMMM MMMM");
	system_plug(system, dimm, 40, "M....");
	expect_both(system, &(struct answer) {
		.number = 41,
		.group = dimm,
		.device = "-",
		.zone = ZONE_NORMAL,
		.reason = MEMGROUP_REASON_SYSTEM_RATIO,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.question.config = { MEMGROUP_POLICY_AUTO_MOVABLE, 301, false },
		.question.group = {
			.on_node = true,
			.movable_pages = B,
		},
		.question.system = totals,
		.question.node = totals,
	});
}

#if MAX_NUMNODES >= SYSTEM_NODES_MAX
/*
 *		boot	devices
 *	node 0	32
 *	node 1	 1	MM of four blocks
 */
static void node_ratio(struct kunit *test)
{
	struct test_system *system = make_traced(test, 301);
	struct memory_group *dimm = system_static(system, 1, 4);

	system_configure(system, MEMGROUP_POLICY_AUTO_MOVABLE, 301, true);
	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_boot_zone(system, 1, ZONE_NORMAL, 32, 1);
	system_plug(system, dimm, 36, "MM..");
	expect_both(system, &(struct answer) {
		.number = 38,
		.nid = 1,
		.group = dimm,
		.device = "-",
		.zone = ZONE_NORMAL,
		.reason = MEMGROUP_REASON_NODE_RATIO,
		.domain = MEMGROUP_DOMAIN_NODE,
		.question.config = { MEMGROUP_POLICY_AUTO_MOVABLE, 301, true },
		.question.group = {
			.on_node = true,
			.movable_pages = 2 * B,
		},
		.question.system = {
			.early_kernel_pages = 33 * B,
			.movable_pages = 2 * B,
		},
		.question.node = {
			.early_kernel_pages = B,
			.movable_pages = 2 * B,
		},
	});
}

/*
 * Both allow it, and node 1 has less room left. The groups of each domain are in
 * its own sums only, and the block of node 1 is one of a device of node 0.
 *
 *		boot	devices
 *	node 0	32	dynamic MMM. and the block
 *	node 1	 8	dynamic M...
 */
static void fits_on_the_node(struct kunit *test)
{
	struct test_system *system = make_traced(test, 301);
	struct memory_group *group = system_dynamic(system, 0, 4);

	system_configure(system, MEMGROUP_POLICY_AUTO_MOVABLE, 301, true);
	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_boot_zone(system, 1, ZONE_NORMAL, 32, 8);
	system_plug(system, group, 40, "MMM.");
	system_plug(system, system_dynamic(system, 1, 4), 44, "M...");
	system_add(system, 1, group, 48);
	expect_both(system, &(struct answer) {
		.number = 48,
		.nid = 1,
		.group = group,
		.device = "-",
		.zone = ZONE_MOVABLE,
		.reason = MEMGROUP_REASON_FITS,
		.domain = MEMGROUP_DOMAIN_NODE,
		.question.config = { MEMGROUP_POLICY_AUTO_MOVABLE, 301, true },
		.question.group.movable_pages = 3 * B,
		.question.system = {
			.early_kernel_pages = 40 * B,
			.movable_pages = 4 * B,
			.group_needed_pages = 3 * B * 100 / 301 + B * 100 / 301,
			.group_movable_pages = 4 * B,
		},
		.question.node = {
			.early_kernel_pages = 8 * B,
			.movable_pages = B,
			.group_needed_pages = B * 100 / 301,
			.group_movable_pages = B,
		},
	});
}
#endif

static void contiguous(struct kunit *test)
{
	struct test_system *system = make_traced(test, 301);
	struct memory_group *dimm = system_static(system, 0, 8);
	struct answer answer = {
		.number = 33,
		.group = dimm,
		.device = "-",
		.zone = ZONE_NORMAL,
		.reason = MEMGROUP_REASON_CONTIGUOUS,
		.domain = MEMGROUP_DOMAIN_NONE,
		.question.config = { MEMGROUP_POLICY_CONTIG_ZONES, 301, true },
		.question.movable_is_contiguous = false,
	};

	system_configure(system, MEMGROUP_POLICY_CONTIG_ZONES, 301, true);
	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_plug(system, dimm, 32, "K.K. M.M.");
	expect_both(system, &answer);

	answer.number = 37;
	answer.zone = ZONE_MOVABLE;
	answer.question.movable_is_contiguous = true;
	expect_both(system, &answer);
}

/* Under either policy, and whatever the policy would have said */
static void requested(struct kunit *test)
{
	struct test_system *system = make_traced(test, 301);
	struct memory_group *dimm = system_static(system, 0, 4);
	struct answer kernel = {
		.number = 33,
		.group = dimm,
		.device = "-",
		.zone = ZONE_NORMAL,
		.reason = MEMGROUP_REASON_REQUESTED,
		.domain = MEMGROUP_DOMAIN_NONE,
		.question.config.policy = MEMGROUP_POLICY_AUTO_MOVABLE,
		.question.request = MEMGROUP_REQUEST_ONLINE_KERNEL,
	};
	struct answer movable = kernel;

	movable.number = 34;
	movable.zone = ZONE_MOVABLE;
	movable.question.request = MEMGROUP_REQUEST_ONLINE_MOVABLE;

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_plug(system, dimm, 32, "K...");
	expect_decision(system, MMOP_ONLINE_KERNEL, &kernel);
	expect_decision(system, MMOP_ONLINE_MOVABLE, &movable);

	system_configure(system, MEMGROUP_POLICY_CONTIG_ZONES, 301, false);
	kernel.question.config.policy = MEMGROUP_POLICY_CONTIG_ZONES;
	movable.question.config.policy = MEMGROUP_POLICY_CONTIG_ZONES;
	expect_decision(system, MMOP_ONLINE_KERNEL, &kernel);
	expect_decision(system, MMOP_ONLINE_MOVABLE, &movable);
}

/* A device of one block that has three */
static void clamped(struct kunit *test)
{
	struct test_system *system = make_traced(test, 301);
	struct memory_group *dimm = system_static(system, 0, 1);
	const struct memgroup_totals totals = {
		.early_kernel_pages = 32 * B,
		.movable_pages = 2 * B,
	};

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_plug(system, dimm, 32, "MM.");
	expect_both(system, &(struct answer) {
		.number = 34,
		.group = dimm,
		.device = "-",
		.zone = ZONE_MOVABLE,
		.reason = MEMGROUP_REASON_FITS,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.question.config = { MEMGROUP_POLICY_AUTO_MOVABLE, 301, false },
		.question.group = {
			.on_node = true,
			.movable_pages = 2 * B,
		},
		.question.system = totals,
		.question.node = totals,
	});
	KUNIT_EXPECT_TRUE(test, seen.latest.verdict.clamped);
}

#ifdef CONFIG_ZONE_DMA32
/* The kernel zone is the one that the block is in, not just ZONE_NORMAL. */
static void zone_is_the_kernel_zone(struct kunit *test)
{
	struct test_system *system = make_traced(test, 0);

	system_boot_zone(system, 0, ZONE_DMA32, 0, 8);
	system_zone(system, 0, ZONE_DMA32)->spanned_pages = 9 * B;
	system_add(system, 0, NULL, 8);
	expect_both(system, &(struct answer) {
		.number = 8,
		.device = "-",
		.zone = ZONE_DMA32,
		.reason = MEMGROUP_REASON_RATIO_ZERO,
		.domain = MEMGROUP_DOMAIN_NONE,
		.question.config = { MEMGROUP_POLICY_AUTO_MOVABLE, 0, false },
	});
}
#endif

/* Devices */

static void expect_device(struct test_system *system,
			  struct memory_group *group, const char *device)
{
	const size_t length = strlen(device);
	struct kunit *test = system->test;

	decide(system, 32, MMOP_ONLINE);
	expect_events(test, 1, 0);
	KUNIT_EXPECT_EQ(test, seen.latest.mgid, group->id);
	KUNIT_EXPECT_STREQ(test, (const char *)seen.latest.device, device);
	KUNIT_EXPECT_NULL(test, memchr_inv(seen.latest.device + length, 0,
					   MEMGROUP_NAME_SIZE - length));
	preview(system, 0, 32);
	expect_events(test, 0, 1);
	KUNIT_EXPECT_EQ(test, seen.latest.mgid, group->id);
	KUNIT_EXPECT_STREQ(test, (const char *)seen.latest.device, device);
	KUNIT_EXPECT_NULL(test, memchr_inv(seen.latest.device + length, 0,
					   MEMGROUP_NAME_SIZE - length));
}

/* An event has the name of the moment: drivers name groups after registering. */
static void device_is_what_it_is_called_now(struct kunit *test)
{
	struct test_system *system = make_traced(test, 301);
	struct memgroup_registry *registry = &system->registry;
	struct memory_group *dimm;

	/* Id 0 is somebody else's. */
	system_static(system, 0, 1);
	dimm = system_static(system, 0, 1);
	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_plug(system, dimm, 32, ".");

	expect_device(system, dimm, "-");
	memgroup_registry_set_name(registry, dimm->id, "PNP0C80:00");
	expect_device(system, dimm, "PNP0C80:00");
	/* The longest that is kept, and what is cut to that */
	memgroup_registry_set_name(registry, dimm->id,
				   "0123456789abcdef0123456789abcde");
	expect_device(system, dimm, "0123456789abcdef0123456789abcde");
	memgroup_registry_set_name(registry, dimm->id,
				   "0123456789ABCDEF0123456789ABCDEF");
	expect_device(system, dimm, "0123456789ABCDEF0123456789ABCDE");
	/* As it is: whoever prints an event escapes it. */
	memgroup_registry_set_name(registry, dimm->id, "a b");
	expect_device(system, dimm, "a b");
	memgroup_registry_set_name(registry, dimm->id, "");
	expect_device(system, dimm, "-");
}

static void block_without_group(struct kunit *test)
{
	struct test_system *system = make_traced(test, 301);
	const struct memgroup_totals totals = { .early_kernel_pages = 32 * B };

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_add(system, 0, NULL, 32);
	expect_both(system, &(struct answer) {
		.number = 32,
		.device = "-",
		.zone = ZONE_MOVABLE,
		.reason = MEMGROUP_REASON_FITS,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.question.config = { MEMGROUP_POLICY_AUTO_MOVABLE, 301, false },
		.question.system = totals,
		.question.node = totals,
	});
}

/* valid_zones may be read for a block that is on its way out. */
static void preview_without_block(struct kunit *test)
{
	struct test_system *system = make_traced(test, 301);
	const struct memgroup_totals totals = {
		.early_kernel_pages = 32 * B,
		.movable_pages = 4 * B,
	};

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 32);
	system_plug(system, system_static(system, 0, 4), 32, "MMMM");
	expect_preview(system, &(struct answer) {
		.number = 36,
		.device = "-",
		.zone = ZONE_MOVABLE,
		.reason = MEMGROUP_REASON_FITS,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.question.config = { MEMGROUP_POLICY_AUTO_MOVABLE, 301, false },
		.question.system = totals,
		.question.node = totals,
	});
}

static struct kunit_case trace_cases[] = {
	KUNIT_CASE(each_attempt_is_an_event),
	KUNIT_CASE(only_questions_are_events),
	KUNIT_CASE(no_events_without_probes),
	KUNIT_CASE(events_are_outside_the_lock),
	KUNIT_CASE(event_comes_before_the_pages),
	KUNIT_CASE(fits),
	KUNIT_CASE(ratio_zero),
	KUNIT_CASE(group_has_kernel),
	KUNIT_CASE(unit_has_kernel),
	KUNIT_CASE(system_ratio),
#if MAX_NUMNODES >= SYSTEM_NODES_MAX
	KUNIT_CASE(node_ratio),
	KUNIT_CASE(fits_on_the_node),
#endif
	KUNIT_CASE(contiguous),
	KUNIT_CASE(requested),
	KUNIT_CASE(clamped),
#ifdef CONFIG_ZONE_DMA32
	KUNIT_CASE(zone_is_the_kernel_zone),
#endif
	KUNIT_CASE(device_is_what_it_is_called_now),
	KUNIT_CASE(block_without_group),
	KUNIT_CASE(preview_without_block),
	{}
};

struct kunit_suite memgroup_trace_suite = {
	.name = "memgroup-trace",
	.exit = trace_exit,
	.test_cases = trace_cases,
};
