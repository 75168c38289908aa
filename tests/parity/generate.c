// SPDX-License-Identifier: GPL-2.0
/*
 * Makes up a scenario, in the format of tests/data/, for the stock kernel and ours:
 * the same one from the same seed. Seeds in a row take turns in the kind of machine,
 * so that four of them have every kind, among them the one on which the kernels are
 * known to differ: a virtio-mem device on a node without boot memory, numa_aware on.
 *
 * With --census, says instead which kinds of machine and step there are in it: a word a
 * line, for tests/parity/run to see that a set of them has every kind.
 */

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario.h"
#include "units.h"

#define BLOCK_MIB	128UL	/* a memory block of such machines */
#define STEPS_MIN	7
#define STEPS_MAX	13
#define DIMMS_MAX	12
/* The map of more does not fit the smallest machine's boot memory. */
#define PLUGGED_MIB_MAX	12288UL
#define OFFLINE_MAX	4

enum kind { ONE_NODE, TWO_NODES, NODE_WITHOUT_BOOT_MEMORY, THREE_NODES, KINDS };

struct dimm {
	bool plugged;
	unsigned long address, mib;
	int node;
};

/* The machine as it is after the steps so far, if the kernel did as asked. */
static struct {
	enum kind kind;
	unsigned long node_mib[SCENARIO_NODES_MAX];
	unsigned int nodes;
	unsigned int ratio;
	bool numa_aware;
	struct virtio_mem virtio_mem[SCENARIO_DEVICES_MAX];
	unsigned long virtio_mem_at[SCENARIO_DEVICES_MAX];	/* MiB */
	unsigned long virtio_mem_has[SCENARIO_DEVICES_MAX];
	bool virtio_mem_shrank[SCENARIO_DEVICES_MAX];
	unsigned int nr_virtio_mem;
	struct dimm dimms[DIMMS_MAX];
	unsigned int nr_dimms;
	unsigned long dimms_at;
	unsigned long offline[OFFLINE_MAX];
	unsigned int nr_offline;
} m;

/* What it has of what a set of scenarios should have. */
static struct {
	bool online_by_hand;
	bool grew[SCENARIO_DEVICES_MAX];
	bool shrink;
	bool ratio;
	bool numa_aware;
} census;

/* Where the scenario goes. */
static FILE *out;

static uint64_t state;

/* splitmix64: good enough, and the same everywhere. */
static uint64_t random_number(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static unsigned long between(unsigned long least, unsigned long most)
{
	return least + random_number() % (most - least + 1);
}

static bool chance(unsigned int percent)
{
	return random_number() % 100 < percent;
}

static unsigned int random_ratio(void)
{
	static const unsigned int known[] = { 0, 1, 100, 301 };

	if (chance(55))
		return 301;
	if (chance(50))
		return known[between(0, 2)];
	return between(2, chance(50) ? 400 : 2000);
}

static unsigned long plugged(void)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < m.nr_virtio_mem; i++)
		sum += m.virtio_mem_has[i];
	for (i = 0; i < m.nr_dimms; i++)
		sum += m.dimms[i].plugged ? m.dimms[i].mib : 0;
	return sum;
}

/* Most memory goes where no CPU takes kernel memory for itself: the last node. */
static int random_node(void)
{
	return chance(75) ? (int)m.nodes - 1 : (int)between(0, m.nodes - 1);
}

static void add_virtio_mem(int node)
{
	static const unsigned int block_mib[] = {
		2, 2, 2, 4, 64, 128, 128, 256, 512, 1024
	};
	struct virtio_mem *device = &m.virtio_mem[m.nr_virtio_mem];

	snprintf(device->id, sizeof(device->id), "v%u", m.nr_virtio_mem++);
	device->max_gib = 8 * between(1, 2);
	device->block_mib = block_mib[between(0, 9)];
	device->node = node;
}

