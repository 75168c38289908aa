// SPDX-License-Identifier: GPL-2.0
/* Events out of raw records, by formats that no kernel, or another one, made. */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "made-up.h"
#include "trace-event.h"

static const char *const zones[] = { "DMA", "DMA32", "Normal", "Movable", "4", "none" };
static const char *const reasons[] = {
	"fits", "ratio_zero", "group_has_kernel", "unit_has_kernel", "system_ratio",
	"node_ratio", "contiguous", "requested", "8",
};

#define NR(array) (sizeof(array) / sizeof(*(array)))

/* A trace, and a record of it. */
struct trace {
	struct tep_handle *tep;
	struct trace_formats *formats;
	struct tep_record record;
	struct trace_event event;
	struct fault fault;
};

static void start(struct trace *t, struct tep_handle *tep, const char *name)
{
	t->tep = tep;
	t->formats = trace_formats_new(tep);
	assert_non_null(t->formats);
	t->record = made_up_record(tep, name);
	t->record.ts = 7;
}

static void end(struct trace *t)
{
	free(t->record.data);
	trace_formats_free(t->formats);
	tep_free(t->tep);
}

static void put(struct trace *t, const char *field, uint64_t number)
{
	made_up_number(t->tep, &t->record, field, number);
}

static int reads(struct trace *t)
{
	return trace_event_read(t->formats, &t->record, &t->event);
}

static void fill_decision(struct trace *t)
{
	put(t, "start_pfn", 0x480000);
	put(t, "nr_pages", 32768);
	put(t, "nid", 1);
	put(t, "mgid", 3);
	made_up_text(t->tep, &t->record, "device", "PNP0C80:03");
	put(t, "group_type", 1);
	put(t, "request", 2);
	put(t, "policy", 1);
	put(t, "zone", 2);
	put(t, "reason", 4);
	put(t, "domain", 1);
	put(t, "early_kernel_pages", 1048446);
	put(t, "movable_pages", 3145728);
	put(t, "asked_pages", 1048576);
	put(t, "limit_pages", 3155822);
}

static void is_decision(struct trace *t, bool preview)
{
	const struct decision *d = &t->event.decision;

	assert_int_equal(reads(t), 1);
	assert_true(t->event.is_decision);
	assert_int_equal(d->preview, preview);
	assert_int_equal(d->time_ns, 7);
	assert_int_equal(d->block, 144);
	assert_int_equal(d->block_pages, 32768);
	assert_int_equal(d->node, 1);
	assert_int_equal(d->mgid, 3);
	assert_string_equal(d->device, "PNP0C80:03");
	assert_string_equal(d->group_type, "static");
	assert_string_equal(d->request, "online_movable");
	assert_string_equal(d->policy, "auto-movable");
	assert_string_equal(d->zone, "Normal");
	assert_string_equal(d->reason, "system_ratio");
	assert_string_equal(d->domain, "system");
	assert_int_equal(d->early_kernel_pages, 1048446);
	assert_int_equal(d->movable_pages, 3145728);
	assert_int_equal(d->asked_pages, 1048576);
	assert_int_equal(d->limit_pages, 3155822);
}

static void is_change(struct trace *t, enum change_kind kind)
{
	const struct change *c = &t->event.change;

	put(t, "start_pfn", 0x180000);
	put(t, "nr_pages", 32768);
	put(t, "nid", 0);
	put(t, "mgid", UINT64_MAX);
	made_up_text(t->tep, &t->record, "device", "-");
	put(t, "zone", 3);
	put(t, "result", (uint64_t)-EBUSY);
	put(t, "duration_ns", 35562930);
	assert_int_equal(reads(t), 1);
	assert_false(t->event.is_decision);
	assert_int_equal(c->kind, kind);
	assert_int_equal(c->time_ns, 7);
	assert_int_equal(c->block, 48);
	assert_int_equal(c->block_pages, 32768);
	assert_int_equal(c->node, 0);
	assert_int_equal(c->mgid, -1);
	assert_string_equal(c->device, "-");
	assert_string_equal(c->zone, "Movable");
	assert_int_equal(c->result, -EBUSY);
	assert_int_equal(c->duration_ns, 35562930);
}

