// SPDX-License-Identifier: GPL-2.0
/*
 * memgroup_sim/ in configfs: a folder for each simulated device, staged file by file,
 * then live. What that means is in model.c and the backings.
 *
 * Locks, in the order in which they are taken:
 *
 * - configfs has a semaphore for each folder that mkdir made. It holds it for reading
 *   while a file is read or written, and rmdir waits for it while it holds the folder
 *   above. That is never for long: whatever takes time happens while the folder is
 *   pinned, and rmdir of a pinned folder fails at once.
 * - The lock of a device (sim.h) is held while a file of it is read or written, however
 *   long that takes. To wait for it can be interrupted. Other devices have their own.
 * - What the backing takes.
 *
 * The module cannot go while there is a folder, staged or live: configfs takes a
 * reference for each.
 */
#define pr_fmt(fmt) "memgroup_sim: " fmt

#include <linux/configfs.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/memory.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/nodemask.h>
#include <linux/panic.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "../compat.h"
#include "model.h"
#include "sim.h"

static struct configfs_subsystem memgroup_sim_subsystem;

struct sim_folder {
	struct config_item item;
	struct memgroup_sim_device device;
};

static struct sim_folder *to_folder(struct config_item *item)
{
	return container_of(item, struct sim_folder, item);
}

static void read_limits(struct memgroup_sim_limits *limits)
{
	limits->block_size = memory_block_size_bytes();
	limits->nodes = &node_states[N_POSSIBLE];
}

static void fail(struct memgroup_sim_device *device, const char *reason)
{
	strscpy(device->last_error, reason, sizeof(device->last_error));
}

/* Begin a write: what failed before it does not matter any more. */
static int begin_write(struct memgroup_sim_device *device)
{
	int ret = mutex_lock_interruptible(&device->lock);

	if (!ret)
		device->last_error[0] = '\0';
	return ret;
}

static ssize_t end_write(struct memgroup_sim_device *device, int ret,
			 size_t count)
{
	mutex_unlock(&device->lock);
	return ret ? ret : count;
}

/* The settings. */

static ssize_t show_setting(struct config_item *item,
			    enum memgroup_sim_field field, char *page)
{
	struct memgroup_sim_device *device = &to_folder(item)->device;
	int ret = mutex_lock_interruptible(&device->lock);

	if (ret)
		return ret;
	ret = memgroup_sim_format(&device->settings, field, page, PAGE_SIZE);
	mutex_unlock(&device->lock);
	return ret;
}

static int set(struct memgroup_sim_device *device,
	       enum memgroup_sim_field field, const char *text)
{
	struct memgroup_sim_limits limits;
	const char *reason;
	int ret;

	if (device->live) {
		fail(device, "a live device cannot be changed");
		return -EBUSY;
	}
	read_limits(&limits);
	ret = memgroup_sim_set(&device->settings, field, text, &limits,
			       &reason);
	if (ret)
		fail(device, reason);
	return ret;
}

static ssize_t store_setting(struct config_item *item,
			     enum memgroup_sim_field field, const char *page,
			     size_t count)
{
	struct memgroup_sim_device *device = &to_folder(item)->device;
	int ret = begin_write(device);

	if (ret)
		return ret;
	ret = set(device, field, page);
	return end_write(device, ret, count);
}

