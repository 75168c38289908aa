// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"

/* More is no machine of ours. */
#define BLOCKS_MAX 65536

struct reader {
	FILE *file;
	const char *path;
	unsigned long line_number;
	char line[256];
	struct fault *fault;
};

static int wrong(struct reader *r, const char *what)
{
	return fault_set(r->fault, EINVAL, "%s: line %lu: %s", r->path,
			 r->line_number, what);
}

/* The next line without its end; a line without one was cut off. */
static int next_line(struct reader *r)
{
	size_t len;

	r->line_number++;
	if (!fgets(r->line, sizeof(r->line), r->file))
		return wrong(r, "the capture ends too early");
	len = strlen(r->line);
	if (!len || r->line[len - 1] != '\n')
		return wrong(r, "the line is cut off");
	r->line[len - 1] = '\0';
	return 0;
}

static int read_device(struct reader *r, struct record_step *step)
{
	struct record_device *device = &step->devices[step->nr_devices];
	char type[16];

	if (step->nr_devices == RECORD_DEVICES_MAX)
		return wrong(r, "too many devices");
	if (sscanf(r->line, "device %15s %16s %d %" SCNu64 " %" SCNu64 " %" SCNu64,
		   type, device->id, &device->node, &device->address,
		   &device->size, &device->max) != 6 ||
	    device->node < 0 || device->node >= ORACLE_NODES_MAX)
		return wrong(r, "no device");
	device->dynamic = !strcmp(type, "virtio-mem");
	if (!device->dynamic && strcmp(type, "dimm"))
		return wrong(r, "an unknown type of device");
	step->nr_devices++;
	return 0;
}

static int read_blocks(struct reader *r, struct blocks *blocks)
{
	unsigned long first, last, previous;
	struct block block = {};
	struct block *list;

	if (sscanf(r->line, "blocks %lu %lu %d %15s %15s", &first, &last,
		   &block.node, block.state, block.zone) != 5 ||
	    first > last || last - first >= BLOCKS_MAX)
		return wrong(r, "no run of blocks");
	previous = blocks->count ? blocks->list[blocks->count - 1].number : 0;
	if (blocks->count && first <= previous)
		return wrong(r, "the blocks are not in order");
	if (blocks->count + last - first >= BLOCKS_MAX)
		return wrong(r, "too many blocks");
	list = realloc(blocks->list, (blocks->count + last - first + 1) *
				     sizeof(*list));
	if (!list)
		return fault_nomem(r->fault);
	blocks->list = list;
	for (block.number = first; block.number <= last; block.number++)
		list[blocks->count++] = block;
	return 0;
}

static const char * const results[RESULTS] = {
	[RESULT_DONE] = "done", [RESULT_KEPT] = "kept",
	[RESULT_BUSY] = "refused EBUSY", [RESULT_AGAIN] = "refused EAGAIN",
	[RESULT_INTERRUPTED] = "refused EINTR",
	[RESULT_TIMEOUT] = "refused timeout",
	[RESULT_INVALID] = "refused EINVAL", [RESULT_ABSENT] = "refused ENOENT",
	[RESULT_ERROR] = "refused error",
};

const char *result_word(enum result result)
{
	return results[result];
}

static int read_step(struct reader *r, unsigned int number,
		     struct record_step *step)
{
	unsigned int is, i;
	char word[24];
	int ret;

	if (sscanf(r->line, "step %u %23[^\n]", &is, word) != 2 || is != number)
		return wrong(r, "not the step that is next");
	for (i = 0; i < RESULTS && strcmp(results[i], word); i++)
		;
	if (i == RESULTS)
		return wrong(r, "an unknown result");
	step->result = i;

	for (;;) {
		ret = next_line(r);
		if (ret)
			return ret;
		if (sscanf(r->line, "end %u", &is) == 1)
			return is == number ? 0 : wrong(r, "the end of another step");
		if (!strncmp(r->line, "device ", 7))
			ret = read_device(r, step);
		else
			ret = read_blocks(r, &step->blocks);
		if (ret)
			return ret;
	}
}

/* Up to the first step. */
static int read_machine(struct reader *r, const struct scenario *scenario,
			struct record *record)
{
	char word[64];
	int ret;

	ret = next_line(r);
	if (ret)
		return ret;
	if (sscanf(r->line, "capture 1 %63s", word) != 1 ||
	    strcmp(word, scenario->name))
		return wrong(r, "no capture of this scenario");
	ret = next_line(r);
	if (ret)
		return ret;
	if (sscanf(r->line, "block-bytes %" SCNu64, &record->block_bytes) != 1 ||
	    record->block_bytes < 1 << 20)
		return wrong(r, "no size of blocks");

	for (;;) {
		uint64_t present, cma;
		int node;

		ret = next_line(r);
		if (ret || strncmp(r->line, "boot ", 5))
			return ret;
		if (sscanf(r->line, "boot %d %63s %" SCNu64 " %" SCNu64, &node,
			   word, &present, &cma) != 4 || node < 0 ||
		    node >= ORACLE_NODES_MAX || cma > present)
			return wrong(r, "no boot memory");
		if (!strcmp(word, "Movable"))
			cma = present;
		record->boot_kernel[node] += present - cma;
		record->boot_movable[node] += cma;
	}
}

int record_read(const char *path, const struct scenario *scenario,
		struct record *record, struct fault *fault)
{
	struct reader r = { .path = path, .fault = fault };
	unsigned int i, steps;
	int ret;

	*record = (struct record) {};
	r.file = fopen(path, "re");
	if (!r.file)
		return fault_set(fault, errno, "%s: %s", path, strerror(errno));
	ret = read_machine(&r, scenario, record);
	for (i = 0; i <= scenario->nr_steps && !ret; i++) {
		ret = read_step(&r, i, &record->steps[i]);
		record->steps[i].blocks.block_bytes = record->block_bytes;
		if (!ret)
			ret = next_line(&r);
	}
	if (!ret && (sscanf(r.line, "done %u", &steps) != 1 ||
		     steps != scenario->nr_steps))
		ret = wrong(&r, "not the end of all steps");
	fclose(r.file);
	return ret;
}

void record_free(struct record *record)
{
	size_t i;

	for (i = 0; i < 1 + SCENARIO_STEPS_MAX; i++)
		free(record->steps[i].blocks.list);
	*record = (struct record) {};
}

const struct record_device *record_device(const struct record_step *step,
					  const char *id)
{
	size_t i;

	for (i = 0; i < step->nr_devices; i++)
		if (!strcmp(step->devices[i].id, id))
			return &step->devices[i];
	return NULL;
}

const struct record_device *record_owner(const struct record *record,
					 const struct record_step *step,
					 uint64_t block)
{
	size_t i;

	for (i = 0; i < step->nr_devices; i++) {
		const struct record_device *device = &step->devices[i];

		if (block >= device->address / record->block_bytes &&
		    block < (device->address + device->max) / record->block_bytes)
			return device;
	}
	return NULL;
}
