// SPDX-License-Identifier: GPL-2.0
#include "../hotplug-vm/unit.h"

#include <errno.h>
#include <string.h>

#include "floor.h"
#include "stop.h"

#define MIB	(UINT64_C(1) << 20)
#define BLOCK	(128 * MIB)

static const struct device kernel_block = {
	.kind = DEVICE_BLOCKS, .size = BLOCK, .unit = BLOCK, .plugged = BLOCK,
};

static const struct device movable_block = {
	.kind = DEVICE_BLOCKS, .size = BLOCK, .unit = BLOCK, .plugged = BLOCK, .movable = true,
};

static const struct device dimm = {
	.kind = DEVICE_DIMM, .size = 8 * BLOCK, .unit = 8 * BLOCK, .plugged = 8 * BLOCK,
};

static const struct device virtio_mem = {
	.kind = DEVICE_VIRTIO_MEM, .size = 64 * BLOCK, .unit = 2 * MIB, .plugged = 32 * BLOCK,
};

/* With a floor of 256 MiB, and that much free, in MiB. */
static bool allows(uint64_t kernel, uint64_t movable, enum op_kind kind,
		   const struct device *device, uint64_t bytes)
{
	const struct op op = { .kind = kind, .bytes = bytes };
	struct floor_guard guard = {
		.bytes = 256 * MIB, .known = true,
		.now = { .kernel = kernel * MIB, .movable = movable * MIB },
	};

	return floor_allows(&guard, &op, device);
}

static void blocks(void **state)
{
	(void)state;
	/* One that is, or may be, in a kernel zone. */
	assert_true(allows(384, 0, OP_OFFLINE, &kernel_block, 0));
	assert_false(allows(383, 1000, OP_OFFLINE, &kernel_block, 0));
	/* One that is not: what it holds must fit somewhere. */
	assert_true(allows(256, 128, OP_OFFLINE, &movable_block, 0));
	assert_false(allows(256, 127, OP_OFFLINE, &movable_block, 0));
	assert_false(allows(255, 9999, OP_OFFLINE, &movable_block, 0));
	/* Back again is always good. */
	assert_true(allows(0, 0, OP_ONLINE, &kernel_block, 0));
	assert_true(allows(0, 0, OP_ONLINE_KERNEL, &kernel_block, 0));
	assert_true(allows(0, 0, OP_ONLINE_MOVABLE, &kernel_block, 0));
}

static void devices(void **state)
{
	(void)state;
	assert_true(allows(256, 1024, OP_UNPLUG, &dimm, 0));
	assert_false(allows(256, 1023, OP_UNPLUG, &dimm, 0));
	assert_false(allows(255, 4096, OP_UNPLUG, &dimm, 0));
	/* 1 GiB takes 16 MiB to describe. */
	assert_true(allows(272, 0, OP_PLUG, &dimm, 0));
	assert_false(allows(271, 9999, OP_PLUG, &dimm, 0));
	/* From 4 GiB to 8, to 2 and to nothing. */
	assert_true(allows(256 + 64, 0, OP_RESIZE, &virtio_mem, 64 * BLOCK));
	assert_false(allows(256 + 63, 9999, OP_RESIZE, &virtio_mem, 64 * BLOCK));
	assert_true(allows(256, 2048, OP_RESIZE, &virtio_mem, 16 * BLOCK));
	assert_false(allows(256, 2047, OP_RESIZE, &virtio_mem, 16 * BLOCK));
	assert_false(allows(256, 4095, OP_RESIZE, &virtio_mem, 0));
}

static void no_floor(void **state)
{
	const struct op op = { .kind = OP_UNPLUG };
	struct floor_guard guard = { .known = true };

	(void)state;
	assert_true(floor_allows(&guard, &op, &dimm));
}

static void looks_when_it_must(void **state)
{
	struct floor_guard guard = { .bytes = 1, .least_kernel = UINT64_MAX };
	const struct op online = { .kind = OP_ONLINE };
	const struct op offline = { .kind = OP_OFFLINE };
	struct sysroot root, nowhere;
	struct fault fault;

	(void)state;
	assert_int_equal(sysroot_open(&root, NULL, &fault), 0);
	assert_int_equal(sysroot_open(&nowhere, "/usr", &fault), 0);
	guard.root = &nowhere;
	assert_true(floor_allows(&guard, &online, &movable_block));
	assert_int_equal(guard.error, 0);
	assert_false(floor_allows(&guard, &offline, &movable_block));
	assert_int_equal(guard.error, -ENOENT);
	assert_true(strstr(guard.fault.text, "zoneinfo"));
	/* The next one is asked anew, and of this machine. */
	guard.root = &root;
	floor_forget(&guard);
	assert_true(floor_allows(&guard, &offline, &movable_block));
	assert_int_equal(guard.error, 0);
	assert_true(guard.least_kernel == guard.now.kernel);
	sysroot_close(&root);
	sysroot_close(&nowhere);
}

/* What was seen a moment ago suffices while it is plenty: "/usr" has no zoneinfo. */
static void plenty_is_not_read_again(void **state)
{
	const struct op offline = { .kind = OP_OFFLINE };
	struct floor_guard guard = {
		.bytes = 256 * MIB,
		.now = { .kernel = 1280 * MIB },
	};
	struct sysroot nowhere;
	struct fault fault;

	(void)state;
	assert_int_equal(sysroot_open(&nowhere, "/usr", &fault), 0);
	guard.root = &nowhere;
	/* Never seen. */
	assert_false(floor_allows(&guard, &offline, &kernel_block));
	floor_forget(&guard);
	/* Half of it is the floor and three blocks. */
	guard.looked_ns = stop_now_ns();
	assert_true(floor_allows(&guard, &offline, &kernel_block));
	floor_took(&guard, &offline, &kernel_block);
	floor_took(&guard, &offline, &kernel_block);
	guard.looked_ns = stop_now_ns();
	assert_true(floor_allows(&guard, &offline, &kernel_block));
	floor_took(&guard, &offline, &kernel_block);
	guard.looked_ns = stop_now_ns();
	assert_false(floor_allows(&guard, &offline, &kernel_block));
	assert_int_equal(guard.error, -ENOENT);
	/* Too long ago. */
	floor_forget(&guard);
	guard.taken = 0;
	guard.kernel_taken = 0;
	guard.looked_ns = stop_now_ns() - 200000000LL;
	assert_false(floor_allows(&guard, &offline, &kernel_block));
	sysroot_close(&nowhere);
}

static void the_default(void **state)
{
	struct sysroot root;
	struct fault fault;
	uint64_t bytes = 0;

	(void)state;
	assert_int_equal(sysroot_open(&root, NULL, &fault), 0);
	assert_int_equal(floor_default(&root, &bytes, &fault), 0);
	assert_in_range(bytes, 1, 256 * MIB);
	sysroot_close(&root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks),
		cmocka_unit_test(devices),
		cmocka_unit_test(no_floor),
		cmocka_unit_test(looks_when_it_must),
		cmocka_unit_test(plenty_is_not_read_again),
		cmocka_unit_test(the_default),
	};

	return RUN(tests);
}
