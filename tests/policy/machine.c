// SPDX-License-Identifier: GPL-2.0

#include <string.h>

#include "machine.h"

const struct rules policy_rules = {
	.decide = memgroup_policy_decide,
	.needed = memgroup_policy_needed,
};

void machine_init(struct machine *m, const struct rules *rules)
{
	unsigned int node, zone;

	memset(m, 0, sizeof(*m));
	m->rules = rules;
	m->config.policy = MEMGROUP_POLICY_AUTO_MOVABLE;
	m->config.ratio = 301;
	m->config.numa_aware = true;
	m->block_pages = 32768;
	for (node = 0; node < NODES_MAX; node++)
		for (zone = 0; zone < ZONES; zone++)
			m->zone[node][zone].first = ~0ULL;
}

static bool overlaps(const struct machine *m, u64 first, u64 last)
{
	unsigned int i;

	for (i = 0; i < m->nr_ranges; i++)
		if (first <= m->range[i].last && m->range[i].first <= last)
			return true;
	for (i = 0; i < DEVICES_MAX; i++) {
		const struct device_state *d = &m->device[i];

		if (d->live && first < d->first + d->nr_blocks &&
		    d->first <= last)
			return true;
	}
	return false;
}

static bool allows_boot(const struct machine *m, const uint64_t *number)
{
	const u64 first = number[1], last = number[2];

	return !m->had_device && m->nr_ranges < RANGES_MAX &&
	       number[0] < NODES_MAX && first <= last &&
	       last < PAGES_MAX / m->block_pages && number[3] &&
	       number[3] <= (last - first + 1) * m->block_pages &&
	       number[4] <= number[3] && !overlaps(m, first, last);
}

static bool allows_device(const struct machine *m,
			  const struct operation *operation)
{
	const uint64_t *number = operation->number;
	const uint64_t size = number[5];

	if (number[0] >= DEVICES_MAX || m->device[number[0]].live ||
	    number[1] >= NODES_MAX || number[2] >= NODES_MAX || !number[4] ||
	    number[4] > BLOCKS_MAX || number[3] >= PAGES_MAX / m->block_pages ||
	    overlaps(m, number[3], number[3] + number[4] - 1))
		return false;
	if (operation->what == OP_STATIC)
		return size && size <= 2 * BLOCKS_MAX;
	if (operation->what == OP_DYNAMIC)
		return size && size <= UNIT_MAX && !(size & (size - 1));
	return number[1] == number[2];
}

static bool all_offline(const struct device_state *d)
{
	unsigned int i;

	for (i = 0; i < d->nr_blocks; i++)
		if (d->zone[i] != OFFLINE)
			return false;
	return true;
}

bool machine_allows(const struct machine *m, const struct operation *operation)
{
	const uint64_t *number = operation->number;
	const struct device_state *d;

	switch (operation->what) {
	case OP_BLOCK_PAGES:
		return !m->had_device && !m->nr_ranges && number[0] &&
		       number[0] <= PAGES_MAX / BLOCKS_MAX / DEVICES_MAX;
	case OP_BOOT_DMA ... OP_BOOT_MOVABLE:
		return allows_boot(m, number);
	case OP_RATIO:
		return number[0] <= ~0U;
	case OP_CONTIG_ZONES:
	case OP_AUTO_MOVABLE:
		return true;
	case OP_NUMA_AWARE:
	case OP_MOVABLE_NODE:
		return number[0] <= 1;
	case OP_PLAIN ... OP_DYNAMIC:
		return allows_device(m, operation);
	case OP_OFFLINE_BOOT:
		/* Something stays: the range ends where it did, and so does the zone. */
		return number[0] < m->nr_ranges && number[1] &&
		       number[1] < m->range[number[0]].pages;
	default:
		break;
	}

	if (number[0] >= DEVICES_MAX || !m->device[number[0]].live)
		return false;
	d = &m->device[number[0]];
	if (operation->what == OP_REMOVE)
		return all_offline(d);
	return number[1] < d->nr_blocks &&
	       (d->zone[number[1]] == OFFLINE) ==
	       (operation->what != OP_OFFLINE);
}

static void widen(struct zone_state *zone, u64 first, u64 last)
{
	if (first < zone->first)
		zone->first = first;
	if (last > zone->last)
		zone->last = last;
}

static bool intersects(const struct zone_state *zone, u64 block)
{
	return zone->first <= block && block <= zone->last;
}

static enum zone_kind kernel_zone(const struct machine *m, unsigned int node,
				  u64 block)
{
	enum zone_kind zone = ZONE_DMA;

	while (zone < ZONE_NORMAL && !intersects(&m->zone[node][zone], block))
		zone++;
	return zone;
}

