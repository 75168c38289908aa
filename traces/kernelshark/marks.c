// SPDX-License-Identifier: GPL-2.0
#include "marks.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grow.h"
#include "trace-event.h"

int marks_group_task(int mgid)
{
	return mgid < 0 || mgid > INT_MAX - MARK_GROUP_TASK ? -1 : MARK_GROUP_TASK + mgid;
}

static enum mark_zone zone_of(const char *name)
{
	static const struct {
		const char *name;
		enum mark_zone zone;
	} zones[] = {
		{ "Movable", MARK_MOVABLE }, { "Normal", MARK_NORMAL },
		{ "DMA32", MARK_DMA }, { "DMA", MARK_DMA },
	};
	size_t i;

	for (i = 0; i < sizeof(zones) / sizeof(*zones); i++)
		if (!strcmp(name, zones[i].name))
			return zones[i].zone;
	return MARK_NO_ZONE;
}

/* Where a group is, or belongs, in the list, which is in the order of their numbers. */
static size_t find_group(const struct marks *marks, int mgid)
{
	size_t low = 0, high = marks->nr_groups;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (marks->groups[middle].mgid < mgid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct mark_group *marks_group(const struct marks *marks, int mgid)
{
	const size_t at = find_group(marks, mgid);

	return at < marks->nr_groups && marks->groups[at].mgid == mgid ?
		&marks->groups[at] : NULL;
}

static struct mark_group *add_group(struct marks *marks, int mgid)
{
	const size_t at = find_group(marks, mgid);
	struct mark_group *list = grow(marks->groups, marks->nr_groups, sizeof(*list));

	if (!list)
		return NULL;
	memmove(&list[at + 1], &list[at], (marks->nr_groups - at) * sizeof(*list));
	list[at] = (struct mark_group){ .mgid = mgid, .name = "group" };
	marks->groups = list;
	marks->nr_groups++;
	return &list[at];
}

/* KernelShark's font has the printable characters of ASCII, and looks no others up. */
static void name_group(struct mark_group *group, const char *device)
{
	char *at;

	snprintf(group->name, sizeof(group->name), "%s", device);
	for (at = group->name; *at; at++)
		if (!isascii(*at) || !isprint(*at))
			*at = '?';
}

static int know_group(struct marks *marks, int mgid, const char *device)
{
	struct mark_group *group = (struct mark_group *)marks_group(marks, mgid);

	if (mgid < 0)
		return 0;
	if (!group)
		group = add_group(marks, mgid);
	if (!group)
		return -ENOMEM;
	/* Drivers name a group only after they registered it. */
	if (*device && strcmp(device, "-"))
		name_group(group, device);
	return 0;
}

static int append(struct marks *marks, const struct mark *mark)
{
	struct mark *list;

	if (marks->nr && mark->entry->offset == marks->first_offset)
		marks->nr = 0;
	list = grow(marks->list, marks->nr, sizeof(*list));
	if (!list)
		return -ENOMEM;
	marks->list = list;
	if (!marks->nr) {
		marks->first_offset = mark->entry->offset;
		marks->longest_ns = 0;
	}
	list[marks->nr++] = *mark;
	if (mark->duration_ns > marks->longest_ns)
		marks->longest_ns = mark->duration_ns;
	marks->sorted = false;
	return 0;
}

static int add_decision(struct marks *marks, const struct decision *decision,
			const struct kshark_entry *entry)
{
	const struct mark mark = {
		.entry = entry, .mgid = decision->mgid,
		.kind = decision->preview ? MARK_PREVIEW : MARK_DECISION,
		.zone = zone_of(decision->zone),
	};

	if (know_group(marks, decision->mgid, decision->device))
		return -ENOMEM;
	return append(marks, &mark);
}

static int add_change(struct marks *marks, const struct change *change,
		      const struct kshark_entry *entry)
{
	const struct mark mark = {
		.entry = entry, .mgid = change->mgid, .duration_ns = change->duration_ns,
		.kind = change->kind == CHANGE_ONLINE ? MARK_ONLINE : MARK_OFFLINE,
		.zone = zone_of(change->zone), .failed = change->result != 0,
	};

	if (know_group(marks, change->mgid, change->device))
		return -ENOMEM;
	if (change->kind == CHANGE_REGISTER || change->kind == CHANGE_UNREGISTER)
		return 0;
	return append(marks, &mark);
}

int marks_add(struct marks *marks, const struct trace_event *event,
	      const struct kshark_entry *entry)
{
	return event->is_decision ? add_decision(marks, &event->decision, entry) :
		add_change(marks, &event->change, entry);
}

void marks_free(struct marks *marks)
{
	free(marks->list);
	free(marks->groups);
	*marks = (struct marks) {};
}

int marks_compare(const struct kshark_entry *a, const struct kshark_entry *b)
{
	if (a->ts != b->ts)
		return a->ts < b->ts ? -1 : 1;
	if (a->stream_id != b->stream_id)
		return a->stream_id < b->stream_id ? -1 : 1;
	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

static int compare_marks(const void *a, const void *b)
{
	return marks_compare(((const struct mark *)a)->entry, ((const struct mark *)b)->entry);
}

/* KernelShark reads one CPU after the other. */
static void sort(struct marks *marks)
{
	if (marks->sorted)
		return;
	if (marks->nr)
		qsort(marks->list, marks->nr, sizeof(*marks->list), compare_marks);
	marks->sorted = true;
}

/* The first mark that is not before @from; marks->nr if all are. */
static size_t find(const struct marks *marks, const struct kshark_entry *from)
{
	size_t low = 0, high = marks->nr;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (marks_compare(marks->list[middle].entry, from) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int64_t beginning(const struct mark *mark, uint64_t duration_ns)
{
	int64_t ts;

	return __builtin_sub_overflow(mark->entry->ts, duration_ns, &ts) ? INT64_MIN : ts;
}

static bool is_operation(const struct mark *mark)
{
	return mark->kind == MARK_ONLINE || mark->kind == MARK_OFFLINE;
}

static bool is_on(const struct mark *mark, const struct mark_lane *lane)
{
	if (!lane->is_task)
		return mark->entry->cpu == lane->id;
	return mark->entry->pid == lane->id ||
		(lane->id >= MARK_GROUP_TASK && marks_group_task(mark->mgid) == lane->id);
}

static int bin_of(const struct kshark_trace_histo *histo, int64_t ts)
{
	uint64_t bin;

	if (ts <= histo->min)
		return 0;
	bin = ((uint64_t)ts - (uint64_t)histo->min) / (uint64_t)histo->bin_size;
	return bin < (uint64_t)histo->n_bins ? (int)bin : histo->n_bins - 1;
}

/* The bins of the last one that was shown, for each look. */
struct shown {
	int first, last;
};

void marks_show(struct marks *marks, const struct kshark_trace_histo *histo,
		const struct mark_lane *lane, marks_show_func show, void *context)
{
	const struct kshark_entry from = {
		.ts = histo->min, .stream_id = INT16_MIN, .offset = INT64_MIN,
	};
	struct shown shown[NR_MARK_KINDS][NR_MARK_ZONES][2];
	size_t i;

	if (histo->n_bins <= 0 || histo->bin_size <= 0)
		return;
	memset(shown, 0xff, sizeof(shown));	/* no bin is -1 */
	sort(marks);
	for (i = find(marks, &from); i < marks->nr; i++) {
		const struct mark *mark = &marks->list[i];
		struct shown *last = &shown[mark->kind][mark->zone][mark->failed];
		struct shown bins;

		/* What ends later may have begun in the range, but not all of it. */
		if (beginning(mark, marks->longest_ns) > histo->max)
			break;
		if (beginning(mark, mark->duration_ns) > histo->max || !is_on(mark, lane) ||
		    !(mark->entry->visible & KS_GRAPH_VIEW_FILTER_MASK))
			continue;
		bins.last = bin_of(histo, mark->entry->ts);
		bins.first = is_operation(mark) ?
			bin_of(histo, beginning(mark, mark->duration_ns)) : bins.last;
		if (bins.first == last->first && bins.last == last->last)
			continue;
		*last = bins;
		show(mark, bins.first, bins.last, context);
	}
}

bool mark_is_notable(const struct mark *mark)
{
	return mark->failed || (mark->kind == MARK_DECISION &&
		(mark->zone == MARK_NORMAL || mark->zone == MARK_DMA));
}

/* A jump ends in the table as well as in the graph. */
static bool is_found(const struct mark *mark)
{
	const uint16_t both = KS_TEXT_VIEW_FILTER_MASK | KS_GRAPH_VIEW_FILTER_MASK;

	return (mark->entry->visible & both) == both && mark_is_notable(mark);
}

const struct mark *marks_next(struct marks *marks, const struct kshark_entry *from)
{
	size_t i;

	sort(marks);
	for (i = find(marks, from); i < marks->nr; i++)
		if (is_found(&marks->list[i]) && marks_compare(marks->list[i].entry, from))
			return &marks->list[i];
	return NULL;
}

const struct mark *marks_previous(struct marks *marks, const struct kshark_entry *from)
{
	size_t i;

	sort(marks);
	for (i = find(marks, from); i; i--)
		if (is_found(&marks->list[i - 1]))
			return &marks->list[i - 1];
	return NULL;
}
