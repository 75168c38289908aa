// SPDX-License-Identifier: GPL-2.0
/* memgroup-stat blocks: what lsmem shows, and whose memory it is. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "units.h"
#include "unplug-look.h"
#include "views.h"

#define FOLDER "sys/devices/system/memory"
/* Lists of zones that differ: a kernel has a handful of zones. */
#define ZONE_LISTS_MAX 64

/* What blocks of a range may have in common. */
enum trait {
	TRAIT_STATE, TRAIT_ZONE, TRAIT_ZONES, TRAIT_NODE, TRAIT_GROUP, TRAIT_UNIT,
	TRAIT_REMOVABLE, NR_TRAITS
};

static const struct {
	const char *column;
	enum trait trait;
} split_columns[] = {
	{ "STATE", TRAIT_STATE }, { "ZONE", TRAIT_ZONE }, { "ZONES", TRAIT_ZONES },
	{ "NODE", TRAIT_NODE }, { "GROUP", TRAIT_GROUP }, { "DEVICE", TRAIT_GROUP },
	{ "UNIT", TRAIT_UNIT }, { "REMOVABLE", TRAIT_REMOVABLE },
};

/* Could it be set offline now? */
enum removable { REMOVABLE_YES, REMOVABLE_NO, REMOVABLE_UNSURE };

static const char *const removable_words[] = {
	[REMOVABLE_YES] = "yes", [REMOVABLE_NO] = "no", [REMOVABLE_UNSURE] = "unsure",
};

/* Blocks beside each other. */
struct range {
	size_t first, last;	/* indexes of blocks */
	unsigned int mixed;	/* bits of the traits that they do not share */
};

struct listing {
	const struct model *model;
	struct range *ranges;
	size_t nr_ranges;
	/* For each block, which of these; only if they are to be shown. */
	uint8_t *zones;
	char *zone_lists[ZONE_LISTS_MAX];
	size_t nr_zone_lists;
	uint8_t *removable;		/* the same of enum removable */
};

enum summary { SUMMARY_ALWAYS, SUMMARY_NEVER, SUMMARY_ONLY };

static struct {
	bool all;
	bool split;			/* was told where to */
	unsigned int split_traits;
	enum summary summary;
	bool has_summary;
} args;

static const struct memory_block *block_of(const struct listing *listing,
					   size_t row)
{
	return &listing->model->blocks[listing->ranges[row].first];
}

static const struct group *group_of(const struct listing *listing,
				    const struct memory_block *block)
{
	return block->group == NO_GROUP ? NULL : &listing->model->groups[block->group];
}

static uint64_t unit_of(const struct listing *listing, const struct memory_block *block)
{
	const struct group *g = group_of(listing, block);

	if (!g || !g->unit.set || !g->unit.value)
		return UINT64_MAX;
	/* Exact where the address of a block would not fit into 64 bits. */
	return (uint64_t)((__uint128_t)block->number * listing->model->block_bytes /
			  g->unit.value);
}

static bool shared(const struct listing *listing, size_t a, size_t b, enum trait trait)
{
	const struct memory_block *x = &listing->model->blocks[a];
	const struct memory_block *y = &listing->model->blocks[b];

	switch (trait) {
	case TRAIT_STATE:
		return x->state == y->state;
	case TRAIT_ZONE:
		return x->zone == y->zone;
	case TRAIT_ZONES:
		return !listing->zones || listing->zones[a] == listing->zones[b];
	case TRAIT_NODE:
		return x->node == y->node;
	case TRAIT_GROUP:
		return x->group == y->group;
	case TRAIT_REMOVABLE:
		return !listing->removable ||
			listing->removable[a] == listing->removable[b];
	default:
		return x->group == y->group &&
			unit_of(listing, x) == unit_of(listing, y);
	}
}

static struct value text_unless_mixed(const void *data, size_t row, enum trait trait,
				      const char *text)
{
	const struct listing *l = data;

	return (l->ranges[row].mixed & 1u << trait) ? value_none() : value_text(text);
}

static struct value number_unless_mixed(const void *data, size_t row, enum trait trait,
					bool has, uint64_t number)
{
	const struct listing *l = data;

	if (!has || (l->ranges[row].mixed & 1u << trait))
		return value_none();
	return value_number(number);
}

static struct value span(const void *data, size_t row)
{
	const struct listing *l = data;
	const struct range *r = &l->ranges[row];

