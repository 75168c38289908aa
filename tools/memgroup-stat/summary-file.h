/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MEMGROUP_STAT_SUMMARY_FILE_H
#define MEMGROUP_STAT_SUMMARY_FILE_H

#include "fault.h"
#include "recording.h"
#include "trace-summary.h"

/*
 * Adds all events of the file @name to @summary and finishes it. Returns 0 with
 * @recording filled, or a negative errno value with @fault set. Only in the program with
 * all libraries, elsewhere NULL.
 */
int summary_read_file(struct trace_summary *summary, const char *name,
		      struct recording *recording, struct fault *fault)
	__attribute__((weak));

#endif /* MEMGROUP_STAT_SUMMARY_FILE_H */
