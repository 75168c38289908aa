// SPDX-License-Identifier: GPL-2.0
/*
 * Is it true what "memgroup-stat blockers" says? In a guest with hotplugged memory:
 * puts load on memory, asks for a forecast of a device, and takes it offline for real.
 *
 *   trial --seed N --trials N --virtio-mem NAME
 *
 * Each trial has another load, chosen by the seed and its number, that goes on, or has
 * ended, or has ended in part when the forecast is made. Each block of a device is taken
 * offline by itself and brought back; a virtio-mem device is then asked for all it has.
 *
 * Prints lines of "name=value" that begin with "trial", "block" or "device": sizes are
 * bytes, "returned" is what really came back.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "backend.h"
#include "pressure.h"
#include "stop.h"
#include "units.h"
#include "worker.h"

#define PROGRAM		"trial"
#define TOOL		"/results/memgroup-stat"
#define OUTPUT_MAX	(1 << 20)
#define ASK_MS		60000
#define MIB		(UINT64_C(1) << 20)
#define STATE		"/sys/devices/system/memory/memory%" PRIu64 "/state"
/* Where nothing holds them, pages of a block have moved much earlier, emulated or not. */
#define OFFLINE_MS	4000
#define RESIZE_MS	8000
#define GROW_MS		60000
/* A block that came online may be taken for a moment by somebody else. */
#define ONLINE_ROUNDS	20
#define PAUSE_NS	100000000LL
#define FLOOR		(96 * MIB)
#define LOADS_MAX	4

/* So much of a kind, in MiB; what is held keeps much more than it is. */
static const struct {
	enum pressure_kind kind;
	unsigned int least, most;
} doses[] = {
	{ PRESSURE_ANON, 64, 700 }, { PRESSURE_CACHE, 32, 300 },
	{ PRESSURE_MLOCK, 16, 300 }, { PRESSURE_PIN, 8, 200 },
	{ PRESSURE_SPLICE, 1, 16 }, { PRESSURE_FORK, 8, 100 },
	{ PRESSURE_SLAB, 8, 200 }, { PRESSURE_HUGE, 16, 200 },
};

#define KINDS	(sizeof(doses) / sizeof(*doses))

enum mode { MODE_GOES_ON, MODE_ENDED, MODE_ENDED_IN_PART, MODES };
static const char *const modes[MODES] = { "goes-on", "ended", "ended-in-part" };

/* A forecast of the tool, as JSON has it. */
struct forecast {
	uint64_t group, block;
	bool dynamic;
	char zone[16], verdict[8], sureness[8], reason[20];
	uint64_t bytes, back, least, most;
	char uses[128];
};

struct forecasts {
	struct forecast *list;
	size_t nr;
};

struct trial {
	uint64_t number;
	unsigned short random[3];
	struct worker *worker;
	struct device_spec spec;
	struct backend backend;		/* the virtio-mem device */
	struct pressure *load[2];
};

static uint64_t below(struct trial *t, uint64_t limit)
{
	return (uint64_t)nrand48(t->random) % limit;
}

/* A random order of @nr things; free it. NULL without memory. */
static size_t *shuffled(struct trial *t, size_t nr)
{
	size_t *order = calloc(nr ?: 1, sizeof(*order)), i, j;

	for (i = 0; order && i < nr; i++) {
		j = below(t, i + 1);
		order[i] = order[j];
		order[j] = i;
	}
	return order;
}

/* Load */

static int start_load(struct trial *t, struct pressure **load, unsigned int most,
		      struct fault *fault)
{
	struct pressure_spec specs[LOADS_MAX] = {};
	const size_t nr = 1 + below(t, most);
	size_t *order = shuffled(t, KINDS), i;

	if (!order)
		return fault_nomem(fault);
	for (i = 0; i < nr; i++) {
		const size_t which = order[i];
		const unsigned int least = doses[which].least;
		const uint64_t dose = least + below(t, doses[which].most - least + 1);

		specs[i].kind = doses[which].kind;
		specs[i].bytes = dose * MIB;
		specs[i].rate = (unsigned int)below(t, 11);
		printf("%s%s:%" PRIu64 "M", i ? "," : "",
		       pressure_kind_name(specs[i].kind), dose);
	}
	free(order);
	return pressure_start(load, specs, nr, FLOOR, fault);
}

static void stop_load(struct trial *t, size_t which)
{
	pressure_stop(t->load[which]);
	t->load[which] = NULL;
}

/* Forecasts */

