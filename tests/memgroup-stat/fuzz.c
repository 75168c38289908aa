// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzing target: the records parser, the model, the renderers, and plans.
 *
 * The input is the kernel's files in the order of enum model_file, then decisions and
 * a trace, each ended by a line "%"; those left out are empty, but block_size_bytes
 * then is absent.
 * Any input must end in an error with a text or in a rendered model.
 */
#include <errno.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "decisions.h"
#include "fuzz.h"
#include "map-image.h"
#include "map-text.h"
#include "picture.h"
#include "plan-advice.h"
#include "plan-live.h"
#include "sources.h"
#include "views.h"

#define ALL (MODEL_POLICY | MODEL_GROUPS | MODEL_NODES | MODEL_BLOCKS)

static void must(int ok, const char *what)
{
	if (!ok) {
		fprintf(stderr, "fuzz: %s\n", what);
		abort();
	}
}

/* The next file of the input: up to a separator, which stands at the beginning of a line. */
static struct text take(const char **data, const char *end)
{
	const char *line = *data, *stop = end, *next = end;
	struct text file = { .data = (char *)*data };

	for (; line < end; line++) {
		line = memchr(line, '%', (size_t)(end - line));
		if (!line)
			break;
		if (end - line > 1 && line[1] == '\n' &&
		    (line == *data || line[-1] == '\n')) {
			stop = line;
			next = line + 2;
			break;
		}
	}
	file.len = (size_t)(stop - *data);
	*data = next;
	return file;
}

static void fill(struct model_sources *sources, const char **data, const char *end)
{
	int file;

	for (file = 0; file < NR_MODEL_FILES; file++) {
		const struct text text = take(data, end);

		if (file != FILE_BLOCK_SIZE || text.len)
			source_set(sources, file, text.data, text.len);
		else
			strcpy(sources->block_size_fault.text, "absent");
	}
}

/* Of exactly its size, so that sanitizers see every step outside. */
static void parse_decisions(struct events *events, struct text part,
			    int (*parser)(struct events *, const char *, struct text *,
					  struct fault *))
{
	struct text copy = { .data = malloc(part.len + 1), .len = part.len };
	struct fault fault = { .text = "" };

	must(copy.data != NULL, "no memory");
	memcpy(copy.data, part.data, part.len);
	copy.data[part.len] = '\0';
	must(parser(events, "decisions", &copy, &fault) == 0 || *fault.text,
	     "an error without a text");
	text_free(&copy);
}

/* In few cells and in many. */
static void render_map(FILE *out, const struct model *model)
{
	static const struct {
		unsigned int width;
		size_t rows;
	} sizes[] = { { 2, 1 }, { 48, 16 } };
	struct picture picture;
	struct fault fault;
	size_t i;
	int err;

	for (i = 0; i < 2; i++) {
		const struct map_text_style style = { .width = 80, .utf8 = i };

		err = picture_make(&picture, model, sizes[i].width, sizes[i].rows, &fault);
		must(!err || (err == -EOVERFLOW && *fault.text), fault.text);
		if (err)
			return;
		must(!map_text_print(out, &picture, &style, &fault), fault.text);
		must(!map_image_write(out, &picture, svg_write, &fault), fault.text);
		picture_free(&picture);
	}
}

static void render(const struct model *model, const struct events *events)
{
	struct request request = { .command = &blocks_command };
	struct document document;
	struct fault fault;
	char *text = NULL;
	size_t len, before, i;
	FILE *out = open_memstream(&text, &len);
	int err;

	must(out != NULL, "no memory");
	must(setlocale(LC_CTYPE, "C") != NULL, "no locale C");
	must(!overview_print(out, model, &request.table, &fault), fault.text);
	must(setlocale(LC_CTYPE, "C.UTF-8") != NULL, "no locale C.UTF-8");
	request.table.bytes = true;
	must(!overview_print(out, model, &request.table, &fault), fault.text);
	/* A block may lie beyond all addresses. */
	err = blocks_show(&request, out, model, &fault);
	must(!err || (err == -EOVERFLOW && *fault.text), fault.text);
	render_map(out, model);
	request.command = &why_command;
	must(!why_show(&request, out, model, events, &fault), fault.text);
	must(!fflush(out), "no memory");
	before = len;
	document_start(&document, out, false);
	policy_document(&document, model);
	groups_document(&document, model);
	nodes_document(&document, model);
	must(!document_end(&document, &fault), fault.text);
	request.json = true;
	must(!why_show(&request, out, model, events, &fault), fault.text);
	request.command = &blocks_command;
	must(blocks_show(&request, out, model, &fault) == err, "other in JSON");
	must(!fclose(out), "no memory");
	must(len > before, "no JSON");
	/* Nothing that a terminal would obey, but for the ends of lines. */
	for (i = 0; i < before; i++)
		must((unsigned char)text[i] >= ' ' || text[i] == '\n',
		     "a control character");
	free(text);
}

/* A plan that begins with this system, and plugs something of each kind. */
static void make_plan(const struct model *model)
{
	struct plan_config config = { .page_bytes = 4096 };
	struct plan_step steps[] = {
		{ .action = PLAN_PLUG_DYNAMIC, .first = PLAN_ANYWHERE, .name = "new" },
		{ .action = PLAN_PLUG_STATIC, .first = PLAN_ANYWHERE, .count = 2 },
		{ .action = PLAN_SHRINK, .name = "new" },
		{ .action = PLAN_GROW },
	};
	struct plan_warning *warnings = NULL;
	struct plan_run *runs = NULL;
	struct fault fault = { .text = "" };
	struct plan *plan;
	size_t i, nr;
	int err;

	for (i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		steps[i].bytes = model->block_bytes * (4 - i);
		steps[i].max_bytes = steps[i].bytes;
	}
	if (model->nr_groups && model->groups[0].device)
		snprintf(steps[3].name, sizeof(steps[3].name), "%s",
			 model->groups[0].device);
	err = plan_live_policy(model, &config.policy, &fault);
	if (!err)
		err = plan_live(&plan, model, &config, steps, 4, &fault);
	if (err) {
		must(*fault.text, "an error without a text");
		return;
	}
	for (i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		fault.text[0] = '\0';
		must(!plan_do(plan, &steps[i], &fault) || *fault.text,
		     "an error without a text");
	}
	must(!plan_list_runs(plan, true, &runs, &nr, &fault), fault.text);
	must(!plan_list_warnings(plan, &warnings, &nr, &fault), fault.text);
	free(runs);
	free(warnings);
	plan_free(plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *next = (const char *)data, *end = next + size;
	struct model_sources sources = { 0 };
	struct fault fault = { .text = "" };
	struct events events = { 0 };
	struct model model;

	fill(&sources, &next, end);
	parse_decisions(&events, take(&next, end), decisions_parse);
	parse_decisions(&events, take(&next, end), decisions_parse_trace);
	if (model_build(&model, &sources, ALL, &fault) == 0) {
		render(&model, &events);
		make_plan(&model);
		model_free(&model);
	} else {
		must(fault.text[0] != '\0', "an error without a text");
	}
	events_free(&events);
	sources_free(&sources);
	return 0;
}
