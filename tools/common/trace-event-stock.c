// SPDX-License-Identifier: GPL-2.0
#include "trace-event-stock.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ONLINE, OFFLINE, ONLINE_DONE, OFFLINE_DONE, NR_STOCK };

static const char *const names[NR_STOCK] = {
	[ONLINE] = "online", [OFFLINE] = "offline",
	[ONLINE_DONE] = "online_done", [OFFLINE_DONE] = "offline_done",
};

struct stock_format {
	int id;			/* of its records */
	const struct tep_format_field *start_pfn, *nr_pages;
	const struct tep_format_field *nid, *zone;	/* NULL: the kernel does not say */
	const struct tep_format_field *result;
};

struct stock_formats {
	struct tep_handle *tep;
	struct stock_format format[NR_STOCK];
	/* What is under way: there is only one at a time, under device_hotplug_lock. */
	bool is_open;
	int pid;
	struct change open;
};

static bool is_number(const struct tep_format_field *field)
{
	return field && field->offset >= 0 && !(field->flags & TEP_FIELD_IS_DYNAMIC) &&
		(field->size == 4 || field->size == 8);
}

/* Where it is and how long, in four bytes. */
static bool is_string(const struct tep_format_field *field)
{
	return field->offset >= 0 && field->flags & TEP_FIELD_IS_DYNAMIC && field->size == 4;
}

static bool learn_begin(struct stock_format *format, struct tep_event *event)
{
	format->start_pfn = tep_find_field(event, "start_pfn");
	format->nr_pages = tep_find_field(event, "nr_pages");
	format->nid = tep_find_field(event, "nid");
	format->zone = tep_find_field(event, "zone");
	return is_number(format->start_pfn) && is_number(format->nr_pages) &&
		(!format->nid || is_number(format->nid)) &&
		(!format->zone || is_string(format->zone));
}

static int learn(struct stock_formats *formats)
{
	size_t i;

	for (i = 0; i < NR_STOCK; i++) {
		struct stock_format *format = &formats->format[i];
		struct tep_event *event = tep_find_event_by_name(formats->tep,
								 STOCK_EVENT_SYSTEM, names[i]);

		if (!event)
			return -ENOENT;
		format->id = event->id;
		format->result = tep_find_field(event, "result");
		if (i == ONLINE || i == OFFLINE ? !learn_begin(format, event) :
						  !is_number(format->result))
			return -EINVAL;
	}
	return 0;
}

struct stock_formats *stock_formats_new(struct tep_handle *tep)
{
	struct stock_formats *formats = calloc(1, sizeof(*formats));
	int err;

	if (!formats)
		return NULL;
	formats->tep = tep;
	err = learn(formats);
	if (!err)
		return formats;
	free(formats);
	errno = -err;
	return NULL;
}

void stock_formats_free(struct stock_formats *formats)
{
	free(formats);
}

/* Is this in the record? */
static const char *bytes_at(const struct tep_record *record, size_t offset, size_t size)
{
	const size_t len = (size_t)record->size;

	return offset <= len && size <= len - offset ?
		(const char *)record->data + offset : NULL;
}

static bool number(const struct stock_formats *formats, const struct tep_record *record,
		   const struct tep_format_field *field, uint64_t *value)
{
	const char *bytes = bytes_at(record, (size_t)field->offset, (size_t)field->size);

	if (bytes)
		*value = tep_read_number(formats->tep, bytes, field->size);
	return bytes;
}

static bool string(const struct stock_formats *formats, const struct tep_record *record,
		   const struct tep_format_field *field, char *text, size_t size)
{
	const char *bytes;
	uint64_t place;
	size_t len;

	if (!number(formats, record, field, &place))
		return false;
	len = place >> 16 & 0xffff;
	bytes = bytes_at(record, place & 0xffff, len);
	if (!bytes)
		return false;
	len = strnlen(bytes, len < size ? len : size - 1);
	memcpy(text, bytes, len);
	text[len] = '\0';
	return true;
}

/*
 * The pages of a block, which are a power of two, when some at its beginning hold its own
 * memory map; those are far less than half.
 */
static uint64_t block_pages(uint64_t nr_pages)
{
	uint64_t pages = 1;

	while (pages < nr_pages)
		pages *= 2;
	return pages;
}

static int begin(struct stock_formats *formats, const struct tep_record *record, int kind)
{
	const struct stock_format *format = &formats->format[kind];
	struct change *open = &formats->open;
	uint64_t start_pfn, nr_pages, nid = (uint64_t)-1;

	formats->is_open = false;
	*open = (struct change){
		.kind = kind == ONLINE ? CHANGE_ONLINE : CHANGE_OFFLINE,
		.time_ns = record->ts, .mgid = -1, .device = "-", .zone = "-",
	};
	if (!number(formats, record, format->start_pfn, &start_pfn) ||
	    !number(formats, record, format->nr_pages, &nr_pages) ||
	    (format->nid && !number(formats, record, format->nid, &nid)) ||
	    (format->zone && !string(formats, record, format->zone, open->zone,
				     sizeof(open->zone))))
		return -EINVAL;
	if (!nr_pages || nr_pages > UINT64_MAX / 4)
		return -EINVAL;
	open->block_pages = block_pages(nr_pages);
	open->block = start_pfn / open->block_pages;
	open->node = (int)nid;
	formats->pid = tep_data_pid(formats->tep, (struct tep_record *)record);
	formats->is_open = true;
	return 0;
}

static int end(struct stock_formats *formats, const struct tep_record *record, int kind,
	       struct change *change)
{
	const enum change_kind begun = kind == ONLINE_DONE ? CHANGE_ONLINE : CHANGE_OFFLINE;
	uint64_t result;

	if (!number(formats, record, formats->format[kind].result, &result))
		return -EINVAL;
	/* The recording may have begun in the middle of it. */
	if (!formats->is_open || formats->open.kind != begun || record->ts < formats->open.time_ns ||
	    tep_data_pid(formats->tep, (struct tep_record *)record) != formats->pid)
		return 0;
	formats->is_open = false;
	*change = formats->open;
	change->result = (int)result;
	change->duration_ns = record->ts - change->time_ns;
	change->time_ns = record->ts;
	return 1;
}

int stock_event_read(struct stock_formats *formats, const struct tep_record *record,
		     struct change *change)
{
	int id, kind;

	/* All begin with the number of their event, and the task's. */
	if (record->size < (int)sizeof(uint64_t))
		return -EINVAL;
	id = tep_data_type(formats->tep, (struct tep_record *)record);
	for (kind = 0; kind < NR_STOCK; kind++)
		if (formats->format[kind].id == id)
			return kind == ONLINE || kind == OFFLINE ?
				begin(formats, record, kind) :
				end(formats, record, kind, change);
	return 0;
}
