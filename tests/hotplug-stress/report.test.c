// SPDX-License-Identifier: GPL-2.0
#include "../hotplug-vm/unit.h"

#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report-model.h"

#define MIB(n) ((uint64_t)(n) << 20)
#define GIB(n) ((uint64_t)(n) << 30)

static char folder[] = "/tmp/hotplug-stress-report.XXXXXX";
static struct fault fault;

static const struct report_header example_header = {
	.runs = 1,
	.kernel = "6.1.192",
	.policy = "auto-movable 301%",
	.pattern = "grow-shrink",
	.seed = 7,
	.duration_ns = 61234567890,
	.decisions_checked = 384,
	.unchecked_operations = 3,
	.trouble = { .oom_kills = 2, .load_kills = 1, .failed_allocations = 31,
		     .alloc_stalls = 5, .compact_stalls = 6, .migrate_fails = 7,
		     .asked_bytes = GIB(4), .held_bytes = GIB(3), .renewed_bytes = GIB(9) },
	.kernel_headroom_bytes = MIB(612),
};

static void add(struct report *report, const char *policy, enum device_kind device,
		enum op_kind op, const struct outcome *outcome)
{
	assert_int_equal(report_add(report, policy, device, op, outcome, &fault), 0);
}

/* Something of everything that a report has. */
static struct report *example(void)
{
	static const struct outcome
		good = { .asked_bytes = GIB(1), .done_bytes = GIB(1),
			 .duration_ns = 250000000 },
		came = { .grows = true, .asked_bytes = GIB(1), .done_bytes = GIB(1),
			 .duration_ns = 400000000 },
		busy = { .error = EBUSY, .asked_bytes = GIB(1), .retries = 3,
			 .duration_ns = 1500000000, .blocker = "slab 312 pages" },
		busier = { .error = EBUSY, .asked_bytes = GIB(1), .retries = 1,
			   .duration_ns = 1700000000, .blocker = "slab 7 pages" },
		ended = { .error = EINTR, .asked_bytes = GIB(1), .duration_ns = 12345 },
		partly = { .error = ETIMEDOUT, .asked_bytes = GIB(4), .done_bytes = GIB(3),
			   .duration_ns = 15000000000, .blocker = "pinned 1 page" },
		slow = { .asked_bytes = MIB(128), .done_bytes = MIB(128),
			 .duration_ns = 999, .blocker = "huge pages, moved" };
	struct report *report = report_new();
	int i;

	assert_non_null(report);
	for (i = 0; i < 97; i++)
		add(report, "auto-movable 301%", DEVICE_DIMM, OP_UNPLUG, &good);
	add(report, "auto-movable 301%", DEVICE_DIMM, OP_UNPLUG, &busy);
	add(report, "auto-movable 301%", DEVICE_DIMM, OP_UNPLUG, &busier);
	add(report, "auto-movable 301%", DEVICE_DIMM, OP_UNPLUG, &ended);
	for (i = 0; i < 100; i++)
		add(report, "auto-movable 301%", DEVICE_DIMM, OP_PLUG, &came);
	add(report, "contig-zones", DEVICE_DIMM, OP_UNPLUG, &busy);
	add(report, "contig-zones", DEVICE_VIRTIO_MEM, OP_RESIZE, &partly);
	add(report, "contig-zones", DEVICE_VIRTIO_MEM, OP_RESIZE, &came);
	add(report, "contig-zones", DEVICE_BLOCKS, OP_OFFLINE, &slow);
	return report;
}

/* What report_write() writes, to be freed. */
static char *written(const struct report *report, const struct report_header *header,
		     const struct report_format *format)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(report_write(out, report, header, format, &fault), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

static char *json_of(const struct report *report, const struct report_header *header)
{
	static const struct report_format format = { .json = true };

	return written(report, header, &format);
}

/* The name of a file in the folder, which holds @len bytes of @text. */
static const char *file_with(const char *text, size_t len)
{
	static char path[sizeof(folder) + 16];
	FILE *out;

	snprintf(path, sizeof(path), "%s/report.json", folder);
	out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, len, out), len);
	assert_int_equal(fclose(out), 0);
	return path;
}