static void make_machine(uint64_t seed)
{
	unsigned long boot = 0, at;
	unsigned int i;

	m.kind = seed % KINDS;
	m.nodes = m.kind == ONE_NODE ? 1 : m.kind == THREE_NODES ? 3 : 2;
	m.node_mib[0] = 1024 + between(0, 8) * BLOCK_MIB;
	for (i = 1; i < m.nodes; i++)
		m.node_mib[i] = between(2, 12) * BLOCK_MIB;
	if (m.kind == NODE_WITHOUT_BOOT_MEMORY ||
	    (m.kind == THREE_NODES && chance(50)))
		m.node_mib[m.nodes - 1] = 0;

	m.ratio = random_ratio();
	m.numa_aware = chance(65);
	if (m.kind == NODE_WITHOUT_BOOT_MEMORY) {
		m.numa_aware = true;
		m.ratio = chance(60) ? 301 : between(50, 600);
		add_virtio_mem(1);
		/* More than one unit, else there is nothing but KERNEL. */
		m.virtio_mem[0].block_mib = chance(50) ? 2 : 128 * between(1, 2);
	} else if (chance(90)) {
		add_virtio_mem(random_node());
	}
	if (chance(65))
		add_virtio_mem(random_node());
	census.numa_aware = m.nodes > 1 && !m.numa_aware;

	/* The PCI hole begins at 2 GiB, in a machine of less than 2816 MiB later. */
	for (i = 0; i < m.nodes; i++)
		boot += m.node_mib[i];
	at = 4096 + (boot >= 2816 ? boot - 2048 : 0);
	at = (at + 1023) / 1024 * 1024;
	for (i = 0; i < m.nr_virtio_mem; i++) {
		m.virtio_mem_at[i] = at;
		at += m.virtio_mem[i].max_gib * 1024UL;
	}
	m.dimms_at = at;
}

/* The lowest address with room, as QEMU chooses it. */
static unsigned long place_dimm(unsigned long mib)
{
	unsigned long at = m.dimms_at;
	unsigned int i = 0;

	while (i < m.nr_dimms) {
		const struct dimm *dimm = &m.dimms[i++];

		if (dimm->plugged && at < dimm->address + dimm->mib &&
		    dimm->address < at + mib) {
			at = dimm->address + dimm->mib;
			i = 0;
		}
	}
	return at;
}

/* Each prints an op; or returns false, if there is nothing that it could be done to. */
static bool plug_dimm(void)
{
	struct dimm *dimm = &m.dimms[m.nr_dimms];

	if (m.nr_dimms == DIMMS_MAX)
		return false;
	dimm->mib = BLOCK_MIB * between(1, chance(70) ? 8 : 24);
	if (plugged() + dimm->mib > PLUGGED_MIB_MAX)
		return false;
	dimm->address = place_dimm(dimm->mib);
	dimm->node = random_node();
	dimm->plugged = true;
	m.nr_dimms++;
	fprintf(out, "[\"dimm\", %lu, %d]", dimm->mib, dimm->node);
	return true;
}

static void forget_offline(unsigned long at, unsigned long end)
{
	unsigned int i = 0;

	while (i < m.nr_offline) {
		if (m.offline[i] >= at / BLOCK_MIB &&
		    m.offline[i] < end / BLOCK_MIB)
			m.offline[i] = m.offline[--m.nr_offline];
		else
			i++;
	}
}

static bool unplug_dimm(void)
{
	struct dimm *dimm;
	unsigned int i;

	if (!m.nr_dimms)
		return false;
	i = between(0, m.nr_dimms - 1);
	dimm = &m.dimms[i];
	if (!dimm->plugged)
		return false;
	dimm->plugged = false;
	forget_offline(dimm->address, dimm->address + dimm->mib);
	fprintf(out, "[\"remove\", \"d%u\", 0]", i);
	return true;
}

/*
 * Blocks that are offline go first, the last of them before the others. A unit of more
 * than a block counts as offline if all of it is, else it goes some time.
 */
