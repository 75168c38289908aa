// SPDX-License-Identifier: GPL-2.0
/* hotplug-vm: boots a kernel in QEMU, runs a command in it, and tells how it went. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "accel.h"
#include "image.h"
#include "monitor.h"
#include "msg.h"
#include "options.h"
#include "run.h"
#include "share.h"

enum {
	EXIT_USAGE = 2,
	EXIT_HIGH_CODE = 119,	/* the command's own code is 120 or more */
	EXIT_LAB_FAILED = 120,
	EXIT_TIME_LIMIT = 121,
	EXIT_PANIC = 122,
	EXIT_SPLAT = 123,
};

#define BUILD_BIN	"/build/bin"

struct places {
	char self[PATH_MAX];		/* the folder of this program */
	char project[PATH_MAX];
	char results[PATH_MAX];
	char root[PATH_MAX];
	char kernel[PATH_MAX + 32];
	char init[PATH_MAX + 32];
	char ask[PATH_MAX + 32];
	struct modules modules;
};

static int find_self(struct places *p)
{
	ssize_t n = readlink("/proc/self/exe", p->self, sizeof(p->self) - 1);
	char *slash;

	if (n < 0) {
		msg("/proc/self/exe: %s", strerror(errno));
		return EXIT_LAB_FAILED;
	}
	p->self[n] = '\0';
	slash = strrchr(p->self, '/');
	*slash = '\0';
	return 0;
}

/* Beside this program in a build folder, below libexec when installed. */
static int find_program(const struct places *p, const char *name, char path[PATH_MAX + 32])
{
	snprintf(path, PATH_MAX + 32, "%s/%s", p->self, name);
	if (!access(path, R_OK))
		return 0;
	snprintf(path, PATH_MAX + 32, "%s/../libexec/memgroup/%s", p->self, name);
	if (!access(path, R_OK))
		return 0;
	msg("%s is missing, it belongs beside hotplug-vm in %s", name, p->self);
	return EXIT_LAB_FAILED;
}

/* Where one is closed, the first file to be opened would take its number. */
static void occupy_standard_files(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

static int find_project(const struct lab_options *o, struct places *p)
{
	size_t n = strlen(p->self), tail = strlen(BUILD_BIN);
	char start[PATH_MAX];

	if (o->project) {
		snprintf(start, sizeof(start), "%s", o->project);
	} else if (n > tail && !strcmp(p->self + n - tail, BUILD_BIN)) {
		memcpy(start, p->self, n - tail);
		start[n - tail] = '\0';
	} else {
		strcpy(start, ".");
	}
	return share_resolve("--project", start, p->project) ? EXIT_USAGE : 0;
}

static int find_results(const struct lab_options *o, struct places *p)
{
	if (!o->results)
		return 0;
	if (mkdir(o->results, 0777) && errno != EEXIST) {
		msg("--results: %s: %s", o->results, strerror(errno));
		return EXIT_USAGE;
	}
	if (share_resolve("--results", o->results, p->results))
		return EXIT_USAGE;
	if (access(p->results, W_OK)) {
		msg("--results: %s: %s", p->results, strerror(errno));
		return EXIT_USAGE;
	}
	return 0;
}

static int find_kernel(const struct lab_options *o, struct places *p)
{
	if (o->kernel)
		snprintf(p->kernel, sizeof(p->kernel), "%s", o->kernel);
	else
		snprintf(p->kernel, sizeof(p->kernel), "%s/build/6.1/bzImage", p->project);
	if (access(p->kernel, R_OK)) {
		msg("the kernel %s: %s%s", p->kernel, strerror(errno),
		    o->kernel ? "" : " (build it, or give --kernel)");
		return EXIT_LAB_FAILED;
	}
	return 0;
}

static int find_modules(const struct lab_options *o, struct places *p)
{
	char error[PATH_MAX + 256];

	if (!o->modules ||
	    !modules_find(&p->modules, o->modules, o->root, error, sizeof(error)))
		return 0;
	msg("--modules: %s", error);
	modules_free(&p->modules);
	return EXIT_USAGE;
}

/* What can be seen to be wrong before anything is started. */
static int prepare(const struct lab_options *o, struct places *p)
{
	int ret;

	ret = find_self(p);
	if (!ret)
		ret = find_project(o, p);
	if (!ret)
		ret = find_results(o, p);
	if (!ret && o->shell && !(isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))) {
		msg("--shell: needs a terminal on standard input and output");
		ret = EXIT_USAGE;
	}
	if (!ret && o->root && image_resolve(o->root, p->root))
		ret = EXIT_USAGE;
	if (!ret)
		ret = find_kernel(o, p);
	if (!ret)
		ret = find_modules(o, p);
	if (!ret)
		ret = find_program(p, "hotplug-guest-init", p->init);
	if (!ret)
		ret = find_program(p, "hotplug-ask", p->ask);
	return ret;
}

