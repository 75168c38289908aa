// SPDX-License-Identifier: GPL-2.0
#include "plan-advice.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "units.h"

#define TABLE_ENTRY_BYTES	8

struct size_text {
	char text[UNITS_SIZE_MAX];
};

static struct size_text in_units(uint64_t bytes)
{
	struct size_text size = { "" };

	units_format_size(bytes, size.text);
	return size;
}

const char *plan_danger_name(enum plan_danger danger)
{
	static const char *const names[] = {
		[PLAN_DANGER_MAP_FULL] = "memory_map_does_not_fit",
		[PLAN_DANGER_MAP] = "memory_map",
		[PLAN_DANGER_TABLES] = "page_tables",
		[PLAN_DANGER_RATIO_SET] = "ratio_set",
		[PLAN_DANGER_RATIO] = "ratio",
		[PLAN_DANGER_STATIC] = "not_unpluggable",
		[PLAN_DANGER_DYNAMIC] = "partly_unpluggable",
		[PLAN_DANGER_TAKEN] = "kernel_memory_removed",
		[PLAN_DANGER_HEADROOM] = "no_headroom",
	};

	return names[danger];
}

uint64_t plan_table_bytes(const struct plan *plan)
{
	struct plan_sums sums;

	plan_sum(plan, PLAN_SYSTEM, &sums);
	return sums.movable / plan_config(plan)->page_bytes * TABLE_ENTRY_BYTES;
}

void plan_explain(const struct plan *plan, const struct plan_refusal *refusal, int node,
		  char text[static EXPLANATION_MAX])
{
	const struct memgroup_verdict *v = &refusal->verdict;
	struct decision decision = {
		.node = node,
		.early_kernel_pages = v->early_kernel_pages,
		.movable_pages = v->movable_pages,
		.asked_pages = v->asked_pages,
		.limit_pages = v->limit_pages,
	};

	snprintf(decision.reason, sizeof(decision.reason), "%s",
		 memgroup_reason_name(v->reason));
	snprintf(decision.domain, sizeof(decision.domain), "%s",
		 memgroup_domain_name(v->domain));
	/* Nothing else is requested of a block that is refused. */
	snprintf(decision.request, sizeof(decision.request), "%s",
		 memgroup_request_name(MEMGROUP_REQUEST_ONLINE_KERNEL));
	explain(&decision, plan_config(plan)->page_bytes, text);
}

struct warnings {
	struct plan_warning *list;
	size_t nr;
	bool failed;
};

__attribute__((format(printf, 6, 7)))
static void warn(struct warnings *w, enum plan_danger danger,
		 const struct plan_device *device, uint64_t amount, uint64_t of,
		 const char *format, ...)
{
	struct plan_warning *list = realloc(w->list, (w->nr + 1) * sizeof(*list));
	struct plan_warning *new;
	va_list args;

	if (!list) {
		w->failed = true;
		return;
	}
	w->list = list;
	new = &list[w->nr++];
	*new = (struct plan_warning) {
		.danger = danger, .device = device, .amount = amount, .of = of,
	};
	va_start(args, format);
	vsnprintf(new->text, sizeof(new->text), format, args);
	va_end(args);
}

static void warn_of_map(struct warnings *w, const struct plan *plan,
			const struct plan_sums *sums)
{
	const uint64_t map = plan_map_bytes(plan), tables = plan_table_bytes(plan);
	uint64_t block;

	if (plan_tightest_bytes(plan, &block) < 0)
		warn(w, PLAN_DANGER_MAP_FULL, NULL, map, sums->kernel,
		     "The memory map alone takes more kernel memory than there is: what comes at block %"
		     PRIu64 " cannot be plugged.", block);
	else if (map >= sums->kernel / 4)
		warn(w, PLAN_DANGER_MAP, NULL, map, sums->kernel,
		     "The memory map takes %s of the %s of kernel memory.", in_units(map).text,
		     in_units(sums->kernel).text);
	if (map + tables >= sums->kernel / 2)
		warn(w, PLAN_DANGER_TABLES, NULL, map + tables, sums->kernel,
		     "The memory map and page tables, once a process maps all %s of MOVABLE memory, take %s of the %s of kernel memory.",
		     in_units(sums->movable).text, in_units(map + tables).text,
		     in_units(sums->kernel).text);
}

static void warn_of_ratio(struct warnings *w, const struct plan *plan,
			  const struct plan_sums *sums)
{
	const struct memgroup_config *config = &plan_config(plan)->policy;
	const uint64_t movable = sums->movable + sums->cma;
	const uint64_t kernel = sums->kernel - sums->cma;
	const uint64_t ratio = kernel ?
		(uint64_t)((__uint128_t)movable * 100 / kernel) : 0;

	if (config->policy == MEMGROUP_POLICY_AUTO_MOVABLE && config->ratio > PLAN_RATIO_MOST)
		warn(w, PLAN_DANGER_RATIO_SET, NULL, config->ratio, PLAN_RATIO_MOST,
		     "The ratio is %u%%: above %u%% systems have run out of kernel memory.",
		     config->ratio, PLAN_RATIO_MOST);
	if (movable && (!kernel || ratio > PLAN_RATIO_MOST))
		warn(w, PLAN_DANGER_RATIO, NULL, ratio, PLAN_RATIO_MOST,
		     "There is %" PRIu64 "%% as much MOVABLE as kernel memory: %s to %s.",
		     ratio, in_units(movable).text, in_units(kernel).text);
}

