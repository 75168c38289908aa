// SPDX-License-Identifier: GPL-2.0
/*
 * memory_groups/ in debugfs: what the policy knows, to read.
 *
 * Each file is one consistent reading. Opening it copies all records under the
 * registry's lock into one buffer; reading it formats that buffer. So neither a
 * slow reader nor a long file sees half of a change, and nobody formats anything
 * while onlining waits for the lock.
 */

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat.h"
#include "core.h"
#include "debugfs.h"
#include "decision.h"
#include "log.h"
#include "snapshot.h"

/**
 * struct view - one file
 * @name: of the file
 * @columns: the first line
 * @record_size: size of one record in the buffer
 * @count: how many records there are; called with the lock held
 * @copy: fill a buffer that has room for as many as @count just said, with the
 *	lock still held; returns how many there are
 * @show: print a record as a line
 */
struct view {
	const char *name;
	const char *columns;
	size_t record_size;
	size_t (*count)(struct memgroup_registry *registry);
	size_t (*copy)(struct memgroup_registry *registry, void *records,
		       size_t room);
	void (*show)(struct seq_file *m, const void *record);
};

/* A view as it was when the file was opened. */
struct memgroup_reading {
	const struct view *view;
	size_t nr_records;
	char records[];
};

static u64 bytes_of(u64 pages)
{
	/* A limit can be "more than anything": at a ratio of 4 billion percent. */
	return pages > U64_MAX >> PAGE_SHIFT ? U64_MAX : pages << PAGE_SHIFT;
}

/* Names come from drivers: keep them one word. */
static void show_name(struct seq_file *m, const char *name)
{
	seq_putc(m, ' ');
	if (name[0])
		seq_escape(m, name, " \t\n\v\f\r\\");
	else
		seq_putc(m, '-');
}

/* policy: one record with everything, printed as a line per value. */

struct policy_record {
	struct memgroup_config config;
	unsigned long nr_decisions;
	unsigned long nr_previews;
	unsigned long nr_clamped;
};

static size_t count_policy(struct memgroup_registry *registry)
{
	return 1;
}

static size_t copy_policy(struct memgroup_registry *registry, void *records,
			  size_t room)
{
	struct policy_record *record = records;

	record->config = registry->config;
	record->nr_decisions = registry->nr_decisions;
	record->nr_previews = registry->nr_previews;
	record->nr_clamped = registry->nr_clamped;
	return room;
}

static void show_policy(struct seq_file *m, const void *data)
{
	const struct policy_record *record = data;

	seq_printf(m, "online_policy %s\n",
		   memgroup_policy_name(record->config.policy));
	seq_printf(m, "auto_movable_ratio %u\n", record->config.ratio);
	if (IS_ENABLED(CONFIG_NUMA))
		seq_printf(m, "auto_movable_numa_aware %c\n",
			   record->config.numa_aware ? 'Y' : 'N');
	seq_printf(m, "decisions %lu\n", record->nr_decisions);
	seq_printf(m, "previews %lu\n", record->nr_previews);
	seq_printf(m, "clamped %lu\n", record->nr_clamped);
}

/* groups, by id */

struct group_record {
	struct memory_group group;
	unsigned long block_pages;
};

/* Blocks of a registry are all of one size, which need not be this machine's. */
static unsigned long block_pages(const struct memory_group *group)
{
	const struct memgroup_block *first;

	if (list_empty(&group->blocks))
		return 0;
	first = list_first_entry(&group->blocks, struct memgroup_block,
				 in_group);
	return first->nr_pages;
}

static size_t count_groups(struct memgroup_registry *registry)
{
	return registry->nr_groups;
}

static size_t copy_groups(struct memgroup_registry *registry, void *records,
			  size_t room)
{
	struct group_record *record = records;
	const struct memory_group *group;
	unsigned long id;

	xa_for_each(&registry->groups, id, group) {
		record->group = *group;
		record->block_pages = block_pages(group);
		record++;
	}
	return room;
}

