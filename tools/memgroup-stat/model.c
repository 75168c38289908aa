// SPDX-License-Identifier: GPL-2.0
#include "model.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "group-headroom.h"
#include "grow.h"
#include "units.h"

#define DEBUGFS "sys/kernel/debug"
#define VIEW DEBUGFS "/memory_groups"
#define DEBUGFS_NAME "debugfs"

static const char *const paths[NR_MODEL_FILES] = {
	[FILE_POLICY] = VIEW "/policy",
	[FILE_GROUPS] = VIEW "/groups",
	[FILE_NODES] = VIEW "/nodes",
	[FILE_ZONES] = VIEW "/zones",
	[FILE_BLOCKS] = VIEW "/blocks",
	[FILE_BLOCK_SIZE] = "sys/devices/system/memory/block_size_bytes",
};

const char *model_file_path(enum model_file file)
{
	return paths[file];
}

/* Readings before giving up on a system that does not stand still, 10 ms apart. */
#define READINGS 10
#define READING_PAUSE_NS 10000000L

/* Nodes are numbered below this; no kernel can be built for more than 1024. */
#define MAX_NODES 4096

/* Hotplugged memory of one node: what its zones have, what its groups hold. */
struct node_sum {
	bool has_zone;
	uint64_t zone_kernel, zone_movable;
	uint64_t group_kernel, group_movable;
	uint64_t offline_blocks;
};

struct node_sums {
	struct node_sum *sum;	/* by node, the last one for NO_NODE */
	int nr_with_zone;
	int node_with_zone;	/* the only one if nr_with_zone is 1 */
};

/* A zone or a block, remembered to find duplicates. */
struct seen {
	uint64_t number;
	const char *name;
	size_t line;
};

struct seen_list {
	struct seen *seen;
	size_t nr;
};

static const char *const block_states[NR_BLOCK_STATES] = {
	[BLOCK_ONLINE] = "online",
	[BLOCK_OFFLINE] = "offline",
	[BLOCK_GOING_OFFLINE] = "going-offline",
};

static const char *const zone_kinds[NR_ZONE_KINDS] = {
	[ZONE_DMA] = "DMA",
	[ZONE_DMA32] = "DMA32",
	[ZONE_NORMAL] = "Normal",
	[ZONE_HIGHMEM] = "HighMem",
	[ZONE_MOVABLE] = "Movable",
	[ZONE_DEVICE] = "Device",
};

const char *zone_kind_name(enum zone_kind zone)
{
	return zone_kinds[zone];
}

const char *block_state_name(enum block_state state)
{
	return block_states[state];
}

enum zone_kind zone_kind_of(const char *name)
{
	enum zone_kind zone;

	for (zone = 0; zone < NR_ZONE_KINDS; zone++)
		if (zone_kinds[zone] && !strcmp(name, zone_kinds[zone]))
			return zone;
	return !strcmp(name, "-") || !strcmp(name, "none") ? ZONE_NONE : ZONE_UNKNOWN;
}

int block_state_of(const char *name)
{
	int state;

	for (state = 0; state < NR_BLOCK_STATES; state++)
		if (!strcmp(name, block_states[state]))
			return state;
	return -1;
}

bool group_is_dynamic(const struct group *group)
{
	return group->type && !strcmp(group->type, "dynamic");
}

struct opt_u64 node_ratio(const struct node *node, uint32_t scale)
{
	const __uint128_t sum = (__uint128_t)node->movable + node->cma;
	const __uint128_t base = (__uint128_t)node->early_kernel + node->dynamic_kernel;
	struct opt_u64 ratio = { .set = sum || base, .value = UINT64_MAX };
	__uint128_t parts;

	if (!base)
		return ratio.set ? ratio : (struct opt_u64){ 0 };
	parts = (sum * scale + base - 1) / base;
	if (parts < UINT64_MAX)
		ratio.value = (uint64_t)parts;
	return ratio;
}

static int add(uint64_t *sum, uint64_t value, struct records *r)
{
	if (__builtin_add_overflow(*sum, value, sum))
		return records_fault(r, EOVERFLOW, "the sum does not fit into 64 bits");
	return 0;
}

static int copy_string(char **copy, const char *string, struct fault *fault)
{
	*copy = NULL;
	if (!string)
		return 0;
	*copy = strdup(string);
	return *copy ? 0 : fault_nomem(fault);
}

static int seen_add(struct seen_list *list, uint64_t number, const char *name,
		    struct records *r)
{
	struct seen *seen = grow(list->seen, list->nr, sizeof(*seen));

	if (!seen)
		return fault_nomem(r->fault);
	list->seen = seen;
	list->seen[list->nr++] = (struct seen){ number, name, r->line };
	return 0;
}

