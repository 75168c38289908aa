// SPDX-License-Identifier: GPL-2.0
/*
 * Simulated memory devices: what their files take and refuse, and that a device, its
 * memory and its group come and go as one, whoever else writes meanwhile.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib.h"
#include "sim.h"

#define REFUSE_OFFLINE	INJECT "MEM_GOING_OFFLINE/error"
#define RACERS		4
#define ROUNDS		6

static unsigned long long block_bytes;

static const char * const settings[] = {
	"type", "node", "size", "unit", "backing", "count", "live"
};

/* What all files say that can be written. */
static void read_settings(const char *device, char *text, size_t size)
{
	char line[64];
	size_t i, len = 0;

	for (i = 0; i < ARRAY_SIZE(settings); i++)
		len += snprintf(text + len, size - len, "%s=%s ", settings[i],
				sim_read(device, settings[i], line, sizeof(line)));
}

/* Whether @ret is what it must be; if not, says so. */
static bool is(int ret, int expected, const char *what)
{
	if (ret == expected)
		return true;
	ksft_print_msg("%s: %s, not %s\n", what, ret ? strerror(-ret) : "success",
		       expected ? strerror(-expected) : "success");
	return false;
}

static bool test_bad_values(void)
{
	static const struct {
		const char *file;
		const char *text;
		int error;
	} bad[] = {
		{ "type", "none", -EINVAL }, { "type", "dimm", -EINVAL },
		{ "type", "static dynamic", -EINVAL }, { "type", "\n", -EINVAL },
		{ "node", "-1", -EINVAL }, { "node", "x", -EINVAL },
		{ "node", "4096", -EINVAL }, { "node", "99999999999", -ERANGE },
		{ "size", "0", -EINVAL }, { "size", "1", -EINVAL },
		{ "size", "G", -EINVAL }, { "size", "1GG", -EINVAL },
		{ "size", "1G 1G", -EINVAL }, { "size", "-1G", -EINVAL },
		{ "size", "1.5G", -EINVAL }, { "size", "128P", -ERANGE },
		{ "size", "16E", -ERANGE },
		{ "size", "99999999999999999999", -ERANGE },
		{ "unit", "0", -EINVAL }, { "unit", "4096", -EINVAL },
		{ "unit", "3G", -EINVAL }, { "unit", "1E", -ERANGE },
		{ "backing", "disk", -EINVAL }, { "backing", "\n", -EINVAL },
		{ "count", "0", -EINVAL }, { "count", "-1", -EINVAL },
		{ "count", "1.5", -EINVAL }, { "count", "1048577", -ERANGE },
		{ "live", "2", -EINVAL }, { "live", "maybe", -EINVAL },
		{ "requested_size", "0", -ENXIO },
		/* Staged without a size */
		{ "live", "1", -EINVAL },
		{ "plugged_bytes", "0", -EACCES },
	};
	char before[512], after[512], what[96], error[256];
	bool good;
	size_t i;

	good = !sim_make("bad", "static", "memory", 0, block_bytes);
	good = good && !sim_remove("bad") && !mkdir(sim_path("bad", ""), 0755);
	read_settings("bad", before, sizeof(before));
	for (i = 0; good && i < ARRAY_SIZE(bad); i++) {
		snprintf(what, sizeof(what), "\"%s\" to %s", bad[i].text, bad[i].file);
		/* Root may write to what nobody can write to. */
		if (bad[i].error == -EACCES) {
			good = sim_write_text("bad", bad[i].file, bad[i].text) < 0;
			continue;
		}
		good = is(sim_write_text("bad", bad[i].file, bad[i].text),
			  bad[i].error, what);
		if (!*sim_last_error("bad", error, sizeof(error))) {
			ksft_print_msg("%s: last_error is empty\n", what);
			good = false;
		}
		read_settings("bad", after, sizeof(after));
		if (strcmp(before, after)) {
			ksft_print_msg("%s: was %s\n", what, before);
			ksft_print_msg("%s: is  %s\n", what, after);
			good = false;
		}
	}
	return !rmdir(sim_path("bad", "")) && good;
}

