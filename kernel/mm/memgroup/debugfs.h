/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The text of the files in debugfs, with and without files.
 */
#ifndef _MM_MEMGROUP_DEBUGFS_H
#define _MM_MEMGROUP_DEBUGFS_H

#include <linux/types.h>

struct dentry;
struct memgroup_reading;
struct memgroup_registry;
struct seq_file;

struct memgroup_reading *
memgroup_reading_take(struct memgroup_registry *registry, const char *name);
bool memgroup_reading_show(const struct memgroup_reading *reading,
			   struct seq_file *m, size_t line);
struct dentry *memgroup_debugfs_create(const char *name,
				       struct memgroup_registry *registry);

#endif /* _MM_MEMGROUP_DEBUGFS_H */
