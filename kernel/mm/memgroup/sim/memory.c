// SPDX-License-Identifier: GPL-2.0
/*
 * Devices of real memory: RAM that the firmware knows and the kernel does not use. It
 * comes and goes by the functions that drivers call, so that the hotplug core cannot
 * tell the difference.
 *
 * What is there of a device is not kept here: the blocks of its group tell.
 */
#define pr_fmt(fmt) "memgroup_sim: " fmt

#include <linux/crash_dump.h>
#include <linux/err.h>
#include <linux/ioport.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/page-flags.h>
#include <linux/page_ref.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "../core.h"
#include "../registry.h"
#include "firmware.h"
#include "model.h"
#include "sim.h"
#include "window.h"

#define RESOURCE_NAME	"System RAM (memgroup_sim)"
#define WINDOWS_MAX	16

static char *window;
module_param(window, charp, 0444);
MODULE_PARM_DESC(window, "where devices take memory from: size@start[,...] (default on a virtual x86 machine: all RAM that the kernel does not use)");

/* What @window says. They do not change once the module is loaded. */
static struct memgroup_sim_range windows[WINDOWS_MAX];
static unsigned int nr_windows;

/*
 * To find a place and to claim it are one step. Taken after the lock of a device; what
 * is done under it is short.
 */
static DEFINE_MUTEX(claim_mutex);

/**
 * struct sim_memory - what a live device has
 * @claim: its range in /proc/iomem, memory plugged or not
 * @start: where its units begin
 * @unit: bytes of a unit; a static device is a single one
 * @nr_units: how many it can have
 * @mgid: its group
 */
struct sim_memory {
	struct resource claim;
	u64 start;
	u64 unit;
	unsigned long nr_units;
	int mgid;
};

/* Ranges, to be filled one by one. */
struct range_list {
	struct memgroup_sim_range *ranges;
	unsigned int nr;
	unsigned int room;
};

static int append(u64 start, u64 end, void *arg)
{
	struct range_list *list = arg;
	struct memgroup_sim_range *ranges;

	if (list->nr == list->room) {
		list->room += 64;
		ranges = krealloc_array(list->ranges, list->room,
					sizeof(*ranges), GFP_KERNEL);
		if (!ranges)
			return -ENOMEM;
		list->ranges = ranges;
	}
	list->ranges[list->nr++] = (struct memgroup_sim_range) { start, end };
	return 0;
}

static int append_resource(struct resource *resource, void *arg)
{
	return append(resource->start, resource->end + 1, arg);
}

/* All that /proc/iomem lists, other simulated devices among them. */
static int list_taken(struct range_list *taken)
{
	int ret = walk_iomem_res_desc(IORES_DESC_NONE, 0, 0,
				      iomem_resource.end, taken,
				      append_resource);

	return ret == -ENOMEM ? ret : 0;
}

/* Where there may be memory to take. */
static int list_ram(struct range_list *ram, const char **reason)
{
	unsigned int i;
	int ret = 0;

	*reason = "no memory to look for memory";
	for (i = 0; !ret && i < nr_windows; i++)
		ret = append(windows[i].start, windows[i].end, ram);
	if (ret || nr_windows)
		return ret;
	if (!memgroup_sim_firmware_is_hypervisor()) {
		*reason = "not a virtual x86 machine: the parameter window must say where";
		return -ENODEV;
	}
	return memgroup_sim_walk_firmware_ram(append, ram);
}

static void fail(struct memgroup_sim_device *device, const char *reason)
{
	strscpy(device->last_error, reason, sizeof(device->last_error));
}

/* Claim the range, so that no other device and no driver takes it. */
static int claim_at(struct memgroup_sim_device *device,
		    struct sim_memory *memory, u64 start)
{
	memory->start = start;
	memory->claim = (struct resource) {
		.name = device->name,
		.start = start,
		.end = start + device->settings.size - 1,
		/* Not busy, so that memory can be added; and not for /dev/mem. */
		.flags = IORESOURCE_SYSTEM_RAM | IORESOURCE_EXCLUSIVE,
	};
	return request_resource(&iomem_resource, &memory->claim);
}

static int find_and_claim(struct memgroup_sim_device *device,
			  struct sim_memory *memory,
			  const struct range_list *ram,
			  const struct range_list *taken)
{
	const struct memgroup_sim_settings *settings = &device->settings;
	u64 align = memory_block_size_bytes();
	int ret;
	u64 start;

	if (settings->type == MEMGROUP_TYPE_DYNAMIC)
		align = settings->unit;
	if (!memgroup_sim_find_room(ram->ranges, ram->nr, taken->ranges,
				    taken->nr, settings->size, align, &start)) {
		fail(device, "size: there is no unused range of memory that is so large");
		return -ENOSPC;
	}
	ret = claim_at(device, memory, start);
	if (ret)
		fail(device, "somebody else took the range just now");
	return ret;
}