static void show_console(const struct console_lines *lines, const char *which)
{
	if (!lines->count) {
		msg("the console said nothing");
		return;
	}
	msg("the console's %s %u lines:", which, lines->count);
	console_print(lines, stderr, msg_newline());
}

static int report(const struct run_result *r)
{
	switch (r->end) {
	case RUN_CODE:
		if (r->number < EXIT_LAB_FAILED)
			return r->number;
		msg("the command ended with %d, reported as %d", r->number, EXIT_HIGH_CODE);
		return EXIT_HIGH_CODE;
	case RUN_KILLED:
		msg("the command was ended by signal %d (%s), reported as %d", r->number,
		    strsignal(r->number), EXIT_HIGH_CODE);
		return EXIT_HIGH_CODE;
	case RUN_SIGNAL:
		msg("%s", r->why);
		return 128 + r->number;
	case RUN_LAB_FAILED:
		msg("%s", r->why);
		if (r->ask_console && r->console.tail.count)
			show_console(&r->console.tail, "last");
		return EXIT_LAB_FAILED;
	case RUN_TIME_LIMIT:
		msg("%s", r->why);
		show_console(&r->console.tail, "last");
		return EXIT_TIME_LIMIT;
	case RUN_HANG:
	case RUN_PANIC:
		msg("%s", r->why);
		show_console(&r->console.tail, "last");
		return EXIT_PANIC;
	case RUN_SPLAT:
		msg("%s", r->why);
		if (r->console.report.count)
			show_console(&r->console.report, "first");
		else
			show_console(&r->console.tail, "last");
		return EXIT_SPLAT;
	}
	return EXIT_LAB_FAILED;
}

int main(int argc, char **argv)
{
	static struct lab_options o;
	static struct places places;
	static struct run_result result;
	struct run_request request = { .options = &o, .console_log = -1, .monitor = -1 };
	struct monitor monitor = { .fd = -1 };
	int ret, by_signal = 0;
	char error[256];

	switch (options_parse(argc, argv, &o, error, sizeof(error))) {
	case OPTIONS_HELP:
		options_help(stdout);
		return 0;
	case OPTIONS_VERSION:
		puts("hotplug-vm (memgroup) " VERSION);
		return 0;
	case OPTIONS_BAD:
		msg("%s", error);
		fputs("Try 'hotplug-vm --help'.\n", stderr);
		return EXIT_USAGE;
	case OPTIONS_RUN:
		break;
	}
	msg_be_verbose = o.verbose;
	occupy_standard_files();
	signal(SIGPIPE, SIG_IGN);

	ret = prepare(&o, &places);
	if (ret)
		return ret;
	request.kernel = places.kernel;
	request.project = places.project;
	request.results = o.results ? places.results : NULL;
	request.root = o.root ? places.root : NULL;
	request.init = places.init;
	request.ask = places.ask;
	request.modules = &places.modules;

	if (o.console) {
		/* No link: it may lie where an earlier guest could write. */
		request.console_log = open(o.console, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC |
					   O_NOFOLLOW, 0666);
		if (request.console_log < 0) {
			msg("--console: %s: %s", o.console, strerror(errno));
			return EXIT_USAGE;
		}
	}

	if (o.accel == ACCEL_KVM)
		request.kvm = true;
	else if (o.accel == ACCEL_AUTO)
		request.kvm = accel_kvm_works(&request, &by_signal);
	if (by_signal) {
		msg("ended by signal %d (%s)", by_signal, strsignal(by_signal));
		return 128 + by_signal;
	}
	if (o.qmp && monitor_open(&monitor, o.qmp))
		return EXIT_USAGE;
	request.monitor = monitor.fd;

	/* Whoever waits wants to know; a script has the same standard error always. */
	if (isatty(STDERR_FILENO))
		msg("the guest runs under %s", request.kvm ? "KVM" : "TCG, emulated");
	run(&request, &result);
	monitor_close(&monitor);
	modules_free(&places.modules);
	ret = report(&result);
	if (request.console_log >= 0 && close(request.console_log)) {
		msg("--console: %s: %s", o.console, strerror(errno));
		ret = ret ? ret : EXIT_LAB_FAILED;
	}
	return ret;
}
