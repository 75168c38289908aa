/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The command line. What decides on the operations is also written into their log,
 * as it was given, so that a replay has it.
 */
#ifndef HOTPLUG_STRESS_OPTIONS_H
#define HOTPLUG_STRESS_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "backend.h"
#include "fault.h"
#include "plan.h"
#include "pressure.h"
#include "report.h"

#define OPTIONS_DEVICES		64
#define OPTIONS_PRESSURES	16
#define OPTIONS_IGNORED		16
#define OPTIONS_LOGGED		128

/* What one must say to have it done to anything but a guest of hotplug-vm. */
#define OPTION_ALLOW	"take-memory-of-this-machine"

enum action { ACTION_RUN, ACTION_REPLAY, ACTION_REPORT, ACTION_HELP, ACTION_VERSION };

/* An option as it was given; the value is NULL for one that has none. */
struct given {
	const char *name;
	const char *value;
};

/* Strings point into argv, or into the log that they were read from. */
struct options {
	enum action action;
	/* What is done; of a replay, from the log. */
	struct device_spec devices[OPTIONS_DEVICES];
	size_t nr_devices;
	enum pattern pattern;
	uint64_t seed;
	bool seed_given;
	double rate;			/* operations a second; 0 is as many as possible */
	struct pressure_spec pressures[OPTIONS_PRESSURES];
	size_t nr_pressures;
	uint64_t floor_bytes;		/* of free kernel memory */
	bool floor_given;
	unsigned int timeout_s;		/* for an operation; 0 is none */
	const char *qmp;		/* NULL: this machine */
	bool no_check;
	const char *ignored[OPTIONS_IGNORED];
	size_t nr_ignored;
	/* All of those that were given. */
	struct given logged[OPTIONS_LOGGED];
	size_t nr_logged;
	/* How long. */
	unsigned int duration_s;	/* 0 is no limit */
	bool duration_given;
	uint64_t operations;		/* 0 is no limit */
	/* What is said about it, and where. */
	struct report_format format;
	const char *plot;
	const char *log;
	bool quiet;
	bool allowed;			/* OPTION_ALLOW */
	/* The files to replay or report. */
	char **files;
	size_t nr_files;
};

/* Reads the command line. Returns 0, or -EINVAL with @fault set. */
int options_parse(struct options *options, int argc, char **argv,
		  struct fault *fault);

/*
 * Takes over an option of a log; @value may be NULL. Returns 0, or -EINVAL with @fault
 * set.
 */
int options_take_logged(struct options *options, const char *name,
			const char *value, struct fault *fault);

/* After all were taken from a log: do they go together? As options_parse(). */
int options_check(struct options *options, struct fault *fault);

void options_help(FILE *out);

#endif /* HOTPLUG_STRESS_OPTIONS_H */
