// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzing target: whole trees, of any kernel, through the commands that read most of
 * them. The input is a tree as memory-sysroot.h has it, which changes while it is read.
 *
 * Any input must end in an error with a text or in an output, the same in text and in
 * JSON; no text that is printed steers a terminal. What an input can cost is bounded by
 * the tree: see there.
 */
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "fuzz.h"
#include "memory-sysroot.h"
#include "plan-live.h"
#include "plan-options.h"

/* Where sanitizers and must() write; the commands get another one. */
static FILE *real_stderr;

static void must(int ok, const char *what)
{
	if (!ok) {
		fprintf(real_stderr, "fuzz: %s\n", what);
		abort();
	}
}

/* An output in memory. */
struct output {
	FILE *stream;
	char *text;
	size_t len;
};

static void output_open(struct output *output)
{
	output->stream = open_memstream(&output->text, &output->len);
	must(output->stream != NULL, "no memory");
}

/* Nothing that a terminal would obey, but for the ends of lines. */
static void check_text(const struct output *output)
{
	const unsigned char *text = (const unsigned char *)output->text;
	size_t i;

	for (i = 0; i < output->len; i++) {
		must((text[i] >= ' ' && text[i] != 0x7f) || text[i] == '\n',
		     "a control character");
		must(text[i] != 0xc2 || (text[i + 1] & 0xe0) != 0x80,
		     "a control character of two bytes");
	}
}

/* JSON has escapes for those below the space alone, and is for programs. */
static void check_json(const struct output *output)
{
	size_t i;

	must(output->len > 0, "no JSON");
	for (i = 0; i < output->len; i++)
		must((unsigned char)output->text[i] >= ' ' || output->text[i] == '\n',
		     "a control character in JSON");
}

/* Returns what the command returned. */
static int run(struct request *request, bool json)
{
	struct output out, messages;
	struct fault fault = { .text = "" };
	int err;

	memory_tree_rewind();
	output_open(&out);
	output_open(&messages);
	stderr = messages.stream;
	request->json = json;
	err = request->command->run(request, out.stream, &fault);
	if (err)
		fault_print(&fault, PROGRAM);
	stderr = real_stderr;
	must(err <= 0, "neither good nor an error");
	must(!err || *fault.text, "an error without a text");
	must(!fclose(out.stream) && !fclose(messages.stream), "no memory");
	check_text(&messages);
	if (!json)
		check_text(&out);
	else if (!err)
		check_json(&out);
	free(messages.text);
	free(out.text);
	return err;
}

static void run_both(const struct command *command, enum model_from from,
		     const char *columns, char **operands, size_t nr_operands)
{
	struct request request = {
		.command = command, .from = from, .columns = columns,
		.operands = operands, .nr_operands = nr_operands,
	};
	int err = run(&request, false);

	/* Columns are for text alone. */
	if (columns)
		return;
	must(run(&request, true) == err, "another error in JSON");
}

/*
 * A plan plugs some blocks, however large they are: plan reads just as it is done here.
 * Returns the name of some device; NULL without one, or without a model.
 */
static char *prepare(enum model_from from)
{
	struct fault fault = { .text = "" };
	struct sysroot root;
	struct model model;
	char *name = NULL;
	size_t i;
	int err;

	memory_tree_rewind();
	must(!sysroot_open(&root, NULL, &fault), "no memory");
	err = model_read_from(&model, &root, from, PLAN_LIVE_NEEDS, &fault);
	sysroot_close(&root);
	must(!err || *fault.text, "an error without a text");
	if (err)
		return NULL;
	for (i = 0; i < plan_args.nr_steps; i++) {
		plan_args.steps[i].bytes = model.block_bytes << i;
		plan_args.steps[i].max_bytes = model.block_bytes << 2;
	}
	if (model.nr_groups && model.groups[0].device)
		name = strdup(model.groups[0].device);
	model_free(&model);
	return name;
}

/* That of all devices, and of all blocks and a device, if there is one. */
static void run_blockers(enum model_from from, char *device)
{
	char all[] = "0-18446744073709551615";
	char *operands[] = { all, device };

	run_both(&blockers_command, from, NULL, NULL, 0);
	run_both(&blockers_command, from, NULL, operands, device ? 2 : 1);
}

static void add_step(const char *option, const char *value)
{
	struct fault fault;
	size_t i;

	for (i = 0; plan_command.options[i].name; i++)
		if (!strcmp(plan_command.options[i].name, option))
			break;
	must(plan_command.options[i].name != NULL, option);
	must(!plan_command.option(i, value, &fault), fault.text);
}

static void start(void)
{
	real_stderr = stderr;
	must(setlocale(LC_CTYPE, "C.UTF-8") != NULL, "no locale C.UTF-8");
	add_step("live", NULL);
	add_step("dimm", "1G");
	add_step("virtio-mem", "2G");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum model_from sources[] = { FROM_ANY, FROM_DEBUGFS, FROM_SYSFS };
	char *device;
	size_t i;

	if (!real_stderr)
		start();
	memory_tree_start((const char *)data, size);
	for (i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
		run_both(&overview_command, sources[i], NULL, NULL, 0);
		/* Which of the two it is matters to the overview alone. */
		if (sources[i] == FROM_ANY)
			continue;
		run_both(&blocks_command, sources[i], NULL, NULL, 0);
		run_both(&blocks_command, sources[i], "RANGE,ZONES,UNIT", NULL, 0);
		device = prepare(sources[i]);
		run_blockers(sources[i], device);
		run_both(&plan_command, sources[i], NULL, NULL, 0);
		free(device);
	}
	memory_tree_end();
	return 0;
}
