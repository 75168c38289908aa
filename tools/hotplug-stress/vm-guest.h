/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the guest that this program runs in has made of its memory devices: the memory
 * blocks of their address ranges, in sysfs.
 */
#ifndef HOTPLUG_STRESS_VM_GUEST_H
#define HOTPLUG_STRESS_VM_GUEST_H

#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "sysroot.h"

enum vm_block {
	VM_BLOCK_ABSENT,
	VM_BLOCK_OFFLINE,
	VM_BLOCK_ONLINE,
	VM_BLOCK_CHANGING	/* it is being taken offline */
};

/* The blocks of a range, from block number @first on. */
struct vm_view {
	uint64_t first;
	size_t nr;
	unsigned char *blocks;	/* enum vm_block each */
	size_t present;
};

struct vm_guest {
	struct sysroot root;
	struct sysroot memory;		/* the folder of the blocks */
	uint64_t block_bytes;
};

/*
 * Opens the sysfs below @dir, NULL for "/", and sees how large a block is. Returns 0,
 * or a negative errno value with @fault set. End with vm_guest_close().
 */
int vm_guest_open(struct vm_guest *guest, const char *dir, struct fault *fault);
void vm_guest_close(struct vm_guest *guest);

/*
 * Looks at the blocks of a range, addresses and sizes in bytes. Returns 0, or a
 * negative errno value with @fault set. Free with vm_view_free().
 */
int vm_guest_look(struct vm_guest *guest, uint64_t address, uint64_t bytes,
		  struct vm_view *view, struct fault *fault);
void vm_view_free(struct vm_view *view);

/*
 * What keeps the memory of a range from going: "block 52: slab 312 pages"; of the block
 * that is being taken offline in vain, or else of the one that has most of what stays. "" if
 * nothing can be seen.
 */
void vm_guest_blocker(struct vm_guest *guest, uint64_t address, uint64_t bytes,
		      char *text, size_t size);

/*
 * Waits until the blocks of the range of @before, which was looked at before anything
 * happened, hold @bytes, and each is in the state that it is going to have. Returns 0
 * with *@offline one that came and did not go online although it should have, or
 * UINT64_MAX; -ETIMEDOUT when it is @until before that; -EINTR; or another negative
 * errno value; with @fault set.
 */
int vm_guest_settle(struct vm_guest *guest, const struct vm_view *before,
		    uint64_t bytes, long long until, uint64_t *offline,
		    struct fault *fault);

#endif /* HOTPLUG_STRESS_VM_GUEST_H */
