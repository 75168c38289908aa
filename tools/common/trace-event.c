// SPDX-License-Identifier: GPL-2.0
#include "trace-event.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A word is the kernel's, and short; one that is longer is cut. */
#define WORD_MAX 32
#define MAX_WORDS 16

enum field {
	F_START_PFN, F_NR_PAGES, F_NID, F_MGID, F_DEVICE, F_GROUP_TYPE, F_REQUEST, F_POLICY,
	F_ZONE, F_REASON, F_DOMAIN, F_EARLY, F_MOVABLE, F_ASKED, F_LIMIT, F_MAX_PAGES,
	F_UNIT_PAGES, F_RESULT, F_DURATION,
	NR_FIELDS
};

static const char *const field_names[NR_FIELDS] = {
	[F_START_PFN] = "start_pfn", [F_NR_PAGES] = "nr_pages", [F_NID] = "nid",
	[F_MGID] = "mgid", [F_DEVICE] = "device", [F_GROUP_TYPE] = "group_type",
	[F_REQUEST] = "request", [F_POLICY] = "policy", [F_ZONE] = "zone",
	[F_REASON] = "reason", [F_DOMAIN] = "domain",
	[F_EARLY] = "early_kernel_pages", [F_MOVABLE] = "movable_pages",
	[F_ASKED] = "asked_pages", [F_LIMIT] = "limit_pages",
	[F_MAX_PAGES] = "max_pages", [F_UNIT_PAGES] = "unit_pages",
	[F_RESULT] = "result", [F_DURATION] = "duration_ns",
};

#define BIT(n) (1U << (n))
#define OF_BLOCK (BIT(F_START_PFN) | BIT(F_NR_PAGES) | BIT(F_NID) | BIT(F_MGID) | \
		  BIT(F_DEVICE) | BIT(F_ZONE))
#define OF_DECISION (OF_BLOCK | BIT(F_GROUP_TYPE) | BIT(F_REQUEST) | BIT(F_POLICY) | \
		     BIT(F_REASON) | BIT(F_DOMAIN) | BIT(F_EARLY) | BIT(F_MOVABLE) | \
		     BIT(F_ASKED) | BIT(F_LIMIT))
#define OF_CHANGE (OF_BLOCK | BIT(F_RESULT) | BIT(F_DURATION))
#define OF_GROUP (BIT(F_NID) | BIT(F_MGID) | BIT(F_DEVICE) | BIT(F_GROUP_TYPE) | \
		  BIT(F_MAX_PAGES) | BIT(F_UNIT_PAGES))

static const struct kind {
	const char *name;
	bool is_decision, preview;
	enum change_kind change;
	unsigned int fields;
} kinds[] = {
	{ .name = "mhp_zone_decision", .is_decision = true, .fields = OF_DECISION },
	{ .name = "mhp_zone_preview", .is_decision = true, .preview = true,
	  .fields = OF_DECISION },
	{ .name = "mhp_block_online", .change = CHANGE_ONLINE, .fields = OF_CHANGE },
	{ .name = "mhp_block_offline", .change = CHANGE_OFFLINE, .fields = OF_CHANGE },
	{ .name = "mhp_group_register", .change = CHANGE_REGISTER, .fields = OF_GROUP },
	{ .name = "mhp_group_unregister", .change = CHANGE_UNREGISTER, .fields = OF_GROUP },
};

#define NR_KINDS (sizeof(kinds) / sizeof(*kinds))

/* The words of a field's numbers. */
struct words {
	size_t nr;
	struct {
		uint64_t number;
		char text[WORD_MAX];
	} list[MAX_WORDS];
};

/* An event as the trace has it. */
struct format {
	const struct tep_event *event;
	const struct tep_format_field *field[NR_FIELDS];
	struct words words[NR_FIELDS];
	const char *lacks;	/* a field that it should have */
};

struct trace_formats {
	struct tep_handle *tep;
	bool swap;		/* as in struct source */
	struct format format[NR_KINDS];
};

/* What "__print_symbolic(REC->field, …)" of the format says. */
static void learn_words(struct words *words, const struct tep_print_flag_sym *symbol)
{
	for (; symbol && words->nr < MAX_WORDS; symbol = symbol->next) {
		char *end;

		words->list[words->nr].number = strtoull(symbol->value, &end, 0);
		if (*end || end == symbol->value)
			continue;
		snprintf(words->list[words->nr++].text, WORD_MAX, "%s", symbol->str);
	}
}