	return (struct value){
		.kind = VALUE_SPAN,
		.number = l->model->blocks[r->first].number,
		.last = l->model->blocks[r->last].number,
	};
}

static struct value first_block(const void *data, size_t row)
{
	return value_number(span(data, row).number);
}

static struct value last_block(const void *data, size_t row)
{
	return value_number(span(data, row).last);
}

static struct value range(const void *data, size_t row)
{
	const struct listing *l = data;
	const struct value s = span(data, row);
	const uint64_t bytes = l->model->block_bytes;

	return (struct value){
		.kind = VALUE_ADDRESSES,
		.number = s.number * bytes,
		.last = s.last * bytes + bytes - 1,
	};
}

static struct value size(const void *data, size_t row)
{
	const struct listing *l = data;
	const struct value s = span(data, row);

	return value_bytes((s.last - s.number + 1) * l->model->block_bytes);
}

static struct value state(const void *data, size_t row)
{
	const struct memory_block *b = block_of(data, row);

	return text_unless_mixed(data, row, TRAIT_STATE, block_state_name(b->state));
}

static struct value zone(const void *data, size_t row)
{
	const struct memory_block *b = block_of(data, row);

	return text_unless_mixed(data, row, TRAIT_ZONE, zone_kind_name(b->zone));
}

static struct value zones(const void *data, size_t row)
{
	const struct listing *l = data;

	if (!l->zones)
		return zone(data, row);
	return text_unless_mixed(data, row, TRAIT_ZONES,
				 l->zone_lists[l->zones[l->ranges[row].first]]);
}

static struct value node(const void *data, size_t row)
{
	const struct memory_block *b = block_of(data, row);

	return number_unless_mixed(data, row, TRAIT_NODE, b->node != NO_NODE,
				   (uint64_t)b->node);
}

static struct value group(const void *data, size_t row)
{
	const struct group *g = group_of(data, block_of(data, row));

	return number_unless_mixed(data, row, TRAIT_GROUP, g && g->has_id,
				   g ? g->id : 0);
}

static struct value device(const void *data, size_t row)
{
	const struct group *g = group_of(data, block_of(data, row));

	return text_unless_mixed(data, row, TRAIT_GROUP, g ? g->device : NULL);
}

static struct value unit(const void *data, size_t row)
{
	const uint64_t number = unit_of(data, block_of(data, row));

	return number_unless_mixed(data, row, TRAIT_UNIT, number != UINT64_MAX, number);
}

static struct value removable(const void *data, size_t row)
{
	const struct listing *l = data;

	if (!l->removable)
		return value_none();
	return text_unless_mixed(data, row, TRAIT_REMOVABLE,
				 removable_words[l->removable[l->ranges[row].first]]);
}

static const struct column columns[] = {
	{ "RANGE", "range", "addresses of its first and its last byte", false, range },
	{ "SIZE", "size_bytes", "how much memory that is", true, size },
	{ "STATE", "state", "online, offline or going-offline", false, state },
	{ "ZONE", "zone", "zone that it is online in; - if in several", false, zone },
	{ "BLOCK", NULL, "number or range of numbers of memory blocks", true, span },
	{ "FIRST-BLOCK", "first_block", "the first of these numbers", true,
	  first_block },
	{ "LAST-BLOCK", "last_block", "the last one", true, last_block },
	{ "NODE", "node", "NUMA node", true, node },
	{ "GROUP", "group", "number of the memory group", true, group },
	{ "DEVICE", "device", "device that the memory belongs to", false, device },
	{ "UNIT", "unit", "number of the unit of a dynamic device", true, unit },
	{ "ZONES", NULL, "zone, or those that it could go to; asks the kernel for each",
	  false, zones },
	{ "REMOVABLE", NULL, "could it be set offline now? looks at every page", false,
	  removable },
};

static size_t rows(const void *data)
{
	return ((const struct listing *)data)->nr_ranges;
}

static const struct table table = {
	.name = "blocks",
	.columns = columns,
	.nr_columns = ARRAY_SIZE(columns),
	.rows = rows,
	.list = "RANGE,SIZE,STATE,ZONE,BLOCK,NODE,DEVICE",
};

/* Where to begin a new range: where a column that is shown would change. */
static unsigned int traits_shown(const struct selection *selection)
{
	unsigned int traits = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(split_columns); i++)
		if (selection_has(selection, split_columns[i].column))
			traits |= 1u << split_columns[i].trait;
	return traits;
}