static bool test_good_values(void)
{
	static const struct {
		const char *file;
		const char *text;
		const char *shown;
	} values[] = {
		{ "type", "dynamic", "dynamic" }, { "type", "static\n", "static" },
		{ "size", "1G", "1073741824" }, { "size", "0x80000000\n", "2147483648" },
		{ "size", "64p", "72057594037927936" },
		{ "unit", "2G", "2147483648" }, { "node", "0", "0" },
		{ "backing", "none", "none" }, { "backing", "memory", "memory" },
		{ "count", "1048576", "1048576" },
	};
	bool good = !sim_make("good", "static", "memory", 0, block_bytes);
	char text[64], error[256];
	size_t i;

	for (i = 0; good && i < ARRAY_SIZE(values); i++) {
		good = is(sim_write_text("good", values[i].file, values[i].text), 0,
			  values[i].file);
		sim_read("good", values[i].file, text, sizeof(text));
		if (strcmp(text, values[i].shown) ||
		    *sim_last_error("good", error, sizeof(error))) {
			ksft_print_msg("%s is \"%s\", not \"%s\"; last_error \"%s\"\n",
				       values[i].file, text, values[i].shown, error);
			good = false;
		}
	}
	return !sim_remove("good") && good;
}

static bool test_bad_names(void)
{
	static const struct {
		const char *name;
		int error;
	} bad[] = {
		{ "two words", EINVAL }, { "back\\slash", EINVAL },
		{ "um\303\244l", EINVAL }, { "tab\there", EINVAL },
		{ "one-more-character-than-there-is-room-for", ENAMETOOLONG },
		{ "synthetic", EEXIST },
	};
	char path[SIM_PATH_SIZE];
	bool good = true;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		snprintf(path, sizeof(path), SIM "%s", bad[i].name);
		if (mkdir(path, 0755) && errno == bad[i].error)
			continue;
		ksft_print_msg("a device could be called \"%s\": %s\n",
			       bad[i].name, strerror(errno));
		good = false;
	}
	return good;
}

/* Settings that are good each, and not together. */
static bool test_bad_together(void)
{
	char before[512], after[512];
	bool good;

	good = !sim_make("pair", "dynamic", "memory", 0, 3 * block_bytes) &&
	       !sim_write_number("pair", "unit", 2 * block_bytes);
	good = good && is(sim_write_number("pair", "live", 1), -EINVAL,
			  "a size that is not a multiple of the unit");
	good = good && !sim_write_number("pair", "unit", block_bytes) &&
	       !sim_write_number("pair", "count", 2);
	read_settings("pair", before, sizeof(before));
	good = good && is(sim_write_number("pair", "live", 1), -EINVAL,
			  "two devices of memory in one");
	read_settings("pair", after, sizeof(after));
	return !sim_remove("pair") && good && !strcmp(before, after);
}

/* The record of the device's group; false if there is none. */
static bool find_group(const char *device, struct records *records, size_t *record)
{
	char name[64];
	size_t i;

	if (records_read(GROUPS "groups", records))
		ksft_exit_fail_msg(GROUPS "groups cannot be read\n");
	for (i = 0; i < records->count; i++) {
		if (!field(records, i, "device", name, sizeof(name)) ||
		    strcmp(name, sim_name(device)))
			continue;
		*record = i;
		return true;
	}
	records_free(records);
	return false;
}

/* The device's figures, its group, and the total agree. */
static bool agrees(const char *device, unsigned long long plugged)
{
	const unsigned long long kernel = sim_number(device, "kernel_bytes");
	const unsigned long long movable = sim_number(device, "movable_bytes");
	const unsigned long long offline = sim_number(device, "offline_bytes");
	struct records records;
	size_t record;
	bool good;

	if (!find_group(device, &records, &record)) {
		ksft_print_msg("%s has no group\n", device);
		return false;
	}
	good = sim_number(device, "plugged_bytes") == plugged &&
	       kernel + movable + offline == plugged &&
	       sim_number(device, "group") == number_of(&records, record, "id") &&
	       number_of(&records, record, "blocks") * block_bytes == plugged &&
	       number_of(&records, record, "kernel_bytes") == kernel &&
	       number_of(&records, record, "movable_bytes") == movable &&
	       number_of(&records, record, "offline_bytes") == offline;
	if (!good)
		ksft_print_msg("%s: %llu, not %llu: %llu kernel, %llu movable, %llu offline; %s\n",
			       device, sim_number(device, "plugged_bytes"), plugged,
			       kernel, movable, offline, records.lines[record + 1]);
	records_free(&records);
	return good;
}

