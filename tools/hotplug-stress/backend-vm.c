// SPDX-License-Identifier: GPL-2.0
/*
 * Devices of a virtual machine: DIMMs that come and go, and virtio-mem devices that
 * grow and shrink. Asked for inside the guest, which shows what became of them, or over
 * QMP on the host, which sees only what the guest tells QEMU.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend-vm.h"
#include "vm-devices.h"
#include "vm-guest.h"
#include "vm-host.h"

/* How long all devices are given to be as they were; each has at least one attempt. */
#define RESTORE_MS	60000
#define RESTORE_TRY_MS	20000
#define RESTORE_PAUSE_MS 1000
/* How long a virtio-mem device is given to take note that nothing more is asked of it. */
#define GIVE_UP_MS	10000
#define GIVE_UP_TRIES	5
/* How long the guest is given once the time is over. */
#define SETTLE_MS	30000
/* What most guests have, where one cannot look. */
#define BLOCK_BYTES	(128ULL << 20)
/* How long QEMU may take to answer. */
#define PATIENCE_MS	30000

struct vm {
	struct vm_host host;
	struct vm_guest guest;		/* host.ops->in_guest only */
	unsigned int settle_ms;
	struct vm_place *places;	/* one for each device */
};

/* An operation under way. */
struct attempt {
	struct vm *vm;
	struct device *device;
	struct vm_place *place;
	bool late;		/* the operation before may have ended only now */
	bool others;		/* operations of before go on, which this one may have to wait for */
	long long until;
	struct outcome *outcome;
	struct fault *fault;
};

static void fail(struct outcome *outcome, const struct vm_answer *answer)
{
	outcome->error = answer->error;
	snprintf(outcome->blocker, sizeof(outcome->blocker), "%s", answer->why);
}

/* Looks at the device's range before anything happens; without a guest, at nothing. */
static int look_before(struct attempt *a, struct vm_view *before)
{
	*before = (struct vm_view){ 0 };
	if (!a->vm->host.ops->in_guest)
		return 0;
	return vm_guest_look(&a->vm->guest, a->place->address, a->place->range,
			     before, a->fault);
}

/*
 * Waits until the guest is done with the range of @before, in which @bytes remain. Where
 * the time is over before, it goes on waiting for a while: memory that comes cannot be
 * stopped any more, and nothing else can be done meanwhile.
 */
static int settle(struct attempt *a, const struct vm_view *before, uint64_t bytes)
{
	struct vm_guest *guest = &a->vm->guest;
	struct outcome *outcome = a->outcome;
	uint64_t offline;
	int ret;

	if (!a->vm->host.ops->in_guest)
		return 0;
	ret = vm_guest_settle(guest, before, bytes, a->until, &offline, a->fault);
	if (ret == -ETIMEDOUT && !outcome->error) {
		outcome->error = ETIMEDOUT;
		snprintf(outcome->blocker, sizeof(outcome->blocker),
			 "the guest's memory blocks are not settled");
	}
	if (ret == -ETIMEDOUT && !a->others)
		ret = vm_guest_settle(guest, before, bytes, deadline_in(a->vm->settle_ms),
				      &offline, a->fault);
	if (ret == -ETIMEDOUT) {
		a->place->uncertain = true;
		return 0;
	}
	if (!ret && offline != UINT64_MAX && !outcome->error) {
		outcome->error = EIO;
		snprintf(outcome->blocker, sizeof(outcome->blocker),
			 "block %" PRIu64 " did not go online", offline);
	}
	return ret;
}

/* The range of a DIMM as it was before that came. */
static int empty_view(struct attempt *a, struct vm_view *view)
{
	const uint64_t block_bytes = a->vm->guest.block_bytes;

	*view = (struct vm_view){
		.first = a->place->address / block_bytes,
		.nr = (size_t)(a->device->plugged / block_bytes),
	};
	view->blocks = calloc(view->nr + 1, 1);
	return view->blocks ? 0 : fault_nomem(a->fault);
}

/* Whether a DIMM has come at last, that the guest could not take in time. */
static int has_arrived(struct attempt *a, bool *arrived)
{
	struct vm_view nothing;
	uint64_t offline;
	int ret;

	ret = empty_view(a, &nothing);
	if (ret)
		return ret;
	ret = vm_guest_settle(&a->vm->guest, &nothing, a->device->plugged, stop_now_ns(),
			      &offline, a->fault);
	vm_view_free(&nothing);
	*arrived = !ret;
	return ret == -ETIMEDOUT ? 0 : ret;
}

