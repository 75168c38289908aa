// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's own policy.c, compiled here, against a table of single decisions
 * and against whole layouts, a memory block at a time.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "policy.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define GIB		(1ULL << 18)	/* in pages of 4 KiB */
#define BLOCK		(GIB / 8)	/* 128 MiB, as on most x86 VMs */

static const char *zone_name(bool movable)
{
	return movable ? "MOVABLE" : "KERNEL";
}

/* One decision. What a row does not mention is 0, "none" or false. */
struct row {
	const char *what;
	struct memgroup_question question;
	bool movable;
	enum memgroup_reason reason;
	enum memgroup_domain domain;
	u64 asked_pages;
	u64 limit_pages;
	bool clamped;
};

#define AUTO(percent) {				\
	.policy = MEMGROUP_POLICY_AUTO_MOVABLE,	\
	.ratio = (percent),			\
}
#define AUTO_AWARE(percent) {			\
	.policy = MEMGROUP_POLICY_AUTO_MOVABLE,	\
	.ratio = (percent),			\
	.numa_aware = true,			\
}

static const struct row rows[] = {
	{
		.what = "no group: exactly at the limit fits",
		.question = { .config = AUTO(100), .block_pages = BLOCK,
			      .system = { .early_kernel_pages = GIB,
					  .movable_pages = GIB - BLOCK } },
		.movable = true, .reason = MEMGROUP_REASON_FITS,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.asked_pages = BLOCK, .limit_pages = GIB,
	}, {
		.what = "no group: one page over the limit does not",
		.question = { .config = AUTO(100), .block_pages = BLOCK,
			      .system = { .early_kernel_pages = GIB,
					  .movable_pages = GIB - BLOCK + 1 } },
		.reason = MEMGROUP_REASON_SYSTEM_RATIO,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.asked_pages = BLOCK, .limit_pages = GIB,
	}, {
		.what = "ratio 0: nothing is MOVABLE, and no number is looked at",
		.question = { .config = AUTO(0), .block_pages = BLOCK,
			      .system = { .early_kernel_pages = GIB } },
		.reason = MEMGROUP_REASON_RATIO_ZERO, .asked_pages = BLOCK,
	}, {
		.what = "ratio 99: rounds the limit down",
		.question = { .config = AUTO(99), .block_pages = 100,
			      .system = { .early_kernel_pages = 101 } },
		.reason = MEMGROUP_REASON_SYSTEM_RATIO,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.asked_pages = 100, .limit_pages = 99,
	}, {
		.what = "the largest ratio and 64 PiB: the limit does not wrap",
		.question = { .config = AUTO(4294967295U), .block_pages = BLOCK,
			      .system = { .early_kernel_pages = 1ULL << 44,
					  .movable_pages = 1ULL << 44 } },
		.movable = true, .reason = MEMGROUP_REASON_FITS,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.asked_pages = BLOCK, .limit_pages = UINT64_MAX,
	}, {
		.what = "static: asks for all of the device that is not MOVABLE",
		.question = { .config = AUTO(301), .block_pages = BLOCK,
			      .group = { .type = MEMGROUP_TYPE_STATIC,
					 .movable_pages = BLOCK,
					 .max_pages = 4 * GIB },
			      .system = { .early_kernel_pages = GIB,
					  .movable_pages = BLOCK } },
		.reason = MEMGROUP_REASON_SYSTEM_RATIO,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.asked_pages = 4 * GIB - BLOCK, .limit_pages = 789053,
	}, {
		.what = "static: with a part in KERNEL, so is the rest",
		.question = { .config = AUTO(301), .block_pages = BLOCK,
			      .group = { .type = MEMGROUP_TYPE_STATIC,
					 .kernel_pages = 1,
					 .max_pages = 2 * BLOCK },
			      .system = { .early_kernel_pages = 64 * GIB } },
		.reason = MEMGROUP_REASON_GROUP_HAS_KERNEL,
		.asked_pages = BLOCK,
	}, {
		.what = "static: more MOVABLE than declared asks for nothing more",
		.question = { .config = AUTO(301), .block_pages = BLOCK,
			      .group = { .type = MEMGROUP_TYPE_STATIC,
					 .movable_pages = 2 * BLOCK,
					 .max_pages = BLOCK },
			      .system = { .early_kernel_pages = GIB,
					  .movable_pages = 2 * BLOCK } },
		.movable = true, .reason = MEMGROUP_REASON_FITS,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.asked_pages = 0, .limit_pages = 789053, .clamped = true,
	}, {
		.what = "dynamic: asks for the rest of the unit",
		.question = { .config = AUTO(100), .block_pages = BLOCK,
			      .group = { .type = MEMGROUP_TYPE_DYNAMIC,
					 .on_node = true,
					 .movable_pages = BLOCK,
					 .unit_pages = 4 * BLOCK,
					 .unit_movable_pages = BLOCK },
			      .system = { .early_kernel_pages = 4 * BLOCK,
					  .movable_pages = BLOCK,
					  .group_needed_pages = BLOCK,
					  .group_movable_pages = BLOCK } },
		.movable = true, .reason = MEMGROUP_REASON_FITS,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.asked_pages = 3 * BLOCK, .limit_pages = 4 * BLOCK,
	}, {
		.what = "dynamic: with a part of the unit in KERNEL, so is the rest",
		.question = { .config = AUTO(100), .block_pages = BLOCK,
			      .group = { .type = MEMGROUP_TYPE_DYNAMIC,
					 .kernel_pages = BLOCK,
					 .unit_pages = 4 * BLOCK,
					 .unit_kernel_pages = BLOCK },
			      .system = { .early_kernel_pages = 64 * GIB } },
		.reason = MEMGROUP_REASON_UNIT_HAS_KERNEL,
		.asked_pages = BLOCK,
	}, {
		.what = "dynamic: so it is with MOVABLE in another unit",
		.question = { .config = AUTO(100), .block_pages = BLOCK,
			      .group = { .type = MEMGROUP_TYPE_DYNAMIC,
					 .kernel_pages = BLOCK,
					 .movable_pages = 4 * BLOCK,
					 .unit_pages = 4 * BLOCK,
					 .unit_kernel_pages = BLOCK },
			      .system = { .early_kernel_pages = 64 * GIB,
					  .movable_pages = 4 * BLOCK } },
		.reason = MEMGROUP_REASON_UNIT_HAS_KERNEL,
		.asked_pages = BLOCK,
	}, {
		.what = "dynamic: KERNEL in another unit does not matter",
		.question = { .config = AUTO(100), .block_pages = BLOCK,
			      .group = { .type = MEMGROUP_TYPE_DYNAMIC,
					 .kernel_pages = BLOCK,
					 .unit_pages = BLOCK },
			      .system = { .early_kernel_pages = GIB } },
		.movable = true, .reason = MEMGROUP_REASON_FITS,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.asked_pages = BLOCK, .limit_pages = GIB + BLOCK,
	}, {
		.what = "another group's need is taken out, and its MOVABLE with it",
		.question = { .config = AUTO(100), .block_pages = BLOCK,
			      .system = { .early_kernel_pages = GIB,
					  .movable_pages = GIB - BLOCK,
					  .group_needed_pages = GIB - BLOCK,
					  .group_movable_pages = GIB - BLOCK } },
		.movable = true, .reason = MEMGROUP_REASON_FITS,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.asked_pages = BLOCK, .limit_pages = BLOCK,
	}, {
		.what = "the cliff: no boot memory, but KERNEL of the group's own",
		.question = { .config = AUTO(301), .block_pages = BLOCK,
			      .group = { .type = MEMGROUP_TYPE_DYNAMIC,
					 .kernel_pages = BLOCK,
					 .unit_pages = BLOCK } },
		.movable = true, .reason = MEMGROUP_REASON_FITS,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.asked_pages = BLOCK, .limit_pages = BLOCK * 301 / 100,
	}, {
		.what = "the cliff: others need more than there is, the group covers it",
		.question = { .config = AUTO(100), .block_pages = BLOCK,
			      .group = { .type = MEMGROUP_TYPE_DYNAMIC,
					 .kernel_pages = 3 * BLOCK,
					 .unit_pages = BLOCK },
			      .system = { .early_kernel_pages = BLOCK,
					  .movable_pages = 2 * BLOCK,
					  .group_needed_pages = 2 * BLOCK,
					  .group_movable_pages = 2 * BLOCK } },
		.movable = true, .reason = MEMGROUP_REASON_FITS,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.asked_pages = BLOCK, .limit_pages = 2 * BLOCK,
	}, {
		.what = "no kernel memory left to count: KERNEL",
		.question = { .config = AUTO(100), .block_pages = BLOCK,
			      .group = { .type = MEMGROUP_TYPE_DYNAMIC,
					 .kernel_pages = BLOCK,
					 .unit_pages = BLOCK },
			      .system = { .early_kernel_pages = BLOCK,
					  .group_needed_pages = 2 * BLOCK } },
		.reason = MEMGROUP_REASON_SYSTEM_RATIO,
		.domain = MEMGROUP_DOMAIN_SYSTEM, .asked_pages = BLOCK,
	}, {
		.what = "node: fits the system, not the node",
		.question = { .config = AUTO_AWARE(100), .block_pages = BLOCK,
			      .system = { .early_kernel_pages = 4 * GIB },
			      .node = { .early_kernel_pages = BLOCK - 1 } },
		.reason = MEMGROUP_REASON_NODE_RATIO,
		.domain = MEMGROUP_DOMAIN_NODE,
		.asked_pages = BLOCK, .limit_pages = BLOCK - 1,
	}, {
		.what = "node: fits both, and the node is the tighter",
		.question = { .config = AUTO_AWARE(100), .block_pages = BLOCK,
			      .system = { .early_kernel_pages = 4 * GIB },
			      .node = { .early_kernel_pages = GIB } },
		.movable = true, .reason = MEMGROUP_REASON_FITS,
		.domain = MEMGROUP_DOMAIN_NODE,
		.asked_pages = BLOCK, .limit_pages = GIB,
	}, {
		.what = "node: not looked at unless numa_aware",
		.question = { .config = AUTO(100), .block_pages = BLOCK,
			      .system = { .early_kernel_pages = 4 * GIB } },
		.movable = true, .reason = MEMGROUP_REASON_FITS,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.asked_pages = BLOCK, .limit_pages = 4 * GIB,
	}, {
		.what = "more MOVABLE than the limit: not even nothing more fits",
		.question = { .config = AUTO(100), .block_pages = BLOCK,
			      .group = { .type = MEMGROUP_TYPE_STATIC,
					 .movable_pages = 2 * BLOCK,
					 .max_pages = 2 * BLOCK },
			      .system = { .early_kernel_pages = BLOCK,
					  .movable_pages = 2 * BLOCK } },
		.reason = MEMGROUP_REASON_SYSTEM_RATIO,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.asked_pages = 0, .limit_pages = BLOCK,
	}, {
		.what = "no kernel memory that counts: not even nothing more fits",
		.question = { .config = AUTO(100), .block_pages = BLOCK,
			      .group = { .type = MEMGROUP_TYPE_DYNAMIC,
					 .unit_pages = 2 * BLOCK,
					 .unit_movable_pages = 2 * BLOCK } },
		.reason = MEMGROUP_REASON_SYSTEM_RATIO,
		.domain = MEMGROUP_DOMAIN_SYSTEM, .asked_pages = 0,
	}, {
		.what = "node: fits both, and the system is the tighter",
		.question = { .config = AUTO_AWARE(100), .block_pages = BLOCK,
			      .system = { .early_kernel_pages = 4 * GIB,
					  .movable_pages = 4 * GIB - BLOCK },
			      .node = { .early_kernel_pages = GIB } },
		.movable = true, .reason = MEMGROUP_REASON_FITS,
		.domain = MEMGROUP_DOMAIN_SYSTEM,
		.asked_pages = BLOCK, .limit_pages = 4 * GIB,
	}, {
		.what = "node: the group is not among the node's, and is not taken out",
		.question = { .config = AUTO_AWARE(100), .block_pages = BLOCK,
			      .group = { .type = MEMGROUP_TYPE_DYNAMIC,
					 .movable_pages = BLOCK,
					 .unit_pages = BLOCK },
			      .system = { .early_kernel_pages = 4 * GIB,
					  .movable_pages = BLOCK,
					  .group_needed_pages = BLOCK,
					  .group_movable_pages = BLOCK },
			      .node = { .early_kernel_pages = 2 * BLOCK,
					.movable_pages = BLOCK,
					.group_needed_pages = BLOCK,
					.group_movable_pages = BLOCK } },
		.movable = true, .reason = MEMGROUP_REASON_FITS,
		.domain = MEMGROUP_DOMAIN_NODE,
		.asked_pages = BLOCK, .limit_pages = BLOCK,
	}, {
		.what = "node: the group is among the node's, and lends to itself",
		.question = { .config = AUTO_AWARE(100), .block_pages = BLOCK,
			      .group = { .type = MEMGROUP_TYPE_DYNAMIC,
					 .on_node = true,
					 .movable_pages = BLOCK,
					 .unit_pages = BLOCK },
			      .system = { .early_kernel_pages = 4 * GIB,
					  .movable_pages = BLOCK,
					  .group_needed_pages = BLOCK,
					  .group_movable_pages = BLOCK },
			      .node = { .early_kernel_pages = 2 * BLOCK,
					.movable_pages = BLOCK,
					.group_needed_pages = BLOCK,
					.group_movable_pages = BLOCK } },
		.movable = true, .reason = MEMGROUP_REASON_FITS,
		.domain = MEMGROUP_DOMAIN_NODE,
		.asked_pages = BLOCK, .limit_pages = 2 * BLOCK,
	}, {
		.what = "contig-zones: goes by contiguity alone",
		.question = { .block_pages = BLOCK,
			      .movable_is_contiguous = true },
		.movable = true, .reason = MEMGROUP_REASON_CONTIGUOUS,
		.asked_pages = BLOCK,
	}, {
		.what = "online_kernel: as requested, whatever would fit",
		.question = { .config = AUTO(301), .block_pages = BLOCK,
			      .request = MEMGROUP_REQUEST_ONLINE_KERNEL,
			      .system = { .early_kernel_pages = 4 * GIB } },
		.reason = MEMGROUP_REASON_REQUESTED, .asked_pages = BLOCK,
	}, {
		.what = "online_movable: as requested, whatever the ratio",
		.question = { .config = AUTO(0), .block_pages = BLOCK,
			      .request = MEMGROUP_REQUEST_ONLINE_MOVABLE },
		.movable = true, .reason = MEMGROUP_REASON_REQUESTED,
		.asked_pages = BLOCK,
	},
};