#define SETTING(name, FIELD)						\
static ssize_t memgroup_sim_##name##_show(struct config_item *item,	\
					  char *page)			\
{									\
	return show_setting(item, MEMGROUP_SIM_##FIELD, page);		\
}									\
									\
static ssize_t memgroup_sim_##name##_store(struct config_item *item,	\
					   const char *page,		\
					   size_t count)		\
{									\
	return store_setting(item, MEMGROUP_SIM_##FIELD, page, count);	\
}									\
									\
CONFIGFS_ATTR(memgroup_sim_, name)

SETTING(type, TYPE);
SETTING(node, NODE);
SETTING(size, SIZE);
SETTING(unit, UNIT);
SETTING(backing, BACKING);
SETTING(count, COUNT);

/* Going live, and back. */

static const struct memgroup_sim_ops *const backings[] = {
	[MEMGROUP_SIM_BACKING_MEMORY] = &memgroup_sim_memory_ops,
	[MEMGROUP_SIM_BACKING_NONE] = &memgroup_sim_synthetic_ops,
};

/* May this device go live, here and now? */
static int may_go_live(struct memgroup_sim_device *device)
{
	struct memgroup_sim_limits limits;
	const char *reason;
	int ret;

	read_limits(&limits);
	ret = memgroup_sim_check(&device->settings, &limits, &reason);
	if (ret) {
		fail(device, reason);
		return ret;
	}
	/* It decides what memory is used for, as /dev/mem does. */
	ret = security_locked_down(LOCKDOWN_DEV_MEM);
	if (ret)
		fail(device, "the kernel is locked down");
	return ret;
}

static int go_live(struct sim_folder *folder)
{
	struct memgroup_sim_device *device = &folder->device;
	int ret;

	ret = may_go_live(device);
	if (ret)
		return ret;
	/* Before all that takes time, see the head of this file. */
	ret = configfs_depend_item_unlocked(&memgroup_sim_subsystem,
					    &folder->item);
	if (ret) {
		fail(device, "the device is being removed");
		return ret;
	}
	/* Not when the module is loaded: only from now on is anything different. */
	add_taint(TAINT_TEST, LOCKDEP_STILL_OK);
	device->ops = backings[device->settings.backing];
	device->requested = 0;
	ret = device->ops->start(device);
	if (ret)
		configfs_undepend_item(&folder->item);
	else
		device->live = true;
	return ret;
}

static int go_back(struct sim_folder *folder)
{
	struct memgroup_sim_device *device = &folder->device;
	int ret;

	device->requested = 0;
	ret = device->ops->stop(device);
	if (ret)
		return ret;
	device->live = false;
	configfs_undepend_item(&folder->item);
	return 0;
}

static ssize_t memgroup_sim_live_show(struct config_item *item, char *page)
{
	struct memgroup_sim_device *device = &to_folder(item)->device;
	int ret = mutex_lock_interruptible(&device->lock);

	if (ret)
		return ret;
	ret = sysfs_emit(page, "%d\n", device->live);
	mutex_unlock(&device->lock);
	return ret;
}

static ssize_t memgroup_sim_live_store(struct config_item *item,
				       const char *page, size_t count)
{
	struct sim_folder *folder = to_folder(item);
	bool live;
	int ret;

	ret = begin_write(&folder->device);
	if (ret)
		return ret;
	ret = kstrtobool(page, &live);
	if (ret)
		fail(&folder->device, "live: neither 0 nor 1");
	else if (live && !folder->device.live)
		ret = go_live(folder);
	else if (!live && folder->device.live)
		ret = go_back(folder);
	return end_write(&folder->device, ret, count);
}

CONFIGFS_ATTR(memgroup_sim_, live);

/* The size that a dynamic device is asked to have. */

static ssize_t memgroup_sim_requested_size_show(struct config_item *item,
						char *page)
{
	struct memgroup_sim_device *device = &to_folder(item)->device;
	int ret = mutex_lock_interruptible(&device->lock);

	if (ret)
		return ret;
	ret = sysfs_emit(page, "%llu\n", device->requested);
	mutex_unlock(&device->lock);
	return ret;
}

static int request(struct memgroup_sim_device *device, const char *text)
{
	const char *reason;
	u64 bytes;
	int ret;

	if (!device->live) {
		fail(device, "requested_size: the device is not live");
		return -ENXIO;
	}
	if (device->settings.type != MEMGROUP_TYPE_DYNAMIC) {
		fail(device, "requested_size: the device is not dynamic");
		return -EOPNOTSUPP;
	}
	ret = memgroup_sim_parse_request(&device->settings, text, &bytes,
					 &reason);
	if (ret) {
		fail(device, reason);
		return ret;
	}
	device->requested = bytes;
	return device->ops->resize(device, bytes);
}

static ssize_t memgroup_sim_requested_size_store(struct config_item *item,
						 const char *page, size_t count)
{
	struct memgroup_sim_device *device = &to_folder(item)->device;
	int ret = begin_write(device);

	if (ret)
		return ret;
	ret = request(device, page);
	return end_write(device, ret, count);
}

CONFIGFS_ATTR(memgroup_sim_, requested_size);

/* What there is to read of it. */

/* The figures agree with each other and with @device, whose lock is held. */
static void read_figures(struct memgroup_sim_device *device,
			 struct memgroup_sim_figures *figures)
{
	*figures = (struct memgroup_sim_figures) { .mgid = -1 };
	if (device->live)
		device->ops->read(device, figures);
}

#define FIGURE(name, format, value)					\
static ssize_t memgroup_sim_##name##_show(struct config_item *item,	\
					  char *page)			\
{									\
	struct memgroup_sim_device *device = &to_folder(item)->device;	\
	struct memgroup_sim_figures figures;				\
	int ret = mutex_lock_interruptible(&device->lock);		\
									\
	if (ret)							\
		return ret;						\
	read_figures(device, &figures);					\
	mutex_unlock(&device->lock);					\
	return sysfs_emit(page, format, value);				\
}									\
									\
CONFIGFS_ATTR_RO(memgroup_sim_, name)

FIGURE(plugged_bytes, "%llu\n", figures.plugged);
FIGURE(kernel_bytes, "%llu\n", figures.kernel);
FIGURE(movable_bytes, "%llu\n", figures.movable);
FIGURE(offline_bytes, "%llu\n", figures.offline);
FIGURE(group, "%d\n", figures.mgid);

