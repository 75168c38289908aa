// SPDX-License-Identifier: GPL-2.0
/*
 * The history of a virtual machine that is scaled up and down, in the guest: memory
 * comes, a load comes, most of it leaves, and the memory is asked back; several times.
 *
 *   history --policy NAME --device SPEC --step SIZE --seed N --cycles N
 *	     [--pressure SPEC]… --report FILE
 *
 * Prints a line of "name=value" for each cycle, sizes in bytes; timed_ns is how long the
 * timed bytes took to be given back. NAME is only written down. A virtio-mem device
 * shrinks by SIZE at a time. The seed decides what each tenant has of the load, and in
 * which order DIMMs go.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "backend.h"
#include "headroom.h"
#include "kernel-log.h"
#include "pressure.h"
#include "report.h"
#include "spec.h"
#include "stop.h"
#include "sysroot.h"
#include "tenants.h"
#include "units.h"
#include "worker.h"

#define PROGRAM		"history"
#define SHUFFLED	"sys/module/page_alloc/parameters/shuffle"
#define PRESSURES_MAX	8
#define SECOND_NS	1000000000LL
/* Between two looks at how much memory is left for the kernel. */
#define LOOK_NS		(SECOND_NS / 20)
/* The load goes on for so long once it is there. */
#define HOLD_NS		(3 * SECOND_NS)
/* A load that the kernel kills again and again settles for less; this is for ever. */
#define SETTLE_NS	(240 * SECOND_NS)
/*
 * For a DIMM, or all of a virtio-mem device, to come; for a DIMM to go, which the kernel
 * refuses much earlier if it cannot; for any part of a virtio-mem device to go, where
 * the kernel tries for ever.
 */
#define GROW_MS		60000
#define UNPLUG_MS	60000
#define SHRINK_MS	10000

struct arguments {
	const char *policy, *report;
	struct device_spec device;
	bool has_device;
	uint64_t step, seed, cycles;
	struct pressure_spec pressures[PRESSURES_MAX];
	size_t nr_pressures;
};

/* What a line is made of. */
struct cycle {
	uint64_t missing_bytes;		/* that did not come */
	uint64_t asked_bytes, back_bytes;
	/* Of what was given back without trying in vain for a part of it. */
	uint64_t timed_bytes, timed_ns;
	uint64_t oom_kills, allocation_failures;
	struct tenants_sums load;
	struct headroom least;		/* when the kernel had the least, under the load */
	bool settled;
};

struct history {
	const struct arguments *args;
	struct backend backend;
	struct worker *worker;
	struct sysroot root;
	struct pressure *watch;		/* of the system: it has no load */
	struct tenants *tenants;
	int kernel_log;
	unsigned short random[3];
	struct report *report;
	struct report_header header;
};

static int usage(const struct fault *fault)
{
	if (fault)
		fault_print(fault, PROGRAM);
	fputs("usage: " PROGRAM " --policy NAME --device SPEC --step SIZE --seed N "
	      "--cycles N [--pressure SPEC]... --report FILE\n", stderr);
	return 2;
}

static int count_failures(struct history *h, struct cycle *cycle, struct fault *fault)
{
	return kernel_log_count(h->kernel_log, "page allocation failure",
				&cycle->allocation_failures, fault);
}

/* Looks at what the system has come to under the load. */
static int look(struct history *h, struct cycle *cycle, struct fault *fault)
{
	struct headroom now;
	int err = headroom_read(&h->root, &now, fault);

	if (!err && now.kernel < cycle->least.kernel)
		cycle->least = now;
	return err ?: count_failures(h, cycle, fault);
}

static int carry_out(struct history *h, struct cycle *cycle, const struct op *op,
		     unsigned int timeout_ms, struct outcome *outcome,
		     struct fault *fault)
{
	const struct device *device = backend_device(&h->backend, op->device);
	int err = backend_vm.carry_out(&h->backend, h->worker, op, timeout_ms, outcome,
				       fault);

	h->header.unchecked_operations++;
	if (!err)
		err = report_add(h->report, h->args->policy, device->kind, op->kind,
				 outcome, fault);
	return err ?: count_failures(h, cycle, fault);
}

