/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MM_MEMGROUP_CORE_H
#define _MM_MEMGROUP_CORE_H

#include "registry.h"

/* The groups and blocks of the running kernel. */
extern struct memgroup_registry memgroup_registry;

#endif /* _MM_MEMGROUP_CORE_H */
