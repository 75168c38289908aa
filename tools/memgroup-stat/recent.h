/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The latest decisions, as rows of a table: those on blocks beside each other that came
 * out the same are one.
 */
#ifndef MEMGROUP_STAT_RECENT_H
#define MEMGROUP_STAT_RECENT_H

#include <stddef.h>
#include <stdint.h>

#include "decisions.h"
#include "explain.h"
#include "fault.h"
#include "sysroot.h"
#include "table.h"

/* More rows than a screen has. */
#define RECENT_MAX 100

struct recent_run {
	uint64_t first_block, last_block;
	const struct decision *decision;	/* the latest of them */
	char time[32];
	char why[EXPLANATION_MAX];
};

struct recent {
	struct events events;
	struct recent_run runs[RECENT_MAX];	/* the latest first */
	size_t nr_runs;
};

/* Columns of a struct recent. */
extern const struct table recent_table;

/*
 * Reads them in place of those that @recent had. Returns 0 or a negative errno value with
 * @fault set; then there are none.
 */
int recent_read(struct recent *recent, struct sysroot *root, struct fault *fault);
/* The same from decisions that were read already, with pages of @page_bytes. */
int recent_copy(struct recent *recent, const struct events *events, uint64_t page_bytes,
		struct fault *fault);
void recent_free(struct recent *recent);

#endif /* MEMGROUP_STAT_RECENT_H */
