// SPDX-License-Identifier: GPL-2.0
/*
 * Which blocks of which device go to which zone: the layouts of known machines, all in
 * one boot. The devices are simulated: without memory, on nodes that are made up, for
 * every machine; and, where this machine has the boot memory of one of them, of real
 * memory as well, which must come back.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib.h"
#include "sim.h"

#define NODES		"/sys/devices/system/node/"
#define MIB		(1024 * 1024ULL)
#define BLOCK_BYTES	(128 * MIB)
#define PICTURE_SIZE	1024
#define NODES_MAX	2
#define STEPS_MAX	9

/* Memory below 1 MiB that the firmware keeps, of the first node. */
#define FIRMWARE_BYTES	(512 * 1024ULL)

enum action { PLUG, UNPLUG, RESIZE };

/*
 * After the step, @layout has what each device consists of, in the order of addresses:
 * "d0:32M,v0:2(K3M)" is 32 blocks in ZONE_MOVABLE, and twice one in a kernel zone and
 * three in ZONE_MOVABLE.
 */
struct step {
	enum action action;
	const char *device;
	unsigned int mib;
	int node;
	const char *layout;
};

struct machine {
	const char *name;
	unsigned int boot_mib[NODES_MAX];
	int nr_nodes;
	unsigned int ratio;
	bool numa_unaware;
	struct step steps[STEPS_MAX];
};

static const struct machine machines[] = {
	{
		"DIMMs, ratio 301", { 4096 }, 1, 301, .steps = {
			{ PLUG, "d0", 4096, 0, "d0:32M" },
			{ PLUG, "d1", 4096, 0, "d0:32M,d1:32M" },
			{ PLUG, "d2", 4096, 0, "d0:32M,d1:32M,d2:32M" },
			{ PLUG, "d3", 4096, 0, "d0:32M,d1:32M,d2:32M,d3:32K" },
			{ PLUG, "d4", 4096, 0,
			  "d0:32M,d1:32M,d2:32M,d3:32K,d4:32K" },
		},
	}, {
		"a dynamic device, ratio 301", { 4096 }, 1, 301, .steps = {
			{ RESIZE, "v0", 12288, 0, "v0:96M" },
			{ RESIZE, "v0", 14336, 0, "v0:96M4(K3M)" },
			{ RESIZE, "v0", 16384, 0, "v0:96M8(K3M)" },
		},
	}, {
		"DIMMs, ratio 100", { 4096 }, 1, 100, .steps = {
			{ PLUG, "d0", 1024, 0, "d0:8M" },
			{ PLUG, "d1", 1024, 0, "d0:8M,d1:8M" },
			{ PLUG, "d2", 1024, 0, "d0:8M,d1:8M,d2:8M" },
			{ PLUG, "d3", 1024, 0, "d0:8M,d1:8M,d2:8M,d3:8K" },
			{ PLUG, "d4", 1024, 0, "d0:8M,d1:8M,d2:8M,d3:8K,d4:8K" },
		},
	}, {
		"two dynamic devices", { 4096 }, 1, 301, .steps = {
			{ RESIZE, "v0", 6144, 0, "v0:48M" },
			{ RESIZE, "v1", 8192, 0, "v0:48M,v1:48M4(K3M)" },
			{ RESIZE, "v0", 8192, 0, "v0:48M4(K3M),v1:48M4(K3M)" },
		},
	}, {
		"grow and shrink", { 4096 }, 1, 301, .steps = {
			{ RESIZE, "v0", 2048, 0, "v0:16M" },
			{ PLUG, "d0", 1024, 0, "v0:16M,d0:8M" },
			{ PLUG, "d1", 1024, 0, "v0:16M,d0:8M,d1:8M" },
			{ UNPLUG, "d0", 0, 0, "v0:16M,d1:8M" },
			{ RESIZE, "v0", 1024, 0, "v0:8M,d1:8M" },
			{ UNPLUG, "d1", 0, 0, "v0:8M" },
			{ RESIZE, "v0", 0, 0, "v0:" },
			{ RESIZE, "v0", 1024, 0, "v0:8M" },
			{ RESIZE, "v0", 0, 0, "v0:" },
		},
	}, {
		"two nodes, each within the ratio", { 2048, 2048 }, 2, 301, .steps = {
			{ PLUG, "d0", 2048, 0, "d0:16M" },
			{ PLUG, "d1", 4096, 1, "d0:16M,d1:32M" },
			{ RESIZE, "v0", 8192, 1, "d0:16M,d1:32M,v0:16M12(K3M)" },
		},
	}, {
		"two nodes, together within the ratio", { 2048, 2048 }, 2, 301,
		.numa_unaware = true, .steps = {
			{ PLUG, "d0", 2048, 0, "d0:16M" },
			{ PLUG, "d1", 4096, 1, "d0:16M,d1:32M" },
			{ RESIZE, "v0", 8192, 1, "d0:16M,d1:32M,v0:48M4(K3M)" },
		},
	}, {
		"a DIMM that does not fit between two that do", { 2048 }, 1, 301, .steps = {
			{ PLUG, "d0", 1024, 0, "d0:8M" },
			{ PLUG, "d1", 8192, 0, "d0:8M,d1:64K" },
			{ PLUG, "d2", 1024, 0, "d0:8M,d1:64K,d2:8M" },
		},
	}, {
		"ratio 0", { 2048 }, 1, 0, .steps = {
			{ PLUG, "d0", 1024, 0, "d0:8K" },
		},
	}, {
		"a node without boot memory", { 4096, 0 }, 2, 301, .steps = {
			{ RESIZE, "v0", 1024, 1, "v0:2(K3M)" },
			{ RESIZE, "v0", 2048, 1, "v0:4(K3M)" },
		},
	},
};

