// SPDX-License-Identifier: GPL-2.0
/*
 * The files in debugfs: their columns, their form, one reading each however slowly it
 * is read, and sums that agree with each other and with /proc/zoneinfo.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lib.h"

/* Something may go online or offline while we look. */
#define ATTEMPTS 20

static const struct {
	const char *name;
	const char *columns[20];
} files[] = {
	{ "policy", { "name", "value" } },
	{ "groups", { "id", "type", "node", "device", "blocks", "online_blocks",
		      "kernel_bytes", "movable_bytes", "offline_bytes",
		      "max_bytes", "unit_bytes", "decided_movable",
		      "decided_kernel", "last_reason" } },
	{ "nodes", { "node", "early_kernel_bytes", "kernel_bytes",
		     "movable_bytes", "cma_bytes", "needed_bytes", "limit_bytes",
		     "headroom_bytes" } },
	{ "zones", { "node", "zone", "present_bytes", "early_bytes",
		     "cma_bytes" } },
	{ "blocks", { "block", "node", "group", "state", "zone" } },
	{ "decisions", { "time_ns", "first_block", "blocks", "node", "group",
			 "device", "request", "policy", "zone", "reason",
			 "domain", "early_kernel_pages", "movable_pages",
			 "asked_pages", "limit_pages" } },
};

static size_t count_words(const char *line)
{
	size_t words = 1;

	while ((line = strchr(line, ' '))) {
		line++;
		words++;
	}
	return words;
}

/* There may be more columns some day, and in another order. */
static bool has_columns(const struct records *records,
			const char * const *columns)
{
	char padded[1024], name[66];

	snprintf(padded, sizeof(padded), " %s ", records->lines[0]);
	for (; *columns; columns++) {
		snprintf(name, sizeof(name), " %s ", *columns);
		if (strstr(padded, name))
			continue;
		ksft_print_msg("there is no column \"%s\"\n", *columns);
		return false;
	}
	return true;
}

static void test_form(const char *name, const char * const *columns)
{
	struct records records;
	bool good;
	char path[96];
	size_t i;

	snprintf(path, sizeof(path), GROUPS "%s", name);
	if (records_read(path, &records)) {
		ksft_test_result_fail("%s can be read\n", name);
		return;
	}
	good = has_columns(&records, columns);
	for (i = 1; i <= records.count && good; i++) {
		const char *line = records.lines[i];

		good = *line && *line != ' ' && line[strlen(line) - 1] != ' ' &&
		       !strstr(line, "  ") &&
		       count_words(line) == count_words(records.lines[0]);
		if (!good)
			ksft_print_msg("record %zu: \"%s\"\n", i, line);
	}
	ksft_test_result(good, "%s: columns, and as many fields in each of %zu records\n",
			 name, records.count);
	records_free(&records);
}

