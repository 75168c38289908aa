// SPDX-License-Identifier: GPL-2.0
/*
 * Makes everything fail that can fail when memory comes and goes, and looks whether
 * every count is right afterwards, and whether memory can still be plugged.
 *
 * Runs in a guest with mem=4G and more memory than that: what lies above is for the
 * driver in module/ to add. Each test leaves the memory as it found it.
 */

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "agreement.h"
#include "ask.h"
#include "attribute.h"
#include "debugfs.h"
#include "injection.h"
#include "lab.h"
#include "layout.h"
#include "leaks.h"
#include "system.h"
#include "view.h"

/*
 * Where the driver's memory is: above mem=4G, on a node with boot memory and no CPU:
 * what a CPU takes for itself does not lie in KERNEL blocks there, so they can go.
 */
#define LAB_START	(4ULL << 30)
#define LAB_BLOCKS	8
#define LAB_NODE	1

#define WAIT_SECONDS	120
#define WORDS(a)	(sizeof(a) / sizeof(*(a)))

static struct {
	struct blocks blocks;		/* as last read */
	char *start_counts;		/* before the first test */
	size_t start_blocks;
	unsigned long lab_block;	/* the first of the driver's memory */
	uint64_t block_bytes;
	struct fault fault;
} machine;

static int look(struct fault *fault)
{
	int ret;

	blocks_free(&machine.blocks);
	ret = blocks_read(system_root(), &machine.blocks, fault);
	return ret ? ret : agreement_check(system_root(), &machine.blocks, fault);
}

static size_t count_online(const struct blocks *blocks)
{
	size_t i, online = 0;

	for (i = 0; i < blocks->count; i++)
		online += !strcmp(blocks->list[i].state, "online");
	return online;
}

/* Until there are @more blocks than at the start, @online of all of them online. */
static int wait_for_blocks(size_t more, size_t online, struct fault *fault)
{
	const time_t start = time(NULL);
	const size_t count = machine.start_blocks + more;
	int ret;

	for (;;) {
		blocks_free(&machine.blocks);
		ret = blocks_read(system_root(), &machine.blocks, fault);
		if (ret)
			return ret;
		if (machine.blocks.count == count &&
		    count_online(&machine.blocks) == online)
			return agreement_check(system_root(), &machine.blocks, fault);
		if (time(NULL) - start > WAIT_SECONDS)
			return fault_set(fault, ETIMEDOUT,
					 "%zu blocks, %zu online; expected %zu, %zu",
					 machine.blocks.count,
					 count_online(&machine.blocks), count,
					 online);
		nanosleep(&(struct timespec) { .tv_nsec = 100000000 }, NULL);
	}
}

/* How many of the driver's blocks are in @zone ("-" for those that are offline). */
static size_t lab_blocks_in(const char *zone)
{
	size_t i, count = 0;

	for (i = 0; i < LAB_BLOCKS; i++) {
		const struct block *block =
			blocks_find(&machine.blocks, machine.lab_block + i);

		count += block && !strcmp(block->zone, zone);
	}
	return count;
}

static int expect_lab_zone(const char *zone, size_t count, struct fault *fault)
{
	const int ret = look(fault);

	if (ret)
		return ret;
	if (lab_blocks_in(zone) != count)
		return fault_set(fault, EINVAL,
				 "%zu blocks of the driver in \"%s\", expected %zu",
				 lab_blocks_in(zone), zone, count);
	return 0;
}

static int first_difference(const char *before, const char *now,
			    struct fault *fault)
{
	while (strcspn(before, "\n") == strcspn(now, "\n") &&
	       !strncmp(before, now, strcspn(before, "\n"))) {
		before += strcspn(before, "\n") + 1;
		now += strcspn(now, "\n") + 1;
	}
	return fault_set(fault, EINVAL,
			 "a count is not what it was at the start, \"%.*s\", but \"%.*s\"",
			 (int)strcspn(before, "\n"), before,
			 (int)strcspn(now, "\n"), now);
}

/* Everything is as it was before the first test. */
static int expect_start(struct fault *fault)
{
	char *counts;
	int ret = look(fault);

	if (!ret)
		ret = agreement_counts(system_root(), &counts, fault);
	if (ret)
		return ret;
	if (strcmp(counts, machine.start_counts))
		ret = first_difference(machine.start_counts, counts, fault);
	free(counts);
	return ret;
}

/* The same, when the driver may still be taking its last blocks away. */
static int expect_start_soon(struct fault *fault)
{
	const int ret = wait_for_blocks(0, machine.start_blocks, fault);

	return ret ? ret : expect_start(fault);
}

/* @result is a refusal of the kernel's with @error. */
static int expect_error(int result, int error, const char *what,
			struct fault *fault)
{
	if (result != -error)
		return fault_set(fault, EINVAL, "%s gave %d, expected %d", what,
				 result, -error);
	return 0;
}

/* What becomes of memory that is added: "online" or "offline". */
static int auto_online(const char *state, struct fault *fault)
{
	return attribute_write("/sys/devices/system/memory/auto_online_blocks",
			       state, fault);
}

/* hotplug-ask with @words fails, and says why with @said. */
static int expect_refusal(const char *words, const char *said,
			  struct fault *fault)
{
	struct fault refusal;

	if (!ask(&refusal, "%s", words))
		return fault_set(fault, EINVAL, "hotplug-ask %s was done",
				 words);
	if (!strstr(refusal.text, said))
		return fault_set(fault, EINVAL, "%.900s", refusal.text);
	return 0;
}

