// SPDX-License-Identifier: GPL-2.0
#include "decisions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "records.h"

#define VIEW "sys/kernel/debug/memory_groups/decisions"
#define TRACING "sys/kernel/tracing"

enum {
	D_TIME, D_BLOCK, D_BLOCKS, D_NODE, D_GROUP, D_DEVICE, D_REQUEST, D_POLICY,
	D_ZONE, D_REASON, D_DOMAIN, D_EARLY, D_MOVABLE, D_ASKED, D_LIMIT, NR_D
};

static const char *const columns[NR_D] = {
	"time_ns", "first_block", "blocks", "node", "group", "device", "request",
	"policy", "zone", "reason", "domain", "early_kernel_pages", "movable_pages",
	"asked_pages", "limit_pages",
};

/* A string into an array of the record; what is longer is no such record. */
static int word(struct records *r, int column, char *array, size_t size)
{
	static char none[] = "-";
	char *text = NULL;
	int err = records_string(r, column, &text);

	if (err)
		return err;
	if (!text)
		text = none;
	if (strlen(text) >= size)
		return records_fault(r, EINVAL, "%s: longer than %zu characters",
				     r->column[column], size - 1);
	strcpy(array, text);
	return 0;
}

/* A number of at most 31 bits, or "-": -1. */
static int small(struct records *r, int column, int *value)
{
	struct opt_u64 number;
	int err = records_opt_u64(r, column, &number);

	if (err)
		return err;
	if (number.set && number.value > INT32_MAX)
		return records_fault(r, EINVAL, "%s: more than %d", r->column[column],
				     INT32_MAX);
	*value = number.set ? (int)number.value : -1;
	return 0;
}

static int parse(struct records *r, const int *c, struct decision *d, uint64_t *blocks)
{
	return records_u64(r, c[D_TIME], &d->time_ns) ?:
		records_u64(r, c[D_BLOCK], &d->block) ?:
		records_u64(r, c[D_BLOCKS], blocks) ?:
		small(r, c[D_NODE], &d->node) ?:
		small(r, c[D_GROUP], &d->mgid) ?:
		word(r, c[D_DEVICE], d->device, sizeof(d->device)) ?:
		word(r, c[D_REQUEST], d->request, sizeof(d->request)) ?:
		word(r, c[D_POLICY], d->policy, sizeof(d->policy)) ?:
		word(r, c[D_ZONE], d->zone, sizeof(d->zone)) ?:
		word(r, c[D_REASON], d->reason, sizeof(d->reason)) ?:
		word(r, c[D_DOMAIN], d->domain, sizeof(d->domain)) ?:
		records_u64(r, c[D_EARLY], &d->early_kernel_pages) ?:
		records_u64(r, c[D_MOVABLE], &d->movable_pages) ?:
		records_u64(r, c[D_ASKED], &d->asked_pages) ?:
		records_u64(r, c[D_LIMIT], &d->limit_pages);
}

int decisions_parse(struct events *events, const char *name, struct text *text,
		    struct fault *fault)
{
	int c[NR_D], err, more;
	struct records r;
	size_t i;

	err = records_start(&r, name, text->data, text->len, fault);
	if (err)
		return err;
	for (i = 0; i < NR_D; i++) {
		c[i] = records_column(&r, columns[i]);
		if (c[i] < 0)
			return c[i];
	}
	while ((more = records_next(&r)) > 0) {
		struct decision d = { 0 };
		uint64_t blocks;

		err = parse(&r, c, &d, &blocks);
		/* One by one is how the kernel decides. */
		if (!err && blocks != 1)
			err = records_fault(&r, EINVAL, "blocks: not 1");
		if (!err && events_append(events, &d))
			err = fault_nomem(fault);
		if (err)
			return err;
	}
	return more;
}

/* Reads the file @path, and parses it with @parser. */
static int read_with(int (*parser)(struct events *events, const char *name,
				   struct text *text, struct fault *fault),
		     struct events *events, struct sysroot *root, const char *path,
		     struct fault *fault)
{
	struct text text;
	char *name;
	int err;

	if (asprintf(&name, "%s/%s", root->name, path) < 0)
		return fault_nomem(fault);
	err = sysroot_read(root, path, &text, fault);
	if (!err) {
		err = parser(events, name, &text, fault);
		text_free(&text);
	}
	free(name);
	return err;
}

int decisions_read(struct events *events, struct sysroot *root, struct fault *fault)
{
	return read_with(decisions_parse, events, root, VIEW, fault);
}

/*
 * A line of the kernel's trace: "TASK-PID [CPU] FLAGS SECONDS.MICROS: EVENT: key=value…".
 * A task may be called anything; its pid, the CPU and the rest may not.
 */
static int parse_line(struct events *events, char *line, const char *name,
		      size_t number, struct fault *fault)
{
	char *event = strstr(line, ": mhp_"), *values, *time, *end;
	const size_t before = events->count;
	unsigned long long seconds, micros;
	int err;

	if (*line == '#' || !event)
		return 0;
	*event = '\0';
	time = strrchr(line, ' ');
	event += 2;
	values = strstr(event, ": ");
	seconds = time ? strtoull(time, &end, 10) : 0;
	micros = time && *end == '.' ? strtoull(end + 1, &end, 10) : 0;
	if (!values || !time || *end || seconds > UINT64_MAX / 2000000000ULL)
		return fault_set(fault, EINVAL, "%s: line %zu: no event", name, number);
	*values = '\0';
	err = events_add(events, event, values + 2);
	if (err == -EINVAL)
		return fault_set(fault, EINVAL, "%s: line %zu: %s lacks something", name,
				 number, event);
	if (err)
		return fault_nomem(fault);
	if (events->count > before)
		events->list[before].time_ns = seconds * 1000000000ULL + micros * 1000;
	return 0;
}

int decisions_parse_trace(struct events *events, const char *name, struct text *text,
			  struct fault *fault)
{
	char *line, *next;
	size_t number = 0;
	int err = 0;

	for (line = text->data; !err && *line; line = next) {
		const size_t len = strcspn(line, "\n");

		next = line + len + (line[len] == '\n');
		line[len] = '\0';
		err = parse_line(events, line, name, ++number, fault);
	}
	return err;
}

int decisions_read_running(struct events *events, struct sysroot *root,
			   const char *instance, struct fault *fault)
{
	char *path;
	int err;

	if (asprintf(&path, TRACING "%s%s/trace", *instance ? "/instances/" : "",
		     instance) < 0)
		return fault_nomem(fault);
	err = read_with(decisions_parse_trace, events, root, path, fault);
	free(path);
	return err;
}
