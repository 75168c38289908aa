// SPDX-License-Identifier: GPL-2.0
/* The backend vm on the host, and what it asks a QEMU over QMP, which the test plays. */
#include "../hotplug-vm/unit.h"

#include <errno.h>
#include <string.h>

#include "backend.h"
#include "fake-qemu.h"
#include "spec.h"
#include "stop.h"
#include "vm-host.h"

#define MIB(n)	((uint64_t)(n) << 20)
#define GIB(n)	((uint64_t)(n) << 30)

static char folder[] = "/tmp/hotplug-stress-qmp.XXXXXX";
static char path[64];
static struct fake_qemu *qemu;
static pid_t qemu_pid;
static struct fault fault;

static void start(struct fake_qemu how)
{
	qemu_pid = fake_qemu_start(path, &how, &qemu);
	assert_true(qemu_pid > 0);
	fault.text[0] = '\0';
}

static void end(void)
{
	fake_qemu_end(path, qemu_pid, qemu);
}

static bool nothing_left(void)
{
	int i;

	for (i = 0; i < FAKE_MAX; i++)
		if (qemu->object[i][0] || qemu->dimm[i][0])
			return false;
	return true;
}

/* What is asked */

static struct vm_host host;

static int connect_host(void)
{
	host = (struct vm_host){
		.ops = &vm_host_qmp, .socket = path, .patience_ms = 300,
	};
	return vm_host_qmp.connect(&host, &fault);
}

static const struct device dimm = { .name = "dimm0", .size = GIB(1) };

static int add(struct vm_answer *answer)
{
	return vm_host_qmp.add_dimm(&host, &dimm, deadline_in(200), answer, &fault);
}

static int take(struct vm_answer *answer)
{
	return vm_host_qmp.remove_dimm(&host, "dimm0", deadline_in(200), answer, &fault);
}

static void a_dimm_comes_and_goes(void **state)
{
	struct vm_answer answer;

	(void)state;
	start((struct fake_qemu){ .busy = 2 });
	assert_int_equal(connect_host(), 0);
	assert_int_equal(add(&answer), 0);
	assert_int_equal(answer.error, 0);
	assert_true(fake_dimm(qemu, "dimm0") >= 0);
	assert_true(fake_object(qemu, "stress.dimm0") >= 0);
	/* Its memory is in use a little longer than the DIMM. */
	assert_int_equal(take(&answer), 0);
	assert_int_equal(answer.error, 0);
	assert_true(nothing_left());
	/* And what is gone can be removed again. */
	assert_int_equal(take(&answer), 0);
	assert_int_equal(answer.error, 0);
	host.ops->close(&host);
	end();
}

static void a_dimm_that_is_refused(void **state)
{
	struct vm_answer answer;

	(void)state;
	start((struct fake_qemu){ .fails_at = "object-add" });
	assert_int_equal(connect_host(), 0);
	assert_int_equal(add(&answer), 0);
	assert_int_equal(answer.error, EREMOTEIO);
	assert_string_equal(answer.why, "it shall fail");
	qemu->fails_at = "device_add";
	assert_int_equal(add(&answer), 0);
	assert_int_equal(answer.error, EREMOTEIO);
	assert_true(nothing_left());
	qemu->fails_at = NULL;
	qemu->guest_refuses_dimm = true;
	assert_int_equal(add(&answer), 0);
	assert_int_equal(answer.error, EIO);
	assert_non_null(strstr(answer.why, "_OST status 0x1"));
	assert_true(fake_dimm(qemu, "dimm0") >= 0);
	qemu->guest_keeps = true;
	assert_int_equal(take(&answer), 0);
	assert_int_equal(answer.error, EBUSY);
	assert_non_null(strstr(answer.why, "_OST status 0x1"));
	assert_false(nothing_left());
	qemu->fails_at = "device_del";
	assert_int_equal(take(&answer), 0);
	assert_int_equal(answer.error, EREMOTEIO);
	host.ops->close(&host);
	end();
}

