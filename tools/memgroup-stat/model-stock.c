// SPDX-License-Identifier: GPL-2.0
/*
 * The model of a kernel without a view of memory groups: from sysfs, /proc/iomem and
 * /proc/zoneinfo.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "grow.h"
#include "stock.h"

#define PARAMETERS "sys/module/memory_hotplug/parameters"

/* Readings before taking what there is, 10 ms apart. */
#define READINGS 3
#define READING_PAUSE_NS 10000000L

/* What one reading needs beside the model. */
struct reading {
	struct model *model;
	struct sysroot *root;
	unsigned int need;
	bool last;		/* what does not agree is taken as it is */
	struct fault *fault;
	struct zoneinfo zones, again;
	uint64_t page_bytes;
	struct boot_memory boot;
	struct owned_ranges owned;
	struct hotplugged *hotplugged;	/* by node */
	uint32_t *lone;			/* by node: the group of memory without a device */
	size_t nr_nodes;		/* of these two */
	bool sure;			/* of what the policy counts */
};

/* policy */

/* A parameter; *value is NULL where this kernel has none of that name. */
static int read_parameter(struct model *model, struct sysroot *root, const char *name,
			  const char **value, struct fault *fault)
{
	struct policy *policy = &model->policy;
	struct setting *settings;
	const char *complaint;
	char path[128], word[64];
	int err;

	*value = NULL;
	snprintf(path, sizeof(path), PARAMETERS "/%s", name);
	err = sysroot_read_word(root, path, word, sizeof(word), fault);
	if (err == -ENOENT)
		return 0;
	if (err)
		return err;
	settings = grow(policy->settings, policy->nr_settings, sizeof(*settings));
	if (!settings)
		return fault_nomem(fault);
	policy->settings = settings;
	settings += policy->nr_settings++;
	settings->name = strdup(name);
	settings->value = strdup(word);
	if (!settings->name || !settings->value)
		return fault_nomem(fault);
	*value = settings->value;
	complaint = policy_set(policy, name, word);
	return complaint ? fault_set(fault, EINVAL, "%s/%s: line 1: %s %s", root->name,
				     path, word, complaint) : 0;
}

static int read_policy(struct model *model, struct sysroot *root, struct fault *fault)
{
	struct policy *policy = &model->policy;
	const char *name, *ratio, *numa_aware;
	int err;

	err = read_parameter(model, root, "online_policy", &name, fault) ?:
		read_parameter(model, root, "auto_movable_ratio", &ratio, fault) ?:
		read_parameter(model, root, "auto_movable_numa_aware", &numa_aware,
			       fault);
	if (err)
		return err;
	policy->name = strdup(name ?: "unknown");
	if (!policy->name)
		return fault_nomem(fault);
	if (name && ratio)
		return 0;
	return model_note(model, fault, "the online policy is not known: this kernel has no parameter memory_hotplug.%s, which Linux 5.15 brought",
			  name ? "auto_movable_ratio" : "online_policy");
}

/* groups */

/* Room for what is counted by node. */
static int make_nodes(struct reading *r)
{
	size_t i;

	r->nr_nodes = 1;
	for (i = 0; i < r->zones.count; i++)
		if (r->zones.list[i].node >= r->nr_nodes &&
		    r->zones.list[i].node < INT16_MAX)
			r->nr_nodes = r->zones.list[i].node + 1;
	for (i = 0; i < r->model->nr_blocks; i++)
		if (r->model->blocks[i].node >= (int)r->nr_nodes)
			r->nr_nodes = (size_t)r->model->blocks[i].node + 1;
	r->hotplugged = calloc(r->nr_nodes, sizeof(*r->hotplugged));
	/* One more for blocks without a node. */
	r->lone = calloc(r->nr_nodes + 1, sizeof(*r->lone));
	return r->hotplugged && r->lone ? 0 : fault_nomem(r->fault);
}

/* The row for memory of @node that is of no device; NO_GROUP without memory. */
static uint32_t lone_group(struct reading *r, int node)
{
	uint32_t *lone = &r->lone[node == NO_NODE ? r->nr_nodes : (size_t)node];
	struct group *group;

	if (!*lone) {
		group = model_add_group(r->model);
		if (!group)
			return NO_GROUP;
		group->node = node;
		group->known_from = "sysfs";
		*lone = (uint32_t)r->model->nr_groups;
	}
	return *lone - 1;
}

static bool is_kernel_zone(uint8_t zone)
{
	return zone == ZONE_DMA || zone == ZONE_DMA32 || zone == ZONE_NORMAL ||
	       zone == ZONE_HIGHMEM;
}

static int count_block(struct reading *r, const struct memory_block *block,
		       struct group *group)
{
	const uint64_t bytes = r->model->block_bytes;
	uint64_t *sum = NULL;