/*
 * Writes out what @text stands for, up to a comma or the end, behind what is in
 * @picture. Returns what comes after it.
 */
static const char *write_out(const char *text, char *picture)
{
	while (*text && *text != ',' && *text != ')') {
		unsigned long times = 1;
		const char *from;
		char *end;

		if (*text >= '0' && *text <= '9') {
			times = strtoul(text, &end, 10);
			text = end;
		}
		from = text;
		while (times--) {
			const size_t len = strlen(picture);

			if (len + 1 >= PICTURE_SIZE)
				ksft_exit_fail_msg("a layout is too long\n");
			if (*from == '(') {
				text = write_out(from + 1, picture) + 1;
			} else {
				picture[len] = *from;
				picture[len + 1] = '\0';
				text = from + 1;
			}
		}
	}
	return text;
}

/* The blocks of a device in debugfs: K, M, or "." for an offline one. */
static void look(const char *groups, const char *device, char *picture)
{
	struct records records;
	char path[SIM_PATH_SIZE], name[64], id[32] = "", value[32];
	size_t i, len = 0;

	snprintf(path, sizeof(path), "%s/groups", groups);
	if (records_read(path, &records))
		ksft_exit_fail_msg("%s cannot be read\n", path);
	for (i = 0; i < records.count; i++)
		if (field(&records, i, "device", name, sizeof(name)) &&
		    !strcmp(name, sim_name(device)))
			field(&records, i, "id", id, sizeof(id));
	records_free(&records);

	snprintf(path, sizeof(path), "%s/blocks", groups);
	if (records_read(path, &records))
		ksft_exit_fail_msg("%s cannot be read\n", path);
	for (i = 0; i < records.count && len + 1 < PICTURE_SIZE; i++) {
		if (!field(&records, i, "group", value, sizeof(value)) ||
		    strcmp(value, id))
			continue;
		if (!field(&records, i, "zone", value, sizeof(value)))
			ksft_exit_fail_msg("%s: no zone\n", path);
		picture[len++] = !strcmp(value, "-") ? '.' :
				 !strcmp(value, "Movable") ? 'M' : 'K';
	}
	picture[len] = '\0';
	records_free(&records);
}

