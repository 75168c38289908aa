// SPDX-License-Identifier: GPL-2.0
/* memgroup-stat watch: what changes, while it changes. */
#include <errno.h>

#include "extra.h"
#include "replay.h"
#include "units.h"
#include "views.h"
#include "watch.h"

/* Where none was chosen: of a recording something new is soon there. */
#define INTERVAL_NS 1000000000ULL
#define INTERVAL_OF_REPLAY_NS 100000000ULL

static struct watch_options args;

enum { OPT_INTERVAL, OPT_COUNT, OPT_REPLAY, OPT_SPEED };

static const struct option_spec options[] = {
	[OPT_INTERVAL] = { "interval", 'i', "SECONDS",
			   "how often to read: every 1 second, or 0.05 at least" },
	[OPT_COUNT] = { "count", 'n', "N", "end after so many readings" },
	[OPT_REPLAY] = { "replay", 0, "FILE", "replay what a file of trace-cmd record tells" },
	[OPT_SPEED] = { "speed", 0, "N", "so many times as fast as it was, such as 10 or 0.5" },
	{ NULL, 0, NULL, NULL }
};

static int parse_speed(const char *value, struct fault *fault)
{
	/* A number with digits behind the point, as seconds are. */
	if (units_parse_seconds(value, &args.speed) || args.speed < REPLAY_SPEED_MIN ||
	    args.speed > REPLAY_SPEED_MAX)
		return fault_set(fault, EINVAL, "--speed: %.60s is no number from 0.001 to 1048576",
				 value);
	return 0;
}

static int option(size_t number, const char *value, struct fault *fault)
{
	if (number == OPT_REPLAY) {
		args.replay = value;
		return 0;
	}
	if (number == OPT_SPEED)
		return parse_speed(value, fault);
	if (number == OPT_COUNT) {
		if (units_parse_decimal(value, &args.count) || !args.count)
			return fault_set(fault, EINVAL, "--count: %.60s is no number from 1 on",
					 value);
		return 0;
	}
	if (units_parse_seconds(value, &args.interval_ns) ||
	    args.interval_ns < WATCH_INTERVAL_MIN_NS ||
	    args.interval_ns > WATCH_INTERVAL_MAX_NS)
		return fault_set(fault, EINVAL, "--interval: %.60s is no number of seconds from 0.05 to 86400",
				 value);
	return 0;
}

static int run(const struct request *request, FILE *out, struct fault *fault)
{
	/* It is standard output, which both write to by themselves. */
	(void)out;
	if (!watch_lines || !watch_screen)
		return extra_exec(request->argv, fault);
	if (!args.interval_ns)
		args.interval_ns = args.replay ? INTERVAL_OF_REPLAY_NS : INTERVAL_NS;
	if (!args.speed && !request->json)
		args.speed = REPLAY_SPEED_ONE;
	return request->json ? watch_lines(request, &args, fault) :
			       watch_screen(request, &args, fault);
}

static int check(const struct request *request, struct fault *fault)
{
	if (args.speed && !args.replay)
		return fault_set(fault, EINVAL, "--speed goes with --replay");
	if (args.replay && (request->sysroot || request->from != FROM_ANY))
		return fault_set(fault, EINVAL, "--replay excludes --sysroot and --source");
	if (args.replay && request->json && (args.interval_ns || args.count))
		return fault_set(fault, EINVAL, "--replay with --json tells every change: it goes without --interval and --count");
	return 0;
}

const struct command watch_command = {
	.name = "watch",
	.help = "a live screen, or with --json a line for each change",
	.details = "Keys of the screen: q ends it, s and S sort, / chooses devices, p pauses,\n"
		   "+ and - change the interval (of a recording: its speed), r reads now, h or ?\n"
		   "explains them.\n",
	.table = &groups_watch_table,
	.options = options,
	.no_raw = true,
	.own_output = true,
	.option = option,
	.check = check,
	.run = run,
};
