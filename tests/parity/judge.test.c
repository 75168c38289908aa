// SPDX-License-Identifier: GPL-2.0
/*
 * Does the judge see what is wrong? Two captures that are right, and each with one
 * thing changed in it.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "judge.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define TEXT_MAX 8192

/* 1 GiB on node 0, nothing on node 1; block 32 is at 4 GiB. */
#define MACHINE								\
	"capture 1 made-up\n"						\
	"block-bytes 134217728\n"					\
	"boot 0 DMA 3998 0\n"						\
	"boot 0 DMA32 258146 0\n"
#define BOOT	"blocks 0 0 0 online none\nblocks 1 7 0 online DMA32\n"
#define V0(size) "device virtio-mem v0 1 4294967296 " size " 8589934592\n"
#define D0	"device dimm d0 0 12884901888 268435456 268435456\n"

static const struct scenario scenario = {
	.name = "made-up", .ratio = 301, .numa_aware = true,
	.node_mib = { 1024, 0 }, .nr_nodes = 2,
	.virtio_mem = {
		{ .id = "v0", .max_gib = 8, .block_mib = 2, .node = 1 },
	},
	.nr_virtio_mem = 1,
	.steps = {
		{ .op = OP_DIMM, .mib = 256, .node = 0 },
		{ .op = OP_RESIZE, .device = "v0", .mib = 512 },
		{ .op = OP_OFFLINE, .block = 97 },
		{ .op = OP_ONLINE, .block = 97 },
		{ .op = OP_RESIZE, .device = "v0", .mib = 0 },
		{ .op = OP_REMOVE, .device = "d0" },
	},
	.nr_steps = 6,
};

/* The virtio-mem device's own KERNEL memory makes the difference. */
#define STOCK_V0	"blocks 32 35 1 online Normal\n"
#define OUR_V0		"blocks 32 32 1 online Normal\nblocks 33 35 1 online Movable\n"

#define CAPTURE(v0)							\
	MACHINE								\
	"step 0 done\n" V0("0") BOOT "end 0\n"				\
	"step 1 done\n" V0("0") D0 BOOT					\
	"blocks 96 97 0 online Movable\nend 1\n"			\
	"step 2 done\n" V0("536870912") D0 BOOT v0			\
	"blocks 96 97 0 online Movable\nend 2\n"			\
	"step 3 done\n" V0("536870912") D0 BOOT v0			\
	"blocks 96 96 0 online Movable\n"				\
	"blocks 97 97 0 offline -\nend 3\n"				\
	"step 4 done\n" V0("536870912") D0 BOOT v0			\
	"blocks 96 97 0 online Movable\nend 4\n"			\
	"step 5 done\n" V0("0") D0 BOOT					\
	"blocks 96 97 0 online Movable\nend 5\n"			\
	"step 6 done\n" V0("0") BOOT "end 6\n"				\
	"done 6\n"

enum which { STOCK, OURS, BOTH };

/* From the line "step N …" on, the first @from becomes @to. */
struct change {
	const char *what;
	enum which which;
	unsigned int step;
	const char *from, *to;
	const char *says;
};

