// SPDX-License-Identifier: GPL-2.0
/*
 * What loads really take, and from where: as root, in a guest of hotplug-vm with 2 GiB
 * of boot memory, whose hotplugged memory goes online in ZONE_MOVABLE
 * (memhp_default_state=online_movable).
 */
#include "../hotplug-vm/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "blocks.h"
#include "headroom.h"
#include "pressure.h"

#define MIB		(UINT64_C(1) << 20)
#define DOSE		(128 * MIB)
#define DIMM		"256M"
#define DIMM_BLOCKS	2	/* of 128 MiB, as they are on x86 up to 64 GiB */
#define WAIT_MS		30000
#define OVERCOMMIT	"/proc/sys/vm/nr_overcommit_hugepages"
#define MEMORY		"/sys/devices/system/memory"

static struct sysroot root;
static struct pressure *pressure;
static struct pressure_trouble trouble;
static struct fault fault;

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void start(enum pressure_kind kind, uint64_t bytes, uint64_t floor)
{
	const struct pressure_spec spec = { .kind = kind, .bytes = bytes, .rate = 10 };

	if (pressure_start(&pressure, &spec, 1, floor, &fault))
		fail_msg("%s: %s", pressure_kind_name(kind), fault.text);
}

static void look(void)
{
	if (pressure_look(pressure, &trouble, &fault))
		fail_msg("%s", fault.text);
}

static int stop(void **state)
{
	(void)state;
	pressure_stop(pressure);
	pressure = NULL;
	return 0;
}

static struct headroom headroom(void)
{
	struct headroom now;

	if (headroom_read(&root, &now, &fault))
		fail_msg("%s", fault.text);
	return now;
}

/* The number behind a name in /proc/meminfo or /proc/vmstat. */
static uint64_t number(const char *path, const char *name)
{
	char line[128], key[64];
	FILE *file = fopen(path, "re");
	uint64_t value, found = 0;

	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%63[^: ]%*[: ]%" SCNu64, key, &value) == 2 &&
		    !strcmp(key, name))
			found = value;
	fclose(file);
	return found;
}

static uint64_t first_number(const char *path)
{
	FILE *file = fopen(path, "re");
	uint64_t value = UINT64_MAX;

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%" SCNu64, &value), 1);
	fclose(file);
	return value;
}

static uint64_t meminfo(const char *name)
{
	return number("/proc/meminfo", name) * 1024;
}

static uint64_t huge_pages(void)
{
	return number("/proc/meminfo", "HugePages_Total") * meminfo("Hugepagesize");
}

static uint64_t pinned(void)
{
	return (number("/proc/vmstat", "nr_foll_pin_acquired") -
		number("/proc/vmstat", "nr_foll_pin_released")) * 4096;
}

/* What the kernel counts for each kind. */
static uint64_t kernel_says(enum pressure_kind kind)
{
	switch (kind) {
	case PRESSURE_ANON:
	case PRESSURE_SPLICE:
		return meminfo("AnonPages");
	case PRESSURE_CACHE:
		return meminfo("Shmem");	/* of tmpfs */
	case PRESSURE_MLOCK:
		return meminfo("Mlocked");
	case PRESSURE_PIN:
		return pinned();
	case PRESSURE_FORK:
		return meminfo("PageTables");
	case PRESSURE_SLAB:
		return meminfo("SUnreclaim");
	default:
		return huge_pages();
	}
}

/* Waits until the number is @low to @high more than @before; returns that difference. */
static int64_t settle(enum pressure_kind kind, uint64_t before, int64_t low,
		      int64_t high)
{
	const int64_t end = now_ms() + WAIT_MS;
	int64_t more;

	do {
		more = (int64_t)(kernel_says(kind) - before);
		if (more >= low && more <= high)
			break;
		usleep(50000);
	} while (now_ms() < end);
	return more;
}

/* The kernel's counters, and io_uring, take a moment. */
static void stop_and_settle(enum pressure_kind kind, uint64_t before)
{
	const int64_t little = DOSE / 20;
	int64_t more;

	stop(NULL);
	more = settle(kind, before, -(int64_t)DOSE, little);
	if (more > little)
		fail_msg("%s: %" PRId64 " bytes remain", pressure_kind_name(kind),
			 more);
}

