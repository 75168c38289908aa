// SPDX-License-Identifier: GPL-2.0
#include "unplug.h"

#include <errno.h>

/*
 * So many pages of the kernel's own do not go within a moment: it is sure that they
 * stay. In a part of a block they may have to stand for all of them, and the driver of a
 * dynamic device tries for longer.
 */
#define MANY_PAGES		16
#define MANY_PAGES_OF_PART	128

/*
 * So few pages of processes that are mapped nowhere may just have been let go, and wait
 * in the lists of a CPU, which are emptied first. A pipe or a driver holds more.
 */
#define FEW_HELD	64

struct judgement {
	bool back;
	enum unplug_sureness sureness;
	enum unplug_reason reason;
};

static const struct {
	const char *word, *text;
} reasons[UNPLUG_REASONS] = {
	[UNPLUG_OFFLINE] = { "offline", "offline" },
	[UNPLUG_FREE] = { "free", "all free" },
	[UNPLUG_MOVABLE] = { "movable", "only movable pages" },
	[UNPLUG_KERNEL_ZONE] = { "kernel-zone", "only movable pages right now" },
	[UNPLUG_PINS] = { "pins", "pinned pages, perhaps here" },
	[UNPLUG_RESERVES] = { "cpu-reserves", "kernel pages, or free ones" },
	[UNPLUG_TRANSIT] = { "transit", "pages of unknown use" },
	[UNPLUG_HUGE_PAGES] = { "huge-pages", "huge pages to be moved" },
	[UNPLUG_POISON] = { "poison", "broken pages left behind" },
	[UNPLUG_CHANGING] = { "changing", "changes right now" },
	[UNPLUG_REFERENCES] = { "references", "pages held by somebody" },
	[UNPLUG_DRIVER] = { "driver", "pages kept by a driver" },
	[UNPLUG_KERNEL_PAGES] = { "kernel-pages", "kernel pages" },
	[UNPLUG_RESERVED_PAGES] = { "reserved-pages", "reserved pages" },
	[UNPLUG_ZONES] = { "zones", "several zones, or holes" },
	[UNPLUG_ROOM] = { "room", "no room to move it to" },
	[UNPLUG_UNKNOWN] = { "unknown", "could not be read" },
};

const char *unplug_reason_word(enum unplug_reason reason)
{
	return reasons[reason].word;
}

const char *unplug_reason_text(enum unplug_reason reason)
{
	return reasons[reason].text;
}

const char *unplug_verdict_word(enum unplug_verdict verdict)
{
	static const char * const words[UNPLUG_VERDICTS] = {
		[UNPLUG_BACK] = "back",
		[UNPLUG_PART] = "part",
		[UNPLUG_HELD] = "held",
	};

	return words[verdict];
}

const char *unplug_sureness_word(enum unplug_sureness sureness)
{
	static const char * const words[UNPLUG_SURENESSES] = {
		[UNPLUG_UNSURE] = "unsure",
		[UNPLUG_LIKELY] = "likely",
		[UNPLUG_SURE] = "sure",
	};

	return words[sureness];
}

static struct judgement back(enum unplug_sureness sureness, enum unplug_reason reason)
{
	return (struct judgement) { true, sureness, reason };
}

static struct judgement held(enum unplug_sureness sureness, enum unplug_reason reason)
{
	return (struct judgement) { false, sureness, reason };
}

static uint64_t all_pages(const struct blockers *pages)
{
	uint64_t sum = 0;
	enum page_use use;

	for (use = 0; use < PAGE_USES; use++)
		sum += pages->pages[use];
	return sum;
}

/*
 * In ZONE_MOVABLE the kernel looks for nothing but reserved pages before it starts, and
 * puts nothing of its own there. What it cannot move it tries to, until it is told to
 * stop.
 */