static int seen_compare(const void *left, const void *right)
{
	const struct seen *a = left, *b = right;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* Ends the list; -EINVAL if something was added twice. */
static int seen_check(struct seen_list *list, struct records *r, const char *what)
{
	int err = 0;
	size_t i;

	if (list->nr)
		qsort(list->seen, list->nr, sizeof(*list->seen), seen_compare);
	for (i = 1; i < list->nr && !err; i++) {
		const struct seen *a = &list->seen[i - 1], *b = &list->seen[i];

		if (seen_compare(a, b))
			continue;
		r->line = a->line > b->line ? a->line : b->line;
		err = records_fault(r, EINVAL, "%s %" PRIu64 "%s%.40s twice", what,
				    a->number, *a->name ? " " : "", a->name);
	}
	free(list->seen);
	return err;
}

static void seen_drop(struct seen_list *list)
{
	free(list->seen);
}

static int read_u32(struct records *r, int column, uint32_t max, uint32_t *value)
{
	uint64_t number;
	int err = records_u64(r, column, &number);

	if (err)
		return err;
	if (number > max)
		return records_fault(r, EINVAL, "%s: %" PRIu64 " is more than %" PRIu32,
				     r->column[column], number, max);
	*value = (uint32_t)number;
	return 0;
}

/* A node number, or NO_NODE for "-". */
static int read_node(struct records *r, int column, int *node)
{
	uint32_t number = 0;
	int err;

	*node = NO_NODE;
	if (!strcmp(r->field[column], "-"))
		return 0;
	err = read_u32(r, column, MAX_NODES - 1, &number);
	if (!err)
		*node = (int)number;
	return err;
}

/* Which columns a file must have; fills the indexes. */
static int find_columns(struct records *r, const char *const *names, int *columns,
			size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		columns[i] = records_column(r, names[i]);
		if (columns[i] < 0)
			return columns[i];
	}
	return 0;
}

static int start(struct records *r, struct model_sources *sources,
		 enum model_file file, const char *const *names, int *columns,
		 size_t nr, struct fault *fault)
{
	struct model_source *source = &sources->file[file];
	int err = records_start(r, source->name, source->text.data,
				source->text.len, fault);

	return err ? err : find_columns(r, names, columns, nr);
}

/* policy */

/* The counter with that name, or NULL. */
static struct opt_u64 *find_counter(struct policy *policy, const char *name)
{
	if (!strcmp(name, "decisions"))
		return &policy->decisions;
	if (!strcmp(name, "previews"))
		return &policy->previews;
	return strcmp(name, "clamped") ? NULL : &policy->clamped;
}

const char *policy_set(struct policy *policy, const char *name, const char *value)
{
	uint64_t number;

	if (!strcmp(name, "auto_movable_ratio")) {
		if (units_parse_decimal(value, &number) || number > UINT32_MAX)
			return "is no percentage of 32 bits";
		policy->ratio = (uint32_t)number;
	} else if (!strcmp(name, "auto_movable_numa_aware")) {
		if (strcmp(value, "Y") && strcmp(value, "N"))
			return "is neither Y nor N";
		policy->has_numa_aware = true;
		policy->numa_aware = *value == 'Y';
	}
	return NULL;
}

static int parse_setting(struct policy *policy, struct records *r, const char *name,
			 const char *value)
{
	struct opt_u64 *counter = find_counter(policy, name);
	const char *complaint = NULL;

	if (!strcmp(name, "online_policy"))
		return copy_string(&policy->name, value, r->fault);
	if (!counter)
		complaint = policy_set(policy, name, value);
	else if (units_parse_decimal(value, &counter->value))
		complaint = "is no number of 64 bits";
	else
		counter->set = true;
	return complaint ? records_fault(r, EINVAL, "%s: %.40s %s", name, value,
					 complaint) : 0;
}

static const struct setting *find_setting(const struct policy *policy,
					  const char *name)
{
	size_t i;

	for (i = 0; i < policy->nr_settings; i++)
		if (!strcmp(policy->settings[i].name, name))
			return &policy->settings[i];
	return NULL;
}

static int build_policy(struct policy *policy, struct model_sources *sources,
			struct fault *fault)
{
	static const char *const names[] = { "name", "value" };
	int c[2], err, more;
	struct records r;

