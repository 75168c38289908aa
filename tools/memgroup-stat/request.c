// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "command.h"
#include "document.h"
#include "escape.h"
#include "extra.h"
#include "trace-model.h"

/* On the standard error, where they are in nobody's way. */
void request_say_note(const char *text)
{
	char *note = escape_terminal(text, escape_locale_is_utf8());

	if (note)
		fprintf(stderr, PROGRAM ": note: %s\n", note);
	free(note);
}

static void say_notes(const struct model *model)
{
	size_t i;

	for (i = 0; i < model->nr_notes; i++)
		request_say_note(model->notes[i]);
}

static int read_system(const struct request *request, struct model *model,
		       unsigned int need, struct fault *fault)
{
	struct sysroot root;
	int err = sysroot_open(&root, request->sysroot, fault);

	if (err)
		return err;
	err = model_read_from(model, &root, request->from, need, fault);
	sysroot_close(&root);
	return err;
}

int request_read(const struct request *request, struct model *model,
		 unsigned int need, struct fault *fault)
{
	int err;

	if (request->trace && !trace_model_read)
		return extra_exec(request->argv, fault);
	err = request->trace ?
		trace_model_read(model, request->trace,
				 request->has_at ? &request->at_ns : NULL, fault) :
		read_system(request, model, need, fault);
	if (!err && !(request->json && request->command->notes_in_json))
		say_notes(model);
	return err;
}

int request_show(const struct request *request, FILE *out, const char *name,
		 const void *data, struct fault *fault)
{
	const struct table *table = request->command->table;
	struct selection selection;
	int err;

	if (request->json) {
		struct document document;

		document_start(&document, out, false);
		document_add_rows(&document, name, table, data, 0, table->rows(data));
		return document_end(&document, fault);
	}
	err = selection_parse(&selection, table, request->columns, fault);
	return err ?: table_print(out, table, data, &selection, &request->table, fault);
}
