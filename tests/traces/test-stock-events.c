// SPDX-License-Identifier: GPL-2.0
/*
 * What is read of kprobe events: from the recording that is shipped, and from records that
 * are made here, also such as no kernel makes.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <trace-cmd.h>

#include "trace-event-stock.h"

#define COMMON \
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n" \
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n" \
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n" \
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
#define NUMBER(name, offset) \
	"\tfield:u64 " name ";\toffset:" offset ";\tsize:8;\tsigned:0;\n"
#define FORMAT(name, id, fields) \
	"name: " name "\nID: " id "\nformat:\n" COMMON fields "\nprint fmt: \"\"\n"
#define BLOCK \
	"\tfield:u64 start_pfn;\toffset:8;\tsize:8;\tsigned:0;\n" \
	"\tfield:u64 nr_pages;\toffset:16;\tsize:8;\tsigned:0;\n"
#define ZONE "\tfield:__data_loc char[] zone;\toffset:28;\tsize:4;\tsigned:1;\n"
#define RESULT "\tfield:s32 result;\toffset:8;\tsize:4;\tsigned:1;\n"

enum { ID_ONLINE = 1, ID_OFFLINE, ID_ONLINE_DONE, ID_OFFLINE_DONE };

static const char online[] = FORMAT("online", "1", BLOCK
	"\tfield:s32 nid;\toffset:24;\tsize:4;\tsigned:1;\n" ZONE);
/* As before 5.18. */
static const char offline[] = FORMAT("offline", "2", BLOCK);
static const char online_done[] = FORMAT("online_done", "3", RESULT);
static const char offline_done[] = FORMAT("offline_done", "4", RESULT);

static struct tep_handle *tep;
static struct stock_formats *formats;
static struct change change;

static void learn_format(const char *text)
{
	assert_int_equal(tep_parse_event(tep, text, strlen(text), "memgroup_stock"), 0);
}

static int set_up(void **state)
{
	(void)state;
	tep = tep_alloc();
	assert_non_null(tep);
	tep_set_local_bigendian(tep, TEP_LITTLE_ENDIAN);
	tep_set_file_bigendian(tep, TEP_LITTLE_ENDIAN);
	learn_format(online);
	learn_format(offline);
	learn_format(online_done);
	learn_format(offline_done);
	formats = stock_formats_new(tep);
	return formats ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	stock_formats_free(formats);
	tep_free(tep);
	return 0;
}

/* What a record holds; the zone's name is behind it. */
struct raw {
	uint16_t type;
	uint8_t flags, preempt_count;
	int32_t pid;
	union {
		struct {
			uint64_t start_pfn, nr_pages;
			int32_t nid;
			uint16_t zone_at, zone_len;
			char zone[24];
		};
		int32_t result;
	};
};

/* On the heap, of the exact size: sanitizers see every step outside. */
static int read_raw(const struct raw *raw, int size, uint64_t time_ns)
{
	struct tep_record record = { .ts = time_ns, .size = size, .data = malloc((size_t)size) };
	int ret;

	assert_non_null(record.data);
	memcpy(record.data, raw, (size_t)size);
	ret = stock_event_read(formats, &record, &change);
	free(record.data);
	return ret;
}

static int begin(uint16_t type, int pid, uint64_t start_pfn, uint64_t nr_pages, uint64_t time_ns)
{
	const struct raw raw = {
		.type = type, .pid = pid, .start_pfn = start_pfn, .nr_pages = nr_pages, .nid = 1,
		.zone_at = offsetof(struct raw, zone), .zone_len = 8, .zone = "Movable",
	};

	return read_raw(&raw, sizeof(raw), time_ns);
}

static int end(uint16_t type, int pid, int result, uint64_t time_ns)
{
	const struct raw raw = { .type = type, .pid = pid, .result = result };

	return read_raw(&raw, 12, time_ns);
}

