// SPDX-License-Identifier: GPL-2.0
/*
 * How long does the policy alone, the kernel's policy.c, take for a verdict?
 *
 * policy-cost ROUNDS MILLISECONDS asks a mix of questions for so long, twice a round,
 * and prints "time ROUND a|b decision NANOSECONDS", of processor time. Before that, how
 * many questions of the mix each reason answers: "reason NAME NUMBER".
 */

#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "policy.h"

/* More than a branch predictor learns by heart, and less than the cache holds. */
#define QUESTIONS 4096

static struct memgroup_question questions[QUESTIONS];

/* In pages of 4 KiB. */
#define MIB(n) ((n) * UINT64_C(256))
#define GIB(n) MIB((n) * UINT64_C(1024))
#define BLOCK MIB(128)

static uint64_t state = 1;

/* The same mix on every host: xorshift64. */
static uint64_t random_below(uint64_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % n;
}

/* From least to most, in whole blocks. */
static uint64_t random_blocks(uint64_t least, uint64_t most)
{
	return least + random_below((most - least) / BLOCK + 1) * BLOCK;
}

static void make_configuration(struct memgroup_question *question)
{
	static const unsigned int ratios[] = { 301, 301, 301, 301, 301, 301, 100, 150, 400, 0 };

	question->config.policy = random_below(20) ? MEMGROUP_POLICY_AUTO_MOVABLE :
						     MEMGROUP_POLICY_CONTIG_ZONES;
	question->config.ratio = ratios[random_below(10)];
	question->config.numa_aware = random_below(4);
	question->request = random_below(20) ? MEMGROUP_REQUEST_ONLINE :
			    random_below(2) ? MEMGROUP_REQUEST_ONLINE_KERNEL :
					      MEMGROUP_REQUEST_ONLINE_MOVABLE;
	question->movable_is_contiguous = random_below(2);
}

/* Grown by DIMMs of 1 to 8 GiB, or by a device in units of 1 to 4 blocks. */
static void make_group(struct memgroup_question *question)
{
	struct memgroup_member *group = &question->group;

	group->type = random_below(MEMGROUP_TYPE_COUNT);
	group->on_node = random_below(8);
	if (group->type == MEMGROUP_TYPE_STATIC) {
		group->max_pages = GIB(1) << random_below(4);
		if (random_below(4))
			group->movable_pages = random_blocks(0, group->max_pages - BLOCK);
		else
			group->kernel_pages = random_blocks(0, group->max_pages - BLOCK);
	} else if (group->type == MEMGROUP_TYPE_DYNAMIC) {
		group->unit_pages = BLOCK << random_below(3);
		group->movable_pages = random_blocks(0, GIB(24));
		group->kernel_pages = random_blocks(0, group->movable_pages / 3);
		if (random_below(4))
			group->unit_movable_pages = random_blocks(0, group->unit_pages - BLOCK);
		else
			group->unit_kernel_pages = random_blocks(0, group->unit_pages - BLOCK);
	}
}

/* A node's part of what the deciding group and others have, as sums see it. */
static void make_totals(struct memgroup_totals *totals, const struct memgroup_question *question,
			uint64_t boot, bool with_group)
{
	const struct memgroup_member *group = &question->group;

	totals->early_kernel_pages = boot;
	totals->group_movable_pages = random_blocks(0, GIB(8));
	totals->group_needed_pages = random_blocks(0, boot / 8);
	totals->movable_pages = totals->group_movable_pages + random_blocks(0, boot * 2);
	if (!with_group)
		return;
	totals->movable_pages += group->movable_pages;
	if (group->type == MEMGROUP_TYPE_DYNAMIC) {
		totals->group_movable_pages += group->movable_pages;
		totals->group_needed_pages += memgroup_policy_needed(group->kernel_pages,
								     group->movable_pages,
								     question->config.ratio);
	}
}

static void make_question(struct memgroup_question *question)
{
	const uint64_t boot = GIB(4) << random_below(4);
	const struct memgroup_totals *node = &question->node;

	make_configuration(question);
	question->block_pages = BLOCK;
	make_group(question);
	make_totals(&question->node, question, random_below(4) ? boot / 2 : boot,
		    question->group.on_node);
	/* The system is this node, or another one beside it. */
	make_totals(&question->system, question, boot, !question->group.on_node);
	question->system.movable_pages += node->movable_pages / 2;
	question->system.group_movable_pages += node->group_movable_pages / 2;
	question->system.group_needed_pages += node->group_needed_pages / 2;
}

static uint64_t now(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t))
		err(1, "clock_gettime");
	return t.tv_sec * UINT64_C(1000000000) + t.tv_nsec;
}

/* Where verdicts go, so that none can be left out; the policy is in another object. */
static volatile uint64_t used;

static uint64_t ask_all(void)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < QUESTIONS; i++) {
		const struct memgroup_verdict verdict = memgroup_policy_decide(&questions[i]);

		sum += verdict.movable + verdict.limit_pages;
	}
	return sum;
}

static double ns_per_decision(uint64_t least_ns)
{
	const uint64_t start = now();
	uint64_t passes = 0, took;

	do {
		used += ask_all();
		passes++;
		took = now() - start;
	} while (took < least_ns);
	return (double)took / passes / QUESTIONS;
}

static void print_mix(void)
{
	unsigned int answers[MEMGROUP_REASON_COUNT] = { 0 };
	size_t i;

	for (i = 0; i < QUESTIONS; i++)
		answers[memgroup_policy_decide(&questions[i]).reason]++;
	for (i = 0; i < MEMGROUP_REASON_COUNT; i++)
		printf("reason %s %u\n", memgroup_reason_name(i), answers[i]);
}

static long number(const char *text)
{
	char *end;
	const long n = strtol(text, &end, 10);

	if (*end || n < 1 || n > 1000000)
		errx(2, "%s: not a number from 1 to 1000000", text);
	return n;
}

int main(int argc, char **argv)
{
	uint64_t least_ns;
	long rounds, round;
	size_t i;

	if (argc != 3)
		errx(2, "usage: policy-cost ROUNDS MILLISECONDS");
	rounds = number(argv[1]);
	least_ns = number(argv[2]) * UINT64_C(1000000);

	for (i = 0; i < QUESTIONS; i++)
		make_question(&questions[i]);
	print_mix();
	ns_per_decision(least_ns);
	for (round = 1; round <= rounds; round++) {
		/* Each comes first every other time. */
		const char *names = round % 2 ? "ab" : "ba";

		for (i = 0; i < 2; i++)
			printf("time %ld %c decision %.4f\n", round, names[i],
			       ns_per_decision(least_ns));
	}
	return 0;
}