	err = start(&r, sources, FILE_POLICY, names, c, 2, fault);
	if (err)
		return err;
	while ((more = records_next(&r)) > 0) {
		struct setting *settings;
		char *name, *value;

		err = records_string(&r, c[0], &name);
		if (!err)
			err = records_string(&r, c[1], &value);
		if (err)
			return err;
		if (!name || !value)
			return records_fault(&r, EINVAL, "a name or a value is missing");
		/* The kernel has six: more than this is no policy file. */
		if (policy->nr_settings == 1000)
			return records_fault(&r, EINVAL, "too many records");
		if (find_setting(policy, name))
			return records_fault(&r, EINVAL, "%.40s twice", name);
		settings = grow(policy->settings, policy->nr_settings,
				sizeof(*settings));
		if (!settings)
			return fault_nomem(fault);
		policy->settings = settings;
		settings += policy->nr_settings++;
		*settings = (struct setting){ 0 };
		err = copy_string(&settings->name, name, fault);
		if (!err)
			err = copy_string(&settings->value, value, fault);
		if (!err)
			err = parse_setting(policy, &r, name, value);
		if (err)
			return err;
	}
	if (more < 0)
		return more;
	if (!policy->name)
		return fault_set(fault, EINVAL, "%s: no record online_policy", r.file);
	if (!find_setting(policy, "auto_movable_ratio"))
		return fault_set(fault, EINVAL, "%s: no record auto_movable_ratio",
				 r.file);
	return 0;
}

/* groups */

enum {
	G_ID, G_TYPE, G_NODE, G_DEVICE, G_BLOCKS, G_ONLINE, G_KERNEL, G_MOVABLE,
	G_OFFLINE, G_MAX, G_UNIT, G_DECIDED_MOVABLE, G_DECIDED_KERNEL, G_REASON,
	NR_G
};

static const char *const group_columns[NR_G] = {
	"id", "type", "node", "device", "blocks", "online_blocks", "kernel_bytes",
	"movable_bytes", "offline_bytes", "max_bytes", "unit_bytes",
	"decided_movable", "decided_kernel", "last_reason",
};

static int parse_group(struct group *g, struct records *r, const int *c)
{
	char *type = NULL, *device = NULL, *reason = NULL;
	uint64_t total = 0;

	/* Each step runs only if those before it went well. */
	int err = read_u32(r, c[G_ID], UINT32_MAX, &g->id) ?:
		read_node(r, c[G_NODE], &g->node) ?:
		records_u64(r, c[G_BLOCKS], &g->blocks) ?:
		records_u64(r, c[G_ONLINE], &g->online_blocks) ?:
		records_u64(r, c[G_KERNEL], &g->kernel) ?:
		records_u64(r, c[G_MOVABLE], &g->movable) ?:
		records_u64(r, c[G_OFFLINE], &g->offline) ?:
		records_opt_u64(r, c[G_MAX], &g->max) ?:
		records_opt_u64(r, c[G_UNIT], &g->unit) ?:
		records_opt_u64(r, c[G_DECIDED_MOVABLE], &g->decided_movable) ?:
		records_opt_u64(r, c[G_DECIDED_KERNEL], &g->decided_kernel) ?:
		records_string(r, c[G_TYPE], &type) ?:
		records_string(r, c[G_DEVICE], &device) ?:
		records_string(r, c[G_REASON], &reason) ?:
		add(&total, g->kernel, r) ?:
		add(&total, g->movable, r) ?:
		add(&total, g->offline, r) ?:
		copy_string(&g->type, type, r->fault) ?:
		copy_string(&g->device, device, r->fault) ?:
		copy_string(&g->last_reason, reason, r->fault);

	g->has_id = true;
	g->known_from = DEBUGFS_NAME;
	return err;
}

struct group *model_add_group(struct model *model)
{
	struct group *groups = grow(model->groups, model->nr_groups, sizeof(*groups));

	if (!groups)
		return NULL;
	model->groups = groups;
	groups += model->nr_groups++;
	*groups = (struct group){ .node = NO_NODE };
	return groups;
}

static int group_compare(const void *left, const void *right)
{
	const struct group *a = left, *b = right;

	return (a->id > b->id) - (a->id < b->id);
}

static int build_groups(struct model *model, struct model_sources *sources,
			struct fault *fault)
{
	struct seen_list ids = { 0 };
	int c[NR_G], err, more;
	struct records r;

	err = start(&r, sources, FILE_GROUPS, group_columns, c, NR_G, fault);
	if (err)
		return err;
	while ((more = records_next(&r)) > 0) {
		struct group *g = model_add_group(model);

		err = g ? parse_group(g, &r, c) : fault_nomem(fault);
		if (!err)
			err = seen_add(&ids, g->id, "", &r);
		if (err)
			break;
	}
	if (err || more < 0) {
		seen_drop(&ids);
		return err ? err : more;
	}
	err = seen_check(&ids, &r, "group");
	/* As the kernel lists them, too; blocks look their group up. */
	if (!err && model->nr_groups)
		qsort(model->groups, model->nr_groups, sizeof(*model->groups),
		      group_compare);
	return err;
}

/* zones, blocks, and the memory that is in no group */

/*
 * Without CONFIG_NUMA blocks and groups may have no node: if there is one node
 * only, theirs is that one.
 */
static int real_node(const struct node_sums *sums, int node)
{
	if (node == NO_NODE && sums->nr_with_zone == 1)
		return sums->node_with_zone;
	return node;
}

static struct node_sum *sum_of(struct node_sums *sums, int node)
{
	return &sums->sum[node == NO_NODE ? MAX_NODES : node];
}

