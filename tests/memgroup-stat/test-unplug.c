// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "unplug.h"
#include "unplug-look.h"

#define PAGE		4096
#define PAGES		4096	/* of a block */
#define BLOCK_BYTES	((uint64_t)PAGES * PAGE)
#define PARTS		8
#define CPU_PAGES	100

static struct unplug_system plain = {
	.page_bytes = PAGE, .free_bytes = UINT64_C(1) << 40,
};

/* A block whose pages are free but those of @use. */
static struct blockers pages_of(enum page_use use, uint64_t count)
{
	struct blockers pages = {};

	pages.pages[PAGE_FREE] = PAGES - count;
	pages.pages[use] += count;
	return pages;
}

static struct unplug_forecast look(const struct unplug_system *system,
				   enum unplug_zone zone, const struct blockers *pages,
				   bool dynamic)
{
	const struct unplug_block block = {
		.bytes = BLOCK_BYTES, .zone = zone, .parts = pages, .nr_parts = 1,
		.cpu_pages = CPU_PAGES, .dynamic = dynamic,
	};
	struct unplug_forecast forecast;

	unplug_block_forecast(system, &block, &forecast);
	return forecast;
}

static void knows_uses(void **state)
{
	static const struct {
		enum unplug_zone zone;
		enum page_use use;
		unsigned int count;
		enum unplug_verdict verdict;
		enum unplug_sureness sureness;
		enum unplug_reason reason;
	} cases[] = {
#define M UNPLUG_IN_MOVABLE
#define K UNPLUG_IN_KERNEL
		{ M, PAGE_FREE, 0, UNPLUG_BACK, UNPLUG_SURE, UNPLUG_FREE },
		{ M, PAGE_MOVABLE, 7, UNPLUG_BACK, UNPLUG_LIKELY, UNPLUG_MOVABLE },
		{ M, PAGE_HELD, 3, UNPLUG_BACK, UNPLUG_UNSURE, UNPLUG_REFERENCES },
		{ M, PAGE_HELD, 300, UNPLUG_HELD, UNPLUG_LIKELY, UNPLUG_REFERENCES },
		{ M, PAGE_HUGE, 512, UNPLUG_BACK, UNPLUG_LIKELY, UNPLUG_HUGE_PAGES },
		{ M, PAGE_HUGE, PAGES, UNPLUG_BACK, UNPLUG_UNSURE, UNPLUG_HUGE_PAGES },
		{ M, PAGE_SLAB, 1, UNPLUG_HELD, UNPLUG_LIKELY, UNPLUG_KERNEL_PAGES },
		{ M, PAGE_TABLE, 1, UNPLUG_HELD, UNPLUG_LIKELY, UNPLUG_KERNEL_PAGES },
		{ M, PAGE_RESERVED, 1, UNPLUG_HELD, UNPLUG_SURE, UNPLUG_RESERVED_PAGES },
		{ M, PAGE_POISONED, 1, UNPLUG_BACK, UNPLUG_LIKELY, UNPLUG_POISON },
		{ M, PAGE_OTHER, 1, UNPLUG_BACK, UNPLUG_UNSURE, UNPLUG_TRANSIT },
		{ M, PAGE_OFFLINE, 1, UNPLUG_HELD, UNPLUG_UNSURE, UNPLUG_DRIVER },
		{ M, PAGE_ABSENT, 1, UNPLUG_HELD, UNPLUG_LIKELY, UNPLUG_ZONES },
		{ M, PAGE_ABSENT, PAGES, UNPLUG_BACK, UNPLUG_UNSURE, UNPLUG_CHANGING },
		{ K, PAGE_FREE, 0, UNPLUG_BACK, UNPLUG_LIKELY, UNPLUG_KERNEL_ZONE },
		{ K, PAGE_MOVABLE, 7, UNPLUG_BACK, UNPLUG_LIKELY, UNPLUG_KERNEL_ZONE },
		{ K, PAGE_HELD, 3, UNPLUG_HELD, UNPLUG_UNSURE, UNPLUG_REFERENCES },
		{ K, PAGE_HELD, 300, UNPLUG_HELD, UNPLUG_LIKELY, UNPLUG_REFERENCES },
		{ K, PAGE_HUGE, 512, UNPLUG_BACK, UNPLUG_UNSURE, UNPLUG_HUGE_PAGES },
		{ K, PAGE_SLAB, 1, UNPLUG_HELD, UNPLUG_LIKELY, UNPLUG_KERNEL_PAGES },
		{ K, PAGE_SLAB, 99, UNPLUG_HELD, UNPLUG_SURE, UNPLUG_KERNEL_PAGES },
		{ K, PAGE_TABLE, 99, UNPLUG_HELD, UNPLUG_SURE, UNPLUG_KERNEL_PAGES },
		{ K, PAGE_OTHER, 99, UNPLUG_HELD, UNPLUG_SURE, UNPLUG_KERNEL_PAGES },
		{ K, PAGE_RESERVED, 1, UNPLUG_HELD, UNPLUG_SURE, UNPLUG_RESERVED_PAGES },
		{ K, PAGE_POISONED, 1, UNPLUG_BACK, UNPLUG_UNSURE, UNPLUG_POISON },
#undef M
#undef K
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct blockers pages = pages_of(cases[i].use, cases[i].count);
		const struct unplug_forecast f = look(&plain, cases[i].zone, &pages, false);
		const bool back = cases[i].verdict == UNPLUG_BACK;

		if (f.verdict != cases[i].verdict || f.sureness != cases[i].sureness ||
		    f.reason != cases[i].reason)
			fail_msg("case %zu: %s, %s, %s", i, unplug_verdict_word(f.verdict),
				 unplug_sureness_word(f.sureness),
				 unplug_reason_word(f.reason));
		assert_int_equal(f.bytes, BLOCK_BYTES);
		assert_int_equal(f.back_bytes, back ? BLOCK_BYTES : 0);
		assert_int_equal(f.least_bytes, back && f.sureness > UNPLUG_UNSURE ?
				 BLOCK_BYTES : 0);
		assert_int_equal(f.most_bytes, back || f.sureness < UNPLUG_SURE ?
				 BLOCK_BYTES : 0);
	}
}

