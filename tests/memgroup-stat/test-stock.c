// SPDX-License-Identifier: GPL-2.0
/*
 * The model of kernels without a view of memory groups, from trees made up here: what
 * may be inferred without being read, and files with anything in them.
 */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "iomem.h"
#include "model.h"
#include "stock.h"

#define ALL (MODEL_POLICY | MODEL_GROUPS | MODEL_NODES | MODEL_BLOCKS)
#define BLOCK (128ULL << 20)
#define MEMORY "sys/devices/system/memory"
#define PARAMETERS "sys/module/memory_hotplug/parameters"

static char top[] = "/tmp/memgroup-stat-stock-XXXXXX";

/* A file of the tree; in the order in which they were written. */
struct file {
	char path[96];
	char data[4096];
	size_t len;
};

static struct file files[128];
static size_t nr_files;

static void make_folders(const char *path)
{
	char part[256];
	const char *slash;

	snprintf(part, sizeof(part), "%s", path);
	for (slash = part + strlen(top) + 1; (slash = strchr(slash, '/')); slash++) {
		part[slash - part] = '\0';
		mkdir(part, 0700);
		part[slash - part] = '/';
	}
}

static void put(const char *path, const void *data, size_t len)
{
	char full[256];
	FILE *f;

	snprintf(full, sizeof(full), "%s/%s", top, path);
	make_folders(full);
	f = fopen(full, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static void add(const char *path, const void *data, size_t len)
{
	struct file *file = &files[nr_files++];

	assert_true(nr_files <= sizeof(files) / sizeof(*files));
	assert_true(len <= sizeof(file->data));
	snprintf(file->path, sizeof(file->path), "%s", path);
	memcpy(file->data, data, len);
	file->len = len;
	put(path, data, len);
}

static void add_text(const char *path, const char *text)
{
	add(path, text, strlen(text));
}

static void drop(const char *path)
{
	char full[256];

	snprintf(full, sizeof(full), "%s/%s", top, path);
	assert_int_equal(unlink(full), 0);
}

static void add_block(unsigned int number, const char *state, const char *zone)
{
	char path[96];

	snprintf(path, sizeof(path), MEMORY "/memory%u/state", number);
	add_text(path, state);
	if (!zone)
		return;
	snprintf(path, sizeof(path), MEMORY "/memory%u/valid_zones", number);
	add_text(path, zone);
}

static void e820(char *entry, uint64_t start, uint64_t size, uint32_t type)
{
	memcpy(entry, &start, 8);
	memcpy(entry + 8, &size, 8);
	memcpy(entry + 16, &type, 4);
}

/*
 * Blocks 0 to 3 are boot memory, the last of them told of in setup_data; 8 and 9 are
 * virtio0's, 16 was added by ACPI. Normal ends behind 9, Movable is 9 and 16.
 */
static void make_tree(void)
{
	char params[4096] = { 0 }, ext[20];

	nr_files = 0;
	params[0x1e8] = 2;
	e820(params + 0x2d0, 0, 3 * BLOCK, 1);
	e820(params + 0x2d0 + 20, 20 * BLOCK, BLOCK, 2);
	e820(ext, 3 * BLOCK, BLOCK, 1);
	add("sys/kernel/boot_params/data", params, sizeof(params));
	add_text("sys/kernel/boot_params/setup_data/0/type", "0x9\n");
	add_text("sys/kernel/boot_params/setup_data/1/type", "0x1\n");
	add("sys/kernel/boot_params/setup_data/1/data", ext, sizeof(ext));
	add_text("sys/firmware/memmap/0/type", "System RAM\n");
	add_text("sys/firmware/memmap/0/start", "0x0\n");
	add_text("sys/firmware/memmap/0/end", "0x1fffffff\n");
	add_text("sys/firmware/memmap/1/type", "Reserved\n");
	add_text("sys/firmware/memmap/2/type", "System RAM\n");
	add_text("sys/firmware/memmap/2/start", "0x80000000\n");
	add_text("sys/firmware/memmap/2/end", "0x87ffffff\n");
	add_text("sys/bus/acpi/devices/PNP0C80:03/status", "15\n");
	add_text("sys/bus/virtio/drivers/virtio_mem/virtio0", "");
	add_text(PARAMETERS "/online_policy", "auto-movable\n");
	add_text(PARAMETERS "/auto_movable_ratio", "301\n");
	add_text(PARAMETERS "/auto_movable_numa_aware", "Y\n");
	add_text("proc/iomem", "00000000-1fffffff : System RAM\n"
		 "40000000-7fffffff : virtio0\n"
		 "  40000000-4fffffff : System RAM (virtio_mem)\n"
		 "80000000-87ffffff : System RAM\n");
	add_text("proc/meminfo", "MemTotal: 917504 kB\n");
	add_text("proc/zoneinfo",
		 "Node 0, zone Normal\n"
		 "  pages free 1\n        spanned 327680\n        present 163840\n"
		 "        managed 163840\n  start_pfn: 0\n"
		 "Node 0, zone Movable\n"
		 "  pages free 1\n        spanned 262144\n        present 65536\n"
		 "        managed 65536\n  start_pfn: 294912\n");
	add_text(MEMORY "/block_size_bytes", "8000000\n");
	add_block(0, "online\n", "Normal\n");
	add_block(1, "online\n", "Normal\n");
	add_block(2, "online\n", "Normal\n");
	add_block(3, "online\n", "Normal\n");
	add_block(8, "online\n", "Normal\n");
	add_block(9, "online\n", "Movable\n");
	add_block(16, "online\n", "Movable\n");
}

static int remove_tree(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s/*", top);
	return system(command);
}

static int setup(void **state)
{
	(void)state;
	if (remove_tree())
		return -1;
	make_tree();
	return 0;
}

static int group_setup(void **state)
{
	(void)state;
	return mkdtemp(top) ? 0 : -1;
}

static int group_teardown(void **state)
{
	(void)state;
	return remove_tree() ?: rmdir(top);
}

static int read_tree(struct model *model, struct fault *fault)
{
	struct sysroot root;
	int err;

	assert_int_equal(sysroot_open(&root, top, fault), 0);
	err = model_read_stock(model, &root, ALL, fault);
	sysroot_close(&root);
	return err;
}

static void read_good(struct model *model)
{
	struct fault fault = { "" };
	const int err = read_tree(model, &fault);

	if (err)
		print_error("%s\n", fault.text);
	assert_int_equal(err, 0);
}

static const struct group *find(const struct model *model, const char *device)
{
	size_t i;

	for (i = 0; i < model->nr_groups; i++)
		if (model->groups[i].device && !strcmp(model->groups[i].device, device))
			return &model->groups[i];
	fail_msg("no %s", device);
	return NULL;
}

static void tells_devices_apart(void **state)
{
	const struct group *g;
	struct model model;

	(void)state;
	read_good(&model);
	assert_int_equal(model.from, FROM_SYSFS);
	assert_int_equal(model.nr_groups, 2);
	assert_int_equal(model.nr_notes, 0);
	g = find(&model, "virtio0");
	assert_string_equal(g->type, "dynamic");
	assert_int_equal(g->kernel, BLOCK);
	assert_int_equal(g->movable, BLOCK);
	assert_false(g->max.set);
	g = find(&model, "PNP0C80:03");
	assert_string_equal(g->type, "static");
	assert_int_equal(g->movable, BLOCK);
	assert_int_equal(g->max.value, BLOCK);
	assert_string_equal(g->known_from, "memmap: the only DIMM");
	/* Five blocks of kernel memory, one of them not from boot. */
	assert_int_equal(model.nodes[0].kernel, 5 * BLOCK);
	assert_int_equal(model.nodes[0].early_kernel, 4 * BLOCK);
	assert_true(model.nodes[0].headroom.set);
	assert_int_equal(model.nodes[0].dynamic_kernel, BLOCK);
	assert_int_equal(model.nr_blocks, 7);
	assert_int_equal(model.blocks[6].zone, ZONE_MOVABLE);
	assert_int_equal(model.blocks[3].group, NO_GROUP);
	model_free(&model);
}

/* With every page present no state is asked for, and no zone where there is no choice. */
static void reads_no_more_than_it_must(void **state)
{
	struct model model;

	(void)state;
	drop(MEMORY "/memory8/state");
	drop(MEMORY "/memory9/state");
	drop(MEMORY "/memory8/valid_zones");
	drop(MEMORY "/memory16/valid_zones");
	read_good(&model);
	assert_int_equal(model.nr_blocks, 7);
	assert_int_equal(model.blocks[4].zone, ZONE_NORMAL);
	assert_int_equal(model.blocks[6].zone, ZONE_MOVABLE);
	model_free(&model);
	/* In block 9 both zones may be. */
	drop(MEMORY "/memory9/valid_zones");
	read_good(&model);
	assert_int_equal(model.nr_blocks, 6);
	model_free(&model);
}

static void set_present(const char *pages)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "Node 0, zone Normal\n"
		 "  pages free 1\n        spanned 327680\n        present %s\n"
		 "        managed 163840\n  start_pfn: 0\n"
		 "Node 0, zone Movable\n"
		 "  pages free 1\n        spanned 262144\n        present 65536\n"
		 "        managed 65536\n  start_pfn: 294912\n", pages);
	put("proc/zoneinfo", text, strlen(text));
}

