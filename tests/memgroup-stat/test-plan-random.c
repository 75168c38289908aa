// SPDX-License-Identifier: GPL-2.0
/* Random plans against the oracle, block by block. SEED begins others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "oracle.h"
#include "plan-tests.h"

#define RANDOM_PLANS	60
#define RANDOM_BLOCKS	1024
#define RANDOM_DEVICES	16

static uint64_t seed;

static uint64_t draw(uint64_t below)
{
	/* xorshift64* */
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (seed * 2685821657736338717ULL >> 16) % below;
}

struct twin {
	struct plan *plan;
	struct oracle oracle;
	struct oracle_block blocks[RANDOM_BLOCKS];
	struct oracle_group groups[RANDOM_DEVICES];
	struct oracle_range ranges[16];
	uint64_t boot_kernel;
	char history[2048];
};

static void note(struct twin *t, const struct plan_step *step)
{
	const size_t len = strlen(t->history);

	snprintf(t->history + len, sizeof(t->history) - len,
		 "\n  action %d name %s node %d bytes %llu max %llu unit %llu block %llu value %u",
		 step->action, step->name, step->node, (unsigned long long)step->bytes,
		 (unsigned long long)step->max_bytes, (unsigned long long)step->unit_bytes,
		 (unsigned long long)step->block, step->value);
}

static void boot_twin(struct twin *t)
{
	static const enum oracle_zone zones[] = {
		[PLAN_DMA] = ORACLE_DMA, [PLAN_DMA32] = ORACLE_DMA32,
		[PLAN_NORMAL] = ORACLE_NORMAL, [PLAN_MOVABLE] = ORACLE_MOVABLE,
	};
	const uint64_t sizes[] = { draw(12) * MIB(512), draw(6) * MIB(512), draw(2) * GIB(2) };
	const size_t nr_nodes = 1 + draw(3);
	struct oracle *o = &t->oracle;
	struct plan_memory cma = { .cma = draw(3) * MIB(64) };
	size_t i;

	good(plan_boot_pc(t->plan, sizes, nr_nodes, RESERVED, &fault));
	good(plan_add_memory(t->plan, 0, &cma, &fault));
	for (i = 0; i < nr_nodes; i++) {
		struct plan_sums sums;

		plan_sum(t->plan, (int)i, &sums);
		o->boot_kernel[i] = (sums.kernel - sums.cma) / 4096;
		o->boot_movable[i] = sums.cma / 4096;
		t->boot_kernel += sums.kernel;
	}
	for (i = 0; i < plan_nr_ranges(t->plan); i++) {
		const struct plan_range *r = plan_range(t->plan, i);
		struct oracle_range range = {
			.node = r->node, .first = r->first, .last = r->last,
		};

		range.zone = r->zone == PLAN_SEVERAL ? ORACLE_DMA : zones[r->zone];
		t->ranges[o->nr_ranges++] = range;
		if (r->zone == PLAN_SEVERAL) {
			range.zone = ORACLE_DMA32;
			t->ranges[o->nr_ranges++] = range;
		}
	}
}

static struct oracle_block *twin_block(struct twin *t, uint64_t number)
{
	size_t i;

	for (i = 0; i < t->oracle.nr_blocks; i++)
		if (t->blocks[i].number == number)
			return &t->blocks[i];
	return NULL;
}

static void drop_missing(struct twin *t)
{
	size_t i, kept = 0;

	for (i = 0; i < t->oracle.nr_blocks; i++) {
		const struct plan_device *d = plan_device(t->plan, (size_t)t->blocks[i].group);
		unsigned int reason;

		if (!d->gone && plan_block(d, t->blocks[i].number - d->first, &reason) >
				PLAN_OFFLINE)
			t->blocks[kept++] = t->blocks[i];
	}
	t->oracle.nr_blocks = kept;
}

static void add_groups(struct twin *t)
{
	struct oracle *o = &t->oracle;
	size_t i;

	/* A group without blocks counts for nothing: those of the gone may stay. */
	for (i = o->nr_groups; i < plan_nr_devices(t->plan); i++) {
		const struct plan_device *d = plan_device(t->plan, i);
		const bool dynamic = d->type == MEMGROUP_TYPE_DYNAMIC;

		t->groups[o->nr_groups++] = (struct oracle_group) {
			.id = (int)i, .node = d->node, .dynamic = dynamic,
			.max_pages = dynamic ? 0 : d->plugged_bytes / 4096,
			.unit_pages = dynamic ? d->unit_blocks * o->block_pages : 0,
		};
	}
}

/* Each block that came, in the order that they come, against the oracle. */
static void compare(struct twin *t, const struct plan_step *step)
{
	struct oracle *o = &t->oracle;
	struct plan_sums sums;
	uint64_t movable = 0, kernel = 0;
	size_t i;

	add_groups(t);
	drop_missing(t);
	for (i = 0; i < plan_nr_devices(t->plan); i++) {
		const struct plan_device *d = plan_device(t->plan, i);
		uint64_t block;

		for (block = 0; !d->gone && block < d->end; block++) {
			const uint64_t number = d->first + block;
			struct oracle_answer answer;
			unsigned int reason;
			const enum plan_zone zone = plan_block(d, block, &reason);

			if (zone <= PLAN_OFFLINE)
				continue;
			if (!twin_block(t, number)) {
				answer = step->action == PLAN_BLOCK_ONLINE_KERNEL ||
					 step->action == PLAN_BLOCK_ONLINE_MOVABLE ?
					oracle_ask_by_hand(o, step->action ==
							   PLAN_BLOCK_ONLINE_MOVABLE) :
					oracle_ask(o, number, d->node, (int)i);
				if (answer.movable != (zone == PLAN_MOVABLE) ||
				    strcmp(answer.reason, memgroup_reason_name(reason)))
					fail_msg("block %llu: %s, %s; the oracle: %s, %s; the steps:%s",
						 (unsigned long long)number,
						 plan_zone_name(zone),
						 memgroup_reason_name(reason),
						 answer.movable ? "Movable" : "kernel",
						 answer.reason, t->history);
				t->blocks[o->nr_blocks++] = (struct oracle_block) {
					.number = number, .node = d->node,
					.group = (int)i, .movable = answer.movable,
				};
			}
			*(zone == PLAN_MOVABLE ? &movable : &kernel) += MIB(128);
		}
	}
	plan_sum(t->plan, PLAN_SYSTEM, &sums);
	assert_int_equal(sums.movable, movable);
	assert_int_equal(sums.kernel, kernel + t->boot_kernel);
}

