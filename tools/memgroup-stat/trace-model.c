// SPDX-License-Identifier: GPL-2.0
/* Part of memgroup-stat-extra alone. */
#include "trace-model.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "recording-model.h"
#include "recording-notes.h"

struct reading {
	const char *name;
	const uint64_t *at_ns;
	struct recording_model *system;
};

static int on_start(void *context, const struct recording *recording, struct fault *fault)
{
	struct reading *reading = context;

	if (reading->at_ns && !recording->has_clock)
		return fault_set(fault, EINVAL, "%s: --at: its clock does not count seconds",
				 reading->name);
	reading->system = recording_model_new(recording->page_bytes);
	return reading->system ? 0 : fault_nomem(fault);
}

static bool is_later(const struct reading *reading, uint64_t time_ns)
{
	return reading->at_ns && time_ns > *reading->at_ns;
}

/* What comes later is read all the same: only the end tells what was lost. */
static int on_event(void *context, const struct trace_event *event, struct fault *fault)
{
	struct reading *reading = context;
	const uint64_t time_ns = event->is_decision ? event->decision.time_ns :
						      event->change.time_ns;

	return is_later(reading, time_ns) ? 0 :
		recording_model_event(reading->system, event, fault);
}

static int on_mark(void *context, uint64_t time_ns, const char *line, struct fault *fault)
{
	struct reading *reading = context;

	return is_later(reading, time_ns) ? 0 :
		recording_model_mark(reading->system, line, fault);
}

static int note_lost(struct model *model, const struct recording *recording,
		     struct fault *fault)
{
	char *note;
	int err = recording_lost_note(&note, recording, fault);

	if (!err && note)
		err = model_note(model, fault, "%s", note);
	free(note);
	return err;
}

static int check_time(const struct reading *reading, const struct recording *recording,
		      struct fault *fault)
{
	if (!reading->at_ns || *reading->at_ns >= recording->first_ns)
		return 0;
	return fault_set(fault, EINVAL, "%s: --at: it begins at %" PRIu64 ".%09" PRIu64 " s",
			 reading->name, recording->first_ns / 1000000000,
			 recording->first_ns % 1000000000);
}

int trace_model_read(struct model *model, const char *name, const uint64_t *at_ns,
		     struct fault *fault)
{
	struct reading reading = { .name = name, .at_ns = at_ns };
	const struct recording_reader reader = {
		.on_start = on_start, .on_event = on_event, .on_mark = on_mark,
		.context = &reading,
	};
	struct recording recording;
	int err = recording_read(name, &reader, &recording, fault) ?:
		check_time(&reading, &recording, fault) ?:
		recording_model_end(reading.system, fault) ?:
		recording_model_get(reading.system, model, fault);

	recording_model_free(reading.system);
	if (err)
		return err;
	err = note_lost(model, &recording, fault);
	if (err)
		model_free(model);
	return err;
}
