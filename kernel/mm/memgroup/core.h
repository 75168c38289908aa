/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MM_MEMGROUP_CORE_H
#define _MM_MEMGROUP_CORE_H

#include "registry.h"

/* The groups and blocks of the running kernel. */
extern struct memgroup_registry memgroup_registry;

struct zone *memgroup_decide(struct memgroup_registry *registry,
			     const struct memgroup_block *block, int nid,
			     int online_type);
struct zone *memgroup_preview(struct memgroup_registry *registry, int nid,
			      unsigned long start_pfn, unsigned long nr_pages);

#endif /* _MM_MEMGROUP_CORE_H */
