// SPDX-License-Identifier: GPL-2.0
#include "plan-tests.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

struct fault fault;

struct plan_config config_of(unsigned int ratio)
{
	return (struct plan_config) {
		.policy = {
			.policy = MEMGROUP_POLICY_AUTO_MOVABLE, .ratio = ratio,
			.numa_aware = true,
		},
		.page_bytes = 4096, .block_bytes = MIB(128),
	};
}

void good(int ret)
{
	if (ret)
		fail_msg("%s", fault.text);
}

void do_step(struct plan *plan, struct plan_step step)
{
	good(plan_do(plan, &step, &fault));
}

struct plan *new_plan(const struct plan_config *config, uint64_t boot_bytes)
{
	struct plan *plan;

	good(plan_new(&plan, config, &fault));
	good(plan_boot_pc(plan, &boot_bytes, 1, RESERVED, &fault));
	return plan;
}

void plug(struct plan *plan, uint64_t bytes, uint64_t count)
{
	do_step(plan, (struct plan_step) {
		.action = PLAN_PLUG_STATIC, .bytes = bytes, .count = count,
		.first = PLAN_ANYWHERE,
	});
}

void plug_dynamic(struct plan *plan, uint64_t bytes, uint64_t max, uint64_t unit)
{
	do_step(plan, (struct plan_step) {
		.action = PLAN_PLUG_DYNAMIC, .bytes = bytes, .max_bytes = max,
		.unit_bytes = unit, .first = PLAN_ANYWHERE,
	});
}

void resize(struct plan *plan, const char *name, uint64_t bytes)
{
	struct plan_step step = { .action = PLAN_RESIZE, .bytes = bytes };

	snprintf(step.name, sizeof(step.name), "%s", name);
	do_step(plan, step);
}

void unplug(struct plan *plan, const char *name)
{
	struct plan_step step = { .action = PLAN_UNPLUG };

	snprintf(step.name, sizeof(step.name), "%s", name);
	do_step(plan, step);
}
