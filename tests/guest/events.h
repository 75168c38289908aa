/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The trace of this run, decoded as trace tools decode it.
 */
#ifndef TESTS_GUEST_EVENTS_H
#define TESTS_GUEST_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"

/* One mhp_zone_decision or mhp_zone_preview. */
struct decision {
	bool preview;
	uint64_t block;
	int node;
	int mgid;
	char device[33];
	char group_type[16];
	char request[16];
	char policy[16];
	char zone[16];
	char reason[32];
	char domain[16];
	uint64_t block_pages;
	uint64_t early_kernel_pages;
	uint64_t movable_pages;
	uint64_t asked_pages;
	uint64_t limit_pages;
};

/* What happened since the last reading. */
struct events {
	struct decision *list;
	size_t count;
	size_t capacity;
	size_t onlined;			/* mhp_block_online with result 0 */
	size_t offlined;		/* mhp_block_offline with result 0 */
	size_t failed;			/* either, with an error */
};

struct tracer;

/*
 * Starts a trace instance with all events of memory_hotplug. Returns NULL with
 * @fault set if the kernel has none. tracer_stop() removes it again.
 */
struct tracer *tracer_start(struct fault *fault);
void tracer_stop(struct tracer *tracer);

/*
 * Reads and consumes what was traced, and replaces @events by it. Returns 0, or a
 * negative errno value with @fault set; lost events are an error.
 */
int tracer_read(struct tracer *tracer, struct events *events,
		struct fault *fault);
void events_free(struct events *events);

#endif /* TESTS_GUEST_EVENTS_H */