/* Is each device that @layout names as it says? */
static bool as_expected(const char *groups, const char *layout)
{
	char device[16], expected[PICTURE_SIZE], actual[PICTURE_SIZE];
	bool good = true;

	while (*layout) {
		const size_t len = strcspn(layout, ":");

		snprintf(device, sizeof(device), "%.*s", (int)len, layout);
		*expected = '\0';
		layout = write_out(layout + len + 1, expected);
		layout += *layout == ',';
		look(groups, device, actual);
		if (!strcmp(expected, actual))
			continue;
		ksft_print_msg("%s is      %s\n", device, actual);
		ksft_print_msg("%s must be %s\n", device, expected);
		good = false;
	}
	return good;
}

/* What a device of the machine must be able to have. */
static unsigned int most_mib(const struct machine *machine, const char *device)
{
	unsigned int most = 0;
	int i;

	for (i = 0; i < STEPS_MAX && machine->steps[i].device; i++)
		if (!strcmp(machine->steps[i].device, device) &&
		    machine->steps[i].mib > most)
			most = machine->steps[i].mib;
	return most;
}

static bool carry_out(const struct machine *machine, const struct step *step,
		      const char *backing)
{
	const bool dynamic = step->action == RESIZE;
	char error[SIM_PATH_SIZE];
	int ret = 0;

	if (step->action == UNPLUG) {
		ret = sim_write_number(step->device, "live", 0);
		if (!ret)
			ret = sim_remove(step->device);
	} else if (!sim_exists(step->device)) {
		ret = sim_make(step->device, dynamic ? "dynamic" : "static", backing,
			       step->node, most_mib(machine, step->device) * MIB);
		if (!ret)
			ret = sim_write_number(step->device, "live", 1);
	}
	if (!ret && dynamic)
		ret = sim_write_number(step->device, "requested_size",
				       step->mib * MIB);
	if (!ret)
		return true;
	ksft_print_msg("%s: %s: %s\n", step->device, strerror(-ret),
		       sim_last_error(step->device, error, sizeof(error)));
	return false;
}

/* All devices away again; those that were made of memory must give it back. */
static bool take_apart(const struct machine *machine)
{
	char error[SIM_PATH_SIZE];
	bool good = true;
	int i, ret;

	for (i = STEPS_MAX; i--;) {
		const char *device = machine->steps[i].device;

		if (!device || !sim_exists(device))
			continue;
		ret = sim_write_number(device, "live", 0);
		if (ret)
			ksft_print_msg("%s does not go: %s: %s\n", device,
				       strerror(-ret),
				       sim_last_error(device, error,
						      sizeof(error)));
		else
			ret = sim_remove(device);
		good = good && !ret;
	}
	return good;
}

/* Every step, and the layout after it. */
static bool replay(const struct machine *machine, const char *backing,
		   const char *groups)
{
	bool good = true;
	int i;

	for (i = 0; i < STEPS_MAX && machine->steps[i].device && good; i++) {
		good = carry_out(machine, &machine->steps[i], backing) &&
		       as_expected(groups, machine->steps[i].layout);
		if (!good)
			ksft_print_msg("\"%s\", step %d\n", machine->name, i + 1);
	}
	return take_apart(machine) && good;
}

static unsigned long long boot_bytes(const struct machine *machine, int node)
{
	return node ? machine->boot_mib[node] * MIB :
		      machine->boot_mib[node] * MIB - FIRMWARE_BYTES;
}

static bool replay_made_up(const struct machine *machine)
{
	bool good;
	int node;

	if (sim_write_text("synthetic", "policy", "auto-movable") ||
	    sim_write_number("synthetic", "ratio", machine->ratio) ||
	    sim_write_text("synthetic", "numa_aware",
			   machine->numa_unaware ? "0" : "1") ||
	    sim_write_number("synthetic", "block_size", BLOCK_BYTES)) {
		ksft_print_msg("the made-up system cannot be configured\n");
		return false;
	}
	for (node = 0; node < machine->nr_nodes; node++)
		if (sim_make_node(node, boot_bytes(machine, node))) {
			ksft_print_msg("there can be no node %d\n", node);
			return false;
		}
	good = replay(machine, "none", SIM_GROUPS);
	for (node = machine->nr_nodes; node--;)
		good = !sim_remove_node(node) && good;
	return good;
}

