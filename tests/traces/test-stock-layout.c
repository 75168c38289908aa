// SPDX-License-Identifier: GPL-2.0
/*
 * What memgroup-kprobes makes of a kernel's BTF, and which kernels it refuses, on BTF that is
 * made here. SEED=N begins the damaged files with another number.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/libbpf.h>
#include <cmocka.h>

#include "definitions.h"
#include "btf-layout.h"

#define DAMAGED_FILES	3000

/* A kernel that fits, but for what is set. */
struct kernel {
	const char *online_name;	/* NULL: online_pages */
	const char *offline_name;	/* NULL: offline_pages */
	const char *second_name;	/* NULL: nr_pages */
	bool extra_parameter;		/* of online_pages() */
	bool int_pages;			/* online_pages() takes 32-bit numbers */
	bool swapped;			/* zone and group */
	bool no_result;
	bool offline_without_zone;	/* as before 5.18 */
	bool zone_unknown;		/* a declaration without members */
	bool array_name;		/* zone.name is no pointer */
	bool bitfield;			/* memory_group.is_dynamic */
	bool no_unit;			/* no memory_group.d.unit_pages */
	bool separate;			/* .s and .d not in a union */
	unsigned int moved;		/* bytes before everything */
};

static struct fault fault;
static struct layout layout;

static int add_group(struct btf *btf, const struct kernel *k, int s32, int u64, int boolean)
{
	const int truth = btf__add_typedef(btf, "bool", boolean);
	int fixed, dynamic, either, group;

	fixed = btf__add_struct(btf, NULL, 8);
	btf__add_field(btf, "max_pages", u64, 0, 0);
	dynamic = btf__add_struct(btf, NULL, 8);
	btf__add_field(btf, k->no_unit ? "steps" : "unit_pages", u64, 0, 0);
	either = k->separate ? btf__add_struct(btf, NULL, 16) : btf__add_union(btf, NULL, 16);
	btf__add_field(btf, "s", fixed, 0, 0);
	btf__add_field(btf, "d", dynamic, k->separate ? 64 : 0, 0);
	group = btf__add_struct(btf, "memory_group", 64 + k->moved);
	btf__add_field(btf, "nid", s32, k->moved * 8, 0);
	btf__add_field(btf, "present_kernel_pages", u64, 192 + k->moved * 8, 0);
	btf__add_field(btf, "is_dynamic", truth, 320 + k->moved * 8, k->bitfield ? 1 : 0);
	btf__add_field(btf, NULL, either, 384 + k->moved * 8, 0);
	return group;
}

static int add_zone(struct btf *btf, const struct kernel *k, int s32, int character)
{
	const int text = btf__add_ptr(btf, btf__add_const(btf, character));
	const int array = btf__add_array(btf, s32, character, 8);
	int pgdat, pointer, zone;

	if (k->zone_unknown)
		return btf__add_fwd(btf, "zone", BTF_FWD_STRUCT);
	pgdat = btf__add_struct(btf, "pglist_data", 4096 + k->moved);
	btf__add_field(btf, "node_id", s32, 2048 * 8 + k->moved * 8, 0);
	pointer = btf__add_ptr(btf, btf__add_typedef(btf, "pg_data_t", pgdat));
	zone = btf__add_struct(btf, "zone", 1024 + k->moved);
	btf__add_field(btf, "zone_pgdat", pointer, 96 * 8 + k->moved * 8, 0);
	btf__add_field(btf, "name", k->array_name ? array : text, 168 * 8 + k->moved * 8, 0);
	return zone;
}

/* Where the types of the parameters are. */
struct types {
	int s32, u64, zone, group;
};

static void add_online(struct btf *btf, const struct kernel *k, const struct types *t)
{
	const int number = k->int_pages ? t->s32 : t->u64;
	const int prototype = btf__add_func_proto(btf, k->no_result ? 0 : t->s32);

	btf__add_func_param(btf, "pfn", number);
	btf__add_func_param(btf, k->second_name ? k->second_name : "nr_pages", number);
	btf__add_func_param(btf, k->swapped ? "group" : "zone", k->swapped ? t->group : t->zone);
	btf__add_func_param(btf, k->swapped ? "zone" : "group", k->swapped ? t->zone : t->group);
	if (k->extra_parameter)
		btf__add_func_param(btf, "flags", t->s32);
	btf__add_func(btf, k->online_name ? k->online_name : "online_pages",
		      BTF_FUNC_GLOBAL, prototype);
}

static void add_offline(struct btf *btf, const struct kernel *k, const struct types *t)
{
	const int prototype = btf__add_func_proto(btf, t->s32);

	btf__add_func_param(btf, "start_pfn", t->u64);
	btf__add_func_param(btf, "nr_pages", t->u64);
	if (!k->offline_without_zone)
		btf__add_func_param(btf, "zone", t->zone);
	btf__add_func_param(btf, "group", t->group);
	btf__add_func(btf, k->offline_name ? k->offline_name : "offline_pages",
		      BTF_FUNC_GLOBAL, prototype);
}

