// SPDX-License-Identifier: GPL-2.0
#include "recording-stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As model.c has it: no kernel has more nodes. */
#define MAX_NODES 4096

static int nonsense(struct fault *fault)
{
	return fault_set(fault, EPROTO, "what was read of it makes no sense");
}

int recording_stream_start(struct recording_stream *stream, int fd, struct fault *fault)
{
	*stream = (struct recording_stream){ .fd = fd, .buffer = malloc(STREAM_BYTES) };
	return stream->buffer ? 0 : fault_nomem(fault);
}

void recording_stream_end(struct recording_stream *stream)
{
	free(stream->buffer);
	stream->buffer = NULL;
}

/* The next @bytes of the stream, in its buffer until the next call; NULL: it ended. */
static const char *take(struct recording_stream *stream, size_t bytes)
{
	const char *start;

	if (stream->filled - stream->at < bytes) {
		stream->filled -= stream->at;
		memmove(stream->buffer, stream->buffer + stream->at, stream->filled);
		stream->at = 0;
	}
	while (stream->filled < bytes) {
		ssize_t n = read(stream->fd, stream->buffer + stream->filled,
				 STREAM_BYTES - stream->filled);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return NULL;
		stream->filled += (size_t)n;
	}
	start = stream->buffer + stream->at;
	stream->at += bytes;
	return start;
}

