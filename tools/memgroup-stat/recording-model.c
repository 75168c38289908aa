// SPDX-License-Identifier: GPL-2.0
#include "recording-model.h"

#include <errno.h>
#include <inttypes.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "group-headroom.h"
#include "grow.h"
#include "node-headroom.h"
#include "recording-view.h"

#define TRACE_NAME "trace"

/* Writing the view takes a moment; this many events do not come in it. */
#define EARLY_MAX 65536

struct device;

/* A memory block. Of which device it is, its list says. */
struct block {
	uint64_t number;	/* first: the key of the tree */
	struct device *device;
	struct block *next, **link;	/* others of the device */
	int16_t node;
	uint8_t state, zone;
	bool early;		/* it was there at boot */
	bool left;		/* it went offline, and perhaps was removed */
};

/* A group, or the memory of a node that is in none. */
struct device {
	int64_t key;		/* first: the id, or below 0 for a node's */
	struct group group;
	struct block *blocks;
	uint32_t index;		/* in the model that is being made */
};

struct recording_model {
	uint64_t page_bytes, block_bytes;
	bool has_view;
	struct recording_view view;
	struct fault view_fault;	/* why the view is of no use; or empty */
	/* Events while the view was being written: it may have them already. */
	struct trace_event *early;
	size_t nr_early;
	bool unsure;			/* they are being applied */

	struct policy policy;
	uint64_t decisions, previews;	/* since the beginning */
	struct node *nodes;		/* those of the view */
	size_t nr_nodes;
	void *devices, *blocks;		/* trees */
	size_t nr_devices, nr_blocks;
	uint64_t misfits;		/* events that contradict what came before */
};

