// SPDX-License-Identifier: GPL-2.0
/* The beginning of a run: everything is found and opened before anything changes. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>

#include "policy-name.h"
#include "run-state.h"

static int begin_log(struct run *r, struct fault *fault)
{
	const struct options *o = r->options;
	char seed[24];
	size_t i;
	int ret;

	ret = oplog_create(&r->log, o->log, fault);
	for (i = 0; i < o->nr_logged && !ret; i++)
		ret = oplog_option(r->log, o->logged[i].name,
				   o->logged[i].value, fault);
	if (ret || o->seed_given)
		return ret;
	snprintf(seed, sizeof(seed), "%" PRIu64, r->header.seed);
	return oplog_option(r->log, "seed", seed, fault);
}

static int begin_checks(struct run *r, struct fault *fault)
{
	const struct options *o = r->options;
	const struct checker_ability *ability;
	struct fault note;
	int ret;

	if (o->no_check)
		return 0;
	if (o->qmp) {
		fault_set(&note, 0,
			  "nothing is checked: the machine behind %s can be checked from inside only",
			  o->qmp);
		run_say(r, &note);
		return 0;
	}
	ret = checker_start(&r->checker, o->ignored, o->nr_ignored, fault);
	if (ret)
		return ret;
	ability = checker_ability(r->checker);
	if (*ability->missing) {
		fault_set(&note, 0, "not everything is checked: %s",
			  ability->missing);
		run_say(r, &note);
	}
	return 0;
}

/* The log's devices are known by their place: some have names that differ each time. */
static int match_devices(struct run *r, struct fault *fault)
{
	const struct history *h = r->history;
	size_t i;

	if (h->nr_devices != r->devices.nr)
		return fault_set(fault, ENODEV,
				 "the log has %zu devices, this machine %zu",
				 h->nr_devices, r->devices.nr);
	for (i = 0; i < h->nr_devices; i++) {
		const struct device *then = &h->devices[i];
		const struct device *now = r->devices.list[i];

		if (then->kind != now->kind || then->size != now->size ||
		    then->unit != now->unit ||
		    (now->kind == DEVICE_BLOCKS &&
		     strcmp(then->name, now->name)))
			return fault_set(fault, ENODEV,
					 "%s of the log is another device here, %s: kind, size or unit differ",
					 then->name, now->name);
	}
	for (i = 0; i < h->nr_ops; i++) {
		const struct logged_op *logged = &h->ops[i];
		const struct device *now = r->devices.list[logged->device];

		if (now->kind == DEVICE_BLOCKS && logged->op.block != now->block)
			return fault_set(fault, EINVAL,
					 "operation %zu of the log: block %" PRIu64 " is not %s",
					 i + 1, logged->op.block, now->name);
	}
	return 0;
}

static int begin_devices(struct run *r, struct fault *fault)
{
	size_t i;
	int ret;

	ret = devices_open(&r->devices, r->options, fault);
	for (i = 0; i < r->devices.nr && !ret; i++)
		ret = oplog_device(r->log, r->devices.list[i], fault);
	if (!ret && r->history)
		ret = match_devices(r, fault);
	if (ret)
		return ret;
	r->plan = plan_new(r->options->pattern, r->header.seed, r->devices.nr);
	return r->plan ? 0 : fault_nomem(fault);
}

/* What the guard does, in another process. */

static int restore_devices(void *context, struct fault *fault)
{
	struct run *r = context;

	return devices_restore(&r->devices, fault);
}

static void clean_up(void *context)
{
	struct run *r = context;

	checker_stop(r->checker);
}

static int begin_children(struct run *r, struct fault *fault)
{
	const struct guard_orders orders = {
		.restore = restore_devices,
		.orphaned = clean_up,
		.context = r,
		.log = oplog_path(r->log),
	};
	int ret;

	ret = guard_start(&r->guard, &orders, fault);
	if (!ret)
		ret = worker_start(&r->worker, fault);
	if (!ret && !r->options->qmp)
		ret = pressure_start(&r->pressure, r->options->pressures,
				     r->options->nr_pressures, r->floor.bytes,
				     fault);
	return ret;
}

static int begin_floor(struct run *r, struct fault *fault)
{
	r->floor.root = &r->root;
	r->floor.least_kernel = UINT64_MAX;
	r->floor.bytes = r->options->floor_bytes;
	if (r->options->qmp || r->options->floor_given)
		return 0;
	return floor_default(&r->root, &r->floor.bytes, fault);
}

static int begin_header(struct run *r, struct fault *fault)
{
	struct report_header *header = &r->header;
	struct utsname name;

	uname(&name);
	header->runs = 1;
	snprintf(header->kernel, sizeof(header->kernel), "%s", name.release);
	snprintf(header->pattern, sizeof(header->pattern), "%s",
		 r->history ? "replay" : pattern_name(r->options->pattern));
	policy_name(&r->root, header->policy, sizeof(header->policy));
	/* Another machine's: neither its kernel nor its policy are known here. */
	if (r->options->qmp) {
		strcpy(header->kernel, "-");
		strcpy(header->policy, "-");
	}
	header->seed = r->options->seed;
	if (!r->options->seed_given &&
	    getrandom(&header->seed, sizeof(header->seed), 0) !=
	    sizeof(header->seed))
		return fault_set(fault, errno, "getrandom: %s",
				 strerror(errno));
	/* Short enough to be typed. */
	if (!r->options->seed_given)
		header->seed %= 1000000000;
	r->report = report_new();
	return r->report ? 0 : fault_nomem(fault);
}

int run_begin(struct run *r, struct fault *fault)
{
	int ret;

	ret = begin_header(r, fault);
	if (!ret)
		ret = begin_floor(r, fault);
	if (!ret)
		ret = begin_log(r, fault);
	/* Before anybody looks at how it was. */
	if (!ret)
		ret = devices_sweep(r->options, fault);
	if (!ret)
		ret = begin_checks(r, fault);
	if (!ret)
		ret = begin_devices(r, fault);
	if (!ret)
		ret = begin_children(r, fault);
	return ret;
}

