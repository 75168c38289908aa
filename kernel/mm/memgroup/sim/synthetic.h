/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Machines that do not exist, and memory devices in them: to ask the online policy
 * about sizes that this machine does not have.
 *
 * A made-up system shares nothing with the running kernel but the code that decides.
 * Any number of devices may be started, resized and stopped in it at the same time.
 */
#ifndef _MM_MEMGROUP_SIM_SYNTHETIC_H
#define _MM_MEMGROUP_SIM_SYNTHETIC_H

#include <linux/bits.h>
#include <linux/mmzone.h>
#include <linux/mutex.h>
#include <linux/nodemask.h>
#include <linux/types.h>

#include "../log.h"
#include "../registry.h"
#include "../snapshot.h"
#include "sim.h"

/* Where made-up addresses end: 4 EiB, in pages well within what the policy computes. */
#define MEMGROUP_SYNTHETIC_END		BIT_ULL(62)
#define MEMGROUP_SYNTHETIC_BLOCK_MAX	BIT_ULL(40)

/**
 * enum memgroup_synthetic_kind - what boot memory of a node is
 * @MEMGROUP_SYNTHETIC_KERNEL: in ZONE_NORMAL, without CMA
 * @MEMGROUP_SYNTHETIC_CMA: CMA, in ZONE_NORMAL
 * @MEMGROUP_SYNTHETIC_MOVABLE: in ZONE_MOVABLE
 * @MEMGROUP_SYNTHETIC_KINDS: how many there are
 */
enum memgroup_synthetic_kind {
	MEMGROUP_SYNTHETIC_KERNEL,
	MEMGROUP_SYNTHETIC_CMA,
	MEMGROUP_SYNTHETIC_MOVABLE,
	MEMGROUP_SYNTHETIC_KINDS
};

/**
 * struct memgroup_synthetic_node - a node of a made-up system
 * @bytes: its boot memory, of each kind
 * @pgdat: its zones, as the registry finds them; protected by the registry's lock
 */
struct memgroup_synthetic_node {
	u64 bytes[MEMGROUP_SYNTHETIC_KINDS];
	pg_data_t pgdat;
};

/**
 * struct memgroup_synthetic - a made-up system
 * @lock: protects what is staged, and who has it frozen: @nr_frozen, @block_size,
 *	@end and @node. Held briefly, never while memory is plugged. Taken after a
 *	device's lock, and before that of @registry.
 * @nr_frozen: as long as it is not 0, @block_size and @node do not change
 * @block_size: of all its memory blocks; bytes
 * @end: made-up addresses are free from here on
 * @node: NULL where there is none
 * @registry: groups and blocks; its lock also protects the zones and @online
 * @nodes: how @registry finds the zones
 * @online: all nodes that are there
 * @log: decisions of @registry
 */
struct memgroup_synthetic {
	struct mutex lock;	/* protects what is staged, see above */
	unsigned int nr_frozen;
	u64 block_size;
	u64 end;
	struct memgroup_synthetic_node *node[MAX_NUMNODES];
	struct memgroup_registry registry;
	struct memgroup_nodes nodes;
	nodemask_t online;
	struct memgroup_log log;
};

/* The node, or NULL. @system is frozen, or its lock is held. */
static inline struct memgroup_synthetic_node *
memgroup_synthetic_node(const struct memgroup_synthetic *system, int nid)
{
	return nid >= 0 && nid < MAX_NUMNODES ? system->node[nid] : NULL;
}

void memgroup_synthetic_init(struct memgroup_synthetic *system,
			     const struct memgroup_config *config);
void memgroup_synthetic_destroy(struct memgroup_synthetic *system);

int memgroup_synthetic_add_node(struct memgroup_synthetic *system, int nid);
int memgroup_synthetic_remove_node(struct memgroup_synthetic *system, int nid);
int memgroup_synthetic_set_bytes(struct memgroup_synthetic *system, int nid,
				 enum memgroup_synthetic_kind kind, u64 bytes);
u64 memgroup_synthetic_get_bytes(struct memgroup_synthetic *system, int nid,
				 enum memgroup_synthetic_kind kind);
int memgroup_synthetic_set_block_size(struct memgroup_synthetic *system,
				      u64 bytes);

void memgroup_synthetic_freeze(struct memgroup_synthetic *system);
void memgroup_synthetic_thaw(struct memgroup_synthetic *system);

int memgroup_synthetic_start(struct memgroup_synthetic *system,
			     struct memgroup_sim_device *device);
int memgroup_synthetic_resize(struct memgroup_sim_device *device, u64 bytes);
void memgroup_synthetic_stop(struct memgroup_sim_device *device);
void memgroup_synthetic_read(struct memgroup_sim_device *device,
			     struct memgroup_sim_figures *figures);

#endif /* _MM_MEMGROUP_SIM_SYNTHETIC_H */
