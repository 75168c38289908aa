// SPDX-License-Identifier: GPL-2.0
/* hotplug-stress: drives memory in and out, and measures what comes back. */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>

#include "oplog.h"
#include "options.h"
#include "run.h"

#define PROGRAM "hotplug-stress"

#ifndef MEMGROUP_VERSION
#error "MEMGROUP_VERSION is to be set by the Makefile"
#endif

static int usage(const struct fault *fault)
{
	fault_print(fault, PROGRAM);
	fputs("Try '" PROGRAM " --help' for more information.\n", stderr);
	return EXIT_USAGE;
}

static int fail(const struct fault *fault)
{
	fault_print(fault, PROGRAM);
	return EXIT_ERROR;
}

static int take_history(struct options *options, const struct history *history,
			struct fault *fault)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < history->nr_options && !ret; i++)
		ret = options_take_logged(options, history->options[i].name,
					  history->options[i].value, fault);
	return ret ? ret : options_check(options, fault);
}

static int replay(struct options *options)
{
	const char *path = options->files[0];
	struct fault fault, cause;
	struct history history;
	int code;

	if (history_read(&history, path, &fault)) {
		code = fail(&fault);
	} else if (take_history(options, &history, &cause)) {
		fault_set(&fault, EINVAL, "%.200s: %.800s", path, cause.text);
		code = fail(&fault);
	} else {
		code = run(options, &history);
	}
	history_free(&history);
	return code;
}

static int report(const struct options *options)
{
	struct report *sum = report_new();
	struct report_header header = {};
	struct fault fault;
	size_t i;
	int ret;

	ret = sum ? 0 : fault_nomem(&fault);
	for (i = 0; i < options->nr_files && !ret; i++)
		ret = report_read(options->files[i], sum, &header, &fault);
	if (!ret)
		ret = run_report(options, sum, &header, &fault);
	report_free(sum);
	/* A reader that left wants no more words. */
	if (ret == -EPIPE)
		return EXIT_ERROR;
	return ret ? fail(&fault) : EXIT_GOOD;
}

int main(int argc, char **argv)
{
	static struct options options;
	struct fault fault;

	setlocale(LC_CTYPE, "");
	/* A reader that leaves is an error of write(), not a death. */
	signal(SIGPIPE, SIG_IGN);
	if (options_parse(&options, argc, argv, &fault))
		return usage(&fault);
	switch (options.action) {
	case ACTION_HELP:
		options_help(stdout);
		return EXIT_GOOD;
	case ACTION_VERSION:
		puts(PROGRAM " " MEMGROUP_VERSION);
		return EXIT_GOOD;
	case ACTION_REPLAY:
		return replay(&options);
	case ACTION_REPORT:
		return report(&options);
	default:
		return run(&options, NULL);
	}
}