/* What the kernel wrote down as its latest decision. */
struct last_decision {
	uint64_t block;
	char zone[16];
};

static int on_decision(struct records *r, void *context)
{
	struct last_decision *last = context;

	if (u64_of(r, "first_block", &last->block))
		return -EINVAL;
	return string_of(r, "zone", last->zone, sizeof(last->zone));
}

/* How many decisions there were so far. */
static int count_decisions(uint64_t *count, struct fault *fault)
{
	struct view view;
	int ret = view_read(system_root(), &view, fault);

	*count = view.policy.decisions;
	return ret;
}

/* Exactly @more decisions since there were @before. */
static int expect_decisions(uint64_t before, uint64_t more,
			    struct fault *fault)
{
	uint64_t now;
	int ret = count_decisions(&now, fault);

	if (!ret && now != before + more)
		ret = fault_set(fault, EINVAL, "%" PRIu64
				" decisions, expected %" PRIu64, now - before,
				more);
	return ret;
}

/*
 * All blocks of a device exist before the first of them is brought online: wait until
 * the driver that holds the lock for it is done. Nothing comes of the request, as the
 * block is offline.
 */
static int wait_for_driver(struct fault *fault)
{
	struct fault refusal;
	size_t i = 0;

	while (i < machine.blocks.count &&
	       !strcmp(machine.blocks.list[i].state, "online"))
		i++;
	if (i == machine.blocks.count)
		return fault_set(fault, EINVAL, "no block is offline");
	return expect_error(block_set_state(machine.blocks.list[i].number,
					    "offline", &refusal),
			    EINVAL, "offline of a block that is offline",
			    fault);
}

static int lab_add(int id, struct fault *fault)
{
	return lab_command(fault, "add %d %llu %" PRIu64, id, LAB_START,
			   LAB_BLOCKS * machine.block_bytes);
}

static int lab_remove(struct fault *fault)
{
	return lab_command(fault, "remove %llu %" PRIu64, LAB_START,
			   LAB_BLOCKS * machine.block_bytes);
}

/* All blocks of it are offline. */
static int lab_add_offline(int id, struct fault *fault)
{
	int ret = auto_online("offline", fault);

	if (!ret)
		ret = lab_add(id, fault);
	if (!ret)
		ret = auto_online("online", fault);
	return ret ? ret : expect_lab_zone("-", LAB_BLOCKS, fault);
}

/* A static group with its memory, all of it online. */
static int lab_plug(int *id, struct fault *fault)
{
	*id = lab_register("static", LAB_NODE, LAB_BLOCKS * machine.block_bytes,
			   fault);
	if (*id < 0)
		return *id;
	return lab_add(*id, fault);
}

static int lab_unplug(int id, struct fault *fault)
{
	int ret = lab_remove(fault);

	if (!ret)
		ret = lab_command(fault, "unregister %d", id);
	return ret ? ret : expect_start(fault);
}

/* Groups. */

static int bad_registrations(struct fault *fault)
{
	static const struct {
		const char *type;
		int node;
		uint64_t bytes;
	} bad[] = {
		{ "static", -1, 1ULL << 30 },
		{ "static", 2, 1ULL << 30 },
		{ "static", 1 << 20, 1ULL << 30 },
		{ "static", 0, 0 },
		{ "dynamic", -1, 128 << 20 },
		{ "dynamic", 2, 128 << 20 },
		{ "dynamic", 0, 0 },
		{ "dynamic", 0, 64 << 20 },
		{ "dynamic", 0, 384 << 20 },
	};
	struct fault refusal;
	char what[64];
	size_t i;
	int ret = 0;

	for (i = 0; i < WORDS(bad) && !ret; i++) {
		snprintf(what, sizeof(what), "register-%s on node %d of %" PRIu64,
			 bad[i].type, bad[i].node, bad[i].bytes);
		ret = expect_error(lab_register(bad[i].type, bad[i].node,
						bad[i].bytes, &refusal),
				   EINVAL, what, fault);
	}
	if (!ret)
		ret = expect_error(lab_command(&refusal, "unregister 4711"),
				   EINVAL, "unregister of no group", fault);
	if (!ret)
		ret = expect_error(lab_command(&refusal, "unregister -1"),
				   EINVAL, "unregister of -1", fault);
	if (!ret)
		ret = expect_error(lab_add(4711, &refusal), EINVAL,
				   "add to no group", fault);
	return ret ? ret : expect_start(fault);
}

static int expect_name(int id, const char *name, struct fault *fault)
{
	const struct group_record *group;
	struct view view;
	int ret = view_read(system_root(), &view, fault);

	if (ret)
		return ret;
	group = view_group(&view, id);
	if (!group || strcmp(group->device, name))
		return fault_set(fault, EINVAL, "group %d is \"%s\", not \"%s\"",
				 id, group ? group->device : "nothing", name);
	return 0;
}

/* A driver that unregisters too early is told so, and may go on. */
static int unregister_with_blocks(struct fault *fault)
{
	struct fault refusal;
	int id, ret;

	ret = lab_plug(&id, fault);
	if (!ret)
		ret = expect_lab_zone("Movable", LAB_BLOCKS, fault);
	if (!ret)
		ret = expect_error(lab_command(&refusal, "unregister %d", id),
				   EBUSY, "unregister with blocks", fault);
	if (!ret)
		ret = lab_command(fault, "name %d still here", id);
	if (!ret)
		ret = expect_name(id, "still here", fault);
	if (!ret)
		ret = block_set_state(machine.lab_block, "offline", fault);
	if (!ret)
		ret = expect_lab_zone("-", 1, fault);
	if (!ret)
		ret = expect_error(lab_command(&refusal, "unregister %d", id),
				   EBUSY, "unregister with blocks", fault);
	if (!ret)
		ret = block_set_state(machine.lab_block, "online", fault);
	if (!ret)
		ret = expect_lab_zone("Movable", LAB_BLOCKS, fault);
	if (!ret)
		ret = lab_unplug(id, fault);
	return ret;
}

