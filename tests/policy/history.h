/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What happens to a synthetic system, from its boot memory on: a list of operations,
 * each a word and numbers, as data and as text with one operation a line.
 */
#ifndef POLICY_TESTS_HISTORY_H
#define POLICY_TESTS_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define OPERANDS_MAX	6

/*
 * Those that make no sense at their time, such as onlining a block that is online,
 * do nothing: any part of a history is a history.
 */
enum operator {
	/* Before the first device */
	OP_BLOCK_PAGES,		/* pages */
	OP_BOOT_DMA,		/* node, first block, last block, pages, CMA pages */
	OP_BOOT_DMA32,
	OP_BOOT_NORMAL,
	OP_BOOT_MOVABLE,
	/* What the administrator sets */
	OP_RATIO,		/* percent */
	OP_CONTIG_ZONES,
	OP_AUTO_MOVABLE,
	OP_NUMA_AWARE,		/* 0 or 1 */
	OP_MOVABLE_NODE,	/* 0 or 1 */
	/* Devices: number, node, the group's node, first block, blocks, ... */
	OP_PLAIN,		/* ... and no group: the two nodes are one */
	OP_STATIC,		/* ... blocks that it declares */
	OP_DYNAMIC,		/* ... blocks of a unit */
	OP_REMOVE,		/* number */
	/* Blocks of a device: number, which block */
	OP_ONLINE,
	OP_ONLINE_KERNEL,
	OP_ONLINE_MOVABLE,
	OP_OFFLINE,
	/* Boot memory: which range, counted from 0, pages that leave it */
	OP_OFFLINE_BOOT,
	OPERATORS
};

struct operation {
	enum operator what;
	uint64_t number[OPERANDS_MAX];
};

struct history {
	struct operation *operations;
	size_t count;
	size_t room;
};

unsigned int operator_operands(enum operator what);

/* Ends the program if there is no memory. */
void history_append(struct history *history,
		    const struct operation *operation);
void history_copy(struct history *to, const struct history *from);
void history_free(struct history *history);

void operation_print(FILE *out, const struct operation *operation);
void history_print(FILE *out, const struct history *history);
/* False, with a complaint on standard error, if @in is not such a text. */
bool history_parse(FILE *in, const char *name, struct history *history);

#endif /* POLICY_TESTS_HISTORY_H */