/* A word of the kernel's: it goes to terminals as it is. */
static bool is_word(const char *text, size_t size)
{
	size_t i;

	/* Of printed ASCII; isgraph() asks the locale each time. */
	for (i = 0; i < size && text[i]; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	return i && i < size;
}

/* A device may be called anything. */
static bool is_name(const char *text, size_t size)
{
	return *text && strnlen(text, size) < size;
}

#define IS_WORD(array) is_word(array, sizeof(array))
#define IS_NAME(array) is_name(array, sizeof(array))

static bool is_place(int node, int mgid)
{
	return node >= -1 && node < MAX_NODES && mgid >= -1;
}

/* Its last byte has an address. */
static bool is_block(uint64_t block, uint64_t pages, uint64_t page_bytes)
{
	uint64_t end;

	return pages && !__builtin_add_overflow(block, 1, &end) &&
		!__builtin_mul_overflow(end, pages, &end) &&
		!__builtin_mul_overflow(end, page_bytes, &end);
}

#define SAME(array) (!memcmp(a->array, b->array, sizeof(a->array)))

static bool same_words(const struct decision *a, const struct decision *b)
{
	return SAME(group_type) && SAME(request) && SAME(policy) && SAME(zone) &&
		SAME(reason) && SAME(domain);
}

/* Most decisions have the words of the one before, and then they are good as well. */
static bool has_words(struct recording_stream *stream, const struct decision *d)
{
	if (stream->any_good && same_words(d, &stream->good))
		return true;
	if (!IS_WORD(d->group_type) || !IS_WORD(d->request) || !IS_WORD(d->policy) ||
	    !IS_WORD(d->zone) || !IS_WORD(d->reason) || !IS_WORD(d->domain))
		return false;
	stream->any_good = true;
	stream->good = *d;
	return true;
}

static int take_decision(struct recording_stream *stream, struct trace_event *event,
			 const char *bytes, bool preview, struct fault *fault)
{
	struct decision *d = &event->decision;

	event->is_decision = true;
	memcpy(d, bytes, sizeof(*d));
	d->preview = preview;
	if (!is_place(d->node, d->mgid) ||
	    !is_block(d->block, d->block_pages, stream->recording.page_bytes) ||
	    !IS_NAME(d->device) || !has_words(stream, d))
		return nonsense(fault);
	return 0;
}

static int take_change(struct trace_event *event, const char *bytes, bool dynamic,
		       uint64_t page_bytes, struct fault *fault)
{
	struct change *c = &event->change;
	uint32_t kind;
	bool on_block;

	event->is_decision = false;
	memcpy(&kind, bytes + offsetof(struct change, kind), sizeof(kind));
	if (kind > CHANGE_UNREGISTER)
		return nonsense(fault);
	memcpy(c, bytes, sizeof(*c));
	c->dynamic = dynamic;
	c->after = 0;
	on_block = c->kind == CHANGE_ONLINE || c->kind == CHANGE_OFFLINE;
	if (!is_place(c->node, c->mgid) || !IS_NAME(c->device) || c->result > 0 ||
	    (on_block && (!is_block(c->block, c->block_pages, page_bytes) || !IS_WORD(c->zone))))
		return nonsense(fault);
	return 0;
}

static int take_start(struct recording *recording, const char *bytes,
		      struct fault *fault)
{
	struct say_start start;

	memcpy(&start, bytes, sizeof(start));
	/* From the smallest page of any architecture to the largest. */
	if (start.page_bytes < 512 || start.page_bytes > 1 << 20 ||
	    start.page_bytes & (start.page_bytes - 1) ||
	    !start.cpus || start.cpus > INT16_MAX || start.has_clock > 1)
		return nonsense(fault);
	*recording = (struct recording){
		.page_bytes = start.page_bytes, .cpus = (int)start.cpus,
		.has_clock = start.has_clock,
	};
	return 0;
}

static int take_end(struct recording *recording, const char *bytes, struct fault *fault)
{
	struct say_end end;

	memcpy(&end, bytes, sizeof(end));
	if (end.first_ns > end.last_ns || end.lost_unknown > 1)
		return nonsense(fault);
	recording->first_ns = end.first_ns;
	recording->last_ns = end.last_ns;
	recording->records = end.records;
	recording->lost = end.lost;
	recording->lost_unknown = end.lost_unknown;
	return 0;
}

/* The line must end with a NUL, for which there is no room in the buffer. */
static int take_mark(struct recording_stream *stream, struct recording_item *item,
		     const char *bytes, size_t len, struct fault *fault)
{
	const size_t line_len = len - sizeof(uint64_t);
	char *line = stream->line;

	memcpy(&item->mark.time_ns, bytes, sizeof(item->mark.time_ns));
	memcpy(line, bytes + sizeof(uint64_t), line_len);
	line[line_len] = '\0';
	if (strlen(line) != line_len || strchr(line, '\n'))
		return nonsense(fault);
	item->mark.line = line;
	return 0;
}

static bool has_size(const struct say_head *head)
{
	static const uint32_t sizes[] = {
		[SAY_START] = sizeof(struct say_start),
		[SAY_DECISION] = sizeof(struct decision),
		[SAY_CHANGE] = sizeof(struct change),
		[SAY_LOST] = 0,
		[SAY_END] = sizeof(struct say_end),
	};

	switch (head->kind) {
	case SAY_MARK:
		return head->bytes >= sizeof(uint64_t) && head->bytes <= SAY_BYTES_MAX;
	case SAY_FAULT:
		return head->bytes && head->bytes < FAULT_TEXT_MAX;
	default:
		return head->kind <= SAY_END && head->bytes == sizes[head->kind];
	}
}

int recording_stream_next(struct recording_stream *stream, struct recording_item *item,
			  struct fault *fault)
{
	struct say_head head;
	const char *bytes = take(stream, sizeof(head));

	if (bytes) {
		memcpy(&head, bytes, sizeof(head));
		if (!has_size(&head) || head.flag > 1)
			return nonsense(fault);
		bytes = take(stream, head.bytes);
	}
	if (!bytes)
		return fault_set(fault, EPIPE, "it cannot be read to its end");
	/* The start is the first and comes once. */
	if (head.kind != SAY_FAULT && stream->started == (head.kind == SAY_START))
		return nonsense(fault);
	switch (head.kind) {
	case SAY_START:
		stream->started = true;
		return take_start(&stream->recording, bytes, fault);
	case SAY_DECISION:
		item->kind = ITEM_EVENT;
		return take_decision(stream, &item->event, bytes, head.flag, fault);
	case SAY_CHANGE:
		item->kind = ITEM_EVENT;
		return take_change(&item->event, bytes, head.flag,
				   stream->recording.page_bytes, fault);
	case SAY_MARK:
		item->kind = ITEM_MARK;
		return take_mark(stream, item, bytes, head.bytes, fault);
	case SAY_LOST:
		item->kind = ITEM_LOST;
		return 0;
	case SAY_END:
		item->kind = ITEM_END;
		return take_end(&stream->recording, bytes, fault);
	default:
		if (memchr(bytes, '\0', head.bytes))
			return nonsense(fault);
		return fault_set(fault, EINVAL, "%.*s", (int)head.bytes, bytes);
	}
}
