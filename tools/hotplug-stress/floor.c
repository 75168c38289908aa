// SPDX-License-Identifier: GPL-2.0

#include <inttypes.h>

#include "floor.h"
#include "stop.h"
#include "zoneinfo.h"

#define DEFAULT_MAX	(UINT64_C(256) << 20)

/* For so long it is a hint what was seen. */
#define HINT_NS		100000000LL

/* The kernel describes 4 KiB with 64 bytes of its own. */
#define MEMMAP_PART	64

int floor_default(struct sysroot *root, uint64_t *bytes, struct fault *fault)
{
	uint64_t total;
	int ret;

	ret = meminfo_total(root, &total, fault);
	if (ret)
		return ret;
	*bytes = total / 20 < DEFAULT_MAX ? total / 20 : DEFAULT_MAX;
	return 0;
}

void floor_forget(struct floor_guard *guard)
{
	guard->known = false;
	guard->error = 0;
}

int floor_look(struct floor_guard *guard)
{
	if (guard->known)
		return guard->error;
	guard->known = true;
	guard->error = headroom_read(guard->root, &guard->now, &guard->fault);
	guard->looked_ns = guard->error ? 0 : stop_now_ns();
	guard->taken = 0;
	guard->kernel_taken = 0;
	if (!guard->error && guard->now.kernel < guard->least_kernel)
		guard->least_kernel = guard->now.kernel;
	return guard->error;
}

/*
 * How much @op would take away, and how much of that for certain or possibly from
 * kernel zones. Of a device, that part is not known, and hotplugged kernel memory is
 * the last to go; that the boot memory remains must do.
 */
static void taken_by(const struct op *op, const struct device *device,
		     uint64_t *all, uint64_t *kernel)
{
	uint64_t grown = 0;

	*all = 0;
	switch (op->kind) {
	case OP_OFFLINE:
	case OP_UNPLUG:
		*all = device->plugged;
		break;
	case OP_PLUG:
		grown = device->size;
		break;
	case OP_RESIZE:
		if (op->bytes > device->plugged)
			grown = op->bytes - device->plugged;
		else
			*all = device->plugged - op->bytes;
		break;
	default:
		break;
	}
	*kernel = grown / MEMMAP_PART;
	if (op->kind == OP_OFFLINE && !device->movable)
		*kernel = *all;
}

void floor_took(struct floor_guard *guard, const struct op *op,
		const struct device *device)
{
	uint64_t all, kernel;

	taken_by(op, device, &all, &kernel);
	guard->taken += all;
	guard->kernel_taken += kernel;
}

/*
 * Was there so much a moment ago that it need not be read again? Twice of what all
 * operations since then and this one may leave: other programs want memory as well.
 */
static bool is_plenty(const struct floor_guard *guard, uint64_t all, uint64_t kernel)
{
	if (!guard->looked_ns || stop_now_ns() - guard->looked_ns > HINT_NS)
		return false;
	all += guard->taken + guard->bytes;
	kernel += guard->kernel_taken + guard->bytes;
	return guard->now.kernel / 2 >= kernel &&
	       (guard->now.kernel + guard->now.movable) / 2 >= all;
}

bool floor_allows(struct floor_guard *guard, const struct op *op,
		  const struct device *device)
{
	uint64_t all, kernel, free;

	taken_by(op, device, &all, &kernel);
	/* Online again: that only helps. */
	if (!guard->bytes || (!all && !kernel))
		return true;
	if (!guard->known && is_plenty(guard, all, kernel))
		return true;
	if (floor_look(guard))
		return false;
	free = guard->now.kernel + guard->now.movable;
	return guard->now.kernel >= kernel &&
	       guard->now.kernel - kernel >= guard->bytes &&
	       free >= all && free - all >= guard->bytes;
}
