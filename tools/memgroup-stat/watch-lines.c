// SPDX-License-Identifier: GPL-2.0
/* memgroup-stat watch --json: a line for each change. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "document.h"
#include "views.h"
#include "waiting.h"
#include "watch.h"
#include "watcher.h"

/* What every line begins with. */
struct stamp {
	const char *time;	/* NULL: a recording does not tell the date */
	uint64_t monotonic;
	const char *error;	/* NULL: none */
};

static const struct stamp *stamp_of(const void *data)
{
	return data;
}

static struct value stamp_time(const void *data, size_t row)
{
	const char *time = stamp_of(data)->time;

	(void)row;
	return time ? value_text(time) : (struct value){ .kind = VALUE_ABSENT };
}

static struct value stamp_monotonic(const void *data, size_t row)
{
	(void)row;
	return value_number(stamp_of(data)->monotonic);
}

static struct value stamp_error(const void *data, size_t row)
{
	const char *error = stamp_of(data)->error;

	(void)row;
	return error ? value_text(error) : (struct value){ .kind = VALUE_ABSENT };
}

static const struct column stamp_columns[] = {
	{ NULL, "time", NULL, false, stamp_time },
	{ NULL, "monotonic_ns", NULL, false, stamp_monotonic },
	{ NULL, "error", NULL, false, stamp_error },
};

static const struct table stamp_table = {
	.name = "stamp", .columns = stamp_columns, .nr_columns = ARRAY_SIZE(stamp_columns),
};

/* A line of output, made in memory. */
struct line {
	struct document document;
	FILE *memory;
	char *text;
	size_t len;
};

