// SPDX-License-Identifier: GPL-2.0
/*
 * The list of decisions: the latest 1,024 of them, the oldest first, however many
 * there were. They are attempts that a notifier refuses, which is fast.
 */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib.h"

#define LOG_SIZE 1024
#define REFUSE	INJECT "MEM_GOING_ONLINE/error"

static bool is_full_and_in_order(unsigned long long block)
{
	struct records records;
	unsigned long long before = 0;
	bool good;
	size_t i;

	if (records_read(GROUPS "decisions", &records))
		return false;
	good = records.count == LOG_SIZE;
	if (!good)
		ksft_print_msg("%zu records\n", records.count);
	for (i = 0; i < records.count && good; i++) {
		const unsigned long long time = number_of(&records, i, "time_ns");

		good = time >= before;
		before = time;
	}
	if (good)
		good = number_of(&records, records.count - 1, "first_block") == block;
	records_free(&records);
	return good;
}

int main(void)
{
	unsigned long long block, decisions, i, wrong = 0;
	const char *why = NULL;

	begin();
	ksft_set_plan(3);
	if (access(REFUSE, F_OK))
		why = "no " REFUSE ": CONFIG_MEMORY_NOTIFIER_ERROR_INJECT is off";
	else if (!find_block(&block))
		why = "no hotplugged MOVABLE block can go offline";
	if (why) {
		for (i = 0; i < 3; i++)
			ksft_test_result_skip("%s\n", why);
		ksft_finished();
	}
	/* Restored before the block goes online for good. */
	write_later(REFUSE, "0");
	if (write_text(block_file(block, "state"), "offline"))
		ksft_exit_fail_msg("block %llu does not go offline again\n",
				   block);
	if (write_text(REFUSE, "-12"))
		ksft_exit_fail_msg(REFUSE " cannot be written\n");

	decisions = policy_number("decisions");
	for (i = 0; i < LOG_SIZE; i++)
		wrong += write_text(block_file(block, "state"), "online") != -ENOMEM;
	ksft_test_result(!wrong, "every attempt is refused: %llu are not\n",
			 wrong);
	ksft_test_result(policy_number("decisions") == decisions + LOG_SIZE,
			 "and each is a decision\n");
	ksft_test_result(is_full_and_in_order(block),
			 "the list has the latest %d, the oldest first\n", LOG_SIZE);
	ksft_finished();
}
