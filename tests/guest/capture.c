// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <json-c/json.h>

#include "ask.h"
#include "capture.h"
#include "carry-out.h"
#include "layout.h"
#include "system.h"

/* Growing, and emptying what is MOVABLE, come to an end however slow the guest is. */
#define PATIENT_SECONDS	120
/*
 * A size that is the same for so long shrinks no further: having tried everything,
 * the driver waits for 50 s.
 */
#define STUCK_SECONDS	20
/* The kernel tries to empty a KERNEL block until a signal stops it. */
#define KERNEL_SECONDS	20
/* What is not as it should be, but the same for so long, stays. */
#define QUIET_SECONDS	6

#define DEVICES_MAX	64

/* DIMMs and virtio-mem devices as the host has them; sizes in bytes. */
struct device {
	char type[16];
	char id[17];
	int node;
	uint64_t address, size, max, requested;
};

struct state {
	struct blocks blocks;
	struct device devices[DEVICES_MAX];
	size_t nr_devices;
};

static struct json_object *query(struct fault *fault)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *list = NULL;
	char line[1024];
	FILE *answer;

	if (!tokener) {
		fault_nomem(fault);
		return NULL;
	}
	answer = popen("hotplug-ask query -j", "re");
	while (answer && !list && fgets(line, sizeof(line), answer))
		list = json_tokener_parse_ex(tokener, line,
					     (int)strlen(line));
	json_tokener_free(tokener);
	if (answer && !pclose(answer) && list)
		return list;
	json_object_put(list);
	fault_set(fault, EIO, "hotplug-ask query: no answer");
	return NULL;
}

static uint64_t number(struct json_object *device, const char *key)
{
	return json_object_get_uint64(json_object_object_get(device, key));
}

static void copy_word(struct json_object *device, const char *key, char *word,
		      size_t size)
{
	struct json_object *value = json_object_object_get(device, key);

	snprintf(word, size, "%s", value ? json_object_get_string(value) : "");
}

static int read_devices(struct state *state, struct fault *fault)
{
	struct json_object *list = query(fault);
	size_t i;

	if (!list)
		return -EIO;
	state->nr_devices = json_object_array_length(list);
	if (state->nr_devices > DEVICES_MAX) {
		json_object_put(list);
		return fault_set(fault, E2BIG, "more than %d devices",
				 DEVICES_MAX);
	}
	for (i = 0; i < state->nr_devices; i++) {
		struct json_object *json = json_object_array_get_idx(list, i);
		struct device *device = &state->devices[i];

		copy_word(json, "type", device->type, sizeof(device->type));
		copy_word(json, "id", device->id, sizeof(device->id));
		device->node = number(json, "node");
		device->address = number(json, "address");
		device->size = number(json, "size");
		device->max = number(json, "max");
		device->requested = number(json, "requested");
	}
	json_object_put(list);
	return 0;
}

static int read_state(struct state *state, struct fault *fault)
{
	int ret;

	blocks_free(&state->blocks);
	ret = read_devices(state, fault);
	return ret ? ret : blocks_read(system_root(), &state->blocks, fault);
}

static const struct device *find_device(const struct state *state,
					const char *id)
{
	size_t i;

	for (i = 0; i < state->nr_devices; i++)
		if (!strcmp(state->devices[i].id, id))
			return &state->devices[i];
	return NULL;
}

static bool is_in(const struct block *block, const struct device *device,
		  uint64_t block_bytes)
{
	return block->number >= device->address / block_bytes &&
	       block->number < (device->address + device->max) / block_bytes;
}

/* Blocks of the device; those of them in @zone unless that is NULL. */
static size_t count_blocks(const struct state *state,
			   const struct device *device, const char *zone)
{
	size_t i, count = 0;

	for (i = 0; i < state->blocks.count; i++)
		count += is_in(&state->blocks.list[i], device,
			       state->blocks.block_bytes) &&
			 (!zone || !strcmp(state->blocks.list[i].zone, zone));
	return count;
}

static bool all_movable(const struct state *state, const char *id)
{
	const struct device *device = find_device(state, id);

	return device && count_blocks(state, device, NULL) ==
			 count_blocks(state, device, "Movable") +
			 count_blocks(state, device, "-");
}

static bool same_blocks(const struct blocks *a, const struct blocks *b)
{
	size_t i;

	if (a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++)
		if (a->list[i].number != b->list[i].number ||
		    strcmp(a->list[i].state, b->list[i].state) ||
		    strcmp(a->list[i].zone, b->list[i].zone))
			return false;
	return true;
}

