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
#include "view.h"

/*
 * Where the driver's memory is: above mem=4G, on a node with boot memory and no CPU,
 * so that the kernel takes its own pages elsewhere and KERNEL blocks can go again.
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
	ret = blocks_read(&machine.blocks, fault);
	return ret ? ret : agreement_check(&machine.blocks, fault);
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
		ret = blocks_read(&machine.blocks, fault);
		if (ret)
			return ret;
		if (machine.blocks.count == count &&
		    count_online(&machine.blocks) == online)
			return agreement_check(&machine.blocks, fault);
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
		ret = agreement_counts(&counts, fault);
	if (ret)
		return ret;
	if (strcmp(counts, machine.start_counts))
		ret = first_difference(machine.start_counts, counts, fault);
	free(counts);
	return ret;
}

/* @result is a refusal of the kernel's with @error; 0 passes for any error. */
static int expect_error(int result, int error, const char *what,
			struct fault *fault)
{
	if (!result || (error && result != -error))
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

static int on_decision(struct records *r, void *context)
{
	return string_of(r, "zone", context, 16);
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
		{ "auto_movable_ratio", "301", "Movable" },
	};
	struct fault refusal;
	char zone[16] = "";
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
			ret = expect_error(block_set_state(machine.lab_block,
							   "online", &refusal),
					   0, "online, refused", fault);
		/* The last one is the latest one. */
		if (!ret)
			ret = debugfs_for_each("decisions", on_decision, zone,
					       fault);
		if (!ret && strcmp(zone, steps[i].zone))
			ret = fault_set(fault, EINVAL,
					"%s %s: decided for %s, expected %s",
					steps[i].parameter, steps[i].value,
					zone, steps[i].zone);
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
		ret = expect_error(lab_remove(&refusal), 0, "remove, refused",
				   fault);
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
	struct fault refusal;
	size_t i;
	int ret;

	ret = notifier_refuse("MEM_GOING_ONLINE", fault);
	if (!ret)
		ret = ask(fault, "add-dimm 512M 1 refused");
	if (!ret)
		ret = wait_for_blocks(4, online, fault);
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
		ret = expect_error(ask(&refusal, "remove-dimm refused"), 0,
				   "remove-dimm, refused", fault);
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
	return ret ? ret : wait_for_blocks(0, online, fault);
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
		ret = expect_error(lab_remove(&refusal), EBUSY,
				   "remove with pages pinned", fault);
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
	const size_t online = machine.start_blocks;
	struct fault refusal;
	unsigned long first = 0;
	int ret;

	ret = auto_online("offline", fault);
	if (!ret)
		ret = ask(fault, "add-dimm 512M 1 pinned");
	if (!ret)
		ret = wait_for_blocks(4, online, fault);
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
		ret = expect_error(ask(&refusal, "remove-dimm pinned"), 0,
				   "remove-dimm with pages pinned", fault);
	/* One block stays offline: it was so when the removal began. */
	if (!ret)
		ret = wait_for_blocks(4, online + 3, fault);
	if (!ret)
		ret = lab_command(fault, "unpin");
	if (!ret)
		ret = ask(fault, "remove-dimm pinned");
	return ret ? ret : expect_start(fault);
}

static int pinned_virtio_mem(struct fault *fault)
{
	const size_t online = machine.start_blocks;
	struct fault refusal;
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
		ret = expect_error(ask(&refusal, "resize -w 5 v0 0"), 0,
				   "resize with pages pinned", fault);
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
	return ret ? ret : wait_for_blocks(0, online, fault);
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
	if (!ret && !count)
		ret = fault_set(fault, EINVAL, "%s: no allocation failed", what);
	return ret;
}

static int lab_id;

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
	ret = view_read(&view, fault);
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
 * Linux 6.1 does not survive that it gets no page for the page table of a new GiB
 * (alloc_low_page() of x86): keep a block in each GiB that memory is added to.
 */
static int keep_block(int *id, struct fault *fault)
{
	*id = lab_register("static", LAB_NODE, machine.block_bytes, fault);
	if (*id < 0)
		return *id;
	return lab_command(fault, "add %d %llu %" PRIu64, *id, LAB_START,
			   machine.block_bytes);
}

static int drop_block(int id, struct fault *fault)
{
	int ret;

	ret = lab_command(fault, "remove %llu %" PRIu64, LAB_START,
			  machine.block_bytes);
	if (!ret)
		ret = lab_command(fault, "unregister %d", id);
	return ret ? ret : expect_start(fault);
}

static int lab_add_block(struct fault *fault)
{
	return lab_command(fault, "add %d %llu %" PRIu64, lab_id,
			   LAB_START + machine.block_bytes,
			   machine.block_bytes);
}

static int lab_remove_block(struct fault *fault)
{
	return lab_command(fault, "remove %llu %" PRIu64,
			   LAB_START + machine.block_bytes,
			   machine.block_bytes);
}

/* It is there, online or offline; or it is not there at all. */
static int after_adding(int result, struct fault *fault)
{
	const bool there = blocks_find(&machine.blocks, machine.lab_block + 1);

	if (there != !result)
		return fault_set(fault, EINVAL, "result %d, the block is %s",
				 result, there ? "there" : "not there");
	return there ? lab_remove_block(fault) : 0;
}

static int after_removing(int result, struct fault *fault)
{
	return result ? lab_remove_block(fault) : 0;
}