static void find_words(struct format *format)
{
	const struct tep_print_arg *arg;
	size_t i;

	for (arg = format->event->print_fmt.args; arg; arg = arg->next) {
		if (arg->type != TEP_PRINT_SYMBOL || !arg->symbol.field ||
		    arg->symbol.field->type != TEP_PRINT_FIELD)
			continue;
		for (i = 0; i < NR_FIELDS; i++)
			if (!strcmp(arg->symbol.field->field.name, field_names[i]))
				learn_words(&format->words[i], arg->symbol.symbols);
	}
}

/* Numbers of one, two, four or eight bytes; the name of a device is an array. */
static bool is_usable(const struct tep_format_field *field, enum field which)
{
	if (field->offset < 0 || field->size <= 0 || field->flags & TEP_FIELD_IS_DYNAMIC)
		return false;
	return which == F_DEVICE || field->size == 1 || field->size == 2 ||
		field->size == 4 || field->size == 8;
}

static void learn_format(struct format *format, const struct kind *kind,
			 struct tep_event *event)
{
	size_t i;

	format->event = event;
	for (i = 0; i < NR_FIELDS; i++) {
		if (!(kind->fields & BIT(i)))
			continue;
		format->field[i] = tep_find_field(event, field_names[i]);
		if (!format->field[i] || !is_usable(format->field[i], (enum field)i))
			format->lacks = field_names[i];
	}
	find_words(format);
}

struct trace_formats *trace_formats_new(struct tep_handle *tep)
{
	struct trace_formats *formats = calloc(1, sizeof(*formats));
	size_t i;

	if (!formats)
		return NULL;
	formats->tep = tep;
	formats->swap = tep_is_file_bigendian(tep) != tep_is_local_bigendian(tep);
	for (i = 0; i < NR_KINDS; i++) {
		struct tep_event *event = tep_find_event_by_name(tep, TRACE_EVENT_SYSTEM,
								 kinds[i].name);

		if (event)
			learn_format(&formats->format[i], &kinds[i], event);
	}
	return formats;
}

void trace_formats_free(struct trace_formats *formats)
{
	free(formats);
}

static int check_fields(const struct format *format, const struct kind *kind,
			struct fault *fault)
{
	if (!format->lacks)
		return 0;
	return fault_set(fault, EINVAL, "%s has no field %s that can be read", kind->name,
			 format->lacks);
}

int trace_formats_check(const struct trace_formats *formats, struct fault *fault)
{
	size_t i;
	int err = 0;

	for (i = 0; i < NR_KINDS && !err; i++) {
		if (!formats->format[i].event)
			return fault_set(fault, ENOENT, "it has no event %s", kinds[i].name);
		err = check_fields(&formats->format[i], &kinds[i], fault);
	}
	return err;
}

int trace_formats_check_found(const struct trace_formats *formats, struct fault *fault)
{
	bool found = false;
	size_t i;
	int err = 0;

	for (i = 0; i < NR_KINDS && !err; i++) {
		found |= formats->format[i].event != NULL;
		err = check_fields(&formats->format[i], &kinds[i], fault);
	}
	if (!err && !found)
		err = fault_set(fault, ENOENT, "it has no events of " TRACE_EVENT_SYSTEM);
	return err;
}

const char *trace_event_name(size_t index)
{
	return index < NR_KINDS ? kinds[index].name : NULL;
}

uint64_t trace_page_bytes(struct tep_handle *tep)
{
	int size = tep_get_page_size(tep);

	/* libtracecmd knows it, and does not tell. */
	if (size <= 0)
		size = tep_get_sub_buffer_size(tep);
	return size > 0 ? (uint64_t)size : 0;
}

/* The record as its format describes it. */
struct source {
	bool swap;	/* it is of a machine with the other order of bytes */
	const struct format *format;
	const struct tep_record *record;
	bool short_record;
};

static const char *bytes_of(struct source *source, enum field which)
{
	const struct tep_format_field *field = source->format->field[which];

	if (source->record->size < field->size ||
	    source->record->size - field->size < field->offset) {
		source->short_record = true;
		return NULL;
	}
	return (const char *)source->record->data + field->offset;
}

/* As tep_read_number(), of which there are a dozen to a decision; also 0 if it is cut. */
static uint64_t number(struct source *source, enum field which)
{
	const char *bytes = bytes_of(source, which);
	uint64_t eight;
	uint32_t four;
	uint16_t two;

	if (!bytes)
		return 0;
	switch (source->format->field[which]->size) {
	case 8:
		memcpy(&eight, bytes, sizeof(eight));
		return source->swap ? __builtin_bswap64(eight) : eight;
	case 4:
		memcpy(&four, bytes, sizeof(four));
		return source->swap ? __builtin_bswap32(four) : four;
	case 2:
		memcpy(&two, bytes, sizeof(two));
		return source->swap ? __builtin_bswap16(two) : two;
	default:
		return (unsigned char)*bytes;
	}
}