enum { Z_NODE, Z_ZONE, Z_PRESENT, Z_EARLY, NR_Z };

static const char *const zone_columns[NR_Z] = {
	"node", "zone", "present_bytes", "early_bytes",
};

static int parse_zone(struct node_sums *sums, struct seen_list *seen,
		      struct records *r, const int *c)
{
	uint64_t present = 0, early = 0;
	struct node_sum *sum;
	uint32_t node = 0;
	char *zone = NULL;
	int err;

	err = read_u32(r, c[Z_NODE], MAX_NODES - 1, &node) ?:
		records_string(r, c[Z_ZONE], &zone) ?:
		records_u64(r, c[Z_PRESENT], &present) ?:
		records_u64(r, c[Z_EARLY], &early);
	if (err)
		return err;
	if (!zone)
		return records_fault(r, EINVAL, "no zone");
	if (early > present)
		return records_fault(r, EAGAIN, "more early than present bytes");
	err = seen_add(seen, node, zone, r);
	if (err)
		return err;
	/* Device memory is listed by no kernel so far, and is no system RAM. */
	if (!strcmp(zone, "Device"))
		return 0;
	sum = sum_of(sums, (int)node);
	if (!sum->has_zone) {
		sum->has_zone = true;
		sums->nr_with_zone++;
		sums->node_with_zone = (int)node;
	}
	return add(strcmp(zone, "Movable") ? &sum->zone_kernel : &sum->zone_movable,
		   present - early, r);
}

static int sum_zones(struct node_sums *sums, struct model_sources *sources,
		     struct fault *fault)
{
	struct seen_list seen = { 0 };
	int c[NR_Z], err, more;
	struct records r;

	err = start(&r, sources, FILE_ZONES, zone_columns, c, NR_Z, fault);
	if (err)
		return err;
	while ((more = records_next(&r)) > 0) {
		err = parse_zone(sums, &seen, &r, c);
		if (err)
			break;
	}
	if (err || more < 0) {
		seen_drop(&seen);
		return err ? err : more;
	}
	return seen_check(&seen, &r, "zone");
}

enum { B_BLOCK, B_NODE, B_GROUP, B_STATE, B_ZONE, NR_B };

static const char *const block_columns[NR_B] = {
	"block", "node", "group", "state", "zone",
};

static int parse_state(struct records *r, int column, uint8_t *state)
{
	const int number = block_state_of(r->field[column]);

	if (number < 0)
		return records_fault(r, EINVAL, "%.40s is no state of a memory block",
				     r->field[column]);
	*state = (uint8_t)number;
	return 0;
}

/* Which of the groups has that id; groups that come and go are a contradiction. */
static int find_group(const struct model *model, struct records *r, uint32_t id,
		      uint32_t *index)
{
	const struct group key = { .id = id }, *g = NULL;

	if (model->nr_groups)
		g = bsearch(&key, model->groups, model->nr_groups, sizeof(key),
			    group_compare);
	if (!g)
		return records_fault(r, EAGAIN, "there is no group %" PRIu32, id);
	*index = (uint32_t)(g - model->groups);
	return 0;
}

static int parse_block(const struct model *model, struct memory_block *block,
		       struct records *r, const int *c)
{
	uint32_t id = 0;
	int node, err;

	err = records_u64(r, c[B_BLOCK], &block->number) ?:
		read_node(r, c[B_NODE], &node) ?:
		parse_state(r, c[B_STATE], &block->state);
	if (err)
		return err;
	block->node = (int16_t)node;
	block->zone = (uint8_t)zone_kind_of(r->field[c[B_ZONE]]);
	block->group = NO_GROUP;
	if (!strcmp(r->field[c[B_GROUP]], "-"))
		return 0;
	return read_u32(r, c[B_GROUP], UINT32_MAX, &id) ?:
		find_group(model, r, id, &block->group);
}

static int block_compare(const void *left, const void *right)
{
	const struct memory_block *a = left, *b = right;

	return (a->number > b->number) - (a->number < b->number);
}

static int build_blocks(struct model *model, struct model_sources *sources,
			struct fault *fault)
{
	bool ascending = true;
	int c[NR_B], err, more;
	struct records r;
	size_t i;

	err = start(&r, sources, FILE_BLOCKS, block_columns, c, NR_B, fault);
	if (err)
		return err;
	while ((more = records_next(&r)) > 0) {
		struct memory_block *blocks = grow(model->blocks, model->nr_blocks,
						   sizeof(*blocks));

		if (!blocks)
			return fault_nomem(fault);
		model->blocks = blocks;
		blocks += model->nr_blocks++;
		err = parse_block(model, blocks, &r, c);
		if (err)
			return err;
		if (model->nr_blocks == 1 || blocks[-1].number < blocks->number)
			continue;
		if (blocks[-1].number == blocks->number)
			return records_fault(&r, EINVAL, "block %" PRIu64 " twice",
					     blocks->number);
		ascending = false;
	}
	if (more < 0 || ascending)
		return more;
	qsort(model->blocks, model->nr_blocks, sizeof(*model->blocks), block_compare);
	for (i = 1; i < model->nr_blocks; i++)
		if (model->blocks[i - 1].number == model->blocks[i].number)
			return fault_set(fault, EINVAL, "%s: block %" PRIu64 " twice",
					 r.file, model->blocks[i].number);
	return 0;
}