static struct op op_for(const struct device *device, bool grow)
{
	struct op op = { .kind = OP_RESIZE, .bytes = grow ? device->size : 0 };

	if (device->kind == DEVICE_DIMM)
		op.kind = grow ? OP_PLUG : OP_UNPLUG;
	memcpy(op.device, device->name, sizeof(op.device));
	return op;
}

/* What does not come, as for want of kernel memory, is missing from what can go. */
static int grow(struct history *h, struct cycle *cycle, struct fault *fault)
{
	int err = 0;
	size_t i;

	for (i = 0; !err && i < h->backend.nr_devices; i++) {
		const struct device *device = &h->backend.devices[i];
		const struct op op = op_for(device, true);
		struct outcome outcome;

		if (device->plugged == device->size)
			continue;
		err = carry_out(h, cycle, &op, GROW_MS, &outcome, fault);
		cycle->missing_bytes += device->size - device->plugged;
	}
	return err;
}

/* A random order of @nr things. */
static void shuffle(size_t *order, size_t nr, unsigned short random[3])
{
	size_t i, j;

	for (i = 0; i < nr; i++) {
		j = (size_t)nrand48(random) % (i + 1);
		order[i] = order[j];
		order[j] = i;
	}
}

static void add_outcome(struct cycle *cycle, const struct outcome *outcome)
{
	cycle->back_bytes += outcome->done_bytes;
	if (outcome->error)
		return;
	cycle->timed_bytes += outcome->done_bytes;
	cycle->timed_ns += outcome->duration_ns;
}

/* A DIMM is asked for once. */
static int unplug(struct history *h, struct cycle *cycle, const struct device *device,
		  struct fault *fault)
{
	const struct op op = op_for(device, false);
	struct outcome outcome;
	int err = carry_out(h, cycle, &op, UNPLUG_MS, &outcome, fault);

	if (!err)
		add_outcome(cycle, &outcome);
	return err;
}

/* Memory of a virtio-mem device is asked for in parts, until one brings nothing. */
static int resize_down(struct history *h, struct cycle *cycle,
		       const struct device *device, struct fault *fault)
{
	struct op op = op_for(device, false);
	struct outcome outcome;
	int err = 0;

	while (device->plugged) {
		op.bytes = device->plugged > h->args->step ? device->plugged - h->args->step : 0;
		err = carry_out(h, cycle, &op, SHRINK_MS, &outcome, fault);
		if (err || !outcome.done_bytes)
			break;
		add_outcome(cycle, &outcome);
	}
	return err;
}

static int shrink(struct history *h, struct cycle *cycle, struct fault *fault)
{
	size_t nr = h->backend.nr_devices, i;
	size_t *order = calloc(nr, sizeof(*order));
	int err = order ? 0 : fault_nomem(fault);

	if (order)
		shuffle(order, nr, h->random);
	for (i = 0; !err && i < nr; i++) {
		const struct device *device = &h->backend.devices[order[i]];

		cycle->asked_bytes += device->plugged;
		err = device->kind == DEVICE_DIMM ? unplug(h, cycle, device, fault) :
						    resize_down(h, cycle, device, fault);
	}
	free(order);
	return err;
}

static int hold(struct history *h, struct cycle *cycle, long long ns,
		struct fault *fault)
{
	const long long end = stop_now_ns() + ns;
	int err = 0;

	while (!err && stop_now_ns() < end) {
		stop_sleep_until(stop_now_ns() + LOOK_NS);
		err = look(h, cycle, fault);
		if (!err && tenants_settled(h->tenants, fault) < 0)
			err = -EIO;
	}
	return err;
}

