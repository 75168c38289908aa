// SPDX-License-Identifier: GPL-2.0
#include "plan-options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"

#define KIB(n)	((uint64_t)(n) << 10)
#define MIB(n)	((uint64_t)(n) << 20)

#define COUNT_MOST	(UINT64_C(1) << 20)
#define BLOCK_LEAST	MIB(16)
#define BLOCK_MOST	MIB(2048)

struct plan_args plan_args = {
	.reserved_bytes = KIB(512),
	.policy = {
		.policy = MEMGROUP_POLICY_AUTO_MOVABLE, .ratio = 301, .numa_aware = true,
	},
};

enum {
	OPT_BOOT, OPT_LIVE, OPT_POLICY, OPT_RATIO, OPT_NUMA_AWARE, OPT_BLOCK_SIZE,
	OPT_RESERVED, OPT_MEMMAP, OPT_DIMM, OPT_DAX, OPT_VIRTIO_MEM, OPT_RESIZE, OPT_UNPLUG,
	OPT_OFFLINE, OPT_ONLINE, OPT_UNPLUGGABLE, OPT_ALL,
};

const struct option_spec plan_options[] = {
	[OPT_BOOT] = { "boot", 0, "SIZE", "boot memory of a node; once for each node" },
	[OPT_LIVE] = { "live", 0, NULL, "begin with this system, as without --boot" },
	[OPT_POLICY] = { "policy", 0, "NAME", "auto-movable or contig-zones" },
	[OPT_RATIO] = { "ratio", 0, "PERCENT",
			"most MOVABLE memory, in percent of KERNEL" },
	[OPT_NUMA_AWARE] = { "numa-aware", 0, "YESNO",
			     "must that hold on each node? yes or no" },
	[OPT_BLOCK_SIZE] = { "block-size", 0, "SIZE", "size of a memory block (128M)" },
	[OPT_RESERVED] = { "reserved", 0, "SIZE",
			   "boot memory that the firmware keeps (512K)" },
	[OPT_MEMMAP] = { "memmap-on-memory", 0, NULL,
			 "DIMMs of one block hold their own memory map" },
	[OPT_DIMM] = { "dimm", 0, "SIZE[xN]", "plug DIMMs; ,node=N,id=NAME" },
	[OPT_DAX] = { "dax", 0, "SIZE", "plug a dax/kmem range; ,node=N,id=NAME" },
	[OPT_VIRTIO_MEM] = { "virtio-mem", 0, "SIZE",
			     "plug it; ,max=SIZE,unit=SIZE,node=N,id=NAME" },
	[OPT_RESIZE] = { "resize", 0, "DEV=SIZE",
			 "resize a virtio-mem device; +SIZE, -SIZE: by that" },
	[OPT_UNPLUG] = { "unplug", 0, "DEV", "unplug a DIMM or a dax/kmem range" },
	[OPT_OFFLINE] = { "offline", 0, "BLOCK", "take a memory block offline" },
	[OPT_ONLINE] = { "online", 0, "BLOCK",
			 "bring it online; BLOCK=kernel, BLOCK=movable: there" },
	[OPT_UNPLUGGABLE] = { "unpluggable", 0, "SIZE",
			      "the ratio that lets so much be unplugged, or DEV" },
	[OPT_ALL] = { "all", 'a', NULL, "print each range of blocks by itself" },
	{ NULL, 0, NULL, NULL }
};

static int bad(struct fault *fault, size_t option, const char *value, const char *what)
{
	return fault_set(fault, EINVAL, "--%s: %.60s: %s", plan_options[option].name, value,
			 what);
}

static int parse_size(size_t option, const char *value, const char *size, uint64_t *bytes,
		      struct fault *fault)
{
	return units_parse_size(size, bytes) ?
		bad(fault, option, value, "no size, as 128M or 4G") : 0;
}

static int parse_yes(size_t option, const char *value, bool *yes, struct fault *fault)
{
	*yes = !strcmp(value, "yes");
	return *yes || !strcmp(value, "no") ? 0 : bad(fault, option, value, "not yes or no");
}