static void a_guest_that_sleeps(void **state)
{
	struct vm_answer answer;
	long long before;

	(void)state;
	start((struct fake_qemu){ .guest_sleeps = true });
	assert_int_equal(connect_host(), 0);
	assert_int_equal(add(&answer), 0);
	assert_int_equal(answer.error, ETIMEDOUT);
	before = stop_now_ns();
	assert_int_equal(take(&answer), 0);
	assert_int_equal(answer.error, ETIMEDOUT);
	assert_true(stop_now_ns() - before >= 200 * DEADLINE_NS_PER_MS);
	assert_int_equal(host.ops->resize(&host, "v0", GIB(1), deadline_in(200), &answer,
					  &fault), 0);
	assert_int_equal(answer.error, ETIMEDOUT);
	assert_int_equal(host.ops->resize(&host, "v0", 7, deadline_in(200), &answer, &fault),
			 0);
	assert_int_equal(answer.error, EREMOTEIO);
	host.ops->close(&host);
	end();
}

/* Another side that is no QEMU, or a broken one: an error soon, that names the socket. */
static void odd_peers(void **state)
{
	static const struct {
		struct fake_qemu how;
		int connect, query;
		const char *says;
	} t[] = {
		{ { .silent = true }, ETIMEDOUT, 0, "does not greet" },
		{ { .greeting = "HTTP/1.1 400 Bad Request" }, EPROTO, 0, "not QMP" },
		{ { .greeting = "[]" }, EPROTO, 0, "not QMP" },
		{ { .greeting = "{}" }, EPROTO, 0, "not QMP" },
		{ { .mute = true }, 0, ETIMEDOUT, "does not answer" },
		{ { .closes_at = "query-memory-devices" }, 0, EPIPE, "closed" },
		{ { .answer = "\"return\"" }, 0, EPROTO, "not QMP" },
		{ { .answer = "{\"return\": {}}" }, 0, EPROTO, "no list" },
		{ { .answer = "{\"return\": [7]}" }, 0, EPROTO, "no memory device" },
		{ { .answer = "{\"error\": {}}" }, 0, EIO, "gave no reason" },
		{ { .fails_at = "query-memory-devices" }, 0, EIO, "it shall fail" },
	};
	struct vm_items items;
	size_t i;
	int ret;

	(void)state;
	for (i = 0; i < COUNT(t); i++) {
		start(t[i].how);
		ret = connect_host();
		if (ret != -t[i].connect)
			fail_msg("%zu: connect gave %d, '%s'", i, ret, fault.text);
		if (!ret) {
			ret = host.ops->query(&host, &items, &fault);
			if (ret != -t[i].query)
				fail_msg("%zu: query gave %d, '%s'", i, ret, fault.text);
			assert_null(items.list);
		}
		if (!strstr(fault.text, t[i].says) || !strstr(fault.text, path))
			fail_msg("%zu: '%s'", i, fault.text);
		host.ops->close(&host);
		end();
	}
}

/* After an answer that did not come, none is taken for that of another question. */
static void nothing_is_asked_over_a_broken_connection(void **state)
{
	struct vm_answer answer;
	struct vm_items items;

	(void)state;
	start((struct fake_qemu){ .mute = true });
	assert_int_equal(connect_host(), 0);
	assert_int_equal(add(&answer), -ETIMEDOUT);
	assert_int_equal(host.ops->query(&host, &items, &fault), -ENOTCONN);
	qemu->mute = false;
	assert_int_equal(host.ops->connect(&host, &fault), 0);
	assert_int_equal(host.ops->query(&host, &items, &fault), 0);
	assert_int_equal(items.nr, 1);
	vm_items_free(&items);
	host.ops->close(&host);
	end();
}

static void no_socket(void **state)
{
	char name[200] = "/tmp/";

	(void)state;
	assert_int_equal(connect_host(), -ENOENT);
	assert_non_null(strstr(fault.text, path));
	host.ops->close(&host);
	memset(name + 5, 'a', sizeof(name) - 6);
	host = (struct vm_host){
		.ops = &vm_host_qmp,
		.socket = name,
	};
	assert_int_equal(host.ops->connect(&host, &fault), -ENAMETOOLONG);
	host.ops->close(&host);
}

/* The backend as a whole */

static struct device_spec specs[2];
static struct backend backend;

static void open_backend(void)
{
	backend = (struct backend){
		.ops = &backend_vm, .specs = specs, .nr_specs = 2, .qmp = path,
	};
	assert_int_equal(spec_parse("dimm,size=1G,count=2", &specs[0], &fault), 0);
	assert_int_equal(spec_parse("virtio-mem,name=v0,size=4G", &specs[1], &fault), 0);
	if (backend_vm.open(&backend, &fault))
		fail_msg("%s", fault.text);
	assert_int_equal(backend.nr_devices, 3);
}

