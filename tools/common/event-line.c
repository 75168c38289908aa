// SPDX-License-Identifier: GPL-2.0
#include "event-line.h"

#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "units.h"

#define SUBJECT_MAX 128
#define DEVICE_MAX 48

/* " of PNP0C80:00"; nothing if the event names no device. */
static void of_device(const char *device, char text[static DEVICE_MAX])
{
	const bool named = *device && strcmp(device, "-");

	snprintf(text, DEVICE_MAX, "%s%s", named ? " of " : "", named ? device : "");
}

/* "block 48 of PNP0C80:00 (group 0, node 0)": names repeat, numbers of groups do not. */
static void block_subject(uint64_t block, const char *device, int mgid, int node,
			  char text[static SUBJECT_MAX])
{
	char name[DEVICE_MAX], group[24] = "no group", where[24] = "no node";

	of_device(device, name);
	if (mgid >= 0)
		snprintf(group, sizeof(group), "group %d", mgid);
	if (node >= 0)
		snprintf(where, sizeof(where), "node %d", node);
	snprintf(text, SUBJECT_MAX, "block %" PRIu64 "%s (%s, %s)", block, name, group, where);
}

static void decision_line(const struct decision *d, uint64_t page_bytes, char *text)
{
	char subject[SUBJECT_MAX], why[EXPLANATION_MAX];

	block_subject(d->block, d->device, d->mgid, d->node, subject);
	explain(d, page_bytes, why);
	snprintf(text, EVENT_LINE_MAX, "%s %s %s: %s. %s", subject,
		 d->preview ? "would go to" : "->", d->zone, d->reason, why);
}

/* "-EBUSY (Device or resource busy)"; a number alone if it is none of this system's. */
static void error_text(int result, char *text, size_t size)
{
	/* The least number has no opposite. */
	const char *name = result < 0 && result > INT_MIN ? strerrorname_np(-result) : NULL;

	if (name)
		snprintf(text, size, "-%s (%s)", name, strerrordesc_np(-result));
	else
		snprintf(text, size, "error %d", result);
}

static void block_line(const struct change *c, uint64_t page_bytes, char *text)
{
	const char *where = c->kind == CHANGE_ONLINE ? "online to" : "offline from";
	char subject[SUBJECT_MAX], size[UNITS_AMOUNT_MAX], took[UNITS_DURATION_MAX], error[96];

	block_subject(c->block, c->device, c->mgid, c->node, subject);
	units_format_amount(c->block_pages, page_bytes, size);
	units_format_duration(c->duration_ns, took);
	error_text(c->result, error, sizeof(error));
	if (c->result)
		snprintf(text, EVENT_LINE_MAX, "%s failed to go %s zone %s: %s after %s", subject,
			 where, c->zone, error, took);
	else
		snprintf(text, EVENT_LINE_MAX, "%s went %s zone %s: %s in %s", subject, where,
			 c->zone, size, took);
}

static void group_line(const struct change *c, uint64_t page_bytes, char *text)
{
	char name[DEVICE_MAX], size[UNITS_AMOUNT_MAX], where[24] = "no node";

	of_device(c->device, name);
	units_format_amount(c->dynamic ? c->unit_pages : c->max_pages, page_bytes, size);
	if (c->node >= 0)
		snprintf(where, sizeof(where), "node %d", c->node);
	snprintf(text, EVENT_LINE_MAX, "group %d%s (%s) %s: %s, %s%s", c->mgid, name, where,
		 c->kind == CHANGE_REGISTER ? "registered" : "unregistered",
		 c->dynamic ? "dynamic" : "static", c->dynamic ? "in units of " : "", size);
}

void event_line(const struct trace_event *event, uint64_t page_bytes,
		char text[static EVENT_LINE_MAX])
{
	const struct change *c = &event->change;

	if (event->is_decision)
		decision_line(&event->decision, page_bytes, text);
	else if (c->kind == CHANGE_ONLINE || c->kind == CHANGE_OFFLINE)
		block_line(c, page_bytes, text);
	else
		group_line(c, page_bytes, text);
}
