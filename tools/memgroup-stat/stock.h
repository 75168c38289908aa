/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a kernel without a view of memory groups tells about them: the parts that
 * model_read_stock() joins.
 *
 * All functions return 0, or a negative errno value with @fault set, and read what
 * they can: what is not there, or not for this user, becomes a note of the model.
 */
#ifndef MEMGROUP_STAT_STOCK_H
#define MEMGROUP_STAT_STOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "model.h"
#include "sysroot.h"
#include "zoneinfo.h"

struct range {
	uint64_t start, end;	/* bytes; @end is the first one after it */
};

struct ranges {
	struct range *list;
	size_t nr;
};

int ranges_add(struct ranges *ranges, uint64_t start, uint64_t end,
	       struct fault *fault);
void ranges_free(struct ranges *ranges);

/* What the firmware called RAM, and what was added to it as such. */
struct boot_memory {
	bool known;		/* else both are empty */
	struct ranges ram;	/* at boot; ascending, apart from each other */
	struct ranges added;	/* since, without a driver; the first added first */
	bool removed;		/* some of what was added may be gone again */
};

int boot_memory_read(struct boot_memory *boot, struct model *model,
		     struct sysroot *root, struct fault *fault);
void boot_memory_free(struct boot_memory *boot);
/* Is some of it RAM that the firmware told of? */
bool boot_memory_has(const struct boot_memory *boot, uint64_t start, uint64_t last);

/* A range of hotplugged memory, and the group that it is of. */
struct owned_range {
	uint64_t start, end;
	uint32_t group;		/* index into the model's groups */
};

struct owned_ranges {
	struct owned_range *list;	/* ascending, none in another */
	size_t nr;
	uint32_t rest;	/* who has all other hotplugged memory, or NO_GROUP */
	/* There is memory of a driver that we do not know: its groups may be dynamic. */
	bool unsure;
};

/* Adds a group to the model for each device, without the amounts. */
int stock_devices_read(struct owned_ranges *owned, const struct boot_memory *boot,
		       struct model *model, struct sysroot *root,
		       struct fault *fault);
void owned_ranges_free(struct owned_ranges *owned);
/* The group that owns that byte, or NO_GROUP. */
uint32_t owned_ranges_group(const struct owned_ranges *owned, uint64_t address);

/*
 * Fills the blocks; their groups are left out. Reads valid_zones of no block that is
 * not online, which would make the kernel ask its policy.
 */
int stock_blocks_read(struct model *model, const struct zoneinfo *zones,
		      uint64_t page_bytes, struct sysroot *root, struct fault *fault);

/* The size of a page, in bytes, on the system that @zones are of. */
uint64_t stock_page_bytes(const struct zoneinfo *zones, struct sysroot *root);

/* Memory of one node that was not there at boot, as the blocks have it. In bytes. */
struct hotplugged {
	uint64_t kernel;
};

/*
 * Fills the nodes from @zones, from the groups, and from @hotplugged by node, of which
 * there are @nr_hotplugged. -EAGAIN: these contradict each other.
 */
int stock_nodes_build(struct model *model, const struct zoneinfo *zones,
		      const struct hotplugged *hotplugged, size_t nr_hotplugged,
		      uint64_t page_bytes, bool sure, struct fault *fault);

#endif /* MEMGROUP_STAT_STOCK_H */