static void each_takes_what_it_says(void **state)
{
	const int64_t dose = DOSE;
	enum pressure_kind kind;
	uint64_t before;
	int64_t more;

	(void)state;
	for (kind = 0; kind < PRESSURE_KINDS; kind++) {
		before = kernel_says(kind);
		start(kind, DOSE, 0);
		look();
		assert_in_range(trouble.held_bytes, DOSE * 95 / 100, DOSE * 105 / 100);
		more = settle(kind, before, dose * 95 / 100, dose * 110 / 100);
		if (more < dose * 95 / 100 || more > dose * 110 / 100)
			fail_msg("%s: %" PRId64 " of %" PRId64 " bytes",
				 pressure_kind_name(kind), more, dose);
		stop_and_settle(kind, before);
	}
}

/* The kinds that pressure.h says are movable, and no others, come from ZONE_MOVABLE. */
static void each_takes_it_from_its_zone(void **state)
{
	static const bool movable[PRESSURE_KINDS] = {
		[PRESSURE_ANON] = true, [PRESSURE_CACHE] = true,
		[PRESSURE_MLOCK] = true, [PRESSURE_SPLICE] = true,
		[PRESSURE_HUGE] = true,
	};
	struct headroom before, now;
	enum pressure_kind kind;
	int64_t from_movable, from_kernel;
	uint64_t said;

	(void)state;
	for (kind = 0; kind < PRESSURE_KINDS; kind++) {
		said = kernel_says(kind);
		before = headroom();
		start(kind, DOSE, 0);
		now = headroom();
		from_movable = (int64_t)(before.movable - now.movable);
		from_kernel = (int64_t)(before.kernel - now.kernel);
		print_message("# %s: %" PRId64 " MiB of ZONE_MOVABLE, %" PRId64
			      " MiB of kernel zones\n", pressure_kind_name(kind),
			      from_movable / (int64_t)MIB, from_kernel / (int64_t)MIB);
		if (!movable[kind])
			from_movable = from_kernel;
		/* Some was free already on a list of a CPU, which is not counted as free. */
		assert_true(from_movable > (int64_t)DOSE * 3 / 4);
		stop_and_settle(kind, said);
	}
}

/* Blocks of ZONE_MOVABLE: those of the DIMM. */
static size_t movable_blocks(unsigned long *numbers, size_t max)
{
	struct blocks blocks;
	size_t i, count = 0;

	if (blocks_read(&root, &blocks, &fault))
		fail_msg("%s", fault.text);
	for (i = 0; i < blocks.count; i++) {
		if (strcmp(blocks.list[i].zone, "Movable"))
			continue;
		assert_true(count < max);
		numbers[count++] = blocks.list[i].number;
	}
	blocks_free(&blocks);
	return count;
}

static void on_alarm(int signal)
{
	(void)signal;
}

/* Returns 0 or a positive errno value; EINTR when the time was over. */
static int set_state(unsigned long block, const char *state, unsigned int seconds)
{
	char path[128];
	int fd, err = 0;

	snprintf(path, sizeof(path), MEMORY "/memory%lu/state", block);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	alarm(seconds);
	if (write(fd, state, strlen(state)) < 0)
		err = errno;
	alarm(0);
	close(fd);
	return err;
}

/* How many blocks of ZONE_MOVABLE cannot go offline while such a load is there. */
static unsigned int blocked_by(enum pressure_kind kind, unsigned int seconds)
{
	unsigned long numbers[64];
	unsigned int blocked = 0;
	size_t i, nr;

	start(kind, DOSE, 0);
	nr = movable_blocks(numbers, COUNT(numbers));
	assert_int_equal(nr, DIMM_BLOCKS);
	for (i = 0; i < nr; i++) {
		if (set_state(numbers[i], "offline", seconds))
			blocked++;
		else
			assert_int_equal(set_state(numbers[i], "online_movable", 0), 0);
	}
	stop(NULL);
	return blocked;
}

static void only_splice_blocks(void **state)
{
	enum pressure_kind kind;

	(void)state;
	for (kind = 0; kind < PRESSURE_KINDS; kind++) {
		const bool splice = kind == PRESSURE_SPLICE;
		const unsigned int blocked = blocked_by(kind, splice ? 2 : 20);

		if (splice ? !blocked : blocked)
			fail_msg("%s: %u blocks", pressure_kind_name(kind), blocked);
	}
	/* It was the load, which is gone. */
	assert_int_equal(blocked_by(PRESSURE_ANON, 20), 0);
}

static void the_floor_is_kept(void **state)
{
	const uint64_t floor = headroom().kernel - 256 * MIB;
	int i;

	(void)state;
	start(PRESSURE_SLAB, 4096 * MIB, floor);
	for (i = 0; i < 20; i++) {
		assert_true(headroom().kernel + 32 * MIB > floor);
		usleep(50000);
	}
	look();
	assert_in_range(trouble.held_bytes, 128 * MIB, 320 * MIB);
	assert_int_equal(trouble.load_kills, 0);
	assert_int_equal(trouble.oom_kills, 0);
}

