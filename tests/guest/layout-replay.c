// SPDX-License-Identifier: GPL-2.0
/*
 * Plugs a scenario's memory into the machine that this runs in, step by step, and
 * compares what the kernel did with what it should have done: the layout, each
 * decision with its reason, and the debugfs view with everything else.
 *
 * As a test (--run) each step is a TAP test. As a demonstration (--narrate) it
 * shows what happens and why. With --capture it compares nothing and prints what
 * became of the memory.
 */

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "agreement.h"
#include "by-hand.h"
#include "capture.h"
#include "carry-out.h"
#include "dax.h"
#include "leaks.h"
#include "memmap.h"
#include "narrate.h"
#include "replay.h"
#include "shadow.h"
#include "system.h"
#include "tracer.h"

/* A kernel with KASAN needs minutes for what takes others seconds. */
#define RESIZE_SECONDS 240
#define SETTLE_SECONDS 120

struct replay replay;

static void wait_a_moment(void)
{
	nanosleep(&(struct timespec) { .tv_nsec = 100000000 }, NULL);
}

/* Waits until as many blocks are there as in @expected, and as many online. */
static int settle(const struct layout *expected, struct blocks *blocks,
		  struct fault *fault)
{
	const time_t start = time(NULL);
	struct layout layout;
	int ret;

	for (;;) {
		blocks_free(blocks);
		ret = blocks_read(system_root(), blocks, fault);
		if (!ret)
			ret = layout_of(blocks, &layout, fault);
		if (ret)
			return ret;
		if (layout_online(&layout) == layout_online(expected) &&
		    blocks->count == layout_blocks(expected))
			return 0;
		if (time(NULL) - start > SETTLE_SECONDS)
			return layout_compare(expected, &layout, fault);
		wait_a_moment();
	}
}

static bool is_online(const struct blocks *blocks, unsigned long number)
{
	const struct block *block = blocks_find(blocks, number);

	return block && !strcmp(block->state, "online");
}

/* Blocks that are online in @some, but not in @others. */
static size_t count_online(const struct blocks *some,
			   const struct blocks *others)
{
	size_t i, count = 0;

	for (i = 0; i < some->count; i++)
		count += is_online(some, some->list[i].number) &&
			 !is_online(others, some->list[i].number);
	return count;
}

/* What is there before a step: the oracle is asked about that, and what follows. */
static int start_shadow(struct shadow **shadow, struct fault *fault)
{
	struct blocks blocks = {};
	struct zoneinfo zones;
	struct view view;
	int ret;

	ret = blocks_read(system_root(), &blocks, fault);
	if (!ret)
		ret = view_read(system_root(), &view, fault);
	if (!ret)
		ret = zoneinfo_read(system_root(), &zones, fault);
	if (!ret)
		ret = shadow_start(shadow, system_root(), &blocks, &view, &zones,
				   fault);
	blocks_free(&blocks);
	return ret;
}

/* Every decision is the oracle's, under the scenario's policy. */
static int check_shadow(struct shadow *shadow, const struct events *events,
			struct fault *fault)
{
	const struct scenario *scenario = &replay.scenario;
	struct zoneinfo zones;
	struct view view;
	int ret;

	ret = view_read(system_root(), &view, fault);
	if (!ret)
		ret = zoneinfo_read(system_root(), &zones, fault);
	if (ret)
		return ret;
	if (!view.policy.auto_movable || view.policy.ratio != scenario->ratio ||
	    view.policy.numa_aware != scenario->numa_aware)
		return fault_set(fault, EINVAL,
				 "the policy is not the scenario's, auto-movable with %u%%",
				 scenario->ratio);
	ret = shadow_follow(shadow, events, &view.policy, fault);
	return ret ? ret : shadow_compare(shadow, &replay.blocks, &view, &zones,
					  fault);
}

