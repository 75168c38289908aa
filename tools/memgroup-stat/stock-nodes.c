// SPDX-License-Identifier: GPL-2.0
/*
 * Nodes from /proc/zoneinfo, as far as they are known from there.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "group-headroom.h"
#include "node-headroom.h"
#include "stock.h"

static int overflow(struct fault *fault)
{
	return fault_set(fault, EOVERFLOW, "proc/zoneinfo: the sum does not fit into 64 bits");
}

static int add_bytes(uint64_t *sum, uint64_t pages, uint64_t page_bytes,
		     struct fault *fault)
{
	uint64_t bytes;

	if (__builtin_mul_overflow(pages, page_bytes, &bytes) ||
	    __builtin_add_overflow(*sum, bytes, sum))
		return overflow(fault);
	return 0;
}

/* Whose zone that is: they are listed node by node, ascending. */
static struct node *node_of(struct model *model, uint64_t number)
{
	struct node *last = &model->nodes[model->nr_nodes - 1];

	if (last->node == NO_NODE || (uint64_t)last->node != number)
		model->nodes[model->nr_nodes++] = (struct node){ .node = (int)number };
	return &model->nodes[model->nr_nodes - 1];
}

static int add_zones(struct model *model, const struct zoneinfo *zones,
		     uint64_t page_bytes, struct fault *fault)
{
	struct node *system = &model->nodes[0];
	size_t i;

	for (i = 0; i < zones->count; i++) {
		const struct zone_pages *zone = &zones->list[i];
		const enum zone_kind kind = zone_kind_of(zone->name);
		struct node *node;
		int err;

		if (zone->node > INT16_MAX ||
		    (i && zone->node < zones->list[i - 1].node))
			return fault_set(fault, EINVAL, "proc/zoneinfo: node %" PRIu64 " is out of order",
					 zone->node);
		node = node_of(model, zone->node);
		if (kind == ZONE_DEVICE)
			continue;
		err = add_bytes(kind == ZONE_MOVABLE ? &node->movable : &node->kernel,
				zone->present, page_bytes, fault) ?:
			add_bytes(kind == ZONE_MOVABLE ? &system->movable : &system->kernel,
				  zone->present, page_bytes, fault) ?:
			add_bytes(&node->cma, zone->cma, page_bytes, fault) ?:
			add_bytes(&system->cma, zone->cma, page_bytes, fault);
		if (err)
			return err;
	}
	return 0;
}

/* What is left of the kernel zones without what came later, and without CMA. */
static int find_early(struct model *model, const struct hotplugged *hotplugged,
		      size_t nr_hotplugged, struct fault *fault)
{
	struct node *system = &model->nodes[0];
	size_t i;

	for (i = 1; i < model->nr_nodes; i++) {
		struct node *node = &model->nodes[i];
		const uint64_t later = (size_t)node->node < nr_hotplugged ?
				       hotplugged[node->node].kernel : 0;
		uint64_t less;

		if (__builtin_add_overflow(later, node->cma, &less))
			return overflow(fault);
		if (less > node->kernel)
			return fault_set(fault, EAGAIN, "proc/zoneinfo and sys/devices/system/memory do not agree: node %d has more hotplugged kernel memory than kernel memory",
					 node->node);
		node->early_kernel = node->kernel - less;
		if (__builtin_add_overflow(system->early_kernel, node->early_kernel,
					   &system->early_kernel))
			return overflow(fault);
	}
	return 0;
}

/* What is not sure is not said. */
static int find_headroom(struct model *model, uint64_t page_bytes, bool sure,
			 struct fault *fault)
{
	if (sure)
		return node_headroom_set(model, page_bytes, "proc/zoneinfo", fault);
	if (strcmp(model->policy.name, "auto-movable"))
		return 0;
	return model_note(model, fault, "the headroom is not known: it depends on which memory was there at boot, and which is of virtio-mem");
}

int stock_nodes_build(struct model *model, const struct zoneinfo *zones,
		      const struct hotplugged *hotplugged, size_t nr_hotplugged,
		      uint64_t page_bytes, bool sure, struct fault *fault)
{
	int err;

	/* Not more nodes than zones, and the system. */
	model->nodes = calloc(zones->count + 1, sizeof(*model->nodes));
	if (!model->nodes)
		return fault_nomem(fault);
	model->nodes[0].node = NO_NODE;
	model->nr_nodes = 1;
	err = add_zones(model, zones, page_bytes, fault) ?:
		find_early(model, hotplugged, nr_hotplugged, fault) ?:
		find_headroom(model, page_bytes, sure, fault);
	err = err ?: model_finish_nodes(model, "sys/devices/system/memory", fault);
	if (!err && sure)
		group_headroom_set(model, page_bytes);
	return err;
}
