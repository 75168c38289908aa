/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The capture of a scenario on one kernel, as tests/guest/capture.h describes it,
 * read back.
 */
#ifndef TESTS_PARITY_RECORD_H
#define TESTS_PARITY_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "layout.h"
#include "oracle.h"
#include "scenario.h"

#define RECORD_DEVICES_MAX	64

enum result {
	RESULT_DONE, RESULT_KEPT,
	/* Memory could not be moved: in time, or at all. */
	RESULT_BUSY, RESULT_AGAIN, RESULT_INTERRUPTED, RESULT_TIMEOUT,
	/* It is in that state already; there is no such block. */
	RESULT_INVALID, RESULT_ABSENT,
	/* Anything else. */
	RESULT_ERROR,
	RESULTS
};

struct record_device {
	bool dynamic;
	char id[17];
	int node;
	uint64_t address, size, max;	/* bytes */
};

/* After a step. */
struct record_step {
	enum result result;
	struct record_device devices[RECORD_DEVICES_MAX];
	size_t nr_devices;
	struct blocks blocks;
};

struct record {
	uint64_t block_bytes;
	/* Boot memory of each node, in pages. */
	uint64_t boot_kernel[ORACLE_NODES_MAX];
	uint64_t boot_movable[ORACLE_NODES_MAX];
	/* The beginning, and then each step of the scenario. */
	struct record_step steps[1 + SCENARIO_STEPS_MAX];
};

/*
 * Reads the capture of @scenario in the file @path: all of it, in order, or it is no
 * good. Returns 0, or a negative errno value with @fault set. Free with
 * record_free(), in both cases.
 */
int record_read(const char *path, const struct scenario *scenario,
		struct record *record, struct fault *fault);
void record_free(struct record *record);

/* As it is in a capture. */
const char *result_word(enum result result);

/* The device, or NULL. */
const struct record_device *record_device(const struct record_step *step,
					  const char *id);

/* The device that a block belongs to, or NULL. */
const struct record_device *record_owner(const struct record *record,
					 const struct record_step *step,
					 uint64_t block);

#endif /* TESTS_PARITY_RECORD_H */
