/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is traced and kept of a block on its way online or offline.
 */
#ifndef _MM_MEMGROUP_DECISION_H
#define _MM_MEMGROUP_DECISION_H

#include <linux/memgroup.h>

#include "policy.h"

/**
 * struct memgroup_decision - which zone a block was given, and why
 * @time_ns: when, in CLOCK_MONOTONIC
 * @start_pfn: first page of the block
 * @nr_pages: its size in pages
 * @nid: its node
 * @mgid: id of its group, or -1
 * @device: name of its group; "-" if there is no group, or no name
 * @group_type: type of its group
 * @request: what was asked for
 * @policy: the online policy at that moment
 * @zone: index of the zone
 * @verdict: the reason, and the numbers it rests on
 */
struct memgroup_decision {
	u64 time_ns;
	u64 start_pfn;
	u64 nr_pages;
	int nid;
	int mgid;
	char device[MEMGROUP_NAME_SIZE];
	enum memgroup_type group_type;
	enum memgroup_request request;
	enum memgroup_policy policy;
	unsigned int zone;
	struct memgroup_verdict verdict;
};

/**
 * struct memgroup_change - a block went online or offline, or failed to
 * @start_pfn: first page of the block
 * @nr_pages: its size in pages
 * @nid: its node
 * @mgid: id of its group, or -1
 * @device: name of its group; "-" if there is no group, or no name
 * @zone: index of the zone; MAX_NR_ZONES if the block is in no single one
 * @result: 0 or an error
 * @duration_ns: how long it took
 */
struct memgroup_change {
	u64 start_pfn;
	u64 nr_pages;
	int nid;
	int mgid;
	char device[MEMGROUP_NAME_SIZE];
	unsigned int zone;
	int result;
	u64 duration_ns;
};

#endif /* _MM_MEMGROUP_DECISION_H */