static int load(struct history *h, struct cycle *cycle, struct fault *fault)
{
	const struct arguments *args = h->args;
	const long long end = stop_now_ns() + SETTLE_NS;
	int settled = 0;
	int err = tenants_start(&h->tenants, args->pressures, args->nr_pressures,
				h->random, fault);

	while (!err && !settled && stop_now_ns() < end) {
		stop_sleep_until(stop_now_ns() + LOOK_NS);
		settled = tenants_settled(h->tenants, fault);
		err = settled < 0 ? settled : look(h, cycle, fault);
	}
	cycle->settled = settled > 0;
	if (!err)
		err = hold(h, cycle, HOLD_NS, fault);
	if (!err)
		tenants_sums(h->tenants, &cycle->load);
	/* Some do not even know yet what they want. */
	if (!err && !cycle->settled)
		err = fault_set(fault, ETIMEDOUT,
				"the load did not settle in %lld s: is the machine too slow?",
				SETTLE_NS / SECOND_NS);
	return err;
}

static int oom_kills(struct history *h, uint64_t *kills, struct fault *fault)
{
	struct pressure_trouble trouble;
	int err = pressure_look(h->watch, &trouble, fault);

	if (!err)
		*kills = trouble.oom_kills;
	return err;
}

static void print_cycle(uint64_t number, const struct cycle *cycle)
{
	printf("cycle=%" PRIu64 " missing=%" PRIu64 " asked=%" PRIu64 " back=%" PRIu64
	       " timed=%" PRIu64 " timed_ns=%" PRIu64 " dose=%" PRIu64 " held=%" PRIu64
	       " settled=%d failed=%" PRIu64 " killed=%" PRIu64 " oom_kills=%" PRIu64
	       " allocation_failures=%" PRIu64 " kernel_headroom=%" PRIu64
	       " movable_free=%" PRIu64 "\n", number,
	       cycle->missing_bytes, cycle->asked_bytes, cycle->back_bytes,
	       cycle->timed_bytes, cycle->timed_ns,
	       cycle->load.asked_bytes, cycle->load.held_bytes, cycle->settled,
	       cycle->load.failed_allocations, cycle->load.kills, cycle->oom_kills,
	       cycle->allocation_failures, cycle->least.kernel, cycle->least.movable);
	fflush(stdout);
}

/* What stayed of the load of the cycle before leaves when the new one comes. */
static int live(struct history *h, uint64_t number, struct fault *fault)
{
	struct cycle cycle = { .least.kernel = UINT64_MAX };
	uint64_t before, after;
	int err = oom_kills(h, &before, fault) ?: grow(h, &cycle, fault);

	if (err)
		return err;
	tenants_stop(h->tenants);
	h->tenants = NULL;
	err = load(h, &cycle, fault);
	if (err)
		return err;
	tenants_leave(h->tenants);
	err = shrink(h, &cycle, fault) ?: oom_kills(h, &after, fault);
	if (err)
		return err;
	cycle.oom_kills = after - before;
	h->header.trouble.oom_kills += cycle.oom_kills;
	h->header.trouble.load_kills += cycle.load.kills;
	h->header.trouble.failed_allocations += cycle.load.failed_allocations;
	h->header.trouble.asked_bytes = cycle.load.asked_bytes;
	h->header.trouble.held_bytes = cycle.load.held_bytes;
	if (cycle.least.kernel < h->header.kernel_headroom_bytes)
		h->header.kernel_headroom_bytes = cycle.least.kernel;
	print_cycle(number, &cycle);
	return 0;
}

static int write_report(struct history *h, struct fault *fault)
{
	static const struct report_format format = { .json = true };
	const char *path = h->args->report;
	FILE *out = fopen(path, "we");
	int err;

	if (!out)
		return fault_set(fault, errno, "%s: %s", path, strerror(errno));
	err = report_write(out, h->report, &h->header, &format, fault);
	if (fclose(out) && !err)
		err = fault_set(fault, errno, "%s: %s", path, strerror(errno));
	return err;
}

/*
 * In a kernel that has just been booted, free memory is in order, and what is taken
 * together lies together: all that the kernel itself holds is in a few places. After
 * some days it is everywhere. Memory that is handed out in random order comes close to
 * that, and need not be touched for it.
 */
static int check_shuffled(struct history *h, struct fault *fault)
{
	struct text text;
	int err = sysroot_read(&h->root, SHUFFLED, &text, fault);

	if (err)
		return err;
	if (text.data[0] != 'Y')
		err = fault_set(fault, ENOTSUP,
				"/" SHUFFLED ": memory is not handed out in random order");
	text_free(&text);
	return err;
}

