/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What to know before a plan is carried out: dangers, each with the numbers it rests on;
 * and which ratio it takes for memory to be unpluggable.
 */
#ifndef MEMGROUP_STAT_PLAN_ADVICE_H
#define MEMGROUP_STAT_PLAN_ADVICE_H

#include "explain.h"
#include "plan.h"

/* More MOVABLE than this has been seen to starve the kernel: its own documentation. */
#define PLAN_RATIO_MOST	400	/* percent */

enum plan_danger {
	PLAN_DANGER_MAP_FULL,	/* the memory map did not fit: no such system */
	PLAN_DANGER_MAP,	/* it takes a quarter of kernel memory, or more */
	PLAN_DANGER_TABLES,	/* with page tables it takes half of it, or more */
	PLAN_DANGER_RATIO_SET,	/* the ratio is above 400 % */
	PLAN_DANGER_RATIO,	/* MOVABLE memory is above that */
	PLAN_DANGER_STATIC,	/* devices that cannot be unplugged */
	PLAN_DANGER_DYNAMIC,	/* a device that can only be shrunk in part */
	PLAN_DANGER_TAKEN,	/* a step down needs kernel zones to be empty */
	PLAN_DANGER_HEADROOM,	/* not one block more can be MOVABLE */
};

struct plan_warning {
	enum plan_danger danger;
	const struct plan_device *device;	/* NULL: not about one */
	/* How much, of how much: bytes, or percent for the two ratios. */
	uint64_t amount, of;
	char text[EXPLANATION_MAX + 128];	/* the same in a sentence or two */
};

const char *plan_danger_name(enum plan_danger danger);

/* An array of warnings, to be freed. Returns 0 or -ENOMEM with @fault set. */
int plan_list_warnings(const struct plan *plan, struct plan_warning **warnings, size_t *nr,
		       struct fault *fault);

/* Why a block is not MOVABLE, as explain() says it. */
void plan_explain(const struct plan *plan, const struct plan_refusal *refusal, int node,
		  char text[static EXPLANATION_MAX]);

/* For page tables, if a process maps all that is MOVABLE: 8 bytes a page. */
uint64_t plan_table_bytes(const struct plan *plan);

/*
 * The smallest ratio with which @goal_bytes can be unplugged after all of @steps; of
 * @device alone, if that is not NULL.
 *
 * More is not always better: a larger ratio may make a device MOVABLE that then takes
 * the place of others. So every ratio is tried, from 1 on and to twice the one found, as
 * long as that takes no more than a second or so.
 */
struct plan_ratio {
	bool found;
	uint32_t ratio;
	bool is_least;		/* all smaller ones were tried */
	uint32_t tried_to;	/* all up to here were tried from @ratio on */
	uint32_t fails_again;	/* the first of those that does not do; 0 for none */
	/* After the steps, with that ratio; or with the largest one if none was found. */
	uint64_t unpluggable_bytes;
	uint64_t kernel_bytes, movable_bytes, map_bytes, table_bytes;
	int64_t left_bytes;	/* kernel memory without the memory map */
};

/* Returns 0, or what plan_do() returns with @fault set. */
int plan_find_ratio(const struct plan *base, const struct plan_step *steps, size_t nr_steps,
		    uint64_t goal_bytes, const char *device, struct plan_ratio *result,
		    struct fault *fault);

/*
 * How large a virtio-mem device has to be for @goal_bytes of it to be MOVABLE, with the
 * ratio as it is. Returns 0 with the size in @bytes, 0 if no size that is sensible does,
 * and @result filled in but for what is about ratios; or as plan_do().
 */
int plan_find_size(const struct plan *base, uint64_t goal_bytes, uint64_t *bytes,
		   struct plan_ratio *result, struct fault *fault);

#endif /* MEMGROUP_STAT_PLAN_ADVICE_H */