/* Each block that came online has one decision, the right one, for its zone. */
static int check_decisions(struct shadow *shadow, const struct blocks *before,
			   const struct events *events, struct fault *fault)
{
	const size_t came = count_online(&replay.blocks, before);
	const size_t went = count_online(before, &replay.blocks);
	size_t i, decided = 0;

	for (i = 0; i < replay.blocks.count; i++) {
		const struct block *block = &replay.blocks.list[i];
		const struct decision *decision = NULL;
		size_t j, decisions = 0;

		if (is_online(before, block->number) ||
		    !is_online(&replay.blocks, block->number))
			continue;
		for (j = 0; j < events->count; j++) {
			if (events->list[j].block != block->number)
				continue;
			decision = &events->list[j];
			decisions++;
		}
		if (decisions != 1 || decision->preview ||
		    decision->node != block->node ||
		    strcmp(decision->zone, block->zone))
			return fault_set(fault, EINVAL,
					 "block %lu in %s: %zu decisions, the last for %s",
					 block->number, block->zone, decisions,
					 decision ? decision->zone : "nothing");
	}
	/* Looking on may have been a preview, of a block on its way offline. */
	for (i = 0; i < events->count; i++)
		decided += !events->list[i].preview;
	if (decided != came || events->onlined != came ||
	    events->offlined != went)
		return fault_set(fault, EINVAL,
				 "%zu blocks came, %zu went: %zu decisions, %zu onlined and %zu offlined in the trace",
				 came, went, decided, events->onlined,
				 events->offlined);
	return check_shadow(shadow, events, fault);
}

static int same_layout(const struct layout *a, const struct layout *b)
{
	struct fault ignored;

	return !layout_compare(a, b, &ignored);
}

/* Whenever memory and parameters are what they were at the start, so are all counts. */
static int check_return(const struct layout *layout, struct fault *fault)
{
	char *counts;
	int ret;

	if (!same_layout(layout, &replay.start) ||
	    replay.scenario.ratio != replay.start_ratio ||
	    replay.scenario.numa_aware != replay.start_numa_aware)
		return 0;
	ret = agreement_counts(system_root(), &counts, fault);
	if (ret)
		return ret;
	if (strcmp(counts, replay.start_counts))
		ret = fault_set(fault, EINVAL,
				"the memory is what it was at the start, the counts are not:\n%s\nnow:\n%s",
				replay.start_counts, counts);
	free(counts);
	return ret;
}

/* Does a step. @events gets the decisions of it. */
static int do_step(const struct step *step, struct events *events,
		   struct fault *fault)
{
	struct blocks before = replay.blocks;
	struct shadow *shadow = NULL;
	struct layout layout;
	int ret = 0;

	replay.blocks = (struct blocks) {};
	/* What a step before this one left in the trace, if it failed. */
	if (!replay.layout_only)
		ret = tracer_read(replay.tracer, events, fault);
	if (!ret && !replay.layout_only)
		ret = start_shadow(&shadow, fault);
	if (!ret)
		ret = carry_out(step, RESIZE_SECONDS, fault);
	if (!ret && step->op == OP_RATIO)
		replay.scenario.ratio = step->value;
	if (!ret && step->op == OP_NUMA_AWARE)
		replay.scenario.numa_aware = step->value;
	if (!ret)
		ret = settle(&step->layout, &replay.blocks, fault);
	if (!ret)
		ret = layout_of(&replay.blocks, &layout, fault);
	if (!ret)
		ret = layout_compare(&step->layout, &layout, fault);
	if (!ret)
		ret = dax_check_blocks(&replay.blocks, fault);
	/* What virtio-mem has not plugged of a block cannot be used, either. */
	if (!ret && !replay.scenario.nr_virtio_mem)
		ret = memmap_check(&replay.blocks,
				   replay.scenario.memmap_on_memory, fault);
	if (ret || replay.layout_only)
		goto out;

