/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Nodes and zones that do not exist, and what happens to their blocks: what the
 * KUnit suites and devices without memory have in common.
 */
#ifndef _MM_MEMGROUP_SIM_MADE_UP_H
#define _MM_MEMGROUP_SIM_MADE_UP_H

#include <linux/mmzone.h>

#include "../registry.h"

void memgroup_made_up_node(pg_data_t *pgdat, int nid);
void memgroup_made_up_boot(struct zone *zone, unsigned long start_pfn,
			   unsigned long nr_pages);
void memgroup_made_up_account(struct memgroup_registry *registry,
			      struct memgroup_block *block, struct zone *zone,
			      long nr_pages);
void memgroup_made_up_online(struct memgroup_registry *registry,
			     struct memgroup_block *block, struct zone *zone);
void memgroup_made_up_offline(struct memgroup_registry *registry,
			      struct memgroup_block *block);

#endif /* _MM_MEMGROUP_SIM_MADE_UP_H */
