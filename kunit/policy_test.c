// SPDX-License-Identifier: GPL-2.0
/*
 * The policy: single decisions and the functions behind them as tables, a row a
 * rule and its border, then whole systems that grow a block at a time.
 */

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/limits.h>
#include <linux/string.h>

#include "../policy.h"
#include "suites.h"
#include "system.h"

/* In pages; a row that does not say has a block of this size. */
#define BLOCK		100ULL
#define PIB64		BIT_ULL(44)

struct decision {
	const char *what;
	struct memgroup_question question;
	bool clamped;
	struct memgroup_verdict verdict;
};

#define AUTO(percent) {						\
	.policy = MEMGROUP_POLICY_AUTO_MOVABLE,			\
	.ratio = (percent),					\
}

#define AUTO_NUMA(percent) {					\
	.policy = MEMGROUP_POLICY_AUTO_MOVABLE,			\
	.ratio = (percent),					\
	.numa_aware = true,					\
}

#define CONTIG {						\
	.policy = MEMGROUP_POLICY_CONTIG_ZONES,			\
	.ratio = 301,						\
}

/* A domain: boot memory in kernel zones, MOVABLE memory. */
#define HAS(early, movable) {					\
	.early_kernel_pages = (early),				\
	.movable_pages = (movable),				\
}

/* The same where dynamic groups need boot memory, and have some of the MOVABLE. */
#define HAS_GROUPS(early, movable, needed, in_groups) {		\
	.early_kernel_pages = (early),				\
	.movable_pages = (movable),				\
	.group_needed_pages = (needed),				\
	.group_movable_pages = (in_groups),			\
}

#define STATIC(max, kernel, movable) {				\
	.type = MEMGROUP_TYPE_STATIC,				\
	.on_node = true,					\
	.kernel_pages = (kernel),				\
	.movable_pages = (movable),				\
	.max_pages = (max),					\
}

#define DYNAMIC_OF(home, unit, kernel, movable, in_kernel, in_movable) { \
	.type = MEMGROUP_TYPE_DYNAMIC,				\
	.on_node = (home),					\
	.kernel_pages = (kernel),				\
	.movable_pages = (movable),				\
	.unit_pages = (unit),					\
	.unit_kernel_pages = (in_kernel),			\
	.unit_movable_pages = (in_movable),			\
}

/* Size of a unit, what the group has, and how much of that in this unit. */
#define DYNAMIC(unit, kernel, movable, in_kernel, in_movable)	\
	DYNAMIC_OF(true, unit, kernel, movable, in_kernel, in_movable)
/* Whose node is another than that of the block. */
#define FOREIGN(unit, kernel, movable)				\
	DYNAMIC_OF(false, unit, kernel, movable, 0, 0)

/* Decided by numbers: E' and M' of a domain, what was asked, the limit. */
#define FITS(of, early, movable_before, asked, limit) {		\
	.movable = true,					\
	.reason = MEMGROUP_REASON_FITS,				\
	.domain = MEMGROUP_DOMAIN_##of,				\
	.early_kernel_pages = (early),				\
	.movable_pages = (movable_before),			\
	.asked_pages = (asked),					\
	.limit_pages = (limit),					\
}

#define OVER(of, early, movable_before, asked, limit) {		\
	.reason = MEMGROUP_REASON_##of##_RATIO,			\
	.domain = MEMGROUP_DOMAIN_##of,				\
	.early_kernel_pages = (early),				\
	.movable_pages = (movable_before),			\
	.asked_pages = (asked),					\
	.limit_pages = (limit),					\
}

/* Decided without numbers: it is about the block alone. */
#define MOVABLE_BY(rule) {					\
	.movable = true,					\
	.reason = MEMGROUP_REASON_##rule,			\
	.asked_pages = BLOCK,					\
}

#define KERNEL_BY(rule) {					\
	.reason = MEMGROUP_REASON_##rule,			\
	.asked_pages = BLOCK,					\
}

