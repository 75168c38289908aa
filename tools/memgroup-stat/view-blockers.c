// SPDX-License-Identifier: GPL-2.0
/* memgroup-stat blockers: if this were unplugged now, what would come back? */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "units.h"
#include "unplug-look.h"
#include "views.h"

/* So many ranges of blocks fit into a table; there may be thousands. */
#define RANGES_SHOWN 3

/* Numbers of blocks in words, "33,35,37-39", while they are added. */
struct block_list {
	FILE *stream;
	char *text;
	size_t len;
	uint64_t first, last;
	size_t nr_ranges;
	size_t shown;		/* of the text, for a table */
};

static struct {
	bool has_group;
	uint64_t group;
} args;

/* A device, or a block. */
struct row {
	const struct group *group;		/* NULL for a block in none */
	const struct memory_block *block;	/* NULL for a device */
	struct unplug_forecast forecast;
	uint64_t blocks;
	char *held_blocks, *held_by;		/* NULL for none */
};

struct forecasts {
	uint64_t page_bytes;
	const struct model *model;
	struct row *devices, *blocks;
	size_t nr_devices, nr_blocks, room;
};

/* The columns are the same for devices and for blocks; a getter has rows of either. */
struct rows {
	uint64_t page_bytes;
	const struct row *row;
	size_t nr;
};

/* Defines a getter of the row "r". */
#define ROW(name, expression)						\
static struct value get_##name(const void *data, size_t row)		\
{									\
	const struct row *r = &((const struct rows *)data)->row[row];	\
									\
	return expression;						\
}

ROW(id, r->group && r->group->has_id ? value_number(r->group->id) : value_none())
ROW(type, value_text(r->group ? r->group->type : NULL))
ROW(device, value_text(r->group ? r->group->device : NULL))
ROW(blocks, r->block ? value_none() : value_number(r->blocks))
ROW(block, r->block ? value_number(r->block->number) : value_none())
ROW(state, value_text(r->block ? block_state_name(r->block->state) : NULL))
ROW(zone, value_text(r->block ? zone_kind_name(r->block->zone) : NULL))
ROW(size, value_bytes(r->forecast.bytes))
ROW(comes_back, value_bytes(r->forecast.back_bytes))
ROW(held, value_bytes(r->forecast.bytes - r->forecast.back_bytes))
ROW(least, value_bytes(r->forecast.least_bytes))
ROW(most, value_bytes(r->forecast.most_bytes))
ROW(verdict, value_text(unplug_verdict_word(r->forecast.verdict)))
ROW(sure, value_text(unplug_sureness_word(r->forecast.sureness)))
ROW(reason, value_text(unplug_reason_word(r->forecast.reason)))
ROW(why, value_text(unplug_reason_text(r->forecast.reason)))
ROW(held_by, value_text(r->held_by))
ROW(held_blocks, value_text(r->held_blocks))

static struct value get_node(const void *data, size_t row)
{
	const struct row *r = &((const struct rows *)data)->row[row];
	const int number = r->block ? r->block->node : r->group->node;

	return number == NO_NODE ? value_none() : value_number((uint64_t)number);
}

/* Defines a getter of the memory of so many pages of the row. */
#define PAGES(name, count)						\
static struct value get_##name(const void *data, size_t row)		\
{									\
	const struct rows *rows = data;					\
	const struct blockers *p = &rows->row[row].forecast.pages;	\
									\
	return value_bytes((count) * rows->page_bytes);			\
}

PAGES(pages_free, p->pages[PAGE_FREE])
PAGES(pages_movable, p->pages[PAGE_MOVABLE])
PAGES(pages_huge, p->pages[PAGE_HUGE])
PAGES(pages_slab, p->pages[PAGE_SLAB])
PAGES(pages_tables, p->pages[PAGE_TABLE])
PAGES(pages_pinned, p->pages[PAGE_HELD])
PAGES(pages_reserved, p->pages[PAGE_RESERVED])
PAGES(pages_poisoned, p->pages[PAGE_POISONED])
PAGES(pages_unmarked, p->unmarked)
PAGES(pages_other, p->pages[PAGE_OTHER] - p->unmarked)
PAGES(pages_unplugged, p->pages[PAGE_OFFLINE])