static void test_row(void **state)
{
	const struct row *row = *state;
	struct memgroup_verdict verdict = memgroup_policy_decide(&row->question);

	assert_string_equal(zone_name(verdict.movable), zone_name(row->movable));
	assert_string_equal(memgroup_reason_name(verdict.reason),
			    memgroup_reason_name(row->reason));
	assert_string_equal(memgroup_domain_name(verdict.domain),
			    memgroup_domain_name(row->domain));
	assert_int_equal(verdict.asked_pages, row->asked_pages);
	assert_int_equal(verdict.limit_pages, row->limit_pages);
	assert_int_equal(verdict.clamped, row->clamped);
}

/*
 * Layouts: a system of devices that grow block by block. Each decision is asked
 * with totals that are added up anew from the devices.
 */
struct device {
	enum memgroup_type type;
	int node;
	u64 max_pages;
	u64 kernel_pages;
	u64 movable_pages;
};

struct machine {
	unsigned int ratio;
	bool numa_aware;
	u64 early_pages[2];		/* of each node */
	struct device devices[8];
	unsigned int nr_devices;
};

static struct memgroup_totals add_up(const struct machine *machine, int node)
{
	struct memgroup_totals totals = {};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(machine->early_pages); i++)
		if (node < 0 || node == (int)i)
			totals.early_kernel_pages += machine->early_pages[i];
	for (i = 0; i < machine->nr_devices; i++) {
		const struct device *device = &machine->devices[i];

		if (node >= 0 && node != device->node)
			continue;
		totals.movable_pages += device->movable_pages;
		if (device->type != MEMGROUP_TYPE_DYNAMIC)
			continue;
		totals.group_movable_pages += device->movable_pages;
		totals.group_needed_pages +=
			memgroup_policy_needed(device->kernel_pages,
					       device->movable_pages,
					       machine->ratio);
	}
	return totals;
}

