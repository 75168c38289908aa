/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's memory_groups/, record by record.
 */
#ifndef MEMGROUP_DEBUGFS_H
#define MEMGROUP_DEBUGFS_H

#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "records.h"
#include "sysroot.h"

#define DEBUGFS "sys/kernel/debug/memory_groups/"

/*
 * All of these return 0, or a negative errno value with a fault set.
 */

/* Calls @on_record for each record of a file in DEBUGFS until it fails. */
int debugfs_for_each(struct sysroot *root, const char *file,
		     int (*on_record)(struct records *r, void *context),
		     void *context, struct fault *fault);

/* For the last @count records of it, or all if there are fewer. */
int debugfs_for_last(struct sysroot *root, const char *file, size_t count,
		     int (*on_record)(struct records *r, void *context),
		     void *context, struct fault *fault);

/* A field of the current record, by the name of its column. */
int u64_of(struct records *r, const char *column, uint64_t *value);
int opt_u64_of(struct records *r, const char *column, struct opt_u64 *value);
int string_of(struct records *r, const char *column, char *value, size_t size);

#endif /* MEMGROUP_DEBUGFS_H */
