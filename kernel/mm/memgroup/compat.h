/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels that this is built on. Nothing else in
 * mm/memgroup/ looks at the kernel's version, or at what it happens to provide.
 */
#ifndef _MM_MEMGROUP_COMPAT_H
#define _MM_MEMGROUP_COMPAT_H

#include <linux/export.h>
#include <linux/mmzone.h>

#ifdef CONFIG_MEMORY_HOTPLUG
/* Boot memory of a zone, in present pages. 6.1 counts it. */
static inline unsigned long memgroup_zone_early_pages(const struct zone *zone)
{
	return zone->present_early_pages;
}
#endif

/* Pages of a zone that only movable allocations may use. */
static inline unsigned long memgroup_zone_cma_pages(const struct zone *zone)
{
#ifdef CONFIG_CMA
	return zone->cma_pages;
#else
	return 0;
#endif
}

/* For the parts of mm/memgroup/ that may be modules. */
#define MEMGROUP_EXPORT(symbol)		\
	EXPORT_SYMBOL_NS_GPL(symbol, MEMGROUP)
#define MEMGROUP_IMPORT()			\
	MODULE_IMPORT_NS(MEMGROUP)

#endif /* _MM_MEMGROUP_COMPAT_H */
