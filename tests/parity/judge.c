// SPDX-License-Identifier: GPL-2.0

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "judge.h"

#define PAGE_BYTES	4096

/* One of the two kernels. */
struct side {
	const char *name;
	const struct record *record;
	struct oracle oracle;
	struct oracle_group groups[RECORD_DEVICES_MAX];
	struct oracle_block *blocks;
	const struct scenario *scenario;
	struct verdict *verdict;
	FILE *out;
	unsigned int number;	/* of the step */
	bool wrong;		/* in this step */
	bool idle;		/* the same */
	/* Since the machines were last the same: what may make the layouts differ. */
	bool rules_differ;
	bool some_stayed;
};

static void __attribute__((format(printf, 2, 3)))
wrong(struct side *side, const char *format, ...)
{
	va_list args;

	side->wrong = true;
	fprintf(side->out, "# step %u: WRONG, %s: ", side->number, side->name);
	va_start(args, format);
	vfprintf(side->out, format, args);
	va_end(args);
	fputc('\n', side->out);
}

static void stayed(struct side *side, const char *what, unsigned long blocks)
{
	side->some_stayed = true;
	side->verdict->stuck[!side->oracle.stock] += blocks;
	fprintf(side->out, "# step %u: %s: %lu KERNEL block%s of %s stayed\n",
		side->number, side->name, blocks, blocks == 1 ? "" : "s", what);
}

static void idle(struct side *side)
{
	side->idle = true;
	fprintf(side->out, "# step %u: %s: nothing to do\n", side->number,
		side->name);
}

/* Refused for a reason that KERNEL memory is known to give. */
static bool is_busy(enum result result)
{
	return result == RESULT_BUSY || result == RESULT_AGAIN ||
	       result == RESULT_INTERRUPTED;
}

static bool is_online(const struct block *block)
{
	return block && !strcmp(block->state, "online");
}

static bool is_movable(const struct block *block)
{
	return is_online(block) && !strcmp(block->zone, "Movable");
}

static bool is_kernel(const struct block *block)
{
	return is_online(block) && !is_movable(block);
}

static bool same_block(const struct block *a, const struct block *b)
{
	return a->number == b->number && a->node == b->node &&
	       !strcmp(a->state, b->state) && !strcmp(a->zone, b->zone);
}

static bool same_layout(const struct blocks *a, const struct blocks *b)
{
	size_t i;

	for (i = 0; i < a->count && i < b->count; i++)
		if (!same_block(&a->list[i], &b->list[i]))
			return false;
	return a->count == b->count;
}

/* How many memory blocks that many bytes lie in. */
static uint64_t blocks_of(const struct side *side, uint64_t bytes)
{
	const uint64_t block = side->record->block_bytes;

	return (bytes + block - 1) / block;
}

static uint64_t count(const struct side *side, const struct record_step *state,
		      const struct record_device *device, bool kernel_only)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < state->blocks.count; i++) {
		const struct block *block = &state->blocks.list[i];

		if (record_owner(side->record, state, block->number) != device)
			continue;
		sum += !kernel_only || is_kernel(block);
	}
	return sum;
}

static uint64_t unit_bytes(const struct side *side, const char *id)
{
	const uint64_t block = side->record->block_bytes;
	unsigned int i;

	for (i = 0; i < side->scenario->nr_virtio_mem; i++) {
		const struct virtio_mem *device = &side->scenario->virtio_mem[i];
		const uint64_t unit = (uint64_t)device->block_mib << 20;

		if (!strcmp(device->id, id))
			return unit > block ? unit : block;
	}
	return block;
}

/* What there is of a unit of a device: blocks, and those that are online KERNEL. */
struct unit {
	uint64_t blocks, kernel;
};

static struct unit unit_at(const struct record_step *state, uint64_t first,
			   uint64_t blocks)
{
	struct unit unit = {};
	uint64_t i;

	for (i = first; i < first + blocks; i++) {
		const struct block *block = blocks_find(&state->blocks, i);

		unit.blocks += !!block;
		unit.kernel += is_kernel(block);
	}
	return unit;
}

/*
 * The driver tries every unit before it gives up, and then only KERNEL memory may be
 * in its way: so what stayed must be explained by units with such a block.
 */
