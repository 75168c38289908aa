/* SPDX-License-Identifier: GPL-2.0 */
/* Work spread over processes, one a processor: no library is needed for that. */
#ifndef POLICY_TESTS_CREW_H
#define POLICY_TESTS_CREW_H

#include <stdbool.h>
#include <stddef.h>

#define CREW_MAX	64

/* As many as JOBS in the environment says, else as there are processors. */
unsigned int crew_size(void);

/* Zeroed memory that all processes share. Ends the program if there is none. */
void *crew_memory(size_t size);

/*
 * Calls @work in @size processes at once, each with its own number. Returns true if
 * all of them returned.
 */
bool crew_run(unsigned int size,
	      void (*work)(void *memory, unsigned int worker), void *memory);

#endif /* POLICY_TESTS_CREW_H */
