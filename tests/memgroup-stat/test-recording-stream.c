// SPDX-License-Identifier: GPL-2.0
/* What a process that read a hostile file may say, and what is believed of it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "recording-stream.h"

static int file;
static struct recording_stream stream;
static struct recording_item item;
static struct fault fault;

static int set_up(void **state)
{
	(void)state;
	file = memfd_create("stream", MFD_CLOEXEC);
	return file < 0 || recording_stream_start(&stream, file, &fault);
}

static int tear_down(void **state)
{
	(void)state;
	recording_stream_end(&stream);
	return close(file);
}

static void put(const void *data, size_t len)
{
	/* Behind what is there, while the reader stays where it is. */
	const off_t at = lseek(file, 0, SEEK_CUR), end = lseek(file, 0, SEEK_END);

	assert_int_equal(pwrite(file, data, len, end), len);
	assert_int_equal(lseek(file, at, SEEK_SET), at);
}

static void say_with(uint16_t kind, uint16_t flag, const void *data, uint32_t len)
{
	const struct say_head head = { .kind = kind, .flag = flag, .bytes = len };

	put(&head, sizeof(head));
	put(data, len);
}

static void say(uint16_t kind, const void *data, uint32_t len)
{
	say_with(kind, 0, data, len);
}

static int next(void)
{
	*fault.text = '\0';
	return recording_stream_next(&stream, &item, &fault);
}

static const struct say_start good_start = { .page_bytes = 4096, .cpus = 4, .has_clock = 1 };
static const struct decision good_decision = {
	.time_ns = 5, .block = 48, .block_pages = 32768, .mgid = 3, .device = "a b\033",
	.group_type = "static", .request = "online", .policy = "auto-movable",
	.zone = "Movable", .reason = "fits", .domain = "system",
};
static const struct change good_change = {
	.kind = CHANGE_ONLINE, .block = 48, .block_pages = 32768, .device = "-",
	.zone = "Normal", .result = -16,
};

static void start(void)
{
	say(SAY_START, &good_start, sizeof(good_start));
	assert_int_equal(next(), 0);
}

static void test_good(void **state)
{
	const struct say_end end = { .first_ns = 1, .last_ns = 9, .records = 3, .lost = 2 };
	struct change dynamic = { .kind = CHANGE_REGISTER, .mgid = 1, .device = "d" };

	(void)state;
	start();
	assert_int_equal(stream.recording.page_bytes, 4096);
	assert_int_equal(stream.recording.cpus, 4);
	assert_true(stream.recording.has_clock);

	say_with(SAY_DECISION, 1, &good_decision, sizeof(good_decision));
	assert_int_equal(next(), 0);
	assert_int_equal(item.kind, ITEM_EVENT);
	assert_true(item.event.is_decision && item.event.decision.preview);
	assert_string_equal(item.event.decision.device, "a b\033");

	say(SAY_CHANGE, &good_change, sizeof(good_change));
	say_with(SAY_CHANGE, 1, &dynamic, sizeof(dynamic));
	assert_int_equal(next(), 0);
	assert_int_equal(item.event.change.result, -16);
	assert_int_equal(next(), 0);
	assert_true(item.event.change.dynamic);

	say(SAY_MARK, "\7\0\0\0\0\0\0\0hello", 13);
	say(SAY_LOST, "", 0);
	assert_int_equal(next(), 0);
	assert_int_equal(item.kind, ITEM_MARK);
	assert_int_equal(item.mark.time_ns, 7);
	assert_string_equal(item.mark.line, "hello");
	assert_int_equal(next(), 0);
	assert_int_equal(item.kind, ITEM_LOST);

	say(SAY_END, &end, sizeof(end));
	assert_int_equal(next(), 0);
	assert_int_equal(item.kind, ITEM_END);
	assert_int_equal(stream.recording.lost, 2);
	assert_int_equal(stream.recording.last_ns, 9);
	assert_false(stream.recording.lost_unknown);
	/* After that there is nothing to read. */
	assert_int_equal(next(), -EPIPE);
}

/* More than fits into its buffer, in pieces that cross the border of it. */
static void test_many(void **state)
{
	struct decision d = good_decision;
	int i;

	(void)state;
	start();
	for (i = 0; i < 5000; i++) {
		d.block = (uint64_t)i;
		say(SAY_DECISION, &d, sizeof(d));
	}
	for (i = 0; i < 5000; i++) {
		assert_int_equal(next(), 0);
		assert_int_equal(item.event.decision.block, i);
	}
	assert_int_equal(next(), -EPIPE);
}

/* Said after the start, it is not believed. */
static void refused(uint16_t kind, uint16_t flag, const void *data, uint32_t len)
{
	void *no_state = NULL;

	tear_down(&no_state);
	assert_int_equal(set_up(&no_state), 0);
	start();
	say_with(kind, flag, data, len);
	assert_int_equal(next(), -EPROTO);
	assert_true(*fault.text);
}

#define REFUSED_DECISION(field, value) do {				\
	struct decision d_ = good_decision;				\
									\
	d_.field = value;						\
	refused(SAY_DECISION, 0, &d_, sizeof(d_));			\
} while (0)

