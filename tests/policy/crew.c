// SPDX-License-Identifier: GPL-2.0

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crew.h"

unsigned int crew_size(void)
{
	const char *jobs = getenv("JOBS");
	long size = jobs ? atol(jobs) : sysconf(_SC_NPROCESSORS_ONLN);

	if (size < 1)
		size = 1;
	return size > CREW_MAX ? CREW_MAX : size;
}

void *crew_memory(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return memory;
}

bool crew_run(unsigned int size,
	      void (*work)(void *memory, unsigned int worker), void *memory)
{
	bool good = true;
	unsigned int i;
	int status;

	/* What is in the buffer now would be written by each. */
	fflush(stdout);
	for (i = 0; i < size; i++) {
		switch (fork()) {
		case -1:
			perror("fork");
			good = false;
			break;
		case 0:
			work(memory, i);
			fflush(stdout);
			_exit(0);
		}
	}
	while (wait(&status) > 0)
		good = good && WIFEXITED(status) && !WEXITSTATUS(status);
	return good;
}