/* The same memory twice: the second group stays empty, and can go. */
static int add_twice(struct fault *fault)
{
	struct fault refusal;
	int id, second, ret;

	ret = lab_plug(&id, fault);
	if (ret)
		return ret;
	second = lab_register("static", LAB_NODE, 1ULL << 30, fault);
	if (second < 0)
		return second;
	ret = expect_error(lab_add(second, &refusal), EEXIST,
			   "add of memory that exists", fault);
	if (!ret)
		ret = expect_lab_zone("Movable", LAB_BLOCKS, fault);
	if (!ret)
		ret = lab_command(fault, "unregister %d", second);
	if (!ret)
		ret = lab_unplug(id, fault);
	return ret;
}

/*
 * Parameters hold from the next decision on. Each is refused, so that it is made and
 * nothing comes of it.
 */
static int next_decision(struct fault *fault)
{
	static const struct {
		const char *parameter;
		const char *value;
		const char *zone;
	} steps[] = {
		{ "auto_movable_ratio", "0", "Normal" },
		{ "auto_movable_ratio", "301", "Movable" },
		{ "auto_movable_ratio", "1", "Normal" },
		{ "auto_movable_ratio", "4294967295", "Movable" },
		{ "online_policy", "contig-zones", "Normal" },
		{ "online_policy", "auto-movable", "Movable" },
		/* All of the device fits on the system, but not on its node. */
		{ "auto_movable_ratio", "75", "Normal" },
		{ "auto_movable_numa_aware", "N", "Movable" },
		{ "auto_movable_numa_aware", "Y", "Normal" },
		{ "auto_movable_ratio", "301", "Movable" },
	};
	struct last_decision last;
	struct fault refusal;
	uint64_t before;
	size_t i;
	int id, ret;

	id = lab_register("static", LAB_NODE, LAB_BLOCKS * machine.block_bytes,
			  fault);
	if (id < 0)
		return id;
	ret = lab_add_offline(id, fault);
	if (!ret)
		ret = notifier_refuse("MEM_GOING_ONLINE", fault);
	for (i = 0; i < WORDS(steps) && !ret; i++) {
		ret = parameter_set(steps[i].parameter, steps[i].value, fault);
		if (!ret)
			ret = count_decisions(&before, fault);
		if (!ret)
			ret = expect_error(block_set_state(machine.lab_block,
							   "online", &refusal),
					   REFUSED, "online, refused", fault);
		if (!ret)
			ret = expect_decisions(before, 1, fault);
		/* The last record is the latest one. */
		if (!ret)
			ret = debugfs_for_each(system_root(), "decisions", on_decision, &last,
					       fault);
		if (!ret && (last.block != machine.lab_block ||
			     strcmp(last.zone, steps[i].zone)))
			ret = fault_set(fault, EINVAL,
					"%s %s: decided for %s, expected %s",
					steps[i].parameter, steps[i].value,
					last.zone, steps[i].zone);
	}
	if (!ret)
		ret = notifier_allow("MEM_GOING_ONLINE", fault);
	if (!ret)
		ret = expect_lab_zone("-", LAB_BLOCKS, fault);
	return ret ? ret : lab_unplug(id, fault);
}

/* Notifiers that refuse. */

/* No block of a device may come online: all of it is there, and offline. */
static int refused_online(struct fault *fault)
{
	size_t i;
	int id, ret;

	ret = notifier_refuse("MEM_GOING_ONLINE", fault);
	if (!ret)
		ret = lab_plug(&id, fault);
	if (!ret)
		ret = expect_lab_zone("-", LAB_BLOCKS, fault);
	if (!ret)
		ret = notifier_allow("MEM_GOING_ONLINE", fault);
	for (i = 0; i < LAB_BLOCKS && !ret; i++)
		ret = block_set_state(machine.lab_block + i, "online", fault);
	if (!ret)
		ret = expect_lab_zone("Movable", LAB_BLOCKS, fault);
	if (!ret)
		ret = lab_unplug(id, fault);
	return ret;
}

static int refused_remove(struct fault *fault)
{
	struct fault refusal;
	int id, ret;

	ret = lab_plug(&id, fault);
	if (!ret)
		ret = notifier_refuse("MEM_GOING_OFFLINE", fault);
	if (!ret)
		ret = expect_error(lab_remove(&refusal), REFUSED,
				   "remove, refused", fault);
	if (!ret)
		ret = expect_lab_zone("Movable", LAB_BLOCKS, fault);
	if (!ret)
		ret = notifier_allow("MEM_GOING_OFFLINE", fault);
	if (!ret)
		ret = lab_unplug(id, fault);
	return ret;
}