/* Every device has the blocks that its size needs, and all new ones are online. */
static bool is_settled(const struct state *before, const struct state *now,
		       const struct step *step)
{
	const uint64_t block_bytes = now->blocks.block_bytes;
	size_t i, of_devices = 0, at_boot = before->blocks.count;

	for (i = 0; i < before->nr_devices; i++)
		at_boot -= count_blocks(before, &before->devices[i], NULL);
	for (i = 0; i < now->nr_devices; i++) {
		const struct device *device = &now->devices[i];
		const struct device *was = find_device(before, device->id);
		const size_t has = count_blocks(now, device, NULL);
		size_t wanted = (device->size + block_bytes - 1) / block_bytes;

		/* Blocks that stayed when it shrank have room. */
		if (was && was->size <= device->size &&
		    wanted < count_blocks(before, was, NULL))
			wanted = count_blocks(before, was, NULL);
		if (has != wanted)
			return false;
		of_devices += has;
	}
	if (now->blocks.count != at_boot + of_devices)
		return false;

	for (i = 0; i < now->blocks.count; i++) {
		const struct block *block = &now->blocks.list[i];
		const struct block *was = blocks_find(&before->blocks,
						      block->number);

		if (strcmp(block->state, "online") &&
		    !(was && !strcmp(was->state, block->state)) &&
		    !(step->op == OP_OFFLINE && step->block == block->number))
			return false;
	}
	return true;
}

/* Whether less may go than the step asks for. */
static bool may_stay(const struct step *step, const struct state *before)
{
	const struct device *was;

	if (step->op == OP_REMOVE)
		return true;
	if (step->op != OP_RESIZE)
		return false;
	was = find_device(before, step->device);
	return was && (uint64_t)step->mib << 20 < was->size;
}

static void pause_shortly(void)
{
	nanosleep(&(struct timespec) { .tv_nsec = 50000000 }, NULL);
}

/* Waits for that; or, where less may go than was asked for, for nothing to move. */
static int settle(const struct state *before, struct state *now,
		  const struct step *step, struct fault *fault)
{
	const bool enough = may_stay(step, before);
	const time_t start = time(NULL);
	struct state last = {};
	time_t changed = start;
	int ret;

	for (;;) {
		ret = read_state(now, fault);
		if (ret || is_settled(before, now, step))
			break;
		if (!same_blocks(&last.blocks, &now->blocks))
			changed = time(NULL);
		if (enough && time(NULL) - changed > QUIET_SECONDS)
			break;
		if (time(NULL) - start > PATIENT_SECONDS) {
			ret = fault_set(fault, ETIMEDOUT,
					"the blocks are not those of the devices after %d s",
					PATIENT_SECONDS);
			break;
		}
		blocks_free(&last.blocks);
		last.blocks = now->blocks;
		now->blocks = (struct blocks) {};
		pause_shortly();
	}
	blocks_free(&last.blocks);
	return ret;
}

/* The boot memory: /proc/zoneinfo, where the pages of a zone follow its heading. */
static int print_boot(struct fault *fault)
{
	FILE *file = fopen("/proc/zoneinfo", "re");
	uint64_t present = 0, cma;
	char line[256], zone[16] = "";
	int node = 0;

	if (!file)
		return fault_set(fault, errno, "/proc/zoneinfo: %s",
				 strerror(errno));
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "Node %d, zone %15s", &node, zone) == 2 ||
		    sscanf(line, " present %" SCNu64, &present) == 1)
			continue;
		if (sscanf(line, " cma %" SCNu64, &cma) == 1 && present)
			printf("boot %d %s %" PRIu64 " %" PRIu64 "\n", node,
			       zone, present, cma);
	}
	fclose(file);
	return 0;
}

static void print_state(const struct state *state, unsigned int step,
			const char *result)
{
	const struct blocks *blocks = &state->blocks;
	size_t i, last;

	printf("step %u %s\n", step, result);
	for (i = 0; i < state->nr_devices; i++) {
		const struct device *device = &state->devices[i];

		printf("device %s %s %d %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
		       device->type, device->id, device->node, device->address,
		       device->size, device->max);
	}
	for (i = 0; i < blocks->count; i = last + 1) {
		const struct block *first = &blocks->list[i];

		for (last = i; last + 1 < blocks->count; last++) {
			const struct block *next = &blocks->list[last + 1];

			if (next->number != blocks->list[last].number + 1 ||
			    next->node != first->node ||
			    strcmp(next->state, first->state) ||
			    strcmp(next->zone, first->zone))
				break;
		}
		printf("blocks %lu %lu %d %s %s\n", first->number,
		       blocks->list[last].number, first->node, first->state,
		       first->zone);
	}
	printf("end %u\n", step);
}

/* The words for an error: only some of them say that memory could not be moved. */
static const char *refusal(int error)
{
	switch (error) {
	case -EBUSY:
		return "refused EBUSY";
	case -EAGAIN:
		return "refused EAGAIN";
	case -EINTR:
		return "refused EINTR";
	case -EINVAL:
		return "refused EINVAL";
	case -ENOENT:
		return "refused ENOENT";
	case -ETIMEDOUT:
		return "refused timeout";
	default:
		return "refused error";
	}
}

