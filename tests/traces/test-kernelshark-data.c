// SPDX-License-Identifier: GPL-2.0
/*
 * The data half of the KernelShark plugin, without a display: on made-up marks, and on a
 * recording that KernelShark's library reads.
 */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <event-parse.h>
#include <libkshark-tepdata.h>

#include "plugin.h"
#include "trace-event.h"

#define MAX_MARKS 600

/*
 * The libraries' own leaks: the name of a stream and of a clock, and the rows of each stream
 * once they are merged. The sanitizer looks these functions up.
 */
PLUGIN_ENTRY const char *__lsan_default_suppressions(void);
PLUGIN_ENTRY const char *__lsan_default_options(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:kshark_add_stream\nleak:tepdata_load_entries\nleak:vsscanf\n";
}

const char *__lsan_default_options(void)
{
	return "print_suppressions=0";
}

/* What is drawn is not looked at here. */
void plugin_draw(struct kshark_cpp_argv *arguments, int stream_id, int id, int action)
{
	(void)arguments;
	(void)stream_id;
	(void)id;
	(void)action;
}

static struct kshark_entry entries[MAX_MARKS];
static size_t nr_entries;
static struct marks marks;

static int begin(void **state)
{
	(void)state;
	marks_free(&marks);
	nr_entries = 0;
	return 0;
}

static struct kshark_entry *new_entry(int64_t ts, int cpu, int pid)
{
	struct kshark_entry *entry = &entries[nr_entries++];

	assert_true(nr_entries <= MAX_MARKS);
	*entry = (struct kshark_entry){
		.visible = 0xff, .cpu = (int16_t)cpu, .pid = pid, .ts = ts,
		.offset = 1000 + (int64_t)nr_entries,
	};
	return entry;
}

static struct kshark_entry *decide(int64_t ts, int mgid, const char *zone)
{
	struct trace_event event = { .is_decision = true };
	struct kshark_entry *entry = new_entry(ts, 0, 7);

	event.decision.mgid = mgid;
	snprintf(event.decision.zone, sizeof(event.decision.zone), "%s", zone);
	snprintf(event.decision.device, sizeof(event.decision.device), "-");
	assert_int_equal(marks_add(&marks, &event, entry), 0);
	return entry;
}

static struct kshark_entry *change(enum change_kind kind, int64_t ts, uint64_t duration_ns,
				   int result, int mgid, const char *device)
{
	struct trace_event event = { .change = {
		.kind = kind, .mgid = mgid, .duration_ns = duration_ns, .result = result,
		.zone = "Movable",
	} };
	struct kshark_entry *entry = new_entry(ts, 0, 7);

	snprintf(event.change.device, sizeof(event.change.device), "%s", device);
	assert_int_equal(marks_add(&marks, &event, entry), 0);
	return entry;
}

struct seen {
	const struct mark *mark;
	int first, last;
};

static struct seen seen[MAX_MARKS];
static size_t nr_seen;

static void see(const struct mark *mark, int first_bin, int last_bin, void *context)
{
	assert_ptr_equal(context, seen);
	assert_true(nr_seen < MAX_MARKS);
	seen[nr_seen++] = (struct seen){ mark, first_bin, last_bin };
}

/* From time @min, @n_bins bins of @bin_size. */
static void show(int64_t min, int64_t bin_size, int n_bins, bool is_task, int id)
{
	const struct kshark_trace_histo histo = {
		.min = min, .max = min + bin_size * n_bins, .bin_size = bin_size,
		.n_bins = n_bins,
	};
	const struct mark_lane lane = { .is_task = is_task, .id = id };

	nr_seen = 0;
	marks_show(&marks, &histo, &lane, see, seen);
}

static void assert_seen(size_t i, const struct kshark_entry *entry, int first, int last)
{
	assert_true(i < nr_seen);
	assert_ptr_equal(seen[i].mark->entry, entry);
	assert_int_equal(seen[i].first, first);
	assert_int_equal(seen[i].last, last);
}