/* Byte by byte, with a change in between that the rest must not show. */
static void test_one_reading(void)
{
	char was[32], text[4096] = "", line[96];
	const int fd = open(GROUPS "policy", O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	bool good;

	restore_later(PARAMETERS "auto_movable_ratio");
	read_line(PARAMETERS "auto_movable_ratio", was, sizeof(was));
	while (len + 1 < sizeof(text) && read(fd, text + len, 1) == 1)
		if (len++ == 3)
			write_text(PARAMETERS "auto_movable_ratio",
				   strcmp(was, "77") ? "77" : "78");
	close(fd);
	write_text(PARAMETERS "auto_movable_ratio", was);
	snprintf(line, sizeof(line), "\nauto_movable_ratio %s\n", was);
	good = strstr(text, line);
	if (!good)
		ksft_print_msg("no \"auto_movable_ratio %s\" in what was read\n", was);
	ksft_test_result(good, "policy: one reading, of when it was opened\n");
}

/* What the sums are made of, read until nothing changed meanwhile. */
static struct {
	struct records nodes, zones, blocks, groups;
	char *zoneinfo;
	unsigned long long block_bytes, page_bytes;
} world;

static bool same_file(const char *name, const struct records *records)
{
	char path[96];
	struct records again;
	bool same;
	size_t i;

	snprintf(path, sizeof(path), GROUPS "%s", name);
	if (records_read(path, &again))
		return false;
	same = again.count == records->count;
	for (i = 0; i <= records->count && same; i++)
		same = !strcmp(again.lines[i], records->lines[i]);
	records_free(&again);
	return same;
}

static void free_world(void)
{
	records_free(&world.nodes);
	records_free(&world.zones);
	records_free(&world.blocks);
	records_free(&world.groups);
	free(world.zoneinfo);
}

static void read_world(void)
{
	char line[32];
	int i;

	read_line(MEMORY "block_size_bytes", line, sizeof(line));
	world.block_bytes = strtoull(line, NULL, 16);
	world.page_bytes = sysconf(_SC_PAGESIZE);
	for (i = 0; i < ATTEMPTS; i++) {
		if (records_read(GROUPS "nodes", &world.nodes) ||
		    records_read(GROUPS "groups", &world.groups) ||
		    records_read(GROUPS "zones", &world.zones) ||
		    records_read(GROUPS "blocks", &world.blocks))
			break;
		world.zoneinfo = read_all("/proc/zoneinfo");
		if (world.zoneinfo && same_file("nodes", &world.nodes) &&
		    same_file("groups", &world.groups) &&
		    same_file("zones", &world.zones) &&
		    same_file("blocks", &world.blocks))
			return;
		free_world();
		usleep(100000);
	}
	ksft_exit_fail_msg("the memory does not stay the same for a moment\n");
}

/* Of zones: a column, of a node or of all (NULL), kernel zones or ZONE_MOVABLE. */
static unsigned long long zone_sum(const char *node, bool movable, const char *column)
{
	char name[32], zone[32];
	unsigned long long sum = 0;
	size_t i;

	for (i = 0; i < world.zones.count; i++) {
		if (!field(&world.zones, i, "node", name, sizeof(name)) ||
		    !field(&world.zones, i, "zone", zone, sizeof(zone)))
			ksft_exit_fail_msg("zones: record %zu is incomplete\n", i);
		if ((!node || !strcmp(node, name)) &&
		    !strcmp(zone, "Movable") == movable)
			sum += number_of(&world.zones, i, column);
	}
	return sum;
}

static void test_zoneinfo(void)
{
	char zone[32] = "", node[32] = "", is_node[32], is_zone[32];
	bool good = true;
	char *line, *save;
	unsigned long long pages;
	size_t i, seen = 0;

	for (line = strtok_r(world.zoneinfo, "\n", &save); line && good;
	     line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "Node %31[0-9], zone %31s", node, zone) == 2 ||
		    sscanf(line, " present %llu", &pages) != 1 || !pages)
			continue;
		good = false;
		for (i = 0; i < world.zones.count && !good; i++)
			good = field(&world.zones, i, "node", is_node,
				     sizeof(is_node)) &&
			       field(&world.zones, i, "zone", is_zone,
				     sizeof(is_zone)) &&
			       !strcmp(node, is_node) && !strcmp(zone, is_zone) &&
			       number_of(&world.zones, i, "present_bytes") ==
			       pages * world.page_bytes;
		if (!good)
			ksft_print_msg("node %s, zone %s: %llu pages\n",
				       node, zone, pages);
		seen++;
	}
	ksft_test_result(good && seen == world.zones.count,
			 "zones: those of /proc/zoneinfo\n");
}