/*
 * What the host has of the device, as a size and, of a DIMM, an address; and whether what
 * went on after its time still does.
 */
static int refresh(struct attempt *a)
{
	const struct vm_item *item;
	struct vm_items items;
	bool leaving, arrived = false;
	int ret;

	ret = a->vm->host.ops->query(&a->vm->host, &items, a->fault);
	if (ret)
		return ret;
	item = vm_items_find(&items, a->device->name);
	a->device->plugged = item ? item->size : 0;
	if (item)
		a->place->address = item->address;
	leaving = item && item->leaving;
	vm_items_free(&items);
	if (a->place->uncertain && !leaving && a->vm->host.ops->in_guest &&
	    a->device->kind == DEVICE_DIMM && a->device->plugged) {
		ret = has_arrived(a, &arrived);
		a->place->uncertain = !arrived;
		return ret;
	}
	a->place->uncertain = a->place->uncertain && leaving;
	return 0;
}

static int plug(struct attempt *a)
{
	struct outcome *outcome = a->outcome;
	struct vm_answer answer;
	struct vm_view nothing;
	int ret;

	outcome->grows = true;
	outcome->asked_bytes = a->device->size;
	if (a->device->plugged) {
		/* It was to go, and the guest still has it. */
		outcome->error = EEXIST;
		return 0;
	}
	ret = a->vm->host.ops->add_dimm(&a->vm->host, a->device, a->until, &answer,
					a->fault);
	if (ret)
		return ret;
	if (answer.error)
		fail(outcome, &answer);
	if (answer.error == EREMOTEIO)
		return 0;
	ret = refresh(a);
	if (ret)
		return ret;
	if (!answer.error)
		outcome->done_bytes = a->device->plugged;
	if (!a->vm->host.ops->in_guest)
		return 0;
	ret = empty_view(a, &nothing);
	if (!ret)
		ret = settle(a, &nothing, a->device->plugged);
	vm_view_free(&nothing);
	return ret;
}

static void name_blocker(struct attempt *a)
{
	char text[sizeof(a->outcome->blocker)];

	if (!a->vm->host.ops->in_guest)
		return;
	vm_guest_blocker(&a->vm->guest, a->place->address, a->place->range, text,
			 sizeof(text));
	if (text[0])
		memcpy(a->outcome->blocker, text, sizeof(text));
}

static int unplug(struct attempt *a)
{
	struct outcome *outcome = a->outcome;
	struct vm_answer answer;
	struct vm_view before;
	int ret;

	outcome->asked_bytes = a->device->size;
	if (!a->device->plugged) {
		if (a->late)
			outcome->done_bytes = a->device->size;
		else
			outcome->error = ENODEV;
		return 0;
	}
	ret = look_before(a, &before);
	if (ret)
		return ret;
	ret = a->vm->host.ops->remove_dimm(&a->vm->host, a->device->name, a->until,
					   &answer, a->fault);
	if (!ret && !answer.error) {
		outcome->done_bytes = a->device->size;
		a->device->plugged = 0;
		ret = settle(a, &before, 0);
	} else if (!ret) {
		fail(outcome, &answer);
		/* Nobody can stop the guest from trying on. */
		a->place->uncertain = answer.error == ETIMEDOUT;
		name_blocker(a);
		if (answer.error != ETIMEDOUT)
			ret = settle(a, &before, a->device->size);
	}
	vm_view_free(&before);
	return ret;
}

/*
 * Asks for no more than there is, so that the guest stops trying. Where it is in the
 * middle of something the size may change once more.
 */
static int give_up(struct attempt *a)
{
	struct vm_host *host = &a->vm->host;
	struct vm_answer answer;
	unsigned int tries;
	int ret;

	for (tries = 0; tries < GIVE_UP_TRIES; tries++) {
		ret = refresh(a);
		if (!ret)
			ret = host->ops->resize(host, a->device->name, a->device->plugged,
						deadline_in(GIVE_UP_MS), &answer, a->fault);
		if (ret || !answer.error)
			break;
	}
	if (!ret)
		ret = refresh(a);
	a->place->uncertain = tries == GIVE_UP_TRIES;
	return ret;
}