static void decisions_are_where_their_time_is(void **state)
{
	struct kshark_entry *late, *early, *none;

	(void)state;
	/* One CPU is read after the other. */
	late = decide(195, 1, "Normal");
	early = decide(100, 0, "Movable");
	none = decide(155, -1, "none");
	decide(99, 0, "Movable");
	decide(301, 0, "Movable");
	show(100, 10, 20, false, 0);
	assert_int_equal(nr_seen, 3);
	assert_seen(0, early, 0, 0);
	assert_seen(1, none, 5, 5);
	assert_seen(2, late, 9, 9);
	assert_int_equal(seen[0].mark->zone, MARK_MOVABLE);
	assert_int_equal(seen[1].mark->zone, MARK_NO_ZONE);
	assert_int_equal(seen[2].mark->zone, MARK_NORMAL);
	assert_int_equal(seen[2].mark->kind, MARK_DECISION);
	show(100, 10, 20, false, 1);
	assert_int_equal(nr_seen, 0);
	/* The last moment has no bin of its own. */
	decide(300, 0, "DMA32");
	show(100, 10, 20, false, 0);
	assert_int_equal(nr_seen, 4);
	assert_int_equal(seen[3].last, 19);
	assert_int_equal(seen[3].mark->zone, MARK_DMA);
}

static void operations_end_with_their_event(void **state)
{
	struct kshark_entry *inside, *from_before, *to_after, *around, *failed;

	(void)state;
	inside = change(CHANGE_ONLINE, 150, 20, 0, 0, "d");
	from_before = change(CHANGE_OFFLINE, 120, 100, 0, 0, "d");
	to_after = change(CHANGE_ONLINE, 340, 50, 0, 0, "d");
	around = change(CHANGE_ONLINE, 1000, 1000, 0, 0, "d");
	failed = change(CHANGE_OFFLINE, 200, 10, -EBUSY, 0, "d");
	change(CHANGE_ONLINE, 90, 20, 0, 0, "d");
	change(CHANGE_ONLINE, 400, 20, 0, 0, "d");
	show(100, 10, 20, false, 0);
	assert_int_equal(nr_seen, 5);
	assert_seen(0, from_before, 0, 2);
	assert_seen(1, inside, 3, 5);
	assert_seen(2, failed, 9, 10);
	assert_seen(3, to_after, 19, 19);
	assert_seen(4, around, 0, 19);
	assert_true(seen[2].mark->failed);
	assert_int_equal(seen[2].mark->kind, MARK_OFFLINE);
	assert_false(seen[0].mark->failed);
}

static void same_looks_are_drawn_once(void **state)
{
	struct kshark_entry *first;
	int i;

	(void)state;
	first = decide(101, 0, "Movable");
	for (i = 0; i < 5; i++)
		decide(102 + i, 0, "Movable");
	decide(108, 0, "Normal");
	change(CHANGE_ONLINE, 109, 3, 0, 0, "d");
	change(CHANGE_ONLINE, 109, 3, -ENOMEM, 0, "d");
	change(CHANGE_ONLINE, 109, 30, 0, 0, "d");
	decide(111, 0, "Movable");
	show(100, 10, 20, false, 0);
	assert_int_equal(nr_seen, 5);
	assert_seen(0, first, 0, 0);
	assert_int_equal(seen[1].mark->zone, MARK_NORMAL);
	assert_int_equal(seen[2].mark->kind, MARK_ONLINE);
	assert_true(seen[3].mark->failed);
	assert_int_equal(seen[4].last, 1);
	/* Nearer, all are. */
	show(100, 1, 20, false, 0);
	assert_int_equal(nr_seen, 11);
}

static void each_group_is_a_lane(void **state)
{
	const struct kshark_entry *zero, *one;

	(void)state;
	zero = decide(110, 0, "Movable");
	one = decide(120, 1, "Movable");
	decide(130, -1, "Movable");
	show(100, 10, 20, true, MARK_GROUP_TASK);
	assert_int_equal(nr_seen, 1);
	assert_seen(0, zero, 1, 1);
	show(100, 10, 20, true, marks_group_task(1));
	assert_int_equal(nr_seen, 1);
	assert_seen(0, one, 2, 2);
	/* The task that did it has a lane as well. */
	show(100, 10, 20, true, 7);
	assert_int_equal(nr_seen, 3);
	show(100, 10, 20, true, 8);
	assert_int_equal(nr_seen, 0);
	/* What has no group is on no such lane. */
	show(100, 10, 20, true, -1);
	assert_int_equal(nr_seen, 0);
	assert_int_equal(marks_group_task(-1), -1);
	assert_int_equal(marks_group_task(INT_MAX), -1);
	assert_int_equal(marks_group_task(INT_MAX - MARK_GROUP_TASK), INT_MAX);
}

