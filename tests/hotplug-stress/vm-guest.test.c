// SPDX-License-Identifier: GPL-2.0
/* Waiting for memory blocks, which a tree of files shows. */
#include "../hotplug-vm/unit.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm-deadline.h"
#include "vm-guest.h"

#define BLOCK	(128ULL << 20)
#define FIRST	40

static char tree[64];
static struct vm_guest guest;
static struct fault fault;

/*
 * Like "printf TEXT >tree/sys/devices/system/memory/NAME", but nobody sees the file before
 * it has its text: in sysfs none is ever empty.
 */
static void put(const char *name, const char *text)
{
	char new[80], path[160];
	FILE *file;

	snprintf(new, sizeof(new), "%s/new", tree);
	snprintf(path, sizeof(path), "%s/sys/devices/system/memory/%s", tree, name);
	file = fopen(new, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(rename(new, path), 0);
}

static void block(unsigned int number, const char *block_state)
{
	char path[160], name[32];

	snprintf(path, sizeof(path), "%s/sys/devices/system/memory/memory%u", tree, number);
	mkdir(path, 0755);
	snprintf(name, sizeof(name), "memory%u/state", number);
	put(name, block_state);
}

static void no_block(unsigned int number)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/sys/devices/system/memory/memory%u/state", tree,
		 number);
	assert_int_equal(unlink(path), 0);
	*strrchr(path, '/') = '\0';
	assert_int_equal(rmdir(path), 0);
}

static int setup(void **state)
{
	char command[128];

	(void)state;
	strcpy(tree, "/tmp/hotplug-stress-vm.XXXXXX");
	if (!mkdtemp(tree))
		return -1;
	snprintf(command, sizeof(command), "mkdir -p %s/sys/devices/system/memory", tree);
	if (system(command))
		return -1;
	put("block_size_bytes", "8000000\n");
	put("auto_online_blocks", "online\n");
	return vm_guest_open(&guest, tree, &fault);
}

static int teardown(void **state)
{
	char command[128];

	(void)state;
	vm_guest_close(&guest);
	snprintf(command, sizeof(command), "rm -rf %s", tree);
	return system(command);
}

static void look(unsigned int blocks, struct vm_view *view)
{
	assert_int_equal(vm_guest_look(&guest, FIRST * BLOCK, blocks * BLOCK, view, &fault), 0);
}

static void states(void **state)
{
	struct vm_view view;

	(void)state;
	assert_true(guest.block_bytes == BLOCK);
	block(FIRST, "online\n");
	block(FIRST + 2, "offline\n");
	block(FIRST + 3, "going-offline\n");
	block(FIRST + 4, "online\n");
	look(4, &view);
	assert_int_equal(view.nr, 4);
	assert_int_equal(view.present, 3);
	assert_int_equal(view.blocks[0], VM_BLOCK_ONLINE);
	assert_int_equal(view.blocks[1], VM_BLOCK_ABSENT);
	assert_int_equal(view.blocks[2], VM_BLOCK_OFFLINE);
	assert_int_equal(view.blocks[3], VM_BLOCK_CHANGING);
	vm_view_free(&view);

	block(FIRST + 1, "odd\n");
	assert_int_equal(vm_guest_look(&guest, FIRST * BLOCK, 4 * BLOCK, &view, &fault),
			 -EPROTO);
	assert_non_null(strstr(fault.text, "memory41/state"));
	/* A range that no machine has, from a host that talks nonsense. */
	assert_int_equal(vm_guest_look(&guest, 0, 1ULL << 62, &view, &fault), -E2BIG);
}

/* In the state at this moment: 0, or ETIMEDOUT at once. */
static int settled(const struct vm_view *before, uint64_t bytes, uint64_t *offline)
{
	return -vm_guest_settle(&guest, before, bytes,
				stop_now_ns() + DEADLINE_NS_PER_MS, offline, &fault);
}

static void memory_that_came(void **state)
{
	struct vm_view before;
	uint64_t offline;

	(void)state;
	look(3, &before);
	assert_int_equal(settled(&before, 3 * BLOCK, &offline), ETIMEDOUT);
	assert_non_null(strstr(fault.text, "memory blocks 40-42: 0 of 3 are there"));
	block(FIRST, "online\n");
	block(FIRST + 1, "offline\n");
	assert_int_equal(settled(&before, 3 * BLOCK, &offline), ETIMEDOUT);
	/* All are there, the last one not yet online, and it may yet be. */
	block(FIRST + 2, "offline\n");
	assert_int_equal(settled(&before, 3 * BLOCK, &offline), ETIMEDOUT);
	/* The kernel goes from low to high: it has left out block 41. */
	block(FIRST + 2, "online\n");
	assert_int_equal(settled(&before, 3 * BLOCK, &offline), 0);
	assert_true(offline == FIRST + 1);
	block(FIRST + 1, "online\n");
	assert_int_equal(settled(&before, 3 * BLOCK, &offline), 0);
	assert_true(offline == UINT64_MAX);
	vm_view_free(&before);
}