/* Nothing of it is left. */
static bool is_gone(const char *device)
{
	struct records records;
	char range[64];
	size_t record;

	if (find_group(device, &records, &record)) {
		ksft_print_msg("%s still has a group\n", device);
		records_free(&records);
		return false;
	}
	return !sim_number(device, "live") && !sim_number(device, "plugged_bytes") &&
	       !strcmp(sim_read(device, "range", range, sizeof(range)), "-");
}

static bool range_of(const char *device, unsigned long long *start,
		     unsigned long long *end)
{
	char range[64];

	sim_read(device, "range", range, sizeof(range));
	return sscanf(range, "0x%llx-0x%llx", start, end) == 2;
}

/* Nothing of @iomem, what was in use before, overlaps the device. */
static bool was_unused(const char *device, const char *iomem)
{
	unsigned long long start, end, from, to;

	if (!range_of(device, &start, &end))
		return false;
	for (; iomem && *iomem; iomem = strchr(iomem, '\n'), iomem += !!iomem) {
		if (sscanf(iomem, " %llx-%llx", &from, &to) != 2 ||
		    from > end || to < start)
			continue;
		ksft_print_msg("%s is at 0x%llx-0x%llx: %.*s\n", device, start, end,
			       (int)strcspn(iomem, "\n"), iomem);
		return false;
	}
	return true;
}

static bool test_static(void)
{
	char *iomem = read_all("/proc/iomem");
	bool good;

	good = iomem && !sim_make("dimm", "static", "memory", 0, 4 * block_bytes);
	good = good && is(sim_write_number("dimm", "live", 1), 0, "live") &&
	       agrees("dimm", 4 * block_bytes) && was_unused("dimm", iomem);
	free(iomem);
	good = good && is(sim_write_number("dimm", "live", 1), 0, "live again") &&
	       agrees("dimm", 4 * block_bytes);
	good = good && is(sim_write_number("dimm", "live", 0), 0, "not live") &&
	       is_gone("dimm");
	good = good && is(sim_write_number("dimm", "live", 0), 0, "not live again");
	return !sim_remove("dimm") && good;
}

static bool test_dynamic(void)
{
	/* In units of two blocks */
	static const unsigned int sizes[] = { 2, 8, 8, 4, 6, 0, 2, 0 };
	bool good;
	size_t i;

	good = !sim_make("virtio", "dynamic", "memory", 0, 8 * block_bytes) &&
	       !sim_write_number("virtio", "unit", 2 * block_bytes) &&
	       is(sim_write_number("virtio", "live", 1), 0, "live") &&
	       agrees("virtio", 0);
	for (i = 0; good && i < ARRAY_SIZE(sizes); i++)
		good = is(sim_write_number("virtio", "requested_size",
					   sizes[i] * block_bytes), 0,
			  "requested_size") &&
		       sim_number("virtio", "requested_size") ==
		       sizes[i] * block_bytes &&
		       agrees("virtio", sizes[i] * block_bytes);
	good = good && is(sim_write_number("virtio", "requested_size",
					   3 * block_bytes), -EINVAL,
			  "half a unit") &&
	       is(sim_write_number("virtio", "requested_size", 10 * block_bytes),
		  -ERANGE, "more than its size") && agrees("virtio", 0);
	good = good && !sim_write_number("virtio", "requested_size", 4 * block_bytes) &&
	       is(sim_write_number("virtio", "live", 0), 0, "not live") &&
	       is_gone("virtio");
	return !sim_remove("virtio") && good;
}