static uint64_t number_of(struct json_object *row, const char *key)
{
	struct json_object *member;

	return json_object_object_get_ex(row, key, &member) ?
	       json_object_get_uint64(member) : 0;
}

static void word_of(struct json_object *row, const char *key, char *word, size_t size)
{
	struct json_object *member = NULL;
	const char *text = NULL;

	if (json_object_object_get_ex(row, key, &member))
		text = json_object_get_string(member);
	snprintf(word, size, "%s", text ?: "-");
}

/* Those of what stays that there are: "slab:12288,other:4096" */
static void uses_of(struct json_object *row, char *text, size_t size)
{
	static const char *const uses[] = {
		"slab", "page_table", "huge", "pinned", "reserved", "poisoned",
		"unmarked", "other", "movable",
	};
	size_t i, len = 0;

	snprintf(text, size, "-");
	for (i = 0; i < sizeof(uses) / sizeof(*uses) && len < size; i++) {
		char key[32];
		uint64_t bytes;

		snprintf(key, sizeof(key), "%s_bytes", uses[i]);
		bytes = number_of(row, key);
		if (bytes)
			len += (size_t)snprintf(text + len, size - len, "%s%s:%" PRIu64,
						len ? "," : "", uses[i], bytes);
	}
}

static void take_forecast(struct json_object *row, struct forecast *f)
{
	char type[16];

	*f = (struct forecast) {
		.group = number_of(row, "id"), .block = number_of(row, "block"),
		.bytes = number_of(row, "size_bytes"),
		.back = number_of(row, "back_bytes"),
		.least = number_of(row, "least_bytes"),
		.most = number_of(row, "most_bytes"),
	};
	word_of(row, "type", type, sizeof(type));
	f->dynamic = !strcmp(type, "dynamic");
	word_of(row, "zone", f->zone, sizeof(f->zone));
	word_of(row, "verdict", f->verdict, sizeof(f->verdict));
	word_of(row, "sureness", f->sureness, sizeof(f->sureness));
	word_of(row, "reason", f->reason, sizeof(f->reason));
	uses_of(row, f->uses, sizeof(f->uses));
}

static int take_forecasts(struct json_object *document, const char *name,
			  struct forecasts *forecasts, struct fault *fault)
{
	struct json_object *array;
	size_t i;

	*forecasts = (struct forecasts) {};
	if (!json_object_object_get_ex(document, name, &array))
		return fault_set(fault, EINVAL, TOOL ": no %s", name);
	forecasts->nr = json_object_array_length(array);
	forecasts->list = calloc(forecasts->nr + 1, sizeof(*forecasts->list));
	if (!forecasts->list)
		return fault_nomem(fault);
	for (i = 0; i < forecasts->nr; i++)
		take_forecast(json_object_array_get_idx(array, i), &forecasts->list[i]);
	return 0;
}

/* Asks the tool about @what, or all devices if that is NULL; @blocks may be NULL. */
static int ask(struct trial *t, const char *what, struct forecasts *devices,
	       struct forecasts *blocks, struct fault *fault)
{
	const char *const argv[] = { TOOL, "blockers", "--json", what, NULL };
	char *output = malloc(OUTPUT_MAX), said[256];
	struct json_object *document;
	uint64_t ns;
	int status, ret;

	*devices = (struct forecasts) {};
	if (!output)
		return fault_nomem(fault);
	ret = worker_run(t->worker, argv, output, OUTPUT_MAX, said, sizeof(said), ASK_MS,
			 &status, &ns, fault);
	if (!ret && status)
		ret = fault_set(fault, EIO, "%s: %s", TOOL, said);
	document = ret ? NULL : json_tokener_parse(output);
	if (!ret && !document)
		ret = fault_set(fault, EINVAL, TOOL ": this is no JSON");
	if (!ret)
		ret = take_forecasts(document, "blockers", devices, fault);
	if (!ret && blocks)
		ret = take_forecasts(document, "pages", blocks, fault);
	json_object_put(document);
	free(output);
	return ret;
}

/* The device of that number, and its blocks. */
static int ask_group(struct trial *t, uint64_t id, struct forecast *device,
		     struct forecasts *blocks, struct fault *fault)
{
	struct forecasts devices;
	char what[32];
	int ret;

	snprintf(what, sizeof(what), "--group=%" PRIu64, id);
	ret = ask(t, what, &devices, blocks, fault);
	if (!ret && devices.nr != 1)
		ret = fault_set(fault, EINVAL, TOOL ": %zu devices, %s", devices.nr, what);
	if (!ret)
		*device = devices.list[0];
	free(devices.list);
	return ret;
}