static void show_group(struct seq_file *m, const void *data)
{
	const struct group_record *record = data;
	const struct memory_group *group = &record->group;

	seq_printf(m, "%d %s %d", group->id, memgroup_type_name(group->type),
		   group->nid);
	show_name(m, group->name);
	seq_printf(m, " %lu %lu %llu %llu %llu", group->nr_blocks,
		   group->nr_online_blocks, bytes_of(group->kernel_pages),
		   bytes_of(group->movable_pages),
		   bytes_of((group->nr_blocks - group->nr_online_blocks) *
			    record->block_pages));
	if (group->type == MEMGROUP_TYPE_STATIC)
		seq_printf(m, " %llu -", bytes_of(group->max_pages));
	else
		seq_printf(m, " - %llu", bytes_of(group->unit_pages));
	seq_printf(m, " %lu %lu", group->nr_decided_movable,
		   group->nr_decided_kernel);
	if (group->nr_decided_movable || group->nr_decided_kernel)
		seq_printf(m, " %s\n",
			   memgroup_reason_name(group->last_reason));
	else
		seq_puts(m, " -\n");
}

/* nodes: the system first, then the nodes that are online */

struct node_record {
	int nid;
	bool limited;
	struct memgroup_node_pages pages;
	u64 limit_pages;
	u64 headroom_pages;
};

static size_t count_nodes(struct memgroup_registry *registry)
{
	return 1 + nodes_weight(*registry->nodes->online);
}

static void fill_limit(const struct memgroup_config *config,
		       struct node_record *record)
{
	record->limited = config->policy == MEMGROUP_POLICY_AUTO_MOVABLE;
	record->headroom_pages =
		memgroup_policy_headroom(&record->pages.totals, config->ratio,
					 &record->limit_pages);
}

static size_t copy_nodes(struct memgroup_registry *registry, void *records,
			 size_t room)
{
	struct node_record *system = records, *record = system + 1;
	const struct node_record *end = system + room;
	int nid;

	system->nid = NUMA_NO_NODE;
	memgroup_snapshot_system(registry, &system->pages);
	fill_limit(&registry->config, system);

	/* Nodes go online and offline without our lock. */
	for_each_node_mask(nid, *registry->nodes->online) {
		if (record == end)
			break;
		record->nid = nid;
		memgroup_snapshot_node(registry, nid, &record->pages);
		fill_limit(&registry->config, record);
		/* A node never gets more than the system, nor less than asked. */
		if (registry->config.numa_aware)
			record->headroom_pages = min(record->headroom_pages,
						     system->headroom_pages);
		else
			record->headroom_pages = system->headroom_pages;
		record++;
	}
	return record - system;
}

static void show_node(struct seq_file *m, const void *data)
{
	const struct node_record *record = data;
	const struct memgroup_node_pages *pages = &record->pages;

	if (record->nid == NUMA_NO_NODE)
		seq_puts(m, "system");
	else
		seq_printf(m, "%d", record->nid);
	seq_printf(m, " %llu %llu %llu %llu %llu",
		   bytes_of(pages->totals.early_kernel_pages),
		   bytes_of(pages->kernel_pages),
		   bytes_of(pages->zone_movable_pages),
		   bytes_of(pages->cma_pages),
		   bytes_of(pages->totals.group_needed_pages));
	if (record->limited)
		seq_printf(m, " %llu %llu\n", bytes_of(record->limit_pages),
			   bytes_of(record->headroom_pages));
	else
		seq_puts(m, " - -\n");
}

/* zones: those that have pages, which changes under the lock only */

struct zone_record {
	int nid;
	const char *name;
	unsigned long present_pages;
	unsigned long early_pages;
	unsigned long cma_pages;
};

static size_t count_zones(struct memgroup_registry *registry)
{
	struct zone *zone = NULL;
	size_t count = 0;

	while ((zone = memgroup_next_zone(registry->nodes, zone)))
		count++;
	return count;
}

static size_t copy_zones(struct memgroup_registry *registry, void *records,
			 size_t room)
{
	struct zone_record *record = records;
	struct zone *zone = NULL;

	while ((zone = memgroup_next_zone(registry->nodes, zone))) {
		record->nid = zone_to_nid(zone);
		record->name = zone->name;
		record->present_pages = zone->present_pages;
		record->early_pages = memgroup_zone_early_pages(zone);
		record->cma_pages = memgroup_zone_cma_pages(zone);
		record++;
	}
	return room;
}

static void show_zone(struct seq_file *m, const void *data)
{
	const struct zone_record *record = data;

	seq_printf(m, "%d %s %llu %llu %llu\n", record->nid, record->name,
		   bytes_of(record->present_pages),
		   bytes_of(record->early_pages), bytes_of(record->cma_pages));
}

/* blocks, by address */

struct block_record {
	unsigned long number;
	int nid;
	int mgid;
	bool online;
	const char *zone;
};

static size_t count_blocks(struct memgroup_registry *registry)
{
	return registry->nr_blocks;
}

/*
 * What only the memory block around @block knows. It cannot go away: it leaves the
 * registry before that.
 */
