// SPDX-License-Identifier: GPL-2.0
/*
 * The checker on a recorded history: what a kernel said before and after each of
 * several operations, and the trace between (trees/history, by record-history). All of
 * it is good; with any number or word changed, or any event missing, it is not.
 *
 * The tracer, the root and the kernel's log are this program's, by the linker's --wrap.
 */
#include <ctype.h>
#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "checker.h"
#include "checker-log.h"
#include "events.h"
#include "oracle.h"
#include "sysroot.h"

#define STEPS_MAX	16
#define FILES_MAX	256
#define LINES_MAX	128
#define DEBUGFS		"sys/kernel/debug/memory_groups/"

struct file {
	char *path;
	char *text;
};

/* What was recorded after an operation, or, the first, before all of them. */
static struct step {
	struct file files[FILES_MAX];
	size_t nr_files;
	char *events[LINES_MAX];
	size_t nr_events;
	struct op op;
	struct outcome outcome;
} steps[STEPS_MAX];
static size_t nr_steps;

static char dir[] = "/tmp/checker-test-XXXXXX";
static struct fault fault;
static char whole_path[PATH_MAX];

/*
 * What the checker sees instead of a kernel.
 */

static const struct step *traced;	/* its events are yet to be read */
static bool wrong_rule;			/* an oracle that is off by a page */
static int kernel_log[2] = { -1, -1 };	/* write a record to [1] */

int __real_sysroot_open(struct sysroot *root, const char *path,
			struct fault *why);
int __wrap_sysroot_open(struct sysroot *root, const char *path,
			struct fault *why);
struct tracer *__wrap_tracer_start(const char *name, unsigned int kib,
				   struct fault *why);
void __wrap_tracer_stop(struct tracer *tracer);
int __wrap_tracer_read(struct tracer *tracer, struct events *events,
		       struct fault *why);
int __wrap_log_open(struct fault *why);
int __wrap_nanosleep(const struct timespec *time, struct timespec *left);
struct oracle_answer __real_oracle_ask(const struct oracle *oracle,
				       uint64_t number, int node, int group);
struct oracle_answer __wrap_oracle_ask(const struct oracle *oracle,
				       uint64_t number, int node, int group);

int __wrap_sysroot_open(struct sysroot *root, const char *path,
			struct fault *why)
{
	assert_null(path);
	return __real_sysroot_open(root, "root", why);
}

struct tracer *__wrap_tracer_start(const char *name, unsigned int kib,
				   struct fault *why)
{
	(void)name;
	(void)kib;
	(void)why;
	return (struct tracer *)&traced;
}

void __wrap_tracer_stop(struct tracer *tracer)
{
	(void)tracer;
}

static int add_line(struct events *events, const char *line)
{
	const char *name = strstr(line, "mhp_");
	char event[32];
	size_t len;

	assert_non_null(name);
	len = strcspn(name, ":");
	assert_true(len < sizeof(event) && name[len]);
	memcpy(event, name, len);
	event[len] = '\0';
	return events_add(events, event, name + len + 2);
}

int __wrap_tracer_read(struct tracer *tracer, struct events *events,
		       struct fault *why)
{
	size_t i;

	(void)tracer;
	events->count = 0;
	events->nr_changes = 0;
	for (i = 0; traced && i < traced->nr_events; i++)
		if (traced->events[i] && add_line(events, traced->events[i]))
			return fault_set(why, EINVAL, "not an event: %s",
					 traced->events[i]);
	traced = NULL;
	return 0;
}

int __wrap_log_open(struct fault *why)
{
	(void)why;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0,
				    kernel_log), 0);
	return kernel_log[0];
}

/* Nothing changes while one waits here. */
int __wrap_nanosleep(const struct timespec *time, struct timespec *left)
{
	(void)time;
	(void)left;
	return 0;
}

struct oracle_answer __wrap_oracle_ask(const struct oracle *oracle,
				       uint64_t number, int node, int group)
{
	struct oracle_answer answer = __real_oracle_ask(oracle, number, node,
							group);

	answer.asked_pages += wrong_rule;
	return answer;
}

