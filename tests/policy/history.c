// SPDX-License-Identifier: GPL-2.0

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "history.h"

#define LINE_MAX_LENGTH	256

static const struct {
	const char *word;
	unsigned int operands;
} operators[OPERATORS] = {
	[OP_BLOCK_PAGES] = { "block_pages", 1 },
	[OP_BOOT_DMA] = { "boot_dma", 5 },
	[OP_BOOT_DMA32] = { "boot_dma32", 5 },
	[OP_BOOT_NORMAL] = { "boot_normal", 5 },
	[OP_BOOT_MOVABLE] = { "boot_movable", 5 },
	[OP_RATIO] = { "ratio", 1 },
	[OP_CONTIG_ZONES] = { "contig-zones", 0 },
	[OP_AUTO_MOVABLE] = { "auto-movable", 0 },
	[OP_NUMA_AWARE] = { "numa_aware", 1 },
	[OP_MOVABLE_NODE] = { "movable_node", 1 },
	[OP_PLAIN] = { "plain", 5 },
	[OP_STATIC] = { "static", 6 },
	[OP_DYNAMIC] = { "dynamic", 6 },
	[OP_REMOVE] = { "remove", 1 },
	[OP_ONLINE] = { "online", 2 },
	[OP_ONLINE_KERNEL] = { "online_kernel", 2 },
	[OP_ONLINE_MOVABLE] = { "online_movable", 2 },
	[OP_OFFLINE] = { "offline", 2 },
	[OP_OFFLINE_BOOT] = { "offline_boot", 2 },
};

static const char legend[] =
	"# boot_ZONE       node, first block, last block, pages, CMA pages\n"
	"# plain           device, node, node, first block, blocks\n"
	"# static          device, node, group's node, first block, blocks, declared blocks\n"
	"# dynamic         device, node, group's node, first block, blocks, blocks of a unit\n"
	"# online, offline device, block of it\n"
	"# offline_boot    range of boot memory, pages\n";

unsigned int operator_operands(enum operator what)
{
	return operators[what].operands;
}

static void make_room(struct history *history, size_t count)
{
	if (count <= history->room)
		return;
	history->room = 2 * count;
	history->operations = realloc(history->operations,
				      history->room *
				      sizeof(*history->operations));
	if (!history->operations) {
		fprintf(stderr, "no memory for %zu operations\n", count);
		exit(1);
	}
}

void history_append(struct history *history, const struct operation *operation)
{
	make_room(history, history->count + 1);
	history->operations[history->count++] = *operation;
}

void history_copy(struct history *to, const struct history *from)
{
	make_room(to, from->count);
	if (from->count)
		memcpy(to->operations, from->operations,
		       from->count * sizeof(*from->operations));
	to->count = from->count;
}

void history_free(struct history *history)
{
	free(history->operations);
	*history = (struct history) { .operations = NULL };
}

void operation_print(FILE *out, const struct operation *operation)
{
	unsigned int i;

	fputs(operators[operation->what].word, out);
	for (i = 0; i < operators[operation->what].operands; i++)
		fprintf(out, " %" PRIu64, operation->number[i]);
	fputc('\n', out);
}

void history_print(FILE *out, const struct history *history)
{
	size_t i;

	fputs(legend, out);
	for (i = 0; i < history->count; i++)
		operation_print(out, &history->operations[i]);
}

static bool parse_number(const char *word, uint64_t *number)
{
	char *end;

	if (!word || *word < '0' || *word > '9')
		return false;
	*number = strtoull(word, &end, 10);
	return !*end;
}

static bool parse_operation(char *line, struct operation *operation)
{
	static const char blanks[] = " \t\n";
	const char *word = strtok(line, blanks);
	unsigned int what, i;

	*operation = (struct operation) { .what = OPERATORS };
	for (what = 0; what < OPERATORS; what++)
		if (!strcmp(word, operators[what].word))
			operation->what = what;
	if (operation->what == OPERATORS)
		return false;
	for (i = 0; i < operators[operation->what].operands; i++)
		if (!parse_number(strtok(NULL, blanks), &operation->number[i]))
			return false;
	return !strtok(NULL, blanks);
}

bool history_parse(FILE *in, const char *name, struct history *history)
{
	char line[LINE_MAX_LENGTH];
	struct operation operation;
	unsigned int count = 0;

	while (fgets(line, sizeof(line), in)) {
		count++;
		line[strcspn(line, "#")] = '\0';
		if (line[strspn(line, " \t\n")] == '\0')
			continue;
		if (!parse_operation(line, &operation)) {
			fprintf(stderr, "%s:%u: not an operation\n", name,
				count);
			return false;
		}
		history_append(history, &operation);
	}
	if (ferror(in)) {
		perror(name);
		return false;
	}
	return true;
}