/* Add @count blocks to @device and compare: 'M' and 'K', a letter per block. */
static void grow(struct machine *machine, unsigned int device_index,
		 unsigned int count, const char *pattern)
{
	struct device *device = &machine->devices[device_index];
	unsigned int i;

	for (i = 0; i < count; i++) {
		const struct memgroup_question question = {
			.config = {
				.policy = MEMGROUP_POLICY_AUTO_MOVABLE,
				.ratio = machine->ratio,
				.numa_aware = machine->numa_aware,
			},
			.block_pages = BLOCK,
			.group = {
				.type = device->type,
				.on_node = true,
				.kernel_pages = device->kernel_pages,
				.movable_pages = device->movable_pages,
				.max_pages = device->max_pages,
				.unit_pages = BLOCK,
			},
			.system = add_up(machine, -1),
			.node = add_up(machine, device->node),
		};
		const bool movable = memgroup_policy_decide(&question).movable;
		const char expected = pattern[i % strlen(pattern)];

		if (movable != (expected == 'M'))
			fail_msg("device %u block %u: %s, expected %c",
				 device_index, i, zone_name(movable), expected);
		if (movable)
			device->movable_pages += BLOCK;
		else
			device->kernel_pages += BLOCK;
	}
}

/* Three DIMMs of 4 GiB are 300 % of 4 GiB; the fourth would be 400 %. */
static void test_layout_dimms(void **state)
{
	struct machine machine = { .ratio = 301, .early_pages = { 4 * GIB } };
	unsigned int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		machine.devices[i] = (struct device) {
			.type = MEMGROUP_TYPE_STATIC, .max_pages = 4 * GIB,
		};
		machine.nr_devices++;
		grow(&machine, i, 32, i < 3 ? "M" : "K");
	}
}

