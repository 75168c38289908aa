// SPDX-License-Identifier: GPL-2.0
/* memgroup-stat why: the decisions that put memory where it is. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "decisions.h"
#include "escape.h"
#include "explain.h"
#include "extra.h"
#include "recording-notes.h"
#include "units.h"
#include "views.h"

/* Blocks beside each other with the same answer. */
struct answer {
	uint64_t first_block, last_block;
	/* The one that says most of all of theirs; NULL: none is known. */
	const struct decision *decision;
	const struct memory_block *block;	/* the first; NULL: not of this system */
	char text[EXPLANATION_MAX];
};

struct answers {
	struct answer *list;
	size_t nr, room;
	const struct model *model;	/* NULL: only decisions are known */
	uint64_t page_bytes;
};

/* Which blocks were asked about. */
struct wanted {
	uint64_t first, last;
	const char *device;		/* NULL: by number */
	size_t found;
};

static struct {
	bool history;
	const char *instance;	/* of a trace */
} args;

/* The columns, for --output and JSON */

static const struct answer *answer_of(const void *data, size_t row)
{
	return &((const struct answers *)data)->list[row];
}

static const struct group *group_of(const void *data, size_t row)
{
	const struct answers *answers = data;
	const struct memory_block *b = answers->list[row].block;

	return b && b->group != NO_GROUP ? &answers->model->groups[b->group] : NULL;
}

static struct value span(const void *data, size_t row)
{
	const struct answer *a = answer_of(data, row);

	return (struct value){ .kind = VALUE_SPAN, .number = a->first_block,
			       .last = a->last_block };
}

static struct value first_block(const void *data, size_t row)
{
	return value_number(answer_of(data, row)->first_block);
}

static struct value last_block(const void *data, size_t row)
{
	return value_number(answer_of(data, row)->last_block);
}

static struct value device(const void *data, size_t row)
{
	const struct decision *d = answer_of(data, row)->decision;
	const struct group *g = group_of(data, row);

	if (g)
		return value_text(g->device);
	return value_text(d && strcmp(d->device, "-") ? d->device : NULL);
}

static struct value group(const void *data, size_t row)
{
	const struct decision *d = answer_of(data, row)->decision;
	const struct group *g = group_of(data, row);

	if (g)
		return g->has_id ? value_number(g->id) : value_none();
	return d && d->mgid >= 0 ? value_number((uint64_t)d->mgid) : value_none();
}

static struct value node(const void *data, size_t row)
{
	const struct answer *a = answer_of(data, row);
	const int number = a->block ? a->block->node : a->decision->node;

	return number < 0 ? value_none() : value_number((uint64_t)number);
}

static struct value zone(const void *data, size_t row)
{
	const struct answer *a = answer_of(data, row);

	if (a->decision)
		return value_text(a->decision->zone);
	return value_text(zone_kind_name(a->block->zone));
}

/* Without a domain no numbers were compared. */
static struct value in_bytes(const void *data, const struct decision *d, uint64_t pages)
{
	uint64_t bytes;

	if (!strcmp(d->domain, "none") ||
	    __builtin_mul_overflow(pages, ((const struct answers *)data)->page_bytes,
				   &bytes))
		return value_none();
	return value_bytes(bytes);
}

/* Defines a getter of the decision "d", which may not be known. */
#define DECISION(name, expression)					\
static struct value name(const void *data, size_t row)			\
{									\
	const struct decision *d = answer_of(data, row)->decision;	\
									\
	return d ? expression : value_none();				\
}

DECISION(request, value_text(d->request))
DECISION(policy, value_text(d->policy))
DECISION(reason, value_text(d->reason))
DECISION(domain, strcmp(d->domain, "none") ? value_text(d->domain) : value_none())
DECISION(time_ns, value_number(d->time_ns))

DECISION(early, in_bytes(data, d, d->early_kernel_pages))
DECISION(movable, in_bytes(data, d, d->movable_pages))
DECISION(asked, in_bytes(data, d, d->asked_pages))
DECISION(limit, in_bytes(data, d, d->limit_pages))

static struct value why(const void *data, size_t row)
{
	return value_text(answer_of(data, row)->text);
}

