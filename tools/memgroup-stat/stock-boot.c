// SPDX-License-Identifier: GPL-2.0
/*
 * Which memory was there at boot.
 *
 * The firmware's own map stays in boot_params (x86). Memory that is added later
 * without a driver, as ACPI does it, gets an entry of its own in firmware/memmap,
 * behind those of the firmware. Both are for every user to read.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grow.h"
#include "stock.h"
#include "units.h"

#define BOOT_PARAMS	"sys/kernel/boot_params"
#define MEMMAP		"sys/firmware/memmap"

/* Of struct boot_params, which is the boot protocol's and does not change. */
#define E820_COUNT	0x1e8
#define E820_TABLE	0x2d0
#define E820_ENTRY	20	/* address, size, type: 8, 8, 4 bytes, little endian */
#define E820_RAM	1
/* More entries than fit are in setup_data of this type. */
#define SETUP_E820_EXT	1

/* Far more than any machine has. */
#define MEMMAP_MAX	65536

int ranges_add(struct ranges *ranges, uint64_t start, uint64_t end,
	       struct fault *fault)
{
	struct range *list = grow(ranges->list, ranges->nr, sizeof(*list));

	if (!list)
		return fault_nomem(fault);
	ranges->list = list;
	ranges->list[ranges->nr++] = (struct range){ start, end };
	return 0;
}

void ranges_free(struct ranges *ranges)
{
	free(ranges->list);
	*ranges = (struct ranges){ 0 };
}

void boot_memory_free(struct boot_memory *boot)
{
	ranges_free(&boot->ram);
	ranges_free(&boot->added);
	*boot = (struct boot_memory){ 0 };
}

static uint64_t little_endian(const char *bytes, size_t size)
{
	uint64_t value = 0;

	while (size--)
		value = value << 8 | (unsigned char)bytes[size];
	return value;
}

static int add_e820(struct boot_memory *boot, const char *table, size_t count,
		    const char *file, struct fault *fault)
{
	size_t i;
	int err = 0;

	for (i = 0; i < count && !err; i++) {
		const char *entry = table + i * E820_ENTRY;
		const uint64_t start = little_endian(entry, 8);
		uint64_t end;

		if (little_endian(entry + 16, 4) != E820_RAM)
			continue;
		if (__builtin_add_overflow(start, little_endian(entry + 8, 8), &end))
			return fault_set(fault, EOVERFLOW, "%s: entry %zu: it ends beyond 64 bits",
					 file, i);
		if (end > start)
			err = ranges_add(&boot->ram, start, end, fault);
	}
	return err;
}

struct setup_listing {
	struct boot_memory *boot;
	struct sysroot *root;
	struct fault *fault;
};

static int add_setup_data(const char *name, void *context)
{
	const struct setup_listing *listing = context;
	struct text data;
	char path[320], type[32];
	uint64_t number;
	int err;

	snprintf(path, sizeof(path), BOOT_PARAMS "/setup_data/%s/type", name);
	err = sysroot_read_word(listing->root, path, type, sizeof(type),
				listing->fault);
	if (err)
		return err;
	if (strncmp(type, "0x", 2) || units_parse_hex(type + 2, &number) ||
	    number != SETUP_E820_EXT)
		return 0;
	snprintf(path, sizeof(path), BOOT_PARAMS "/setup_data/%s/data", name);
	err = sysroot_read(listing->root, path, &data, listing->fault);
	if (err)
		return err;
	err = add_e820(listing->boot, data.data, data.len / E820_ENTRY, path,
		       listing->fault);
	text_free(&data);
	return err;
}

static int by_start(const void *a, const void *b)
{
	const struct range *left = a, *right = b;

	return (left->start > right->start) - (left->start < right->start);
}

/* Neighbours become one, so that a range lies in one or in none. */
static void join(struct ranges *ranges)
{
	size_t i, kept = 0;

	if (!ranges->nr)
		return;
	qsort(ranges->list, ranges->nr, sizeof(*ranges->list), by_start);
	for (i = 1; i < ranges->nr; i++) {
		struct range *last = &ranges->list[kept];
		const struct range *next = &ranges->list[i];

		if (next->start > last->end)
			ranges->list[++kept] = *next;
		else if (next->end > last->end)
			last->end = next->end;
	}
	ranges->nr = kept + 1;
}

static int read_boot_params(struct boot_memory *boot, struct sysroot *root,
			    struct fault *fault)
{
	struct setup_listing listing = { boot, root, fault };
	struct text params;
	size_t count;
	int err;

	err = sysroot_read(root, BOOT_PARAMS "/data", &params, fault);
	if (err)
		return err;
	if (params.len <= E820_COUNT) {
		err = fault_set(fault, EINVAL, "%s/" BOOT_PARAMS "/data: too short",
				root->name);
		goto out;
	}
	count = (unsigned char)params.data[E820_COUNT];
	if (params.len < E820_TABLE + count * E820_ENTRY) {
		err = fault_set(fault, EINVAL, "%s/" BOOT_PARAMS "/data: too short for %zu entries",
				root->name, count);
		goto out;
	}
	err = add_e820(boot, params.data + E820_TABLE, count, BOOT_PARAMS "/data", fault);
	if (!err) {
		err = sysroot_list(root, BOOT_PARAMS "/setup_data", add_setup_data,
				   &listing, fault);
		if (err == -ENOENT)
			err = 0;
	}
	join(&boot->ram);
out:
	text_free(&params);
	return err;
}