static struct judgement judge_movable(const struct unplug_block *block,
				      const struct blockers *p)
{
	const uint64_t marked = p->pages[PAGE_OTHER] - p->unmarked;

	if (p->pages[PAGE_SLAB] || p->pages[PAGE_TABLE])
		return held(UNPLUG_LIKELY, UNPLUG_KERNEL_PAGES);
	if (p->pages[PAGE_HELD] >= FEW_HELD)
		return held(UNPLUG_LIKELY, UNPLUG_REFERENCES);
	if (p->pages[PAGE_HELD])
		return back(UNPLUG_UNSURE, UNPLUG_REFERENCES);
	/* All of a block: there may be a page as large as that, or larger. */
	if (p->pages[PAGE_HUGE] == all_pages(p))
		return back(UNPLUG_UNSURE, UNPLUG_HUGE_PAGES);
	if (marked || p->unmarked > block->cpu_pages)
		return back(UNPLUG_UNSURE, UNPLUG_TRANSIT);
	if (p->pages[PAGE_POISONED])
		return back(UNPLUG_LIKELY, UNPLUG_POISON);
	if (p->pages[PAGE_HUGE])
		return back(UNPLUG_LIKELY, UNPLUG_HUGE_PAGES);
	if (p->pages[PAGE_MOVABLE] || p->unmarked)
		return back(UNPLUG_LIKELY, UNPLUG_MOVABLE);
	return back(UNPLUG_SURE, UNPLUG_FREE);
}

/*
 * In a kernel zone, the first page that the kernel cannot move ends it. Pages that were
 * pinned for long are here, as they are moved out of ZONE_MOVABLE first.
 */
static struct judgement judge_kernel(const struct unplug_system *system,
				     const struct unplug_block *block,
				     const struct blockers *p, bool part)
{
	const uint64_t many = part ? MANY_PAGES_OF_PART : MANY_PAGES;
	const uint64_t kernel = p->pages[PAGE_SLAB] + p->pages[PAGE_TABLE] +
				p->pages[PAGE_OTHER] - p->unmarked;

	if (kernel >= many || p->unmarked >= block->cpu_pages + many)
		return held(UNPLUG_SURE, UNPLUG_KERNEL_PAGES);
	if (kernel || p->unmarked > block->cpu_pages)
		return held(UNPLUG_LIKELY, UNPLUG_KERNEL_PAGES);
	if (p->pages[PAGE_HELD])
		return held(p->pages[PAGE_HELD] < FEW_HELD ? UNPLUG_UNSURE :
							      UNPLUG_LIKELY,
			    UNPLUG_REFERENCES);
	if (p->unmarked)
		return held(UNPLUG_UNSURE, UNPLUG_RESERVES);
	if (p->pages[PAGE_HUGE])
		return back(UNPLUG_UNSURE, UNPLUG_HUGE_PAGES);
	if (p->pages[PAGE_POISONED])
		return back(UNPLUG_UNSURE, UNPLUG_POISON);
	if (p->pages[PAGE_MOVABLE] && system->pinned_bytes)
		return back(UNPLUG_UNSURE, UNPLUG_PINS);
	return back(UNPLUG_LIKELY, UNPLUG_KERNEL_ZONE);
}

/* Pages of a block, or, with @part, of a part of one that is to go by itself. */
static struct judgement judge(const struct unplug_system *system,
			      const struct unplug_block *block,
			      const struct blockers *p, bool part)
{
	if (p->pages[PAGE_ABSENT] == all_pages(p))
		return back(UNPLUG_UNSURE, UNPLUG_CHANGING);
	if (p->pages[PAGE_ABSENT])
		return held(UNPLUG_LIKELY, UNPLUG_ZONES);
	if (p->pages[PAGE_RESERVED])
		return held(UNPLUG_SURE, UNPLUG_RESERVED_PAGES);
	/* Those of a dynamic device are unplugged already, and its driver lets them go. */
	if (p->pages[PAGE_OFFLINE] && !block->dynamic)
		return held(UNPLUG_UNSURE, UNPLUG_DRIVER);
	/* Only a block that goes offline as a whole may keep broken pages. */
	if (p->pages[PAGE_POISONED] && part)
		return held(UNPLUG_LIKELY, UNPLUG_POISON);
	if (block->zone == UNPLUG_IN_MOVABLE)
		return judge_movable(block, p);
	return judge_kernel(system, block, p, part);
}