/* 12 GiB are 300 %; after that, each KERNEL block allows three MOVABLE. */
static void test_layout_virtio_mem(void **state)
{
	struct machine machine = {
		.ratio = 301, .early_pages = { 4 * GIB }, .nr_devices = 1,
		.devices = { { .type = MEMGROUP_TYPE_DYNAMIC } },
	};

	(void)state;
	grow(&machine, 0, 96, "M");
	grow(&machine, 0, 64, "KMMM");
}

/* The second device finds the rest of the ratio; then each lives on its own. */
static void test_layout_two_virtio_mem(void **state)
{
	struct machine machine = {
		.ratio = 301, .early_pages = { 4 * GIB }, .nr_devices = 2,
		.devices = { { .type = MEMGROUP_TYPE_DYNAMIC },
			     { .type = MEMGROUP_TYPE_DYNAMIC } },
	};

	(void)state;
	grow(&machine, 0, 48, "M");
	grow(&machine, 1, 48, "M");
	grow(&machine, 1, 16, "KMMM");
	grow(&machine, 0, 16, "KMMM");
}

/* On a node without boot memory, numa_aware: its own KERNEL carries it. */
static void test_layout_node_without_boot_memory(void **state)
{
	struct machine machine = {
		.ratio = 301, .numa_aware = true, .early_pages = { 4 * GIB },
		.nr_devices = 1,
		.devices = { { .type = MEMGROUP_TYPE_DYNAMIC, .node = 1 } },
	};

	(void)state;
	grow(&machine, 0, 32, "KMMM");
}

