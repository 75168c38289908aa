// SPDX-License-Identifier: GPL-2.0
#include "trace-summary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Twice as many as there are devices, so that a search is short. */
#define DEVICE_INDEX	(2 * SUMMARY_DEVICES_MAX)

int summary_init(struct trace_summary *summary, struct fault *fault)
{
	*summary = (struct trace_summary){ 0 };
	summary->reasons = calloc(SUMMARY_REASONS_MAX, sizeof(*summary->reasons));
	summary->devices = calloc(SUMMARY_DEVICES_MAX, sizeof(*summary->devices));
	summary->device_index = calloc(DEVICE_INDEX, sizeof(*summary->device_index));
	if (summary->reasons && summary->devices && summary->device_index)
		return 0;
	summary_free(summary);
	return fault_nomem(fault);
}

void summary_free(struct trace_summary *summary)
{
	while (summary->nr_operations)
		free(summary->operations[--summary->nr_operations]);
	free(summary->reasons);
	free(summary->devices);
	free(summary->device_index);
	timeline_free(&summary->timeline);
}

/* The last one is for all that comes when there is no other left. */
static struct summary_reason *find_reason(struct trace_summary *summary,
					  const struct decision *d)
{
	struct summary_reason *reason;
	size_t i;

	for (i = 0; i < summary->nr_reasons; i++) {
		reason = &summary->reasons[i];
		if (reason->rest ||
		    (!strcmp(reason->reason, d->reason) && !strcmp(reason->zone, d->zone)))
			return reason;
	}
	reason = &summary->reasons[summary->nr_reasons++];
	if (summary->nr_reasons == SUMMARY_REASONS_MAX) {
		reason->rest = true;
	} else {
		strcpy(reason->zone, d->zone);
		strcpy(reason->reason, d->reason);
	}
	return reason;
}

/* NULL without memory. */
static struct summary_operation *find_operation(struct trace_summary *summary,
						const struct change *c)
{
	struct summary_operation *operation;
	size_t i;

	for (i = 0; i < summary->nr_operations; i++) {
		operation = summary->operations[i];
		if (operation->rest ||
		    (operation->kind == c->kind && operation->result == c->result &&
		     !strcmp(operation->zone, c->zone)))
			return operation;
	}
	operation = calloc(1, sizeof(*operation));
	if (!operation)
		return NULL;
	operation->least_ns = UINT64_MAX;
	summary->operations[summary->nr_operations++] = operation;
	if (summary->nr_operations == SUMMARY_OPERATIONS_MAX) {
		operation->rest = true;
	} else {
		operation->kind = c->kind;
		operation->result = c->result;
		strcpy(operation->zone, c->zone);
	}
	return operation;
}

static bool has_name(const char *name)
{
	return *name && (name[0] != '-' || name[1]);
}

/* A name goes before an id: a device that was plugged again has another one. */
static bool is_device(const struct summary_device *device, const char *name, int mgid)
{
	if (device->rest || strcmp(device->name, name))
		return device->rest;
	return has_name(name) || device->mgid == mgid;
}

static size_t hash_device(const char *name, int mgid)
{
	uint32_t hash = 2166136261u;

	if (!has_name(name))
		hash ^= (uint32_t)mgid;
	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return (hash ^ hash >> 16) % DEVICE_INDEX;
}

static struct summary_device *new_device(struct trace_summary *summary, const char *name)
{
	struct summary_device *device = &summary->devices[summary->nr_devices++];

	if (summary->nr_devices == SUMMARY_DEVICES_MAX) {
		*device = (struct summary_device){ .rest = true, .name = "-", .mgid = -1,
						   .node = -1 };
	} else {
		strcpy(device->name, name);
	}
	return device;
}

