/* SPDX-License-Identifier: GPL-2.0 */
/* Where choices come from: a random generator, or the bytes of a fuzzer. */
#ifndef POLICY_TESTS_SOURCE_H
#define POLICY_TESTS_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct source {
	uint64_t state;
	const uint8_t *bytes;	/* NULL: random */
	size_t left;
	bool dry;		/* the bytes are used up; from now on all is 0 */
};

/* Depends on @seed and @stream alone. */
struct source source_random(uint64_t seed, uint64_t stream);
struct source source_bytes(const uint8_t *bytes, size_t count);

/* A number below @limit, which is not 0. */
uint64_t source_below(struct source *source, uint64_t limit);

/* True in @times of 100 cases. */
bool source_chance(struct source *source, unsigned int times);

#endif /* POLICY_TESTS_SOURCE_H */
