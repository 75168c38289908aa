// SPDX-License-Identifier: GPL-2.0
/*
 * Memory blocks, offline and online again through sysfs: on any machine.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "blockers.h"
#include "blocks.h"
#include "debugfs.h"
#include "stop.h"
#include "sysroot.h"

#define STATE "sys/devices/system/memory/memory%" PRIu64 "/state"
#define PATH_LEN	(sizeof(STATE) + 20)

/* A notifier or a lack of memory may refuse to bring a block online for a while. */
#define RESTORE_ROUNDS	20
#define RESTORE_PAUSE_NS	500000000LL
/* For a block to leave a zone that it was not in before. */
#define MOVE_TIMEOUT_MS	10000

/* As it was at first. devices[] of the backend has the same order. */
struct home {
	uint64_t number;
	bool movable;
};

struct state {
	struct sysroot root;
	uint64_t block_bytes;
	struct home *homes;	/* ascending */
};

static struct state *state_of(struct backend *backend)
{
	return backend->state;
}

/* Which blocks to use */

static bool is_asked_for(const struct backend *backend, uint64_t number,
			 bool by_range)
{
	size_t i;

	for (i = 0; i < backend->nr_specs; i++) {
		const struct device_spec *spec = &backend->specs[i];
		const bool is_range = spec->last != UINT64_MAX;

		if (is_range == by_range && number >= spec->first &&
		    number <= spec->last)
			return true;
	}
	return false;
}

/* Numbers of the blocks that belong to a group, ascending as debugfs has them. */
struct numbers {
	uint64_t *list;
	size_t nr;
	bool known;
};