static int resize(struct attempt *a, uint64_t bytes)
{
	struct vm_host *host = &a->vm->host;
	const uint64_t from = a->device->plugged;
	struct outcome *outcome = a->outcome;
	struct vm_answer answer;
	struct vm_view before;
	uint64_t reached;
	int ret;

	outcome->grows = bytes > from;
	outcome->asked_bytes = bytes > from ? bytes - from : from - bytes;
	ret = look_before(a, &before);
	if (ret)
		return ret;
	ret = host->ops->resize(host, a->device->name, bytes, a->until, &answer, a->fault);
	if (!ret && answer.error)
		fail(outcome, &answer);
	if (!ret && answer.error == ETIMEDOUT) {
		if (!outcome->grows)
			name_blocker(a);
		ret = give_up(a);
		/* What is under way comes to its end. */
		a->until = deadline_in(GIVE_UP_MS);
	} else if (!ret && !answer.error) {
		a->device->plugged = bytes;
	}
	reached = a->device->plugged;
	if (outcome->grows && reached > from)
		outcome->done_bytes = reached - from;
	else if (!outcome->grows && reached < from)
		outcome->done_bytes = from - reached;
	if (!ret)
		ret = settle(a, &before, reached);
	vm_view_free(&before);
	return ret;
}

/* Sees what has become of operations that went on after their time. */
static int catch_up(struct backend *backend, struct fault *fault)
{
	struct vm *vm = backend->state;
	int ret = 0;
	size_t i;

	for (i = 0; !ret && i < backend->nr_devices; i++) {
		struct attempt a = {
			.vm = vm, .device = &backend->devices[i],
			.place = &vm->places[i], .fault = fault,
		};

		if (a.place->uncertain)
			ret = refresh(&a);
	}
	return ret;
}

static bool any_uncertain(const struct backend *backend)
{
	const struct vm *vm = backend->state;
	size_t i;

	for (i = 0; i < backend->nr_devices; i++)
		if (vm->places[i].uncertain)
			return true;
	return false;
}

static int vm_carry_out(struct backend *backend, struct worker *worker,
			const struct op *op, unsigned int timeout_ms,
			struct outcome *outcome, struct fault *fault)
{
	struct device *device = backend_device(backend, op->device);
	const long long start = stop_now_ns();
	struct vm *vm = backend->state;
	struct attempt a = {
		.vm = vm, .device = device, .until = deadline_in(timeout_ms),
		.outcome = outcome, .fault = fault,
	};
	int ret;

	*outcome = (struct outcome){ 0 };
	if (!device)
		return fault_set(fault, ENODEV, "vm: there is no device %s", op->device);
	a.place = &vm->places[device - backend->devices];
	vm->host.worker = worker;
	a.late = a.place->uncertain;
	ret = catch_up(backend, fault);
	a.others = any_uncertain(backend);
	if (ret)
		return ret;
	if (op->kind == OP_PLUG && device->kind == DEVICE_DIMM)
		ret = plug(&a);
	else if (op->kind == OP_UNPLUG && device->kind == DEVICE_DIMM)
		ret = unplug(&a);
	else if (op->kind == OP_RESIZE && device->kind == DEVICE_VIRTIO_MEM &&
		 op->bytes <= device->size)
		ret = resize(&a, op->bytes);
	else
		ret = fault_set(fault, EINVAL, "vm: %s of device %s is not possible",
				op_kind_name(op->kind), op->device);
	outcome->duration_ns = (uint64_t)(stop_now_ns() - start);
	outcome->unsettled = any_uncertain(backend);
	return ret;
}

/* Restoring */

static int restore_once(struct vm_host *host, const struct device *device,
			const struct vm_place *place, const struct vm_items *items,
			struct vm_answer *answer, struct fault *fault)
{
	const struct vm_item *item = vm_items_find(items, device->name);
	const long long until = deadline_in(RESTORE_TRY_MS);

	*answer = (struct vm_answer){ 0 };
	if (device->kind == DEVICE_VIRTIO_MEM) {
		if (item && item->requested == place->requested &&
		    item->size == place->requested)
			return 0;
		return host->ops->resize(host, device->name, place->requested, until,
					 answer, fault);
	}
	/* On the host there may be half of one. */
	if (!item && host->ops->in_guest)
		return 0;
	return host->ops->remove_dimm(host, device->name, until, answer, fault);
}

