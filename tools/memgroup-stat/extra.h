/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The other half of the program. Libraries that take long to load, and that a server may
 * not want at all, are linked into memgroup-stat-extra alone. It is made of the same
 * files and some more; what is in those is declared weak, and NULL in memgroup-stat.
 */
#ifndef MEMGROUP_STAT_EXTRA_H
#define MEMGROUP_STAT_EXTRA_H

#include "fault.h"

/*
 * Runs memgroup-stat-extra, from the same folder or as it is installed, in place of this
 * program, with the same arguments. Returns only if that fails: a negative errno value
 * with @fault set.
 */
int extra_exec(char **argv, struct fault *fault);

#endif /* MEMGROUP_STAT_EXTRA_H */
