// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "unit.h"

static void check(const char *const *lines, size_t count, enum console_kind kind)
{
	char line[1024];
	size_t i;

	for (i = 0; i < count; i++) {
		if (console_classify(lines[i]) != kind)
			fail_msg("bare: %s", lines[i]);
		snprintf(line, sizeof(line), "[    1.234567] %s", lines[i]);
		if (console_classify(line) != kind)
			fail_msg("with a time: %s", line);
		snprintf(line, sizeof(line), "[12345.234567][  T123] %s", lines[i]);
		if (console_classify(line) != kind)
			fail_msg("with a caller: %s", line);
		snprintf(line, sizeof(line), "[    0.000000][    C1] %s", lines[i]);
		if (console_classify(line) != kind)
			fail_msg("with a CPU: %s", line);
	}
}

/* As kernels from 6.1 on print them. */
static void splats(void **state)
{
	static const char *const t[] = {
		"WARNING: CPU: 1 PID: 45 at mm/memory_hotplug.c:980 online_pages+0x3c/0x220",
		"WARNING: mm/memory_hotplug.c:980 at online_pages+0x3c/0x220, CPU#0: sh/45",
		"WARNING: possible circular locking dependency detected",
		"WARNING: possible recursive locking detected",
		"WARNING: inconsistent lock state",
		"WARNING: suspicious RCU usage",
		"WARNING: bad unlock balance detected!",
		"INFO: possible recursive locking detected",
		"INFO: possible circular locking dependency detected",
		"INFO: suspicious RCU usage.",
		"INFO: trying to register non-static key.",
		"kernel BUG at mm/page_alloc.c:1234!",
		"BUG: kernel NULL pointer dereference, address: 0000000000000008",
		"BUG: unable to handle page fault for address: ffffc90000000000",
		"BUG: KASAN: use-after-free in memory_group_unregister+0x1f/0x90",
		"BUG: KCSAN: data-race in a / b",
		"BUG: KFENCE: out-of-bounds read in f+0x1/0x2",
		"BUG: sleeping function called from invalid context at kernel/locking/mutex.c:283",
		"BUG: scheduling while atomic: sh/45/0x00000002",
		"BUG: Bad page state in process sh  pfn:180000",
		"BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 32s!",
		"BUG kmalloc-64 (Not tainted): Redzone overwritten",
		"BUG dentry (Tainted: G    B  ): Poison overwritten",
		"watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [sh:45]",
		"watchdog: Watchdog detected hard LOCKUP on cpu 1",
		"NMI watchdog: Watchdog detected hard LOCKUP on cpu 1",
		"INFO: task kworker/0:1:16 blocked for more than 120 seconds.",
		"rcu: INFO: rcu_sched self-detected stall on CPU",
		"rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:",
		"rcu: INFO: rcu_sched detected expedited stalls on CPUs/tasks: { 0-... } 99 jiffies",
		"INFO: rcu_tasks detected stalls on tasks:",
		"rcu: rcu_sched kthread starved for 2100 jiffies! g33 f0x0 RCU_GP_WAIT_FQS(5)",
		"Oops: 0002 [#1] PREEMPT SMP NOPTI",
		"Oops: general protection fault, probably for non-canonical address 0xdead: 0000 [#1]",
		"general protection fault, probably for non-canonical address 0xdead: 0000 [#1] SMP",
		"general protection fault: 0000 [#1] SMP",
		"invalid opcode: 0000 [#1] PREEMPT SMP",
		"divide error: 0000 [#1] SMP",
		"UBSAN: shift-out-of-bounds in mm/x.c:12:3",
		"UBSAN: array-index-out-of-bounds in mm/x.c:12:3",
		"list_add corruption. prev->next should be next (a), but was b. (prev=c).",
		"list_del corruption, ffff888->next is LIST_POISON1 (dead000000000100)",
		"kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)",
		"kmemleak: 1 new suspected memory leaks (see /sys/kernel/debug/kmemleak)",
	};

	(void)state;
	check(t, COUNT(t), CONSOLE_SPLAT);
}

static void panics(void **state)
{
	static const char *const t[] = {
		"Kernel panic - not syncing: sysrq triggered crash",
		"Kernel panic - not syncing: Fatal exception in interrupt",
		"Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b",
		"Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)",
	};

	(void)state;
	check(t, COUNT(t), CONSOLE_PANIC);
}

