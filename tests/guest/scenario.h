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
 *   virtio_mem  devices: {id, max_gib, node (default 0)}
 *   ops         steps: ["dimm", MiB, node], ["remove", DIMM id, 0] or
 *               ["resize", virtio-mem id, total MiB]
 *   layouts     after each step, runs of [first block, last block, state, zone]
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

enum op { OP_DIMM, OP_REMOVE, OP_RESIZE };

struct step {
	enum op op;
	char device[17];		/* empty for OP_DIMM */
	unsigned long mib;
	int node;
	struct layout layout;		/* expected afterwards */
};

struct virtio_mem {
	char id[17];
	unsigned int max_gib;
	int node;
};

struct scenario {
	char name[64];
	char about[256];
	unsigned long node_mib[SCENARIO_NODES_MAX];
	unsigned int nr_nodes;
	unsigned int ratio;
	bool numa_aware;
	bool memmap_on_memory;
	struct virtio_mem virtio_mem[SCENARIO_DEVICES_MAX];
	unsigned int nr_virtio_mem;
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

/* The step as the words of hotplug-ask, in @text. */
void step_describe(const struct step *step, char *text, size_t size);

#endif /* TESTS_GUEST_SCENARIO_H */
