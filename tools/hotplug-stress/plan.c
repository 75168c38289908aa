// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* Of the whole, in sixteenths: 2, 8, 4 and 16 GiB where that is 16 GiB. */
static const unsigned int autoscaler_targets[] = { 2, 8, 4, 16 };

#define SAWTOOTH_STEPS	8

struct plan {
	enum pattern pattern;
	uint64_t random;	/* the generator's state */
	size_t nr;
	/* Of the phase that is going on: up or down, or which target. */
	unsigned int phase;
	bool *tried;		/* for each device: it has had its turn in it */
	uint64_t *aimed;	/* sawtooth: the bytes it was to have last in it */
	/* churn: the device that is not as it was. */
	bool away;
	size_t wanderer;
	uint64_t home_bytes;
	/* Of the question being answered. */
	struct device *const *devices;
	plan_allowed *allowed;
	void *context;
};

static const char *const patterns[PATTERNS] = {
	[PATTERN_RANDOM] = "random",
	[PATTERN_GROW_SHRINK] = "grow-shrink",
	[PATTERN_SAWTOOTH] = "sawtooth",
	[PATTERN_CHURN] = "churn",
	[PATTERN_AUTOSCALER] = "autoscaler",
};

const char *pattern_name(enum pattern pattern)
{
	return patterns[pattern];
}

int pattern_parse(const char *word, enum pattern *pattern)
{
	size_t i;

	for (i = 0; i < PATTERNS; i++) {
		if (!strcmp(patterns[i], word)) {
			*pattern = (enum pattern)i;
			return 0;
		}
	}
	return -EINVAL;
}

struct plan *plan_new(enum pattern pattern, uint64_t seed, size_t nr)
{
	struct plan *plan = calloc(1, sizeof(*plan));

	if (!plan)
		return NULL;
	plan->tried = calloc(nr ? nr : 1, sizeof(*plan->tried));
	plan->aimed = calloc(nr ? nr : 1, sizeof(*plan->aimed));
	if (!plan->tried || !plan->aimed) {
		plan_free(plan);
		return NULL;
	}
	plan->pattern = pattern;
	plan->random = seed;
	plan->nr = nr;
	return plan;
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	free(plan->aimed);
	free(plan->tried);
	free(plan);
}

