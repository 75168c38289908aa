// SPDX-License-Identifier: GPL-2.0
/* The middle of a run: an operation, a check, and the next one. */

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "run-state.h"
#include "stop.h"
#include "units.h"

#define NS_PER_S	1000000000LL
#define NS_PER_MS	1000000LL

/* How long to wait for memory to become free before it is said that there is none. */
#define FLOOR_WAIT_NS	(10 * NS_PER_S)
#define FLOOR_PAUSE_NS	(100 * NS_PER_MS)
/* So that children that were killed are there again, and the least headroom is seen. */
#define LOOK_NS		(200 * NS_PER_MS)

static bool is_allowed(const struct op *op, const struct device *device,
		       void *context)
{
	struct run *r = context;

	return r->options->qmp || floor_allows(&r->floor, op, device);
}

static bool choose(struct run *r, struct op *op, size_t *index)
{
	const struct logged_op *logged;

	if (!r->history)
		return plan_next(r->plan, r->devices.list, is_allowed, r, op,
				 index);
	logged = &r->history->ops[r->done];
	*op = logged->op;
	*index = logged->device;
	strcpy(op->device, r->devices.list[*index]->name);
	return is_allowed(op, r->devices.list[*index], r);
}

static int nothing_possible(struct run *r, struct fault *fault)
{
	char left[UNITS_SIZE_MAX], floor[UNITS_SIZE_MAX];

	units_format_size(r->floor.now.kernel, left);
	units_format_size(r->floor.bytes, floor);
	return fault_set(fault, ENOMEM,
			 "no operation is possible: %s of kernel memory are free, and %s must remain (--floor)",
			 left, floor);
}

static bool is_over(const struct run *r)
{
	const struct options *o = r->options;

	if (stop_signal())
		return true;
	if (r->history)
		return r->done == r->history->nr_ops;
	return (o->operations && r->done == o->operations) ||
	       (r->progress.end_ns && stop_now_ns() >= r->progress.end_ns);
}

/* 1 with the next operation, 0 at the end, or a negative errno value with @fault set. */
static int next_op(struct run *r, struct op *op, size_t *index,
		   struct fault *fault)
{
	const long long until = stop_now_ns() + FLOOR_WAIT_NS;
	bool waited = false;

	while (!is_over(r)) {
		floor_forget(&r->floor);
		if (choose(r, op, index))
			return 1;
		if (r->floor.error) {
			*fault = r->floor.fault;
			return r->floor.error;
		}
		if (stop_now_ns() >= until)
			return nothing_possible(r, fault);
		waited = true;
		stop_sleep_until(stop_now_ns() + FLOOR_PAUSE_NS);
	}
	/* A run that did nothing is not a good one. */
	return waited && !r->done && !stop_signal() ? nothing_possible(r, fault) :
	       0;
}

/* @rate operations a second from the start on; none is made up for. */
static void wait_for_turn(struct run *r, long long *turn_ns)
{
	const long long now = stop_now_ns(), end = r->progress.end_ns;

	if (r->options->rate <= 0)
		return;
	if (*turn_ns < now)
		*turn_ns = now;
	else
		stop_sleep_until(!end || *turn_ns < end ? *turn_ns : end);
	*turn_ns += (long long)(NS_PER_S / r->options->rate);
}

static void compare(struct run *r, const struct outcome *outcome)
{
	const int then = r->history->ops[r->done - 1].error;

	if (then < 0 || then == outcome->error)
		return;
	if (!r->otherwise++)
		r->first_otherwise = r->done;
}

/* Said once, until it has ended. */
static void leave_unchecked(struct run *r, const struct op *op)
{
	struct fault text;

	if (!r->unsettled) {
		fault_set(&text, EINPROGRESS,
			  "after operation %" PRIu64 " (%s %s): it still goes on, nothing is checked meanwhile",
			  r->done, op_kind_name(op->kind), op->device);
		run_say(r, &text);
	}
	r->unsettled = true;
}

static int carry_out(struct run *r, const struct op *op, size_t index,
		     struct fault *fault)
{
	const struct device *device = r->devices.list[index];
	struct outcome outcome;
	struct fault violation;
	int ret;

	floor_took(&r->floor, op, device);
	ret = oplog_op(r->log, r->done + 1, op, fault);
	if (!ret)
		ret = devices_carry_out(&r->devices, index, r->worker, op,
					r->options->timeout_s * 1000, &outcome,
					fault);
	if (!ret)
		ret = oplog_outcome(r->log, &outcome, fault);
	if (!ret)
		ret = report_add(r->report, r->header.policy, device->kind,
				 op->kind, &outcome, fault);
	if (ret)
		return ret;
	r->done++;
	if (r->history)
		compare(r, &outcome);
	if (!r->checker || outcome.unsettled)
		r->header.unchecked_operations++;
	if (!r->checker)
		return 0;
	if (outcome.unsettled) {
		leave_unchecked(r, op);
		return 0;
	}
	/* What came of several operations is no longer the outcome of one. */
	ret = checker_check(r->checker, r->unsettled ? NULL : op, &outcome, &violation);
	r->unsettled = false;
	if (ret == -EBADE)
		return fault_set(fault, EBADE,
				 "after operation %" PRIu64 " (%s %s): %.800s",
				 r->done, op_kind_name(op->kind), op->device,
				 violation.text);
	*fault = violation;
	return ret;
}

static int look_around(struct run *r, struct fault *fault)
{
	struct report_sums sums;
	int ret = 0;

	if (progress_due(&r->progress)) {
		report_sums(r->report, &sums);
		progress_show(&r->progress, &sums);
	}
	if (r->options->qmp || stop_now_ns() < r->look_ns)
		return 0;
	r->look_ns = stop_now_ns() + LOOK_NS;
	floor_forget(&r->floor);
	ret = floor_look(&r->floor);
	if (ret)
		*fault = r->floor.fault;
	else
		ret = pressure_look(r->pressure, &r->header.trouble, fault);
	return ret;
}

int run_loop(struct run *r, struct fault *fault)
{
	const struct options *o = r->options;
	long long turn_ns = 0;
	struct op op;
	size_t index;
	int ret;

	r->start_ns = stop_now_ns();
	progress_start(&r->progress, o->quiet,
		       o->duration_s ? r->start_ns + o->duration_s * NS_PER_S : 0,
		       r->history ? r->history->nr_ops : o->operations);
	for (;;) {
		wait_for_turn(r, &turn_ns);
		ret = next_op(r, &op, &index, fault);
		if (ret <= 0)
			return ret;
		if (!guard_alive(r->guard))
			return fault_set(fault, ESRCH,
					 "the guard process has died");
		ret = carry_out(r, &op, index, fault);
		if (!ret)
			ret = look_around(r, fault);
		if (ret)
			return ret;
	}
}

