// SPDX-License-Identifier: GPL-2.0
#include "recent.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Defines a getter of the row "r". */
#define RUN(name, expression)						\
static struct value name(const void *data, size_t row)			\
{									\
	const struct recent_run *r = &((const struct recent *)data)->runs[row]; \
									\
	return expression;						\
}

RUN(when, value_text(r->time))
RUN(span, ((struct value){ .kind = VALUE_SPAN, .number = r->first_block,
			   .last = r->last_block }))
RUN(device, value_text(strcmp(r->decision->device, "-") ? r->decision->device : NULL))
RUN(zone, value_text(r->decision->zone))
RUN(reason, value_text(r->decision->reason))
RUN(why, value_text(r->why))

static const struct column columns[] = {
	{ "TIME", NULL, "seconds on the clock of the kernel's log", true, when },
	{ "BLOCK", NULL, "number or range of numbers of memory blocks", true, span },
	{ "DEVICE", NULL, "device that the memory belongs to", false, device },
	{ "ZONE", NULL, "zone that was chosen", false, zone },
	{ "REASON", NULL, "rule that decided", false, reason },
	{ "WHY", NULL, "all that in a sentence", false, why },
};

static size_t rows(const void *data)
{
	return ((const struct recent *)data)->nr_runs;
}

const struct table recent_table = {
	.name = "decisions",
	.columns = columns,
	.nr_columns = ARRAY_SIZE(columns),
	.rows = rows,
	.list = "TIME,BLOCK,DEVICE,ZONE,REASON,WHY",
};

/* Takes the decision, which came before those of the run, into it if it is like them. */
static bool extend(struct recent_run *run, const struct decision *d)
{
	const struct decision *latest = run->decision;

	if (latest->mgid != d->mgid || strcmp(latest->zone, d->zone) ||
	    strcmp(latest->reason, d->reason) || strcmp(latest->request, d->request) ||
	    strcmp(latest->device, d->device))
		return false;
	if (run->first_block && d->block == run->first_block - 1)
		run->first_block = d->block;
	else if (d->block && d->block - 1 == run->last_block)
		run->last_block = d->block;
	else
		return false;
	return true;
}

static void make_runs(struct recent *recent, uint64_t page_bytes)
{
	size_t i;

	for (i = recent->events.count; i > 0; i--) {
		const struct decision *d = &recent->events.list[i - 1];
		struct recent_run *run = &recent->runs[recent->nr_runs];

		if (recent->nr_runs && extend(run - 1, d))
			continue;
		if (recent->nr_runs == RECENT_MAX)
			break;
		recent->nr_runs++;
		*run = (struct recent_run){
			.first_block = d->block, .last_block = d->block, .decision = d,
		};
		snprintf(run->time, sizeof(run->time), "%" PRIu64 ".%03u",
			 d->time_ns / 1000000000,
			 (unsigned int)(d->time_ns / 1000000 % 1000));
		explain(d, page_bytes, run->why);
	}
}

int recent_read(struct recent *recent, struct sysroot *root, struct fault *fault)
{
	int err;

	recent_free(recent);
	err = decisions_read(&recent->events, root, fault);
	if (err)
		recent_free(recent);
	else
		make_runs(recent, (uint64_t)sysconf(_SC_PAGESIZE));
	return err;
}

int recent_copy(struct recent *recent, const struct events *events, uint64_t page_bytes,
		struct fault *fault)
{
	size_t i;

	recent_free(recent);
	for (i = 0; i < events->count; i++) {
		if (!events_append(&recent->events, &events->list[i]))
			continue;
		recent_free(recent);
		return fault_nomem(fault);
	}
	make_runs(recent, page_bytes);
	return 0;
}

void recent_free(struct recent *recent)
{
	events_free(&recent->events);
	recent->events = (struct events){ 0 };
	recent->nr_runs = 0;
}