static void warn_of_static(struct warnings *w, const struct plan *plan)
{
	const struct plan_device *first = NULL;
	uint64_t bytes = 0, all = 0, count = 0;
	char more[48] = "", why[EXPLANATION_MAX] = "Memory of it is in a kernel zone.";
	size_t i;

	for (i = 0; i < plan_nr_devices(plan); i++) {
		const struct plan_device *d = plan_device(plan, i);

		if (d->gone || d->type != MEMGROUP_TYPE_STATIC)
			continue;
		all += d->plugged_bytes;
		if (plan_is_movable(d))
			continue;
		if (!count++)
			first = d;
		bytes += d->plugged_bytes;
	}
	if (!first)
		return;
	if (count > 1)
		snprintf(more, sizeof(more), " and %" PRIu64 " more", count - 1);
	if (first->refusal.any)
		plan_explain(plan, &first->refusal, first->node, why);
	warn(w, PLAN_DANGER_STATIC, first, bytes, all,
	     "%s%s, %s, cannot be relied on to be unplugged. %s", first->name, more,
	     in_units(bytes).text, why);
}

static void warn_of_dynamic(struct warnings *w, const struct plan *plan)
{
	const uint64_t page = plan_config(plan)->page_bytes;
	size_t i;

	for (i = 0; i < plan_nr_devices(plan); i++) {
		const struct plan_device *d = plan_device(plan, i);

		if (!d->gone && d->type == MEMGROUP_TYPE_DYNAMIC && d->kernel_pages)
			warn(w, PLAN_DANGER_DYNAMIC, d, d->kernel_pages * page,
			     d->plugged_bytes,
			     "%s can be relied on to shrink by %s, not by all of its %s: %s of it are in a kernel zone.",
			     d->name, in_units(d->movable_pages * page).text,
			     in_units(d->plugged_bytes).text,
			     in_units(d->kernel_pages * page).text);
	}
}

static void warn_of_rest(struct warnings *w, const struct plan *plan,
			 const struct plan_sums *sums)
{
	const uint64_t taken = plan_taken_kernel_bytes(plan);
	const uint64_t block = plan_config(plan)->block_bytes;

	if (taken)
		warn(w, PLAN_DANGER_TAKEN, NULL, taken, taken,
		     "%s that the steps take away are in a kernel zone: they go only if nothing unmovable lies there.",
		     in_units(taken).text);
	if (sums->has_headroom && sums->headroom < block)
		warn(w, PLAN_DANGER_HEADROOM, NULL, sums->headroom, block,
		     "No further block of %s can be MOVABLE, unless the device that it belongs to has kernel memory: the headroom is %s.",
		     in_units(block).text, in_units(sums->headroom).text);
}

int plan_list_warnings(const struct plan *plan, struct plan_warning **warnings, size_t *nr,
		       struct fault *fault)
{
	struct warnings w = { .nr = 0 };
	struct plan_sums sums;

	plan_sum(plan, PLAN_SYSTEM, &sums);
	warn_of_map(&w, plan, &sums);
	warn_of_ratio(&w, plan, &sums);
	warn_of_static(&w, plan);
	warn_of_dynamic(&w, plan);
	warn_of_rest(&w, plan, &sums);
	if (w.failed) {
		free(w.list);
		return fault_nomem(fault);
	}
	*warnings = w.list;
	*nr = w.nr;
	return 0;
}

/* The ratio. */

/* As many questions to the policy as a fraction of a second has room for. */
#define DECISIONS_MOST	UINT64_C(4000000)
/* What it costs beside these to make another system. */
#define TRY_COST	50

struct search {
	const struct plan *base;
	const struct plan_step *steps;
	size_t nr_steps;
	uint64_t goal_bytes;
	const char *device;
	uint64_t decisions;
};

static uint64_t unpluggable(const struct plan *plan, const char *device)
{
	const struct plan_device *d;

	if (!device)
		return plan_unpluggable_bytes(plan);
	d = plan_find(plan, device);
	if (!d || (d->type == MEMGROUP_TYPE_STATIC && !plan_is_movable(d)))
		return 0;
	return d->movable_pages * plan_config(plan)->page_bytes;
}

static void fill_in(const struct plan *plan, const char *device,
		    struct plan_ratio *result)
{
	struct plan_sums sums;

	plan_sum(plan, PLAN_SYSTEM, &sums);
	result->unpluggable_bytes = unpluggable(plan, device);
	result->kernel_bytes = sums.kernel;
	result->movable_bytes = sums.movable;
	result->map_bytes = plan_map_bytes(plan);
	result->table_bytes = plan_table_bytes(plan);
	result->left_bytes = (int64_t)sums.kernel - (int64_t)result->map_bytes;
}

