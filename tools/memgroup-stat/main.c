// SPDX-License-Identifier: GPL-2.0
/* memgroup-stat: where hotplugged memory went, and how close the ratio is. */
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "output.h"
#include "units.h"

#ifndef MEMGROUP_VERSION
#error "MEMGROUP_VERSION is to be set by the Makefile"
#endif

#define OWN_OPTIONS_MAX	24

static const struct command *const commands[] = {
	&groups_command, &nodes_command, &blocks_command, &map_command, &why_command,
	&plan_command, &blockers_command, &watch_command, &trace_command, &policy_command,
	&metrics_command,
};

static const struct option_spec common_options[] = {
	{ "json", 0, NULL, "print JSON: one document, sizes in bytes" },
	{ "output", 'o', "COLUMNS", "print these columns: COL,COL,... or +COL,-COL,..." },
	{ "bytes", 0, NULL, "print sizes in bytes instead of 1.5G" },
	{ "noheadings", 0, NULL, "print no column headings" },
	{ "raw", 0, NULL, "print columns with single spaces, for scripts" },
	{ "sysroot", 0, "DIR", "read the files below DIR instead of /" },
	{ "source", 0, "WHICH", "debugfs, sysfs, or auto: debugfs where there is a view" },
	{ "trace", 0, "FILE", "show what a file of trace-cmd record tells instead" },
	{ "at", 0, "SECONDS", "with --trace: as it was then instead of at its end" },
	{ "help", 'h', NULL, "print this help; with a VIEW, that of the view" },
	{ "version", 'V', NULL, "print the version" },
};

enum {
	OPT_JSON, OPT_OUTPUT, OPT_BYTES, OPT_NOHEADINGS, OPT_RAW, OPT_SYSROOT, OPT_SOURCE,
	OPT_TRACE, OPT_AT, OPT_HELP, OPT_VERSION,
	NR_COMMON
};

/* What getopt_long() returns for an option: its number beyond this, of either kind. */
#define COMMON_BASE	256
#define OWN_BASE	512

enum action { DO_SHOW, DO_HELP, DO_VERSION };

/* The options as getopt_long() wants them. */
struct grammar {
	struct option options[NR_COMMON + OWN_OPTIONS_MAX + 1];
	char letters[2 * (NR_COMMON + OWN_OPTIONS_MAX) + 2];
	const struct command *command;
};

static int usage(const struct fault *fault, const struct command *command)
{
	const char *name = command && command->name ? command->name : "";

	if (fault)
		fault_print(fault, PROGRAM);
	fprintf(stderr, "Try '" PROGRAM "%s%s --help' for more information.\n",
		*name ? " " : "", name);
	return EXIT_USAGE;
}

/* "[=WORD]" may be left out. */
static int argument_kind(const struct option_spec *option)
{
	if (!option->argument)
		return no_argument;
	return *option->argument == '[' ? optional_argument : required_argument;
}

static void print_options(FILE *out, const struct option_spec *options, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const struct option_spec *o = &options[i];
		char left[64];

		snprintf(left, sizeof(left), "  %c%c%c --%s%s%s", o->letter ? '-' : ' ',
			 o->letter ? o->letter : ' ', o->letter ? ',' : ' ', o->name,
			 argument_kind(o) == required_argument ? " " : "",
			 o->argument ? o->argument : "");
		fprintf(out, "%-25s %s\n", left, o->help);
	}
}

static size_t count_options(const struct option_spec *options)
{
	size_t count = 0;

	while (options && options[count].name)
		count++;
	return count;
}

/* --output and its like make no sense without columns. */
static bool takes(const struct command *command, size_t common)
{
	switch (common) {
	case OPT_JSON:
		return !command->no_json;
	case OPT_RAW:
		return command->table && !command->no_raw;
	case OPT_OUTPUT:
	case OPT_NOHEADINGS:
	case OPT_BYTES:
		return command->table;
	case OPT_TRACE:
		return command->of_trace;
	case OPT_AT:
		return command->of_trace && !command->no_at;
	default:
		return true;
	}
}

static void print_command_help(FILE *out, const struct command *command)
{
	const struct table *const *more;
	size_t i;

	fprintf(out, "Usage: " PROGRAM " %s [OPTIONS]%s%s\n%c%s.\n", command->name,
		command->operands ? " " : "", command->operands ? command->operands : "",
		command->help[0] & ~0x20, command->help + 1);
	if (command->details)
		fprintf(out, "\n%s", command->details);
	fputs("\nOptions:\n", out);
	print_options(out, command->options, count_options(command->options));
	for (i = 0; i < NR_COMMON; i++)
		if (takes(command, i) && i != OPT_VERSION)
			print_options(out, &common_options[i], 1);
	if (command->table)
		table_print_help(out, command->table);
	for (more = command->more_tables; more && *more; more++)
		table_print_help(out, *more);
}

