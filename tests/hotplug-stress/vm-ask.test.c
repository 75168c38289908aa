// SPDX-License-Identifier: GPL-2.0
/* The backend vm inside a guest, whose hotplug-ask and sysfs the test plays. */
#include "../hotplug-vm/unit.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend-vm.h"
#include "spec.h"
#include "stop.h"
#include "vm-host.h"

#define MIB(n)	((uint64_t)(n) << 20)

static char folder[64], root[80];
static struct device_spec specs[2];
static struct backend backend;
static struct worker *worker;
static struct outcome outcome;
static struct fault fault;

/* A file for fake-ask; NULL takes it away. */
static void put(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (!text) {
		unlink(path);
		return;
	}
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static bool is_there(const char *name)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return !access(path, F_OK);
}

#define BLOCK(number) "root/sys/devices/system/memory/memory" number

static int open_backend(void)
{
	backend = (struct backend){ .ops = &backend_vm, .specs = specs, .nr_specs = 2 };
	assert_int_equal(spec_parse("dimm,size=256M,count=2", &specs[0], &fault), 0);
	assert_int_equal(spec_parse("virtio-mem,name=v0", &specs[1], &fault), 0);
	fault.text[0] = '\0';
	return backend_vm_open_at(&backend, root, 1000, &fault);
}