/* An entry of firmware/memmap: the kernel numbers them as they come. */
struct memmap_entry {
	uint64_t number;
	struct range range;	/* of RAM that was added; else empty */
};

struct memmap {
	struct memmap_entry *list;
	size_t nr;
	const struct boot_memory *boot;
	struct sysroot folder;
	struct fault *fault;
};

static int read_address(struct memmap *map, uint64_t entry, const char *file,
			uint64_t *address)
{
	char path[64], word[32];
	int err;

	snprintf(path, sizeof(path), "%" PRIu64 "/%s", entry, file);
	err = sysroot_read_word(&map->folder, path, word, sizeof(word), map->fault);
	if (err)
		return err;
	if (strncmp(word, "0x", 2) || units_parse_hex(word + 2, address))
		return fault_set(map->fault, EINVAL, "%s/%s: line 1: no hexadecimal address: \"%s\"",
				 map->folder.name, path, word);
	return 0;
}

/* In as few files as it takes to see that it is of no interest. */
static int read_entry(struct memmap *map, struct memmap_entry *entry)
{
	struct range *range = &entry->range;
	struct text type;
	uint64_t last;
	char path[64];
	bool ram;
	int err;

	snprintf(path, sizeof(path), "%" PRIu64 "/type", entry->number);
	err = sysroot_read(&map->folder, path, &type, map->fault);
	if (err)
		return err;
	ram = !strcmp(type.data, "System RAM\n");
	text_free(&type);
	if (!ram)
		return 0;
	err = read_address(map, entry->number, "start", &range->start);
	if (err || boot_memory_has(map->boot, range->start, range->start)) {
		*range = (struct range){ 0 };
		return err;
	}
	err = read_address(map, entry->number, "end", &last);
	if (err)
		return err;
	if (__builtin_add_overflow(last, 1, &range->end) || range->end <= range->start)
		return fault_set(map->fault, EINVAL, "%s/%" PRIu64 "/end: line 1: it ends before it starts",
				 map->folder.name, entry->number);
	return 0;
}

static int add_entry(const char *name, void *context)
{
	struct memmap_entry entry = { 0 }, *list;
	struct memmap *map = context;
	int err;

	if (units_parse_decimal(name, &entry.number))
		return 0;
	if (map->nr == MEMMAP_MAX)
		return fault_set(map->fault, E2BIG, "%s: more than %d entries",
				 map->folder.name, MEMMAP_MAX);
	err = read_entry(map, &entry);
	/* Memory that is just removed. */
	if (err == -ENOENT || err == -ENODEV)
		return 0;
	if (err)
		return err;
	list = grow(map->list, map->nr, sizeof(*list));
	if (!list)
		return fault_nomem(map->fault);
	map->list = list;
	map->list[map->nr++] = entry;
	return 0;
}

static int by_number(const void *a, const void *b)
{
	const struct memmap_entry *left = a, *right = b;

	return (left->number > right->number) - (left->number < right->number);
}

static int read_added(struct boot_memory *boot, struct sysroot *root,
		      struct fault *fault)
{
	struct memmap map = { .boot = boot, .fault = fault };
	size_t i;
	int err;

	err = sysroot_open_folder(root, MEMMAP, &map.folder, fault);
	if (err)
		return err;
	err = sysroot_list(root, MEMMAP, add_entry, &map, fault);
	if (!err && map.nr)
		qsort(map.list, map.nr, sizeof(*map.list), by_number);
	for (i = 0; i < map.nr && !err; i++) {
		const struct memmap_entry *entry = &map.list[i];

		/* No number is given twice. */
		if (entry->number != i)
			boot->removed = true;
		if (entry->range.end)
			err = ranges_add(&boot->added, entry->range.start,
					 entry->range.end, fault);
	}
	free(map.list);
	sysroot_close(&map.folder);
	return err;
}

int boot_memory_read(struct boot_memory *boot, struct model *model,
		     struct sysroot *root, struct fault *fault)
{
	const char *missing = BOOT_PARAMS;
	int err;

	*boot = (struct boot_memory){ 0 };
	err = read_boot_params(boot, root, fault);
	if (!err) {
		missing = MEMMAP;
		err = read_added(boot, root, fault);
	}
	if (!err) {
		boot->known = true;
		return 0;
	}
	boot_memory_free(boot);
	if (err != -ENOENT && err != -EACCES && err != -EPERM)
		return err;
	return model_note(model, fault, "/%s: %s: memory that ACPI or the administrator added can't be told from boot memory",
			  missing, strerror(-err));
}

bool boot_memory_has(const struct boot_memory *boot, uint64_t start, uint64_t last)
{
	size_t low = 0, high = boot->ram.nr;

	/* The first range that ends behind the start. */
	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (boot->ram.list[middle].end > start)
			high = middle;
		else
			low = middle + 1;
	}
	return low < boot->ram.nr && boot->ram.list[low].start <= last;
}
