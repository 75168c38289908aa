// SPDX-License-Identifier: GPL-2.0

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "progress.h"
#include "stop.h"
#include "units.h"

#define NS_PER_S	1000000000LL
#define TERMINAL_NS	(NS_PER_S / 5)
#define LINE_NS		(10 * NS_PER_S)

void progress_start(struct progress *progress, bool off, long long end_ns,
		    uint64_t operations)
{
	const long long now = stop_now_ns();

	*progress = (struct progress){
		.off = off,
		.terminal = isatty(STDERR_FILENO),
		.start_ns = now,
		.end_ns = end_ns,
		.operations = operations,
	};
	progress->next_ns = now + (progress->terminal ? TERMINAL_NS : LINE_NS);
}

bool progress_due(const struct progress *progress)
{
	return !progress->off && stop_now_ns() >= progress->next_ns;
}

/* Seconds, by the clock and by the operations that were done so far; -1: who knows. */
static long long seconds_left(const struct progress *progress, uint64_t done,
			      long long now_ns)
{
	long long left = -1, by_operations;

	if (progress->end_ns)
		left = now_ns < progress->end_ns ?
		       (progress->end_ns - now_ns) / NS_PER_S : 0;
	if (progress->operations > done && done) {
		by_operations = (long long)((double)(now_ns - progress->start_ns) *
			(double)(progress->operations - done) / (double)done /
			NS_PER_S);
		if (left < 0 || by_operations < left)
			left = by_operations;
	}
	return left;
}

void progress_format(char *text, size_t size, const struct progress *progress,
		     const struct report_sums *sums, long long now_ns)
{
	const long long left = seconds_left(progress, sums->operations, now_ns);
	char out[UNITS_SIZE_MAX], back[UNITS_SIZE_MAX], time[32] = "";
	double good = 100;

	if (sums->operations)
		good = 100. * (double)sums->succeeded / (double)sums->operations;
	units_format_size(sums->came_back_bytes, out);
	units_format_size(sums->grown_bytes, back);
	if (left >= 3600)
		snprintf(time, sizeof(time), ", %lld:%02lld:%02lld left",
			 left / 3600, left / 60 % 60, left % 60);
	else if (left >= 0)
		snprintf(time, sizeof(time), ", %lld:%02lld left", left / 60,
			 left % 60);
	snprintf(text, size, "%" PRIu64 " operations, %.1f %% good, %s out, %s in%s",
		 sums->operations, good, out, back, time);
}

/* What does not fit now is not said. */
static void say(const char *text)
{
	struct pollfd fd = { .fd = STDERR_FILENO, .events = POLLOUT };

	if (poll(&fd, 1, 0) == 1 && (fd.revents & POLLOUT) &&
	    write(STDERR_FILENO, text, strlen(text)) < 0)
		return;
}

void progress_show(struct progress *progress, const struct report_sums *sums)
{
	const long long now = stop_now_ns();
	char text[80], line[120];

	if (progress->off)
		return;
	progress_format(text, sizeof(text), progress, sums, now);
	progress->next_ns = now + (progress->terminal ? TERMINAL_NS : LINE_NS);
	progress->shown = progress->terminal;
	if (progress->terminal)
		snprintf(line, sizeof(line), "\r%-79s", text);
	else
		snprintf(line, sizeof(line), "hotplug-stress: %s\n", text);
	say(line);
}

void progress_clear(struct progress *progress)
{
	char line[120];

	if (!progress->shown)
		return;
	progress->shown = false;
	snprintf(line, sizeof(line), "\r%79s\r", "");
	say(line);
}
