/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The log of a run: text, a line for each thing, written as it happens, so that
 * whatever ends the run leaves all of it. With it a run can be done again.
 *
 *   hotplug-stress-log 1
 *   kernel RELEASE
 *   option NAME[ VALUE]		as on the command line
 *   device NAME KIND NODE SIZE UNIT PLUGGED	in bytes, when the run began
 *   op NUMBER KIND DEVICE ARGUMENT = RESULT ASKED DONE NANOSECONDS RETRIES[ BLOCKER]
 *   violation TEXT
 *   end WORD
 *
 * ARGUMENT is the bytes of a resize, the number of a block, or "-". RESULT is "ok" or
 * the name of an errno value. Everything from " =" on is missing if the operation was
 * never finished, which only the last one can be. Nothing follows the end.
 */
#ifndef HOTPLUG_STRESS_OPLOG_H
#define HOTPLUG_STRESS_OPLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "op.h"

/* Writing */

struct oplog;

/*
 * Begins a log: as @path, or as a temporary file that only a run that went well
 * removes. Like all functions here that return int, it returns 0 or a negative errno
 * value with @fault set.
 */
int oplog_create(struct oplog **log, const char *path, struct fault *fault);
const char *oplog_path(const struct oplog *log);	/* absolute */

int oplog_option(struct oplog *log, const char *name, const char *value,
		 struct fault *fault);
int oplog_device(struct oplog *log, const struct device *device,
		 struct fault *fault);

/* Before the operation, and after it. */
int oplog_op(struct oplog *log, uint64_t number, const struct op *op,
	     struct fault *fault);
int oplog_outcome(struct oplog *log, const struct outcome *outcome,
		  struct fault *fault);

int oplog_violation(struct oplog *log, const char *text, struct fault *fault);

/*
 * Writes the last line, closes, and removes a temporary log unless @keep. An error that
 * was returned before is not returned again.
 */
int oplog_end(struct oplog *log, const char *word, bool keep,
	      struct fault *fault);

/* Reading */

struct logged_option {
	char *name;
	char *value;		/* or NULL */
};

struct logged_op {
	size_t device;		/* its index */
	struct op op;
	int error;		/* of its outcome; -1: it was never finished */
};

struct history {
	struct logged_option *options;
	size_t nr_options;
	struct device *devices;
	size_t nr_devices;
	struct logged_op *ops;
	size_t nr_ops;
};

/*
 * Reads a whole log, strictly: an error names the line. Free @history, also after an
 * error, with history_free().
 */
int history_read(struct history *history, const char *path,
		 struct fault *fault);
void history_free(struct history *history);

#endif /* HOTPLUG_STRESS_OPLOG_H */
