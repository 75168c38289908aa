// SPDX-License-Identifier: GPL-2.0
/*
 * memgroup_sim/synthetic/ in configfs: the system that all devices without memory are
 * in. Folders in it are its nodes. memory_groups_sim/ in debugfs has what
 * memory_groups/ has of the running kernel.
 *
 * While there is a live device, no node may come or go. su_mutex of configfs stands
 * behind that: it is held around make_node() and drop_node() and, here, while all nodes
 * are pinned and the system is frozen. It is taken after the lock of a device and
 * before those of the system, and is never held while memory is plugged.
 */

#include <linux/configfs.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "../core.h"
#include "../debugfs.h"
#include "model.h"
#include "synthetic.h"

static struct memgroup_synthetic made_up_system;
static struct config_group synthetic_group;
static struct dentry *debugfs_folder;

struct node_folder {
	struct config_item item;
	int nid;
};

static int nid_of(struct config_item *item)
{
	return container_of(item, struct node_folder, item)->nid;
}

/* Nodes, and what is staged of them. */

static ssize_t show_bytes(struct config_item *item,
			  enum memgroup_synthetic_kind kind, char *page)
{
	return sysfs_emit(page, "%llu\n",
			  memgroup_synthetic_get_bytes(&made_up_system,
						       nid_of(item), kind));
}

static ssize_t store_bytes(struct config_item *item,
			   enum memgroup_synthetic_kind kind, const char *page,
			   size_t count)
{
	u64 bytes;
	int ret;

	ret = memgroup_sim_parse_size_line(page, &bytes);
	if (!ret)
		ret = memgroup_synthetic_set_bytes(&made_up_system,
						   nid_of(item), kind, bytes);
	return ret ? ret : count;
}

#define BYTES(name, kind)						\
static ssize_t node_##name##_show(struct config_item *item, char *page)	\
{									\
	return show_bytes(item, MEMGROUP_SYNTHETIC_##kind, page);	\
}									\
									\
static ssize_t node_##name##_store(struct config_item *item,		\
				   const char *page, size_t count)	\
{									\
	return store_bytes(item, MEMGROUP_SYNTHETIC_##kind, page, count);	\
}									\
									\
CONFIGFS_ATTR(node_, name)

BYTES(kernel_bytes, KERNEL);
BYTES(cma_bytes, CMA);
BYTES(movable_bytes, MOVABLE);

static struct configfs_attribute *node_attrs[] = {
	&node_attr_kernel_bytes,
	&node_attr_cma_bytes,
	&node_attr_movable_bytes,
	NULL
};

static void release_node(struct config_item *item)
{
	kfree(container_of(item, struct node_folder, item));
}

static struct configfs_item_operations node_item_ops = {
	.release = release_node,
};

static const struct config_item_type node_type = {
	.ct_item_ops = &node_item_ops,
	.ct_attrs = node_attrs,
	.ct_owner = THIS_MODULE,
};

/* "node" and a number, in the one way to write it. */
static int parse_node(const char *name, int *nid)
{
	char canonical[16];
	int ret;

	if (strncmp(name, "node", 4))
		return -EINVAL;
	ret = kstrtoint(name + 4, 10, nid);
	if (ret)
		return -EINVAL;
	snprintf(canonical, sizeof(canonical), "node%d", *nid);
	return strcmp(name, canonical) ? -EINVAL : 0;
}

static struct config_item *make_node(struct config_group *group,
				     const char *name)
{
	struct node_folder *folder;
	int nid, ret;

	ret = parse_node(name, &nid);
	if (ret)
		return ERR_PTR(ret);
	folder = kzalloc(sizeof(*folder), GFP_KERNEL);
	if (!folder)
		return ERR_PTR(-ENOMEM);
	ret = memgroup_synthetic_add_node(&made_up_system, nid);
	if (ret) {
		kfree(folder);
		return ERR_PTR(ret);
	}
	folder->nid = nid;
	config_item_init_type_name(&folder->item, name, &node_type);
	return &folder->item;
}

static void drop_node(struct config_group *group, struct config_item *item)
{
	/* While the system is frozen, its nodes are pinned. */
	WARN_ON(memgroup_synthetic_remove_node(&made_up_system, nid_of(item)));
	config_item_put(item);
}

/* The system itself. */

/* The ratio, for one, without losing what others write at the same time. */
static void configure(void (*change)(struct memgroup_config *config,
				     unsigned int value), unsigned int value)
{
	struct memgroup_registry *registry = &made_up_system.registry;
	struct memgroup_config config;

	mutex_lock(&registry->lock);
	config = registry->config;
	change(&config, value);
	memgroup_registry_configure(registry, &config);
	mutex_unlock(&registry->lock);
}

static struct memgroup_config read_config(void)
{
	struct memgroup_registry *registry = &made_up_system.registry;
	struct memgroup_config config;

	mutex_lock(&registry->lock);
	config = registry->config;
	mutex_unlock(&registry->lock);
	return config;
}

static void change_policy(struct memgroup_config *config, unsigned int value)
{
	config->policy = value;
}

static ssize_t synthetic_policy_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%s\n",
			  memgroup_policy_name(read_config().policy));
}

static ssize_t synthetic_policy_store(struct config_item *item,
				      const char *page, size_t count)
{
	int policy;

	for (policy = 0; policy < MEMGROUP_POLICY_COUNT; policy++)
		if (sysfs_streq(page, memgroup_policy_name(policy)))
			break;
	if (policy == MEMGROUP_POLICY_COUNT)
		return -EINVAL;
	configure(change_policy, policy);
	return count;
}