static int restore_device(struct vm_host *host, const struct device *device,
			  const struct vm_place *place, long long until,
			  struct fault *fault)
{
	struct vm_answer answer;
	struct vm_items items;
	int ret;

	do {
		ret = host->ops->query(host, &items, fault);
		if (ret)
			return ret;
		ret = restore_once(host, device, place, &items, &answer, fault);
		vm_items_free(&items);
		if (ret || !answer.error)
			return ret;
		ret = deadline_pause(until, RESTORE_PAUSE_MS, fault);
	} while (!ret && deadline_left(until, 1));
	if (ret)
		return ret;
	return fault_set(fault, answer.error,
			 "%s %s is not as it was at the beginning: %s",
			 device_kind_name(device->kind), device->name, answer.why);
}

static int restore_all(struct backend *backend, struct fault *fault)
{
	const long long until = deadline_in(RESTORE_MS);
	struct vm *vm = backend->state;
	struct fault later;
	int ret = 0, err;
	size_t i;

	for (i = 0; i < backend->nr_devices; i++) {
		err = restore_device(&vm->host, &backend->devices[i], &vm->places[i],
				     until, ret ? &later : fault);
		if (!ret)
			ret = err;
		/* There is nobody to ask any more. */
		if (err == -ENOTCONN || err == -EPIPE || err == -EINTR)
			break;
	}
	return ret;
}

/* With a worker of its own; there is none, or it is not to be relied on. */
static int with_worker(struct vm_host *host, struct fault *fault)
{
	host->worker = NULL;
	return host->ops->in_guest ? worker_start(&host->worker, fault) : 0;
}

static void without_worker(struct vm_host *host)
{
	worker_stop(host->worker);
	host->worker = NULL;
}

static int vm_restore(struct backend *backend, struct fault *fault)
{
	struct vm *vm = backend->state;
	int ret;

	ret = with_worker(&vm->host, fault);
	if (ret)
		return ret;
	ret = vm->host.ops->connect(&vm->host, fault);
	if (!ret)
		ret = restore_all(backend, fault);
	without_worker(&vm->host);
	return ret;
}

/* Beginning and end */

static void vm_close(struct backend *backend)
{
	struct vm *vm = backend->state;

	if (!vm)
		return;
	vm->host.ops->close(&vm->host);
	if (vm->guest.block_bytes)
		vm_guest_close(&vm->guest);
	free(vm->places);
	free(backend->devices);
	free(vm);
	backend->state = NULL;
	backend->devices = NULL;
	backend->nr_devices = 0;
}

static int find_devices(struct backend *backend, struct fault *fault)
{
	struct vm *vm = backend->state;
	struct vm_items items;
	int ret;

	ret = vm->host.ops->query(&vm->host, &items, fault);
	if (ret)
		return ret;
	ret = vm_devices_make(backend, &items,
			      vm->guest.block_bytes ? vm->guest.block_bytes : BLOCK_BYTES,
			      &vm->places, fault);
	vm_items_free(&items);
	return ret;
}

int backend_vm_open_at(struct backend *backend, const char *root,
		       unsigned int settle_ms, struct fault *fault)
{
	struct vm *vm = calloc(1, sizeof(*vm));
	int ret;

	if (!vm)
		return fault_nomem(fault);
	vm->host.ops = backend->qmp ? &vm_host_qmp : &vm_host_ask;
	vm->host.socket = backend->qmp;
	vm->host.patience_ms = PATIENCE_MS;
	vm->settle_ms = settle_ms;
	backend->state = vm;
	ret = with_worker(&vm->host, fault);
	if (!ret && vm->host.ops->in_guest)
		ret = vm_guest_open(&vm->guest, root, fault);
	if (!ret)
		ret = vm->host.ops->connect(&vm->host, fault);
	if (!ret)
		ret = find_devices(backend, fault);
	without_worker(&vm->host);
	if (ret)
		vm_close(backend);
	return ret;
}

static int vm_open(struct backend *backend, struct fault *fault)
{
	return backend_vm_open_at(backend, NULL, SETTLE_MS, fault);
}

const struct backend_ops backend_vm = {
	.name = "vm",
	.open = vm_open,
	.carry_out = vm_carry_out,
	.restore = vm_restore,
	.close = vm_close,
};