static int claim(struct memgroup_sim_device *device, struct sim_memory *memory)
{
	struct range_list ram = {}, taken = {};
	const char *reason;
	int ret;

	ret = list_ram(&ram, &reason);
	if (ret) {
		fail(device, reason);
		goto out;
	}
	mutex_lock(&claim_mutex);
	ret = list_taken(&taken);
	if (ret)
		fail(device, "no memory to look for memory");
	else
		ret = find_and_claim(device, memory, &ram, &taken);
	mutex_unlock(&claim_mutex);
out:
	kfree(ram.ranges);
	kfree(taken.ranges);
	return ret;
}

/* The state of all units, by their blocks, as it is right now. */
static u8 *read_units(const struct sim_memory *memory)
{
	const unsigned long first_pfn = PHYS_PFN(memory->start);
	const struct memgroup_block *block;
	struct memory_group *group;
	u8 *units, *unit, state;

	units = kvzalloc(memory->nr_units, GFP_KERNEL);
	if (!units)
		return NULL;
	group = memgroup_registry_get(&memgroup_registry, memory->mgid);
	mutex_lock(&memgroup_registry.lock);
	list_for_each_entry(block, &group->blocks, in_group) {
		unit = &units[PFN_PHYS(block->start_pfn - first_pfn) /
			      memory->unit];
		if (!block->present_pages)
			state = MEMGROUP_SIM_UNIT_OFFLINE;
		else if (memgroup_block_is_movable(block))
			state = MEMGROUP_SIM_UNIT_MOVABLE;
		else
			state = MEMGROUP_SIM_UNIT_KERNEL;
		*unit = max(*unit, state);
	}
	mutex_unlock(&memgroup_registry.lock);
	memgroup_registry_put(&memgroup_registry, group);
	return units;
}

static int plug_unit(struct memgroup_sim_device *device, unsigned long number)
{
	const struct sim_memory *memory = device->state;
	const u64 start = memory->start + number * memory->unit;
	int ret;

	ret = add_memory_driver_managed(memory->mgid, start, memory->unit,
					RESOURCE_NAME,
					MHP_NID_IS_MGID | MHP_MERGE_RESOURCE);
	if (ret)
		snprintf(device->last_error, sizeof(device->last_error),
			 "0x%llx-0x%llx: %pe: could not be added", start,
			 start + memory->unit - 1, ERR_PTR(ret));
	return ret;
}

/* What a page that is in use keeps its block for; NULL if it can be moved. */
static const char *what_stays(struct page *page)
{
	if (PageReserved(page))
		return "a reserved page";
	if (PageHWPoison(page))
		return "a page with a hardware error";
	if (PageSlab(page))
		return "slab";
	if (PageTable(page))
		return "a page table";
	if (PageOffline(page))
		return "a page that a balloon holds";
	if (PageHuge(page))
		return "a huge page";
	/* Or on no such list and movable all the same, or just being moved. */
	if (PageLRU(page) || PageMappingFlags(page))
		return NULL;
	return "a page of the kernel";
}

/*
 * The first page in a block that is in the way. The memory map stays, as nobody but the
 * holder of the device's lock can remove the block; what a page is may change under
 * way, so that this is a hint.
 */
static const char *find_what_stays(const struct memgroup_block *block,
				   u64 *address)
{
	const unsigned long end = block->start_pfn + block->nr_pages;
	unsigned long pfn = block->start_pfn;
	const char *what;
	struct page *page;

	for (; pfn < end; pfn++) {
		page = pfn_to_online_page(pfn);
		if (!page)
			return NULL;
		/* Free, or behind the head of a larger page. */
		if (!page_ref_count(page))
			continue;
		what = what_stays(page);
		if (what) {
			*address = PFN_PHYS(pfn);
			return what;
		}
	}
	return NULL;
}

/*
 * The lowest block of a range that is still online and refused with @error: offlining
 * goes upwards and ends with the first that does. The others went online again, and
 * that is their latest change of state.
 */
static bool find_refused(u64 start, u64 size, int error,
			 struct memgroup_block *refused)
{
	const unsigned long end = PHYS_PFN(start + size);
	unsigned long pfn = PHYS_PFN(start);
	const struct memgroup_block *block;
	bool found = false;

