// SPDX-License-Identifier: GPL-2.0
/*
 * Which devices hotplugged memory is of.
 *
 * A driver that manages the memory it adds says so in /proc/iomem, below the region
 * of its device: "virtio0", in that "System RAM (virtio_mem)". ACPI does not: a DIMM
 * is plain System RAM, one range for each, added behind the firmware's own.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grow.h"
#include "iomem.h"
#include "stock.h"
#include "units.h"

#define VIRTIO_MEM	"sys/bus/virtio/drivers/virtio_mem"
#define KMEM		"sys/bus/dax/drivers/kmem"
#define DAX		"sys/bus/dax/devices"
#define ACPI		"sys/bus/acpi/devices"
#define DIMM		"PNP0C80:"

/* Of _STA: it is there, and it works. */
#define ACPI_PRESENT	0x1
#define ACPI_WORKS	0x8

#define DRIVER_MAX	64

/* What is known of a driver that adds memory. */
struct driver {
	const char *name;	/* as iomem has it */
	const char *device;	/* its devices' names begin so; a number follows */
	const char *type;	/* of the groups that it makes */
	const char *folder;	/* where its devices are listed */
	const char *from_iomem, *from_folder;
};

static const struct driver drivers[] = {
	{ "virtio_mem", "virtio", "dynamic", VIRTIO_MEM,
	  "iomem: virtio_mem", "driver virtio_mem" },
	{ "kmem", "dax", "static", KMEM, "iomem: kmem", "driver kmem" },
};

#define NR_DRIVERS (sizeof(drivers) / sizeof(*drivers))

/* In the order of their numbers, once sorted. */
struct names {
	char **list;
	size_t nr;
};

struct finder {
	struct owned_ranges *owned;
	struct model *model;
	struct sysroot *root;
	struct fault *fault;
	struct names devices;	/* of a driver */
	struct names dimms;	/* those that are plugged in */
};

static const struct driver *find_driver(const char *name)
{
	size_t i;

	for (i = 0; i < NR_DRIVERS; i++)
		if (!strcmp(drivers[i].name, name))
			return &drivers[i];
	return NULL;
}

static int add_name(struct names *names, const char *name, struct fault *fault)
{
	char **list = grow(names->list, names->nr, sizeof(*list));

	if (!list)
		return fault_nomem(fault);
	names->list = list;
	list[names->nr] = strdup(name);
	return list[names->nr++] ? 0 : fault_nomem(fault);
}

/* Hexadecimal numbers of DIMMs have two digits or more: longer is larger there, too. */
static int by_name(const void *a, const void *b)
{
	const char *left = *(char *const *)a, *right = *(char *const *)b;
	const size_t left_len = strlen(left), right_len = strlen(right);

	if (left_len != right_len)
		return left_len < right_len ? -1 : 1;
	return strcmp(left, right);
}

static void sort_names(struct names *names)
{
	if (names->nr)
		qsort(names->list, names->nr, sizeof(*names->list), by_name);
}

static void free_names(struct names *names)
{
	while (names->nr)
		free(names->list[--names->nr]);
	free(names->list);
	*names = (struct names){ 0 };
}

static int add_owned(struct finder *finder, uint64_t start, uint64_t end,
		     uint32_t group)
{
	struct owned_ranges *owned = finder->owned;
	struct owned_range *list = grow(owned->list, owned->nr, sizeof(*list));

	if (!list)
		return fault_nomem(finder->fault);
	owned->list = list;
	owned->list[owned->nr++] = (struct owned_range){ start, end, group };
	return 0;
}

/* The group of that device, which is added if need be; NO_GROUP without memory. */
static uint32_t group_of(struct finder *finder, const char *device, const char *type,
			 const char *known_from)
{
	struct model *model = finder->model;
	struct group *group;
	size_t i;

	for (i = 0; device && i < model->nr_groups; i++)
		if (model->groups[i].device && !strcmp(model->groups[i].device, device))
			return (uint32_t)i;
	group = model_add_group(model);
	if (!group)
		return NO_GROUP;
	group->known_from = known_from;
	group->device = device ? strdup(device) : NULL;
	group->type = type ? strdup(type) : NULL;
	if ((device && !group->device) || (type && !group->type))
		return NO_GROUP;
	return (uint32_t)(model->nr_groups - 1);
}

/* The device's region around that memory, or NULL. */
static const struct iomem_entry *owner_of(const struct iomem *iomem,
					  const struct iomem_entry *entry,
					  const struct driver *driver)
{
	const size_t len = strlen(driver->device);

	while (entry->parent != IOMEM_NO_PARENT) {
		entry = &iomem->list[entry->parent];
		if (!strncmp(entry->name, driver->device, len) &&
		    isdigit((unsigned char)entry->name[len]))
			return entry;
	}
	return NULL;
}

/* A static group is as large as the regions that its driver took of the device. */
static int count_max(struct group *group, const struct iomem_entry *owner,
		     struct fault *fault)
{
	const uint64_t size = owner->last - owner->start;

