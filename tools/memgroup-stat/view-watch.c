// SPDX-License-Identifier: GPL-2.0
/* memgroup-stat watch: what changes, while it changes. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "extra.h"
#include "units.h"
#include "views.h"
#include "watch.h"

#define NS_PER_S 1000000000

static struct watch_options args = { .interval_ns = NS_PER_S };

enum { OPT_INTERVAL, OPT_COUNT };

static const struct option_spec options[] = {
	[OPT_INTERVAL] = { "interval", 'i', "SECONDS",
			   "how often to read: every 1 second, or 0.05 at least" },
	[OPT_COUNT] = { "count", 'n', "N", "end after so many readings" },
	{ NULL, 0, NULL, NULL }
};

static int option(size_t number, const char *value, struct fault *fault)
{
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
	return request->json ? watch_lines(request, &args, fault) :
			       watch_screen(request, &args, fault);
}

const struct command watch_command = {
	.name = "watch",
	.help = "a live screen, or with --json a line for each change",
	.details = "Keys of the screen: q ends it, s and S sort, / chooses devices, p pauses,\n"
		   "+ and - change the interval, r reads now, h or ? explains them.\n",
	.table = &groups_watch_table,
	.options = options,
	.no_raw = true,
	.own_output = true,
	.option = option,
	.run = run,
};