static void reads(struct report *report, struct report_header *header, const char *text)
{
	int err = report_read(file_with(text, strlen(text)), report, header, &fault);

	if (err)
		print_message("# %s\n", fault.text);
	assert_int_equal(err, 0);
}

/* That @text is refused with a sentence that has @why in it, and nothing is added. */
static void refuses(const char *text, size_t len, const char *why)
{
	struct report *report = example();
	struct report_header header = example_header;
	char *before = json_of(report, &header), *after;

	fault.text[0] = '\0';
	if (!report_read(file_with(text, len), report, &header, &fault))
		print_message("# not refused, though %s\n", why);
	if (!strstr(fault.text, why))
		print_message("# \"%s\" lacks \"%s\"\n", fault.text, why);
	assert_non_null(strstr(fault.text, why));
	assert_non_null(strstr(fault.text, "/report.json: "));
	after = json_of(report, &header);
	assert_string_equal(after, before);
	free(before);
	free(after);
	report_free(report);
}

/* @text with the first @from in it replaced by @to, to be freed. */
static char *replaced(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	char *result;

	if (!at)
		print_message("# there is no %s\n", from);
	assert_non_null(at);
	assert_true(asprintf(&result, "%.*s%s%s", (int)(at - text), text, to,
			     at + strlen(from)) >= 0);
	return result;
}

static void table(void **state)
{
	static const struct report_format plain;
	static const char expected[] =
"Run:        pattern grow-shrink, seed 7, 61.2s\n"
"Kernel:     6.1.192, auto-movable 301%\n"
"Operations: 204, 199 succeeded (97.5%)\n"
"Memory:     101G came, 105.1G asked back, 100.1G came back (95.2%)\n"
"Checked:    384 decisions, no violation; not after 3 operations\n"
"Trouble:    2 OOM kills, 31 failed allocations of the load, 5 stalls;\n"
"            least free kernel memory 612M; the load held 3G of 4G\n"
"\n"
"POLICY            DEVICE     OPERATION   TIMES   OK ASKED DONE RETRIES\n"
"contig-zones      blocks     offline         1 100%  128M 128M       0\n"
"auto-movable 301% dimm       plug          100 100%  100G 100G       0\n"
"auto-movable 301% dimm       unplug        100  97%  100G  97G       4\n"
"contig-zones      dimm       unplug          1   0%    1G   0B       3\n"
"contig-zones      virtio-mem resize-up       1 100%    1G   1G       0\n"
"contig-zones      virtio-mem resize-down     1   0%    4G   3G       0\n"
"\n"
"POLICY            DEVICE     OPERATION     P50   P90   P99 P99.9   MAX\n"
"contig-zones      blocks     offline     999ns 999ns 999ns 999ns 999ns\n"
"auto-movable 301% dimm       plug        400ms 400ms 400ms 400ms 400ms\n"
"auto-movable 301% dimm       unplug      251ms 251ms 1.50s 1.70s 1.70s\n"
"contig-zones      dimm       unplug      1.50s 1.50s 1.50s 1.50s 1.50s\n"
"contig-zones      virtio-mem resize-up   400ms 400ms 400ms 400ms 400ms\n"
"contig-zones      virtio-mem resize-down 15.0s 15.0s 15.0s 15.0s 15.0s\n"
"\n"
"POLICY            DEVICE     OPERATION   TIMES ERROR     BLOCKED-BY\n"
"contig-zones      blocks     offline         1 -         huge pages, moved\n"
"auto-movable 301% dimm       unplug          2 EBUSY     slab # pages\n"
"auto-movable 301% dimm       unplug          1 EINTR     -\n"
"contig-zones      dimm       unplug          1 EBUSY     slab # pages\n"
"contig-zones      virtio-mem resize-down     1 ETIMEDOUT pinned # page\n";
	struct report *report = example();
	char *text = written(report, &example_header, &plain);

	(void)state;
	assert_string_equal(text, expected);
	free(text);
	report_free(report);
}

static void sizes_in_bytes_without_headings(void **state)
{
	static const struct report_format format = { .bytes = true, .noheadings = true };
	struct report *report = example();
	char *text = written(report, &example_header, &format);

	(void)state;
	assert_non_null(strstr(text, "contig-zones      virtio-mem resize-down     1   0%"
				     "   4294967296   3221225472       0\n"));
	assert_non_null(strstr(text, "108447924224 came, 112877109248 asked back"));
	assert_null(strstr(text, "POLICY"));
	free(text);
	report_free(report);
}

