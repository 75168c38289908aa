// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzing target: records of the events, read and printed by the plugin.
 *
 * The first byte says which event, and in which byte order; the others are the record
 * after its number. The formats are those of the kernel: libtraceevent 1.7 itself does not
 * survive made-up ones.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "made-up.h"
#include "tep-plugin.h"
#include "trace-event.h"

/* The name that libFuzzer calls. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int ok, const char *what)
{
	if (!ok) {
		fprintf(stderr, "fuzz: %s\n", what);
		abort();
	}
}

/* A trace in each byte order. */
static struct trace {
	struct tep_handle *tep;
	struct trace_formats *formats;
} traces[2];

static void start(void)
{
	size_t i;

	for (i = 0; i < 2; i++) {
		traces[i].tep = made_up_handle(i ? TEP_BIG_ENDIAN : TEP_LITTLE_ENDIAN);
		traces[i].formats = trace_formats_new(traces[i].tep);
		must(traces[i].formats && !TEP_PLUGIN_LOADER(traces[i].tep), "no memory");
	}
}

/* One line of text that a terminal does not obey. */
static void print(struct tep_handle *tep, struct tep_record *record)
{
	struct trace_seq s;
	const char *at;

	trace_seq_init(&s);
	tep_print_event(tep, &s, record, "%s", TEP_PRINT_INFO);
	trace_seq_terminate(&s);
	must(s.len > 0, "an empty line");
	for (at = s.buffer; *at; at++)
		must(*at >= ' ' && *at <= '~', "a byte that steers terminals");
	trace_seq_destroy(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct trace *trace = &traces[size && data[0] & 0x80];
	struct tep_record record;
	struct trace_event event;
	int ret;

	if (!traces[0].tep)
		start();
	if (!size || size > 4096)
		return 0;
	record = made_up_record(trace->tep, made_up_names[(data[0] & 0x7f) % NR_MADE_UP]);
	/* Of exactly its size, so that sanitizers see every step outside. */
	made_up_resize(&record, (int)size + 1);
	memcpy((char *)record.data + 2, data + 1, size - 1);
	ret = trace_event_read(trace->formats, &record, &event);
	must(ret == 1 || ret == -EINVAL, "neither an event nor an error");
	/* With less the library does not know whose event it is. */
	if (size >= 8)
		print(trace->tep, &record);
	free(record.data);
	return 0;
}
