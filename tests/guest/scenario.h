/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Scenarios: what to plug into which machine, and the layout after each step.
 *
 * The files are JSON: an array of objects with
 *   name        one word
 *   about       a sentence (optional)
 *   boot_gib    boot memory, split evenly over "nodes" (default 1); or
 *   node_mib    boot memory of each node
 *   ratio       memory_hotplug.auto_movable_ratio
 *   numa_aware  memory_hotplug.auto_movable_numa_aware (default true)
 *   memmap_on_memory  memory_hotplug.memmap_on_memory (default false); with it
 *               the memory map of a DIMM of one block lies in that block
 *   virtio_mem  devices: {id, max_gib, node (default 0), block_mib (default 2)}
 *   nvdimm      emulated NVDIMMs: {mib, node (default 0)}; their first block is
 *               lost to its header when they become dax devices
 *   soft_reserved  parts of the boot memory that are a dax device's each from the
 *               beginning: {at_mib, mib}
 *   ops         steps: ["dimm", MiB, node], ["remove", DIMM id, 0],
 *               ["resize", virtio-mem id, total MiB],
 *               ["dax-bind", dax device, 0]: its memory becomes system memory, or
 *               ["dax-unbind", dax device, 0]: all of that goes; by hand
 *               ["offline", block, 0], ["online", block, 0],
 *               ["online-kernel", block, 0] or ["online-movable", block, 0];
 *               a parameter from now on, ["ratio", percent, 0] or
 *               ["numa-aware", 0 or 1, 0]
 *   by_hand     after the last step that leaves a block in ZONE_MOVABLE, do to
 *               that block what an administrator may (default true). Not on a
 *               node without boot memory in ZONE_NORMAL: what the kernel puts into
 *               such a block, for want of another one, cannot be moved out again.
 *   layouts     after each step, runs of [first block, last block, state, zone]
 *
 * The kernel numbers NVDIMMs and soft-reserved parts in one row, the NVDIMMs first,
 * each in the order of their addresses: dax0.0 is the device of the very first.
 */
#ifndef TESTS_GUEST_SCENARIO_H
#define TESTS_GUEST_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

#include "fault.h"
#include "layout.h"

#define SCENARIO_NODES_MAX	8
#define SCENARIO_DEVICES_MAX	8
#define SCENARIO_STEPS_MAX	32

enum op {
	OP_DIMM, OP_REMOVE, OP_RESIZE, OP_DAX_BIND, OP_DAX_UNBIND, OP_OFFLINE,
	OP_ONLINE, OP_ONLINE_KERNEL, OP_ONLINE_MOVABLE, OP_RATIO, OP_NUMA_AWARE
};

struct step {
	enum op op;
	char device[17];		/* of OP_REMOVE, OP_RESIZE, OP_DAX_* */
	unsigned long mib;		/* of OP_DIMM, OP_RESIZE */
	int node;			/* of OP_DIMM */
	unsigned long block;		/* of OP_OFFLINE, OP_ONLINE* */
	unsigned int value;		/* of OP_RATIO, OP_NUMA_AWARE */
	struct layout layout;		/* expected afterwards */
};

struct virtio_mem {
	char id[17];
	unsigned int max_gib;
	unsigned int block_mib;
	int node;
};

struct nvdimm {
	unsigned long mib;
	int node;
};

struct soft_reserved {
	unsigned long at_mib;
	unsigned long mib;
};

struct scenario {
	char name[64];
	char about[256];
	unsigned long node_mib[SCENARIO_NODES_MAX];
	unsigned int nr_nodes;
	unsigned int ratio;
	bool numa_aware;
	bool memmap_on_memory;
	bool by_hand;
	struct virtio_mem virtio_mem[SCENARIO_DEVICES_MAX];
	unsigned int nr_virtio_mem;
	struct nvdimm nvdimm[SCENARIO_DEVICES_MAX];
	unsigned int nr_nvdimm;
	struct soft_reserved soft_reserved[SCENARIO_DEVICES_MAX];
	unsigned int nr_soft_reserved;
	struct step steps[SCENARIO_STEPS_MAX];
	unsigned int nr_steps;
};

/*
 * Reads the scenario @name of the file @path. Returns 0, or a negative errno value
 * with @fault set.
 */
int scenario_read(const char *path, const char *name, struct scenario *scenario,
		  struct fault *fault);

/* Prints the names in the file, a line each. Returns as scenario_read(). */
int scenario_list(const char *path, struct fault *fault);

/* Prints what hotplug-vm needs for the scenario's machine, a word a line. */
void scenario_print_vm_options(const struct scenario *scenario);

/* The step in @text: as the words of hotplug-ask, if that does it. */
void step_describe(const struct step *step, char *text, size_t size);

#endif /* TESTS_GUEST_SCENARIO_H */