static int compare_numbers(const void *left, const void *right)
{
	const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

/* Groups by their id, then what is in none by its node. */
static int compare_keys(const void *left, const void *right)
{
	const uint64_t a = (uint64_t)*(const int64_t *)left;
	const uint64_t b = (uint64_t)*(const int64_t *)right;

	return (a > b) - (a < b);
}

static int64_t key_of(int mgid, int node)
{
	/* As unsigned numbers these come last, and no node first. */
	return mgid >= 0 ? mgid : INT64_MIN + 1 + node;
}

static void misfit(struct recording_model *s)
{
	s->misfits += !s->unsure;
}

/* Sums that cannot be told apart from wrong ones any more stay where they are. */
static void add(struct recording_model *s, uint64_t *sum, uint64_t bytes)
{
	uint64_t total;

	if (__builtin_add_overflow(*sum, bytes, &total))
		misfit(s);
	else
		*sum = total;
}

static void take(struct recording_model *s, uint64_t *sum, uint64_t bytes)
{
	if (*sum < bytes)
		misfit(s);
	*sum -= bytes < *sum ? bytes : *sum;
}

static void change(struct recording_model *s, uint64_t *sum, uint64_t bytes, bool more)
{
	if (more)
		add(s, sum, bytes);
	else
		take(s, sum, bytes);
}

/* Devices */

static void free_group(struct group *group)
{
	free(group->type);
	free(group->device);
	free(group->last_reason);
}

static void free_device(void *node)
{
	struct device *device = node;

	free_group(&device->group);
	free(device);
}

static struct device *find_device(const struct recording_model *s, int64_t key)
{
	struct device **found = tfind(&key, &s->devices, compare_keys);

	return found ? *found : NULL;
}

/* One that is there is returned as it is. NULL without memory. */
static struct device *get_device(struct recording_model *s, int mgid, int node)
{
	const int64_t key = key_of(mgid, node);
	struct device *device = find_device(s, key);

	if (device)
		return device;
	device = calloc(1, sizeof(*device));
	if (!device)
		return NULL;
	device->key = key;
	device->group = (struct group){
		.has_id = mgid >= 0, .id = mgid >= 0 ? (uint32_t)mgid : 0, .node = node,
		.known_from = TRACE_NAME,
	};
	if (!tsearch(device, &s->devices, compare_keys)) {
		free_device(device);
		return NULL;
	}
	s->nr_devices++;
	return device;
}

static int set_text(char **text, const char *value, struct fault *fault)
{
	char *copy = NULL;

	if (strcmp(value, "-") && strcmp(value, "none")) {
		if (*text && !strcmp(*text, value))
			return 0;
		copy = strdup(value);
		if (!copy)
			return fault_nomem(fault);
	}
	free(*text);
	*text = copy;
	return 0;
}

/* The device of an event; what is not known of it yet is learnt. */
static struct device *device_of(struct recording_model *s, int mgid, int node,
				const char *name, const char *type, struct fault *fault)
{
	const size_t before = s->nr_devices;
	struct device *device = get_device(s, mgid, node);

	if (!device) {
		fault_nomem(fault);
		return NULL;
	}
	if (mgid < 0)
		return device;
	/* The view would have had it, or it was registered since. */
	if (s->nr_devices > before && s->has_view)
		misfit(s);
	if ((!device->group.device && set_text(&device->group.device, name, fault)) ||
	    (type && !device->group.type && set_text(&device->group.type, type, fault)))
		return NULL;
	if (device->group.node == NO_NODE)
		device->group.node = node;
	return device;
}

/* Nodes */

static struct node *find_node(struct recording_model *s, int number)
{
	size_t i;

	if (number == NO_NODE)
		return s->nr_nodes == 2 ? &s->nodes[1] : NULL;
	for (i = 1; i < s->nr_nodes; i++)
		if (s->nodes[i].node == number)
			return &s->nodes[i];
	return NULL;
}

/* A node whose first memory comes with an event; NULL without a view or memory. */
static struct node *get_node(struct recording_model *s, int number)
{
	struct node *node = find_node(s, number), *nodes;

	if (node || !s->has_view || number == NO_NODE)
		return node;
	nodes = reallocarray(s->nodes, s->nr_nodes + 1, sizeof(*nodes));
	if (!nodes)
		return NULL;
	s->nodes = nodes;
	node = &nodes[s->nr_nodes++];
	/* They are in the order of their numbers. */
	for (; node > nodes + 1 && node[-1].node > number; node--)
		*node = node[-1];
	*node = (struct node){ .node = number };
	return node;
}

/* Blocks */

static struct block *find_block(const struct recording_model *s, uint64_t number)
{
	struct block **found = tfind(&number, &s->blocks, compare_numbers);

	return found ? *found : NULL;
}

static void unlink_block(struct block *block)
{
	if (!block->link)
		return;
	*block->link = block->next;
	if (block->next)
		block->next->link = block->link;
	block->link = NULL;
}

static void link_block(struct block *block, struct device *device)
{
	unlink_block(block);
	block->device = device;
	block->next = device->blocks;
	block->link = &device->blocks;
	if (block->next)
		block->next->link = &block->next;
	device->blocks = block;
}

static struct block *new_block(struct recording_model *s, uint64_t number,
			       struct device *device)
{
	struct block *block = calloc(1, sizeof(*block));

	if (!block)
		return NULL;
	*block = (struct block){ .number = number, .state = BLOCK_OFFLINE, .zone = ZONE_NONE };
	if (!tsearch(block, &s->blocks, compare_numbers)) {
		free(block);
		return NULL;
	}
	s->nr_blocks++;
	link_block(block, device);
	return block;
}

static void change_node(struct recording_model *s, struct node *node,
			const struct block *block, bool more)
{
	if (!node)
		return;
	if (block->zone == ZONE_MOVABLE) {
		change(s, &node->movable, s->block_bytes, more);
		return;
	}
	change(s, &node->kernel, s->block_bytes, more);
	if (block->early)
		change(s, &node->early_kernel, s->block_bytes, more);
}

/*
 * Adds the block to all sums, or takes it out of them. How many blocks are in no group is
 * found from the other sums, as it is in the view.
 */
static void account(struct recording_model *s, struct block *block, bool more)
{
	struct group *group = &block->device->group;

	if (group->has_id)
		change(s, &group->blocks, 1, more);
	if (block->state == BLOCK_OFFLINE) {
		change(s, &group->offline, s->block_bytes, more);
		return;
	}
	/* What was there at boot is no device's, and in no such sum. */
	if (!block->early) {
		if (group->has_id)
			change(s, &group->online_blocks, 1, more);
		change(s, block->zone == ZONE_MOVABLE ? &group->movable : &group->kernel,
		       s->block_bytes, more);
	}
	if (s->nr_nodes) {
		change_node(s, &s->nodes[0], block, more);
		change_node(s, get_node(s, block->node), block, more);
	}
}

static void remove_block(struct recording_model *s, struct block *block)
{
	if (block->state != BLOCK_OFFLINE)
		misfit(s);
	account(s, block, false);
	unlink_block(block);
	tdelete(block, &s->blocks, compare_numbers);
	free(block);
	s->nr_blocks--;
}

static void remove_device(struct recording_model *s, struct device *device)
{
	while (device->blocks)
		remove_block(s, device->blocks);
	tdelete(device, &s->devices, compare_keys);
	free_device(device);
	s->nr_devices--;
}

/*
 * Boot memory, or added later without a group? The view has only the sum of the latter;
 * what exceeds it was there at boot.
 */
static bool is_early(const struct recording_model *s, const struct block *block)
{
	const struct group *group = &block->device->group;
	const uint64_t sum = block->zone == ZONE_MOVABLE ? group->movable : group->kernel;

	return s->has_view && !group->has_id && sum < s->block_bytes;
}

/* Returns false for one of another size than those before. */
static bool has_known_size(struct recording_model *s, uint64_t block_pages)
{
	uint64_t bytes;

	if (__builtin_mul_overflow(block_pages, s->page_bytes, &bytes)) {
		misfit(s);
		return false;
	}
	if (!s->block_bytes)
		s->block_bytes = bytes;
	if (s->block_bytes != bytes)
		misfit(s);
	return s->block_bytes == bytes;
}

/* The block of an event; one that is not known yet was added, and is offline. */
static struct block *block_of(struct recording_model *s, uint64_t number, int node,
			      struct device *device, struct fault *fault)
{
	struct block *block = find_block(s, number);

	if (!block) {
		block = new_block(s, number, device);
		if (!block) {
			fault_nomem(fault);
			return NULL;
		}
		block->node = (int16_t)node;
		account(s, block, true);
	} else if (block->device != device) {
		/* It was removed, and is another device's now. */
		misfit(s);
		account(s, block, false);
		link_block(block, device);
		account(s, block, true);
	}
	return block;
}

static void set_state(struct recording_model *s, struct block *block, int node,
		      enum block_state state, enum zone_kind zone)
{
	const bool was_known = block->zone != ZONE_NONE && block->zone != ZONE_UNKNOWN;

	if (block->state == state) {
		/* Between them is an event that was lost. */
		misfit(s);
		if (state == BLOCK_OFFLINE || (was_known && block->zone == zone))
			return;
	}
	account(s, block, false);
	block->state = (uint8_t)state;
	block->zone = (uint8_t)zone;
	block->node = (int16_t)node;
	account(s, block, true);
}

/* Events */

static int on_block(struct recording_model *s, const struct change *c,
		    struct fault *fault)
{
	struct device *device;
	struct block *block;

	if (!has_known_size(s, c->block_pages))
		return 0;
	device = device_of(s, c->mgid, c->node, c->device, NULL, fault);
	block = device ? block_of(s, c->block, c->node, device, fault) : NULL;
	if (!block)
		return -ENOMEM;
	/* It is as it was. */
	if (c->result)
		return 0;
	if (c->kind == CHANGE_ONLINE) {
		set_state(s, block, c->node, BLOCK_ONLINE, zone_kind_of(c->zone));
		block->left = false;
		return 0;
	}
	if (block->state == BLOCK_ONLINE)
		block->early |= is_early(s, block);
	set_state(s, block, c->node, BLOCK_OFFLINE, ZONE_NONE);
	block->left = true;
	return 0;
}

static void set_bytes(struct recording_model *s, struct opt_u64 *number, uint64_t pages)
{
	number->set = pages && !__builtin_mul_overflow(pages, s->page_bytes,
						       &number->value);
}

static int on_register(struct recording_model *s, const struct change *c,
		       struct fault *fault)
{
	struct device *device = find_device(s, key_of(c->mgid, c->node));
	struct group *group;

	/* While the view was written: the same. Else its end was lost. */
	if (device) {
		misfit(s);
		if (!s->unsure)
			remove_device(s, device);
	}
	device = c->mgid < 0 ? NULL : get_device(s, c->mgid, c->node);
	if (!device)
		return c->mgid < 0 ? (misfit(s), 0) : fault_nomem(fault);
	group = &device->group;
	set_bytes(s, &group->max, c->dynamic ? 0 : c->max_pages);
	set_bytes(s, &group->unit, c->dynamic ? c->unit_pages : 0);
	if (!group->decided_movable.set)
		group->decided_movable = group->decided_kernel = (struct opt_u64){ true, 0 };
	return set_text(&group->device, c->device, fault) ?:
		set_text(&group->type, c->dynamic ? "dynamic" : "static", fault);
}

static void on_unregister(struct recording_model *s, const struct change *c)
{
	struct device *device = c->mgid < 0 ? NULL :
				find_device(s, key_of(c->mgid, c->node));

	if (device)
		remove_device(s, device);
	else
		misfit(s);
}

/* Nothing else in a trace tells when a parameter was changed. */
static int learn_policy(struct recording_model *s, const struct decision *d,
			struct fault *fault)
{
	uint64_t ratio;

	if (!strcmp(d->policy, "auto-movable") && strcmp(d->domain, "none") &&
	    explain_ratio(d, &ratio) && ratio <= UINT32_MAX) {
		s->policy.ratio = (uint32_t)ratio;
		s->policy.ratio_unknown = false;
	}
	return set_text(&s->policy.name, d->policy, fault);
}

static int on_decision(struct recording_model *s, const struct decision *d,
		       struct fault *fault)
{
	struct opt_u64 *count;
	struct device *device;

	if (d->preview) {
		s->previews++;
		return learn_policy(s, d, fault);
	}
	s->decisions++;
	if (!has_known_size(s, d->block_pages))
		return 0;
	device = device_of(s, d->mgid, d->node, d->device, d->group_type, fault);
	if (!device || !block_of(s, d->block, d->node, device, fault))
		return -ENOMEM;
	/* The kernel counts them for groups. */
	if (d->mgid >= 0 && !s->unsure) {
		count = !strcmp(d->zone, "Movable") ? &device->group.decided_movable :
						      &device->group.decided_kernel;
		count->set = true;
		count->value++;
		if (set_text(&device->group.last_reason, d->reason, fault))
			return -ENOMEM;
	}
	return learn_policy(s, d, fault);
}

static int apply(struct recording_model *s, const struct trace_event *event,
		 struct fault *fault)
{
	if (event->is_decision)
		return on_decision(s, &event->decision, fault);
	switch (event->change.kind) {
	case CHANGE_REGISTER:
		return on_register(s, &event->change, fault);
	case CHANGE_UNREGISTER:
		on_unregister(s, &event->change);
		return 0;
	default:
		return on_block(s, &event->change, fault);
	}
}

static int drop_view(struct recording_model *s, const char *why, struct fault *fault);

int recording_model_event(struct recording_model *s, const struct trace_event *event,
			  struct fault *fault)
{
	struct trace_event *early;

	if (!s->view.open)
		return apply(s, event, fault);
	if (s->nr_early == EARLY_MAX)
		return drop_view(s, "it does not end", fault) ?: apply(s, event, fault);
	early = grow(s->early, s->nr_early, sizeof(*early));
	if (!early)
		return fault_nomem(fault);
	s->early = early;
	early[s->nr_early++] = *event;
	return 0;
}

/* The view */

static void forget(struct recording_model *s)
{
	size_t i;

	free(s->policy.name);
	for (i = 0; i < s->policy.nr_settings; i++) {
		free(s->policy.settings[i].name);
		free(s->policy.settings[i].value);
	}
	free(s->policy.settings);
	s->policy = (struct policy){ 0 };
	free(s->nodes);
	s->nodes = NULL;
	s->nr_nodes = 0;
	tdestroy(s->blocks, free);
	tdestroy(s->devices, free_device);
	s->blocks = s->devices = NULL;
	s->nr_blocks = s->nr_devices = 0;
	s->decisions = s->previews = 0;
}

/* The groups of the model become devices, in the order of @devices. */
static int take_groups(struct recording_model *s, struct model *model,
		       struct device **devices, struct fault *fault)
{
	size_t i;

	for (i = 0; i < model->nr_groups; i++) {
		struct group *group = &model->groups[i];

		if (group->has_id && group->id > INT32_MAX)
			return fault_set(fault, EINVAL, "%" PRIu32 " is no id of a group",
					 group->id);
		devices[i] = get_device(s, group->has_id ? (int)group->id : -1, group->node);
		if (!devices[i])
			return fault_nomem(fault);
		devices[i]->group = *group;
		*group = (struct group){ 0 };
	}
	return 0;
}

static int take_blocks(struct recording_model *s, const struct model *model,
		       struct device **devices, struct fault *fault)
{
	size_t i;

	for (i = 0; i < model->nr_blocks; i++) {
		const struct memory_block *b = &model->blocks[i];
		/* Without CONFIG_NUMA all is on the only one. */
		const int node = b->node == NO_NODE && s->nr_nodes == 2 ? s->nodes[1].node :
								       b->node;
		struct device *device = b->group == NO_GROUP ? get_device(s, -1, node) :
							       devices[b->group];
		struct block *block = device ? new_block(s, b->number, device) : NULL;

		if (!block)
			return fault_nomem(fault);
		block->node = b->node;
		block->state = b->state;
		block->zone = b->zone;
	}
	return 0;
}

/* Takes the parts of the model over, and leaves what remains of it to be freed. */
static int take_view(struct recording_model *s, struct model *model, struct fault *fault)
{
	struct device **devices = calloc(model->nr_groups + 1, sizeof(*devices));
	int err;

	if (!devices)
		return fault_nomem(fault);
	forget(s);
	s->policy = model->policy;
	model->policy = (struct policy){ 0 };
	s->nodes = model->nodes;
	s->nr_nodes = model->nr_nodes;
	model->nodes = NULL;
	model->nr_nodes = 0;
	s->block_bytes = model->block_bytes;
	err = take_groups(s, model, devices, fault) ?: take_blocks(s, model, devices, fault);
	free(devices);
	return err;
}

/* The events that came while it was written, now that it is there, or never will be. */
static int apply_early(struct recording_model *s, bool unsure, struct fault *fault)
{
	int err = 0;
	size_t i;

	s->unsure = unsure;
	for (i = 0; i < s->nr_early && !err; i++)
		err = apply(s, &s->early[i], fault);
	s->unsure = false;
	free(s->early);
	s->early = NULL;
	s->nr_early = 0;
	return err;
}

static int build_view(struct recording_model *s, struct fault *fault)
{
	struct model model;
	int err = recording_view_build(&s->view, &model, s->page_bytes, &s->view_fault);

	recording_view_free(&s->view);
	if (err == -ENOMEM)
		return fault_nomem(fault);
	if (err)
		return apply_early(s, false, fault);
	*s->view_fault.text = '\0';
	err = take_view(s, &model, fault);
	model_free(&model);
	s->has_view = true;
	return err ?: apply_early(s, true, fault);
}

static int drop_view(struct recording_model *s, const char *why, struct fault *fault)
{
	recording_view_free(&s->view);
	fault_set(&s->view_fault, EINVAL, "%s", why);
	return apply_early(s, false, fault);
}

int recording_model_mark(struct recording_model *s, const char *line, struct fault *fault)
{
	struct fault cause;
	const int state = recording_view_add(&s->view, line, &cause);

	if (state == -ENOMEM)
		return fault_nomem(fault);
	if (state < 0)
		return drop_view(s, cause.text, fault);
	return state == VIEW_WHOLE ? build_view(s, fault) : 0;
}

bool recording_model_is_open(const struct recording_model *s)
{
	return s->view.open;
}

int recording_model_end(struct recording_model *s, struct fault *fault)
{
	return s->view.open ? drop_view(s, "it is not whole", fault) : 0;
}

struct recording_model *recording_model_new(uint64_t page_bytes)
{
	struct recording_model *s = calloc(1, sizeof(*s));

	if (s)
		*s = (struct recording_model){
			.page_bytes = page_bytes, .policy.ratio_unknown = true,
		};
	return s;
}

void recording_model_free(struct recording_model *s)
{
	if (!s)
		return;
	forget(s);
	recording_view_free(&s->view);
	free(s->early);
	free(s);
}

/* The model that it makes */

static int copy_text(char **copy, const char *text, struct fault *fault)
{
	*copy = text ? strdup(text) : NULL;
	return text && !*copy ? fault_nomem(fault) : 0;
}

static uint64_t later(struct opt_u64 number, uint64_t more)
{
	return number.value > UINT64_MAX - more ? UINT64_MAX : number.value + more;
}

/* A setting as it is now: what was counted or learnt since, in place of what was then. */
static int copy_setting(const struct recording_model *s, struct setting *copy,
			const struct setting *setting, struct fault *fault)
{
	char number[24] = "";
	const char *value = number;

	if (!strcmp(setting->name, "decisions"))
		snprintf(number, sizeof(number), "%" PRIu64,
			 later(s->policy.decisions, s->decisions));
	else if (!strcmp(setting->name, "previews"))
		snprintf(number, sizeof(number), "%" PRIu64,
			 later(s->policy.previews, s->previews));
	else if (!strcmp(setting->name, "auto_movable_ratio"))
		snprintf(number, sizeof(number), "%" PRIu32, s->policy.ratio);
	else if (!strcmp(setting->name, "online_policy"))
		value = s->policy.name;
	else
		value = setting->value;
	if (copy_text(&copy->name, setting->name, fault))
		return -ENOMEM;
	return copy_text(&copy->value, value, fault);
}

static int copy_policy(const struct recording_model *s, struct model *model,
		       struct fault *fault)
{
	const struct policy *from = &s->policy;
	struct policy *to = &model->policy;
	size_t i;
	int err;

	to->ratio = from->ratio;
	to->ratio_unknown = from->ratio_unknown;
	to->has_numa_aware = from->has_numa_aware;
	to->numa_aware = from->numa_aware;
	to->clamped = from->clamped;
	to->decisions = (struct opt_u64){ s->has_view, later(from->decisions, s->decisions) };
	to->previews = (struct opt_u64){ s->has_view, later(from->previews, s->previews) };
	err = copy_text(&to->name, from->name ?: POLICY_UNKNOWN, fault);
	to->settings = calloc(from->nr_settings + 1, sizeof(*to->settings));
	if (!to->settings)
		return fault_nomem(fault);
	to->nr_settings = from->nr_settings;
	for (i = 0; i < from->nr_settings && !err; i++)
		err = copy_setting(s, &to->settings[i], &from->settings[i], fault);
	return err;
}

/* What the walk through a tree adds to. */
struct walk {
	const struct recording_model *system;
	struct model *model;
	struct fault *fault;
	uint64_t nr_left;	/* blocks that perhaps are not there any more */
	int err;
};

static void copy_device(struct walk *walk, struct device *device)
{
	const struct group *from = &device->group;
	const uint64_t size = walk->system->block_bytes;
	struct model *model = walk->model;
	struct group *to;
	uint64_t online;

	/* Only a sum of what is not there. */
	device->index = NO_GROUP;
	if (!from->has_id && !from->kernel && !from->movable && !from->offline)
		return;
	device->index = (uint32_t)model->nr_groups;
	to = &model->groups[model->nr_groups++];
	*to = *from;
	to->type = to->device = to->last_reason = NULL;
	if (!from->has_id && size) {
		online = later((struct opt_u64){ true, from->kernel }, from->movable);
		to->online_blocks = online / size + (online % size != 0);
		to->blocks = to->online_blocks + from->offline / size;
	}
	walk->err = copy_text(&to->type, from->type, walk->fault) ?:
		copy_text(&to->device, from->device, walk->fault) ?:
		copy_text(&to->last_reason, from->last_reason, walk->fault);
}

static void visit_device(const void *node, VISIT visit, void *context)
{
	struct walk *walk = context;

	if ((visit == postorder || visit == leaf) && !walk->err)
		copy_device(walk, *(struct device *const *)node);
}

static void visit_block(const void *node, VISIT visit, void *context)
{
	const struct block *block = *(const struct block *const *)node;
	struct walk *walk = context;

	if (visit != postorder && visit != leaf)
		return;
	walk->nr_left += block->left;
	walk->model->blocks[walk->model->nr_blocks++] = (struct memory_block){
		.number = block->number,
		.group = block->device->group.has_id ? block->device->index : NO_GROUP,
		.node = block->node, .state = block->state, .zone = block->zone,
	};
}

static int copy_trees(const struct recording_model *s, struct model *model,
		      struct fault *fault)
{
	struct walk walk = { .system = s, .model = model, .fault = fault };

	model->groups = calloc(s->nr_devices + 1, sizeof(*model->groups));
	model->blocks = calloc(s->nr_blocks + 1, sizeof(*model->blocks));
	if (!model->groups || !model->blocks)
		return fault_nomem(fault);
	twalk_r(s->devices, visit_device, &walk);
	if (!walk.err)
		twalk_r(s->blocks, visit_block, &walk);
	if (!walk.err && walk.nr_left)
		walk.err = model_note(model, fault, "%" PRIu64 " block%s offline may have been removed: no event tells",
				      walk.nr_left, walk.nr_left == 1 ? " that went" : "s that went");
	return walk.err;
}

/* The account of the policy: what the kernel said of it is as old as the view. */
static int copy_nodes(const struct recording_model *s, struct model *model,
		      struct fault *fault)
{
	size_t i;
	int err;

	model->nodes = calloc(s->nr_nodes + 1, sizeof(*model->nodes));
	if (!model->nodes)
		return fault_nomem(fault);
	model->nr_nodes = s->nr_nodes;
	for (i = 0; i < s->nr_nodes; i++)
		model->nodes[i] = (struct node){
			.node = s->nodes[i].node, .early_kernel = s->nodes[i].early_kernel,
			.kernel = s->nodes[i].kernel, .movable = s->nodes[i].movable,
			.cma = s->nodes[i].cma,
		};
	if (!s->nr_nodes)
		return 0;
	err = node_headroom_set(model, s->page_bytes, TRACE_NAME, fault) ?:
		model_finish_nodes(model, TRACE_NAME, fault);
	if (!err)
		group_headroom_set(model, s->page_bytes);
	return err;
}

static int add_notes(const struct recording_model *s, struct model *model,
		     struct fault *fault)
{
	int err = 0;

	if (*s->view_fault.text)
		err = model_note(model, fault, "the view of the system at the beginning is of no use: %s",
				 s->view_fault.text);
	if (!err && !s->has_view)
		err = model_note(model, fault, "what was there when the recording began is not in it: only the devices and blocks of its events are known, and no nodes");
	if (!err && s->misfits)
		err = model_note(model, fault, "%" PRIu64 " event%s not fit what came before: some may have been lost",
				 s->misfits, s->misfits == 1 ? " does" : "s do");
	return err;
}

int recording_model_get(const struct recording_model *s, struct model *model,
			struct fault *fault)
{
	int err;

	*model = (struct model){ .from = FROM_TRACE, .block_bytes = s->block_bytes };
	/* Without any event there are no blocks to divide it by, either. */
	if (!model->block_bytes)
		model->block_bytes = s->page_bytes;
	err = copy_policy(s, model, fault) ?: copy_trees(s, model, fault) ?:
		copy_nodes(s, model, fault) ?: add_notes(s, model, fault);
	if (err)
		model_free(model);
	return err;
}
