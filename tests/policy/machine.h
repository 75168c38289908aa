/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A synthetic system as the policy sees one: counts and sums that are kept up to date
 * with each block that comes or goes, as the kernel's registry and zones do. The
 * ledger keeps the same system as a list, for the oracle.
 *
 * The spans of zones are the harness's own, and so is what follows from them: which
 * kernel zone a block is for, and whether contig-zones would make it MOVABLE. That
 * code of the kernel, snapshot.c, does not run here; the KUnit suite
 * memgroup-snapshot tests it. The sums are the harness's own as well, but for
 * memgroup_policy_needed(); the registry's are tested by memgroup-totals.
 */
#ifndef POLICY_TESTS_MACHINE_H
#define POLICY_TESTS_MACHINE_H

#include "history.h"
#include "policy.h"

#define NODES_MAX	4
#define DEVICES_MAX	8
#define BLOCKS_MAX	64	/* of a device */
#define RANGES_MAX	16	/* of boot memory */
#define UNIT_MAX	16	/* blocks */

/* No block, range or sum is larger: 64 PiB in pages of 4 KiB, eight times over. */
#define PAGES_MAX	(1ULL << 47)

/* The functions to test; a test of the tests puts wrong ones here. */
struct rules {
	struct memgroup_verdict
	(*decide)(const struct memgroup_question *question);
	u64 (*needed)(u64 kernel_pages, u64 movable_pages, unsigned int ratio);
};

extern const struct rules policy_rules;

enum zone_kind { ZONE_DMA, ZONE_DMA32, ZONE_NORMAL, ZONE_MOVABLE, ZONES, OFFLINE };

/* Its span: no blocks if first > last. */
struct zone_state {
	u64 early_pages;
	u64 cma_pages;
	u64 present_pages;
	u64 first;
	u64 last;
};

struct sums {
	u64 needed_pages;
	u64 movable_pages;
};

struct device_state {
	bool live;
	enum memgroup_type type;
	unsigned int node;
	unsigned int group_node;
	u64 first;
	unsigned int nr_blocks;
	u64 max_pages;
	unsigned int unit;	/* blocks */
	u64 kernel_pages;
	u64 movable_pages;
	u64 needed_pages;	/* its part of the sums */
	enum zone_kind zone[BLOCKS_MAX];
};

struct boot_range {
	unsigned int node;
	enum zone_kind zone;
	u64 first;
	u64 last;
	u64 pages;	/* that are online and not CMA, which never goes offline */
};

struct machine {
	const struct rules *rules;
	struct memgroup_config config;
	bool movable_node;
	bool had_device;	/* boot is over */
	u64 block_pages;
	struct zone_state zone[NODES_MAX][ZONES];
	struct sums system;
	struct sums node[NODES_MAX];
	struct device_state device[DEVICES_MAX];
	struct boot_range range[RANGES_MAX];
	unsigned int nr_ranges;
};

void machine_init(struct machine *machine, const struct rules *rules);

/* Would @operation do anything now? */
bool machine_allows(const struct machine *machine,
		    const struct operation *operation);

/* Does nothing but change the numbers; @movable if a block goes online. */
void machine_do(struct machine *machine, const struct operation *operation,
		bool movable);

/* The question that the kernel would ask for a block that is offline. */
struct memgroup_question machine_ask(const struct machine *machine,
				     enum memgroup_request request,
				     unsigned int device, unsigned int block);

#endif /* POLICY_TESTS_MACHINE_H */