static int setup(void **state)
{
	char command[256];

	(void)state;
	strcpy(folder, "/tmp/hotplug-stress-ask.XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(root, sizeof(root), "%s/root", folder);
	setenv("FAKE", folder, 1);
	snprintf(command, sizeof(command), "mkdir -p %s/sys/devices/system/memory", root);
	if (system(command))
		return -1;
	put("root/sys/devices/system/memory/block_size_bytes", "8000000\n");
	put("root/sys/devices/system/memory/auto_online_blocks", "online\n");
	return worker_start(&worker, &fault);
}

static int teardown(void **state)
{
	char command[128];

	(void)state;
	worker_stop(worker);
	backend_vm.close(&backend);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

static int carry_out(enum op_kind kind, const char *name, uint64_t bytes,
		     unsigned int timeout_ms)
{
	struct op op = { .kind = kind, .bytes = bytes };

	strcpy(op.device, name);
	return backend_vm.carry_out(&backend, worker, &op, timeout_ms, &outcome, &fault);
}

static void check(int error, uint64_t asked, uint64_t done)
{
	if (outcome.error != error)
		fail_msg("%s: '%s'", strerror(outcome.error), outcome.blocker);
	assert_true(outcome.asked_bytes == asked);
	assert_true(outcome.done_bytes == done);
}

static void operations(void **state)
{
	(void)state;
	assert_int_equal(open_backend(), 0);
	assert_int_equal(backend.nr_devices, 3);
	assert_int_equal(carry_out(OP_PLUG, "dimm0", 0, 20000), 0);
	check(0, MIB(256), MIB(256));
	assert_true(is_there(BLOCK("81/state")));
	assert_int_equal(carry_out(OP_RESIZE, "v0", MIB(512), 20000), 0);
	check(0, MIB(512), MIB(512));
	assert_true(is_there(BLOCK("803/state")));
	assert_int_equal(carry_out(OP_RESIZE, "v0", MIB(128), 20000), 0);
	assert_false(outcome.grows);
	check(0, MIB(384), MIB(384));
	assert_int_equal(carry_out(OP_UNPLUG, "dimm0", 0, 20000), 0);
	check(0, MIB(256), MIB(256));
	assert_false(is_there(BLOCK("80")));
	assert_int_equal(carry_out(OP_PLUG, "dimm1", 0, 0), 0);
	check(0, MIB(256), MIB(256));
	assert_int_equal(backend_vm.restore(&backend, &fault), 0);
	assert_false(is_there("dimm/dimm1"));
	assert_false(is_there(BLOCK("80")));
	assert_false(is_there(BLOCK("800")));
}

static void a_refused_removal(void **state)
{
	(void)state;
	assert_int_equal(open_backend(), 0);
	assert_int_equal(carry_out(OP_PLUG, "dimm0", 0, 20000), 0);
	put("keeps", "");
	assert_int_equal(carry_out(OP_UNPLUG, "dimm0", 0, 20000), 0);
	check(EBUSY, MIB(256), 0);
	assert_string_equal(outcome.blocker, "the guest did not give dimm0 up: it is busy");
	assert_true(backend_device(&backend, "dimm0")->plugged == MIB(256));
	put("keeps", NULL);
	assert_int_equal(backend_vm.restore(&backend, &fault), 0);
	assert_false(is_there("dimm/dimm0"));
}

static void a_removal_without_end(void **state)
{
	(void)state;
	assert_int_equal(open_backend(), 0);
	assert_int_equal(carry_out(OP_PLUG, "dimm0", 0, 20000), 0);
	put("stuck", "");
	put("root/sys/devices/system/memory/memory80/state", "going-offline\n");
	assert_int_equal(carry_out(OP_UNPLUG, "dimm0", 0, 500), 0);
	check(ETIMEDOUT, MIB(256), 0);
	assert_true(outcome.unsettled);
	/* It goes on while others do something. */
	assert_int_equal(carry_out(OP_RESIZE, "v0", MIB(128), 20000), 0);
	check(0, MIB(128), MIB(128));
	assert_true(outcome.unsettled);
	put("stuck", NULL);
	/* The guest gave up, and brings online again what it had taken offline. */
	assert_int_equal(carry_out(OP_RESIZE, "v0", 0, 20000), 0);
	assert_true(outcome.unsettled);
	put("root/sys/devices/system/memory/memory80/state", "online\n");
	assert_int_equal(carry_out(OP_RESIZE, "v0", MIB(128), 20000), 0);
	assert_false(outcome.unsettled);
	assert_int_equal(carry_out(OP_UNPLUG, "dimm0", 0, 20000), 0);
	check(0, MIB(256), MIB(256));
}

static void a_shrink_in_part(void **state)
{
	(void)state;
	assert_int_equal(open_backend(), 0);
	assert_int_equal(carry_out(OP_RESIZE, "v0", MIB(1024), 20000), 0);
	put("floor", "203423744");	/* 194 MiB: a block and a part of one */
	assert_int_equal(carry_out(OP_RESIZE, "v0", 0, 100), 0);
	check(ETIMEDOUT, MIB(1024), MIB(830));
	assert_true(backend_device(&backend, "v0")->plugged == MIB(194));
	assert_true(is_there(BLOCK("801")));
	put("floor", NULL);
	assert_int_equal(backend_vm.restore(&backend, &fault), 0);
	assert_false(is_there(BLOCK("800")));
}

static void blocks_that_do_not_go_online(void **state)
{
	(void)state;
	assert_int_equal(open_backend(), 0);
	put("left", "80\n");
	assert_int_equal(carry_out(OP_PLUG, "dimm0", 0, 20000), 0);
	check(EIO, MIB(256), MIB(256));
	assert_string_equal(outcome.blocker, "block 80 did not go online");
	assert_int_equal(carry_out(OP_UNPLUG, "dimm0", 0, 20000), 0);
	check(0, MIB(256), MIB(256));
	/* The last one may yet; a time for it there is not. */
	put("left", "81\n");
	assert_int_equal(carry_out(OP_PLUG, "dimm0", 0, 500), 0);
	check(ETIMEDOUT, MIB(256), MIB(256));
	assert_int_equal(carry_out(OP_UNPLUG, "dimm0", 0, 20000), 0);
	/* Where nobody brings memory online, all is well. */
	put("root/sys/devices/system/memory/auto_online_blocks", "offline\n");
	assert_int_equal(carry_out(OP_PLUG, "dimm0", 0, 20000), 0);
	check(0, MIB(256), MIB(256));
}

/* Also when the time is over it is seen whether the size was reached. */
static void no_time_left(void **state)
{
	struct vm_host host = { .ops = &vm_host_ask, .worker = worker };
	struct vm_answer answer;
	struct vm_items items;

	(void)state;
	assert_int_equal(vm_host_ask.resize(&host, "v0", MIB(128), stop_now_ns() - 1, &answer,
					    &fault), 0);
	assert_int_equal(answer.error, 0);
	assert_int_equal(vm_host_ask.query(&host, &items, &fault), 0);
	assert_true(vm_items_find(&items, "v0")->size == MIB(128));
	vm_items_free(&items);
}

static void refused_by_the_host(void **state)
{
	(void)state;
	assert_int_equal(open_backend(), 0);
	assert_int_equal(carry_out(OP_RESIZE, "v0", 4096, 20000), 0);
	check(EREMOTEIO, 4096, 0);
	assert_string_equal(outcome.blocker, "the host refused: not a multiple of 2M");
	backend_vm.close(&backend);

	assert_int_equal(open_backend(), 0);
	backend.devices[0].node = 7;
	assert_int_equal(carry_out(OP_PLUG, "dimm0", 0, 20000), 0);
	check(EREMOTEIO, MIB(256), 0);
	assert_string_equal(outcome.blocker, "the host refused: there is no node 7");
	assert_true(backend.devices[0].plugged == 0);
}

/* Nothing is known of what came of it: that ends a run. */
static void an_asker_that_fails(void **state)
{
	(void)state;
	put("says", "hotplug-ask: there is no host to ask: this is not a guest of hotplug-vm\n");
	put("code", "1");
	assert_int_equal(open_backend(), -EIO);
	assert_string_equal(fault.text,
			    "hotplug-ask query: there is no host to ask: this is not a guest of hotplug-vm");
	put("code", "2");
	assert_int_equal(open_backend(), -EINVAL);
	put("code", NULL);
	put("dies", "");
	assert_int_equal(open_backend(), -EIO);
	assert_non_null(strstr(fault.text, "ended by signal 9"));
	put("dies", NULL);
	put("list", "[{]\n");
	assert_int_equal(open_backend(), -EPROTO);
	put("list", "");
	assert_int_equal(open_backend(), -EPROTO);
	put("list", NULL);

	assert_int_equal(open_backend(), 0);
	put("says", "hotplug-ask: the host does not answer\nmore\n");
	put("code", "1");
	assert_int_equal(carry_out(OP_PLUG, "dimm0", 0, 20000), -EIO);
	assert_non_null(strstr(fault.text, "dimm0"));
	assert_non_null(strstr(fault.text, "the host does not answer"));
	assert_null(strstr(fault.text, "more"));
	assert_int_equal(carry_out(OP_UNPLUG, "dimm0", 0, 20000), 0);
	assert_int_equal(outcome.error, ENODEV);
	assert_int_equal(carry_out(OP_RESIZE, "v0", MIB(128), 20000), -EIO);
	assert_int_equal(backend_vm.restore(&backend, &fault), -EIO);
	put("code", NULL);
	assert_int_equal(backend_vm.restore(&backend, &fault), 0);
}

static void no_asker(void **state)
{
	char *path = strdup(getenv("PATH"));
	int ret;

	(void)state;
	setenv("PATH", "/nonexistent", 1);
	ret = open_backend();
	setenv("PATH", path, 1);
	free(path);
	assert_int_equal(ret, -ENOENT);
	assert_non_null(strstr(fault.text, "hotplug-ask"));
}

static void restored_by_another_process(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	assert_int_equal(open_backend(), 0);
	pid = fork();
	if (!pid) {
		/* It knows only what was so at the beginning. */
		stop_ignore();
		while (!is_there("died"))
			usleep(1000);
		_exit(backend_vm.restore(&backend, &fault) ? 1 : 0);
	}
	assert_int_equal(carry_out(OP_PLUG, "dimm1", 0, 20000), 0);
	assert_int_equal(carry_out(OP_RESIZE, "v0", MIB(256), 20000), 0);
	put("died", "");
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_false(is_there("dimm/dimm1"));
	assert_false(is_there(BLOCK("800")));
}

/* What ends the run ends a removal that never would. */
static void a_signal(void **state)
{
	pid_t pid, parent = getpid();
	int status;

	(void)state;
	assert_int_equal(open_backend(), 0);
	assert_int_equal(carry_out(OP_PLUG, "dimm0", 0, 20000), 0);
	put("stuck", "");
	pid = fork();
	if (!pid) {
		usleep(200000);
		kill(parent, SIGTERM);
		_exit(0);
	}
	assert_int_equal(stop_prepare(&fault), 0);
	assert_int_equal(carry_out(OP_UNPLUG, "dimm0", 0, 30000), -EINTR);
	stop_ignore();
	signal(SIGTERM, SIG_DFL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	put("stuck", NULL);
	assert_int_equal(backend_vm.restore(&backend, &fault), 0);
	assert_false(is_there("dimm/dimm0"));
}

/* The asker that this file plays, in a folder of its own before all others. */
static char bin[] = "/tmp/hotplug-stress-bin.XXXXXX";

static int install(void **state)
{
	char target[PATH_MAX], link[64], path[4096], self[] = __FILE__;

	(void)state;
	if (!mkdtemp(bin))
		return -1;
	snprintf(path, sizeof(path), "%s/fake-ask", dirname(self));
	if (!realpath(path, target))
		return -1;
	snprintf(link, sizeof(link), "%s/hotplug-ask", bin);
	snprintf(path, sizeof(path), "%s:%s", bin, getenv("PATH"));
	setenv("PATH", path, 1);
	return symlink(target, link);
}

static int uninstall(void **state)
{
	char link[64];

	(void)state;
	snprintf(link, sizeof(link), "%s/hotplug-ask", bin);
	return unlink(link) || rmdir(bin);
}

#define WITH_GUEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_GUEST(operations),
		WITH_GUEST(a_refused_removal),
		WITH_GUEST(a_removal_without_end),
		WITH_GUEST(a_shrink_in_part),
		WITH_GUEST(blocks_that_do_not_go_online),
		WITH_GUEST(no_time_left),
		WITH_GUEST(refused_by_the_host),
		WITH_GUEST(an_asker_that_fails),
		WITH_GUEST(no_asker),
		WITH_GUEST(restored_by_another_process),
		WITH_GUEST(a_signal),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, install, uninstall);
}
