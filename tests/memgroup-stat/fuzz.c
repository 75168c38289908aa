// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzing target: the records parser, the model and the renderers.
 *
 * The input is the kernel's files in the order of enum model_file, each ended by
 * a line "%"; those left out are empty, but block_size_bytes then is absent.
 * Any input must end in an error with a text or in a rendered model.
 */
#include <errno.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "command.h"
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

static void fill(struct model_sources *sources, const char *data, size_t size)
{
	const char *end = data + size;
	int file;

	for (file = 0; file < NR_MODEL_FILES; file++) {
		const char *line = data, *stop = end, *next = end;

		/* The separator stands at the beginning of a line. */
		for (; line < end; line++) {
			line = memchr(line, '%', (size_t)(end - line));
			if (!line)
				break;
			if (end - line > 1 && line[1] == '\n' &&
			    (line == data || line[-1] == '\n')) {
				stop = line;
				next = line + 2;
				break;
			}
		}
		if (file != FILE_BLOCK_SIZE || stop != data)
			source_set(sources, file, data, (size_t)(stop - data));
		else
			strcpy(sources->block_size_fault.text, "absent");
		data = next;
	}
}

static void render(const struct model *model)
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
	must(!fflush(out), "no memory");
	before = len;
	document_start(&document);
	policy_document(&document, model);
	groups_document(&document, model);
	nodes_document(&document, model);
	must(!document_print(&document, out, false, &fault), fault.text);
	request.json = true;
	must(blocks_show(&request, out, model, &fault) == err, "other in JSON");
	must(!fclose(out), "no memory");
	must(len > before, "no JSON");
	/* Nothing that a terminal would obey, but for the ends of lines. */
	for (i = 0; i < before; i++)
		must((unsigned char)text[i] >= ' ' || text[i] == '\n',
		     "a control character");
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct model_sources sources = { 0 };
	struct fault fault = { .text = "" };
	struct model model;

	fill(&sources, (const char *)data, size);
	if (model_build(&model, &sources, ALL, &fault) == 0) {
		render(&model);
		model_free(&model);
	} else {
		must(fault.text[0] != '\0', "an error without a text");
	}
	sources_free(&sources);
	return 0;
}