static const struct column columns[] = {
	{ "ID", "id", "number of the memory group", true, get_id },
	{ "TYPE", "type", "static: comes back as a whole; dynamic: in parts", false,
	  get_type },
	{ "DEVICE", "device", "device that the memory belongs to", false, get_device },
	{ "NODE", "node", "NUMA node", true, get_node },
	{ "BLOCKS", "blocks", "memory blocks of a device", true, get_blocks },
	{ "BLOCK", "block", "number of the memory block", true, get_block },
	{ "STATE", "state", "online, offline or going-offline", false, get_state },
	{ "ZONE", "zone", "zone that it is online in; - if in several", false, get_zone },
	{ "SIZE", "size_bytes", "how much memory that is", true, get_size },
	{ "BACK", "back_bytes", "what would come back", true, get_comes_back },
	{ "HELD", "held_bytes", "what would not", true, get_held },
	{ "LEAST", "least_bytes", "of BACK what is at least likely", true, get_least },
	{ "MOST", "most_bytes", "BACK, and what is held but not surely", true, get_most },
	{ "VERDICT", "verdict", "back, part or held", false, get_verdict },
	{ "SURE", "sureness", "sure, likely or unsure", false, get_sure },
	{ "REASON", "reason", "what decided, in a word", false, get_reason },
	{ "WHY", NULL, "the same in more words", false, get_why },
	{ "HELD-BY", NULL, "first of the blocks that hold the rest", false, get_held_by },
	{ "HELD-BLOCKS", "held_blocks", "all of them", false, get_held_blocks },
	{ "FREE", "free_bytes", "free pages", true, get_pages_free },
	{ "MOVABLE", "movable_bytes", "pages of processes and files", true,
	  get_pages_movable },
	{ "HUGE", "huge_bytes", "huge pages of hugetlb", true, get_pages_huge },
	{ "SLAB", "slab_bytes", "kernel objects", true, get_pages_slab },
	{ "TABLES", "page_table_bytes", "page tables", true, get_pages_tables },
	{ "PINNED", "pinned_bytes", "of processes, mapped nowhere: somebody holds them",
	  true, get_pages_pinned },
	{ "RESERVED", "reserved_bytes", "reserved for good", true, get_pages_reserved },
	{ "POISONED", "poisoned_bytes", "broken", true, get_pages_poisoned },
	{ "UNMARKED", "unmarked_bytes",
	  "kernel stacks and such, or free in a CPU's reserve", true, get_pages_unmarked },
	{ "OTHER", "other_bytes", "of the kernel or a driver, for no known use", true,
	  get_pages_other },
	{ "UNPLUGGED", "unplugged_bytes", "kept from use by a hypervisor's driver", true,
	  get_pages_unplugged },
};

static size_t nr_rows(const void *data)
{
	return ((const struct rows *)data)->nr;
}

static const struct table devices_table = {
	.name = "blockers",
	.columns = columns,
	.nr_columns = ARRAY_SIZE(columns),
	.rows = nr_rows,
	.list = "ID,DEVICE,NODE,SIZE,BACK,HELD,SURE,REASON,HELD-BY",
};

static const struct table blocks_table = {
	.name = "blockers",
	.columns = columns,
	.nr_columns = ARRAY_SIZE(columns),
	.rows = nr_rows,
	.list = "BLOCK,ZONE,FREE,MOVABLE,SLAB,TABLES,UNMARKED,VERDICT,SURE,REASON",
};

static void end_range(struct block_list *list)
{
	if (!list->nr_ranges)
		return;
	if (list->nr_ranges > 1)
		fputc(',', list->stream);
	fprintf(list->stream, "%" PRIu64, list->first);
	if (list->last != list->first)
		fprintf(list->stream, "-%" PRIu64, list->last);
	if (list->nr_ranges == RANGES_SHOWN && !fflush(list->stream))
		list->shown = list->len;
}

static void add_to_list(struct block_list *list, uint64_t number)
{
	if (list->nr_ranges && number == list->last + 1) {
		list->last = number;
		return;
	}
	end_range(list);
	list->nr_ranges++;
	list->first = number;
	list->last = number;
}

/* The list in words goes to @row. Returns 0, or -ENOMEM with @fault set. */
static int finish_list(struct block_list *list, struct row *row, struct fault *fault)
{
	end_range(list);
	/* A stream in memory fails for want of it only. */
	if (fclose(list->stream)) {
		free(list->text);
		return fault_nomem(fault);
	}
	if (!list->nr_ranges) {
		free(list->text);
		return 0;
	}
	row->held_blocks = list->text;
	if (list->nr_ranges <= RANGES_SHOWN)
		row->held_by = strdup(list->text);
	else if (asprintf(&row->held_by, "%.*s,...", (int)list->shown, list->text) < 0)
		row->held_by = NULL;
	return row->held_by ? 0 : fault_nomem(fault);
}

