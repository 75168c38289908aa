// SPDX-License-Identifier: GPL-2.0
/* memgroup-stat trace: what happened in a recording of trace-cmd, in numbers. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "extra.h"
#include "recording-notes.h"
#include "replace-file.h"
#include "summary-file.h"
#include "trace-plot.h"
#include "trace-summary.h"
#include "units.h"
#include "views.h"

static struct {
	const char *svg;	/* name of a file, "-" for standard output */
} args;

/* What the tables are about. */
struct trace {
	struct trace_summary summary;
	struct recording recording;
	struct summary_reason zones[SUMMARY_REASONS_MAX];
	size_t nr_zones;
	char errors[SUMMARY_OPERATIONS_MAX][16];	/* words for results */
	char nodes[SUMMARY_DOMAINS_MAX][16];		/* and for domains */
};

static struct value in_bytes(const struct trace *trace, uint64_t pages)
{
	uint64_t bytes;

	if (__builtin_mul_overflow(pages, trace->recording.page_bytes, &bytes))
		return value_none();
	return value_bytes(bytes);
}

static struct value opt_word(bool none, const char *word)
{
	return none || !*word || !strcmp(word, "-") ? value_none() : value_text(word);
}

static struct value opt_number(int number)
{
	return number < 0 ? value_none() : value_number((uint64_t)number);
}

/* In people's tables the row for all that was too much has a name. */
static struct value or_rest(bool rest, struct value value)
{
	return rest ? value_text("(others)") : value;
}

/* Decisions by zone, and by zone and reason */

static const struct summary_reason *zone_of(const void *data, size_t row)
{
	return &((const struct trace *)data)->zones[row];
}

static const struct summary_reason *reason_of(const void *data, size_t row)
{
	return &((const struct trace *)data)->summary.reasons[row];
}

/* Defines getters of the reason "r", of one that is all reasons for a zone, too. */
#define REASON(name, expression)					\
static struct value zone_##name(const void *data, size_t row)		\
{									\
	const struct summary_reason *r = zone_of(data, row);		\
									\
	(void)data;							\
	return expression;						\
}									\
									\
static struct value reason_##name(const void *data, size_t row)	\
{									\
	const struct summary_reason *r = reason_of(data, row);		\
									\
	(void)data;							\
	return expression;						\
}

REASON(zone, opt_word(r->rest, r->zone))
REASON(zone_cell, or_rest(r->rest, value_text(r->zone)))
REASON(decisions, value_number(r->decisions))
REASON(previews, value_number(r->previews))
REASON(size, in_bytes(data, r->pages))

static struct value reason(const void *data, size_t row)
{
	const struct summary_reason *r = reason_of(data, row);

	return opt_word(r->rest, r->reason);
}

static const struct column zone_columns[] = {
	{ "ZONE", NULL, "zone that was chosen", false, zone_zone_cell },
	{ NULL, "zone", NULL, false, zone_zone },
	{ "DECISIONS", "decisions", "how often", true, zone_decisions },
	{ "PREVIEWS", "previews", "how often as the answer to a question", true,
	  zone_previews },
	{ "SIZE", "size_bytes", "memory that was decided on", true, zone_size },
};

static const struct column reason_columns[] = {
	{ "ZONE", NULL, "zone that was chosen", false, reason_zone_cell },
	{ NULL, "zone", NULL, false, reason_zone },
	{ "REASON", "reason", "the rule that decided", false, reason },
	{ "DECISIONS", "decisions", "how often", true, reason_decisions },
	{ "PREVIEWS", "previews", "how often as the answer to a question", true,
	  reason_previews },
	{ "SIZE", "size_bytes", "memory that was decided on", true, reason_size },
};

static size_t zone_rows(const void *data)
{
	return ((const struct trace *)data)->nr_zones;
}

static size_t reason_rows(const void *data)
{
	return ((const struct trace *)data)->summary.nr_reasons;
}

static const struct table zone_table = {
	.name = "zones",
	.columns = zone_columns,
	.nr_columns = ARRAY_SIZE(zone_columns),
	.rows = zone_rows,
	.list = "ZONE,DECISIONS,PREVIEWS,SIZE",
};

static const struct table reason_table = {
	.name = "decisions",
	.columns = reason_columns,
	.nr_columns = ARRAY_SIZE(reason_columns),
	.rows = reason_rows,
	.list = "ZONE,REASON,DECISIONS,PREVIEWS,SIZE",
};

