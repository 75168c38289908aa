// SPDX-License-Identifier: GPL-2.0
/*
 * A block of a hotplugged device, offline and online again in every way: looking at
 * valid_zones is a preview and no decision, going online is one decision, which
 * debugfs explains, and its zone is where the block then is.
 *
 * Some of the ways end in a kernel zone: "online_kernel", and "online" where the policy
 * wants it so. What the kernel then puts into the block may stay there until the next
 * boot, and as long the device of the block cannot be removed. Hence these ways come
 * last, and only if MEMGROUP_TEST_KERNEL_ZONES=1 is in the environment.
 */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib.h"

/* What is in a block of a kernel zone may need a moment to go, or stay. */
#define ATTEMPTS 10

#define NOT_ALLOWED							\
	"kernel zones only with MEMGROUP_TEST_KERNEL_ZONES=1: "		\
	"the device may not be removable thereafter"

static const struct {
	const char *policy;
	const char *type;
} ways[] = {
	{ "auto-movable", "online_movable" },
	{ "contig-zones", "online_movable" },
	{ "auto-movable", "online" },
	{ "contig-zones", "online" },
	{ "auto-movable", "online_kernel" },
};

#define TESTS_PER_WAY 3

static unsigned long long block;
static bool kernel_zones_allowed;
static char stuck[96];		/* why the rest is skipped, or "" */

static bool take_offline(void)
{
	int i, ret = -EBUSY;

	for (i = 0; i < ATTEMPTS && ret == -EBUSY; i++) {
		ret = offline(block, OFFLINE_SECONDS);
		if (ret == -EBUSY)
			usleep(100000);
	}
	return !ret;
}

/* The zone that valid_zones names first. */
static void first_zone(char *zone, size_t size)
{
	read_line(block_file(block, "valid_zones"), zone, size);
	zone[strcspn(zone, " ")] = '\0';
}

/* Not what is tested here: what the kernel put into a kernel zone may stay. */
static bool is_stuck(void)
{
	char zone[32];

	first_zone(zone, sizeof(zone));
	if (!strcmp(zone, "Movable"))
		return false;
	snprintf(stuck, sizeof(stuck), "block %llu cannot leave %s: the kernel uses it",
		 block, zone);
	return true;
}

static void skip(const char *policy, const char *type, const char *why, int tests)
{
	while (tests--)
		ksft_test_result_skip("%s, %s: %s\n", policy, type, why);
}

/* Others may look, too; what they do not do is decide. */
static void test_preview(const char *policy, char *zone, size_t size)
{
	const unsigned long long decisions = policy_number("decisions");
	const unsigned long long previews = policy_number("previews");
	unsigned long long more;

	first_zone(zone, size);
	more = policy_number("previews") - previews;
	if (!more)
		ksft_print_msg("no preview was counted\n");
	ksft_test_result(more && policy_number("decisions") == decisions && *zone,
			 "%s: reading valid_zones is a preview: %s\n", policy, zone);
}

static bool latest_is(const struct records *records, const char *column,
		      const char *expected)
{
	char value[64] = "";

	field(records, records->count - 1, column, value, sizeof(value));
	if (!strcmp(value, expected))
		return true;
	ksft_print_msg("%s is %s, expected was %s\n", column, value, expected);
	return false;
}

/* The latest decision is that of the block, as sysfs shows it now. */
static bool explains(const char *policy, const char *type, const char *zone)
{
	const bool by_hand = strcmp(type, "online");
	struct records decisions;
	char number_text[24];
	bool good;

	snprintf(number_text, sizeof(number_text), "%llu", block);
	if (records_read(GROUPS "decisions", &decisions) || !decisions.count)
		return false;
	good = latest_is(&decisions, "first_block", number_text) &&
	       latest_is(&decisions, "blocks", "1") &&
	       latest_is(&decisions, "request", type) &&
	       latest_is(&decisions, "policy", policy) && latest_is(&decisions, "zone", zone);
	if (good && by_hand)
		good = latest_is(&decisions, "reason", "requested") &&
		       latest_is(&decisions, "domain", "none");
	else if (good && !strcmp(policy, "contig-zones"))
		good = latest_is(&decisions, "reason", "contiguous");
	records_free(&decisions);
	return good;
}

static void test_way(const char *policy, const char *type)
{
	const bool by_policy = !strcmp(type, "online");
	unsigned long long decisions;
	char preview[32], zone[32];
	bool counted, kernel, right, went;
	int ret;

	if (*stuck) {
		skip(policy, type, stuck, TESTS_PER_WAY);
		return;
	}
	ret = write_text(PARAMETERS "online_policy", policy);
	went = take_offline();
	if (!went && is_stuck()) {
		skip(policy, type, stuck, TESTS_PER_WAY);
		return;
	}
	ksft_test_result(!ret && went, "%s, %s: block %llu goes offline\n",
			 policy, type, block);
	test_preview(policy, preview, sizeof(preview));

	kernel = by_policy ? strcmp(preview, "Movable") : !strcmp(type, "online_kernel");
	if (kernel && !kernel_zones_allowed) {
		skip(policy, type, NOT_ALLOWED, 1);
		if (write_text(block_file(block, "state"), "online_movable"))
			ksft_exit_fail_msg("block %llu does not go online again\n",
					   block);
		return;
	}
	decisions = policy_number("decisions");
	ret = write_text(block_file(block, "state"), type);
	/* Nothing but plain "online" asks the policy, but each is a decision. */
	counted = policy_number("decisions") == decisions + 1;
	if (!counted)
		ksft_print_msg("%llu decisions\n",
			       policy_number("decisions") - decisions);
	first_zone(zone, sizeof(zone));
	right = by_policy ? !strcmp(zone, preview) : !strcmp(zone, "Movable") == !kernel;
	if (ret || !right)
		ksft_print_msg("answer %d; in %s, the preview was %s\n", ret,
			       zone, preview);
	ksft_test_result(!ret && counted && right &&
			 explains(policy, type, zone),
			 "%s, %s: one decision, for %s\n", policy, type, zone);
}

int main(void)
{
	const char *allowed = getenv("MEMGROUP_TEST_KERNEL_ZONES");
	size_t i;

	begin();
	kernel_zones_allowed = allowed && !strcmp(allowed, "1");
	if (!find_block(&block))
		ksft_exit_skip(NO_BLOCK "\n");
	restore_later(PARAMETERS "online_policy");
	ksft_set_plan(ARRAY_SIZE(ways) * TESTS_PER_WAY);
	for (i = 0; i < ARRAY_SIZE(ways); i++)
		test_way(ways[i].policy, ways[i].type);
	/* For what is restored at the end, with more patience than there. */
	if (!*stuck && !take_offline())
		is_stuck();
	if (*stuck)
		ksft_print_msg("%s, also after the test\n", stuck);
	ksft_finished();
}