/* Nodes are numbered from 0; the list of possible ones is as "0" or "0-3". */
static int possible_nodes(void)
{
	char list[64];
	const char *last;

	read_line(NODES "possible", list, sizeof(list));
	last = strrchr(list, '-');
	return atoi(last ? last + 1 : list) + 1;
}

/* Why this machine is not that one, or NULL. */
static const char *not_this_machine(const struct machine *machine)
{
	static char why[128];
	struct records records;
	unsigned long long listed = 0;
	char node[16];
	size_t i;
	int n;

	*why = '\0';
	if (possible_nodes() < machine->nr_nodes)
		return "there is no other node";
	if (records_read(GROUPS "nodes", &records))
		ksft_exit_fail_msg(GROUPS "nodes cannot be read\n");
	for (i = 0; i < records.count && !*why; i++) {
		unsigned long long wanted, has;

		if (!field(&records, i, "node", node, sizeof(node)) ||
		    !strcmp(node, "system"))
			continue;
		n = atoi(node);
		listed |= 1ULL << (n % 64);
		wanted = n < machine->nr_nodes ? boot_bytes(machine, n) : 0;
		has = number_of(&records, i, "early_kernel_bytes");
		if (has + MIB < wanted || has > wanted + MIB)
			snprintf(why, sizeof(why), "node %s has %llu MiB of boot memory, not %llu",
				 node, has / MIB, wanted / MIB);
		else if (number_of(&records, i, "movable_bytes"))
			snprintf(why, sizeof(why), "node %s has MOVABLE memory", node);
	}
	records_free(&records);
	/* A node without memory is not listed until it has some. */
	for (n = 0; n < machine->nr_nodes && !*why; n++)
		if (machine->boot_mib[n] && !(listed & 1ULL << n))
			snprintf(why, sizeof(why), "node %d has no boot memory", n);
	return *why ? why : NULL;
}

static bool configure(const struct machine *machine)
{
	char ratio[16];

	snprintf(ratio, sizeof(ratio), "%u", machine->ratio);
	return !write_text(PARAMETERS "online_policy", "auto-movable") &&
	       !write_text(PARAMETERS "auto_movable_ratio", ratio) &&
	       !write_text(PARAMETERS "auto_movable_numa_aware",
			   machine->numa_unaware ? "N" : "Y") &&
	       !write_text(MEMORY "auto_online_blocks", "online");
}

/* Of memory, every machine that this one is; says why it is none of the others. */
static size_t find_machines(bool *of_memory)
{
	const char *why = sim_no_memory(BLOCK_BYTES);
	size_t i, count = 0;

	for (i = 0; i < ARRAY_SIZE(machines); i++) {
		const char *other = why ? why : not_this_machine(&machines[i]);

		of_memory[i] = !other;
		count += !other;
		if (other)
			ksft_print_msg("not of memory: %s: %s\n", machines[i].name, other);
	}
	return count;
}

int main(void)
{
	bool of_memory[ARRAY_SIZE(machines)];
	size_t i, count;

	begin();
	sim_begin();
	restore_later(PARAMETERS "online_policy");
	restore_later(PARAMETERS "auto_movable_ratio");
	restore_later(PARAMETERS "auto_movable_numa_aware");
	restore_later(MEMORY "auto_online_blocks");
	count = find_machines(of_memory);
	ksft_set_plan(ARRAY_SIZE(machines) + (count ? count : 1));

	for (i = 0; i < ARRAY_SIZE(machines); i++)
		ksft_test_result(replay_made_up(&machines[i]), "%s, made up\n",
				 machines[i].name);
	for (i = 0; i < ARRAY_SIZE(machines); i++)
		if (of_memory[i])
			ksft_test_result(configure(&machines[i]) &&
					 replay(&machines[i], "memory", GROUPS),
					 "%s, of memory\n", machines[i].name);
	if (!count)
		ksft_test_result_skip("of memory: this machine is none of them\n");
	ksft_finished();
}