static void is_group(struct trace *t, enum change_kind kind)
{
	const struct change *c = &t->event.change;

	put(t, "mgid", 5);
	put(t, "nid", 2);
	made_up_text(t->tep, &t->record, "device", "virtio0");
	put(t, "group_type", 2);
	put(t, "max_pages", 17);
	put(t, "unit_pages", 512);
	assert_int_equal(reads(t), 1);
	assert_false(t->event.is_decision);
	assert_int_equal(c->kind, kind);
	assert_int_equal(c->mgid, 5);
	assert_int_equal(c->node, 2);
	assert_string_equal(c->device, "virtio0");
	assert_true(c->dynamic);
	assert_int_equal(c->max_pages, 17);
	assert_int_equal(c->unit_pages, 512);
	put(t, "group_type", 1);
	assert_int_equal(reads(t), 1);
	assert_false(c->dynamic);
}

static void read_all(enum tep_endian endian)
{
	static const enum change_kind kinds[] = {
		[2] = CHANGE_ONLINE, CHANGE_OFFLINE, CHANGE_REGISTER, CHANGE_UNREGISTER,
	};
	struct trace t;
	size_t i;

	for (i = 0; i < NR_MADE_UP; i++) {
		start(&t, made_up_handle(endian), made_up_names[i]);
		assert_int_equal(trace_formats_check(t.formats, &t.fault), 0);
		if (i < 2) {
			fill_decision(&t);
			is_decision(&t, i == 1);
		} else if (i < 4) {
			is_change(&t, kinds[i]);
		} else {
			is_group(&t, kinds[i]);
		}
		end(&t);
	}
}

static void reads_every_event(void **state)
{
	(void)state;
	read_all(TEP_LITTLE_ENDIAN);
}

static void reads_big_endian_events(void **state)
{
	(void)state;
	read_all(TEP_BIG_ENDIAN);
}

static void names_every_event(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < NR_MADE_UP; i++)
		assert_string_equal(trace_event_name(i), made_up_names[i]);
	assert_null(trace_event_name(NR_MADE_UP));
	assert_null(trace_event_name(SIZE_MAX));
}

static void reads_every_word(void **state)
{
	struct trace t;
	size_t zone, reason;

	(void)state;
	start(&t, made_up_handle(TEP_LITTLE_ENDIAN), "mhp_zone_preview");
	put(&t, "nr_pages", 1);
	for (zone = 0; zone < NR(zones); zone++) {
		for (reason = 0; reason < NR(reasons); reason++) {
			put(&t, "zone", zone);
			put(&t, "reason", reason);
			assert_int_equal(reads(&t), 1);
			assert_string_equal(t.event.decision.zone, zones[zone]);
			assert_string_equal(t.event.decision.reason, reasons[reason]);
		}
	}
	/* Those of a later kernel stay the numbers that they are. */
	put(&t, "policy", UINT32_MAX);
	put(&t, "domain", 3);
	assert_int_equal(reads(&t), 1);
	assert_string_equal(t.event.decision.policy, "4294967295");
	assert_string_equal(t.event.decision.domain, "3");
	end(&t);
}

static void reads_numbers_at_their_ends(void **state)
{
	struct trace t;

	(void)state;
	start(&t, made_up_handle(TEP_LITTLE_ENDIAN), "mhp_zone_decision");
	put(&t, "start_pfn", UINT64_MAX);
	put(&t, "nr_pages", 1);
	put(&t, "nid", INT_MAX);
	put(&t, "mgid", (uint64_t)INT_MIN);
	put(&t, "limit_pages", UINT64_MAX);
	assert_int_equal(reads(&t), 1);
	assert_true(t.event.decision.block == UINT64_MAX);
	assert_int_equal(t.event.decision.node, INT_MAX);
	assert_int_equal(t.event.decision.mgid, INT_MIN);
	assert_true(t.event.decision.limit_pages == UINT64_MAX);
	put(&t, "nr_pages", UINT64_MAX);
	assert_int_equal(reads(&t), 1);
	assert_true(t.event.decision.block_pages == UINT64_MAX);
	assert_int_equal(t.event.decision.block, 1);
	/* Blocks of no size have no number. */
	put(&t, "nr_pages", 0);
	assert_int_equal(reads(&t), -EINVAL);
	end(&t);

	start(&t, made_up_handle(TEP_LITTLE_ENDIAN), "mhp_block_offline");
	assert_int_equal(reads(&t), -EINVAL);
	put(&t, "nr_pages", 1);
	put(&t, "result", (uint64_t)INT_MIN);
	assert_int_equal(reads(&t), 1);
	assert_int_equal(t.event.change.result, INT_MIN);
	end(&t);
}

