// SPDX-License-Identifier: GPL-2.0
/* What the plugin prints of records that no kernel made. */
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
#include "tep-plugin.h"

#define GROUP_FIELDS "mgid=3 nid=0 device=PNP0C80:03 group_type=static max_pages=1048576 " \
	"unit_pages=0"
#define GROUP_SENTENCE "group 3 of PNP0C80:03 (node 0) registered: static, 4 GiB"

static struct tep_handle *tep;
static struct tep_record record;

static int set_up(void **state)
{
	(void)state;
	tep = made_up_handle(TEP_LITTLE_ENDIAN);
	return TEP_PLUGIN_LOADER(tep);
}

static int tear_down(void **state)
{
	(void)state;
	TEP_PLUGIN_UNLOADER(tep);
	tep_free(tep);
	free(record.data);
	record.data = NULL;
	return 0;
}

static void put(const char *field, uint64_t number)
{
	made_up_number(tep, &record, field, number);
}

static void name(const char *text)
{
	made_up_text(tep, &record, "device", text);
}

/* A record for put() and name(), in place of the one before. */
static void take(const char *event)
{
	free(record.data);
	record = made_up_record(tep, event);
}

/* The part of a report's line that the plugin is asked for. */
static void prints_from(struct tep_handle *from, struct tep_record *what, const char *text)
{
	struct trace_seq s;

	trace_seq_init(&s);
	tep_print_event(from, &s, what, "%s", TEP_PRINT_INFO);
	trace_seq_terminate(&s);
	assert_string_equal(s.buffer, text);
	trace_seq_destroy(&s);
}

static void prints(const char *text)
{
	prints_from(tep, &record, text);
}

static void take_decision(const char *event)
{
	take(event);
	put("start_pfn", 144 * 32768);
	put("nr_pages", 32768);
	put("nid", 1);
	put("mgid", 3);
	name("PNP0C80:03");
	put("group_type", 1);
	put("policy", 1);
	put("zone", 2);
	put("reason", 4);
	put("domain", 1);
	put("early_kernel_pages", 1048576);
	put("movable_pages", 3145728);
	put("asked_pages", 1048576);
	put("limit_pages", 3156213);
}

static void prints_decisions(void **state)
{
	(void)state;
	take_decision("mhp_zone_decision");
	prints("block 144 of PNP0C80:03 (group 3, node 1) -> Normal: system_ratio. 12 GiB count as MOVABLE; 4 GiB more would exceed the 12.04 GiB that 4 GiB of kernel memory allow in the system at 301%.");
	put("domain", 2);
	put("reason", 5);
	prints("block 144 of PNP0C80:03 (group 3, node 1) -> Normal: node_ratio. 12 GiB count as MOVABLE; 4 GiB more would exceed the 12.04 GiB that 4 GiB of kernel memory allow on node 1 at 301%.");
	take_decision("mhp_zone_preview");
	put("asked_pages", 1024);
	put("zone", 3);
	put("reason", 0);
	prints("block 144 of PNP0C80:03 (group 3, node 1) would go to Movable: fits. With 4 MiB more, 12 GiB count as MOVABLE, of the 12.04 GiB that 4 GiB of kernel memory allow in the system at 301%.");
}

/* Those that need no numbers, each with each zone. */
static void prints_every_reason(void **state)
{
	static const char *const zones[] = { "DMA", "DMA32", "Normal", "Movable", "4", "none" };
	static const struct {
		unsigned int number;
		const char *text;
	} reasons[] = {
		{ 1, "ratio_zero. The ratio was 0: nothing becomes MOVABLE." },
		{ 2, "group_has_kernel. Part of the device was kernel memory already: a static device is all MOVABLE or all kernel memory." },
		{ 3, "unit_has_kernel. Part of the unit was kernel memory already: a unit is all MOVABLE or all kernel memory." },
		{ 6, "contiguous. contig-zones takes the zone of the memory beside it, so that zones stay contiguous." },
		{ 7, "requested. The policy was not asked: somebody wrote online_kernel to the state." },
		{ 8, "8. This program has no words for that reason." },
	};
	char line[512];
	size_t zone, i;

	(void)state;
	take_decision("mhp_zone_decision");
	put("request", 1);
	name("-");
	put("mgid", (uint64_t)-1);
	put("nid", (uint64_t)-1);
	for (zone = 0; zone < sizeof(zones) / sizeof(*zones); zone++) {
		for (i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
			put("zone", zone);
			put("reason", reasons[i].number);
			snprintf(line, sizeof(line), "block 144 (no group, no node) -> %s: %s",
				 zones[zone], reasons[i].text);
			prints(line);
		}
	}
}