static const struct decision decisions[] = {
	/* Who decides */
	{
		.what = "online_kernel: KERNEL, though MOVABLE would fit",
		.question = { .config = AUTO(100), .system = HAS(1000, 0),
			      .request = MEMGROUP_REQUEST_ONLINE_KERNEL },
		.verdict = KERNEL_BY(REQUESTED),
	}, {
		.what = "online_kernel: KERNEL, though MOVABLE is contiguous",
		.question = { .config = CONTIG, .movable_is_contiguous = true,
			      .request = MEMGROUP_REQUEST_ONLINE_KERNEL },
		.verdict = KERNEL_BY(REQUESTED),
	}, {
		.what = "online_movable: MOVABLE, though the ratio is 0",
		.question = { .config = AUTO(0),
			      .request = MEMGROUP_REQUEST_ONLINE_MOVABLE },
		.verdict = MOVABLE_BY(REQUESTED),
	}, {
		.what = "online_movable: MOVABLE, though the device has KERNEL",
		.question = { .config = AUTO(100), .group = STATIC(400, 100, 0),
			      .request = MEMGROUP_REQUEST_ONLINE_MOVABLE },
		.verdict = MOVABLE_BY(REQUESTED),
	}, {
		.what = "online_movable: MOVABLE, though KERNEL is contiguous",
		.question = { .config = CONTIG,
			      .request = MEMGROUP_REQUEST_ONLINE_MOVABLE },
		.verdict = MOVABLE_BY(REQUESTED),
	}, {
		.what = "contig-zones: MOVABLE is contiguous, and no number counts",
		.question = { .config = CONTIG, .movable_is_contiguous = true,
			      .group = STATIC(400, 100, 0) },
		.verdict = MOVABLE_BY(CONTIGUOUS),
	}, {
		.what = "contig-zones: KERNEL is contiguous, and no number counts",
		.question = { .config = CONTIG, .system = HAS(1000, 0),
			      .group = STATIC(400, 0, 0) },
		.verdict = KERNEL_BY(CONTIGUOUS),
	}, {
		.what = "auto-movable: contiguity does not count",
		.question = { .config = AUTO(100), .system = HAS(99, 0),
			      .movable_is_contiguous = true },
		.verdict = OVER(SYSTEM, 99, 0, 100, 99),
	},

	/* The ratio */
	{
		.what = "ratio 0: nothing is MOVABLE",
		.question = { .config = AUTO(0), .system = HAS(1000, 0) },
		.verdict = KERNEL_BY(RATIO_ZERO),
	}, {
		.what = "ratio 0: said before what the device has; about the block alone",
		.question = { .config = AUTO(0), .system = HAS(1000, 0),
			      .group = STATIC(400, 100, 0) },
		.verdict = KERNEL_BY(RATIO_ZERO),
	}, {
		.what = "ratio 1: a hundredth fits",
		.question = { .config = AUTO(1), .system = HAS(10000, 0) },
		.verdict = FITS(SYSTEM, 10000, 0, 100, 100),
	}, {
		.what = "ratio 1: a page of boot memory less, and it does not",
		.question = { .config = AUTO(1), .system = HAS(9999, 0) },
		.verdict = OVER(SYSTEM, 9999, 0, 100, 99),
	}, {
		.what = "ratio 99: 100.98 pages are 100",
		.question = { .config = AUTO(99), .system = HAS(102, 0) },
		.verdict = FITS(SYSTEM, 102, 0, 100, 100),
	}, {
		.what = "ratio 99: 99.99 pages are 99",
		.question = { .config = AUTO(99), .system = HAS(101, 0) },
		.verdict = OVER(SYSTEM, 101, 0, 100, 99),
	}, {
		.what = "ratio 100: one page below the limit",
		.question = { .config = AUTO(100), .system = HAS(1000, 899) },
		.verdict = FITS(SYSTEM, 1000, 899, 100, 1000),
	}, {
		.what = "ratio 100: exactly the limit",
		.question = { .config = AUTO(100), .system = HAS(1000, 900) },
		.verdict = FITS(SYSTEM, 1000, 900, 100, 1000),
	}, {
		.what = "ratio 100: one page above the limit",
		.question = { .config = AUTO(100), .system = HAS(1000, 901) },
		.verdict = OVER(SYSTEM, 1000, 901, 100, 1000),
	}, {
		.what = "ratio 100: far above the limit already",
		.question = { .config = AUTO(100), .system = HAS(1000, 5000) },
		.verdict = OVER(SYSTEM, 1000, 5000, 100, 1000),
	}, {
		.what = "ratio 101: exactly the limit",
		.question = { .config = AUTO(101), .system = HAS(100, 1) },
		.verdict = FITS(SYSTEM, 100, 1, 100, 101),
	}, {
		.what = "ratio 101: one page above the limit",
		.question = { .config = AUTO(101), .system = HAS(100, 2) },
		.verdict = OVER(SYSTEM, 100, 2, 100, 101),
	}, {
		.what = "ratio 301: exactly the limit",
		.question = { .config = AUTO(301), .system = HAS(1000, 2910) },
		.verdict = FITS(SYSTEM, 1000, 2910, 100, 3010),
	}, {
		.what = "ratio 301: one page above the limit",
		.question = { .config = AUTO(301), .system = HAS(1000, 2911) },
		.verdict = OVER(SYSTEM, 1000, 2911, 100, 3010),
	}, {
		.what = "ratio 4294967295: one page allows 42949672",
		.question = { .config = AUTO(UINT_MAX), .system = HAS(1, 42949572) },
		.verdict = FITS(SYSTEM, 1, 42949572, 100, 42949672),
	}, {
		.what = "ratio 4294967295: and no page more",
		.question = { .config = AUTO(UINT_MAX), .system = HAS(1, 42949573) },
		.verdict = OVER(SYSTEM, 1, 42949573, 100, 42949672),
	}, {
		.what = "64 PiB: exactly the limit",
		.question = { .config = AUTO(301),
			      .system = HAS(PIB64, 52952479993592) },
		.verdict = FITS(SYSTEM, PIB64, 52952479993592, 100,
				52952479993692),
	}, {
		.what = "64 PiB: one page above the limit",
		.question = { .config = AUTO(301),
			      .system = HAS(PIB64, 52952479993593) },
		.verdict = OVER(SYSTEM, PIB64, 52952479993593, 100,
				52952479993692),
	}, {
		.what = "64 PiB at ratio 4294967295: the limit is beyond u64",
		.question = { .config = AUTO(UINT_MAX),
			      .system = HAS(PIB64, PIB64) },
		.verdict = FITS(SYSTEM, PIB64, PIB64, 100, U64_MAX),
	}, {
		.what = "64 PiB asked at once: no wrap",
		.question = { .config = AUTO(100), .block_pages = PIB64,
			      .system = HAS(PIB64, 1) },
		.verdict = OVER(SYSTEM, PIB64, 1, PIB64, PIB64),
	}, {
		.what = "no boot memory: nothing is MOVABLE",
		.question = { .config = AUTO(301), .system = HAS(0, 0) },
		.verdict = OVER(SYSTEM, 0, 0, 100, 0),
	},

	/*
	 * The policy does not know of CMA: that it is out of the one and in the
	 * other is for cma_is_movable() of snapshot_test.c.
	 */
	{
		.what = "what can be emptied counts as MOVABLE, whatever zone it is in",
		.question = { .config = AUTO(100),
			      .system = HAS(1000 - 300, 300 + 300) },
		.verdict = FITS(SYSTEM, 700, 600, 100, 700),
	}, {
		.what = "what can be emptied, whatever zone it is in: one page above the limit",
		.question = { .config = AUTO(100),
			      .system = HAS(1000 - 300, 301 + 300) },
		.verdict = OVER(SYSTEM, 700, 601, 100, 700),
	},

	/* No group */
	{
		.what = "no group: what a group would have does not count",
		.question = { .config = AUTO(100), .system = HAS(1000, 0),
			      .group = { .type = MEMGROUP_TYPE_NONE,
					 .on_node = true,
					 .kernel_pages = 1,
					 .movable_pages = 2,
					 .max_pages = 1,
					 .unit_pages = 1,
					 .unit_kernel_pages = 1,
					 .unit_movable_pages = 2 } },
		.verdict = FITS(SYSTEM, 1000, 0, 100, 1000),
	}, {
		.what = "no group: dynamic groups are out of the account",
		.question = { .config = AUTO(100),
			      .system = HAS_GROUPS(1000, 900, 300, 800) },
		.verdict = FITS(SYSTEM, 700, 100, 100, 700),
	}, {
		.what = "no group: dynamic groups left a page",
		.question = { .config = AUTO(10000),
			      .system = HAS_GROUPS(301, 900, 300, 900) },
		.verdict = FITS(SYSTEM, 1, 0, 100, 100),
	}, {
		.what = "no group: dynamic groups need all boot memory",
		.question = { .config = AUTO(10000),
			      .system = HAS_GROUPS(300, 900, 300, 900) },
		.verdict = OVER(SYSTEM, 0, 0, 100, 0),
	}, {
		.what = "no group: dynamic groups need a page more than there is",
		.question = { .config = AUTO(10000),
			      .system = HAS_GROUPS(300, 900, 301, 900) },
		.verdict = OVER(SYSTEM, 0, 0, 100, 0),
	}, {
		.what = "no group: groups seem to have more MOVABLE than there is: no wrap",
		.question = { .config = AUTO(100),
			      .system = HAS_GROUPS(1000, 100, 0, 101) },
		.verdict = FITS(SYSTEM, 1000, 0, 100, 1000),
	},

	/* Static groups: whole, or not at all */
	{
		.what = "static: its first block asks for all of it",
		.question = { .config = AUTO(100), .group = STATIC(400, 0, 0),
			      .system = HAS(1000, 600) },
		.verdict = FITS(SYSTEM, 1000, 600, 400, 1000),
	}, {
		.what = "static: does not fit as a whole",
		.question = { .config = AUTO(100), .group = STATIC(400, 0, 0),
			      .system = HAS(1000, 601) },
		.verdict = OVER(SYSTEM, 1000, 601, 400, 1000),
	}, {
		.what = "static: partly MOVABLE, asks for the rest",
		.question = { .config = AUTO(100), .group = STATIC(400, 0, 100),
			      .system = HAS(1000, 700) },
		.verdict = FITS(SYSTEM, 1000, 700, 300, 1000),
	}, {
		.what = "static: partly MOVABLE, and the rest does not fit any more",
		.question = { .config = AUTO(100), .group = STATIC(400, 0, 100),
			      .system = HAS(1000, 701) },
		.verdict = OVER(SYSTEM, 1000, 701, 300, 1000),
	}, {
		.what = "static: all MOVABLE at the limit asks for nothing, and fits",
		.question = { .config = AUTO(100), .group = STATIC(400, 0, 400),
			      .system = HAS(400, 400) },
		.verdict = FITS(SYSTEM, 400, 400, 0, 400),
	}, {
		.what = "static: all MOVABLE above the limit asks for nothing, and does not fit",
		.question = { .config = AUTO(100), .group = STATIC(400, 0, 400),
			      .system = HAS(400, 401) },
		.verdict = OVER(SYSTEM, 400, 401, 0, 400),
	}, {
		.what = "static: a page more online than declared is clamped",
		.question = { .config = AUTO(100), .group = STATIC(400, 0, 401),
			      .system = HAS(1000, 401) },
		.clamped = true,
		.verdict = FITS(SYSTEM, 1000, 401, 0, 1000),
	}, {
		.what = "static: clamped, and does not fit",
		.question = { .config = AUTO(100), .group = STATIC(400, 0, 401),
			      .system = HAS(400, 401) },
		.clamped = true,
		.verdict = OVER(SYSTEM, 400, 401, 0, 400),
	}, {
		.what = "static: a page in KERNEL, so is the rest",
		.question = { .config = AUTO(100), .group = STATIC(400, 1, 0),
			      .system = HAS(1000, 0) },
		.verdict = KERNEL_BY(GROUP_HAS_KERNEL),
	}, {
		.what = "static: a page in KERNEL and more online than declared, so is the rest",
		.question = { .config = AUTO(100), .group = STATIC(400, 1, 500),
			      .system = HAS(1000, 500) },
		.verdict = KERNEL_BY(GROUP_HAS_KERNEL),
	}, {
		.what = "static: is not among the dynamic groups that are taken out",
		.question = { .config = AUTO(100), .group = STATIC(400, 0, 100),
			      .system = HAS_GROUPS(1000, 300, 100, 200) },
		.verdict = FITS(SYSTEM, 900, 100, 300, 900),
	}, {
		.what = "static: has no units",
		.question = { .config = AUTO(100), .system = HAS(1000, 0),
			      .group = { .type = MEMGROUP_TYPE_STATIC,
					 .max_pages = 400,
					 .unit_pages = 200,
					 .unit_kernel_pages = 50,
					 .unit_movable_pages = 201 } },
		.verdict = FITS(SYSTEM, 1000, 0, 400, 1000),
	},

	/* Dynamic groups: unit by unit */
	{
		.what = "dynamic: the first block of a unit asks for all of it",
		.question = { .config = AUTO(100), .system = HAS(400, 0),
			      .group = DYNAMIC(400, 0, 0, 0, 0) },
		.verdict = FITS(SYSTEM, 400, 0, 400, 400),
	}, {
		.what = "dynamic: the unit does not fit",
		.question = { .config = AUTO(100), .system = HAS(399, 0),
			      .group = DYNAMIC(400, 0, 0, 0, 0) },
		.verdict = OVER(SYSTEM, 399, 0, 400, 399),
	}, {
		.what = "dynamic: unit partly MOVABLE, asks for the rest",
		.question = { .config = AUTO(100),
			      .system = HAS_GROUPS(400, 100, 100, 100),
			      .group = DYNAMIC(400, 0, 100, 0, 100) },
		.verdict = FITS(SYSTEM, 400, 100, 300, 400),
	}, {
		.what = "dynamic: unit partly MOVABLE, and the rest does not fit any more",
		.question = { .config = AUTO(100),
			      .system = HAS_GROUPS(399, 100, 100, 100),
			      .group = DYNAMIC(400, 0, 100, 0, 100) },
		.verdict = OVER(SYSTEM, 399, 100, 300, 399),
	}, {
		.what = "dynamic: MOVABLE of other units does not lessen what is asked",
		.question = { .config = AUTO(100),
			      .system = HAS_GROUPS(800, 400, 400, 400),
			      .group = DYNAMIC(400, 0, 400, 0, 0) },
		.verdict = FITS(SYSTEM, 800, 400, 400, 800),
	}, {
		.what = "dynamic: unit all MOVABLE asks for nothing",
		.question = { .config = AUTO(100),
			      .system = HAS_GROUPS(400, 400, 400, 400),
			      .group = DYNAMIC(400, 0, 400, 0, 400) },
		.verdict = FITS(SYSTEM, 400, 400, 0, 400),
	}, {
		.what = "dynamic: a page more online than a unit has is clamped",
		.question = { .config = AUTO(100),
			      .system = HAS_GROUPS(1000, 401, 401, 401),
			      .group = DYNAMIC(400, 0, 401, 0, 401) },
		.clamped = true,
		.verdict = FITS(SYSTEM, 1000, 401, 0, 1000),
	}, {
		.what = "dynamic: a page of the unit in KERNEL, so is the rest",
		.question = { .config = AUTO(100), .system = HAS(1000, 0),
			      .group = DYNAMIC(400, 1, 0, 1, 0) },
		.verdict = KERNEL_BY(UNIT_HAS_KERNEL),
	}, {
		.what = "dynamic: has no size of its own",
		.question = { .config = AUTO(100), .system = HAS(1000, 0),
			      .group = { .type = MEMGROUP_TYPE_DYNAMIC,
					 .max_pages = 50,
					 .unit_pages = 400 } },
		.verdict = FITS(SYSTEM, 1000, 0, 400, 1000),
	}, {
		.what = "dynamic: its KERNEL in another unit counts like boot memory",
		.question = { .config = AUTO(100), .system = HAS(300, 0),
			      .group = DYNAMIC(400, 100, 0, 0, 0) },
		.verdict = FITS(SYSTEM, 400, 0, 400, 400),
	}, {
		.what = "dynamic: its KERNEL in another unit is a page short",
		.question = { .config = AUTO(100), .system = HAS(300, 0),
			      .group = DYNAMIC(400, 99, 0, 0, 0) },
		.verdict = OVER(SYSTEM, 399, 0, 400, 399),
	}, {
		.what = "dynamic: its own need is not taken out, those of others are",
		.question = { .config = AUTO(100),
			      .system = HAS_GROUPS(1000, 400, 250, 370),
			      .group = DYNAMIC(100, 100, 300, 0, 0) },
		.verdict = FITS(SYSTEM, 1050, 330, 100, 1050),
	}, {
		.what = "dynamic: its own need depends on the ratio",
		.question = { .config = AUTO(200),
			      .system = HAS_GROUPS(1000, 370, 75, 370),
			      .group = DYNAMIC(100, 100, 300, 0, 0) },
		.verdict = FITS(SYSTEM, 1075, 300, 100, 2150),
	}, {
		.what = "dynamic: it needs nothing if its KERNEL covers its MOVABLE",
		.question = { .config = AUTO(100),
			      .system = HAS_GROUPS(300, 50, 20, 50),
			      .group = DYNAMIC(100, 100, 50, 0, 0) },
		.verdict = FITS(SYSTEM, 380, 50, 100, 380),
	}, {
		.what = "dynamic: the system counts it, whatever its node",
		.question = { .config = AUTO(100),
			      .system = HAS_GROUPS(400, 100, 100, 100),
			      .group = FOREIGN(100, 0, 100) },
		.verdict = FITS(SYSTEM, 400, 100, 100, 400),
	}, {
		.what = "dynamic: sums that lack some of it: no wrap",
		.question = { .config = AUTO(100),
			      .system = HAS_GROUPS(1000, 500, 199, 199),
			      .group = DYNAMIC(100, 0, 200, 0, 0) },
		.verdict = FITS(SYSTEM, 1000, 500, 100, 1000),
	},

	/*
	 * Groups need as much as there is, or more. The kernel's own policy says
	 * KERNEL to all of these; here KERNEL of the deciding group's own helps.
	 */
	{
		.what = "deficit: no boot memory, but KERNEL of its own",
		.question = { .config = AUTO(301), .system = HAS(0, 0),
			      .group = DYNAMIC(100, 100, 0, 0, 0) },
		.verdict = FITS(SYSTEM, 100, 0, 100, 301),
	}, {
		.what = "deficit: no boot memory, a third MOVABLE block on one KERNEL",
		.question = { .config = AUTO(301),
			      .system = HAS_GROUPS(0, 200, 0, 200),
			      .group = DYNAMIC(100, 100, 200, 0, 0) },
		.verdict = FITS(SYSTEM, 100, 200, 100, 301),
	}, {
		.what = "deficit: no boot memory, and no fourth MOVABLE block",
		.question = { .config = AUTO(301),
			      .system = HAS_GROUPS(0, 300, 0, 300),
			      .group = DYNAMIC(100, 100, 300, 0, 0) },
		.verdict = OVER(SYSTEM, 100, 300, 100, 301),
	}, {
		.what = "deficit: others need all boot memory, it has KERNEL of its own",
		.question = { .config = AUTO(100),
			      .system = HAS_GROUPS(200, 200, 200, 200),
			      .group = DYNAMIC(100, 100, 0, 0, 0) },
		.verdict = FITS(SYSTEM, 100, 0, 100, 100),
	}, {
		.what = "deficit: others need all boot memory, it has no KERNEL",
		.question = { .config = AUTO(100),
			      .system = HAS_GROUPS(200, 200, 200, 200),
			      .group = DYNAMIC(100, 0, 0, 0, 0) },
		.verdict = OVER(SYSTEM, 0, 0, 100, 0),
	}, {
		.what = "deficit: others need more than there is, its KERNEL is more than that",
		.question = { .config = AUTO(100),
			      .system = HAS_GROUPS(100, 200, 200, 200),
			      .group = DYNAMIC(100, 300, 0, 0, 0) },
		.verdict = FITS(SYSTEM, 200, 0, 100, 200),
	}, {
		.what = "deficit: others need more than there is, its KERNEL is a page more",
		.question = { .config = AUTO(100),
			      .system = HAS_GROUPS(100, 200, 200, 200),
			      .group = DYNAMIC(100, 101, 0, 0, 0) },
		.verdict = OVER(SYSTEM, 1, 0, 100, 1),
	}, {
		.what = "deficit: others need more than there is, its KERNEL just makes up for it",
		.question = { .config = AUTO(10000),
			      .system = HAS_GROUPS(100, 200, 200, 200),
			      .group = DYNAMIC(100, 100, 0, 0, 0) },
		.verdict = OVER(SYSTEM, 0, 0, 100, 0),
	}, {
		.what = "deficit: others need more than there is, it has no KERNEL",
		.question = { .config = AUTO(10000),
			      .system = HAS_GROUPS(100, 200, 200, 200),
			      .group = DYNAMIC(100, 0, 0, 0, 0) },
		.verdict = OVER(SYSTEM, 0, 0, 100, 0),
	},

	/* The node */
	{
		.what = "node: not looked at unless numa_aware",
		.question = { .config = AUTO(100), .system = HAS(1000, 0),
			      .node = HAS(0, 5000) },
		.verdict = FITS(SYSTEM, 1000, 0, 100, 1000),
	}, {
		.what = "node: the system fits, the node does not",
		.question = { .config = AUTO_NUMA(100), .system = HAS(1000, 0),
			      .node = HAS(99, 0) },
		.verdict = OVER(NODE, 99, 0, 100, 99),
	}, {
		.what = "node: exactly the limit",
		.question = { .config = AUTO_NUMA(100), .system = HAS(1000, 0),
			      .node = HAS(100, 0) },
		.verdict = FITS(NODE, 100, 0, 100, 100),
	}, {
		.what = "node: the node fits, the system does not",
		.question = { .config = AUTO_NUMA(100), .system = HAS(1000, 901),
			      .node = HAS(1000, 0) },
		.verdict = OVER(SYSTEM, 1000, 901, 100, 1000),
	}, {
		.what = "node: if neither fits, it is for the system",
		.question = { .config = AUTO_NUMA(100), .system = HAS(1000, 901),
			      .node = HAS(0, 0) },
		.verdict = OVER(SYSTEM, 1000, 901, 100, 1000),
	}, {
		.what = "node: both fit, the node has a page less of room",
		.question = { .config = AUTO_NUMA(100), .system = HAS(1000, 800),
			      .node = HAS(500, 301) },
		.verdict = FITS(NODE, 500, 301, 100, 500),
	}, {
		.what = "node: both fit with the same room: the system's numbers",
		.question = { .config = AUTO_NUMA(100), .system = HAS(1000, 800),
			      .node = HAS(500, 300) },
		.verdict = FITS(SYSTEM, 1000, 800, 100, 1000),
	}, {
		.what = "node: both fit, the system has a page less of room",
		.question = { .config = AUTO_NUMA(100), .system = HAS(1000, 801),
			      .node = HAS(500, 300) },
		.verdict = FITS(SYSTEM, 1000, 801, 100, 1000),
	}, {
		.what = "node: without boot memory, no group",
		.question = { .config = AUTO_NUMA(301), .system = HAS(1000, 0),
			      .node = HAS(0, 0) },
		.verdict = OVER(NODE, 0, 0, 100, 0),
	}, {
		.what = "node: without boot memory, static",
		.question = { .config = AUTO_NUMA(301), .system = HAS(1000, 0),
			      .node = HAS(0, 0), .group = STATIC(400, 0, 0) },
		.verdict = OVER(NODE, 0, 0, 400, 0),
	}, {
		.what = "node: without boot memory, not even a request for nothing",
		.question = { .config = AUTO_NUMA(301), .system = HAS(1000, 400),
			      .node = HAS(0, 0), .group = STATIC(400, 0, 400) },
		.verdict = OVER(NODE, 0, 0, 0, 0),
	}, {
		.what = "node: boot memory so little that the limit is 0; a request for nothing",
		.question = { .config = AUTO_NUMA(1), .system = HAS(100000, 400),
			      .node = HAS(99, 0), .group = STATIC(400, 0, 400) },
		.verdict = FITS(NODE, 99, 0, 0, 0),
	}, {
		.what = "node: without boot memory, dynamic without KERNEL",
		.question = { .config = AUTO_NUMA(301), .system = HAS(1000, 0),
			      .node = HAS(0, 0),
			      .group = DYNAMIC(100, 0, 0, 0, 0) },
		.verdict = OVER(NODE, 0, 0, 100, 0),
	}, {
		.what = "node: without boot memory, dynamic with KERNEL",
		.question = { .config = AUTO_NUMA(301), .system = HAS(1000, 0),
			      .node = HAS(0, 0),
			      .group = DYNAMIC(100, 100, 0, 0, 0) },
		.verdict = FITS(NODE, 100, 0, 100, 301),
	}, {
		.what = "node: a dynamic group of it gets its own need back",
		.question = { .config = AUTO_NUMA(100),
			      .system = HAS_GROUPS(1000, 100, 100, 100),
			      .node = HAS_GROUPS(200, 100, 100, 100),
			      .group = DYNAMIC(100, 0, 100, 0, 0) },
		.verdict = FITS(NODE, 200, 100, 100, 200),
	}, {
		.what = "node: a dynamic group of another is not in the node's sums",
		.question = { .config = AUTO_NUMA(100),
			      .system = HAS_GROUPS(1000, 200, 200, 200),
			      .node = HAS_GROUPS(200, 100, 100, 100),
			      .group = FOREIGN(100, 0, 100) },
		.verdict = FITS(NODE, 100, 0, 100, 100),
	}, {
		.what = "node: KERNEL of a dynamic group counts, whatever its node",
		.question = { .config = AUTO_NUMA(100), .system = HAS(1000, 0),
			      .node = HAS(0, 0), .group = FOREIGN(100, 100, 0) },
		.verdict = FITS(NODE, 100, 0, 100, 100),
	}, {
		.what = "node: clamped, and does not fit",
		.question = { .config = AUTO_NUMA(100), .system = HAS(1000, 401),
			      .node = HAS(400, 401),
			      .group = STATIC(400, 0, 401) },
		.clamped = true,
		.verdict = OVER(NODE, 400, 401, 0, 400),
	}, {
		.what = "node: 64 PiB, and the system's limit beyond u64",
		.question = { .config = AUTO_NUMA(UINT_MAX),
			      .system = HAS(PIB64, PIB64), .node = HAS(1, 0) },
		.verdict = FITS(NODE, 1, 0, 100, 42949672),
	},
};