/* The widest words there are, and numbers of a long run. */
static void counts_fit_80_columns(void **state)
{
	static const struct outcome outcome = {
		.error = EBUSY, .asked_bytes = GIB(512) - 1, .done_bytes = GIB(511) - MIB(512),
		.duration_ns = 123456789012, .retries = 9999,
	};
	static const struct report_format plain;
	static const struct report_header header = { .runs = 1 };
	struct report *report = report_new();
	char *text, *line, *rest;
	int i;

	(void)state;
	for (i = 0; i < 99; i++)
		add(report, "auto-movable 301%", DEVICE_SIM_DYNAMIC, OP_ONLINE_MOVABLE, &outcome);
	text = written(report, &header, &plain);
	rest = text;
	while ((line = strsep(&rest, "\n"))) {
		if (strlen(line) > 80)
			print_message("# %s\n", line);
		assert_true(strlen(line) <= 80);
	}
	free(text);
	report_free(report);
}

static void almost_all_is_not_all(void **state)
{
	static const struct report_format plain;
	struct outcome outcome = { .error = EBUSY };
	struct report *report = report_new();
	char *text;
	int i;

	(void)state;
	for (i = 0; i < 5000; i++) {
		add(report, "contig-zones", DEVICE_BLOCKS, OP_OFFLINE, &outcome);
		outcome.error = 0;
	}
	text = written(report, &example_header, &plain);
	assert_non_null(strstr(text, "5000 99.9%"));
	free(text);
	report_free(report);
}

static void no_operation_no_table(void **state)
{
	static const struct report_format plain;
	struct report *report = report_new();
	char *text = written(report, &example_header, &plain);

	(void)state;
	assert_non_null(strstr(text, "Operations: 0, 0 succeeded (-)\n"));
	assert_null(strstr(text, "POLICY"));
	free(text);
	report_free(report);
}

static void nothing_checked(void **state)
{
	static const struct report_format plain;
	struct report_header header = example_header;
	struct report *report = example();
	char *text;

	(void)state;
	header.unchecked_operations = 204;
	text = written(report, &header, &plain);
	assert_non_null(strstr(text, "Checked:    nothing\n"));
	free(text);
	/* A violation is said all the same. */
	header.violation = true;
	text = written(report, &header, &plain);
	assert_non_null(strstr(text, "VIOLATION FOUND; not after 204 operations\n"));
	free(text);
	report_free(report);
}

static void sums(void **state)
{
	struct report *report = example();
	struct report_sums s;

	(void)state;
	report_sums(report, &s);
	assert_int_equal(s.operations, 204);
	assert_int_equal(s.succeeded, 199);
	assert_true(s.grown_bytes == GIB(101));
	assert_true(s.asked_back_bytes == GIB(105) + MIB(128));
	assert_true(s.came_back_bytes == GIB(100) + MIB(128));
	report_free(report);
}

/* More causes than are told apart: all are counted still. */
static void many_causes(void **state)
{
	struct outcome outcome = { .error = EBUSY };
	struct report *report = report_new();
	uint64_t times = 0;
	size_t i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		/* In letters: numbers are no difference. */
		snprintf(outcome.blocker, sizeof(outcome.blocker), "cause %c%c",
			 (int)('a' + i / 26 % 26), (int)('a' + i % 26));
		add(report, "contig-zones", DEVICE_BLOCKS, OP_OFFLINE, &outcome);
	}
	assert_int_equal(report->nr_cells, 1);
	assert_true(report->cells[0]->nr_failures < 300);
	for (i = 0; i < report->cells[0]->nr_failures; i++)
		times += report->cells[0]->failures[i].times;
	assert_int_equal(times, 1000);
	report_free(report);
}

