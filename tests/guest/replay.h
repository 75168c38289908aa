/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The replay that this program is.
 */
#ifndef TESTS_GUEST_REPLAY_H
#define TESTS_GUEST_REPLAY_H

#include "events.h"
#include "fault.h"
#include "layout.h"
#include "scenario.h"

extern struct replay {
	struct scenario scenario;
	bool layout_only;		/* a kernel without memgroup */
	struct tracer *tracer;
	struct blocks blocks;		/* after the latest step or check */
	struct layout start;		/* before the first step */
	char *start_counts;
	unsigned int start_ratio;
	bool start_numa_aware;
	struct fault fault;
} replay;

#endif /* TESTS_GUEST_REPLAY_H */
