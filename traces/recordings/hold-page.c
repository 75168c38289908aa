// SPDX-License-Identifier: GPL-2.0
/*
 * hold-page: keeps one page of memory from being moved, as data on its way through a pipe
 * does. Prints the number of the memory block that it lies in, and holds it until a
 * signal. Needs root, who alone may know where pages lie.
 */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#define BLOCK_SIZE	"/sys/devices/system/memory/block_size_bytes"

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "hold-page: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* The number of the page that is mapped at @address; 0 is none that we may know. */
static uint64_t pfn_of(const void *address, size_t page_size)
{
	const off_t at = (off_t)((uintptr_t)address / page_size * sizeof(uint64_t));
	uint64_t entry;
	const int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || pread(fd, &entry, sizeof(entry), at) != sizeof(entry))
		fail("/proc/self/pagemap");
	close(fd);
	return entry & ((UINT64_C(1) << 55) - 1);
}

static uint64_t block_bytes(void)
{
	FILE *file = fopen(BLOCK_SIZE, "re");
	uint64_t bytes;

	if (!file || fscanf(file, "%" SCNx64, &bytes) != 1 || !bytes)
		fail(BLOCK_SIZE);
	fclose(file);
	return bytes;
}

int main(void)
{
	const size_t page_size = (size_t)sysconf(_SC_PAGESIZE);
	struct iovec page = { .iov_len = page_size };
	int ends[2];
	uint64_t pfn;

	page.iov_base = mmap(NULL, page_size, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page.iov_base == MAP_FAILED)
		fail("mmap");
	memset(page.iov_base, 'x', page_size);
	if (pipe2(ends, O_CLOEXEC))
		fail("pipe2");
	if (vmsplice(ends[1], &page, 1, 0) != (ssize_t)page_size)
		fail("vmsplice");
	pfn = pfn_of(page.iov_base, page_size);
	if (!pfn) {
		fprintf(stderr, "hold-page: only root may know where pages lie\n");
		return 1;
	}
	printf("%" PRIu64 "\n", pfn * page_size / block_bytes());
	if (fflush(stdout))
		fail("standard output");
	pause();
	return 0;
}