static const struct column columns[] = {
	{ "BLOCK", NULL, "number or range of numbers of memory blocks", true, span },
	{ "FIRST-BLOCK", "first_block", "the first of these numbers", true,
	  first_block },
	{ "LAST-BLOCK", "last_block", "the last one", true, last_block },
	{ "NODE", "node", "NUMA node", true, node },
	{ "GROUP", "group", "number of the memory group", true, group },
	{ "DEVICE", "device", "device that the memory belongs to", false, device },
	{ "ZONE", "zone", "zone that was chosen", false, zone },
	{ "REASON", "reason", "the rule that decided", false, reason },
	{ "DOMAIN", "domain", "whose numbers decided: system or node", false, domain },
	{ "REQUEST", "request", "what was asked for", false, request },
	{ "POLICY", "policy", "the online policy of that time", false, policy },
	{ "EARLY-KERNEL", "early_kernel_bytes", "kernel memory that counted", true,
	  early },
	{ "MOVABLE", "movable_bytes", "MOVABLE memory that counted against it", true,
	  movable },
	{ "ASKED", "asked_bytes", "what more would be MOVABLE", true, asked },
	{ "LIMIT", "limit_bytes", "the most that the last two may come to", true,
	  limit },
	{ "TIME", "time_ns", "when, in ns on the kernel's clock", true, time_ns },
	{ "WHY", "why", "all that in a sentence", false, why },
};

static size_t rows(const void *data)
{
	return ((const struct answers *)data)->nr;
}

static const struct table table = {
	.name = "why",
	.columns = columns,
	.nr_columns = ARRAY_SIZE(columns),
	.rows = rows,
	.list = "BLOCK,DEVICE,ZONE,REASON,EARLY-KERNEL,MOVABLE,ASKED,LIMIT",
};

/* Finding the answers */

static bool same_answer(const struct answers *answers, const struct answer *a,
			const struct memory_block *block, const struct decision *d)
{
	if (!a->decision || !d) {
		if (a->decision || d || a->block->zone != block->zone ||
		    a->block->state != block->state)
			return false;
	} else if (strcmp(a->decision->zone, d->zone) ||
		   strcmp(a->decision->reason, d->reason) ||
		   strcmp(a->decision->domain, d->domain) ||
		   strcmp(a->decision->request, d->request) ||
		   a->decision->mgid != d->mgid || a->decision->node != d->node) {
		return false;
	}
	return !answers->model || (a->block->group == block->group &&
				   a->block->node == block->node);
}

/* What left less room, of what fits; of what does not, the first. */
static bool says_more(const struct decision *now, const struct decision *before)
{
	return now && before && !strcmp(now->reason, "fits") &&
		(__uint128_t)now->movable_pages + now->asked_pages >
		(__uint128_t)before->movable_pages + before->asked_pages;
}

static int add_answer(struct answers *answers, uint64_t number,
		      const struct memory_block *block, const struct decision *decision,
		      struct fault *fault)
{
	struct answer *last = answers->nr ? &answers->list[answers->nr - 1] : NULL;

	if (last && last->last_block + 1 == number &&
	    same_answer(answers, last, block, decision)) {
		last->last_block = number;
		if (says_more(decision, last->decision))
			last->decision = decision;
		return 0;
	}
	if (answers->nr == answers->room) {
		answers->room = answers->room ? 2 * answers->room : 64;
		last = reallocarray(answers->list, answers->room, sizeof(*last));
		if (!last)
			return fault_nomem(fault);
		answers->list = last;
	}
	answers->list[answers->nr++] = (struct answer){
		.first_block = number, .last_block = number,
		.block = block, .decision = decision,
	};
	return 0;
}

static bool is_wanted(struct wanted *wanted, size_t nr_wanted, uint64_t number,
		      const char *name)
{
	bool found = false;
	size_t i;

	for (i = 0; i < nr_wanted; i++) {
		struct wanted *w = &wanted[i];

		if (w->device ? name && !strcmp(w->device, name) :
				w->first <= number && number <= w->last) {
			w->found++;
			found = true;
		}
	}
	return found;
}

/* In the order of blocks, the latest decision on each last. */
static int by_block(const void *left, const void *right)
{
	const struct decision *const *a = left, *const *b = right;

	if ((*a)->block != (*b)->block)
		return (*a)->block < (*b)->block ? -1 : 1;
	return (*a > *b) - (*a < *b);
}

/* The decision that put @block where it is, or NULL; @sorted goes on with each block. */
static const struct decision *decision_on(const struct memory_block *block,
					  const struct decision **sorted, size_t count,
					  size_t *next)
{
	const struct decision *latest = NULL;
	const char *name = zone_kind_name(block->zone);

	while (*next < count && sorted[*next]->block < block->number)
		(*next)++;
	while (*next < count && sorted[*next]->block == block->number)
		latest = sorted[(*next)++];
	/* Another zone: onlined again by a decision that is not in the list. */
	if (!latest || !name || strcmp(latest->zone, name))
		return NULL;
	return latest;
}

static int answer_for_blocks(struct answers *answers, const struct events *events,
			     struct wanted *wanted, size_t nr_wanted,
			     struct fault *fault)
{
	const struct model *model = answers->model;
	const struct decision **sorted = calloc(events->count + 1, sizeof(*sorted));
	size_t i, count = 0, next = 0;
	int err = 0;

