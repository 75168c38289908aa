// SPDX-License-Identifier: GPL-2.0
/* The planner: large numbers, wrong ones, and what it says about a plan. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plan-advice.h"
#include "plan-tests.h"

/* Large numbers. */

static void a_pebibyte(void **state)
{
	struct plan_config config = config_of(301);
	struct plan *plan = new_plan(&config, GIB(4));
	const struct plan_device *d;
	struct plan_sums sums;
	struct plan_run *runs;
	uint64_t blocks = 0;
	size_t i, nr;

	(void)state;
	plug_dynamic(plan, PIB(1), PIB(1), 0);
	d = plan_find(plan, "v0");
	plan_sum(plan, PLAN_SYSTEM, &sums);
	assert_int_equal((d->kernel_pages + d->movable_pages) * 4096, PIB(1));
	assert_int_equal(sums.kernel + sums.movable, PIB(1) + GIB(4) - RESERVED);
	assert_int_equal(plan_nr_decisions(plan), PIB(1) / MIB(128));
	/* 301 % of what is there when the last block comes, and not much less. */
	assert_true(sums.movable <= sums.kernel / 100 * 301 + 301);
	assert_true(sums.movable + MIB(128) > (sums.kernel - MIB(128)) / 100 * 301);

	/* A few rows say where all of it is. */
	good(plan_list_runs(plan, true, &runs, &nr, &fault));
	assert_true(nr < 10);
	for (i = 0; i < nr; i++)
		blocks += runs[i].turns ? runs[i].kernel_blocks + runs[i].other_blocks :
					  runs[i].last - runs[i].first + 1;
	assert_int_equal(blocks, PIB(1) / MIB(128) + 32);
	free(runs);
	plan_free(plan);
}

/* 64 PiB that fill up at once, at every ratio that there is. */
static void largest_numbers(void **state)
{
	static const uint32_t tried[] = { 1, 100, 301, UINT32_MAX - 1, UINT32_MAX };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(tried) / sizeof(*tried); i++) {
		struct plan_config config = config_of(tried[i]);
		struct plan *plan;
		struct plan_sums sums;

		config.block_bytes = PIB(1) / 64;
		plan = new_plan(&config, PIB(32));
		plug_dynamic(plan, PIB(64), PIB(64), 0);
		plan_sum(plan, PLAN_SYSTEM, &sums);
		assert_int_equal(sums.kernel + sums.movable, PIB(96) - RESERVED);
		if (tried[i] >= 301)
			assert_int_equal(sums.movable, PIB(64));
		else
			assert_in_range(sums.movable, 0, sums.kernel * tried[i] / 100);
		plan_free(plan);
	}
}

static void refuses(struct plan *plan, struct plan_step step, int error, const char *why)
{
	int ret = plan_do(plan, &step, &fault);

	assert_int_equal(ret, -error);
	if (!strstr(fault.text, why))
		fail_msg("\"%s\" does not say \"%s\"", fault.text, why);
}

static void wrong_steps(void **state)
{
	struct plan_config config = config_of(301);
	struct plan *plan = new_plan(&config, GIB(4));
	struct plan_step dimm = {
		.action = PLAN_PLUG_STATIC, .count = 1, .first = PLAN_ANYWHERE,
	}, change = { .action = PLAN_RESIZE }, device = {
		.action = PLAN_PLUG_DYNAMIC, .first = PLAN_ANYWHERE,
	};

	(void)state;
	refuses(plan, dimm, EINVAL, "0 bytes");
	dimm.bytes = MIB(129);
	refuses(plan, dimm, EINVAL, "135266304 bytes is not whole memory blocks");
	dimm.bytes = PLAN_BYTES_MAX;
	refuses(plan, dimm, ERANGE, "128 PiB");
	dimm.bytes = UINT64_MAX / MIB(128) * MIB(128);
	refuses(plan, dimm, ERANGE, "128 PiB");
	dimm.bytes = GIB(1);
	dimm.node = PLAN_NODES_MAX;
	refuses(plan, dimm, EINVAL, "node 1024");
	dimm.node = -1;
	refuses(plan, dimm, EINVAL, "node -1");
	dimm.node = 0;
	dimm.first = 40;
	refuses(plan, dimm, EINVAL, "taken");

	refuses(plan, change, ENOENT, "\"\"");
	strcpy(change.name, "d0");
	plug(plan, GIB(1), 1);
	refuses(plan, change, EINVAL, "one size");
	change.action = PLAN_UNPLUG;
	strcpy(change.name, "d1");
	refuses(plan, change, ENOENT, "\"d1\"");

	device.max_bytes = GIB(1);
	device.bytes = GIB(2);
	refuses(plan, device, EINVAL, "more than the most");
	device.bytes = 0;
	device.unit_bytes = MIB(3);
	refuses(plan, device, EINVAL, "power of two");
	device.unit_bytes = GIB(2);
	refuses(plan, device, EINVAL, "whole units");
	device.unit_bytes = MIB(256);
	strcpy(device.name, "d0");
	refuses(plan, device, EINVAL, "two devices");
	strcpy(device.name, "mem");
	do_step(plan, device);
	strcpy(change.name, "mem");
	refuses(plan, change, EINVAL, "grows and shrinks");
	change.action = PLAN_GROW;
	change.bytes = MIB(128);
	refuses(plan, change, EINVAL, "not a multiple of 268435456");
	change.bytes = GIB(2);
	refuses(plan, change, ENOSPC, "more than the 1073741824");
	change.bytes = UINT64_MAX;
	resize(plan, "mem", MIB(256));
	refuses(plan, change, ERANGE, "16 EiB");
	change.action = PLAN_SHRINK;
	refuses(plan, change, EINVAL, "no more than 268435456");

	refuses(plan, (struct plan_step) { .action = PLAN_BLOCK_ONLINE, .block = 48 },
		EINVAL, "online already");
	refuses(plan, (struct plan_step) { .action = PLAN_BLOCK_OFFLINE, .block = 1 },
		ENOENT, "no device");
	plan_free(plan);
}

