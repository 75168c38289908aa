// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib.h"
#include "sim.h"

#define MADE_MAX 64

/* Folders that this program made, in this order; "" once removed. */
static char made[MADE_MAX][SIM_PATH_SIZE];
static int nr_made;

/* Of a device, its memory has to go first; a node has no such file. */
static void clean(void)
{
	char live[SIM_PATH_SIZE + 8];
	size_t len;
	int i;

	for (i = nr_made; i--;) {
		if (!*made[i])
			continue;
		len = strlen(made[i]);
		memcpy(live, made[i], len);
		memcpy(live + len, "/live", sizeof("/live"));
		write_text(live, "0");
		if (rmdir(made[i]) && errno != ENOENT)
			(void)!write(STDERR_FILENO, "# not removed\n", 14);
	}
}

void sim_begin(void)
{
	struct stat at_hand;

	if (stat(SIM, &at_hand) && (system("modprobe -q memgroup_sim") || stat(SIM, &at_hand)))
		ksft_exit_skip("no " SIM ": no module memgroup_sim, or configfs is not mounted\n");
	if (stat(SIM_GROUPS, &at_hand))
		ksft_exit_fail_msg("no " SIM_GROUPS "\n");
	call_later(clean);
}

const char *sim_name(const char *device)
{
	static char name[32];

	if (!strncmp(device, "synthetic", strlen("synthetic")))
		return device;
	snprintf(name, sizeof(name), "selftest-%s", device);
	return name;
}

const char *sim_path(const char *device, const char *attribute)
{
	static char path[SIM_PATH_SIZE];

	snprintf(path, sizeof(path), SIM "%s%s%s", sim_name(device),
		 *attribute ? "/" : "", attribute);
	return path;
}

bool sim_exists(const char *device)
{
	return !access(sim_path(device, ""), F_OK);
}

static int make_folder(const char *path)
{
	if (nr_made == MADE_MAX)
		ksft_exit_fail_msg("too many simulated devices\n");
	/* Noted first: a signal may come in between. */
	snprintf(made[nr_made], sizeof(made[nr_made]), "%s", path);
	nr_made++;
	if (!mkdir(path, 0755))
		return 0;
	nr_made--;
	return -errno;
}

static int remove_folder(const char *path)
{
	int i;

	if (rmdir(path))
		return -errno;
	for (i = 0; i < nr_made; i++)
		if (!strcmp(made[i], path))
			*made[i] = '\0';
	while (nr_made && !*made[nr_made - 1])
		nr_made--;
	return 0;
}

int sim_make(const char *device, const char *type, const char *backing, int node,
	     unsigned long long bytes)
{
	int ret = make_folder(sim_path(device, ""));

	if (!ret)
		ret = sim_write_text(device, "type", type);
	if (!ret)
		ret = sim_write_text(device, "backing", backing);
	if (!ret)
		ret = sim_write_number(device, "node", node);
	if (!ret)
		ret = sim_write_number(device, "size", bytes);
	return ret;
}

int sim_remove(const char *device)
{
	return remove_folder(sim_path(device, ""));
}

int sim_write_text(const char *device, const char *attribute, const char *text)
{
	return write_text(sim_path(device, attribute), text);
}

int sim_write_number(const char *device, const char *attribute,
		     unsigned long long number)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", number);
	return sim_write_text(device, attribute, text);
}

const char *sim_read(const char *device, const char *attribute, char *text,
		     size_t size)
{
	return read_line(sim_path(device, attribute), text, size);
}

unsigned long long sim_number(const char *device, const char *attribute)
{
	char text[32], *end;
	unsigned long long number;

	sim_read(device, attribute, text, sizeof(text));
	number = strtoull(text, &end, 10);
	if (end == text || *end)
		ksft_exit_fail_msg("%s is \"%s\", no number\n",
				   sim_path(device, attribute), text);
	return number;
}

const char *sim_last_error(const char *device, char *text, size_t size)
{
	return sim_read(device, "last_error", text, size);
}

static const char *node_name(int node)
{
	static char name[32];

	snprintf(name, sizeof(name), "synthetic/node%d", node);
	return name;
}

int sim_make_node(int node, unsigned long long kernel_bytes)
{
	int ret = make_folder(sim_path(node_name(node), ""));

	if (!ret)
		ret = sim_write_number(node_name(node), "kernel_bytes", kernel_bytes);
	return ret;
}

int sim_remove_node(int node)
{
	return remove_folder(sim_path(node_name(node), ""));
}

const char *sim_no_memory(unsigned long long bytes)
{
	static char why[SIM_PATH_SIZE];
	char error[SIM_PATH_SIZE];
	int ret;

	ret = sim_make("probe", "static", "memory", 0, bytes);
	if (!ret)
		ret = sim_write_number("probe", "live", 1);
	if (!ret)
		ret = sim_write_number("probe", "live", 0);
	*why = '\0';
	if (ret)
		snprintf(why, sizeof(why), "%s: %.200s", strerror(-ret),
			 sim_last_error("probe", error, sizeof(error)));
	if (sim_exists("probe"))
		sim_remove("probe");
	return *why ? why : NULL;
}
