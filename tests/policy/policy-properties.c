// SPDX-License-Identifier: GPL-2.0
/*
 * What an administrator relies on, whatever the policy does in detail: held against
 * the policy at the decisions of random histories. A property that never had anything
 * to say is a failure, too.
 *
 * SEED=N does the same again; JOBS is the number of processes.
 */

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "crew.h"
#include "generate.h"
#include "properties.h"
#include "replug.h"

#define HISTORIES	20000

/* The one about a whole history comes after those about a decision. */
#define BACK_TO_START	PROPERTIES
#define ALL		(PROPERTIES + 1)

struct shared {
	uint64_t seed;
	unsigned int crew;
	u64 held[CREW_MAX][ALL];
	atomic_bool broken[ALL];
};

static const char *name_of(unsigned int property)
{
	return property == BACK_TO_START ?
	       "unplugging all leads the machine's sums back to the start" :
	       properties[property].what;
}

/* Add up what a property said; the first time that it is broken is reported. */
static void note(struct shared *shared, unsigned int worker,
		 unsigned int property, enum outcome outcome,
		 uint64_t index, const struct history *history)
{
	if (outcome == HOLDS)
		shared->held[worker][property]++;
	if (outcome != BROKEN ||
	    atomic_exchange(&shared->broken[property], true))
		return;
	printf("# \"%s\" is broken after history %" PRIu64 " of seed %" PRIu64 ":\n",
	       name_of(property), index, shared->seed);
	history_print(stdout, history);
	fflush(stdout);
}

/* What three devices come to that are added one after the other, whole. */
static void probe(struct machine *m, char *zones)
{
	const u64 far = PAGES_MAX / m->block_pages - 64;
	static const enum operator kinds[] = {
		OP_DYNAMIC, OP_STATIC, OP_PLAIN,
	};
	struct memgroup_question question;
	unsigned int i, k;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct operation operation = {
			kinds[i], { i, 0, 0, far + 8 * i, 8, 8 },
		};

		if (!machine_allows(m, &operation))
			abort();
		machine_do(m, &operation, false);
		for (k = 0; k < 8; k++) {
			operation = (struct operation) { OP_ONLINE, { i, k } };
			question = machine_ask(m, MEMGROUP_REQUEST_ONLINE, i, k);
			*zones = memgroup_policy_decide(&question).movable;
			machine_do(m, &operation, *zones++);
		}
	}
}

/*
 * A machine can be grown and shrunk for years: with all devices gone, nothing of them
 * is left in any sum, and what comes next is decided as on the first day. These are
 * machine.c's sums, of the policy's needs; those of the kernel's registry are held to
 * this by the KUnit suite memgroup-totals.
 */
static enum outcome back_to_start(const struct machine *first,
				  const struct machine *last,
				  struct source *source)
{
	static struct machine start, end;
	char before[24], after[24];
	struct operation ratio = {
		OP_RATIO, { last->config.ratio },
	};

	start = *first;
	machine_do(&start, &ratio, false);
	start.config = last->config;
	start.movable_node = last->movable_node;
	end = *last;
	unplug_all(&end, source);
	if (memcmp(&end.system, &start.system, sizeof(end.system)) ||
	    memcmp(end.node, start.node, sizeof(end.node)) ||
	    memcmp(end.zone, start.zone, sizeof(end.zone)))
		return BROKEN;
	probe(&start, before);
	probe(&end, after);
	return memcmp(before, after, sizeof(before)) ? BROKEN : HOLDS;
}

static void moment_of(struct shared *shared, unsigned int worker,
		      struct moment *at, uint64_t index,
		      const struct history *history)
{
	const struct machine *m = &at->check->machine;
	const uint64_t *number = at->operation->number;
	unsigned int i;

	at->device = &m->device[number[0]];
	at->question = machine_ask(m, MEMGROUP_REQUEST_ONLINE, number[0],
				   number[1]);
	at->verdict = memgroup_policy_decide(&at->question);
	for (i = 0; i < PROPERTIES; i++)
		note(shared, worker, i, properties[i].holds(at), index,
		     history);
}

static void try_history(struct shared *shared, unsigned int worker,
			uint64_t index, struct history *history)
{
	struct source source = source_random(shared->seed, index);
	/* Other choices than those of the history, which is the same without. */
	struct source own = source_random(~shared->seed, index);
	static struct check check;
	static struct machine start;
	struct operation operation;
	struct moment at = {
		.source = &own, .check = &check, .operation = &operation,
	};
	struct plan plan = plan_make(&source, &operation);
	struct finding finding;
	bool moved = false;

	history->count = 0;
	check_init(&check, &policy_rules);
	do {
		if (!check.machine.had_device)
			start = check.machine;
		else if (operation.what == OP_OFFLINE_BOOT &&
			 machine_allows(&start, &operation))
			machine_do(&start, &operation, false);
		history_append(history, &operation);
		if (operation.what == OP_ONLINE &&
		    machine_allows(&check.machine, &operation)) {
			moment_of(shared, worker, &at, index, history);
			moved = true;
		}
		check_step(&check, &operation, &finding);
	} while (plan_next(&plan, &source, &check.machine, &operation));
	if (moved)
		note(shared, worker, BACK_TO_START,
		     back_to_start(&start, &check.machine, &own), index,
		     history);
}

static void work(void *memory, unsigned int worker)
{
	struct history history = { .count = 0 };
	struct shared *shared = memory;
	uint64_t i;

	for (i = worker; i < HISTORIES; i += shared->crew)
		try_history(shared, worker, i, &history);
	history_free(&history);
}

int main(void)
{
	struct shared *shared = crew_memory(sizeof(*shared));
	const char *seed = getenv("SEED");
	bool all_good, came_back;
	unsigned int i, k;

	shared->seed = seed ? strtoull(seed, NULL, 0) : (uint64_t)time(NULL);
	shared->crew = crew_size();
	printf("# SEED=%" PRIu64 " does the same again\n", shared->seed);
	all_good = came_back = crew_run(shared->crew, work, shared);
	printf("1..%d\n", ALL + 1);
	for (i = 0; i < ALL; i++) {
		u64 held = 0;
		bool good;

		for (k = 0; k < shared->crew; k++)
			held += shared->held[k][i];
		good = held && !shared->broken[i];
		printf("# %llu times\n%sok %u - %s\n", held, good ? "" : "not ",
		       i + 1, name_of(i));
		all_good = all_good && good;
	}
	printf("%sok %d - all %u processes came to their end\n",
	       came_back ? "" : "not ", ALL + 1, shared->crew);
	return !all_good;
}
