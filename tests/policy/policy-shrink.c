// SPDX-License-Identifier: GPL-2.0
/*
 * Would the random test find a mistake in the policy? Mistakes made on purpose: each
 * has to be found, shrunk to a few operations, and to fail again, in the same way,
 * when it is read back from its text.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "random-history.h"
#include "shrink.h"

#define SEED		1
#define HISTORIES_MAX	2000

static bool compared(const struct memgroup_verdict *verdict)
{
	return verdict->domain != MEMGROUP_DOMAIN_NONE;
}

/* "<" where "<=" should be: what fits to the page is refused. */
static struct memgroup_verdict
refuse_exact_fit(const struct memgroup_question *question)
{
	struct memgroup_verdict verdict = memgroup_policy_decide(question);

	if (compared(&verdict) && verdict.movable &&
	    verdict.movable_pages + verdict.asked_pages == verdict.limit_pages)
		verdict.movable = false;
	return verdict;
}

/* "<=" of one page more. */
static struct memgroup_verdict
allow_one_more(const struct memgroup_question *question)
{
	struct memgroup_verdict verdict = memgroup_policy_decide(question);

	if (compared(&verdict) && !verdict.movable &&
	    verdict.movable_pages + verdict.asked_pages ==
	    verdict.limit_pages + 1)
		verdict.movable = true;
	return verdict;
}

/* Stock's cliff: KERNEL before the group's own memory is looked at. */
static struct memgroup_verdict
fall_off_the_cliff(const struct memgroup_question *question)
{
	struct memgroup_verdict verdict = memgroup_policy_decide(question);

	if (compared(&verdict) &&
	    question->system.early_kernel_pages <=
	    question->system.group_needed_pages)
		verdict.movable = false;
	return verdict;
}

static struct memgroup_verdict
forget_the_node(const struct memgroup_question *question)
{
	struct memgroup_question changed = *question;

	changed.config.numa_aware = false;
	return memgroup_policy_decide(&changed);
}

static struct memgroup_verdict
forget_the_unit(const struct memgroup_question *question)
{
	struct memgroup_question changed = *question;

	changed.group.unit_kernel_pages = 0;
	return memgroup_policy_decide(&changed);
}

static struct memgroup_verdict
never_clamp(const struct memgroup_question *question)
{
	struct memgroup_verdict verdict = memgroup_policy_decide(question);

	verdict.clamped = false;
	return verdict;
}

static u64 round_need_up(u64 kernel_pages, u64 movable_pages,
			 unsigned int ratio)
{
	u64 covered;

	if (!ratio)
		return 0;
	covered = (movable_pages * 100 + ratio - 1) / ratio;
	return covered > kernel_pages ? covered - kernel_pages : 0;
}

/* The mistake, and what it may shrink to: operations, boot memory and all. */
struct mistake {
	struct rules rules;
	const char *what;
	size_t operations_max;
};

static const struct mistake exact_fit = {
	{ refuse_exact_fit, memgroup_policy_needed }, "zone", 6,
};
static const struct mistake one_more = {
	{ allow_one_more, memgroup_policy_needed }, "zone", 5,
};
static const struct mistake cliff = {
	{ fall_off_the_cliff, memgroup_policy_needed }, "zone", 4,
};
static const struct mistake node = {
	{ forget_the_node, memgroup_policy_needed }, NULL, 4,
};
static const struct mistake unit = {
	{ forget_the_unit, memgroup_policy_needed }, NULL, 3,
};
static const struct mistake clamp = {
	{ never_clamp, memgroup_policy_needed }, "clamped", 6,
};
static const struct mistake need = {
	{ memgroup_policy_decide, round_need_up }, NULL, 5,
};

/* Random histories until one fails. */
static void find(const struct rules *rules, struct history *history,
		 struct finding *finding)
{
	static struct check check;
	uint64_t i;

	for (i = 0; i < HISTORIES_MAX; i++)
		if (!random_history(source_random(SEED, i), rules, history,
				    &check, finding))
			return;
	fail_msg("not found in %d histories", HISTORIES_MAX);
}

/* All that is known about a failure, to compare it with another. */
static char *describe(const struct finding *finding)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	assert_non_null(out);
	finding_print(out, finding);
	fclose(out);
	return text;
}

/* Out to a file and in again. */
static void through_text(const struct history *history, struct history *read)
{
	FILE *file = tmpfile();

	assert_non_null(file);
	history_print(file, history);
	rewind(file);
	assert_true(history_parse(file, "text", read));
	fclose(file);
}

