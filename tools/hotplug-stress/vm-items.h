/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory devices that a virtual machine has, as the host lists them.
 */
#ifndef HOTPLUG_STRESS_VM_ITEMS_H
#define HOTPLUG_STRESS_VM_ITEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "op.h"

struct json_object;

enum vm_item_kind {
	VM_ITEM_DIMM,
	VM_ITEM_VIRTIO_MEM,
	VM_ITEM_OTHER		/* only its id matters */
};

/* Sizes and the address, where it begins in the guest, in bytes. */
struct vm_item {
	enum vm_item_kind kind;
	char id[DEVICE_NAME_MAX];
	int node;
	uint64_t size;		/* of a virtio-mem device: what is plugged of it */
	uint64_t requested;	/* virtio-mem only */
	uint64_t max;
	uint64_t address;
	bool leaving;		/* it was asked to go, as far as can be known */
};

struct vm_items {
	struct vm_item *list;
	size_t nr;
};

/*
 * Take an answer apart: that of "hotplug-ask query --json", and what QEMU's
 * query-memory-devices returns. Devices without an id, or with one that is too long for
 * a device of ours, are left out: nobody can ask for them. Return 0, or a negative
 * errno value with @fault set for what is no such answer. @source is who gave it, for
 * the message. Free with vm_items_free().
 */
int vm_items_from_ask(const char *text, struct vm_items *items,
		      const char *source, struct fault *fault);
int vm_items_from_qmp(struct json_object *result, struct vm_items *items,
		      const char *source, struct fault *fault);
void vm_items_free(struct vm_items *items);

/* The device of that id, or NULL. */
const struct vm_item *vm_items_find(const struct vm_items *items, const char *id);

#endif /* HOTPLUG_STRESS_VM_ITEMS_H */
