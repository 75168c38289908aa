// SPDX-License-Identifier: GPL-2.0
/*
 * Devices of memgroup_sim: made in configfs, of memory that the kernel was told not to
 * use. A write to one of its files returns when all is done, so there is nothing to
 * wait for.
 *
 * Their folders are named stress-PID-N after the process that made them, so that those
 * of a run that could not restore are known as such.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend-sim.h"
#include "stop.h"
#include "sysroot.h"
#include "units.h"
#include "vm-deadline.h"

#define DEVICES		"sys/kernel/config/memgroup_sim"
#define AUTO_ONLINE	"sys/devices/system/memory/auto_online_blocks"
#define PATH_SIZE	4096

/* How long all devices, or one that is left over, are given; each has an attempt. */
#define RESTORE_MS	60000
#define SWEEP_MS	5000
#define RESTORE_TRY_MS	20000
#define RESTORE_PAUSE_MS 1000
/* Writes that move no memory. */
#define SETTING_MS	10000

struct folder {
	char name[DEVICE_NAME_MAX];
};

struct sim {
	struct sysroot root;
	struct folder *folders;		/* one for each device */
};

/* The files of a folder */

static int read_number(struct sim *sim, const char *folder, const char *file,
		       uint64_t *number, struct fault *fault)
{
	char path[128], word[32];
	int ret;

	snprintf(path, sizeof(path), DEVICES "/%s/%s", folder, file);
	ret = sysroot_read_word(&sim->root, path, word, sizeof(word), fault);
	if (!ret && units_parse_decimal(word, number))
		ret = fault_set(fault, EPROTO, "%s/%s: \"%s\" is no number",
				sim->root.name, path, word);
	return ret;
}

/* Why the last write failed, or else what @error means. */
static void read_error(struct sim *sim, const char *folder, int error, char *text,
		       size_t size)
{
	struct fault ignored;
	struct text said;
	char path[128];

	snprintf(path, sizeof(path), DEVICES "/%s/last_error", folder);
	snprintf(text, size, "%s", strerror(error));
	if (sysroot_read(&sim->root, path, &said, &ignored))
		return;
	said.data[strcspn(said.data, "\n")] = '\0';
	if (said.data[0])
		snprintf(text, size, "%s", said.data);
	text_free(&said);
}

/*
 * The addresses of a block say no more than its number: "block 40 (0x…-0x…): …". The
 * reports count what was said, and have no room for them.
 */
static void cut_addresses(char *text)
{
	char *from = strstr(text, " (0x");
	const char *to = from ? strchr(from, ')') : NULL;

	if (to)
		memmove(from, to + 1, strlen(to));
}

/* *@error as of worker_write(). */
static int write_file(struct sim *sim, struct worker *worker, const char *folder,
		      const char *file, const char *text, unsigned int timeout_ms,
		      int *error, struct fault *fault)
{
	char path[PATH_SIZE];
	uint64_t duration;

	snprintf(path, sizeof(path), "%s/" DEVICES "/%s/%s", sim->root.name, folder, file);
	return worker_write(worker, path, text, timeout_ms, error, &duration, fault);
}

/* What is refused is an error. */
static int set_text(struct sim *sim, struct worker *worker, const char *folder,
		    const char *file, const char *text, struct fault *fault)
{
	char why[256];
	int error, ret;

	ret = write_file(sim, worker, folder, file, text, SETTING_MS, &error, fault);
	if (ret || !error)
		return ret;
	read_error(sim, folder, error, why, sizeof(why));
	return fault_set(fault, error, "%s/" DEVICES "/%s/%s: cannot be \"%s\": %s",
			 sim->root.name, folder, file, text, why);
}

static int set_number(struct sim *sim, struct worker *worker, const char *folder,
		      const char *file, uint64_t number, struct fault *fault)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	return set_text(sim, worker, folder, file, text, fault);
}

/* Operations */

/* An operation under way. */
struct attempt {
	struct sim *sim;
	struct worker *worker;
	struct device *device;
	const char *folder;
	unsigned int timeout_ms;
	struct outcome *outcome;
	struct fault *fault;
};

