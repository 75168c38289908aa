/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What hotplug-stress does to memory, and what came of it.
 */
#ifndef HOTPLUG_STRESS_OP_H
#define HOTPLUG_STRESS_OP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DEVICE_NAME_MAX	32

enum device_kind {
	DEVICE_BLOCKS,		/* "blocks": memory blocks, through sysfs */
	DEVICE_SIM_STATIC,	/* "sim-static": made in configfs, comes and goes whole */
	DEVICE_SIM_DYNAMIC,	/* "sim-dynamic": made in configfs, grows and shrinks */
	DEVICE_DIMM,		/* "dimm": asked of the hypervisor */
	DEVICE_VIRTIO_MEM,	/* "virtio-mem": asked of the hypervisor */
	DEVICE_KINDS
};

/*
 * A memory device that the run may use. @size is all that it can have; memory
 * comes and goes in multiples of @unit, all of them at once where @unit is @size.
 * @plugged is what it has now, online or not, in bytes; for DEVICE_BLOCKS, what of
 * it is online.
 */
struct device {
	char name[DEVICE_NAME_MAX];
	enum device_kind kind;
	int node;
	uint64_t block;		/* DEVICE_BLOCKS: its number; each block is a device */
	bool movable;		/* DEVICE_BLOCKS: it was in ZONE_MOVABLE at first */
	uint64_t size;
	uint64_t unit;
	uint64_t plugged;
};

enum op_kind {
	OP_PLUG,		/* "plug": a whole device appears */
	OP_UNPLUG,		/* "unplug": it goes */
	OP_RESIZE,		/* "resize": it shall have so many bytes */
	OP_OFFLINE,		/* "offline": a memory block */
	OP_ONLINE,		/* "online": a memory block, by the policy */
	OP_ONLINE_KERNEL,	/* "online_kernel" */
	OP_ONLINE_MOVABLE,	/* "online_movable" */
	OP_KINDS
};

/* @bytes counts for OP_RESIZE only, @block for those of blocks. */
struct op {
	enum op_kind kind;
	char device[DEVICE_NAME_MAX];
	uint64_t bytes;
	uint64_t block;
};

/*
 * How an operation went. An operation that the kernel or the hypervisor refuses is
 * an outcome, not a failure of this program.
 */
struct outcome {
	int error;		/* 0, or a positive errno value */
	bool grows;		/* it asked for memory to come, not to go */
	uint64_t asked_bytes;	/* that should have come or gone */
	uint64_t done_bytes;	/* that did */
	uint64_t duration_ns;
	unsigned int retries;	/* attempts after the first one */
	bool unsettled;		/* nobody can stop what it began; what shows is not final */
	char blocker[96];	/* what kept memory from going, in words; or "" */
};

const char *device_kind_name(enum device_kind kind);
const char *op_kind_name(enum op_kind kind);
/* Return 0, or -EINVAL for what is no such word. */
int device_kind_parse(const char *word, enum device_kind *kind);
int op_kind_parse(const char *word, enum op_kind *kind);

#endif /* HOTPLUG_STRESS_OP_H */