static void json(void **state)
{
	struct report *report = example();
	char *text = json_of(report, &example_header);
	struct json_object *root = json_tokener_parse(text), *run, *list, *one, *value;

	(void)state;
	assert_non_null(root);
	assert_true(json_object_object_get_ex(root, "schema", &value));
	assert_int_equal(json_object_get_int64(value), 1);
	assert_true(json_object_object_get_ex(root, "run", &run));
	assert_true(json_object_object_get_ex(run, "policy", &value));
	assert_string_equal(json_object_get_string(value), "auto-movable 301%");
	assert_true(json_object_object_get_ex(root, "operations", &list));
	assert_int_equal(json_object_array_length(list), 6);
	one = json_object_array_get_idx(list, 2);
	assert_true(json_object_object_get_ex(one, "attempts", &value));
	assert_int_equal(json_object_get_int64(value), 100);
	assert_true(json_object_object_get_ex(one, "done_bytes", &value));
	assert_true(json_object_get_int64(value) == (int64_t)GIB(97));
	assert_true(json_object_object_get_ex(one, "latency_ns", &value));
	assert_true(json_object_object_get_ex(value, "max", &value));
	assert_int_equal(json_object_get_int64(value), 1700000000);
	assert_true(json_object_object_get_ex(one, "failures", &value));
	assert_true(json_object_object_get_ex(json_object_array_get_idx(value, 0),
					      "error", &value));
	assert_string_equal(json_object_get_string(value), "EBUSY");
	json_object_put(root);
	free(text);
	report_free(report);
}

static struct outcome random_outcome(void)
{
	static const char *const blockers[] = { "", "slab 5 pages", "pinned", "\xff\n\"" };
	struct outcome outcome = {
		.error = rand() % 2 ? 0 : rand() % 200,
		.grows = rand() % 2,
		.asked_bytes = MIB(rand() % 9000),
		.done_bytes = MIB(rand() % 9000),
		.duration_ns = ((uint64_t)rand() << 20) >> (rand() % 50),
		.retries = (unsigned int)rand() % 5,
	};

	strcpy(outcome.blocker, blockers[(size_t)rand() % COUNT(blockers)]);
	return outcome;
}

static void add_random(struct report *first, struct report *second)
{
	static const char *const policies[] = { "contig-zones", "auto-movable 101%" };
	struct outcome outcome = random_outcome();
	const char *policy = policies[rand() % 2];
	enum device_kind device = (enum device_kind)(rand() % DEVICE_KINDS);
	enum op_kind op = (enum op_kind)(rand() % OP_KINDS);

	add(first, policy, device, op, &outcome);
	add(second, policy, device, op, &outcome);
}

static void json_is_read_as_it_was(void **state)
{
	int round, i;

	(void)state;
	seed();
	for (round = 0; round < 5; round++) {
		struct report *report = report_new(), *unused = report_new();
		struct report *read = report_new();
		struct report_header header = { 0 };
		char *text, *again;

		for (i = 0; i < 300; i++)
			add_random(report, unused);
		text = json_of(report, &example_header);
		reads(read, &header, text);
		again = json_of(read, &header);
		assert_string_equal(text, again);
		assert_memory_equal(&header, &example_header, sizeof(header));
		free(text);
		free(again);
		report_free(report);
		report_free(unused);
		report_free(read);
	}
}

/* Several runs, each written and read, add up to what one big one would have been. */
static void runs_add_up_exactly(void **state)
{
	struct report *whole = report_new(), *sum = report_new();
	struct report_header header = { 0 }, expected = example_header;
	char *text, *again;
	int run, i;

	(void)state;
	seed();
	for (run = 0; run < 4; run++) {
		struct report *report = report_new();

		for (i = 0; i < 250; i++)
			add_random(report, whole);
		text = json_of(report, &example_header);
		reads(sum, &header, text);
		free(text);
		report_free(report);
	}
	expected.runs = 4;
	expected.duration_ns *= 4;
	expected.decisions_checked *= 4;
	expected.unchecked_operations *= 4;
	for (i = 0; i < (int)NR_TROUBLE_COUNTS; i++)
		*trouble_value(&expected.trouble, (size_t)i) *= 4;
	/* The order in which causes were seen first is the same as well. */
	text = json_of(whole, &expected);
	again = json_of(sum, &header);
	assert_string_equal(text, again);
	free(text);
	free(again);
	report_free(whole);
	report_free(sum);
}

