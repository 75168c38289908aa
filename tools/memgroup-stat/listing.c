// SPDX-License-Identifier: GPL-2.0
#include "listing.h"

#include <stdlib.h>
#include <string.h>

struct sorting {
	const void *data;
	const struct listing_order *order;
};

static bool has_value(const struct value *value)
{
	return value->kind != VALUE_NONE && value->kind != VALUE_ABSENT;
}

static int compare_values(const struct value *a, const struct value *b)
{
	const bool infinite_a = a->kind == VALUE_INFINITE;
	const bool infinite_b = b->kind == VALUE_INFINITE;

	if (a->kind == VALUE_TEXT && b->kind == VALUE_TEXT)
		return strcmp(a->text, b->text);
	/* "system" beside the numbers of nodes. */
	if (a->kind == VALUE_TEXT || b->kind == VALUE_TEXT)
		return a->kind == VALUE_TEXT ? -1 : 1;
	if (infinite_a || infinite_b)
		return infinite_a - infinite_b;
	return (a->number > b->number) - (a->number < b->number);
}

static int compare_rows(const void *left, const void *right, void *context)
{
	const size_t a = *(const size_t *)left, b = *(const size_t *)right;
	const struct sorting *sorting = context;
	const struct column *column = sorting->order->column;
	const struct value x = column->get(sorting->data, a);
	const struct value y = column->get(sorting->data, b);
	int order;

	if (has_value(&x) != has_value(&y))
		return has_value(&x) ? -1 : 1;
	order = has_value(&x) ? compare_values(&x, &y) : 0;
	if (sorting->order->descending)
		order = -order;
	return order ?: (a > b) - (a < b);
}

/* 1 if the row is to be seen, 0 if not, or -ENOMEM. */
static int matches(const void *data, size_t row, const struct listing_order *order,
		   struct fault *fault)
{
	static const struct table_options as_shown;
	struct value value;
	char *cell;
	int found;

	if (!order->filtered || !*order->filter)
		return 1;
	value = order->filtered->get(data, row);
	cell = table_cell(&value, &as_shown);
	if (!cell)
		return fault_nomem(fault);
	found = strcasestr(cell, order->filter) != NULL;
	free(cell);
	return found;
}

int listing_make(const struct table *table, const void *data,
		 const struct listing_order *order, size_t **rows, size_t *nr,
		 struct fault *fault)
{
	struct sorting sorting = { data, order };
	const size_t all = table->rows(data);
	size_t *list = calloc(all + 1, sizeof(*list));
	size_t row, count = 0;

	if (!list)
		return fault_nomem(fault);
	for (row = 0; row < all; row++) {
		int found = matches(data, row, order, fault);

		if (found < 0) {
			free(list);
			return found;
		}
		if (found)
			list[count++] = row;
	}
	if (order->column)
		qsort_r(list, count, sizeof(*list), compare_rows, &sorting);
	*rows = list;
	*nr = count;
	return 0;
}
