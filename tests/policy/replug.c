// SPDX-License-Identifier: GPL-2.0

#include "replug.h"

/* The operation that brings a device, under another number. */
static struct operation device_operation(const struct device_state *d,
					 unsigned int number)
{
	const bool is_static = d->type == MEMGROUP_TYPE_STATIC;

	return (struct operation) {
		.what = is_static ? OP_STATIC :
			d->type == MEMGROUP_TYPE_DYNAMIC ? OP_DYNAMIC : OP_PLAIN,
		.number = { number, d->node, d->group_node, d->first,
			    d->nr_blocks, d->unit },
	};
}

void unplug_all(struct machine *m, struct source *source)
{
	struct operation operation;
	unsigned int i, k, start;

	/* Steps of 7 reach all of 64. */
	start = source_below(source, BLOCKS_MAX);
	for (k = 0; k < BLOCKS_MAX; k++)
		for (i = 0; i < DEVICES_MAX; i++) {
			operation = (struct operation) {
				OP_OFFLINE, { i, (start + 7 * k) % BLOCKS_MAX },
			};
			if (machine_allows(m, &operation))
				machine_do(m, &operation, false);
		}
	for (i = 0; i < DEVICES_MAX; i++) {
		operation = (struct operation) { OP_REMOVE, { i } };
		if (machine_allows(m, &operation))
			machine_do(m, &operation, false);
	}
}

void plug_again(struct machine *m, const struct machine *from,
		const unsigned int *order)
{
	struct operation operation;
	unsigned int i, k;

	for (i = 0; i < DEVICES_MAX; i++) {
		const struct device_state *d = &from->device[order[i]];

		if (!d->live)
			continue;
		operation = device_operation(d, i);
		machine_do(m, &operation, false);
		for (k = d->nr_blocks; k-- > 0;) {
			operation = (struct operation) {
				OP_ONLINE_MOVABLE, { i, k },
			};
			if (d->zone[k] != OFFLINE)
				machine_do(m, &operation,
					   d->zone[k] == ZONE_MOVABLE);
		}
	}
}