static void reads_any_name(void **state)
{
	static const char full[] = "0123456789abcdef0123456789ABCDEF";
	struct trace t;

	(void)state;
	start(&t, made_up_handle(TEP_LITTLE_ENDIAN), "mhp_group_register");
	made_up_text(t.tep, &t.record, "device", full);
	assert_int_equal(reads(&t), 1);
	assert_string_equal(t.event.change.device, full);
	made_up_text(t.tep, &t.record, "device", "\033[2J\377%s\n");
	assert_int_equal(reads(&t), 1);
	assert_string_equal(t.event.change.device, "\033[2J\377%s\n");
	made_up_text(t.tep, &t.record, "device", "");
	assert_int_equal(reads(&t), 1);
	assert_string_equal(t.event.change.device, "");
	end(&t);
}

/* Each of them in memory of its own size. */
static void refuses_short_records(void **state)
{
	struct trace t;
	size_t i;
	int size;

	(void)state;
	for (i = 0; i < NR_MADE_UP; i++) {
		start(&t, made_up_handle(TEP_LITTLE_ENDIAN), made_up_names[i]);
		if (i < 4)
			put(&t, "nr_pages", 1);
		/* The ring buffer may make it longer. */
		made_up_resize(&t.record, t.record.size + 4);
		assert_int_equal(reads(&t), 1);
		made_up_resize(&t.record, t.record.size - 4);
		assert_int_equal(reads(&t), 1);
		for (size = t.record.size - 1; size >= 0; size--) {
			made_up_resize(&t.record, size);
			assert_int_equal(reads(&t), -EINVAL);
		}
		end(&t);
	}
}

static void leaves_other_events_alone(void **state)
{
	struct trace t;

	(void)state;
	start(&t, made_up_handle(TEP_LITTLE_ENDIAN), "mhp_zone_decision");
	put(&t, "nr_pages", 1);
	put(&t, "common_type", 1);
	assert_int_equal(reads(&t), 0);
	end(&t);
}

/* Another version of an event: everything by name. */
static void reads_another_layout(void **state)
{
	struct tep_handle *tep = made_up_empty(TEP_BIG_ENDIAN);
	char *format = made_up_format("mhp_block_online");
	struct trace t;

	(void)state;
	format = made_up_edit(format, "int result;\toffset:68", "int fresh;\toffset:68");
	format = made_up_edit(format, "u64 duration_ns;\toffset:72;\tsize:8",
			      "u32 duration_ns;\toffset:100;\tsize:4");
	format = made_up_edit(format, "char device[32];\toffset:32;\tsize:32",
			      "char device[4];\toffset:32;\tsize:4");
	format = made_up_edit(format, "\nprint fmt",
			      "\tfield:s64 result;\toffset:80;\tsize:8;\tsigned:1;\n\nprint fmt");
	format = made_up_edit(format, "{ 3, \"Movable\" }", "{ 0x7, \"Movable\" }");
	made_up_parse(tep, format);
	start(&t, tep, "mhp_block_online");
	assert_int_equal(t.record.size, 104);
	put(&t, "nr_pages", 1);
	put(&t, "zone", 7);
	put(&t, "result", (uint64_t)-ENOMEM);
	put(&t, "duration_ns", UINT32_MAX);
	made_up_text(tep, &t.record, "device", "name");
	assert_int_equal(reads(&t), 1);
	assert_string_equal(t.event.change.zone, "Movable");
	assert_string_equal(t.event.change.device, "name");
	assert_int_equal(t.event.change.result, -ENOMEM);
	assert_int_equal(t.event.change.duration_ns, UINT32_MAX);
	end(&t);
}