/* With @before and @after, for a group of one block: "add ID …" or "remove …". */
static int failing_block(const char *what, bool add,
			 int (*before)(struct fault *fault),
			 int (*after)(int result, struct fault *fault),
			 struct fault *fault)
{
	char id[16] = "", text[96];
	int kept, ret;

	ret = keep_block(&kept, fault);
	if (ret)
		return ret;
	lab_id = lab_register("static", LAB_NODE, machine.block_bytes, fault);
	if (lab_id < 0)
		return lab_id;
	if (add)
		snprintf(id, sizeof(id), "%d ", lab_id);
	snprintf(text, sizeof(text), "%s %s%llu %" PRIu64,
		 add ? "add" : "remove", id, LAB_START + machine.block_bytes,
		 machine.block_bytes);
	ret = fail_each(what, LAB_FILE, text, before, after, fault);
	if (!ret)
		ret = lab_command(fault, "unregister %d", lab_id);
	return ret ? ret : drop_block(kept, fault);
}

static int failing_add(struct fault *fault)
{
	return failing_block("add a block", true, nothing_before, after_adding,
			     fault);
}

static int failing_remove(struct fault *fault)
{
	return failing_block("remove a block", false, lab_add_block,
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

/*
 * Comes and goes while allocations fail, on odd rounds only the former. When the
 * kernel misses the news that a DIMM came, for lack of memory, it is never asked to
 * let that one go: no round uses the DIMM of another.
 */
static int failing_dimm(unsigned int round, unsigned int *came,
			unsigned int *gone, struct fault *fault)
{
	struct fault refusal;
	struct blocks blocks = {};
	unsigned int i;
	int ret;

	ret = injection_workers(PERCENT, fault);
	if (!ret)
		ret = ask(fault, "add-dimm 256M 1 failing%u", round);
	if (ret)
		return ret;
	for (i = 0; i < 10 && blocks.count <= machine.blocks.count; i++) {
		sleep(1);
		blocks_free(&blocks);
		ret = blocks_read(&blocks, fault);
		if (ret)
			return ret;
	}
	*came += blocks.count > machine.blocks.count;
	blocks_free(&blocks);
	if (round % 2)
		ret = injection_workers(0, fault);
	*gone += !ask(&refusal, "remove-dimm -w 10 failing%u", round);
	if (!ret)
		ret = injection_workers(0, fault);
	if (!ret)
		ret = look(fault);
	/* Refused when it is gone already, or was never heard of. */
	if (!ret)
		ask(&refusal, "remove-dimm -w 10 failing%u", round);
	return ret ? ret : look(fault);
}

static int failing_dimms(struct fault *fault)
{
	unsigned int i, came = 0, gone = 0;
	struct fault refusal;
	int ret;

	/* In the same GiB; see keep_block(). */
	ret = ask(fault, "add-dimm 128M 1 keep");
	if (!ret)
		ret = wait_for_blocks(1, machine.start_blocks + 1, fault);
	for (i = 0; i < ROUNDS && !ret; i++)
		ret = failing_dimm(i, &came, &gone, fault);
	injection_workers(0, &refusal);
	print_message("DIMMs: of %u, %u came and %u went in spite of failures\n",
		      i, came, gone);
	if (!ret && (!came || !gone))
		ret = fault_set(fault, EINVAL,
				"nothing came of it: too many failures");
	/* None of those has left a block behind. */
	if (!ret)
		ret = ask(fault, "add-dimm 256M 1 after");
	if (!ret)
		ret = wait_for_blocks(3, machine.start_blocks + 3, fault);
	if (!ret)
		ret = ask(fault, "remove-dimm after");
	if (!ret)
		ret = ask(fault, "remove-dimm keep");
	return ret ? ret : expect_start(fault);
}

static int failing_virtio_mem(struct fault *fault)
{
	struct fault refusal;
	unsigned int i, grown = 0;
	int ret;

	ret = ask(fault, "resize v0 128M");
	for (i = 0; i < ROUNDS && !ret; i++) {
		ret = injection_workers(PERCENT, fault);
		if (ret)
			break;
		grown += !ask(&refusal, "resize -w 5 v0 512M");
		ret = injection_workers(0, fault);
		if (!ret)
			ret = look(fault);
		/* A size of its own, as a failed device waits before it retries. */
		if (!ret)
			ret = ask(fault, "resize v0 %uM", 128 * (1 + i % 2));
	}
	injection_workers(0, &refusal);
	print_message("virtio-mem: grew %u of %u times in spite of failures\n",
		      grown, i);
	if (!ret)
		ret = ask(fault, "resize v0 0");
	return ret ? ret : wait_for_blocks(0, machine.start_blocks, fault);
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
		"memgroup", "memory_group", "memory_block", "add_memory",
		"virtio_mem", NULL
	};

	return leaks_check(words, fault);
}

static const struct test tests_injection[] = {
	{ "failing allocations: register", failing_register },
	{ "failing allocations: add", failing_add },
	{ "failing allocations: remove", failing_remove },
	{ "failing allocations: online and offline", failing_states },
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
	int ret = blocks_read(&machine.blocks, fault);

	if (ret)
		return ret;
	machine.start_blocks = machine.blocks.count;
	machine.block_bytes = machine.blocks.block_bytes;
	machine.lab_block = LAB_START / machine.block_bytes;
	if (blocks_find(&machine.blocks, machine.lab_block))
		return fault_set(fault, EINVAL,
				 "block %lu is there: boot with mem=4G",
				 machine.lab_block);
	ret = agreement_check(&machine.blocks, fault);
	return ret ? ret : agreement_counts(&machine.start_counts, fault);
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
