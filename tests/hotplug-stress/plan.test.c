// SPDX-License-Identifier: GPL-2.0
#include "../hotplug-vm/unit.h"

#include <errno.h>
#include <string.h>

#include "plan.h"

#define BLOCK	(UINT64_C(128) << 20)
#define GIB	(UINT64_C(1) << 30)

#define DEVICES 24

/* Devices that do as they are told, or not. */
static struct machine {
	struct device devices[DEVICES];
	struct device *list[DEVICES];
	size_t nr;
	uint64_t size;		/* of all */
	unsigned int mood;	/* how many of 100 operations fail, or succeed by half */
} m;

static void add(enum device_kind kind, uint64_t size, uint64_t unit, uint64_t plugged)
{
	struct device *device = &m.devices[m.nr];

	*device = (struct device){
		.kind = kind, .size = size, .unit = unit, .plugged = plugged,
		.block = 100 + m.nr, .movable = m.nr % 2,
	};
	snprintf(device->name, sizeof(device->name), "d%zu", m.nr);
	m.list[m.nr++] = device;
	m.size += size;
}

static void start(unsigned int mood)
{
	m = (struct machine){ .mood = mood };
}

static void start_mixed(unsigned int mood)
{
	size_t i;

	start(mood);
	for (i = 0; i < 8; i++)
		add(DEVICE_BLOCKS, BLOCK, BLOCK, BLOCK);
	for (i = 0; i < 3; i++)
		add(DEVICE_DIMM, GIB, GIB, 0);
	add(DEVICE_SIM_STATIC, 2 * GIB, 2 * GIB, 0);
	add(DEVICE_VIRTIO_MEM, 4 * GIB, 2 << 20, 0);
	add(DEVICE_SIM_DYNAMIC, GIB, GIB, 0);
}

static uint64_t plugged(void)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < m.nr; i++)
		sum += m.list[i]->plugged;
	return sum;
}

/* What the operation asks for: the bytes that the device shall have. */
static uint64_t wanted(const struct op *op, const struct device *device)
{
	switch (op->kind) {
	case OP_RESIZE:
		return op->bytes;
	case OP_UNPLUG:
	case OP_OFFLINE:
		return 0;
	default:
		return device->size;
	}
}

/* Nothing that cannot be. */
static void check_op(const struct op *op, size_t index)
{
	const struct device *device = m.list[index];

	assert_in_range(index, 0, m.nr - 1);
	assert_string_equal(op->device, device->name);
	switch (device->kind) {
	case DEVICE_BLOCKS:
		assert_true(op->block == device->block);
		assert_in_range(op->kind, OP_OFFLINE, OP_ONLINE_MOVABLE);
		/* What was movable is not given to the kernel. */
		assert_false(op->kind == OP_ONLINE_KERNEL && device->movable);
		break;
	case DEVICE_DIMM:
	case DEVICE_SIM_STATIC:
		assert_in_range(op->kind, OP_PLUG, OP_UNPLUG);
		break;
	default:
		assert_int_equal(op->kind, OP_RESIZE);
		assert_true(op->bytes <= device->size);
		assert_true(op->bytes % device->unit == 0);
	}
	assert_true(wanted(op, device) != device->plugged);
}

static void obey(const struct op *op, size_t index)
{
	struct device *device = m.list[index];
	const uint64_t now = device->plugged, then = wanted(op, device);
	const unsigned int luck = (unsigned int)rand() % 100;

	if (luck >= m.mood)
		device->plugged = then;
	else if (luck % 2 && op->kind == OP_RESIZE)
		/* Half of the way, and not even in whole units. */
		device->plugged = then > now ? now + (then - now) / 2 : now - (now - then) / 2;
}

static void never_what_cannot_be(void **state)
{
	enum pattern pattern;
	unsigned int mood, i;
	struct op op;
	size_t index;

	(void)state;
	seed();
	for (pattern = 0; pattern < PATTERNS; pattern++) {
		for (mood = 0; mood <= 100; mood += 25) {
			struct plan *plan;

			start_mixed(mood);
			plan = plan_new(pattern, (uint64_t)rand(), m.nr);
			assert_non_null(plan);
			for (i = 0; i < 3000; i++) {
				assert_true(plan_next(plan, m.list, NULL, NULL, &op, &index));
				check_op(&op, index);
				obey(&op, index);
			}
			plan_free(plan);
		}
	}
}

static void same_seed_same_operations(void **state)
{
	static struct op first[1000];
	enum pattern pattern;
	unsigned int turn, i;
	size_t index;
	struct op op;

	(void)state;
	for (pattern = 0; pattern < PATTERNS; pattern++) {
		for (turn = 0; turn < 2; turn++) {
			struct plan *plan;

			start_mixed(0);
			plan = plan_new(pattern, 42, m.nr);
			for (i = 0; i < COUNT(first); i++) {
				assert_true(plan_next(plan, m.list, NULL, NULL, &op, &index));
				obey(&op, index);
				if (!turn)
					first[i] = op;
				else
					assert_memory_equal(&op, &first[i], sizeof(op));
			}
			plan_free(plan);
		}
	}
}