static void groups_get_the_names_of_devices(void **state)
{
	(void)state;
	assert_null(marks_group(&marks, 3));
	change(CHANGE_REGISTER, 1, 0, 0, 3, "-");
	assert_string_equal(marks_group(&marks, 3)->name, "group");
	change(CHANGE_ONLINE, 2, 0, 0, 3, "virtio0");
	assert_string_equal(marks_group(&marks, 3)->name, "virtio0");
	change(CHANGE_UNREGISTER, 3, 0, 0, 3, "-");
	assert_string_equal(marks_group(&marks, 3)->name, "virtio0");
	change(CHANGE_REGISTER, 4, 0, 0, 4, "a\n\x01\xff\x7f z");
	assert_string_equal(marks_group(&marks, 4)->name, "a???? z");
	change(CHANGE_REGISTER, 5, 0, 0, 5, "twelve bytes and twenty more of it");
	assert_int_equal(strlen(marks_group(&marks, 5)->name), 32);
	change(CHANGE_ONLINE, 6, 0, 0, -1, "-");
	change(CHANGE_REGISTER, 7, 0, 0, 0, "first");
	assert_int_equal(marks.nr_groups, 4);
	assert_string_equal(marks_group(&marks, 0)->name, "first");
	assert_string_equal(marks_group(&marks, 3)->name, "virtio0");
	assert_null(marks_group(&marks, 1));
	assert_null(marks_group(&marks, 6));
	/* Groups are not drawn themselves. */
	assert_int_equal(marks.nr, 2);
}

static void what_is_filtered_out_is_not_drawn(void **state)
{
	struct kshark_entry *entry;

	(void)state;
	entry = decide(110, 0, "Normal");
	entry->visible &= (uint16_t)~KS_GRAPH_VIEW_FILTER_MASK;
	show(100, 10, 20, false, 0);
	assert_int_equal(nr_seen, 0);
	assert_null(marks_next(&marks, &(struct kshark_entry){ .ts = 0 }));
	entry->visible = 0xff & ~KS_TEXT_VIEW_FILTER_MASK;
	show(100, 10, 20, false, 0);
	assert_int_equal(nr_seen, 1);
	assert_null(marks_next(&marks, &(struct kshark_entry){ .ts = 0 }));
	assert_null(marks_previous(&marks, &(struct kshark_entry){ .ts = 1000 }));
}

static void jumps_go_to_notable_ones(void **state)
{
	const struct kshark_entry *stops[4];
	struct kshark_entry at = { .ts = 0 };
	size_t i;

	(void)state;
	decide(100, 0, "Movable");
	stops[0] = decide(110, 0, "Normal");
	stops[1] = decide(110, 0, "DMA");	/* at the same time */
	change(CHANGE_ONLINE, 120, 5, 0, 0, "d");
	stops[2] = change(CHANGE_ONLINE, 130, 5, -ENOMEM, 0, "d");
	decide(135, 0, "none");
	stops[3] = change(CHANGE_OFFLINE, 140, 5, -EBUSY, 0, "d");
	decide(150, 0, "Movable");
	for (i = 0; i < 4; i++) {
		const struct mark *mark = marks_next(&marks, &at);

		assert_non_null(mark);
		assert_ptr_equal(mark->entry, stops[i]);
		at = *mark->entry;
	}
	assert_null(marks_next(&marks, &at));
	at.ts = INT64_MAX;
	for (i = 4; i--;) {
		const struct mark *mark = marks_previous(&marks, &at);

		assert_non_null(mark);
		assert_ptr_equal(mark->entry, stops[i]);
		at = *mark->entry;
	}
	assert_null(marks_previous(&marks, &at));
}

