/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which memory devices of a virtual machine a run uses.
 */
#ifndef HOTPLUG_STRESS_VM_DEVICES_H
#define HOTPLUG_STRESS_VM_DEVICES_H

#include "backend.h"
#include "vm-items.h"

/*
 * What was there at the beginning, or is where; addresses and sizes in bytes. Of a DIMM
 * the address is known while it is plugged.
 */
struct vm_place {
	uint64_t address;
	uint64_t range;		/* how far its memory can reach */
	uint64_t requested;	/* of a virtio-mem device, at the beginning */
	bool uncertain;		/* time was over before the last operation was */
};

/*
 * Makes the devices of @backend->specs out of what the machine has: free slots for
 * DIMMs, named dimm0, dimm1, …, as far as there is no such device yet, and virtio-mem
 * devices, which must exist. @block_bytes is how much of those comes and goes where the
 * user did not say. @places has as many entries as @backend->devices. Returns 0, or a
 * negative errno value with @fault set. Free both with free(3).
 */
int vm_devices_make(struct backend *backend, const struct vm_items *items,
		    uint64_t block_bytes, struct vm_place **places,
		    struct fault *fault);

#endif /* HOTPLUG_STRESS_VM_DEVICES_H */