static bool test_live_is_pinned(void)
{
	char before[512], after[512], what[32];
	bool good;
	size_t i;

	good = !sim_make("pinned", "static", "memory", 0, block_bytes) &&
	       is(sim_write_number("pinned", "live", 1), 0, "live");
	read_settings("pinned", before, sizeof(before));
	for (i = 0; good && i < ARRAY_SIZE(settings) - 1; i++) {
		snprintf(what, sizeof(what), "%s of a live device", settings[i]);
		good = is(sim_write_text("pinned", settings[i],
					 i ? "1G" : "dynamic"), -EBUSY, what);
	}
	read_settings("pinned", after, sizeof(after));
	good = good && !strcmp(before, after);
	good = good && is(sim_write_number("pinned", "requested_size", block_bytes),
			  -EOPNOTSUPP, "requested_size of a static device");
	if (good && (!rmdir(sim_path("pinned", "")) || errno != EBUSY)) {
		ksft_print_msg("rmdir of a live device: %s\n", strerror(errno));
		good = false;
	}
	/* Built in, it is not there; as a module, it is in use. */
	if (good && (!syscall(SYS_delete_module, "memgroup_sim", O_NONBLOCK) ||
		     (errno != EWOULDBLOCK && errno != EBUSY && errno != ENOENT))) {
		ksft_print_msg("the module can be unloaded: %s\n", strerror(errno));
		good = false;
	}
	good = good && agrees("pinned", block_bytes) &&
	       is(sim_write_number("pinned", "live", 0), 0, "not live");
	return !sim_remove("pinned") && good;
}

static bool test_too_large(void)
{
	char error[256];
	bool good;

	good = !sim_make("large", "static", "memory", 0, 1ULL << 50) &&
	       is(sim_write_number("large", "live", 1), -ENOSPC, "1 PiB") &&
	       *sim_last_error("large", error, sizeof(error)) && is_gone("large");
	return !sim_remove("large") && good;
}

/* A block that refuses leaves all of the device as it was. */
static bool test_refused(void)
{
	unsigned long long block;
	char error[256];
	bool good;

	good = !sim_make("stays", "static", "memory", 0, 4 * block_bytes) &&
	       is(sim_write_number("stays", "live", 1), 0, "live") &&
	       !write_text(REFUSE_OFFLINE, "-16") &&
	       is(sim_write_number("stays", "live", 0), -EBUSY, "refused");
	good = good && sim_number("stays", "live") &&
	       !sim_number("stays", "offline_bytes") &&
	       agrees("stays", 4 * block_bytes);
	sim_last_error("stays", error, sizeof(error));
	if (good && sscanf(error, "block %llu ", &block) != 1) {
		ksft_print_msg("last_error names no block: \"%s\"\n", error);
		good = false;
	}
	write_text(REFUSE_OFFLINE, "0");
	good = good && is(sim_write_number("stays", "live", 0), 0, "not refused") &&
	       is_gone("stays");
	return !sim_remove("stays") && good;
}

/* A child that puts a device in and out; ends with the number of wrong answers. */
static void race(const char *device, int number)
{
	int i, ret, wrong = 0;

	for (i = 0; i < ROUNDS; i++) {
		ret = sim_write_number(device, "live", (i + number) % 2);
		/* Not enough memory for all of them at a time is an answer. */
		wrong += ret && ret != -EBUSY && ret != -ENOSPC;
	}
	_exit(wrong);
}

/* Writers that race for one device, and for the room of others. */
static bool test_races(void)
{
	static const char * const racing[RACERS] = { "race0", "race0", "race1", "race1" };
	unsigned long long start[2], end[2];
	pid_t children[RACERS];
	bool good = true;
	int i, status;

	for (i = 0; i < 2; i++)
		good = good && !sim_make(racing[2 * i], "static", "memory", 0,
					 2 * block_bytes);
	fflush(stdout);
	for (i = 0; good && i < RACERS; i++) {
		children[i] = fork();
		if (!children[i]) {
			/* What it says would come in between. */
			if (!freopen("/dev/null", "w", stdout))
				_exit(99);
			race(racing[i], i);
		}
	}
	for (i = 0; good && i < RACERS; i++) {
		if (children[i] < 0 || waitpid(children[i], &status, 0) < 0 || status) {
			ksft_print_msg("a writer had a wrong answer\n");
			good = false;
		}
	}
	for (i = 0; i < 2; i++) {
		good = is(sim_write_number(racing[2 * i], "live", 1), 0, "live") && good;
		good = agrees(racing[2 * i], 2 * block_bytes) &&
		       range_of(racing[2 * i], &start[i], &end[i]) && good;
	}
	if (good && start[0] <= end[1] && start[1] <= end[0]) {
		ksft_print_msg("both are at 0x%llx-0x%llx\n", start[0], end[0]);
		good = false;
	}
	for (i = 0; i < 2; i++) {
		good = is(sim_write_number(racing[2 * i], "live", 0), 0, "not live") &&
		       is_gone(racing[2 * i]) && good;
		good = !sim_remove(racing[2 * i]) && good;
	}
	return good;
}

