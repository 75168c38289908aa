// SPDX-License-Identifier: GPL-2.0
/* The backend sim on a configfs that the test plays: its folders fill themselves. */
#include "../hotplug-vm/unit.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend-sim.h"
#include "spec.h"
#include "stop.h"

#define MIB(n)	((uint64_t)(n) << 20)
#define DEVICES	"sys/kernel/config/memgroup_sim"

static char root[64];
static struct device_spec specs[2];
static struct backend backend;
static struct worker *worker;
static struct outcome outcome;
static struct fault fault;

/* How the kernel behaves. */
static struct {
	uint64_t room;		/* the largest device that there is memory for */
	uint64_t stays;		/* bytes of each device that do not go */
	uint64_t offline;	/* bytes that do not go online */
	int refused;		/* errno value of every setting */
	bool signals;		/* a signal comes with the first size that is set */
	unsigned int kept;	/* times that memory stayed */
} kernel;

int __real_mkdir(const char *path, mode_t mode);
int __wrap_mkdir(const char *path, mode_t mode);
int __real_rmdir(const char *path);
int __wrap_rmdir(const char *path);
int __wrap_worker_write(struct worker *w, const char *path, const char *text,
			unsigned int timeout_ms, int *error, uint64_t *duration_ns,
			struct fault *why);

static void put(const char *dir, const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void put_number(const char *dir, const char *name, uint64_t number)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu\n", (unsigned long long)number);
	put(dir, name, text);
}

static void get(const char *dir, const char *name, char text[64])
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "r");
	assert_non_null(file);
	if (!fgets(text, 64, file))
		text[0] = '\0';
	fclose(file);
}

static uint64_t get_number(const char *dir, const char *name)
{
	char text[64];

	get(dir, name, text);
	return strtoull(text, NULL, 10);
}

/* What is in a folder that is made. */
static const char *const files[] = {
	"type", "node", "size", "unit", "live", "requested_size", "plugged_bytes",
	"offline_bytes", "last_error",
};

int __wrap_mkdir(const char *path, mode_t mode)
{
	const int ret = __real_mkdir(path, mode);
	size_t i;

	if (ret || !strstr(path, DEVICES "/"))
		return ret;
	for (i = 0; i < COUNT(files); i++)
		put_number(path, files[i], 0);
	put_number(path, "unit", MIB(128));
	put(path, "last_error", "\n");
	return 0;
}

int __wrap_rmdir(const char *path)
{
	char file[256];
	size_t i;

	if (strstr(path, DEVICES "/")) {
		snprintf(file, sizeof(file), "%s/live", path);
		if (!access(file, F_OK) && get_number(path, "live")) {
			errno = EBUSY;
			return -1;
		}
		for (i = 0; i < COUNT(files); i++) {
			snprintf(file, sizeof(file), "%s/%s", path, files[i]);
			unlink(file);
		}
	}
	return __real_rmdir(path);
}

/* Has the device come to @bytes, as far as possible. Returns 0 or a negative errno value. */
static int move(const char *dir, uint64_t bytes)
{
	const uint64_t plugged = get_number(dir, "plugged_bytes");

	if (bytes > kernel.room) {
		put(dir, "last_error", "there is no such range\n");
		return -ENOSPC;
	}
	if (bytes < plugged && bytes < kernel.stays) {
		kernel.kept++;
		put_number(dir, "plugged_bytes", plugged < kernel.stays ? plugged : kernel.stays);
		put(dir, "last_error", "block 7 (0x38000000-0x3fffffff): slab\n");
		return -EBUSY;
	}
	put_number(dir, "offline_bytes",
		   bytes > plugged ? kernel.offline : get_number(dir, "offline_bytes"));
	put_number(dir, "plugged_bytes", bytes);
	return 0;
}

static int kernel_write(const char *dir, const char *file, const char *text)
{
	char type[64];
	int error = 0;

	put(dir, "last_error", "\n");
	get(dir, "type", type);
	if (!strcmp(file, "requested_size"))
		return move(dir, strtoull(text, NULL, 10));
	if (!strcmp(file, "live") && *text == '0') {
		error = move(dir, 0);
	} else if (!strcmp(file, "live")) {
		if (get_number(dir, "size") > kernel.room || !strcmp(type, "static"))
			error = move(dir, get_number(dir, "size"));
	} else if (kernel.refused) {
		put(dir, "last_error", "it shall fail\n");
		error = -kernel.refused;
	}
	if (!error)
		put(dir, file, text);
	return error;
}