static int keep_block(struct forecasts *all, const struct group *group,
		      const struct memory_block *block,
		      const struct unplug_forecast *forecast, struct fault *fault)
{
	if (all->nr_blocks == all->room) {
		const size_t room = all->room ? 2 * all->room : 64;
		struct row *rows = reallocarray(all->blocks, room, sizeof(*rows));

		if (!rows)
			return fault_nomem(fault);
		all->blocks = rows;
		all->room = room;
	}
	all->blocks[all->nr_blocks++] = (struct row) {
		.group = group, .block = block, .forecast = *forecast,
	};
	return 0;
}

/*
 * Adds the forecast for a group to the devices, and those for its blocks, too, if they
 * are to be kept.
 */
static int look_at_group(struct forecasts *all, struct unplug_look *look,
			 uint32_t index, bool keep, struct fault *fault)
{
	const struct model *model = all->model;
	const struct group *group = &model->groups[index];
	struct unplug_device device = { .dynamic = group_is_dynamic(group) };
	struct row *row = &all->devices[all->nr_devices];
	struct block_list list = {};
	struct unplug_forecast forecast;
	struct fault ignored;
	int err = 0;
	size_t i;

	list.stream = open_memstream(&list.text, &list.len);
	if (!list.stream)
		return fault_nomem(fault);
	for (i = 0; !err && i < model->nr_blocks; i++) {
		const struct memory_block *block = &model->blocks[i];

		if (block->group != index)
			continue;
		err = unplug_look_memory_block(look, block, device.dynamic, &forecast, fault);
		if (!err && unplug_device_add(&device, &look->system, &forecast))
			err = fault_set(fault, EOVERFLOW, "group %" PRIu32 ": its blocks have more than 16 EiB",
					group->id);
		if (!err && forecast.verdict != UNPLUG_BACK)
			add_to_list(&list, block->number);
		if (!err && keep)
			err = keep_block(all, group, block, &forecast, fault);
	}
	unplug_device_finish(&device, &look->system);
	*row = (struct row) {
		.group = group, .forecast = device.sum, .blocks = device.blocks,
	};
	/* Memory in no group has a row among the groups, but no blocks of its own. */
	if (group->has_id || device.blocks)
		all->nr_devices++;
	if (finish_list(&list, row, err ? &ignored : fault) && !err)
		err = -ENOMEM;
	return err;
}

static int look_at_all(struct forecasts *all, struct unplug_look *look,
		       struct fault *fault)
{
	uint32_t i;
	int err = 0;

	for (i = 0; !err && i < all->model->nr_groups; i++)
		err = look_at_group(all, look, i, false, fault);
	return err;
}

static int add_block(struct forecasts *all, struct unplug_look *look,
		     const struct memory_block *block, struct fault *fault)
{
	const struct group *g = block->group == NO_GROUP ?
				NULL : &all->model->groups[block->group];
	struct unplug_forecast forecast;

	return unplug_look_memory_block(look, block, g && group_is_dynamic(g), &forecast, fault) ?:
	       keep_block(all, g, block, &forecast, fault);
}

/* "144" or "144-159" */
static bool parse_range(const char *word, uint64_t *first, uint64_t *last)
{
	const size_t len = strcspn(word, "-");
	char number[24];

	if (len >= sizeof(number))
		return false;
	memcpy(number, word, len);
	number[len] = '\0';
	if (units_parse_decimal(number, first))
		return false;
	if (word[len])
		return !units_parse_decimal(word + len + 1, last);
	*last = *first;
	return true;
}

/* Those blocks of the range that there are. */
static int add_range(struct forecasts *all, struct unplug_look *look, uint64_t first,
		     uint64_t last, bool *found, struct fault *fault)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < all->model->nr_blocks; i++) {
		const struct memory_block *block = &all->model->blocks[i];

		if (block->number < first || block->number > last)
			continue;
		*found = true;
		err = add_block(all, look, block, fault);
	}
	return err;
}

/* A block, a range of blocks, or all devices of that name. */
static int look_at_operand(struct forecasts *all, struct unplug_look *look,
			   const char *word, struct fault *fault)
{
	const struct model *model = all->model;
	uint64_t first, last;
	bool found = false;
	uint32_t i;
	int err = 0;

	if (parse_range(word, &first, &last)) {
		err = add_range(all, look, first, last, &found, fault);
		if (!err && !found)
			err = fault_set(fault, ENOENT, "%s: there is no such block", word);
		return err;
	}
	for (i = 0; !err && i < model->nr_groups; i++) {
		const struct group *g = &model->groups[i];

		if (!g->device || strcmp(g->device, word))
			continue;
		found = true;
		err = look_at_group(all, look, i, true, fault);
	}
	if (!err && !found)
		err = fault_set(fault, ENOENT, "%s: there is no such device", word);
	return err;
}