static void print_help(FILE *out)
{
	size_t i;

	fputs("Usage: " PROGRAM " [OPTIONS] [VIEW [OPTIONS] [ARGUMENTS]]\n"
	      "Show where hotplugged memory went and how much more can be MOVABLE.\n"
	      "\n"
	      "Views (without one: the policy in a line, groups, and nodes):\n", out);
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(out, "  %-9s %s\n", commands[i]->name, commands[i]->help);
	fputs("\nOptions:\n", out);
	print_options(out, common_options, NR_COMMON);
	fputs("\n'" PROGRAM " VIEW --help' lists the columns and further options of a view.\n",
	      out);
}

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static void add_options(struct grammar *grammar, size_t *at,
			const struct option_spec *options, size_t count, int base)
{
	char *letters = grammar->letters + strlen(grammar->letters);
	size_t i;

	for (i = 0; i < count; i++) {
		grammar->options[(*at)++] = (struct option){
			options[i].name, argument_kind(&options[i]), NULL, base + (int)i
		};
		if (!options[i].letter)
			continue;
		*letters++ = options[i].letter;
		if (options[i].argument)
			*letters++ = ':';
	}
	*letters = '\0';
}

/* Those that a view has itself come first: they may have another --output. */
static void grammar_set(struct grammar *grammar, const struct command *command)
{
	size_t at = 0;

	*grammar = (struct grammar){ .letters = "+", .command = command };
	if (command)
		add_options(grammar, &at, command->options,
			    count_options(command->options), OWN_BASE);
	add_options(grammar, &at, common_options, NR_COMMON, COMMON_BASE);
}

static int find_letter(const struct option_spec *options, size_t count, int letter)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (options[i].letter == letter)
			return (int)i;
	return -1;
}

/* The number that stands for an option by its letter, too. */
static int by_number(const struct grammar *grammar, int option)
{
	int found;

	if (option >= COMMON_BASE)
		return option;
	if (grammar->command) {
		const struct option_spec *own = grammar->command->options;

		found = find_letter(own, count_options(own), option);
		if (found >= 0)
			return OWN_BASE + found;
	}
	found = find_letter(common_options, NR_COMMON, option);
	return found < 0 ? option : COMMON_BASE + found;
}

static int take_source(struct request *request, struct fault *fault)
{
	static const char *const names[] = {
		[FROM_ANY] = "auto", [FROM_DEBUGFS] = "debugfs", [FROM_SYSFS] = "sysfs",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(optarg, names[i])) {
			request->from = (enum model_from)i;
			return 0;
		}
	}
	return fault_set(fault, EINVAL, "--source: %s is none of auto, debugfs, sysfs",
			 optarg);
}

static int take_at(struct request *request, struct fault *fault)
{
	request->has_at = true;
	if (!units_parse_seconds(optarg, &request->at_ns))
		return 0;
	return fault_set(fault, EINVAL, "--at: %.60s is no number of seconds", optarg);
}

static int take_common(struct request *request, enum action *action, int number,
		       struct fault *fault)
{
	switch (number) {
	case OPT_JSON:
		request->json = true;
		break;
	case OPT_OUTPUT:
		request->columns = optarg;
		break;
	case OPT_BYTES:
		request->table.bytes = true;
		break;
	case OPT_NOHEADINGS:
		request->table.noheadings = true;
		break;
	case OPT_RAW:
		request->table.raw = true;
		break;
	case OPT_SYSROOT:
		request->sysroot = optarg;
		break;
	case OPT_SOURCE:
		return take_source(request, fault);
	case OPT_TRACE:
		request->trace = optarg;
		break;
	case OPT_AT:
		return take_at(request, fault);
	case OPT_HELP:
		*action = DO_HELP;
		break;
	case OPT_VERSION:
		*action = DO_VERSION;
		break;
	}
	return 0;
}

/* What is no option: the view, then what it is asked about. */
static int take_operand(struct request *request, struct grammar *grammar, char *word,
			struct fault *fault)
{
	if (!grammar->command) {
		const struct command *command = find_command(word);

		if (!command)
			return fault_set(fault, EINVAL, "unknown view %s", word);
		grammar_set(grammar, command);
		return 0;
	}
	if (!grammar->command->operands)
		return fault_set(fault, EINVAL, "%s: %s takes no argument", word,
				 grammar->command->name);
	request->operands[request->nr_operands++] = word;
	return 0;
}