static void describe_decision(const struct decision *row, char *description)
{
	strscpy(description, row->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(decision, decisions, describe_decision);

static const char *zone_of(const struct memgroup_verdict *verdict)
{
	return verdict->movable ? "MOVABLE" : "KERNEL";
}

static void decide(struct kunit *test)
{
	const struct decision *row = test->param_value;
	const struct memgroup_verdict *expected = &row->verdict;
	struct memgroup_question question = row->question;
	struct memgroup_verdict verdict;

	if (!question.block_pages)
		question.block_pages = BLOCK;
	verdict = memgroup_policy_decide(&question);

	KUNIT_EXPECT_STREQ(test, zone_of(&verdict), zone_of(expected));
	KUNIT_EXPECT_STREQ(test, memgroup_reason_name(verdict.reason),
			   memgroup_reason_name(expected->reason));
	KUNIT_EXPECT_STREQ(test, memgroup_domain_name(verdict.domain),
			   memgroup_domain_name(expected->domain));
	KUNIT_EXPECT_EQ(test, verdict.early_kernel_pages,
			expected->early_kernel_pages);
	KUNIT_EXPECT_EQ(test, verdict.movable_pages, expected->movable_pages);
	KUNIT_EXPECT_EQ(test, verdict.asked_pages, expected->asked_pages);
	KUNIT_EXPECT_EQ(test, verdict.limit_pages, expected->limit_pages);
	KUNIT_EXPECT_EQ(test, verdict.clamped, row->clamped);
}

static const struct needed {
	const char *what;
	u64 kernel_pages;
	u64 movable_pages;
	unsigned int ratio;
	u64 needed;
} needed_table[] = {
	{ "nothing needs nothing", 0, 0, 301, 0 },
	{ "ratio 0: nothing is MOVABLE by the policy", 0, 1000, 0, 0 },
	{ "ratio 1: a hundred times as much", 0, 7, 1, 700 },
	{ "ratio 99: 301.01 is 301", 0, 298, 99, 301 },
	{ "ratio 100: as much", 0, 301, 100, 301 },
	{ "ratio 101: 99.01 is 99", 0, 100, 101, 99 },
	{ "ratio 301: 100 exactly", 0, 301, 301, 100 },
	{ "ratio 301: a page less, and it is 99.67", 0, 300, 301, 99 },
	{ "ratio 4294967295: less than a page", 0, 42949672, UINT_MAX, 0 },
	{ "ratio 4294967295: a page", 0, 42949673, UINT_MAX, 1 },
	{ "its own KERNEL is taken off", 98, 300, 301, 1 },
	{ "its own KERNEL is just enough", 99, 300, 301, 0 },
	{ "its own KERNEL is more than enough", 100, 300, 301, 0 },
	{ "KERNEL alone", 1000, 0, 301, 0 },
	{ "64 PiB at ratio 1", 0, PIB64, 1, 1759218604441600 },
	{ "64 PiB and 64 PiB of KERNEL at ratio 1", PIB64, PIB64, 1,
	  1741626418397184 },
};

static void describe_needed(const struct needed *row, char *description)
{
	strscpy(description, row->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(needed, needed_table, describe_needed);

static void needed(struct kunit *test)
{
	const struct needed *row = test->param_value;

	KUNIT_EXPECT_EQ(test, memgroup_policy_needed(row->kernel_pages,
						     row->movable_pages,
						     row->ratio),
			row->needed);
}

static const struct limit {
	const char *what;
	u64 early_kernel_pages;
	unsigned int ratio;
	u64 limit;
} limit_table[] = {
	{ "of nothing", 0, 301, 0 },
	{ "of nothing at the largest ratio", 0, UINT_MAX, 0 },
	{ "ratio 0", 1000, 0, 0 },
	{ "64 PiB at ratio 0", PIB64, 0, 0 },
	{ "ratio 1: 0.99 is 0", 99, 1, 0 },
	{ "ratio 1: a page", 100, 1, 1 },
	{ "ratio 1: 1.99 is 1", 199, 1, 1 },
	{ "ratio 99: 197.01 is 197", 199, 99, 197 },
	{ "ratio 100: as much", 12345, 100, 12345 },
	{ "ratio 101: 99.99 is 99", 99, 101, 99 },
	{ "ratio 101: a page on top of a hundred", 100, 101, 101 },
	{ "ratio 301: 3.01 is 3", 1, 301, 3 },
	{ "ratio 301: 598.99 is 598", 199, 301, 598 },
	{ "64 PiB at ratio 100", PIB64, 100, PIB64 },
	{ "64 PiB at ratio 301", PIB64, 301, 52952479993692 },
	{ "the rest of a hundred at the largest ratio", 99, UINT_MAX, 4252017622 },
	{ "64 PiB at the largest ratio is beyond u64", PIB64, UINT_MAX, U64_MAX },
	{ "the most hundreds that fit u64", 1844674407370955100, 1000,
	  18446744073709551000ULL },
	{ "and the most pages", 1844674407370955161, 1000,
	  18446744073709551610ULL },
	{ "and a page more", 1844674407370955162, 1000, U64_MAX },
	{ "and a hundred more", 1844674407370955200, 1000, U64_MAX },
};

static void describe_limit(const struct limit *row, char *description)
{
	strscpy(description, row->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(limit, limit_table, describe_limit);

static void limit(struct kunit *test)
{
	const struct limit *row = test->param_value;

	KUNIT_EXPECT_EQ(test, memgroup_policy_limit(row->early_kernel_pages,
						    row->ratio),
			row->limit);
}

static const struct headroom {
	const char *what;
	unsigned int ratio;
	struct memgroup_totals totals;
	u64 limit;
	u64 headroom;
} headroom_table[] = {
	{ "all of the limit", 301, HAS(1000, 0), 3010, 3010 },
	{ "what MOVABLE leaves of it", 301, HAS(1000, 3009), 3010, 1 },
	{ "nothing at the limit", 301, HAS(1000, 3010), 3010, 0 },
	{ "nothing above the limit", 301, HAS(1000, 3011), 3010, 0 },
	{ "ratio 0", 0, HAS(1000, 0), 0, 0 },
	{ "no boot memory", 301, HAS(0, 0), 0, 0 },
	{ "dynamic groups are out of the account", 100,
	  HAS_GROUPS(1000, 900, 300, 800), 700, 600 },
	{ "dynamic groups need all", 100, HAS_GROUPS(300, 900, 300, 900), 0, 0 },
	{ "dynamic groups need more than all", 100,
	  HAS_GROUPS(300, 900, 400, 900), 0, 0 },
	{ "a limit beyond u64", UINT_MAX, HAS(PIB64, PIB64), U64_MAX,
	  U64_MAX - PIB64 },
};

static void describe_headroom(const struct headroom *row, char *description)
{
	strscpy(description, row->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(headroom, headroom_table, describe_headroom);

/* Also what it promises: a block of that size is MOVABLE, and none larger. */
static void headroom(struct kunit *test)
{
	const struct headroom *row = test->param_value;
	struct memgroup_question question = {
		.config = AUTO(row->ratio),
		.system = row->totals,
	};
	u64 limit, headroom;

	headroom = memgroup_policy_headroom(&row->totals, row->ratio, &limit);
	KUNIT_EXPECT_EQ(test, headroom, row->headroom);
	KUNIT_EXPECT_EQ(test, limit, row->limit);
	KUNIT_EXPECT_EQ(test, memgroup_policy_headroom(&row->totals, row->ratio,
						       NULL),
			row->headroom);

	question.block_pages = headroom + 1;
	KUNIT_EXPECT_FALSE(test, memgroup_policy_decide(&question).movable);
	if (!headroom)
		return;
	question.block_pages = headroom;
	KUNIT_EXPECT_TRUE(test, memgroup_policy_decide(&question).movable);
}

/* The words are an interface: scripts look for them. */
static void type_names(struct kunit *test)
{
	static_assert(MEMGROUP_TYPE_COUNT == 3);
	KUNIT_EXPECT_STREQ(test, memgroup_type_name(MEMGROUP_TYPE_NONE),
			   "none");
	KUNIT_EXPECT_STREQ(test, memgroup_type_name(MEMGROUP_TYPE_STATIC),
			   "static");
	KUNIT_EXPECT_STREQ(test, memgroup_type_name(MEMGROUP_TYPE_DYNAMIC),
			   "dynamic");
}

static void request_names(struct kunit *test)
{
	static_assert(MEMGROUP_REQUEST_COUNT == 3);
	KUNIT_EXPECT_STREQ(test,
			   memgroup_request_name(MEMGROUP_REQUEST_ONLINE),
			   "online");
	KUNIT_EXPECT_STREQ(test,
			   memgroup_request_name(MEMGROUP_REQUEST_ONLINE_KERNEL),
			   "online_kernel");
	KUNIT_EXPECT_STREQ(test,
			   memgroup_request_name(MEMGROUP_REQUEST_ONLINE_MOVABLE),
			   "online_movable");
}

static void policy_names(struct kunit *test)
{
	static_assert(MEMGROUP_POLICY_COUNT == 2);
	KUNIT_EXPECT_STREQ(test,
			   memgroup_policy_name(MEMGROUP_POLICY_CONTIG_ZONES),
			   "contig-zones");
	KUNIT_EXPECT_STREQ(test,
			   memgroup_policy_name(MEMGROUP_POLICY_AUTO_MOVABLE),
			   "auto-movable");
}

static void reason_names(struct kunit *test)
{
	static const char * const words[] = {
		[MEMGROUP_REASON_FITS] = "fits",
		[MEMGROUP_REASON_RATIO_ZERO] = "ratio_zero",
		[MEMGROUP_REASON_GROUP_HAS_KERNEL] = "group_has_kernel",
		[MEMGROUP_REASON_UNIT_HAS_KERNEL] = "unit_has_kernel",
		[MEMGROUP_REASON_SYSTEM_RATIO] = "system_ratio",
		[MEMGROUP_REASON_NODE_RATIO] = "node_ratio",
		[MEMGROUP_REASON_CONTIGUOUS] = "contiguous",
		[MEMGROUP_REASON_REQUESTED] = "requested",
	};
	int i;

	static_assert(ARRAY_SIZE(words) == MEMGROUP_REASON_COUNT);
	for (i = 0; i < MEMGROUP_REASON_COUNT; i++)
		KUNIT_EXPECT_STREQ(test, memgroup_reason_name(i), words[i]);
}

static void domain_names(struct kunit *test)
{
	static_assert(MEMGROUP_DOMAIN_COUNT == 3);
	KUNIT_EXPECT_STREQ(test, memgroup_domain_name(MEMGROUP_DOMAIN_NONE),
			   "none");
	KUNIT_EXPECT_STREQ(test, memgroup_domain_name(MEMGROUP_DOMAIN_SYSTEM),
			   "system");
	KUNIT_EXPECT_STREQ(test, memgroup_domain_name(MEMGROUP_DOMAIN_NODE),
			   "node");
}

/*
 * Whole systems. Zones, blocks and groups are those of a test_system. What the
 * policy is asked is added up here, as user-mode Linux has no snapshots; boot
 * memory is what no block of a device is in.
 */
static void add_node(const struct test_system *system, int nid,
		     struct memgroup_totals *totals)
{
	const struct memory_block *mem;
	const struct zone *zone;
	unsigned long number;
	int type;

	for (type = 0; type < MAX_NR_ZONES; type++) {
		zone = &system->pgdat[nid]->node_zones[type];
		if (type == ZONE_MOVABLE)
			totals->movable_pages += zone->present_pages;
		else
			totals->early_kernel_pages += zone->present_pages;
	}
	for (number = 0; number < SYSTEM_BLOCKS_MAX; number++) {
		mem = system->blocks[number];
		if (mem && mem->nid == nid &&
		    !memgroup_block_is_movable(&mem->memgroup))
			totals->early_kernel_pages -=
				mem->memgroup.present_pages;
	}
}

static void add_groups(const struct memgroup_sums *sums,
		       struct memgroup_totals *totals)
{
	totals->group_needed_pages = sums->needed_pages;
	totals->group_movable_pages = sums->movable_pages;
}

/*
 * @far_boot_pages: boot memory on a node that is not in @system, which may have
 * but one if the kernel has but one.
 */
static bool is_movable(struct test_system *system, int nid,
		       unsigned long number, u64 far_boot_pages)
{
	struct memgroup_registry *registry = &system->registry;
	struct memgroup_question question = {
		.config = registry->config,
		.block_pages = SYSTEM_BLOCK_PAGES,
		.system = { .early_kernel_pages = far_boot_pages },
	};
	int other;

	mutex_lock(&registry->lock);
	memgroup_registry_describe(registry, &system->blocks[number]->memgroup,
				   nid, &question.group);
	for_each_node_mask(other, system->online)
		add_node(system, other, &question.system);
	add_groups(&registry->system, &question.system);
	add_node(system, nid, &question.node);
	add_groups(&registry->node[nid], &question.node);
	mutex_unlock(&registry->lock);

	return memgroup_policy_decide(&question).movable;
}

/* Add a block to @group for each one in @picture: the policy has to draw it. */
static void grow_with(struct test_system *system, struct memory_group *group,
		      unsigned long first_block, const char *picture,
		      u64 far_boot_pages)
{
	unsigned long number = first_block;
	const char *letter;

	for (letter = picture; *letter; letter++) {
		if (*letter == ' ')
			continue;
		system_add(system, group->nid, group, number);
		system_online(system, number,
			      is_movable(system, group->nid, number,
					 far_boot_pages) ?
			      ZONE_MOVABLE : ZONE_NORMAL);
		number++;
	}
	system_expect(system, first_block, picture);
}

static void grow(struct test_system *system, struct memory_group *group,
		 unsigned long first_block, const char *picture)
{
	grow_with(system, group, first_block, picture, 0);
}

#define M8	"MMMMMMMM "
#define M16	"MMMMMMMM MMMMMMMM "
#define M32	"MMMMMMMM MMMMMMMM MMMMMMMM MMMMMMMM "
#define K8	"KKKKKKKK "
#define K32	"KKKKKKKK KKKKKKKK KKKKKKKK KKKKKKKK "
#define KMMM16	"KMMM KMMM KMMM KMMM "

/* A q35 guest of 4 GiB: half of it is below the hole for devices. */
static struct test_system *guest_of_4_gib(struct kunit *test,
					  unsigned int ratio)
{
	struct test_system *system = system_make(test, ratio);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 16);
	system_boot_zone(system, 0, ZONE_NORMAL, 32, 16);
	return system;
}

/* Three DIMMs of 4 GiB are 300 %, the fourth would be 400 %. */
static void layout_dimms(struct kunit *test)
{
	struct test_system *system = guest_of_4_gib(test, 301);

	grow(system, system_static(system, 0, 32), 48, M32);
	grow(system, system_static(system, 0, 32), 80, M32);
	grow(system, system_static(system, 0, 32), 112, M32);
	grow(system, system_static(system, 0, 32), 144, K32);
	grow(system, system_static(system, 0, 32), 176, K32);
}

/* A DIMM that is too large leaves the room to one that is not. */
static void layout_mixed_dimms(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 16);
	grow(system, system_static(system, 0, 8), 32, M8);
	grow(system, system_static(system, 0, 64), 40, K32 K32);
	grow(system, system_static(system, 0, 8), 104, M8);
}

/* 96 blocks are 300 %. Then each KERNEL block carries three. */
static void layout_virtio_mem(struct kunit *test)
{
	struct test_system *system = guest_of_4_gib(test, 301);

	grow(system, system_dynamic(system, 0, 1), 48,
	     M32 M32 M32 KMMM16 KMMM16 KMMM16 KMMM16);
}

/* The second device gets what the first has left; then each is on its own. */
static void layout_two_virtio_mem(struct kunit *test)
{
	struct test_system *system = guest_of_4_gib(test, 301);
	struct memory_group *first = system_dynamic(system, 0, 1);
	struct memory_group *second = system_dynamic(system, 0, 1);

	grow(system, first, 48, M32 M16);
	grow(system, second, 304, M32 M16 KMMM16);
	grow(system, first, 96, KMMM16);
}

/*
 * Four blocks are plugged as one. Two units fit; the next one's KERNEL is enough
 * for the one after it.
 */
static void layout_units(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 8);
	grow(system, system_dynamic(system, 0, 4), 32,
	     "MMMM MMMM KKKK MMMM KKKK MMMM");
}

/* The node of the device has no boot memory: its own KERNEL blocks carry it. */
static void layout_node_without_boot_memory(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	system_configure(system, MEMGROUP_POLICY_AUTO_MOVABLE, 301, true);
	grow_with(system, system_dynamic(system, 0, 1), 48,
		  KMMM16 KMMM16, 32 * SYSTEM_BLOCK_PAGES);
}

/* A DIMM there finds nothing to be carried by. */
static void layout_dimm_on_node_without_boot_memory(struct kunit *test)
{
	struct test_system *system = system_make(test, 301);

	system_configure(system, MEMGROUP_POLICY_AUTO_MOVABLE, 301, true);
	grow_with(system, system_static(system, 0, 8), 48, K8,
		  32 * SYSTEM_BLOCK_PAGES);
}

/* Holes that a shrinking device left are filled as they were. */
static void layout_shrink_and_grow(struct kunit *test)
{
	struct test_system *system = system_make(test, 100);
	struct memory_group *group;

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 4);
	group = system_dynamic(system, 0, 1);
	grow(system, group, 32, "MMMM KMKM");
	system_offline(system, 33);
	system_remove(system, 33);
	system_offline(system, 37);
	system_remove(system, 37);
	system_expect(system, 32, "M-MM K-KM");
	grow(system, group, 33, "M");
	grow(system, group, 37, "M");
	system_expect(system, 32, "MMMM KMKM");
}

/*
 * At 300 % a device got 12 blocks for the 4 of boot memory. At 100 % it has to
 * bring 8 KERNEL, one more for the next MOVABLE, and one each after that. Another
 * one, even without a group, gets nothing: the first needs more than there is.
 */
static void layout_ratio_lowered(struct kunit *test)
{
	struct test_system *system = system_make(test, 300);
	struct memory_group *group, *other;

	system_boot_zone(system, 0, ZONE_NORMAL, 0, 4);
	group = system_dynamic(system, 0, 1);
	grow(system, group, 32, "MMMM MMMM MMMM");
	system_configure(system, MEMGROUP_POLICY_AUTO_MOVABLE, 100, false);
	other = system_static(system, 0, 1);
	grow(system, other, 64, "K");
	grow(system, group, 44, "KKKK KKKK KMKM");
}

#if MAX_NUMNODES > 1
/*
 * Half of the boot memory is on each node. On node 1 a DIMM comes first, then a
 * device that grows.
 */
static struct test_system *guest_with_two_nodes(struct kunit *test,
						bool numa_aware)
{
	struct test_system *system = system_make(test, 301);

	system_configure(system, MEMGROUP_POLICY_AUTO_MOVABLE, 301, numa_aware);
	system_boot_zone(system, 0, ZONE_NORMAL, 0, 16);
	system_boot_zone(system, 1, ZONE_NORMAL, 32, 16);
	grow(system, system_static(system, 0, 16), 304, M16);
	grow(system, system_static(system, 1, 32), 320, M32);
	return system;
}

/* 16 + 32 blocks are 300 % of node 1, though the system has room for 48 more. */
static void layout_two_nodes_aware(struct kunit *test)
{
	struct test_system *system = guest_with_two_nodes(test, true);

	grow(system, system_dynamic(system, 1, 1), 48,
	     M16 KMMM16 KMMM16 KMMM16);
}

static void layout_two_nodes_unaware(struct kunit *test)
{
	struct test_system *system = guest_with_two_nodes(test, false);

	grow(system, system_dynamic(system, 1, 1), 48, M32 M16 KMMM16);
}

/* The same picture where the boot memory is on a node of the system. */
static void layout_second_node_without_boot_memory(struct kunit *test)
{
	struct test_system *system = guest_of_4_gib(test, 301);

	system_configure(system, MEMGROUP_POLICY_AUTO_MOVABLE, 301, true);
	grow(system, system_dynamic(system, 1, 1), 48, KMMM16 KMMM16);
}
#endif

static struct kunit_case policy_cases[] = {
	KUNIT_CASE_PARAM(decide, decision_gen_params),
	KUNIT_CASE_PARAM(needed, needed_gen_params),
	KUNIT_CASE_PARAM(limit, limit_gen_params),
	KUNIT_CASE_PARAM(headroom, headroom_gen_params),
	KUNIT_CASE(type_names),
	KUNIT_CASE(request_names),
	KUNIT_CASE(policy_names),
	KUNIT_CASE(reason_names),
	KUNIT_CASE(domain_names),
	KUNIT_CASE(layout_dimms),
	KUNIT_CASE(layout_mixed_dimms),
	KUNIT_CASE(layout_virtio_mem),
	KUNIT_CASE(layout_two_virtio_mem),
	KUNIT_CASE(layout_units),
	KUNIT_CASE(layout_node_without_boot_memory),
	KUNIT_CASE(layout_dimm_on_node_without_boot_memory),
	KUNIT_CASE(layout_shrink_and_grow),
	KUNIT_CASE(layout_ratio_lowered),
#if MAX_NUMNODES > 1
	KUNIT_CASE(layout_two_nodes_aware),
	KUNIT_CASE(layout_two_nodes_unaware),
	KUNIT_CASE(layout_second_node_without_boot_memory),
#endif
	{}
};

struct kunit_suite memgroup_policy_suite = {
	.name = "memgroup-policy",
	.exit = system_exit,
	.test_cases = policy_cases,
};
