/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The system that a recording is of, at each point in time: as the view at its beginning
 * shows it, and then as its events changed it.
 *
 * Events that do not fit what is known, because others were lost, change what they can;
 * they are counted, and a note of the model says so.
 */
#ifndef MEMGROUP_STAT_RECORDING_MODEL_H
#define MEMGROUP_STAT_RECORDING_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "fault.h"
#include "model.h"
#include "recording.h"

struct recording_model;

/* NULL without memory. */
struct recording_model *recording_model_new(uint64_t page_bytes);
void recording_model_free(struct recording_model *system);

/* Take over what the recording says next. Return 0, or -ENOMEM with @fault set. */
int recording_model_mark(struct recording_model *system, const char *line,
			 struct fault *fault);
int recording_model_event(struct recording_model *system,
			  const struct trace_event *event, struct fault *fault);
/* There is no more. The same. */
int recording_model_end(struct recording_model *system, struct fault *fault);

/* Is the view of its beginning still being taken over? */
bool recording_model_is_open(const struct recording_model *system);

/*
 * What is known now, as model_read() gives it: all parts, or without a view those that
 * events tell, with a note about the others. Nodes there are none then, and the policy
 * may be called POLICY_UNKNOWN. Returns 0, or a negative errno value with @fault set;
 * only after 0 is there something to end with model_free().
 */
int recording_model_get(const struct recording_model *system, struct model *model,
			struct fault *fault);

#endif /* MEMGROUP_STAT_RECORDING_MODEL_H */
