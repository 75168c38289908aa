/* SPDX-License-Identifier: GPL-2.0 */
/* What the tests of the planner have in common. */
#ifndef MEMGROUP_STAT_PLAN_TESTS_H
#define MEMGROUP_STAT_PLAN_TESTS_H

#include <stdint.h>

#include "fault.h"
#include "plan.h"

#define MIB(n)		((uint64_t)(n) << 20)
#define GIB(n)		((uint64_t)(n) << 30)
#define PIB(n)		((uint64_t)(n) << 50)
#define RESERVED	(128 * 4096)	/* what QEMU's firmware keeps */

extern struct fault fault;

/* auto-movable, numa_aware, blocks of 128 MiB */
struct plan_config config_of(unsigned int ratio);
/* A machine with one node. */
struct plan *new_plan(const struct plan_config *config, uint64_t boot_bytes);

/* Fails the test, with the fault's text, if @ret is not 0. */
void good(int ret);
void do_step(struct plan *plan, struct plan_step step);
void plug(struct plan *plan, uint64_t bytes, uint64_t count);
void plug_dynamic(struct plan *plan, uint64_t bytes, uint64_t max, uint64_t unit);
void resize(struct plan *plan, const char *name, uint64_t bytes);
void unplug(struct plan *plan, const char *name);

#endif /* MEMGROUP_STAT_PLAN_TESTS_H */
