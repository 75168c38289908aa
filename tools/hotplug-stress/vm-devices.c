// SPDX-License-Identifier: GPL-2.0
#include "vm-devices.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"

static int check_multiple(const char *name, const char *what, uint64_t bytes,
			  uint64_t block_bytes, struct fault *fault)
{
	char block[UNITS_SIZE_MAX];

	if (bytes && bytes % block_bytes == 0)
		return 0;
	units_format_size(block_bytes, block);
	return fault_set(fault, EINVAL, "%s: its %s is no multiple of %s, a memory block",
			 name, what, block);
}

/* The next name that no device has, neither in the machine nor among ours. */
static void name_dimm(struct backend *backend, const struct vm_items *items,
		      unsigned int *number, char name[DEVICE_NAME_MAX])
{
	do {
		snprintf(name, DEVICE_NAME_MAX, "dimm%u", (*number)++);
	} while (vm_items_find(items, name) || backend_device(backend, name));
}

static int make_dimms(struct backend *backend, const struct device_spec *spec,
		      const struct vm_items *items, uint64_t block_bytes,
		      unsigned int *number, struct vm_place *places,
		      struct fault *fault)
{
	unsigned int i;
	int ret;

	for (i = 0; i < spec->count; i++) {
		struct device d = {
			.kind = DEVICE_DIMM, .node = spec->node,
			.size = spec->size, .unit = spec->size,
		};

		name_dimm(backend, items, number, d.name);
		ret = check_multiple(d.name, "size", d.size, block_bytes, fault);
		if (ret)
			return ret;
		places[backend->nr_devices].range = d.size;
		backend->devices[backend->nr_devices++] = d;
	}
	return 0;
}

static int make_virtio_mem(struct backend *backend, const struct device_spec *spec,
			   const struct vm_items *items, uint64_t block_bytes,
			   struct vm_place *place, struct fault *fault)
{
	const struct vm_item *item = vm_items_find(items, spec->name);
	struct device d = {
		.kind = DEVICE_VIRTIO_MEM, .unit = spec->unit ? spec->unit : block_bytes,
	};

	if (!item || item->kind != VM_ITEM_VIRTIO_MEM)
		return fault_set(fault, ENODEV, "%s: the machine has no such virtio-mem device",
				 spec->name);
	if (backend_device(backend, spec->name))
		return fault_set(fault, EINVAL, "%s: the device is given twice", spec->name);
	if (spec->size > item->max)
		return fault_set(fault, EINVAL, "%s: it can have %" PRIu64 " bytes only",
				 spec->name, item->max);
	d.size = spec->size ? spec->size : item->max;
	d.size -= d.size % d.unit;
	if (!d.size)
		return fault_set(fault, EINVAL, "%s: it is smaller than its unit",
				 spec->name);
	if (item->size > d.size)
		return fault_set(fault, EBUSY, "%s: it has more plugged already, %" PRIu64 " bytes",
				 spec->name, item->size);
	strcpy(d.name, spec->name);
	d.node = item->node;
	d.plugged = item->size;
	place->address = item->address;
	place->range = item->max;
	place->requested = item->requested;
	backend->devices[backend->nr_devices++] = d;
	return 0;
}

int vm_devices_make(struct backend *backend, const struct vm_items *items,
		    uint64_t block_bytes, struct vm_place **places,
		    struct fault *fault)
{
	unsigned int number = 0;
	size_t nr = 0, i;
	int ret = 0;

	for (i = 0; i < backend->nr_specs; i++)
		nr += backend->specs[i].kind == DEVICE_DIMM ? backend->specs[i].count : 1;
	backend->nr_devices = 0;
	backend->devices = calloc(nr + 1, sizeof(*backend->devices));
	*places = calloc(nr + 1, sizeof(**places));
	if (!backend->devices || !*places)
		ret = fault_nomem(fault);
	for (i = 0; !ret && i < backend->nr_specs; i++) {
		const struct device_spec *spec = &backend->specs[i];

		if (spec->kind == DEVICE_DIMM)
			ret = make_dimms(backend, spec, items, block_bytes, &number,
					 *places, fault);
		else
			ret = make_virtio_mem(backend, spec, items, block_bytes,
					      &(*places)[backend->nr_devices], fault);
	}
	if (ret) {
		free(backend->devices);
		free(*places);
		backend->devices = NULL;
		backend->nr_devices = 0;
		*places = NULL;
	}
	return ret;
}