/* Pages without a mark: no more of them are free than CPUs keep in reserve. */
static void knows_unmarked_pages(void **state)
{
	struct blockers pages = pages_of(PAGE_OTHER, CPU_PAGES);
	struct unplug_forecast f;

	(void)state;
	pages.unmarked = CPU_PAGES;
	f = look(&plain, UNPLUG_IN_KERNEL, &pages, false);
	assert_int_equal(f.verdict, UNPLUG_HELD);
	assert_int_equal(f.sureness, UNPLUG_UNSURE);
	assert_int_equal(f.reason, UNPLUG_RESERVES);
	f = look(&plain, UNPLUG_IN_MOVABLE, &pages, false);
	assert_int_equal(f.verdict, UNPLUG_BACK);
	assert_int_equal(f.sureness, UNPLUG_LIKELY);
	pages = pages_of(PAGE_OTHER, CPU_PAGES + 1);
	pages.unmarked = CPU_PAGES + 1;
	f = look(&plain, UNPLUG_IN_KERNEL, &pages, false);
	assert_int_equal(f.sureness, UNPLUG_LIKELY);
	assert_int_equal(f.reason, UNPLUG_KERNEL_PAGES);
	f = look(&plain, UNPLUG_IN_MOVABLE, &pages, false);
	assert_int_equal(f.sureness, UNPLUG_UNSURE);
	assert_int_equal(f.reason, UNPLUG_TRANSIT);
	pages = pages_of(PAGE_OTHER, 2 * CPU_PAGES);
	pages.unmarked = 2 * CPU_PAGES;
	f = look(&plain, UNPLUG_IN_KERNEL, &pages, false);
	assert_int_equal(f.sureness, UNPLUG_SURE);
}

