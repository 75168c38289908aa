// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "listing.h"

static const struct row {
	const char *name;
	struct value number;
} data[] = {
	{ "Virtio0", { .kind = VALUE_BYTES, .number = 5 } },
	{ NULL, { .kind = VALUE_NONE } },
	{ "dimm", { .kind = VALUE_BYTES, .number = UINT64_MAX } },
	{ "virtio1", { .kind = VALUE_BYTES, .number = 5 } },
	{ "\033[m", { .kind = VALUE_INFINITE } },
};

static struct value name(const void *rows, size_t row)
{
	const struct row *all = rows;

	return value_text(all[row].name);
}

static struct value number(const void *rows, size_t row)
{
	const struct row *all = rows;

	return all[row].number;
}

static const struct column columns[] = {
	{ "NAME", NULL, NULL, false, name },
	{ "NUMBER", NULL, NULL, true, number },
};

static size_t rows(const void *unused)
{
	(void)unused;
	return ARRAY_SIZE(data);
}

static const struct table table = {
	.name = "rows", .columns = columns, .nr_columns = ARRAY_SIZE(columns), .rows = rows,
};

/* The indexes as digits. */
static void lists(const char *expected, const struct listing_order *order)
{
	char got[ARRAY_SIZE(data) + 1] = "";
	struct fault fault;
	size_t *list, nr, i;

	assert_int_equal(listing_make(&table, data, order, &list, &nr, &fault), 0);
	assert_true(nr <= ARRAY_SIZE(data));
	for (i = 0; i < nr; i++)
		got[i] = (char)('0' + list[i]);
	free(list);
	assert_string_equal(got, expected);
}

static void keeps_the_order(void **state)
{
	(void)state;
	lists("01234", &(struct listing_order){ 0 });
	lists("01234", &(struct listing_order){ .filtered = columns, .filter = "" });
}

static void sorts(void **state)
{
	struct listing_order order = { .column = &columns[1] };

	(void)state;
	/* What is equal stays as it is, what is not there is last. */
	lists("03241", &order);
	order.descending = true;
	lists("42031", &order);
	order.column = &columns[0];
	lists("32041", &order);
	order.descending = false;
	lists("40231", &order);
}

static void filters(void **state)
{
	struct listing_order order = { .filtered = columns, .filter = "VIRT" };

	(void)state;
	lists("03", &order);
	order.column = &columns[0];
	order.descending = true;
	lists("30", &order);
	order.filter = "nothing";
	lists("", &order);
	/* As it is shown. */
	order.filter = "x1b[";
	lists("4", &order);
	order.filter = "-";
	lists("1", &order);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_order),
		cmocka_unit_test(sorts),
		cmocka_unit_test(filters),
	};

	return cmocka_run_group_tests_name("listing", tests, NULL, NULL);
}