static int read_device(const char *id, struct device *device, struct fault *fault)
{
	struct state now = {};
	const struct device *found;
	int ret;

	ret = read_devices(&now, fault);
	if (ret)
		return ret;
	found = find_device(&now, id);
	if (!found)
		return fault_set(fault, ENODEV, "%s is gone", id);
	*device = *found;
	return 0;
}

/*
 * Waits until the device has the size that it is asked for, or its size is the same
 * for @quiet seconds. Returns 1 in the first case, 0 in the second, or a negative
 * errno value with @fault set.
 */
static int wait_for_size(const char *id, int quiet, struct device *device,
			 struct fault *fault)
{
	uint64_t size = UINT64_MAX;
	time_t changed = 0;
	unsigned int agreed = 0;
	int ret;

	for (;;) {
		ret = read_device(id, device, fault);
		if (ret)
			return ret;
		if (device->size != size)
			changed = time(NULL);
		size = device->size;
		/* Twice: the driver may be at work between two readings. */
		agreed = size == device->requested ? agreed + 1 : 0;
		if (agreed == 2)
			return 1;
		if (time(NULL) - changed > quiet)
			return 0;
		pause_shortly();
	}
}

/* As carry_out(), with -ETIMEDOUT for what the driver cannot do. */
static int resize(const struct step *step, int quiet, struct fault *fault)
{
	struct device is, again;
	int ret;

	ret = ask(fault, "resize -w 0 %s %luM", step->device, step->mib);
	if (!ret)
		ret = wait_for_size(step->device, quiet, &is, fault);
	if (ret)
		return ret < 0 ? ret : 0;

	/*
	 * The driver would try again later. Give it what it has; if that has become
	 * less by then, it is not to be plugged again.
	 */
	for (;;) {
		ret = ask(fault, "resize -w 0 %s %" PRIu64 "M", is.id,
			  is.size >> 20);
		if (!ret)
			ret = read_device(step->device, &again, fault);
		if (ret)
			return ret;
		if (again.size >= is.size)
			break;
		is = again;
	}
	ret = wait_for_size(step->device, PATIENT_SECONDS, &is, fault);
	if (ret < 0)
		return ret;
	if (!ret)
		return fault_set(fault, EIO, "%s does not stay as it is", is.id);
	if (is.size == (uint64_t)step->mib << 20)
		return 0;
	return fault_set(fault, ETIMEDOUT, "%s reached %" PRIu64 "M of %luM",
			 is.id, is.size >> 20, step->mib);
}

static bool block_is_movable(const struct state *state, unsigned long number)
{
	const struct block *block = blocks_find(&state->blocks, number);

	return block && !strcmp(block->zone, "Movable");
}

/* The result, with its reason if it was refused. */
static const char *do_step(const struct step *step, const struct state *before)
{
	struct fault why;
	int ret;

	if (step->op == OP_REMOVE && !all_movable(before, step->device))
		return "kept";
	if (step->op == OP_RESIZE) {
		ret = resize(step, may_stay(step, before) ? STUCK_SECONDS :
							    PATIENT_SECONDS,
			     &why);
	} else {
		if (step->op == OP_OFFLINE)
			alarm(block_is_movable(before, step->block) ?
			      PATIENT_SECONDS : KERNEL_SECONDS);
		ret = carry_out(step, 0, &why);
		alarm(0);
	}
	if (!ret)
		return "done";
	fprintf(stderr, "layout-replay: %s\n", why.text);
	return refusal(ret);
}

static void on_alarm(int signal)
{
	(void)signal;
}

int capture(const struct scenario *scenario, struct fault *fault)
{
	/* Without SA_RESTART: it is to interrupt. */
	const struct sigaction interrupt = { .sa_handler = on_alarm };
	struct state before = {}, now = {};
	const char *result;
	unsigned int i;
	int ret;

	sigaction(SIGALRM, &interrupt, NULL);
	ret = read_state(&now, fault);
	if (!ret) {
		printf("capture 1 %s\nblock-bytes %llu\n", scenario->name,
		       now.blocks.block_bytes);
		ret = print_boot(fault);
	}
	if (!ret)
		print_state(&now, 0, "done");
	for (i = 0; i < scenario->nr_steps && !ret; i++) {
		const struct step *step = &scenario->steps[i];

		blocks_free(&before.blocks);
		before = now;
		now = (struct state) {};
		result = do_step(step, &before);
		ret = settle(&before, &now, step, fault);
		if (!ret)
			print_state(&now, i + 1, result);
	}
	if (!ret)
		printf("done %u\n", i);
	blocks_free(&before.blocks);
	blocks_free(&now.blocks);
	return ret;
}