static void asks_for_states_when_pages_are_missing(void **state)
{
	struct model model;

	(void)state;
	/* A page less than what an offline block takes away: holes. */
	set_present("131073");
	put(MEMORY "/memory8/state", "offline\n", 8);
	read_good(&model);
	assert_int_equal(model.blocks[4].state, BLOCK_ONLINE);
	model_free(&model);
	set_present("131072");
	read_good(&model);
	assert_int_equal(model.blocks[4].state, BLOCK_OFFLINE);
	assert_int_equal(find(&model, "virtio0")->offline, BLOCK);
	model_free(&model);
	/* Kernel memory of later than boot that the zones do not have. */
	put(MEMORY "/memory8/state", "online\n", 7);
	set_present("32767");
	assert_int_equal(read_tree(&model, &(struct fault){ "" }), -EAGAIN);
}

static void finds_ranges(void **state)
{
	struct range ram[] = { { 0, 10 }, { 20, 30 } };
	struct boot_memory boot = { .ram = { ram, 2 } };
	struct owned_range list[] = { { 5, 10, 1 }, { 10, 20, 2 }, { 30, 31, 3 } };
	struct owned_ranges owned = { .list = list, .nr = 3 };

	(void)state;
	assert_true(boot_memory_has(&boot, 9, 9));
	assert_false(boot_memory_has(&boot, 10, 19));
	assert_true(boot_memory_has(&boot, 10, 20));
	assert_true(boot_memory_has(&boot, 29, UINT64_MAX));
	assert_false(boot_memory_has(&boot, 30, UINT64_MAX));
	assert_int_equal(owned_ranges_group(&owned, 4), NO_GROUP);
	assert_int_equal(owned_ranges_group(&owned, 9), 1);
	assert_int_equal(owned_ranges_group(&owned, 10), 2);
	assert_int_equal(owned_ranges_group(&owned, 20), NO_GROUP);
	assert_int_equal(owned_ranges_group(&owned, 30), 3);
	assert_int_equal(owned_ranges_group(&owned, UINT64_MAX), NO_GROUP);
}