static void wrong_machines(void **state)
{
	const struct plan_step dimm = {
		.action = PLAN_PLUG_STATIC, .bytes = PIB(127), .count = 1,
		.first = PLAN_ANYWHERE,
	};
	struct plan_config config = config_of(301);
	uint64_t odd = MIB(100), huge[] = { PLAN_BYTES_MAX, PLAN_BYTES_MAX };
	struct plan *plan;

	(void)state;
	config.block_bytes = MIB(100);
	assert_int_equal(plan_new(&plan, &config, &fault), -EINVAL);
	config.block_bytes = 0;
	assert_int_equal(plan_new(&plan, &config, &fault), -EINVAL);
	config = config_of(301);
	config.page_bytes = 0;
	assert_int_equal(plan_new(&plan, &config, &fault), -EINVAL);
	config = config_of(301);
	good(plan_new(&plan, &config, &fault));
	assert_int_equal(plan_boot_pc(plan, &odd, 1, 0, &fault), -EINVAL);
	assert_int_equal(plan_boot_pc(plan, huge, 2, 0, &fault), -ERANGE);
	assert_int_equal(plan_add_range(plan, &(struct plan_range) {
		.first = 2, .last = 1, .zone = PLAN_NORMAL }, &fault), -EINVAL);
	assert_int_equal(plan_add_memory(plan, 0, &(struct plan_memory) {
		.early_kernel = UINT64_MAX, .movable = UINT64_MAX }, &fault), -ERANGE);
	plan_free(plan);
	config.block_bytes = MIB(16);
	good(plan_new(&plan, &config, &fault));
	refuses(plan, dimm, ERANGE, "plan with larger ones");
	plan_free(plan);
}

/* Turns, told in one row, and told apart. */
static void turns(void **state)
{
	struct plan_config config = config_of(301);
	struct plan *plan = new_plan(&config, GIB(4));
	struct plan_run *runs;
	size_t nr;

	(void)state;
	plug_dynamic(plan, GIB(14), GIB(32), 0);
	good(plan_list_runs(plan, true, &runs, &nr, &fault));
	assert_int_equal(nr, 5);
	assert_int_equal(runs[4].first, 144);
	assert_int_equal(runs[4].last, 159);
	assert_int_equal(runs[4].turns, 4);
	assert_int_equal(runs[4].zone, PLAN_NORMAL);
	assert_int_equal(runs[4].other, PLAN_MOVABLE);
	assert_int_equal(runs[4].kernel_least, 1);
	assert_int_equal(runs[4].kernel_most, 1);
	assert_int_equal(runs[4].other_least, 3);
	assert_int_equal(runs[4].other_most, 3);
	assert_int_equal(runs[4].reason, MEMGROUP_REASON_SYSTEM_RATIO);
	assert_int_equal(runs[4].other_reason, MEMGROUP_REASON_FITS);
	free(runs);
	/* One is no pattern. */
	resize(plan, "v0", GIB(12) + MIB(512));
	resize(plan, "v0", 0);
	resize(plan, "v0", GIB(12) + MIB(512));
	good(plan_list_runs(plan, true, &runs, &nr, &fault));
	assert_int_equal(nr, 6);
	assert_int_equal(runs[4].zone, PLAN_NORMAL);
	assert_int_equal(runs[4].turns, 0);
	assert_int_equal(runs[5].zone, PLAN_MOVABLE);
	assert_int_equal(runs[5].first, 145);
	assert_int_equal(runs[5].reason, MEMGROUP_REASON_FITS);
	free(runs);
	plan_free(plan);
}