/* Blocks that went online and offline */

/* Defines a getter of the operation "o". */
#define OPERATION(name, expression)					\
static struct value name(const void *data, size_t row)			\
{									\
	const struct trace *trace = data;				\
	const struct summary_operation *o = trace->summary.operations[row]; \
									\
	return expression;						\
}

static const char *operation_name(const struct summary_operation *o)
{
	return o->kind == CHANGE_ONLINE ? "online" : "offline";
}

static struct value quantile(const struct summary_operation *o, unsigned int thousandths)
{
	return value_duration(histogram_quantile(&o->latency, thousandths));
}

OPERATION(operation, o->rest ? value_none() : value_text(operation_name(o)))
OPERATION(operation_cell, or_rest(o->rest, value_text(operation_name(o))))
OPERATION(operation_zone, opt_word(o->rest, o->zone))
OPERATION(result_word, o->rest ? value_none() : value_text(trace->errors[row]))
OPERATION(blocks, value_number(o->latency.total))
OPERATION(least, value_duration(o->least_ns))
OPERATION(p50, quantile(o, 500))
OPERATION(p90, quantile(o, 900))
OPERATION(p99, quantile(o, 990))
OPERATION(most, value_duration(o->latency.max))

static const struct column operation_columns[] = {
	{ "OPERATION", NULL, "online or offline", false, operation_cell },
	{ NULL, "operation", NULL, false, operation },
	{ "ZONE", "zone", "zone of the block", false, operation_zone },
	{ "RESULT", "result", "done, or the error", false, result_word },
	{ "BLOCKS", "blocks", "how many memory blocks", true, blocks },
	{ "MIN", "min_ns", "the shortest time that it took", true, least },
	{ "P50", "p50_ns", "half of them took no longer", true, p50 },
	{ "P90", "p90_ns", "90 of a hundred took no longer", true, p90 },
	{ "P99", "p99_ns", "99 of a hundred took no longer", true, p99 },
	{ "MAX", "max_ns", "the longest time", true, most },
};

static size_t operation_rows(const void *data)
{
	return ((const struct trace *)data)->summary.nr_operations;
}

static const struct table operation_table = {
	.name = "operations",
	.columns = operation_columns,
	.nr_columns = ARRAY_SIZE(operation_columns),
	.rows = operation_rows,
	.list = "OPERATION,ZONE,RESULT,BLOCKS,MIN,P50,P90,P99,MAX",
};

/* Devices */

/* Defines a getter of the device "d". */
#define DEVICE(name, expression)					\
static struct value name(const void *data, size_t row)			\
{									\
	const struct trace *trace = data;				\
	const struct summary_device *d = &trace->summary.devices[row];	\
									\
	return expression;						\
}

DEVICE(device, opt_word(d->rest, d->name))
DEVICE(device_cell, or_rest(d->rest, opt_word(false, d->name)))
DEVICE(id, opt_number(d->mgid))
DEVICE(node, opt_number(d->node))
DEVICE(decided_movable, value_number(d->movable))
DEVICE(decided_kernel, value_number(d->kernel))
DEVICE(device_previews, value_number(d->previews))
DEVICE(onlined, value_number(d->onlined))
DEVICE(offlined, value_number(d->offlined))
DEVICE(failed, value_number(d->failed))
DEVICE(slowest, d->onlined || d->offlined || d->failed ?
	value_duration(d->slowest_ns) : value_none())
DEVICE(last_reason, opt_word(d->rest, d->last_reason))

static const struct column device_columns[] = {
	{ "DEVICE", NULL, "device that the memory belongs to", false, device_cell },
	{ NULL, "device", NULL, false, device },
	{ "ID", "id", "number of its memory group, the last one", true, id },
	{ "NODE", "node", "NUMA node", true, node },
	{ "DECIDED-MOVABLE", "decided_movable", "decisions for ZONE_MOVABLE", true,
	  decided_movable },
	{ "DECIDED-KERNEL", "decided_kernel", "decisions for a kernel zone", true,
	  decided_kernel },
	{ "PREVIEWS", "previews", "answers to a question", true, device_previews },
	{ "ONLINED", "onlined", "blocks that went online", true, onlined },
	{ "OFFLINED", "offlined", "blocks that went offline", true, offlined },
	{ "FAILED", "failed", "blocks that did not, by an error", true, failed },
	{ "SLOWEST", "slowest_ns", "the longest time that a block took", true, slowest },
	{ "LAST-REASON", "last_reason", "reason of the last decision", false, last_reason },
};

