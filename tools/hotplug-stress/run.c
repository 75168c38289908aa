// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "output.h"
#include "run.h"
#include "run-state.h"
#include "safety.h"
#include "stop.h"

#define PROGRAM		"hotplug-stress"

void run_say(struct run *r, const struct fault *fault)
{
	progress_clear(&r->progress);
	fault_print(fault, PROGRAM);
}

/* In single quotes, for a shell. */
static void print_quoted(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", out);
		else
			fputc(*text, out);
	}
	fputc('\'', out);
}

static void say_replay(struct run *r)
{
	fputs(PROGRAM ": to see it again:\n    " PROGRAM " replay ", stderr);
	if (r->options->allowed)
		fputs("--" OPTION_ALLOW " ", stderr);
	print_quoted(stderr, oplog_path(r->log));
	fputc('\n', stderr);
}

/* Takes note of @ret, with what @fault says of it. */
static int note(struct run *r, int ret, const struct fault *fault)
{
	struct fault other;

	if (!ret || ret == -EINTR)
		return 0;
	if (ret != -EBADE) {
		run_say(r, fault);
		return ret;
	}
	fault_set(&other, 0, "VIOLATION %.1000s", fault->text);
	run_say(r, &other);
	r->violation = true;
	r->header.violation = true;
	if (r->log && oplog_violation(r->log, fault->text, &other))
		run_say(r, &other);
	return 0;
}

static const char *end_word(const struct run *r, int ret)
{
	return r->violation ? "violation" : ret ? "error" :
	       stop_signal() ? "interrupted" : "good";
}

static void say_nothing_done(struct run *r)
{
	struct fault text;

	if (r->start_ns || !stop_signal())
		return;
	fault_set(&text, 0, "ended by a signal before the first operation");
	run_say(r, &text);
}

static void say_otherwise(struct run *r)
{
	struct fault text;

	if (!r->otherwise)
		return;
	fault_set(&text, 0,
		  "other results than in the log: %" PRIu64 ", the first of operation %" PRIu64,
		  r->otherwise, r->first_otherwise);
	run_say(r, &text);
}

int run_report(const struct options *options, const struct report *report,
	       const struct report_header *header, struct fault *fault)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out;
	int ret;

	out = open_memstream(&text, &len);
	if (!out)
		return fault_nomem(fault);
	ret = report_write(out, report, header, &options->format, fault);
	if (fclose(out) && !ret)
		ret = fault_nomem(fault);
	if (!ret)
		ret = output_finish(text, len, fault);
	free(text);
	if (!ret && options->plot)
		ret = report_plot(report, header, options->plot, fault);
	return ret;
}

/* Once nothing more can go wrong with the memory. */
static int conclude(struct run *r, int ret, struct fault *fault)
{
	/* Without an operation in it, a log is of no use. */
	const bool keep = (ret && r->start_ns) || r->violation;

	say_nothing_done(r);
	say_otherwise(r);
	if (r->violation)
		say_replay(r);
	if (r->log) {
		if (keep && !r->violation) {
			struct fault text;

			fault_set(&text, 0, "its log is %s", oplog_path(r->log));
			run_say(r, &text);
		}
		if (oplog_end(r->log, end_word(r, ret), keep, fault))
			ret = note(r, -EIO, fault);
	}
	if (r->start_ns) {
		const int shown = run_report(r->options, r->report, &r->header,
					     fault);

		/* A reader that left wants no more words. */
		if (shown && shown != -EPIPE)
			run_say(r, fault);
		ret = shown ? shown : ret;
	}
	report_free(r->report);
	return ret;
}

int run(const struct options *options, const struct history *history)
{
	struct run r = { .options = options, .history = history, .lock = -1 };
	struct fault fault;
	int ret, ended;

	ret = stop_prepare(&fault);
	if (!ret)
		ret = safety_check(options, &r.lock, &fault);
	if (!ret)
		ret = sysroot_open(&r.root, NULL, &fault);
	if (ret) {
		fault_print(&fault, PROGRAM);
		return EXIT_ERROR;
	}
	ret = note(&r, run_begin(&r, &fault), &fault);
	if (!ret && !stop_signal())
		ret = note(&r, run_loop(&r, &fault), &fault);
	progress_clear(&r.progress);
	if (r.start_ns)
		r.header.duration_ns = (uint64_t)(stop_now_ns() - r.start_ns);
	r.header.interrupted = stop_signal() != 0;
	r.header.kernel_headroom_bytes = r.floor.least_kernel == UINT64_MAX ?
		0 : r.floor.least_kernel;
	ended = note(&r, run_end(&r, !ret && !r.violation, &fault), &fault);
	ret = conclude(&r, ret ? ret : ended, &fault);
	sysroot_close(&r.root);
	if (r.lock >= 0)
		close(r.lock);
	if (r.violation)
		return EXIT_VIOLATION;
	if (ret)
		return EXIT_ERROR;
	return stop_signal() ? EXIT_SIGNAL + stop_signal() : EXIT_GOOD;
}
