/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How much more could be MOVABLE in the system and on each node, where the kernel does
 * not say: by the policy's own source.
 */
#ifndef MEMGROUP_STAT_NODE_HEADROOM_H
#define MEMGROUP_STAT_NODE_HEADROOM_H

#include <stdint.h>

#include "fault.h"
#include "model.h"

/*
 * Sets needed, limit and headroom of the nodes, from their memory, the policy and the
 * groups, with pages of @page_bytes; the last two only under auto-movable. @file is where
 * the numbers are from, for messages. Returns 0 or a negative errno value with @fault set.
 */
int node_headroom_set(struct model *model, uint64_t page_bytes, const char *file,
		      struct fault *fault);

#endif /* MEMGROUP_STAT_NODE_HEADROOM_H */
