// SPDX-License-Identifier: GPL-2.0
#include "made-up.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "trace-event.h"

#define FIRST_ID 280

const char *const made_up_names[NR_MADE_UP] = {
	"mhp_zone_decision", "mhp_zone_preview", "mhp_block_online", "mhp_block_offline",
	"mhp_group_register", "mhp_group_unregister",
};

#define FIELD(declaration, offset, size, is_signed) \
	"\tfield:" declaration ";\toffset:" #offset ";\tsize:" #size ";\tsigned:" #is_signed ";\n"

static const char common[] =
	FIELD("unsigned short common_type", 0, 2, 0)
	FIELD("unsigned char common_flags", 2, 1, 0)
	FIELD("unsigned char common_preempt_count", 3, 1, 0)
	FIELD("int common_pid", 4, 4, 1)
	"\n";

static const char block[] =
	FIELD("u64 start_pfn", 8, 8, 0)
	FIELD("u64 nr_pages", 16, 8, 0)
	FIELD("int nid", 24, 4, 1)
	FIELD("int mgid", 28, 4, 1)
	FIELD("char device[32]", 32, 32, 1);

#define TYPES ", __print_symbolic(REC->group_type, { 0, \"none\" }, { 1, \"static\" }, " \
	"{ 2, \"dynamic\" })"
#define ZONES ", __print_symbolic(REC->zone, { 0, \"DMA\" }, { 1, \"DMA32\" }, " \
	"{ 2, \"Normal\" }, { 3, \"Movable\" }, { 5, \"none\" })"

static const char decision[] =
	FIELD("unsigned int group_type", 64, 4, 0)
	FIELD("unsigned int request", 68, 4, 0)
	FIELD("unsigned int policy", 72, 4, 0)
	FIELD("unsigned int zone", 76, 4, 0)
	FIELD("unsigned int reason", 80, 4, 0)
	FIELD("unsigned int domain", 84, 4, 0)
	FIELD("u64 early_kernel_pages", 88, 8, 0)
	FIELD("u64 movable_pages", 96, 8, 0)
	FIELD("u64 asked_pages", 104, 8, 0)
	FIELD("u64 limit_pages", 112, 8, 0)
	"\nprint fmt: \"start_pfn=0x%llx nr_pages=%llu nid=%d mgid=%d device=%s group_type=%s "
	"request=%s policy=%s zone=%s reason=%s domain=%s early_kernel_pages=%llu "
	"movable_pages=%llu asked_pages=%llu limit_pages=%llu\", REC->start_pfn, "
	"REC->nr_pages, REC->nid, REC->mgid, REC->device" TYPES
	", __print_symbolic(REC->request, { 0, \"online\" }, { 1, \"online_kernel\" }, "
	"{ 2, \"online_movable\" }), __print_symbolic(REC->policy, { 0, \"contig-zones\" }, "
	"{ 1, \"auto-movable\" })" ZONES
	", __print_symbolic(REC->reason, { 0, \"fits\" }, { 1, \"ratio_zero\" }, "
	"{ 2, \"group_has_kernel\" }, { 3, \"unit_has_kernel\" }, { 4, \"system_ratio\" }, "
	"{ 5, \"node_ratio\" }, { 6, \"contiguous\" }, { 7, \"requested\" }), "
	"__print_symbolic(REC->domain, { 0, \"none\" }, { 1, \"system\" }, { 2, \"node\" }), "
	"REC->early_kernel_pages, REC->movable_pages, REC->asked_pages, REC->limit_pages\n";

static const char change[] =
	FIELD("unsigned int zone", 64, 4, 0)
	FIELD("int result", 68, 4, 1)
	FIELD("u64 duration_ns", 72, 8, 0)
	"\nprint fmt: \"start_pfn=0x%llx nr_pages=%llu nid=%d mgid=%d device=%s zone=%s "
	"result=%d duration_ns=%llu\", REC->start_pfn, REC->nr_pages, REC->nid, REC->mgid, "
	"REC->device" ZONES ", REC->result, REC->duration_ns\n";

static const char group[] =
	FIELD("int mgid", 8, 4, 1)
	FIELD("int nid", 12, 4, 1)
	FIELD("char device[32]", 16, 32, 1)
	FIELD("unsigned int group_type", 48, 4, 0)
	FIELD("u64 max_pages", 56, 8, 0)
	FIELD("u64 unit_pages", 64, 8, 0)
	"\nprint fmt: \"mgid=%d nid=%d device=%s group_type=%s max_pages=%llu unit_pages=%llu\", "
	"REC->mgid, REC->nid, REC->device" TYPES ", REC->max_pages, REC->unit_pages\n";

