// SPDX-License-Identifier: GPL-2.0
/* memgroup-setup: makes hotplugged memory go online as a configuration says. */
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "check.h"
#include "config.h"
#include "output.h"

#define PROGRAM "memgroup-setup"

#ifndef MEMGROUP_VERSION
#error "MEMGROUP_VERSION is to be set by the Makefile"
#endif

enum { EXIT_GOOD, EXIT_ERROR, EXIT_USAGE, EXIT_FINDINGS = 4 };

struct request {
	bool check, json, dry_run, help, version;
	const char *sysroot;
};

static const struct option options[] = {
	{ "check", no_argument, NULL, 'c' },
	{ "dry-run", no_argument, NULL, 'n' },
	{ "json", no_argument, NULL, 'j' },
	{ "sysroot", required_argument, NULL, 's' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static const char help[] =
	"Usage: " PROGRAM " [OPTIONS]\n"
	"Make hotplugged memory go online as " SYSCONFDIR "/memgroup.conf says, and set online what\n"
	"is offline now. Running it again changes nothing.\n"
	"\n"
	"Options:\n"
	"  -c, --check       change nothing: find what spoils the policy, say what to do\n"
	"  -n, --dry-run     change nothing: say what would be written, in which order\n"
	"      --json        with --check: print JSON\n"
	"      --sysroot DIR read and write below DIR instead of /\n"
	"  -h, --help        print this help\n"
	"  -V, --version     print the version\n"
	"\n"
	"Exit status: 0 all is well, 1 something failed, 2 wrong usage,\n"
	"4 --check found errors or warnings.\n";

static int usage(const char *complaint)
{
	if (complaint)
		fprintf(stderr, PROGRAM ": %s\n", complaint);
	fputs("Try '" PROGRAM " --help' for more information.\n", stderr);
	return EXIT_USAGE;
}

/* Returns an exit code, or -1 to go on. */
static int parse(struct request *request, int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "cnhV", options, NULL)) >= 0) {
		switch (option) {
		case 'c':
			request->check = true;
			break;
		case 'n':
			request->dry_run = true;
			break;
		case 'j':
			request->json = true;
			break;
		case 's':
			request->sysroot = optarg;
			break;
		case 'h':
			request->help = true;
			break;
		case 'V':
			request->version = true;
			break;
		default:
			return usage(NULL);
		}
	}
	if (request->help || request->version)
		return -1;
	if (optind < argc)
		return usage("it takes no arguments, only options");
	if (request->check && request->dry_run)
		return usage("--check and --dry-run exclude each other");
	if (request->json && !request->check)
		return usage("--json goes with --check only");
	return -1;
}

static int run_check(const struct request *request, struct sysroot *root,
		     const struct settings *settings, struct fault *fault)
{
	struct findings findings = { 0 };
	char *text = NULL;
	size_t len = 0;
	FILE *out;
	int err;

	err = check_system(root, settings, &findings, fault);
	out = err ? NULL : open_memstream(&text, &len);
	if (!err && !out)
		err = fault_nomem(fault);
	if (!err)
		err = request->json ? findings_print_json(&findings, out, fault) :
				      findings_print(&findings, out, fault);
	/* A stream in memory fails for want of it only. */
	if (out && fclose(out) && !err)
		err = fault_nomem(fault);
	if (!err)
		err = output_finish(text, len, fault);
	free(text);
	if (!err && findings_matter(&findings))
		err = EXIT_FINDINGS;
	findings_free(&findings);
	return err;
}

/* What was done is said line by line: it may take a while, and end half-way. */
static int run_apply(const struct request *request, struct sysroot *root,
		     const struct settings *settings, struct fault *fault)
{
	const struct apply a = {
		.root = root, .settings = settings, .dry_run = request->dry_run,
		.out = stdout,
	};
	int err;

	if (!settings->nr_files)
		return fault_set(fault, ENOENT, "%s" SYSCONFDIR "/memgroup.conf: there is no configuration, neither there nor as a drop-in; see memgroup.conf(5)",
				 root->name);
	setvbuf(stdout, NULL, _IOLBF, 0);
	err = apply(&a, fault);
	if ((fflush(stdout) || ferror(stdout)) && !err)
		err = fault_set(fault, EIO, "standard output: %s", strerror(errno));
	return err;
}

/* Returns 0, EXIT_FINDINGS, or a negative errno value with @fault set. */
static int run(const struct request *request, struct fault *fault)
{
	struct settings settings;
	struct sysroot root;
	int err;

	err = sysroot_open(&root, request->sysroot, fault);
	if (err)
		return err;
	err = config_read(&settings, &root, fault);
	if (!err)
		err = request->check ? run_check(request, &root, &settings, fault) :
				       run_apply(request, &root, &settings, fault);
	settings_free(&settings);
	sysroot_close(&root);
	return err;
}

int main(int argc, char **argv)
{
	static char program[] = PROGRAM;
	struct request request = { .sysroot = NULL };
	struct fault fault;
	int code, err = 0;

	setlocale(LC_ALL, "");
	/* A reader that leaves is an error of write(), not a death. */
	signal(SIGPIPE, SIG_IGN);
	/* getopt_long() says it in its messages, as all others do. */
	if (argc > 0)
		argv[0] = program;
	code = parse(&request, argc, argv);
	if (code >= 0)
		return code;
	if (request.help)
		err = output_finish(help, strlen(help), &fault);
	else if (request.version)
		err = output_finish(PROGRAM " " MEMGROUP_VERSION "\n",
				    strlen(PROGRAM " " MEMGROUP_VERSION "\n"), &fault);
	else
		err = run(&request, &fault);
	/* A reader of the output that left knows itself. */
	if (err < 0 && err != -EPIPE)
		fault_print(&fault, PROGRAM);
	return err < 0 ? EXIT_ERROR : err;
}
