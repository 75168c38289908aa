// SPDX-License-Identifier: GPL-2.0
#include "../hotplug-vm/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stop.h"
#include "worker.h"

#define NS_PER_MS 1000000LL

static char folder[] = "/tmp/worker-test-XXXXXX";
static char path[64];
static struct fault fault;
static struct worker *worker;

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/file", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

static int start(void **state)
{
	(void)state;
	return worker_start(&worker, &fault);
}

static int stop(void **state)
{
	(void)state;
	worker_stop(worker);
	unlink(path);
	return 0;
}

static void pause_ms(unsigned int ms)
{
	const struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * NS_PER_MS };

	nanosleep(&time, NULL);
}

static void writes(void **state)
{
	char text[16] = "";
	uint64_t duration = 0;
	int error = -1, fd;

	(void)state;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(worker_write(worker, path, "online", 1000, &error, &duration, &fault), 0);
	assert_int_equal(error, 0);
	assert_true(duration > 0);
	assert_int_equal(pread(fd, text, sizeof(text), 0), 6);
	assert_string_equal(text, "online");
	/* Not made, if it is not there. */
	unlink(path);
	assert_int_equal(worker_write(worker, path, "x", 0, &error, &duration, &fault), -ENOENT);
	assert_true(strstr(fault.text, path));
	assert_int_equal(access(path, F_OK), -1);
	close(fd);
}

static void tells_errors(void **state)
{
	uint64_t duration;
	char text[300];
	int error = -1;

	(void)state;
	assert_int_equal(worker_write(worker, "/dev/full", "x", 1000, &error, &duration,
				      &fault), 0);
	assert_int_equal(error, ENOSPC);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(worker_write(worker, "/dev/null", text, 0, &error, &duration, &fault),
			 -ENAMETOOLONG);
}

/* A pipe that takes no more: as an offlining without end. Returns our end. */
static int make_stuck(void)
{
	char block[4096] = { 0 };
	int fd;

	assert_int_equal(mkfifo(path, 0600), 0);
	fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	assert_true(fd >= 0);
	while (write(fd, block, sizeof(block)) > 0)
		;
	return fd;
}

static void gives_up_in_time(void **state)
{
	const long long start_ns = stop_now_ns();
	uint64_t duration = 0;
	int error = 0, fd;

	(void)state;
	fd = make_stuck();
	assert_int_equal(worker_write(worker, path, "offline", 300, &error, &duration, &fault), 0);
	assert_int_equal(error, ETIMEDOUT);
	assert_in_range(duration / NS_PER_MS, 1, 5000);
	assert_in_range((stop_now_ns() - start_ns) / NS_PER_MS, 299, 5000);
	close(fd);
	/* The next one has nothing of it. */
	assert_int_equal(worker_write(worker, "/dev/null", "x", 1000, &error, &duration,
				      &fault), 0);
	assert_int_equal(error, 0);
}

/* Where nobody reads, even opening takes for ever. */
static void gives_up_opening(void **state)
{
	uint64_t duration;
	int error = 0;

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(worker_write(worker, path, "x", 200, &error, &duration, &fault), 0);
	assert_int_equal(error, ETIMEDOUT);
}

/* In a child of the test, as it is given the signal. Returns 0 if all went as it must. */
static int be_interrupted(void)
{
	struct worker *own;
	uint64_t duration;
	int error = 0;

	if (stop_prepare(&fault) || worker_start(&own, &fault))
		return 1;
	if (worker_write(own, path, "offline", 0, &error, &duration, &fault) != -EINTR)
		return 2;
	if (stop_signal() != SIGTERM)
		return 3;
	/* From now on nothing is begun. */
	if (worker_write(own, "/dev/null", "x", 0, &error, &duration, &fault) != -EINTR)
		return 4;
	worker_stop(own);
	return 0;
}

static void a_signal_ends_it(void **state)
{
	int fd, status = -1;
	pid_t pid;

	(void)state;
	fd = make_stuck();
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		_exit(be_interrupted());
	pause_ms(300);
	kill(pid, SIGTERM);
	pause_ms(20);
	kill(pid, SIGINT);	/* changes nothing */
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(fd);
}

static pid_t pid_of(struct worker *of)
{
	static const char *const argv[] = { "sh", "-c", "echo $PPID", NULL };
	uint64_t duration;
	char text[32];
	int status;

	assert_int_equal(worker_run(of, argv, text, sizeof(text), NULL, 0, 5000, &status, &duration,
				    &fault), 0);
	return (pid_t)atoi(text);
}