	group->blocks++;
	if (group->node == NO_NODE)
		group->node = block->node;
	if (block->state == BLOCK_OFFLINE) {
		sum = &group->offline;
	} else {
		group->online_blocks++;
		if (block->zone == ZONE_MOVABLE)
			sum = &group->movable;
		else if (is_kernel_zone(block->zone))
			sum = &group->kernel;
		else
			r->sure = false;
		/* All these bytes have addresses of 64 bits: no sum of them overflows. */
		if (is_kernel_zone(block->zone) && block->node >= 0)
			r->hotplugged[block->node].kernel += bytes;
	}
	if (sum)
		*sum += bytes;
	return 0;
}

/* Boot memory is in no row, unless it was set offline. */
static int own_block(struct reading *r, struct memory_block *block)
{
	const uint64_t start = block->number * r->model->block_bytes;
	const uint64_t last = start + (r->model->block_bytes - 1);
	const bool boot = !r->boot.known || boot_memory_has(&r->boot, start, last);
	uint32_t group = owned_ranges_group(&r->owned, start);

	if (group == NO_GROUP && !boot)
		group = r->owned.rest;
	block->group = group;
	if (group != NO_GROUP)
		return count_block(r, block, &r->model->groups[group]);
	if (boot) {
		if (block->state != BLOCK_OFFLINE)
			return 0;
	} else if (block->state != BLOCK_OFFLINE) {
		r->sure = false;
	}
	group = lone_group(r, block->node);
	if (group == NO_GROUP)
		return fault_nomem(r->fault);
	return count_block(r, block, &r->model->groups[group]);
}

static int fill_groups(struct reading *r)
{
	size_t i;
	int err;

	err = boot_memory_read(&r->boot, r->model, r->root, r->fault) ?:
		stock_devices_read(&r->owned, &r->boot, r->model, r->root, r->fault) ?:
		make_nodes(r);
	r->sure = r->boot.known && !r->owned.unsure;
	for (i = 0; i < r->model->nr_blocks && !err; i++)
		err = own_block(r, &r->model->blocks[i]);
	return err;
}

static bool zones_equal(const struct zoneinfo *a, const struct zoneinfo *b)
{
	size_t i;

	if (a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++)
		if (a->list[i].node != b->list[i].node ||
		    a->list[i].present != b->list[i].present ||
		    a->list[i].spanned != b->list[i].spanned ||
		    a->list[i].start != b->list[i].start)
			return false;
	return true;
}

/* Zones before and after: what comes or goes between shows there. */
static int check_again(struct reading *r)
{
	int err = zoneinfo_read(r->root, &r->again, r->fault);

	if (err || zones_equal(&r->zones, &r->again))
		return err;
	if (!r->last)
		return fault_set(r->fault, EAGAIN, "memory came or went");
	return model_note(r->model, r->fault, "memory came or went while it was read: the numbers may not agree");
}

static int read_once(struct reading *r)
{
	const unsigned int memory = MODEL_GROUPS | MODEL_NODES | MODEL_BLOCKS;
	int err = 0;

	if (r->need & (MODEL_POLICY | MODEL_NODES))
		err = read_policy(r->model, r->root, r->fault);
	if (err || !(r->need & memory))
		return err;
	err = zoneinfo_read(r->root, &r->zones, r->fault);
	if (err)
		return err;
	r->page_bytes = stock_page_bytes(&r->zones, r->root);
	err = stock_blocks_read(r->model, &r->zones, r->page_bytes, r->root, r->fault) ?:
		fill_groups(r);
	if (!err && r->need & MODEL_NODES)
		err = stock_nodes_build(r->model, &r->zones, r->hotplugged, r->nr_nodes,
					r->page_bytes, r->sure, r->fault);
	return err ?: check_again(r);
}

static void drop(struct reading *r)
{
	boot_memory_free(&r->boot);
	owned_ranges_free(&r->owned);
	free(r->hotplugged);
	free(r->lone);
	r->hotplugged = NULL;
	r->lone = NULL;
}

int model_read_stock(struct model *model, struct sysroot *root, unsigned int need,
		     struct fault *fault)
{
	struct reading *r = calloc(1, sizeof(*r));
	int tries, err = -EAGAIN;

	if (!r)
		return fault_nomem(fault);
	r->model = model;
	r->root = root;
	r->need = need;
	r->fault = fault;
	for (tries = 1; tries <= READINGS && err == -EAGAIN; tries++) {
		const struct timespec pause = { .tv_nsec = READING_PAUSE_NS };

		if (tries > 1)
			nanosleep(&pause, NULL);
		*model = (struct model){ .from = FROM_SYSFS };
		r->last = tries == READINGS;
		err = read_once(r);
		drop(r);
		if (err)
			model_free(model);
	}
	free(r);
	return err;
}
