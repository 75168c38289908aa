// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model.h"
#include "openmetrics.h"

#define LEN(array) (sizeof(array) / sizeof(*(array)))

/* The data: rows of a number and a name. */
struct row {
	struct value value;
	const char *name;
};

struct rows {
	const struct row *row;
	size_t nr;
};

static struct value get(const void *data, size_t row)
{
	const struct rows *rows = data;

	return rows->row[row].value;
}

static struct value name(const void *data, size_t row)
{
	const struct rows *rows = data;

	return value_text(rows->row[row].name);
}

static struct value number(const void *data, size_t row)
{
	(void)data;
	return value_number(row);
}

static struct value no(const void *data, size_t row)
{
	(void)data;
	(void)row;
	return value_bool(false);
}

static size_t count(const void *data)
{
	const struct rows *rows = data;

	return rows->nr;
}

static void prints(enum metrics_format format, const struct metric *metrics, size_t nr,
		   const struct metric_label *labels, size_t nr_labels,
		   const struct row *row, size_t nr_rows, const char *expected)
{
	const struct metric_set set = {
		"p_", metrics, nr, labels, nr_labels, count
	};
	const struct rows data = { row, nr_rows };
	struct fault fault;
	size_t len;
	char *text;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(metrics_print(out, format, &set, 1, &data, &fault), 0);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static const struct metric all[] = {
	{ .name = "this", .type = METRIC_INFO, .help = "A.", .get = get },
	{ .name = "b_bytes", .type = METRIC_GAUGE, .unit = "bytes", .help = "B.", .get = get },
	{ .name = "c", .type = METRIC_COUNTER, .help = "C.", .get = get,
	  .label = "zone", .label_value = "x" },
	{ .name = "c", .type = METRIC_COUNTER, .help = "C.", .get = get,
	  .label = "zone", .label_value = "y" },
};

static const struct row seven = { { .kind = VALUE_NUMBER, .number = 7 }, NULL };

static void names_what_node_exporter_knows(void **state)
{
	(void)state;
	prints(FORMAT_PROMETHEUS, all, LEN(all), NULL, 0, &seven, 1,
	       "# HELP p_this_info A.\n"
	       "# TYPE p_this_info gauge\n"
	       "p_this_info 1\n"
	       "# HELP p_b_bytes B.\n"
	       "# TYPE p_b_bytes gauge\n"
	       "p_b_bytes 7\n"
	       "# HELP p_c_total C.\n"
	       "# TYPE p_c_total counter\n"
	       "p_c_total{zone=\"x\"} 7\n"
	       "p_c_total{zone=\"y\"} 7\n");
}

static void names_what_openmetrics_wants(void **state)
{
	(void)state;
	prints(FORMAT_OPENMETRICS, all, LEN(all), NULL, 0, &seven, 1,
	       "# HELP p_this A.\n"
	       "# TYPE p_this info\n"
	       "p_this_info 1\n"
	       "# HELP p_b_bytes B.\n"
	       "# TYPE p_b_bytes gauge\n"
	       "# UNIT p_b_bytes bytes\n"
	       "p_b_bytes 7\n"
	       "# HELP p_c C.\n"
	       "# TYPE p_c counter\n"
	       "p_c_total{zone=\"x\"} 7\n"
	       "p_c_total{zone=\"y\"} 7\n"
	       "# EOF\n");
}

static void leaves_out_what_has_no_sample(void **state)
{
	static const struct row row[] = {
		{ { .kind = VALUE_NONE }, NULL }, { { .kind = VALUE_BYTES, .number = 0 }, NULL },
	};

	(void)state;
	prints(FORMAT_PROMETHEUS, all + 1, 1, NULL, 0, row, 1, "");
	prints(FORMAT_OPENMETRICS, all + 1, 1, NULL, 0, row, 1, "# EOF\n");
	prints(FORMAT_OPENMETRICS, all + 1, 1, NULL, 0, NULL, 0, "# EOF\n");
	prints(FORMAT_PROMETHEUS, all + 1, 1, NULL, 0, row, 2,
	       "# HELP p_b_bytes B.\n# TYPE p_b_bytes gauge\np_b_bytes 0\n");
}

static void escapes_labels(void **state)
{
	static const struct metric_label labels[] = {
		{ "name", name }, { "row", number }, { "is", no },
	};
	static const struct row row[] = {
		{ { .kind = VALUE_NUMBER }, "a\"b\\c" },
		{ { .kind = VALUE_NUMBER }, "\n\033[2J\xff\xe2\x80\xae" },
		{ { .kind = VALUE_NUMBER }, "d\xc3\xa9j\xc3\xa0 {,}" },
		{ { .kind = VALUE_NUMBER }, NULL },
	};

	(void)state;
	prints(FORMAT_PROMETHEUS, all + 1, 1, labels, LEN(labels), row, LEN(row),
	       "# HELP p_b_bytes B.\n"
	       "# TYPE p_b_bytes gauge\n"
	       "p_b_bytes{name=\"a\\\"b\\\\x5cc\",row=\"0\",is=\"false\"} 0\n"
	       "p_b_bytes{name=\"\\\\x0a\\\\x1b[2J\\\\xff\\\\xe2\\\\x80\\\\xae\",row=\"1\",is=\"false\"} 0\n"
	       "p_b_bytes{name=\"d\xc3\xa9j\xc3\xa0 {,}\",row=\"2\",is=\"false\"} 0\n"
	       "p_b_bytes{name=\"\",row=\"3\",is=\"false\"} 0\n");
}

static void prints_exact_numbers(void **state)
{
	static const struct metric metrics[] = {
		{ .name = "n", .type = METRIC_GAUGE, .help = "N.", .get = get },
		{ .name = "h_ratio", .type = METRIC_GAUGE, .help = "H.", .get = get,
		  .divisor = 100 },
		{ .name = "m_ratio", .type = METRIC_GAUGE, .help = "M.", .get = get,
		  .divisor = 1000000 },
	};
	static const struct row row[] = {
		{ { .kind = VALUE_NUMBER, .number = UINT64_MAX }, NULL },
		{ { .kind = VALUE_NUMBER, .number = 301 }, NULL },
		{ { .kind = VALUE_NUMBER, .number = 1000 }, NULL },
		{ { .kind = VALUE_NUMBER, .number = 1 }, NULL },
		{ { .kind = VALUE_INFINITE }, NULL },
	};

	(void)state;
	prints(FORMAT_PROMETHEUS, metrics, LEN(metrics), NULL, 0, row, LEN(row),
	       "# HELP p_n N.\n"
	       "# TYPE p_n gauge\n"
	       "p_n 18446744073709551615\np_n 301\np_n 1000\np_n 1\np_n +Inf\n"
	       "# HELP p_h_ratio H.\n"
	       "# TYPE p_h_ratio gauge\n"
	       "p_h_ratio 184467440737095516.15\np_h_ratio 3.01\np_h_ratio 10\n"
	       "p_h_ratio 0.01\np_h_ratio +Inf\n"
	       "# HELP p_m_ratio M.\n"
	       "# TYPE p_m_ratio gauge\n"
	       "p_m_ratio 18446744073709.551615\np_m_ratio 0.000301\np_m_ratio 0.001\n"
	       "p_m_ratio 0.000001\np_m_ratio +Inf\n");
}

/* What the policy allows, to the byte, must not look like more. */
static void rounds_the_ratio_up(void **state)
{
	struct node n = { .early_kernel = 300, .movable = 903 };
	struct opt_u64 ratio = node_ratio(&n, 1000000);

	(void)state;
	assert_true(ratio.set && ratio.value == 3010000);
	n.early_kernel = 4294443007;
	n.movable = 12926273451;	/* 3.01 of it, rounded down */
	assert_true(node_ratio(&n, 1000000).value == 3010000);
	n.movable++;
	assert_true(node_ratio(&n, 1000000).value == 3010001);
	n = (struct node){ .movable = 1 };
	ratio = node_ratio(&n, 1000);
	assert_true(ratio.set && ratio.value == UINT64_MAX);
	n.dynamic_kernel = UINT64_MAX;
	n.early_kernel = UINT64_MAX;
	assert_true(node_ratio(&n, 1000).value == 1);
	n = (struct node){ .movable = UINT64_MAX, .cma = UINT64_MAX, .early_kernel = 1 };
	assert_true(node_ratio(&n, 1000).value == UINT64_MAX);
	n = (struct node){ .node = 0 };
	assert_false(node_ratio(&n, 1000).set);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_what_node_exporter_knows),
		cmocka_unit_test(names_what_openmetrics_wants),
		cmocka_unit_test(leaves_out_what_has_no_sample),
		cmocka_unit_test(escapes_labels),
		cmocka_unit_test(prints_exact_numbers),
		cmocka_unit_test(rounds_the_ratio_up),
	};

	return cmocka_run_group_tests_name("openmetrics", tests, NULL, NULL);
}