static int small(struct source *source, enum field which)
{
	return (int)number(source, which);
}

/* As snprintf() with "%.*s", which takes longer than all the rest. */
static void copy(char *text, size_t size, const char *from, size_t max)
{
	const size_t len = strnlen(from, max < size ? max : size - 1);

	memcpy(text, from, len);
	text[len] = '\0';
}

/* @size is at most WORD_MAX. */
static inline void word(struct source *source, enum field which, char *text, size_t size)
{
	const struct words *words = &source->format->words[which];
	const uint64_t value = number(source, which);
	size_t i;

	for (i = 0; i < words->nr; i++) {
		if (words->list[i].number == value) {
			/* All of it, with the NULs behind it: that takes the least time. */
			memcpy(text, words->list[i].text, size);
			text[size - 1] = '\0';
			return;
		}
	}
	snprintf(text, size, "%" PRIu64, value);
}

static void device(struct source *source, char *text, size_t size)
{
	const char *bytes = bytes_of(source, F_DEVICE);
	const int len = source->format->field[F_DEVICE]->size;

	if (bytes)
		copy(text, size, bytes, (size_t)len);
}

#define WORD(source, which, array) do {					\
	_Static_assert(sizeof(array) <= WORD_MAX, "longer than a word");	\
	word(source, which, array, sizeof(array));			\
} while (0)

static int read_decision(struct source *source, struct decision *d)
{
	d->time_ns = source->record->ts;
	d->block_pages = number(source, F_NR_PAGES);
	d->node = small(source, F_NID);
	d->mgid = small(source, F_MGID);
	device(source, d->device, sizeof(d->device));
	WORD(source, F_GROUP_TYPE, d->group_type);
	WORD(source, F_REQUEST, d->request);
	WORD(source, F_POLICY, d->policy);
	WORD(source, F_ZONE, d->zone);
	WORD(source, F_REASON, d->reason);
	WORD(source, F_DOMAIN, d->domain);
	d->early_kernel_pages = number(source, F_EARLY);
	d->movable_pages = number(source, F_MOVABLE);
	d->asked_pages = number(source, F_ASKED);
	d->limit_pages = number(source, F_LIMIT);
	if (source->short_record || !d->block_pages)
		return -EINVAL;
	d->block = number(source, F_START_PFN) / d->block_pages;
	return 1;
}

static int read_block(struct source *source, struct change *c)
{
	c->block_pages = number(source, F_NR_PAGES);
	WORD(source, F_ZONE, c->zone);
	c->result = small(source, F_RESULT);
	c->duration_ns = number(source, F_DURATION);
	if (source->short_record || !c->block_pages)
		return -EINVAL;
	c->block = number(source, F_START_PFN) / c->block_pages;
	return 1;
}

static int read_group(struct source *source, struct change *c)
{
	char type[WORD_MAX];

	WORD(source, F_GROUP_TYPE, type);
	c->dynamic = !strcmp(type, "dynamic");
	c->max_pages = number(source, F_MAX_PAGES);
	c->unit_pages = number(source, F_UNIT_PAGES);
	return source->short_record ? -EINVAL : 1;
}

static int read_change(struct source *source, struct change *c)
{
	c->time_ns = source->record->ts;
	c->node = small(source, F_NID);
	c->mgid = small(source, F_MGID);
	device(source, c->device, sizeof(c->device));
	return c->kind == CHANGE_ONLINE || c->kind == CHANGE_OFFLINE ?
		read_block(source, c) : read_group(source, c);
}

int trace_event_read(struct trace_formats *formats, const struct tep_record *record,
		     struct trace_event *event)
{
	int id;
	size_t i;

	/* All begin with the number of their event. */
	if (record->size < (int)sizeof(uint64_t))
		return -EINVAL;
	id = tep_data_type(formats->tep, (struct tep_record *)record);
	for (i = 0; i < NR_KINDS; i++) {
		struct source source = {
			.swap = formats->swap, .format = &formats->format[i], .record = record,
		};

		if (!source.format->event || source.format->lacks ||
		    source.format->event->id != id)
			continue;
		*event = (struct trace_event){ .is_decision = kinds[i].is_decision };
		if (kinds[i].is_decision) {
			event->decision.preview = kinds[i].preview;
			return read_decision(&source, &event->decision);
		}
		event->change.kind = kinds[i].change;
		return read_change(&source, &event->change);
	}
	return 0;
}