	ret = tracer_read(replay.tracer, events, fault);
	if (!ret)
		ret = check_decisions(shadow, &before, events, fault);
	if (!ret)
		ret = agreement_check(system_root(), &replay.blocks, fault);
	if (!ret)
		ret = agreement_check_decisions(system_root(), events, fault);
	if (!ret)
		ret = dax_check_groups(fault);
	if (!ret)
		ret = check_return(&layout, fault);
out:
	shadow_free(shadow);
	blocks_free(&before);
	return ret;
}

static int begin(struct fault *fault)
{
	int ret;

	replay.start_ratio = replay.scenario.ratio;
	replay.start_numa_aware = replay.scenario.numa_aware;
	ret = blocks_read(system_root(), &replay.blocks, fault);
	if (!ret)
		ret = layout_of(&replay.blocks, &replay.start, fault);
	if (ret || replay.layout_only)
		return ret;
	ret = agreement_counts(system_root(), &replay.start_counts, fault);
	if (ret)
		return ret;
	replay.tracer = tracer_start("memgroup-layout-replay", 4096, fault);
	return replay.tracer ? 0 : -ENOENT;
}

static void end(void)
{
	tracer_stop(replay.tracer);
	blocks_free(&replay.blocks);
	free(replay.start_counts);
}

/* The cmocka face. */

static int test_begin(void **state)
{
	(void)state;
	if (!begin(&replay.fault))
		return 0;
	fprintf(stderr, "%s\n", replay.fault.text);
	return -1;
}

static int test_end(void **state)
{
	(void)state;
	end();
	return 0;
}

static void test_step(void **state)
{
	struct events events = {};
	int ret = do_step(*state, &events, &replay.fault);

	events_free(&events);
	if (ret)
		fail_msg("%s", replay.fault.text);
}

/* After the last step that leaves a block in ZONE_MOVABLE. */
static const struct {
	const char *name;
	int (*check)(struct fault *fault);
} checks_by_hand[] = {
	{ "a block by hand, in every way", by_hand_every_way },
	{ "a block that a notifier refuses", by_hand_refused },
	{ "parameters, good and bad ones", by_hand_parameters },
};

#define NR_CHECKS (sizeof(checks_by_hand) / sizeof(*checks_by_hand))

static void test_by_hand(void **state)
{
	int (**check)(struct fault *fault) = *state;

	if ((*check)(&replay.fault))
		fail_msg("%s", replay.fault.text);
}

/* Counted from 1; 0: there is none, or nothing by hand is wanted or can be checked. */
static size_t last_movable_step(const struct scenario *scenario)
{
	size_t last = replay.layout_only || !scenario->by_hand ?
		      0 : scenario->nr_steps;

	while (last && !layout_has_zone(&scenario->steps[last - 1].layout,
					"Movable"))
		last--;
	return last;
}

static void test_leaks(void **state)
{
	(void)state;
	if (leaks_check(NULL, &replay.fault))
		fail_msg("%s", replay.fault.text);
}