static void format_now(char *text, size_t size)
{
	struct timespec now;
	struct tm utc;
	char second[40];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	strftime(second, sizeof(second), "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(text, size, "%s.%06ldZ", second, now.tv_nsec / 1000);
}

/* After 0, end it with print_line(). @replay may be NULL: it is now. */
static int start_line(struct line *line, const struct replay *replay, const char *error,
		      struct fault *fault)
{
	struct stamp stamp = {
		.error = error,
		.monotonic = replay ? replay_now(replay) : monotonic_ns(),
	};
	char now[64];

	if (!replay) {
		format_now(now, sizeof(now));
		stamp.time = now;
	}
	line->text = NULL;
	line->memory = open_memstream(&line->text, &line->len);
	if (!line->memory)
		return fault_nomem(fault);
	document_start(&line->document, line->memory, true);
	document_add_members(&line->document, &stamp_table, &stamp, 0);
	return 0;
}

/* A line reaches its reader at once, and whole. */
static int write_all(const char *text, size_t len, struct fault *fault)
{
	while (len) {
		ssize_t n = write(STDOUT_FILENO, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault_set(fault, errno, "standard output: %s",
					 strerror(errno));
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

static int print_line(struct line *line, struct fault *fault)
{
	int err = document_end(&line->document, fault);

	/* A stream in memory fails for want of it only. */
	if (fclose(line->memory) && !err)
		err = fault_nomem(fault);
	if (!err)
		err = write_all(line->text, line->len, fault);
	free(line->text);
	return err;
}

static int print_all(const struct watcher *watcher, struct fault *fault)
{
	const struct model *model = &watcher->now;
	struct line line;
	int err = start_line(&line, watcher->replay, NULL, fault);

	if (err)
		return err;
	policy_document(&line.document, model);
	groups_document(&line.document, model);
	nodes_document(&line.document, model);
	/* Without memory the line lacks them, and is not printed. */
	blocks_document(&line.document, model);
	if (model->nr_notes)
		document_add_texts(&line.document, "notes", model->notes, model->nr_notes);
	return print_line(&line, fault);
}

static int print_error(const char *error, struct fault *fault)
{
	struct line line;
	int err = start_line(&line, NULL, error, fault);

	return err ?: print_line(&line, fault);
}

/* The words of a change, as a column. */
static struct value kind_of(const void *data, size_t row)
{
	static const char *const kinds[] = {
		[MODEL_ADDED] = "added",
		[MODEL_REMOVED] = "removed",
		[MODEL_CHANGED] = "changed",
	};

	(void)row;
	return value_text(kinds[*(const enum model_change_kind *)data]);
}

static const struct column kind_columns[] = {
	{ NULL, "change", NULL, false, kind_of },
};

static const struct table kind_table = {
	.name = "change", .columns = kind_columns, .nr_columns = ARRAY_SIZE(kind_columns),
};

static void add_change(struct document *list, const struct table *table,
		       const struct changes *changes, const struct model_change *c)
{
	document_open_object(list, NULL);
	document_add_members(list, &kind_table, &c->kind, 0);
	if (c->kind == MODEL_ADDED)
		document_add_null(list, "before");
	else
		document_add_row(list, "before", table, changes->before, c->before);
	if (c->kind == MODEL_REMOVED)
		document_add_null(list, "after");
	else
		document_add_row(list, "after", table, changes->after, c->after);
	document_close(list);
}

static void add_list(struct document *list, const char *name, const struct table *table,
		     const struct changes *changes, const struct model_change *all,
		     size_t count)
{
	size_t i;

	if (!count)
		return;
	document_open_array(list, name);
	for (i = 0; i < count; i++)
		add_change(list, table, changes, &all[i]);
	document_close(list);
}

static void add_blocks(struct document *list, const struct changes *changes)
{
	size_t i;

	if (!changes->nr_blocks)
		return;
	document_open_array(list, "blocks");
	for (i = 0; i < changes->nr_blocks; i++) {
		const struct block_change *c = &changes->blocks[i];

		document_open_object(list, NULL);
		document_add_members(list, &kind_table, &c->kind, 0);
		if (c->kind == MODEL_ADDED)
			document_add_null(list, "before");
		else
			block_range_document(list, "before", changes->before, c->before,
					     c->count);
		if (c->kind == MODEL_REMOVED)
			document_add_null(list, "after");
		else
			block_range_document(list, "after", changes->after, c->after,
					     c->count);
		document_close(list);
	}
	document_close(list);
}

/* What there is one of. */
static void add_single(struct document *list, const char *name,
		       const struct table *table, const struct changes *changes)
{
	document_open_object(list, name);
	document_add_row(list, "before", table, changes->before, 0);
	document_add_row(list, "after", table, changes->after, 0);
	document_close(list);
}

static int print_changes(const struct replay *replay, const struct changes *changes,
			 struct fault *fault)
{
	struct line line;
	struct document *list = &line.document;
	int err = start_line(&line, replay, NULL, fault);

	if (err)
		return err;
	document_open_object(list, "changes");
	if (changes->policy)
		add_single(list, "policy", &policy_table, changes);
	add_list(list, "groups", &groups_table, changes, changes->groups,
		 changes->nr_groups);
	add_list(list, "nodes", &nodes_table, changes, changes->nodes,
		 changes->nr_nodes);
	if (changes->system)
		add_single(list, "system", &nodes_table, changes);
	add_blocks(list, changes);
	document_close(list);
	return print_line(&line, fault);
}

/* What was said last, so that nothing is said twice. */
struct saying {
	bool begun;
	bool failed;
	struct fault fault;
};

/* Reads once and says what is new. Failures to read end it only at the beginning. */
static int read_and_say(struct watcher *watcher, struct saying *saying,
			struct fault *fault)
{
	struct changes changes;
	int err = watcher_read(watcher, &changes, fault);

	if (err) {
		if (!saying->begun || (saying->failed &&
				       !strcmp(saying->fault.text, fault->text)))
			return saying->begun ? 0 : err;
		saying->failed = true;
		saying->fault = *fault;
		return print_error(saying->fault.text, fault);
	}
	if (!saying->begun)
		err = print_all(watcher, fault);
	else if (changes_any(&changes) || saying->failed)
		err = print_changes(watcher->replay, &changes, fault);
	changes_free(&changes);
	saying->begun = true;
	saying->failed = false;
	return err;
}

/* Has somebody asked for the end? Returns 1, 0 once it is time, or as waiting_wait(). */
static int wait_until(struct waiting *waiting, uint64_t deadline_ns, struct fault *fault)
{
	int number, wake = waiting_wait(waiting, -1, STDOUT_FILENO, deadline_ns, &number,
					fault);

	if (wake == WAKE_GONE)
		return fault_set(fault, EPIPE, "standard output: the reader left");
	return wake < 0 ? wake : wake == WAKE_SIGNAL;
}

static int live(struct watcher *watcher, struct waiting *waiting,
		const struct watch_options *options, struct fault *fault)
{
	uint64_t next = monotonic_ns(), readings = 0;
	struct saying saying = { 0 };
	int ret = 0;

	while (!ret) {
		ret = read_and_say(watcher, &saying, fault);
		if (ret || ++readings == options->count)
			break;
		next += options->interval_ns;
		/* Too slow for the interval: what was missed is not made up for. */
		if (next < monotonic_ns())
			next = monotonic_ns();
		ret = wait_until(waiting, next, fault);
	}
	return ret < 0 ? ret : 0;
}

/* Until the next event, as long as that takes at the speed. Returns as wait_until(). */
static int pass(struct replay *replay, struct waiting *waiting, bool paced,
		struct fault *fault)
{
	const uint64_t start = monotonic_ns();
	const uint64_t until = paced ? replay_until_next(replay) : 0;
	int ret = wait_until(waiting, until > UINT64_MAX - start ? UINT64_MAX : start + until,
			     fault);

	if (ret)
		return ret;
	return replay_step(replay, fault);
}

static int replay_all(struct watcher *watcher, struct waiting *waiting, bool paced,
		      struct fault *fault)
{
	struct saying saying = { 0 };
	int ret = read_and_say(watcher, &saying, fault);

	while (!ret && !replay_ended(watcher->replay))
		ret = pass(watcher->replay, waiting, paced, fault) ?:
			read_and_say(watcher, &saying, fault);
	if (ret >= 0)
		ret = replay_say_notes(watcher->replay, fault);
	return ret;
}

int watch_lines(const struct request *request, const struct watch_options *options,
		struct fault *fault)
{
	struct replay *replay = NULL;
	struct waiting waiting;
	struct watcher watcher;
	int err;

	if (options->replay) {
		replay = replay_start(options->replay, options->speed ?: REPLAY_SPEED_ONE,
				      fault);
		if (!replay)
			return -errno;
	}
	err = waiting_start(&waiting, (const int[]){ 0 }, fault);
	if (!err) {
		watcher_start(&watcher, request, replay);
		err = replay ? replay_all(&watcher, &waiting, options->speed, fault) :
			       live(&watcher, &waiting, options, fault);
		watcher_stop(&watcher);
		waiting_stop(&waiting);
	}
	replay_stop(replay);
	return err;
}