static void near_misses(void **state)
{
	static const char *const t[] = {
		"",
		"Command line: console=ttyS0 debug panic=-1 x=WARNING: y=BUG: z=Oops:",
		"Kernel command line: console=ttyS0 debug panic=-1",
		"Unknown kernel command line parameters \"BUG: x\", will be passed to user space.",
		"debug: BUG: in the middle of a line",
		"DEBUG: WARNINGS are on",
		"[Firmware Bug]: TSC_DEADLINE disabled due to Errata",
		"[Firmware Warn]: GHES: Poll interval is 0",
		"Spectre V2 : WARNING: Unprivileged eBPF is enabled with eIBRS on",
		"traps: memgroup-stat[123] general protection fault ip:55d sp:7ff error:0 in x[400000+1000]",
		"traps: sh[99] trap invalid opcode ip:55d sp:7ff error:0",
		"sh[99]: segfault at 0 ip 0000 sp 0000 error 4 in sh[400000+1000]",
		"Out of memory: Killed process 45 (sh) total-vm:1kB",
		"sh: page allocation failure: order:0, mode:0xcc0(GFP_KERNEL), nodemask=(null)",
		"rcu: Hierarchical RCU implementation.",
		"rcu: INFO: a note without trouble",
		"kmemleak: Kernel memory leak detector initialized (mem pool available: 15679)",
		"kmemleak: Automatic memory scanning thread started",
		"NMI watchdog: Enabled. Permanently consumes one hw-PMU counter.",
		"watchdog: Delayed init of the lockup detector failed: -19",
		"Lock dependency validator: Copyright (c) 2006 Red Hat, Inc., Ingo Molnar",
		"kasan: KernelAddressSanitizer initialized",
		"panic=-1",
		"Kernel panic",
		"---[ end Kernel panic - not syncing: sysrq triggered crash ]---",
		"INFO: lockdep is turned off.",
		"INFO: task list follows",
		"WARNING",
		"reboot: Power down",
		"BUGS are fine",
		"oops",
	};

	(void)state;
	check(t, COUNT(t), CONSOLE_PLAIN);
}

static void feed(struct console *c, const char *text)
{
	assert_int_equal(console_feed(c, text, strlen(text)), 0);
}

static void assembles_lines(void **state)
{
	struct console *c = malloc(sizeof(*c));

	(void)state;
	console_init(c, -1);
	feed(c, "[    1.0] WARN");
	feed(c, "ING: CPU: 0\r\n[    1.1] second\r\nBUG: at th");
	assert_int_equal(c->splats, 1);
	assert_string_equal(c->splat, "[    1.0] WARNING: CPU: 0");
	assert_int_equal(c->tail.count, 2);
	console_end(c);
	assert_int_equal(c->splats, 2);
	assert_string_equal(c->splat, "[    1.0] WARNING: CPU: 0");
	free(c);
}

static void init_failure(void **state)
{
	struct console *c = malloc(sizeof(*c));

	(void)state;
	console_init(c, -1);
	feed(c, "hotplug-guest-init: failed: mount usr (9p) on /usr: No such device\n");
	assert_string_equal(c->init_failed, "mount usr (9p) on /usr: No such device");
	assert_int_equal(c->splats, 0);
	free(c);
}

static void keeps_the_right_lines(void **state)
{
	struct console *c = malloc(sizeof(*c));
	char *text = NULL, line[32];
	size_t size;
	FILE *f;
	int i;

	(void)state;
	console_init(c, -1);
	for (i = 0; i < 100; i++) {
		snprintf(line, sizeof(line), i == 20 ? "BUG: %d\n" : "line %d\n", i);
		feed(c, line);
	}
	assert_int_equal(c->tail.count, CONSOLE_TAIL);
	assert_int_equal(c->report.count, CONSOLE_TAIL);

	f = open_memstream(&text, &size);
	console_print(&c->tail, f, "\n");
	fclose(f);
	assert_int_equal(strncmp(text, "  | line 60\n", 12), 0);
	assert_non_null(strstr(text, "  | line 99\n"));
	free(text);

	f = open_memstream(&text, &size);
	console_print(&c->report, f, "\n");
	fclose(f);
	assert_int_equal(strncmp(text, "  | BUG: 20\n", 12), 0);
	assert_non_null(strstr(text, "  | line 59\n"));
	assert_null(strstr(text, "line 60"));
	free(text);
	free(c);
}

static void hostile_bytes(void **state)
{
	struct console *c = malloc(sizeof(*c));
	char *text = NULL, *data;
	size_t size, i;
	FILE *f;

	(void)state;
	console_init(c, -1);
	data = malloc(1 << 20);
	seed();
	for (i = 0; i < 1 << 20; i++)
		data[i] = rand();
	assert_int_equal(console_feed(c, data, 1 << 20), 0);
	memset(data, 'x', 1 << 20);
	assert_int_equal(console_feed(c, data, 1 << 20), 0);
	feed(c, "\n\033[2Jevil\a\n");

	f = open_memstream(&text, &size);
	console_print(&c->tail, f, "\n");
	fclose(f);
	for (i = 0; i < size; i++)
		assert_true(text[i] == '\n' || text[i] == '\t' || (text[i] >= ' ' && text[i] <= '~'));
	assert_non_null(strstr(text, "?[2Jevil?"));
	free(text);
	free(data);
	free(c);
}