static const struct change changes[] = {
	{ "a wrong zone on ours", OURS, 1,
	  "blocks 96 97 0 online Movable", "blocks 96 97 0 online Normal",
	  "ours: block 96 is in Normal; predicted was Movable" },
	{ "a wrong zone on stock", STOCK, 1,
	  "blocks 96 97 0 online Movable",
	  "blocks 96 96 0 online Movable\nblocks 97 97 0 online Normal",
	  "stock: block 97 is in Normal; predicted was Movable" },
	{ "the same wrong zone on both", BOTH, 1,
	  "blocks 96 97 0 online Movable", "blocks 96 97 0 online Normal",
	  "ours: block 96 is in Normal" },
	{ "a kernel zone that is not Normal", OURS, 2,
	  "blocks 32 32 1 online Normal", "blocks 32 32 1 online DMA32",
	  "ours: block 32 is in DMA32; predicted was Normal" },
	{ "stock that does what ours does", STOCK, 2, STOCK_V0, OUR_V0,
	  "stock: block 33 is in Movable; predicted was Normal" },
	{ "ours that does what stock does", OURS, 2, OUR_V0, STOCK_V0,
	  "ours: block 33 is in Normal; predicted was Movable" },
	{ "a block of a DIMM is missing", OURS, 1,
	  "blocks 96 97 0", "blocks 96 96 0", "d0 has 1 blocks instead of 2" },
	{ "a block of a DIMM is missing on both", BOTH, 1,
	  "blocks 96 97 0", "blocks 96 96 0",
	  "stock: d0 has 1 blocks instead of 2" },
	{ "a block of virtio-mem is missing", STOCK, 2,
	  "blocks 32 35 1", "blocks 32 34 1", "v0 has 3 blocks for 512 MiB" },
	{ "a block of virtio-mem too many", STOCK, 2,
	  "blocks 32 35 1", "blocks 32 36 1", "v0 has 5 blocks for 512 MiB" },
	{ "a block of another device went", OURS, 5,
	  "blocks 96 97 0", "blocks 96 96 0",
	  "block 97 went, which nobody asked for" },
	{ "a block of boot memory went", STOCK, 2,
	  "blocks 1 7 0", "blocks 1 6 0",
	  "block 7 went, which nobody asked for" },
	{ "a block that belongs to nothing came", OURS, 4,
	  "blocks 96 97 0 online Movable",
	  "blocks 96 97 0 online Movable\nblocks 200 200 0 online Normal",
	  "block 200 came, which nobody asked for" },
	{ "a block on the wrong node", OURS, 1,
	  "blocks 96 97 0", "blocks 96 97 1", "its device on node 0" },
	{ "a block that is not online", OURS, 1,
	  "blocks 96 97 0 online Movable",
	  "blocks 96 96 0 online Movable\nblocks 97 97 0 offline -",
	  "the new block 97 is offline" },
	{ "a block that changed its zone later", OURS, 4,
	  "blocks 96 97 0 online Movable",
	  "blocks 96 96 0 online Normal\nblocks 97 97 0 online Movable",
	  "was online in Movable and became online in Normal" },
	{ "a block that stays online", OURS, 3,
	  "blocks 96 96 0 online Movable\nblocks 97 97 0 offline -",
	  "blocks 96 97 0 online Movable", "block 97, online in Movable" },
	{ "a MOVABLE block that cannot go offline", OURS, 3, "step 3 done",
	  "step 3 refused EBUSY", "block 97, online in Movable, is offline" },
	{ "a block back online in another zone", STOCK, 4,
	  "blocks 96 97 0 online Movable",
	  "blocks 96 96 0 online Movable\nblocks 97 97 0 online Normal",
	  "stock: block 97 is in Normal; predicted was Movable" },
	{ "a DIMM that does not go", OURS, 6, "step 6 done\n" V0("0") BOOT,
	  "step 6 refused error\n" V0("0") D0 BOOT "blocks 96 97 0 online Movable\n",
	  "the DIMM, all MOVABLE, did not go" },
	{ "a MOVABLE DIMM that was not asked for", OURS, 6,
	  "step 6 done\n" V0("0") BOOT,
	  "step 6 kept\n" V0("0") D0 BOOT "blocks 96 97 0 online Movable\n",
	  "the DIMM, all MOVABLE, did not go" },
	{ "virtio-mem that does not shrink", OURS, 5,
	  "step 5 done\n" V0("0") D0 BOOT,
	  "step 5 refused timeout\n" V0("134217728") D0 BOOT
	  "blocks 33 33 1 online Movable\n",
	  "the unit at block 33 of v0 stayed without KERNEL memory" },
	{ "an offline block that stays", OURS, 5,
	  "step 5 done\n" V0("0") D0 BOOT,
	  "step 5 refused timeout\n" V0("134217728") D0 BOOT
	  "blocks 33 33 1 offline -\n",
	  "the unit at block 33 of v0 stayed without KERNEL memory" },
	{ "KERNEL memory that goes before MOVABLE", OURS, 5,
	  "step 5 done\n" V0("0") D0 BOOT,
	  "step 5 refused timeout\n" V0("134217728") D0 BOOT
	  "blocks 33 33 1 online Movable\n",
	  "v0 lost the unit at block 32 with KERNEL memory" },
	{ "more that stays than there is KERNEL memory", OURS, 5,
	  "step 5 done\n" V0("0") D0 BOOT,
	  "step 5 refused timeout\n" V0("268435456") D0 BOOT
	  "blocks 32 32 1 online Normal\n",
	  "2 blocks of v0 stayed, with 1 in units with KERNEL memory" },
	{ "virtio-mem that is refused for another reason", OURS, 5,
	  "step 5 done\n" V0("0") D0 BOOT,
	  "step 5 refused error\n" V0("134217728") D0 BOOT
	  "blocks 32 32 1 online Normal\n",
	  "v0 did not shrink: refused error" },
	{ "virtio-mem that shrinks when it is to grow", OURS, 4,
	  "blocks 33 35 1 online Movable", "blocks 33 34 1 online Movable",
	  "block 35 went, which nobody asked for" },
	{ "MOVABLE blocks that stay without memory", OURS, 5,
	  V0("0") D0 BOOT, V0("0") D0 BOOT "blocks 33 33 1 online Movable\n",
	  "v0 has 1 blocks for 0 MiB, 0 of them KERNEL" },
	{ "virtio-mem that does not grow", OURS, 2,
	  "step 2 done\n" V0("536870912"), "step 2 refused timeout\n" V0("402653184"),
	  "v0 has 384 MiB" },
	{ "a DIMM that changes with another", OURS, 5, D0,
	  "device dimm d0 0 13019119616 268435456 268435456\n",
	  "d0 changed, which nobody asked for" },
	{ "a DIMM elsewhere, and all right there", STOCK, 1,
	  D0 BOOT "blocks 96 97 0",
	  "device dimm d0 0 13958643712 268435456 268435456\n" BOOT "blocks 104 105 0",
	  "step 1: WRONG, differs and should not" },
	{ "a machine with more boot memory", OURS, 0, "boot 0 DMA32 258146",
	  "boot 0 DMA32 258147", "were not the same at the beginning" },
};