/* Was everything that was given for this command? */
static int check_request(const struct request *request, struct fault *fault)
{
	const struct command *command = request->command;
	const bool given[NR_COMMON] = {
		[OPT_JSON] = request->json,
		[OPT_OUTPUT] = request->columns,
		[OPT_NOHEADINGS] = request->table.noheadings,
		[OPT_RAW] = request->table.raw,
		[OPT_BYTES] = request->table.bytes,
		[OPT_TRACE] = request->trace,
		[OPT_AT] = request->has_at,
	};
	struct selection selection;
	size_t i;

	for (i = 0; i < NR_COMMON; i++)
		if (given[i] && !takes(command, i))
			return fault_set(fault, EINVAL, "%s has no --%s", command->name,
					 common_options[i].name);
	/* The document is the same for all who read it. */
	if (request->json && request->columns)
		return fault_set(fault, EINVAL, "--json and --output exclude each other");
	if (request->has_at && !request->trace)
		return fault_set(fault, EINVAL, "--at goes with --trace");
	if (request->trace && (request->sysroot || request->from != FROM_ANY))
		return fault_set(fault, EINVAL, "--trace excludes --sysroot and --source");
	if (request->columns &&
	    selection_parse(&selection, command->table, request->columns, fault))
		return -EINVAL;
	return command->check ? command->check(request, fault) : 0;
}

/* Returns an exit code, or -1 to go on. */
static int parse(struct request *request, enum action *action, int argc, char **argv)
{
	bool only_operands = false;
	struct grammar grammar;
	struct fault fault;
	int option, before;

	grammar_set(&grammar, NULL);
	while (optind < argc) {
		int err = 0;

		before = optind;
		option = only_operands ? -1 :
			getopt_long(argc, argv, grammar.letters, grammar.options, NULL);
		if (option == '?')
			return usage(NULL, grammar.command);
		option = by_number(&grammar, option);
		if (option >= OWN_BASE)
			err = grammar.command->option((size_t)(option - OWN_BASE), optarg,
						      &fault);
		else if (option >= COMMON_BASE)
			err = take_common(request, action, option - COMMON_BASE, &fault);
		else if (!only_operands && !strcmp(argv[before], "--"))
			only_operands = true;
		else
			err = take_operand(request, &grammar, argv[optind++], &fault);
		if (err)
			return usage(&fault, grammar.command);
	}
	request->command = grammar.command;
	if (*action != DO_SHOW)
		return -1;
	if (!request->command)
		request->command = request->columns ? &groups_command : &overview_command;
	if (check_request(request, &fault))
		return usage(&fault, grammar.command);
	return -1;
}

static int run(FILE *out, const struct request *request, enum action action,
	       struct fault *fault)
{
	switch (action) {
	case DO_HELP:
		if (request->command)
			print_command_help(out, request->command);
		else
			print_help(out);
		return 0;
	case DO_VERSION:
		fputs(PROGRAM " " MEMGROUP_VERSION "\n", out);
		return 0;
	default:
		return request->command->run(request, out, fault);
	}
}

/* Runs with an output in memory, and prints that if all went well. */
static int run_and_print(const struct request *request, enum action action,
			 struct fault *fault)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	int err;

	if (!out)
		return fault_nomem(fault);
	err = run(out, request, action, fault);
	/* A stream in memory fails for want of it only. */
	if (fclose(out) && !err)
		err = fault_nomem(fault);
	if (!err)
		err = output_finish(text, len, fault);
	free(text);
	return err;
}

int main(int argc, char **argv)
{
	static char program[] = PROGRAM;
	enum action action = DO_SHOW;
	struct request request = { .argv = argv };
	struct fault fault;
	int code, err;

	setlocale(LC_ALL, "");
	/* A reader that leaves is an error of write(), not a death. */
	signal(SIGPIPE, SIG_IGN);
	/* getopt_long() says it in its messages, as all others do. */
	if (argc > 0)
		argv[0] = program;
	request.operands = calloc((size_t)argc + 1, sizeof(*request.operands));
	if (!request.operands) {
		fault_nomem(&fault);
		fault_print(&fault, PROGRAM);
		return EXIT_ERROR;
	}
	code = parse(&request, &action, argc, argv);
	if (code < 0) {
		if (action == DO_SHOW && request.command->own_output)
			err = request.command->run(&request, stdout, &fault);
		else
			err = run_and_print(&request, action, &fault);
		/* A reader of the output that left knows itself. */
		if (err && err != -EPIPE)
			fault_print(&fault, PROGRAM);
		code = err ? EXIT_ERROR : EXIT_GOOD;
	}
	free(request.operands);
	return code;
}