static void check_stuck(struct side *side, const struct record_device *is,
			const struct record_step *now, uint64_t too_many)
{
	const uint64_t block = side->record->block_bytes;
	const uint64_t blocks = unit_bytes(side, is->id) / block;
	const uint64_t first = is->address / block;
	uint64_t at, may_stay = 0;

	if (now->result != RESULT_TIMEOUT)
		wrong(side, "%s did not shrink: %s", is->id,
		      result_word(now->result));
	for (at = first; at < first + blocks_of(side, is->max); at += blocks) {
		const struct unit unit = unit_at(now, at, blocks);

		if (unit.kernel)
			may_stay += unit.blocks;
		else if (unit.blocks)
			wrong(side, "the unit at block %" PRIu64 " of %s stayed without KERNEL memory",
			      at, is->id);
	}
	if (too_many > may_stay)
		wrong(side, "%" PRIu64 " blocks of %s stayed, with %" PRIu64 " in units with KERNEL memory",
		      too_many, is->id, may_stay);
	stayed(side, is->id, too_many);
}

/*
 * Before it takes a unit with KERNEL memory, the driver takes all without. Not so if
 * blocks are there in part, which it prefers, and which sysfs does not show.
 */
static void check_order(struct side *side, const struct record_device *was,
			const struct record_device *is,
			const struct record_step *before,
			const struct record_step *now)
{
	const uint64_t block = side->record->block_bytes;
	const uint64_t blocks = unit_bytes(side, is->id) / block;
	const uint64_t first = is->address / block;
	uint64_t at, went = 0, without = 0;

	if (count(side, before, was, false) * block != was->size)
		return;
	for (at = first; at < first + blocks_of(side, is->max); at += blocks) {
		const struct unit old = unit_at(before, at, blocks);
		const struct unit new = unit_at(now, at, blocks);

		if (old.kernel && !new.blocks)
			went = at;
		if (new.blocks == blocks && !new.kernel)
			without = at;
	}
	if (went && without)
		wrong(side, "%s lost the unit at block %" PRIu64 " with KERNEL memory, before that at %" PRIu64 " without",
		      is->id, went, without);
}

/* The device that a step is about, if it is there. */
static const char *device_of(const struct step *step,
			     const struct record_step *before,
			     const struct record_step *now)
{
	size_t i;

	if (step->op == OP_RESIZE || step->op == OP_REMOVE)
		return step->device;
	if (step->op != OP_DIMM)
		return NULL;
	/* The host names a new DIMM. */
	for (i = 0; i < now->nr_devices; i++)
		if (!record_device(before, now->devices[i].id))
			return now->devices[i].id;
	return NULL;
}

static bool is_by_hand(enum op op)
{
	return op == OP_OFFLINE || op == OP_ONLINE || op == OP_ONLINE_KERNEL ||
	       op == OP_ONLINE_MOVABLE;
}

/* Devices that the step is not about are what they were. */
static void check_devices(struct side *side, const char *about,
			  const struct record_step *before,
			  const struct record_step *now)
{
	size_t i;

	for (i = 0; i < before->nr_devices; i++) {
		const struct record_device *was = &before->devices[i];
		const struct record_device *is = record_device(now, was->id);

		if (about && !strcmp(about, was->id))
			continue;
		if (!is || is->size != was->size || is->address != was->address)
			wrong(side, "%s changed, which nobody asked for", was->id);
	}
	for (i = 0; i < now->nr_devices; i++)
		if (!record_device(before, now->devices[i].id) &&
		    (!about || strcmp(about, now->devices[i].id)))
			wrong(side, "%s came, which nobody asked for",
			      now->devices[i].id);
}

/* Of the device that the step is about. */
static bool may_come(const struct step *step, const struct record_device *was)
{
	return step->op == OP_DIMM ||
	       (step->op == OP_RESIZE && was &&
		(uint64_t)step->mib << 20 > was->size);
}

static bool may_go(const struct step *step, const struct record_device *was)
{
	return step->op == OP_REMOVE ||
	       (step->op == OP_RESIZE && was &&
		(uint64_t)step->mib << 20 < was->size);
}