	group->max.set = true;
	if (__builtin_add_overflow(group->max.value, size, &group->max.value) ||
	    __builtin_add_overflow(group->max.value, 1, &group->max.value))
		return fault_set(fault, EOVERFLOW, "proc/iomem: %s: its size does not fit into 64 bits",
				 owner->name);
	return 0;
}

/* Memory that a driver added. */
struct driver_memory {
	const struct driver *driver;		/* NULL: one that we do not know */
	const struct iomem_entry *owner;	/* the region of its device, or NULL */
	uint32_t group;
};

/*
 * Whose memory that entry is. Its group says that this is known from @known_from, or
 * from iomem itself if that is NULL. Returns 1, 0 for an entry of another kind, or
 * -ENOMEM with the fault set.
 */
static int find_memory(struct finder *finder, const struct iomem *iomem,
		       const struct iomem_entry *entry, const char *known_from,
		       struct driver_memory *memory)
{
	char name[DRIVER_MAX];

	if (!iomem_driver(entry, name, sizeof(name)))
		return 0;
	*memory = (struct driver_memory){ .driver = find_driver(name) };
	if (memory->driver)
		memory->owner = owner_of(iomem, entry, memory->driver);
	else
		finder->owned->unsure = true;
	if (!known_from)
		known_from = memory->owner ? memory->driver->from_iomem :
					     "iomem: its driver";
	/* A driver we do not know is all that we know of its devices. */
	memory->group = group_of(finder, memory->owner ? memory->owner->name : name,
				 memory->driver ? memory->driver->type : NULL,
				 known_from);
	return memory->group == NO_GROUP ? fault_nomem(finder->fault) : 1;
}

static int add_iomem(struct finder *finder, const struct iomem *iomem)
{
	const struct iomem_entry *counted = NULL;
	size_t i;
	int err = 0;

	for (i = 0; i < iomem->count && !err; i++) {
		const struct iomem_entry *entry = &iomem->list[i];
		struct driver_memory memory;
		const int found = find_memory(finder, iomem, entry, NULL, &memory);

		if (found < 0)
			return found;
		if (!found)
			continue;
		if (entry->last == UINT64_MAX)
			return fault_set(finder->fault, EINVAL, "proc/iomem: %s: it ends at the last address",
					 entry->name);
		if (memory.owner && memory.owner != counted &&
		    strcmp(memory.driver->type, "dynamic"))
			err = count_max(&finder->model->groups[memory.group],
					memory.owner, finder->fault);
		counted = memory.owner;
		if (!err)
			err = add_owned(finder, entry->start, entry->last + 1,
					memory.group);
	}
	return err;
}

/*
 * Other users than root see the names, but no address. If only one device has memory of
 * a driver, all of that memory is its.
 */
static int add_hidden(struct finder *finder, const struct iomem *iomem)
{
	uint32_t only = NO_GROUP;
	bool several = false;
	size_t i;

	for (i = 0; i < iomem->count; i++) {
		struct driver_memory memory;
		const int found = find_memory(finder, iomem, &iomem->list[i],
					      "addresses hidden", &memory);

		if (found < 0)
			return found;
		if (!found)
			continue;
		several |= only != NO_GROUP && only != memory.group;
		only = memory.group;
	}
	if (!several) {
		if (only != NO_GROUP)
			finder->model->groups[only].known_from = "iomem: the only one";
		finder->owned->rest = only;
		return 0;
	}
	return model_note(finder->model, finder->fault,
			  "run as root to see physical addresses: without them, memory of virtio-mem and dax devices is not told apart");
}

static int add_listed(const char *name, void *context)
{
	struct finder *finder = context;

	return add_name(&finder->devices, name, finder->fault);
}

/* Devices that have no memory now, or whose addresses are not for this user. */
static int list_driver(struct finder *finder, const struct driver *driver)
{
	const size_t len = strlen(driver->device);
	size_t i;
	int err;

	err = sysroot_list(finder->root, driver->folder, add_listed, finder,
			   finder->fault);
	/* Not loaded, or not built. */
	if (err == -ENOENT || err == -EACCES)
		err = 0;
	sort_names(&finder->devices);
	for (i = 0; i < finder->devices.nr && !err; i++) {
		const char *name = finder->devices.list[i];

		if (strncmp(name, driver->device, len) ||
		    !isdigit((unsigned char)name[len]))
			continue;
		if (group_of(finder, name, driver->type, driver->from_folder) == NO_GROUP)
			err = fault_nomem(finder->fault);
	}
	free_names(&finder->devices);
	return err;
}

static int list_drivers(struct finder *finder)
{
	size_t i;
	int err = 0;

	for (i = 0; i < NR_DRIVERS && !err; i++)
		err = list_driver(finder, &drivers[i]);
	return err;
}

static int add_dimm(const char *name, void *context)
{
	struct finder *finder = context;
	char path[320], word[32];
	uint64_t status;
	int err;

	if (strncmp(name, DIMM, strlen(DIMM)))
		return 0;
	snprintf(path, sizeof(path), ACPI "/%s/status", name);
	err = sysroot_read_word(finder->root, path, word, sizeof(word), finder->fault);
	/* It was just taken out; or it has no _STA, which means that it is there. */
	if (err == -ENODEV || err == -EACCES)
		return 0;
	if (err && err != -ENOENT)
		return err;
	if (!err && units_parse_decimal(word, &status))
		return fault_set(finder->fault, EINVAL, "%s/%s: line 1: no number: \"%s\"",
				 finder->root->name, path, word);
	if (!err && (~status & (ACPI_PRESENT | ACPI_WORKS)))
		return 0;
	return add_name(&finder->dimms, name, finder->fault);
}

