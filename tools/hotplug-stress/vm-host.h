/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who gives a virtual machine its memory, and how one asks for it: from inside the
 * guest through hotplug-ask, or on the host through a QMP socket.
 */
#ifndef HOTPLUG_STRESS_VM_HOST_H
#define HOTPLUG_STRESS_VM_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "fault.h"
#include "op.h"
#include "vm-items.h"
#include "vm-deadline.h"
#include "worker.h"

/*
 * What the host or the guest said to a wish: 0 when it was fulfilled, or a positive
 * errno value with the reason in words: EBUSY, the guest does not give the memory up;
 * EREMOTEIO, the host refused; EIO, the guest could not use it; ETIMEDOUT.
 */
struct vm_answer {
	int error;
	char why[96];
};

struct vm_host {
	const struct vm_host_ops *ops;
	struct worker *worker;	/* for the call; of no use to QMP */
	const char *socket;	/* QMP only */
	unsigned int patience_ms;	/* how long QEMU may take to answer; QMP only */
	void *state;		/* of the way to ask */
};

/*
 * All return 0, or a negative errno value with @fault set if nothing is known of what
 * happened; -EINTR when the run shall end. @until is a time of stop_now_ns(), or
 * DEADLINE_NONE.
 *
 * @connect: also once more, in another process, whatever became of the last connection.
 * @add_dimm: returns when the guest has been told; over QMP, when it has answered. An
 *	answer other than EREMOTEIO leaves the DIMM there.
 * @remove_dimm: waits until it is gone, or the guest refuses. What is not there, or
 *	only in parts, goes without an error.
 * @resize: of a virtio-mem device; waits until it has so many bytes.
 */
struct vm_host_ops {
	bool in_guest;		/* this program runs in the guest that it asks for */
	int (*connect)(struct vm_host *host, struct fault *fault);
	int (*query)(struct vm_host *host, struct vm_items *items,
		     struct fault *fault);
	int (*add_dimm)(struct vm_host *host, const struct device *dimm,
			long long until, struct vm_answer *answer, struct fault *fault);
	int (*remove_dimm)(struct vm_host *host, const char *id, long long until,
			   struct vm_answer *answer, struct fault *fault);
	int (*resize)(struct vm_host *host, const char *id, uint64_t bytes,
		      long long until, struct vm_answer *answer, struct fault *fault);
	void (*close)(struct vm_host *host);
};

extern const struct vm_host_ops vm_host_ask;
extern const struct vm_host_ops vm_host_qmp;

#endif /* HOTPLUG_STRESS_VM_HOST_H */