/* Blocks come, go and change only where the step says so. */
static void check_blocks(struct side *side, const struct step *step,
			 const char *about, const struct record_step *before,
			 const struct record_step *now)
{
	const struct record_device *owner, *device;
	size_t i;

	device = about ? record_device(before, about) : NULL;
	for (i = 0; i < before->blocks.count; i++) {
		const struct block *was = &before->blocks.list[i];
		const struct block *is = blocks_find(&now->blocks, was->number);

		owner = record_owner(side->record, before, was->number);
		if (!is && (!device || owner != device || !may_go(step, device)))
			wrong(side, "block %lu went, which nobody asked for",
			      was->number);
		if (is && !same_block(was, is) &&
		    !(is_by_hand(step->op) && step->block == was->number))
			wrong(side, "block %lu was %s in %s and became %s in %s",
			      was->number, was->state, was->zone, is->state,
			      is->zone);
	}
	for (i = 0; i < now->blocks.count; i++) {
		const struct block *is = &now->blocks.list[i];

		owner = record_owner(side->record, now, is->number);
		if (owner && is->node != owner->node)
			wrong(side, "block %lu on node %d, its device on node %d",
			      is->number, is->node, owner->node);
		if (blocks_find(&before->blocks, is->number))
			continue;
		if (!about || !owner || strcmp(owner->id, about) ||
		    !may_come(step, device))
			wrong(side, "block %lu came, which nobody asked for",
			      is->number);
		if (!is_online(is))
			wrong(side, "the new block %lu is %s", is->number,
			      is->state);
	}
}

static void check_dimm(struct side *side, const struct step *step,
		       const struct record_device *is,
		       const struct record_step *now)
{
	uint64_t has;

	if (now->result != RESULT_DONE || !is || is->dynamic ||
	    is->node != step->node || is->size != (uint64_t)step->mib << 20) {
		wrong(side, "the DIMM did not come as asked");
		return;
	}
	has = count(side, now, is, false);
	if (has != blocks_of(side, is->size))
		wrong(side, "%s has %" PRIu64 " blocks instead of %" PRIu64,
		      is->id, has, blocks_of(side, is->size));
}

static void check_remove(struct side *side, const struct record_device *was,
			 const struct record_device *is,
			 const struct record_step *before,
			 const struct record_step *now)
{
	const bool movable = was && !count(side, before, was, true);

	if (now->result != (movable ? RESULT_DONE : RESULT_KEPT) ||
	    !is == !movable)
		wrong(side, "the DIMM, %s, did %s",
		      movable ? "all MOVABLE" : "with KERNEL blocks or not there",
		      is ? "not go" : "go");
	else if (!movable)
		fprintf(side->out, "# step %u: %s: not asked for: %s has KERNEL blocks\n",
			side->number, side->name, is->id);
}

static void check_resize(struct side *side, const struct step *step,
			 const struct record_device *was,
			 const struct record_device *is,
			 const struct record_step *before,
			 const struct record_step *now)
{
	const uint64_t asked = (uint64_t)step->mib << 20;
	uint64_t had, has, wanted;
	bool shrunk;

	if (!was || !is) {
		wrong(side, "there is no %s", step->device);
		return;
	}
	if (asked == was->size)
		idle(side);
	shrunk = asked < was->size;
	had = count(side, before, was, false);
	has = count(side, now, is, false);
	wanted = blocks_of(side, is->size);

	if (shrunk ? is->size > was->size || is->size < asked :
		     is->size != asked) {
		wrong(side, "%s has %" PRIu64 " MiB", is->id, is->size >> 20);
		return;
	}
	/* Which is why the driver could not do it. */
	if (is->size > asked) {
		check_stuck(side, is, now, blocks_of(side, is->size - asked));
	} else if (now->result != RESULT_DONE) {
		wrong(side, "%s was refused what it has: %s", is->id,
		      result_word(now->result));
	}

	/* Room in blocks that stayed is filled before new ones come. */
	if (!shrunk) {
		if (has != (had > wanted ? had : wanted))
			wrong(side, "%s has %" PRIu64 " blocks for %" PRIu64 " MiB, %" PRIu64 " before",
			      is->id, has, is->size >> 20, had);
		return;
	}
	check_order(side, was, is, before, now);
	if (has == wanted)
		return;
	if (has < wanted || has - wanted > count(side, now, is, true))
		wrong(side, "%s has %" PRIu64 " blocks for %" PRIu64 " MiB, %" PRIu64 " of them KERNEL",
		      is->id, has, is->size >> 20, count(side, now, is, true));
	else
		stayed(side, is->id, has - wanted);
}

