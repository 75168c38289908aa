/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words of memory onlining: what is asked, what is answered, and why.
 *
 * The word that stands for each value (in comments here) is an interface:
 * mm/memgroup/policy.c has the table, include/trace/events/memory_hotplug.h
 * the one that trace tools decode with. New values go to the end.
 *
 * This file includes nothing and is also compiled outside the kernel.
 */
#ifndef _LINUX_MEMGROUP_ENUMS_H
#define _LINUX_MEMGROUP_ENUMS_H

/**
 * enum memgroup_type - how the memory of a device comes and goes
 * @MEMGROUP_TYPE_NONE: "none": a block that belongs to no group
 * @MEMGROUP_TYPE_STATIC: "static": added and removed whole
 * @MEMGROUP_TYPE_DYNAMIC: "dynamic": grows and shrinks in units
 * @MEMGROUP_TYPE_COUNT: how many there are
 */
enum memgroup_type {
	MEMGROUP_TYPE_NONE,
	MEMGROUP_TYPE_STATIC,
	MEMGROUP_TYPE_DYNAMIC,
	MEMGROUP_TYPE_COUNT
};

/**
 * enum memgroup_request - what the one who onlines a block asked for
 * @MEMGROUP_REQUEST_ONLINE: "online": the policy chooses
 * @MEMGROUP_REQUEST_ONLINE_KERNEL: "online_kernel": a kernel zone
 * @MEMGROUP_REQUEST_ONLINE_MOVABLE: "online_movable": ZONE_MOVABLE
 * @MEMGROUP_REQUEST_COUNT: how many there are
 */
enum memgroup_request {
	MEMGROUP_REQUEST_ONLINE,
	MEMGROUP_REQUEST_ONLINE_KERNEL,
	MEMGROUP_REQUEST_ONLINE_MOVABLE,
	MEMGROUP_REQUEST_COUNT
};

/**
 * enum memgroup_policy - the values of memory_hotplug.online_policy
 * @MEMGROUP_POLICY_CONTIG_ZONES: "contig-zones"
 * @MEMGROUP_POLICY_AUTO_MOVABLE: "auto-movable"
 * @MEMGROUP_POLICY_COUNT: how many there are
 */
enum memgroup_policy {
	MEMGROUP_POLICY_CONTIG_ZONES,
	MEMGROUP_POLICY_AUTO_MOVABLE,
	MEMGROUP_POLICY_COUNT
};

/**
 * enum memgroup_reason - why the zone is what it is
 * @MEMGROUP_REASON_FITS: "fits": within the ratio everywhere: MOVABLE
 * @MEMGROUP_REASON_RATIO_ZERO: "ratio_zero": the ratio is 0: KERNEL
 * @MEMGROUP_REASON_GROUP_HAS_KERNEL: "group_has_kernel": part of the static
 *	device is KERNEL, so the rest is
 * @MEMGROUP_REASON_UNIT_HAS_KERNEL: "unit_has_kernel": part of the unit is
 *	KERNEL, so the rest is
 * @MEMGROUP_REASON_SYSTEM_RATIO: "system_ratio": more than the ratio allows
 *	in the system: KERNEL
 * @MEMGROUP_REASON_NODE_RATIO: "node_ratio": more than the ratio allows on
 *	the block's node: KERNEL
 * @MEMGROUP_REASON_CONTIGUOUS: "contiguous": contig-zones keeps zones in one
 *	piece
 * @MEMGROUP_REASON_REQUESTED: "requested": online_kernel or online_movable
 * @MEMGROUP_REASON_COUNT: how many there are
 */
enum memgroup_reason {
	MEMGROUP_REASON_FITS,
	MEMGROUP_REASON_RATIO_ZERO,
	MEMGROUP_REASON_GROUP_HAS_KERNEL,
	MEMGROUP_REASON_UNIT_HAS_KERNEL,
	MEMGROUP_REASON_SYSTEM_RATIO,
	MEMGROUP_REASON_NODE_RATIO,
	MEMGROUP_REASON_CONTIGUOUS,
	MEMGROUP_REASON_REQUESTED,
	MEMGROUP_REASON_COUNT
};

/**
 * enum memgroup_domain - whose numbers decided
 * @MEMGROUP_DOMAIN_NONE: "none": no numbers were compared
 * @MEMGROUP_DOMAIN_SYSTEM: "system"
 * @MEMGROUP_DOMAIN_NODE: "node": the block's node
 * @MEMGROUP_DOMAIN_COUNT: how many there are
 */
enum memgroup_domain {
	MEMGROUP_DOMAIN_NONE,
	MEMGROUP_DOMAIN_SYSTEM,
	MEMGROUP_DOMAIN_NODE,
	MEMGROUP_DOMAIN_COUNT
};

#endif /* _LINUX_MEMGROUP_ENUMS_H */