/* A block at the edge has left its zone: the span ends at the next one. */
static void shrink_span(struct machine *m, unsigned int node,
			enum zone_kind kind)
{
	struct zone_state *zone = &m->zone[node][kind];
	unsigned int i, block;

	zone->first = ~0ULL;
	zone->last = 0;
	for (i = 0; i < m->nr_ranges; i++)
		if (m->range[i].node == node && m->range[i].zone == kind)
			widen(zone, m->range[i].first, m->range[i].last);
	for (i = 0; i < DEVICES_MAX; i++) {
		const struct device_state *d = &m->device[i];

		if (!d->live || d->node != node)
			continue;
		for (block = 0; block < d->nr_blocks; block++)
			if (d->zone[block] == kind)
				widen(zone, d->first + block, d->first + block);
	}
}

/* Replace what a group has in the sums by what it should have now. */
static void update_sums(struct machine *m, struct device_state *d,
			u64 movable_before)
{
	struct sums *node = &m->node[d->group_node];
	u64 needed, movable;

	if (d->type != MEMGROUP_TYPE_DYNAMIC)
		return;
	needed = m->rules->needed(d->kernel_pages, d->movable_pages,
				  m->config.ratio) - d->needed_pages;
	movable = d->movable_pages - movable_before;
	m->system.needed_pages += needed;
	m->system.movable_pages += movable;
	node->needed_pages += needed;
	node->movable_pages += movable;
	d->needed_pages += needed;
}

static void move_block(struct machine *m, struct device_state *d,
		       unsigned int block, enum zone_kind zone)
{
	const enum zone_kind before = d->zone[block];
	const u64 movable_before = d->movable_pages;
	const u64 number = d->first + block;

	d->zone[block] = zone;
	if (zone != OFFLINE) {
		struct zone_state *to = &m->zone[d->node][zone];

		*(zone == ZONE_MOVABLE ? &d->movable_pages :
					 &d->kernel_pages) += m->block_pages;
		to->present_pages += m->block_pages;
		widen(to, number, number);
	} else {
		struct zone_state *from = &m->zone[d->node][before];

		*(before == ZONE_MOVABLE ? &d->movable_pages :
					   &d->kernel_pages) -= m->block_pages;
		from->present_pages -= m->block_pages;
		if (number == from->first || number == from->last)
			shrink_span(m, d->node, before);
	}
	update_sums(m, d, movable_before);
}

static void set_ratio(struct machine *m, unsigned int ratio)
{
	unsigned int i;

	m->config.ratio = ratio;
	for (i = 0; i < DEVICES_MAX; i++)
		if (m->device[i].live)
			update_sums(m, &m->device[i],
				    m->device[i].movable_pages);
}

static void add_boot(struct machine *m, enum zone_kind kind,
		     const uint64_t *number)
{
	struct zone_state *zone = &m->zone[number[0]][kind];

	m->range[m->nr_ranges++] = (struct boot_range) {
		.node = number[0], .zone = kind,
		.first = number[1], .last = number[2],
		.pages = number[3] - number[4],
	};
	widen(zone, number[1], number[2]);
	zone->early_pages += number[3];
	zone->present_pages += number[3];
	if (kind != ZONE_MOVABLE)
		zone->cma_pages += number[4];
}

static void shrink_boot(struct machine *m, struct boot_range *range, u64 pages)
{
	struct zone_state *zone = &m->zone[range->node][range->zone];

	range->pages -= pages;
	zone->early_pages -= pages;
	zone->present_pages -= pages;
}

static void add_device(struct machine *m, enum memgroup_type type,
		       const uint64_t *number)
{
	struct device_state *d = &m->device[number[0]];
	unsigned int i;

	*d = (struct device_state) {
		.live = true, .type = type,
		.node = number[1], .group_node = number[2],
		.first = number[3], .nr_blocks = number[4],
		.max_pages = number[5] * m->block_pages,
		.unit = number[5],
	};
	for (i = 0; i < d->nr_blocks; i++)
		d->zone[i] = OFFLINE;
	m->had_device = true;
}