/* A DIMM that does not fit leaves room for a smaller one. */
static void test_layout_mixed_dimms(void **state)
{
	struct machine machine = {
		.ratio = 301, .early_pages = { 2 * GIB }, .nr_devices = 3,
		.devices = { { .type = MEMGROUP_TYPE_STATIC, .max_pages = GIB },
			     { .type = MEMGROUP_TYPE_STATIC,
			       .max_pages = 8 * GIB },
			     { .type = MEMGROUP_TYPE_STATIC,
			       .max_pages = GIB } },
	};

	(void)state;
	grow(&machine, 0, 8, "M");
	grow(&machine, 1, 64, "K");
	grow(&machine, 2, 8, "M");
}

/* memgroup_policy_needed(): integer division, own KERNEL taken off. */
static void test_needed(void **state)
{
	(void)state;
	assert_int_equal(memgroup_policy_needed(0, 0, 301), 0);
	assert_int_equal(memgroup_policy_needed(0, 301, 301), 100);
	assert_int_equal(memgroup_policy_needed(0, 300, 301), 99);
	assert_int_equal(memgroup_policy_needed(98, 300, 301), 1);
	assert_int_equal(memgroup_policy_needed(99, 300, 301), 0);
	assert_int_equal(memgroup_policy_needed(1000, 300, 301), 0);
	assert_int_equal(memgroup_policy_needed(0, 300, 0), 0);
	assert_int_equal(memgroup_policy_needed(0, 1ULL << 44, 1),
			 100ULL << 44);
}

