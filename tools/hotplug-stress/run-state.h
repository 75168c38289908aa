/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A run, and the three parts of it: run-begin.c, run-loop.c, run-end.c. All return 0
 * or a negative errno value with @fault set.
 */
#ifndef HOTPLUG_STRESS_RUN_STATE_H
#define HOTPLUG_STRESS_RUN_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "checker.h"
#include "devices.h"
#include "fault.h"
#include "floor.h"
#include "guard.h"
#include "oplog.h"
#include "options.h"
#include "plan.h"
#include "pressure.h"
#include "progress.h"
#include "report.h"
#include "sysroot.h"
#include "worker.h"

/* What was not begun is NULL. */
struct run {
	const struct options *options;
	const struct history *history;	/* of a replay, or NULL */
	struct sysroot root;
	int lock;
	struct oplog *log;
	struct checker *checker;
	struct devices devices;
	struct guard *guard;
	struct worker *worker;
	struct pressure *pressure;
	struct plan *plan;
	struct floor_guard floor;
	struct progress progress;
	struct report *report;
	struct report_header header;
	uint64_t done;			/* operations */
	uint64_t otherwise;		/* replay: that had another result then */
	uint64_t first_otherwise;
	long long start_ns;		/* of the first operation; 0: there was none */
	long long look_ns;		/* when to look at the load again */
	bool unsettled;			/* what the last operation began may still go on */
	bool violation;
};

/* Opens, notes and starts all that a run needs; what it began, run_end() ends. */
int run_begin(struct run *r, struct fault *fault);

/*
 * Operation after operation. Also ends, with 0, when a signal says so; -EINTR if that
 * came in the middle of one, -EBADE for a violation.
 */
int run_loop(struct run *r, struct fault *fault);

/*
 * Makes everything as it was before, and ends all that was begun but the log and the
 * report; whatever fails, the rest is done. With @check, the checker has the last word:
 * -EBADE as before.
 */
int run_end(struct run *r, bool check, struct fault *fault);

/* Says it on standard error, besides the progress. */
void run_say(struct run *r, const struct fault *fault);

#endif /* HOTPLUG_STRESS_RUN_STATE_H */