void machine_do(struct machine *m, const struct operation *operation,
		bool movable)
{
	const uint64_t *number = operation->number;
	struct device_state *d;

	switch (operation->what) {
	case OP_BLOCK_PAGES:
		m->block_pages = number[0];
		break;
	case OP_BOOT_DMA:
		add_boot(m, ZONE_DMA, number);
		break;
	case OP_BOOT_DMA32:
		add_boot(m, ZONE_DMA32, number);
		break;
	case OP_BOOT_NORMAL:
		add_boot(m, ZONE_NORMAL, number);
		break;
	case OP_BOOT_MOVABLE:
		add_boot(m, ZONE_MOVABLE, number);
		break;
	case OP_RATIO:
		set_ratio(m, number[0]);
		break;
	case OP_CONTIG_ZONES:
		m->config.policy = MEMGROUP_POLICY_CONTIG_ZONES;
		break;
	case OP_AUTO_MOVABLE:
		m->config.policy = MEMGROUP_POLICY_AUTO_MOVABLE;
		break;
	case OP_NUMA_AWARE:
		m->config.numa_aware = number[0];
		break;
	case OP_MOVABLE_NODE:
		m->movable_node = number[0];
		break;
	case OP_PLAIN:
		add_device(m, MEMGROUP_TYPE_NONE, number);
		break;
	case OP_STATIC:
		add_device(m, MEMGROUP_TYPE_STATIC, number);
		break;
	case OP_DYNAMIC:
		add_device(m, MEMGROUP_TYPE_DYNAMIC, number);
		break;
	case OP_REMOVE:
		m->device[number[0]].live = false;
		break;
	case OP_ONLINE:
	case OP_ONLINE_KERNEL:
	case OP_ONLINE_MOVABLE:
		d = &m->device[number[0]];
		move_block(m, d, number[1], movable ? ZONE_MOVABLE :
			   kernel_zone(m, d->node, d->first + number[1]));
		break;
	case OP_OFFLINE:
		move_block(m, &m->device[number[0]], number[1], OFFLINE);
		break;
	case OP_OFFLINE_BOOT:
		shrink_boot(m, &m->range[number[0]], number[1]);
		break;
	case OPERATORS:
		break;
	}
}

static struct memgroup_member describe(const struct machine *m,
				       const struct device_state *d,
				       unsigned int block)
{
	struct memgroup_member member = { .type = d->type };
	unsigned int i;

	if (d->type == MEMGROUP_TYPE_NONE)
		return member;
	member.on_node = d->node == d->group_node;
	member.kernel_pages = d->kernel_pages;
	member.movable_pages = d->movable_pages;
	if (d->type == MEMGROUP_TYPE_STATIC) {
		member.max_pages = d->max_pages;
		return member;
	}
	member.unit_pages = d->unit * m->block_pages;
	for (i = 0; i < d->nr_blocks; i++) {
		if ((d->first + i) / d->unit != (d->first + block) / d->unit ||
		    d->zone[i] == OFFLINE)
			continue;
		if (d->zone[i] == ZONE_MOVABLE)
			member.unit_movable_pages += m->block_pages;
		else
			member.unit_kernel_pages += m->block_pages;
	}
	return member;
}

static void add_node(const struct machine *m, unsigned int node,
		     struct memgroup_totals *totals)
{
	enum zone_kind kind;

	for (kind = ZONE_DMA; kind < ZONE_MOVABLE; kind++) {
		const struct zone_state *zone = &m->zone[node][kind];

		totals->early_kernel_pages += zone->early_pages -
					      zone->cma_pages;
		totals->movable_pages += zone->cma_pages;
	}
	totals->movable_pages += m->zone[node][ZONE_MOVABLE].present_pages;
}

static bool is_contiguous(const struct machine *m, unsigned int node,
			  u64 block)
{
	const enum zone_kind kernel = kernel_zone(m, node, block);
	const bool in_kernel = intersects(&m->zone[node][kernel], block);
	const bool in_movable = intersects(&m->zone[node][ZONE_MOVABLE], block);

	return in_kernel == in_movable ? m->movable_node : in_movable;
}

struct memgroup_question machine_ask(const struct machine *m,
				     enum memgroup_request request,
				     unsigned int device, unsigned int block)
{
	const struct device_state *d = &m->device[device];
	struct memgroup_question question = {
		.config = m->config,
		.request = request,
		.block_pages = m->block_pages,
		.movable_is_contiguous = is_contiguous(m, d->node,
						       d->first + block),
		.group = describe(m, d, block),
		.system = {
			.group_needed_pages = m->system.needed_pages,
			.group_movable_pages = m->system.movable_pages,
		},
		.node = {
			.group_needed_pages = m->node[d->node].needed_pages,
			.group_movable_pages = m->node[d->node].movable_pages,
		},
	};
	unsigned int node;

	for (node = 0; node < NODES_MAX; node++)
		add_node(m, node, &question.system);
	add_node(m, d->node, &question.node);
	return question;
}