static int refused_dimm(struct fault *fault)
{
	const size_t online = machine.start_blocks;
	size_t i;
	int ret;

	ret = notifier_refuse("MEM_GOING_ONLINE", fault);
	if (!ret)
		ret = ask(fault, "add-dimm 512M 1 refused");
	if (!ret)
		ret = wait_for_blocks(4, online, fault);
	if (!ret)
		ret = wait_for_driver(fault);
	if (!ret)
		ret = notifier_allow("MEM_GOING_ONLINE", fault);
	for (i = 0; i < machine.blocks.count && !ret; i++)
		if (!strcmp(machine.blocks.list[i].state, "offline"))
			ret = block_set_state(machine.blocks.list[i].number,
					      "online", fault);
	if (!ret)
		ret = wait_for_blocks(4, online + 4, fault);
	if (!ret)
		ret = notifier_refuse("MEM_GOING_OFFLINE", fault);
	if (!ret)
		ret = expect_refusal("remove-dimm refused", "did not give",
				     fault);
	if (!ret)
		ret = wait_for_blocks(4, online + 4, fault);
	if (!ret)
		ret = notifier_allow("MEM_GOING_OFFLINE", fault);
	if (!ret)
		ret = ask(fault, "remove-dimm refused");
	return ret ? ret : expect_start(fault);
}

/* Blocks that may not come online stay offline, and can be unplugged. */
static int refused_virtio_mem(struct fault *fault)
{
	const size_t online = machine.start_blocks;
	int ret;

	ret = notifier_refuse("MEM_GOING_ONLINE", fault);
	if (!ret)
		ret = ask(fault, "resize v0 512M");
	if (!ret)
		ret = wait_for_blocks(4, online, fault);
	if (!ret)
		ret = wait_for_driver(fault);
	if (!ret)
		ret = notifier_allow("MEM_GOING_ONLINE", fault);
	if (!ret)
		ret = ask(fault, "resize v0 1024M");
	if (!ret)
		ret = wait_for_blocks(8, online + 4, fault);
	if (!ret)
		ret = notifier_refuse("MEM_GOING_OFFLINE", fault);
	/*
	 * It gives the host all memory. Blocks that were online cannot go offline
	 * and stay, empty: the host has what they hold no more.
	 */
	if (!ret)
		ret = ask(fault, "resize v0 0");
	if (!ret)
		ret = wait_for_blocks(4, online + 4, fault);
	if (!ret)
		ret = notifier_allow("MEM_GOING_OFFLINE", fault);
	/* Plugged into again, they can go the next time. */
	if (!ret)
		ret = ask(fault, "resize v0 512M");
	if (!ret)
		ret = wait_for_blocks(4, online + 4, fault);
	if (!ret)
		ret = ask(fault, "resize v0 0");
	return ret ? ret : expect_start_soon(fault);
}

/* Pages that cannot move. */

/*
 * Brings @block online as KERNEL and pins pages in it, after all others of the @count
 * blocks from @first came online as MOVABLE.
 */
static int online_and_pin(unsigned long first, size_t count,
			  unsigned long block, struct fault *fault)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < count && !ret; i++)
		if (first + i != block)
			ret = block_set_state(first + i, "online_movable",
					      fault);
	if (!ret)
		ret = block_set_state(block, "online_kernel", fault);
	return ret ? ret : lab_command(fault, "pin-kernel %lu", block);
}

/* A device that fails to go in the middle: what was offline comes back. */
static int pinned_kernel_block(struct fault *fault)
{
	struct fault refusal;
	uint64_t before;
	int id, ret;

	id = lab_register("static", LAB_NODE, LAB_BLOCKS * machine.block_bytes,
			  fault);
	if (id < 0)
		return id;
	ret = lab_add_offline(id, fault);
	if (!ret)
		ret = online_and_pin(machine.lab_block, LAB_BLOCKS,
				     machine.lab_block + LAB_BLOCKS / 2, fault);
	if (!ret)
		ret = count_decisions(&before, fault);
	if (!ret)
		ret = expect_error(lab_remove(&refusal), EBUSY,
				   "remove with pages pinned", fault);
	/* Those below it went offline, and each came back by a decision. */
	if (!ret)
		ret = expect_decisions(before, LAB_BLOCKS / 2, fault);
	if (!ret)
		ret = expect_lab_zone("Movable", LAB_BLOCKS - 1, fault);
	if (!ret)
		ret = expect_lab_zone("Normal", 1, fault);
	if (!ret)
		ret = expect_error(lab_command(&refusal, "unregister %d", id),
				   EBUSY, "unregister with blocks", fault);
	if (!ret)
		ret = lab_command(fault, "unpin");
	return ret ? ret : lab_unplug(id, fault);
}

static void on_alarm(int signal)
{
	(void)signal;
}

/* Offlining a MOVABLE block with pages that stay goes on until a signal comes. */
static int pinned_movable_block(struct fault *fault)
{
	const struct sigaction action = { .sa_handler = on_alarm };
	struct fault refusal;
	int id, ret;

	ret = lab_plug(&id, fault);
	if (!ret)
		ret = lab_command(fault, "pin-movable %lu", machine.lab_block);
	if (!ret) {
		sigaction(SIGALRM, &action, NULL);
		alarm(3);
		ret = expect_error(block_set_state(machine.lab_block, "offline",
						   &refusal),
				   EINTR, "offline with pages pinned", fault);
		alarm(0);
	}
	if (!ret)
		ret = expect_lab_zone("Movable", LAB_BLOCKS, fault);
	if (!ret)
		ret = lab_command(fault, "unpin");
	if (!ret)
		ret = lab_unplug(id, fault);
	return ret;
}