	if (!sorted)
		return fault_nomem(fault);
	for (i = 0; i < events->count; i++)
		if (!events->list[i].preview)
			sorted[count++] = &events->list[i];
	qsort(sorted, count, sizeof(*sorted), by_block);
	for (i = 0; i < model->nr_blocks && !err; i++) {
		const struct memory_block *b = &model->blocks[i];
		const struct decision *d = decision_on(b, sorted, count, &next);
		const struct group *g = b->group == NO_GROUP ? NULL :
					&model->groups[b->group];

		/* Without being asked: of memory that came later. */
		if (nr_wanted ? is_wanted(wanted, nr_wanted, b->number,
					  g ? g->device : NULL) : g || d)
			err = add_answer(answers, b->number, b, d, fault);
	}
	free(sorted);
	return err;
}

static int answer_in_time(struct answers *answers, const struct events *events,
			  struct wanted *wanted, size_t nr_wanted, struct fault *fault)
{
	size_t i;
	int err = 0;

	for (i = 0; i < events->count && !err; i++) {
		const struct decision *d = &events->list[i];

		if (d->preview)
			continue;
		if (!nr_wanted || is_wanted(wanted, nr_wanted, d->block, d->device))
			err = add_answer(answers, d->block, NULL, d, fault);
	}
	return err;
}

static void explain_all(struct answers *answers)
{
	size_t i;

	for (i = 0; i < answers->nr; i++) {
		struct answer *a = &answers->list[i];

		if (a->decision)
			explain(a->decision, answers->page_bytes, a->text);
		else if (a->block->state != BLOCK_ONLINE)
			strcpy(a->text, "Nothing is decided before it goes online.");
		else if (a->block->group == NO_GROUP)
			strcpy(a->text, "No decision is known: it was there when the system started, or was decided on too long ago.");
		else
			strcpy(a->text, "The decision is no longer known: the kernel remembers the last 1,024.");
	}
}

/* The output in sentences */

/* In lines of at most 80 columns; the text is ASCII. */
static void print_wrapped(FILE *out, const char *text)
{
	size_t column = 0;

	while (*text) {
		const size_t len = strcspn(text, " ");

		if (column && column + 1 + len > 78) {
			fputc('\n', out);
			column = 0;
		}
		fprintf(out, "%s%.*s", column ? " " : "  ", (int)len, text);
		column += (column ? 1 : 0) + len;
		text += len + (text[len] == ' ');
	}
	fputc('\n', out);
}

static int print_sentences(FILE *out, const struct answers *answers,
			   struct fault *fault)
{
	size_t i;

	for (i = 0; i < answers->nr; i++) {
		const struct answer *a = &answers->list[i];
		const struct value name = device(answers, i), where = zone(answers, i);
		char *escaped = escape_terminal(name.text ? name.text : "",
						escape_locale_is_utf8());

		if (!escaped)
			return fault_nomem(fault);
		if (a->first_block == a->last_block)
			fprintf(out, "Block %" PRIu64, a->first_block);
		else
			fprintf(out, "Blocks %" PRIu64 "-%" PRIu64, a->first_block,
				a->last_block);
		fprintf(out, "%s%s", *escaped ? " of " : "", escaped);
		free(escaped);
		if (a->block && a->block->state != BLOCK_ONLINE)
			fputs(": offline\n", out);
		else
			fprintf(out, " -> %s%s%s\n", where.text ? where.text : "several zones",
				a->decision ? ": " : "",
				a->decision ? a->decision->reason : "");
		print_wrapped(out, a->text);
	}
	if (!answers->nr)
		fputs(answers->model ? "No hotplugged memory, and no decision.\n" :
				       "No decision.\n", out);
	return 0;
}

static int print(const struct request *request, FILE *out, const struct answers *answers,
		 struct fault *fault)
{
	if (request->json || request->columns || request->table.raw ||
	    request->table.noheadings)
		return request_show(request, out, "why", answers, fault);
	return print_sentences(out, answers, fault);
}

/* Reading */

static int read_events(struct events *events, struct sysroot *root, struct fault *fault)
{
	if (args.instance)
		return decisions_read_running(events, root, args.instance, fault);
	return decisions_read(events, root, fault);
}

/* A number, a range of numbers, or the name of a device. */
static void parse_wanted(struct wanted *wanted, const char *word)
{
	const char *dash = strchr(word, '-');
	char first[24];

	*wanted = (struct wanted){ .device = word };
	if (!units_parse_decimal(word, &wanted->first)) {
		wanted->last = wanted->first;
		wanted->device = NULL;
	} else if (dash && (size_t)(dash - word) < sizeof(first)) {
		snprintf(first, sizeof(first), "%.*s", (int)(dash - word), word);
		if (!units_parse_decimal(first, &wanted->first) &&
		    !units_parse_decimal(dash + 1, &wanted->last))
			wanted->device = NULL;
	}
}

static int check_found(const struct request *request, const struct wanted *wanted,
		       struct fault *fault)
{
	size_t i;