/* Aborts with what failed. */
static void *need(void *result, const char *what)
{
	if (!result) {
		fprintf(stderr, "made-up: %s\n", what);
		abort();
	}
	return result;
}

char *made_up_format(const char *name)
{
	static const struct {
		const char *first, *rest;
	} fields[NR_MADE_UP] = {
		{ block, decision }, { block, decision }, { block, change },
		{ block, change }, { "", group }, { "", group },
	};
	char *text = NULL;
	size_t i;

	for (i = 0; i < NR_MADE_UP; i++)
		if (!strcmp(name, made_up_names[i]) &&
		    asprintf(&text, "name: %s\nID: %zu\nformat:\n%s%s%s", name, FIRST_ID + i,
			     common, fields[i].first, fields[i].rest) < 0)
			text = NULL;
	return need(text, name);
}

char *made_up_edit(char *text, const char *old, const char *new)
{
	const char *at = text, *found = need(strstr(text, old), old);
	size_t size;
	char *result;
	FILE *out = need(open_memstream(&result, &size), "no memory");

	for (; found; found = strstr(at, old)) {
		fprintf(out, "%.*s%s", (int)(found - at), at, new);
		at = found + strlen(old);
	}
	fputs(at, out);
	fclose(out);
	free(text);
	return need(result, "no memory");
}

void made_up_parse(struct tep_handle *tep, char *format)
{
	if (tep_parse_event(tep, format, strlen(format), TRACE_EVENT_SYSTEM))
		need(NULL, format);
	free(format);
}

struct tep_handle *made_up_empty(enum tep_endian endian)
{
	struct tep_handle *tep = need(tep_alloc(), "no memory");

	tep_set_local_bigendian(tep, tep_is_bigendian() ? TEP_BIG_ENDIAN : TEP_LITTLE_ENDIAN);
	tep_set_file_bigendian(tep, endian);
	tep_set_page_size(tep, 4096);
	return tep;
}

struct tep_handle *made_up_handle(enum tep_endian endian)
{
	struct tep_handle *tep = made_up_empty(endian);
	size_t i;

	for (i = 0; i < NR_MADE_UP; i++)
		made_up_parse(tep, made_up_format(made_up_names[i]));
	return tep;
}

static struct tep_event *event_of(struct tep_handle *tep, const char *name)
{
	return need(tep_find_event_by_name(tep, TRACE_EVENT_SYSTEM, name), name);
}

struct tep_record made_up_record(struct tep_handle *tep, const char *name)
{
	const struct tep_event *event = event_of(tep, name);
	const struct tep_format_field *field;
	struct tep_record record = { .size = 8 };

	for (field = event->format.fields; field; field = field->next)
		if (field->offset + field->size > record.size)
			record.size = field->offset + field->size;
	record.data = need(calloc(1, (size_t)record.size), "no memory");
	/* The one field that tells which event it is, before any other can be found. */
	((unsigned char *)record.data)[tep_is_file_bigendian(tep) ? 0 : 1] =
		(unsigned char)(event->id >> 8);
	((unsigned char *)record.data)[tep_is_file_bigendian(tep) ? 1 : 0] =
		(unsigned char)event->id;
	return record;
}

static char *place_of(struct tep_handle *tep, struct tep_record *record, const char *name,
		      size_t *size)
{
	struct tep_event *event = need(tep_find_event_by_record(tep, record), "no such event");
	const struct tep_format_field *field = need(tep_find_any_field(event, name), name);

	*size = (size_t)field->size;
	return (char *)record->data + field->offset;
}

void made_up_number(struct tep_handle *tep, struct tep_record *record, const char *field,
		    uint64_t number)
{
	size_t size, i;
	char *place = place_of(tep, record, field, &size);

	for (i = 0; i < size; i++, number >>= 8)
		place[tep_is_file_bigendian(tep) ? size - 1 - i : i] = (char)number;
}

void made_up_text(struct tep_handle *tep, struct tep_record *record, const char *field,
		  const char *text)
{
	size_t size, len = strlen(text);
	char *place = place_of(tep, record, field, &size);

	memset(place, 0, size);
	memcpy(place, text, len < size ? len : size);
}

void made_up_resize(struct tep_record *record, int size)
{
	char *data = need(calloc(1, size ? (size_t)size : 1), "no memory");

	memcpy(data, record->data, (size_t)(size < record->size ? size : record->size));
	free(record->data);
	record->data = data;
	record->size = size;
}

unsigned int made_up_seed(void)
{
	const char *given = getenv("SEED");
	const unsigned int seed = given ? (unsigned int)strtoul(given, NULL, 0) :
					  (unsigned int)time(NULL);

	printf("# to repeat it: SEED=%u %s\n", seed, program_invocation_name);
	fflush(stdout);
	return seed;
}