/* The decision's format with one edit: what is said of it, and that it is not read. */
static void refuses_format(const char *old, const char *new, const char *words)
{
	struct tep_handle *tep = made_up_empty(TEP_LITTLE_ENDIAN);
	struct trace t;
	size_t i;

	for (i = 1; i < NR_MADE_UP; i++)
		made_up_parse(tep, made_up_format(made_up_names[i]));
	made_up_parse(tep, made_up_edit(made_up_format(made_up_names[0]), old, new));
	start(&t, tep, made_up_names[0]);
	assert_int_equal(trace_formats_check(t.formats, &t.fault), -EINVAL);
	assert_string_equal(t.fault.text, words);
	put(&t, "nr_pages", 1);
	assert_int_equal(reads(&t), 0);
	end(&t);
}

static void refuses_bad_formats(void **state)
{
	struct trace t;

	(void)state;
	/* In the text to print, too: libtraceevent 1.7 crashes on a field that is not there. */
	refuses_format("reason", "cause",
		       "mhp_zone_decision has no field reason that can be read");
	refuses_format("limit_pages;\toffset:112;\tsize:8", "limit_pages;\toffset:112;\tsize:3",
		       "mhp_zone_decision has no field limit_pages that can be read");
	refuses_format("char device[32];\toffset:32;\tsize:32",
		       "__data_loc char[] device;\toffset:32;\tsize:4",
		       "mhp_zone_decision has no field device that can be read");
	refuses_format("int nid;\toffset:24", "int nid;\toffset:4294967288",
		       "mhp_zone_decision has no field nid that can be read");

	t = (struct trace){ .tep = made_up_empty(TEP_LITTLE_ENDIAN) };
	t.formats = trace_formats_new(t.tep);
	assert_int_equal(trace_formats_check(t.formats, &t.fault), -ENOENT);
	assert_string_equal(t.fault.text, "it has no event mhp_zone_decision");
	end(&t);
}

static void knows_the_page_size(void **state)
{
	static char page[] =
		"\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
		"\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
		"\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
		"\tfield: char data;\toffset:16;\tsize:65520;\tsigned:0;\n";
	struct tep_handle *tep = made_up_empty(TEP_LITTLE_ENDIAN);

	(void)state;
	assert_int_equal(trace_page_bytes(tep), 4096);
	tep_set_page_size(tep, 0);
	assert_int_equal(trace_page_bytes(tep), 0);
	tep_set_page_size(tep, -4096);
	assert_int_equal(trace_page_bytes(tep), 0);
	assert_int_equal(tep_parse_header_page(tep, page, sizeof(page) - 1, 8), 0);
	assert_int_equal(trace_page_bytes(tep), 65536);
	tep_free(tep);
}

/* Any bytes of any size are an event, another event, or an error. */
static void survives_random_records(void **state)
{
	const unsigned int seed = made_up_seed();
	struct trace t;
	int i, at, size;

	(void)state;
	srandom(seed);
	start(&t, made_up_handle(seed % 2 ? TEP_BIG_ENDIAN : TEP_LITTLE_ENDIAN),
	      "mhp_zone_decision");
	for (i = 0; i < 20000; i++) {
		struct tep_record record = made_up_record(t.tep, made_up_names[i % NR_MADE_UP]);
		int ret;

		size = (int)(random() % 160);
		for (at = 2; at < record.size; at++)
			((char *)record.data)[at] = (char)random();
		if (i % 4 == 0)
			made_up_resize(&record, size);
		ret = trace_event_read(t.formats, &record, &t.event);
		assert_in_range(ret + EINVAL, 0, EINVAL + 1);
		assert_true(ret == 1 || ret == 0 || ret == -EINVAL);
		if (ret == 1 && t.event.is_decision)
			assert_true(strlen(t.event.decision.device) <= 32);
		free(record.data);
	}
	end(&t);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_event),
		cmocka_unit_test(reads_big_endian_events),
		cmocka_unit_test(names_every_event),
		cmocka_unit_test(reads_every_word),
		cmocka_unit_test(reads_numbers_at_their_ends),
		cmocka_unit_test(reads_any_name),
		cmocka_unit_test(refuses_short_records),
		cmocka_unit_test(leaves_other_events_alone),
		cmocka_unit_test(reads_another_layout),
		cmocka_unit_test(refuses_bad_formats),
		cmocka_unit_test(knows_the_page_size),
		cmocka_unit_test(survives_random_records),
	};

	return cmocka_run_group_tests_name("trace-event", tests, NULL, NULL);
}