static unsigned int traits_not_shared(const struct listing *listing, size_t a, size_t b)
{
	unsigned int traits = 0;
	int i;

	for (i = 0; i < NR_TRAITS; i++)
		if (!shared(listing, a, b, (enum trait)i))
			traits |= 1u << i;
	return traits;
}

static int find_ranges(struct listing *listing, unsigned int traits,
		       struct fault *fault)
{
	const struct model *model = listing->model;
	struct range *last = NULL;
	size_t i, room = 0;

	for (i = 0; i < model->nr_blocks; i++) {
		unsigned int differ;

		if (last && !args.all &&
		    model->blocks[i].number == model->blocks[i - 1].number + 1) {
			differ = traits_not_shared(listing, i - 1, i);
			if (!(differ & traits)) {
				last->last = i;
				last->mixed |= differ;
				continue;
			}
		}
		if (listing->nr_ranges == room) {
			room = args.all ? model->nr_blocks : room ? 2 * room : 64;
			last = reallocarray(listing->ranges, room, sizeof(*last));
			if (!last)
				return fault_nomem(fault);
			listing->ranges = last;
		}
		last = &listing->ranges[listing->nr_ranges++];
		*last = (struct range){ i, i, 0 };
	}
	return 0;
}

/* The number of the list @text, which is kept. */
static int keep_zone_list(struct listing *listing, const char *text, uint8_t *number,
			  struct fault *fault)
{
	size_t i;

	for (i = 0; i < listing->nr_zone_lists; i++)
		if (!strcmp(listing->zone_lists[i], text))
			break;
	if (i == ZONE_LISTS_MAX)
		return fault_set(fault, EINVAL, "/" FOLDER ": more than %d lists of zones",
				 ZONE_LISTS_MAX);
	if (i == listing->nr_zone_lists) {
		listing->zone_lists[i] = strdup(text);
		if (!listing->zone_lists[i])
			return fault_nomem(fault);
		listing->nr_zone_lists++;
	}
	*number = (uint8_t)i;
	return 0;
}

/* As lsmem has it: Normal/Movable. */
static int read_zones(struct sysroot *folder, struct listing *listing, size_t index,
		      struct fault *fault)
{
	const struct memory_block *b = &listing->model->blocks[index];
	struct text text;
	char path[64];
	size_t i;
	int err;

	snprintf(path, sizeof(path), "memory%" PRIu64 "/valid_zones", b->number);
	err = sysroot_read(folder, path, &text, fault);
	if (err)
		return err;
	text.data[strcspn(text.data, "\n")] = '\0';
	for (i = 0; text.data[i]; i++)
		if (text.data[i] == ' ')
			text.data[i] = '/';
	err = keep_zone_list(listing, text.data, &listing->zones[index], fault);
	text_free(&text);
	return err;
}

static int find_zones(const struct request *request, struct listing *listing,
		      struct fault *fault)
{
	const struct model *model = listing->model;
	struct sysroot root, folder;
	size_t i;
	int err;

	listing->zones = calloc(model->nr_blocks + 1, sizeof(*listing->zones));
	if (!listing->zones)
		return fault_nomem(fault);
	err = sysroot_open(&root, request->sysroot, fault);
	if (err)
		return err;
	err = sysroot_open_folder(&root, FOLDER, &folder, fault);
	sysroot_close(&root);
	if (err)
		return err;
	for (i = 0; i < model->nr_blocks && !err; i++) {
		const char *name = zone_kind_name(model->blocks[i].zone);

		if (model->blocks[i].state == BLOCK_OFFLINE)
			err = read_zones(&folder, listing, i, fault);
		else
			err = keep_zone_list(listing, name ? name : "-",
					     &listing->zones[i], fault);
	}
	sysroot_close(&folder);
	return err;
}

/* What blockers would say, in a word. */
static enum removable judge(const struct unplug_forecast *forecast)
{
	if (forecast->sureness == UNPLUG_UNSURE)
		return REMOVABLE_UNSURE;
	return forecast->verdict == UNPLUG_BACK ? REMOVABLE_YES : REMOVABLE_NO;
}

static int find_removable(const struct request *request, struct listing *listing,
			  struct fault *fault)
{
	const struct model *model = listing->model;
	struct unplug_look look;
	struct sysroot root;
	size_t i;
	int err;