static void a_block_goes_online(void **state)
{
	(void)state;
	assert_int_equal(begin(ID_ONLINE, 7, 0x48000, 0x8000, 1000), 0);
	assert_int_equal(end(ID_ONLINE_DONE, 7, 0, 1250), 1);
	assert_int_equal(change.kind, CHANGE_ONLINE);
	assert_true(change.block == 9 && change.block_pages == 0x8000);
	assert_int_equal(change.node, 1);
	assert_int_equal(change.mgid, -1);
	assert_string_equal(change.device, "-");
	assert_string_equal(change.zone, "Movable");
	assert_int_equal(change.result, 0);
	assert_true(change.time_ns == 1250 && change.duration_ns == 250);
}

/* Nor is the zone known here. */
static void a_block_does_not_go_offline(void **state)
{
	(void)state;
	assert_int_equal(begin(ID_OFFLINE, 7, 0x48000, 0x8000, 1000), 0);
	assert_int_equal(end(ID_OFFLINE_DONE, 7, -16, 3000), 1);
	assert_int_equal(change.kind, CHANGE_OFFLINE);
	assert_int_equal(change.result, -16);
	assert_int_equal(change.node, -1);
	assert_string_equal(change.zone, "-");
}

static void a_block_holds_its_own_map(void **state)
{
	(void)state;
	assert_int_equal(begin(ID_ONLINE, 7, 0x48200, 0x7e00, 1000), 0);
	assert_int_equal(end(ID_ONLINE_DONE, 7, 0, 1250), 1);
	assert_true(change.block == 9 && change.block_pages == 0x8000);
}

static void ends_without_a_beginning(void **state)
{
	(void)state;
	assert_int_equal(end(ID_ONLINE_DONE, 7, 0, 10), 0);
	assert_int_equal(begin(ID_ONLINE, 7, 0x48000, 0x8000, 1000), 0);
	assert_int_equal(end(ID_ONLINE_DONE, 8, 0, 1250), 0);
	assert_int_equal(end(ID_OFFLINE_DONE, 7, 0, 1250), 0);
	assert_int_equal(end(ID_ONLINE_DONE, 7, 0, 999), 0);
	assert_int_equal(end(ID_ONLINE_DONE, 7, 0, 1250), 1);
	assert_int_equal(end(ID_ONLINE_DONE, 7, 0, 1300), 0);
}

static void of_another_event(void **state)
{
	(void)state;
	assert_int_equal(begin(99, 7, 0x48000, 0x8000, 1000), 0);
	assert_int_equal(end(ID_ONLINE_DONE, 7, 0, 1250), 0);
}

static void impossible_records(void **state)
{
	struct raw raw = {
		.type = ID_ONLINE, .start_pfn = 0x8000, .nr_pages = 0x8000,
		.zone_at = offsetof(struct raw, zone), .zone_len = 8, .zone = "Normal",
	};
	int size;

	(void)state;
	for (size = 0; size < (int)offsetof(struct raw, zone) + 8; size++)
		assert_int_equal(read_raw(&raw, size, 0), -EINVAL);
	assert_int_equal(read_raw(&raw, size, 0), 0);
	raw.zone_len = 0xffff;
	assert_int_equal(read_raw(&raw, sizeof(raw), 0), -EINVAL);
	raw.zone_at = 0xffff;
	raw.zone_len = 0;
	assert_int_equal(read_raw(&raw, sizeof(raw), 0), -EINVAL);
	assert_int_equal(begin(ID_ONLINE, 7, 0, 0, 0), -EINVAL);
	assert_int_equal(begin(ID_ONLINE, 7, 0, UINT64_MAX, 0), -EINVAL);
	/* And nothing of them is left. */
	assert_int_equal(end(ID_ONLINE_DONE, 7, 0, 1250), 0);
	raw.type = ID_ONLINE_DONE;
	assert_int_equal(read_raw(&raw, 11, 0), -EINVAL);
}