static int run_as_tests(void)
{
	static struct CMUnitTest tests[SCENARIO_STEPS_MAX + NR_CHECKS + 1];
	static char names[SCENARIO_STEPS_MAX + NR_CHECKS][160];
	const struct scenario *scenario = &replay.scenario;
	const size_t last = last_movable_step(scenario);
	const size_t checks = last ? NR_CHECKS : 0;
	struct CMUnitTest *test = tests;
	char (*name)[160] = names;
	char command[64];
	size_t i, j;

	for (i = 0; i < scenario->nr_steps; i++) {
		step_describe(&scenario->steps[i], command, sizeof(command));
		snprintf(*name, sizeof(*name), "%s, step %zu: %s",
			 scenario->name, i + 1, command);
		test->name = *name++;
		test->test_func = test_step;
		test++->initial_state = (void *)&scenario->steps[i];
		for (j = 0; i + 1 == last && j < checks; j++) {
			snprintf(*name, sizeof(*name), "%s: %s", scenario->name,
				 checks_by_hand[j].name);
			test->name = *name++;
			test->test_func = test_by_hand;
			test++->initial_state = (void *)&checks_by_hand[j].check;
		}
	}
	if (leaks_watched()) {
		test->name = "kmemleak";
		test++->test_func = test_leaks;
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests(scenario->name, tests, test - tests,
				       test_begin, test_end);
}

/* The face of the demonstration. */
static int narrate(void)
{
	const struct scenario *scenario = &replay.scenario;
	struct events events = {};
	unsigned int i;
	int ret;

	ret = begin(&replay.fault);
	if (!ret)
		narrate_start(scenario);
	for (i = 0; i < scenario->nr_steps && !ret; i++) {
		narrate_step(&scenario->steps[i], i + 1);
		ret = do_step(&scenario->steps[i], &events, &replay.fault);
		if (!ret)
			ret = narrate_result(&replay.blocks, &events,
					     &replay.fault);
	}
	events_free(&events);
	end();
	if (!ret)
		return 0;
	fflush(stdout);
	fprintf(stderr, "layout-replay: %s\n", replay.fault.text);
	return 1;
}

static int capture_main(void)
{
	int ret = capture(&replay.scenario, &replay.fault);

	if (ret)
		fprintf(stderr, "layout-replay: %s\n", replay.fault.text);
	return ret ? 1 : 0;
}

static void usage(FILE *out)
{
	fputs("Usage: layout-replay --list FILE\n"
	      "       layout-replay --vm-options FILE SCENARIO\n"
	      "       layout-replay --run [--layout-only] FILE SCENARIO\n"
	      "       layout-replay --narrate FILE SCENARIO\n"
	      "       layout-replay --capture FILE SCENARIO\n"
	      "Replay a scenario of memory hotplug in the guest of hotplug-vm.\n"
	      "\n"
	      "  -l, --list         print the scenarios of FILE\n"
	      "  -o, --vm-options   print what hotplug-vm needs for the scenario\n"
	      "  -r, --run          replay it as TAP tests\n"
	      "  -L, --layout-only  on a kernel without memgroup: compare layouts only\n"
	      "  -n, --narrate      replay it and show what happens and why\n"
	      "  -c, --capture      replay it on any kernel and print what became of it, for\n"
	      "                     others to judge\n"
	      "  -h, --help         this text\n", out);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "list", no_argument, NULL, 'l' },
		{ "vm-options", no_argument, NULL, 'o' },
		{ "run", no_argument, NULL, 'r' },
		{ "layout-only", no_argument, NULL, 'L' },
		{ "narrate", no_argument, NULL, 'n' },
		{ "capture", no_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{}
	};
	int mode = 0, option, ret;

	setlinebuf(stdout);
	while ((option = getopt_long(argc, argv, "lorLnch", options, NULL)) != -1) {
		switch (option) {
		case 'L':
			replay.layout_only = true;
			break;
		case 'h':
			usage(stdout);
			return 0;
		case '?':
			usage(stderr);
			return 2;
		default:
			mode = option;
			break;
		}
	}
	if (!mode || argc - optind != (mode == 'l' ? 1 : 2)) {
		usage(stderr);
		return 2;
	}

	if (mode == 'l')
		ret = scenario_list(argv[optind], &replay.fault);
	else
		ret = scenario_read(argv[optind], argv[optind + 1],
				    &replay.scenario, &replay.fault);
	if (ret) {
		fprintf(stderr, "layout-replay: %s\n", replay.fault.text);
		return 1;
	}

	switch (mode) {
	case 'o':
		scenario_print_vm_options(&replay.scenario);
		break;
	case 'r':
		return run_as_tests() ? 1 : 0;
	case 'n':
		return narrate();
	case 'c':
		return capture_main();
	}
	return 0;
}