/* As an administrator does it; a block that is in that state already is refused. */
static void check_by_hand(struct side *side, const struct step *step,
			  const struct record_step *before,
			  const struct record_step *now)
{
	const bool online = step->op != OP_OFFLINE;
	const struct block *was = blocks_find(&before->blocks, step->block);
	const struct block *is = blocks_find(&now->blocks, step->block);
	const bool possible = was && is_online(was) != online;

	if (!possible) {
		idle(side);
		if (now->result != (was ? RESULT_INVALID : RESULT_ABSENT) ||
		    !was != !is || (was && !same_block(was, is)))
			wrong(side, "block %lu: there was nothing to do, and it was %s",
			      step->block, result_word(now->result));
		return;
	}
	if (now->result == RESULT_DONE && is && is_online(is) == online)
		return;
	if (is_busy(now->result) && is && same_block(was, is) &&
	    !online && is_kernel(was))
		stayed(side, "those to be offline", 1);
	else
		wrong(side, "block %lu, %s in %s, is %s: %s", step->block,
		      was->state, was->zone, is ? is->state : "gone",
		      result_word(now->result));
}

static void check_result(struct side *side, const struct step *step,
			 const char *about, const struct record_step *before,
			 const struct record_step *now)
{
	const struct record_device *was, *is;

	was = about ? record_device(before, about) : NULL;
	is = about ? record_device(now, about) : NULL;
	switch (step->op) {
	case OP_DIMM:
		check_dimm(side, step, is, now);
		break;
	case OP_REMOVE:
		check_remove(side, was, is, before, now);
		break;
	case OP_RESIZE:
		check_resize(side, step, was, is, before, now);
		break;
	case OP_OFFLINE:
	case OP_ONLINE:
	case OP_ONLINE_KERNEL:
	case OP_ONLINE_MOVABLE:
		check_by_hand(side, step, before, now);
		break;
	case OP_RATIO:
		if (side->oracle.ratio == step->value)
			idle(side);
		side->oracle.ratio = step->value;
		break;
	case OP_NUMA_AWARE:
		if (side->oracle.numa_aware == step->value)
			idle(side);
		side->oracle.numa_aware = step->value;
		break;
	default:
		wrong(side, "nobody can judge such a step");
	}
	if ((step->op == OP_RATIO || step->op == OP_NUMA_AWARE) &&
	    now->result != RESULT_DONE)
		wrong(side, "the parameter was refused");
}

/* Where a device is in the list; the same for the groups of the oracle. */
static int group_of(const struct record_step *state,
		    const struct record_device *device)
{
	return device ? device - state->devices : ORACLE_NO_GROUP;
}

static void add_block(struct side *side, const struct record_step *state,
		      const struct block *block, bool movable)
{
	const struct record_device *owner =
		record_owner(side->record, state, block->number);

	/* What no device has is boot memory, which is counted already. */
	if (!owner)
		return;
	side->blocks[side->oracle.nr_blocks++] = (struct oracle_block) {
		.number = block->number, .node = owner->node,
		.group = group_of(state, owner), .movable = movable,
	};
}

/* The oracle's world: the devices of now, the blocks that were and are online. */
static void prepare_oracle(struct side *side, const struct record_step *before,
			   const struct record_step *now)
{
	size_t i;

	for (i = 0; i < now->nr_devices; i++) {
		const struct record_device *device = &now->devices[i];

		side->groups[i] = (struct oracle_group) {
			.id = i, .node = device->node,
			.dynamic = device->dynamic,
			.max_pages = device->size / PAGE_BYTES,
			.unit_pages = unit_bytes(side, device->id) / PAGE_BYTES,
		};
	}
	side->oracle.nr_groups = now->nr_devices;
	side->oracle.nr_blocks = 0;
	for (i = 0; i < before->blocks.count; i++) {
		const struct block *was = &before->blocks.list[i];

		if (is_online(was) &&
		    is_online(blocks_find(&now->blocks, was->number)))
			add_block(side, now, was, is_movable(was));
	}
}

static struct oracle_answer predict(struct side *side, const struct step *step,
				    const struct record_step *now,
				    const struct block *block)
{
	const struct record_device *owner =
		record_owner(side->record, now, block->number);
	struct oracle_answer answer, other;

	if (step->op == OP_ONLINE_KERNEL || step->op == OP_ONLINE_MOVABLE)
		return oracle_ask_by_hand(&side->oracle,
					  step->op == OP_ONLINE_MOVABLE);
	answer = oracle_ask(&side->oracle, block->number, block->node,
			    group_of(now, owner));
	side->oracle.stock = !side->oracle.stock;
	other = oracle_ask(&side->oracle, block->number, block->node,
			   group_of(now, owner));
	side->oracle.stock = !side->oracle.stock;
	if (answer.movable == other.movable)
		return answer;
	/* Never the other way round. */
	if (side->oracle.stock ? answer.movable : other.movable)
		wrong(side, "block %lu: the oracle has stock MOVABLE where ours is KERNEL",
		      block->number);
	side->rules_differ = true;
	return answer;
}

