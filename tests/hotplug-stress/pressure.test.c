// SPDX-License-Identifier: GPL-2.0
/*
 * Small loads on this machine, as any user; pressure-guest.test.c has what takes root
 * and a machine of its own. What the loads say is held against what /proc says of
 * their processes.
 */
#include "../hotplug-vm/unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/io_uring.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pressure.h"

#define MIB		(UINT64_C(1) << 20)
#define CHILDREN_MAX	64
#define WAIT_MS		20000	/* longer than anything takes on a busy machine */

static char folder[] = "/tmp/pressure-test-XXXXXX";
static struct pressure *pressure;
static struct pressure_trouble trouble;
static struct fault fault;

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void nap(void)
{
	usleep(10000);
}

static struct pressure_spec spec(enum pressure_kind kind, uint64_t bytes,
				 unsigned int rate)
{
	struct pressure_spec s = { .kind = kind, .bytes = bytes, .rate = rate };

	if (kind == PRESSURE_CACHE)
		strcpy(s.folder, folder);
	return s;
}

static int try_to_start(struct pressure_spec s, uint64_t floor)
{
	return pressure_start(&pressure, &s, 1, floor, &fault);
}

static void start(struct pressure_spec s)
{
	if (try_to_start(s, 0))
		fail_msg("%s", fault.text);
}

static void look(void)
{
	if (pressure_look(pressure, &trouble, &fault))
		fail_msg("%s", fault.text);
}

static int stop(void **state)
{
	(void)state;
	pressure_stop(pressure);
	pressure = NULL;
	return 0;
}

/* A number of /proc/PID/status; 0 if it is not there. */
static uint64_t status_of(pid_t pid, const char *name)
{
	char path[64], line[128], key[32];
	uint64_t value = 0, found = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%31[^:]: %" SCNu64, key, &value) == 2 &&
		    !strcmp(key, name))
			found = value;
	if (file)
		fclose(file);
	return found;
}

static size_t children_of(pid_t parent, pid_t *pids)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	size_t count = 0;
	pid_t pid;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		pid = atoi(entry->d_name);
		if (pid <= 0 || status_of(pid, "PPid") != (uint64_t)parent)
			continue;
		assert_true(count < CHILDREN_MAX);
		pids[count++] = pid;
	}
	closedir(dir);
	return count;
}

static pid_t only_child(void)
{
	pid_t pids[CHILDREN_MAX];

	assert_int_equal(children_of(getpid(), pids), 1);
	return pids[0];
}

/* Files behind standard error that the process has open, with links of that kind. */
static unsigned int files_of(pid_t pid, const char *prefix)
{
	char path[320], target[64];
	struct dirent *entry;
	unsigned int count = 0;
	ssize_t len;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		if (atoi(entry->d_name) <= STDERR_FILENO)
			continue;
		snprintf(path, sizeof(path), "/proc/%d/fd/%s", pid, entry->d_name);
		len = readlink(path, target, sizeof(target) - 1);
		if (len < 0)
			continue;
		target[len] = '\0';
		count += !strncmp(target, prefix, strlen(prefix));
	}
	closedir(dir);
	return count;
}

static void gone(pid_t pid)
{
	const int64_t end = now_ms() + WAIT_MS;

	while (!kill(pid, 0) && now_ms() < end)
		nap();
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(errno, ESRCH);
}

/* What each kind holds. */

static void anon(void **state)
{
	(void)state;
	start(spec(PRESSURE_ANON, 8 * MIB, 0));
	look();
	assert_int_equal(trouble.asked_bytes, 8 * MIB);
	assert_int_equal(trouble.held_bytes, 8 * MIB);
	assert_int_equal(trouble.failed_allocations, 0);
	assert_true(status_of(only_child(), "RssAnon") >= 8 * MIB / 1024);
}

static void cache(void **state)
{
	(void)state;
	start(spec(PRESSURE_CACHE, 5 * MIB + 5, 0));
	look();
	/* Whole pages, and the kernel may have dropped some. */
	assert_in_range(trouble.held_bytes, 4 * MIB, 5 * MIB + 4096);
	assert_true(status_of(only_child(), "RssFile") +
		    status_of(only_child(), "RssShmem") >= 4 * MIB / 1024);
}

static void mlock_within_limit(void **state)
{
	(void)state;
	start(spec(PRESSURE_MLOCK, MIB / 16, 0));
	look();
	assert_int_equal(trouble.held_bytes, MIB / 16);
	assert_int_equal(status_of(only_child(), "VmLck"), 64);
}