	mutex_lock(&memgroup_registry.lock);
	for (; !found && pfn < end; pfn += block->nr_pages) {
		block = memgroup_registry_find_block(&memgroup_registry, pfn);
		if (!block)
			break;
		if (block->present_pages > 0 &&
		    READ_ONCE(block->event_result) == error) {
			*refused = *block;
			found = true;
		}
	}
	mutex_unlock(&memgroup_registry.lock);
	return found;
}

static const char *words_for(int error)
{
	switch (error) {
	case -EINTR:
		return "a signal came while pages were being moved";
	case -ENOMEM:
		return "no memory to take it offline";
	default:
		return "could not be taken offline";
	}
}

/* Say in @last_error which block of a range did not go, and why. */
static void explain(struct memgroup_sim_device *device, u64 start, u64 size,
		    int error)
{
	const size_t room = sizeof(device->last_error);
	struct memgroup_block block;
	const char *what;
	u64 address;
	int length;

	if (!find_refused(start, size, error, &block)) {
		snprintf(device->last_error, room,
			 "0x%llx-0x%llx: %pe: could not be removed", start,
			 start + size - 1, ERR_PTR(error));
		return;
	}
	length = scnprintf(device->last_error, room,
			   "block %lu (0x%llx-0x%llx): %pe: %s",
			   block.start_pfn / block.nr_pages,
			   PFN_PHYS(block.start_pfn),
			   PFN_PHYS(block.start_pfn + block.nr_pages) - 1,
			   ERR_PTR(error), words_for(error));
	what = find_what_stays(&block, &address);
	if (what)
		scnprintf(device->last_error + length, room - length,
			  "; in the way: %s at 0x%llx", what, address);
}

/* Offlining ends by itself, or by a signal to the task that asked. */
static int unplug_unit(struct memgroup_sim_device *device, unsigned long number)
{
	const struct sim_memory *memory = device->state;
	const u64 start = memory->start + number * memory->unit;

	return offline_and_remove_memory(start, memory->unit);
}

static int plug(struct memgroup_sim_device *device, const u8 *units,
		unsigned long wanted)
{
	const struct sim_memory *memory = device->state;
	unsigned long unit = 0;
	int ret;

	for (; wanted; wanted--, unit++) {
		if (signal_pending(current)) {
			fail(device, "a signal came before all was plugged");
			return -EINTR;
		}
		unit = memgroup_sim_next_to_plug(units, memory->nr_units, unit);
		ret = plug_unit(device, unit);
		if (ret)
			return ret;
		cond_resched();
	}
	return 0;
}

/* A unit that is busy is left out. Of several, the first is explained. */
static int unplug(struct memgroup_sim_device *device, const u8 *units,
		  unsigned long wanted)
{
	const struct sim_memory *memory = device->state;
	const unsigned long nr = memory->nr_units;
	unsigned long unit = nr;
	int ret = 0;

	while (wanted) {
		unit = memgroup_sim_next_to_unplug(units, nr, unit);
		if (unit == nr)
			return -EBUSY;
		if (signal_pending(current)) {
			fail(device, "a signal came before all was unplugged");
			return -EINTR;
		}
		ret = unplug_unit(device, unit);
		if (!ret) {
			wanted--;
		} else if (ret != -EBUSY || !device->last_error[0]) {
			explain(device, memory->start + unit * memory->unit,
				memory->unit, ret);
		}
		if (ret && ret != -EBUSY)
			return ret;
		cond_resched();
	}
	device->last_error[0] = '\0';
	return 0;
}

/* Plug or unplug until @wanted units are there. */
static int resize_to(struct memgroup_sim_device *device, unsigned long wanted)
{
	const struct sim_memory *memory = device->state;
	unsigned long i, present = 0;
	u8 *units;
	int ret;

	units = read_units(memory);
	if (!units) {
		fail(device, "no memory to list the units");
		return -ENOMEM;
	}
	for (i = 0; i < memory->nr_units; i++)
		present += units[i] != MEMGROUP_SIM_UNIT_ABSENT;
	if (wanted > present)
		ret = plug(device, units, wanted - present);
	else
		ret = unplug(device, units, present - wanted);
	kvfree(units);
	return ret;
}

static int register_group(const struct memgroup_sim_device *device)
{
	const struct memgroup_sim_settings *settings = &device->settings;
	int mgid;

	if (settings->type == MEMGROUP_TYPE_STATIC)
		mgid = memory_group_register_static(settings->nid,
						    PHYS_PFN(settings->size));
	else
		mgid = memory_group_register_dynamic(settings->nid,
						     PHYS_PFN(settings->unit));
	memory_group_set_name(mgid, device->name);
	return mgid;
}