/* They are in kernel zones, and look like any others of a process. */
static void mistrusts_pins(void **state)
{
	const struct blockers movable = pages_of(PAGE_MOVABLE, 9);
	const struct blockers free = pages_of(PAGE_FREE, 0);
	struct unplug_system system = plain;
	struct unplug_forecast f;

	(void)state;
	system.pinned_bytes = PAGE;
	f = look(&system, UNPLUG_IN_KERNEL, &movable, false);
	assert_int_equal(f.verdict, UNPLUG_BACK);
	assert_int_equal(f.sureness, UNPLUG_UNSURE);
	assert_int_equal(f.reason, UNPLUG_PINS);
	f = look(&system, UNPLUG_IN_KERNEL, &free, false);
	assert_int_equal(f.reason, UNPLUG_KERNEL_ZONE);
	f = look(&system, UNPLUG_IN_MOVABLE, &movable, false);
	assert_int_equal(f.reason, UNPLUG_MOVABLE);
}

static void knows_states(void **state)
{
	const struct blockers slab = pages_of(PAGE_SLAB, 900);
	struct unplug_block block = {
		.bytes = BLOCK_BYTES, .zone = UNPLUG_IN_KERNEL, .parts = &slab,
		.nr_parts = 1,
	};
	struct unplug_forecast f;

	(void)state;
	block.state = UNPLUG_IS_OFFLINE;
	block.nr_parts = 0;
	unplug_block_forecast(&plain, &block, &f);
	assert_int_equal(f.verdict, UNPLUG_BACK);
	assert_int_equal(f.sureness, UNPLUG_SURE);
	assert_int_equal(f.back_bytes, BLOCK_BYTES);
	block.state = UNPLUG_IS_CHANGING;
	unplug_block_forecast(&plain, &block, &f);
	assert_int_equal(f.verdict, UNPLUG_BACK);
	assert_int_equal(f.sureness, UNPLUG_UNSURE);
	block.state = UNPLUG_IS_ONLINE;
	unplug_block_forecast(&plain, &block, &f);
	assert_int_equal(f.verdict, UNPLUG_HELD);
	assert_int_equal(f.reason, UNPLUG_UNKNOWN);
	block.nr_parts = 1;
	block.zone = UNPLUG_IN_SEVERAL;
	unplug_block_forecast(&plain, &block, &f);
	assert_int_equal(f.verdict, UNPLUG_HELD);
	assert_int_equal(f.sureness, UNPLUG_SURE);
	assert_int_equal(f.reason, UNPLUG_ZONES);
}

/* Parts of a block of a dynamic device: free, but what the test makes of them. */
static void free_parts(struct blockers *parts)
{
	size_t i;

	for (i = 0; i < PARTS; i++) {
		parts[i] = (struct blockers) {};
		parts[i].pages[PAGE_FREE] = PAGES / PARTS;
	}
}

static void use_part(struct blockers *part, enum page_use use, uint64_t count)
{
	part->pages[PAGE_FREE] -= count;
	part->pages[use] += count;
}

static void gives_parts_back(void **state)
{
	struct blockers parts[PARTS];
	struct unplug_block block = {
		.bytes = BLOCK_BYTES, .zone = UNPLUG_IN_KERNEL, .parts = parts,
		.nr_parts = PARTS, .dynamic = true,
	};
	struct unplug_forecast f;

	(void)state;
	free_parts(parts);
	use_part(&parts[0], PAGE_SLAB, 200);	/* surely stays */
	use_part(&parts[1], PAGE_SLAB, 100);	/* likely */
	use_part(&parts[2], PAGE_OFFLINE, PAGES / PARTS);	/* gone already */
	use_part(&parts[3], PAGE_POISONED, 1);
	use_part(&parts[4], PAGE_MOVABLE, 10);
	unplug_block_forecast(&plain, &block, &f);
	assert_int_equal(f.verdict, UNPLUG_PART);
	assert_int_equal(f.sureness, UNPLUG_LIKELY);
	assert_int_equal(f.reason, UNPLUG_KERNEL_PAGES);
	assert_int_equal(f.bytes, BLOCK_BYTES / PARTS * 7);
	assert_int_equal(f.back_bytes, BLOCK_BYTES / PARTS * 4);
	assert_int_equal(f.least_bytes, 0);
	assert_int_equal(f.most_bytes, BLOCK_BYTES / PARTS * 6);
	assert_int_equal(f.moving_bytes, 10 * PAGE);

	/* A static device does not. */
	block.dynamic = false;
	unplug_block_forecast(&plain, &block, &f);
	assert_int_equal(f.verdict, UNPLUG_HELD);
	assert_int_equal(f.back_bytes, 0);

	/* As a whole it goes whatever its parts are, if it goes. */
	block.dynamic = true;
	free_parts(parts);
	use_part(&parts[2], PAGE_OFFLINE, PAGES / PARTS);
	unplug_block_forecast(&plain, &block, &f);
	assert_int_equal(f.verdict, UNPLUG_BACK);
	assert_int_equal(f.back_bytes, BLOCK_BYTES / PARTS * 7);
	assert_int_equal(f.least_bytes, f.back_bytes);
}