static struct outcome outcome;

static int carry_out(enum op_kind kind, const char *name, uint64_t bytes)
{
	struct op op = { .kind = kind, .bytes = bytes };

	strcpy(op.device, name);
	return backend_vm.carry_out(&backend, NULL, &op, 300, &outcome, &fault);
}

static void operations(void **state)
{
	(void)state;
	start((struct fake_qemu){ .size = MIB(256), .requested = MIB(256) });
	open_backend();
	assert_int_equal(carry_out(OP_PLUG, "dimm0", 0), 0);
	assert_int_equal(outcome.error, 0);
	assert_true(outcome.grows);
	assert_true(outcome.asked_bytes == GIB(1) && outcome.done_bytes == GIB(1));
	assert_true(backend_device(&backend, "dimm0")->plugged == GIB(1));
	assert_int_equal(carry_out(OP_RESIZE, "v0", GIB(2)), 0);
	assert_true(outcome.grows);
	assert_true(outcome.asked_bytes == GIB(2) - MIB(256));
	assert_true(outcome.done_bytes == outcome.asked_bytes);
	assert_int_equal(carry_out(OP_UNPLUG, "dimm0", 0), 0);
	assert_false(outcome.grows);
	assert_true(outcome.asked_bytes == GIB(1) && outcome.done_bytes == GIB(1));
	assert_true(outcome.duration_ns > 0);
	/* What is not there, and what cannot be. */
	assert_int_equal(carry_out(OP_UNPLUG, "dimm0", 0), 0);
	assert_int_equal(outcome.error, ENODEV);
	assert_true(outcome.done_bytes == 0);
	assert_int_equal(carry_out(OP_RESIZE, "v0", GIB(5)), -EINVAL);
	assert_int_equal(carry_out(OP_RESIZE, "dimm0", GIB(1)), -EINVAL);
	assert_int_equal(carry_out(OP_PLUG, "v0", 0), -EINVAL);
	assert_int_equal(carry_out(OP_OFFLINE, "dimm0", 0), -EINVAL);
	assert_int_equal(carry_out(OP_PLUG, "dimm7", 0), -ENODEV);
	/* All as it was: one DIMM stays to be removed. */
	assert_int_equal(carry_out(OP_PLUG, "dimm1", 0), 0);
	assert_int_equal(backend_vm.restore(&backend, &fault), 0);
	assert_true(nothing_left());
	assert_true(qemu->size == MIB(256) && qemu->requested == MIB(256));
	backend_vm.close(&backend);
	end();
}

/* A part comes back; then nothing more is asked of the guest. */
static void a_shrink_in_part(void **state)
{
	(void)state;
	start((struct fake_qemu){ .floor = GIB(1) });
	open_backend();
	assert_int_equal(carry_out(OP_RESIZE, "v0", GIB(4)), 0);
	assert_int_equal(carry_out(OP_RESIZE, "v0", 0), 0);
	assert_int_equal(outcome.error, ETIMEDOUT);
	assert_true(outcome.asked_bytes == GIB(4));
	assert_true(outcome.done_bytes == GIB(3));
	assert_true(backend_device(&backend, "v0")->plugged == GIB(1));
	assert_true(qemu->requested == GIB(1));
	qemu->floor = 0;
	assert_int_equal(backend_vm.restore(&backend, &fault), 0);
	assert_true(qemu->size == 0);
	backend_vm.close(&backend);
	end();
}

static void a_dimm_that_goes_late(void **state)
{
	(void)state;
	start((struct fake_qemu){ 0 });
	open_backend();
	assert_int_equal(carry_out(OP_PLUG, "dimm0", 0), 0);
	qemu->guest_sleeps = true;
	assert_int_equal(carry_out(OP_UNPLUG, "dimm0", 0), 0);
	assert_int_equal(outcome.error, ETIMEDOUT);
	assert_true(outcome.done_bytes == 0);
	assert_int_equal(carry_out(OP_PLUG, "dimm0", 0), 0);
	assert_int_equal(outcome.error, EEXIST);
	/* Now it is gone, without our doing. */
	qemu->dimm[fake_dimm(qemu, "dimm0")][0] = '\0';
	qemu->object[fake_object(qemu, "stress.dimm0")][0] = '\0';
	qemu->guest_sleeps = false;
	assert_int_equal(carry_out(OP_PLUG, "dimm0", 0), 0);
	assert_int_equal(outcome.error, 0);
	assert_true(outcome.done_bytes == GIB(1));
	qemu->guest_sleeps = true;
	assert_int_equal(carry_out(OP_UNPLUG, "dimm0", 0), 0);
	assert_int_equal(outcome.error, ETIMEDOUT);
	qemu->dimm[fake_dimm(qemu, "dimm0")][0] = '\0';
	assert_int_equal(carry_out(OP_UNPLUG, "dimm0", 0), 0);
	assert_int_equal(outcome.error, 0);
	assert_true(outcome.done_bytes == GIB(1));
	assert_int_equal(backend_vm.restore(&backend, &fault), 0);
	assert_true(nothing_left());
	backend_vm.close(&backend);
	end();
}

