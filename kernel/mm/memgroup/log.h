/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The latest decisions of the running kernel, for debugfs.
 */
#ifndef _MM_MEMGROUP_LOG_H
#define _MM_MEMGROUP_LOG_H

#include <linux/types.h>

struct memgroup_decision;

#ifdef CONFIG_MEMGROUP_DEBUGFS
void memgroup_log_add(const struct memgroup_decision *decision);
size_t memgroup_log_count(void);
void memgroup_log_copy(struct memgroup_decision *decisions);
#else
static inline void memgroup_log_add(const struct memgroup_decision *decision)
{
}
#endif

#endif /* _MM_MEMGROUP_LOG_H */