int model_check_addresses(const struct model *model, struct fault *fault)
{
	uint64_t last;

	if (!model->nr_blocks)
		return 0;
	last = model->blocks[model->nr_blocks - 1].number;
	if (last < UINT64_MAX / model->block_bytes)
		return 0;
	return fault_set(fault, EOVERFLOW, "block %" PRIu64 " has no address of 64 bits",
			 last);
}

const struct memory_block *model_block(const struct model *model, uint64_t number)
{
	const struct memory_block key = { .number = number };

	return model->nr_blocks ? bsearch(&key, model->blocks, model->nr_blocks,
					  sizeof(key), block_compare) : NULL;
}

/* What is offline and in no group. */
static void sum_blocks(struct node_sums *sums, const struct model *model)
{
	size_t i;

	for (i = 0; i < model->nr_blocks; i++) {
		const struct memory_block *b = &model->blocks[i];

		if (b->group == NO_GROUP && b->state == BLOCK_OFFLINE)
			sum_of(sums, real_node(sums, b->node))->offline_blocks++;
	}
}

static int sum_groups(struct node_sums *sums, const struct model *model,
		      const char *file, struct fault *fault)
{
	size_t i;

	for (i = 0; i < model->nr_groups; i++) {
		const struct group *g = &model->groups[i];
		struct node_sum *sum;
		int node = real_node(sums, g->node);

		if (!g->kernel && !g->movable)
			continue;
		if (node == NO_NODE)
			return fault_set(fault, EINVAL, "%s: group %" PRIu32 " has memory but no node",
					 file, g->id);
		sum = sum_of(sums, node);
		if (__builtin_add_overflow(sum->group_kernel, g->kernel,
					   &sum->group_kernel) ||
		    __builtin_add_overflow(sum->group_movable, g->movable,
					   &sum->group_movable))
			return fault_set(fault, EOVERFLOW, "%s: group %" PRIu32 ": the sum does not fit into 64 bits",
					 file, g->id);
	}
	return 0;
}

static int parse_block_size(uint64_t *size, struct model_sources *sources,
			    struct fault *fault)
{
	struct model_source *source = &sources->file[FILE_BLOCK_SIZE];
	struct text *text = &source->text;

	if (!text->data) {
		*fault = sources->block_size_fault;
		return -ENOENT;
	}
	if (text->len && text->data[text->len - 1] == '\n')
		text->data[--text->len] = '\0';
	/* A NUL byte inside would hide what follows it. */
	if (strlen(text->data) != text->len || units_parse_hex(text->data, size) ||
	    !*size)
		return fault_set(fault, EINVAL, "%s: line 1: no hexadecimal block size",
				 source->name);
	return 0;
}

/* The rows without an id: what the zones have beyond the groups. */
static int add_lone_memory(struct model *model, struct node_sums *sums,
			   struct model_sources *sources, struct fault *fault)
{
	const char *groups = sources->file[FILE_GROUPS].name;
	const char *zones = sources->file[FILE_ZONES].name;
	int i, err;

	for (i = 0; i <= MAX_NODES; i++) {
		int node = i < MAX_NODES ? i : NO_NODE;
		const struct node_sum *s = sum_of(sums, node);
		bool movable = s->group_movable > s->zone_movable;
		uint64_t size, online, blocks;
		struct group *g;

		if (movable || s->group_kernel > s->zone_kernel)
			return fault_set(fault, EAGAIN,
					 "%s and %s do not agree: the groups of node %d hold %" PRIu64
					 " bytes of %s memory, its zones %" PRIu64
					 " that were not there at boot", groups, zones,
					 node, movable ? s->group_movable : s->group_kernel,
					 movable ? "Movable" : "kernel",
					 movable ? s->zone_movable : s->zone_kernel);
		if (s->group_kernel == s->zone_kernel &&
		    s->group_movable == s->zone_movable && !s->offline_blocks)
			continue;
		err = parse_block_size(&size, sources, fault);
		if (err)
			return err;
		g = model_add_group(model);
		if (!g)
			return fault_nomem(fault);
		g->node = node;
		g->known_from = DEBUGFS_NAME;
		g->kernel = s->zone_kernel - s->group_kernel;
		g->movable = s->zone_movable - s->group_movable;
		if (__builtin_mul_overflow(s->offline_blocks, size, &g->offline) ||
		    __builtin_add_overflow(g->kernel, g->movable, &online) ||
		    __builtin_add_overflow(online, g->offline, &blocks))
			return fault_set(fault, EOVERFLOW, "%s and %s: the memory of node %d does not fit into 64 bits",
					 zones, sources->file[FILE_BLOCKS].name, node);
		g->online_blocks = online / size + (online % size != 0);
		g->blocks = g->online_blocks + s->offline_blocks;
	}
	return 0;
}