/* A hundred thousand made-up devices change nothing of the real system. */
static bool test_made_up_is_apart(void)
{
	char *nodes = read_all(GROUPS "nodes"), *after = NULL;
	const unsigned long long decisions = policy_number("decisions");
	struct records records;
	size_t groups = 0;
	bool good;

	good = nodes && !sim_make_node(0, 64ULL << 40) &&
	       !sim_make("many", "static", "none", 0, block_bytes) &&
	       !sim_write_number("many", "count", 100000) &&
	       is(sim_write_number("many", "live", 1), 0, "100,000 made-up devices");
	if (good && !records_read(SIM_GROUPS "/groups", &records)) {
		groups = records.count;
		records_free(&records);
	}
	after = read_all(GROUPS "nodes");
	if (groups != 100000 || !after || strcmp(nodes, after) ||
	    policy_number("decisions") != decisions) {
		ksft_print_msg("%zu made-up groups, real decisions %llu before, %llu after\n",
			       groups, decisions, policy_number("decisions"));
		good = false;
	}
	free(nodes);
	free(after);
	good = is(sim_write_number("many", "live", 0), 0, "not live") && good;
	good = !sim_remove("many") && good;
	return !sim_remove_node(0) && good;
}

static bool test_made_up_needs_its_node(void)
{
	bool good;

	good = !sim_make("lost", "static", "none", 0, block_bytes) &&
	       sim_write_number("lost", "live", 1) < 0 &&
	       !sim_number("lost", "live") && !sim_make_node(0, 1ULL << 30) &&
	       is(sim_write_number("lost", "live", 1), 0, "on its node");
	if (good && (!rmdir(sim_path("synthetic/node0", "")) || errno != EBUSY)) {
		ksft_print_msg("a node that is in use can be removed\n");
		good = false;
	}
	good = good && is(sim_write_number("synthetic/node0", "kernel_bytes", 1ULL << 31),
			  -EBUSY, "a node that is in use") &&
	       is(sim_write_number("lost", "live", 0), 0, "not live");
	good = !sim_remove("lost") && good;
	return !sim_remove_node(0) && good;
}

static const struct {
	bool (*run)(void);
	bool needs_memory;
	bool needs_injection;
	const char *name;
} tests[] = {
	{ test_bad_values, .name = "bad values are refused and change nothing" },
	{ test_good_values, .name = "good values are shown in bytes" },
	{ test_bad_names, .name = "bad names are refused" },
	{ test_bad_together, .name = "good values that do not go together" },
	{ test_made_up_needs_its_node, .name = "a made-up device and its node" },
	{ test_made_up_is_apart, .name = "100,000 made-up devices are apart" },
	{ test_static, true, .name = "a static device comes and goes" },
	{ test_dynamic, true, .name = "a dynamic device grows and shrinks" },
	{ test_live_is_pinned, true, .name = "a live device is pinned" },
	{ test_too_large, true, .name = "a device that is too large" },
	{ test_refused, true, true, .name = "a block that refuses" },
	{ test_races, true, .name = "writers that race" },
};

int main(void)
{
	const char *why;
	char line[32];
	size_t i;

	begin();
	sim_begin();
	ksft_set_plan(ARRAY_SIZE(tests));
	block_bytes = strtoull(read_line(MEMORY "block_size_bytes", line, sizeof(line)),
			       NULL, 16);
	restore_later(MEMORY "auto_online_blocks");
	if (write_text(MEMORY "auto_online_blocks", "online"))
		ksft_exit_fail_msg(MEMORY "auto_online_blocks cannot be written\n");
	if (!access(REFUSE_OFFLINE, F_OK))
		write_later(REFUSE_OFFLINE, "0");
	why = sim_no_memory(4 * block_bytes);
	for (i = 0; i < ARRAY_SIZE(tests); i++) {
		if (tests[i].needs_memory && why)
			ksft_test_result_skip("%s: %s\n", tests[i].name, why);
		else if (tests[i].needs_injection && access(REFUSE_OFFLINE, F_OK))
			ksft_test_result_skip("%s: no " REFUSE_OFFLINE "\n", tests[i].name);
		else
			ksft_test_result(tests[i].run(), "%s\n", tests[i].name);
	}
	ksft_finished();
}