/* Adds @bytes, of which @moving have to be moved, to what the forecast says of bytes. */
static void count_bytes(struct unplug_forecast *f, const struct judgement *j,
			uint64_t bytes, uint64_t moving)
{
	if (!j->back) {
		if (j->sureness != UNPLUG_SURE)
			f->most_bytes += bytes;
		return;
	}
	f->back_bytes += bytes;
	f->most_bytes += bytes;
	f->moving_bytes += moving;
	if (j->sureness != UNPLUG_UNSURE)
		f->least_bytes += bytes;
}

static uint64_t plugged_bytes(const struct unplug_system *system,
			      const struct unplug_block *block,
			      const struct blockers *pages, uint64_t bytes)
{
	const uint64_t unplugged = block->dynamic ?
		pages->pages[PAGE_OFFLINE] * system->page_bytes : 0;

	return bytes - (unplugged < bytes ? unplugged : bytes);
}

static uint64_t moving_bytes(const struct unplug_system *system,
			     const struct blockers *pages)
{
	return (pages->pages[PAGE_MOVABLE] + pages->pages[PAGE_HUGE]) *
	       system->page_bytes;
}

/*
 * A block that does not go as a whole: which parts do? How large the parts are that the
 * device really gives back is not known here, so none of them is counted on, and the
 * forecast is no better than likely.
 */
static void count_parts(const struct unplug_system *system,
			const struct unplug_block *block,
			struct unplug_forecast *f)
{
	const uint64_t part_bytes = block->bytes / block->nr_parts;
	enum unplug_sureness least = UNPLUG_LIKELY;
	size_t i;

	f->most_bytes = 0;
	for (i = 0; i < block->nr_parts; i++) {
		const struct blockers *part = &block->parts[i];
		const uint64_t bytes = plugged_bytes(system, block, part, part_bytes);
		const struct judgement j = judge(system, block, part, true);

		if (!bytes)
			continue;
		count_bytes(f, &j, bytes, moving_bytes(system, part));
		if (j.sureness < least)
			least = j.sureness;
	}
	f->least_bytes = 0;
	if (f->back_bytes) {
		f->verdict = UNPLUG_PART;
		f->sureness = least;
	}
}

void unplug_block_forecast(const struct unplug_system *system,
			   const struct unplug_block *block,
			   struct unplug_forecast *forecast)
{
	struct unplug_forecast f = { .bytes = block->bytes };
	struct judgement j;
	size_t i;

	for (i = 0; i < block->nr_parts; i++)
		blockers_add(&f.pages, &block->parts[i]);
	if (block->state == UNPLUG_IS_OFFLINE)
		j = back(UNPLUG_SURE, UNPLUG_OFFLINE);
	else if (block->state == UNPLUG_IS_CHANGING)
		j = back(UNPLUG_UNSURE, UNPLUG_CHANGING);
	else if (block->zone == UNPLUG_IN_SEVERAL)
		j = held(UNPLUG_SURE, UNPLUG_ZONES);
	else if (!block->nr_parts)
		j = held(UNPLUG_UNSURE, UNPLUG_UNKNOWN);
	else
		j = judge(system, block, &f.pages, false);

	f.verdict = j.back ? UNPLUG_BACK : UNPLUG_HELD;
	f.sureness = j.sureness;
	f.reason = j.reason;
	f.bytes = plugged_bytes(system, block, &f.pages, block->bytes);
	count_bytes(&f, &j, f.bytes, moving_bytes(system, &f.pages));
	if (!j.back && block->dynamic && block->nr_parts > 1 &&
	    block->zone != UNPLUG_IN_SEVERAL)
		count_parts(system, block, &f);
	*forecast = f;
}