static int pinned_dimm(struct fault *fault)
{
	static const char *const zones[] = { "-", "Normal", "Normal", "Normal" };
	const size_t online = machine.start_blocks;
	unsigned long first = 0;
	size_t i;
	int ret;

	ret = auto_online("offline", fault);
	if (!ret)
		ret = ask(fault, "add-dimm 512M 1 pinned");
	if (!ret)
		ret = wait_for_blocks(4, online, fault);
	if (!ret)
		ret = wait_for_driver(fault);
	if (!ret)
		ret = auto_online("online", fault);
	if (!ret) {
		first = machine.blocks.list[online].number;
		ret = online_and_pin(first, 4, first + 2, fault);
	}
	/* A part of it is on its way already. */
	if (!ret)
		ret = block_set_state(first, "offline", fault);
	if (!ret)
		ret = expect_refusal("remove-dimm pinned", "did not give",
				     fault);
	/*
	 * The first block was offline when the removal began. The others come back by
	 * a plain "online", as ACPI does not remember how they were: the device has a
	 * KERNEL block, so all of them are KERNEL now.
	 */
	if (!ret)
		ret = wait_for_blocks(4, online + 3, fault);
	for (i = 0; i < WORDS(zones) && !ret; i++)
		if (strcmp(machine.blocks.list[online + i].zone, zones[i]))
			ret = fault_set(fault, EINVAL,
					"block %zu of the DIMM is in %s, expected %s",
					i, machine.blocks.list[online + i].zone,
					zones[i]);
	if (!ret)
		ret = lab_command(fault, "unpin");
	if (!ret)
		ret = ask(fault, "remove-dimm pinned");
	return ret ? ret : expect_start(fault);
}

static int pinned_virtio_mem(struct fault *fault)
{
	const size_t online = machine.start_blocks;
	int ret;

	ret = ask(fault, "resize v0 384M");
	if (!ret)
		ret = wait_for_blocks(3, online + 3, fault);
	if (!ret)
		ret = parameter_set("auto_movable_ratio", "0", fault);
	if (!ret)
		ret = ask(fault, "resize v0 512M");
	if (!ret)
		ret = wait_for_blocks(4, online + 4, fault);
	if (!ret)
		ret = parameter_set("auto_movable_ratio", "301", fault);
	if (!ret)
		ret = lab_command(fault, "pin-kernel %lu",
				  machine.blocks.list[online + 3].number);
	if (!ret)
		ret = expect_refusal("resize -w 5 v0 0", " reached ", fault);
	/* All but the pinned pages went; their block is KERNEL still. */
	if (!ret)
		ret = wait_for_blocks(1, online + 1, fault);
	if (!ret)
		ret = lab_command(fault, "unpin");
	/* A size of its own: it tries the old one again much later. */
	if (!ret)
		ret = ask(fault, "resize v0 256M");
	if (!ret)
		ret = ask(fault, "resize v0 0");
	return ret ? ret : expect_start_soon(fault);
}

/* Allocations that fail. */

/*
 * Which allocations fail in turn: the first ones each, then ever fewer, as long
 * loops, such as the page tables of a shadow, fill up what comes later.
 */
static unsigned int next_nth(unsigned int nth)
{
	return nth + 1 + nth / 16;
}

/*
 * Does @text to @path until no allocation is left that could fail. Before each,
 * @before makes it possible; after each, @after puts everything back, whatever the
 * result was. Prints how many failed.
 */
static int fail_each(const char *what, const char *path, const char *text,
		     int (*before)(struct fault *fault),
		     int (*after)(int result, struct fault *fault),
		     struct fault *fault)
{
	unsigned int nth, count = 0, refused = 0;
	struct fault inner;
	bool injected = true;
	int result, ret = 0;

	for (nth = 1; injected && !ret; nth = next_nth(nth)) {
		ret = before(&inner);
		if (!ret)
			ret = injection_write(path, text, nth, &result,
					      &injected, &inner);
		count += injected;
		refused += !ret && result;
		if (!ret && !injected && result)
			ret = fault_set(&inner, -result,
					"%d without a failed allocation",
					result);
		if (!ret)
			ret = look(&inner);
		if (!ret)
			ret = after(result, &inner);
		if (ret)
			fault_set(fault, -ret, "%s, allocation %u failed: %.900s",
				  what, nth, inner.text);
	}
	print_message("%s: %u allocations failed, %u times it was refused\n",
		      what, count, refused);
	if (!ret && (!count || !refused))
		ret = fault_set(fault, EINVAL, "%s: nothing was refused", what);
	return ret;
}

static int nothing_before(struct fault *fault)
{
	(void)fault;
	return 0;
}

/* A group that was registered here has no name. */
static int after_registering(int result, struct fault *fault)
{
	struct view view;
	size_t i;
	int ret;

	if (result)
		return expect_start(fault);
	ret = view_read(system_root(), &view, fault);
	if (ret)
		return ret;
	for (i = 0; i < view.nr_groups; i++)
		if (!strcmp(view.groups[i].device, "-"))
			break;
	if (i == view.nr_groups)
		return fault_set(fault, ENOENT, "the new group is not there");
	ret = lab_command(fault, "unregister %" PRIu64, view.groups[i].id);
	return ret ? ret : expect_start(fault);
}

static int failing_register(struct fault *fault)
{
	char text[64];
	int ret;

	snprintf(text, sizeof(text), "register-static 1 %d", 1 << 30);
	ret = fail_each("register a static group", LAB_FILE, text,
			nothing_before, after_registering, fault);
	snprintf(text, sizeof(text), "register-dynamic 1 %d", 1 << 28);
	if (!ret)
		ret = fail_each("register a dynamic group", LAB_FILE, text,
				nothing_before, after_registering, fault);
	return ret;
}