/* A name that is longer than a zone's, and one that does not end. */
static void long_zones(void **state)
{
	struct raw raw = {
		.type = ID_ONLINE, .pid = 7, .start_pfn = 0x8000, .nr_pages = 0x8000,
		.zone_at = offsetof(struct raw, zone), .zone_len = 24,
	};

	(void)state;
	memset(raw.zone, 'z', sizeof(raw.zone));
	assert_int_equal(read_raw(&raw, sizeof(raw), 0), 0);
	assert_int_equal(end(ID_ONLINE_DONE, 7, 0, 1), 1);
	assert_string_equal(change.zone, "zzzzzzzzzzzzzzz");
	raw.zone_len = 3;
	assert_int_equal(read_raw(&raw, offsetof(struct raw, zone) + 3, 0), 0);
	assert_int_equal(end(ID_ONLINE_DONE, 7, 0, 1), 1);
	assert_string_equal(change.zone, "zzz");
}

static void other_formats(void **state)
{
	static const char *const broken[] = {
		FORMAT("online", "1", NUMBER("start_pfn", "8")),
		FORMAT("online", "1", BLOCK NUMBER("zone", "24")),
		FORMAT("online", "1", NUMBER("start_pfn", "8") ZONE
		       "\tfield:u8 nr_pages;\toffset:16;\tsize:1;\tsigned:0;\n"),
	};
	struct tep_handle *old = tep;
	size_t i;

	(void)state;
	tep = tep_alloc();
	assert_non_null(tep);
	errno = 0;
	assert_null(stock_formats_new(tep));
	assert_int_equal(errno, ENOENT);
	tep_free(tep);
	for (i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		tep = tep_alloc();
		assert_non_null(tep);
		learn_format(broken[i]);
		learn_format(offline);
		learn_format(online_done);
		learn_format(offline_done);
		assert_null(stock_formats_new(tep));
		assert_int_equal(errno, EINVAL);
		tep_free(tep);
	}
	tep = old;
}

/* What became of the blocks of virtio-mem, by the first of them, in turns. */
struct tally {
	struct stock_formats *formats;
	uint64_t online, offline;
};

static int count(struct tracecmd_input *file, struct tep_record *record, int cpu, void *context)
{
	struct tally *tally = context;
	int ret = stock_event_read(tally->formats, record, &change);

	(void)file;
	(void)cpu;
	assert_in_range(ret, 0, 1);
	if (!ret)
		return 0;
	assert_string_equal(change.zone, "Normal");
	assert_int_equal(change.node, 1);
	assert_int_equal(change.result, 0);
	assert_true(change.block_pages == 0x8000 && change.duration_ns > 0);
	if (change.kind == CHANGE_ONLINE)
		tally->online++;
	else
		tally->offline++;
	return 0;
}

static void the_cliff(void **state)
{
	struct tracecmd_input *file = tracecmd_open(RECORDINGS "/cliff-stock.dat",
						    TRACECMD_FL_LOAD_NO_PLUGINS);
	struct tally tally = { 0 };

	(void)state;
	assert_non_null(file);
	tally.formats = stock_formats_new(tracecmd_get_tep(file));
	assert_non_null(tally.formats);
	assert_int_equal(tracecmd_iterate_events(file, NULL, 0, count, &tally), 0);
	assert_true(tally.online == 32 && tally.offline == 32);
	stock_formats_free(tally.formats);
	tracecmd_close(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_block_goes_online, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_block_does_not_go_offline, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_block_holds_its_own_map, set_up, tear_down),
		cmocka_unit_test_setup_teardown(ends_without_a_beginning, set_up, tear_down),
		cmocka_unit_test_setup_teardown(of_another_event, set_up, tear_down),
		cmocka_unit_test_setup_teardown(impossible_records, set_up, tear_down),
		cmocka_unit_test_setup_teardown(long_zones, set_up, tear_down),
		cmocka_unit_test_setup_teardown(other_formats, set_up, tear_down),
		cmocka_unit_test(the_cliff),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