static int start_memory(struct memgroup_sim_device *device)
{
	const struct memgroup_sim_settings *settings = &device->settings;
	const bool is_static = settings->type == MEMGROUP_TYPE_STATIC;
	struct sim_memory *memory;
	int ret;

	memory = kzalloc(sizeof(*memory), GFP_KERNEL);
	if (!memory) {
		fail(device, "no memory for the device");
		return -ENOMEM;
	}
	memory->unit = is_static ? settings->size : settings->unit;
	memory->nr_units = div64_u64(settings->size, memory->unit);
	ret = claim(device, memory);
	if (ret)
		goto err_free;
	ret = register_group(device);
	if (ret < 0) {
		fail(device, "no memory for the group");
		goto err_release;
	}
	memory->mgid = ret;
	device->state = memory;
	ret = is_static ? plug_unit(device, 0) : 0;
	if (ret)
		goto err_unregister;
	return 0;

err_unregister:
	device->state = NULL;
	WARN_ON(memory_group_unregister(memory->mgid));
err_release:
	release_resource(&memory->claim);
err_free:
	kfree(memory);
	return ret;
}

static int resize_memory(struct memgroup_sim_device *device, u64 bytes)
{
	const struct sim_memory *memory = device->state;

	return resize_to(device, div64_u64(bytes, memory->unit));
}

static int stop_memory(struct memgroup_sim_device *device)
{
	struct sim_memory *memory = device->state;
	int ret;

	ret = resize_to(device, 0);
	if (ret)
		return ret;
	ret = memory_group_unregister(memory->mgid);
	if (ret) {
		fail(device, "its group is in use");
		return ret;
	}
	release_resource(&memory->claim);
	kfree(memory);
	device->state = NULL;
	return 0;
}

static void read_memory(struct memgroup_sim_device *device,
			struct memgroup_sim_figures *figures)
{
	const struct sim_memory *memory = device->state;
	unsigned long block_pages = PHYS_PFN(memory_block_size_bytes());
	struct memory_group *group;

	figures->mgid = memory->mgid;
	figures->start = memory->start;
	group = memgroup_registry_get(&memgroup_registry, memory->mgid);
	mutex_lock(&memgroup_registry.lock);
	figures->plugged = PFN_PHYS(group->nr_blocks * block_pages);
	figures->kernel = PFN_PHYS(group->kernel_pages);
	figures->movable = PFN_PHYS(group->movable_pages);
	figures->offline = PFN_PHYS((group->nr_blocks -
				     group->nr_online_blocks) * block_pages);
	mutex_unlock(&memgroup_registry.lock);
	memgroup_registry_put(&memgroup_registry, group);
}

const struct memgroup_sim_ops memgroup_sim_memory_ops = {
	.start = start_memory,
	.resize = resize_memory,
	.stop = stop_memory,
	.read = read_memory,
};

/* A window is RAM, where the firmware can be asked, and nobody uses it. */
static int check_window(const struct memgroup_sim_range *range,
			const struct range_list *ram)
{
	const u64 size = range->end - range->start;

	if (IS_ENABLED(CONFIG_X86) &&
	    !memgroup_sim_within(range, ram->ranges, ram->nr)) {
		pr_err("window 0x%llx-0x%llx: the firmware does not say that this is RAM\n",
		       range->start, range->end - 1);
		return -ENXIO;
	}
	if (region_intersects(range->start, size, 0, IORES_DESC_NONE) !=
	    REGION_DISJOINT) {
		pr_err("window 0x%llx-0x%llx: in use, see /proc/iomem\n",
		       range->start, range->end - 1);
		return -EBUSY;
	}
	return 0;
}

static int check_windows(void)
{
	struct range_list ram = {};
	unsigned int i;
	int ret = 0;

	if (IS_ENABLED(CONFIG_X86))
		ret = memgroup_sim_walk_firmware_ram(append, &ram);
	for (i = 0; !ret && i < nr_windows; i++)
		ret = check_window(&windows[i], &ram);
	kfree(ram.ranges);
	return ret;
}

/**
 * memgroup_sim_memory_init() - look at the parameter window
 *
 * Return: 0; -EPERM in a crash kernel, for which all other memory is evidence; -EINVAL,
 * -ERANGE or -E2BIG for a window that is none; -ENXIO if it is no RAM, -EBUSY if it is
 * in use; -ENOMEM.
 */
int __init memgroup_sim_memory_init(void)
{
	int ret;

	if (is_kdump_kernel()) {
		pr_err("not in a crash kernel\n");
		return -EPERM;
	}
	if (!window)
		return 0;
	ret = memgroup_sim_parse_windows(window, windows, WINDOWS_MAX);
	if (ret < 0) {
		pr_err("window=%s: not a list of at most %d size@start\n",
		       window, WINDOWS_MAX);
		return ret;
	}
	nr_windows = ret;
	return check_windows();
}