/*
 * How much of the device is there and not online, where the kernel brings memory online by
 * itself: then none should be. Else 0.
 */
static int read_offline(struct attempt *a, uint64_t *bytes)
{
	char word[24];
	int ret;

	*bytes = 0;
	ret = sysroot_read_word(&a->sim->root, AUTO_ONLINE, word, sizeof(word), a->fault);
	if (ret || !strcmp(word, "offline"))
		return ret;
	return read_number(a->sim, a->folder, "offline_bytes", bytes, a->fault);
}

/* Has the device come to @bytes, by writing @text to @file. */
static int move(struct attempt *a, const char *file, const char *text, uint64_t bytes)
{
	const uint64_t from = a->device->plugged;
	struct outcome *outcome = a->outcome;
	uint64_t offline = 0, still_offline = 0;
	char why[256];
	int ret = 0;

	outcome->grows = bytes > from;
	outcome->asked_bytes = bytes > from ? bytes - from : from - bytes;
	if (outcome->grows)
		ret = read_offline(a, &offline);
	if (!ret)
		ret = write_file(a->sim, a->worker, a->folder, file, text, a->timeout_ms,
				 &outcome->error, a->fault);
	if (!ret)
		ret = read_number(a->sim, a->folder, "plugged_bytes", &a->device->plugged,
				  a->fault);
	if (!ret && outcome->grows)
		ret = read_offline(a, &still_offline);
	if (ret)
		return ret;
	if (outcome->grows && a->device->plugged > from)
		outcome->done_bytes = a->device->plugged - from;
	if (!outcome->grows && a->device->plugged < from)
		outcome->done_bytes = from - a->device->plugged;
	if (outcome->error) {
		read_error(a->sim, a->folder, outcome->error, why, sizeof(why));
		cut_addresses(why);
		snprintf(outcome->blocker, sizeof(outcome->blocker), "%.*s",
			 (int)sizeof(outcome->blocker) - 1, why);
	} else if (still_offline > offline) {
		outcome->error = EIO;
		snprintf(outcome->blocker, sizeof(outcome->blocker),
			 "%" PRIu64 " bytes did not go online", still_offline - offline);
	}
	return 0;
}

static int sim_carry_out(struct backend *backend, struct worker *worker,
			 const struct op *op, unsigned int timeout_ms,
			 struct outcome *outcome, struct fault *fault)
{
	struct device *device = backend_device(backend, op->device);
	const long long start = stop_now_ns();
	struct sim *sim = backend->state;
	struct attempt a = {
		.sim = sim, .worker = worker, .device = device,
		.timeout_ms = timeout_ms, .outcome = outcome, .fault = fault,
	};
	char text[24];
	int ret;

	*outcome = (struct outcome){ 0 };
	if (!device)
		return fault_set(fault, ENODEV, "sim: there is no device %s", op->device);
	a.folder = sim->folders[device - backend->devices].name;
	snprintf(text, sizeof(text), "%" PRIu64, op->bytes);
	if (op->kind == OP_PLUG && device->kind == DEVICE_SIM_STATIC)
		ret = move(&a, "live", "1", device->size);
	else if (op->kind == OP_UNPLUG && device->kind == DEVICE_SIM_STATIC)
		ret = move(&a, "live", "0", 0);
	else if (op->kind == OP_RESIZE && device->kind == DEVICE_SIM_DYNAMIC)
		ret = move(&a, "requested_size", text, op->bytes);
	else
		ret = fault_set(fault, EINVAL, "sim: %s of device %s is not possible",
				op_kind_name(op->kind), op->device);
	outcome->duration_ns = (uint64_t)(stop_now_ns() - start);
	return ret;
}

/* Putting devices away */

static int remove_folder(struct sim *sim, const char *folder, struct fault *fault)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/" DEVICES "/%s", sim->root.name, folder);
	if (!rmdir(path) || errno == ENOENT)
		return 0;
	return fault_set(fault, errno, "%s: %s", path, strerror(errno));
}