/* Carries out the steps with @ratio; @result is filled in if it is not NULL. */
static int try_ratio(struct search *s, uint32_t ratio, bool *does, struct plan_ratio *result,
		     struct fault *fault)
{
	const struct plan_step set = { .action = PLAN_SET_RATIO, .value = ratio };
	struct plan *plan;
	size_t i;
	int ret;

	ret = plan_copy(s->base, &plan, fault);
	if (ret)
		return ret;
	ret = plan_do(plan, &set, fault);
	for (i = 0; !ret && i < s->nr_steps; i++)
		ret = plan_do(plan, &s->steps[i], fault);
	s->decisions += plan_nr_decisions(plan) - plan_nr_decisions(s->base) +
			TRY_COST;
	*does = !ret && unpluggable(plan, s->device) >= s->goal_bytes;
	if (!ret && result)
		fill_in(plan, s->device, result);
	plan_free(plan);
	return ret;
}

/* Too many to try each: double until one does, and halve what is between. */
static int guess_ratio(struct search *s, uint32_t low, struct plan_ratio *result,
		       struct fault *fault)
{
	uint32_t high = low;
	bool does = false;
	int ret;

	while (!does && high != UINT32_MAX) {
		low = high;
		high = high > UINT32_MAX / 2 ? UINT32_MAX : 2 * high;
		ret = try_ratio(s, high, &does, NULL, fault);
		if (ret)
			return ret;
	}
	result->found = does;
	if (!does)
		return 0;
	while (high - low > 1) {
		const uint32_t middle = low + (high - low) / 2;

		ret = try_ratio(s, middle, &does, NULL, fault);
		if (ret)
			return ret;
		if (does)
			high = middle;
		else
			low = middle;
	}
	result->ratio = high;
	return 0;
}

/* Is there a larger ratio, not too far away, that does not do? */
static int look_above(struct search *s, struct plan_ratio *result, struct fault *fault)
{
	const uint32_t end = result->ratio > UINT32_MAX / 2 ? UINT32_MAX : 2 * result->ratio;
	bool does = true;
	uint32_t ratio;
	int ret;

	s->decisions = 0;
	result->tried_to = result->ratio;
	for (ratio = result->ratio; does && ratio < end && s->decisions < DECISIONS_MOST;) {
		ret = try_ratio(s, ++ratio, &does, NULL, fault);
		if (ret)
			return ret;
		result->tried_to = ratio;
		if (!does)
			result->fails_again = ratio;
	}
	return 0;
}

int plan_find_ratio(const struct plan *base, const struct plan_step *steps, size_t nr_steps,
		    uint64_t goal_bytes, const char *device, struct plan_ratio *result,
		    struct fault *fault)
{
	struct search s = {
		.base = base, .steps = steps, .nr_steps = nr_steps,
		.goal_bytes = goal_bytes, .device = device,
	};
	uint32_t ratio = 0;
	bool does = false;
	int ret;

	*result = (struct plan_ratio) { .is_least = true };
	while (!does && s.decisions < DECISIONS_MOST && ratio < UINT32_MAX) {
		ret = try_ratio(&s, ++ratio, &does, NULL, fault);
		if (ret)
			return ret;
	}
	result->found = does;
	result->ratio = ratio;
	if (!does) {
		result->is_least = false;
		ret = guess_ratio(&s, ratio, result, fault);
		if (ret)
			return ret;
	}
	if (result->found) {
		ret = look_above(&s, result, fault);
		if (ret)
			return ret;
	}
	return try_ratio(&s, result->found ? result->ratio : UINT32_MAX, &does, result, fault);
}

/* A device that is mostly KERNEL helps nobody. */
#define SIZE_MOST	64

int plan_find_size(const struct plan *base, uint64_t goal_bytes, uint64_t *bytes,
		   struct plan_ratio *result, struct fault *fault)
{
	const struct plan_config *config = plan_config(base);
	const uint64_t most = goal_bytes < PLAN_BYTES_MAX / 4 / SIZE_MOST ?
		goal_bytes * SIZE_MOST : PLAN_BYTES_MAX / 4;
	struct plan_step step = {
		.action = PLAN_PLUG_DYNAMIC, .first = PLAN_ANYWHERE, .name = "(new)",
		.max_bytes = (most / config->block_bytes + 1) * config->block_bytes,
	};
	const struct plan_device *device;
	struct plan *plan;
	int ret;

	*bytes = 0;
	*result = (struct plan_ratio) { .ratio = config->policy.ratio };
	ret = plan_copy(base, &plan, fault);
	if (ret)
		return ret;
	ret = plan_do(plan, &step, fault);
	step.action = PLAN_GROW;
	step.bytes = config->block_bytes;
	device = ret ? NULL : plan_find(plan, step.name);
	while (!ret && device->plugged_bytes < most &&
	       device->movable_pages * config->page_bytes < goal_bytes)
		ret = plan_do(plan, &step, fault);
	if (!ret && device->movable_pages * config->page_bytes >= goal_bytes) {
		*bytes = device->plugged_bytes;
		result->found = true;
	}
	if (!ret)
		fill_in(plan, step.name, result);
	plan_free(plan);
	return ret;
}