/* Another step; NULL if there is no memory for it. */
static struct plan_step *new_step(size_t option, const char *value,
				  enum plan_action action)
{
	struct plan_args *a = &plan_args;
	struct plan_step *steps = realloc(a->steps, (a->nr_steps + 1) * sizeof(*steps));
	char (*labels)[PLAN_LABEL_SIZE];

	if (!steps)
		return NULL;
	a->steps = steps;
	labels = realloc(a->labels, (a->nr_steps + 1) * sizeof(*labels));
	if (!labels)
		return NULL;
	a->labels = labels;
	snprintf(labels[a->nr_steps], sizeof(*labels), "%s %s", plan_options[option].name,
		 value);
	steps += a->nr_steps++;
	*steps = (struct plan_step) {
		.action = action, .count = 1, .first = PLAN_ANYWHERE,
	};
	return steps;
}

static int set_name(size_t option, const char *value, const char *name, size_t len,
		    struct plan_step *step, struct fault *fault)
{
	if (!len || len >= sizeof(step->name))
		return bad(fault, option, value, "the name is empty or too long");
	memcpy(step->name, name, len);
	step->name[len] = '\0';
	return 0;
}

static int parse_node(size_t option, const char *value, const char *number, int *node,
		      struct fault *fault)
{
	uint64_t n;

	if (units_parse_decimal(number, &n) || n >= PLAN_NODES_MAX)
		return bad(fault, option, value, "no number of a node");
	*node = (int)n;
	return 0;
}

/* SIZE[xN], alone or the first of a list. */
static int parse_sizes(size_t option, const char *value, char *text,
		       struct plan_step *step, struct fault *fault)
{
	char *times = strchr(text, 'x');

	if (times) {
		*times++ = '\0';
		if (option != OPT_DIMM)
			return bad(fault, option, value, "x is for DIMMs");
		if (units_parse_decimal(times, &step->count) || !step->count ||
		    step->count > COUNT_MOST)
			return bad(fault, option, value, "how many? 1 to 1048576");
	}
	return parse_size(option, value, text, &step->bytes, fault);
}

static int parse_part(size_t option, const char *value, char *word,
		      struct plan_step *step, struct fault *fault)
{
	char *given = strchr(word, '=');

	if (given) {
		*given++ = '\0';
		if (!strcmp(word, "node"))
			return parse_node(option, value, given, &step->node, fault);
		if (!strcmp(word, "id"))
			return set_name(option, value, given, strlen(given), step, fault);
		if (!strcmp(word, "max") && option == OPT_VIRTIO_MEM)
			return parse_size(option, value, given, &step->max_bytes, fault);
		if (!strcmp(word, "unit") && option == OPT_VIRTIO_MEM)
			return parse_size(option, value, given, &step->unit_bytes, fault);
	}
	return bad(fault, option, value, option == OPT_VIRTIO_MEM ?
		   "after the size: max=SIZE, unit=SIZE, node=N, id=NAME" :
		   "after the size: node=N, id=NAME");
}

static int parse_device(size_t option, const char *value, struct fault *fault)
{
	struct plan_step *step = new_step(option, value, option == OPT_VIRTIO_MEM ?
					  PLAN_PLUG_DYNAMIC : PLAN_PLUG_STATIC);
	static unsigned int nr_dax;
	char *text, *word, *rest;
	int ret;

	text = step ? strdup(value) : NULL;
	if (!text)
		return fault_nomem(fault);
	word = strtok_r(text, ",", &rest);
	ret = word ? parse_sizes(option, value, word, step, fault) :
		     bad(fault, option, value, "no size, as 128M or 4G");
	while (!ret) {
		word = strtok_r(NULL, ",", &rest);
		if (!word)
			break;
		ret = parse_part(option, value, word, step, fault);
	}
	free(text);
	if (!ret && step->count > 1 && *step->name)
		ret = bad(fault, option, value, "several cannot have one name");
	if (option == OPT_DAX && !*step->name)
		snprintf(step->name, sizeof(step->name), "dax%u.0", nr_dax++);
	if (!step->max_bytes)
		step->max_bytes = step->bytes;
	return ret;
}

