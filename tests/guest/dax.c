// SPDX-License-Identifier: GPL-2.0

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attribute.h"
#include "dax.h"
#include "debugfs.h"
#include "system.h"
#include "view.h"

#define DAX		"/sys/bus/dax/"
#define ND		"/sys/bus/nd/"
#define DEVICES_MAX	8
#define PATH_SIZE	128

/* A device, and the whole blocks that kmem finds in its memory. */
struct dax {
	char name[32];
	bool at_kmem;
	int node;
	unsigned long first;
	unsigned long end;		/* behind the last one */
};

/* Writes @text to the file "@folder/@name/@file" of a bus. */
static int write_to(const char *folder, const char *name, const char *file,
		    const char *text, struct fault *fault)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/%s/%s", folder, name, file);
	return attribute_write(path, text, fault);
}

/* The first word of the file "@folder/@name/@file". */
static int read_from(const char *folder, const char *name, const char *file,
		     char *word, size_t size, struct fault *fault)
{
	char path[PATH_SIZE];
	struct text text;
	int ret;

	snprintf(path, sizeof(path), "%s/%s/%s", folder, name, file);
	ret = sysroot_read(system_root(), path + 1, &text, fault);
	if (ret)
		return ret;
	snprintf(word, size, "%.*s", (int)strcspn(text.data, " \n"), text.data);
	text_free(&text);
	return 0;
}

static int number_from(const char *name, const char *file, uint64_t *number,
		       struct fault *fault)
{
	char word[32], *end;
	int ret;

	ret = read_from(DAX "devices", name, file, word, sizeof(word), fault);
	if (ret)
		return ret;
	*number = strtoull(word, &end, 0);
	if (end == word || *end)
		return fault_set(fault, EINVAL, "%s of %s: \"%s\"", file, name,
				 word);
	return 0;
}

static bool exists(const char *name)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), DAX "devices/%s", name);
	return !access(path, F_OK);
}

static bool has_driver(const char *name, const char *driver)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), DAX "drivers/%s/%s", driver, name);
	return !access(path, F_OK);
}

static int read_device(const char *name, uint64_t block_bytes, struct dax *dax,
		       struct fault *fault)
{
	uint64_t start, size, node;
	int ret;

	ret = number_from(name, "resource", &start, fault);
	if (!ret)
		ret = number_from(name, "size", &size, fault);
	if (!ret)
		ret = number_from(name, "target_node", &node, fault);
	if (ret)
		return ret;
	snprintf(dax->name, sizeof(dax->name), "%s", name);
	dax->at_kmem = has_driver(name, "kmem");
	dax->node = node;
	dax->first = (start + block_bytes - 1) / block_bytes;
	dax->end = (start + size) / block_bytes;
	return 0;
}

static int read_block_bytes(uint64_t *bytes, struct fault *fault)
{
	char word[32];
	int ret;

	ret = read_from("/sys/devices/system", "memory", "block_size_bytes",
			word, sizeof(word), fault);
	if (!ret)
		*bytes = strtoull(word, NULL, 16);
	return ret;
}

/* All dax devices. Without the bus there are none. */
static int read_devices(struct dax *list, size_t *count, struct fault *fault)
{
	struct dirent *entry;
	uint64_t block_bytes;
	DIR *dir;
	int ret;

	*count = 0;
	ret = read_block_bytes(&block_bytes, fault);
	if (ret)
		return ret;
	dir = opendir(DAX "devices");
	while (!ret && dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		if (*count == DEVICES_MAX)
			ret = fault_set(fault, E2BIG, DAX "devices: too many");
		else
			ret = read_device(entry->d_name, block_bytes,
					  &list[(*count)++], fault);
	}
	if (dir)
		closedir(dir);
	return ret;
}

/*
 * A namespace becomes a dax device through the region's idle one, its seed, which
 * has the namespace's numbers as long as the region was not used otherwise.
 */
static int make_device(const char *device, struct fault *fault)
{
	char namespace[32], region[32], seed[32], uuid[48];
	unsigned int region_number, number;
	int ret;

	if (sscanf(device, "dax%u.%u", &region_number, &number) != 2)
		return fault_set(fault, EINVAL, "\"%s\" is no dax device",
				 device);
	snprintf(namespace, sizeof(namespace), "namespace%u.%u", region_number,
		 number);
	snprintf(region, sizeof(region), "region%u", region_number);

	ret = read_from(ND "devices", region, "dax_seed", seed, sizeof(seed),
			fault);
	if (!ret && strcmp(seed, device))
		ret = fault_set(fault, EINVAL, "%s would become %s, not %s",
				namespace, seed, device);
	/* Until now it is a block device. */
	if (!ret)
		ret = write_to(ND "drivers", "nd_pmem", "unbind", namespace,
			       fault);
	if (!ret)
		ret = read_from("/proc/sys/kernel", "random", "uuid", uuid,
				sizeof(uuid), fault);
	if (!ret)
		ret = write_to(ND "devices", seed, "uuid", uuid, fault);
	/* Its memory map is not to lie in it. */
	if (!ret)
		ret = write_to(ND "devices", seed, "mode", "ram", fault);
	if (!ret)
		ret = write_to(ND "devices", seed, "namespace", namespace,
			       fault);
	if (!ret)
		ret = write_to(ND "drivers", "dax_pmem", "bind", seed, fault);
	if (!ret && !exists(device))
		ret = fault_set(fault, ENODEV, "%s did not become %s",
				namespace, device);
	return ret;
}

