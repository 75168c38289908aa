/* SPDX-License-Identifier: GPL-2.0 */
/* The model of the system that a file of trace-cmd is of. */
#ifndef MEMGROUP_STAT_TRACE_MODEL_H
#define MEMGROUP_STAT_TRACE_MODEL_H

#include <stdint.h>

#include "fault.h"
#include "model.h"

/*
 * Reads it as it was after the last event of the file @name, or if @at_ns is not NULL at
 * that time on the clock of the trace. Returns 0, or a negative errno value with @fault
 * set; only after 0 is there something to end with model_free(). Only in
 * memgroup-stat-extra, see extra.h.
 */
int trace_model_read(struct model *model, const char *name, const uint64_t *at_ns,
		     struct fault *fault) __attribute__((weak));

#endif /* MEMGROUP_STAT_TRACE_MODEL_H */