/* DEV=SIZE, DEV=+SIZE, DEV=-SIZE */
static int parse_resize(const char *value, struct fault *fault)
{
	const char *size = strrchr(value, '=');
	struct plan_step *step;
	int ret;

	if (!size)
		return bad(fault, OPT_RESIZE, value, "to what size? DEV=SIZE");
	step = new_step(OPT_RESIZE, value, size[1] == '+' ? PLAN_GROW :
			size[1] == '-' ? PLAN_SHRINK : PLAN_RESIZE);
	if (!step)
		return fault_nomem(fault);
	ret = set_name(OPT_RESIZE, value, value, (size_t)(size - value), step, fault);
	size += 1 + (step->action != PLAN_RESIZE);
	return ret ? ret : parse_size(OPT_RESIZE, value, size, &step->bytes, fault);
}

static int parse_unplug(const char *value, struct fault *fault)
{
	struct plan_step *step = new_step(OPT_UNPLUG, value, PLAN_UNPLUG);

	if (!step)
		return fault_nomem(fault);
	return set_name(OPT_UNPLUG, value, value, strlen(value), step, fault);
}

/* BLOCK, and for --online perhaps =kernel or =movable */
static int parse_block(size_t option, const char *value, struct fault *fault)
{
	const size_t digits = strspn(value, "0123456789");
	const char *zone = value + digits;
	enum plan_action action = option == OPT_ONLINE ? PLAN_BLOCK_ONLINE :
							 PLAN_BLOCK_OFFLINE;
	struct plan_step *step;
	char number[24];

	if (option == OPT_ONLINE && !strcmp(zone, "=kernel"))
		action = PLAN_BLOCK_ONLINE_KERNEL;
	else if (option == OPT_ONLINE && !strcmp(zone, "=movable"))
		action = PLAN_BLOCK_ONLINE_MOVABLE;
	else if (*zone)
		return bad(fault, option, value, "no number of a memory block");
	step = new_step(option, value, action);
	if (!step)
		return fault_nomem(fault);
	snprintf(number, sizeof(number), "%.*s", digits < 23 ? (int)digits : 23, value);
	if (digits > 20 || units_parse_decimal(number, &step->block))
		return bad(fault, option, value, "no number of a memory block");
	return 0;
}

static int parse_boot(const char *value, struct fault *fault)
{
	struct plan_args *a = &plan_args;

	if (a->nr_steps)
		return bad(fault, OPT_BOOT, value, "boot memory is there before any step");
	if (a->nr_boot == PLAN_NODES_MAX)
		return bad(fault, OPT_BOOT, value, "there can be no more nodes");
	return parse_size(OPT_BOOT, value, value, &a->boot[a->nr_boot++], fault);
}

static int parse_block_size(const char *value, struct fault *fault)
{
	uint64_t *bytes = &plan_args.block_bytes;
	int ret = parse_size(OPT_BLOCK_SIZE, value, value, bytes, fault);

	if (!ret && (*bytes < BLOCK_LEAST || *bytes > BLOCK_MOST || *bytes & (*bytes - 1)))
		ret = bad(fault, OPT_BLOCK_SIZE, value, "not a power of two from 16M to 2G");
	return ret;
}

/* A parameter of the kernel: from the beginning, or from this step on. */
static int parse_parameter(size_t option, const char *value, enum plan_action action,
			   uint32_t number, bool *given, struct fault *fault)
{
	struct plan_args *a = &plan_args;
	struct plan_step *step;

	if (a->nr_steps) {
		step = new_step(option, value, action);
		if (!step)
			return fault_nomem(fault);
		step->value = number;
		return 0;
	}
	*given = true;
	if (action == PLAN_SET_RATIO)
		a->policy.ratio = number;
	else if (action == PLAN_SET_POLICY)
		a->policy.policy = number;
	else
		a->policy.numa_aware = number;
	return 0;
}

