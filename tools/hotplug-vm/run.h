/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_VM_RUN_H
#define HOTPLUG_VM_RUN_H

#include <stdbool.h>

#include "console.h"
#include "modules.h"
#include "options.h"

/* A run: everything is resolved and checked. */
struct run_request {
	const struct lab_options *options;
	bool kvm;
	bool probe;		/* only see whether the guest's init is reached */
	const char *kernel;
	const char *project;	/* NULL for a probe */
	const char *results;	/* NULL: a temporary folder */
	const char *root;	/* the image of a system to boot, or NULL */
	const char *init;	/* the program for the guest */
	const char *ask;	/* the program for the guest, or NULL */
	const struct modules *modules;	/* for the guest to load first */
	int console_log;	/* descriptor, or -1 */
	int monitor;		/* likewise, a listening socket */
};

enum run_end {
	RUN_CODE,	/* the command ended, .number is its exit code */
	RUN_KILLED,	/* the command was ended by signal .number */
	RUN_LAB_FAILED,
	RUN_TIME_LIMIT,
	RUN_HANG,
	RUN_PANIC,
	RUN_SPLAT,
	RUN_SIGNAL,	/* hotplug-vm was, by signal .number */
};

struct run_result {
	enum run_end end;
	int number;
	bool init_reached;
	bool ask_console;		/* the console may tell more about a lab failure */
	char why[512];			/* in words, unless the command just ended */
	struct console console;		/* what the guest's kernel said */
};

/*
 * Boot the guest, carry everything in both directions until it ends, and leave nothing
 * behind: no process, no folder, no changed terminal. Messages of the lab's own
 * failures go to @result->why.
 */
void run(const struct run_request *request, struct run_result *result);

#endif
