// SPDX-License-Identifier: GPL-2.0
/*
 * How long do taking a memory block offline and bringing it online again take, as
 * the program that writes to its state in sysfs sees it?
 *
 * online-cost CYCLES BLOCK..., where BLOCK is a folder of a block that is online,
 * prints the median of each in nanoseconds. Uses nothing that a kernel without
 * memgroup lacks, so that both can be measured.
 */

#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/*
 * The first cycles pay for what happens once: pages that were in the block move
 * out, and caches and QEMU's translations fill.
 */
#define WARM_UP 8

static uint64_t now(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t))
		err(1, "clock_gettime");
	return t.tv_sec * UINT64_C(1000000000) + t.tv_nsec;
}

static uint64_t set_state(int fd, const char *name, const char *state)
{
	const size_t length = strlen(state);
	uint64_t start = now();
	ssize_t written = pwrite(fd, state, length, 0);
	uint64_t end = now();

	if (written != (ssize_t)length)
		err(1, "%s: cannot go %s", name, state);
	return end - start;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static uint64_t median(uint64_t *values, size_t n)
{
	qsort(values, n, sizeof(*values), compare);
	return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

static int open_state(const char *block)
{
	char *path;
	int fd;

	if (asprintf(&path, "%s/state", block) < 0)
		err(1, NULL);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", path);
	free(path);
	return fd;
}

int main(int argc, char **argv)
{
	const int nr_blocks = argc - 2;
	uint64_t *offline, *online;
	long cycles, i;
	size_t n = 0;
	char *end;
	int *fds;
	int b;

	if (nr_blocks < 1)
		errx(2, "usage: online-cost CYCLES BLOCK...");
	cycles = strtol(argv[1], &end, 10);
	if (*end || cycles < 1 || cycles > 1000000)
		errx(2, "%s: not a number of cycles", argv[1]);

	fds = calloc(nr_blocks, sizeof(*fds));
	offline = calloc(cycles * nr_blocks, sizeof(*offline));
	online = calloc(cycles * nr_blocks, sizeof(*online));
	if (!fds || !offline || !online)
		err(1, NULL);
	for (b = 0; b < nr_blocks; b++)
		fds[b] = open_state(argv[b + 2]);
	/* Or a page fault would fill the block that is measured. */
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		err(1, "mlockall");

	for (i = -WARM_UP; i < cycles; i++) {
		for (b = 0; b < nr_blocks; b++) {
			const char *name = argv[b + 2];
			uint64_t off = set_state(fds[b], name, "offline");
			uint64_t on = set_state(fds[b], name, "online");

			if (i < 0)
				continue;
			offline[n] = off;
			online[n] = on;
			n++;
		}
	}
	printf("online %" PRIu64 "\n", median(online, n));
	printf("offline %" PRIu64 "\n", median(offline, n));
	return 0;
}