/* Unplugs all of a device and removes it; one that is not there is done with. */
static int put_away(struct sim *sim, struct worker *worker, const char *folder,
		    long long until, struct fault *fault)
{
	uint64_t stays = 0;
	int error, ret;
	char why[256];

	do {
		ret = write_file(sim, worker, folder, "live", "0", RESTORE_TRY_MS, &error,
				 fault);
		if (ret == -ENOENT)
			return 0;
		if (ret)
			return ret;
		if (!error)
			return remove_folder(sim, folder, fault);
		ret = deadline_pause(until, RESTORE_PAUSE_MS, fault);
	} while (!ret && deadline_left(until, 1));
	if (ret)
		return ret;
	read_error(sim, folder, error, why, sizeof(why));
	ret = read_number(sim, folder, "plugged_bytes", &stays, fault);
	if (ret)
		return ret;
	return fault_set(fault, error, "%s/" DEVICES "/%s: %" PRIu64 " bytes stay plugged: %s",
			 sim->root.name, folder, stays, why);
}

static int sim_restore(struct backend *backend, struct fault *fault)
{
	const long long until = deadline_in(RESTORE_MS);
	struct sim *sim = backend->state;
	struct worker *worker;
	struct fault later;
	int ret, err;
	size_t i;

	ret = worker_start(&worker, fault);
	if (ret)
		return ret;
	for (i = 0; i < backend->nr_devices; i++) {
		err = put_away(sim, worker, sim->folders[i].name, until,
			       ret ? &later : fault);
		if (!ret)
			ret = err;
	}
	worker_stop(worker);
	return ret;
}

static int check_there(struct sim *sim, struct fault *fault)
{
	const int entries = sysroot_dir_has_entries(&sim->root, DEVICES);

	if (entries >= 0)
		return 0;
	if (entries != -ENOENT)
		return fault_set(fault, -entries, "%s/" DEVICES ": %s", sim->root.name,
				 strerror(-entries));
	return fault_set(fault, ENOENT,
			 "%s/" DEVICES ": not there: load the module memgroup_sim, and mount configfs",
			 sim->root.name);
}

/* What an earlier run left */

struct sweep {
	struct sim *sim;
	struct worker *worker;
	struct fault *fault;
};

/*
 * Of a process that is gone; its number may be ours again. What lives is another run's, or
 * what this number is now, and its folders are in nobody's way.
 */
static bool is_left_over(const char *name)
{
	unsigned int number;
	int pid, len = 0;

	if (sscanf(name, "stress-%d-%u%n", &pid, &number, &len) != 2 || name[len] ||
	    pid <= 0)
		return false;
	return pid == getpid() || (kill(pid, 0) && errno == ESRCH);
}

static int sweep_one(const char *name, void *context)
{
	struct sweep *sweep = context;

	if (!is_left_over(name))
		return 0;
	return put_away(sweep->sim, sweep->worker, name, deadline_in(SWEEP_MS),
			sweep->fault);
}

int backend_sim_sweep_at(const char *root, struct fault *fault)
{
	struct sim sim = { 0 };
	struct sweep sweep = { .sim = &sim, .fault = fault };
	int ret;

	ret = sysroot_open(&sim.root, root, fault);
	if (ret)
		return ret;
	ret = check_there(&sim, fault);
	if (!ret)
		ret = worker_start(&sweep.worker, fault);
	if (!ret)
		ret = sysroot_list(&sim.root, DEVICES, sweep_one, &sweep, fault);
	worker_stop(sweep.worker);
	sysroot_close(&sim.root);
	return ret;
}

/* Beginning and end */

static int make_folder(struct sim *sim, const char *folder, struct fault *fault)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/" DEVICES "/%s", sim->root.name, folder);
	if (!mkdir(path, 0755))
		return 0;
	return fault_set(fault, errno, "%s: %s", path, strerror(errno));
}

/* Stages a device; a dynamic one also goes live, with nothing plugged yet. */
static int stage(struct sim *sim, struct worker *worker, const char *folder,
		 const struct device_spec *spec, struct device *device,
		 struct fault *fault)
{
	const bool dynamic = spec->kind == DEVICE_SIM_DYNAMIC;
	int ret;