	listing->removable = calloc(model->nr_blocks + 1, sizeof(*listing->removable));
	if (!listing->removable)
		return fault_nomem(fault);
	err = sysroot_open(&root, request->sysroot, fault);
	if (err)
		return err;
	err = unplug_look_start(&look, &root, model->block_bytes, fault);
	for (i = 0; i < model->nr_blocks && !err; i++) {
		struct unplug_forecast forecast;

		/* As a whole: what a hypervisor could take of it is for blockers. */
		err = unplug_look_memory_block(&look, &model->blocks[i], false, &forecast,
					       fault);
		if (!err)
			listing->removable[i] = (uint8_t)judge(&forecast);
	}
	unplug_look_end(&look);
	sysroot_close(&root);
	return err;
}

static void listing_free(struct listing *listing)
{
	size_t i;

	for (i = 0; i < listing->nr_zone_lists; i++)
		free(listing->zone_lists[i]);
	free(listing->zones);
	free(listing->removable);
	free(listing->ranges);
}

/* The sums; the data is a struct model. */

static uint64_t count_blocks(const void *data, bool online, bool only_movable)
{
	const struct model *model = data;
	uint64_t count = 0;
	size_t i;

	for (i = 0; i < model->nr_blocks; i++) {
		const struct memory_block *b = &model->blocks[i];

		if ((b->state == BLOCK_ONLINE) == online &&
		    (!only_movable || b->zone == ZONE_MOVABLE))
			count++;
	}
	return count * model->block_bytes;
}

static struct value sum_block_bytes(const void *data, size_t row)
{
	(void)row;
	return value_bytes(((const struct model *)data)->block_bytes);
}

static struct value sum_online(const void *data, size_t row)
{
	(void)row;
	return value_bytes(count_blocks(data, true, false));
}

static struct value sum_movable(const void *data, size_t row)
{
	(void)row;
	return value_bytes(count_blocks(data, true, true));
}

static struct value sum_offline(const void *data, size_t row)
{
	(void)row;
	return value_bytes(count_blocks(data, false, false));
}

static const struct column sum_columns[] = {
	{ "Memory block size:", "block_bytes", "", true, sum_block_bytes },
	{ "Total online memory:", "online_bytes", "", true, sum_online },
	{ "- of it in ZONE_MOVABLE:", "movable_bytes", "", true, sum_movable },
	{ "Total offline memory:", "offline_bytes", "", true, sum_offline },
};

static const struct table sum_table = {
	.name = "summary",
	.columns = sum_columns,
	.nr_columns = ARRAY_SIZE(sum_columns),
};

static void print_summary(FILE *out, const struct model *model, bool bytes)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sum_columns); i++) {
		const uint64_t number = sum_columns[i].get(model, 0).number;
		char text[UNITS_SIZE_MAX];

		units_format_size(number, text);
		if (bytes)
			fprintf(out, "%-26s %15" PRIu64 "\n", sum_columns[i].name, number);
		else
			fprintf(out, "%-26s %8s\n", sum_columns[i].name, text);
	}
}

static int print_json(FILE *out, const struct listing *listing, struct fault *fault)
{
	struct document document;

	document_start(&document, out, false);
	if (args.summary != SUMMARY_NEVER)
		document_add_row(&document, "summary", &sum_table, listing->model, 0);
	if (args.summary != SUMMARY_ONLY)
		document_add_rows(&document, "blocks", &table, listing, 0,
				  listing->nr_ranges);
	return document_end(&document, fault);
}

static int print_text(const struct request *request, FILE *out,
		      const struct listing *listing, struct fault *fault)
{
	const struct table_options *how = &request->table;
	int err = 0;

	if (args.summary != SUMMARY_ONLY) {
		err = request_show(request, out, "blocks", listing, fault);
		/* Scripts do not want it. */
		if (err || args.summary == SUMMARY_NEVER ||
		    (!args.has_summary && (how->raw || how->noheadings)))
			return err;
		fputc('\n', out);
	}
	print_summary(out, listing->model, how->bytes);
	return err;
}

void blocks_document(struct document *document, const struct model *model)
{
	struct listing listing = { .model = model };
	struct fault fault;

	/* It fails for want of memory only. */
	if (find_ranges(&listing, ~(1u << TRAIT_UNIT), &fault))
		document->failed = true;
	else
		document_add_rows(document, "blocks", &table, &listing, 0,
				  listing.nr_ranges);
	listing_free(&listing);
}

