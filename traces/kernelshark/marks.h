/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is to be drawn of one stream of events, and where on the time line: everything but
 * the drawing itself.
 */
#ifndef MEMGROUP_MARKS_H
#define MEMGROUP_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libkshark-model.h>
#include <libkshark.h>

#ifdef __cplusplus
extern "C" {
#endif

struct trace_event;

enum mark_kind {
	MARK_DECISION,
	MARK_PREVIEW,
	MARK_ONLINE,	/* an operation, from its beginning to its event */
	MARK_OFFLINE,
	NR_MARK_KINDS
};

enum mark_zone {
	MARK_MOVABLE,
	MARK_NORMAL,
	MARK_DMA,	/* DMA32 as well */
	MARK_NO_ZONE,	/* none, and what is no kernel zone */
	NR_MARK_ZONES
};

/* What one event became. Its time is that of the entry, which KernelShark may shift. */
struct mark {
	const struct kshark_entry *entry;
	uint64_t duration_ns;	/* of an operation, which ended with the event */
	int mgid;		/* the memory group, -1: none */
	enum mark_kind kind;
	enum mark_zone zone;
	bool failed;
};

#define MARK_LANE_NAME_MAX 34

/* A memory group, with the name of its device once that is known, printable. */
struct mark_group {
	int mgid;
	char name[MARK_LANE_NAME_MAX];
};

/* Those of a stream. All zeros is empty. The entries are KernelShark's. */
struct marks {
	struct mark *list;
	size_t nr;
	struct mark_group *groups;
	size_t nr_groups;
	uint64_t longest_ns;	/* no operation took longer */
	int64_t first_offset;
	bool sorted;
};

/*
 * KernelShark plots CPUs and tasks, and a plugin cannot add a third kind. So each memory
 * group gets a task of its own: this plus its id, above every number that Linux gives to
 * a task.
 */
#define MARK_GROUP_TASK 10000000

/* The task of a group, -1 for one that has none: no group, or an id too high for it. */
int marks_group_task(int mgid);

/*
 * Adds what @event says, for @entry, in any order. Events that are not drawn only make
 * groups known. The first entry a second time means that KernelShark read the stream
 * again, and frees what it had: marks begin anew. Returns 0 or -ENOMEM.
 */
int marks_add(struct marks *marks, const struct trace_event *event,
	      const struct kshark_entry *entry);
void marks_free(struct marks *marks);

/* The group of an event just added, NULL: none. */
const struct mark_group *marks_group(const struct marks *marks, int mgid);

/* A plot of KernelShark's: of a CPU, or of a task. */
struct mark_lane {
	bool is_task;
	int id;
};

/* Is told of a mark, and of the first and last bin (pixel column) that it covers. */
typedef void (*marks_show_func)(const struct mark *mark, int first_bin, int last_bin,
				void *context);

/*
 * Calls @show, by time, for all marks that belong on the lane, are in the range of
 * @histo and not filtered out. Of those that look the same and cover the same bins it
 * shows one.
 */
void marks_show(struct marks *marks, const struct kshark_trace_histo *histo,
		const struct mark_lane *lane, marks_show_func show, void *context);

/* Is it what people look for: a decision for a kernel zone, or an operation that failed? */
bool mark_is_notable(const struct mark *mark);

/* The order of time, also of several streams: like strcmp(). */
int marks_compare(const struct kshark_entry *a, const struct kshark_entry *b);

/*
 * The first notable mark after @from that is not filtered out, or the last one before
 * it. NULL: there is none.
 */
const struct mark *marks_next(struct marks *marks, const struct kshark_entry *from);
const struct mark *marks_previous(struct marks *marks, const struct kshark_entry *from);

#ifdef __cplusplus
}
#endif

#endif /* MEMGROUP_MARKS_H */
