// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <linux/kernel-page-flags.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "blockers.h"

#define COUNT(array)	(sizeof(array) / sizeof(*(array)))

/* Larger than what is read at once, and no multiple of it. */
#define BLOCK_PAGES	20000

static char dir[] = "/tmp/blockers-test-XXXXXX";
static struct sysroot root;
static struct fault fault;

/* Of pages of Linux 6.1, where their use was known. */
static const struct {
	uint64_t flags, mapped;
	enum page_use use;
} captured[] = {
	{ 0x100000, 0, PAGE_ABSENT },
	{ 0x400, 0, PAGE_FREE },
	{ 0x5828, 1, PAGE_MOVABLE },		/* anonymous */
	{ 0x586c, 1, PAGE_MOVABLE },
	{ 0x4878, 1, PAGE_MOVABLE },		/* of a tmpfs */
	{ 0x403c, 0, PAGE_MOVABLE },
	{ 0x28, 0, PAGE_MOVABLE },		/* page cache */
	{ 0x82c, 1, PAGE_MOVABLE },
	{ 0x40040d828, 1, PAGE_MOVABLE },	/* a transparent huge page, */
	{ 0x411800, 1, PAGE_MOVABLE },		/* and its tails */
	{ 0x60004582c, 1, PAGE_MOVABLE },	/* locked by mlock() */
	{ 0x40000502c, 0, PAGE_HELD },		/* in a pipe, by vmsplice() */
	{ 0x28000, 0, PAGE_HUGE },		/* hugetlb, free and used */
	{ 0x30000, 0, PAGE_HUGE },
	{ 0x400029808, 1, PAGE_HUGE },
	{ 0x31800, 1, PAGE_HUGE },
	{ 0x80, 0, PAGE_SLAB },
	{ 0x8080, 0, PAGE_SLAB },
	{ 0x4000000, 0, PAGE_TABLE },
	{ 0x100000000, 0, PAGE_RESERVED },
	{ 0x900000000, 0, PAGE_RESERVED },
	{ 0x101000000, 0, PAGE_RESERVED },	/* the zero page */
	{ 0, 0, PAGE_OTHER },
	{ 0x10000, 0, PAGE_OTHER },		/* of a driver */
};

static void knows_captured_pages(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(captured); i++)
		if (page_use(captured[i].flags, captured[i].mapped) !=
		    captured[i].use)
			fail_msg("%#" PRIx64 ", mapped %" PRIu64 ": %d",
				 captured[i].flags, captured[i].mapped,
				 page_use(captured[i].flags, captured[i].mapped));
}

/* As the kernel's documentation has them. */
static void knows_rare_pages(void **state)
{
	const uint64_t anon = 1 << KPF_ANON | 1 << KPF_LRU;

	(void)state;
	assert_int_equal(page_use(1 << KPF_HWPOISON | 1 << KPF_BUDDY, 0),
			 PAGE_POISONED);
	assert_int_equal(page_use(1 << KPF_OFFLINE, 0), PAGE_OFFLINE);
	assert_int_equal(page_use(1 << KPF_ZERO_PAGE | 1 << KPF_THP, 0),
			 PAGE_OTHER);
	/* Swap holds it, not a driver. */
	assert_int_equal(page_use(anon | 1 << KPF_SWAPCACHE, 0), PAGE_MOVABLE);
	assert_int_equal(page_use(anon, 0), PAGE_HELD);
}

static void write_numbers(const char *name, const uint64_t *numbers,
			  size_t count)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(numbers, sizeof(*numbers), count, file), count);
	assert_int_equal(fclose(file), 0);
}

/* Block 1 of a system with @count pages in all. */
static void write_system(const uint64_t *flags, const uint64_t *mapped,
			 size_t count)
{
	write_numbers("root/proc/kpageflags", flags, count);
	write_numbers("root/proc/kpagecount", mapped, count);
}

static uint64_t flags[2 * BLOCK_PAGES], mapped[2 * BLOCK_PAGES];