void block_range_document(struct document *document, const char *name,
			  const struct model *model, size_t first, size_t count)
{
	struct range one = { first, first + count - 1, 0 };
	const struct listing listing = { .model = model, .ranges = &one, .nr_ranges = 1 };
	size_t i;

	for (i = first + 1; i < first + count; i++)
		one.mixed |= traits_not_shared(&listing, i - 1, i);
	document_add_row(document, name, &table, &listing, 0);
}

int blocks_show(const struct request *request, FILE *out, const struct model *model,
		struct fault *fault)
{
	struct listing listing = { .model = model };
	struct selection selection;
	unsigned int traits;
	int err;

	err = model_check_addresses(model, fault);
	if (err)
		return err;
	err = selection_parse(&selection, &table, request->columns, fault);
	if (!err && request->trace &&
	    (selection_has(&selection, "ZONES") || selection_has(&selection, "REMOVABLE")))
		err = fault_set(fault, EINVAL, "ZONES and REMOVABLE are not known of a recording");
	if (!err && selection_has(&selection, "ZONES"))
		err = find_zones(request, &listing, fault);
	if (!err && selection_has(&selection, "REMOVABLE"))
		err = find_removable(request, &listing, fault);
	traits = args.split ? args.split_traits : traits_shown(&selection);
	if (!err)
		err = find_ranges(&listing, traits, fault);
	if (!err)
		err = request->json ? print_json(out, &listing, fault) :
				      print_text(request, out, &listing, fault);
	listing_free(&listing);
	return err;
}

static int run(const struct request *request, FILE *out, struct fault *fault)
{
	struct model model;
	int err = request_read(request, &model, MODEL_GROUPS | MODEL_BLOCKS, fault);

	if (err)
		return err;
	err = blocks_show(request, out, &model, fault);
	model_free(&model);
	return err;
}

static int parse_split(const char *list, struct fault *fault)
{
	args.split = true;
	args.split_traits = 0;
	if (!strcasecmp(list, "none"))
		return 0;
	for (;;) {
		const size_t len = strcspn(list, ",");
		size_t i;

		for (i = 0; i < ARRAY_SIZE(split_columns); i++)
			if (strlen(split_columns[i].column) == len &&
			    !strncasecmp(split_columns[i].column, list, len))
				break;
		if (i == ARRAY_SIZE(split_columns))
			return fault_set(fault, EINVAL, "--split: %.*s is not one of STATE, ZONE, ZONES, NODE, GROUP, DEVICE, UNIT, REMOVABLE",
					 len < 60 ? (int)len : 60, list);
		args.split_traits |= 1u << split_columns[i].trait;
		if (!list[len])
			return 0;
		list += len + 1;
	}
}

static int parse_summary(const char *when, struct fault *fault)
{
	args.has_summary = true;
	if (!when || !strcmp(when, "only"))
		args.summary = SUMMARY_ONLY;
	else if (!strcmp(when, "always"))
		args.summary = SUMMARY_ALWAYS;
	else if (!strcmp(when, "never"))
		args.summary = SUMMARY_NEVER;
	else
		return fault_set(fault, EINVAL, "--summary: %.60s is not one of always, never, only",
				 when);
	return 0;
}

enum { OPT_ALL, OPT_SPLIT, OPT_SUMMARY };

static const struct option_spec options[] = {
	[OPT_ALL] = { "all", 'a', NULL, "print each memory block by itself" },
	[OPT_SPLIT] = { "split", 'S', "COLUMNS",
			"begin a range where one of these changes; none" },
	[OPT_SUMMARY] = { "summary", 0, "[=WHEN]",
			  "print the sums: always, never or only" },
	{ NULL, 0, NULL, NULL }
};

static int option(size_t number, const char *value, struct fault *fault)
{
	switch (number) {
	case OPT_ALL:
		args.all = true;
		return 0;
	case OPT_SPLIT:
		return parse_split(value, fault);
	default:
		return parse_summary(value, fault);
	}
}

static int check(const struct request *request, struct fault *fault)
{
	(void)request;
	if (args.all && args.split)
		return fault_set(fault, EINVAL, "--all and --split exclude each other");
	return 0;
}

const struct command blocks_command = {
	.name = "blocks",
	.help = "memory blocks: what lsmem shows, and whose they are",
	.table = &table,
	.options = options,
	.option = option,
	.check = check,
	.of_trace = true,
	.run = run,
};