static int build_blocks_and_lone_memory(struct model *model,
					struct model_sources *sources,
					struct fault *fault)
{
	struct node_sums sums = { 0 };
	int err;

	sums.sum = calloc(MAX_NODES + 1, sizeof(*sums.sum));
	if (!sums.sum)
		return fault_nomem(fault);
	err = sum_zones(&sums, sources, fault) ?:
		sum_groups(&sums, model, sources->file[FILE_GROUPS].name, fault) ?:
		build_blocks(model, sources, fault);
	if (!err) {
		sum_blocks(&sums, model);
		err = add_lone_memory(model, &sums, sources, fault);
	}
	free(sums.sum);
	return err;
}

/* nodes */

enum {
	N_NODE, N_EARLY, N_KERNEL, N_MOVABLE, N_CMA, N_NEEDED, N_LIMIT, N_HEADROOM,
	NR_N
};

static const char *const node_columns[NR_N] = {
	"node", "early_kernel_bytes", "kernel_bytes", "movable_bytes", "cma_bytes",
	"needed_bytes", "limit_bytes", "headroom_bytes",
};

static int parse_node(struct node *n, struct records *r, const int *c)
{
	uint32_t number = 0;
	int err;

	*n = (struct node){ .node = NO_NODE };
	if (strcmp(r->field[c[N_NODE]], "system")) {
		err = read_u32(r, c[N_NODE], MAX_NODES - 1, &number);
		if (err)
			return err;
		n->node = (int)number;
	}
	return records_u64(r, c[N_EARLY], &n->early_kernel) ?:
		records_u64(r, c[N_KERNEL], &n->kernel) ?:
		records_u64(r, c[N_MOVABLE], &n->movable) ?:
		records_u64(r, c[N_CMA], &n->cma) ?:
		records_opt_u64(r, c[N_NEEDED], &n->needed) ?:
		records_opt_u64(r, c[N_LIMIT], &n->limit) ?:
		records_opt_u64(r, c[N_HEADROOM], &n->headroom);
}

static int node_compare(const void *left, const void *right)
{
	const struct node *a = left, *b = right;

	/* NO_NODE, the system, comes first. */
	return (a->node > b->node) - (a->node < b->node);
}

/*
 * What the policy makes of the numbers. With numa_aware the node and the system
 * must both have room, without it only the system. The kernel says so in the
 * headroom of each node; taking the smaller one here too changes nothing, but
 * keeps that promise in one place.
 */
static void apply_policy(struct model *model)
{
	const struct policy *policy = &model->policy;
	const struct opt_u64 system = model->nodes[0].headroom;
	bool on = !strcmp(policy->name, "auto-movable");
	bool contig = !strcmp(policy->name, "contig-zones");
	size_t i;

	for (i = 0; i < model->nr_nodes; i++) {
		struct node *n = &model->nodes[i];

		if (contig)
			n->headroom = (struct opt_u64){ 0 };
		else if (!policy->numa_aware ||
			 (n->headroom.set && system.set &&
			  system.value < n->headroom.value))
			n->headroom = system;
		if (on && (i == 0 || policy->numa_aware))
			n->allowed_ratio = (struct opt_u64){ true, policy->ratio };
	}
}

struct node *model_group_node(const struct model *model, const struct group *group)
{
	const struct node key = { .node = group->node };

	if (group->node == NO_NODE)
		return model->nr_nodes == 2 ? &model->nodes[1] : NULL;
	return bsearch(&key, model->nodes, model->nr_nodes, sizeof(key), node_compare);
}

/* Adds the memory of the dynamic groups to their nodes and the system. */
static int sum_dynamic(struct model *model, const char *file, struct fault *fault)
{
	size_t i;

	for (i = 0; i < model->nr_groups; i++) {
		const struct group *g = &model->groups[i];
		struct node *n;

		if (!group_is_dynamic(g))
			continue;
		n = model_group_node(model, g);
		/* No node can have more than the sum over all of them. */
		if (__builtin_add_overflow(model->nodes[0].dynamic_kernel, g->kernel,
					   &model->nodes[0].dynamic_kernel) ||
		    __builtin_add_overflow(model->nodes[0].dynamic_movable, g->movable,
					   &model->nodes[0].dynamic_movable))
			return fault_set(fault, EOVERFLOW, "%s: the sum does not fit into 64 bits",
					 file);
		if (n) {
			n->dynamic_kernel += g->kernel;
			n->dynamic_movable += g->movable;
		}
	}
	return 0;
}