static struct zone *look_at_memory_block(const struct memgroup_block *block,
					 int *nid)
{
	const struct memory_block *mem =
		container_of(block, struct memory_block, memgroup);

	*nid = memgroup_node_or_first(READ_ONCE(mem->nid));
	return READ_ONCE(mem->zone);
}

/*
 * A block in a group is on the group's node, and was accounted if it is online:
 * there need not be a memory block around it.
 */
static void fill_block(const struct memgroup_block *block,
		       struct block_record *record)
{
	const struct memory_group *group = block->group;
	struct zone *zone = NULL;

	if (group)
		record->nid = group->nid;
	else
		zone = look_at_memory_block(block, &record->nid);
	if (block->zone)
		zone = block->zone;

	record->number = block->start_pfn / block->nr_pages;
	record->mgid = group ? group->id : -1;
	record->online = block->present_pages > 0;
	record->zone = record->online && zone ? zone->name : "-";
}

static size_t copy_blocks(struct memgroup_registry *registry, void *records,
			  size_t room)
{
	struct block_record *record = records;
	const struct memgroup_block *block;
	struct rb_node *node;

	for (node = rb_first(&registry->blocks); node; node = rb_next(node)) {
		block = rb_entry(node, struct memgroup_block, by_pfn);
		fill_block(block, record++);
	}
	return room;
}

static void show_block(struct seq_file *m, const void *data)
{
	const struct block_record *record = data;

	seq_printf(m, "%lu %d ", record->number, record->nid);
	if (record->mgid < 0)
		seq_putc(m, '-');
	else
		seq_printf(m, "%d", record->mgid);
	seq_printf(m, " %s %s\n", record->online ? "online" : "offline",
		   record->zone);
}

/* decisions, the oldest first */

static size_t copy_decisions(struct memgroup_registry *registry, void *records,
			     size_t room)
{
	memgroup_log_copy(registry, records);
	return room;
}

/* Zones of a type have the same name on every node. */
static const char *zone_name(unsigned int type)
{
	return NODE_DATA(first_online_node)->node_zones[type].name;
}

static void show_decision(struct seq_file *m, const void *data)
{
	const struct memgroup_decision *decision = data;
	const struct memgroup_verdict *verdict = &decision->verdict;

	seq_printf(m, "%llu %llu 1 %d ", decision->time_ns,
		   div64_u64(decision->start_pfn, decision->nr_pages),
		   decision->nid);
	if (decision->mgid < 0)
		seq_putc(m, '-');
	else
		seq_printf(m, "%d", decision->mgid);
	show_name(m, decision->device);
	seq_printf(m, " %s %s %s %s %s %llu %llu %llu %llu\n",
		   memgroup_request_name(decision->request),
		   memgroup_policy_name(decision->policy),
		   zone_name(decision->zone),
		   memgroup_reason_name(verdict->reason),
		   memgroup_domain_name(verdict->domain),
		   verdict->early_kernel_pages, verdict->movable_pages,
		   verdict->asked_pages, verdict->limit_pages);
}

static const struct view views[] = {
	{
		.name = "policy",
		.columns = "name value",
		.record_size = sizeof(struct policy_record),
		.count = count_policy,
		.copy = copy_policy,
		.show = show_policy,
	},
	{
		.name = "groups",
		.columns =
			"id type node device blocks online_blocks kernel_bytes movable_bytes offline_bytes max_bytes unit_bytes decided_movable decided_kernel last_reason",
		.record_size = sizeof(struct group_record),
		.count = count_groups,
		.copy = copy_groups,
		.show = show_group,
	},
	{
		.name = "nodes",
		.columns =
			"node early_kernel_bytes kernel_bytes movable_bytes cma_bytes needed_bytes limit_bytes headroom_bytes",
		.record_size = sizeof(struct node_record),
		.count = count_nodes,
		.copy = copy_nodes,
		.show = show_node,
	},
	{
		.name = "zones",
		.columns = "node zone present_bytes early_bytes cma_bytes",
		.record_size = sizeof(struct zone_record),
		.count = count_zones,
		.copy = copy_zones,
		.show = show_zone,
	},
	{
		.name = "blocks",
		.columns = "block node group state zone",
		.record_size = sizeof(struct block_record),
		.count = count_blocks,
		.copy = copy_blocks,
		.show = show_block,
	},
	{
		.name = "decisions",
		.columns =
			"time_ns first_block blocks node group device request policy zone reason domain early_kernel_pages movable_pages asked_pages limit_pages",
		.record_size = sizeof(struct memgroup_decision),
		.count = memgroup_log_count,
		.copy = copy_decisions,
		.show = show_decision,
	},
};