/* Captures that are no good at all: nothing may be judged by them. */
static const struct change unreadable[] = {
	{ "the last line is missing", OURS, 6, "done 6\n", "",
	  "the capture ends too early" },
	{ "the last line is cut off", OURS, 6, "done 6\n", "done 6",
	  "the line is cut off" },
	{ "a step is missing", STOCK, 3, "step 3", "step 4",
	  "not the step that is next" },
	{ "the end of a step is missing", OURS, 3, "end 3\n", "",
	  "no run of blocks" },
	{ "fewer steps", OURS, 6, "done 6", "done 5",
	  "not the end of all steps" },
	{ "an unknown result", OURS, 3, "step 3 done", "step 3 well",
	  "an unknown result" },
	{ "another scenario", OURS, 0, "made-up", "invented",
	  "no capture of this scenario" },
	{ "an unknown device", OURS, 1, "device dimm", "device dram",
	  "an unknown type of device" },
	{ "blocks that are there twice", OURS, 1, "blocks 1 7 0", "blocks 0 7 0",
	  "the blocks are not in order" },
	{ "a run that ends before it begins", OURS, 1, "blocks 1 7 0",
	  "blocks 7 1 0", "no run of blocks" },
	{ "a run without an end", OURS, 1, "blocks 1 7 0",
	  "blocks 1 18446744073709551615 0", "no run of blocks" },
	{ "a node that cannot be", STOCK, 0, "boot 0", "boot 99",
	  "no boot memory" },
	{ "nothing", STOCK, 0, CAPTURE(STOCK_V0), "",
	  "the capture ends too early" },
};

