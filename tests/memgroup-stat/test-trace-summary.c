// SPDX-License-Identifier: GPL-2.0
/* What is counted of events, and what is kept of numbers over time. */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "trace-summary.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static struct trace_summary summary;

static int setup(void **state)
{
	struct fault fault;

	(void)state;
	return summary_init(&summary, &fault);
}

static int teardown(void **state)
{
	(void)state;
	summary_free(&summary);
	return 0;
}

static struct decision decision(const char *zone, const char *reason, const char *domain)
{
	struct decision d = { .node = 0, .mgid = 3, .block_pages = 32768 };

	strcpy(d.device, "virtio0");
	strcpy(d.zone, zone);
	strcpy(d.reason, reason);
	strcpy(d.domain, domain);
	return d;
}

static void decide(const struct decision *d)
{
	assert_int_equal(summary_add_decision(&summary, d), 0);
}

static void change(enum change_kind kind, const char *zone, int result, uint64_t ns)
{
	struct change c = { .kind = kind, .mgid = 3, .result = result, .duration_ns = ns };

	strcpy(c.device, "virtio0");
	strcpy(c.zone, zone);
	assert_int_equal(summary_add_change(&summary, &c), 0);
}

static const struct summary_device *device(const char *name, int mgid)
{
	size_t i;

	for (i = 0; i < summary.nr_devices; i++)
		if (!strcmp(summary.devices[i].name, name) && summary.devices[i].mgid == mgid)
			return &summary.devices[i];
	fail_msg("no device %s, group %d", name, mgid);
	return NULL;
}

static void nothing_is_all_zero(void **state)
{
	struct summary_reason zones[SUMMARY_REASONS_MAX];

	(void)state;
	summary_finish(&summary);
	assert_int_equal(summary.decisions + summary.previews + summary.failed, 0);
	assert_int_equal(summary.nr_devices + summary.nr_operations + summary.nr_domains, 0);
	assert_int_equal(summary_zones(&summary, zones), 0);
}

static void decisions_by_zone_reason_and_device(void **state)
{
	struct decision movable = decision("Movable", "fits", "system");
	struct decision normal = decision("Normal", "system_ratio", "system");
	struct decision other = decision("Normal", "group_has_kernel", "none");
	struct summary_reason zones[SUMMARY_REASONS_MAX];
	const struct summary_device *virtio;
	int i;

	(void)state;
	strcpy(other.device, "PNP0C80:00");
	for (i = 0; i < 5; i++)
		decide(&movable);
	decide(&normal);
	decide(&other);
	decide(&other);
	movable.preview = true;
	decide(&movable);
	summary_finish(&summary);
	assert_int_equal(summary.decisions, 8);
	assert_int_equal(summary.previews, 1);
	assert_int_equal(summary.nr_reasons, 3);
	assert_string_equal(summary.reasons[0].reason, "fits");
	assert_int_equal(summary.reasons[0].decisions, 5);
	assert_int_equal(summary.reasons[0].previews, 1);
	/* A preview decides on nothing. */
	assert_int_equal(summary.reasons[0].pages, 5 * 32768);
	assert_string_equal(summary.reasons[1].reason, "group_has_kernel");
	assert_string_equal(summary.reasons[2].reason, "system_ratio");
	assert_int_equal(summary_zones(&summary, zones), 2);
	assert_string_equal(zones[0].zone, "Movable");
	assert_int_equal(zones[0].decisions, 5);
	assert_string_equal(zones[1].zone, "Normal");
	assert_int_equal(zones[1].decisions, 3);
	assert_int_equal(zones[1].pages, 3 * 32768);
	assert_int_equal(summary.nr_devices, 2);
	assert_string_equal(summary.devices[0].name, "PNP0C80:00");
	virtio = device("virtio0", 3);
	assert_int_equal(virtio->movable, 5);
	assert_int_equal(virtio->kernel, 1);
	assert_int_equal(virtio->previews, 1);
	/* Not that of the preview. */
	assert_string_equal(virtio->last_reason, "system_ratio");
}

static void devices_are_told_apart(void **state)
{
	struct decision d = decision("Movable", "fits", "none");

	(void)state;
	decide(&d);
	/* Plugged once more. */
	d.mgid = 5;
	d.node = 1;
	decide(&d);
	/* Groups without a name, and memory without a group. */
	strcpy(d.device, "-");
	decide(&d);
	d.mgid = 6;
	decide(&d);
	decide(&d);
	d.mgid = -1;
	decide(&d);
	summary_finish(&summary);
	assert_int_equal(summary.nr_devices, 4);
	assert_int_equal(device("virtio0", 5)->movable, 2);
	assert_int_equal(device("virtio0", 5)->node, 1);
	assert_int_equal(device("-", 5)->movable, 1);
	assert_int_equal(device("-", 6)->movable, 2);
	assert_int_equal(device("-", -1)->movable, 1);
}