/* SplitMix64: a counter, mixed well. Small, and the same everywhere. */
static uint64_t random_next(struct plan *plan)
{
	uint64_t z = plan->random += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* From 0 to @below - 1, as good as evenly: @below is tiny beside 2^64. */
static uint64_t pick(struct plan *plan, uint64_t below)
{
	return (uint64_t)(((__uint128_t)random_next(plan) * below) >> 64);
}

static bool is_dynamic(const struct device *device)
{
	return device->kind == DEVICE_SIM_DYNAMIC ||
	       device->kind == DEVICE_VIRTIO_MEM;
}

static uint64_t whole_units(const struct device *device, uint64_t bytes)
{
	return bytes - bytes % device->unit;
}

/* Makes @op what gives the device @bytes: a multiple of its unit that it has not now. */
static void aim(const struct device *device, uint64_t bytes, struct op *op)
{
	*op = (struct op){};
	strcpy(op->device, device->name);
	if (device->kind == DEVICE_BLOCKS) {
		op->kind = bytes ? OP_ONLINE : OP_OFFLINE;
		op->block = device->block;
	} else if (is_dynamic(device)) {
		op->kind = OP_RESIZE;
		op->bytes = bytes;
	} else {
		op->kind = bytes ? OP_PLUG : OP_UNPLUG;
	}
}

static bool may(struct plan *plan, size_t i, const struct op *op)
{
	return !plan->allowed ||
	       plan->allowed(op, plan->devices[i], plan->context);
}

/* The device's turn in this phase: @op, unless it has that already. */
static bool take_turn(struct plan *plan, size_t i, uint64_t bytes,
		      struct op *op)
{
	const struct device *device = plan->devices[i];

	plan->tried[i] = true;
	if (device->plugged == bytes)
		return false;
	aim(device, bytes, op);
	return may(plan, i, op);
}

static void next_phase(struct plan *plan, unsigned int phases)
{
	plan->phase = (plan->phase + 1) % phases;
	memset(plan->tried, 0, plan->nr * sizeof(*plan->tried));
	memset(plan->aimed, 0, plan->nr * sizeof(*plan->aimed));
}

/* random */

/* By the policy most of the time. A kernel zone may keep what could be moved before. */
static enum op_kind random_online(struct plan *plan, const struct device *device)
{
	switch (pick(plan, 6)) {
	case 0:
		return OP_ONLINE_MOVABLE;
	case 1:
		return device->movable ? OP_ONLINE_MOVABLE : OP_ONLINE_KERNEL;
	default:
		return OP_ONLINE;
	}
}

/* Any number of units but the one it has. */
static uint64_t random_size(struct plan *plan, const struct device *device)
{
	const uint64_t units = device->size / device->unit;
	const uint64_t now = device->plugged / device->unit;
	uint64_t other = pick(plan, units);

	if (other >= now && device->plugged % device->unit == 0)
		other++;
	return other * device->unit;
}

static void random_op(struct plan *plan, const struct device *device,
		      struct op *op)
{
	if (is_dynamic(device))
		aim(device, random_size(plan, device), op);
	else
		aim(device, device->plugged ? 0 : device->size, op);
	if (op->kind == OP_ONLINE)
		op->kind = random_online(plan, device);
}

/* Each kind as often as any, however many devices of it there are. */
static enum device_kind random_kind(struct plan *plan)
{
	bool present[DEVICE_KINDS] = {};
	enum device_kind kind = 0;
	uint64_t kinds = 0, chosen;
	size_t i;

	for (i = 0; i < plan->nr; i++) {
		kinds += !present[plan->devices[i]->kind];
		present[plan->devices[i]->kind] = true;
	}
	chosen = pick(plan, kinds);
	for (;; kind++)
		if (present[kind] && !chosen--)
			return kind;
}

static bool from_here_on(struct plan *plan, size_t start, enum device_kind kind,
			 bool of_kind, struct op *op, size_t *index)
{
	size_t i;

	for (i = 0; i < plan->nr; i++) {
		bool is_of_kind;

		*index = (start + i) % plan->nr;
		is_of_kind = plan->devices[*index]->kind == kind;
		if (is_of_kind != of_kind)
			continue;
		random_op(plan, plan->devices[*index], op);
		if (may(plan, *index, op))
			return true;
	}
	return false;
}

static bool next_random(struct plan *plan, struct op *op, size_t *index)
{
	const enum device_kind kind = random_kind(plan);
	const size_t start = pick(plan, plan->nr);

	return from_here_on(plan, start, kind, true, op, index) ||
	       from_here_on(plan, start, kind, false, op, index);
}

/* grow-shrink, sawtooth */

/* A sawtooth goes a step further each time, whether the last one was reached or not. */
static bool step_up(struct plan *plan, size_t i, struct op *op)
{
	const struct device *device = plan->devices[i];
	uint64_t step = whole_units(device, device->size / SAWTOOTH_STEPS);
	uint64_t bytes = whole_units(device, device->plugged);
	bool possible;

	if (plan->pattern != PATTERN_SAWTOOTH || !is_dynamic(device))
		return take_turn(plan, i, device->size, op);
	if (!step)
		step = device->unit;
	if (bytes < plan->aimed[i])
		bytes = plan->aimed[i];
	bytes = bytes < device->size - step ? bytes + step : device->size;
	possible = take_turn(plan, i, bytes, op);
	plan->aimed[i] = bytes;
	plan->tried[i] = bytes == device->size;
	return possible;
}

static bool next_wave(struct plan *plan, struct op *op, size_t *index)
{
	unsigned int phases;
	size_t i;

	/* What one phase leaves undone, the next one may be able to do. */
	for (phases = 0; phases <= 2; phases++) {
		for (i = 0; i < plan->nr; i++) {
			const bool down = plan->phase;

			*index = down ? plan->nr - 1 - i : i;
			while (!plan->tried[*index])
				if (down ? take_turn(plan, *index, 0, op) :
				    step_up(plan, *index, op))
					return true;
		}
		next_phase(plan, 2);
	}
	return false;
}

/* churn */

static void go_away(struct plan *plan, size_t i, struct op *op)
{
	const struct device *device = plan->devices[i];
	uint64_t bytes = 0;

	if (!device->plugged)
		bytes = is_dynamic(device) ? random_size(plan, device) :
			device->size;
	aim(device, bytes, op);
}

static bool next_churn(struct plan *plan, struct op *op, size_t *index)
{
	size_t start, i;

	if (plan->away) {
		plan->away = false;
		*index = plan->wanderer;
		if (take_turn(plan, *index, plan->home_bytes, op))
			return true;
	}
	start = pick(plan, plan->nr);
	for (i = 0; i < plan->nr; i++) {
		*index = (start + i) % plan->nr;
		go_away(plan, *index, op);
		if (!may(plan, *index, op))
			continue;
		plan->away = true;
		plan->wanderer = *index;
		plan->home_bytes = whole_units(plan->devices[*index],
					       plan->devices[*index]->plugged);
		return true;
	}
	return false;
}

/* autoscaler */

/* As much of @missing as the device can have more of. */
static bool come_closer_up(struct plan *plan, size_t i, uint64_t missing,
			   struct op *op)
{
	const struct device *device = plan->devices[i];
	uint64_t bytes = device->size;

	if (device->plugged < bytes && missing < bytes - device->plugged)
		bytes = whole_units(device, device->plugged + missing);
	plan->tried[i] = true;
	return bytes > device->plugged && take_turn(plan, i, bytes, op);
}

static bool come_closer_down(struct plan *plan, size_t i, uint64_t excess,
			     struct op *op)
{
	const struct device *device = plan->devices[i];
	uint64_t bytes = 0;

	if (excess < device->plugged)
		bytes = device->plugged - excess;
	/* Up to whole units: no lower than the target. */
	if (is_dynamic(device) && bytes % device->unit)
		bytes = whole_units(device, bytes) + device->unit;
	plan->tried[i] = true;
	if (bytes && !is_dynamic(device))
		return false;
	return bytes < device->plugged && take_turn(plan, i, bytes, op);
}

static bool next_autoscaler(struct plan *plan, struct op *op, size_t *index)
{
	uint64_t size = 0, plugged = 0, target;
	unsigned int phases;
	size_t i;

	for (i = 0; i < plan->nr; i++) {
		size += plan->devices[i]->size;
		plugged += plan->devices[i]->plugged;
	}
	for (phases = 0; phases <= NR(autoscaler_targets); phases++) {
		target = size / 16 * autoscaler_targets[plan->phase];
		for (i = 0; i < plan->nr && plugged != target; i++) {
			const bool down = plugged > target;

			*index = down ? plan->nr - 1 - i : i;
			if (plan->tried[*index])
				continue;
			if (down ? come_closer_down(plan, *index,
						    plugged - target, op) :
			    come_closer_up(plan, *index, target - plugged, op))
				return true;
		}
		next_phase(plan, NR(autoscaler_targets));
	}
	return false;
}

bool plan_next(struct plan *plan, struct device *const *devices,
	       plan_allowed *allowed, void *context, struct op *op,
	       size_t *index)
{
	if (!plan->nr)
		return false;
	plan->devices = devices;
	plan->allowed = allowed;
	plan->context = context;
	switch (plan->pattern) {
	case PATTERN_GROW_SHRINK:
	case PATTERN_SAWTOOTH:
		return next_wave(plan, op, index);
	case PATTERN_CHURN:
		return next_churn(plan, op, index);
	case PATTERN_AUTOSCALER:
		return next_autoscaler(plan, op, index);
	default:
		return next_random(plan, op, index);
	}
}