static void names_drivers(void **state)
{
	static const struct {
		const char *name, *driver;
	} t[] = {
		{ "System RAM (kmem)", "kmem" }, { "System RAM", NULL },
		{ "System RAM ()", NULL }, { "System RAM (", NULL },
		{ "System RAM (kmem", NULL }, { "My System RAM (kmem)", NULL },
		{ "System RAM (much-too-long)", "much-too" },
	};
	char driver[9];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(*t); i++) {
		const struct iomem_entry entry = { .name = t[i].name };

		assert_int_equal(iomem_driver(&entry, driver, sizeof(driver)),
				 t[i].driver != NULL);
		if (t[i].driver)
			assert_string_equal(driver, t[i].driver);
	}
}

/* Changes a byte or more, cuts the end, or repeats a part. */
static size_t spoil(char *data, size_t len, size_t room)
{
	static const char bytes[] = "0189afx- \n:(\0\xff";
	size_t i, n = 1 + (size_t)rand() % 4;

	switch (rand() % 4) {
	case 0:
		return len ? (size_t)rand() % len : 0;
	case 1:
		if (2 * len <= room)
			memcpy(data + len, data, len);
		return 2 * len <= room ? 2 * len : len;
	default:
		for (i = 0; i < n && len; i++)
			data[(size_t)rand() % len] =
				bytes[(size_t)rand() % (sizeof(bytes) - 1)];
		return len;
	}
}

/* Whatever is in the files: a model that can be freed, or words on what is wrong. */
static void survives_anything(void **state)
{
	const char *given = getenv("SEED");
	const unsigned int seed = given ? (unsigned int)strtoul(given, NULL, 0) :
					  (unsigned int)time(NULL);
	unsigned int good = 0, bad = 0, i;

	(void)state;
	print_message("# SEED=%u does the same again\n", seed);
	srand(seed);
	for (i = 0; i < 1500; i++) {
		const struct file *file = &files[(size_t)rand() % nr_files];
		struct fault fault = { "" };
		struct model model;
		char data[8192];
		size_t len;

		memcpy(data, file->data, file->len);
		len = spoil(data, file->len, sizeof(data));
		put(file->path, data, len);
		if (!read_tree(&model, &fault)) {
			good++;
			model_free(&model);
		} else {
			bad++;
			assert_true(fault.text[0] != '\0');
			/* It names a file. */
			assert_non_null(strchr(fault.text, '/'));
		}
		put(file->path, file->data, file->len);
	}
	assert_true(good > 100);
	assert_true(bad > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(tells_devices_apart, setup),
		cmocka_unit_test_setup(reads_no_more_than_it_must, setup),
		cmocka_unit_test_setup(asks_for_states_when_pages_are_missing, setup),
		cmocka_unit_test(finds_ranges),
		cmocka_unit_test(names_drivers),
		cmocka_unit_test_setup(survives_anything, setup),
	};

	return cmocka_run_group_tests_name("stock", tests, group_setup, group_teardown);
}
