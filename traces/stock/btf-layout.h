/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Does a kernel that has no tracepoints for it let us see memory go online and offline?
 * Its BTF says what its functions take, and where in its structures things are.
 */
#ifndef MEMGROUP_BTF_LAYOUT_H
#define MEMGROUP_BTF_LAYOUT_H

#include <bpf/btf.h>

#include "fault.h"

/* Which argument of a function it is, from 1; 0: it has none. */
struct call {
	unsigned int start_pfn;
	unsigned int nr_pages;
	unsigned int zone;
	unsigned int group;
};

/* What differs between kernels. Offsets are in bytes. */
struct layout {
	struct call online;	/* online_pages() */
	struct call offline;	/* offline_pages(), which takes no zone before 5.18 */
	unsigned int zone_name;
	unsigned int zone_pgdat;
	unsigned int pgdat_node_id;
	unsigned int group_nid;
	unsigned int group_is_dynamic;
	unsigned int group_pages;	/* a static group's max_pages, a dynamic one's unit_pages */
};

/*
 * Fills @layout from @btf, which @file names in messages. Returns 0, or a
 * negative errno value with @fault saying what does not fit, by the kernel's names.
 */
int layout_find(struct layout *layout, const struct btf *btf, const char *file,
		struct fault *fault);

/* The same from a file as /sys/kernel/btf/vmlinux is one. */
int layout_read(struct layout *layout, const char *file, struct fault *fault);

#endif /* MEMGROUP_BTF_LAYOUT_H */
