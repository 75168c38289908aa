/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ways to move memory, all with the same operations.
 */
#ifndef HOTPLUG_STRESS_BACKEND_H
#define HOTPLUG_STRESS_BACKEND_H

#include "fault.h"
#include "op.h"
#include "worker.h"

struct backend;

/*
 * @sweep: put away what a run left that was killed before it had a guard. NULL where
 *	nothing can be left.
 * @open: look at what is there, remember it, and prepare; changes nothing that
 *	@restore does not take back. Fills in @backend->devices.
 * @carry_out: do it, retrying as it sees fit within @timeout_ms (0 is none), and
 *	wait until sysfs shows the result. Updates the device's plugged bytes.
 *	Returns 0 with @outcome filled in, or a negative errno value with @fault set
 *	if it cannot be known what came of it, which ends the run.
 * @restore: make everything as it was at @open, whatever happened since: also called
 *	in another process than the one that did the operations, after that one died.
 *	Tries all of it, and returns 0, or the first error with @fault set.
 * @close: free what @open took; never fails.
 */
struct backend_ops {
	const char *name;
	int (*sweep)(struct fault *fault);
	int (*open)(struct backend *backend, struct fault *fault);
	int (*carry_out)(struct backend *backend, struct worker *worker,
			 const struct op *op, unsigned int timeout_ms,
			 struct outcome *outcome, struct fault *fault);
	int (*restore)(struct backend *backend, struct fault *fault);
	void (*close)(struct backend *backend);
};

/* One backend at work. The caller fills in @specs. */
struct backend {
	const struct backend_ops *ops;
	const struct device_spec *specs;	/* those of its kinds */
	size_t nr_specs;
	const char *qmp;		/* vm: the socket, or NULL for hotplug-ask */
	struct device *devices;
	size_t nr_devices;
	void *state;			/* the backend's own */
};

/* --device KIND[,name=…][,size=…][,unit=…][,node=…][,count=…][,first=…][,last=…] */
struct device_spec {
	enum device_kind kind;
	char name[DEVICE_NAME_MAX];	/* "" for one that the backend chooses */
	uint64_t size;			/* 0 for what the device says */
	uint64_t unit;
	int node;
	unsigned int count;
	/* blocks: numbers, both included; without a range, @last is UINT64_MAX */
	uint64_t first, last;
};

extern const struct backend_ops backend_blocks;
extern const struct backend_ops backend_sim;
extern const struct backend_ops backend_vm;

/* The device of that name, or NULL. */
struct device *backend_device(struct backend *backend, const char *name);

#endif /* HOTPLUG_STRESS_BACKEND_H */
