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

/* Ends the program, skipped, where attempts cannot be refused. */
static void prepare_refusal(void)
{
	int ret;

	if (access(REFUSE, F_OK))
		ksft_exit_skip("no " REFUSE ": CONFIG_MEMORY_NOTIFIER_ERROR_INJECT is off\n");
	/* Somebody else may be at it: no block would come online again. */
	restore_later(REFUSE);
	ret = write_text(REFUSE, "0");
	if (ret == -EPERM)
		ksft_exit_skip(REFUSE " cannot be written: the kernel is locked down\n");
	if (ret)
		ksft_exit_fail_msg(REFUSE " cannot be written: %s\n",
				   strerror(-ret));
}

int main(void)
{
	unsigned long long block, decisions, i, wrong = 0;

	begin();
	prepare_refusal();
	if (!find_block(&block))
		ksft_exit_skip(NO_BLOCK "\n");
	ksft_set_plan(3);
	/* Written before the block goes online for good, and what it was thereafter. */
	write_later(REFUSE, "0");
	if (offline(block, OFFLINE_SECONDS))
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
