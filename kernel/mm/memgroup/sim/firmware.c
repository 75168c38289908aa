// SPDX-License-Identifier: GPL-2.0
/*
 * What the firmware said about memory, before anybody took some away. Always built
 * in: modules cannot look at the map.
 */

#include <asm/cpufeature.h>
#include <asm/e820/api.h>

#include "firmware.h"

/**
 * memgroup_sim_firmware_is_hypervisor() - is this a virtual machine?
 *
 * On real hardware the kernel may have moved PCI devices to where mem= left a hole.
 *
 * Return: whether a hypervisor shows itself.
 */
bool memgroup_sim_firmware_is_hypervisor(void)
{
	return boot_cpu_has(X86_FEATURE_HYPERVISOR);
}

/**
 * memgroup_sim_walk_firmware_ram() - look at all RAM of the firmware's map
 * @func: called with each range, @end being the first address behind it, until it
 *	returns something else than 0
 * @arg: given to @func
 *
 * The map holds what mem= and memmap= on the command line took away.
 *
 * Return: what @func returned last.
 */
int memgroup_sim_walk_firmware_ram(int (*func)(u64 start, u64 end, void *arg),
				   void *arg)
{
	const struct e820_table *table = e820_table_firmware;
	const struct e820_entry *entry = table->entries;
	int ret = 0;

	for (; !ret && entry < table->entries + table->nr_entries; entry++)
		if (entry->type == E820_TYPE_RAM)
			ret = func(entry->addr, entry->addr + entry->size, arg);
	return ret;
}
