// SPDX-License-Identifier: GPL-2.0
#include "../hotplug-vm/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "headroom.h"

/* A machine whose pages have 4096 bytes. */
#define PAGES(n) ((n) * (uint64_t)sysconf(_SC_PAGESIZE))

#define DMA32								\
	"Node 0, zone    DMA32\n"					\
	"  per-node stats\n"						\
	"      nr_inactive_anon 111111\n"				\
	"      nr_inactive_file 222222\n"				\
	"  pages free     1000\n"					\
	"        boost    0\n"						\
	"        present  524158\n"					\
	"        protection: (0, 0, 1000, 1000, 1000)\n"		\
	"      nr_free_pages 1000\n"					\
	"      nr_zone_inactive_anon 5\n"				\
	"      nr_zone_inactive_file 30\n"				\
	"      nr_zone_active_file 20\n"				\
	"      nr_zone_unevictable 7\n"					\
	"      nr_zone_write_pending 10\n"				\
	"      nr_free_cma  100\n"					\
	"  pagesets\n"							\
	"    cpu: 0\n"							\
	"              count: 77\n"
#define NORMAL								\
	"Node 1, zone   Normal\n"					\
	"  pages free     2000\n"						\
	"        present  3000\n"					\
	"      nr_free_pages 2000\n"					\
	"      nr_zone_inactive_file 3\n"				\
	"      nr_zone_active_file 0\n"					\
	"      nr_zone_write_pending 4\n"				\
	"      nr_free_cma  0\n"
#define MOVABLE								\
	"Node 1, zone  Movable\n"					\
	"  pages free     30000\n"					\
	"        present  40000\n"					\
	"      nr_free_pages 30000\n"					\
	"      nr_zone_inactive_file 500\n"				\
	"      nr_zone_active_file 500\n"				\
	"      nr_zone_write_pending 0\n"				\
	"      nr_free_cma  0\n"
#define UNPOPULATED							\
	"Node 1, zone   Device\n"					\
	"  pages free     0\n"						\
	"        present  0\n"

static char folder[] = "/tmp/headroom-test-XXXXXX";
static struct sysroot root;
static struct fault fault;

static void put(const char *text, size_t len)
{
	const int fd = openat(root.fd, "proc/zoneinfo",
			      O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
}

static void read_and_compare(const char *text, uint64_t kernel, uint64_t movable)
{
	struct headroom headroom;

	put(text, strlen(text));
	assert_int_equal(headroom_read(&root, &headroom, &fault), 0);
	assert_int_equal(headroom.kernel, PAGES(kernel));
	assert_int_equal(headroom.movable, PAGES(movable));
}

/* Free pages but those of CMA, and the part of the page cache that is written. */
static void kernel_zones(void **state)
{
	(void)state;
	read_and_compare(DMA32, 900 + 40, 100);
	/* More that waits to be written than there is: the counters lag. */
	read_and_compare(NORMAL, 2000, 0);
	read_and_compare(DMA32 UNPOPULATED NORMAL, 940 + 2000, 100);
}

/* Only what is free. */
static void movable_zone(void **state)
{
	(void)state;
	read_and_compare(MOVABLE, 0, 30000);
	read_and_compare(DMA32 NORMAL MOVABLE, 2940, 30100);
	read_and_compare(MOVABLE UNPOPULATED DMA32, 940, 30100);
}

static void as_a_live_system_has_it(void **state)
{
	struct sysroot live;
	struct headroom headroom;

	(void)state;
	assert_int_equal(sysroot_open(&live, NULL, &fault), 0);
	assert_int_equal(headroom_read(&live, &headroom, &fault), 0);
	assert_true(headroom.kernel > 0);
	assert_true(headroom.kernel <
		    PAGES((uint64_t)sysconf(_SC_PHYS_PAGES)));
	sysroot_close(&live);
}

static void what_lacks_numbers(void **state)
{
	struct headroom headroom = { .kernel = 1, .movable = 2 };

	(void)state;
	put("", 0);
	assert_int_equal(headroom_read(&root, &headroom, &fault), -EINVAL);
	assert_non_null(strstr(fault.text, "proc/zoneinfo"));
	put(UNPOPULATED, strlen(UNPOPULATED));
	assert_int_equal(headroom_read(&root, &headroom, &fault), -EINVAL);
	assert_int_equal(unlinkat(root.fd, "proc/zoneinfo", 0), 0);
	assert_int_equal(headroom_read(&root, &headroom, &fault), -ENOENT);
	assert_int_equal(headroom.kernel, 1);
	assert_int_equal(headroom.movable, 2);
}

static void anything_at_all(void **state)
{
	char text[] = DMA32 NORMAL MOVABLE;
	struct headroom headroom;
	unsigned int i, n;
	int ret;

	(void)state;
	seed();
	for (n = 0; n < 300; n++) {
		for (i = 0; i < 4; i++)
			text[(size_t)rand() % (sizeof(text) - 1)] = (char)rand();
		put(text, sizeof(text) - 1);
		ret = headroom_read(&root, &headroom, &fault);
		assert_true(!ret || ret == -EINVAL);
	}
}

static int make_tree(void **state)
{
	(void)state;
	if (!mkdtemp(folder) || sysroot_open(&root, folder, &fault))
		return -1;
	return mkdirat(root.fd, "proc", 0700);
}

static int remove_tree(void **state)
{
	(void)state;
	unlinkat(root.fd, "proc/zoneinfo", 0);
	unlinkat(root.fd, "proc", AT_REMOVEDIR);
	sysroot_close(&root);
	return rmdir(folder);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernel_zones),
		cmocka_unit_test(movable_zone),
		cmocka_unit_test(as_a_live_system_has_it),
		cmocka_unit_test(what_lacks_numbers),
		cmocka_unit_test(anything_at_all),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