/* Within a DIMM and a virtio-mem device, Linux takes blocks online in their order. */
static void check_zones(struct side *side, const struct step *step,
			const struct record_step *before,
			const struct record_step *now)
{
	size_t i;

	prepare_oracle(side, before, now);
	for (i = 0; i < now->blocks.count; i++) {
		const struct block *block = &now->blocks.list[i];
		struct oracle_answer answer;
		const char *zone;

		if (!is_online(block) ||
		    is_online(blocks_find(&before->blocks, block->number)))
			continue;
		answer = predict(side, step, now, block);
		/* Hotplugged memory lies above what other kernel zones are for. */
		zone = answer.movable ? "Movable" : "Normal";
		if (strcmp(block->zone, zone))
			wrong(side, "block %lu is in %s; predicted was %s: %s, early kernel %" PRIu64
			      ", movable %" PRIu64 ", asked %" PRIu64
			      ", limit %" PRIu64 " pages", block->number,
			      block->zone, zone, answer.reason,
			      answer.early_kernel_pages, answer.movable_pages,
			      answer.asked_pages, answer.limit_pages);
		add_block(side, now, block, is_movable(block));
		side->verdict->decided++;
	}
}

static void judge_side(struct side *side, const struct step *step)
{
	const struct record_step *before = &side->record->steps[side->number - 1];
	const struct record_step *now = &side->record->steps[side->number];
	const char *about = device_of(step, before, now);

	side->wrong = false;
	side->idle = false;
	check_devices(side, about, before, now);
	check_blocks(side, step, about, before, now);
	check_result(side, step, about, before, now);
	check_zones(side, step, before, now);
}

/* The first block that differs, and how many do. */
static void show_difference(const struct blocks *stock, const struct blocks *ours,
			    const char *why, const struct side *side)
{
	const struct block *a = NULL, *b = NULL;
	unsigned long differ = 0, first = 0;
	size_t i = 0, j = 0;

	while (i < stock->count || j < ours->count) {
		const struct block *s = i < stock->count ? &stock->list[i] : NULL;
		const struct block *o = j < ours->count ? &ours->list[j] : NULL;

		if (s && o && s->number != o->number) {
			if (s->number < o->number)
				o = NULL;
			else
				s = NULL;
		}
		i += !!s;
		j += !!o;
		if (s && o && same_block(s, o))
			continue;
		if (!differ++) {
			first = s ? s->number : o->number;
			a = s;
			b = o;
		}
	}
	fprintf(side->out, "# step %u: %s: %lu blocks, the first is block %lu: stock %s, ours %s\n",
		side->number, why, differ, first, a ? a->zone : "absent",
		b ? b->zone : "absent");
}

static void begin_side(struct side *side)
{
	const struct record *record = side->record;

	side->oracle.ratio = side->scenario->ratio;
	side->oracle.numa_aware = side->scenario->numa_aware;
	side->oracle.block_pages = record->block_bytes / PAGE_BYTES;
	memcpy(side->oracle.boot_kernel, record->boot_kernel,
	       sizeof(record->boot_kernel));
	memcpy(side->oracle.boot_movable, record->boot_movable,
	       sizeof(record->boot_movable));
	side->oracle.blocks = side->blocks;
	side->oracle.groups = side->groups;
}

/* Enough for every step. */
static size_t most_blocks(const struct record *record)
{
	size_t i, most = 1;

	for (i = 0; i < 1 + SCENARIO_STEPS_MAX; i++)
		if (record->steps[i].blocks.count > most)
			most = record->steps[i].blocks.count;
	return most;
}

static bool same_devices(const struct record_step *a,
			 const struct record_step *b)
{
	size_t i;

	for (i = 0; i < a->nr_devices; i++) {
		const struct record_device *one = &a->devices[i];
		const struct record_device *other = record_device(b, one->id);

		if (!other || one->size != other->size ||
		    one->address != other->address)
			return false;
	}
	return a->nr_devices == b->nr_devices;
}

