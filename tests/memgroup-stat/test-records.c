// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "escape.h"
#include "records.h"

static struct records r;
static struct fault fault;
static char *text;

/* The text is on the heap, of the exact size: sanitizers see every step outside. */
static int start(const char *content, size_t len)
{
	free(text);
	text = malloc(len + 1);
	assert_non_null(text);
	memcpy(text, content, len);
	text[len] = '\0';
	fault.text[0] = '\0';
	return records_start(&r, "file", text, len, &fault);
}

#define START(literal) start(literal, sizeof(literal) - 1)

static void assert_fault(int err, const char *words)
{
	assert_int_equal(err, -EINVAL);
	assert_string_equal(fault.text, words);
}

static int teardown(void **state)
{
	(void)state;
	free(text);
	text = NULL;
	return 0;
}

static void finds_columns_by_name(void **state)
{
	uint64_t value;
	char *name;

	(void)state;
	assert_int_equal(START("b new a\n1 x 2\n3 y 4\n"), 0);
	assert_int_equal(records_column(&r, "a"), 2);
	assert_int_equal(records_column(&r, "b"), 0);
	assert_fault(records_column(&r, "c"), "file: line 1: no column c");
	assert_int_equal(records_next(&r), 1);
	assert_int_equal(records_u64(&r, 2, &value), 0);
	assert_int_equal(value, 2);
	assert_int_equal(records_next(&r), 1);
	assert_int_equal(r.line, 3);
	assert_int_equal(records_string(&r, 1, &name), 0);
	assert_string_equal(name, "y");
	assert_int_equal(records_next(&r), 0);
	assert_int_equal(records_next(&r), 0);
}

static void refuses_bad_headers(void **state)
{
	char many[2 * (RECORDS_MAX_COLUMNS + 1)];
	size_t i;

	(void)state;
	assert_fault(START(""), "file: empty, without a line of column names");
	assert_fault(START("\n"), "file: line 1: an empty line");
	assert_fault(START("a b"), "file: line 1: truncated: no end of line");
	assert_fault(START("a  b\n"), "file: line 1: an empty field");
	assert_fault(START(" a\n"), "file: line 1: an empty field");
	assert_fault(START("a \n"), "file: line 1: an empty field");
	assert_fault(START("a b a\n"), "file: line 1: column a twice");
	assert_fault(START("a\tb\n"), "file: line 1: not a line of column names");
	assert_fault(START("\x7f" "ELF\n"), "file: line 1: not a line of column names");
	assert_fault(START("\xff\n"), "file: line 1: not a line of column names");
	assert_fault(START("a\0b\n"), "file: line 1: a NUL byte");
	assert_fault(START("\0\0\0"), "file: line 1: a NUL byte");
	for (i = 0; i < sizeof(many); i += 2)
		memcpy(many + i, "a ", 2);
	many[sizeof(many) - 1] = '\n';
	assert_fault(start(many, sizeof(many)), "file: line 1: more than 64 fields");
}

static void refuses_bad_lines(void **state)
{
	(void)state;
	assert_int_equal(START("a b\n1 2\n1\n"), 0);
	assert_int_equal(records_next(&r), 1);
	assert_fault(records_next(&r), "file: line 3: 1 fields instead of 2");
	assert_int_equal(START("a b\n1 2 3\n"), 0);
	assert_fault(records_next(&r), "file: line 2: 3 fields instead of 2");
	assert_int_equal(START("a b\n1 2"), 0);
	assert_fault(records_next(&r), "file: line 2: truncated: no end of line");
	assert_int_equal(START("a b\n1 \0\n"), 0);
	assert_fault(records_next(&r), "file: line 2: a NUL byte");
	assert_int_equal(START("a b\n\n"), 0);
	assert_fault(records_next(&r), "file: line 2: an empty line");
	assert_int_equal(START("a b\n1 \n"), 0);
	assert_fault(records_next(&r), "file: line 2: an empty field");
}

static int number(const char *field, uint64_t *value)
{
	char line[200];

	snprintf(line, sizeof(line), "n\n%s\n", field);
	assert_int_equal(start(line, strlen(line)), 0);
	assert_int_equal(records_next(&r), 1);
	return records_u64(&r, 0, value);
}