/* The process that did it has died in the middle: another one tidies up. */
static void restored_by_another_process(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	start((struct fake_qemu){ .mute = false });
	open_backend();
	assert_int_equal(carry_out(OP_PLUG, "dimm0", 0), 0);
	assert_int_equal(carry_out(OP_RESIZE, "v0", GIB(1)), 0);
	/* Half of a DIMM. */
	strcpy(qemu->object[fake_object(qemu, "")], "stress.dimm1");
	pid = fork();
	if (!pid) {
		stop_ignore();
		_exit(backend_vm.restore(&backend, &fault) ? 1 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true(nothing_left());
	assert_true(qemu->size == 0);
	assert_int_equal(qemu->connections, 2);
	backend_vm.close(&backend);
	end();
}

/* A wish that the guest has not got round to is taken back as well. */
static void a_wish_is_taken_back(void **state)
{
	(void)state;
	start((struct fake_qemu){ 0 });
	open_backend();
	qemu->requested = GIB(1);
	assert_int_equal(backend_vm.restore(&backend, &fault), 0);
	assert_true(qemu->requested == 0);
	backend_vm.close(&backend);
	end();
}

/* SIGTERM for this process, in a moment. */
static pid_t send_signal(void)
{
	const pid_t parent = getpid(), pid = fork();

	if (!pid) {
		usleep(100000);
		kill(parent, SIGTERM);
		_exit(0);
	}
	signal(SIGTERM, SIG_DFL);
	assert_int_equal(stop_prepare(&fault), 0);
	return pid;
}

static void signal_is_over(pid_t pid)
{
	int status;

	stop_ignore();
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

/* The answer may still come, and nothing shall take it for another one. */
static void a_signal_before_the_answer(void **state)
{
	struct vm_items items;
	pid_t pid;

	(void)state;
	start((struct fake_qemu){ .mute = true });
	assert_int_equal(connect_host(), 0);
	host.patience_ms = 30000;
	pid = send_signal();
	assert_int_equal(host.ops->query(&host, &items, &fault), -EINTR);
	signal_is_over(pid);
	assert_int_equal(host.ops->query(&host, &items, &fault), -ENOTCONN);
	host.ops->close(&host);
	end();
}

/* What ends the run ends a wait, and the time that it may take does not matter. */
static void a_signal(void **state)
{
	struct op op = { .kind = OP_UNPLUG, .device = "dimm0" };
	pid_t pid;

	(void)state;
	start((struct fake_qemu){ 0 });
	open_backend();
	assert_int_equal(carry_out(OP_PLUG, "dimm0", 0), 0);
	qemu->guest_sleeps = true;
	pid = send_signal();
	assert_int_equal(backend_vm.carry_out(&backend, NULL, &op, 0, &outcome, &fault),
			 -EINTR);
	signal_is_over(pid);
	qemu->guest_sleeps = false;
	assert_int_equal(backend_vm.restore(&backend, &fault), 0);
	assert_true(nothing_left());
	backend_vm.close(&backend);
	end();
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/qmp", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_dimm_comes_and_goes),
		cmocka_unit_test(a_dimm_that_is_refused),
		cmocka_unit_test(a_guest_that_sleeps),
		cmocka_unit_test(odd_peers),
		cmocka_unit_test(nothing_is_asked_over_a_broken_connection),
		cmocka_unit_test(no_socket),
		cmocka_unit_test(operations),
		cmocka_unit_test(a_shrink_in_part),
		cmocka_unit_test(a_dimm_that_goes_late),
		cmocka_unit_test(restored_by_another_process),
		cmocka_unit_test(a_wish_is_taken_back),
		cmocka_unit_test(a_signal_before_the_answer),
		cmocka_unit_test(a_signal),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
