// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzing target: what the process that reads a recording says, and the model that is
 * made of it. The input is what is read from its pipe, but the kinds, flags and lengths of
 * struct say_head are a byte, a byte and two; of a structure that is too short the rest
 * is zeros. So most inputs get far.
 *
 * Any input must end in an error with a text or in a model that can be shown.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "command.h"
#include "fuzz.h"
#include "recording-model.h"
#include "recording-stream.h"
#include "views.h"

static void must(int ok, const char *what)
{
	if (!ok) {
		fprintf(stderr, "fuzz: %s\n", what);
		abort();
	}
}

/* The bytes that a structure of that kind has, or -1: as many as there are. */
static int size_of(uint16_t kind)
{
	switch (kind) {
	case SAY_START:
		return sizeof(struct say_start);
	case SAY_DECISION:
		return sizeof(struct decision);
	case SAY_CHANGE:
		return sizeof(struct change);
	case SAY_LOST:
		return 0;
	case SAY_END:
		return sizeof(struct say_end);
	default:
		return -1;
	}
}

static void put(int fd, const void *data, size_t len)
{
	must(write(fd, data, len) == (ssize_t)len, "nowhere to write to");
}

/* The input, as it comes through the pipe. */
static void write_stream(int fd, const uint8_t *data, size_t size)
{
	char bytes[1024];

	while (size >= 4) {
		struct say_head head = { .kind = data[0], .flag = data[1] };
		size_t len = data[2] | (size_t)data[3] << 8;
		const int wanted = size_of(head.kind);

		data += 4;
		size -= 4;
		if (len > size)
			len = size;
		if (len > sizeof(bytes))
			len = sizeof(bytes);
		memset(bytes, 0, sizeof(bytes));
		memcpy(bytes, data, len);
		data += len;
		size -= len;
		/* All sizes but the right one are tried as well. */
		head.bytes = wanted >= 0 && !(head.flag & 0x80) ? (uint32_t)wanted :
								   (uint32_t)len;
		head.flag &= 0x7f;
		put(fd, &head, sizeof(head));
		put(fd, bytes, head.bytes);
	}
}

static void show(const struct recording_model *system)
{
	static const struct table_options options;
	struct request request = { .command = &blocks_command };
	struct document document;
	struct model model;
	struct fault fault = { .text = "" };
	char *text = NULL;
	size_t len;
	FILE *out;

	if (recording_model_get(system, &model, &fault)) {
		must(*fault.text, "an error without a text");
		return;
	}
	out = open_memstream(&text, &len);
	must(out != NULL, "no memory");
	must(!overview_print(out, &model, &options, &fault), fault.text);
	document_start(&document, out, true);
	policy_document(&document, &model);
	groups_document(&document, &model);
	nodes_document(&document, &model);
	must(!document_end(&document, &fault), fault.text);
	if (blocks_show(&request, out, &model, &fault))
		must(*fault.text, "an error without a text");
	fclose(out);
	free(text);
	model_free(&model);
}

static int take(struct recording_model **system, struct recording_stream *stream,
		struct recording_item *item, struct fault *fault)
{
	/* Once it has started. */
	if (!*system)
		*system = recording_model_new(stream->recording.page_bytes);
	must(*system != NULL, "no memory");
	switch (item->kind) {
	case ITEM_EVENT:
		return recording_model_event(*system, &item->event, fault);
	case ITEM_MARK:
		return recording_model_mark(*system, item->mark.line, fault);
	default:
		return 0;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int fd = memfd_create("stream", MFD_CLOEXEC);
	struct recording_model *system = NULL;
	struct recording_stream stream;
	struct recording_item item;
	struct fault fault = { .text = "" };
	int err;

	must(fd >= 0, "no file in memory");
	write_stream(fd, data, size);
	must(!lseek(fd, 0, SEEK_SET), "no way back");
	must(!recording_stream_start(&stream, fd, &fault), fault.text);
	err = recording_stream_next(&stream, &item, &fault);
	while (!err) {
		err = recording_stream_next(&stream, &item, &fault);
		if (err || item.kind == ITEM_END)
			break;
		err = take(&system, &stream, &item, &fault);
	}
	must(!err || *fault.text, "an error without a text");
	if (system && !recording_model_end(system, &fault))
		show(system);
	recording_model_free(system);
	recording_stream_end(&stream);
	close(fd);
	return 0;
}