static size_t device_rows(const void *data)
{
	return ((const struct trace *)data)->summary.nr_devices;
}

static const struct table device_table = {
	.name = "devices",
	.columns = device_columns,
	.nr_columns = ARRAY_SIZE(device_columns),
	.rows = device_rows,
	.list = "DEVICE,DECIDED-MOVABLE,DECIDED-KERNEL,ONLINED,OFFLINED,FAILED,SLOWEST",
};

/* What decisions compared */

/* Defines a getter of the domain "d". */
#define DOMAIN(name, expression)					\
static struct value name(const void *data, size_t row)			\
{									\
	const struct trace *trace = data;				\
	const struct summary_domain *d = &trace->summary.domains[row];	\
									\
	(void)trace, (void)d;						\
	return expression;						\
}

static struct value ratio_value(const struct summary_numbers *numbers)
{
	const uint64_t tenths = summary_ratio(numbers);

	if (tenths == UINT64_MAX)
		return (struct value){ .kind = VALUE_INFINITE };
	return (struct value){ .kind = VALUE_TENTHS, .number = tenths };
}

DOMAIN(domain_cell, value_text(trace->nodes[row]))
DOMAIN(domain_node, opt_number(d->node))
DOMAIN(domain_decisions, value_number(d->decisions))
DOMAIN(early, in_bytes(trace, d->last.early_kernel))
DOMAIN(movable, in_bytes(trace, d->last.movable))
DOMAIN(limit, in_bytes(trace, d->last.limit))
DOMAIN(ratio, ratio_value(&d->last))
DOMAIN(least_ratio, ratio_value(&d->least_ratio))
DOMAIN(most_ratio, ratio_value(&d->most_ratio))
DOMAIN(headroom, in_bytes(trace, summary_headroom(&d->last)))
DOMAIN(least_headroom, in_bytes(trace, summary_headroom(&d->least_headroom)))
DOMAIN(most_headroom, in_bytes(trace, summary_headroom(&d->most_headroom)))

static const struct column domain_columns[] = {
	{ "DOMAIN", NULL, "whose numbers: the system, or a node", false, domain_cell },
	{ NULL, "node", NULL, true, domain_node },
	{ "DECISIONS", "decisions", "how many decisions compared them", true,
	  domain_decisions },
	{ "EARLY-KERNEL", "early_kernel_bytes", "kernel memory that counted for the last one",
	  true, early },
	{ "MOVABLE", "movable_bytes", "MOVABLE memory that counted for it", true, movable },
	{ "LIMIT", "limit_bytes", "the most that it allowed", true, limit },
	{ "RATIO", "ratio_percent", "MOVABLE to EARLY-KERNEL for it", true, ratio },
	{ "MIN-RATIO", "min_ratio_percent", "the least of all", true, least_ratio },
	{ "MAX-RATIO", "max_ratio_percent", "the most of all", true, most_ratio },
	{ "HEADROOM", "headroom_bytes", "LIMIT without MOVABLE: what was left", true,
	  headroom },
	{ "MIN-HEADROOM", "min_headroom_bytes", "the least of all", true, least_headroom },
	{ "MAX-HEADROOM", "max_headroom_bytes", "the most of all", true, most_headroom },
};

static size_t domain_rows(const void *data)
{
	return ((const struct trace *)data)->summary.nr_domains;
}

static const struct table domain_table = {
	.name = "domains",
	.columns = domain_columns,
	.nr_columns = ARRAY_SIZE(domain_columns),
	.rows = domain_rows,
	.list = "DOMAIN,RATIO,MIN-RATIO,MAX-RATIO,LIMIT,HEADROOM,MIN-HEADROOM",
};

/* The whole of it: one row, for JSON alone */

/* Defines a getter of all of the trace. */
#define TRACE(name, expression)						\
static struct value name(const void *data, size_t row)			\
{									\
	const struct trace *trace = data;				\
									\
	(void)row;							\
	return expression;						\
}

static struct value time_value(const struct trace *trace, uint64_t ns)
{
	return trace->recording.has_clock && trace->recording.records ?
		value_number(ns) : value_none();
}