	ret = set_text(sim, worker, folder, "type", dynamic ? "dynamic" : "static", fault);
	if (!ret)
		ret = set_number(sim, worker, folder, "node", (uint64_t)spec->node, fault);
	if (!ret && spec->unit)
		ret = set_number(sim, worker, folder, "unit", spec->unit, fault);
	if (!ret)
		ret = set_number(sim, worker, folder, "size", spec->size, fault);
	/* Of a static device, it is a memory block. */
	if (!ret)
		ret = read_number(sim, folder, "unit", &device->unit, fault);
	if (!ret && (!device->unit || spec->size % device->unit))
		ret = fault_set(fault, EINVAL,
				"%s: a size of %" PRIu64 " bytes is no multiple of %" PRIu64,
				device_kind_name(spec->kind), spec->size, device->unit);
	if (!ret && dynamic)
		ret = set_text(sim, worker, folder, "live", "1", fault);
	if (!dynamic)
		device->unit = spec->size;
	return ret;
}

static int make_device(struct backend *backend, struct worker *worker,
		       const struct device_spec *spec, struct fault *fault)
{
	struct sim *sim = backend->state;
	const size_t i = backend->nr_devices;
	struct device *device = &backend->devices[i];
	char *folder = sim->folders[i].name;
	int ret;

	snprintf(device->name, sizeof(device->name), "sim%zu", i);
	snprintf(folder, sizeof(sim->folders[i].name), "stress-%d-%zu", (int)getpid(), i);
	device->kind = spec->kind;
	device->node = spec->node;
	device->size = spec->size;
	ret = make_folder(sim, folder, fault);
	if (ret)
		return ret;
	/* From here on it is one to put away. */
	backend->nr_devices++;
	return stage(sim, worker, folder, spec, device, fault);
}

static int make_devices(struct backend *backend, struct worker *worker,
			struct fault *fault)
{
	struct sim *sim = backend->state;
	size_t nr = 0, i;
	unsigned int k;
	int ret = 0;

	for (i = 0; i < backend->nr_specs; i++)
		nr += backend->specs[i].count;
	backend->devices = calloc(nr + 1, sizeof(*backend->devices));
	sim->folders = calloc(nr + 1, sizeof(*sim->folders));
	if (!backend->devices || !sim->folders)
		return fault_nomem(fault);
	for (i = 0; i < backend->nr_specs; i++)
		for (k = 0; !ret && k < backend->specs[i].count; k++)
			ret = make_device(backend, worker, &backend->specs[i], fault);
	return ret;
}

static void sim_close(struct backend *backend)
{
	struct sim *sim = backend->state;

	if (!sim)
		return;
	sysroot_close(&sim->root);
	free(sim->folders);
	free(backend->devices);
	free(sim);
	backend->state = NULL;
	backend->devices = NULL;
	backend->nr_devices = 0;
}

int backend_sim_open_at(struct backend *backend, const char *root,
			struct fault *fault)
{
	struct sim *sim = calloc(1, sizeof(*sim));
	struct worker *worker = NULL;
	struct fault later;
	int ret;

	if (!sim)
		return fault_nomem(fault);
	ret = sysroot_open(&sim->root, root, fault);
	if (ret) {
		free(sim);
		return ret;
	}
	backend->state = sim;
	backend->nr_devices = 0;
	ret = check_there(sim, fault);
	if (!ret)
		ret = worker_start(&worker, fault);
	if (!ret)
		ret = make_devices(backend, worker, fault);
	worker_stop(worker);
	if (ret) {
		/* It may be a signal that ended it, which must not end this. */
		stop_hold(true);
		sim_restore(backend, &later);
		stop_hold(false);
		sim_close(backend);
	}
	return ret;
}

static int sim_sweep(struct fault *fault)
{
	return backend_sim_sweep_at(NULL, fault);
}

static int sim_open(struct backend *backend, struct fault *fault)
{
	return backend_sim_open_at(backend, NULL, fault);
}

const struct backend_ops backend_sim = {
	.name = "sim",
	.sweep = sim_sweep,
	.open = sim_open,
	.carry_out = sim_carry_out,
	.restore = sim_restore,
	.close = sim_close,
};