/* Even one that is in the middle of something. */
static void dies_with_its_parent(void **state)
{
	int fd, pipe_fds[2], status, error, i;
	uint64_t duration;
	pid_t pid, child;

	(void)state;
	fd = make_stuck();
	assert_int_equal(pipe(pipe_fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		struct worker *own;

		if (worker_start(&own, &fault))
			_exit(1);
		child = pid_of(own);
		if (write(pipe_fds[1], &child, sizeof(child)) != sizeof(child))
			_exit(1);
		worker_write(own, path, "offline", 0, &error, &duration, &fault);
		_exit(1);
	}
	assert_int_equal(read(pipe_fds[0], &child, sizeof(child)), sizeof(child));
	assert_int_equal(kill(child, 0), 0);
	pause_ms(100);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	/* It is nobody's to wait for: gone, or a zombie until init looks. */
	for (i = 0; i < 100; i++) {
		char name[64], text[256] = "";
		FILE *file;

		snprintf(name, sizeof(name), "/proc/%d/stat", child);
		file = fopen(name, "r");
		if (!file || !fgets(text, sizeof(text), file) || strstr(text, ") Z "))
			i = 1000;
		if (file)
			fclose(file);
		pause_ms(50);
	}
	assert_true(i > 1000);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	close(fd);
}

static void its_death_is_told(void **state)
{
	static const char *const argv[] = { "sh", "-c", "kill -9 $PPID; sleep 5", NULL };
	uint64_t duration;
	int status, error;

	(void)state;
	assert_int_equal(worker_run(worker, argv, NULL, 0, NULL, 0, 0, &status, &duration, &fault),
			 -EPIPE);
	assert_non_null(strstr(fault.text, "ended by signal 9"));
	assert_int_equal(worker_write(worker, "/dev/null", "x", 0, &error, &duration, &fault),
			 -EPIPE);
}

static void runs_programs(void **state)
{
	static const char *const talk[] = { "sh", "-c", "echo out; echo err >&2; exit 3", NULL };
	static const char *const words[] = { "printf", "%s|", "a b", "", "$HOME", NULL };
	static const char *const none[] = { "/nonexistent/program", NULL };
	char out[64], err[64], small[3];
	uint64_t duration = 0;
	int status = -1;

	(void)state;
	assert_int_equal(worker_run(worker, talk, out, sizeof(out), err, sizeof(err), 9000, &status,
				    &duration, &fault), 0);
	assert_string_equal(out, "out\n");
	assert_string_equal(err, "err\n");
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	assert_true(duration > 0);
	assert_int_equal(worker_run(worker, talk, small, sizeof(small), NULL, 0, 0, &status,
				    &duration, &fault), 0);
	assert_string_equal(small, "ou");
	assert_int_equal(worker_run(worker, words, out, sizeof(out), NULL, 0, 0, &status, &duration,
				    &fault), 0);
	assert_string_equal(out, "a b||$HOME|");
	assert_int_equal(worker_run(worker, none, out, sizeof(out), NULL, 0, 0, &status, &duration,
				    &fault), -ENOENT);
	assert_true(strstr(fault.text, none[0]));
}

static void much_output(void **state)
{
	static const char *const argv[] = {
		"sh", "-c", "yes | head -c 3000000; yes | head -c 100000 >&2", NULL
	};
	static char out[300000];
	char err[100];
	uint64_t duration;
	int status = -1;

	(void)state;
	assert_int_equal(worker_run(worker, argv, out, sizeof(out), err, sizeof(err), 60000,
				    &status, &duration, &fault), 0);
	assert_int_equal(status, 0);
	assert_true(strlen(out) > 200000);
	assert_int_equal(strlen(err), sizeof(err) - 1);
}

static void programs_are_ended(void **state)
{
	static const char *const sleeper[] = { "sleep", "60", NULL };
	static const char *const stubborn[] = {
		"sh", "-c", "trap '' TERM; while :; do sleep 1; done", NULL
	};
	static const char *const leaver[] = { "sh", "-c", "sleep 30 & echo gone", NULL };
	const long long start_ns = stop_now_ns();
	uint64_t duration;
	char out[16];
	int status;

	(void)state;
	assert_int_equal(worker_run(worker, sleeper, NULL, 0, NULL, 0, 200, &status, &duration,
				    &fault), -ETIMEDOUT);
	assert_true(strstr(fault.text, "sleep"));
	assert_int_equal(worker_run(worker, stubborn, NULL, 0, NULL, 0, 200, &status, &duration,
				    &fault), -ETIMEDOUT);
	/* One that leaves another behind, which has its standard output. */
	assert_int_equal(worker_run(worker, leaver, out, sizeof(out), NULL, 0, 0, &status,
				    &duration, &fault), 0);
	assert_string_equal(out, "gone\n");
	assert_true((stop_now_ns() - start_ns) / NS_PER_MS < 20000);
}

static void too_many_words(void **state)
{
	const char *argv[200];
	uint64_t duration;
	int status;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(argv) - 1; i++)
		argv[i] = "true";
	argv[i] = NULL;
	assert_int_equal(worker_run(worker, argv, NULL, 0, NULL, 0, 0, &status, &duration, &fault),
			 -E2BIG);
}

static void no_worker(void **state)
{
	(void)state;
	worker_stop(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(writes, start, stop),
		cmocka_unit_test_setup_teardown(tells_errors, start, stop),
		cmocka_unit_test_setup_teardown(gives_up_in_time, start, stop),
		cmocka_unit_test_setup_teardown(gives_up_opening, start, stop),
		cmocka_unit_test_setup_teardown(a_signal_ends_it, start, stop),
		cmocka_unit_test_setup_teardown(dies_with_its_parent, start, stop),
		cmocka_unit_test_setup_teardown(its_death_is_told, start, stop),
		cmocka_unit_test_setup_teardown(runs_programs, start, stop),
		cmocka_unit_test_setup_teardown(much_output, start, stop),
		cmocka_unit_test_setup_teardown(programs_are_ended, start, stop),
		cmocka_unit_test_setup_teardown(too_many_words, start, stop),
		cmocka_unit_test(no_worker),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