/* The words are an interface: tools and scripts compare them. */
static void test_words(void **state)
{
	static const char * const types[] = { "none", "static", "dynamic" };
	static const char * const requests[] = {
		"online", "online_kernel", "online_movable",
	};
	static const char * const policies[] = {
		"contig-zones", "auto-movable",
	};
	static const char * const reasons[] = {
		"fits", "ratio_zero", "group_has_kernel", "unit_has_kernel",
		"system_ratio", "node_ratio", "contiguous", "requested",
	};
	static const char * const domains[] = { "none", "system", "node" };
	unsigned int i;

	(void)state;
	assert_int_equal(ARRAY_SIZE(types), MEMGROUP_TYPE_COUNT);
	for (i = 0; i < ARRAY_SIZE(types); i++)
		assert_string_equal(memgroup_type_name(i), types[i]);
	assert_int_equal(ARRAY_SIZE(requests), MEMGROUP_REQUEST_COUNT);
	for (i = 0; i < ARRAY_SIZE(requests); i++)
		assert_string_equal(memgroup_request_name(i), requests[i]);
	assert_int_equal(ARRAY_SIZE(policies), MEMGROUP_POLICY_COUNT);
	for (i = 0; i < ARRAY_SIZE(policies); i++)
		assert_string_equal(memgroup_policy_name(i), policies[i]);
	assert_int_equal(ARRAY_SIZE(reasons), MEMGROUP_REASON_COUNT);
	for (i = 0; i < ARRAY_SIZE(reasons); i++)
		assert_string_equal(memgroup_reason_name(i), reasons[i]);
	assert_int_equal(ARRAY_SIZE(domains), MEMGROUP_DOMAIN_COUNT);
	for (i = 0; i < ARRAY_SIZE(domains); i++)
		assert_string_equal(memgroup_domain_name(i), domains[i]);
}

/* memgroup_policy_headroom(): what is left, never less than nothing. */
static void test_headroom(void **state)
{
	struct memgroup_totals totals = {
		.early_kernel_pages = 4 * GIB,
		.movable_pages = 12 * GIB,
	};
	/* Groups borrow 1 GiB of boot memory for 6 GiB; or more than there is. */
	const struct memgroup_totals groups = {
		.early_kernel_pages = 4 * GIB,
		.movable_pages = 12 * GIB,
		.group_needed_pages = GIB,
		.group_movable_pages = 6 * GIB,
	};
	const struct memgroup_totals owing = {
		.early_kernel_pages = 4 * GIB,
		.movable_pages = 13 * GIB,
		.group_needed_pages = 5 * GIB,
		.group_movable_pages = 13 * GIB,
	};
	u64 limit;

	(void)state;
	assert_int_equal(memgroup_policy_headroom(&groups, 301, &limit),
			 3 * GIB * 301 / 100 - 6 * GIB);
	assert_int_equal(limit, 3 * GIB * 301 / 100);
	assert_int_equal(memgroup_policy_headroom(&owing, 301, &limit), 0);
	assert_int_equal(limit, 0);
	assert_int_equal(memgroup_policy_headroom(&totals, 301, &limit),
			 4 * GIB * 301 / 100 - 12 * GIB);
	assert_int_equal(limit, 4 * GIB * 301 / 100);
	assert_int_equal(memgroup_policy_headroom(&totals, 300, NULL), 0);
	assert_int_equal(memgroup_policy_headroom(&totals, 100, NULL), 0);
	assert_int_equal(memgroup_policy_headroom(&totals, 0, NULL), 0);
}

int main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(test_layout_dimms),
		cmocka_unit_test(test_layout_virtio_mem),
		cmocka_unit_test(test_layout_two_virtio_mem),
		cmocka_unit_test(test_layout_node_without_boot_memory),
		cmocka_unit_test(test_layout_mixed_dimms),
		cmocka_unit_test(test_needed),
		cmocka_unit_test(test_headroom),
		cmocka_unit_test(test_words),
	};
	struct CMUnitTest tests[ARRAY_SIZE(rows) + ARRAY_SIZE(others)];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		tests[i] = (struct CMUnitTest) {
			.name = rows[i].what,
			.test_func = test_row,
			.initial_state = (void *)&rows[i],
		};
	memcpy(tests + i, others, sizeof(others));

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("policy table", tests, NULL, NULL);
}
