/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The running kernel's memory_groups/, record by record.
 */
#ifndef TESTS_GUEST_DEBUGFS_H
#define TESTS_GUEST_DEBUGFS_H

#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "records.h"
#include "sysroot.h"

#define DEBUGFS "sys/kernel/debug/memory_groups/"

/*
 * All of these return 0, or a negative errno value with a fault set.
 */

/* Reads a file below "/", named without the leading slash. */
int system_read(const char *path, struct text *text, struct fault *fault);

/* Calls @on_record for each record of a file in DEBUGFS until it fails. */
int debugfs_for_each(const char *file,
		     int (*on_record)(struct records *r, void *context),
		     void *context, struct fault *fault);

/* A field of the current record, by the name of its column. */
int u64_of(struct records *r, const char *column, uint64_t *value);
int string_of(struct records *r, const char *column, char *value, size_t size);

#endif /* TESTS_GUEST_DEBUGFS_H */
