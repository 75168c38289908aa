// SPDX-License-Identifier: GPL-2.0
#include "recording-child.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <trace-cmd.h>

#include "recording-head.h"
#include "recording-stream.h"
#include "trace-event-stock.h"

/*
 * The library has these for trace-cmd itself, and they are not in its header. One without
 * them tells neither the clock nor the counters.
 */
const char *tracecmd_get_trace_clock(struct tracecmd_input *handle) __attribute__((weak));
const char *tracecmd_get_cpustats(struct tracecmd_input *handle) __attribute__((weak));

#define OUT_BYTES (256 * 1024)

struct child {
	int pipe, log;
	char *out;
	size_t filled;
	off_t printed;		/* on the log, before the records were read */

	struct tracecmd_input *file;
	struct tep_handle *tep;
	struct trace_formats *formats;
	struct stock_formats *stock;	/* of kprobe events; NULL: it has none */
	int print_id;		/* of ftrace:print, or -1 */
	size_t print_offset;	/* of its text */

	struct say_end end;
	uint64_t missed;	/* as the records tell */
};

/* Who reads it left: there is nobody to tell. */
static void flush(struct child *child)
{
	const char *from = child->out;

	while (child->filled) {
		ssize_t n = write(child->pipe, from, child->filled);

		if (n < 0 && errno != EINTR)
			_exit(EXIT_FAILURE);
		if (n > 0) {
			from += n;
			child->filled -= (size_t)n;
		}
	}
}

static void *room(struct child *child, enum say kind, bool flag, size_t bytes)
{
	struct say_head head = {
		.kind = (uint16_t)kind, .flag = flag, .bytes = (uint32_t)bytes,
	};
	char *at;

	if (child->filled + sizeof(head) + bytes > OUT_BYTES)
		flush(child);
	at = child->out + child->filled;
	memcpy(at, &head, sizeof(head));
	child->filled += sizeof(head) + bytes;
	return at + sizeof(head);
}

static void say(struct child *child, enum say kind, bool flag, const void *data,
		size_t bytes)
{
	void *at = room(child, kind, flag, bytes);

	if (bytes)
		memcpy(at, data, bytes);
}

static void fail(struct child *child, const char *what) __attribute__((noreturn));

/* What the libraries said about it is on the log. */
static void fail(struct child *child, const char *what)
{
	say(child, SAY_FAULT, false, what, strlen(what));
	flush(child);
	_exit(EXIT_FAILURE);
}

/* Those that the kernel counts nanoseconds with. */
static bool counts_ns(const char *clock)
{
	static const char *const clocks[] = {
		"local", "global", "perf", "mono", "mono_raw", "boot", "tai", "tsc2nsec",
	};
	size_t i;

	/* The kernel's own, where nobody chose one. */
	if (!clock)
		return true;
	for (i = 0; i < sizeof(clocks) / sizeof(*clocks); i++)
		if (!strcmp(clock, clocks[i]))
			return true;
	return false;
}

static void find_print(struct child *child)
{
	struct tep_event *event = tep_find_event_by_name(child->tep, "ftrace", "print");
	struct tep_format_field *text = event ? tep_find_field(event, "buf") : NULL;

	child->print_id = -1;
	if (!text || text->offset < 0)
		return;
	child->print_id = event->id;
	child->print_offset = (size_t)text->offset;
}

static void say_lines(struct child *child, const struct tep_record *record)
{
	const size_t size = (size_t)record->size;
	const char *text = (const char *)record->data + child->print_offset, *end;

	if (size <= child->print_offset)
		return;
	end = text + strnlen(text, size - child->print_offset);
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t len = (size_t)((newline ? newline : end) - text);
		const uint64_t time_ns = record->ts;
		char *at;

		if (len > SAY_LINE_MAX)
			len = SAY_LINE_MAX;
		at = room(child, SAY_MARK, false, sizeof(time_ns) + len);
		memcpy(at, &time_ns, sizeof(time_ns));
		memcpy(at + sizeof(time_ns), text, len);
		text = newline ? newline + 1 : end;
	}
}

static void say_lost(struct child *child, long long missed)
{
	if (missed < 0)
		child->end.lost_unknown = true;
	else
		child->missed += (uint64_t)missed;
	say(child, SAY_LOST, false, NULL, 0);
}

static void note_time(struct say_end *end, uint64_t time_ns)
{
	if (!end->records || time_ns < end->first_ns)
		end->first_ns = time_ns;
	if (time_ns > end->last_ns)
		end->last_ns = time_ns;
	end->records++;
}

/* An event of ours, or of a kernel that has none of ours. */
static int read_event(struct child *child, const struct tep_record *record,
		      struct trace_event *event)
{
	int ret = trace_event_read(child->formats, record, event);