static char said[TEXT_MAX];

/* @text with the change in it; fails if there is nothing to change. */
static void apply(const struct change *change, char *text)
{
	char rest[TEXT_MAX], step[16];
	char *at = text;

	if (!change)
		return;
	snprintf(step, sizeof(step), "step %u ", change->step);
	if (change->step)
		at = strstr(text, step);
	assert_non_null(at);
	at = strstr(at, change->from);
	assert_non_null(at);
	strcpy(rest, at + strlen(change->from));
	assert_true(at - text + strlen(change->to) + strlen(rest) < TEXT_MAX);
	strcpy(at, change->to);
	strcat(at, rest);
}

/* As read from a file. */
static int read_text(const char *text, struct record *record)
{
	char path[] = "/tmp/parity-judge-test-XXXXXX";
	struct fault fault = {};
	FILE *file;
	int ret;

	file = fdopen(mkstemp(path), "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	ret = record_read(path, &scenario, record, &fault);
	unlink(path);
	snprintf(said, sizeof(said), "%s", fault.text);
	return ret;
}

static bool judge_texts(const char *stock_text, const char *our_text,
			const struct scenario *judged, struct verdict *verdict)
{
	static struct record stock, ours;
	FILE *out = fmemopen(said, sizeof(said), "w");
	bool good;

	assert_non_null(out);
	assert_int_equal(read_text(stock_text, &stock), 0);
	assert_int_equal(read_text(our_text, &ours), 0);
	good = judge(judged, &stock, &ours, verdict, out);
	fclose(out);
	record_free(&stock);
	record_free(&ours);
	return good;
}

static void test_right(void **state)
{
	struct verdict verdict;

	(void)state;
	assert_true(judge_texts(CAPTURE(STOCK_V0), CAPTURE(OUR_V0), &scenario,
				&verdict));
	assert_int_equal(verdict.steps, 6);
	assert_int_equal(verdict.decided, 2 * (2 + 4 + 1));
	assert_int_equal(verdict.same, 3);
	assert_int_equal(verdict.documented, 3);
	assert_int_equal(verdict.stayed, 0);
	assert_int_equal(verdict.stuck[0] + verdict.stuck[1], 0);
	assert_int_equal(verdict.idle, 0);
	assert_int_equal(verdict.wrong, 0);
}

/* Where both rules say the same, a difference is wrong, whoever it is that differs. */
static void test_undocumented(void **state)
{
	struct scenario without = scenario;
	struct verdict verdict;

	(void)state;
	without.numa_aware = false;
	assert_false(judge_texts(CAPTURE(STOCK_V0), CAPTURE(OUR_V0), &without,
				 &verdict));
	assert_non_null(strstr(said, "stock: block 32 is in Normal; predicted was Movable"));
	assert_non_null(strstr(said, "ours: block 32 is in Normal; predicted was Movable"));
	assert_int_equal(verdict.documented, 0);
}

/* A KERNEL block that stays is no fault, but counted; and no excuse for later ones. */
static void test_stayed(void **state)
{
	static const char from_5[] = "step 5 done\n" V0("0") D0 BOOT;
	static const char to_5[] = "step 5 refused timeout\n" V0("134217728") D0 BOOT
		"blocks 32 32 1 online Normal\n";
	static const char from_6[] = "step 6 done\n" V0("0") BOOT;
	static const char to_6[] = "step 6 done\n" V0("134217728") BOOT
		"blocks 32 32 1 online Normal\n";
	const struct change five = { .step = 5, .from = from_5, .to = to_5 };
	const struct change six = { .step = 6, .from = from_6, .to = to_6 };
	char stock[TEXT_MAX] = CAPTURE(STOCK_V0), ours[TEXT_MAX] = CAPTURE(OUR_V0);
	struct verdict verdict;

	(void)state;
	apply(&five, stock);
	apply(&six, stock);
	assert_true(judge_texts(stock, ours, &scenario, &verdict));
	assert_int_equal(verdict.stuck[0], 1);
	assert_int_equal(verdict.stuck[1], 0);
	assert_non_null(strstr(said, "stock: 1 KERNEL block of v0 stayed"));

	/* In its zone, on ours the same. */
	apply(&five, ours);
	apply(&six, ours);
	assert_true(judge_texts(stock, ours, &scenario, &verdict));
	assert_int_equal(verdict.stuck[0], 1);
	assert_int_equal(verdict.stuck[1], 1);
	assert_int_equal(verdict.ours_alone, 0);
	assert_int_equal(verdict.same, 3);
}

static void replace_all(char *text, const char *from, const char *to)
{
	const struct change change = { .from = from, .to = to };

	while (strstr(text, from))
		apply(&change, text);
}

/* What stock can do and ours cannot, from the same layout, is counted. */
static void test_ours_alone(void **state)
{
	static const char offline[] = "blocks 96 96 0 online Normal\n"
				      "blocks 97 97 0 offline -";
	const struct change changed[] = {
		{ .step = 3, .from = "step 3 done", .to = "step 3 refused EINTR" },
		{ .step = 3, .from = offline, .to = "blocks 96 97 0 online Normal" },
		{ .step = 4, .from = "step 4 done", .to = "step 4 refused EINVAL" },
	};
	const struct change invalid = {
		.step = 3, .from = "EINTR", .to = "EINVAL"
	};
	const struct change kept = {
		.step = 6, .from = "step 6 done\n" V0("0") BOOT,
		.to = "step 6 kept\n" V0("0") D0 BOOT "blocks 96 97 0 online Normal\n",
	};
	char stock[TEXT_MAX] = CAPTURE(STOCK_V0), ours[TEXT_MAX];
	struct scenario kernel_only = scenario;
	struct verdict verdict;
	size_t i;

	(void)state;
	kernel_only.ratio = 0;
	apply(&kept, stock);
	replace_all(stock, "Movable", "Normal");
	strcpy(ours, stock);
	for (i = 0; i < ARRAY_SIZE(changed); i++)
		apply(&changed[i], ours);
	assert_true(judge_texts(stock, ours, &kernel_only, &verdict));
	assert_int_equal(verdict.ours_alone, 1);
	assert_int_equal(verdict.stuck[0], 0);
	assert_int_equal(verdict.stuck[1], 1);
	assert_int_equal(verdict.stayed, 1);
	assert_int_equal(verdict.same, 5);

	apply(&invalid, ours);
	assert_false(judge_texts(stock, ours, &kernel_only, &verdict));
	assert_non_null(strstr(said, "is online: refused EINVAL"));
}

/* Steps that do nothing are no fault either, but show nothing. */
static void test_idle(void **state)
{
	static const char offline[] = "blocks 96 96 0 online Movable\n"
				      "blocks 97 97 0 offline -";
	const struct change changed[] = {
		{ .step = 3, .from = "step 3 done",
		  .to = "step 3 refused ENOENT" },
		{ .step = 3, .from = offline,
		  .to = "blocks 96 97 0 online Movable" },
		{ .step = 4, .from = "step 4 done",
		  .to = "step 4 refused EINVAL" },
	};
	char stock[TEXT_MAX] = CAPTURE(STOCK_V0), ours[TEXT_MAX] = CAPTURE(OUR_V0);
	struct scenario idle = scenario;
	struct verdict verdict;
	size_t i;

	(void)state;
	idle.steps[2].block = 500;
	for (i = 0; i < ARRAY_SIZE(changed); i++) {
		apply(&changed[i], stock);
		apply(&changed[i], ours);
	}
	assert_true(judge_texts(stock, ours, &idle, &verdict));
	assert_int_equal(verdict.idle, 2);
	assert_non_null(strstr(said, "ours: nothing to do"));
}

/* Once the layouts are the same, an earlier difference is no excuse for a new one. */
static void test_forgotten(void **state)
{
	static const char from[] = "step 6 done\n" V0("0") BOOT;
	static const char on_stock[] = "step 6 done\n" V0("0") D0
		"device dimm d1 0 13153337344 134217728 134217728\n" BOOT
		"blocks 96 98 0 online Movable\n";
	static const char on_ours[] = "step 6 done\n" V0("0") D0
		"device dimm d1 0 13287555072 134217728 134217728\n" BOOT
		"blocks 96 97 0 online Movable\n"
		"blocks 99 99 0 online Movable\n";
	const struct change there = { .step = 6, .from = from, .to = on_stock };
	const struct change elsewhere = { .step = 6, .from = from, .to = on_ours };
	char stock[TEXT_MAX] = CAPTURE(STOCK_V0), ours[TEXT_MAX] = CAPTURE(OUR_V0);
	char same[TEXT_MAX] = CAPTURE(OUR_V0);
	struct scenario plugged = scenario;
	struct verdict verdict;

	(void)state;
	plugged.steps[5] = (struct step) { .op = OP_DIMM, .mib = 128 };
	apply(&there, stock);
	apply(&there, same);
	apply(&elsewhere, ours);
	assert_true(judge_texts(stock, same, &plugged, &verdict));
	assert_false(judge_texts(stock, ours, &plugged, &verdict));
	assert_int_equal(verdict.documented, 3);
	assert_int_equal(verdict.wrong, 1);
	assert_non_null(strstr(said, "step 6: WRONG, differs and should not"));
}

static void test_change(void **state)
{
	const struct change *change = *state;
	char stock[TEXT_MAX] = CAPTURE(STOCK_V0), ours[TEXT_MAX] = CAPTURE(OUR_V0);
	struct verdict verdict;

	if (change->which != OURS)
		apply(change, stock);
	if (change->which != STOCK)
		apply(change, ours);
	assert_false(judge_texts(stock, ours, &scenario, &verdict));
	assert_true(verdict.wrong > 0);
	if (!strstr(said, change->says))
		fail_msg("no \"%s\" in:\n%s", change->says, said);
}

static void test_unreadable(void **state)
{
	const struct change *change = *state;
	char text[TEXT_MAX] = CAPTURE(STOCK_V0);
	static struct record record;
	int ret;

	if (change->which == OURS)
		strcpy(text, CAPTURE(OUR_V0));
	apply(change, text);
	ret = read_text(text, &record);
	record_free(&record);
	assert_true(ret < 0);
	if (!strstr(said, change->says))
		fail_msg("no \"%s\" in: %s", change->says, said);
}

int main(void)
{
	static struct CMUnitTest tests[6 + ARRAY_SIZE(changes) +
				       ARRAY_SIZE(unreadable)] = {
		cmocka_unit_test(test_right),
		cmocka_unit_test(test_undocumented),
		cmocka_unit_test(test_stayed),
		cmocka_unit_test(test_ours_alone),
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_forgotten),
	};
	struct CMUnitTest *test = &tests[6];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(changes); i++, test++) {
		test->name = changes[i].what;
		test->test_func = test_change;
		test->initial_state = (void *)&changes[i];
	}
	for (i = 0; i < ARRAY_SIZE(unreadable); i++, test++) {
		test->name = unreadable[i].what;
		test->test_func = test_unreadable;
		test->initial_state = (void *)&unreadable[i];
	}
	return cmocka_run_group_tests_name("parity judge", tests, NULL, NULL);
}
