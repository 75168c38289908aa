// SPDX-License-Identifier: GPL-2.0
/* Decisions from texts, and in sentences. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "decisions.h"
#include "explain.h"

#define HEAD "time_ns first_block blocks node group device request policy zone reason domain " \
	     "early_kernel_pages movable_pages asked_pages limit_pages\n"
#define LINE "7 144 1 0 3 a\\040b online auto-movable Normal system_ratio system 100 200 50 301\n"
#define EVENT ": mhp_zone_decision: start_pfn=0x240000 nr_pages=16384 nid=1 mgid=-1 device=- " \
	      "group_type=none request=online policy=auto-movable zone=Normal reason=node_ratio " \
	      "domain=node early_kernel_pages=1 movable_pages=2 asked_pages=3 limit_pages=4\n"

static struct fault fault;
static struct events events;

static int parse(const char *content,
		 int (*parser)(struct events *, const char *, struct text *, struct fault *))
{
	struct text text = { strdup(content), strlen(content) };
	int err;

	assert_non_null(text.data);
	events_free(&events);
	err = parser(&events, "file", &text, &fault);
	text_free(&text);
	return err;
}

static void reads_decisions(void **state)
{
	const struct decision *d;

	(void)state;
	assert_int_equal(parse(HEAD LINE "8 2 1 - - - online_movable contig-zones Movable requested none 0 0 9 0\n",
			       decisions_parse), 0);
	assert_int_equal(events.count, 2);
	d = events.list;
	assert_int_equal(d->time_ns, 7);
	assert_int_equal(d->block, 144);
	assert_int_equal(d->node, 0);
	assert_int_equal(d->mgid, 3);
	assert_string_equal(d->device, "a b");
	assert_string_equal(d->zone, "Normal");
	assert_int_equal(d->limit_pages, 301);
	d++;
	assert_int_equal(d->node, -1);
	assert_int_equal(d->mgid, -1);
	assert_string_equal(d->device, "-");
	events_free(&events);
}

static void refuses(const char *content, const char *words)
{
	assert_int_equal(parse(content, decisions_parse), -EINVAL);
	assert_string_equal(fault.text, words);
}

static void refuses_bad_decisions(void **state)
{
	(void)state;
	refuses("time_ns first_block\n", "file: line 1: no column blocks");
	refuses(HEAD "x 144 1 0 3 d online auto-movable Normal fits system 1 2 3 4\n",
		"file: line 2: time_ns: x: not a number");
	refuses(HEAD "7 144 2 0 3 d online auto-movable Normal fits system 1 2 3 4\n",
		"file: line 2: blocks: not 1");
	refuses(HEAD LINE "7 144 1 0 2147483648 d online auto-movable Normal fits system 1 2 3 4\n",
		"file: line 3: group: more than 2147483647");
	refuses(HEAD "7 144 1 0 3 d online auto-movable a-zone-of-that-length fits system 1 2 3 4\n",
		"file: line 2: zone: longer than 15 characters");
	events_free(&events);
}

static void reads_a_trace(void **state)
{
	(void)state;
	assert_int_equal(parse("# tracer: nop\n#\n"
			       "  a: mhp task 1.2-15  [000] .....  4.25: sched_switch: prev=1\n"
			       "  <...>-15  [000] .....    12.500001" EVENT
			       "  x-1  [001] d..1.  13.000000: mhp_block_online: start_pfn=0x1 nr_pages=1 nid=0 mgid=0 device=d zone=Movable result=0 duration_ns=3\n",
			       decisions_parse_trace), 0);
	assert_int_equal(events.count, 1);
	assert_int_equal(events.list[0].time_ns, 12500001000);
	assert_int_equal(events.list[0].block, 144);
	assert_int_equal(events.list[0].mgid, -1);
	assert_int_equal(parse("\n x-1 [0] . 1.0: mhp_zone_decision: start_pfn=1\n",
			       decisions_parse_trace), -EINVAL);
	assert_string_equal(fault.text, "file: line 2: mhp_zone_decision lacks something");
	assert_int_equal(parse(" x-1 [0] . now" EVENT, decisions_parse_trace), -EINVAL);
	assert_string_equal(fault.text, "file: line 1: no event");
	assert_int_equal(parse("", decisions_parse_trace), 0);
	assert_int_equal(events.count, 0);
	events_free(&events);
}

static void says(const struct decision *decision, const char *sentence)
{
	char text[EXPLANATION_MAX];

	explain(decision, 4096, text);
	assert_string_equal(text, sentence);
}

static void says_why(void **state)
{
	/* 4 GiB of boot memory at 301 %, the first block of a fourth DIMM. */
	struct decision d = {
		.reason = "system_ratio", .domain = "system", .request = "online",
		.early_kernel_pages = 1048576, .movable_pages = 3145728,
		.asked_pages = 1048576, .limit_pages = 3156213,
	};

	(void)state;
	says(&d, "12 GiB count as MOVABLE; 4 GiB more would exceed the 12.04 GiB that 4 GiB of kernel memory allow in the system at 301%.");
	/* No ratio comes to that. */
	d.limit_pages++;
	says(&d, "12 GiB count as MOVABLE; 4 GiB more would exceed the 12.04 GiB that 4 GiB of kernel memory allow in the system at the ratio of that time.");
	d.limit_pages--;
	strcpy(d.domain, "node");
	strcpy(d.reason, "node_ratio");
	d.node = 7;
	says(&d, "12 GiB count as MOVABLE; 4 GiB more would exceed the 12.04 GiB that 4 GiB of kernel memory allow on node 7 at 301%.");
	d.early_kernel_pages = 0;
	d.limit_pages = 0;
	says(&d, "There is no kernel memory on node 7 that counts: nothing may be MOVABLE.");
	d = (struct decision){ .reason = "fits", .domain = "system",
			       .early_kernel_pages = 3, .asked_pages = 1,
			       .limit_pages = 9 };
	says(&d, "With 4 KiB more, 4 KiB count as MOVABLE, of the 36 KiB that 12 KiB of kernel memory allow in the system at the ratio of that time.");
	/* More than all memory there can be is the most that is said. */
	d.movable_pages = UINT64_MAX;
	d.early_kernel_pages = UINT64_MAX;
	d.limit_pages = UINT64_MAX;
	says(&d, "With 4 KiB more, 65536 EiB count as MOVABLE, of the 65536 EiB that 65536 EiB of kernel memory allow in the system at the ratio of that time.");
	d = (struct decision){ .reason = "requested", .request = "online_kernel" };
	says(&d, "The policy was not asked: somebody wrote online_kernel to the state.");
	d = (struct decision){ .reason = "better_reason" };
	says(&d, "This program has no words for that reason.");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_decisions),
		cmocka_unit_test(refuses_bad_decisions),
		cmocka_unit_test(reads_a_trace),
		cmocka_unit_test(says_why),
	};

	return cmocka_run_group_tests_name("why", tests, NULL, NULL);
}
