// SPDX-License-Identifier: GPL-2.0
#include "unplug-look.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "units.h"

#define FLAGS		"proc/kpageflags"
#define MEMINFO		"proc/meminfo"

/* No block is larger. */
#define BLOCK_MAX	(UINT64_C(1) << 40)

/* The kernel's page blocks are no larger, where there are no huge pages to tell. */
#define PART_MAX	(UINT64_C(4) << 20)

/* Of a block: those of 2 GiB have 32768 with 64 KiB pages as huge pages. */
#define PARTS_MAX	65536

/*
 * The number of KiB behind "NAME:", which begins a line, in bytes; 0 without one, or for
 * what is no number.
 */
static uint64_t kib_of(const char *text, const char *name)
{
	const size_t len = strlen(name);
	const char *line = text;
	uint64_t value;

	while (line && (strncmp(line, name, len) || line[len] != ':')) {
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	if (line) {
		char digits[24];
		size_t used;

		line += len + 1;
		line += strspn(line, " \t");
		used = strspn(line, "0123456789");
		if (used >= sizeof(digits))
			return 0;
		memcpy(digits, line, used);
		digits[used] = '\0';
		if (!units_parse_decimal(digits, &value) &&
		    !__builtin_mul_overflow(value, UINT64_C(1024), &value))
			return value;
	}
	return 0;
}

/* What process @name says it had pinned. Processes come and go: no error. */
static int add_pins(const char *name, void *context)
{
	struct unplug_look *look = context;
	char path[32];
	struct text text;
	struct fault ignored;
	uint64_t pid;

	if (units_parse_decimal(name, &pid))
		return 0;
	snprintf(path, sizeof(path), "proc/%" PRIu64 "/status", pid);
	if (sysroot_read(look->root, path, &text, &ignored))
		return 0;
	if (__builtin_add_overflow(look->system.pinned_bytes, kib_of(text.data, "VmPin"),
				   &look->system.pinned_bytes))
		look->system.pinned_bytes = UINT64_MAX;
	text_free(&text);
	return 0;
}

/* One page block of the kernel, as far as that can be known. */
static int read_part_size(struct unplug_look *look, struct fault *fault)
{
	uint64_t huge, pages = look->block_bytes / look->system.page_bytes;
	struct text text;
	int ret;

	ret = sysroot_read(look->root, MEMINFO, &text, fault);
	if (ret)
		return ret;
	huge = kib_of(text.data, "Hugepagesize");
	text_free(&text);
	look->part_bytes = huge && huge < PART_MAX ? huge : PART_MAX;
	look->nr_parts = look->block_bytes / look->part_bytes;
	if (!look->nr_parts || look->nr_parts > PARTS_MAX ||
	    look->block_bytes % look->part_bytes || pages % look->nr_parts) {
		look->part_bytes = look->block_bytes;
		look->nr_parts = 1;
	}
	return 0;
}

static int read_zones(struct unplug_look *look, struct fault *fault)
{
	struct unplug_system *system = &look->system;
	uint64_t free = 0, cache = 0;
	size_t i;
	int ret;

	ret = zoneinfo_read(look->root, &look->zones, fault);
	for (i = 0; !ret && i < look->zones.count; i++) {
		const struct zone_pages *zone = &look->zones.list[i];

		if (__builtin_add_overflow(free, zone->free, &free) ||
		    __builtin_add_overflow(cache, zone->inactive_file, &cache) ||
		    __builtin_add_overflow(cache, zone->active_file, &cache))
			ret = -EOVERFLOW;
	}
	if (!ret && (__builtin_mul_overflow(free, system->page_bytes, &system->free_bytes) ||
		     __builtin_mul_overflow(cache, system->page_bytes,
					    &system->cache_bytes)))
		ret = -EOVERFLOW;
	if (ret == -EOVERFLOW)
		fault_set(fault, EOVERFLOW, "%s/proc/zoneinfo: more free pages than there can be",
			  look->root->name);
	return ret;
}

/* Somebody who may not read them is told what it takes. */
static int try_flags(struct unplug_look *look, struct fault *fault)
{
	uint64_t flags;
	size_t done;
	int ret;

	ret = sysroot_read_at(look->root, FLAGS, 0, &flags, sizeof(flags), &done, fault);
	if (ret == -ENOENT)
		return fault_set(fault, ENOENT,
				 "%s/" FLAGS ": not there: what pages are used for is told by kernels with CONFIG_PROC_PAGE_MONITOR",
				 look->root->name);
	if (ret == -EACCES || ret == -EPERM)
		return fault_set(fault, -ret,
				 "%s/" FLAGS ": %s: what pages are used for is told to root alone",
				 look->root->name, strerror(-ret));
	return ret;
}

int unplug_look_start(struct unplug_look *look, struct sysroot *root,
		      uint64_t block_bytes, struct fault *fault)
{
	int ret;

	*look = (struct unplug_look) {
		.root = root,
		.system.page_bytes = (uint64_t)sysconf(_SC_PAGESIZE),
		.block_bytes = block_bytes,
	};
	if (block_bytes < look->system.page_bytes ||
	    block_bytes % look->system.page_bytes || block_bytes > BLOCK_MAX)
		return fault_set(fault, EINVAL,
				 "there are no memory blocks of %" PRIu64 " bytes, with pages of %" PRIu64,
				 block_bytes, look->system.page_bytes);
	ret = try_flags(look, fault);
	if (!ret)
		ret = read_zones(look, fault);
	if (!ret)
		ret = read_part_size(look, fault);
	if (!ret)
		ret = sysroot_list(root, "proc", add_pins, look, fault);
	if (ret)
		return ret;
	look->parts = calloc(look->nr_parts, sizeof(*look->parts));
	return look->parts ? 0 : fault_nomem(fault);
}

void unplug_look_end(struct unplug_look *look)
{
	free(look->parts);
	look->parts = NULL;
}

int unplug_look_block(struct unplug_look *look, uint64_t number,
		      enum unplug_state state, const char *zone, int node,
		      bool dynamic, struct unplug_forecast *forecast,
		      struct fault *fault)
{
	struct unplug_block block = {
		.bytes = look->block_bytes,
		.state = state,
		.zone = UNPLUG_IN_SEVERAL,
		.dynamic = dynamic,
	};
	const struct zone_pages *pages = NULL;
	int ret;

	if (zone && state == UNPLUG_IS_ONLINE) {
		block.zone = strcmp(zone, "Movable") ? UNPLUG_IN_KERNEL :
						       UNPLUG_IN_MOVABLE;
		pages = zoneinfo_find(&look->zones, node < 0 ? 0 : (uint64_t)node, zone);
	}
	if (pages)
		block.cpu_pages = pages->cpu_lists;
	if (state != UNPLUG_IS_OFFLINE) {
		block.nr_parts = dynamic ? look->nr_parts : 1;
		block.parts = look->parts;
		ret = blockers_read_parts(look->root, number, look->block_bytes,
					  look->parts, block.nr_parts, fault);
		if (ret)
			return ret;
	}
	unplug_block_forecast(&look->system, &block, forecast);
	return 0;
}

int unplug_look_memory_block(struct unplug_look *look, const struct memory_block *block,
			     bool dynamic, struct unplug_forecast *forecast,
			     struct fault *fault)
{
	static const enum unplug_state states[NR_BLOCK_STATES] = {
		[BLOCK_ONLINE] = UNPLUG_IS_ONLINE,
		[BLOCK_OFFLINE] = UNPLUG_IS_OFFLINE,
		[BLOCK_GOING_OFFLINE] = UNPLUG_IS_CHANGING,
	};
	const char *zone = zone_kind_name(block->zone);

	/* One that we have no name for is no ZONE_MOVABLE. */
	if (block->zone == ZONE_UNKNOWN)
		zone = "unknown";
	return unplug_look_block(look, block->number, states[block->state], zone,
				 block->node, dynamic, forecast, fault);
}
