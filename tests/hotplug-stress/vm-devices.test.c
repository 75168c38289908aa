// SPDX-License-Identifier: GPL-2.0
/* What devices a run has, from what was asked for and what the machine has. */
#include "../hotplug-vm/unit.h"

#include <errno.h>
#include <string.h>

#include "spec.h"
#include "vm-devices.h"

#define MIB(n)	((uint64_t)(n) << 20)
#define GIB(n)	((uint64_t)(n) << 30)

static struct vm_item machine_list[] = {
	{ .kind = VM_ITEM_DIMM, .id = "dimm1", .size = GIB(1), .max = GIB(1) },
	{ .kind = VM_ITEM_OTHER, .id = "dimm2" },
	{ .kind = VM_ITEM_VIRTIO_MEM, .id = "v0", .node = 1, .size = MIB(256),
	  .requested = MIB(512), .max = MIB(1100), .address = GIB(5) },
	{ .kind = VM_ITEM_VIRTIO_MEM, .id = "tiny", .max = MIB(64) },
};

static const struct vm_items machine = { machine_list, COUNT(machine_list) };
static struct device_spec specs[4];
static struct backend backend;
static struct vm_place *places;
static struct fault fault;

/* Up to three devices as they are written on a command line. */
static int make(const char *first, const char *second, const char *third)
{
	const char *const texts[] = { first, second, third };
	size_t i;

	backend = (struct backend){ .specs = specs };
	for (i = 0; i < COUNT(texts) && texts[i]; i++)
		assert_int_equal(spec_parse(texts[i], &specs[i], &fault), 0);
	backend.nr_specs = i;
	return vm_devices_make(&backend, &machine, MIB(128), &places, &fault);
}

static void done(void)
{
	free(backend.devices);
	free(places);
}

static void slots_have_names_of_their_own(void **state)
{
	(void)state;
	assert_int_equal(make("dimm,size=1G,count=2", "dimm,size=2G,node=3", NULL), 0);
	assert_int_equal(backend.nr_devices, 3);
	assert_string_equal(backend.devices[0].name, "dimm0");
	/* There are a dimm1 and a dimm2 already. */
	assert_string_equal(backend.devices[1].name, "dimm3");
	assert_string_equal(backend.devices[2].name, "dimm4");
	assert_int_equal(backend.devices[2].kind, DEVICE_DIMM);
	assert_int_equal(backend.devices[2].node, 3);
	assert_true(backend.devices[2].size == GIB(2));
	assert_true(backend.devices[2].unit == GIB(2));
	assert_true(backend.devices[2].plugged == 0);
	assert_true(places[2].range == GIB(2));
	done();
}

static void a_virtio_mem_device_is_what_it_is(void **state)
{
	(void)state;
	assert_int_equal(make("dimm,size=1G", "virtio-mem,name=v0", NULL), 0);
	assert_int_equal(backend.nr_devices, 2);
	assert_string_equal(backend.devices[1].name, "v0");
	assert_int_equal(backend.devices[1].kind, DEVICE_VIRTIO_MEM);
	assert_int_equal(backend.devices[1].node, 1);
	/* Whole blocks of it. */
	assert_true(backend.devices[1].size == MIB(1024));
	assert_true(backend.devices[1].unit == MIB(128));
	assert_true(backend.devices[1].plugged == MIB(256));
	assert_true(places[1].address == GIB(5));
	assert_true(places[1].range == MIB(1100));
	assert_true(places[1].requested == MIB(512));
	done();
	assert_int_equal(make("virtio-mem,name=v0,size=512M", NULL, NULL), 0);
	assert_true(backend.devices[0].size == MIB(512));
	done();
}

static void refusals(void **state)
{
	static const struct {
		const char *first, *second;
		int error;
		const char *says;
	} t[] = {
		{ "dimm,size=100M", NULL, EINVAL, "dimm0: its size is no multiple of 128M" },
		{ "virtio-mem,name=v1", NULL, ENODEV, "v1: " },
		{ "virtio-mem,name=dimm1", NULL, ENODEV, "dimm1: " },
		{ "virtio-mem,name=v0", "virtio-mem,name=v0", EINVAL,
		  "v0: the device is given twice" },
		{ "virtio-mem,name=v0,size=2G", NULL, EINVAL, "v0: it can have 1153433600 bytes" },
		{ "virtio-mem,name=v0,size=128M", NULL, EBUSY, "v0: it has more plugged" },
		{ "virtio-mem,name=tiny", NULL, EINVAL, "tiny: it is smaller than its unit" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++) {
		const int ret = make(t[i].first, t[i].second, NULL);

		if (ret != -t[i].error || !strstr(fault.text, t[i].says))
			fail_msg("%s gave %d, '%s'", t[i].first, ret, fault.text);
		assert_null(backend.devices);
		assert_null(places);
		assert_int_equal(backend.nr_devices, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slots_have_names_of_their_own),
		cmocka_unit_test(a_virtio_mem_device_is_what_it_is),
		cmocka_unit_test(refusals),
	};

	return RUN(tests);
}
