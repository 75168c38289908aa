/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /proc/iomem: which physical addresses are what.
 */
#ifndef MEMGROUP_IOMEM_H
#define MEMGROUP_IOMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "sysroot.h"

#define IOMEM_NO_PARENT SIZE_MAX

struct iomem_entry {
	uint64_t start, last;	/* bytes; the last one belongs to it */
	size_t parent;		/* the entry that this one lies in, or IOMEM_NO_PARENT */
	const char *name;
};

struct iomem {
	struct iomem_entry *list;	/* as in the file: parents before children */
	size_t count;
	/* Users without CAP_SYS_ADMIN see names, and every address as 0. */
	bool hidden;
	struct text text;		/* the names */
};

/*
 * Returns 0, or a negative errno value with @fault set; only after 0 is there something
 * to end with iomem_free().
 */
int iomem_read(struct sysroot *root, struct iomem *iomem, struct fault *fault);
void iomem_free(struct iomem *iomem);

/*
 * The driver of an entry "System RAM (DRIVER)", memory that a driver added and manages,
 * copied to @driver and cut to @size. False for every other entry.
 */
bool iomem_driver(const struct iomem_entry *entry, char *driver, size_t size);

#endif /* MEMGROUP_IOMEM_H */
