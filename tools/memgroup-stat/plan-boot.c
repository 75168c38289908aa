// SPDX-License-Identifier: GPL-2.0
/*
 * Where the boot memory of a PC is.
 */
#include <errno.h>
#include <inttypes.h>

#include "plan.h"

#define MIB(n)	((uint64_t)(n) << 20)
#define GIB(n)	((uint64_t)(n) << 30)

/* QEMU's q35: the hole for devices below 4 GiB grows once memory would reach into it. */
#define LOW_MOST	(GIB(2) + MIB(768))
#define LOW_SPLIT	GIB(2)
#define HIGH_START	GIB(4)
#define DMA_END		MIB(16)

/* A part of a node that has no hole in it, cut where the zones change. */
static int add_part(struct plan *plan, int node, uint64_t start, uint64_t end,
		    struct fault *fault)
{
	const uint64_t block = plan_config(plan)->block_bytes;
	int ret;

	while (start < end) {
		struct plan_range range = { .node = node, .first = start / block };
		uint64_t stop = end;

		if (start >= HIGH_START) {
			range.zone = PLAN_NORMAL;
		} else if (start >= DMA_END) {
			range.zone = PLAN_DMA32;
		} else {
			range.zone = block > DMA_END ? PLAN_SEVERAL : PLAN_DMA;
			if (stop > start + (block > DMA_END ? block : DMA_END))
				stop = start + (block > DMA_END ? block : DMA_END);
		}
		range.last = (stop - 1) / block;
		ret = plan_add_range(plan, &range, fault);
		if (ret)
			return ret;
		start = stop;
	}
	return 0;
}

int plan_boot_pc(struct plan *plan, const uint64_t *node_bytes, size_t nr_nodes,
		 uint64_t reserved_bytes, struct fault *fault)
{
	const uint64_t block = plan_config(plan)->block_bytes;
	uint64_t total = 0, low, at = 0, reserved = reserved_bytes;
	size_t node;
	int ret;

	for (node = 0; node < nr_nodes; node++) {
		if (node_bytes[node] % block)
			return fault_set(fault, EINVAL, "boot memory of node %zu: %" PRIu64
					 " bytes are not whole memory blocks of %" PRIu64,
					 node, node_bytes[node], block);
		if (__builtin_add_overflow(total, node_bytes[node], &total) ||
		    total > PLAN_BYTES_MAX - HIGH_START)
			return fault_set(fault, ERANGE, "boot memory ends above 128 PiB");
	}
	low = total >= LOW_MOST ? LOW_SPLIT : total;

	for (node = 0; node < nr_nodes; node++) {
		const uint64_t size = node_bytes[node];
		uint64_t below = at < low ? low - at : 0;
		struct plan_memory memory = { .early_kernel = size };

		if (below > size)
			below = size;
		ret = add_part(plan, (int)node, at, at + below, fault);
		if (!ret && size > below)
			ret = add_part(plan, (int)node, at + below - low + HIGH_START,
				       at + size - low + HIGH_START, fault);
		if (ret)
			return ret;
		at += size;

		/* The firmware keeps it of the first memory that there is. */
		if (size) {
			const uint64_t kept = reserved < size ? reserved : size;

			memory.early_kernel -= kept;
			reserved -= kept;
		}
		ret = plan_add_memory(plan, (int)node, &memory, fault);
		if (ret)
			return ret;
	}
	return 0;
}