static struct summary_device *find_device(struct trace_summary *summary, const char *name,
					  int mgid, int node)
{
	struct summary_device *device = summary->last_device;

	if (!device || device->rest || !is_device(device, name, mgid)) {
		size_t at = hash_device(name, mgid);

		while (summary->device_index[at] &&
		       !is_device(&summary->devices[summary->device_index[at] - 1], name, mgid))
			at = (at + 1) % DEVICE_INDEX;
		if (summary->device_index[at]) {
			device = &summary->devices[summary->device_index[at] - 1];
		} else if (summary->nr_devices == SUMMARY_DEVICES_MAX) {
			device = &summary->devices[SUMMARY_DEVICES_MAX - 1];
		} else {
			device = new_device(summary, name);
			if (!device->rest)
				summary->device_index[at] = (uint16_t)summary->nr_devices;
		}
	}
	if (!device->rest) {
		device->mgid = mgid;
		device->node = node;
	}
	summary->last_device = device;
	return device;
}

uint64_t summary_headroom(const struct summary_numbers *numbers)
{
	return numbers->limit > numbers->movable ? numbers->limit - numbers->movable : 0;
}

uint64_t summary_ratio(const struct summary_numbers *numbers)
{
	__uint128_t tenths;

	if (!numbers->movable)
		return 0;
	if (!numbers->early_kernel)
		return UINT64_MAX;
	tenths = ((__uint128_t)numbers->movable * 1000 + numbers->early_kernel - 1) /
		 numbers->early_kernel;
	return tenths > UINT64_MAX ? UINT64_MAX : (uint64_t)tenths;
}

/* Of a node, or of the system: -1. NULL for a node too many. */
static struct summary_domain *find_domain(struct trace_summary *summary, int node)
{
	struct summary_domain *domain;
	size_t i;

	for (i = 0; i < summary->nr_domains; i++)
		if (summary->domains[i].node == node)
			return &summary->domains[i];
	if (summary->nr_domains == SUMMARY_DOMAINS_MAX)
		return NULL;
	domain = &summary->domains[summary->nr_domains++];
	domain->node = node;
	return domain;
}

static void find_extremes(struct summary_domain *domain, const struct summary_numbers *now)
{
	const bool first = !domain->decisions;

	if (first || summary_ratio(now) < summary_ratio(&domain->least_ratio))
		domain->least_ratio = *now;
	if (first || summary_ratio(now) > summary_ratio(&domain->most_ratio))
		domain->most_ratio = *now;
	if (first || summary_headroom(now) < summary_headroom(&domain->least_headroom))
		domain->least_headroom = *now;
	if (first || summary_headroom(now) > summary_headroom(&domain->most_headroom))
		domain->most_headroom = *now;
}

/* Those of a decision that compared any. */
static int add_numbers(struct trace_summary *summary, const struct decision *d)
{
	const bool system = !strcmp(d->domain, "system");
	const struct summary_numbers now = {
		.time_ns = d->time_ns, .early_kernel = d->early_kernel_pages,
		.movable = d->movable_pages, .limit = d->limit_pages,
	};
	const uint64_t drawn[NR_TIMELINE] = {
		[TIMELINE_MOVABLE] = now.movable, [TIMELINE_LIMIT] = now.limit,
		[TIMELINE_HEADROOM] = summary_headroom(&now),
	};
	struct summary_domain *domain;
	size_t track;

	if (!system && strcmp(d->domain, "node"))
		return 0;
	/* No kernel compares those of no node; the file may be from anywhere. */
	domain = system ? find_domain(summary, -1) :
		 d->node >= 0 ? find_domain(summary, d->node) : NULL;
	if (!domain) {
		summary->other_domains++;
		return 0;
	}
	find_extremes(domain, &now);
	domain->last = now;
	domain->decisions++;
	track = (size_t)(domain - summary->domains);
	return track < TIMELINE_TRACKS ?
		timeline_add(&summary->timeline, track, drawn) : 0;
}

