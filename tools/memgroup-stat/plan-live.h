/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The system that memgroup-stat runs on, or that was captured, as the start of a plan.
 */
#ifndef MEMGROUP_STAT_PLAN_LIVE_H
#define MEMGROUP_STAT_PLAN_LIVE_H

#include "model.h"
#include "plan.h"

/* What the model needs to have. */
#define PLAN_LIVE_NEEDS	(MODEL_POLICY | MODEL_GROUPS | MODEL_NODES | MODEL_BLOCKS)

/* The policy of @model. Returns 0, or -EOPNOTSUPP with @fault set if it is not known. */
int plan_live_policy(const struct model *model, struct memgroup_config *config,
		     struct fault *fault);

/*
 * Where the place of a virtio-mem device ends cannot be seen: it has as much as @steps
 * ask for, and no more than there is before the next device.
 *
 * Returns 0, or a negative errno value with @fault set.
 */
int plan_live(struct plan **plan, const struct model *model, struct plan_config *config,
	      const struct plan_step *steps, size_t nr_steps, struct fault *fault);

#endif /* MEMGROUP_STAT_PLAN_LIVE_H */