static int parse_policy(const char *value, struct fault *fault)
{
	enum memgroup_policy policy;

	for (policy = 0; policy < MEMGROUP_POLICY_COUNT; policy++)
		if (!strcmp(value, memgroup_policy_name(policy)))
			return parse_parameter(OPT_POLICY, value, PLAN_SET_POLICY, policy,
					       &plan_args.has_policy, fault);
	return bad(fault, OPT_POLICY, value, "not auto-movable or contig-zones");
}

static int parse_ratio(const char *value, struct fault *fault)
{
	uint64_t ratio;

	if (units_parse_decimal(value, &ratio) || ratio > UINT32_MAX)
		return bad(fault, OPT_RATIO, value, "no number from 0 to 4294967295");
	return parse_parameter(OPT_RATIO, value, PLAN_SET_RATIO, (uint32_t)ratio,
			       &plan_args.has_ratio, fault);
}

static int parse_numa_aware(const char *value, struct fault *fault)
{
	bool yes;
	int ret = parse_yes(OPT_NUMA_AWARE, value, &yes, fault);

	return ret ? ret : parse_parameter(OPT_NUMA_AWARE, value, PLAN_SET_NUMA_AWARE, yes,
					   &plan_args.has_numa_aware, fault);
}

/* A size begins with a digit, a device does not. */
static int parse_goal(const char *value, struct fault *fault)
{
	struct plan_args *a = &plan_args;

	a->has_goal = true;
	*a->goal_device = '\0';
	if (*value >= '0' && *value <= '9') {
		if (parse_size(OPT_UNPLUGGABLE, value, value, &a->goal_bytes, fault))
			return -EINVAL;
		return a->goal_bytes ? 0 : bad(fault, OPT_UNPLUGGABLE, value,
					       "nothing is always unpluggable");
	}
	if (!*value || strlen(value) >= sizeof(a->goal_device))
		return bad(fault, OPT_UNPLUGGABLE, value, "no size and no device");
	memcpy(a->goal_device, value, strlen(value) + 1);
	return 0;
}

int plan_option(size_t number, const char *value, struct fault *fault)
{
	switch (number) {
	case OPT_BOOT:
		return parse_boot(value, fault);
	case OPT_LIVE:
		plan_args.live = true;
		return 0;
	case OPT_POLICY:
		return parse_policy(value, fault);
	case OPT_RATIO:
		return parse_ratio(value, fault);
	case OPT_NUMA_AWARE:
		return parse_numa_aware(value, fault);
	case OPT_BLOCK_SIZE:
		return parse_block_size(value, fault);
	case OPT_RESERVED:
		return parse_size(number, value, value, &plan_args.reserved_bytes, fault);
	case OPT_MEMMAP:
		plan_args.memmap_on_memory = true;
		return 0;
	case OPT_RESIZE:
		return parse_resize(value, fault);
	case OPT_UNPLUG:
		return parse_unplug(value, fault);
	case OPT_OFFLINE:
	case OPT_ONLINE:
		return parse_block(number, value, fault);
	case OPT_UNPLUGGABLE:
		return parse_goal(value, fault);
	case OPT_ALL:
		plan_args.all = true;
		return 0;
	default:
		return parse_device(number, value, fault);
	}
}

static bool sets_ratio(const struct plan_step *step)
{
	return step->action == PLAN_SET_RATIO || step->action == PLAN_SET_POLICY;
}

int plan_check(const struct request *request, struct fault *fault)
{
	struct plan_args *a = &plan_args;
	size_t i;

	if (a->nr_boot && a->live)
		return fault_set(fault, EINVAL, "--boot and --live exclude each other");
	if (a->nr_boot && request->sysroot)
		return fault_set(fault, EINVAL, "--boot and --sysroot exclude each other");
	if (!a->nr_boot && a->block_bytes)
		return fault_set(fault, EINVAL,
				 "--block-size is for --boot: this system has a size of its own");
	if (!a->block_bytes)
		a->block_bytes = MIB(128);
	for (i = 0; a->has_goal && i < a->nr_steps; i++)
		if (sets_ratio(&a->steps[i]))
			return fault_set(fault, EINVAL,
					 "--unpluggable looks for a ratio: --%s cannot come after a step",
					 a->labels[i]);
	return 0;
}
