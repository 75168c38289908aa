/* SPDX-License-Identifier: GPL-2.0 */
/*
 * No operation may take so much memory away that the kernel itself runs out of it.
 */
#ifndef HOTPLUG_STRESS_FLOOR_H
#define HOTPLUG_STRESS_FLOOR_H

#include <stdbool.h>
#include <stdint.h>

#include "fault.h"
#include "headroom.h"
#include "op.h"
#include "sysroot.h"

struct floor_guard {
	struct sysroot *root;
	uint64_t bytes;			/* must remain in kernel zones; 0 is no limit */
	uint64_t least_kernel;		/* the least that was seen there */
	struct headroom now;
	bool known;			/* @now is what there is now */
	long long looked_ns;		/* when it was, if it is not */
	uint64_t taken;			/* by operations since then, at most; and of that */
	uint64_t kernel_taken;		/* maybe from kernel zones */
	int error;			/* of the last look, with @fault set */
	struct fault fault;
};

/* 256 MiB, or 5 % of the memory there is if that is less. 0 or an error with @fault set. */
int floor_default(struct sysroot *root, uint64_t *bytes, struct fault *fault);

/* Before each operation: what was seen before is no more than a hint. */
void floor_forget(struct floor_guard *guard);

/* After each operation, or before: @op on @device was begun. */
void floor_took(struct floor_guard *guard, const struct op *op,
		const struct device *device);

/* Looks how much is free, unless that is known. Returns @guard->error. */
int floor_look(struct floor_guard *guard);

/*
 * Whether @op on @device leaves enough; not when looking fails. Looks only if the
 * operation takes something, and what was seen a moment ago was not plenty.
 */
bool floor_allows(struct floor_guard *guard, const struct op *op,
		  const struct device *device);

#endif /* HOTPLUG_STRESS_FLOOR_H */