static uint64_t block_bytes(void)
{
	return BLOCK_PAGES * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void counts_a_block(void **state)
{
	struct blockers blockers;
	uint64_t expected[PAGE_USES] = {};
	size_t i;

	(void)state;
	/* Nothing of block 0 may count. */
	for (i = 0; i < BLOCK_PAGES; i++)
		flags[i] = 1 << KPF_SLAB;
	for (i = 0; i < BLOCK_PAGES; i++) {
		const size_t which = i % COUNT(captured);

		flags[BLOCK_PAGES + i] = captured[which].flags;
		mapped[BLOCK_PAGES + i] = captured[which].mapped;
		expected[captured[which].use]++;
	}
	write_system(flags, mapped, 2 * BLOCK_PAGES);
	assert_int_equal(blockers_read(&root, 1, block_bytes(), &blockers,
				       &fault), 0);
	assert_memory_equal(blockers.pages, expected, sizeof(expected));

	/* The files end with the last page that there is. */
	write_system(flags, mapped, BLOCK_PAGES + 3);
	assert_int_equal(blockers_read(&root, 1, block_bytes(), &blockers,
				       &fault), 0);
	assert_int_equal(blockers.pages[PAGE_ABSENT], BLOCK_PAGES - 2);
	assert_int_equal(blockers_read(&root, 2, block_bytes(), &blockers,
				       &fault), 0);
	assert_int_equal(blockers.pages[PAGE_ABSENT], BLOCK_PAGES);
}

/* Pages that nothing tells about are other pages, and counted once more. */
static void counts_unmarked_pages(void **state)
{
	struct blockers blockers;

	(void)state;
	memset(flags, 0, sizeof(flags));
	memset(mapped, 0, sizeof(mapped));
	flags[0] = UINT64_C(1) << KPF_COMPOUND_HEAD;
	flags[1] = UINT64_C(1) << KPF_COMPOUND_TAIL;
	flags[2] = UINT64_C(1) << KPF_BUDDY;
	write_system(flags, mapped, BLOCK_PAGES);
	assert_int_equal(blockers_read(&root, 0, block_bytes(), &blockers,
				       &fault), 0);
	assert_int_equal(blockers.pages[PAGE_OTHER], BLOCK_PAGES - 1);
	assert_int_equal(blockers.unmarked, BLOCK_PAGES - 3);
	assert_int_equal(blockers_staying(&blockers), BLOCK_PAGES - 1);
}

static void counts_parts(void **state)
{
	struct blockers parts[4], sum = {}, whole;
	const size_t pages = BLOCK_PAGES / 4;
	size_t i, expected[4] = {};

	(void)state;
	for (i = 0; i < BLOCK_PAGES; i++) {
		flags[i] = i % 7 ? 0 : UINT64_C(1) << (i % 2 ? KPF_SLAB : KPF_BUDDY);
		mapped[i] = 0;
		expected[i / pages] += flags[i] == 1 << KPF_SLAB;
	}
	write_system(flags, mapped, BLOCK_PAGES);
	assert_int_equal(blockers_read_parts(&root, 0, block_bytes(), parts, 4,
					     &fault), 0);
	for (i = 0; i < 4; i++) {
		assert_int_equal(parts[i].pages[PAGE_SLAB], expected[i]);
		blockers_add(&sum, &parts[i]);
	}
	assert_int_equal(blockers_read(&root, 0, block_bytes(), &whole, &fault), 0);
	assert_memory_equal(&sum, &whole, sizeof(sum));
	assert_int_equal(blockers_read_parts(&root, 0, block_bytes(), parts, 3,
					     &fault), -EINVAL);
	assert_int_equal(blockers_read_parts(&root, 0, block_bytes(), parts, 0,
					     &fault), -EINVAL);
}

/* The other file is read only where the flags leave it open. */
static void asks_for_mappings_if_it_must(void **state)
{
	const uint64_t anon = 1 << KPF_ANON | 1 << KPF_LRU;
	struct blockers blockers;
	size_t i;

	(void)state;
	for (i = 0; i < BLOCK_PAGES; i++) {
		flags[i] = anon | 1 << KPF_MMAP;
		mapped[i] = 1;
	}
	write_system(flags, mapped, BLOCK_PAGES);
	assert_int_equal(unlink("root/proc/kpagecount"), 0);
	assert_int_equal(blockers_read(&root, 0, block_bytes(), &blockers,
				       &fault), 0);
	assert_int_equal(blockers.pages[PAGE_MOVABLE], BLOCK_PAGES);
	flags[BLOCK_PAGES - 1] = anon;
	write_numbers("root/proc/kpageflags", flags, BLOCK_PAGES);
	assert_int_equal(blockers_read(&root, 0, block_bytes(), &blockers,
				       &fault), -ENOENT);
	assert_string_equal(fault.text,
			    "root/proc/kpagecount: No such file or directory");
	write_system(flags, mapped, BLOCK_PAGES);
	assert_int_equal(blockers_read(&root, 0, block_bytes(), &blockers,
				       &fault), 0);
	assert_int_equal(blockers.pages[PAGE_MOVABLE], BLOCK_PAGES);
	mapped[BLOCK_PAGES - 1] = 0;
	write_system(flags, mapped, BLOCK_PAGES);
	assert_int_equal(blockers_read(&root, 0, block_bytes(), &blockers,
				       &fault), 0);
	assert_int_equal(blockers.pages[PAGE_HELD], 1);
}

static void refuses(void **state)
{
	struct blockers blockers;

	(void)state;
	assert_int_equal(blockers_read(&root, 0, 1, &blockers, &fault), -EINVAL);
	assert_int_equal(blockers_read(&root, UINT64_MAX / 2, block_bytes(),
				       &blockers, &fault), -EINVAL);
	assert_int_equal(blockers_read(&root, 0, UINT64_C(1) << 62, &blockers,
				       &fault), -EINVAL);
	assert_int_equal(unlink("root/proc/kpageflags"), 0);
	assert_int_equal(blockers_read(&root, 1, block_bytes(), &blockers,
				       &fault), -ENOENT);
	assert_string_equal(fault.text,
			    "root/proc/kpageflags: No such file or directory");
	assert_int_equal(mkdir("root/proc/kpageflags", 0700), 0);
	assert_int_equal(blockers_read(&root, 1, block_bytes(), &blockers,
				       &fault), -EINVAL);
	assert_int_equal(rmdir("root/proc/kpageflags"), 0);
}

static void says_what_stays(void **state)
{
	const struct blockers nothing = {
		.pages = { [PAGE_FREE] = 7, [PAGE_MOVABLE] = 9, [PAGE_ABSENT] = 1,
			   [PAGE_OFFLINE] = 5 },
	};
	const struct blockers two = {
		.pages = { [PAGE_FREE] = 30000, [PAGE_SLAB] = 312,
			   [PAGE_TABLE] = 1 },
	};
	const struct blockers all = {
		.pages = { [PAGE_HELD] = 1, [PAGE_HUGE] = 2, [PAGE_SLAB] = 3,
			   [PAGE_TABLE] = 4, [PAGE_RESERVED] = 5,
			   [PAGE_POISONED] = 6, [PAGE_OTHER] = 7 },
	};
	char text[128];

	(void)state;
	blockers_format(&nothing, text, sizeof(text));
	assert_string_equal(text, "");
	assert_string_equal(blockers_most(&nothing), "");
	blockers_format(&two, text, sizeof(text));
	assert_string_equal(text, "slab 312 pages, page tables 1 page");
	assert_string_equal(blockers_most(&two), "slab");
	blockers_format(&all, text, sizeof(text));
	assert_string_equal(text, "other 7 pages, broken 6 pages, reserved 5 pages, page tables 4 pages, slab 3 pages, huge 2 pages, held 1 page");
	/* No part of it by half, however short the text. */
	blockers_format(&all, text, strlen("other 7 pages, broken 6 pages") + 1);
	assert_string_equal(text, "other 7 pages, broken 6 pages");
	blockers_format(&all, text, strlen("other 7 pages, broken 6 pages"));
	assert_string_equal(text, "other 7 pages");
	blockers_format(&all, text, 1);
	assert_string_equal(text, "");
}

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(dir) || chdir(dir) || mkdir("root", 0700) ||
	    mkdir("root/proc", 0700))
		return -1;
	return sysroot_open(&root, "root", &fault);
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int tear_down(void **state)
{
	(void)state;
	sysroot_close(&root);
	return nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_captured_pages),
		cmocka_unit_test(knows_rare_pages),
		cmocka_unit_test(counts_a_block),
		cmocka_unit_test(counts_unmarked_pages),
		cmocka_unit_test(counts_parts),
		cmocka_unit_test(asks_for_mappings_if_it_must),
		cmocka_unit_test(refuses),
		cmocka_unit_test(says_what_stays),
	};

	return cmocka_run_group_tests_name("blockers", tests, set_up, tear_down);
}
