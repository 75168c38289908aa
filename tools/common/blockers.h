/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the pages of a memory block are used for, and so what keeps it from going
 * offline: from /proc/kpageflags and /proc/kpagecount, which only root may read, on
 * kernels with CONFIG_PROC_PAGE_MONITOR.
 *
 * Pages change their use while one looks: the counts are of about one moment. A page
 * that a CPU keeps in reserve has no mark of its own and counts as other.
 */
#ifndef MEMGROUP_BLOCKERS_H
#define MEMGROUP_BLOCKERS_H

#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "sysroot.h"

enum page_use {
	PAGE_ABSENT,		/* a hole, or not online */
	PAGE_FREE,
	PAGE_MOVABLE,		/* of processes and files: the kernel can move it */
	PAGE_OFFLINE,		/* a hypervisor's driver keeps it from being used */
	/* What follows stays where it is. */
	PAGE_HELD,		/* a process's, mapped nowhere: held as for DMA, or in a pipe */
	PAGE_HUGE,		/* hugetlb: moved only if another huge page is free */
	PAGE_SLAB,
	PAGE_TABLE,
	PAGE_RESERVED,
	PAGE_POISONED,		/* broken */
	PAGE_OTHER,		/* of the kernel or a driver, for no known use */
	PAGE_USES
};

/* Pages of a block, or of a part of it. */
struct blockers {
	uint64_t pages[PAGE_USES];	/* they add up to all of it */
	/*
	 * Of PAGE_OTHER, those without any mark. The kernel marks neither its stacks nor
	 * other memory that it maps page by page, nor free pages that a CPU keeps in
	 * reserve: nothing tells these apart.
	 */
	uint64_t unmarked;
};

/* The use of a page with these flags that so many page tables refer to. */
enum page_use page_use(uint64_t flags, uint64_t mapped);

/*
 * Counts the pages of memory block @block, of @block_bytes each. Returns 0, or a
 * negative errno value with @fault set: -ENOENT without those files, -EACCES, …,
 * -EINVAL for what is no block.
 */
int blockers_read(struct sysroot *root, uint64_t block, uint64_t block_bytes,
		  struct blockers *blockers, struct fault *fault);

/*
 * The same for each of @nr_parts parts of one size, ascending; -EINVAL also if that is
 * no whole number of pages.
 */
int blockers_read_parts(struct sysroot *root, uint64_t block, uint64_t block_bytes,
			struct blockers *parts, size_t nr_parts,
			struct fault *fault);

/* Adds the pages of @part to those of @sum. */
void blockers_add(struct blockers *sum, const struct blockers *part);

/* Pages that stay where they are. */
uint64_t blockers_staying(const struct blockers *blockers);

/*
 * What stays, the most of it first: "slab 312 pages, page table 1 page". As many kinds
 * as fit are named, and none by half; "" if nothing stays. A block may be kept by
 * movable pages, too, that somebody holds while they are mapped: these look like any.
 */
void blockers_format(const struct blockers *blockers, char *text, size_t size);

/* The word for the use that most of the pages that stay have, or "" for none. */
const char *blockers_most(const struct blockers *blockers);

/*
 * All of the above for the running system. Returns 0, or a negative errno value with
 * @text empty.
 */
int blockers_describe(uint64_t block, uint64_t block_bytes, char *text,
		      size_t size);

#endif /* MEMGROUP_BLOCKERS_H */