/* Which of its blocks a device has in part is not shown; it has all of each. */
static bool has_whole_blocks(const struct side *side,
			     const struct record_step *state)
{
	size_t i;

	for (i = 0; i < state->nr_devices; i++) {
		const struct record_device *device = &state->devices[i];

		if (count(side, state, device, false) *
		    side->record->block_bytes != device->size)
			return false;
	}
	return true;
}

/* The machines are the same after a step, in what is seen of them and in the rest. */
static bool agree(const struct side sides[2], unsigned int number)
{
	const struct record_step *stock = &sides[0].record->steps[number];
	const struct record_step *ours = &sides[1].record->steps[number];

	return same_layout(&stock->blocks, &ours->blocks) &&
	       same_devices(stock, ours) && has_whole_blocks(&sides[0], stock);
}

static void forget_differences(struct side sides[2])
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		sides[i].rules_differ = false;
		sides[i].some_stayed = false;
	}
}

/* Each is allowed by itself: KERNEL memory stayed. It should not be a habit. */
static void compare_results(const struct side sides[2],
			    struct verdict *verdict)
{
	const unsigned int number = sides[0].number;
	const enum result stock = sides[0].record->steps[number].result;
	const enum result ours = sides[1].record->steps[number].result;

	if (stock == ours || stock != RESULT_DONE ||
	    !agree(sides, number - 1))
		return;
	verdict->ours_alone++;
	fprintf(sides[0].out, "# step %u: ours alone: %s\n", number,
		result_word(ours));
}

static void judge_step(struct side sides[2], const struct step *step,
		       struct verdict *verdict)
{
	const unsigned int number = sides[0].number;
	const struct blocks *stock = &sides[0].record->steps[number].blocks;
	const struct blocks *ours = &sides[1].record->steps[number].blocks;
	char command[64];

	step_describe(step, command, sizeof(command));
	fprintf(sides[0].out, "# step %u: %s\n", number, command);
	judge_side(&sides[0], step);
	judge_side(&sides[1], step);
	verdict->idle += sides[0].idle || sides[1].idle;
	compare_results(sides, verdict);

	if (sides[0].wrong || sides[1].wrong) {
		verdict->wrong++;
	} else if (same_layout(stock, ours)) {
		verdict->same++;
		if (agree(sides, number))
			forget_differences(sides);
	} else if (sides[0].rules_differ || sides[1].rules_differ) {
		show_difference(stock, ours, "differs as documented, both as predicted",
				&sides[0]);
		verdict->documented++;
	} else if (sides[0].some_stayed || sides[1].some_stayed) {
		show_difference(stock, ours, "differs by what stayed", &sides[0]);
		verdict->stayed++;
	} else {
		show_difference(stock, ours, "WRONG, differs and should not",
				&sides[0]);
		verdict->wrong++;
	}
}

bool judge(const struct scenario *scenario, const struct record *stock,
	   const struct record *ours, struct verdict *verdict, FILE *out)
{
	struct side sides[2] = {
		{ .name = "stock", .record = stock, .oracle.stock = true },
		{ .name = "ours", .record = ours },
	};
	unsigned int i, j;

	*verdict = (struct verdict) { .steps = scenario->nr_steps };
	for (i = 0; i < 2; i++) {
		sides[i].scenario = scenario;
		sides[i].verdict = verdict;
		sides[i].out = out;
		sides[i].blocks = calloc(most_blocks(sides[i].record),
					 sizeof(*sides[i].blocks));
		if (!sides[i].blocks)
			abort();
		begin_side(&sides[i]);
	}

	if (!same_layout(&stock->steps[0].blocks, &ours->steps[0].blocks) ||
	    memcmp(stock->boot_kernel, ours->boot_kernel,
		   sizeof(ours->boot_kernel)) ||
	    memcmp(stock->boot_movable, ours->boot_movable,
		   sizeof(ours->boot_movable))) {
		fprintf(out, "# WRONG: the two machines were not the same at the beginning\n");
		verdict->wrong++;
	}
	for (i = 0; i < scenario->nr_steps; i++) {
		for (j = 0; j < 2; j++)
			sides[j].number = i + 1;
		judge_step(sides, &scenario->steps[i], verdict);
	}
	free(sides[0].blocks);
	free(sides[1].blocks);
	return !verdict->wrong;
}
