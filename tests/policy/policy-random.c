// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's policy.c against the oracle: random histories of random systems, every
 * decision of them asked of both. History i of a seed is the same everywhere, with
 * any number of processes, on 32 bits and 64.
 *
 * Needs the C library only: that is there for 32 bits as well.
 */

#include <getopt.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "crew.h"
#include "random-history.h"
#include "shrink.h"

/*
 * Of auto-movable alone. With less than some 100,000, rare cases may not come up, which
 * is a failure.
 */
#define DECISIONS	10000000ULL

/* What all processes share. */
struct shared {
	uint64_t seed;
	uint64_t decisions;	/* for each process */
	unsigned int crew;
	atomic_bool failed;
	uint64_t histories[CREW_MAX];
	struct tally tally[CREW_MAX];
};

static const char *program;

static void add_tally(struct tally *to, const struct tally *from)
{
	const u64 *source = (const u64 *)from;
	u64 *target = (u64 *)to;
	size_t i;

	for (i = 0; i < TALLY_FIELDS; i++)
		target[i] += source[i];
}

/* Print a history that fails, and keep it where it can be run again. */
static void report(uint64_t seed, uint64_t index, struct history *history,
		   struct finding *finding)
{
	const char *build = getenv("BUILD");
	const size_t length = history->count;
	char path[4096];
	FILE *out;

	shrink(history, &policy_rules, finding);
	printf("# history %" PRIu64 " of seed %" PRIu64 ", shrunk from %zu operations to %zu:\n",
	       index, seed, length, history->count);
	history_print(stdout, history);
	finding_print(stdout, finding);

	snprintf(path, sizeof(path), "%s%spolicy-random-%" PRIu64 "-%" PRIu64 ".history",
		 build ? build : "", build ? "/results/" : "", seed, index);
	out = fopen(path, "w");
	if (!out) {
		printf("# %s: cannot be written\n", path);
		return;
	}
	history_print(out, history);
	finding_print(out, finding);
	if (fclose(out))
		printf("# %s: not written completely\n", path);
	printf("# to repeat it: %s --replay %s\n", program, path);
}

/* Returns false, and has reported it, if policy and oracle differ. */
static bool try_history(struct shared *shared, uint64_t index,
			struct history *history, struct tally *tally)
{
	static struct check check;
	struct finding finding;
	const bool good = random_history(source_random(shared->seed, index),
					 &policy_rules, history, &check,
					 &finding);

	add_tally(tally, &check.tally);
	/* One report is enough: most failures have the same cause. */
	if (!good && !atomic_exchange(&shared->failed, true))
		report(shared->seed, index, history, &finding);
	return good;
}

static void work(void *memory, unsigned int worker)
{
	struct history history = { .count = 0 };
	struct shared *shared = memory;
	struct tally *tally = &shared->tally[worker];
	uint64_t i;

	for (i = worker; tally->decisions < shared->decisions &&
	     !atomic_load(&shared->failed); i += shared->crew) {
		if (!try_history(shared, i, &history, tally))
			break;
		shared->histories[worker]++;
	}
	history_free(&history);
}

/* One history alone, with all that happens in it. */
static int show_history(struct shared *shared, uint64_t index)
{
	struct history history = { .count = 0 };
	const bool good = try_history(shared, index, &history,
				      &shared->tally[0]);

	if (good)
		history_print(stdout, &history);
	history_free(&history);
	return !good;
}

static int replay(const char *name)
{
	struct history history = { .count = 0 };
	struct finding finding;
	FILE *in = strcmp(name, "-") ? fopen(name, "r") : stdin;
	bool good;

	if (!in) {
		perror(name);
		return 2;
	}
	good = history_parse(in, name, &history);
	if (in != stdin)
		fclose(in);
	if (!good)
		return 2;
	good = check_history(&history, &policy_rules, &finding);
	if (!good)
		finding_print(stdout, &finding);
	printf("%s: %s\n", name, good ? "policy and oracle agree" : "they differ");
	history_free(&history);
	return !good;
}

