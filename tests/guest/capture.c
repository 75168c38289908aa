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

/* What does not shrink within this does not, for good. */
#define RESIZE_SECONDS	20
/* The kernel tries to empty a block until a signal stops it. */
#define OFFLINE_SECONDS	20
#define SETTLE_SECONDS	120
/* What is not as it should be, but the same for so long, stays. */
#define QUIET_SECONDS	4

#define DEVICES_MAX	64

/* DIMMs and virtio-mem devices as the host has them; sizes in bytes. */
struct device {
	char type[16];
	char id[17];
	int node;
	uint64_t address, size, max;
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
	}
	json_object_put(list);
	return 0;
}

static int read_state(struct state *state, struct fault *fault)
{
	int ret;

	blocks_free(&state->blocks);
	ret = read_devices(state, fault);
	return ret ? ret : blocks_read(&state->blocks, fault);
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

/* Waits for that; or, where less may go than was asked for, for nothing to move. */
static int settle(const struct state *before, struct state *now,
		  const struct step *step, struct fault *fault)
{
	const bool may_stay = step->op == OP_RESIZE || step->op == OP_REMOVE;
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
		if (may_stay && time(NULL) - changed > QUIET_SECONDS)
			break;
		if (time(NULL) - start > SETTLE_SECONDS) {
			ret = fault_set(fault, ETIMEDOUT,
					"the blocks are not those of the devices after %d s",
					SETTLE_SECONDS);
			break;
		}
		blocks_free(&last.blocks);
		last.blocks = now->blocks;
		now->blocks = (struct blocks) {};
		nanosleep(&(struct timespec) { .tv_nsec = 50000000 }, NULL);
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

/* The result, or NULL with @fault set. */
static const char *do_step(const struct step *step, const struct state *before,
			   struct fault *fault)
{
	const struct device *device;
	struct state now = {};
	struct fault why;
	int ret;

	if (step->op == OP_REMOVE && !all_movable(before, step->device))
		return "kept";
	alarm(step->op == OP_OFFLINE ? OFFLINE_SECONDS : 0);
	ret = carry_out(step, RESIZE_SECONDS, &why);
	alarm(0);
	if (!ret)
		return "done";
	fprintf(stderr, "layout-replay: %s\n", why.text);
	if (step->op != OP_RESIZE)
		return "refused";

	/* The driver would go on trying. Give it what it has. */
	ret = read_devices(&now, fault);
	device = ret ? NULL : find_device(&now, step->device);
	if (device)
		ret = ask(fault, "resize %s %" PRIu64 "M", device->id,
			  device->size >> 20);
	return ret ? NULL : "refused";
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
		result = do_step(step, &before, fault);
		ret = result ? settle(&before, &now, step, fault) : -EIO;
		if (!ret)
			print_state(&now, i + 1, result);
	}
	if (!ret)
		printf("done %u\n", i);
	blocks_free(&before.blocks);
	blocks_free(&now.blocks);
	return ret;
}
