// SPDX-License-Identifier: GPL-2.0
#include "recording-view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MARK "memgroup: "

/* That of a million blocks takes half of it. */
#define BYTES_MAX (64UL * 1024 * 1024)

/* What the files are called there, and in messages. */
static const char *const names[NR_MODEL_FILES] = {
	[FILE_POLICY] = "policy", [FILE_GROUPS] = "groups", [FILE_NODES] = "nodes",
	[FILE_ZONES] = "zones", [FILE_BLOCKS] = "blocks",
	[FILE_BLOCK_SIZE] = "block_size_bytes",
};

void recording_view_free(struct recording_view *view)
{
	int i;

	for (i = 0; i < NR_MODEL_FILES; i++)
		free(view->file[i].text);
	*view = (struct recording_view){ 0 };
}

static int append(struct recording_view *view, enum model_file which, const char *line,
		  struct fault *fault)
{
	struct recording_view_file *file = &view->file[which];
	const size_t len = strlen(line);

	view->bytes += len + 1;
	if (view->bytes > BYTES_MAX)
		return fault_set(fault, E2BIG, "the view at its beginning is too long");
	/* With the newline, and the NUL that all texts have. */
	if (file->len + len + 2 > file->room) {
		const size_t more = 2 * (file->len + len + 2);
		char *text = realloc(file->text, more);

		if (!text)
			return fault_nomem(fault);
		file->text = text;
		file->room = more;
	}
	memcpy(file->text + file->len, line, len);
	file->len += len;
	file->text[file->len++] = '\n';
	file->text[file->len] = '\0';
	return 0;
}

int recording_view_add(struct recording_view *view, const char *line, struct fault *fault)
{
	const char *rest;
	size_t len;
	int i;

	if (strncmp(line, MARK, strlen(MARK)))
		return VIEW_NOTHING;
	line += strlen(MARK);
	if (!strcmp(line, "begin")) {
		recording_view_free(view);
		view->open = true;
		return VIEW_NOTHING;
	}
	if (!view->open)
		return VIEW_NOTHING;
	if (!strcmp(line, "end")) {
		view->open = false;
		return VIEW_WHOLE;
	}
	for (i = 0; i < NR_MODEL_FILES; i++) {
		len = strlen(names[i]);
		rest = line + len;
		if (!strncmp(line, names[i], len) && !strncmp(rest, ": ", 2))
			return append(view, (enum model_file)i, rest + 2, fault) ?:
				VIEW_NOTHING;
	}
	return VIEW_NOTHING;
}

int recording_view_build(struct recording_view *view, struct model *model,
			 uint64_t page_bytes, struct fault *fault)
{
	struct model_sources sources = { .page_bytes = page_bytes };
	int i, err;

	for (i = 0; i < NR_MODEL_FILES; i++) {
		struct recording_view_file *file = &view->file[i];

		if (!file->text)
			return fault_set(fault, ENOENT, "it has no %s", names[i]);
		sources.file[i].text = (struct text){ .data = file->text, .len = file->len };
		sources.file[i].name = (char *)names[i];
	}
	err = model_build(model, &sources, MODEL_POLICY | MODEL_GROUPS | MODEL_NODES |
			  MODEL_BLOCKS, fault);
	if (err)
		return err;
	err = model_check_addresses(model, fault);
	if (err)
		model_free(model);
	return err;
}
