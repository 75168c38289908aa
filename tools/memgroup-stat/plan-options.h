/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The options of memgroup-stat plan: a machine, and steps in the order given.
 */
#ifndef MEMGROUP_STAT_PLAN_OPTIONS_H
#define MEMGROUP_STAT_PLAN_OPTIONS_H

#include "command.h"
#include "plan.h"

#define PLAN_LABEL_SIZE	64

struct plan_args {
	bool live;
	bool all;
	uint64_t boot[PLAN_NODES_MAX];
	size_t nr_boot;
	uint64_t reserved_bytes;
	uint64_t block_bytes;		/* 0: not given */
	bool memmap_on_memory;
	/* Where these were given before any step they are the machine's. */
	bool has_ratio, has_policy, has_numa_aware;
	struct memgroup_config policy;
	struct plan_step *steps;
	char (*labels)[PLAN_LABEL_SIZE];	/* as they were given */
	size_t nr_steps;
	bool has_goal;
	uint64_t goal_bytes;
	char goal_device[PLAN_NAME_SIZE];	/* instead of bytes */
};

/* What was given so far, or stands for what was not. */
extern struct plan_args plan_args;

extern const struct option_spec plan_options[];

/* As option() and check() of a command. */
int plan_option(size_t number, const char *value, struct fault *fault);
int plan_check(const struct request *request, struct fault *fault);

#endif /* MEMGROUP_STAT_PLAN_OPTIONS_H */
