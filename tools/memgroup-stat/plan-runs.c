// SPDX-License-Identifier: GPL-2.0
/*
 * The layout as runs of blocks. A petabyte of turns is a few rows.
 */
#include <errno.h>
#include <stdlib.h>

#include "plan-system.h"

struct list {
	struct plan_run *runs;
	size_t nr, allocated;
	bool fold;
	bool failed;
};

/* The row to be filled in next, or NULL. */
static struct plan_run *next_row(struct list *l)
{
	if (l->failed)
		return NULL;
	if (l->nr == l->allocated) {
		const size_t wanted = l->allocated ? 2 * l->allocated : 64;
		struct plan_run *runs = realloc(l->runs, wanted * sizeof(*runs));

		if (!runs) {
			l->failed = true;
			return NULL;
		}
		l->runs = runs;
		l->allocated = wanted;
	}
	return &l->runs[l->nr++];
}

static bool is_after(const struct plan_run *a, const struct plan_run *b)
{
	return a->device == b->device && a->last + 1 == b->first;
}

static uint64_t blocks_of(const struct plan_run *run)
{
	return run->last - run->first + 1;
}

static void add_run(struct list *l, const struct plan_run *run)
{
	struct plan_run *row = next_row(l);

	if (row)
		*row = *run;
}

/* Does a length belong to those so far, which differ by one at most? */
static bool is_like(uint64_t blocks, uint64_t least, uint64_t most)
{
	return blocks + 1 >= most && blocks <= least + 1;
}

static void stretch(uint64_t blocks, uint64_t *least, uint64_t *most)
{
	if (blocks < *least)
		*least = blocks;
	if (blocks > *most)
		*most = blocks;
}

/*
 * The last row is KERNEL and @run the blocks after it, MOVABLE or absent: they are a turn,
 * which the turns before it take up if they are like it. @is_end: the device ends here,
 * and with it perhaps a turn that would have gone on.
 */
static void close_turn(struct list *l, const struct plan_run *run, bool is_end)
{
	struct plan_run *kernel = &l->runs[l->nr - 1];
	struct plan_run *before = l->nr > 1 ? kernel - 1 : NULL;
	const uint64_t kernels = blocks_of(kernel), others = blocks_of(run);
	const bool is_cut = before && is_end && others < before->other_least;

	kernel->turns = 1;
	kernel->last = run->last;
	kernel->kernel_blocks = kernels;
	kernel->kernel_least = kernels;
	kernel->kernel_most = kernels;
	kernel->other = run->zone;
	kernel->other_blocks = others;
	kernel->other_least = others;
	kernel->other_most = others;
	kernel->other_reason = run->reason;
	if (!before || !before->turns || !is_after(before, kernel) ||
	    before->zone != kernel->zone || before->other != kernel->other ||
	    (before->reason == PLAN_NO_REASON) != (kernel->reason == PLAN_NO_REASON) ||
	    !is_like(kernels, before->kernel_least, before->kernel_most) ||
	    (!is_cut && !is_like(others, before->other_least, before->other_most)))
		return;
	before->last = kernel->last;
	before->turns++;
	before->kernel_blocks += kernels;
	before->other_blocks += others;
	stretch(kernels, &before->kernel_least, &before->kernel_most);
	if (!is_cut)
		stretch(others, &before->other_least, &before->other_most);
	l->nr--;
}

static void take_run(struct list *l, const struct plan_run *run, bool is_end)
{
	const struct plan_run *last = l->nr ? &l->runs[l->nr - 1] : NULL;

	if (l->failed)
		return;
	if (l->fold && (run->zone == PLAN_MOVABLE || run->zone == PLAN_ABSENT) && last &&
	    !last->turns && plan_is_kernel(last->zone) && is_after(last, run) &&
	    run->device->type == MEMGROUP_TYPE_DYNAMIC)
		close_turn(l, run, is_end);
	else if (run->zone != PLAN_ABSENT)
		add_run(l, run);
}

static void add_device(struct list *l, const struct plan_device *d)
{
	uint64_t block = 0, next;

	while (block < d->end) {
		struct plan_run run = { .node = d->node, .device = d };

		run.zone = plan_block(d, block, &run.reason);
		for (next = block + 1; next < d->end; next++) {
			unsigned int reason;

			if (plan_block(d, next, &reason) != run.zone ||
			    (reason == PLAN_NO_REASON) != (run.reason == PLAN_NO_REASON))
				break;
		}
		run.first = d->first + block;
		run.last = d->first + next - 1;
		if (run.zone == PLAN_OFFLINE)
			run.reason = PLAN_NO_REASON;
		if (run.zone != PLAN_ABSENT || next < d->end)
			take_run(l, &run, next == d->end);
		block = next;
	}
}

/* One turn by itself is no pattern: its zones are two rows again. */
static void unfold(struct list *l, const struct list *from)
{
	size_t i;

	for (i = 0; i < from->nr; i++) {
		struct plan_run run = from->runs[i], other = run;

		if (run.turns == 1) {
			other.first = run.first + run.kernel_blocks;
			other.zone = run.other;
			other.reason = run.other_reason;
			other.turns = 0;
			run.last = other.first - 1;
			run.turns = 0;
		}
		add_run(l, &run);
		if (other.zone != run.zone && other.zone != PLAN_ABSENT)
			add_run(l, &other);
	}
}

static int compare(const void *a, const void *b)
{
	const struct plan_run *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

int plan_list_runs(const struct plan *p, bool fold, struct plan_run **runs, size_t *nr,
		   struct fault *fault)
{
	struct list folded = { .fold = fold }, l = { .nr = 0 };
	size_t i;

	for (i = 0; i < p->nr_ranges; i++) {
		const struct plan_range *r = &p->ranges[i];
		const struct plan_run run = {
			.first = r->first, .last = r->last, .node = r->node,
			.zone = r->zone, .reason = PLAN_NO_REASON,
		};

		add_run(&folded, &run);
	}
	for (i = 0; i < p->nr_order; i++)
		add_device(&folded, &p->devices[p->order[i]]);
	if (!folded.failed)
		unfold(&l, &folded);
	free(folded.runs);
	if (folded.failed || l.failed) {
		free(l.runs);
		return fault_nomem(fault);
	}
	if (l.nr)
		qsort(l.runs, l.nr, sizeof(*l.runs), compare);
	*runs = l.runs;
	*nr = l.nr;
	return 0;
}

const char *plan_zone_name(enum plan_zone zone)
{
	static const char *const names[] = {
		[PLAN_ABSENT] = "-", [PLAN_OFFLINE] = "offline", [PLAN_DMA] = "DMA",
		[PLAN_DMA32] = "DMA32", [PLAN_NORMAL] = "Normal",
		[PLAN_MOVABLE] = "Movable", [PLAN_SEVERAL] = "none",
	};

	return names[zone];
}
