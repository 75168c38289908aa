// SPDX-License-Identifier: GPL-2.0
/* memgroup-kprobes: see memory go online and offline on a kernel without tracepoints for it. */
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tracefs.h>

#include "definitions.h"
#include "fault.h"
#include "kprobes.h"
#include "btf-layout.h"
#include "output.h"

#define PROGRAM		"memgroup-kprobes"
#define BTF_FILE	"/sys/kernel/btf/vmlinux"

#ifndef VERSION
#error "VERSION is to be set by the Makefile"
#endif

#define EXIT_ERROR	1
#define EXIT_USAGE	2

static const char *btf_file = BTF_FILE;

static int check(FILE *out, struct fault *fault)
{
	struct layout layout;
	const int err = layout_read(&layout, btf_file, fault);

	if (err)
		return err;
	fprintf(out,
		"%s fits: online_pages() and offline_pages()%s.\n"
		"In bytes: zone.name at %u, zone.zone_pgdat at %u, pglist_data.node_id at %u;\n"
		"memory_group.nid at %u, .is_dynamic at %u, .s.max_pages and .d.unit_pages at %u.\n",
		btf_file, layout.offline.zone ? "" : ", which is not told the zone",
		layout.zone_name, layout.zone_pgdat, layout.pgdat_node_id, layout.group_nid,
		layout.group_is_dynamic, layout.group_pages);
	return 0;
}

static int read_definitions(struct definitions *definitions, struct fault *fault)
{
	struct layout layout;
	const int err = layout_read(&layout, btf_file, fault);

	if (!err)
		definitions_make(definitions, &layout);
	return err;
}

static int define(FILE *out, struct fault *fault)
{
	struct definitions definitions;
	const int err = read_definitions(&definitions, fault);

	if (!err)
		definitions_print(out, &definitions);
	return err;
}

static int add(FILE *out, struct fault *fault)
{
	struct definitions definitions;
	const int err = read_definitions(&definitions, fault);

	(void)out;
	return err ? err : kprobes_add(&definitions, fault);
}

static int take_away(FILE *out, struct fault *fault)
{
	(void)out;
	return kprobes_remove(fault);
}

static int help(FILE *out, struct fault *fault)
{
	(void)fault;
	fputs("Usage: " PROGRAM " [OPTIONS] check|define|add|remove\n"
	      "Kprobe events of memory that goes online and offline: which blocks, to which zone,\n"
	      "for which memory group, the result. For kernels that have no tracepoints for that.\n"
	      "\n"
	      "  check     does the running kernel, by its BTF, have what the events look at?\n"
	      "  define    print their definitions\n"
	      "  add       define them in tracefs, as " KPROBE_SYSTEM ":*\n"
	      "  remove    disable them and take them away\n"
	      "\n"
	      "Options:\n"
	      "      --btf FILE       the BTF to go by, instead of " BTF_FILE "\n"
	      "      --tracefs DIR    where tracefs is, instead of the usual places\n"
	      "  -h, --help           print this help\n"
	      "  -V, --version        print the version\n", out);
	return 0;
}

static int version(FILE *out, struct fault *fault)
{
	(void)fault;
	fputs(PROGRAM " " VERSION "\n", out);
	return 0;
}

typedef int (*command_fn)(FILE *out, struct fault *fault);

static const struct {
	const char *name;
	command_fn run;
} commands[] = {
	{ "check", check }, { "define", define }, { "add", add }, { "remove", take_away },
};

static int usage(const char *format, const char *word)
{
	struct fault fault;

	if (format) {
		/* The sentence is one of parse()'s. */
		snprintf(fault.text, sizeof(fault.text), "%s%s", format, word);
		fault_print(&fault, PROGRAM);
	}
	fputs("Try '" PROGRAM " --help' for more information.\n", stderr);
	return EXIT_USAGE;
}

/* Returns an exit code, or -1 to go on with @run. */
static int parse(int argc, char **argv, command_fn *run)
{
	static const struct option options[] = {
		{ "btf", required_argument, NULL, 'b' },
		{ "tracefs", required_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	command_fn instead = NULL;
	size_t i;
	int option;

	while ((option = getopt_long(argc, argv, "hV", options, NULL)) != -1) {
		if (option == 'b')
			btf_file = optarg;
		else if (option == 't')
			tracefs_set_tracing_dir(optarg);
		else if (option == 'h')
			instead = help;
		else if (option == 'V')
			instead = version;
		else
			return usage(NULL, NULL);
	}
	*run = instead;
	if (instead)
		return -1;
	if (optind == argc)
		return usage("a command is missing", "");
	if (optind + 1 < argc)
		return usage("one command at a time: ", argv[optind + 1]);
	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (!strcmp(argv[optind], commands[i].name))
			*run = commands[i].run;
	return *run ? -1 : usage("unknown command ", argv[optind]);
}

static int run_and_print(command_fn run, struct fault *fault)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	int err;

	if (!out)
		return fault_nomem(fault);
	err = run(out, fault);
	/* A stream in memory fails for want of it only. */
	if (fclose(out) && !err)
		err = fault_nomem(fault);
	if (!err && len)
		err = output_finish(text, len, fault);
	free(text);
	return err;
}

int main(int argc, char **argv)
{
	static char program[] = PROGRAM;
	command_fn run;
	struct fault fault;
	int code, err;

	setlocale(LC_ALL, "");
	/* A reader that leaves is an error of write(), not a death. */
	signal(SIGPIPE, SIG_IGN);
	/* getopt_long() says it in its messages, as all others do. */
	if (argc > 0)
		argv[0] = program;
	code = parse(argc, argv, &run);
	if (code >= 0)
		return code;
	err = run_and_print(run, &fault);
	/* A reader of the output that left knows itself. */
	if (err && err != -EPIPE)
		fault_print(&fault, PROGRAM);
	return err ? EXIT_ERROR : EXIT_SUCCESS;
}