/* What is dangerous, and what is not. */
static const struct plan_warning *find_warning(const struct plan_warning *warnings, size_t nr,
					       enum plan_danger danger)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (warnings[i].danger == danger)
			return &warnings[i];
	return NULL;
}

static void warns(struct plan *plan, enum plan_danger danger, uint64_t amount, uint64_t of)
{
	const struct plan_warning *warning;
	struct plan_warning *list;
	size_t nr;

	good(plan_list_warnings(plan, &list, &nr, &fault));
	warning = find_warning(list, nr, danger);
	if (!warning)
		fail_msg("no warning %s", plan_danger_name(danger));
	else if (warning->amount != amount || warning->of != of)
		fail_msg("%s: %llu of %llu", warning->text,
			 (unsigned long long)warning->amount, (unsigned long long)warning->of);
	free(list);
}

static void does_not_warn(struct plan *plan)
{
	struct plan_warning *list;
	size_t nr;

	good(plan_list_warnings(plan, &list, &nr, &fault));
	if (nr)
		fail_msg("%s", list[0].text);
	free(list);
}

static void warnings(void **state)
{
	struct plan_config config = config_of(301);
	const uint64_t boot_kernel = GIB(4) - RESERVED;
	struct plan *plan = new_plan(&config, GIB(4));

	(void)state;
	plug(plan, GIB(4), 2);
	does_not_warn(plan);
	plug(plan, GIB(8), 2);
	warns(plan, PLAN_DANGER_STATIC, GIB(16), GIB(24));
	plan_free(plan);

	/* 16 GiB of memory map for 1 TiB, and 2 GiB for page tables. */
	config = config_of(30000);
	plan = new_plan(&config, GIB(4));
	warns(plan, PLAN_DANGER_RATIO_SET, 30000, 400);
	plug(plan, GIB(60), 1);
	warns(plan, PLAN_DANGER_RATIO, GIB(60) * 100 / boot_kernel, 400);
	warns(plan, PLAN_DANGER_MAP, GIB(1) - RESERVED / 64, boot_kernel);
	plug(plan, GIB(60), 1);
	warns(plan, PLAN_DANGER_TABLES, (GIB(124) - RESERVED) / 64 + GIB(120) / 512,
	      boot_kernel);
	plug(plan, GIB(1024), 1);
	warns(plan, PLAN_DANGER_MAP_FULL, (GIB(1148) - RESERVED) / 64, boot_kernel);
	plan_free(plan);

	config = config_of(301);
	plan = new_plan(&config, GIB(4));
	plug_dynamic(plan, GIB(12) + MIB(512), GIB(16), 0);
	warns(plan, PLAN_DANGER_DYNAMIC, MIB(128), GIB(12) + MIB(512));
	resize(plan, "v0", 0);
	warns(plan, PLAN_DANGER_TAKEN, MIB(128), MIB(128));
	plug(plan, GIB(12), 1);
	warns(plan, PLAN_DANGER_HEADROOM, 41369600, MIB(128));
	plan_free(plan);

	/* Devices of one block may hold their own memory map. */
	config.memmap_on_memory = true;
	plan = new_plan(&config, GIB(4));
	plug(plan, MIB(128), 8);
	assert_int_equal(plan_map_bytes(plan), boot_kernel / 64);
	plug(plan, MIB(256), 1);
	assert_int_equal(plan_map_bytes(plan), (boot_kernel + MIB(256)) / 64);
	plan_free(plan);
}

/* The smallest ratio, and one more or less. */
static bool does(const struct plan *base, const struct plan_step *steps, size_t nr,
		 uint32_t ratio, uint64_t goal)
{
	const struct plan_step set = { .action = PLAN_SET_RATIO, .value = ratio };
	struct plan *plan;
	bool enough;
	size_t i;

	good(plan_copy(base, &plan, &fault));
	good(plan_do(plan, &set, &fault));
	for (i = 0; i < nr; i++)
		good(plan_do(plan, &steps[i], &fault));
	enough = plan_unpluggable_bytes(plan) >= goal;
	plan_free(plan);
	return enough;
}