/* Operations of a random walk until each has been seen, and how often two seeds agree. */
static void random_does_everything(void **state)
{
	unsigned int seen[OP_KINDS] = {}, kinds[DEVICE_KINDS] = {}, i, same = 0;
	struct plan *plan, *other;
	size_t index, other_index;
	struct op op, other_op;

	(void)state;
	start_mixed(0);
	plan = plan_new(PATTERN_RANDOM, 1, m.nr);
	other = plan_new(PATTERN_RANDOM, 2, m.nr);
	for (i = 0; i < 5000; i++) {
		assert_true(plan_next(plan, m.list, NULL, NULL, &op, &index));
		assert_true(plan_next(other, m.list, NULL, NULL, &other_op, &other_index));
		same += index == other_index;
		seen[op.kind]++;
		kinds[m.list[index]->kind]++;
		obey(&op, index);
	}
	for (i = 0; i < OP_KINDS; i++)
		assert_true(seen[i] > 20);
	/* Five kinds, of which each has its share. */
	for (i = 0; i < DEVICE_KINDS; i++)
		assert_in_range(kinds[i], 800, 1200);
	assert_in_range(same, 1, 1500);
	plan_free(other);
	plan_free(plan);
}

static void wave(enum pattern pattern, unsigned int ups)
{
	struct plan *plan = plan_new(pattern, 1, m.nr);
	unsigned int cycle, i;
	size_t index;
	struct op op;

	for (cycle = 0; cycle < 5; cycle++) {
		for (i = 0; i < ups; i++) {
			assert_true(plugged() < m.size);
			assert_true(plan_next(plan, m.list, NULL, NULL, &op, &index));
			assert_true(wanted(&op, m.list[index]) > m.list[index]->plugged);
			obey(&op, index);
		}
		assert_true(plugged() == m.size);
		for (i = 0; i < m.nr; i++) {
			assert_true(plan_next(plan, m.list, NULL, NULL, &op, &index));
			/* The other way round. */
			assert_int_equal(index, m.nr - 1 - i);
			assert_true(wanted(&op, m.list[index]) == 0);
			obey(&op, index);
		}
		assert_true(plugged() == 0);
	}
	plan_free(plan);
}

static void grow_shrink_is_all_and_nothing(void **state)
{
	(void)state;
	start(0);
	add(DEVICE_DIMM, GIB, GIB, 0);
	add(DEVICE_VIRTIO_MEM, 8 * GIB, 2 << 20, 0);
	add(DEVICE_BLOCKS, BLOCK, BLOCK, 0);
	wave(PATTERN_GROW_SHRINK, 3);
}

static void sawtooth_has_teeth(void **state)
{
	(void)state;
	start(0);
	add(DEVICE_DIMM, GIB, GIB, 0);
	add(DEVICE_VIRTIO_MEM, 8 * GIB, 2 << 20, 0);
	add(DEVICE_SIM_DYNAMIC, 3 * BLOCK, BLOCK, 0);
	wave(PATTERN_SAWTOOTH, 1 + 8 + 3);
}

/* Nothing moves: each device has its turn, and no other has it twice before. */
static void what_fails_is_not_repeated_at_once(void **state)
{
	static const enum pattern patterns[] = { PATTERN_GROW_SHRINK, PATTERN_AUTOSCALER };
	unsigned int seen[DEVICES], i, p;
	size_t index;
	struct op op;

	(void)state;
	for (p = 0; p < COUNT(patterns); p++) {
		struct plan *plan;

		start(100);
		for (i = 0; i < 6; i++)
			add(DEVICE_DIMM, GIB, GIB, 0);
		memset(seen, 0, sizeof(seen));
		plan = plan_new(patterns[p], 1, m.nr);
		for (i = 0; i < 600; i++) {
			assert_true(plan_next(plan, m.list, NULL, NULL, &op, &index));
			obey(&op, index);
			seen[index]++;
		}
		for (i = 0; i < 6; i++)
			assert_true(seen[i] == 100);
		plan_free(plan);
	}
}

static void churn_comes_back(void **state)
{
	struct plan *plan;
	uint64_t before;
	unsigned int i;
	size_t gone, back;
	struct op op;

	(void)state;
	start_mixed(0);
	plan = plan_new(PATTERN_CHURN, 7, m.nr);
	for (i = 0; i < 500; i++) {
		before = plugged();
		assert_true(plan_next(plan, m.list, NULL, NULL, &op, &gone));
		obey(&op, gone);
		assert_true(plugged() != before);
		assert_true(plan_next(plan, m.list, NULL, NULL, &op, &back));
		assert_int_equal(gone, back);
		obey(&op, back);
		assert_true(plugged() == before);
	}
	plan_free(plan);
}

