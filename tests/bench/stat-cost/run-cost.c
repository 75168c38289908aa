// SPDX-License-Identifier: GPL-2.0
/*
 * How long does it take to run a program?
 *
 * run-cost TIMES COMMAND... runs it so often, without its output, and prints the median
 * in nanoseconds, then the most memory that it ever had, in KiB, then the median of the
 * time that processors worked on it, and on what it started, in nanoseconds.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint64_t now(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t))
		err(1, "clock_gettime");
	return t.tv_sec * UINT64_C(1000000000) + t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static uint64_t in_ns(const struct timeval *time)
{
	return (uint64_t)time->tv_sec * UINT64_C(1000000000) +
	       (uint64_t)time->tv_usec * 1000;
}

static uint64_t run(char **command, long *most, uint64_t *worked)
{
	posix_spawn_file_actions_t actions;
	struct rusage usage;
	uint64_t begin;
	int status;
	pid_t pid;

	if (posix_spawn_file_actions_init(&actions) ||
	    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null",
					     O_WRONLY, 0))
		errx(1, "no memory");
	begin = now();
	errno = posix_spawnp(&pid, command[0], &actions, NULL, command, environ);
	if (errno)
		err(1, "%s", command[0]);
	if (wait4(pid, &status, 0, &usage) < 0)
		err(1, "wait4");
	begin = now() - begin;
	posix_spawn_file_actions_destroy(&actions);
	if (status)
		errx(1, "%s: status %#x", command[0], status);
	if (usage.ru_maxrss > *most)
		*most = usage.ru_maxrss;
	*worked = in_ns(&usage.ru_utime) + in_ns(&usage.ru_stime);
	return begin;
}

int main(int argc, char **argv)
{
	uint64_t *times, *worked;
	long n, i, most = 0;
	char *end;

	if (argc < 3)
		errx(2, "usage: run-cost TIMES COMMAND...");
	n = strtol(argv[1], &end, 10);
	if (*end || n < 1 || n > 1000)
		errx(2, "%s: not a number of times", argv[1]);
	times = calloc((size_t)n, sizeof(*times));
	worked = calloc((size_t)n, sizeof(*worked));
	if (!times || !worked)
		err(1, "calloc");
	for (i = 0; i < n; i++)
		times[i] = run(argv + 2, &most, &worked[i]);
	qsort(times, (size_t)n, sizeof(*times), compare);
	qsort(worked, (size_t)n, sizeof(*worked), compare);
	printf("%" PRIu64 " %ld %" PRIu64 "\n", times[n / 2], most, worked[n / 2]);
	free(times);
	free(worked);
	return 0;
}