static void take_change(const char *event, int result)
{
	take(event);
	put("start_pfn", 48 * 32768);
	put("nr_pages", 32768);
	name("virtio0");
	put("zone", 3);
	put("result", (uint64_t)result);
	put("duration_ns", 35562930);
}

static void prints_changes(void **state)
{
	(void)state;
	take_change("mhp_block_online", 0);
	prints("block 48 of virtio0 (group 0, node 0) went online to zone Movable: 128 MiB in 35.56 ms");
	take_change("mhp_block_offline", 0);
	prints("block 48 of virtio0 (group 0, node 0) went offline from zone Movable: 128 MiB in 35.56 ms");
	take_change("mhp_block_online", -ENOMEM);
	prints("block 48 of virtio0 (group 0, node 0) failed to go online to zone Movable: -ENOMEM (Cannot allocate memory) after 35.56 ms");
	take_change("mhp_block_offline", -EBUSY);
	put("duration_ns", 61000000000);
	prints("block 48 of virtio0 (group 0, node 0) failed to go offline from zone Movable: -EBUSY (Device or resource busy) after 61 s");
	/* Numbers that are no errors of this system. */
	take_change("mhp_block_offline", -512);
	prints("block 48 of virtio0 (group 0, node 0) failed to go offline from zone Movable: error -512 after 35.56 ms");
	take_change("mhp_block_offline", 1);
	prints("block 48 of virtio0 (group 0, node 0) failed to go offline from zone Movable: error 1 after 35.56 ms");
	take_change("mhp_block_offline", INT_MIN);
	prints("block 48 of virtio0 (group 0, node 0) failed to go offline from zone Movable: error -2147483648 after 35.56 ms");
}

static void take_group(struct tep_handle *handle, struct tep_record *group)
{
	*group = made_up_record(handle, "mhp_group_register");
	made_up_number(handle, group, "mgid", 3);
	made_up_text(handle, group, "device", "PNP0C80:03");
	made_up_number(handle, group, "group_type", 1);
	made_up_number(handle, group, "max_pages", 1048576);
}

static void prints_groups(void **state)
{
	(void)state;
	take_group(tep, &record);
	prints(GROUP_SENTENCE);
	/* Drivers name it later. */
	name("-");
	prints("group 3 (node 0) registered: static, 4 GiB");
	name("");
	prints("group 3 (node 0) registered: static, 4 GiB");
	take("mhp_group_unregister");
	name("virtio0");
	put("nid", (uint64_t)-1);
	put("group_type", 2);
	put("unit_pages", 32768);
	prints("group 0 of virtio0 (no node) unregistered: dynamic, in units of 128 MiB");
}