static int by_number(const void *a, const void *b)
{
	const uint64_t left = *(const uint64_t *)a;
	const uint64_t right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

static int on_block(struct records *r, void *context)
{
	struct numbers *grouped = context;
	struct opt_u64 group;
	uint64_t *larger;
	uint64_t block;

	if (u64_of(r, "block", &block) || opt_u64_of(r, "group", &group))
		return -EINVAL;
	if (!group.set)
		return 0;
	larger = reallocarray(grouped->list, grouped->nr + 1, sizeof(*larger));
	if (!larger)
		return fault_nomem(r->fault);
	grouped->list = larger;
	larger[grouped->nr++] = block;
	return 0;
}

/* A kernel without groups is none the worse for it: its zones have to do. */
static int read_grouped(struct sysroot *root, struct numbers *grouped,
			struct fault *fault)
{
	int ret;

	*grouped = (struct numbers){};
	ret = debugfs_for_each(root, "blocks", on_block, grouped, fault);
	if (ret == -ENOENT)
		return 0;
	if (ret) {
		free(grouped->list);
		return ret;
	}
	grouped->known = true;
	return 0;
}

/*
 * Memory that was there at boot is used only if its blocks are named. Where no group
 * tells it apart, it is what is in no ZONE_MOVABLE.
 */
static bool is_wanted(const struct backend *backend, const struct block *block,
		      const struct numbers *grouped)
{
	const uint64_t number = block->number;

	/* A block in several zones cannot go offline at all. */
	if (strcmp(block->state, "online") || !strcmp(block->zone, "none"))
		return false;
	if (is_asked_for(backend, number, true))
		return true;
	if (!is_asked_for(backend, number, false))
		return false;
	if (grouped->known)
		return grouped->nr &&
		       bsearch(&number, grouped->list, grouped->nr,
			       sizeof(number), by_number);
	return !strcmp(block->zone, "Movable");
}

static void take_block(struct backend *backend, const struct block *block)
{
	struct state *state = state_of(backend);
	const size_t i = backend->nr_devices++;
	const bool movable = !strcmp(block->zone, "Movable");

	state->homes[i] = (struct home){
		.number = block->number,
		.movable = movable,
	};
	backend->devices[i] = (struct device){
		.kind = DEVICE_BLOCKS,
		.node = block->node,
		.block = block->number,
		.movable = movable,
		.size = state->block_bytes,
		.unit = state->block_bytes,
		.plugged = state->block_bytes,
	};
	snprintf(backend->devices[i].name, DEVICE_NAME_MAX, "memory%lu",
		 block->number);
}

static int choose(struct backend *backend, const struct blocks *blocks,
		  struct fault *fault)
{
	struct state *state = state_of(backend);
	struct numbers grouped;
	size_t i;
	int ret;

	ret = read_grouped(&state->root, &grouped, fault);
	if (ret)
		return ret;
	backend->devices = calloc(blocks->count + 1, sizeof(*backend->devices));
	state->homes = calloc(blocks->count + 1, sizeof(*state->homes));
	if (!backend->devices || !state->homes) {
		free(grouped.list);
		return fault_nomem(fault);
	}
	for (i = 0; i < blocks->count; i++)
		if (is_wanted(backend, &blocks->list[i], &grouped))
			take_block(backend, &blocks->list[i]);
	free(grouped.list);
	if (backend->nr_devices)
		return 0;
	return fault_set(fault, ENODEV,
			 "no memory block is online that may be used: without first= and last=, only those of hotplugged memory are");
}

static void blocks_close(struct backend *backend)
{
	struct state *state = state_of(backend);

	if (!state)
		return;
	sysroot_close(&state->root);
	free(state->homes);
	free(state);
	free(backend->devices);
	backend->devices = NULL;
	backend->nr_devices = 0;
	backend->state = NULL;
}

static int blocks_open(struct backend *backend, struct fault *fault)
{
	struct state *state = calloc(1, sizeof(*state));
	struct blocks blocks;
	int ret;

	if (!state)
		return fault_nomem(fault);
	ret = sysroot_open(&state->root, NULL, fault);
	if (ret) {
		free(state);
		return ret;
	}
	backend->state = state;
	backend->devices = NULL;
	backend->nr_devices = 0;
	ret = blocks_read(&state->root, &blocks, fault);
	if (!ret) {
		state->block_bytes = blocks.block_bytes;
		ret = choose(backend, &blocks, fault);
		blocks_free(&blocks);
	}
	if (ret)
		blocks_close(backend);
	return ret;
}

/* Operations */

/* 1 if it is online, 0 if it is offline, or a negative errno value with @fault set. */
static int read_online(struct state *state, uint64_t number,
		       struct fault *fault)
{
	char path[PATH_LEN], word[16] = "";
	size_t len;
	int ret;

	snprintf(path, sizeof(path), STATE, number);
	ret = sysroot_read_at(&state->root, path, 0, word, sizeof(word) - 1,
			      &len, fault);
	if (ret)
		return ret;
	word[strcspn(word, "\n")] = '\0';
	if (!strcmp(word, "online"))
		return 1;
	/* "going-offline": not ours to see, as we wait for each change. */
	return 0;
}

static struct device *device_of(struct backend *backend, const struct op *op)
{
	struct state *state = state_of(backend);
	struct home *home;

	home = bsearch(&op->block, state->homes, backend->nr_devices,
		       sizeof(*state->homes), by_number);
	return home ? &backend->devices[home - state->homes] : NULL;
}

static int write_state(struct worker *worker, uint64_t number, const char *word,
		       unsigned int timeout_ms, int *error,
		       uint64_t *duration_ns, struct fault *fault)
{
	char path[PATH_LEN + 1];

	snprintf(path, sizeof(path), "/" STATE, number);
	return worker_write(worker, path, word, timeout_ms, error, duration_ns,
			    fault);
}

static int blocks_carry_out(struct backend *backend, struct worker *worker,
			    const struct op *op, unsigned int timeout_ms,
			    struct outcome *outcome, struct fault *fault)
{
	struct state *state = state_of(backend);
	struct device *device = device_of(backend, op);
	const char *word = op_kind_name(op->kind);
	int ret, online;
	bool is_online;

	*outcome = (struct outcome){
		.grows = op->kind != OP_OFFLINE,
		.asked_bytes = state->block_bytes,
	};
	if (!device)
		return fault_set(fault, ENODEV, "%s: not one of our blocks",
				 op->device);
	ret = write_state(worker, op->block, word, timeout_ms, &outcome->error,
			  &outcome->duration_ns, fault);
	/* Whoever owns it may take it away at any time. */
	if (ret == -ENOENT || ret == -ENODEV) {
		outcome->error = -ret;
		device->plugged = 0;
		return 0;
	}
	if (ret)
		return ret;
	online = read_online(state, op->block, fault);
	if (online < 0 && online != -ENOENT && online != -ENODEV)
		return online;
	is_online = online > 0;
	if (is_online == outcome->grows && is_online == !device->plugged)
		outcome->done_bytes = state->block_bytes;
	device->plugged = is_online ? state->block_bytes : 0;
	if (outcome->error && op->kind == OP_OFFLINE)
		blockers_describe(op->block, state->block_bytes,
				  outcome->blocker, sizeof(outcome->blocker));
	return 0;
}

/* Restoring */

/* What is not as it was, and how many: the first cause is told. */
struct troubles {
	size_t nr;
	int error;
	struct fault first;
};

static void trouble(struct troubles *troubles, int ret,
		    const struct fault *fault)
{
	if (!troubles->nr++) {
		troubles->error = ret;
		troubles->first = *fault;
	}
}

/*
 * Not a plain "online": the policy would choose anew, and might choose otherwise, as
 * other blocks are elsewhere now.
 */
static const char *home_word(const struct home *home)
{
	return home->movable ? "online_movable" : "online_kernel";
}

/*
 * Returns 0 when it is online in some zone or gone, or a negative errno value with
 * @fault set.
 */
static int bring_online(struct state *state, struct worker *worker,
			const struct home *home, struct fault *fault)
{
	uint64_t duration_ns;
	int error, ret;

	ret = read_online(state, home->number, fault);
	if (ret > 0 || ret == -ENOENT || ret == -ENODEV)
		return 0;
	if (ret < 0)
		return ret;
	ret = write_state(worker, home->number, home_word(home), 0, &error,
			  &duration_ns, fault);
	if (ret == -ENOENT || ret == -ENODEV)
		return 0;
	if (!ret && error)
		ret = fault_set(fault, error,
				"memory block %" PRIu64 " stays offline: %s",
				home->number, strerror(error));
	return ret;
}

static void all_online(struct backend *backend, struct worker *worker,
		       struct troubles *troubles)
{
	struct state *state = state_of(backend);
	struct fault fault;
	unsigned int round;
	size_t i;
	int ret;

	for (round = 0; round < RESTORE_ROUNDS; round++) {
		*troubles = (struct troubles){};
		for (i = 0; i < backend->nr_devices; i++) {
			ret = bring_online(state, worker, &state->homes[i],
					   &fault);
			if (ret)
				trouble(troubles, ret, &fault);
		}
		if (!troubles->nr)
			return;
		stop_sleep_until(stop_now_ns() + RESTORE_PAUSE_NS);
	}
}

/* A block that is online in another zone than before: by the policy, or as asked. */
static int move_home(struct state *state, struct worker *worker,
		     const struct home *home, struct fault *fault)
{
	char why[96] = "";
	uint64_t duration_ns;
	int error, ret;

	ret = write_state(worker, home->number, "offline", MOVE_TIMEOUT_MS,
			  &error, &duration_ns, fault);
	if (ret)
		return ret;
	if (!error)
		return bring_online(state, worker, home, fault);
	blockers_describe(home->number, state->block_bytes, why, sizeof(why));
	return fault_set(fault, error,
			 "memory block %" PRIu64 " is online, but stays %s ZONE_MOVABLE: %s%s%s",
			 home->number, home->movable ? "outside of" : "in",
			 strerror(error), *why ? ": " : "", why);
}

static int all_home(struct backend *backend, struct worker *worker,
		    struct troubles *troubles, struct fault *fault)
{
	struct state *state = state_of(backend);
	const struct block *block;
	struct blocks blocks;
	size_t i;
	int ret;

	ret = blocks_read(&state->root, &blocks, fault);
	if (ret)
		return ret;
	for (i = 0; i < backend->nr_devices; i++) {
		const struct home *home = &state->homes[i];

		block = blocks_find(&blocks, home->number);
		if (!block || strcmp(block->state, "online") ||
		    home->movable == !strcmp(block->zone, "Movable"))
			continue;
		ret = move_home(state, worker, home, fault);
		if (ret)
			trouble(troubles, ret, fault);
	}
	blocks_free(&blocks);
	return 0;
}

static int blocks_restore(struct backend *backend, struct fault *fault)
{
	struct troubles troubles = {};
	struct worker *worker;
	int ret;

	ret = worker_start(&worker, fault);
	if (ret)
		return ret;
	all_online(backend, worker, &troubles);
	if (!troubles.nr)
		ret = all_home(backend, worker, &troubles, fault);
	worker_stop(worker);
	if (ret || !troubles.nr)
		return ret;
	if (troubles.nr == 1)
		return fault_set(fault, -troubles.error, "%s",
				 troubles.first.text);
	return fault_set(fault, -troubles.error, "%.900s (and %zu more)",
			 troubles.first.text, troubles.nr - 1);
}

const struct backend_ops backend_blocks = {
	.name = "blocks",
	.open = blocks_open,
	.carry_out = blocks_carry_out,
	.restore = blocks_restore,
	.close = blocks_close,
};