static void memory_that_nobody_brings_online(void **state)
{
	struct vm_view before;
	uint64_t offline;

	(void)state;
	put("auto_online_blocks", "offline\n");
	look(2, &before);
	block(FIRST, "offline\n");
	assert_int_equal(settled(&before, 2 * BLOCK, &offline), ETIMEDOUT);
	block(FIRST + 1, "offline\n");
	assert_int_equal(settled(&before, 2 * BLOCK, &offline), 0);
	assert_true(offline == UINT64_MAX);
	vm_view_free(&before);
}

static void memory_that_was_there_already(void **state)
{
	struct vm_view before;
	uint64_t offline;

	(void)state;
	/* Somebody took block 40 offline; it is no concern of what comes. */
	block(FIRST, "offline\n");
	look(2, &before);
	block(FIRST + 1, "online\n");
	assert_int_equal(settled(&before, 2 * BLOCK, &offline), 0);
	assert_true(offline == UINT64_MAX);
	/* What is being taken offline is not done. */
	block(FIRST, "going-offline\n");
	assert_int_equal(settled(&before, 2 * BLOCK, &offline), ETIMEDOUT);
	vm_view_free(&before);
}

static void memory_that_went(void **state)
{
	struct vm_view before;
	uint64_t offline;

	(void)state;
	block(FIRST, "online\n");
	block(FIRST + 1, "online\n");
	look(2, &before);
	assert_int_equal(settled(&before, BLOCK, &offline), ETIMEDOUT);
	no_block(FIRST + 1);
	assert_int_equal(settled(&before, BLOCK, &offline), 0);
	no_block(FIRST);
	assert_int_equal(settled(&before, 0, &offline), 0);
	vm_view_free(&before);
}

/* Two blocks for the memory of one: whether one still goes is seen by nothing else. */
static void parts_of_blocks(void **state)
{
	struct vm_view before;
	long long start;
	uint64_t offline;

	(void)state;
	block(FIRST, "online\n");
	block(FIRST + 1, "online\n");
	look(2, &before);
	start = stop_now_ns();
	assert_int_equal(vm_guest_settle(&guest, &before, BLOCK / 2 + 1, DEADLINE_NONE,
					 &offline, &fault), 0);
	assert_true(stop_now_ns() - start >= 200 * DEADLINE_NS_PER_MS);
	vm_view_free(&before);
}

/* It waits for what another process does, no longer and no shorter. */
static void as_it_happens(void **state)
{
	struct vm_view before;
	uint64_t offline;
	int status;
	pid_t pid;

	(void)state;
	look(2, &before);
	pid = fork();
	if (!pid) {
		usleep(30000);
		block(FIRST, "online\n");
		usleep(30000);
		block(FIRST + 1, "offline\n");
		usleep(30000);
		block(FIRST + 1, "online\n");
		_exit(0);
	}
	assert_int_equal(vm_guest_settle(&guest, &before, 2 * BLOCK, deadline_in(20000),
					 &offline, &fault), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	vm_view_free(&before);
	look(2, &before);
	assert_int_equal(before.blocks[1], VM_BLOCK_ONLINE);
	vm_view_free(&before);
}

static void no_such_tree(void **state)
{
	struct vm_guest other;

	(void)state;
	put("block_size_bytes", "0\n");
	assert_int_equal(vm_guest_open(&other, tree, &fault), -EPROTO);
	put("block_size_bytes", "128M\n");
	assert_int_equal(vm_guest_open(&other, tree, &fault), -EPROTO);
	assert_int_equal(vm_guest_open(&other, "/nonexistent", &fault), -ENOENT);
	assert_int_equal(vm_guest_open(&other, "/usr", &fault), -ENOENT);
}

#define WITH_TREE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TREE(states),
		WITH_TREE(memory_that_came),
		WITH_TREE(memory_that_nobody_brings_online),
		WITH_TREE(memory_that_was_there_already),
		WITH_TREE(memory_that_went),
		WITH_TREE(parts_of_blocks),
		WITH_TREE(as_it_happens),
		WITH_TREE(no_such_tree),
	};

	return RUN(tests);
}