static void add(struct unplug_device *device, enum unplug_zone zone, enum page_use use,
		uint64_t count)
{
	const struct blockers pages = pages_of(use, count);
	const struct unplug_forecast f = look(&plain, zone, &pages, device->dynamic);

	assert_int_equal(unplug_device_add(device, &plain, &f), 0);
}

static void takes_static_devices_as_a_whole(void **state)
{
	struct unplug_device device = {};

	(void)state;
	add(&device, UNPLUG_IN_MOVABLE, PAGE_FREE, 0);
	add(&device, UNPLUG_IN_MOVABLE, PAGE_MOVABLE, 5);
	unplug_device_finish(&device, &plain);
	assert_int_equal(device.sum.verdict, UNPLUG_BACK);
	assert_int_equal(device.sum.sureness, UNPLUG_LIKELY);
	assert_int_equal(device.sum.back_bytes, 2 * BLOCK_BYTES);
	assert_int_equal(device.sum.least_bytes, 2 * BLOCK_BYTES);

	/* One block that is not sure makes all of it so. */
	device = (struct unplug_device) {};
	add(&device, UNPLUG_IN_MOVABLE, PAGE_FREE, 0);
	add(&device, UNPLUG_IN_MOVABLE, PAGE_HELD, 5);
	unplug_device_finish(&device, &plain);
	assert_int_equal(device.sum.sureness, UNPLUG_UNSURE);
	assert_int_equal(device.sum.back_bytes, 2 * BLOCK_BYTES);
	assert_int_equal(device.sum.least_bytes, 0);

	/* The surest that stays is enough. */
	add(&device, UNPLUG_IN_KERNEL, PAGE_SLAB, 1);
	unplug_device_finish(&device, &plain);
	assert_int_equal(device.sum.verdict, UNPLUG_HELD);
	assert_int_equal(device.sum.sureness, UNPLUG_LIKELY);
	assert_int_equal(device.sum.most_bytes, 3 * BLOCK_BYTES);
	device = (struct unplug_device) {};
	add(&device, UNPLUG_IN_MOVABLE, PAGE_FREE, 0);
	add(&device, UNPLUG_IN_KERNEL, PAGE_SLAB, 1);
	add(&device, UNPLUG_IN_KERNEL, PAGE_SLAB, 1000);
	unplug_device_finish(&device, &plain);
	assert_int_equal(device.sum.sureness, UNPLUG_SURE);
	assert_int_equal(device.sum.back_bytes, 0);
	assert_int_equal(device.sum.most_bytes, 0);
	assert_int_equal(device.blocks, 3);
	assert_int_equal(device.held_blocks, 2);

	/* Of nothing, nothing comes back, for sure. */
	device = (struct unplug_device) {};
	unplug_device_finish(&device, &plain);
	assert_int_equal(device.sum.verdict, UNPLUG_BACK);
	assert_int_equal(device.sum.sureness, UNPLUG_SURE);
	assert_int_equal(device.sum.bytes, 0);
}