static void forget_shrunk(unsigned int i, unsigned long mib)
{
	const unsigned long first = m.virtio_mem_at[i] / BLOCK_MIB;
	const unsigned long end = first + m.virtio_mem[i].max_gib * 1024UL /
					  BLOCK_MIB;
	unsigned long left = mib / BLOCK_MIB;

	if (m.virtio_mem[i].block_mib > BLOCK_MIB) {
		forget_offline(first * BLOCK_MIB, end * BLOCK_MIB);
		return;
	}
	while (left--) {
		unsigned int j, last = m.nr_offline;

		for (j = 0; j < m.nr_offline; j++)
			if (m.offline[j] >= first && m.offline[j] < end &&
			    (last == m.nr_offline ||
			     m.offline[j] > m.offline[last]))
				last = j;
		if (last == m.nr_offline)
			return;
		m.offline[last] = m.offline[--m.nr_offline];
	}
}

static bool resize_to(unsigned int i, unsigned long mib)
{
	unsigned long *has = &m.virtio_mem_has[i];

	if (mib == *has || plugged() - *has + mib > PLUGGED_MIB_MAX ||
	    mib > m.virtio_mem[i].max_gib * 1024UL)
		return false;
	if (mib < *has) {
		forget_shrunk(i, *has - mib);
		m.virtio_mem_shrank[i] = mib;
		census.shrink = true;
	} else {
		census.grew[i] = true;
	}
	*has = mib;
	fprintf(out, "[\"resize\", \"%s\", %lu]", m.virtio_mem[i].id, mib);
	return true;
}

static bool resize(void)
{
	unsigned long step, mib;
	unsigned int i;

	if (!m.nr_virtio_mem)
		return false;
	i = between(0, m.nr_virtio_mem - 1);
	step = m.virtio_mem[i].block_mib;
	if (step < BLOCK_MIB && chance(80))
		step = BLOCK_MIB;
	mib = m.virtio_mem_has[i];
	if (!mib || chance(65))
		mib += between(1, chance(70) ? 2048 : 6144);
	else
		mib = chance(30) ? 0 : between(0, mib);
	return resize_to(i, mib / step * step);
}

static bool take_offline(void)
{
	unsigned long block;
	unsigned int i;

	if (m.nr_offline == OFFLINE_MAX)
		return false;
	if (m.nr_virtio_mem && (!m.nr_dimms || chance(60))) {
		i = between(0, m.nr_virtio_mem - 1);
		block = m.virtio_mem_has[i] / BLOCK_MIB;
		/* The blocks with low numbers are the last to go: they are there. */
		if (m.virtio_mem_shrank[i])
			block /= 2;
		if (!block)
			return false;
		block = between(0, block - 1) + m.virtio_mem_at[i] / BLOCK_MIB;
	} else {
		if (!m.nr_dimms)
			return false;
		i = between(0, m.nr_dimms - 1);
		if (!m.dimms[i].plugged)
			return false;
		block = between(0, m.dimms[i].mib / BLOCK_MIB - 1) +
			m.dimms[i].address / BLOCK_MIB;
	}
	for (i = 0; i < m.nr_offline; i++)
		if (m.offline[i] == block)
			return false;
	m.offline[m.nr_offline++] = block;
	fprintf(out, "[\"offline\", %lu, 0]", block);
	return true;
}

static bool take_online(void)
{
	static const char * const ways[] = {
		"online", "online", "online-kernel", "online-movable"
	};
	unsigned int i;

	if (!m.nr_offline)
		return false;
	i = between(0, m.nr_offline - 1);
	fprintf(out, "[\"%s\", %lu, 0]", ways[between(0, 3)], m.offline[i]);
	m.offline[i] = m.offline[--m.nr_offline];
	census.online_by_hand = true;
	return true;
}