static void prints_numbers_at_their_ends(void **state)
{
	static const char *const fields[] = {
		"early_kernel_pages", "movable_pages", "asked_pages", "limit_pages",
	};
	size_t i;

	(void)state;
	take_decision("mhp_zone_decision");
	name("0123456789abcdef0123456789ABCDEF");
	put("start_pfn", UINT64_MAX);
	put("nr_pages", 1);
	put("nid", INT_MAX);
	put("mgid", INT_MAX);
	put("zone", UINT32_MAX);
	for (i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		put(fields[i], UINT64_MAX);
	prints("block 18446744073709551615 of 0123456789abcdef0123456789ABCDEF (group 2147483647, node 2147483647) -> 4294967295: system_ratio. 65536 EiB count as MOVABLE; 65536 EiB more would exceed the 65536 EiB that 65536 EiB of kernel memory allow in the system at the ratio of that time.");
	take_change("mhp_block_online", 0);
	put("start_pfn", UINT64_MAX);
	put("nr_pages", UINT64_MAX);
	put("duration_ns", UINT64_MAX);
	prints("block 1 of virtio0 (group 0, node 0) went online to zone Movable: 65536 EiB in 18446744073.71 s");
}

static void escapes_names(void **state)
{
	(void)state;
	take_group(tep, &record);
	name("\033[2J\a\n\\\377%s\302\233");
	prints("group 3 of \\x1b[2J\\x07\\x0a\\x5c\\xff%s\\xc2\\x9b (node 0) registered: static, 4 GiB");
}

/* Words come from the file as well; libtraceevent takes only what can be printed. */
static void escapes_words(void **state)
{
	struct tep_handle *other = made_up_empty(TEP_LITTLE_ENDIAN);
	struct tep_record change;

	(void)state;
	made_up_parse(other, made_up_edit(made_up_format("mhp_block_online"), "Movable",
					  "Mov\\able"));
	assert_int_equal(TEP_PLUGIN_LOADER(other), 0);
	change = made_up_record(other, "mhp_block_online");
	made_up_number(other, &change, "nr_pages", 1);
	made_up_number(other, &change, "zone", 3);
	made_up_text(other, &change, "device", "-");
	prints_from(other, &change, "block 0 (group 0, node 0) went online to zone Mov\\x5cable: 4 KiB in 0 ns");
	free(change.data);
	TEP_PLUGIN_UNLOADER(other);
	tep_free(other);
}

static void notes_bad_records(void **state)
{
	size_t i;

	(void)state;
	take("mhp_zone_decision");
	prints("[120 bytes that are no record of this event]");
	for (i = 0; i < NR_MADE_UP; i++) {
		take(made_up_names[i]);
		made_up_resize(&record, 11);
		prints("[11 bytes that are no record of this event]");
	}
}

/* What the plugin cannot read prints as if it were not there. */
static void leaves_other_formats_to_the_library(void **state)
{
	struct tep_handle *other = made_up_empty(TEP_LITTLE_ENDIAN);
	struct tep_record group;

	(void)state;
	made_up_parse(other, made_up_edit(made_up_format("mhp_group_register"), "unit_pages",
					  "size_of_units"));
	assert_int_equal(TEP_PLUGIN_LOADER(other), 0);
	take_group(other, &group);
	prints_from(other, &group, "mgid=3 nid=0 device=PNP0C80:03 group_type=static max_pages=1048576 size_of_units=0");
	free(group.data);
	TEP_PLUGIN_UNLOADER(other);
	tep_free(other);
}

static void needs_the_page_size(void **state)
{
	(void)state;
	take_group(tep, &record);
	tep_set_page_size(tep, 0);
	prints(GROUP_FIELDS);
	tep_set_page_size(tep, 65536);
	prints("group 3 of PNP0C80:03 (node 0) registered: static, 64 GiB");
}

static void prints_fields_if_asked_to(void **state)
{
	(void)state;
	assert_string_equal(TEP_PLUGIN_OPTIONS[0].name, "fields");
	assert_null(TEP_PLUGIN_OPTIONS[1].name);
	take_group(tep, &record);
	TEP_PLUGIN_OPTIONS[0].set = 1;
	prints(GROUP_SENTENCE "  " GROUP_FIELDS);
	TEP_PLUGIN_OPTIONS[0].set = 0;
	prints(GROUP_SENTENCE);
}

/* Programs open several traces, and know their formats before or after. */
static void serves_several_traces(void **state)
{
	struct tep_handle *big = made_up_empty(TEP_BIG_ENDIAN);
	struct tep_record group;

	(void)state;
	assert_int_equal(TEP_PLUGIN_LOADER(big), 0);
	tep_set_page_size(big, 65536);
	made_up_parse(big, made_up_format("mhp_group_register"));
	take_group(big, &group);
	take_group(tep, &record);
	prints_from(big, &group, "group 3 of PNP0C80:03 (node 0) registered: static, 64 GiB");
	prints(GROUP_SENTENCE);
	TEP_PLUGIN_UNLOADER(big);
	prints_from(big, &group, GROUP_FIELDS);
	prints(GROUP_SENTENCE);
	/* It is no longer known. */
	assert_int_equal(TEP_PLUGIN_UNLOADER(big), 0);
	free(group.data);
	tep_free(big);
}

/* Any bytes of any size end in text that a terminal does not obey. */
static void survives_random_records(void **state)
{
	struct trace_seq s;
	int i, at;

	(void)state;
	srandom(made_up_seed());
	trace_seq_init(&s);
	for (i = 0; i < 20000; i++) {
		take(made_up_names[i % NR_MADE_UP]);
		for (at = 2; at < record.size; at++)
			((char *)record.data)[at] = (char)random();
		if (i % 4 == 0)
			made_up_resize(&record, 8 + (int)(random() % 150));
		trace_seq_reset(&s);
		tep_print_event(tep, &s, &record, "%s", TEP_PRINT_INFO);
		trace_seq_terminate(&s);
		assert_true(s.len > 20);
		for (at = 0; s.buffer[at]; at++)
			assert_in_range(s.buffer[at], ' ', '~');
	}
	trace_seq_destroy(&s);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(prints_decisions),
		TEST(prints_every_reason),
		TEST(prints_changes),
		TEST(prints_groups),
		TEST(prints_numbers_at_their_ends),
		TEST(escapes_names),
		TEST(escapes_words),
		TEST(notes_bad_records),
		TEST(leaves_other_formats_to_the_library),
		TEST(needs_the_page_size),
		TEST(prints_fields_if_asked_to),
		TEST(serves_several_traces),
		TEST(survives_random_records),
	};

	return cmocka_run_group_tests_name("traceevent-plugin", tests, NULL, NULL);
}