static void ignores_some_splats(void **state)
{
	struct console *c = malloc(sizeof(*c));

	(void)state;
	console_init(c, -1);
	console_ignore(c, "mm/init.c:7 known");
	console_ignore(c, "other");
	feed(c, "[    1.000000] WARNING: CPU: 0 PID: 1 at mm/init.c:7 known+0x1/0x2\n");
	feed(c, "[    1.000000] mm/init.c:7 known\n");
	assert_int_equal(c->splats, 0);
	assert_int_equal(c->ignored_splats, 1);
	feed(c, "[    1.000000] WARNING: CPU: 0 PID: 1 at mm/init.c:8 known+0x1/0x2\n");
	assert_int_equal(c->splats, 1);
	assert_int_equal(c->ignored_splats, 1);
	assert_non_null(strstr(c->splat, "init.c:8"));
	/* A panic is the end, whatever it says. */
	feed(c, "Kernel panic - not syncing: other\n");
	assert_string_not_equal(c->panic, "");
	free(c);
}

/*
 * Splats and other lines in any order, with bytes between them that a serial line may
 * add, in pieces of any size: each splat is counted, nothing else is, and the pieces
 * make no difference.
 */
static void random_streams(void **state)
{
	static const char *const times[] = { "", "[    0.000000] ", "[12345.678901][   T12] " };
	static const char *const bad[] = {
		"WARNING: CPU: 1 PID: 45 at mm/x.c:1 f+0x1/0x2", "BUG: KASAN: use-after-free in f",
		"BUG kmalloc-64 (Not tainted): Redzone overwritten", "Oops: 0002 [#1] SMP",
		"INFO: task x:1 blocked for more than 120 seconds.",
	};
	static const char *const good[] = {
		"", "[", "[    1.", "[1] [2] [3] BUG: x", "\tBUG: x", "WARNING", "BUG", "x BUG: y",
		"BUG x", "INFO: task y", "Kernel panic", "\377\376", "rcu: ", "]", "[T1] Oops: ",
	};
	struct console *whole = malloc(sizeof(*whole)), *pieces = malloc(sizeof(*pieces));
	char data[8192], line[CONSOLE_LINE * 2];
	unsigned int round;

	(void)state;
	assert_true(whole && pieces);
	seed();
	for (round = 0; round < 500; round++) {
		unsigned int planted = 0;
		size_t len = 0, done, n;
		const char *c;

		while (len < sizeof(data) - 2 * sizeof(line)) {
			const bool splat = rand() % 4 == 0;
			int size = snprintf(line, sizeof(line) / 2, "%s%s",
					    splat ? times[rand() % COUNT(times)] : "",
					    splat ? bad[rand() % COUNT(bad)] :
					    good[rand() % COUNT(good)]);

			/* Now and then longer than what is kept. */
			if (rand() % 10 == 0) {
				memset(line + size, '.', CONSOLE_LINE);
				line[size + CONSOLE_LINE] = '\0';
			}
			for (c = line; *c; c++) {
				if (rand() % 50 == 0)
					data[len++] = rand() % 2 ? '\r' : '\0';
				data[len++] = *c;
			}
			data[len++] = '\n';
			planted += splat;
		}
		console_init(whole, -1);
		assert_int_equal(console_feed(whole, data, len), 0);
		assert_int_equal(whole->splats, planted);

		console_init(pieces, -1);
		for (done = 0; done < len; done += n) {
			n = 1 + (size_t)rand() % (len - done);
			assert_int_equal(console_feed(pieces, data + done, n), 0);
		}
		assert_memory_equal(&whole->tail, &pieces->tail, sizeof(whole->tail));
		assert_memory_equal(&whole->report, &pieces->report, sizeof(whole->report));
		assert_int_equal(pieces->splats, planted);
		assert_string_equal(pieces->splat, whole->splat);
	}
	free(whole);
	free(pieces);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splats),
		cmocka_unit_test(panics),
		cmocka_unit_test(near_misses),
		cmocka_unit_test(assembles_lines),
		cmocka_unit_test(init_failure),
		cmocka_unit_test(keeps_the_right_lines),
		cmocka_unit_test(hostile_bytes),
		cmocka_unit_test(ignores_some_splats),
		cmocka_unit_test(random_streams),
	};

	return RUN(tests);
}
