// SPDX-License-Identifier: GPL-2.0

#include "source.h"

/* The SplitMix64 generator: good enough for this, and its state is a number. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t mixed;

	*state += 0x9e3779b97f4a7c15;
	mixed = *state;
	mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
	mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
	return mixed ^ mixed >> 31;
}

struct source source_random(uint64_t seed, uint64_t stream)
{
	struct source source = { .state = seed };

	/* Neighbouring seeds and streams must not give the same numbers, shifted. */
	source.state = next_random(&source.state) ^ stream;
	source.state = next_random(&source.state);
	return source;
}

struct source source_bytes(const uint8_t *bytes, size_t count)
{
	return (struct source) { .bytes = bytes, .left = count };
}

/* As few bytes as the limit needs, so that a short input says a lot. */
static uint64_t next_bytes(struct source *source, uint64_t limit)
{
	uint64_t number = 0, largest;

	for (largest = limit - 1; largest; largest >>= 8) {
		if (!source->left) {
			source->dry = true;
			return 0;
		}
		number = number << 8 | *source->bytes++;
		source->left--;
	}
	return number;
}

uint64_t source_below(struct source *source, uint64_t limit)
{
	const uint64_t number = source->bytes ? next_bytes(source, limit) :
						next_random(&source->state);

	return number % limit;
}

bool source_chance(struct source *source, unsigned int times)
{
	return source_below(source, 100) < times;
}
