// SPDX-License-Identifier: GPL-2.0
/*
 * memgroup-stat watch on a terminal without a human: this program is the terminal, and
 * the shell whose foreground job it is. It waits for what is to be seen, not for a time;
 * the limit of waiting only ends a test that failed.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#include <cmocka.h>

#include "vt.h"

#define LIMIT_S 30
#define VIEW "sys/kernel/debug/memory_groups/"
/* What the shell says when its job has stopped. */
#define STOPPED (-1)

static char tool[PATH_MAX], work[] = "/tmp/memgroup-stat-screen-XXXXXX";

static struct vt vt;
static int terminal, job_side;		/* the two ends of it */
static int from_shell;			/* the pid of the job, then STOPPED each time */
static pid_t shell, job;
static struct termios before;

/* Trees */

static void command(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void command(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	assert_true(vasprintf(&text, format, args) > 0);
	va_end(args);
	assert_int_equal(system(text), 0);
	free(text);
}

/* A copy, which edit() changes: from one moment to the next, as the kernel does. */
static void use_tree(const char *name)
{
	command("rm -rf %s/tree && cp -R " TREES "/%s %s/tree", work, name, work);
}

static void edit(const char *file, const char *sed)
{
	command("cd %s/tree/" VIEW " && sed '%s' %s > new && mv new %s", work, sed, file, file);
}

/* The shell and its job */

static void be_job(const char *const *argv)
{
	sigset_t none;

	setpgid(0, 0);
	signal(SIGTTOU, SIG_IGN);
	tcsetpgrp(STDIN_FILENO, getpid());
	signal(SIGTTOU, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execv(tool, (char *const *)argv);
	_exit(127);
}

static void tell(int fd, int number)
{
	if (write(fd, &number, sizeof(number)) != sizeof(number))
		_exit(126);
}

/* Ends as its job does, with 128 + its number for a signal. */
static void be_shell(const char *const *argv, int to_test)
{
	pid_t child;
	int status;

	signal(SIGHUP, SIG_IGN);
	close(terminal);
	close(from_shell);
	if (login_tty(job_side))
		_exit(126);
	child = fork();
	if (!child)
		be_job(argv);
	tell(to_test, child);
	while (waitpid(child, &status, WUNTRACED) == child) {
		if (WIFEXITED(status))
			_exit(WEXITSTATUS(status));
		if (WIFSIGNALED(status))
			_exit(128 + WTERMSIG(status));
		tell(to_test, STOPPED);
	}
	_exit(126);
}

static void start_with(int rows, int columns, const char *const *argv)
{
	struct winsize size = { .ws_row = (unsigned short)rows,
				.ws_col = (unsigned short)columns };
	int ends[2], pid;

	assert_int_equal(openpty(&terminal, &job_side, NULL, NULL, &size), 0);
	assert_int_equal(tcgetattr(job_side, &before), 0);
	assert_int_equal(pipe(ends), 0);
	from_shell = ends[0];
	vt_start(&vt, rows, columns);
	shell = fork();
	assert_true(shell >= 0);
	if (!shell)
		be_shell(argv, ends[1]);
	close(ends[1]);
	assert_int_equal(read(from_shell, &pid, sizeof(pid)), sizeof(pid));
	job = pid;
}

static void start(int rows, int columns)
{
	char root[PATH_MAX];
	const char *const argv[] = { tool, "watch", "--interval", "0.05", "--sysroot", root, NULL };

	snprintf(root, sizeof(root), "%s/tree", work);
	start_with(rows, columns, argv);
}

/* The screen */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Takes what is there, waiting for up to @ms. */
static void pump(int ms)
{
	struct pollfd fd = { .fd = terminal, .events = POLLIN };
	char bytes[4096];
	ssize_t n;

	while (poll(&fd, 1, ms) > 0 && fd.revents & POLLIN) {
		n = read(terminal, bytes, sizeof(bytes));
		if (n <= 0)
			return;
		vt_feed(&vt, bytes, (size_t)n);
		ms = 0;
	}
}

static void fail_with_screen(const char *what, const char *text)
{
	char line[VT_COLUMNS_MAX * VT_CELL];
	int row;

	print_message("# %s: %s\n", what, text);
	for (row = 0; row < vt.rows; row++) {
		vt_row(&vt, row, line);
		print_message("# |%s\n", line);
	}
	kill(job, SIGKILL);
	fail();
}

static void await(const char *text, bool there)
{
	const double limit = now() + LIMIT_S;

	for (;;) {
		pump(20);
		if ((vt_find(&vt, text) >= 0) == there)
			return;
		if (now() > limit)
			fail_with_screen(there ? "does not appear" : "does not go away", text);
	}
}

static void appears(const char *text)
{
	await(text, true);
}

static void goes_away(const char *text)
{
	await(text, false);
}

/* The first of them is above the second. */
static void come_in_order(const char *first, const char *second)
{
	const double limit = now() + LIMIT_S;

	for (;;) {
		int a, b;

		pump(20);
		a = vt_find(&vt, first);
		b = vt_find(&vt, second);
		if (a >= 0 && b >= 0 && a < b)
			return;
		if (now() > limit)
			fail_with_screen("not above the other", first);
	}
}

static void keys(const char *text)
{
	assert_int_equal(write(terminal, text, strlen(text)), strlen(text));
}

static void resize(int rows, int columns)
{
	struct winsize size = { .ws_row = (unsigned short)rows,
				.ws_col = (unsigned short)columns };

	pump(0);
	vt_resize(&vt, rows, columns);
	assert_int_equal(ioctl(terminal, TIOCSWINSZ, &size), 0);
}

/* The terminal is as it was before. */
static void is_clean(void)
{
	struct termios after;

	assert_int_equal(tcgetattr(job_side, &after), 0);
	assert_int_equal(after.c_iflag, before.c_iflag);
	assert_int_equal(after.c_oflag, before.c_oflag);
	assert_int_equal(after.c_cflag, before.c_cflag);
	assert_int_equal(after.c_lflag, before.c_lflag);
	assert_memory_equal(after.c_cc, before.c_cc, sizeof(after.c_cc));
	assert_false(vt.alternate);
	assert_false(vt.hidden_cursor);
	assert_false(vt.keypad);
	assert_string_equal(vt.unknown, "");
}

/* Returns the shell's exit code. */
static int await_end(void)
{
	const double limit = now() + LIMIT_S;
	int status;

	while (waitpid(shell, &status, WNOHANG) != shell) {
		pump(20);
		if (now() > limit)
			fail_with_screen("does not end", "");
	}
	pump(0);
	close(from_shell);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void drop_terminal(void)
{
	close(terminal);
	close(job_side);
}

/* Ended, with that code, and it took the screen once if at all. */
static void ends_with(int code)
{
	const int got = await_end();

	if (got != code)
		fail_with_screen("exit code", got == 1 ? "1" : "another");
	is_clean();
	drop_terminal();
}

static void quits(void)
{
	keys("q");
	ends_with(0);
	assert_int_equal(vt.alternated, 1);
}

/* Tests */

static void shows_and_quits(void **state)
{
	char line[VT_COLUMNS_MAX * VT_CELL];

	(void)state;
	use_tree("virtio-mem-301");
	start(24, 80);
	appears("Policy: auto-movable, ratio 301%, numa-aware");
	appears("every 0.05s");
	appears("system 300.1%    301%    49.7M");
	appears(" 0 virtio0    0     1G     15G      0B   93% fits");
	appears("MAP  128M each");
	appears("128 \xe2\x96\x91\xe2\x96\x91");
	/* Decisions, the latest first. */
	appears("173-175 virtio0 Movable fits");
	come_in_order("173-175 virtio0", "172 virtio0 Normal");
	appears("? help");
	assert_true(vt.alternate && vt.hidden_cursor);
	vt_row(&vt, 23, line);
	assert_non_null(strstr(line, "q quit"));
	quits();
}

static void ends_by_itself(void **state)
{
	char root[PATH_MAX];
	const char *const argv[] = { tool, "watch", "--count", "2", "--interval", "0.05",
			       "--sysroot", root, NULL };

	(void)state;
	use_tree("two-nodes");
	snprintf(root, sizeof(root), "%s/tree", work);
	start_with(24, 80, argv);
	ends_with(0);
	assert_int_equal(vt.alternated, 1);
}

static void sorts(void **state)
{
	(void)state;
	use_tree("two-nodes");
	start(24, 80);
	appears("2 virtio0");
	come_in_order("0 PNP0C80:00", "1 PNP0C80:01");
	keys("s");
	appears("ID\xe2\x96\xbe");
	come_in_order("2 virtio0", "0 PNP0C80:00");
	keys("s");
	appears("DEVICE\xe2\x96\xb4");
	goes_away("ID\xe2\x96\xbe");
	come_in_order("PNP0C80:00", "PNP0C80:01");
	keys("S");
	appears("DEVICE\xe2\x96\xbe");
	come_in_order("virtio0", "PNP0C80:01");
	come_in_order("PNP0C80:01", "PNP0C80:00");
	keys("ss");
	appears("KERNEL\xe2\x96\xbe");
	come_in_order("PNP0C80:01", "virtio0");
	come_in_order("virtio0", "PNP0C80:00");
	/* After the last one that is seen: as they come. */
	keys("ssssssss");
	goes_away("\xe2\x96\xbe");
	come_in_order("PNP0C80:01", "virtio0");
	quits();
}

static void filters(void **state)
{
	/* A row of the table: the decisions below name devices, too. */
	const char *row = "PNP0C80:00    0";

	(void)state;
	use_tree("two-nodes");
	start(24, 80);
	appears(row);
	keys("/");
	appears("Filter by device:");
	assert_false(vt.hidden_cursor);
	/* While it is typed; q is a letter here. */
	keys("VIRTq");
	appears("Filter by device: VIRTq");
	appears("No device matches.");
	keys("\177");
	appears("2 virtio0");
	goes_away(row);
	keys("\r");
	appears("Devices with \"VIRT\": 1 of 3");
	/* Escape in the line takes back what was typed. */
	keys("/");
	keys("x");
	appears("Filter by device: VIRTx");
	keys("\033");
	appears("Devices with \"VIRT\": 1 of 3");
	/* And outside of it all of it. */
	keys("\033");
	appears(row);
	goes_away("Devices with");
	keys("/\303\244\302\267");
	appears("Filter by device: \303\244\302\267");
	keys("\177");
	goes_away("\302\267");
	appears("Filter by device: \303\244");
	keys("\025");
	goes_away("\303\244");
	keys("\r");
	appears(row);
	quits();
}

static void shows_what_changes(void **state)
{
	(void)state;
	use_tree("dimm-301");
	start(24, 80);
	appears("PNP0C80:04");
	edit("policy", "s/301/400/");
	appears("ratio 400%");
	edit("groups", "/^0 /s/fits/requested/");
	appears("100% requested");
	edit("groups", "$a 7 dynamic 0 virtio7 0 0 0 0 0 - 134217728 0 0 -");
	appears("7 virtio7");
	edit("groups", "/virtio7/d");
	goes_away("virtio7");
	/* Decisions, once their number has changed. */
	edit("decisions", "$s/.*/&\\n7000000000 208 1 0 - - online auto-movable Movable fits system 1 1 1 1/");
	edit("policy", "/^decisions/s/.*/decisions 999/");
	appears("7.000");
	quits();
}

static void pauses(void **state)
{
	(void)state;
	use_tree("dimm-301");
	start(24, 80);
	appears("PNP0C80:04");
	keys("p");
	appears("PAUSED");
	edit("policy", "s/301/400/");
	/* Longer than several intervals: too short a time would only miss a mistake. */
	pump(300);
	pump(300);
	assert_int_equal(vt_find(&vt, "ratio 400%"), -1);
	/* But when it is asked for. */
	keys("r");
	appears("ratio 400%");
	appears("PAUSED");
	edit("policy", "s/400/500/");
	keys(" ");
	appears("ratio 500%");
	goes_away("PAUSED");
	quits();
}

static void changes_the_interval(void **state)
{
	(void)state;
	use_tree("dimm-301");
	start(24, 80);
	appears("every 0.05s");
	keys("-+++");
	appears("every 0.50s");
	keys("++");
	appears("every 2s");
	keys("++++++++");
	appears("every 60s");
	keys("-");
	appears("every 30s");
	keys("---------");
	appears("every 0.05s");
	quits();
}

static void scrolls(void **state)
{
	(void)state;
	use_tree("dimm-301");
	start(10, 80);
	appears("0 PNP0C80:00");
	appears("4 PNP0C80:04");
	edit("groups", "$a 7 dynamic 0 v7 0 0 0 0 0 - 134217728 0 0 -\\n8 dynamic 0 v8 0 0 0 0 0 - 134217728 0 0 -\\n9 dynamic 0 v9 0 0 0 0 0 - 134217728 0 0 -\\n10 dynamic 0 v10 0 0 0 0 0 - 134217728 0 0 -");
	appears("1-5 of 9");
	keys("\033OB");
	appears("2-6 of 9");
	goes_away("PNP0C80:00");
	keys("\033[6~");
	appears("5-9 of 9");
	appears("10 v10");
	keys("\033[6~\033OB");
	keys("\033OA");
	appears("4-8 of 9");
	keys("\033[5~");
	appears("1-5 of 9");
	keys("\033OF");
	appears("5-9 of 9");
	keys("\033OH");
	appears("1-5 of 9");
	/* Fewer than were scrolled away. */
	keys("\033OF");
	appears("5-9 of 9");
	edit("groups", "/ v[0-9]/d");
	appears("0 PNP0C80:00");
	/* Columns. */
	assert_int_equal(vt_find(&vt, "UNIT"), -1);
	keys("\033OC\033OC\033OC\033OC\033OC\033OC\033OC\033OC");
	appears("DECIDED-KERNEL");
	goes_away("DEVICE");
	keys("\033OD\033OD\033OD\033OD\033OD\033OD\033OD\033OD\033OD");
	appears("ID DEVICE");
	quits();
}

static void resizes(void **state)
{
	(void)state;
	use_tree("two-nodes");
	start(24, 80);
	appears("LAST-REASON");
	resize(10, 40);
	appears("? help");
	appears("KERNEL MOVABLE");
	assert_int_equal(vt_find(&vt, "LAST-REASON"), -1);
	resize(9, 80);
	appears("terminal too small");
	appears("80x9, needs 40x10");
	goes_away("Policy");
	resize(24, 39);
	appears("39x24, needs");
	resize(1, 1);
	appears("t");
	resize(50, 180);
	appears("DECIDED-KERNEL");
	appears("every 0.05s");
	/* Smaller, with the help over it. */
	keys("?");
	appears("filter by device");
	resize(10, 40);
	appears("this help; any key ends it");
	keys("x");
	goes_away("this help");
	appears("MOVABLE");
	quits();
}

static void helps(void **state)
{
	(void)state;
	use_tree("dimm-301");
	start(24, 80);
	appears("PNP0C80:04");
	keys("h");
	appears("sort by next, reverse");
	/* It goes on below. */
	edit("policy", "s/301/400/");
	appears("ratio 400%");
	appears("sort by next, reverse");
	keys("q");
	goes_away("sort by next");
	keys("?");
	appears("PgUp, PgDn");
	keys(" ");
	goes_away("PgUp");
	assert_int_equal(vt_find(&vt, "PAUSED"), -1);
	quits();
}

static void outlives_errors(void **state)
{
	(void)state;
	use_tree("dimm-301");
	start(24, 160);
	appears("PNP0C80:04");
	edit("groups", "1s/id/di/");
	appears("groups: line 1: ");
	/* What was known stays, and keys work. */
	appears("PNP0C80:04");
	keys("p");
	appears("PAUSED");
	keys("p");
	goes_away("PAUSED");
	command("mv %s/tree/sys %s/tree/elsewhere", work, work);
	appears("sys/kernel/debug: not there");
	command("mv %s/tree/elsewhere %s/tree/sys", work, work);
	appears("groups: line 1: ");
	edit("groups", "1s/di/id/;/^1 /s/ fits/ requested/");
	goes_away("groups: line 1: ");
	appears("requested");
	appears("? help");
	command("rm %s/tree/" VIEW "decisions", work);
	edit("policy", "/^decisions/s/.*/decisions 7/");
	appears("decisions: No such file");
	appears("PNP0C80:04");
	quits();
}

/* A key and signals that end it, also while something is typed. */
static void ends_cleanly(void **state)
{
	static const int ends[] = { SIGTERM, SIGINT, SIGHUP };
	size_t i;

	(void)state;
	use_tree("dimm-301");
	for (i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		start(24, 80);
		appears("PNP0C80:04");
		if (i == 0)
			keys("/PNP");
		kill(job, ends[i]);
		/* One more is not the one too many. */
		kill(job, ends[i]);
		ends_with(0);
		assert_int_equal(vt.alternated, 1);
	}
	start(24, 80);
	appears("PNP0C80:04");
	keys("\003");
	ends_with(0);
}

static void stops_and_goes_on(void **state)
{
	int what, i;

	(void)state;
	use_tree("dimm-301");
	start(24, 80);
	appears("PNP0C80:04");
	for (i = 0; i < 3; i++) {
		/* Ctrl-Z; then as a stop that cannot be caught. */
		if (i < 2)
			keys("\032");
		else
			kill(job, SIGSTOP);
		assert_int_equal(read(from_shell, &what, sizeof(what)), sizeof(what));
		assert_int_equal(what, STOPPED);
		pump(0);
		if (i < 2)
			is_clean();
		/* Others use the terminal meanwhile. */
		vt_start(&vt, 24, 80);
		assert_int_equal(tcsetattr(job_side, TCSANOW, &before), 0);
		kill(job, SIGCONT);
		appears("PNP0C80:04");
		appears("Policy");
		if (i < 2)
			assert_true(vt.alternate);
		keys("p");
		appears("PAUSED");
		keys("p");
		goes_away("PAUSED");
	}
	keys("q");
	ends_with(0);
}

/* A sanitizer ends it in its own way, and says so. */
static void crashes_cleanly(void **state)
{
	static const int crashes[] = { SIGSEGV, SIGABRT, SIGQUIT, SIGFPE };
	size_t i;

	(void)state;
	use_tree("dimm-301");
	for (i = 0; i < sizeof(crashes) / sizeof(*crashes); i++) {
		int code;

		start(24, 80);
		appears("PNP0C80:04");
		kill(job, crashes[i]);
		code = await_end();
		if (code != 128 + crashes[i] && code != 1)
			fail_with_screen("ended in another way by", strsignal(crashes[i]));
		is_clean();
		drop_terminal();
	}
}

static void ends_with_the_terminal(void **state)
{
	(void)state;
	use_tree("dimm-301");
	start(24, 80);
	appears("PNP0C80:04");
	drop_terminal();
	/* Nobody is there to read from any more. */
	terminal = -1;
	assert_int_equal(await_end(), 0);
}

static void escapes_names(void **state)
{
	(void)state;
	use_tree("names");
	start(24, 80);
	appears("\\x1b[2J");
	appears("line\\x0atwo");
	quits();
}

/* What is missing is said once, and not into the screen. */
static void works_without_a_view(void **state)
{
	(void)state;
	use_tree("stock-virtio");
	start(24, 80);
	appears("MAP  128M each");
	appears("Only a kernel with CONFIG_MEMGROUP tells decisions.");
	keys("r");
	keys("rrr");
	keys("p");
	appears("PAUSED");
	assert_int_equal(vt_find(&vt, "note: "), -1);
	quits();
}

static void colors_if_it_may(void **state)
{
	(void)state;
	use_tree("dimm-301");
	start(24, 120);
	appears("PNP0C80:04");
	edit("groups", "1s/id/di/");
	appears("groups: line 1: ");
	assert_true(vt.colored);
	quits();
	setenv("NO_COLOR", "1", 1);
	use_tree("dimm-301");
	start(24, 120);
	appears("PNP0C80:04");
	edit("groups", "1s/id/di/");
	appears("groups: line 1: ");
	assert_false(vt.colored);
	quits();
	unsetenv("NO_COLOR");
}

static void works_in_ascii(void **state)
{
	(void)state;
	setenv("LC_ALL", "C", 1);
	use_tree("dimm-301");
	start(24, 80);
	appears("PNP0C80:04");
	keys("s");
	appears("IDv");
	quits();
	setenv("LC_ALL", "C.UTF-8", 1);
}

/* A recording, which takes 13 seconds at its own speed. */
static void replays(void **state)
{
	const char *const argv[] = { tool, "watch", "--replay", TREES "/../virtio.dat", "--speed",
				     "0.5", NULL };

	(void)state;
	start_with(24, 80, argv);
	appears("Policy: auto-movable, ratio 301%, numa-aware");
	appears("0.5x  5.");
	appears("32 virtio0 Movable fits");
	keys("++");
	appears("2x");
	keys("-");
	appears("1x");
	keys("p");
	appears("PAUSED");
	keys("++++++++++p");
	appears("END  1024x  18.737");
	appears(" 0 virtio0    0   512M    3.4G    1.1G   87% fits");
	come_in_order("69-71 virtio0    Movable", "68 virtio0    Normal");
	keys("h");
	appears("+  -          faster, slower");
	keys("h");
	quits();
}

static void refuses_broken_recordings(void **state)
{
	const char *const argv[] = { tool, "watch", "--replay", "/dev/null", NULL };

	(void)state;
	start_with(24, 80, argv);
	appears("memgroup-stat: /dev/null: not a file");
	ends_with(1);
	assert_int_equal(vt.alternated, 0);
}

static void refuses_other_terminals(void **state)
{
	(void)state;
	use_tree("dimm-301");
	setenv("TERM", "dumb", 1);
	start(24, 80);
	appears("TERM is dumb: ");
	ends_with(1);
	setenv("TERM", "no-such-thing", 1);
	start(24, 80);
	appears("TERM is no-such-thing: ");
	ends_with(1);
	unsetenv("TERM");
	start(24, 80);
	appears("TERM is not set");
	ends_with(1);
	setenv("TERM", "xterm", 1);
	/* The first reading fails before the screen is taken. */
	use_tree("no-view");
	start(24, 80);
	appears("no view of memory groups");
	ends_with(1);
	assert_int_equal(vt.alternated, 0);
}

static void find_tool(void)
{
	ssize_t len = readlink("/proc/self/exe", tool, sizeof(tool) - 40);

	assert_true(len > 0);
	tool[len] = '\0';
	*strrchr(tool, '/') = '\0';
	strcpy(strrchr(tool, '/'), "/bin/memgroup-stat");
}

static int set_up(void **state)
{
	(void)state;
	find_tool();
	setenv("TERM", "xterm", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	unsetenv("NO_COLOR");
	unsetenv("LINES");
	unsetenv("COLUMNS");
	unsetenv("ESCDELAY");
	return mkdtemp(work) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	command("rm -rf %s", work);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_and_quits),
		cmocka_unit_test(ends_by_itself),
		cmocka_unit_test(sorts),
		cmocka_unit_test(filters),
		cmocka_unit_test(shows_what_changes),
		cmocka_unit_test(pauses),
		cmocka_unit_test(changes_the_interval),
		cmocka_unit_test(scrolls),
		cmocka_unit_test(resizes),
		cmocka_unit_test(helps),
		cmocka_unit_test(outlives_errors),
		cmocka_unit_test(ends_cleanly),
		cmocka_unit_test(stops_and_goes_on),
		cmocka_unit_test(crashes_cleanly),
		cmocka_unit_test(ends_with_the_terminal),
		cmocka_unit_test(escapes_names),
		cmocka_unit_test(works_without_a_view),
		cmocka_unit_test(colors_if_it_may),
		cmocka_unit_test(works_in_ascii),
		cmocka_unit_test(replays),
		cmocka_unit_test(refuses_broken_recordings),
		cmocka_unit_test(refuses_other_terminals),
	};

	/* One of them, for looking at it. */
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("screen", tests, set_up, tear_down);
}