int model_finish_nodes(struct model *model, const char *groups, struct fault *fault)
{
	apply_policy(model);
	return sum_dynamic(model, groups, fault);
}

static int build_nodes(struct model *model, struct model_sources *sources,
		       struct fault *fault)
{
	int c[NR_N], err, more;
	struct records r;
	size_t i;

	err = start(&r, sources, FILE_NODES, node_columns, c, NR_N, fault);
	if (err)
		return err;
	while ((more = records_next(&r)) > 0) {
		struct node *nodes = grow(model->nodes, model->nr_nodes,
					  sizeof(*nodes));

		if (!nodes)
			return fault_nomem(fault);
		model->nodes = nodes;
		err = parse_node(&nodes[model->nr_nodes++], &r, c);
		if (err)
			return err;
	}
	if (more < 0)
		return more;
	if (model->nr_nodes)
		qsort(model->nodes, model->nr_nodes, sizeof(*model->nodes),
		      node_compare);
	if (!model->nr_nodes || model->nodes[0].node != NO_NODE)
		return fault_set(fault, EINVAL, "%s: no record system", r.file);
	for (i = 1; i < model->nr_nodes; i++) {
		if (model->nodes[i].node == NO_NODE)
			return fault_set(fault, EINVAL, "%s: record system twice",
					 r.file);
		if (model->nodes[i].node == model->nodes[i - 1].node)
			return fault_set(fault, EINVAL, "%s: node %d twice", r.file,
					 model->nodes[i].node);
	}
	return model_finish_nodes(model, sources->file[FILE_GROUPS].name, fault);
}

int model_build(struct model *model, struct model_sources *sources,
		unsigned int need, struct fault *fault)
{
	int err = 0;

	*model = (struct model){ .from = FROM_DEBUGFS };
	if (need & MODEL_POLICY)
		err = build_policy(&model->policy, sources, fault);
	if (!err && need & (MODEL_GROUPS | MODEL_NODES))
		err = build_groups(model, sources, fault);
	if (!err && need & MODEL_NODES)
		err = build_nodes(model, sources, fault);
	if (!err && need & MODEL_NODES)
		group_headroom_set(model, sources->page_bytes ?:
				   (uint64_t)sysconf(_SC_PAGESIZE));
	if (!err && need & MODEL_GROUPS)
		err = build_blocks_and_lone_memory(model, sources, fault);
	if (!err && need & MODEL_BLOCKS)
		err = parse_block_size(&model->block_bytes, sources, fault);
	if (err)
		model_free(model);
	return err;
}

void model_free(struct model *model)
{
	size_t i;

	free(model->policy.name);
	for (i = 0; i < model->policy.nr_settings; i++) {
		free(model->policy.settings[i].name);
		free(model->policy.settings[i].value);
	}
	free(model->policy.settings);
	for (i = 0; i < model->nr_groups; i++) {
		free(model->groups[i].type);
		free(model->groups[i].device);
		free(model->groups[i].last_reason);
	}
	free(model->groups);
	free(model->nodes);
	free(model->blocks);
	for (i = 0; i < model->nr_notes; i++)
		free(model->notes[i]);
	free(model->notes);
	*model = (struct model){ 0 };
}

int model_note(struct model *model, struct fault *fault, const char *format, ...)
{
	char **notes;
	va_list args;
	int len;

	notes = grow(model->notes, model->nr_notes, sizeof(*notes));
	if (!notes)
		return fault_nomem(fault);
	model->notes = notes;
	va_start(args, format);
	len = vasprintf(&notes[model->nr_notes], format, args);
	va_end(args);
	if (len < 0)
		return fault_nomem(fault);
	model->nr_notes++;
	return 0;
}

/* Why a file of the view can't be opened, and what to do about it. */
static int explain(struct sysroot *root, const char *path, int err,
		   struct fault *fault)
{
	int view = sysroot_dir_has_entries(root, VIEW);
	int debugfs = sysroot_dir_has_entries(root, DEBUGFS);

	if (err == -EACCES || err == -EPERM || view == -EACCES || debugfs == -EACCES)
		return fault_set(fault, -err, "%s/%s: %s: only root may read debugfs, run memgroup-stat as root",
				 root->name, path, strerror(-err));
	if (err != -ENOENT || view >= 0)
		return err;
	if (debugfs == -ENOENT)
		return fault_set(fault, ENOENT, "%s/" DEBUGFS ": not there: sysfs is not mounted, or this kernel was built without CONFIG_DEBUG_FS",
				 root->name);
	if (debugfs == 0)
		return fault_set(fault, ENOENT, "%s/" DEBUGFS ": debugfs is not mounted: as root, run mount -t debugfs none /" DEBUGFS,
				 root->name);
	return fault_set(fault, ENOENT, "%s/" VIEW ": not there: this kernel has no view of memory groups, it needs one built with CONFIG_MEMGROUP_DEBUGFS",
			 root->name);
}