/*
 * Two things about Linux 6.1 itself. It does not survive that it gets no page for the
 * page table of a new GiB (alloc_low_page() of x86): a block is kept in each GiB that
 * memory is added to. And when it fails to add the second section of two, the first
 * stays for good (__add_pages()), and nothing can be added there any more: the next
 * place is taken.
 */
#define KEPT		4ULL		/* GiB, with a block in each */
#define PLACES_PER_GIB	3		/* of two blocks each, behind that */

static struct {
	int id;				/* the group that is used */
	unsigned int place;
	char command[96];
} lab;

static uint64_t place_start(void)
{
	return LAB_START + ((uint64_t)lab.place / PLACES_PER_GIB << 30) +
	       (1 + 2 * (lab.place % PLACES_PER_GIB)) * machine.block_bytes;
}

static void describe(char *command, size_t size, const char *verb)
{
	char id[16] = "";

	if (!strcmp(verb, "add"))
		snprintf(id, sizeof(id), "%d ", lab.id);
	snprintf(command, size, "%s %s%" PRIu64 " %" PRIu64, verb, id,
		 place_start(), 2 * machine.block_bytes);
}

static int lab_do(const char *verb, struct fault *fault)
{
	char command[96];

	describe(command, sizeof(command), verb);
	return lab_command(fault, "%s", command);
}

static int lab_add_blocks(struct fault *fault)
{
	return lab_do("add", fault);
}

static int lab_remove_blocks(struct fault *fault)
{
	return lab_do("remove", fault);
}

static int keep_blocks(int *id, struct fault *fault)
{
	uint64_t gib;
	int ret = 0;

	*id = lab_register("static", LAB_NODE, KEPT * machine.block_bytes,
			   fault);
	if (*id < 0)
		return *id;
	for (gib = 0; gib < KEPT && !ret; gib++)
		ret = lab_command(fault, "add %d %llu %" PRIu64, *id,
				  LAB_START + (gib << 30), machine.block_bytes);
	return ret;
}

static int drop_blocks(int id, struct fault *fault)
{
	uint64_t gib;
	int ret = 0;

	for (gib = 0; gib < KEPT && !ret; gib++)
		ret = lab_command(fault, "remove %llu %" PRIu64,
				  LAB_START + (gib << 30), machine.block_bytes);
	if (!ret)
		ret = lab_command(fault, "unregister %d", id);
	return ret ? ret : expect_start(fault);
}

/* They are there, online or offline; or none of them is, and they can be added. */
static int after_adding(int result, struct fault *fault)
{
	const unsigned long block = place_start() / machine.block_bytes;
	const bool first = blocks_find(&machine.blocks, block);
	const bool second = blocks_find(&machine.blocks, block + 1);
	struct fault refusal;
	int ret = 0;

	if (first != !result || second != !result)
		return fault_set(fault, EINVAL,
				 "result %d, the blocks are %sthere and %sthere",
				 result, first ? "" : "not ",
				 second ? "" : "not ");
	if (result)
		ret = lab_add_blocks(&refusal);
	if (!ret)
		return lab_remove_blocks(fault);
	if (ret != -EEXIST)
		return fault_set(fault, -ret, "%.900s", refusal.text);
	if (++lab.place == KEPT * PLACES_PER_GIB)
		return fault_set(fault, ENOSPC, "no place is left");
	describe(lab.command, sizeof(lab.command), "add");
	return 0;
}

static int after_removing(int result, struct fault *fault)
{
	return result ? lab_remove_blocks(fault) : 0;
}

/* With @before and @after, for a group of two blocks. */
static int failing_blocks(const char *what, const char *verb,
			  int (*before)(struct fault *fault),
			  int (*after)(int result, struct fault *fault),
			  struct fault *fault)
{
	int kept, ret;

	ret = keep_blocks(&kept, fault);
	if (ret)
		return ret;
	lab.id = lab_register("static", LAB_NODE, 2 * machine.block_bytes,
			      fault);
	if (lab.id < 0)
		return lab.id;
	describe(lab.command, sizeof(lab.command), verb);
	ret = fail_each(what, LAB_FILE, lab.command, before, after, fault);
	if (!ret)
		ret = lab_command(fault, "unregister %d", lab.id);
	return ret ? ret : drop_blocks(kept, fault);
}

static int failing_add(struct fault *fault)
{
	return failing_blocks("add two blocks", "add", nothing_before,
			      after_adding, fault);
}

static int failing_remove(struct fault *fault)
{
	return failing_blocks("remove two blocks", "remove", lab_add_blocks,
			      after_removing, fault);
}

static int before_online(struct fault *fault)
{
	return expect_lab_zone("-", 1, fault);
}

static int after_online(int result, struct fault *fault)
{
	const int ret = expect_lab_zone(result ? "-" : "Movable",
					result ? 1 : LAB_BLOCKS, fault);

	if (ret || result)
		return ret;
	return block_set_state(machine.lab_block, "offline", fault);
}

static int before_offline(struct fault *fault)
{
	return expect_lab_zone("Movable", LAB_BLOCKS, fault);
}

static int after_offline(int result, struct fault *fault)
{
	const int ret = expect_lab_zone("Movable", LAB_BLOCKS - !result, fault);

	if (ret || result)
		return ret;
	return block_set_state(machine.lab_block, "online", fault);
}