/* A block by itself. */
static int ask_block(struct trial *t, uint64_t number, struct forecast *block,
		     struct fault *fault)
{
	struct forecasts devices, blocks = {};
	char what[24];
	int ret;

	snprintf(what, sizeof(what), "%" PRIu64, number);
	ret = ask(t, what, &devices, &blocks, fault);
	if (!ret && blocks.nr != 1)
		ret = fault_set(fault, EINVAL, TOOL ": %zu blocks %s", blocks.nr, what);
	if (!ret)
		*block = blocks.list[0];
	free(devices.list);
	free(blocks.list);
	return ret;
}

/* Really */

static int write_state(struct trial *t, uint64_t block, const char *text,
		       unsigned int ms, int *error, uint64_t *ns, struct fault *fault)
{
	char path[80];

	snprintf(path, sizeof(path), STATE, block);
	return worker_write(t->worker, path, text, ms, error, ns, fault);
}

static int bring_back(struct trial *t, const struct forecast *block, struct fault *fault)
{
	const char *how = strcmp(block->zone, "Movable") ? "online_kernel" :
							    "online_movable";
	int error = 0, round, ret = 0;
	uint64_t ns;

	for (round = 0; !ret && round < ONLINE_ROUNDS; round++) {
		ret = write_state(t, block->block, how, 0, &error, &ns, fault);
		if (!error)
			return ret;
		stop_sleep_until(stop_now_ns() + PAUSE_NS);
	}
	return ret ?: fault_set(fault, error, "memory block %" PRIu64 ": %s: %s",
				block->block, how, strerror(error));
}

static void print_block(const struct trial *t, const struct forecast *f, int error,
			uint64_t ns)
{
	printf("block trial=%" PRIu64 " device=%" PRIu64 " block=%" PRIu64 " zone=%s"
	       " verdict=%s sureness=%s reason=%s bytes=%" PRIu64 " returned=%" PRIu64
	       " error=%s ms=%" PRIu64 " uses=%s\n",
	       t->number, f->group, f->block, f->zone, f->verdict, f->sureness, f->reason,
	       f->bytes, error ? 0 : f->bytes, error ? strerrorname_np(error) : "none",
	       ns / 1000000, f->uses);
}

static void print_device(const struct trial *t, const struct forecast *f,
			 uint64_t returned)
{
	printf("device trial=%" PRIu64 " device=%" PRIu64 " type=%s verdict=%s sureness=%s"
	       " reason=%s bytes=%" PRIu64 " forecast=%" PRIu64 " least=%" PRIu64
	       " most=%" PRIu64 " returned=%" PRIu64 "\n",
	       t->number, f->group, f->dynamic ? "dynamic" : "static", f->verdict,
	       f->sureness, f->reason, f->bytes, f->back, f->least, f->most, returned);
	fflush(stdout);
}

/* Takes a block offline, if it can. What came before it took time: asks anew. */
static int offline_block(struct trial *t, uint64_t number, int *error,
			 struct fault *fault)
{
	struct forecast forecast;
	uint64_t ns = 0;
	int ret;

	ret = ask_block(t, number, &forecast, fault) ?:
	      write_state(t, number, "offline", OFFLINE_MS, error, &ns, fault);
	if (!ret)
		print_block(t, &forecast, *error, ns);
	return ret;
}

/* Takes all its blocks offline, keeps them so to the end, and brings them back. */
static int offline_device(struct trial *t, uint64_t id, struct fault *fault)
{
	struct forecasts blocks = {};
	struct forecast device;
	int ret, *errors = NULL;
	size_t i, gone = 0;

	ret = ask_group(t, id, &device, &blocks, fault);
	if (!ret) {
		errors = calloc(blocks.nr + 1, sizeof(*errors));
		if (!errors)
			ret = fault_nomem(fault);
	}
	for (i = 0; !ret && i < blocks.nr; i++) {
		ret = offline_block(t, blocks.list[i].block, &errors[i], fault);
		gone += !errors[i];
	}
	if (!ret && !device.dynamic)
		print_device(t, &device, gone == blocks.nr ? device.bytes : 0);
	for (i = 0; !ret && i < blocks.nr; i++)
		if (!errors[i])
			ret = bring_back(t, &blocks.list[i], fault);
	free(errors);
	free(blocks.list);
	return ret;
}

