// SPDX-License-Identifier: GPL-2.0
#include "command.h"
#include "document.h"

int request_read(const struct request *request, struct model *model,
		 unsigned int need, struct fault *fault)
{
	struct sysroot root;
	int err = sysroot_open(&root, request->sysroot, fault);

	if (err)
		return err;
	err = model_read(model, &root, need, fault);
	sysroot_close(&root);
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