/* A device of that kind that is there, or NULL. */
static const struct plan_device *draw_device(const struct twin *t, bool dynamic)
{
	const size_t nr = plan_nr_devices(t->plan), start = nr ? draw(nr) : 0;
	size_t i;

	for (i = 0; i < nr; i++) {
		const struct plan_device *d = plan_device(t->plan, (start + i) % nr);

		if (!d->gone && (d->type == MEMGROUP_TYPE_DYNAMIC) == dynamic)
			return d;
	}
	return NULL;
}

static bool draw_block_step(const struct twin *t, struct plan_step *step)
{
	const struct plan_device *d = draw_device(t, draw(2));
	unsigned int reason;
	uint64_t block;
	enum plan_zone zone;

	if (!d || !d->end)
		return false;
	block = draw(d->end);
	zone = plan_block(d, block, &reason);
	if (zone == PLAN_ABSENT)
		return false;
	step->block = d->first + block;
	step->action = zone == PLAN_OFFLINE ?
		PLAN_BLOCK_ONLINE + (enum plan_action)draw(3) : PLAN_BLOCK_OFFLINE;
	return true;
}

static bool draw_step(const struct twin *t, struct plan_step *step)
{
	static const uint32_t some_ratios[] = { 0, 1, 50, 100, 301, 400, 2000, UINT32_MAX };
	static const uint64_t units[] = { 0, MIB(64), MIB(128), MIB(256), MIB(1024) };
	const struct plan_device *d;

	*step = (struct plan_step) {
		.first = PLAN_ANYWHERE, .count = 1, .node = (int)draw(3),
	};
	switch (draw(12)) {
	case 0:
	case 1:
		step->action = PLAN_PLUG_STATIC;
		step->bytes = (1 + draw(32)) * MIB(128);
		return plan_nr_devices(t->plan) < RANDOM_DEVICES;
	case 2:
	case 3:
		step->action = PLAN_PLUG_DYNAMIC;
		step->max_bytes = (1 + draw(16)) * MIB(1024);
		step->unit_bytes = units[draw(5)];
		return plan_nr_devices(t->plan) < RANDOM_DEVICES;
	case 4:
		d = draw_device(t, false);
		step->action = PLAN_UNPLUG;
		break;
	case 5:
		step->action = PLAN_SET_RATIO;
		step->value = draw(2) ? some_ratios[draw(8)] : (uint32_t)draw(1000);
		return true;
	case 6:
		step->action = PLAN_SET_POLICY;
		step->value = draw(3) ? MEMGROUP_POLICY_AUTO_MOVABLE :
					MEMGROUP_POLICY_CONTIG_ZONES;
		return true;
	case 7:
		step->action = PLAN_SET_NUMA_AWARE;
		step->value = (uint32_t)draw(2);
		return true;
	case 8:
		return draw_block_step(t, step);
	default:
		d = draw_device(t, true);
		step->action = PLAN_RESIZE;
		if (d) {
			const uint64_t piece = d->unit_blocks > 1 ?
				d->unit_blocks * MIB(128) : d->piece_bytes;

			step->bytes = draw(d->nr_blocks * MIB(128) / piece + 1) * piece;
		}
	}
	if (d)
		memcpy(step->name, d->name, sizeof(step->name));
	return d;
}

static void random_plans(void **state)
{
	static struct twin t;
	uint64_t start;
	unsigned int i, steps;

	(void)state;
	start = getenv("SEED") ? strtoull(getenv("SEED"), NULL, 0) : 20260;
	print_message("# SEED=%llu\n", (unsigned long long)start);
	for (i = 0; i < RANDOM_PLANS; i++) {
		struct plan_config config = config_of(301);

		seed = (start + i) * 0x9e3779b97f4a7c15ULL + 1;
		memset(&t, 0, sizeof(t));
		config.movable_node = !draw(4);
		good(plan_new(&t.plan, &config, &fault));
		t.oracle = (struct oracle) {
			.block_pages = MIB(128) / 4096, .blocks = t.blocks,
			.groups = t.groups, .ranges = t.ranges,
			.movable_node = config.movable_node,
		};
		boot_twin(&t);
		for (steps = 0; steps < 30; steps++) {
			const struct memgroup_config *policy = &plan_config(t.plan)->policy;
			struct plan_step step;

			if (t.oracle.nr_blocks > RANDOM_BLOCKS / 2 || !draw_step(&t, &step))
				continue;
			note(&t, &step);
			if (plan_do(t.plan, &step, &fault))
				fail_msg("%s; the steps:%s", fault.text, t.history);
			t.oracle.ratio = policy->ratio;
			t.oracle.numa_aware = policy->numa_aware;
			t.oracle.contig_zones = policy->policy == MEMGROUP_POLICY_CONTIG_ZONES;
			compare(&t, &step);
		}
		plan_free(t.plan);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