static void test_nodes(void)
{
	bool good = true;
	char node[32];
	size_t i;

	for (i = 0; i < world.nodes.count && good; i++) {
		const char *of = i ? node : NULL;

		good = field(&world.nodes, i, "node", node, sizeof(node)) &&
		       !strcmp(node, "system") == !i &&
		       number_of(&world.nodes, i, "kernel_bytes") ==
		       zone_sum(of, false, "present_bytes") &&
		       number_of(&world.nodes, i, "movable_bytes") ==
		       zone_sum(of, true, "present_bytes") &&
		       number_of(&world.nodes, i, "cma_bytes") ==
		       zone_sum(of, false, "cma_bytes") &&
		       number_of(&world.nodes, i, "early_kernel_bytes") ==
		       zone_sum(of, false, "early_bytes") -
		       zone_sum(of, false, "cma_bytes");
		if (!good)
			ksft_print_msg("\"%s\"\n", world.nodes.lines[i + 1]);
	}
	ksft_test_result(good && i, "nodes: the sums of their zones, the system first\n");
}

static void test_blocks(void)
{
	char state[32], zone[32];
	bool good = true, zones = false;
	size_t i;

	for (i = 0; i < world.blocks.count && good; i++) {
		const unsigned long long block = number_of(&world.blocks, i, "block");
		char is[32] = "";

		good = field(&world.blocks, i, "state", state, sizeof(state)) &&
		       field(&world.blocks, i, "zone", zone, sizeof(zone)) &&
		       !strcmp(read_line(block_file(block, "state"), is,
					 sizeof(is)), state);
		/*
		 * "none": in more than one. Of another one it would be a preview. The
		 * kernel has the file only with CONFIG_MEMORY_HOTREMOVE.
		 */
		if (good && !strcmp(state, "online") &&
		    !access(block_file(block, "valid_zones"), F_OK)) {
			zones = true;
			read_line(block_file(block, "valid_zones"), is,
				  sizeof(is));
			good = !strcmp(is, strcmp(zone, "-") ? zone : "none");
		}
		if (!good)
			ksft_print_msg("\"%s\", sysfs has \"%s\"\n",
				       world.blocks.lines[i + 1], is);
	}
	ksft_test_result(good && i, "blocks: state%s as in sysfs\n",
			 zones ? " and zone" : ", without CONFIG_MEMORY_HOTREMOVE no zone,");
}

static void test_groups(void)
{
	char id[32], group[32], state[32], zone[32];
	bool good = true;
	size_t i, j;

	if (!world.groups.count) {
		ksft_test_result_skip("groups: there is none: no memory was plugged\n");
		return;
	}
	for (i = 0; i < world.groups.count && good; i++) {
		unsigned long long blocks = 0, online = 0, kernel = 0, movable = 0;
		unsigned long long offline = 0;

		field(&world.groups, i, "id", id, sizeof(id));
		for (j = 0; j < world.blocks.count; j++) {
			if (!field(&world.blocks, j, "group", group,
				   sizeof(group)) || strcmp(group, id) ||
			    !field(&world.blocks, j, "state", state,
				   sizeof(state)) ||
			    !field(&world.blocks, j, "zone", zone, sizeof(zone)))
				continue;
			blocks++;
			online += !strcmp(state, "online");
			if (strcmp(state, "online"))
				offline += world.block_bytes;
			else if (!strcmp(zone, "Movable"))
				movable += world.block_bytes;
			else
				kernel += world.block_bytes;
		}
		good = number_of(&world.groups, i, "blocks") == blocks &&
		       number_of(&world.groups, i, "online_blocks") == online &&
		       number_of(&world.groups, i, "kernel_bytes") == kernel &&
		       number_of(&world.groups, i, "movable_bytes") == movable &&
		       number_of(&world.groups, i, "offline_bytes") == offline;
		if (!good)
			ksft_print_msg("\"%s\"\n", world.groups.lines[i + 1]);
	}
	ksft_test_result(good, "groups: %zu, the sums of their blocks\n", i);
}

int main(void)
{
	size_t i;

	begin();
	ksft_set_plan(ARRAY_SIZE(files) + 5);
	for (i = 0; i < ARRAY_SIZE(files); i++)
		test_form(files[i].name, files[i].columns);
	test_one_reading();
	read_world();
	test_blocks();
	test_groups();
	test_nodes();
	test_zoneinfo();
	free_world();
	ksft_finished();
}