static void parses_numbers(void **state)
{
	struct opt_u64 opt;
	uint64_t value;

	(void)state;
	assert_int_equal(number("18446744073709551615", &value), 0);
	assert_true(value == UINT64_MAX);
	assert_fault(number("18446744073709551616", &value),
		     "file: line 2: n: 18446744073709551616: does not fit into 64 bits");
	assert_fault(number("-1", &value), "file: line 2: n: -1: not a number");
	assert_fault(number("-", &value), "file: line 2: n: -: not a number");
	assert_fault(number("1.5", &value), "file: line 2: n: 1.5: not a number");
	assert_fault(number("0x1", &value), "file: line 2: n: 0x1: not a number");
	assert_fault(number("99999999999999999999999999999999999999999999999", &value),
		     "file: line 2: n: 9999999999999999999999999999999999999999...: does not fit into 64 bits");

	assert_int_equal(START("n m\n- 7\n"), 0);
	assert_int_equal(records_next(&r), 1);
	assert_int_equal(records_opt_u64(&r, 0, &opt), 0);
	assert_false(opt.set);
	assert_int_equal(records_opt_u64(&r, 1, &opt), 0);
	assert_true(opt.set);
	assert_int_equal(opt.value, 7);
}

static int string(const char *field, char **value)
{
	char line[200];

	snprintf(line, sizeof(line), "s\n%s\n", field);
	assert_int_equal(start(line, strlen(line)), 0);
	assert_int_equal(records_next(&r), 1);
	return records_string(&r, 0, value);
}

static void unescapes_strings(void **state)
{
	char *value;

	(void)state;
	assert_int_equal(string("PNP0C80:00", &value), 0);
	assert_string_equal(value, "PNP0C80:00");
	assert_int_equal(string("a\\040b\\134c\\011", &value), 0);
	assert_string_equal(value, "a b\\c\t");
	assert_int_equal(string("\\377", &value), 0);
	assert_string_equal(value, "\xff");
	assert_int_equal(string("\\055", &value), 0);
	assert_string_equal(value, "-");
	assert_int_equal(string("-", &value), 0);
	assert_null(value);
	assert_fault(string("\\000", &value), "file: line 2: s: \\000 is no character");
	assert_fault(string("\\777", &value), "file: line 2: s: \\777 is no character");
	assert_fault(string("\\04", &value),
		     "file: line 2: s: a backslash without three octal digits");
	assert_fault(string("a\\", &value),
		     "file: line 2: s: a backslash without three octal digits");
	assert_fault(string("\\n", &value),
		     "file: line 2: s: a backslash without three octal digits");
}

static void assert_escaped(char *got, const char *wanted)
{
	assert_non_null(got);
	assert_string_equal(got, wanted);
	free(got);
}

static void escapes_for_output(void **state)
{
	(void)state;
	assert_escaped(escape_terminal("virtio0", true), "virtio0");
	assert_escaped(escape_terminal("", true), "");
	assert_escaped(escape_terminal("\033[2J\x7f\\", true), "\\x1b[2J\\x7f\\x5c");
	assert_escaped(escape_terminal("d\xc3\xa9j\xc3\xa0", true), "d\xc3\xa9j\xc3\xa0");
	assert_escaped(escape_terminal("d\xc3\xa9", false), "d\\xc3\\xa9");
	/* C1 control, text direction, overlong, surrogate, too high, cut short. */
	assert_escaped(escape_terminal("\xc2\x9b", true), "\\xc2\\x9b");
	assert_escaped(escape_terminal("\xe2\x80\xae", true), "\\xe2\\x80\\xae");
	assert_escaped(escape_terminal("\xc0\xaf", true), "\\xc0\\xaf");
	assert_escaped(escape_terminal("\xe0\x80\xaf", true), "\\xe0\\x80\\xaf");
	assert_escaped(escape_terminal("\xed\xa0\x80", true), "\\xed\\xa0\\x80");
	assert_escaped(escape_terminal("\xf4\x90\x80\x80", true), "\\xf4\\x90\\x80\\x80");
	assert_escaped(escape_terminal("\xf0\x9f\x98", true), "\\xf0\\x9f\\x98");
	assert_escaped(escape_terminal("\xf0\x9f\x98\x80", true), "\xf0\x9f\x98\x80");

	assert_escaped(escape_utf8("a\xff\033\\"), "a\xef\xbf\xbd\033\\");
	assert_escaped(escape_utf8("\xe2\x82\xac\xe2\x82"),
		       "\xe2\x82\xac\xef\xbf\xbd\xef\xbf\xbd");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_columns_by_name),
		cmocka_unit_test(refuses_bad_headers),
		cmocka_unit_test(refuses_bad_lines),
		cmocka_unit_test(parses_numbers),
		cmocka_unit_test(unescapes_strings),
		cmocka_unit_test_teardown(escapes_for_output, teardown),
	};

	return cmocka_run_group_tests_name("records", tests, NULL, NULL);
}