/*
 * The recording.
 */

static char *copy(const char *text, size_t len)
{
	char *result = strndup(text, len);

	assert_non_null(result);
	return result;
}

static char *read_whole(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if (!file)
		return NULL;
	assert_true(getdelim(&text, &size, '\0', file) > 0);
	fclose(file);
	return text;
}

static void take_op(struct step *step, const char *text)
{
	char kind[24];
	int64_t bytes;
	int fields;

	if (text[0] == '-')
		return;
	fields = sscanf(text, "%23s %31s %" SCNu64 " %" SCNd64, kind,
			step->op.device, &step->op.block, &bytes);
	assert_int_equal(fields, 4);
	assert_int_equal(op_kind_parse(kind, &step->op.kind), 0);
	step->outcome.grows = bytes > 0;
	step->outcome.done_bytes = (uint64_t)llabs(bytes);
}

static void take_events(struct step *step, char *text)
{
	char *line, *save = NULL;

	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		assert_true(step->nr_events < LINES_MAX);
		step->events[step->nr_events++] = copy(line, strlen(line));
	}
}

/* "=== PATH", and the content of that file up to the next such line. */
static void take_step(struct step *step, char *text)
{
	char *at = text;

	while (at && *at) {
		char *path = at + strlen("=== ");
		char *content = strchr(path, '\n') + 1;
		char *next = !strncmp(content, "=== ", 4) ? content :
			     strstr(content, "\n=== ");
		size_t len;

		if (next && next != content)
			next++;
		len = next ? (size_t)(next - content) : strlen(content);
		content[-1] = '\0';
		content = copy(content, len);
		at = next;
		if (!strcmp(path, "op")) {
			take_op(step, content);
			free(content);
		} else if (!strcmp(path, "events")) {
			take_events(step, content);
			free(content);
		} else {
			assert_true(step->nr_files < FILES_MAX);
			step->files[step->nr_files].path = copy(path, strlen(path));
			step->files[step->nr_files++].text = content;
		}
	}
}

/*
 * Trees: each step's in a folder of its name, that of one step as "root".
 */

