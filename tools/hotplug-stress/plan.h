/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which operation comes next. Pure: the state of the devices in, an operation out.
 * With the same seed, and devices that are in the same states, it says the same.
 */
#ifndef HOTPLUG_STRESS_PLAN_H
#define HOTPLUG_STRESS_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "op.h"

/*
 * Except in a random walk, what failed is tried again only when its turn comes again.
 */
enum pattern {
	PATTERN_RANDOM,		/* "random": anything that is possible now */
	PATTERN_GROW_SHRINK,	/* "grow-shrink": all up, all down, and so on */
	PATTERN_SAWTOOTH,	/* "sawtooth": up in eighths, down at once */
	PATTERN_CHURN,		/* "churn": one device comes and goes, or goes and comes */
	PATTERN_AUTOSCALER,	/* "autoscaler": 2, 8, 4, 16 sixteenths of all there is */
	PATTERNS
};

struct plan;

const char *pattern_name(enum pattern pattern);
int pattern_parse(const char *word, enum pattern *pattern);	/* 0 or -EINVAL */

/* For @nr devices. NULL without memory. */
struct plan *plan_new(enum pattern pattern, uint64_t seed, size_t nr);
void plan_free(struct plan *plan);

/* Whether @op on @device may be done now; the plan goes on without it if not. */
typedef bool plan_allowed(const struct op *op, const struct device *device,
			  void *context);

/*
 * The next operation, on devices[*@index]. @allowed may be NULL. False if nothing is
 * possible now.
 */
bool plan_next(struct plan *plan, struct device *const *devices,
	       plan_allowed *allowed, void *context, struct op *op,
	       size_t *index);

#endif /* HOTPLUG_STRESS_PLAN_H */