static void takes_dynamic_devices_in_parts(void **state)
{
	struct unplug_device device = { .dynamic = true };

	(void)state;
	add(&device, UNPLUG_IN_MOVABLE, PAGE_FREE, 0);
	add(&device, UNPLUG_IN_KERNEL, PAGE_SLAB, 1000);
	unplug_device_finish(&device, &plain);
	assert_int_equal(device.sum.verdict, UNPLUG_PART);
	assert_int_equal(device.sum.sureness, UNPLUG_SURE);
	assert_int_equal(device.sum.back_bytes, BLOCK_BYTES);
	add(&device, UNPLUG_IN_MOVABLE, PAGE_MOVABLE, 10);
	unplug_device_finish(&device, &plain);
	assert_int_equal(device.sum.sureness, UNPLUG_LIKELY);
	assert_int_equal(device.sum.back_bytes, 2 * BLOCK_BYTES);
	device = (struct unplug_device) { .dynamic = true };
	add(&device, UNPLUG_IN_KERNEL, PAGE_SLAB, 1000);
	unplug_device_finish(&device, &plain);
	assert_int_equal(device.sum.verdict, UNPLUG_HELD);
}

/* Movable pages must have somewhere to go, outside of the device. */
static void looks_for_room(void **state)
{
	struct unplug_system system = plain;
	struct unplug_device device = {}, dynamic = { .dynamic = true };

	(void)state;
	add(&device, UNPLUG_IN_MOVABLE, PAGE_MOVABLE, 1000);
	system.free_bytes = (PAGES - 1000 + 1000) * PAGE;
	unplug_device_finish(&device, &system);
	assert_int_equal(device.sum.reason, UNPLUG_MOVABLE);

	system.free_bytes -= PAGE;
	system.cache_bytes = PAGE;
	unplug_device_finish(&device, &system);
	assert_int_equal(device.sum.reason, UNPLUG_ROOM);
	assert_int_equal(device.sum.verdict, UNPLUG_BACK);
	assert_int_equal(device.sum.sureness, UNPLUG_UNSURE);

	system.cache_bytes = 0;
	unplug_device_finish(&device, &system);
	assert_int_equal(device.sum.verdict, UNPLUG_HELD);
	assert_int_equal(device.sum.sureness, UNPLUG_LIKELY);
	assert_int_equal(device.sum.back_bytes, 0);

	/* A dynamic one gives as much as there is room for. */
	add(&dynamic, UNPLUG_IN_MOVABLE, PAGE_MOVABLE, 1000);
	unplug_device_finish(&dynamic, &system);
	assert_int_equal(dynamic.sum.verdict, UNPLUG_PART);
	assert_int_equal(dynamic.sum.back_bytes, BLOCK_BYTES - PAGE);
	system.cache_bytes = UINT64_MAX;
	unplug_device_finish(&dynamic, &system);
}

static void refuses_too_much(void **state)
{
	struct unplug_device device = {};
	const struct unplug_forecast f = { .bytes = UINT64_MAX / 2 + 1 };

	(void)state;
	assert_int_equal(unplug_device_add(&device, &plain, &f), 0);
	assert_int_equal(unplug_device_add(&device, &plain, &f), -EOVERFLOW);
}

static uint64_t seed;

static uint64_t random_below(uint64_t limit)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (seed >> 33) % limit;
}