/* Bytes after which the plan went on in the other direction. */
static void reaches(struct plan *plan, uint64_t target, uint64_t within)
{
	const bool up = plugged() < target;
	unsigned int i;
	size_t index;
	struct op op;

	for (i = 0; i < 100; i++) {
		if (plugged() <= target + within && plugged() + within >= target)
			return;
		assert_true(plan_next(plan, m.list, NULL, NULL, &op, &index));
		assert_true((wanted(&op, m.list[index]) > m.list[index]->plugged) == up);
		obey(&op, index);
		/* Never beyond it. */
		assert_true(up ? plugged() <= target : plugged() >= target);
	}
	fail_msg("%llu bytes are not reached", (unsigned long long)target);
}

static void autoscaler_follows_its_targets(void **state)
{
	static const unsigned int sixteenths[] = { 2, 8, 4, 16 };
	struct plan *plan;
	unsigned int i;

	(void)state;
	start(0);
	add(DEVICE_VIRTIO_MEM, 16 * GIB, 2 << 20, 0);
	plan = plan_new(PATTERN_AUTOSCALER, 1, m.nr);
	for (i = 0; i < 20; i++)
		reaches(plan, sixteenths[i % 4] * GIB, 0);
	plan_free(plan);

	start(0);
	for (i = 0; i < 16; i++)
		add(i % 2 ? DEVICE_DIMM : DEVICE_BLOCKS, GIB, GIB, i % 2 ? 0 : GIB);
	plan = plan_new(PATTERN_AUTOSCALER, 1, m.nr);
	for (i = 0; i < 20; i++)
		reaches(plan, sixteenths[i % 4] * GIB, 0);
	plan_free(plan);

	/* Units that do not fit: no more than one too few, or too many. */
	start(0);
	add(DEVICE_SIM_DYNAMIC, 23 * BLOCK, BLOCK, 0);
	plan = plan_new(PATTERN_AUTOSCALER, 1, m.nr);
	for (i = 0; i < 20; i++)
		reaches(plan, m.size / 16 * sixteenths[i % 4], BLOCK - 1);
	plan_free(plan);

	/* What comes in pieces that do not fit gets as near as a piece. */
	start(0);
	for (i = 0; i < 5; i++)
		add(DEVICE_DIMM, 3 * GIB, 3 * GIB, 0);
	plan = plan_new(PATTERN_AUTOSCALER, 1, m.nr);
	for (i = 0; i < 20; i++)
		reaches(plan, m.size / 16 * sixteenths[i % 4], 3 * GIB - 1);
	plan_free(plan);
}

/* Some are forbidden: by turns all of them, none, and half. */
static bool moody(const struct op *op, const struct device *device, void *context)
{
	const unsigned int *mode = context;

	assert_string_equal(op->device, device->name);
	return *mode && (*mode == 1 || device->block % 2);
}

static void forbidden_is_not_done(void **state)
{
	unsigned int mode, i;
	enum pattern pattern;
	size_t index;
	struct op op;

	(void)state;
	for (pattern = 0; pattern < PATTERNS; pattern++) {
		struct plan *plan;

		start_mixed(0);
		plan = plan_new(pattern, 3, m.nr);
		for (i = 0; i < 900; i++) {
			mode = i / 10 % 3;
			if (!plan_next(plan, m.list, moody, &mode, &op, &index)) {
				assert_int_not_equal(mode, 1);
				continue;
			}
			assert_true(moody(&op, m.list[index], &mode));
			check_op(&op, index);
			obey(&op, index);
		}
		plan_free(plan);
	}
}

static void nothing_to_do(void **state)
{
	struct plan *plan = plan_new(PATTERN_RANDOM, 1, 0);
	size_t index;
	struct op op;

	(void)state;
	start(0);
	assert_false(plan_next(plan, m.list, NULL, NULL, &op, &index));
	plan_free(plan);
	plan_free(NULL);
}

static void words(void **state)
{
	enum pattern pattern, parsed;

	(void)state;
	for (pattern = 0; pattern < PATTERNS; pattern++) {
		assert_int_equal(pattern_parse(pattern_name(pattern), &parsed), 0);
		assert_int_equal(parsed, pattern);
	}
	assert_int_equal(pattern_parse("", &parsed), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_what_cannot_be),
		cmocka_unit_test(same_seed_same_operations),
		cmocka_unit_test(random_does_everything),
		cmocka_unit_test(grow_shrink_is_all_and_nothing),
		cmocka_unit_test(sawtooth_has_teeth),
		cmocka_unit_test(what_fails_is_not_repeated_at_once),
		cmocka_unit_test(churn_comes_back),
		cmocka_unit_test(autoscaler_follows_its_targets),
		cmocka_unit_test(forbidden_is_not_done),
		cmocka_unit_test(nothing_to_do),
		cmocka_unit_test(words),
	};

	return RUN(tests);
}