int unplug_device_add(struct unplug_device *device,
		      const struct unplug_system *system,
		      const struct unplug_forecast *f)
{
	struct unplug_forecast *sum = &device->sum;

	/* All others are parts of it. */
	if (__builtin_add_overflow(sum->bytes, f->bytes, &sum->bytes))
		return -EOVERFLOW;
	sum->back_bytes += f->back_bytes;
	sum->least_bytes += f->least_bytes;
	sum->most_bytes += f->most_bytes;
	sum->moving_bytes += f->moving_bytes;
	blockers_add(&sum->pages, &f->pages);
	device->free_bytes += f->pages.pages[PAGE_FREE] * system->page_bytes;
	device->blocks++;
	if (f->verdict != UNPLUG_BACK) {
		device->held_blocks++;
		if (!device->has_held || f->sureness > device->most_held) {
			device->most_held = f->sureness;
			device->held_reason = f->reason;
		}
		if (!device->has_held || f->sureness < device->least_held)
			device->least_held = f->sureness;
		device->has_held = true;
	} else if (!device->has_back || f->sureness < device->least_back) {
		device->has_back = true;
		device->least_back = f->sureness;
		device->back_reason = f->reason;
	}
	return 0;
}

/* All or nothing. */
static void finish_static(struct unplug_device *device)
{
	struct unplug_forecast *f = &device->sum;

	if (!device->has_held) {
		f->verdict = UNPLUG_BACK;
		f->sureness = device->least_back;
		f->reason = device->back_reason;
		if (f->sureness == UNPLUG_UNSURE)
			f->least_bytes = 0;
		return;
	}
	f->verdict = UNPLUG_HELD;
	f->sureness = device->most_held;
	f->reason = device->held_reason;
	f->back_bytes = 0;
	f->least_bytes = 0;
	f->most_bytes = f->sureness == UNPLUG_SURE ? 0 : f->bytes;
}

static void finish_dynamic(struct unplug_device *device)
{
	struct unplug_forecast *f = &device->sum;

	if (!device->has_held) {
		f->verdict = UNPLUG_BACK;
		f->sureness = device->least_back;
		f->reason = device->back_reason;
		return;
	}
	f->verdict = f->back_bytes ? UNPLUG_PART : UNPLUG_HELD;
	/* How much comes back is as sure as the least sure block. */
	f->sureness = device->least_held;
	if (device->has_back && device->least_back < f->sureness)
		f->sureness = device->least_back;
	f->reason = device->held_reason;
}

/* Pages that are to be moved need room outside of the device. */
static void look_for_room(struct unplug_device *device,
			  const struct unplug_system *system)
{
	struct unplug_forecast *f = &device->sum;
	const uint64_t room = system->free_bytes -
		(device->free_bytes < system->free_bytes ? device->free_bytes :
							   system->free_bytes);
	uint64_t with_cache, lack;

	if (f->moving_bytes <= room)
		return;
	lack = f->moving_bytes - room;
	if (__builtin_add_overflow(room, system->cache_bytes, &with_cache))
		with_cache = UINT64_MAX;
	f->reason = UNPLUG_ROOM;
	f->sureness = UNPLUG_UNSURE;
	f->least_bytes = device->dynamic && f->least_bytes > lack ?
			 f->least_bytes - lack : 0;
	if (f->moving_bytes <= with_cache)
		return;
	f->sureness = UNPLUG_LIKELY;
	f->back_bytes = device->dynamic && f->back_bytes > lack ?
			f->back_bytes - lack : 0;
	f->verdict = f->back_bytes ? UNPLUG_PART : UNPLUG_HELD;
}

void unplug_device_finish(struct unplug_device *device,
			  const struct unplug_system *system)
{
	/* A driver may leave a group behind that has no memory any more. */
	if (!device->blocks)
		device->least_back = UNPLUG_SURE;
	if (device->dynamic)
		finish_dynamic(device);
	else
		finish_static(device);
	if (device->sum.verdict != UNPLUG_HELD)
		look_for_room(device, system);
}