int __wrap_worker_write(struct worker *w, const char *path, const char *text,
			unsigned int timeout_ms, int *error, uint64_t *duration_ns,
			struct fault *why)
{
	char dir[256];

	assert_non_null(w);
	assert_true(timeout_ms > 0);
	if (access(path, F_OK))
		return fault_set(why, errno, "%s: %s", path, strerror(errno));
	if (kernel.signals && !strcmp(strrchr(path, '/'), "/size"))
		raise(SIGTERM);
	/* As the real one does. */
	if (stop_signal())
		return fault_set(why, EINTR, "the run shall end");
	snprintf(dir, sizeof(dir), "%s", path);
	*strrchr(dir, '/') = '\0';
	*error = -kernel_write(dir, strrchr(path, '/') + 1, text);
	*duration_ns = 1;
	return 0;
}

/* The folder of the Nth device, or another name. */
static const char *folder(unsigned int n)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/" DEVICES "/stress-%d-%u", root, (int)getpid(), n);
	return path;
}

static bool is_there(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/" DEVICES "/%s", root, name);
	return !access(path, F_OK);
}

static unsigned int folders(void)
{
	char command[128];
	unsigned int count = 0;
	FILE *list;

	snprintf(command, sizeof(command), "ls %s/" DEVICES " | wc -l", root);
	list = popen(command, "r");
	assert_non_null(list);
	assert_int_equal(fscanf(list, "%u", &count), 1);
	pclose(list);
	return count;
}

static int setup(void **state)
{
	char command[256];

	(void)state;
	kernel = (typeof(kernel)){ .room = MIB(4096) };
	strcpy(root, "/tmp/hotplug-stress-sim.XXXXXX");
	if (!mkdtemp(root))
		return -1;
	snprintf(command, sizeof(command),
		 "mkdir -p %s/" DEVICES " %s/sys/devices/system/memory", root, root);
	if (system(command))
		return -1;
	snprintf(command, sizeof(command), "%s/sys/devices/system/memory", root);
	put(command, "auto_online_blocks", "online\n");
	return worker_start(&worker, &fault);
}

static int teardown(void **state)
{
	char command[128];

	(void)state;
	worker_stop(worker);
	backend_sim.close(&backend);
	snprintf(command, sizeof(command), "rm -rf %s", root);
	return system(command);
}

static int open_devices(const char *first, const char *second)
{
	backend = (struct backend){ .ops = &backend_sim, .specs = specs, .nr_specs = 1 };
	assert_int_equal(spec_parse(first, &specs[0], &fault), 0);
	if (second) {
		assert_int_equal(spec_parse(second, &specs[1], &fault), 0);
		backend.nr_specs = 2;
	}
	fault.text[0] = '\0';
	return backend_sim_open_at(&backend, root, &fault);
}

static int carry_out(enum op_kind kind, const char *name, uint64_t bytes)
{
	struct op op = { .kind = kind, .bytes = bytes };

	strcpy(op.device, name);
	return backend_sim.carry_out(&backend, worker, &op, 1000, &outcome, &fault);
}

static void check(int error, bool grows, uint64_t asked, uint64_t done, const char *blocker)
{
	if (outcome.error != error)
		fail_msg("%s: '%s'", strerror(outcome.error), outcome.blocker);
	assert_true(outcome.grows == grows);
	assert_true(outcome.asked_bytes == asked);
	assert_true(outcome.done_bytes == done);
	assert_string_equal(outcome.blocker, blocker);
}

static void devices_are_staged(void **state)
{
	(void)state;
	assert_int_equal(open_devices("sim-static,size=256M,count=2,node=1",
				      "sim-dynamic,size=1G,unit=256M"), 0);
	assert_int_equal(backend.nr_devices, 3);
	assert_string_equal(backend.devices[1].name, "sim1");
	assert_int_equal(backend.devices[1].kind, DEVICE_SIM_STATIC);
	assert_int_equal(backend.devices[1].node, 1);
	assert_true(backend.devices[1].unit == MIB(256));
	assert_true(backend.devices[1].plugged == 0);
	assert_true(get_number(folder(1), "size") == MIB(256));
	assert_int_equal(get_number(folder(1), "live"), 0);
	assert_int_equal(get_number(folder(1), "node"), 1);
	assert_int_equal(backend.devices[2].kind, DEVICE_SIM_DYNAMIC);
	assert_true(backend.devices[2].unit == MIB(256));
	assert_true(backend.devices[2].size == MIB(1024));
	assert_int_equal(get_number(folder(2), "live"), 1);
	assert_int_equal(backend_sim.restore(&backend, &fault), 0);
	assert_int_equal(folders(), 0);
	/* Nothing is left to do. */
	assert_int_equal(backend_sim.restore(&backend, &fault), 0);
}