static void headers_of_different_runs(void **state)
{
	struct report_header sum = { 0 }, more = example_header;

	(void)state;
	assert_int_equal(report_header_add(&sum, &example_header), 0);
	assert_memory_equal(&sum, &example_header, sizeof(sum));
	more.seed = 8;
	more.violation = true;
	more.kernel_headroom_bytes = MIB(3);
	strcpy(more.policy, "contig-zones");
	assert_int_equal(report_header_add(&sum, &more), 0);
	assert_int_equal(sum.runs, 2);
	assert_int_equal(sum.seed, 0);
	assert_true(sum.violation);
	assert_false(sum.interrupted);
	assert_true(sum.kernel_headroom_bytes == MIB(3));
	assert_string_equal(sum.policy, "several");
	assert_string_equal(sum.kernel, "6.1.192");
	more.duration_ns = UINT64_MAX;
	assert_int_equal(report_header_add(&sum, &more), -EOVERFLOW);
	assert_int_equal(sum.runs, 2);
}

static void hostile_json(void **state)
{
	static const struct {
		const char *from, *to, *why;
	} cases[] = {
		{ "\"schema\": 1", "\"schema\": 2", "schema" },
		{ "\"schema\": 1", "\"schema\": \"1\"", "no whole number" },
		{ "\"schema\": 1, ", "", "\"schema\" is missing" },
		{ "\"run\": {", "\"run\": 5, \"walk\": {", "of another type" },
		{ "\"runs\": 1", "\"runs\": 0", "\"runs\" is 0" },
		{ "\"seed\": 7", "\"seed\": -7", "is negative" },
		{ "\"seed\": 7", "\"seed\": 7.5", "no whole number" },
		{ "\"seed\": 7", "\"seed\": NaN", "no whole number" },
		{ "\"oom_kills\": 2", "\"oom_kills\": null", "no whole number" },
		{ "\"violation\": false", "\"violation\": 0", "of another type" },
		{ "6.1.192", "a kernel that has a name that is longer than uname could ever say it",
		  "too long" },
		{ "6.1.192", "6.1\\u0000.192", "NUL" },
		{ "\"duration_ns\": 61234567890", "\"duration_ns\": 18446744073709551615",
		  "beyond 64 bits" },
		{ "\"device\": \"dimm\"", "\"device\": \"DIMM\"", "no kind of device" },
		{ "\"operation\": \"plug\"", "\"operation\": \"pluck\"", "no operation" },
		{ "\"operation\": \"plug\"", "\"operation\": [\"plug\"]", "of another type" },
		{ "\"grows\": true", "\"grows\": \"yes\"", "of another type" },
		{ "\"attempts\": 100", "\"attempts\": 101", "not the sum" },
		{ "\"succeeded\": 100", "\"succeeded\": 101", "\"attempts\"" },
		{ "\"succeeded\": 97", "\"succeeded\": 96", "\"attempts\"" },
		{ "\"asked_bytes\": 107374182400", "\"asked_bytes\": 18446744073709551615",
		  "beyond 64 bits" },
		{ "\"max\": 999", "\"max\": 1999", "\"max\"" },
		{ "\"histogram\": [ [ 996, 1 ] ]", "\"histogram\": [ [ 996 ] ]", "no pair" },
		{ "\"histogram\": [ [ 996, 1 ] ]", "\"histogram\": [ 996, 1 ]", "no pair" },
		{ "\"histogram\": [ [ 996, 1 ] ]", "\"histogram\": [ [ 997, 1 ] ]",
		  "none of ours" },
		{ "\"histogram\": [ [ 996, 1 ] ]",
		  "\"histogram\": [ [ 996, 0 ], [ 996, 1 ] ]",
		  "none of ours" },
		{ "\"histogram\": [ [ 996, 1 ] ]",
		  "\"histogram\": [ [ 996, 1 ], [ 7, 18446744073709551615 ] ]", "beyond 64 bits" },
		{ "\"histogram\": [ [ 996, 1 ] ]", "\"histogram\": [ ]", "not the sum" },
		{ "\"errno\": 16", "\"errno\": 99999", "is none" },
		{ "\"times\": 2", "\"times\": 0", "counts nothing" },
		{ "\"times\": 2", "\"times\": 3", "\"attempts\"" },
		{ "\"failures\": [ {", "\"failures\": [ 5, {", "no object" },
		{ "\"operations\": [ {", "\"operations\": [ [], {", "no object" },
		{ "\"operations\": [ {", "\"operations\": [ [[[[[[[[[[]]]]]]]]]], {", "no JSON" },
	};
	struct report *report = example();
	char *good = json_of(report, &example_header);
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		char *text = replaced(good, cases[i].from, cases[i].to);

		refuses(text, strlen(text), cases[i].why);
		free(text);
	}
	free(good);
	report_free(report);
}