static void operations_by_result(void **state)
{
	const struct summary_operation *o;
	uint64_t i;

	(void)state;
	for (i = 1; i <= 1000; i++)
		change(CHANGE_ONLINE, "Movable", 0, i * 1000);
	change(CHANGE_OFFLINE, "Movable", -EBUSY, 7);
	change(CHANGE_OFFLINE, "Movable", -EBUSY, 9);
	change(CHANGE_OFFLINE, "Movable", -EINTR, 1);
	change(CHANGE_OFFLINE, "Movable", 0, 5);
	change(CHANGE_OFFLINE, "Normal", 0, 5);
	change(CHANGE_REGISTER, "", 0, 0);
	change(CHANGE_UNREGISTER, "", 0, 0);
	change(CHANGE_REGISTER, "", 0, 0);
	summary_finish(&summary);
	assert_int_equal(summary.onlined, 1000);
	assert_int_equal(summary.offlined, 2);
	assert_int_equal(summary.failed, 3);
	assert_int_equal(summary.registered, 2);
	assert_int_equal(summary.unregistered, 1);
	assert_int_equal(summary.nr_operations, 5);
	o = summary.operations[0];
	assert_true(o->kind == CHANGE_ONLINE && !o->result);
	assert_int_equal(o->latency.total, 1000);
	assert_int_equal(o->least_ns, 1000);
	assert_int_equal(o->latency.max, 1000000);
	assert_in_range(histogram_quantile(&o->latency, 500), 500000, 500000 + 500000 / 128);
	assert_true(summary.operations[1]->kind == CHANGE_OFFLINE);
	assert_int_equal(summary.operations[1]->result, 0);
	assert_int_equal(summary.operations[2]->result, -EINTR);
	assert_int_equal(summary.operations[3]->result, -EBUSY);
	assert_int_equal(summary.operations[3]->latency.total, 2);
	assert_string_equal(summary.operations[4]->zone, "Normal");
	assert_int_equal(device("virtio0", 3)->failed, 3);
	assert_int_equal(device("virtio0", 3)->slowest_ns, 1000000);
}

static void what_is_too_much_is_counted_together(void **state)
{
	struct decision d = decision("Movable", "fits", "node");
	uint64_t sum = 0, i;
	size_t n;

	(void)state;
	for (i = 0; i < 5000; i++) {
		/* Twice, for it to be found again. */
		sprintf(d.device, "device%" PRIu64, i / 2);
		sprintf(d.reason, "%" PRIu64, i % 100);
		d.node = (int)(i % 200);
		decide(&d);
		change(CHANGE_OFFLINE, "Movable", -(int)(i % 70) - 1, i);
	}
	summary_finish(&summary);
	assert_int_equal(summary.decisions, 5000);
	assert_int_equal(summary.nr_devices, SUMMARY_DEVICES_MAX);
	for (n = 0; n < summary.nr_devices; n++) {
		assert_int_equal(summary.devices[n].rest, n == SUMMARY_DEVICES_MAX - 1);
		sum += summary.devices[n].movable;
	}
	assert_int_equal(sum, 5000);
	assert_int_equal(device("device1", 3)->movable, 2);
	assert_int_equal(summary.nr_reasons, SUMMARY_REASONS_MAX);
	assert_true(summary.reasons[SUMMARY_REASONS_MAX - 1].rest);
	assert_int_equal(summary.reasons[SUMMARY_REASONS_MAX - 1].decisions, 37 * 50);
	assert_int_equal(summary.nr_operations, SUMMARY_OPERATIONS_MAX);
	assert_true(summary.operations[SUMMARY_OPERATIONS_MAX - 1]->rest);
	assert_int_equal(summary.nr_domains, SUMMARY_DOMAINS_MAX);
	assert_int_equal(summary.other_domains, (200 - 65) * 25);
}

static void numbers_of_a_domain(void **state)
{
	static const struct {
		uint64_t early, movable, limit;
	} seen[] = {
		{ 1000, 0, 3010 }, { 1000, 2999, 3010 }, { 1000, 3100, 3010 },
		{ 2000, 3100, 6020 }, { 2000, 1, 6020 },
	};
	struct decision d = decision("Movable", "fits", "system");
	const struct summary_domain *system = &summary.domains[0];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(seen); i++) {
		d.time_ns = 100 + i;
		d.early_kernel_pages = seen[i].early;
		d.movable_pages = seen[i].movable;
		d.limit_pages = seen[i].limit;
		decide(&d);
	}
	/* These compared nothing, or other numbers. */
	strcpy(d.domain, "none");
	d.movable_pages = 1000000;
	decide(&d);
	strcpy(d.domain, "node");
	d.node = 7;
	decide(&d);
	/* Nor is a node that is none the system. */
	d.node = -1;
	decide(&d);
	assert_int_equal(summary.other_domains, 1);
	assert_int_equal(summary.nr_domains, 2);
	assert_int_equal(system->node, -1);
	assert_int_equal(system->decisions, 5);
	assert_int_equal(summary_ratio(&system->last), 1);
	assert_int_equal(summary_headroom(&system->last), 6019);
	assert_int_equal(system->least_ratio.time_ns, 100);
	assert_int_equal(system->most_ratio.time_ns, 102);
	assert_int_equal(summary_ratio(&system->most_ratio), 3100);
	/* More than the limit allows. */
	assert_int_equal(summary_headroom(&system->least_headroom), 0);
	assert_int_equal(system->most_headroom.time_ns, 104);
	assert_int_equal(summary.domains[1].node, 7);
}