/* Do they sit in the first slots, so that each was put into the next free one? */
static bool dimms_in_a_row(const struct finder *finder)
{
	size_t i;

	for (i = 0; i < finder->dimms.nr; i++) {
		char name[32];

		snprintf(name, sizeof(name), DIMM "%02zx", i);
		if (strcmp(name, finder->dimms.list[i]))
			return false;
	}
	return true;
}

/*
 * Nothing says which range is of which DIMM. With one of each there is no doubt. With
 * as many of each, and nothing ever removed, they came in the order of their names. Else
 * a range is called by its address.
 */
static int add_dimms(struct finder *finder, const struct boot_memory *boot)
{
	const size_t nr = boot->added.nr;
	const bool same = nr == finder->dimms.nr;
	const char *type = finder->dimms.nr >= nr ? "static" : NULL;
	const char *known_from = "memmap: some DIMM";
	bool named = false;
	size_t i;
	int err = 0;

	sort_names(&finder->dimms);
	if (!type) {
		known_from = "memmap: no driver's";
	} else if (same && nr == 1) {
		known_from = "memmap: the only DIMM";
		named = true;
	} else if (same && !boot->removed && dimms_in_a_row(finder)) {
		known_from = "memmap: by order";
		named = true;
	}
	for (i = 0; i < nr && !err; i++) {
		const struct range *range = &boot->added.list[i];
		struct group *group;
		char address[32];
		uint32_t index;

		snprintf(address, sizeof(address), "%#" PRIx64, range->start);
		index = group_of(finder, named ? finder->dimms.list[i] : address, type,
				 known_from);
		if (index == NO_GROUP)
			return fault_nomem(finder->fault);
		group = &finder->model->groups[index];
		if (type)
			group->max = (struct opt_u64){ true, range->end - range->start };
		err = add_owned(finder, range->start, range->end, index);
	}
	return err;
}

static int find_dimms(struct finder *finder, const struct boot_memory *boot)
{
	int err = sysroot_list(finder->root, ACPI, add_dimm, finder, finder->fault);

	/* A machine without ACPI. */
	if (err == -ENOENT || err == -EACCES)
		err = 0;
	if (!err && !boot->known && finder->dimms.nr)
		err = model_note(finder->model, finder->fault,
				 "memory devices of ACPI that are plugged in, whose memory is not known: %zu",
				 finder->dimms.nr);
	return err ?: add_dimms(finder, boot);
}

static int by_start(const void *a, const void *b)
{
	const struct owned_range *left = a, *right = b;

	return (left->start > right->start) - (left->start < right->start);
}

static int find_drivers(struct finder *finder)
{
	struct iomem iomem;
	int err;

	err = iomem_read(finder->root, &iomem, finder->fault);
	if (err == -ENOENT || err == -EACCES || err == -EPERM)
		return model_note(finder->model, finder->fault,
				  "/proc/iomem: %s: memory of drivers is not told apart",
				  strerror(-err)) ?: list_drivers(finder);
	if (err)
		return err;
	if (iomem.hidden)
		err = add_hidden(finder, &iomem);
	else
		err = add_iomem(finder, &iomem);
	iomem_free(&iomem);
	return err ?: list_drivers(finder);
}

int stock_devices_read(struct owned_ranges *owned, const struct boot_memory *boot,
		       struct model *model, struct sysroot *root,
		       struct fault *fault)
{
	struct finder finder = {
		.owned = owned, .model = model, .root = root, .fault = fault,
	};
	size_t i;
	int err;

	*owned = (struct owned_ranges){ .rest = NO_GROUP };
	err = find_drivers(&finder) ?: find_dimms(&finder, boot);
	free_names(&finder.dimms);
	if (!err && owned->nr)
		qsort(owned->list, owned->nr, sizeof(*owned->list), by_start);
	for (i = 1; i < owned->nr && !err; i++)
		if (owned->list[i].start < owned->list[i - 1].end)
			err = fault_set(fault, EAGAIN, "proc/iomem and sys/firmware/memmap do not agree: two devices have memory at %#llx",
					(unsigned long long)owned->list[i].start);
	if (err)
		owned_ranges_free(owned);
	return err;
}

void owned_ranges_free(struct owned_ranges *owned)
{
	free(owned->list);
	*owned = (struct owned_ranges){ 0 };
}

uint32_t owned_ranges_group(const struct owned_ranges *owned, uint64_t address)
{
	size_t low = 0, high = owned->nr;

	/* The first range that ends behind the address. */
	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (owned->list[middle].end > address)
			high = middle;
		else
			low = middle + 1;
	}
	return low < owned->nr && owned->list[low].start <= address ?
		owned->list[low].group : NO_GROUP;
}
