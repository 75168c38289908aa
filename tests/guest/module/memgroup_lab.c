// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that does as it is told, for the tests of error paths: it registers
 * memory groups, adds memory, and holds pages so that a block cannot go offline.
 *
 * A write to /sys/kernel/debug/memgroup_lab is one command. It is carried out by
 * the task that writes, so that /proc/self/fail-nth reaches it, and the write fails
 * with its error. Numbers are decimal or 0x…, sizes in bytes.
 *
 *   register-static NODE SIZE	a group that may have SIZE; read back its id
 *   register-dynamic NODE UNIT	a group of units; read back its id
 *   name ID NAME		what the group is called from now on
 *   unregister ID
 *   add ID START SIZE		memory at physical address START, into the group
 *   remove START SIZE		takes it offline and away
 *   pin-kernel BLOCK		holds all that is free in an online kernel block, but for
 *				pieces of pageblocks
 *   pin-movable BLOCK		holds pages in a block of ZONE_MOVABLE: they look
 *				movable until somebody tries
 *   unpin			gives all of those back
 *
 * What is no command gives ENOTTY, as EINVAL is an answer of the kernel's. Of the
 * kernel it uses what drivers use.
 */

#include <linux/debugfs.h>
#include <linux/list.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#define COMMAND_LEN	96
#define PIN_ORDER	(pageblock_order)

/* Of one open file: only its reader and writer use it, one after the other. */
struct lab_file {
	int id;
};

/* Protects pinned_pages. */
static DEFINE_MUTEX(pin_mutex);
static LIST_HEAD(pinned_pages);
static struct dentry *lab_dentry;

static void free_pages_of(struct list_head *list)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, list, lru) {
		list_del(&page->lru);
		__free_pages(page, PIN_ORDER);
	}
}

/*
 * Nobody can ask for pages of one block: take what comes until some lie there or, for
 * all of them, until the node has no more; and give back all others.
 */
static int pin(unsigned long block, gfp_t gfp, bool all)
{
	const unsigned long pages = PHYS_PFN(memory_block_size_bytes());
	const unsigned long start = block * pages;
	LIST_HEAD(others);
	struct page *page;
	int ret = -ENOENT;

	if (!pfn_to_online_page(start))
		return -ENXIO;
	gfp |= __GFP_THISNODE | __GFP_NORETRY | __GFP_NOWARN;
	/* The reserves of the block's zone as well. */
	if (all)
		gfp |= __GFP_MEMALLOC;
	while (ret || all) {
		page = alloc_pages_node(page_to_nid(pfn_to_page(start)), gfp,
					PIN_ORDER);
		if (!page)
			break;
		if (page_to_pfn(page) < start ||
		    page_to_pfn(page) >= start + pages) {
			list_add(&page->lru, &others);
			cond_resched();
			continue;
		}
		mutex_lock(&pin_mutex);
		list_add(&page->lru, &pinned_pages);
		mutex_unlock(&pin_mutex);
		ret = 0;
	}
	free_pages_of(&others);
	return ret;
}

static int unpin(void)
{
	mutex_lock(&pin_mutex);
	free_pages_of(&pinned_pages);
	mutex_unlock(&pin_mutex);
	return 0;
}

static int carry_out(struct lab_file *lab, char *command)
{
	unsigned long long start, size;
	unsigned long block;
	int id, node, at = 0;

	/* With %n last, a command that goes on behind it does not pass for it. */
#define IS(format, ...) \
	(at = 0, sscanf(command, format "%n", ##__VA_ARGS__, &at), \
	 at && !command[at])
	if (IS("register-static %i %lli", &node, &size)) {
		id = memory_group_register_static(node, PHYS_PFN(size));
	} else if (IS("register-dynamic %i %lli", &node, &size)) {
		id = memory_group_register_dynamic(node, PHYS_PFN(size));
	} else if (IS("unregister %i", &id)) {
		return memory_group_unregister(id);
	} else if (IS("add %i %lli %lli", &id, &start, &size)) {
		return add_memory_driver_managed(id, start, size,
						 "System RAM (memgroup_lab)",
						 MHP_NID_IS_MGID);
	} else if (IS("remove %lli %lli", &start, &size)) {
		return offline_and_remove_memory(start, size);
	} else if (IS("pin-kernel %lu", &block)) {
		return pin(block, GFP_KERNEL, true);
	} else if (IS("pin-movable %lu", &block)) {
		return pin(block, GFP_HIGHUSER_MOVABLE, false);
	} else if (!strcmp(command, "unpin")) {
		return unpin();
	} else if (sscanf(command, "name %i %n", &id, &at) == 1 && at) {
		memory_group_set_name(id, command + at);
		return 0;
	} else {
		return -ENOTTY;
	}
#undef IS
	if (id < 0)
		return id;
	lab->id = id;
	return 0;
}

static int lab_open(struct inode *inode, struct file *file)
{
	struct lab_file *lab = kzalloc(sizeof(*lab), GFP_KERNEL);

	if (!lab)
		return -ENOMEM;
	lab->id = -1;
	file->private_data = lab;
	return 0;
}

static int lab_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

static ssize_t lab_write(struct file *file, const char __user *from,
			 size_t count, loff_t *pos)
{
	char command[COMMAND_LEN];
	int ret;

	if (count >= sizeof(command))
		return -E2BIG;
	if (copy_from_user(command, from, count))
		return -EFAULT;
	command[count] = '\0';
	ret = carry_out(file->private_data, strim(command));
	return ret ? ret : count;
}

static ssize_t lab_read(struct file *file, char __user *to, size_t count,
			loff_t *pos)
{
	const struct lab_file *lab = file->private_data;
	char text[16];

	snprintf(text, sizeof(text), "%d\n", lab->id);
	return simple_read_from_buffer(to, count, pos, text, strlen(text));
}

static const struct file_operations lab_operations = {
	.owner = THIS_MODULE,
	.open = lab_open,
	.release = lab_release,
	.read = lab_read,
	.write = lab_write,
	.llseek = default_llseek,
};

static int __init memgroup_lab_init(void)
{
	lab_dentry = debugfs_create_file("memgroup_lab", 0600, NULL, NULL,
					 &lab_operations);
	return PTR_ERR_OR_ZERO(lab_dentry);
}

/* Groups and memory stay: whoever asked for them knows what is left. */
static void __exit memgroup_lab_exit(void)
{
	debugfs_remove(lab_dentry);
	unpin();
}

module_init(memgroup_lab_init);
module_exit(memgroup_lab_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Registers memory groups and adds memory as tests command");