/* To ask for a preview is no decision. */
static void previews_are_not_notable(void **state)
{
	struct trace_event event = { .is_decision = true, .decision = {
		.preview = true, .zone = "Normal", .device = "-", .mgid = -1 } };

	(void)state;
	assert_int_equal(marks_add(&marks, &event, new_entry(110, 0, 7)), 0);
	show(100, 10, 20, false, 0);
	assert_int_equal(nr_seen, 1);
	assert_int_equal(seen[0].mark->kind, MARK_PREVIEW);
	assert_false(mark_is_notable(seen[0].mark));
}

static void reading_again_begins_anew(void **state)
{
	const int64_t first = 1001;
	struct kshark_entry *again;

	(void)state;
	decide(110, 0, "Normal");
	change(CHANGE_ONLINE, 120, 1000, 0, 0, "d");
	decide(130, 0, "Normal");
	assert_int_equal(marks.nr, 3);
	again = new_entry(210, 0, 7);
	again->offset = first;
	assert_int_equal(marks_add(&marks, &(struct trace_event){
		.is_decision = true, .decision = { .zone = "Normal", .mgid = 0 } }, again), 0);
	assert_int_equal(marks.nr, 1);
	assert_int_equal(marks.longest_ns, 0);
	show(100, 10, 20, false, 0);
	assert_int_equal(nr_seen, 1);
	assert_seen(0, again, 11, 11);
	assert_int_equal(marks.nr_groups, 1);
}

static void impossible_numbers_do_no_harm(void **state)
{
	(void)state;
	change(CHANGE_ONLINE, 150, UINT64_MAX, 0, 0, "d");
	change(CHANGE_ONLINE, INT64_MIN, UINT64_MAX, -1, INT_MAX, "d");
	change(CHANGE_ONLINE, INT64_MAX, 0, INT_MIN, INT_MIN, "d");
	change(CHANGE_ONLINE, INT64_MAX, UINT64_MAX, INT_MIN, 0, "d");
	show(100, 10, 20, false, 0);
	assert_int_equal(nr_seen, 2);
	assert_int_equal(seen[0].first, 0);
	show(INT64_MIN, INT64_MAX, 1, false, 0);
	show(INT64_MAX - 10, 10, 1, false, 0);
	/* Before there is data, a histogram is empty. */
	show(100, 0, 20, false, 0);
	assert_int_equal(nr_seen, 0);
	show(100, 10, 0, false, 0);
	assert_int_equal(nr_seen, 0);
	marks_free(&marks);
	show(100, 10, 20, false, 0);
	assert_int_equal(nr_seen, 0);
}

static uint64_t seed;

static unsigned int below(unsigned int limit)
{
	/* xorshift64* */
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (unsigned int)((seed * 0x2545f4914f6cdd1dULL) >> 33) % limit;
}

static void add_random_mark(void)
{
	static const char *const zones[] = { "Movable", "Normal", "DMA32", "none" };
	struct kshark_entry *entry;

	if (below(2))
		entry = decide(below(2000), (int)below(3) - 1, zones[below(4)]);
	else
		entry = change(below(2) ? CHANGE_ONLINE : CHANGE_OFFLINE, below(2000),
			       below(10) ? below(50) : below(3000), below(5) ? 0 : -EBUSY,
			       (int)below(3) - 1, "d");
	if (!below(5))
		entry->visible = 0;
}

/* Is the mark to be seen, and if so, where? By the definition alone. */
static bool has_bins(const struct mark *mark, int64_t min, int64_t size, int n, int mgid,
		     int *first, int *last)
{
	const bool operation = mark->kind == MARK_ONLINE || mark->kind == MARK_OFFLINE;
	const int64_t end = mark->entry->ts, max = min + size * n;
	const int64_t from = operation ? end - (int64_t)mark->duration_ns : end;

	if (end < min || from > max || !mark->entry->visible || mark->mgid != mgid)
		return false;
	*first = from <= min ? 0 : (int)((from - min) / size);
	*last = (int)((end - min) / size);
	*first = *first < n ? *first : n - 1;
	*last = *last < n ? *last : n - 1;
	return true;
}

