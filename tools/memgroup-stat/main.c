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

#include "columns.h"
#include "fault.h"
#include "model.h"
#include "output.h"
#include "render.h"
#include "sysroot.h"

#define PROGRAM "memgroup-stat"

#ifndef MEMGROUP_VERSION
#error "MEMGROUP_VERSION is to be set by the Makefile"
#endif

enum { EXIT_GOOD, EXIT_ERROR, EXIT_USAGE };

struct arguments {
	enum { DO_SHOW, DO_HELP, DO_VERSION } action;
	const struct view *view;	/* NULL: the overview */
	const char *output;		/* the list of columns, or NULL */
	const char *sysroot;		/* or NULL */
	bool json;
	struct table_options table;
};

static int usage(const struct fault *fault)
{
	if (fault)
		fault_print(fault, PROGRAM);
	fputs("Try '" PROGRAM " --help' for more information.\n", stderr);
	return EXIT_USAGE;
}

static void print_help(FILE *out)
{
	size_t i, j;

	fputs("Usage: " PROGRAM " [OPTIONS] [VIEW]\n"
	      "Show where hotplugged memory went and how much more can be MOVABLE.\n"
	      "\n"
	      "Views (without one: the policy in a line, groups, and nodes):\n", out);
	for (i = 0; i < NR_VIEWS; i++)
		fprintf(out, "  %-8s %s\n", views[i].name, views[i].help);
	fputs("\n"
	      "Options:\n"
	      "      --json            print JSON: one document, sizes in bytes\n"
	      "  -o, --output COLUMNS  print one table with these columns (COL,COL,...);\n"
	      "                        without a VIEW it is that of groups\n"
	      "      --bytes           print sizes in bytes instead of 1.5G\n"
	      "      --noheadings      print no column headings\n"
	      "      --sysroot DIR     read the files below DIR instead of /\n"
	      "  -h, --help            print this help\n"
	      "  -V, --version         print the version\n", out);
	for (i = 0; i < NR_VIEWS; i++) {
		fprintf(out, "\nColumns of %s:\n", views[i].name);
		for (j = 0; j < views[i].nr_columns; j++)
			fprintf(out, "  %-16s %s\n", views[i].columns[j].name,
				views[i].columns[j].help);
	}
}

/* Returns an exit code, or -1 to go on. */
static int parse(struct arguments *args, int argc, char **argv)
{
	enum { OPT_JSON = 256, OPT_BYTES, OPT_NOHEADINGS, OPT_SYSROOT };
	static const struct option options[] = {
		{ "json", no_argument, NULL, OPT_JSON },
		{ "output", required_argument, NULL, 'o' },
		{ "bytes", no_argument, NULL, OPT_BYTES },
		{ "noheadings", no_argument, NULL, OPT_NOHEADINGS },
		{ "sysroot", required_argument, NULL, OPT_SYSROOT },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 }
	};
	struct fault fault;
	int option;

	while ((option = getopt_long(argc, argv, "o:hV", options, NULL)) != -1) {
		switch (option) {
		case OPT_JSON:
			args->json = true;
			break;
		case 'o':
			args->output = optarg;
			break;
		case OPT_BYTES:
			args->table.bytes = true;
			break;
		case OPT_NOHEADINGS:
			args->table.noheadings = true;
			break;
		case OPT_SYSROOT:
			args->sysroot = optarg;
			break;
		case 'h':
			args->action = DO_HELP;
			return -1;
		case 'V':
			args->action = DO_VERSION;
			return -1;
		default:
			return usage(NULL);
		}
	}
	if (optind < argc) {
		args->view = view_find(argv[optind]);
		if (!args->view) {
			fault_set(&fault, EINVAL, "unknown view %s", argv[optind]);
			return usage(&fault);
		}
		optind++;
	}
	if (optind < argc) {
		fault_set(&fault, EINVAL, "%s: one view at a time", argv[optind]);
		return usage(&fault);
	}
	/* The document is the same for all who read it. */
	if (args->json && args->output) {
		fault_set(&fault, EINVAL, "--json and --output exclude each other");
		return usage(&fault);
	}
	if (args->output && !args->view)
		args->view = &views[VIEW_GROUPS];
	return -1;
}

static int show(FILE *out, const struct arguments *args,
		const struct selection *selection, struct fault *fault)
{
	struct sysroot root;
	struct model model;
	unsigned int need = 0;
	size_t i;
	int err;

	for (i = 0; i < NR_VIEWS; i++)
		if (!args->view || args->view == &views[i])
			need |= views[i].need;
	err = sysroot_open(&root, args->sysroot, fault);
	if (err)
		return err;
	err = model_read(&model, &root, need, fault);
	sysroot_close(&root);
	if (err)
		return err;
	if (args->json)
		err = render_json(out, &model, args->view, fault);
	else if (args->view)
		err = render_view(out, &model, args->view, selection, &args->table,
				  fault);
	else
		err = render_overview(out, &model, &args->table, fault);
	model_free(&model);
	return err;
}

static int run(FILE *out, const struct arguments *args,
	       const struct selection *selection, struct fault *fault)
{
	switch (args->action) {
	case DO_HELP:
		print_help(out);
		return 0;
	case DO_VERSION:
		fputs(PROGRAM " " MEMGROUP_VERSION "\n", out);
		return 0;
	default:
		return show(out, args, selection, fault);
	}
}

int main(int argc, char **argv)
{
	static char program[] = PROGRAM;
	struct selection selection, *selected = NULL;
	struct arguments args = { 0 };
	struct fault fault;
	char *text = NULL;
	size_t len = 0;
	int code, err;
	FILE *out;

	setlocale(LC_ALL, "");
	/* A reader that leaves is an error of write(), not a death. */
	signal(SIGPIPE, SIG_IGN);
	/* getopt_long() says it in its messages, as all others do. */
	if (argc > 0)
		argv[0] = program;
	code = parse(&args, argc, argv);
	if (code >= 0)
		return code;
	if (args.output && args.action == DO_SHOW) {
		selected = &selection;
		if (selection_parse(selected, args.view, args.output, &fault))
			return usage(&fault);
	}

	out = open_memstream(&text, &len);
	if (!out) {
		err = fault_nomem(&fault);
	} else {
		err = run(out, &args, selected, &fault);
		/* A stream in memory fails for want of it only. */
		if (fclose(out) && !err)
			err = fault_nomem(&fault);
	}
	if (!err) {
		err = output_finish(text, len, &fault);
		if (err == -EPIPE) {
			free(text);
			return EXIT_ERROR;
		}
	}
	free(text);
	if (err) {
		fault_print(&fault, PROGRAM);
		return EXIT_ERROR;
	}
	return EXIT_GOOD;
}