static int failing_states(struct fault *fault)
{
	char path[80];
	int id, ret;

	snprintf(path, sizeof(path),
		 "/sys/devices/system/memory/memory%lu/state",
		 machine.lab_block);
	ret = lab_plug(&id, fault);
	if (!ret)
		ret = fail_each("take a block offline", path, "offline",
				before_offline, after_offline, fault);
	if (!ret)
		ret = block_set_state(machine.lab_block, "offline", fault);
	if (!ret)
		ret = fail_each("take a block online", path, "online",
				before_online, after_online, fault);
	if (!ret)
		ret = lab_unplug(id, fault);
	return ret;
}

/* DIMMs and virtio-mem are plugged by worker threads, which fail by chance. */

#define ROUNDS		12
#define PERCENT		1

/* Drivers may still be at work: some tries. */
static int look_soon(struct fault *fault)
{
	int tries, ret = 0;

	for (tries = 0; tries < 10; tries++) {
		ret = look(fault);
		if (!ret)
			break;
		sleep(1);
	}
	return ret;
}

/* What came of the rounds. */
struct rounds {
	unsigned int count;
	unsigned int failed;		/* allocations */
	unsigned int done;		/* in spite of that */
	unsigned int lost;		/* DIMMs that the kernel never let go */
};

/* Ends a round's failures, and counts them. */
static int end_failures(struct rounds *rounds, struct fault *fault)
{
	unsigned int failed;
	int ret;

	ret = injection_happened(&failed, fault);
	if (ret)
		return ret;
	rounds->count++;
	rounds->failed += failed;
	return injection_workers(0, fault);
}

static int expect_failures(const char *what, const struct rounds *rounds,
			   struct fault *fault)
{
	print_message("%s: %u rounds, %u allocations failed, %u times it was done in spite of it, %u lost\n",
		      what, rounds->count, rounds->failed, rounds->done,
		      rounds->lost);
	if (!rounds->failed || !rounds->done)
		return fault_set(fault, EINVAL,
				 "nothing failed, or nothing else");
	return 0;
}

/*
 * Comes and goes while allocations fail. When the kernel misses the news that a DIMM
 * came, for lack of memory, it is never asked to let that one go: no round uses the
 * DIMM of another.
 */
static int failing_dimm(struct rounds *rounds, struct fault *fault)
{
	const unsigned int id = rounds->count;
	struct blocks blocks = {};
	struct fault refusal;
	unsigned int i;
	int ret;

	ret = injection_workers(PERCENT, fault);
	if (!ret)
		ret = ask(fault, "add-dimm 128M 1 failing%u", id);
	for (i = 0; i < 10 && blocks.count <= machine.blocks.count && !ret; i++) {
		sleep(1);
		blocks_free(&blocks);
		ret = blocks_read(system_root(), &blocks, fault);
	}
	blocks_free(&blocks);
	if (ret)
		return ret;
	if (!ask(&refusal, "remove-dimm -w 10 failing%u", id)) {
		rounds->done++;
		ret = end_failures(rounds, fault);
	} else {
		ret = end_failures(rounds, fault);
		if (!ret && ask(&refusal, "remove-dimm -w 20 failing%u", id))
			rounds->lost++;
	}
	return ret ? ret : look_soon(fault);
}

static int failing_dimms(struct fault *fault)
{
	struct rounds rounds = {};
	struct fault ignored;
	int ret;

	/* In the same GiB, which few lost ones do not fill; see keep_blocks(). */
	ret = ask(fault, "add-dimm 128M 1 keep");
	if (!ret)
		ret = wait_for_blocks(1, machine.start_blocks + 1, fault);
	while (rounds.count < ROUNDS && rounds.lost < 4 && !ret)
		ret = failing_dimm(&rounds, fault);
	injection_workers(0, &ignored);
	if (!ret)
		ret = expect_failures("DIMMs", &rounds, fault);
	/* None of those has left a block behind. */
	if (!ret)
		ret = ask(fault, "add-dimm 128M 1 after");
	if (!ret)
		ret = wait_for_blocks(2, machine.start_blocks + 2, fault);
	if (!ret)
		ret = ask(fault, "remove-dimm after");
	if (!ret)
		ret = ask(fault, "remove-dimm keep");
	return ret ? ret : expect_start_soon(fault);
}

static int failing_virtio_mem(struct fault *fault)
{
	struct rounds rounds = {};
	struct fault refusal;
	int ret;

	ret = ask(fault, "resize v0 128M");
	while (rounds.count < ROUNDS && !ret) {
		ret = injection_workers(PERCENT, fault);
		if (ret)
			break;
		rounds.done += !ask(&refusal, "resize -w 5 v0 512M");
		ret = end_failures(&rounds, fault);
		if (!ret)
			ret = look_soon(fault);
		/* A size of its own, as a failed device waits before it retries. */
		if (!ret)
			ret = ask(fault, "resize v0 %uM",
				  128 * (1 + rounds.count % 2));
	}
	injection_workers(0, &refusal);
	if (!ret)
		ret = expect_failures("virtio-mem", &rounds, fault);
	if (!ret)
		ret = ask(fault, "resize v0 0");
	return ret ? ret : expect_start_soon(fault);
}

/* The cmocka face. */

struct test {
	const char *name;
	int (*run)(struct fault *fault);
};