static struct btf *make(const struct kernel *k)
{
	struct btf *btf = btf__new_empty();
	struct types t;
	int character, boolean;

	assert_non_null(btf);
	assert_int_equal(btf__set_pointer_size(btf, 8), 0);
	t.s32 = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	t.u64 = btf__add_int(btf, "long unsigned int", 8, 0);
	character = btf__add_int(btf, "char", 1, BTF_INT_SIGNED);
	boolean = btf__add_int(btf, "_Bool", 1, BTF_INT_BOOL);
	t.zone = btf__add_ptr(btf, add_zone(btf, k, t.s32, character));
	t.group = btf__add_ptr(btf, add_group(btf, k, t.s32, t.u64, boolean));
	add_online(btf, k, &t);
	add_offline(btf, k, &t);
	return btf;
}

static int find(const struct kernel *k)
{
	struct btf *btf = make(k);
	const int err = layout_find(&layout, btf, "FILE", &fault);

	btf__free(btf);
	return err;
}

#define refuses(words, ...) do { \
	assert_true(find(&(struct kernel){ __VA_ARGS__ }) < 0); \
	assert_string_equal(fault.text, "FILE: " words); \
} while (0)

static void defines(const char *expected)
{
	struct definitions definitions;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	definitions_make(&definitions, &layout);
	definitions_print(out, &definitions);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, expected);
	free(text);
}

static void fits(void **state)
{
	(void)state;
	assert_int_equal(find(&(struct kernel){ 0 }), 0);
	defines("p:memgroup_stock/online online_pages start_pfn=$arg1:u64 nr_pages=$arg2:u64 "
		"nid=+2048(+96($arg3)):s32 zone=+0(+168($arg3)):string group=$arg4:x64\n"
		"p:memgroup_stock/offline offline_pages start_pfn=$arg1:u64 nr_pages=$arg2:u64 "
		"nid=+2048(+96($arg3)):s32 zone=+0(+168($arg3)):string group=$arg4:x64\n"
		"p:memgroup_stock/group online_pages group=$arg4:x64 nid=+0($arg4):s32 "
		"dynamic=+40($arg4):u8 pages=+48($arg4):u64\n"
		"p:memgroup_stock/group offline_pages group=$arg4:x64 nid=+0($arg4):s32 "
		"dynamic=+40($arg4):u8 pages=+48($arg4):u64\n"
		"r:memgroup_stock/online_done online_pages result=$retval:s32\n"
		"r:memgroup_stock/offline_done offline_pages result=$retval:s32\n");
}

static void fields_have_moved(void **state)
{
	(void)state;
	assert_int_equal(find(&(struct kernel){ .moved = 72 }), 0);
	assert_int_equal(layout.zone_name, 168 + 72);
	assert_int_equal(layout.zone_pgdat, 96 + 72);
	assert_int_equal(layout.pgdat_node_id, 2048 + 72);
	assert_int_equal(layout.group_nid, 72);
	assert_int_equal(layout.group_is_dynamic, 40 + 72);
	assert_int_equal(layout.group_pages, 48 + 72);
}

/* Linux 5.15 to 5.17. */
static void offline_is_not_told_the_zone(void **state)
{
	(void)state;
	assert_int_equal(find(&(struct kernel){ .offline_without_zone = true }), 0);
	defines("p:memgroup_stock/online online_pages start_pfn=$arg1:u64 nr_pages=$arg2:u64 "
		"nid=+2048(+96($arg3)):s32 zone=+0(+168($arg3)):string group=$arg4:x64\n"
		"p:memgroup_stock/offline offline_pages start_pfn=$arg1:u64 nr_pages=$arg2:u64 "
		"group=$arg3:x64\n"
		"p:memgroup_stock/group online_pages group=$arg4:x64 nid=+0($arg4):s32 "
		"dynamic=+40($arg4):u8 pages=+48($arg4):u64\n"
		"p:memgroup_stock/group offline_pages group=$arg3:x64 nid=+0($arg3):s32 "
		"dynamic=+40($arg3):u8 pages=+48($arg3):u64\n"
		"r:memgroup_stock/online_done online_pages result=$retval:s32\n"
		"r:memgroup_stock/offline_done offline_pages result=$retval:s32\n");
}

static void functions_do_not_fit(void **state)
{
	(void)state;
	refuses("no function online_pages(): such a kernel has CONFIG_MEMORY_HOTPLUG",
		.online_name = "online_folios");
	refuses("no function offline_pages(): such a kernel has CONFIG_MEMORY_HOTREMOVE",
		.offline_name = "offline_folios");
	refuses("online_pages() has 5 parameters, not 4: 5.15 is the first kernel that fits",
		.extra_parameter = true);
	refuses("parameter 1 of online_pages() (pfn) is s32, not u64", .int_pages = true);
	refuses("parameter 2 of online_pages() is end_pfn, not nr_pages",
		.second_name = "end_pfn");
	refuses("parameter 3 of online_pages() (group) is struct memory_group *, not struct zone *",
		.swapped = true);
	refuses("the result of online_pages() is something else, not s32", .no_result = true);
}