static unsigned int points;
static bool all_good = true;

static void result(bool good, const char *what)
{
	all_good = all_good && good;
	printf("%sok %u - %s\n", good ? "" : "not ", ++points, what);
}

/* A case that did not come up was not tested. */
static void result_seen(u64 times, const char *what)
{
	printf("# %llu times\n", times);
	result(times, what);
}

static void result_word(u64 times, const char *kind, const char *word)
{
	char what[64];

	snprintf(what, sizeof(what), "%s %s came up", kind, word);
	result_seen(times, what);
}

static void show(const struct tally *tally)
{
	unsigned int i;

	for (i = 0; i < MEMGROUP_REASON_COUNT; i++)
		result_word(tally->reason[i], "reason",
			    memgroup_reason_name(i));
	for (i = 0; i < MEMGROUP_DOMAIN_COUNT; i++)
		result_word(tally->domain[i], "domain",
			    memgroup_domain_name(i));
	result_seen(tally->fits_exactly, "a request fit to the page");
	result_seen(tally->one_too_many, "a request was a page too large");
	result_seen(tally->part_of_unit, "a part of the unit was MOVABLE");
	result_seen(tally->part_of_device, "a part of the static device was MOVABLE");
	result_seen(tally->clamped, "more was online than declared");
	result_seen(tally->no_kernel_counts, "no kernel memory counted");
	result_seen(tally->unlimited, "a limit was over 64 bits");
	result_seen(tally->group_elsewhere, "the group was of another node");
	result_seen(tally->boot_offline, "boot memory went offline");
}

static int run(struct shared *shared)
{
	struct tally tally = { .decisions = 0 };
	uint64_t histories = 0;
	unsigned int i;
	bool good;

	printf("# SEED=%" PRIu64 " does the same again\n", shared->seed);
	good = crew_run(shared->crew, work, shared);
	for (i = 0; i < shared->crew; i++) {
		add_tally(&tally, &shared->tally[i]);
		histories += shared->histories[i];
	}
	printf("# %llu decisions of auto-movable, %llu of contig-zones, %llu by hand\n",
	       tally.decisions, tally.reason[MEMGROUP_REASON_CONTIGUOUS],
	       tally.by_hand);
	printf("# in %" PRIu64 " histories, by %u processes\n", histories,
	       shared->crew);
	result(good && !shared->failed, "policy and oracle agree");
	if (good && !shared->failed)
		show(&tally);
	printf("1..%u\n", points);
	return !all_good;
}

static int usage(FILE *out)
{
	fprintf(out,
		"usage: %s [--seed N] [--decisions N] [--history I]\n"
		"       %s --replay FILE\n"
		"SEED and JOBS, the number of processes, may be in the environment.\n",
		program, program);
	return out == stdout ? 0 : 2;
}

static uint64_t default_seed(void)
{
	const char *given = getenv("SEED");

	return given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "decisions", required_argument, NULL, 'd' },
		{ "history", required_argument, NULL, 'i' },
		{ "seed", required_argument, NULL, 's' },
		{ "replay", required_argument, NULL, 'r' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	struct shared *shared = crew_memory(sizeof(*shared));
	uint64_t decisions = DECISIONS;
	const char *only = NULL;
	int option;

	program = argv[0];
	shared->seed = default_seed();
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'd':
			decisions = strtoull(optarg, NULL, 0);
			break;
		case 'i':
			only = optarg;
			break;
		case 's':
			shared->seed = strtoull(optarg, NULL, 0);
			break;
		case 'r':
			return replay(optarg);
		case 'h':
			return usage(stdout);
		default:
			return usage(stderr);
		}
	}
	if (optind != argc)
		return usage(stderr);
	if (only)
		return show_history(shared, strtoull(only, NULL, 0));
	shared->crew = crew_size();
	shared->decisions = (decisions + shared->crew - 1) / shared->crew;
	return run(shared);
}