static int read_file(struct model_sources *sources, struct sysroot *root,
		     enum model_file file, struct fault *fault)
{
	struct model_source *source = &sources->file[file];
	int err;

	text_free(&source->text);
	err = sysroot_read(root, paths[file], &source->text, fault);
	if (err && file != FILE_BLOCK_SIZE)
		return explain(root, paths[file], err, fault);
	return err;
}

static bool text_equal(const struct text *a, const struct text *b)
{
	return a->len == b->len && !memcmp(a->data, b->data, a->len);
}

/*
 * Reads every file once, and groups again: what is the same before and after has
 * not changed between, and every change of a device's memory shows there.
 */
static int read_files(struct model_sources *sources, struct sysroot *root,
		      unsigned int need, struct fault *fault)
{
	const bool needed[NR_MODEL_FILES] = {
		[FILE_POLICY] = need & MODEL_POLICY,
		[FILE_GROUPS] = need & (MODEL_GROUPS | MODEL_NODES),
		[FILE_NODES] = need & MODEL_NODES,
		[FILE_ZONES] = need & MODEL_GROUPS,
		[FILE_BLOCKS] = need & MODEL_GROUPS,
	};
	struct text again;
	int file, err;

	for (file = 0; file < NR_MODEL_FILES; file++) {
		if (!needed[file])
			continue;
		err = read_file(sources, root, file, fault);
		if (err)
			return err;
	}
	if (need & MODEL_GROUPS)
		read_file(sources, root, FILE_BLOCK_SIZE,
			  &sources->block_size_fault);
	if (!needed[FILE_GROUPS])
		return 0;
	err = sysroot_read(root, paths[FILE_GROUPS], &again, fault);
	if (err)
		return err;
	if (!text_equal(&again, &sources->file[FILE_GROUPS].text))
		err = fault_set(fault, EAGAIN, "%s changed while %s was read",
				sources->file[FILE_GROUPS].name,
				sources->file[need & MODEL_GROUPS ? FILE_ZONES :
					      FILE_NODES].name);
	text_free(&again);
	return err;
}

static int read_debugfs(struct model *model, struct sysroot *root, unsigned int need,
			struct fault *fault)
{
	struct model_sources sources = { 0 };
	int file, tries, err = 0;

	for (file = 0; file < NR_MODEL_FILES; file++) {
		if (asprintf(&sources.file[file].name, "%s/%s", root->name,
			     paths[file]) < 0) {
			sources.file[file].name = NULL;
			err = fault_nomem(fault);
			goto out;
		}
	}
	for (tries = 0; tries < READINGS; tries++) {
		if (tries) {
			struct timespec pause = { .tv_nsec = READING_PAUSE_NS };

			nanosleep(&pause, NULL);
		}
		err = read_files(&sources, root, need, fault);
		if (!err)
			err = model_build(model, &sources, need, fault);
		if (err != -EAGAIN)
			break;
	}
	if (err == -EAGAIN) {
		struct fault last = *fault;

		fault_set(fault, EAGAIN, "%.900s (after %d readings)", last.text,
			  READINGS);
	}
out:
	for (file = 0; file < NR_MODEL_FILES; file++) {
		text_free(&sources.file[file].text);
		free(sources.file[file].name);
	}
	return err;
}

/* There may be a view that is not for this user: one line says so, for all of it. */
static int note_hidden(struct model *model, int why, struct fault *fault)
{
	static const char hint[] = "run as root";
	size_t i;

	for (i = 0; i < model->nr_notes; i++)
		if (!strncmp(model->notes[i], hint, strlen(hint)))
			return 0;
	return model_note(model, fault, "%s: /" VIEW ": %s", hint, strerror(-why));
}

int model_read_from(struct model *model, struct sysroot *root, enum model_from from,
		    unsigned int need, struct fault *fault)
{
	switch (from) {
	case FROM_DEBUGFS:
		return read_debugfs(model, root, need, fault);
	case FROM_SYSFS:
		return model_read_stock(model, root, need, fault);
	default:
		return model_read(model, root, need, fault);
	}
}

int model_read(struct model *model, struct sysroot *root, unsigned int need,
	       struct fault *fault)
{
	const int view = sysroot_dir_has_entries(root, VIEW);
	int err;

	if (view > 0)
		return read_debugfs(model, root, need, fault);
	err = model_read_stock(model, root, need, fault);
	/* With neither of them, the view is what is missing. */
	if (err == -ENOENT)
		return read_debugfs(model, root, need, fault);
	if (!err && (view == -EACCES || view == -EPERM)) {
		err = note_hidden(model, view, fault);
		if (err)
			model_free(model);
	}
	return err;
}