TRACE(first_ns, time_value(trace, trace->recording.first_ns))
TRACE(last_ns, time_value(trace, trace->recording.last_ns))
TRACE(cpus, opt_number(trace->recording.cpus))
TRACE(records, value_number(trace->recording.records))
TRACE(lost_events, value_number(trace->recording.lost))
TRACE(lost_unknown, value_bool(trace->recording.lost_unknown))
TRACE(gaps, value_number(trace->summary.gaps))
TRACE(all_decisions, value_number(trace->summary.decisions))
TRACE(all_previews, value_number(trace->summary.previews))
TRACE(all_onlined, value_number(trace->summary.onlined))
TRACE(all_offlined, value_number(trace->summary.offlined))
TRACE(all_failed, value_number(trace->summary.failed))
TRACE(registered, value_number(trace->summary.registered))
TRACE(unregistered, value_number(trace->summary.unregistered))
TRACE(other_domains, value_number(trace->summary.other_domains))

static const struct column trace_columns[] = {
	{ NULL, "first_ns", NULL, true, first_ns },
	{ NULL, "last_ns", NULL, true, last_ns },
	{ NULL, "cpus", NULL, true, cpus },
	{ NULL, "records", NULL, true, records },
	{ NULL, "lost", NULL, true, lost_events },
	{ NULL, "lost_unknown", NULL, true, lost_unknown },
	{ NULL, "lost_places", NULL, true, gaps },
	{ NULL, "decisions", NULL, true, all_decisions },
	{ NULL, "previews", NULL, true, all_previews },
	{ NULL, "onlined", NULL, true, all_onlined },
	{ NULL, "offlined", NULL, true, all_offlined },
	{ NULL, "failed", NULL, true, all_failed },
	{ NULL, "registered", NULL, true, registered },
	{ NULL, "unregistered", NULL, true, unregistered },
	{ NULL, "decisions_of_other_domains", NULL, true, other_domains },
};

static const struct table trace_table = {
	.name = "trace",
	.columns = trace_columns,
	.nr_columns = ARRAY_SIZE(trace_columns),
};

static int show_json(FILE *out, const struct trace *trace, struct fault *fault)
{
	const struct {
		const char *name;
		const struct table *table;
	} lists[] = {
		{ "zones", &zone_table }, { "reasons", &reason_table },
		{ "operations", &operation_table }, { "devices", &device_table },
		{ "domains", &domain_table },
	};
	struct document document;
	size_t i;

	document_start(&document, out, false);
	document_open_object(&document, "trace");
	document_add_members(&document, &trace_table, trace, 0);
	for (i = 0; i < ARRAY_SIZE(lists); i++)
		document_add_rows(&document, lists[i].name, lists[i].table, trace, 0,
				  lists[i].table->rows(trace));
	document_close(&document);
	return document_end(&document, fault);
}

static void print_head(FILE *out, const struct trace *trace, const char *lost)
{
	const struct trace_summary *s = &trace->summary;
	const struct recording *r = &trace->recording;
	char span[UNITS_TIME_MAX] = "unknown";

	if (lost)
		fprintf(out, "INCOMPLETE: %s.\n\n", lost);
	if (r->has_clock)
		units_format_time(r->records ? r->last_ns - r->first_ns : 0, span);
	fprintf(out, "Time:      %s, on %d CPU%s%s\n", span, r->cpus, r->cpus == 1 ? "" : "s",
		r->has_clock ? "" : "; the clock of the trace does not count nanoseconds");
	fprintf(out, "Decisions: %" PRIu64 ", and %" PRIu64 " previews\n", s->decisions,
		s->previews);
	fprintf(out, "Blocks:    %" PRIu64 " went online, %" PRIu64 " offline, %" PRIu64
		" failed to\n", s->onlined, s->offlined, s->failed);
	fprintf(out, "Groups:    %" PRIu64 " registered, %" PRIu64 " unregistered\n",
		s->registered, s->unregistered);
}

static int print_tables(FILE *out, const struct trace *trace,
			const struct table_options *options, struct fault *fault)
{
	static const struct {
		const char *heading;
		const struct table *table;
	} parts[] = {
		{ "Decisions by zone", &zone_table },
		{ "Decisions by reason", &reason_table },
		{ "Memory blocks, and how long they took", &operation_table },
		{ "Devices", &device_table },
		{ "Ratio and headroom, as the decisions found them", &domain_table },
	};
	size_t i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(parts) && !err; i++) {
		if (!parts[i].table->rows(trace))
			continue;
		fprintf(out, "\n%s:\n", parts[i].heading);
		err = table_print(out, parts[i].table, trace, NULL, options, fault);
	}
	if (trace->summary.other_domains && !err)
		fprintf(out, "And %" PRIu64 " decisions of more nodes.\n",
			trace->summary.other_domains);
	return err;
}