static void operations(void **state)
{
	(void)state;
	assert_int_equal(open_devices("sim-static,size=256M", "sim-dynamic,size=1G"), 0);
	assert_true(backend.devices[1].unit == MIB(128));
	assert_int_equal(carry_out(OP_PLUG, "sim0", 0), 0);
	check(0, true, MIB(256), MIB(256), "");
	assert_true(backend.devices[0].plugged == MIB(256));
	assert_int_equal(carry_out(OP_UNPLUG, "sim0", 0), 0);
	check(0, false, MIB(256), MIB(256), "");
	assert_int_equal(carry_out(OP_RESIZE, "sim1", MIB(1024)), 0);
	check(0, true, MIB(1024), MIB(1024), "");
	kernel.stays = MIB(384);
	assert_int_equal(carry_out(OP_RESIZE, "sim1", MIB(256)), 0);
	check(EBUSY, false, MIB(768), MIB(640), "block 7: slab");
	assert_true(backend.devices[1].plugged == MIB(384));
	kernel.offline = MIB(128);
	assert_int_equal(carry_out(OP_RESIZE, "sim1", MIB(512)), 0);
	check(EIO, true, MIB(128), MIB(128), "134217728 bytes did not go online");
	/* Those are still offline, and no news. */
	assert_int_equal(carry_out(OP_RESIZE, "sim1", MIB(640)), 0);
	check(0, true, MIB(128), MIB(128), "");
	kernel.room = MIB(128);
	assert_int_equal(carry_out(OP_PLUG, "sim0", 0), 0);
	check(ENOSPC, true, MIB(256), 0, "there is no such range");
	/* What cannot be asked of such a device. */
	assert_int_equal(carry_out(OP_RESIZE, "sim0", 0), -EINVAL);
	assert_int_equal(carry_out(OP_PLUG, "sim1", 0), -EINVAL);
	assert_int_equal(carry_out(OP_OFFLINE, "sim1", 0), -EINVAL);
	assert_int_equal(carry_out(OP_PLUG, "sim7", 0), -ENODEV);
	kernel.stays = 0;
	assert_int_equal(backend_sim.restore(&backend, &fault), 0);
	assert_int_equal(folders(), 0);
}

static void where_memory_stays_offline(void **state)
{
	char memory[128];

	(void)state;
	snprintf(memory, sizeof(memory), "%s/sys/devices/system/memory", root);
	put(memory, "auto_online_blocks", "offline\n");
	kernel.offline = MIB(256);
	assert_int_equal(open_devices("sim-static,size=256M", NULL), 0);
	assert_int_equal(carry_out(OP_PLUG, "sim0", 0), 0);
	check(0, true, MIB(256), MIB(256), "");
	assert_int_equal(backend_sim.restore(&backend, &fault), 0);
}

/* Nothing remains of a beginning that failed. */
static void refusals(void **state)
{
	(void)state;
	assert_int_equal(open_devices("sim-static,size=256M", "sim-static,size=200M"), -EINVAL);
	assert_non_null(strstr(fault.text, "no multiple of 134217728"));
	assert_int_equal(folders(), 0);
	assert_null(backend.state);
	assert_int_equal(open_devices("sim-static,size=1G", "sim-dynamic,size=8G"), -ENOSPC);
	assert_non_null(strstr(fault.text, "there is no such range"));
	assert_int_equal(folders(), 0);
	kernel.refused = EINVAL;
	assert_int_equal(open_devices("sim-static,size=256M", NULL), -EINVAL);
	assert_non_null(strstr(fault.text, "it shall fail"));
	assert_int_equal(folders(), 0);
}

static void no_module(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/" DEVICES, root);
	assert_int_equal(__real_rmdir(path), 0);
	assert_int_equal(open_devices("sim-static,size=256M", NULL), -ENOENT);
	assert_non_null(strstr(fault.text, "load the module memgroup_sim"));
}