static void structures_do_not_fit(void **state)
{
	(void)state;
	refuses("struct zone has no member name", .zone_unknown = true);
	refuses("name of struct zone is something else, not char *", .array_name = true);
	refuses("is_dynamic of struct memory_group is not whole bytes", .bitfield = true);
	refuses("struct memory_group has no member unit_pages", .no_unit = true);
	refuses("max_pages of struct memory_group is at byte 48, but unit_pages at 56",
		.separate = true);
}

/* A structure whose nameless members are itself, twice: as a file may claim. */
static void endless_structure(void **state)
{
	struct btf *btf = btf__new_empty();
	const int number = btf__add_int(btf, "long unsigned int", 8, 0);
	const int integer = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	const int zone = btf__add_struct(btf, "zone", 8);
	int pointer, group, prototype, i;

	(void)state;
	for (i = 0; i < 50; i++)
		btf__add_field(btf, NULL, zone, 0, 0);
	pointer = btf__add_ptr(btf, zone);
	group = btf__add_ptr(btf, btf__add_struct(btf, "memory_group", 8));
	for (i = 0; i < 2; i++) {
		prototype = btf__add_func_proto(btf, integer);
		btf__add_func_param(btf, "start_pfn", number);
		btf__add_func_param(btf, "nr_pages", number);
		btf__add_func_param(btf, "zone", pointer);
		btf__add_func_param(btf, "group", group);
		btf__add_func(btf, i ? "online_pages" : "offline_pages", BTF_FUNC_GLOBAL,
			      prototype);
	}
	assert_true(layout_find(&layout, btf, "FILE", &fault) < 0);
	assert_string_equal(fault.text, "FILE: struct zone has no member name");
	btf__free(btf);
}

static char name[] = "/tmp/memgroup-btf-XXXXXX";

static int make_file(void **state)
{
	const int fd = mkstemp(name);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(name);
}

/* Reads a file with these bytes. */
static int read_bytes(const void *bytes, size_t size)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
	return layout_read(&layout, name, &fault);
}

static void files(void **state)
{
	struct btf *btf = make(&(struct kernel){ 0 });
	const unsigned char *bytes;
	uint32_t size, cut;

	(void)state;
	bytes = btf__raw_data(btf, &size);
	assert_int_equal(read_bytes(bytes, size), 0);
	assert_int_equal(layout.zone_name, 168);
	for (cut = 0; cut < size; cut++) {
		assert_true(read_bytes(bytes, cut) < 0);
		assert_non_null(strstr(fault.text, name));
	}
	btf__free(btf);
	assert_true(read_bytes("#!/bin/sh\necho this is no BTF at all\n", 37) < 0);
	assert_non_null(strstr(fault.text, ": this is no BTF"));
	assert_true(layout_read(&layout, "/nonexistent/btf", &fault) < 0);
	assert_string_equal(fault.text, "/nonexistent/btf: No such file or directory: the "
			    "kernel describes itself if it has CONFIG_DEBUG_INFO_BTF");
	assert_true(layout_read(&layout, "/", &fault) < 0);
}

static int find_in(const void *bytes, uint32_t size)
{
	struct btf *btf = btf__new(bytes, size);
	int err = (int)libbpf_get_error(btf);

	if (!err) {
		err = layout_find(&layout, btf, "FILE", &fault);
		btf__free(btf);
	}
	return err;
}

/* What comes out is of no interest, that it ends is. */
static void damaged_files(void **state)
{
	const char *given = getenv("SEED");
	const unsigned int seed = given ? (unsigned int)strtoul(given, NULL, 0) :
		(unsigned int)time(NULL);
	struct btf *btf = make(&(struct kernel){ 0 });
	unsigned char *damaged;
	const void *bytes;
	uint32_t size;
	int i, j, good = 0;

	(void)state;
	printf("# SEED=%u\n", seed);
	srand(seed);
	bytes = btf__raw_data(btf, &size);
	damaged = malloc(size);
	assert_non_null(damaged);
	for (i = 0; i < DAMAGED_FILES; i++) {
		memcpy(damaged, bytes, size);
		for (j = rand() % 8; j >= 0; j--)
			damaged[(unsigned int)rand() % size] = (unsigned char)rand();
		if (!find_in(damaged, size))
			good++;
	}
	/* Some bytes are of no consequence, but most are. */
	assert_in_range(good, 1, DAMAGED_FILES - 1);
	free(damaged);
	btf__free(btf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fits),
		cmocka_unit_test(fields_have_moved),
		cmocka_unit_test(offline_is_not_told_the_zone),
		cmocka_unit_test(functions_do_not_fit),
		cmocka_unit_test(structures_do_not_fit),
		cmocka_unit_test(endless_structure),
		cmocka_unit_test(files),
		cmocka_unit_test(damaged_files),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