	for (i = 0; i < request->nr_operands; i++)
		if (!wanted[i].found)
			return fault_set(fault, ENOENT, "%s: there is no such %s",
					 request->operands[i],
					 wanted[i].device ? "device" : "block");
	return 0;
}

static int answer(const struct request *request, FILE *out, struct answers *answers,
		  const struct events *events, struct fault *fault)
{
	struct wanted *wanted = calloc(request->nr_operands + 1, sizeof(*wanted));
	size_t i;
	int err;

	if (!wanted)
		return fault_nomem(fault);
	for (i = 0; i < request->nr_operands; i++)
		parse_wanted(&wanted[i], request->operands[i]);
	err = answers->model ?
		answer_for_blocks(answers, events, wanted, request->nr_operands, fault) :
		answer_in_time(answers, events, wanted, request->nr_operands, fault);
	if (!err)
		err = check_found(request, wanted, fault);
	free(wanted);
	if (err)
		return err;
	explain_all(answers);
	return print(request, out, answers, fault);
}

int why_show(const struct request *request, FILE *out, const struct model *model,
	     const struct events *events, struct fault *fault)
{
	struct answers answers = {
		.model = args.history ? NULL : model,
		.page_bytes = (uint64_t)sysconf(_SC_PAGESIZE),
	};
	int err = answer(request, out, &answers, events, fault);

	free(answers.list);
	return err;
}

static int say_lost(const struct recording *recording, struct fault *fault)
{
	char *note;
	int err = recording_lost_note(&note, recording, fault);

	if (note)
		request_say_note(note);
	free(note);
	return err;
}

/* Without memgroup a kernel has no decisions to tell of, only what became of them. */
static void say_stock(const struct events *events)
{
	if (!events->count && events->nr_changes)
		request_say_note("there is no decision in it, as from a kernel without memgroup: blocks and map, with --at SECONDS, show which zones there were");
}

/* A file of another machine says nothing of this one's blocks. */
static int run_on_file(const struct request *request, FILE *out, struct fault *fault)
{
	struct answers answers = { 0 };
	struct events events = { 0 };
	struct recording recording = { 0 };
	int err;

	if (!decisions_read_file)
		return extra_exec(request->argv, fault);
	err = decisions_read_file(&events, request->trace, &recording, fault) ?:
		say_lost(&recording, fault);
	answers.page_bytes = recording.page_bytes;
	if (!err) {
		say_stock(&events);
		err = answer(request, out, &answers, &events, fault);
	}
	free(answers.list);
	events_free(&events);
	return err;
}

static int run(const struct request *request, FILE *out, struct fault *fault)
{
	struct events events = { 0 };
	struct sysroot root;
	struct model model;
	int err;

	if (request->trace)
		return run_on_file(request, out, fault);
	err = request_read(request, &model, MODEL_POLICY | MODEL_GROUPS | MODEL_BLOCKS,
			   fault);
	if (err)
		return err;
	if (model.from == FROM_SYSFS && !args.instance) {
		model_free(&model);
		return fault_set(fault, ENOTSUP, "only a kernel with a view of memory groups tells why, and only root; --trace FILE reads what one recorded");
	}
	err = sysroot_open(&root, request->sysroot, fault);
	if (!err) {
		err = read_events(&events, &root, fault);
		sysroot_close(&root);
	}
	if (!err)
		err = why_show(request, out, &model, &events, fault);
	events_free(&events);
	model_free(&model);
	return err;
}

enum { OPT_HISTORY, OPT_RUNNING };

static const struct option_spec options[] = {
	[OPT_HISTORY] = { "history", 0, NULL,
			  "print every known decision, in the order of time" },
	[OPT_RUNNING] = { "running", 0, "[=INSTANCE]",
			  "of the trace that is running" },
	{ NULL, 0, NULL, NULL }
};

static int option(size_t number, const char *value, struct fault *fault)
{
	(void)fault;
	switch (number) {
	case OPT_HISTORY:
		args.history = true;
		break;
	case OPT_RUNNING:
		args.instance = value ? value : "";
		break;
	}
	return 0;
}

static int check(const struct request *request, struct fault *fault)
{
	if (request->trace && args.instance)
		return fault_set(fault, EINVAL, "--trace and --running exclude each other");
	return 0;
}

const struct command why_command = {
	.name = "why",
	.operands = "[BLOCK|FIRST-LAST|DEVICE]...",
	.help = "the decisions that put memory where it is, in sentences",
	.details = "Without an argument it is about all hotplugged memory. With --trace it is about\n"
		   "decisions in the order of time. --json, --output and --raw print a table instead\n"
		   "of sentences.\n",
	.table = &table,
	.options = options,
	.of_trace = true,
	.no_at = true,
	.option = option,
	.check = check,
	.run = run,
};