static const struct view *find_view(const char *name)
{
	const struct view *view;

	for (view = views; view < views + ARRAY_SIZE(views); view++)
		if (!strcmp(view->name, name))
			return view;
	return NULL;
}

/**
 * memgroup_reading_take() - copy a view
 * @registry: of what
 * @name: the name of its file
 *
 * How much there is to copy is known only under the registry's lock, where nothing
 * may be allocated: this allocates for what there was a moment ago, and again if
 * it has grown. May sleep. Takes the lock.
 *
 * Return: the copy, for memgroup_reading_show() and then kvfree(); or ERR_PTR():
 * -ENOENT for an unknown name, -ENOMEM.
 */
struct memgroup_reading *
memgroup_reading_take(struct memgroup_registry *registry, const char *name)
{
	const struct view *view = find_view(name);
	struct memgroup_reading *reading = NULL;
	size_t room, count;

	if (!view)
		return ERR_PTR(-ENOENT);

	mutex_lock(&registry->lock);
	count = view->count(registry);
	do {
		mutex_unlock(&registry->lock);
		kvfree(reading);
		room = count;
		reading = kvzalloc(struct_size(reading, records,
					       array_size(room,
							  view->record_size)),
				   GFP_KERNEL);
		if (!reading)
			return ERR_PTR(-ENOMEM);

		mutex_lock(&registry->lock);
		count = view->count(registry);
	} while (count > room);
	reading->view = view;
	reading->nr_records = view->copy(registry, reading->records, count);
	mutex_unlock(&registry->lock);
	return reading;
}

/**
 * memgroup_reading_show() - print a line of a copy
 * @reading: the copy
 * @m: where to
 * @line: which; 0 has the names of the columns
 *
 * Return: false if there is no such line.
 */
bool memgroup_reading_show(const struct memgroup_reading *reading,
			   struct seq_file *m, size_t line)
{
	const struct view *view = reading->view;

	if (line > reading->nr_records)
		return false;
	if (line)
		view->show(m, reading->records + (line - 1) * view->record_size);
	else
		seq_printf(m, "%s\n", view->columns);
	return true;
}

static void *seq_start(struct seq_file *m, loff_t *pos)
{
	struct memgroup_reading *reading = m->private;

	return *pos <= reading->nr_records ? pos : NULL;
}

static void *seq_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return seq_start(m, pos);
}

static void seq_stop(struct seq_file *m, void *v)
{
}

static int seq_show(struct seq_file *m, void *v)
{
	memgroup_reading_show(m->private, m, *(loff_t *)v);
	return 0;
}

static const struct seq_operations view_seq_ops = {
	.start = seq_start,
	.next = seq_next,
	.stop = seq_stop,
	.show = seq_show,
};

static int view_open(struct inode *inode, struct file *file)
{
	struct memgroup_reading *reading =
		memgroup_reading_take(inode->i_private,
				      file_dentry(file)->d_name.name);
	int ret;

	if (IS_ERR(reading))
		return PTR_ERR(reading);

	ret = seq_open(file, &view_seq_ops);
	if (ret) {
		kvfree(reading);
		return ret;
	}
	((struct seq_file *)file->private_data)->private = reading;
	return 0;
}

static int view_release(struct inode *inode, struct file *file)
{
	kvfree(((struct seq_file *)file->private_data)->private);
	return seq_release(inode, file);
}

static const struct file_operations view_fops = {
	.owner = THIS_MODULE,
	.open = view_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = view_release,
};

/**
 * memgroup_debugfs_create() - make a folder with all views of a registry
 * @name: of the folder
 * @registry: whose
 *
 * Return: the folder. debugfs_remove() waits for whoever is reading @registry, who
 * may take its lock; a file that remains open after that has nothing more to read.
 */
struct dentry *memgroup_debugfs_create(const char *name,
				       struct memgroup_registry *registry)
{
	struct dentry *dir = debugfs_create_dir(name, NULL);
	const struct view *view;

	for (view = views; view < views + ARRAY_SIZE(views); view++)
		debugfs_create_file(view->name, 0400, dir, registry,
				    &view_fops);
	return dir;
}

static int __init memgroup_debugfs_init(void)
{
	memgroup_debugfs_create("memory_groups", &memgroup_registry);
	return 0;
}
late_initcall(memgroup_debugfs_init);