/* Two times the same operations: which of them counts? */
static void the_same_twice(void **state)
{
	struct report *report = example();
	char *good = json_of(report, &example_header), *text, *at;

	(void)state;
	/* DIMMs that were unplugged were plugged in now, as others are. */
	text = replaced(good, "301%\", \"device\": \"dimm\", \"operation\": \"unplug\"",
			"301%\", \"device\": \"dimm\", \"operation\": \"plug\"");
	at = strstr(text, "\"operation\": \"plug\", \"grows\": false");
	assert_non_null(at);
	memcpy(strstr(at, "false"), "true ", 5);
	refuses(text, strlen(text), "the same twice");
	free(text);
	free(good);
	report_free(report);
}

static void no_report_at_all(void **state)
{
	static const char *const texts[] = { "", "{", "[]", "null", "7", "x", "{} {}", "\xff" };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(texts); i++)
		refuses(texts[i], strlen(texts[i]), "");
	/* With a NUL, which does not end it. */
	refuses("{}\0{}", 5, "no JSON");
}

static void truncated_json(void **state)
{
	struct report *report = example();
	char *good = json_of(report, &example_header);
	size_t len = strlen(good), cut;

	(void)state;
	/* The last two bytes are the brace and the end of the line. */
	for (cut = 0; cut < len - 1; cut += 7)
		refuses(good, cut, "no JSON");
	free(good);
	report_free(report);
}

static void files_that_cannot_be_read(void **state)
{
	struct report *report = report_new();
	struct report_header header = { 0 };
	char path[sizeof(folder) + 16];

	(void)state;
	snprintf(path, sizeof(path), "%s/missing", folder);
	assert_int_equal(report_read(path, report, &header, &fault), -ENOENT);
	assert_non_null(strstr(fault.text, "missing: No such file"));
	assert_int_equal(report_read(folder, report, &header, &fault), -EISDIR);
	assert_int_equal(report_read("/dev/zero", report, &header, &fault), -EFBIG);
	report_free(report);
}

/* Mostly one that means something in JSON. */
static char any_byte(void)
{
	static const char special[] = "0123456789\",[]{}:-e.u\\";

	if (rand() % 3)
		return special[(size_t)rand() % (sizeof(special) - 1)];
	return (char)(rand() % 256);
}

/*
 * Bytes of a good file change: the result is refused, or is a report that can be
 * written and read again. Nothing else may come of it, and never a crash.
 */
static void mutated_json(void **state)
{
	struct report *report = example();
	char *good = json_of(report, &example_header);
	size_t len = strlen(good);
	int round, accepted = 0;

	(void)state;
	seed();
	for (round = 0; round < 3000; round++) {
		struct report *read = report_new();
		struct report_header header = { 0 };
		char *text = strdup(good), *again;
		int changes = 1 + rand() % 4;

		while (changes--)
			text[(size_t)rand() % len] = any_byte();
		fault.text[0] = '\0';
		if (report_read(file_with(text, len), read, &header, &fault)) {
			assert_true(fault.text[0] != '\0');
		} else {
			accepted++;
			again = json_of(read, &header);
			header = (struct report_header){ 0 };
			reads(report, &header, again);
			free(again);
		}
		free(text);
		report_free(read);
	}
	print_message("# %d of %d were reports still\n", accepted, round);
	/* Such as those with another seed or word. */
	assert_true(accepted > 0 && accepted < round);
	free(good);
	report_free(report);
}

/* How many bytes of a file begin with @magic, or 0. */
static size_t file_size(const char *path, const char *magic)
{
	FILE *in = fopen(path, "r");
	struct stat st;
	char begin[8] = "";

	if (!in)
		return 0;
	assert_int_equal(fread(begin, 1, sizeof(begin), in), sizeof(begin));
	assert_int_equal(fstat(fileno(in), &st), 0);
	fclose(in);
	return memmem(begin, sizeof(begin), magic, strlen(magic)) ? (size_t)st.st_size : 0;
}