#define REFUSED_CHANGE(field, value) do {				\
	struct change c_ = good_change;					\
									\
	c_.field = value;						\
	refused(SAY_CHANGE, 0, &c_, sizeof(c_));			\
} while (0)

#define REFUSED_WORD(field) do {					\
	struct decision d_ = good_decision;				\
									\
	memset(d_.field, 'x', sizeof(d_.field));			\
	refused(SAY_DECISION, 0, &d_, sizeof(d_));			\
	d_ = good_decision;						\
	d_.field[0] = '\0';						\
	refused(SAY_DECISION, 0, &d_, sizeof(d_));			\
} while (0)

static void test_decision(void **state)
{
	(void)state;
	REFUSED_DECISION(node, -2);
	REFUSED_DECISION(node, 4096);
	REFUSED_DECISION(mgid, -2);
	REFUSED_DECISION(block_pages, 0);
	REFUSED_DECISION(block, UINT64_MAX);
	REFUSED_DECISION(block, UINT64_MAX / 32768);
	REFUSED_DECISION(block, UINT64_MAX / 32768 / 4096);
	REFUSED_DECISION(zone[1], '\033');
	REFUSED_DECISION(reason[1], ' ');
	REFUSED_DECISION(policy[1], '\377');
	REFUSED_WORD(device);
	REFUSED_WORD(group_type);
	REFUSED_WORD(request);
	REFUSED_WORD(policy);
	REFUSED_WORD(zone);
	REFUSED_WORD(reason);
	REFUSED_WORD(domain);
}

static void test_change(void **state)
{
	(void)state;
	REFUSED_CHANGE(kind, CHANGE_UNREGISTER + 1);
	REFUSED_CHANGE(result, 1);
	REFUSED_CHANGE(block_pages, 0);
	REFUSED_CHANGE(block, UINT64_MAX);
	REFUSED_CHANGE(zone[0], '\n');
	REFUSED_CHANGE(node, 5000);
	REFUSED_CHANGE(device[0], '\0');
}

static void test_rest(void **state)
{
	const struct say_end backwards = { .first_ns = 2, .last_ns = 1 };
	const struct say_end unclear = { .lost_unknown = 2 };
	char line[SAY_BYTES_MAX + 1];

	(void)state;
	memset(line, 'x', sizeof(line));
	refused(SAY_START, 0, &good_start, sizeof(good_start));
	refused(SAY_END, 0, &backwards, sizeof(backwards));
	refused(SAY_END, 0, &unclear, sizeof(unclear));
	refused(SAY_END, 0, &backwards, sizeof(backwards) - 1);
	refused(SAY_LOST, 0, "x", 1);
	refused(SAY_DECISION, 2, &good_decision, sizeof(good_decision));
	refused(SAY_DECISION, 0, &good_decision, sizeof(good_decision) - 1);
	refused(SAY_MARK, 0, line, 7);
	refused(SAY_MARK, 0, line, sizeof(line));
	refused(SAY_MARK, 0, "01234567a\0b", 11);
	refused(SAY_MARK, 0, "01234567a\nb", 11);
	refused(SAY_FAULT + 1, 0, "", 0);
	refused(UINT16_MAX, 0, "", 0);
	refused(SAY_FAULT, 0, line, FAULT_TEXT_MAX);
	refused(SAY_FAULT, 0, "", 0);
	refused(SAY_FAULT, 0, "\0nothing", 8);
}

static void refused_start(struct say_start say_start)
{
	void *no_state = NULL;

	tear_down(&no_state);
	assert_int_equal(set_up(&no_state), 0);
	say(SAY_START, &say_start, sizeof(say_start));
	assert_int_equal(next(), -EPROTO);
}

static void test_start(void **state)
{
	(void)state;
	refused_start((struct say_start){ .page_bytes = 0, .cpus = 1 });
	refused_start((struct say_start){ .page_bytes = 4097, .cpus = 1 });
	refused_start((struct say_start){ .page_bytes = 1ULL << 63, .cpus = 1 });
	refused_start((struct say_start){ .page_bytes = 4096, .cpus = 0 });
	refused_start((struct say_start){ .page_bytes = 4096, .cpus = UINT32_MAX });
	refused_start((struct say_start){ .page_bytes = 4096, .cpus = 1, .has_clock = 7 });
}

static void test_before_start(void **state)
{
	(void)state;
	say(SAY_LOST, "", 0);
	assert_int_equal(next(), -EPROTO);
}

static void test_fault(void **state)
{
	(void)state;
	say(SAY_FAULT, "so it is", 8);
	assert_int_equal(next(), -EINVAL);
	assert_string_equal(fault.text, "so it is");
}

static void test_ends(void **state)
{
	const struct say_head head = { .kind = SAY_DECISION, .bytes = sizeof(struct decision) };

	(void)state;
	start();
	put(&head, sizeof(head));
	put("half", 4);
	assert_int_equal(next(), -EPIPE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_good, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_many, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_decision, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_change, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rest, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_start, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_before_start, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_fault, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ends, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