static const struct test tests_always[] = {
	{ "registrations that are wrong", bad_registrations },
	{ "unregister a group with blocks", unregister_with_blocks },
	{ "add memory that exists already", add_twice },
	{ "parameters hold from the next decision", next_decision },
	{ "a notifier refuses: online", refused_online },
	{ "a notifier refuses: remove", refused_remove },
	{ "a notifier refuses: DIMM", refused_dimm },
	{ "a notifier refuses: virtio-mem", refused_virtio_mem },
	{ "pinned pages: KERNEL block, removal half-way", pinned_kernel_block },
	{ "pinned pages: MOVABLE block, ended by a signal", pinned_movable_block },
	{ "pinned pages: DIMM", pinned_dimm },
	{ "pinned pages: virtio-mem", pinned_virtio_mem },
};

static int no_leaks(struct fault *fault)
{
	return leaks_check(NULL, fault);
}

/* ACPI loses some memory itself when worker threads get none. */
static int no_leaks_of_ours(struct fault *fault)
{
	static const char *const words[] = {
		"memgroup", "memory_group", "memory_block", "memory_subsys",
		"add_memory", "remove_memory", "online_pages", "offline_pages",
		"virtio_mem", NULL
	};

	return leaks_check(words, fault);
}

static const struct test tests_injection[] = {
	{ "failing allocations: register", failing_register },
	{ "failing allocations: online and offline", failing_states },
	{ "failing allocations: remove", failing_remove },
	/* The last with the driver's memory: some of it is lost by that. */
	{ "failing allocations: add", failing_add },
};

static const struct test tests_leaks[] = {
	{ "kmemleak", no_leaks },
};

static const struct test tests_workers[] = {
	{ "failing allocations: DIMMs", failing_dimms },
	{ "failing allocations: virtio-mem", failing_virtio_mem },
};

static const struct test tests_last[] = {
	{ "kmemleak, after the worker threads", no_leaks_of_ours },
};

static int prepare(struct fault *fault)
{
	int ret = blocks_read(system_root(), &machine.blocks, fault);

	if (ret)
		return ret;
	machine.start_blocks = machine.blocks.count;
	machine.block_bytes = machine.blocks.block_bytes;
	machine.lab_block = LAB_START / machine.block_bytes;
	if (blocks_find(&machine.blocks, machine.lab_block))
		return fault_set(fault, EINVAL,
				 "block %lu is there: boot with mem=4G",
				 machine.lab_block);
	ret = agreement_check(system_root(), &machine.blocks, fault);
	return ret ? ret : agreement_counts(system_root(), &machine.start_counts, fault);
}

static int group_setup(void **state)
{
	(void)state;
	if (!prepare(&machine.fault))
		return 0;
	fprintf(stderr, "error-paths: %s\n", machine.fault.text);
	return -1;
}

static int group_teardown(void **state)
{
	(void)state;
	blocks_free(&machine.blocks);
	free(machine.start_counts);
	return 0;
}

/* Whatever a test that failed left behind must not refuse the next one. */
static int test_teardown(void **state)
{
	struct fault ignored;

	(void)state;
	notifier_allow("MEM_GOING_ONLINE", &ignored);
	notifier_allow("MEM_GOING_OFFLINE", &ignored);
	parameter_set("auto_movable_ratio", "301", &ignored);
	parameter_set("auto_movable_numa_aware", "Y", &ignored);
	parameter_set("online_policy", "auto-movable", &ignored);
	auto_online("online", &ignored);
	lab_command(&ignored, "unpin");
	return 0;
}

static void one_test(void **state)
{
	const struct test *test = *state;

	if (test->run(&machine.fault))
		fail_msg("%s", machine.fault.text);
}

static size_t add_tests(struct CMUnitTest *to, const struct test *from,
			size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		to[i] = (struct CMUnitTest) {
			.name = from[i].name,
			.test_func = one_test,
			.teardown_func = test_teardown,
			.initial_state = (void *)&from[i],
		};
	return count;
}

static void usage(FILE *out)
{
	fputs("Usage: error-paths [--injection]\n"
	      "In a guest with mem=4G and the module memgroup_lab: let everything fail that\n"
	      "can fail when memory comes and goes. TAP.\n"
	      "\n"
	      "  -i, --injection  let allocations fail as well; needs a kernel with\n"
	      "                   FAILSLAB and FAIL_PAGE_ALLOC\n"
	      "  -h, --help       this text\n", out);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "injection", no_argument, NULL, 'i' },
		{ "help", no_argument, NULL, 'h' },
		{}
	};
	struct CMUnitTest tests[WORDS(tests_always) + WORDS(tests_injection) +
				WORDS(tests_leaks) + WORDS(tests_workers) +
				WORDS(tests_last)];
	bool injection = false;
	size_t count;
	int option;

	setlinebuf(stdout);
	while ((option = getopt_long(argc, argv, "ih", options, NULL)) != -1) {
		switch (option) {
		case 'i':
			injection = true;
			break;
		case 'h':
			usage(stdout);
			return 0;
		default:
			usage(stderr);
			return 2;
		}
	}
	if (optind != argc) {
		usage(stderr);
		return 2;
	}

	count = add_tests(tests, tests_always, WORDS(tests_always));
	if (injection) {
		if (injection_prepare(&machine.fault)) {
			fprintf(stderr, "error-paths: %s\n", machine.fault.text);
			return 1;
		}
		count += add_tests(tests + count, tests_injection,
				   WORDS(tests_injection));
	}
	if (leaks_watched())
		count += add_tests(tests + count, tests_leaks,
				   WORDS(tests_leaks));
	if (injection)
		count += add_tests(tests + count, tests_workers,
				   WORDS(tests_workers));
	if (injection && leaks_watched())
		count += add_tests(tests + count, tests_last,
				   WORDS(tests_last));
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("error paths", tests, count, group_setup,
				       group_teardown) ? 1 : 0;
}
