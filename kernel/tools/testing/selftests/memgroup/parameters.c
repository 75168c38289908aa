// SPDX-License-Identifier: GPL-2.0
/*
 * The parameters: good values hold, bad ones are refused and change nothing, and
 * debugfs shows the same.
 */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib.h"

/* A result of 0: the value holds, and reads as @reads (or as it was written). */
static const struct {
	const char *parameter;
	const char *value;
	int result;
	const char *reads;
} cases[] = {
	{ "online_policy", "contig-zones", 0, NULL },
	{ "online_policy", "auto-movable", 0, NULL },
	{ "online_policy", "contig-zones\n", 0, "contig-zones" },
	{ "online_policy", "auto_movable", -EINVAL, NULL },
	{ "online_policy", "auto-movable-too", -EINVAL, NULL },
	{ "online_policy", "auto", -EINVAL, NULL },
	{ "online_policy", "1", -EINVAL, NULL },
	{ "online_policy", "\n", -EINVAL, NULL },
	{ "auto_movable_ratio", "0", 0, NULL },
	{ "auto_movable_ratio", "1", 0, NULL },
	{ "auto_movable_ratio", "100", 0, NULL },
	{ "auto_movable_ratio", "4294967295", 0, NULL },
	{ "auto_movable_ratio", "301\n", 0, "301" },
	{ "auto_movable_ratio", "4294967296", -ERANGE, NULL },
	{ "auto_movable_ratio", "99999999999999999999", -ERANGE, NULL },
	{ "auto_movable_ratio", "-1", -EINVAL, NULL },
	{ "auto_movable_ratio", "3.01", -EINVAL, NULL },
	{ "auto_movable_ratio", "301%", -EINVAL, NULL },
	{ "auto_movable_ratio", "much", -EINVAL, NULL },
	{ "auto_movable_ratio", "\n", -EINVAL, NULL },
	{ "auto_movable_numa_aware", "N", 0, NULL },
	{ "auto_movable_numa_aware", "Y", 0, NULL },
	{ "auto_movable_numa_aware", "0", 0, "N" },
	{ "auto_movable_numa_aware", "1", 0, "Y" },
	{ "auto_movable_numa_aware", "2", -EINVAL, NULL },
	{ "auto_movable_numa_aware", "perhaps", -EINVAL, NULL },
};

/* A "\n" would break the line of the result. */
static const char *shown(const char *value)
{
	return strchr(value, '\n') ? "(with a newline)" : value;
}

static bool shown_in_debugfs(const char *parameter, const char *value)
{
	struct records records;
	char name[64], is[64] = "";
	size_t i;

	if (records_read(GROUPS "policy", &records))
		return false;
	for (i = 0; i < records.count; i++)
		if (field(&records, i, "name", name, sizeof(name)) &&
		    !strcmp(name, parameter))
			field(&records, i, "value", is, sizeof(is));
	records_free(&records);
	if (!strcmp(is, value))
		return true;
	ksft_print_msg("debugfs has %s %s\n", parameter, is);
	return false;
}

static void test_value(const char *parameter, const char *value, int result,
		       const char *reads)
{
	char path[128], before[64], after[64];
	const char *expected;
	int ret;

	snprintf(path, sizeof(path), PARAMETERS "%s", parameter);
	if (access(path, F_OK)) {
		ksft_test_result_skip("%s %s: no such parameter: CONFIG_NUMA is off\n",
				      parameter, shown(value));
		return;
	}
	read_line(path, before, sizeof(before));
	ret = write_text(path, value);
	read_line(path, after, sizeof(after));
	expected = result ? before : reads ? reads : value;
	if (ret != result || strcmp(after, expected))
		ksft_print_msg("answer %d, expected %d; \"%s\", expected \"%s\"\n",
			       ret, result, after, expected);
	ksft_test_result(ret == result && !strcmp(after, expected) &&
			 shown_in_debugfs(parameter, after), "%s %s: %s\n",
			 parameter, shown(value), result ? "refused" : "holds");
}

int main(void)
{
	size_t i;

	begin();
	ksft_set_plan(ARRAY_SIZE(cases));
	restore_later(PARAMETERS "online_policy");
	restore_later(PARAMETERS "auto_movable_ratio");
	if (!access(PARAMETERS "auto_movable_numa_aware", F_OK))
		restore_later(PARAMETERS "auto_movable_numa_aware");
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		test_value(cases[i].parameter, cases[i].value, cases[i].result,
			   cases[i].reads);
	ksft_finished();
}