static int resize(struct trial *t, uint64_t bytes, unsigned int ms,
		  struct outcome *outcome, struct fault *fault)
{
	struct op op = { .kind = OP_RESIZE, .bytes = bytes };

	memcpy(op.device, t->backend.devices[0].name, sizeof(op.device));
	return backend_vm.carry_out(&t->backend, t->worker, &op, ms, outcome, fault);
}

/* Asks a virtio-mem device for all of its memory, and gives it back. */
static int empty_device(struct trial *t, uint64_t id, struct fault *fault)
{
	const uint64_t size = t->backend.devices[0].plugged;
	struct forecasts blocks = {};
	struct forecast device;
	struct outcome outcome;
	int ret;

	ret = ask_group(t, id, &device, &blocks, fault);
	free(blocks.list);
	if (!ret)
		ret = resize(t, 0, RESIZE_MS, &outcome, fault);
	if (ret)
		return ret;
	print_device(t, &device, size - t->backend.devices[0].plugged);
	return resize(t, t->backend.devices[0].size, GROW_MS, &outcome, fault);
}

static int try_devices(struct trial *t, struct fault *fault)
{
	struct forecasts devices;
	size_t *order, i;
	int ret = ask(t, NULL, &devices, NULL, fault);

	order = ret ? NULL : shuffled(t, devices.nr);
	if (!ret && !order)
		ret = fault_nomem(fault);
	for (i = 0; !ret && i < devices.nr; i++) {
		const struct forecast *device = &devices.list[order[i]];

		ret = offline_device(t, device->group, fault);
		if (!ret && device->dynamic)
			ret = empty_device(t, device->group, fault);
	}
	free(order);
	free(devices.list);
	return ret;
}

/* One trial: each begins with its own random numbers, so that it can be had alone. */
static int run_one(struct trial *t, uint64_t seed, struct fault *fault)
{
	enum mode mode;
	int ret;

	t->random[0] = 0x330e;
	t->random[1] = (unsigned short)(seed + t->number);
	t->random[2] = (unsigned short)((seed + t->number) >> 16);
	mode = (enum mode)below(t, MODES);
	printf("trial trial=%" PRIu64 " seed=%" PRIu64 " load=", t->number, seed + t->number);
	ret = start_load(t, &t->load[0], LOADS_MAX, fault);
	if (!ret && mode == MODE_ENDED_IN_PART) {
		printf("+");
		ret = start_load(t, &t->load[1], LOADS_MAX / 2, fault);
	}
	printf(" mode=%s\n", modes[mode]);
	fflush(stdout);
	if (!ret && mode != MODE_GOES_ON)
		stop_load(t, 0);
	if (!ret)
		ret = try_devices(t, fault);
	stop_load(t, 0);
	stop_load(t, 1);
	return ret;
}

static int run(const char *virtio_mem, uint64_t seed, uint64_t trials,
	       struct fault *fault)
{
	struct trial t = { .spec = { .kind = DEVICE_VIRTIO_MEM, .node = -1, .count = 1 } };
	uint64_t i;
	int ret;

	snprintf(t.spec.name, sizeof(t.spec.name), "%s", virtio_mem);
	t.backend = (struct backend) { .ops = &backend_vm, .specs = &t.spec, .nr_specs = 1 };
	ret = worker_start(&t.worker, fault);
	if (ret)
		return ret;
	ret = backend_vm.open(&t.backend, fault);
	for (i = 0; !ret && i < trials; i++) {
		t.number = i;
		ret = run_one(&t, seed, fault);
	}
	backend_vm.close(&t.backend);
	worker_stop(t.worker);
	return ret;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "trials", required_argument, NULL, 't' },
		{ "virtio-mem", required_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 }
	};
	const char *virtio_mem = NULL;
	uint64_t seed = 0, trials = 0;
	struct fault fault;
	int option, wrong = 0;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 's')
			wrong |= units_parse_decimal(optarg, &seed);
		else if (option == 't')
			wrong |= units_parse_decimal(optarg, &trials);
		else if (option == 'v')
			virtio_mem = optarg;
		else
			wrong = 1;
	}
	if (wrong || optind != argc || !virtio_mem || !trials) {
		fputs("usage: " PROGRAM " --seed N --trials N --virtio-mem NAME\n", stderr);
		return 2;
	}
	if (run(virtio_mem, seed, trials, &fault)) {
		fault_print(&fault, PROGRAM);
		return 1;
	}
	return 0;
}