/* Whatever the pages are: the numbers of a forecast fit together. */
static void numbers_fit_together(void **state)
{
	const char *given = getenv("SEED");
	unsigned int round;

	(void)state;
	seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
	print_message("# SEED=%llu\n", (unsigned long long)seed);
	for (round = 0; round < 20000; round++) {
		struct unplug_device device = { .dynamic = random_below(2) };
		struct unplug_system system = {
			.page_bytes = PAGE,
			.free_bytes = random_below(100 * BLOCK_BYTES),
			.cache_bytes = random_below(100 * BLOCK_BYTES),
			.pinned_bytes = random_below(2),
		};
		const uint64_t nr = 1 + random_below(4);
		const struct unplug_forecast *sum = &device.sum;
		uint64_t i;

		for (i = 0; i < nr; i++) {
			struct blockers parts[PARTS];
			struct unplug_block block = {
				.bytes = BLOCK_BYTES,
				.state = (enum unplug_state)random_below(3),
				.zone = (enum unplug_zone)random_below(3),
				.parts = parts, .dynamic = device.dynamic,
				.nr_parts = random_below(8) ? PARTS : 0,
				.cpu_pages = random_below(200),
			};
			struct unplug_forecast f;
			size_t p;

			free_parts(parts);
			for (p = random_below(PARTS); p < PARTS; p++) {
				const enum page_use use =
					(enum page_use)random_below(PAGE_USES);
				const uint64_t count = random_below(PAGES / PARTS + 1);

				use_part(&parts[p], use, count);
				if (use == PAGE_OTHER)
					parts[p].unmarked = random_below(count + 1);
			}
			unplug_block_forecast(&system, &block, &f);
			assert_true(f.bytes <= BLOCK_BYTES);
			assert_true(f.least_bytes <= f.back_bytes);
			assert_true(f.back_bytes <= f.most_bytes);
			assert_true(f.most_bytes <= f.bytes);
			assert_true(f.verdict != UNPLUG_PART || device.dynamic);
			assert_int_equal(f.verdict == UNPLUG_HELD && f.back_bytes, 0);
			assert_int_equal(unplug_device_add(&device, &system, &f), 0);
		}
		unplug_device_finish(&device, &system);
		assert_true(sum->least_bytes <= sum->back_bytes);
		assert_true(sum->back_bytes <= sum->most_bytes);
		assert_true(sum->most_bytes <= sum->bytes);
		assert_int_equal(sum->verdict == UNPLUG_HELD, !sum->back_bytes &&
				 (sum->bytes || device.has_held));
		if (!device.dynamic)
			assert_true(!sum->back_bytes || sum->back_bytes == sum->bytes);
	}
}

static void has_words_for_all(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < UNPLUG_REASONS; i++) {
		assert_non_null(unplug_reason_word((enum unplug_reason)i));
		assert_non_null(unplug_reason_text((enum unplug_reason)i));
		/* It has to fit into the table. */
		assert_true(strlen(unplug_reason_word((enum unplug_reason)i)) <= 14);
	}
	for (i = 0; i < UNPLUG_VERDICTS; i++)
		assert_non_null(unplug_verdict_word((enum unplug_verdict)i));
	for (i = 0; i < UNPLUG_SURENESSES; i++)
		assert_non_null(unplug_sureness_word((enum unplug_sureness)i));
}

static void write_file(const char *name, const char *content)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	fputs(content, f);
	assert_int_equal(fclose(f), 0);
}

/* How many parts a block has if huge pages are of 4 KiB. */
static size_t parts_of(const char *dir, uint64_t block_bytes)
{
	struct unplug_look started;
	struct sysroot root;
	struct fault fault;
	size_t parts;

	assert_int_equal(sysroot_open(&root, dir, &fault), 0);
	assert_int_equal(unplug_look_start(&started, &root, block_bytes, &fault), 0);
	parts = started.nr_parts;
	unplug_look_end(&started);
	sysroot_close(&root);
	return parts;
}

/* Counting them must not take all memory there is. */
static void has_bounded_parts(void **state)
{
	char dir[] = "/tmp/memgroup-test-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	assert_int_equal(mkdir("proc", 0755), 0);
	write_file("proc/kpageflags", "");
	write_file("proc/zoneinfo", "Node 0, zone Normal\n");
	write_file("proc/meminfo", "Hugepagesize: 4 kB\n");
	assert_int_equal(parts_of(dir, UINT64_C(256) << 20), 65536);
	assert_int_equal(parts_of(dir, UINT64_C(512) << 20), 1);
	assert_int_equal(parts_of(dir, UINT64_C(1) << 40), 1);
	assert_int_equal(remove("proc/kpageflags") | remove("proc/zoneinfo") |
			 remove("proc/meminfo") | remove("proc") | remove(dir), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_uses),
		cmocka_unit_test(knows_unmarked_pages),
		cmocka_unit_test(mistrusts_pins),
		cmocka_unit_test(knows_states),
		cmocka_unit_test(gives_parts_back),
		cmocka_unit_test(takes_static_devices_as_a_whole),
		cmocka_unit_test(takes_dynamic_devices_in_parts),
		cmocka_unit_test(looks_for_room),
		cmocka_unit_test(refuses_too_much),
		cmocka_unit_test(numbers_fit_together),
		cmocka_unit_test(has_words_for_all),
		cmocka_unit_test(has_bounded_parts),
	};

	return cmocka_run_group_tests_name("unplug", tests, NULL, NULL);
}