CONFIGFS_ATTR(synthetic_, policy);

static void change_ratio(struct memgroup_config *config, unsigned int value)
{
	config->ratio = value;
}

static ssize_t synthetic_ratio_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%u\n", read_config().ratio);
}

static ssize_t synthetic_ratio_store(struct config_item *item,
				     const char *page, size_t count)
{
	unsigned int ratio;
	int ret;

	ret = kstrtouint(page, 0, &ratio);
	if (ret)
		return ret;
	configure(change_ratio, ratio);
	return count;
}

CONFIGFS_ATTR(synthetic_, ratio);

static void change_numa_aware(struct memgroup_config *config,
			      unsigned int value)
{
	config->numa_aware = value;
}

static ssize_t synthetic_numa_aware_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%c\n", read_config().numa_aware ? 'Y' : 'N');
}

static ssize_t synthetic_numa_aware_store(struct config_item *item,
					  const char *page, size_t count)
{
	bool numa_aware;
	int ret;

	ret = kstrtobool(page, &numa_aware);
	if (ret)
		return ret;
	configure(change_numa_aware, numa_aware);
	return count;
}

CONFIGFS_ATTR(synthetic_, numa_aware);

static ssize_t synthetic_block_size_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%llu\n", READ_ONCE(made_up_system.block_size));
}

static ssize_t synthetic_block_size_store(struct config_item *item,
					  const char *page, size_t count)
{
	u64 bytes;
	int ret;

	ret = memgroup_sim_parse_size_line(page, &bytes);
	if (!ret)
		ret = memgroup_synthetic_set_block_size(&made_up_system, bytes);
	return ret ? ret : count;
}

CONFIGFS_ATTR(synthetic_, block_size);

static struct configfs_attribute *synthetic_attrs[] = {
	&synthetic_attr_policy,
	&synthetic_attr_ratio,
	&synthetic_attr_numa_aware,
	&synthetic_attr_block_size,
	NULL
};

static struct configfs_group_operations synthetic_group_ops = {
	.make_item = make_node,
	.drop_item = drop_node,
};

static const struct config_item_type synthetic_type = {
	.ct_group_ops = &synthetic_group_ops,
	.ct_attrs = synthetic_attrs,
	.ct_owner = THIS_MODULE,
};

/* Devices. */

static int pin_nodes(struct configfs_subsystem *subsystem)
{
	struct config_item *item;
	int ret;

	list_for_each_entry(item, &synthetic_group.cg_children, ci_entry) {
		ret = configfs_depend_item_unlocked(subsystem, item);
		if (ret)
			goto unpin;
	}
	return 0;

unpin:
	list_for_each_entry_continue_reverse(item,
					     &synthetic_group.cg_children,
					     ci_entry)
		configfs_undepend_item(item);
	return ret;
}

static void unpin_nodes(void)
{
	struct config_item *item;

	list_for_each_entry(item, &synthetic_group.cg_children, ci_entry)
		configfs_undepend_item(item);
}

static int freeze_nodes(void)
{
	struct configfs_subsystem *subsystem = synthetic_group.cg_subsys;
	int ret;

	mutex_lock(&subsystem->su_mutex);
	ret = pin_nodes(subsystem);
	if (!ret)
		memgroup_synthetic_freeze(&made_up_system);
	mutex_unlock(&subsystem->su_mutex);
	/* configfs finds no folder that is half there. */
	return ret ? -EBUSY : 0;
}

static void thaw_nodes(void)
{
	struct configfs_subsystem *subsystem = synthetic_group.cg_subsys;

	mutex_lock(&subsystem->su_mutex);
	memgroup_synthetic_thaw(&made_up_system);
	unpin_nodes();
	mutex_unlock(&subsystem->su_mutex);
}

static int start(struct memgroup_sim_device *device)
{
	int ret;

	ret = freeze_nodes();
	if (ret) {
		strscpy(device->last_error,
			"node: a node of synthetic/ is being made or removed",
			sizeof(device->last_error));
		return ret;
	}
	ret = memgroup_synthetic_start(&made_up_system, device);
	if (ret)
		thaw_nodes();
	return ret;
}

static int stop(struct memgroup_sim_device *device)
{
	memgroup_synthetic_stop(device);
	thaw_nodes();
	return 0;
}

const struct memgroup_sim_ops memgroup_sim_synthetic_ops = {
	.start = start,
	.resize = memgroup_synthetic_resize,
	.stop = stop,
	.read = memgroup_synthetic_read,
};

/**
 * memgroup_sim_synthetic_init() - add the folder synthetic/
 * @parent: to what, which is not registered yet
 *
 * The policy begins as the running kernel is configured at this moment.
 */
void memgroup_sim_synthetic_init(struct config_group *parent)
{
	struct memgroup_config config;

	mutex_lock(&memgroup_registry.lock);
	config = memgroup_registry.config;
	mutex_unlock(&memgroup_registry.lock);
	memgroup_synthetic_init(&made_up_system, &config);

	config_group_init_type_name(&synthetic_group, "synthetic",
				    &synthetic_type);
	configfs_add_default_group(&synthetic_group, parent);
	debugfs_folder = memgroup_debugfs_create("memory_groups_sim",
						 &made_up_system.registry);
}

/**
 * memgroup_sim_synthetic_exit() - take memgroup_sim_synthetic_init() back
 *
 * Its parent is not registered any more, and no device is live.
 */
void memgroup_sim_synthetic_exit(void)
{
	debugfs_remove(debugfs_folder);
	memgroup_synthetic_destroy(&made_up_system);
}