static bool change_parameter(void)
{
	const unsigned int old = m.ratio;

	if (m.nodes > 1 && chance(50)) {
		m.numa_aware = !m.numa_aware;
		census.numa_aware = true;
		fprintf(out, "[\"numa-aware\", %d, 0]", m.numa_aware);
		return true;
	}
	while (m.ratio == old)
		m.ratio = random_ratio();
	census.ratio = true;
	fprintf(out, "[\"ratio\", %u, 0]", m.ratio);
	return true;
}

static bool random_step(void)
{
	static const struct {
		unsigned int weight;
		bool (*step)(void);
	} steps[] = {
		{ 38, resize }, { 25, plug_dimm }, { 8, unplug_dimm },
		{ 15, take_offline }, { 14, change_parameter },
	};
	unsigned int i = 0, which = between(0, 99);

	/* Else what is offline would be forgotten before it is online again. */
	if (m.nr_offline && chance(35))
		return take_online();
	while (which >= steps[i].weight)
		which -= steps[i++].weight;
	return steps[i].step();
}

static void print_machine(const char *name)
{
	unsigned int i;

	fprintf(out, "[{\"name\": \"%s\", \"node_mib\": [", name);
	for (i = 0; i < m.nodes; i++)
		fprintf(out, "%s%lu", i ? ", " : "", m.node_mib[i]);
	fprintf(out, "], \"ratio\": %u, \"numa_aware\": %s, \"by_hand\": false,\n"
		"  \"virtio_mem\": [", m.ratio, m.numa_aware ? "true" : "false");
	for (i = 0; i < m.nr_virtio_mem; i++)
		fprintf(out, "%s{\"id\": \"%s\", \"max_gib\": %u, \"node\": %d, \"block_mib\": %u}",
			i ? ", " : "", m.virtio_mem[i].id,
			m.virtio_mem[i].max_gib, m.virtio_mem[i].node,
			m.virtio_mem[i].block_mib);
	fprintf(out, "],\n  \"ops\": [");
}

static void print_census(void)
{
	unsigned int i, grew = 0;

	for (i = 0; i < m.nr_virtio_mem; i++) {
		if (!census.grew[i])
			continue;
		grew++;
		if (m.virtio_mem[i].block_mib == 2)
			puts("small-units");
		if (m.virtio_mem[i].block_mib > BLOCK_MIB)
			puts("big-units");
	}
	if (grew > 1)
		puts("two-devices");
	if (census.online_by_hand)
		puts("online-by-hand");
	if (census.shrink)
		puts("shrink");
	if (census.ratio)
		puts("ratio");
	if (census.numa_aware)
		puts("numa-aware");
}

int main(int argc, char **argv)
{
	const bool counts = argc == 3 && !strcmp(argv[1], "--census");
	unsigned int i, steps;
	char name[32];
	uint64_t seed;

	if (argc != 2 + counts || units_parse_decimal(argv[argc - 1], &seed)) {
		fprintf(stderr, "Usage: parity-generate [--census] SEED\n");
		return 2;
	}
	out = counts ? fopen("/dev/null", "we") : stdout;
	if (!out) {
		perror("/dev/null");
		return 1;
	}
	/* Drawn once, so that seeds in a row have nothing in common. */
	state = seed;
	state = random_number();

	make_machine(seed);
	snprintf(name, sizeof(name), "seed-%" PRIu64, seed);
	print_machine(name);
	steps = between(STEPS_MIN, STEPS_MAX);
	if (m.kind == NODE_WITHOUT_BOOT_MEMORY)
		resize_to(0, 1024);
	else
		plug_dimm();
	for (i = 1; i < steps; i++) {
		fprintf(out, ", ");
		while (!random_step())
			;
	}
	fprintf(out, "],\n  \"layouts\": [");
	for (i = 0; i < steps; i++)
		fprintf(out, "%s[]", i ? ", " : "");
	fprintf(out, "]}]\n");
	if (counts)
		print_census();
	return fflush(NULL) || ferror(out) || ferror(stdout) ? 1 : 0;
}
