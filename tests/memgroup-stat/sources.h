/* SPDX-License-Identifier: GPL-2.0 */
/* Texts in memory in place of the kernel's files, for model_build(). */
#ifndef MEMGROUP_TEST_SOURCES_H
#define MEMGROUP_TEST_SOURCES_H

#include <stdlib.h>
#include <string.h>

#include "model.h"

static const char *const source_names[NR_MODEL_FILES] = {
	"policy", "groups", "nodes", "zones", "blocks", "block_size_bytes",
};

/* A copy of exactly its size, so that sanitizers see every step outside. */
static inline void source_set(struct model_sources *sources, int file,
			      const char *data, size_t len)
{
	struct model_source *source = &sources->file[file];

	free(source->text.data);
	source->text.data = malloc(len + 1);
	if (!source->text.data)
		abort();
	memcpy(source->text.data, data, len);
	source->text.data[len] = '\0';
	source->text.len = len;
	source->name = (char *)source_names[file];
}

static inline void sources_free(struct model_sources *sources)
{
	int file;

	for (file = 0; file < NR_MODEL_FILES; file++)
		text_free(&sources->file[file].text);
}

#endif /* MEMGROUP_TEST_SOURCES_H */