static uint64_t add_up(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static int count_decision(struct trace_summary *summary, struct summary_device *device,
			  const struct decision *d)
{
	summary->decisions++;
	strcpy(device->last_reason, d->reason);
	if (strcmp(d->zone, "Movable")) {
		device->kernel++;
		timeline_mark(&summary->timeline, TIMELINE_KERNEL);
	} else {
		device->movable++;
	}
	return add_numbers(summary, d);
}

int summary_add_decision(struct trace_summary *summary, const struct decision *d)
{
	struct summary_device *device = find_device(summary, d->device, d->mgid, d->node);
	struct summary_reason *reason = find_reason(summary, d);

	timeline_reach(&summary->timeline, d->time_ns);
	if (d->preview) {
		summary->previews++;
		device->previews++;
		reason->previews++;
		return 0;
	}
	reason->decisions++;
	reason->pages = add_up(reason->pages, d->block_pages);
	return count_decision(summary, device, d);
}

static int add_operation(struct trace_summary *summary, const struct change *c)
{
	struct summary_device *device = find_device(summary, c->device, c->mgid, c->node);
	struct summary_operation *operation = find_operation(summary, c);

	if (!operation)
		return -ENOMEM;
	histogram_add(&operation->latency, c->duration_ns, 1);
	if (c->duration_ns < operation->least_ns)
		operation->least_ns = c->duration_ns;
	if (c->duration_ns > device->slowest_ns)
		device->slowest_ns = c->duration_ns;
	if (c->result) {
		summary->failed++;
		device->failed++;
		timeline_mark(&summary->timeline, TIMELINE_FAILURE);
	} else if (c->kind == CHANGE_ONLINE) {
		summary->onlined++;
		device->onlined++;
	} else {
		summary->offlined++;
		device->offlined++;
	}
	return 0;
}

int summary_add_change(struct trace_summary *summary, const struct change *c)
{
	timeline_reach(&summary->timeline, c->time_ns);
	switch (c->kind) {
	case CHANGE_REGISTER:
		summary->registered++;
		return 0;
	case CHANGE_UNREGISTER:
		summary->unregistered++;
		return 0;
	default:
		return add_operation(summary, c);
	}
}

void summary_add_gap(struct trace_summary *summary)
{
	summary->gaps++;
	timeline_mark(&summary->timeline, TIMELINE_GAP);
}

static int compare(int a, int b)
{
	return (a > b) - (a < b);
}

static int compare_reasons(const void *x, const void *y)
{
	const struct summary_reason *a = x, *b = y;

	/* What was put together comes last, everywhere. */
	return compare(a->rest, b->rest) ?: strcmp(a->zone, b->zone) ?:
		strcmp(a->reason, b->reason);
}

static int compare_operations(const void *x, const void *y)
{
	const struct summary_operation *a = *(struct summary_operation *const *)x;
	const struct summary_operation *b = *(struct summary_operation *const *)y;

	return compare(a->rest, b->rest) ?: compare((int)a->kind, (int)b->kind) ?:
		strcmp(a->zone, b->zone) ?:
		/* Success first, then the errors from 1 upwards. */
		compare(b->result, a->result);
}

static int compare_devices(const void *x, const void *y)
{
	const struct summary_device *a = x, *b = y;

	return compare(a->rest, b->rest) ?:
		/* Memory of no device, then groups without a name, after those with one. */
		compare(has_name(b->name), has_name(a->name)) ?:
		strverscmp(a->name, b->name) ?: compare(a->mgid, b->mgid);
}

void summary_finish(struct trace_summary *summary)
{
	qsort(summary->reasons, summary->nr_reasons, sizeof(*summary->reasons),
	      compare_reasons);
	qsort(summary->operations, summary->nr_operations, sizeof(*summary->operations),
	      compare_operations);
	qsort(summary->devices, summary->nr_devices, sizeof(*summary->devices),
	      compare_devices);
}

size_t summary_zones(const struct trace_summary *summary, struct summary_reason *zones)
{
	size_t nr = 0, i;

	for (i = 0; i < summary->nr_reasons; i++) {
		const struct summary_reason *reason = &summary->reasons[i];

		/* They are sorted by zone. */
		if (!nr || zones[nr - 1].rest != reason->rest ||
		    strcmp(zones[nr - 1].zone, reason->zone)) {
			zones[nr] = (struct summary_reason){ .rest = reason->rest };
			strcpy(zones[nr++].zone, reason->zone);
		}
		zones[nr - 1].decisions += reason->decisions;
		zones[nr - 1].previews += reason->previews;
		zones[nr - 1].pages = add_up(zones[nr - 1].pages, reason->pages);
	}
	return nr;
}
