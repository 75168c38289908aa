// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "devices.h"
#include "stop.h"

static const struct backend_ops *const all_ops[DEVICES_BACKENDS] = {
	&backend_blocks, &backend_sim, &backend_vm,
};

static size_t backend_of(enum device_kind kind)
{
	switch (kind) {
	case DEVICE_BLOCKS:
		return 0;
	case DEVICE_SIM_STATIC:
	case DEVICE_SIM_DYNAMIC:
		return 1;
	default:
		return 2;
	}
}

static void sort_specs(struct devices *devices, const struct options *options)
{
	size_t i;

	for (i = 0; i < DEVICES_BACKENDS; i++) {
		devices->backends[i].ops = all_ops[i];
		devices->backends[i].specs = devices->specs[i];
		devices->backends[i].qmp = options->qmp;
	}
	for (i = 0; i < options->nr_devices; i++) {
		const size_t b = backend_of(options->devices[i].kind);
		const size_t n = devices->backends[b].nr_specs++;

		devices->specs[b][n] = options->devices[i];
	}
}

/* What the plan divides by, and the checker counts in. */
static int check_device(const struct device *device, struct fault *fault)
{
	if (device->unit && device->size && !(device->size % device->unit))
		return 0;
	return fault_set(fault, EINVAL,
			 "%s: its size is no multiple of the unit in which it changes",
			 device->name);
}

static int list_devices(struct devices *devices, struct fault *fault)
{
	size_t i, j, nr = 0;
	int ret;

	for (i = 0; i < DEVICES_BACKENDS; i++)
		nr += devices->backends[i].nr_devices;
	devices->list = calloc(nr + 1, sizeof(struct device *));
	devices->owners = calloc(nr + 1, sizeof(struct backend *));
	if (!devices->list || !devices->owners)
		return fault_nomem(fault);
	for (i = 0; i < DEVICES_BACKENDS; i++) {
		for (j = 0; j < devices->backends[i].nr_devices; j++) {
			ret = check_device(&devices->backends[i].devices[j],
					   fault);
			if (ret)
				return ret;
			devices->list[devices->nr] =
				&devices->backends[i].devices[j];
			devices->owners[devices->nr++] = &devices->backends[i];
		}
	}
	return 0;
}

int devices_sweep(const struct options *options, struct fault *fault)
{
	bool swept[DEVICES_BACKENDS] = { 0 };
	int ret = 0;
	size_t i;

	for (i = 0; i < options->nr_devices && !ret; i++) {
		const size_t b = backend_of(options->devices[i].kind);

		if (!swept[b] && all_ops[b]->sweep)
			ret = all_ops[b]->sweep(fault);
		swept[b] = true;
	}
	return ret;
}

int devices_open(struct devices *devices, const struct options *options,
		 struct fault *fault)
{
	struct fault other;
	size_t i;
	int ret = 0;

	*devices = (struct devices){};
	sort_specs(devices, options);
	for (i = 0; i < DEVICES_BACKENDS && !ret; i++) {
		struct backend *backend = &devices->backends[i];

		if (!backend->nr_specs)
			continue;
		ret = backend->ops->open(backend, fault);
		devices->open[i] = !ret;
	}
	if (!ret)
		ret = list_devices(devices, fault);
	if (ret) {
		devices_restore(devices, &other);
		devices_close(devices);
	}
	return ret;
}

int devices_carry_out(struct devices *devices, size_t index,
		      struct worker *worker, const struct op *op,
		      unsigned int timeout_ms, struct outcome *outcome,
		      struct fault *fault)
{
	struct backend *owner = devices->owners[index];

	return owner->ops->carry_out(owner, worker, op, timeout_ms, outcome,
				     fault);
}

int devices_restore(struct devices *devices, struct fault *fault)
{
	struct fault other;
	int first = 0, ret;
	size_t i;

	/* Whoever is impatient: it is done to the end. */
	stop_hold(true);
	for (i = DEVICES_BACKENDS; i-- > 0;) {
		struct backend *backend = &devices->backends[i];

		if (!devices->open[i])
			continue;
		ret = backend->ops->restore(backend, first ? &other : fault);
		if (!first)
			first = ret;
	}
	stop_hold(false);
	return first;
}

void devices_close(struct devices *devices)
{
	size_t i;

	for (i = 0; i < DEVICES_BACKENDS; i++)
		if (devices->open[i])
			devices->backends[i].ops->close(&devices->backends[i]);
	free(devices->list);
	free(devices->owners);
	*devices = (struct devices){};
}
