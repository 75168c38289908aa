// SPDX-License-Identifier: GPL-2.0

#include <string.h>

#include "shrink.h"

struct shrinker {
	struct history *smallest;
	struct finding *finding;
	struct history attempt;
	const struct rules *rules;
};

/* Keep the attempt if it fails like the original, without what comes after that. */
static bool keep(struct shrinker *s)
{
	struct finding finding;

	if (check_history(&s->attempt, s->rules, &finding) ||
	    strcmp(finding.what, s->finding->what))
		return false;
	s->attempt.count = finding.at + 1;
	history_copy(s->smallest, &s->attempt);
	*s->finding = finding;
	return true;
}

static bool without(struct shrinker *s, size_t first, size_t count)
{
	const struct history *whole = s->smallest;
	size_t i;

	s->attempt.count = 0;
	for (i = 0; i < whole->count; i++)
		if (i < first || i >= first + count)
			history_append(&s->attempt, &whole->operations[i]);
	return keep(s);
}

/*
 * Large parts first. A device goes with the operation that adds it: those on its
 * blocks then do nothing, and go in their turn.
 */
static bool drop_operations(struct shrinker *s)
{
	bool dropped = false;
	size_t part, first;

	for (part = s->smallest->count; part; part /= 2) {
		first = 0;
		while (first < s->smallest->count) {
			if (without(s, first, part))
				dropped = true;
			else
				first += part;
		}
	}
	return dropped;
}

/*
 * Two operands at once where the second depends on the first: the ends of a range of
 * boot memory, the nodes of a device and its group.
 */
static bool lower(struct shrinker *s, size_t operation, unsigned int operand,
		  unsigned int count, uint64_t by)
{
	uint64_t *number = s->smallest->operations[operation].number + operand;
	unsigned int i;

	/* An earlier success may have left it out. */
	if (operation >= s->smallest->count)
		return false;
	for (i = 0; i < count; i++)
		if (number[i] < by)
			return false;
	history_copy(&s->attempt, s->smallest);
	number = s->attempt.operations[operation].number + operand;
	for (i = 0; i < count; i++)
		number[i] -= by;
	return keep(s);
}

/* As much as possible at a time: numbers are up to 2^47. */
static bool lower_operand(struct shrinker *s, size_t operation,
			  unsigned int operand, unsigned int count)
{
	uint64_t by = s->smallest->operations[operation].number[operand];
	bool lowered = false;

	for (; by; by /= 2)
		while (lower(s, operation, operand, count, by))
			lowered = true;
	return lowered;
}

static bool lower_numbers(struct shrinker *s)
{
	unsigned int operand, operands;
	bool lowered = false;
	size_t i;

	for (i = 0; i < s->smallest->count; i++) {
		operands = operator_operands(s->smallest->operations[i].what);
		for (operand = 0; operand < operands; operand++)
			lowered |= lower_operand(s, i, operand, 1);
		if (operands > 2)
			lowered |= lower_operand(s, i, 1, 2);
	}
	return lowered;
}

/* All amounts of pages at once: they depend on each other the most. */
static bool halve_pages(struct shrinker *s)
{
	bool halved = false;
	size_t i;

	history_copy(&s->attempt, s->smallest);
	for (i = 0; i < s->attempt.count; i++) {
		struct operation *op = &s->attempt.operations[i];

		if (op->what == OP_BLOCK_PAGES) {
			op->number[0] /= 2;
			halved = true;
		} else if (op->what <= OP_BOOT_MOVABLE) {
			op->number[3] /= 2;
			op->number[4] /= 2;
			halved = true;
		} else if (op->what == OP_OFFLINE_BOOT) {
			op->number[1] /= 2;
		}
	}
	return halved && keep(s);
}

void shrink(struct history *history, const struct rules *rules,
	    struct finding *finding)
{
	struct shrinker s = {
		.smallest = history, .finding = finding, .rules = rules,
	};
	bool smaller;

	history->count = finding->at + 1;
	do {
		smaller = drop_operations(&s);
		while (halve_pages(&s))
			smaller = true;
		smaller |= lower_numbers(&s);
	} while (smaller);
	history_free(&s.attempt);
}
