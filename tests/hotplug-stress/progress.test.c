// SPDX-License-Identifier: GPL-2.0
#include "../hotplug-vm/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "progress.h"

#define GIB	(UINT64_C(1) << 30)
#define S	1000000000LL

static const struct report_sums some = {
	.operations = 200, .succeeded = 199, .came_back_bytes = 3 * GIB,
	.grown_bytes = 5 * GIB / 2,
};

static const char *line(const struct progress *progress, const struct report_sums *sums,
			long long now_ns)
{
	static char text[80];

	progress_format(text, sizeof(text), progress, sums, now_ns);
	return text;
}

static void what_it_says(void **state)
{
	struct progress progress = { .start_ns = 10 * S };

	(void)state;
	assert_string_equal(line(&progress, &(struct report_sums){}, 11 * S),
			    "0 operations, 100.0 % good, 0B out, 0B in");
	assert_string_equal(line(&progress, &some, 11 * S),
			    "200 operations, 99.5 % good, 3G out, 2.5G in");
	progress.end_ns = 75 * S;
	assert_string_equal(line(&progress, &some, 10 * S),
			    "200 operations, 99.5 % good, 3G out, 2.5G in, 1:05 left");
	progress.end_ns = 7211 * S;
	assert_string_equal(line(&progress, &some, 10 * S),
			    "200 operations, 99.5 % good, 3G out, 2.5G in, 2:00:01 left");
	/* A quarter is done after ten seconds: which of the two ends is nearer? */
	progress.operations = 800;
	assert_string_equal(line(&progress, &some, 20 * S),
			    "200 operations, 99.5 % good, 3G out, 2.5G in, 0:30 left");
	progress.end_ns = 25 * S;
	assert_string_equal(line(&progress, &some, 20 * S),
			    "200 operations, 99.5 % good, 3G out, 2.5G in, 0:05 left");
	/* An operation may go on beyond the end. */
	assert_string_equal(line(&progress, &some, 26 * S),
			    "200 operations, 99.5 % good, 3G out, 2.5G in, 0:00 left");
}

static void it_fits_a_terminal(void **state)
{
	const struct report_sums most = {
		.operations = UINT64_MAX, .succeeded = UINT64_MAX,
		.came_back_bytes = UINT64_MAX, .grown_bytes = UINT64_MAX,
	};
	const struct progress progress = { .end_ns = INT64_MAX };

	(void)state;
	assert_in_range(strlen(line(&progress, &most, 0)), 40, 79);
}

/* Standard error that nobody reads and that is full. */
static void nobody_reads(void **state)
{
	const int saved = dup(STDERR_FILENO);
	struct progress progress;
	char block[512] = { 0 };
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	fcntl(fds[1], F_SETFL, O_NONBLOCK);
	while (write(fds[1], block, sizeof(block)) > 0)
		;
	fcntl(fds[1], F_SETFL, 0);
	dup2(fds[1], STDERR_FILENO);
	progress_start(&progress, false, 0, 0);
	progress_show(&progress, &some);	/* returns */
	dup2(saved, STDERR_FILENO);
	close(fds[0]);
	close(fds[1]);
	close(saved);
}

static void a_line_now_and_then(void **state)
{
	const int saved = dup(STDERR_FILENO);
	struct progress progress;
	char text[200] = "";
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	dup2(fds[1], STDERR_FILENO);
	progress_start(&progress, false, 0, 0);
	assert_false(progress_due(&progress));
	progress_show(&progress, &some);
	progress_clear(&progress);
	progress_start(&progress, true, 0, 0);
	progress_show(&progress, &some);
	assert_false(progress_due(&progress));
	dup2(saved, STDERR_FILENO);
	close(fds[1]);
	assert_true(read(fds[0], text, sizeof(text) - 1) > 0);
	assert_string_equal(text, "hotplug-stress: 200 operations, 99.5 % good, 3G out, 2.5G in\n");
	close(fds[0]);
	close(saved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_says),
		cmocka_unit_test(it_fits_a_terminal),
		cmocka_unit_test(nobody_reads),
		cmocka_unit_test(a_line_now_and_then),
	};

	return RUN(tests);
}