static void test_mistake(void **state)
{
	const struct mistake *mistake = *state;
	struct history history = { .count = 0 }, read = { .count = 0 };
	struct finding found, shrunk, again;
	size_t length, i;
	char *text, *expected;

	find(&mistake->rules, &history, &found);
	length = history.count;
	shrunk = found;
	shrink(&history, &mistake->rules, &shrunk);
	print_message("# from %zu operations to %zu, in %s\n", length,
		      history.count, shrunk.what);
	if (history.count > mistake->operations_max) {
		history_print(stdout, &history);
		fail_msg("more than %zu operations", mistake->operations_max);
	}
	assert_string_equal(shrunk.what, found.what);
	if (mistake->what)
		assert_string_equal(shrunk.what, mistake->what);
	assert_int_equal(shrunk.at + 1, history.count);

	through_text(&history, &read);
	assert_false(check_history(&read, &mistake->rules, &again));
	expected = describe(&shrunk);
	text = describe(&again);
	assert_string_equal(text, expected);
	free(text);
	free(expected);
	/* It is the mistake that fails: without it, all is well. */
	assert_true(check_history(&read, &policy_rules, &again));

	/* Nothing can be left out. */
	for (i = 0; i < history.count; i++) {
		history_copy(&read, &history);
		memmove(&read.operations[i], &read.operations[i + 1],
			(read.count - i - 1) * sizeof(read.operations[0]));
		read.count--;
		assert_true(check_history(&read, &mistake->rules, &again) ||
			    strcmp(again.what, shrunk.what));
	}
	history_free(&history);
	history_free(&read);
}

/* Every operation survives the way through text. */
static void test_text(void **state)
{
	struct history history = { .count = 0 }, read = { .count = 0 };
	struct operation operation = { .what = 0 };
	unsigned int i;

	(void)state;
	for (; operation.what < OPERATORS; operation.what++) {
		for (i = 0; i < operator_operands(operation.what); i++)
			operation.number[i] = UINT64_MAX >> 16 * (i % 4);
		for (; i < OPERANDS_MAX; i++)
			operation.number[i] = 0;
		history_append(&history, &operation);
	}
	through_text(&history, &read);
	assert_int_equal(read.count, OPERATORS);
	assert_memory_equal(read.operations, history.operations,
			    OPERATORS * sizeof(operation));
	history_free(&history);
	history_free(&read);
}

/* What is not a history is refused, and not half understood. */
static void test_bad_text(void **state)
{
	static const char * const texts[] = {
		"ratio", "ratio 1 2", "ratio x", "ratio -1", "ratio 1x",
		"rati 1", "online 0", "\nonline 0 0\noffline 0\n",
	};
	struct history history = { .count = 0 };
	char text[64];
	FILE *file;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		strcpy(text, texts[i]);
		file = fmemopen(text, strlen(text), "r");
		assert_non_null(file);
		assert_false(history_parse(file, "meant to be bad", &history));
		fclose(file);
	}
	history_free(&history);
}

/* A history depends on its seed and number alone. */
static void test_same_again(void **state)
{
	static struct check check;
	struct history first = { .count = 0 }, second = { .count = 0 };
	struct finding finding;

	(void)state;
	random_history(source_random(5, 6), &policy_rules, &first, &check,
		       &finding);
	random_history(source_random(5, 7), &policy_rules, &second, &check,
		       &finding);
	assert_false(first.count == second.count &&
		     !memcmp(first.operations, second.operations,
			     first.count * sizeof(struct operation)));
	random_history(source_random(5, 6), &policy_rules, &second, &check,
		       &finding);
	assert_int_equal(first.count, second.count);
	assert_memory_equal(first.operations, second.operations,
			    first.count * sizeof(struct operation));
	history_free(&first);
	history_free(&second);
}

#define MISTAKE(name) {				\
	"finds: " #name, test_mistake, NULL, NULL, (void *)&name }

int main(void)
{
	static const struct CMUnitTest tests[] = {
		MISTAKE(exact_fit),
		MISTAKE(one_more),
		MISTAKE(cliff),
		MISTAKE(node),
		MISTAKE(unit),
		MISTAKE(clamp),
		MISTAKE(need),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_bad_text),
		cmocka_unit_test(test_same_again),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("shrinking", tests, NULL, NULL);
}
