/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How much memory there is to be had at once, in the zones where the kernel's own
 * allocations must come from and in ZONE_MOVABLE.
 */
#ifndef HOTPLUG_STRESS_HEADROOM_H
#define HOTPLUG_STRESS_HEADROOM_H

#include <stdint.h>

#include "fault.h"
#include "sysroot.h"

/*
 * In bytes. In the kernel's zones, page cache that need not be written first counts
 * like free pages. In ZONE_MOVABLE it does not: the kernel turns to its other zones
 * before it drops any. Free pages of CMA are none for the kernel: they count as movable.
 */
struct headroom {
	uint64_t kernel;	/* all zones but Movable */
	uint64_t movable;
};

/*
 * Reads /proc/zoneinfo below @root. Returns 0 or a negative errno value with @fault
 * set; -EINVAL for a file that lacks what should be there.
 */
int headroom_read(struct sysroot *root, struct headroom *headroom,
		  struct fault *fault);

#endif /* HOTPLUG_STRESS_HEADROOM_H */
