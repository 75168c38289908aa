/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a simulated device may be staged as, and which of its units comes or goes
 * next. Only numbers and words: no configfs, no memory, no lock.
 */
#ifndef _MM_MEMGROUP_SIM_MODEL_H
#define _MM_MEMGROUP_SIM_MODEL_H

#include <linux/nodemask.h>
#include <linux/types.h>

#include "sim.h"

/* 64 PiB: the policy's arithmetic is exact up to there. */
#define MEMGROUP_SIM_SIZE_MAX	BIT_ULL(56)
#define MEMGROUP_SIM_COUNT_MAX	BIT(20)

/* The members of struct memgroup_sim_settings, one file each. */
enum memgroup_sim_field {
	MEMGROUP_SIM_TYPE,
	MEMGROUP_SIM_NODE,
	MEMGROUP_SIM_SIZE,
	MEMGROUP_SIM_UNIT,
	MEMGROUP_SIM_BACKING,
	MEMGROUP_SIM_COUNT,
	MEMGROUP_SIM_FIELD_COUNT
};

/**
 * struct memgroup_sim_limits - what the machine allows
 * @block_size: of a memory block, in bytes; a power of two
 * @nodes: those that real memory can be on
 */
struct memgroup_sim_limits {
	u64 block_size;
	const nodemask_t *nodes;
};

/* The state of a unit. One with blocks of several kinds is of the last of them. */
enum memgroup_sim_unit {
	MEMGROUP_SIM_UNIT_ABSENT,
	MEMGROUP_SIM_UNIT_OFFLINE,
	MEMGROUP_SIM_UNIT_MOVABLE,
	MEMGROUP_SIM_UNIT_KERNEL,
	MEMGROUP_SIM_UNIT_COUNT
};

int memgroup_sim_parse_size(const char *text, const char **end, u64 *bytes);
int memgroup_sim_parse_size_line(const char *text, u64 *bytes);
int memgroup_sim_set(struct memgroup_sim_settings *settings,
		     enum memgroup_sim_field field, const char *text,
		     const struct memgroup_sim_limits *limits,
		     const char **reason);
int memgroup_sim_format(const struct memgroup_sim_settings *settings,
			enum memgroup_sim_field field, char *text, size_t size);
int memgroup_sim_check(const struct memgroup_sim_settings *settings,
		       const struct memgroup_sim_limits *limits,
		       const char **reason);
int memgroup_sim_parse_request(const struct memgroup_sim_settings *settings,
			       const char *text, u64 *bytes,
			       const char **reason);

unsigned long memgroup_sim_next_to_plug(const u8 *units, unsigned long nr,
					unsigned long from);
unsigned long memgroup_sim_next_to_unplug(const u8 *units, unsigned long nr,
					  unsigned long last);

#endif /* _MM_MEMGROUP_SIM_MODEL_H */