static ssize_t memgroup_sim_range_show(struct config_item *item, char *page)
{
	struct memgroup_sim_device *device = &to_folder(item)->device;
	struct memgroup_sim_figures figures;
	int ret = mutex_lock_interruptible(&device->lock);
	u64 size;

	if (ret)
		return ret;
	read_figures(device, &figures);
	size = device->settings.size * device->settings.count;
	if (device->live)
		ret = sysfs_emit(page, "0x%llx-0x%llx\n", figures.start,
				 figures.start + size - 1);
	else
		ret = sysfs_emit(page, "-\n");
	mutex_unlock(&device->lock);
	return ret;
}

CONFIGFS_ATTR_RO(memgroup_sim_, range);

static ssize_t memgroup_sim_last_error_show(struct config_item *item,
					    char *page)
{
	struct memgroup_sim_device *device = &to_folder(item)->device;
	int ret = mutex_lock_interruptible(&device->lock);

	if (ret)
		return ret;
	ret = sysfs_emit(page, "%s\n", device->last_error);
	mutex_unlock(&device->lock);
	return ret;
}

CONFIGFS_ATTR_RO(memgroup_sim_, last_error);

static struct configfs_attribute *sim_folder_attrs[] = {
	&memgroup_sim_attr_type,
	&memgroup_sim_attr_node,
	&memgroup_sim_attr_size,
	&memgroup_sim_attr_unit,
	&memgroup_sim_attr_backing,
	&memgroup_sim_attr_count,
	&memgroup_sim_attr_live,
	&memgroup_sim_attr_requested_size,
	&memgroup_sim_attr_plugged_bytes,
	&memgroup_sim_attr_kernel_bytes,
	&memgroup_sim_attr_movable_bytes,
	&memgroup_sim_attr_offline_bytes,
	&memgroup_sim_attr_group,
	&memgroup_sim_attr_range,
	&memgroup_sim_attr_last_error,
	NULL
};

/* Folders. */

/* A live one is pinned, and does not get here. */
static void release_folder(struct config_item *item)
{
	kfree(to_folder(item));
}

static struct configfs_item_operations sim_folder_item_ops = {
	.release = release_folder,
};

static const struct config_item_type sim_folder_type = {
	.ct_item_ops = &sim_folder_item_ops,
	.ct_attrs = sim_folder_attrs,
	.ct_owner = THIS_MODULE,
};

/* Names show up in /proc/iomem, debugfs and traces, for programs to read. */
static int check_name(const char *name)
{
	if (strlen(name) >= MEMGROUP_NAME_SIZE)
		return -ENAMETOOLONG;
	for (; *name; name++)
		if (!isascii(*name) ||
		    (!isalnum(*name) && !strchr("-_.:", *name)))
			return -EINVAL;
	return 0;
}

static struct config_item *make_folder(struct config_group *group,
				       const char *name)
{
	struct sim_folder *folder;
	int ret;

	ret = check_name(name);
	if (ret)
		return ERR_PTR(ret);
	folder = kzalloc(sizeof(*folder), GFP_KERNEL);
	if (!folder)
		return ERR_PTR(-ENOMEM);
	mutex_init(&folder->device.lock);
	strscpy(folder->device.name, name, sizeof(folder->device.name));
	folder->device.settings = (struct memgroup_sim_settings) {
		.type = MEMGROUP_TYPE_STATIC,
		.nid = first_online_node,
		.unit = memory_block_size_bytes(),
		.backing = MEMGROUP_SIM_BACKING_MEMORY,
		.count = 1,
	};
	config_item_init_type_name(&folder->item, name, &sim_folder_type);
	return &folder->item;
}

static struct configfs_group_operations memgroup_sim_group_ops = {
	.make_item = make_folder,
};

static const struct config_item_type memgroup_sim_type = {
	.ct_group_ops = &memgroup_sim_group_ops,
	.ct_owner = THIS_MODULE,
};

static struct configfs_subsystem memgroup_sim_subsystem = {
	.su_group = {
		.cg_item = {
			.ci_namebuf = "memgroup_sim",
			.ci_type = &memgroup_sim_type,
		},
	},
};

static int __init memgroup_sim_init(void)
{
	struct configfs_subsystem *subsystem = &memgroup_sim_subsystem;
	int ret;

	ret = memgroup_sim_memory_init();
	if (ret)
		return ret;
	config_group_init(&subsystem->su_group);
	mutex_init(&subsystem->su_mutex);
	memgroup_sim_synthetic_init(&subsystem->su_group);
	ret = configfs_register_subsystem(subsystem);
	if (ret)
		memgroup_sim_synthetic_exit();
	return ret;
}
module_init(memgroup_sim_init);

static void __exit memgroup_sim_exit(void)
{
	configfs_unregister_subsystem(&memgroup_sim_subsystem);
	memgroup_sim_synthetic_exit();
}
module_exit(memgroup_sim_exit);

MEMGROUP_IMPORT();
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Simulated memory devices");