static void ratios(void **state)
{
	struct plan_config config = config_of(301);
	struct plan *plan = new_plan(&config, GIB(4));
	struct plan_step steps[] = {
		{ .action = PLAN_PLUG_DYNAMIC, .bytes = GIB(60), .max_bytes = GIB(60),
		  .first = PLAN_ANYWHERE },
		{ .action = PLAN_PLUG_STATIC, .bytes = GIB(4), .count = 1,
		  .first = PLAN_ANYWHERE },
	};
	struct plan_ratio found;
	uint64_t size;

	(void)state;
	good(plan_find_ratio(plan, steps, 2, GIB(64), NULL, &found, &fault));
	assert_true(found.found && found.is_least);
	assert_true(does(plan, steps, 2, found.ratio, GIB(64)));
	assert_false(does(plan, steps, 2, found.ratio - 1, GIB(64)));
	assert_int_equal(found.ratio, 1601);
	assert_int_equal(found.kernel_bytes, GIB(4) - RESERVED);
	assert_int_equal(found.map_bytes, (GIB(68) - RESERVED) / 64);
	assert_int_equal(found.left_bytes, found.kernel_bytes - found.map_bytes);
	assert_int_equal(found.table_bytes, GIB(64) / 512);
	assert_int_equal(found.fails_again, 0);
	assert_int_equal(found.tried_to, 3202);

	/* Of one device; of more than there is. */
	good(plan_find_ratio(plan, steps, 2, GIB(60), "v0", &found, &fault));
	assert_int_equal(found.ratio, 1501);
	good(plan_find_ratio(plan, steps, 2, GIB(65), NULL, &found, &fault));
	assert_false(found.found || found.is_least);
	assert_int_equal(found.unpluggable_bytes, GIB(64));

	/* So far away that it is guessed. */
	steps[0].bytes = GIB(4096);
	steps[0].max_bytes = GIB(4096);
	good(plan_find_ratio(plan, steps, 1, GIB(4096), NULL, &found, &fault));
	assert_true(found.found);
	assert_false(found.is_least);
	assert_true(does(plan, steps, 1, found.ratio, GIB(4096)));
	assert_false(does(plan, steps, 1, found.ratio - 1, GIB(4096)));

	good(plan_find_size(plan, GIB(64), &size, &found, &fault));
	/* 12 GiB, then 416 blocks in turns of one KERNEL and three MOVABLE. */
	assert_int_equal(size, GIB(12) + (138 * 4 + 1 + 2) * MIB(128));
	plan_free(plan);
}

/* 4 GiB DIMMs fit until a larger one does, which then takes their place. */
static void more_is_not_always_better(void **state)
{
	struct plan_config config = config_of(301);
	struct plan *plan = new_plan(&config, GIB(4));
	const struct plan_step steps[] = {
		{ .action = PLAN_PLUG_STATIC, .bytes = GIB(6), .count = 1,
		  .first = PLAN_ANYWHERE },
		{ .action = PLAN_PLUG_STATIC, .bytes = GIB(4), .count = 1,
		  .first = PLAN_ANYWHERE },
	};
	struct plan_ratio found;

	(void)state;
	good(plan_find_ratio(plan, steps, 2, GIB(4), "d1", &found, &fault));
	assert_true(found.found && found.is_least);
	assert_int_equal(found.ratio, 101);
	assert_int_equal(found.fails_again, 151);
	plan_free(plan);
}

/* The driver gives back the highest MOVABLE unit first, and KERNEL for want of that. */
static void shrinks_as_the_driver_does(void **state)
{
	struct plan_config config = config_of(100);
	struct plan *plan = new_plan(&config, GIB(1));
	const struct plan_device *d;
	uint64_t size, i;
	unsigned int reason;

	(void)state;
	plug_dynamic(plan, GIB(8), GIB(8), MIB(256));
	d = plan_find(plan, "v0");
	for (size = GIB(8); size; size -= MIB(256)) {
		uint64_t expected = UINT64_MAX;
		enum plan_zone zone, wanted = d->movable_pages ? PLAN_MOVABLE : PLAN_NORMAL;

		for (i = 0; i < d->end; i++)
			if (plan_block(d, i, &reason) == wanted)
				expected = i;
		resize(plan, "v0", size - MIB(256));
		for (i = 0; i < d->end; i++) {
			zone = plan_block(d, i, &reason);
			if (i > expected)
				assert_int_not_equal(zone, wanted);
		}
		assert_int_equal(plan_block(d, expected, &reason), PLAN_ABSENT);
		assert_int_equal(plan_block(d, expected - 1, &reason), PLAN_ABSENT);
	}
	plan_free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pebibyte),
		cmocka_unit_test(largest_numbers),
		cmocka_unit_test(wrong_steps),
		cmocka_unit_test(wrong_machines),
		cmocka_unit_test(turns),
		cmocka_unit_test(warnings),
		cmocka_unit_test(ratios),
		cmocka_unit_test(more_is_not_always_better),
		cmocka_unit_test(shrinks_as_the_driver_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