static bool is_seen(const struct mark *mark, int first, int last)
{
	size_t i;

	for (i = 0; i < nr_seen; i++)
		if (seen[i].first == first && seen[i].last == last &&
		    seen[i].mark->kind == mark->kind && seen[i].mark->zone == mark->zone &&
		    seen[i].mark->failed == mark->failed)
			return true;
	return false;
}

static void check_random_view(void)
{
	const int64_t min = below(2000), size = 1 + below(40);
	const int n = 1 + (int)below(50), mgid = (int)below(2);
	int first, last;
	size_t i;

	show(min, size, n, true, MARK_GROUP_TASK + mgid);
	for (i = 0; i < marks.nr; i++)
		if (has_bins(&marks.list[i], min, size, n, mgid, &first, &last))
			assert_true(is_seen(&marks.list[i], first, last));
	for (i = 0; i < nr_seen; i++) {
		assert_true(has_bins(seen[i].mark, min, size, n, mgid, &first, &last));
		assert_int_equal(seen[i].first, first);
		assert_int_equal(seen[i].last, last);
	}
}

static void check_random_jump(void)
{
	const struct kshark_entry at = { .ts = below(2200), .offset = 1000 + below(600) };
	const struct mark *next = NULL, *previous = NULL;
	size_t i;

	for (i = 0; i < marks.nr; i++) {
		const struct mark *mark = &marks.list[i];
		const int order = marks_compare(mark->entry, &at);

		if (!mark_is_notable(mark) || !mark->entry->visible)
			continue;
		if (order > 0 && (!next || marks_compare(mark->entry, next->entry) < 0))
			next = mark;
		if (order < 0 && (!previous || marks_compare(mark->entry, previous->entry) > 0))
			previous = mark;
	}
	assert_ptr_equal(marks_next(&marks, &at), next);
	assert_ptr_equal(marks_previous(&marks, &at), previous);
}

static void random_marks_are_all_shown(void **state)
{
	const char *given = getenv("SEED");
	int round, i;

	seed = given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);
	print_message("# SEED=%llu\n", (unsigned long long)seed);
	seed = seed * 2 + 1;
	for (round = 0; round < 300; round++) {
		begin(state);
		for (i = (int)below(100); i >= 0; i--)
			add_random_mark();
		for (i = 0; i < 20; i++) {
			check_random_view();
			check_random_jump();
		}
	}
}

/* The plugin as KernelShark knows it. */
static char plugin_name[] = "memgroup";
static struct kshark_dpi plugin = {
	.name = plugin_name, .init = KSHARK_PLOT_PLUGIN_INITIALIZER,
	.close = KSHARK_PLOT_PLUGIN_DEINITIALIZER,
};

static struct kshark_context *context;
static struct kshark_entry **rows;
static ssize_t nr_rows;

static void open_stream(const char *file)
{
	const int stream_id = kshark_open(context, file);
	struct kshark_data_stream *stream;

	assert_true(stream_id >= 0);
	stream = kshark_get_data_stream(context, stream_id);
	kshark_register_plugin_to_stream(stream, &plugin, true);
	assert_int_equal(kshark_handle_all_dpis(stream, KSHARK_PLUGIN_INIT), 1);
}

static void forget_rows(void)
{
	while (nr_rows > 0)
		free(rows[--nr_rows]);
	free(rows);
	rows = NULL;
}

static void load(void)
{
	forget_rows();
	nr_rows = kshark_load_all_entries(context, &rows);
	assert_true(nr_rows > 0);
}

/* dimms.dat without the events: their system has another name there. */
static char *without_events(void)
{
	char folder[] = "/tmp/kernelshark-data.XXXXXX";
	char *command, *file;

	assert_non_null(mkdtemp(folder));
	assert_true(asprintf(&file, "%s/other.dat", folder) > 0);
	assert_true(asprintf(&command, "trace-cmd convert -i '%s/dimms.dat' -o '%s/plain.dat' --file-version 6 >'%s/log' 2>&1 && "
			     "sed s/memory_hotplug/memory_hotplux/g '%s/plain.dat' >'%s'",
			     RECORDINGS, folder, folder, folder, file) > 0);
	assert_int_equal(system(command), 0);
	free(command);
	return file;
}