/* Names of devices may repeat, the numbers of groups do not. */
static int look_at_number(struct forecasts *all, struct unplug_look *look, uint64_t id,
			  struct fault *fault)
{
	uint32_t i;

	for (i = 0; i < all->model->nr_groups; i++)
		if (all->model->groups[i].has_id && all->model->groups[i].id == id)
			return look_at_group(all, look, i, true, fault);
	return fault_set(fault, ENOENT, "there is no group %" PRIu64, id);
}

static int look(const struct request *request, struct forecasts *all, struct fault *fault)
{
	const struct model *model = all->model;
	struct unplug_look look;
	struct sysroot root;
	size_t i;
	int err;

	/* A device may be asked for more than once. */
	all->devices = calloc(model->nr_groups * (request->nr_operands + 1) + 1,
			      sizeof(*all->devices));
	if (!all->devices)
		return fault_nomem(fault);
	err = sysroot_open(&root, request->sysroot, fault);
	if (err)
		return err;
	err = unplug_look_start(&look, &root, model->block_bytes, fault);
	if (!err && args.has_group)
		err = look_at_number(all, &look, args.group, fault);
	else if (!err && !request->nr_operands)
		err = look_at_all(all, &look, fault);
	for (i = 0; !err && i < request->nr_operands; i++)
		err = look_at_operand(all, &look, request->operands[i], fault);
	all->page_bytes = look.system.page_bytes;
	unplug_look_end(&look);
	sysroot_close(&root);
	return err;
}

static int print_json(FILE *out, bool with_blocks, const struct rows *devices,
		      const struct rows *blocks, struct fault *fault)
{
	struct document document;

	document_start(&document, out, false);
	document_add_rows(&document, "blockers", &devices_table, devices, 0,
			  devices->nr);
	if (with_blocks)
		document_add_rows(&document, "pages", &blocks_table, blocks, 0,
				  blocks->nr);
	return document_end(&document, fault);
}

static int print_table(const struct request *request, FILE *out,
		       const struct table *table, const struct rows *rows,
		       struct fault *fault)
{
	struct selection selection;

	return selection_parse(&selection, table, request->columns, fault) ?:
	       table_print(out, table, rows, &selection, &request->table, fault);
}

static int print(const struct request *request, FILE *out, const struct forecasts *all,
		 struct fault *fault)
{
	const struct rows devices = { all->page_bytes, all->devices, all->nr_devices };
	const struct rows blocks = { all->page_bytes, all->blocks, all->nr_blocks };
	/* Scripts want one table. */
	const bool one = request->columns || request->table.raw ||
			 request->table.noheadings;
	const bool with_blocks = request->nr_operands || args.has_group;
	int err = 0;

	if (request->json)
		return print_json(out, with_blocks, &devices, &blocks, fault);
	if (!with_blocks)
		return print_table(request, out, &devices_table, &devices, fault);
	if (!one && devices.nr) {
		err = print_table(request, out, &devices_table, &devices, fault);
		if (blocks.nr)
			fputc('\n', out);
	}
	return err ?: print_table(request, out, &blocks_table, &blocks, fault);
}

static void free_forecasts(struct forecasts *all)
{
	size_t i;

	for (i = 0; i < all->nr_devices; i++) {
		free(all->devices[i].held_blocks);
		free(all->devices[i].held_by);
	}
	free(all->devices);
	free(all->blocks);
}

static int run(const struct request *request, FILE *out, struct fault *fault)
{
	struct forecasts all = {};
	struct model model;
	int err = request_read(request, &model, MODEL_GROUPS | MODEL_BLOCKS, fault);

	if (err)
		return err;
	all.model = &model;
	err = look(request, &all, fault) ?: print(request, out, &all, fault);
	free_forecasts(&all);
	model_free(&model);
	return err;
}

static const struct option_spec options[] = {
	{ "group", 'g', "ID", "the device that has this memory group" },
	{ NULL, 0, NULL, NULL }
};

static int option(size_t number, const char *value, struct fault *fault)
{
	(void)number;
	args.has_group = true;
	return units_parse_decimal(value, &args.group) ?
	       fault_set(fault, EINVAL, "--group: %.60s is no number", value) : 0;
}

const struct command blockers_command = {
	.name = "blockers",
	.operands = "[BLOCK|FIRST-LAST|DEVICE]...",
	.help = "if a device were unplugged now, what would come back",
	.details =
	"Without an argument, a row for each device; else also one for each block.\n"
	"Nothing is moved or changed for it. A forecast is no promise: SURE says how\n"
	"sure it is, REASON what decided.\n",
	.table = &devices_table,
	.options = options,
	.option = option,
	.run = run,
};
