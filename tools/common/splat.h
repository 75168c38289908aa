/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A kernel in trouble, known by what it logs.
 */
#ifndef MEMGROUP_SPLAT_H
#define MEMGROUP_SPLAT_H

enum splat {
	SPLAT_NONE,
	SPLAT_COMPLAINT,	/* the kernel complained about itself */
	SPLAT_PANIC,		/* the kernel gave up */
};

/* What a line of the kernel's log means, without time stamp and caller. */
enum splat splat_of(const char *line);

#endif /* MEMGROUP_SPLAT_H */
