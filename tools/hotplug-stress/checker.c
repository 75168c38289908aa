// SPDX-License-Identifier: GPL-2.0
#include "checker.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agreement.h"
#include "blocks.h"
#include "checker-log.h"
#include "checker-pages.h"
#include "debugfs.h"
#include "events.h"
#include "shadow.h"
#include "sysroot.h"
#include "tracer.h"
#include "view.h"
#include "zoneinfo.h"

#define INSTANCE	"hotplug-stress"
#define BUFFER_KIB	1024	/* for what goes online in an operation: thousands of blocks */

/*
 * A driver has a few words more to say after sysfs shows the end of an operation, such
 * as that its group is gone. So a difference counts only if it stays for this long.
 */
#define SETTLE_TRIES	10
#define SETTLE_NS	50000000L

struct checker {
	struct checker_ability ability;
	struct sysroot root;
	const char *const *ignored;
	size_t nr_ignored;
	int log;			/* or -1 */
	struct pages pages;
	/* What was read last. */
	struct blocks blocks;
	struct zoneinfo zones;
	struct view view;
	/* With memgroup only. */
	struct tracer *tracer;
	struct shadow *shadow;
	struct events events;		/* of the latest reading */
	struct policy_record policy;	/* of the check before */
	uint64_t decisions, previews;	/* in the trace, since then */
	uint64_t clamped;		/* of the shadow, then */
	/* At the start, for the end. */
	struct blocks start_blocks;
	struct policy_record start_policy;
	char *start_counts;
};

static int read_system(struct checker *c, struct fault *fault)
{
	int ret;

	blocks_free(&c->blocks);
	ret = blocks_read(&c->root, &c->blocks, fault);
	if (!ret)
		ret = zoneinfo_read(&c->root, &c->zones, fault);
	if (!ret && c->ability.decisions)
		ret = view_read(&c->root, &c->view, fault);
	return ret;
}

static void cannot(struct checker *c, const struct fault *why, const char *what)
{
	char *missing = c->ability.missing;
	const size_t len = strlen(missing);

	snprintf(missing + len, sizeof(c->ability.missing) - len,
		 "%s%s: %s", len ? "; " : "", what, why->text);
}

/* Nothing may have happened between the first reading and the last. */
static int start_at_rest(struct checker *c, struct fault *fault)
{
	int tries, ret;

	for (tries = 0; tries < SETTLE_TRIES; tries++) {
		ret = tracer_read(c->tracer, &c->events, fault);
		if (!ret)
			ret = read_system(c, fault);
		if (!ret)
			ret = tracer_read(c->tracer, &c->events, fault);
		if (ret || (!c->events.count && !c->events.nr_changes))
			return ret;
		nanosleep(&(struct timespec) { .tv_nsec = SETTLE_NS }, NULL);
	}
	return fault_set(fault, EBUSY,
			 "memory goes online or offline all the time: something else is at work");
}

static void stop_decisions(struct checker *c)
{
	c->ability.decisions = false;
	shadow_free(c->shadow);
	tracer_stop(c->tracer);
	c->shadow = NULL;
	c->tracer = NULL;
}

/* Without memgroup, or on a system of which it cannot say enough, no decisions. */
static int start_decisions(struct checker *c, struct fault *fault)
{
	int ret;

	ret = view_read(&c->root, &c->view, fault);
	if (ret == -ENOENT) {
		cannot(c, fault, "no decisions are checked");
		return 0;
	}
	if (ret)
		return ret;
	c->tracer = tracer_start(INSTANCE, BUFFER_KIB, fault);
	if (!c->tracer) {
		cannot(c, fault, "no decisions are checked");
		return 0;
	}
	c->ability.decisions = true;
	ret = start_at_rest(c, fault);
	if (!ret)
		ret = shadow_start(&c->shadow, &c->root, &c->blocks, &c->view,
				   &c->zones, fault);
	if (ret == -EOPNOTSUPP) {
		cannot(c, fault, "no decisions are checked");
		stop_decisions(c);
		return 0;
	}
	if (!ret)
		ret = agreement_counts(&c->root, &c->start_counts, fault);
	c->policy = c->view.policy;
	c->start_policy = c->view.policy;
	return ret;
}

static void start_log(struct checker *c)
{
	struct fault fault;

	c->log = log_open(&fault);
	c->ability.kernel_log = c->log >= 0;
	if (c->log < 0)
		cannot(c, &fault, "the kernel's log is not checked");
}

static int start(struct checker *c, struct fault *fault)
{
	int ret;

	ret = sysroot_open(&c->root, NULL, fault);
	if (!ret)
		ret = start_decisions(c, fault);
	if (!ret)
		ret = read_system(c, fault);
	if (!ret)
		ret = pages_start(&c->pages, &c->root, &c->blocks, &c->zones,
				  fault);
	if (!ret)
		ret = blocks_read(&c->root, &c->start_blocks, fault);
	if (!ret)
		start_log(c);
	return ret;
}

int checker_start(struct checker **checker, const char *const *ignored,
		  size_t nr, struct fault *fault)
{
	struct checker *c = calloc(1, sizeof(*c));
	int ret;

	*checker = NULL;
	if (!c)
		return fault_nomem(fault);
	c->root.fd = -1;
	c->log = -1;
	c->ignored = ignored;
	c->nr_ignored = nr;
	ret = start(c, fault);
	if (ret) {
		checker_stop(c);
		return ret;
	}
	*checker = c;
	return 0;
}