static void write_file(const char *path, const char *text)
{
	FILE *file;
	char *slash, whole[PATH_MAX];

	snprintf(whole, sizeof(whole), "%s", path);
	for (slash = strchr(whole, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(whole, 0700);
		*slash = '/';
	}
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void step_path(size_t step, const char *file, char path[static PATH_MAX])
{
	snprintf(path, PATH_MAX, "%zu/%s", step, file);
}

static size_t entered = SIZE_MAX;

static void move_tree(const char *from, const char *to)
{
	static const char * const parts[] = { "sys", "proc" };
	char a[64], b[64];
	size_t i;

	for (i = 0; i < 2; i++) {
		snprintf(a, sizeof(a), "%s/%s", from, parts[i]);
		snprintf(b, sizeof(b), "%s/%s", to, parts[i]);
		assert_int_equal(rename(a, b), 0);
	}
}

static void enter(size_t step)
{
	char name[24];

	if (entered != SIZE_MAX) {
		snprintf(name, sizeof(name), "%zu", entered);
		move_tree("root", name);
	}
	if (step != SIZE_MAX) {
		snprintf(name, sizeof(name), "%zu", step);
		move_tree(name, "root");
	}
	entered = step;
}

/*
 * The tests.
 */

static struct checker *start_at(size_t step)
{
	struct checker *checker;

	enter(step);
	traced = NULL;
	if (checker_start(&checker, NULL, 0, &fault))
		fail_msg("step %zu: %s", step, fault.text);
	return checker;
}

static void stop(struct checker *checker)
{
	checker_stop(checker);
	close(kernel_log[1]);
}

static int do_step(struct checker *checker, size_t step)
{
	enter(step);
	traced = &steps[step];
	return checker_check(checker, &steps[step].op, &steps[step].outcome,
			     &fault);
}

static void follows_the_history(void **state)
{
	struct checker *checker = start_at(0);
	uint64_t decisions = 0;
	size_t i, j;

	(void)state;
	assert_true(checker_ability(checker)->decisions);
	assert_true(checker_ability(checker)->kernel_log);
	assert_string_equal(checker_ability(checker)->missing, "");
	for (i = 1; i < nr_steps; i++) {
		if (do_step(checker, i))
			fail_msg("step %zu: %s", i, fault.text);
		for (j = 0; j < steps[i].nr_events; j++)
			decisions += !!strstr(steps[i].events[j],
					      "mhp_zone_decision");
		assert_int_equal(checker_decisions(checker), decisions);
	}
	assert_true(decisions > 20);
	assert_int_equal(checker_finish(checker, &fault), 0);
	stop(checker);
}

/* From the step before to @step, which is wrong in the way that @what says. */
static void expect_violation(size_t step, const char *what)
{
	struct checker *checker = start_at(step - 1);
	const int ret = do_step(checker, step);

	if (ret != -EBADE)
		fail_msg("step %zu, %s: %d", step, what, ret);
	stop(checker);
}

/* A place in a text that is changed. */
struct place {
	size_t start, len;
};

/* A word that may be where another one is. */
static const char *another(const char *word, size_t len)
{
	static const char * const pairs[][2] = {
		{ "Normal", "Movable" }, { "static", "dynamic" },
		{ "dynamic", "static" },
	};
	size_t i;

	for (i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		if (strlen(pairs[i][0]) == len &&
		    !strncmp(pairs[i][0], word, len))
			return pairs[i][1];
	return "Normal";
}

/* Another number, or word, for the one at @place. */
static char *changed(const char *text, const struct place *place,
		     uint64_t step)
{
	const char *token = text + place->start;
	char other[32], *result, *end;
	uint64_t number;

	/* "-1" becomes 0. */
	number = strtoull(token, &end, 0);
	if (end == token + place->len && (isdigit((unsigned char)*token) ||
					  *token == '-'))
		snprintf(other, sizeof(other), *token == '0' && place->len > 2 ?
			 "%#" PRIx64 : "%" PRIu64, number + step);
	else
		strcpy(other, another(token, place->len));
	assert_true(asprintf(&result, "%.*s%s%s", (int)place->start, text, other,
			     token + place->len) > 0);
	return result;
}

static void expect_file_counts(size_t step, const struct file *file,
			       const struct place *place, uint64_t add)
{
	char *text = changed(file->text, place, add);
	char path[PATH_MAX], what[PATH_MAX];

	/* In its own tree while another one is entered. */
	enter(SIZE_MAX);
	step_path(step, file->path, path);
	write_file(path, text);
	snprintf(what, sizeof(what), "%s: \"%.*s\" at %zu", file->path,
		 (int)place->len, file->text + place->start, place->start);
	expect_violation(step, what);
	enter(SIZE_MAX);
	write_file(path, file->text);
	free(text);
}

/* Goes through the words of a text, by lines: the number of line and column in each. */
struct walk {
	const char *text;
	struct place place;
	size_t line, column;
};

static bool next_word(struct walk *walk)
{
	const char *text = walk->text;
	size_t at = walk->place.start + walk->place.len;

	walk->column++;
	while (text[at] == ' ' || text[at] == '\n') {
		if (text[at] == '\n') {
			walk->line++;
			walk->column = 0;
		}
		at++;
	}
	walk->place.start = at;
	walk->place.len = strcspn(text + at, " \n");
	return walk->place.len;
}

static const struct file *find_file(size_t step, const char *path)
{
	size_t i;

	for (i = 0; i < steps[step].nr_files; i++)
		if (!strcmp(steps[step].files[i].path, path))
			return &steps[step].files[i];
	fail_msg("step %zu: no %s", step, path);
	return NULL;
}

/* Each field of each record, but those of a column: a device may have any name. */
static size_t change_records(size_t step, const char *name, size_t but)
{
	char path[64];
	struct walk walk = {};
	const struct file *file;
	size_t count = 0;

	snprintf(path, sizeof(path), DEBUGFS "%s", name);
	file = find_file(step, path);
	walk.text = file->text;
	walk.column = SIZE_MAX;
	while (next_word(&walk)) {
		if (walk.column == but ||
		    (walk.line && walk.place.len == 1 &&
		     file->text[walk.place.start] == '-'))
			continue;
		expect_file_counts(step, file, &walk.place, 1);
		count++;
	}
	return count;
}

static void sees_every_field_of_debugfs(void **state)
{
	size_t step, count = 0;

	(void)state;
	for (step = 1; step < nr_steps; step += 2) {
		count += change_records(step, "policy", SIZE_MAX);
		count += change_records(step, "groups", 3);
		count += change_records(step, "nodes", SIZE_MAX);
		count += change_records(step, "zones", SIZE_MAX);
		count += change_records(step, "blocks", SIZE_MAX);
	}
	assert_true(count > 500);
}

static size_t count_decisions(size_t step)
{
	size_t i, count = 0;

	for (i = 0; i < steps[step].nr_events; i++)
		count += !!strstr(steps[step].events[i], "mhp_zone_decision");
	return count;
}

/* Those of the step are the last ones. Time and size of one are nowhere else. */
static void sees_every_decision_of_debugfs(void **state)
{
	size_t step, count = 0;

	(void)state;
	for (step = 1; step < nr_steps; step++) {
		const struct file *file = find_file(step, DEBUGFS "decisions");
		struct walk walk = { .text = file->text, .column = SIZE_MAX };
		size_t lines = 0;
		const char *at;

		for (at = file->text; (at = strchr(at, '\n')); at++)
			lines++;
		while (next_word(&walk)) {
			if (walk.line < lines - count_decisions(step) ||
			    walk.column == 0 || walk.column == 2)
				continue;
			expect_file_counts(step, file, &walk.place, 1);
			count++;
		}
	}
	assert_true(count > 200);
}

/* The numbers of a zone that the checker looks at, and how much of a change matters. */
static uint64_t zoneinfo_change(const struct walk *name)
{
	static const struct {
		const char *name;
		uint64_t change;
	} numbers[] = {
		{ "present", 1 }, { "managed", 1 }, { "cma", 1 },
		{ "spanned", 1 << 20 }, { "start_pfn:", 1 << 20 },
	};
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (name->place.len == strlen(numbers[i].name) &&
		    !strncmp(name->text + name->place.start, numbers[i].name,
			     name->place.len))
			return numbers[i].change;
	return 0;
}

static void sees_every_number_of_zoneinfo(void **state)
{
	size_t step, count = 0;

	(void)state;
	for (step = 1; step < nr_steps; step++) {
		const struct file *file = find_file(step, "proc/zoneinfo");
		struct walk walk = { .text = file->text };

		while (next_word(&walk)) {
			const uint64_t change = zoneinfo_change(&walk);

			if (!change)
				continue;
			next_word(&walk);
			/* Where a zone without pages is does not matter. */
			if (change > 1 && file->text[walk.place.start] == '0')
				continue;
			expect_file_counts(step, file, &walk.place, change);
			count++;
		}
	}
	assert_true(count > 50);
}

static void sees_the_total(void **state)
{
	size_t step;

	(void)state;
	for (step = 1; step < nr_steps; step++) {
		const struct file *file = find_file(step, "proc/meminfo");
		struct walk walk = { .text = file->text };

		assert_true(next_word(&walk) && next_word(&walk));
		expect_file_counts(step, file, &walk.place, 1);
	}
}

static bool ends_with(const char *text, const char *end)
{
	const size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && !strcmp(text + len - end_len, end);
}

static void sees_every_block_of_sysfs(void **state)
{
	size_t step, i, count = 0;

	(void)state;
	for (step = 1; step < nr_steps; step += 2)
		for (i = 0; i < steps[step].nr_files; i++) {
			const struct file *file = &steps[step].files[i];
			struct walk walk = { .text = file->text };

			if (!ends_with(file->path, "/state") &&
			    !ends_with(file->path, "/valid_zones"))
				continue;
			assert_true(next_word(&walk));
			expect_file_counts(step, file, &walk.place, 1);
			count++;
		}
	assert_true(count > 100);
}

static void sees_every_parameter(void **state)
{
	static const char * const names[] = {
		"auto_movable_ratio", "auto_movable_numa_aware", "online_policy",
	};
	char path[80];
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct walk walk = {};
		const struct file *file;

		snprintf(path, sizeof(path),
			 "sys/module/memory_hotplug/parameters/%s", names[i]);
		file = find_file(1, path);
		walk.text = file->text;
		assert_true(next_word(&walk));
		expect_file_counts(1, file, &walk.place, 1);
	}
}

/* The value of a word "key=value" that says something about memory. */
static bool is_of_interest(const struct walk *walk, struct place *value)
{
	/* One failure is like another. */
	static const char * const others[] = {
		"device=", "duration_ns=", "result=-",
	};
	const char *word = walk->text + walk->place.start;
	const char *equals = memchr(word, '=', walk->place.len);
	size_t i;

	if (!equals)
		return false;
	for (i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (!strncmp(word, others[i], strlen(others[i])))
			return false;
	value->start = (size_t)(equals + 1 - walk->text);
	value->len = walk->place.len - (size_t)(equals + 1 - word);
	return true;
}

static void sees_every_field_of_events(void **state)
{
	size_t step, i, count = 0;

	(void)state;
	for (step = 1; step < nr_steps; step++)
		for (i = 0; i < steps[step].nr_events; i++) {
			char *line = steps[step].events[i];
			struct walk walk = { .text = line };

			while (next_word(&walk)) {
				struct place value;

				if (!is_of_interest(&walk, &value))
					continue;
				/* A block on. */
				steps[step].events[i] =
					changed(line, &value,
						line[value.start + 1] == 'x' ?
						0x8000 : 1);
				expect_violation(step, steps[step].events[i]);
				free(steps[step].events[i]);
				count++;
			}
			steps[step].events[i] = line;
		}
	assert_true(count > 500);
}

static void misses_every_event(void **state)
{
	size_t step, i;

	(void)state;
	for (step = 1; step < nr_steps; step++)
		for (i = 0; i < steps[step].nr_events; i++) {
			char *line = steps[step].events[i];

			/* That it failed to go offline changes nothing. */
			if (strstr(line, "mhp_block_offline") &&
			    !strstr(line, "result=0"))
				continue;
			steps[step].events[i] = NULL;
			expect_violation(step, line);
			steps[step].events[i] = line;
		}
}

static void sees_events_in_disorder(void **state)
{
	size_t step, i;

	(void)state;
	for (step = 1; step < nr_steps; step++)
		for (i = 1; i < steps[step].nr_events; i++) {
			char **events = &steps[step].events[i - 1];
			char *first = events[0];

			/* Each decision goes before its block. */
			if (!strstr(first, "mhp_zone_decision"))
				continue;
			events[0] = events[1];
			events[1] = first;
			expect_violation(step, first);
			events[1] = events[0];
			events[0] = first;
		}
}

static void sees_wrong_bytes(void **state)
{
	size_t step;

	(void)state;
	for (step = 1; step < nr_steps; step++) {
		steps[step].outcome.done_bytes += 2 << 20;
		expect_violation(step, "2 MiB more");
		steps[step].outcome.done_bytes -= 2 << 20;
		if (!steps[step].outcome.done_bytes)
			continue;
		steps[step].outcome.grows ^= true;
		expect_violation(step, "the other way");
		steps[step].outcome.grows ^= true;
	}
}

/* The kernel is right, and the rule is not. */
static void sees_a_wrong_rule(void **state)
{
	(void)state;
	wrong_rule = true;
	expect_violation(1, "another rule");
	wrong_rule = false;
	assert_non_null(strstr(fault.text, "the oracle"));
}

static void reads_the_kernel_log(void **state)
{
	static const char plain[] =
		"6,339,5140900,-;NET: Registered protocol family\n SUBSYSTEM=net\n";
	static const char warning[] =
		"4,340,5140901,-;WARNING: CPU: 1 PID: 45 at mm/memory_hotplug.c:980\n";
	static const char program[] =
		"12,341,5140902,-;WARNING: a program wrote this\n";
	static const char * const ignored[] = { "memory_hotplug.c:980" };
	int fd;

	(void)state;
	fd = __wrap_log_open(&fault);
	assert_int_equal(log_check(fd, NULL, 0, &fault), 0);
	assert_int_equal(write(kernel_log[1], plain, strlen(plain)), strlen(plain));
	assert_int_equal(log_check(fd, NULL, 0, &fault), 0);
	assert_int_equal(write(kernel_log[1], program, strlen(program)),
			 strlen(program));
	assert_int_equal(log_check(fd, NULL, 0, &fault), 0);
	assert_int_equal(write(kernel_log[1], warning, strlen(warning)),
			 strlen(warning));
	assert_int_equal(log_check(fd, ignored, 1, &fault), 0);
	assert_int_equal(write(kernel_log[1], warning, strlen(warning)),
			 strlen(warning));
	assert_int_equal(log_check(fd, NULL, 0, &fault), -EBADE);
	assert_string_equal(fault.text, "the kernel's log: WARNING: CPU: 1 PID: 45 at mm/memory_hotplug.c:980");
	assert_int_equal(write(kernel_log[1], "?", 1), 1);
	assert_int_equal(log_check(fd, NULL, 0, &fault), -EPROTO);
	close(kernel_log[1]);
	assert_int_equal(log_check(fd, NULL, 0, &fault), -EPROTO);
	close(fd);
}

static void checks_the_kernel_log(void **state)
{
	static const char bug[] = "0,1,2,-;kernel BUG at mm/memory.c:1!\n";
	struct checker *checker = start_at(0);

	(void)state;
	assert_int_equal(write(kernel_log[1], bug, strlen(bug)), strlen(bug));
	assert_int_equal(do_step(checker, 1), -EBADE);
	assert_string_equal(fault.text, "the kernel's log: kernel BUG at mm/memory.c:1!");
	stop(checker);
}

/* Without memgroup: fewer checks, and that is said. */
static void knows_a_stock_kernel(void **state)
{
	static const char hidden[] = "root/sys/kernel/debug";
	const struct file *file = find_file(1, "proc/zoneinfo");
	struct walk walk = { .text = file->text };
	struct checker *checker;

	(void)state;
	enter(0);
	assert_int_equal(rename(hidden, "debug-0"), 0);
	checker = start_at(0);
	assert_false(checker_ability(checker)->decisions);
	assert_non_null(strstr(checker_ability(checker)->missing,
			       "no decisions are checked"));
	enter(1);
	assert_int_equal(rename(hidden, "debug-1"), 0);
	assert_int_equal(do_step(checker, 1), 0);
	assert_int_equal(checker_finish(checker, &fault), 0);
	assert_int_equal(checker_decisions(checker), 0);
	stop(checker);

	while (next_word(&walk)) {
		if (zoneinfo_change(&walk) != 1 ||
		    !strncmp(file->text + walk.place.start, "cma", 3))
			continue;
		next_word(&walk);
		expect_file_counts(1, file, &walk.place, 1);
	}
	enter(0);
	assert_int_equal(rename("debug-0", hidden), 0);
	enter(1);
	assert_int_equal(rename("debug-1", hidden), 0);
}

/* The file of step 1 with @by more in the number behind @label, behind @part. */
static void add_to_number(const char *path, const char *part, const char *label,
			  int64_t by)
{
	const struct file *file = find_file(1, path);
	const char *at = strstr(strstr(file->text, part), label);
	struct walk walk = { .text = file->text };
	char *text;

	assert_non_null(at);
	walk.place.start = (size_t)(at - file->text);
	walk.place.len = strlen(label);
	assert_true(next_word(&walk));
	text = changed(file->text, &walk.place, (uint64_t)by);
	step_path(1, path, whole_path);
	write_file(whole_path, text);
	free(text);
}

/* A DIMM of which some  cannot be used, and MemTotal says so, too. */
static int with_unusable(int64_t pages)
{
	struct checker *checker;
	int ret;

	enter(SIZE_MAX);
	add_to_number("proc/zoneinfo", "Movable", "managed", -pages);
	add_to_number("proc/meminfo", "", "MemTotal:", -4 * pages);
	checker = start_at(0);
	ret = do_step(checker, 1);
	stop(checker);
	enter(SIZE_MAX);
	add_to_number("proc/zoneinfo", "Movable", "managed", 0);
	add_to_number("proc/meminfo", "", "MemTotal:", 0);
	return ret;
}

/* For each step that may be entered: is there a virtio-mem, are there maps in blocks? */
static void set_kinds(bool virtio_mem, const char *memmap_on_memory)
{
	static const char device[] = "sys/bus/virtio/drivers/virtio_mem/virtio0";
	static const char parameter[] =
		"sys/module/memory_hotplug/parameters/memmap_on_memory";
	size_t i;

	enter(SIZE_MAX);
	for (i = 0; i < 2; i++) {
		step_path(i, parameter, whole_path);
		write_file(whole_path, memmap_on_memory);
		step_path(i, device, whole_path);
		if (virtio_mem)
			write_file(whole_path, "");
		else
			assert_int_equal(unlink(whole_path), 0);
	}
}

static void sees_memory_that_cannot_be_used(void **state)
{
	const int64_t map = 32768 * 64 / 4096;

	(void)state;
	set_kinds(false, "N");
	assert_int_equal(with_unusable(0), 0);
	assert_int_equal(with_unusable(1), -EBADE);
	assert_int_equal(with_unusable(map), -EBADE);
	set_kinds(true, "Y");
	set_kinds(false, "Y");
	assert_int_equal(with_unusable(map), 0);
	assert_int_equal(with_unusable(4 * map), 0);
	assert_int_equal(with_unusable(map - 1), -EBADE);
	set_kinds(true, "N");
	/* What virtio-mem did not plug, but no more than there is of the blocks. */
	assert_int_equal(with_unusable(512), 0);
	assert_int_equal(with_unusable(-512), -EBADE);
}

static int set_up(void **state)
{
	char path[PATH_MAX], *text;
	size_t i;

	(void)state;
	for (nr_steps = 0; nr_steps < STEPS_MAX; nr_steps++) {
		snprintf(path, sizeof(path), TREES "/history/%zu", nr_steps);
		text = read_whole(path);
		if (!text)
			break;
		take_step(&steps[nr_steps], text);
		free(text);
	}
	assert_true(nr_steps > 1);
	if (!mkdtemp(dir) || chdir(dir) || mkdir("root", 0700))
		return -1;
	for (i = 0; i < nr_steps; i++) {
		size_t j;

		for (j = 0; j < steps[i].nr_files; j++) {
			step_path(i, steps[i].files[j].path, path);
			write_file(path, steps[i].files[j].text);
		}
	}
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int tear_down(void **state)
{
	size_t i, j;

	(void)state;
	for (i = 0; i < nr_steps; i++) {
		for (j = 0; j < steps[i].nr_files; j++) {
			free(steps[i].files[j].path);
			free(steps[i].files[j].text);
		}
		for (j = 0; j < steps[i].nr_events; j++)
			free(steps[i].events[j]);
	}
	return nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_the_history),
		cmocka_unit_test(sees_every_field_of_debugfs),
		cmocka_unit_test(sees_every_decision_of_debugfs),
		cmocka_unit_test(sees_every_number_of_zoneinfo),
		cmocka_unit_test(sees_the_total),
		cmocka_unit_test(sees_every_block_of_sysfs),
		cmocka_unit_test(sees_every_parameter),
		cmocka_unit_test(sees_every_field_of_events),
		cmocka_unit_test(misses_every_event),
		cmocka_unit_test(sees_events_in_disorder),
		cmocka_unit_test(sees_wrong_bytes),
		cmocka_unit_test(sees_memory_that_cannot_be_used),
		cmocka_unit_test(sees_a_wrong_rule),
		cmocka_unit_test(reads_the_kernel_log),
		cmocka_unit_test(checks_the_kernel_log),
		cmocka_unit_test(knows_a_stock_kernel),
	};

	return cmocka_run_group_tests_name("checker", tests, set_up, tear_down);
}
