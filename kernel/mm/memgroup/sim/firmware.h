/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the firmware said about memory, before anybody took some away.
 */
#ifndef _MM_MEMGROUP_SIM_FIRMWARE_H
#define _MM_MEMGROUP_SIM_FIRMWARE_H

#include <linux/errno.h>
#include <linux/types.h>

#ifdef CONFIG_X86
bool memgroup_sim_firmware_is_hypervisor(void);
int memgroup_sim_walk_firmware_ram(int (*func)(u64 start, u64 end, void *arg),
				   void *arg);
#else
static inline bool memgroup_sim_firmware_is_hypervisor(void)
{
	return false;
}

static inline int
memgroup_sim_walk_firmware_ram(int (*func)(u64 start, u64 end, void *arg),
			       void *arg)
{
	return -ENODEV;
}
#endif

#endif /* _MM_MEMGROUP_SIM_FIRMWARE_H */