static void remove_folder_of(char *file)
{
	static const char *const names[] = { "other.dat", "plain.dat", "log" };
	const size_t len = strlen(file) - strlen(names[0]);
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		strcpy(file + len, names[i]);
		assert_int_equal(unlink(file), 0);
	}
	file[len - 1] = '\0';
	assert_int_equal(rmdir(file), 0);
	free(file);
}

static int open_session(void **state)
{
	(void)state;
	context = NULL;
	return !kshark_instance(&context);
}

static int close_session(void **state)
{
	(void)state;
	forget_rows();
	kshark_close_all(context);
	kshark_free(context);
	/* KernelShark says so when it ends. */
	KSHARK_PLOT_PLUGIN_DEINITIALIZER(&(struct kshark_data_stream){
		.stream_id = KS_PLUGIN_CONTEXT_FREE });
	return 0;
}

struct counts {
	size_t movable, kernel, operations, others;
};

static struct counts count(const struct marks *of)
{
	struct counts counts = {};
	size_t i;

	for (i = 0; i < of->nr; i++) {
		if (of->list[i].failed || of->list[i].kind == MARK_PREVIEW)
			counts.others++;
		else if (of->list[i].kind != MARK_DECISION)
			counts.operations++;
		else if (of->list[i].zone == MARK_MOVABLE)
			counts.movable++;
		else if (of->list[i].zone == MARK_NORMAL)
			counts.kernel++;
	}
	return counts;
}

/* trace-cmd report counts as many. */
static void assert_dimms(const struct marks *of)
{
	const struct counts counts = count(of);

	assert_int_equal(counts.movable, 96);
	assert_int_equal(counts.kernel, 28);
	assert_int_equal(counts.operations, 123);
	assert_int_equal(counts.others, 0);
	assert_int_equal(of->nr_groups, 4);
}

static void reads_a_recording(void **state)
{
	struct kshark_data_stream *stream;
	const struct marks *of;
	int i;

	(void)state;
	open_stream(RECORDINGS "/dimms.dat");
	load();
	of = plugin_marks(0);
	assert_non_null(of);
	assert_dimms(of);
	stream = kshark_get_data_stream(context, 0);
	for (i = 0; i < 4; i++) {
		char name[16];

		snprintf(name, sizeof(name), "PNP0C80:%02d", i);
		assert_string_equal(marks_group(of, i)->name, name);
		assert_string_equal(tep_data_comm_from_pid(kshark_get_tep(stream),
							   marks_group_task(i)), name);
		assert_true(kshark_hash_id_find(stream->tasks, marks_group_task(i)));
	}
}

static void reads_it_again(void **state)
{
	struct kshark_data_stream *stream;

	(void)state;
	open_stream(RECORDINGS "/dimms.dat");
	load();
	load();
	assert_dimms(plugin_marks(0));
	/* The list of plugins was changed. */
	stream = kshark_get_data_stream(context, 0);
	kshark_handle_all_dpis(stream, KSHARK_PLUGIN_UPDATE);
	load();
	assert_dimms(plugin_marks(0));
	assert_ptr_equal(stream->draw_handlers->draw_func, plugin_draw);
	assert_null(stream->draw_handlers->next);
	kshark_handle_all_dpis(stream, KSHARK_PLUGIN_CLOSE);
	assert_null(plugin_marks(0));
	assert_null(stream->draw_handlers);
	assert_null(stream->event_handlers);
}

static void jumps_in_a_recording(void **state)
{
	const struct kshark_entry *at;
	struct kshark_entry from = { .ts = 0 };
	size_t kernel = 0;
	char *text;

	(void)state;
	open_stream(RECORDINGS "/dimms.dat");
	load();
	at = plugin_seek(&from, true);
	assert_non_null(at);
	text = plugin_words(at);
	assert_non_null(text);
	assert_string_equal(text, "block 144 of PNP0C80:03 (group 3, node 0) -> Normal: system_ratio. "
			    "12 GiB count as MOVABLE; 4 GiB more would exceed the 12.04 GiB that 4 GiB of kernel memory allow in the system at 301%.");
	free(text);
	for (; at; at = plugin_seek(&from, true)) {
		from = *at;
		kernel++;
	}
	assert_int_equal(kernel, 28);
	for (; plugin_seek(&from, false); from = *plugin_seek(&from, false))
		kernel--;
	assert_int_equal(kernel, 1);
}

