/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_VM_OPTIONS_H
#define HOTPLUG_VM_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "console.h"
#include "proto.h"

#define LAB_MAX_NODES		8
#define LAB_MAX_VIRTIO_MEM	16
#define LAB_MAX_NVDIMMS		16
#define LAB_MAX_SLOTS		256		/* as many as the machine's ACPI tables hold */
#define LAB_MAX_CPUS		64
#define LAB_MAX_MEMORY		(512ULL << 30)	/* the emulated CPU has 40 address bits */
#define LAB_MEMORY_ALIGN	(2ULL << 20)	/* of every boot and maximum size */
#define LAB_DIMM_ALIGN		(128ULL << 20)	/* a memory block of the guest */
#define LAB_APPEND_LEN		1600		/* of 2047 bytes the x86 kernel takes */

enum lab_accel { ACCEL_AUTO, ACCEL_KVM, ACCEL_TCG };

/* A virtio-mem device the guest boots with. Sizes in bytes. */
struct lab_virtio_mem {
	char id[LAB_ID_LEN + 1];
	uint64_t max;
	uint64_t requested;
	uint64_t block;
	unsigned int node;
};

/* A DIMM or an emulated NVDIMM, which the guest boots with. Size in bytes. */
struct lab_dimm {
	char id[LAB_ID_LEN + 1];	/* of DIMMs: d0, d1, ... in their order */
	uint64_t size;
	unsigned int node;
};

/*
 * What the command line asks for. Strings point into argv, or are NULL when the
 * option was not given. Sizes in bytes, times in seconds (0: no limit).
 */
struct lab_options {
	const char *kernel;
	char append[LAB_APPEND_LEN + 1]; /* empty when it was not given */
	const char *project;
	const char *results;
	const char *console;
	const char *qmp;		/* where a second monitor listens */
	const char *modules;		/* the folder of the kernel's modules */
	const char *root;		/* the image of a system to boot */
	const char *before_boot;	/* a shell command for its root */
	const char *ignore_splat[CONSOLE_IGNORED];
	unsigned int ignore_splats;
	uint64_t memory;		/* all boot memory */
	uint64_t max_memory;
	uint64_t node[LAB_MAX_NODES];	/* boot memory of each node */
	unsigned int nodes;		/* at least 1 */
	struct lab_virtio_mem virtio_mem[LAB_MAX_VIRTIO_MEM];
	unsigned int virtio_mems;
	struct lab_dimm nvdimm[LAB_MAX_NVDIMMS];
	unsigned int nvdimms;
	struct lab_dimm dimm[LAB_MAX_SLOTS];
	unsigned int dimms;
	unsigned int slots;
	unsigned int cpus;
	unsigned int time_limit;
	unsigned int boot_limit;	/* 0: chosen for the accelerator */
	unsigned int hang_limit;	/* 0: chosen for the accelerator */
	enum lab_accel accel;
	bool icount;			/* the guest's clock counts instructions */
	bool shell;
	bool verbose;
	char **command;			/* NULL-terminated; empty with --shell */
};

enum options_result { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_VERSION, OPTIONS_BAD };

/*
 * Read the command line into @o and check everything that can be checked without
 * looking at the host. On OPTIONS_BAD @error (of @size bytes) says which option
 * is wrong, and why.
 */
enum options_result options_parse(int argc, char **argv, struct lab_options *o,
				  char *error, size_t size);

void options_help(FILE *to);

#endif
