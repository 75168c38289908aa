/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the process that reads a recording says through a pipe. It has read a file that
 * may be hostile, so that nothing it says is believed before it was looked at. Both are
 * the same program: numbers and structures are as they are in memory.
 */
#ifndef MEMGROUP_STAT_RECORDING_STREAM_H
#define MEMGROUP_STAT_RECORDING_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "recording.h"

/* In this order: SAY_START, any number of the next four, then SAY_END or SAY_FAULT. */
enum say {
	SAY_START,	/* struct say_start */
	SAY_DECISION,	/* struct decision; the flag: a preview */
	SAY_CHANGE,	/* struct change; the flag: of a dynamic group */
	SAY_MARK,	/* uint64_t: when; then the line, without a NUL */
	SAY_LOST,	/* nothing */
	SAY_END,	/* struct say_end */
	SAY_FAULT,	/* a sentence, without a NUL */
};

/* Before each of them. */
struct say_head {
	uint16_t kind;		/* enum say */
	uint16_t flag;
	uint32_t bytes;		/* that follow */
};

/* As in struct recording. */
struct say_start {
	uint64_t page_bytes;
	uint32_t cpus;
	uint32_t has_clock;
};

struct say_end {
	uint64_t first_ns, last_ns;
	uint64_t records;
	uint64_t lost;
	uint64_t lost_unknown;
};

/* A longer line is cut. */
#define SAY_LINE_MAX 4096
#define SAY_BYTES_MAX (SAY_LINE_MAX + sizeof(uint64_t))

/* Many of them are read at once. */
#define STREAM_BYTES (256 * 1024)

struct recording_stream {
	int fd;
	char *buffer;		/* of STREAM_BYTES */
	size_t at, filled;	/* what is left in it */
	bool started;
	bool any_good;
	struct decision good;	/* the last one whose words were looked at */
	struct recording recording;
	char line[SAY_LINE_MAX + 1];	/* the last mark */
};

/* Returns 0 or -ENOMEM with @fault set. recording_stream_end() does not close @fd. */
int recording_stream_start(struct recording_stream *stream, int fd, struct fault *fault);
void recording_stream_end(struct recording_stream *stream);

/*
 * The next thing that is said; SAY_START fills stream->recording, and SAY_END the rest of
 * it. Returns 0, or a negative errno value with @fault set, without the name of the file:
 * -EPIPE for a stream that ends before that is said, -EPROTO for one that makes no sense,
 * and -EINVAL for what is said by SAY_FAULT.
 */
int recording_stream_next(struct recording_stream *stream, struct recording_item *item,
			  struct fault *fault);

#endif /* MEMGROUP_STAT_RECORDING_STREAM_H */