	if (!ret && child->stock) {
		*event = (struct trace_event){ .is_decision = false };
		ret = stock_event_read(child->stock, record, &event->change);
	}
	return ret;
}

static int on_record(struct tracecmd_input *file, struct tep_record *record, int cpu,
		     void *context)
{
	struct child *child = context;
	struct trace_event event;
	int ret;

	(void)file;
	(void)cpu;
	note_time(&child->end, record->ts);
	if (record->missed_events)
		say_lost(child, record->missed_events);
	ret = read_event(child, record, &event);
	if (ret < 0)
		fail(child, "an event of " TRACE_EVENT_SYSTEM " cannot be read");
	if (ret > 0 && event.is_decision)
		say(child, SAY_DECISION, event.decision.preview, &event.decision,
		    sizeof(event.decision));
	else if (ret > 0)
		say(child, SAY_CHANGE, event.change.dynamic, &event.change,
		    sizeof(event.change));
	else if (child->print_id >= 0 &&
		 tep_data_type(child->tep, record) == child->print_id)
		say_lines(child, record);
	return 0;
}

/*
 * What the kernel's counters say was lost, of all CPUs. That some event was lost before
 * one that is there, its record tells, too; what was lost last, only these.
 */
static uint64_t count_overruns(struct tracecmd_input *file)
{
	static const char *const names[] = { "overrun: ", "commit overrun: ", "dropped events: " };
	const char *line = tracecmd_get_cpustats ? tracecmd_get_cpustats(file) : NULL;
	uint64_t lost = 0;
	size_t i;

	for (; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		for (i = 0; i < sizeof(names) / sizeof(*names); i++)
			if (!strncmp(line, names[i], strlen(names[i])))
				lost += strtoull(line + strlen(names[i]), NULL, 10);
	}
	return lost;
}

/* That of the file, and those that were recorded into it as instances. */
static struct tracecmd_input **all_buffers(struct child *child, int *nr)
{
	const int instances = tracecmd_buffer_instances(child->file);
	struct tracecmd_input **list;
	int i;

	list = instances < 0 ? NULL : calloc((size_t)instances + 1, sizeof(*list));
	if (!list)
		fail(child, "out of memory");
	list[0] = child->file;
	for (i = 0; i < instances; i++) {
		list[i + 1] = tracecmd_buffer_instance_handle(child->file, i);
		if (!list[i + 1])
			fail(child, "a buffer of it cannot be read");
	}
	*nr = instances + 1;
	return list;
}

static void open_file(struct child *child, int file)
{
	struct say_start start = { 0 };
	const char *clock;
	struct fault fault;

	if (recording_head_read(file, &start.page_bytes, &fault))
		fail(child, fault.text);
	/* By default it says only that it failed. */
	tracecmd_set_loglevel(TEP_LOG_WARNING);
	/* What plugins print is of no use here. */
	child->file = tracecmd_open_fd(file, TRACECMD_FL_LOAD_NO_PLUGINS);
	if (!child->file)
		fail(child, "a broken file of trace-cmd");
	child->tep = tracecmd_get_tep(child->file);
	child->formats = trace_formats_new(child->tep);
	if (!child->formats)
		fail(child, "out of memory");
	child->printed = lseek(child->log, 0, SEEK_END);
	child->stock = stock_formats_new(child->tep);
	if (!child->stock && errno != ENOENT)
		fail(child, "its events of " STOCK_EVENT_SYSTEM " cannot be read");
	if (!child->stock && trace_formats_check_found(child->formats, &fault))
		fail(child, fault.text);
	find_print(child);
	clock = tracecmd_get_trace_clock ? tracecmd_get_trace_clock(child->file) : NULL;
	start.cpus = (uint32_t)tep_get_cpus(child->tep);
	start.has_clock = counts_ns(clock);
	say(child, SAY_START, false, &start, sizeof(start));
}

void recording_child(int file, int pipe, int log)
{
	struct child child = { .pipe = pipe, .log = log, .out = malloc(OUT_BYTES) };
	struct tracecmd_input **buffers;
	uint64_t overruns;
	int nr;

	if (!child.out)
		_exit(EXIT_FAILURE);
	/* A crash would take with it what was not written yet. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	open_file(&child, file);
	flush(&child);
	buffers = all_buffers(&child, &nr);
	if (tracecmd_iterate_events_multi(buffers, nr, on_record, &child) < 0)
		fail(&child, "its events cannot be read");
	/* What it cannot read it leaves out, and says so there alone. */
	if (lseek(log, 0, SEEK_END) > child.printed)
		fail(&child, "broken");
	overruns = count_overruns(child.file);
	child.end.lost = overruns > child.missed ? overruns : child.missed;
	say(&child, SAY_END, false, &child.end, sizeof(child.end));
	flush(&child);
	_exit(EXIT_SUCCESS);
}
