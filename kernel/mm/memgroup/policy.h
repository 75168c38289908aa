/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The online policy: const numbers in, a verdict out.
 *
 * Nothing here locks, allocates, sleeps or keeps state. All amounts are present
 * pages. The rules are explained in Documentation/admin-guide/mm/memgroup.rst.
 */
#ifndef _MM_MEMGROUP_POLICY_H
#define _MM_MEMGROUP_POLICY_H

#include <linux/memgroup_enums.h>

#include "policy_env.h"

/**
 * struct memgroup_config - what the administrator set
 * @policy: who chooses the zone of a plain "online"
 * @ratio: the most MOVABLE memory allowed, in percent of KERNEL memory
 * @numa_aware: the ratio must hold on the block's node as well
 */
struct memgroup_config {
	enum memgroup_policy policy;
	unsigned int ratio;
	bool numa_aware;
};

/**
 * struct memgroup_totals - one domain: the system or a node
 * @early_kernel_pages: boot memory in kernel zones without CMA pages
 * @movable_pages: ZONE_MOVABLE and CMA pages
 * @group_needed_pages: what all dynamic groups of the domain together take out
 *	of @early_kernel_pages, see memgroup_policy_needed()
 * @group_movable_pages: what they hold of @movable_pages
 */
struct memgroup_totals {
	u64 early_kernel_pages;
	u64 movable_pages;
	u64 group_needed_pages;
	u64 group_movable_pages;
};

/**
 * struct memgroup_member - the group of the block that is decided
 * @type: MEMGROUP_TYPE_NONE: no group, and nothing below counts
 * @on_node: the group is one of those that the node's totals sum up
 * @kernel_pages: online in kernel zones
 * @movable_pages: online in ZONE_MOVABLE
 * @max_pages: static group: the size of the device
 * @unit_pages: dynamic group: the size of a unit
 * @unit_kernel_pages: dynamic group: online in kernel zones in the block's unit
 * @unit_movable_pages: dynamic group: online in ZONE_MOVABLE in that unit
 */
struct memgroup_member {
	enum memgroup_type type;
	bool on_node;
	u64 kernel_pages;
	u64 movable_pages;
	u64 max_pages;
	u64 unit_pages;
	u64 unit_kernel_pages;
	u64 unit_movable_pages;
};

/**
 * struct memgroup_question - everything that a verdict may depend on
 * @config: the configuration, read once
 * @request: what was asked for
 * @block_pages: the size of the block
 * @movable_is_contiguous: contig-zones would take ZONE_MOVABLE for this block
 * @group: the block's group
 * @system: the whole system
 * @node: the block's node; looked at only if @config is numa_aware
 */
struct memgroup_question {
	struct memgroup_config config;
	enum memgroup_request request;
	u64 block_pages;
	bool movable_is_contiguous;
	struct memgroup_member group;
	struct memgroup_totals system;
	struct memgroup_totals node;
};

/**
 * struct memgroup_verdict - the answer, and the numbers it rests on
 * @movable: ZONE_MOVABLE if true, else the kernel zone of the range
 * @clamped: the group or unit has more online than it declared
 * @reason: the rule that decided
 * @domain: whose numbers follow. If both domains allow the request, the one
 *	that it leaves less room in.
 * @early_kernel_pages: E': the kernel memory that counts for this group
 * @movable_pages: M': the movable memory that counts against it
 * @asked_pages: how much it takes to be MOVABLE; the block itself if no
 *	numbers were compared
 * @limit_pages: the most that @movable_pages + @asked_pages may come to
 */
struct memgroup_verdict {
	bool movable;
	bool clamped;
	enum memgroup_reason reason;
	enum memgroup_domain domain;
	u64 early_kernel_pages;
	u64 movable_pages;
	u64 asked_pages;
	u64 limit_pages;
};

struct memgroup_verdict
memgroup_policy_decide(const struct memgroup_question *question);

u64 memgroup_policy_needed(u64 kernel_pages, u64 movable_pages,
			   unsigned int ratio);
u64 memgroup_policy_limit(u64 early_kernel_pages, unsigned int ratio);
u64 memgroup_policy_headroom(const struct memgroup_totals *totals,
			     unsigned int ratio, u64 *limit_pages);

const char *memgroup_type_name(enum memgroup_type type);
const char *memgroup_request_name(enum memgroup_request request);
const char *memgroup_policy_name(enum memgroup_policy policy);
const char *memgroup_reason_name(enum memgroup_reason reason);
const char *memgroup_domain_name(enum memgroup_domain domain);

#endif /* _MM_MEMGROUP_POLICY_H */