/* As anybody without CAP_IPC_LOCK, who may lock 1 MiB at most: it stops there. */
static void mlock_beyond_limit(void **state)
{
	struct fault *f = &fault;
	struct rlimit limit;
	uint64_t pieces;
	int status;
	pid_t pid;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_MEMLOCK, &limit), 0);
	if (limit.rlim_max > MIB)
		limit.rlim_max = MIB;
	limit.rlim_cur = limit.rlim_max;
	pieces = limit.rlim_cur / MIB;
	pid = fork();
	if (!pid) {
		const struct pressure_spec s = spec(PRESSURE_MLOCK, 8 * MIB, 0);
		bool good;

		if (!geteuid() && (setgid(65534) || setuid(65534)))
			_exit(2);
		/* Who changes his user may not even see what /proc has of himself. */
		good = !prctl(PR_SET_DUMPABLE, 1) &&
		       !setrlimit(RLIMIT_MEMLOCK, &limit) &&
		       !pressure_start(&pressure, &s, 1, 0, f) &&
		       !pressure_look(pressure, &trouble, f) &&
		       trouble.held_bytes == pieces * MIB &&
		       trouble.failed_allocations > 0;
		pressure_stop(pressure);
		_exit(good ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static bool io_uring_there(void)
{
	struct io_uring_params params = {};
	const long fd = syscall(SYS_io_uring_setup, 1, &params);

	if (fd >= 0)
		close((int)fd);
	return fd >= 0;
}

/* A system may keep io_uring from its users, or not have it: that is said at once. */
static void pin(void **state)
{
	const struct pressure_spec s = spec(PRESSURE_PIN, MIB / 32, 0);

	(void)state;
	if (!io_uring_there()) {
		assert_true(try_to_start(s, 0) < 0);
		assert_non_null(strstr(fault.text, "io_uring"));
		return;
	}
	start(s);
	look();
	assert_int_equal(trouble.held_bytes, MIB / 32);
	assert_int_equal(files_of(only_child(), "anon_inode:[io_uring]"), 1);
}

/* The life of the child is a pipe, too. */
static void splice_pipes(void **state)
{
	(void)state;
	start(spec(PRESSURE_SPLICE, 3 * MIB, 0));
	look();
	assert_int_equal(trouble.held_bytes, 3 * MIB);
	assert_int_equal(files_of(only_child(), "pipe:"), 3 + 1);
	assert_true(status_of(only_child(), "RssAnon") >= 3 * MIB / 1024);
}

static void fork_tables(void **state)
{
	pid_t pids[CHILDREN_MAX];
	uint64_t tables = 0;
	size_t i, nr;

	(void)state;
	start(spec(PRESSURE_FORK, 10 * MIB, 0));
	look();
	nr = children_of(only_child(), pids);
	assert_int_equal(nr, 3);
	for (i = 0; i < nr; i++)
		tables += status_of(pids[i], "VmPTE") * 1024;
	assert_int_equal(trouble.held_bytes, tables);
	assert_true(tables >= 10 * MIB);
}

/* Without privileges a socket queues few bytes: one message is enough to see. */
static void slab(void **state)
{
	(void)state;
	start(spec(PRESSURE_SLAB, 64 * 1024, 0));
	look();
	assert_in_range(trouble.held_bytes, 64 * 1024, 96 * 1024);
	assert_int_equal(files_of(only_child(), "socket:"), 1);
}

/* What they do meanwhile. */

static void some_is_renewed(void **state)
{
	const uint64_t dose = 16 * MIB;
	uint64_t all;
	int64_t begin;

	(void)state;
	begin = now_ms();
	start(spec(PRESSURE_ANON, dose, 100));
	do {
		nap();
		look();
	} while (trouble.renewed_bytes < 2 * dose && now_ms() < begin + WAIT_MS);
	/* No slower than a tenth of what it should be, on a busy machine, nor faster. */
	all = dose * (uint64_t)(now_ms() - begin) / 1000;
	assert_true(trouble.renewed_bytes >= 2 * dose);
	assert_in_range(trouble.renewed_bytes, all / 10, all + 2 * MIB);
	assert_int_equal(trouble.failed_allocations, 0);
}

static void rate_zero_renews_nothing(void **state)
{
	int i;

	(void)state;
	start(spec(PRESSURE_ANON, 4 * MIB, 0));
	for (i = 0; i < 30; i++)
		nap();
	look();
	assert_int_equal(trouble.renewed_bytes, 0);
}

static void the_floor_holds_them_back(void **state)
{
	(void)state;
	assert_int_equal(try_to_start(spec(PRESSURE_SLAB, 4 * MIB, 10), UINT64_MAX), 0);
	look();
	assert_int_equal(trouble.held_bytes, 0);
	assert_int_equal(trouble.failed_allocations, 0);
}

static void watching_alone(void **state)
{
	(void)state;
	assert_int_equal(pressure_start(&pressure, NULL, 0, 0, &fault), 0);
	look();
	assert_int_equal(trouble.asked_bytes, 0);
	assert_int_equal(trouble.held_bytes, 0);
}

/* How they are kept. */

static void first_victims_in_our_group(void **state)
{
	char path[64], text[16] = "";
	pid_t pid;
	int fd;

	(void)state;
	start(spec(PRESSURE_ANON, MIB, 10));
	pid = only_child();
	assert_int_equal(getpgid(pid), getpgid(0));
	snprintf(path, sizeof(path), "/proc/%d/oom_score_adj", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(read(fd, text, sizeof(text) - 1) > 0);
	close(fd);
	assert_string_equal(text, "1000\n");
}

/* A pipe that we close reads as ended: no child has it, on exec or otherwise. */
static void they_keep_no_file_of_ours(void **state)
{
	int ends[2];
	char byte;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	start(spec(PRESSURE_FORK, 4 * MIB, 10));
	close(ends[1]);
	alarm(WAIT_MS / 1000);
	assert_int_equal(read(ends[0], &byte, 1), 0);
	alarm(0);
	close(ends[0]);
}

static void the_terminal_does_not_end_them(void **state)
{
	pid_t pid;

	(void)state;
	start(spec(PRESSURE_ANON, MIB, 10));
	pid = only_child();
	kill(pid, SIGINT);
	kill(pid, SIGTERM);
	kill(pid, SIGHUP);
	usleep(200000);
	look();
	assert_int_equal(trouble.load_kills, 0);
	assert_int_equal(only_child(), pid);
}

static void killed_ones_start_anew(void **state)
{
	const int64_t end = now_ms() + WAIT_MS;
	pid_t pid;

	(void)state;
	start(spec(PRESSURE_ANON, 8 * MIB, 10));
	pid = only_child();
	kill(pid, SIGKILL);
	do {
		nap();
		look();
	} while (!trouble.load_kills && now_ms() < end);
	assert_int_equal(trouble.load_kills, 1);
	assert_int_not_equal(only_child(), pid);
	/* It has to be careful first, but gets there. */
	assert_true(trouble.held_bytes < 8 * MIB);
	while (trouble.held_bytes < 8 * MIB && now_ms() < end) {
		nap();
		look();
	}
	assert_int_equal(trouble.held_bytes, 8 * MIB);
}

/* One of the processes with page tables is a part of the dose. */
static void killed_grandchildren_are_replaced(void **state)
{
	const int64_t end = now_ms() + WAIT_MS;
	pid_t pids[CHILDREN_MAX];
	size_t nr;

	(void)state;
	start(spec(PRESSURE_FORK, 8 * MIB, 0));
	assert_int_equal(children_of(only_child(), pids), 2);
	kill(pids[0], SIGKILL);
	do {
		nap();
		look();
		nr = children_of(only_child(), pids);
	} while ((trouble.load_kills != 1 || nr != 2) && now_ms() < end);
	assert_int_equal(trouble.load_kills, 1);
	assert_int_equal(nr, 2);
}

static void what_breaks_is_said(void **state)
{
	const int64_t end = now_ms() + WAIT_MS;
	int ret = 0;

	(void)state;
	start(spec(PRESSURE_ANON, MIB, 10));
	/* Not SIGBUS, which the sanitizers take for a bug. */
	kill(only_child(), SIGALRM);
	while (!ret && now_ms() < end) {
		nap();
		ret = pressure_look(pressure, &trouble, &fault);
	}
	assert_int_equal(ret, -EIO);
	assert_non_null(strstr(fault.text, "anon"));
}

static void no_room_for_the_file(void **state)
{
	struct pressure_spec s = spec(PRESSURE_CACHE, PRESSURE_DOSE_MAX, 10);

	(void)state;
	assert_int_equal(try_to_start(s, 0), -ENOSPC);
	assert_non_null(strstr(fault.text, folder));
	s = spec(PRESSURE_CACHE, MIB, 10);
	strcat(s.folder, "/nothing");
	assert_int_equal(try_to_start(s, 0), -ENOENT);
	assert_non_null(strstr(fault.text, s.folder));
	assert_null(pressure);
}

static void on_alarm(int signal)
{
	(void)signal;
}

static void a_signal_ends_the_start(void **state)
{
	const struct sigaction action = { .sa_handler = on_alarm };
	const struct itimerval soon = { { 0, 1000 }, { 0, 1000 } };
	const struct itimerval never = {};
	pid_t pids[CHILDREN_MAX];

	(void)state;
	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	setitimer(ITIMER_REAL, &soon, NULL);
	assert_int_equal(try_to_start(spec(PRESSURE_ANON, 512 * MIB, 10), 0), -EINTR);
	setitimer(ITIMER_REAL, &never, NULL);
	signal(SIGALRM, SIG_DFL);
	assert_int_equal(children_of(getpid(), pids), 0);
}

static void nothing_is_left_behind(void **state)
{
	const struct pressure_spec specs[] = {
		spec(PRESSURE_ANON, MIB, 50), spec(PRESSURE_CACHE, MIB, 50),
		spec(PRESSURE_SPLICE, MIB, 50), spec(PRESSURE_FORK, 8 * MIB, 50),
		spec(PRESSURE_SLAB, MIB / 16, 50),
	};
	const unsigned int files = files_of(getpid(), "");
	pid_t children[CHILDREN_MAX], others[CHILDREN_MAX];
	size_t nr, nr_others = 0, i;

	(void)state;
	assert_int_equal(pressure_start(&pressure, specs, COUNT(specs), 0, &fault), 0);
	nr = children_of(getpid(), children);
	assert_int_equal(nr, COUNT(specs));
	for (i = 0; i < nr; i++)
		nr_others += children_of(children[i], others + nr_others);
	assert_true(nr_others >= 1);
	stop(NULL);
	for (i = 0; i < nr; i++)
		assert_int_equal(kill(children[i], 0), -1);
	/* They have nothing any more, but it may be that nobody has waited for them. */
	for (i = 0; i < nr_others; i++)
		assert_int_equal(status_of(others[i], "VmPTE"), 0);
	assert_int_equal(files_of(getpid(), ""), files);
}

/* Not even the program has to be there for that. */
static void nobody_outlives_the_program(void **state)
{
	const struct pressure_spec specs[] = {
		spec(PRESSURE_ANON, MIB, 10), spec(PRESSURE_FORK, 8 * MIB, 10),
	};
	pid_t pids[CHILDREN_MAX], pid;
	size_t nr, i;
	int ready[2];
	char byte;

	(void)state;
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid = fork();
	if (!pid) {
		if (pressure_start(&pressure, specs, COUNT(specs), 0, &fault) ||
		    write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	nr = children_of(pid, pids);
	assert_int_equal(nr, COUNT(specs));
	for (i = 0; i < COUNT(specs); i++)
		nr += children_of(pids[i], pids + nr);
	assert_true(nr > COUNT(specs));
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	for (i = 0; i < nr; i++)
		gone(pids[i]);
}

static int make_folder(void **state)
{
	(void)state;
	/* Also for who is nobody in one of the tests. */
	return mkdtemp(folder) && !chmod(folder, 0777) ? 0 : -1;
}

/* Fails if a file is left. */
static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

#define load_test(f) cmocka_unit_test_teardown(f, stop)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		load_test(anon),
		load_test(cache),
		load_test(mlock_within_limit),
		load_test(mlock_beyond_limit),
		load_test(pin),
		load_test(splice_pipes),
		load_test(fork_tables),
		load_test(slab),
		load_test(some_is_renewed),
		load_test(rate_zero_renews_nothing),
		load_test(the_floor_holds_them_back),
		load_test(watching_alone),
		load_test(first_victims_in_our_group),
		load_test(they_keep_no_file_of_ours),
		load_test(the_terminal_does_not_end_them),
		load_test(killed_ones_start_anew),
		load_test(killed_grandchildren_are_replaced),
		load_test(what_breaks_is_said),
		load_test(no_room_for_the_file),
		load_test(a_signal_ends_the_start),
		load_test(nothing_is_left_behind),
		load_test(nobody_outlives_the_program),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