static void draws(const struct report *report, const char *name, const char *magic)
{
	char path[sizeof(folder) + 64];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (report_plot(report, &example_header, path, &fault))
		print_message("# %s\n", fault.text);
	assert_true(file_size(path, magic) > 1000);
	assert_int_equal(unlink(path), 0);
}

static void plots(void **state)
{
	static const struct outcome outcome = { .grows = true };
	struct report *report = example(), *one = report_new();

	(void)state;
	draws(report, "plot.svg", "<?xml");
	draws(report, "plot.png", "PNG");
	/* No more than one operation, in no time, and nothing that should come back. */
	add(one, "contig-zones", DEVICE_DIMM, OP_PLUG, &outcome);
	draws(one, "plot.svg", "<?xml");
	report_free(one);
	report_free(report);
}

/* Names and words that would be commands, were they part of any. */
static void plots_with_hostile_names(void **state)
{
	static const char hostile[] = "\"`touch evil`'$(touch evil)\\\nEND\n@x";
	static const struct outcome outcome = { .asked_bytes = 1 };
	struct report *report = report_new();
	char before[4096];

	(void)state;
	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(chdir(folder), 0);
	add(report, hostile, DEVICE_DIMM, OP_UNPLUG, &outcome);
	draws(report, "\"`touch evil`'; $(touch evil) \\.svg", "<?xml");
	assert_int_equal(access("evil", F_OK), -1);
	assert_int_equal(chdir(before), 0);
	report_free(report);
}

static void plots_that_fail(void **state)
{
	struct report *report = example(), *empty = report_new();
	char path[sizeof(folder) + 64];
	char *search = strdup(getenv("PATH"));

	(void)state;
	snprintf(path, sizeof(path), "%s/plot.gif", folder);
	assert_int_equal(report_plot(report, &example_header, path, &fault), -EINVAL);
	assert_non_null(strstr(fault.text, ".svg or .png"));
	snprintf(path, sizeof(path), "%s/none/plot.svg", folder);
	assert_int_equal(report_plot(report, &example_header, path, &fault), -ENOENT);
	assert_non_null(strstr(fault.text, path));
	snprintf(path, sizeof(path), "%s/plot.svg", folder);
	assert_int_equal(report_plot(empty, &example_header, path, &fault), -ENODATA);
	setenv("PATH", "/nonexistent", 1);
	assert_int_equal(report_plot(report, &example_header, path, &fault), -ENOENT);
	assert_non_null(strstr(fault.text, "gnuplot-nox"));
	assert_int_equal(access(path, F_OK), -1);
	setenv("PATH", search, 1);
	free(search);
	report_free(report);
	report_free(empty);
}

/* Nothing is left of plots that were not drawn. */
static void folder_is_empty(void **state)
{
	char path[sizeof(folder) + 16];

	(void)state;
	snprintf(path, sizeof(path), "%s/report.json", folder);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),
		cmocka_unit_test(sizes_in_bytes_without_headings),
		cmocka_unit_test(counts_fit_80_columns),
		cmocka_unit_test(almost_all_is_not_all),
		cmocka_unit_test(no_operation_no_table),
		cmocka_unit_test(nothing_checked),
		cmocka_unit_test(sums),
		cmocka_unit_test(many_causes),
		cmocka_unit_test(json),
		cmocka_unit_test(json_is_read_as_it_was),
		cmocka_unit_test(runs_add_up_exactly),
		cmocka_unit_test(headers_of_different_runs),
		cmocka_unit_test(hostile_json),
		cmocka_unit_test(the_same_twice),
		cmocka_unit_test(no_report_at_all),
		cmocka_unit_test(truncated_json),
		cmocka_unit_test(files_that_cannot_be_read),
		cmocka_unit_test(mutated_json),
		cmocka_unit_test(plots),
		cmocka_unit_test(plots_with_hostile_names),
		cmocka_unit_test(plots_that_fail),
		cmocka_unit_test(folder_is_empty),
	};

	setlocale(LC_ALL, "C.UTF-8");
	if (!mkdtemp(folder)) {
		perror(folder);
		return 1;
	}
	return RUN(tests);
}
