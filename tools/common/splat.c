// SPDX-License-Identifier: GPL-2.0
#include "splat.h"

#include <stddef.h>
#include <string.h>

/*
 * A line means trouble when it begins with @begin and has @then somewhere behind
 * that. Anchoring keeps apart what only mentions the words: the echoed command line
 * ("Command line: ..."), faults of user programs ("traps: ..."), and firmware
 * complaints ("[Firmware Bug]: ...").
 */
static const struct pattern {
	enum splat kind;
	const char *begin;
	const char *then;	/* NULL: anything may follow */
} patterns[] = {
	/* panic(), also for "Fatal exception" after an oops and a killed init */
	{ SPLAT_PANIC, "Kernel panic - not syncing", NULL },

	/* BUG(), with the file and line */
	{ SPLAT_COMPLAINT, "kernel BUG at ", NULL },
	/* page faults, KASAN, KCSAN, KFENCE, sleeping in atomic, bad page state, locks */
	{ SPLAT_COMPLAINT, "BUG: ", NULL },
	/* the same, below the name of an allocator cache: "BUG kmalloc-64 (Not tainted): " */
	{ SPLAT_COMPLAINT, "BUG ", "ainted" },
	/* WARN() and WARN_ON(); lockdep's and RCU's reports begin so too */
	{ SPLAT_COMPLAINT, "WARNING: ", NULL },
	/* lockdep of older kernels: "INFO: possible recursive locking detected" */
	{ SPLAT_COMPLAINT, "INFO: possible ", "detected" },
	/* lockdep of older kernels */
	{ SPLAT_COMPLAINT, "INFO: inconsistent lock state", NULL },
	/* RCU used without its lock, older kernels */
	{ SPLAT_COMPLAINT, "INFO: suspicious RCU usage", NULL },
	/* lockdep cannot follow a lock: its key is not static */
	{ SPLAT_COMPLAINT, "INFO: trying to register non-static key", NULL },
	/* the hung task detector */
	{ SPLAT_COMPLAINT, "INFO: task ", "blocked for more than" },
	/* the hung task detector of newer kernels, an interruptible or exiting task */
	{ SPLAT_COMPLAINT, "INFO: task ", "is blocked on" },
	/* RCU stalls, self-detected, of other CPUs and expedited */
	{ SPLAT_COMPLAINT, "rcu: INFO: ", "stall" },
	/* the same before "rcu: " was put in front, and for tasks RCU */
	{ SPLAT_COMPLAINT, "INFO: rcu_", "stall" },
	/* the grace period thread does not get to run */
	{ SPLAT_COMPLAINT, "rcu: ", "kthread starved" },
	/* the soft lockup detector */
	{ SPLAT_COMPLAINT, "watchdog: BUG: ", NULL },
	{ SPLAT_COMPLAINT, "NMI watchdog: BUG: ", NULL },
	/* the hard lockup detector */
	{ SPLAT_COMPLAINT, "watchdog: ", "hard LOCKUP" },
	{ SPLAT_COMPLAINT, "NMI watchdog: ", "hard LOCKUP" },
	/* die(): the line that carries the oops counter, "Oops: 0002 [#1] SMP" */
	{ SPLAT_COMPLAINT, "Oops: ", NULL },
	{ SPLAT_COMPLAINT, "Internal error: ", NULL },
	{ SPLAT_COMPLAINT, "Unable to handle kernel ", NULL },
	{ SPLAT_COMPLAINT, "general protection fault", NULL },
	{ SPLAT_COMPLAINT, "invalid opcode: ", "[#" },
	{ SPLAT_COMPLAINT, "stack segment: ", "[#" },
	{ SPLAT_COMPLAINT, "divide error: ", "[#" },
	{ SPLAT_COMPLAINT, "double fault: ", "[#" },
	{ SPLAT_COMPLAINT, "int3: ", "[#" },
	{ SPLAT_COMPLAINT, "traps: PANIC: double fault", NULL },
	/* undefined behaviour: overflow, out of bounds, misalignment */
	{ SPLAT_COMPLAINT, "UBSAN: ", NULL },
	/* CONFIG_DEBUG_LIST */
	{ SPLAT_COMPLAINT, "list_add corruption", NULL },
	{ SPLAT_COMPLAINT, "list_add double add", NULL },
	{ SPLAT_COMPLAINT, "list_del corruption", NULL },
	/* CONFIG_DEBUG_OBJECTS and reference counters, when not below a WARNING line */
	{ SPLAT_COMPLAINT, "ODEBUG: ", NULL },
	{ SPLAT_COMPLAINT, "refcount_t: ", NULL },
	/* the leak detector found something; it also says when it starts and stops */
	{ SPLAT_COMPLAINT, "kmemleak: ", "new suspected memory leak" },
};

enum splat splat_of(const char *line)
{
	const struct pattern *p;
	size_t n;

	for (p = patterns; p < patterns + sizeof(patterns) / sizeof(patterns[0]); p++) {
		n = strlen(p->begin);
		if (strncmp(line, p->begin, n))
			continue;
		if (!p->then || strstr(line + n, p->then))
			return p->kind;
	}
	return SPLAT_NONE;
}
