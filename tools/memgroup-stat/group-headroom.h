/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How much more of each dynamic device could become MOVABLE.
 */
#ifndef MEMGROUP_STAT_GROUP_HEADROOM_H
#define MEMGROUP_STAT_GROUP_HEADROOM_H

#include "model.h"

/*
 * Sets the headroom of the dynamic groups, from the model's policy, groups and nodes, with
 * pages of @page_bytes. It stays unset under another policy than auto-movable, and for
 * a group on a node that the model does not know.
 */
void group_headroom_set(struct model *model, uint64_t page_bytes);

#endif /* MEMGROUP_STAT_GROUP_HEADROOM_H */
