// SPDX-License-Identifier: GPL-2.0
/*
 * What KernelShark calls for each stream, and what reads its events.
 *
 * A stream without our events has no marks, no handlers, and no message.
 */
#include "plugin.h"

#include <stdlib.h>

#include <libkshark-tepdata.h>
#include <trace-cmd.h>

#include "event-line.h"
#include "trace-event.h"

struct reader {
	struct marks marks;
	struct trace_formats *formats;
};

/*
 * By the number of the stream. KernelShark has a macro for this, KS_DEFINE_PLUGIN_CONTEXT;
 * what that defines aborts when it is used out of order, and frees things twice.
 */
static struct reader **readers;
static int nr_readers;

static struct reader *reader_of(int stream_id)
{
	return stream_id >= 0 && stream_id < nr_readers ? readers[stream_id] : NULL;
}

static struct reader *new_reader(int stream_id)
{
	if (stream_id >= nr_readers) {
		struct reader **more = reallocarray(readers, (size_t)stream_id + 1,
						    sizeof(*more));

		if (!more)
			return NULL;
		readers = more;
		while (nr_readers <= stream_id)
			readers[nr_readers++] = NULL;
	}
	readers[stream_id] = calloc(1, sizeof(struct reader));
	return readers[stream_id];
}

static void close_reader(int stream_id)
{
	struct reader *reader = reader_of(stream_id);

	if (!reader)
		return;
	readers[stream_id] = NULL;
	marks_free(&reader->marks);
	trace_formats_free(reader->formats);
	free(reader);
}

static void close_all_readers(void)
{
	for (; nr_readers; nr_readers--)
		close_reader(nr_readers - 1);
	free(readers);
	readers = NULL;
}

struct marks *plugin_marks(int stream_id)
{
	struct reader *reader = reader_of(stream_id);

	return reader ? &reader->marks : NULL;
}

/* A task for the group, so that it can be chosen among the plots of tasks. */
static void add_group_task(struct kshark_data_stream *stream, const struct mark_group *group)
{
	struct tep_handle *tep = kshark_get_tep(stream);
	const int task = marks_group_task(group->mgid);
	const char *known;

	if (task < 0)
		return;
	known = kshark_hash_id_find(stream->tasks, task) ?
		tep_data_comm_from_pid(tep, task) : NULL;
	if (known && !strcmp(known, group->name))
		return;
	if (tep_override_comm(tep, group->name, task) == 0)
		kshark_hash_id_add(stream->tasks, task);
}

static void read_event(struct kshark_data_stream *stream, void *record,
		       struct kshark_entry *entry)
{
	struct reader *reader = reader_of(stream->stream_id);
	const struct mark_group *group;
	struct trace_event event;

	/* A record that cannot be read is not drawn; its line in the table says why. */
	if (!reader || trace_event_read(reader->formats, record, &event) <= 0 ||
	    marks_add(&reader->marks, &event, entry))
		return;
	group = marks_group(&reader->marks,
			    event.is_decision ? event.decision.mgid : event.change.mgid);
	if (group)
		add_group_task(stream, group);
}

/* The number of an event in that stream, or -1. */
static int event_id(struct kshark_data_stream *stream, const char *name)
{
	const struct tep_event *event = tep_find_event_by_name(kshark_get_tep(stream),
							       TRACE_EVENT_SYSTEM, name);

	return event ? event->id : -1;
}

static bool has_events(struct kshark_data_stream *stream)
{
	const char *name;
	size_t i;

	if (!kshark_is_tep(stream) || !kshark_get_tep(stream))
		return false;
	for (i = 0; (name = trace_event_name(i)); i++)
		if (event_id(stream, name) >= 0)
			return true;
	return false;
}

static void register_handlers(struct kshark_data_stream *stream)
{
	const char *name;
	size_t i;

	for (i = 0; (name = trace_event_name(i)); i++) {
		const int id = event_id(stream, name);

		if (id >= 0)
			kshark_register_event_handler(stream, id, read_event);
	}
	kshark_register_draw_handler(stream, plugin_draw);
}

static void unregister_handlers(struct kshark_data_stream *stream)
{
	const char *name;
	size_t i;

	for (i = 0; (name = trace_event_name(i)); i++) {
		const int id = event_id(stream, name);

		if (id >= 0)
			kshark_unregister_event_handler(stream, id, read_event);
	}
	kshark_unregister_draw_handler(stream, plugin_draw);
}

int KSHARK_PLOT_PLUGIN_INITIALIZER(struct kshark_data_stream *stream)
{
	struct reader *reader;

	if (!has_events(stream) || reader_of(stream->stream_id))
		return 1;
	reader = new_reader(stream->stream_id);
	if (!reader)
		return 0;
	reader->formats = trace_formats_new(kshark_get_tep(stream));
	if (!reader->formats) {
		close_reader(stream->stream_id);
		return 0;
	}
	register_handlers(stream);
	return 1;
}

int KSHARK_PLOT_PLUGIN_DEINITIALIZER(struct kshark_data_stream *stream)
{
	/* At the end comes a stream that has only this number, for all. */
	if (stream->stream_id == KS_PLUGIN_CONTEXT_FREE) {
		close_all_readers();
	} else if (reader_of(stream->stream_id)) {
		unregister_handlers(stream);
		close_reader(stream->stream_id);
	}
	return 1;
}

static char *record_words(struct kshark_data_stream *stream, struct reader *reader,
			  struct tep_record *record)
{
	const uint64_t page_bytes = trace_page_bytes(kshark_get_tep(stream));
	char line[EVENT_LINE_MAX];
	struct trace_event event;

	if (!page_bytes || trace_event_read(reader->formats, record, &event) <= 0)
		return NULL;
	event_line(&event, page_bytes, line);
	return strdup(line);
}

char *plugin_words(const struct kshark_entry *entry)
{
	struct kshark_data_stream *stream = kshark_get_stream_from_entry(entry);
	struct reader *reader = reader_of(entry->stream_id);
	struct tep_record *record;
	char *text = NULL;

	/* Entries with a number below 0 are KernelShark's own, and have no record. */
	if (!stream || !reader || entry->event_id < 0)
		return NULL;
	pthread_mutex_lock(&stream->input_mutex);
	record = tracecmd_read_at(kshark_get_tep_input(stream), (unsigned long long)entry->offset,
				  NULL);
	if (record) {
		text = record_words(stream, reader, record);
		tracecmd_free_record(record);
	}
	pthread_mutex_unlock(&stream->input_mutex);
	return text;
}

/* Is @entry what comes sooner, when one looks in that direction? */
static bool is_nearer(const struct kshark_entry *entry, const struct kshark_entry *than,
		      bool forward)
{
	return !than || (marks_compare(entry, than) < 0) == forward;
}

const struct kshark_entry *plugin_seek(const struct kshark_entry *from, bool forward)
{
	const struct kshark_entry *nearest = NULL;
	int stream_id;

	for (stream_id = 0; stream_id < nr_readers; stream_id++) {
		struct marks *marks = plugin_marks(stream_id);
		const struct mark *mark;

		if (!marks)
			continue;
		mark = forward ? marks_next(marks, from) : marks_previous(marks, from);
		if (mark && is_nearer(mark->entry, nearest, forward))
			nearest = mark->entry;
	}
	return nearest;
}
