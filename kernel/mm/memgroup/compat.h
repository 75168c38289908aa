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

/* What only the suites use, where they are a module. */
#define MEMGROUP_EXPORT_FOR_KUNIT(symbol)	\
	EXPORT_SYMBOL_NS_GPL(symbol, MEMGROUP_KUNIT)
#define MEMGROUP_IMPORT_FOR_KUNIT()		\
	MODULE_IMPORT_NS(MEMGROUP_KUNIT)

#endif /* _MM_MEMGROUP_COMPAT_H */