static int show_svg(FILE *out, const struct trace *trace, const char *lost,
		    struct fault *fault)
{
	const struct trace_plot plot = {
		.summary = &trace->summary, .page_bytes = trace->recording.page_bytes,
		.has_clock = trace->recording.has_clock, .lost = lost,
	};
	char *data = NULL;
	size_t len = 0;
	FILE *file;
	int err;

	if (!strcmp(args.svg, "-"))
		return trace_plot_write(out, &plot, svg_write, fault);
	file = open_memstream(&data, &len);
	if (!file)
		return fault_nomem(fault);
	err = trace_plot_write(file, &plot, svg_write, fault);
	if (fclose(file) && !err)
		err = fault_nomem(fault);
	if (!err)
		err = replace_file(args.svg, data, len, fault);
	free(data);
	return err;
}

/* All of it in words only where there are no columns for scripts. */
static int show(const struct request *request, FILE *out, const struct trace *trace,
		const char *lost, struct fault *fault)
{
	const bool columns = request->columns || request->table.raw;
	int err;

	if (lost && (columns || args.svg))
		request_say_note(lost);
	if (args.svg)
		return show_svg(out, trace, lost, fault);
	if (request->json)
		return show_json(out, trace, fault);
	if (columns)
		return request_show(request, out, "devices", trace, fault);
	print_head(out, trace, lost);
	err = print_tables(out, trace, &request->table, fault);
	return err;
}

/* What the summary has as numbers. */
static void find_words(struct trace *trace)
{
	const struct trace_summary *s = &trace->summary;
	size_t i;

	trace->nr_zones = summary_zones(s, trace->zones);
	for (i = 0; i < s->nr_operations; i++) {
		const int result = s->operations[i]->result;
		/* The smallest of all has no positive counterpart. */
		const char *name = result < 0 && result > -4096 ? strerrorname_np(-result) :
				   NULL;

		if (name || !result)
			strcpy(trace->errors[i], name ? name : "done");
		else
			snprintf(trace->errors[i], sizeof(trace->errors[i]), "%d", result);
	}
	for (i = 0; i < s->nr_domains; i++) {
		if (s->domains[i].node < 0)
			strcpy(trace->nodes[i], "system");
		else
			snprintf(trace->nodes[i], sizeof(trace->nodes[i]), "node %d",
				 s->domains[i].node);
	}
}

static int run(const struct request *request, FILE *out, struct fault *fault)
{
	struct trace *trace;
	char *lost = NULL;
	int err;

	if (!summary_read_file)
		return extra_exec(request->argv, fault);
	trace = calloc(1, sizeof(*trace));
	if (!trace)
		return fault_nomem(fault);
	err = summary_init(&trace->summary, fault);
	if (!err) {
		err = summary_read_file(&trace->summary, request->operands[0],
					&trace->recording, fault) ?:
			recording_lost_note(&lost, &trace->recording, fault);
		if (!err) {
			find_words(trace);
			err = show(request, out, trace, lost, fault);
		}
		summary_free(&trace->summary);
	}
	free(lost);
	free(trace);
	return err;
}

static const struct option_spec options[] = {
	{ "svg", 0, "FILE", "draw headroom over time as SVG; - for standard output" },
	{ NULL, 0, NULL, NULL }
};

static int option(size_t number, const char *value, struct fault *fault)
{
	(void)number;
	(void)fault;
	args.svg = value;
	return 0;
}

static int check(const struct request *request, struct fault *fault)
{
	if (request->nr_operands != 1)
		return fault_set(fault, EINVAL, "trace takes the name of one file");
	if (args.svg && (request->json || request->columns || request->table.raw))
		return fault_set(fault, EINVAL, "--svg draws: it goes without --json and columns");
	return 0;
}

const struct command trace_command = {
	.name = "trace",
	.operands = "FILE",
	.help = "what happened in a recording of trace-cmd, in numbers",
	.details = "--output and --raw print the table of devices alone. Times in the middle of\n"
		   "others (P50 to P99) are at most 1/128 above the true ones.\n",
	.table = &device_table,
	.more_tables = (const struct table *const []){
		&reason_table, &operation_table, &domain_table, NULL
	},
	.options = options,
	.option = option,
	.check = check,
	.run = run,
};
