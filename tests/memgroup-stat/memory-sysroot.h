/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A tree in memory, in place of the one that tools/common/sysroot.c reads.
 *
 * It is given as one text, of sections:
 *
 *	@proc/meminfo		a file: its content follows, up to the next line that
 *	MemTotal: 109000 kB	begins with @; the folders above it are there, too
 *	@sys/bus/acpi/		a folder
 *	@proc/kpageflags !13	what can't be opened: with errno 13
 *
 * A path may be given several times: each opening goes on to the next section, and stays
 * at the last one. So a file changes while it is read, or goes (errno 2), or comes.
 */
#ifndef MEMGROUP_TEST_MEMORY_SYSROOT_H
#define MEMGROUP_TEST_MEMORY_SYSROOT_H

#include <stddef.h>

/*
 * Bounds of what one text can cost. Sections beyond the first so many are not there; and
 * when so many bytes were read or would have been, since the last memory_tree_rewind(),
 * all reading fails with -EIO.
 */
#define MEMORY_TREE_SECTIONS	1024
#define MEMORY_TREE_BYTES	(1UL << 20)

/* Makes @data the tree; it must outlive it. The root is open to sysroot_open(). */
void memory_tree_start(const char *data, size_t len);
/* Each path is at its first section again. */
void memory_tree_rewind(void);
void memory_tree_end(void);

#endif /* MEMGROUP_TEST_MEMORY_SYSROOT_H */
