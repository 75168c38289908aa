/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ranges of physical addresses, and where in them a device finds room. Only numbers.
 */
#ifndef _MM_MEMGROUP_SIM_WINDOW_H
#define _MM_MEMGROUP_SIM_WINDOW_H

#include <linux/types.h>

/* @end is the first address behind it. */
struct memgroup_sim_range {
	u64 start;
	u64 end;
};

int memgroup_sim_parse_windows(const char *text,
			       struct memgroup_sim_range *windows,
			       unsigned int room);
bool memgroup_sim_within(const struct memgroup_sim_range *range,
			 const struct memgroup_sim_range *ranges,
			 unsigned int nr_ranges);
bool memgroup_sim_find_room(const struct memgroup_sim_range *ranges,
			    unsigned int nr_ranges,
			    const struct memgroup_sim_range *taken,
			    unsigned int nr_taken, u64 size, u64 align,
			    u64 *start);

#endif /* _MM_MEMGROUP_SIM_WINDOW_H */