/* A process id that is nobody's: that of a child that is gone. */
static pid_t dead(void)
{
	const pid_t pid = fork();

	if (!pid)
		_exit(0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	return pid;
}

static void what_a_killed_run_left(void **state)
{
	static const char *const others[] = {
		"stress-1-0", "stress", "stress-", "stress-x-1", "stress-1-", "stress--1-0",
		"stress-0-0", "restress-99-0",
	};
	char path[256], name[64], more[80];
	size_t i;

	(void)state;
	snprintf(name, sizeof(name), "stress-%d-0", (int)dead());
	snprintf(path, sizeof(path), "%s/" DEVICES "/%s", root, name);
	assert_int_equal(mkdir(path, 0755), 0);
	put(path, "live", "1\n");
	put_number(path, "plugged_bytes", MIB(256));
	/* What only looks like it. */
	snprintf(more, sizeof(more), "%s.old", name);
	snprintf(path, sizeof(path), "%s/" DEVICES "/%s", root, more);
	assert_int_equal(mkdir(path, 0755), 0);
	for (i = 0; i < COUNT(others); i++) {
		snprintf(path, sizeof(path), "%s/" DEVICES "/%s", root, others[i]);
		assert_int_equal(mkdir(path, 0755), 0);
	}
	assert_int_equal(backend_sim_sweep_at(root, &fault), 0);
	assert_false(is_there(name));
	assert_true(is_there(more));
	for (i = 0; i < COUNT(others); i++)
		assert_true(is_there(others[i]));
	assert_int_equal(folders(), COUNT(others) + 1);
}

/* What was made is put away, though the signal ends everything else. */
static void a_signal_while_it_opens(void **state)
{
	(void)state;
	kernel.signals = true;
	assert_int_equal(stop_prepare(&fault), 0);
	assert_int_equal(open_devices("sim-static,size=256M,count=2", NULL), -EINTR);
	assert_int_equal(stop_signal(), SIGTERM);
	stop_ignore();
	signal(SIGTERM, SIG_DFL);
	assert_int_equal(folders(), 0);
}

/* Of this number as well: it is another one's by now. */
static void a_number_used_anew(void **state)
{
	(void)state;
	assert_int_equal(mkdir(folder(0), 0755), 0);
	put(folder(0), "live", "1\n");
	assert_int_equal(backend_sim_sweep_at(root, &fault), 0);
	assert_int_equal(folders(), 0);
}

static void what_does_not_go(void **state)
{
	char path[256], name[64];

	(void)state;
	snprintf(name, sizeof(name), "stress-%d-0", (int)dead());
	snprintf(path, sizeof(path), "%s/" DEVICES "/%s", root, name);
	assert_int_equal(mkdir(path, 0755), 0);
	put(path, "live", "1\n");
	put_number(path, "plugged_bytes", MIB(256));
	kernel.stays = MIB(128);
	assert_int_equal(backend_sim_sweep_at(root, &fault), -EBUSY);
	assert_non_null(strstr(fault.text, name));
	assert_non_null(strstr(fault.text, "134217728 bytes stay plugged: block 7 "));
	assert_true(kernel.kept > 1);
}

static void restored_by_another_process(void **state)
{
	pid_t pid;
	int status;

	(void)state;
	assert_int_equal(open_devices("sim-static,size=256M", "sim-dynamic,size=1G"), 0);
	assert_int_equal(carry_out(OP_PLUG, "sim0", 0), 0);
	assert_int_equal(carry_out(OP_RESIZE, "sim1", MIB(512)), 0);
	pid = fork();
	if (!pid)
		_exit(backend_sim.restore(&backend, &fault) ? 1 : 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(folders(), 0);
}

#define WITH_KERNEL(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_KERNEL(devices_are_staged),
		WITH_KERNEL(operations),
		WITH_KERNEL(where_memory_stays_offline),
		WITH_KERNEL(refusals),
		WITH_KERNEL(no_module),
		WITH_KERNEL(what_a_killed_run_left),
		WITH_KERNEL(a_signal_while_it_opens),
		WITH_KERNEL(a_number_used_anew),
		WITH_KERNEL(what_does_not_go),
		WITH_KERNEL(restored_by_another_process),
	};

	return RUN(tests);
}