const struct checker_ability *checker_ability(const struct checker *c)
{
	return &c->ability;
}

static void count_events(struct checker *c)
{
	size_t i;

	for (i = 0; i < c->events.count; i++)
		*(c->events.list[i].preview ? &c->previews : &c->decisions) += 1;
}

/* The counters of debugfs moved by what was in the trace, and by what it says. */
static int check_counters(const struct checker *c, struct fault *fault)
{
	const struct policy_record *now = &c->view.policy, *then = &c->policy;
	const uint64_t clamped = shadow_clamped(c->shadow) - c->clamped;

	if (now->decisions - then->decisions != c->decisions ||
	    now->previews - then->previews != c->previews ||
	    now->clamped - then->clamped != clamped)
		return fault_set(fault, EBADE,
				 DEBUGFS "policy: %" PRIu64 " decisions, %" PRIu64
				 " previews and %" PRIu64 " clamped more; by the trace %" PRIu64
				 ", %" PRIu64 " and %" PRIu64,
				 now->decisions - then->decisions,
				 now->previews - then->previews,
				 now->clamped - then->clamped, c->decisions,
				 c->previews, clamped);
	return 0;
}

/* What debugfs or sysfs shows and cannot be is a violation as well. */
static int as_violation(int ret)
{
	return ret == -EINVAL ? -EBADE : ret;
}

/*
 * Events first: they are consumed by reading, and what they tell has happened for good.
 */
static int follow(struct checker *c, struct fault *fault)
{
	int ret;

	ret = tracer_read(c->tracer, &c->events, fault);
	if (ret)
		return ret;
	count_events(c);
	ret = shadow_follow(c->shadow, &c->events, &c->view.policy, fault);
	if (!ret)
		ret = agreement_check_decisions(&c->root, &c->events, fault);
	return as_violation(ret);
}

static int compare(struct checker *c, const struct op *op,
		   const struct outcome *outcome, struct fault *fault)
{
	int ret = 0;

	if (c->ability.decisions) {
		ret = check_counters(c, fault);
		if (!ret)
			ret = shadow_compare(c->shadow, &c->blocks, &c->view,
					     &c->zones, fault);
		if (!ret)
			ret = agreement_compare(&c->root, &c->blocks, &c->view,
						&c->zones, fault);
	}
	if (!ret)
		ret = pages_check(&c->pages, &c->root, &c->blocks, &c->zones, op,
				  outcome, fault);
	return as_violation(ret);
}

static int check(struct checker *c, const struct op *op,
		 const struct outcome *outcome, struct fault *fault)
{
	int tries, ret;

	for (tries = 0; ; tries++) {
		ret = as_violation(read_system(c, fault));
		if (!ret && c->ability.decisions) {
			/* A wrong decision does not become right by waiting. */
			ret = follow(c, fault);
			if (ret)
				return ret;
		}
		if (!ret)
			ret = compare(c, op, outcome, fault);
		if (ret != -EBADE || tries == SETTLE_TRIES)
			break;
		nanosleep(&(struct timespec) { .tv_nsec = SETTLE_NS }, NULL);
	}
	if (ret)
		return ret;
	if (c->ability.decisions) {
		c->policy = c->view.policy;
		c->clamped = shadow_clamped(c->shadow);
		c->decisions = 0;
		c->previews = 0;
	}
	if (!c->ability.kernel_log)
		return 0;
	return log_check(c->log, c->ignored, c->nr_ignored, fault);
}

int checker_check(struct checker *c, const struct op *op,
		  const struct outcome *outcome, struct fault *fault)
{
	return check(c, op, outcome, fault);
}

uint64_t checker_decisions(const struct checker *c)
{
	return c->shadow ? shadow_decisions(c->shadow) : 0;
}

static bool same_blocks(const struct blocks *a, const struct blocks *b)
{
	size_t i;

	if (a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++)
		if (a->list[i].number != b->list[i].number ||
		    strcmp(a->list[i].state, b->list[i].state) ||
		    strcmp(a->list[i].zone, b->list[i].zone))
			return false;
	return true;
}

int checker_finish(struct checker *c, struct fault *fault)
{
	char *counts;
	int ret;

	ret = check(c, NULL, NULL, fault);
	/* The same amount may lie elsewhere, if a device that grows had some. */
	if (ret || !c->ability.decisions ||
	    !same_blocks(&c->blocks, &c->start_blocks) ||
	    c->policy.auto_movable != c->start_policy.auto_movable ||
	    c->policy.ratio != c->start_policy.ratio ||
	    c->policy.numa_aware != c->start_policy.numa_aware)
		return ret;
	ret = agreement_counts(&c->root, &counts, fault);
	if (ret)
		return ret;
	if (strcmp(counts, c->start_counts))
		ret = fault_set(fault, EBADE,
				"the blocks are what they were at the start, the counts are not:\n%s\nnow:\n%s",
				c->start_counts, counts);
	free(counts);
	return ret;
}

void checker_stop(struct checker *c)
{
	if (!c)
		return;
	stop_decisions(c);
	events_free(&c->events);
	blocks_free(&c->blocks);
	blocks_free(&c->start_blocks);
	free(c->start_counts);
	if (c->log >= 0)
		close(c->log);
	sysroot_close(&c->root);
	free(c);
}