int dax_bind(const char *device, struct fault *fault)
{
	int ret = 0;

	if (!exists(device))
		ret = make_device(device, fault);
	if (!ret && has_driver(device, "device_dax"))
		ret = write_to(DAX "drivers", "device_dax", "unbind", device,
			       fault);
	if (!ret)
		ret = write_to(DAX "drivers", "kmem", "new_id", device, fault);
	if (!ret && !has_driver(device, "kmem"))
		ret = fault_set(fault, ENODEV, "kmem did not take %s", device);
	return ret;
}

static int take_offline(unsigned long block, struct fault *fault)
{
	char name[32], state[16];
	int ret;

	snprintf(name, sizeof(name), "memory%lu", block);
	ret = read_from("/sys/devices/system/memory", name, "state", state,
			sizeof(state), fault);
	if (ret || !strcmp(state, "offline"))
		return ret;
	return block_set_state(block, "offline", fault);
}

int dax_unbind(const char *device, struct fault *fault)
{
	uint64_t block_bytes;
	unsigned long block;
	struct dax dax;
	int ret;

	ret = read_block_bytes(&block_bytes, fault);
	if (!ret)
		ret = read_device(device, block_bytes, &dax, fault);
	if (ret)
		return ret;
	/* What is still online when kmem is unbound stays until a reboot. */
	for (block = dax.first; block < dax.end && !ret; block++)
		ret = take_offline(block, fault);
	if (!ret)
		ret = write_to(DAX "drivers", "kmem", "unbind", device, fault);
	return ret;
}

static int check_block(const struct dax *dax, const struct block *block,
		       const struct block **online, struct fault *fault)
{
	if (block->node != dax->node)
		return fault_set(fault, EINVAL,
				 "%s is of node %d, its block %lu of node %d",
				 dax->name, dax->node, block->number,
				 block->node);
	if (strcmp(block->state, "online"))
		return 0;
	if (!*online)
		*online = block;
	if (strcmp((*online)->zone, block->zone))
		return fault_set(fault, EINVAL,
				 "%s is not in one zone: block %lu in %s, block %lu in %s",
				 dax->name, (*online)->number, (*online)->zone,
				 block->number, block->zone);
	return 0;
}

int dax_check_blocks(const struct blocks *blocks, struct fault *fault)
{
	struct dax list[DEVICES_MAX];
	unsigned long number;
	size_t i, count;
	int ret;

	ret = read_devices(list, &count, fault);
	for (i = 0; i < count && !ret; i++) {
		const struct dax *dax = &list[i];
		const struct block *online = NULL;

		for (number = dax->first; number < dax->end && !ret; number++) {
			const struct block *block = blocks_find(blocks, number);

			if (!block == dax->at_kmem)
				ret = fault_set(fault, EINVAL,
						"%s is %sat kmem, its block %lu is %sthere",
						dax->name,
						dax->at_kmem ? "" : "not ",
						number, block ? "" : "not ");
			else if (block)
				ret = check_block(dax, block, &online, fault);
		}
	}
	return ret;
}

/* The group of the device's name; NULL unless there is exactly one. */
static const struct group_record *only_group(const struct view *view,
					     const char *name)
{
	const struct group_record *found = NULL;
	size_t i;

	for (i = 0; i < view->nr_groups; i++) {
		if (strcmp(view->groups[i].device, name))
			continue;
		if (found)
			return NULL;
		found = &view->groups[i];
	}
	return found;
}

static int check_group(const struct view *view, const struct dax *dax,
		       uint64_t block_bytes, struct fault *fault)
{
	const struct group_record *group = only_group(view, dax->name);
	const uint64_t blocks = dax->end - dax->first;

	if (!group)
		return fault_set(fault, EINVAL,
				 DEBUGFS "groups: none or several of %s",
				 dax->name);
	if (group->dynamic || group->unit ||
	    group->node != (uint64_t)dax->node || group->blocks != blocks ||
	    group->max != blocks * block_bytes)
		return fault_set(fault, EINVAL, DEBUGFS "groups: %s is not a static group of node %d with %"
				 PRIu64 " blocks", dax->name, dax->node,
				 blocks);
	if (group->kernel && group->movable)
		return fault_set(fault, EINVAL, DEBUGFS "groups: %s is KERNEL with %"
				 PRIu64 " bytes, and MOVABLE with %" PRIu64,
				 dax->name, group->kernel, group->movable);
	return 0;
}

int dax_check_groups(struct fault *fault)
{
	size_t i, count, expected = 0, found = 0;
	struct dax list[DEVICES_MAX];
	uint64_t block_bytes;
	struct view view;
	int ret;

	ret = read_block_bytes(&block_bytes, fault);
	if (!ret)
		ret = read_devices(list, &count, fault);
	if (!ret)
		ret = view_read(system_root(), &view, fault);
	if (ret)
		return ret;

	for (i = 0; i < count && !ret; i++) {
		if (!list[i].at_kmem)
			continue;
		expected++;
		ret = check_group(&view, &list[i], block_bytes, fault);
	}
	for (i = 0; i < view.nr_groups; i++)
		found += !strncmp(view.groups[i].device, "dax", 3);
	if (!ret && found != expected)
		ret = fault_set(fault, EINVAL,
				DEBUGFS "groups: %zu of dax devices, but kmem has %zu devices",
				found, expected);
	return ret;
}