static void has_words_for_events(void **state)
{
	size_t i, with_words = 0;

	(void)state;
	open_stream(RECORDINGS "/dimms.dat");
	load();
	for (i = 0; i < (size_t)nr_rows; i++) {
		char *text = plugin_words(rows[i]);

		with_words += text != NULL;
		free(text);
	}
	assert_int_equal(with_words, (size_t)nr_rows);
	assert_null(plugin_words(&(struct kshark_entry){ .event_id = KS_EVENT_OVERFLOW }));
	assert_null(plugin_words(&(struct kshark_entry){ .stream_id = 9 }));
	/* Nothing is there. */
	assert_null(plugin_words(&(struct kshark_entry){ .offset = INT64_MAX }));
}

static void leaves_other_traces_alone(void **state)
{
	char *file = without_events();
	struct kshark_data_stream *stream;
	struct kshark_entry from = { .ts = 0 };

	(void)state;
	open_stream(file);
	load();
	stream = kshark_get_data_stream(context, 0);
	assert_null(plugin_marks(0));
	assert_null(stream->draw_handlers);
	assert_null(stream->event_handlers);
	assert_null(plugin_seek(&from, true));
	assert_null(plugin_words(rows[0]));
	assert_null(plugin_marks(-1));
	assert_null(plugin_marks(100000));
	remove_folder_of(file);
}

static void streams_are_kept_apart(void **state)
{
	char *file = without_events();
	struct kshark_entry from = { .ts = 0 };
	const struct kshark_entry *first, *second;

	(void)state;
	open_stream(RECORDINGS "/dimms.dat");
	open_stream(file);
	open_stream(RECORDINGS "/dimms.dat");
	load();
	assert_dimms(plugin_marks(0));
	assert_null(plugin_marks(1));
	assert_dimms(plugin_marks(2));
	/* Both have the same times. */
	first = plugin_seek(&from, true);
	assert_int_equal(first->stream_id, 0);
	second = plugin_seek(first, true);
	assert_int_equal(second->stream_id, 2);
	assert_int_equal(second->ts, first->ts);
	assert_ptr_equal(plugin_seek(second, false), first);
	/* As "Add Time Offset" does. */
	kshark_set_clock_offset(context, rows, (size_t)nr_rows, 0, 1000);
	first = plugin_seek(&from, true);
	assert_int_equal(first->stream_id, 2);
	remove_folder_of(file);
}

int main(void)
{
	const struct CMUnitTest made_up[] = {
		cmocka_unit_test_setup(decisions_are_where_their_time_is, begin),
		cmocka_unit_test_setup(operations_end_with_their_event, begin),
		cmocka_unit_test_setup(same_looks_are_drawn_once, begin),
		cmocka_unit_test_setup(each_group_is_a_lane, begin),
		cmocka_unit_test_setup(groups_get_the_names_of_devices, begin),
		cmocka_unit_test_setup(what_is_filtered_out_is_not_drawn, begin),
		cmocka_unit_test_setup(jumps_go_to_notable_ones, begin),
		cmocka_unit_test_setup(previews_are_not_notable, begin),
		cmocka_unit_test_setup(reading_again_begins_anew, begin),
		cmocka_unit_test_setup(impossible_numbers_do_no_harm, begin),
		cmocka_unit_test_setup_teardown(random_marks_are_all_shown, begin, begin),
#define RECORDED(test) cmocka_unit_test_setup_teardown(test, open_session, close_session)
		RECORDED(reads_a_recording),
		RECORDED(reads_it_again),
		RECORDED(jumps_in_a_recording),
		RECORDED(has_words_for_events),
		RECORDED(leaves_other_traces_alone),
		RECORDED(streams_are_kept_apart),
	};

	return cmocka_run_group_tests_name("kernelshark-data", made_up, NULL, NULL);
}
