// SPDX-License-Identifier: GPL-2.0
/*
 * A block of a hotplugged device, offline and online again in every way: looking at
 * valid_zones is a preview and no decision, going online is one decision, which
 * debugfs explains, and its zone is where the block then is.
 */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib.h"

/* What is in a block of a kernel zone may need a moment to go, or stay. */
#define ATTEMPTS 10

static const struct {
	const char *policy;
	const char *type;
} ways[] = {
	{ "auto-movable", "online" },
	{ "auto-movable", "online_movable" },
	{ "contig-zones", "online_movable" },
	{ "contig-zones", "online" },
	{ "auto-movable", "online_kernel" },
};

#define TESTS_PER_WAY 3

static unsigned long long block;

static bool take_offline(void)
{
	int i, ret = -EBUSY;

	for (i = 0; i < ATTEMPTS && ret == -EBUSY; i++) {
		ret = write_text(block_file(block, "state"), "offline");
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

/* What the kernel put into a block of a kernel zone may stay: then another one. */
static bool take_offline_or_other(void)
{
	char zone[32];

	if (take_offline())
		return true;
	first_zone(zone, sizeof(zone));
	if (!strcmp(zone, "Movable"))
		return false;
	ksft_print_msg("block %llu cannot go offline, and stays in %s\n",
		       block, zone);
	return find_block(&block) && take_offline();
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
	unsigned long long decisions, previews;
	char preview[32], zone[32];
	bool counted, right;
	int ret;

	ret = write_text(PARAMETERS "online_policy", policy);
	ksft_test_result(!ret && take_offline_or_other(),
			 "%s, %s: block %llu goes offline\n",
			 policy, type, block);
	test_preview(policy, preview, sizeof(preview));

	decisions = policy_number("decisions");
	previews = policy_number("previews");
	ret = write_text(block_file(block, "state"), type);
	/* Nothing but plain "online" asks the policy, but each is a decision. */
	counted = policy_number("decisions") == decisions + 1 &&
		  policy_number("previews") == previews;
	if (!counted)
		ksft_print_msg("%llu decisions, %llu previews\n",
			       policy_number("decisions") - decisions,
			       policy_number("previews") - previews);
	first_zone(zone, sizeof(zone));
	right = !strcmp(type, "online") ? !strcmp(zone, preview) :
		!strcmp(zone, "Movable") == !strcmp(type, "online_movable");
	if (ret || !right)
		ksft_print_msg("answer %d; in %s, the preview was %s\n", ret,
			       zone, preview);
	ksft_test_result(!ret && counted && right &&
			 explains(policy, type, zone),
			 "%s, %s: one decision, for %s\n", policy, type, zone);
}

int main(void)
{
	size_t i;

	begin();
	ksft_set_plan(ARRAY_SIZE(ways) * TESTS_PER_WAY);
	restore_later(PARAMETERS "online_policy");
	if (!find_block(&block)) {
		for (i = 0; i < ARRAY_SIZE(ways) * TESTS_PER_WAY; i++)
			ksft_test_result_skip("no hotplugged MOVABLE block can go offline\n");
		ksft_finished();
	}
	for (i = 0; i < ARRAY_SIZE(ways); i++)
		test_way(ways[i].policy, ways[i].type);
	/* For what is restored at the end. */
	if (!take_offline())
		ksft_print_msg("block %llu cannot go offline again, and stays KERNEL\n",
			       block);
	ksft_finished();
}
