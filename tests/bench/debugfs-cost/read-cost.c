// SPDX-License-Identifier: GPL-2.0
/*
 * How long does it take to read a file from its beginning to its end?
 *
 * read-cost TIMES FILE opens, reads and closes the file so often, and prints its name
 * and the median in nanoseconds.
 */

#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static uint64_t now(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t))
		err(1, "clock_gettime");
	return t.tv_sec * UINT64_C(1000000000) + t.tv_nsec;
}

static uint64_t time_to_read(const char *file)
{
	static char buffer[1 << 16];
	const uint64_t start = now();
	const int fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		err(1, "%s", file);
	do {
		got = read(fd, buffer, sizeof(buffer));
	} while (got > 0);
	if (got < 0)
		err(1, "%s", file);
	close(fd);
	return now() - start;
}

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	uint64_t *times;
	long n, i;
	char *end;

	if (argc != 3)
		errx(2, "usage: read-cost TIMES FILE");
	n = strtol(argv[1], &end, 10);
	if (*end || n < 1 || n > 1000000)
		errx(2, "%s: not a number of times", argv[1]);
	times = calloc(n, sizeof(*times));
	if (!times)
		err(1, NULL);

	/* The first fills caches, and QEMU's translations. */
	time_to_read(argv[2]);
	for (i = 0; i < n; i++)
		times[i] = time_to_read(argv[2]);
	qsort(times, n, sizeof(*times), compare);
	printf("%s %" PRIu64 "\n", argv[2],
	       (times[(n - 1) / 2] + times[n / 2]) / 2);
	free(times);
	return 0;
}