static int prepare(struct history *h, struct fault *fault)
{
	const struct arguments *args = h->args;
	struct utsname name;
	int err;

	h->random[0] = 0x330e;
	h->random[1] = (unsigned short)args->seed;
	h->random[2] = (unsigned short)(args->seed >> 16);
	uname(&name);
	h->header = (struct report_header){ .runs = 1, .seed = args->seed };
	h->header.kernel_headroom_bytes = UINT64_MAX;
	snprintf(h->header.kernel, sizeof(h->header.kernel), "%s", name.release);
	snprintf(h->header.policy, sizeof(h->header.policy), "%s", args->policy);
	snprintf(h->header.pattern, sizeof(h->header.pattern), "history");
	h->report = report_new();
	if (!h->report)
		return fault_nomem(fault);
	h->kernel_log = kernel_log_open(fault);
	if (h->kernel_log < 0)
		return h->kernel_log;
	err = sysroot_open(&h->root, NULL, fault) ?:
		check_shuffled(h, fault) ?:
		pressure_start(&h->watch, NULL, 0, 0, fault) ?:
		worker_start(&h->worker, fault);
	h->backend.ops = &backend_vm;
	h->backend.specs = &args->device;
	h->backend.nr_specs = 1;
	return err ?: backend_vm.open(&h->backend, fault);
}

/* The guest ends with this program, and with it everything that was opened. */
static int run(const struct arguments *args, struct fault *fault)
{
	struct history h = { .args = args };
	const long long start = stop_now_ns();
	int err = prepare(&h, fault);
	uint64_t i;

	for (i = 1; !err && i <= args->cycles; i++)
		err = live(&h, i, fault);
	h.header.duration_ns = (uint64_t)(stop_now_ns() - start);
	if (!err)
		err = write_report(&h, fault);
	tenants_stop(h.tenants);
	if (h.worker)
		backend_vm.close(&h.backend);
	worker_stop(h.worker);
	pressure_stop(h.watch);
	report_free(h.report);
	return err;
}

/* One option; -1 if it is wrong. */
static int take(struct arguments *args, int option, const char *value,
		struct fault *fault)
{
	switch (option) {
	case 'p':
		args->policy = value;
		return 0;
	case 'd':
		args->has_device = true;
		return spec_parse(value, &args->device, fault);
	case 'S':
		return units_parse_size(value, &args->step) ?
		       fault_set(fault, EINVAL, "--step: \"%s\" is no size", value) : 0;
	case 's':
		return units_parse_decimal(value, &args->seed) ?
		       fault_set(fault, EINVAL, "--seed: \"%s\" is no number", value) : 0;
	case 'c':
		return units_parse_decimal(value, &args->cycles) ?
		       fault_set(fault, EINVAL, "--cycles: \"%s\" is no number", value) : 0;
	case 'l':
		if (args->nr_pressures == PRESSURES_MAX)
			return fault_set(fault, EINVAL, "--pressure: too many");
		return pressure_parse(value, &args->pressures[args->nr_pressures++], fault);
	case 'r':
		args->report = value;
		return 0;
	}
	return fault_set(fault, EINVAL, "see the usage");
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "policy", required_argument, NULL, 'p' },
		{ "device", required_argument, NULL, 'd' },
		{ "step", required_argument, NULL, 'S' },
		{ "seed", required_argument, NULL, 's' },
		{ "cycles", required_argument, NULL, 'c' },
		{ "pressure", required_argument, NULL, 'l' },
		{ "report", required_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 }
	};
	struct arguments args = { 0 };
	struct fault fault;
	int option;

	setlocale(LC_ALL, "");
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (take(&args, option, optarg, &fault))
			return usage(&fault);
	if (optind != argc || !args.policy || !args.has_device || !args.step ||
	    !args.cycles || !args.report)
		return usage(NULL);
	if (run(&args, &fault)) {
		fault_print(&fault, PROGRAM);
		return 1;
	}
	return 0;
}
