/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What happened in a trace, in numbers: events in, counts out. It needs the same memory
 * for ten events and for ten million; what could grow with them has a maximum each, and
 * what is beyond that is counted together.
 */
#ifndef MEMGROUP_STAT_TRACE_SUMMARY_H
#define MEMGROUP_STAT_TRACE_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "events.h"
#include "fault.h"
#include "histogram.h"
#include "timeline.h"

#define SUMMARY_REASONS_MAX	64
#define SUMMARY_OPERATIONS_MAX	64
#define SUMMARY_DEVICES_MAX	1024
/* The system and 64 nodes. */
#define SUMMARY_DOMAINS_MAX	65

/* Decisions for a zone, for a reason. */
struct summary_reason {
	bool rest;		/* what found no other place */
	char zone[16];
	char reason[32];
	uint64_t decisions, previews;
	uint64_t pages;		/* that were decided on */
};

/* Blocks that went online or offline, or failed to, with the same result. */
struct summary_operation {
	bool rest;
	enum change_kind kind;
	char zone[16];
	int result;		/* 0 or a negative errno value */
	uint64_t least_ns;
	struct histogram latency;
};

/* A device, by its name; a group without one, by its id; or memory without a group. */
struct summary_device {
	bool rest;
	char name[33];		/* "-": none */
	int mgid;		/* the last one of that name; -1: none */
	int node;
	uint64_t movable, kernel, previews;	/* decisions */
	uint64_t onlined, offlined, failed;	/* blocks */
	uint64_t slowest_ns;
	char last_reason[32];	/* of the last decision; "": none */
};

/* Numbers that a decision was based on; or one of them at its least or most. */
struct summary_numbers {
	uint64_t time_ns;
	uint64_t early_kernel, movable, limit;	/* pages */
};

/* The system or a node, as the decisions found it that compared its numbers. */
struct summary_domain {
	int node;		/* -1: the system */
	uint64_t decisions;
	struct summary_numbers last;
	struct summary_numbers least_ratio, most_ratio;
	struct summary_numbers least_headroom, most_headroom;
};

struct trace_summary {
	uint64_t decisions, previews;
	uint64_t onlined, offlined, failed;	/* blocks */
	uint64_t registered, unregistered;	/* groups */
	uint64_t gaps;		/* where events were lost */
	struct summary_reason *reasons;
	size_t nr_reasons;
	struct summary_operation *operations[SUMMARY_OPERATIONS_MAX];
	size_t nr_operations;
	struct summary_device *devices;
	size_t nr_devices;
	uint16_t *device_index;	/* by a hash of what tells them apart; 0: none */
	struct summary_device *last_device;
	struct summary_domain domains[SUMMARY_DOMAINS_MAX];
	size_t nr_domains;
	uint64_t other_domains;	/* decisions of nodes beyond the maximum */
	struct timeline timeline;
};

/* Return 0 or -ENOMEM with @fault set; only after 0 is there something to free. */
int summary_init(struct trace_summary *summary, struct fault *fault);
void summary_free(struct trace_summary *summary);

/* Events in the order of time. Return 0 or -ENOMEM. */
int summary_add_decision(struct trace_summary *summary, const struct decision *decision);
int summary_add_change(struct trace_summary *summary, const struct change *change);
/* Events were lost at this point. */
void summary_add_gap(struct trace_summary *summary);

/* All events are there: sorts what was counted. No events may be added after it. */
void summary_finish(struct trace_summary *summary);

/*
 * The reasons added up by zone, into @zones, which has room for SUMMARY_REASONS_MAX.
 * Returns how many there are. summary_finish() was called.
 */
size_t summary_zones(const struct trace_summary *summary, struct summary_reason *zones);

/* MOVABLE pages that would still have been allowed. */
uint64_t summary_headroom(const struct summary_numbers *numbers);

/*
 * MOVABLE to kernel memory in tenths of a percent, rounded up; UINT64_MAX for some to
 * none, and 0 for none to none.
 */
uint64_t summary_ratio(const struct summary_numbers *numbers);

#endif /* MEMGROUP_STAT_TRACE_SUMMARY_H */
