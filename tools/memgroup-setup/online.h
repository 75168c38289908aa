/* SPDX-License-Identifier: GPL-2.0 */
/* Memory that is there, and offline. */
#ifndef MEMGROUP_SETUP_ONLINE_H
#define MEMGROUP_SETUP_ONLINE_H

#include <stddef.h>
#include <stdint.h>

#include "apply.h"
#include "fault.h"
#include "model.h"

/* An offline block, and whose it is. */
struct offline_block {
	uint64_t number;
	uint32_t group;		/* index into the model's groups, or NO_GROUP */
	uint64_t first;		/* the first block of that device that is offline */
};

struct offline_blocks {
	struct offline_block *list;	/* device by device, each ascending */
	size_t nr;
};

/*
 * Lists the offline blocks of a model with groups and blocks: the device with the lowest
 * one first. Returns 0 or -ENOMEM with @fault set; to be ended with offline_blocks_free().
 */
int offline_blocks_list(struct offline_blocks *offline, const struct model *model,
			struct fault *fault);
void offline_blocks_free(struct offline_blocks *offline);

/*
 * Writes @state to each of them, and says which zones they got; @nr is how many were
 * offline. Returns 0, or a negative errno value with @fault set, also when some stayed
 * offline.
 */
int online_blocks(const struct apply *apply, const char *state, size_t *nr,
		  struct fault *fault);

#endif /* MEMGROUP_SETUP_ONLINE_H */