/* Kernel zones at their floor are no reason not to use ZONE_MOVABLE. */
static void the_floor_is_for_kernel_zones(void **state)
{
	(void)state;
	start(PRESSURE_ANON, DOSE, UINT64_MAX);
	look();
	assert_int_equal(trouble.held_bytes, DOSE);
}

static void others_get_it_back(void **state)
{
	const uint64_t floor = headroom().kernel - 256 * MIB;
	const int64_t end = now_ms() + WAIT_MS;
	struct pressure *ours;
	uint64_t held;

	(void)state;
	start(PRESSURE_SLAB, 4096 * MIB, floor);
	look();
	held = trouble.held_bytes;
	ours = pressure;
	start(PRESSURE_PIN, 128 * MIB, 0);
	do {
		usleep(50000);
		assert_int_equal(pressure_look(ours, &trouble, &fault), 0);
	} while (trouble.held_bytes > held - 96 * MIB && now_ms() < end);
	pressure_stop(ours);
	assert_true(trouble.held_bytes <= held - 96 * MIB);
}

/* The kernel kills the load, not us; it starts anew, and nothing is lost. */
static void the_load_is_killed_first(void **state)
{
	const int64_t end = now_ms() + WAIT_MS;
	const uint64_t before = meminfo("MemFree");

	(void)state;
	start(PRESSURE_MLOCK, 8192 * MIB, 0);
	do {
		usleep(50000);
		look();
	} while (!(trouble.load_kills && trouble.held_bytes) && now_ms() < end);
	assert_true(trouble.load_kills > 0);
	assert_true(trouble.oom_kills >= trouble.load_kills);
	assert_true(trouble.alloc_stalls > 0);
	assert_true(trouble.held_bytes > 0);
	stop(NULL);
	assert_true(meminfo("MemFree") + 64 * MIB > before);
}

/* The number of huge pages is put back by whom nobody killed. */
static void huge_pages_are_as_before(void **state)
{
	const struct pressure_spec spec = {
		.kind = PRESSURE_HUGE, .bytes = 64 * MIB, .rate = 10,
	};
	const uint64_t before = first_number(OVERCOMMIT);
	const int64_t end = now_ms() + WAIT_MS;
	int ready[2];
	char byte;
	pid_t pid;

	(void)state;
	start(PRESSURE_HUGE, 64 * MIB, 0);
	assert_true(first_number(OVERCOMMIT) > before);
	stop(NULL);
	assert_int_equal(first_number(OVERCOMMIT), before);

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		setpgid(0, 0);
		if (pressure_start(&pressure, &spec, 1, 0, &fault) ||
		    write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	assert_true(first_number(OVERCOMMIT) > before);
	kill(-pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	while ((first_number(OVERCOMMIT) != before || huge_pages()) && now_ms() < end)
		usleep(10000);
	assert_int_equal(first_number(OVERCOMMIT), before);
	assert_int_equal(huge_pages(), 0);
}

static int plug(void **state)
{
	const struct sigaction action = { .sa_handler = on_alarm };
	const int64_t end = now_ms() + WAIT_MS;
	unsigned long numbers[64];

	(void)state;
	if (!getenv("HOTPLUG_VM")) {
		print_error("# This is for a guest of hotplug-vm.\n");
		return -1;
	}
	/* Without SA_RESTART: it shall interrupt. */
	if (sigaction(SIGALRM, &action, NULL) || sysroot_open(&root, NULL, &fault) ||
	    system("hotplug-ask add-dimm " DIMM " >/dev/null"))
		return -1;
	while (movable_blocks(numbers, COUNT(numbers)) != DIMM_BLOCKS) {
		if (now_ms() > end) {
			print_error("# The DIMM does not go online as movable.\n");
			return -1;
		}
		usleep(50000);
	}
	return 0;
}

static int unplug(void **state)
{
	(void)state;
	sysroot_close(&root);
	return 0;
}

#define load_test(f) cmocka_unit_test_teardown(f, stop)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		load_test(each_takes_what_it_says),
		load_test(each_takes_it_from_its_zone),
		load_test(only_splice_blocks),
		load_test(the_floor_is_kept),
		load_test(the_floor_is_for_kernel_zones),
		load_test(others_get_it_back),
		load_test(huge_pages_are_as_before),
		load_test(the_load_is_killed_first),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, plug, unplug);
}
