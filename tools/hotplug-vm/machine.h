/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_VM_MACHINE_H
#define HOTPLUG_VM_MACHINE_H

#include <stdbool.h>
#include <stddef.h>

#include "options.h"

#define MACHINE_QEMU	"qemu-system-x86_64"

/* The sockets between hotplug-vm and QEMU, by what they carry. */
enum machine_wire {
	WIRE_QMP,
	WIRE_CONSOLE,
	WIRE_CONTROL,
	WIRE_STDOUT,
	WIRE_STDERR,
	WIRE_STDIN,
	WIRE_ASK,
	WIRES
};

/* What to build the machine from; paths are absolute and resolved. */
struct machine {
	const struct lab_options *options;
	bool kvm;
	const char *kernel;
	const char *initramfs;
	const char *project;	/* NULL: no shares, a guest that only proves it boots */
	const char *results;
	const char *root;	/* an image to be the guest's disk, or NULL */
	int monitor;		/* a listening socket, or -1 */
	int wire[WIRES];	/* QEMU's ends, inherited by it */
};

/*
 * Make QEMU's argument vector.
 * Returns a NULL-terminated array for machine_argv_free(), or NULL without memory.
 */
char **machine_argv(const struct machine *m);
void machine_argv_free(char **argv);

#endif