static void ratios_of_extreme_numbers(void **state)
{
	(void)state;
	assert_int_equal(summary_ratio(&(struct summary_numbers){ .movable = 0 }), 0);
	assert_true(summary_ratio(&(struct summary_numbers){ .movable = 1 }) == UINT64_MAX);
	assert_true(summary_ratio(&(struct summary_numbers){
		.movable = UINT64_MAX, .early_kernel = 1 }) == UINT64_MAX);
	assert_int_equal(summary_ratio(&(struct summary_numbers){
		.movable = UINT64_MAX, .early_kernel = UINT64_MAX }), 1000);
}

/* What the bins have to say, by keeping everything. */
struct sample {
	uint64_t time, number[NR_TIMELINE];
	bool failed;
};

static void compare(const struct timeline *timeline, const struct sample *samples, size_t n)
{
	size_t bin, kind, i;

	for (bin = 0; bin < TIMELINE_BINS; bin++) {
		struct timeline_bin right = { 0 };
		uint64_t failed = 0;

		for (i = 0; i < n; i++) {
			if ((samples[i].time - samples[0].time) >> timeline->shift != bin)
				continue;
			failed += samples[i].failed;
			for (kind = 0; kind < NR_TIMELINE; kind++) {
				struct timeline_range *range = &right.number[kind];
				const uint64_t number = samples[i].number[kind];

				if (!right.count || number < range->least)
					range->least = number;
				if (!right.count || number > range->most)
					range->most = number;
				range->last = number;
			}
			right.count++;
		}
		assert_int_equal(timeline->marks[TIMELINE_FAILURE][bin], failed);
		assert_int_equal(timeline->track[2][bin].count, right.count);
		if (right.count)
			assert_memory_equal(&timeline->track[2][bin], &right, sizeof(right));
	}
}

static void no_extreme_is_lost(void **state)
{
	const char *given = getenv("SEED");
	const unsigned int seed = given ? (unsigned int)strtoul(given, NULL, 0) :
				  (unsigned int)time(NULL);
	static struct sample samples[3000];
	size_t round, i, kind;

	(void)state;
	print_message("# SEED=%u does the same again\n", seed);
	srandom(seed);
	for (round = 0; round < 50; round++) {
		const size_t n = 1 + (size_t)random() % COUNT(samples);
		const unsigned int steps = (unsigned int)random() % 40;
		struct timeline timeline = { 0 };
		uint64_t now = (uint64_t)random();

		for (i = 0; i < n; i++) {
			now += (uint64_t)random() >> (random() % 32) << steps / 2;
			samples[i].time = now;
			samples[i].failed = random() % 8 == 0;
			for (kind = 0; kind < NR_TIMELINE; kind++)
				samples[i].number[kind] = (uint64_t)random();
			timeline_reach(&timeline, now);
			assert_int_equal(timeline_add(&timeline, 2, samples[i].number), 0);
			if (samples[i].failed)
				timeline_mark(&timeline, TIMELINE_FAILURE);
		}
		assert_int_equal(timeline.nr_bins,
				 ((now - samples[0].time) >> timeline.shift) + 1);
		compare(&timeline, samples, n);
		timeline_free(&timeline);
	}
}

static void times_may_be_anything(void **state)
{
	static const uint64_t times[] = { 1000, 0, UINT64_MAX, 5, UINT64_MAX, 1000 };
	const uint64_t numbers[NR_TIMELINE] = { 1, 2, 3 };
	struct timeline timeline = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(times); i++) {
		timeline_reach(&timeline, times[i]);
		assert_int_equal(timeline_add(&timeline, 0, numbers), 0);
	}
	assert_int_equal(timeline.nr_bins, TIMELINE_BINS);
	assert_int_equal(timeline.track[0][0].count, 4);
	assert_int_equal(timeline.track[0][TIMELINE_BINS - 1].count, 2);
	timeline_free(&timeline);
}

static void gaps_are_counted(void **state)
{
	(void)state;
	summary_add_gap(&summary);
	summary_add_gap(&summary);
	assert_int_equal(summary.gaps, 2);
	assert_int_equal(summary.timeline.marks[TIMELINE_GAP][0], 2);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(nothing_is_all_zero),
		TEST(decisions_by_zone_reason_and_device),
		TEST(devices_are_told_apart),
		TEST(operations_by_result),
		TEST(what_is_too_much_is_counted_together),
		TEST(numbers_of_a_domain),
		TEST(gaps_are_counted),
		cmocka_unit_test(ratios_of_extreme_numbers),
		cmocka_unit_test(no_extreme_is_lost),
		cmocka_unit_test(times_may_be_anything),
	};

	return cmocka_run_group_tests_name("trace-summary", tests, NULL, NULL);
}
