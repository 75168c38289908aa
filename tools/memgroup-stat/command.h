/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A subcommand: what it is called, which options it has of its own, and what it does.
 */
#ifndef MEMGROUP_STAT_COMMAND_H
#define MEMGROUP_STAT_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "fault.h"
#include "model.h"
#include "sysroot.h"
#include "table.h"

#define PROGRAM "memgroup-stat"

enum { EXIT_GOOD, EXIT_ERROR, EXIT_USAGE };

struct option_spec {
	const char *name;
	char letter;		/* 0 for none */
	const char *argument;	/* how help calls it; NULL: takes none */
	const char *help;
};

/* What was asked for. */
struct request {
	const struct command *command;
	const char *sysroot;		/* NULL: the running system */
	enum model_from from;
	const char *trace;		/* a file to read it from instead, or NULL */
	bool has_at;			/* as it was then; else at its end */
	uint64_t at_ns;
	bool json;
	const char *columns;		/* --output, or NULL */
	struct table_options table;
	char **operands;
	size_t nr_operands;
	char **argv;			/* all of it, for extra_exec() */
};

struct command {
	const char *name;
	const char *operands;		/* for help; NULL: takes none */
	const char *help;		/* a line */
	const char *details;		/* lines for its own --help, or NULL */
	const struct table *table;	/* that --output chooses of; NULL: of none */
	const struct table *const *more_tables;	/* shown in --help, ended by NULL; or NULL */
	const struct option_spec *options;	/* its own, ended by one without a name */
	bool no_json;
	bool no_raw;
	bool notes_in_json;	/* its document has the model's notes */
	bool of_trace;		/* takes --trace, and --at with it */
	bool no_at;		/* but not --at */
	/* The terminal is its own: nothing is gathered and printed in one piece. */
	bool own_output;
	/*
	 * One of @options, by its number. Returns 0, or -EINVAL with @fault set: wrong
	 * usage.
	 */
	int (*option)(size_t number, const char *value, struct fault *fault);
	/* All was given: does it fit together? As option(); may be NULL. */
	int (*check)(const struct request *request, struct fault *fault);
	/* Returns 0 or a negative errno value with @fault set. */
	int (*run)(const struct request *request, FILE *out, struct fault *fault);
};

extern const struct command overview_command, groups_command, nodes_command,
			    policy_command, blocks_command, map_command, why_command,
			    metrics_command, plan_command, blockers_command, watch_command,
			    trace_command;

/*
 * Reads the parts @need of what @request is about. Returns 0 or a negative errno value
 * with @fault set; only after 0 is there something to end with model_free().
 */
int request_read(const struct request *request, struct model *model,
		 unsigned int need, struct fault *fault);

/* Prints a note on the standard error. */
void request_say_note(const char *text);

/*
 * For a command that shows one table: the JSON document with the array @name, or the
 * table with the columns that were asked for. Returns as run().
 */
int request_show(const struct request *request, FILE *out, const char *name,
		 const void *data, struct fault *fault);

#endif /* MEMGROUP_STAT_COMMAND_H */
