// SPDX-License-Identifier: GPL-2.0
#include "boot-loader.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "layers.h"
#include "lines.h"

#define NR_OF(array) (sizeof(array) / sizeof(*(array)))

/* What may stand before and after a word. */
#define AROUND " \t\"'="

static bool has_word(const char *line, const char *word)
{
	const size_t len = strlen(word);
	const char *at = line;

	while (len && (at = strstr(at, word))) {
		if ((at == line || strchr(AROUND, at[-1])) &&
		    (!at[len] || strchr(AROUND, at[len])))
			return true;
		at++;
	}
	return false;
}

size_t boot_loader_line(char *text, size_t len, const char *word)
{
	struct lines lines;
	char *line;

	lines_start(&lines, text, len);
	while ((line = lines_next(&lines, "#"))) {
		line = lines_trim(line);
		if (*line != '#' && has_word(line, word))
			return lines.first;
	}
	return 0;
}

/* Is it in this file? */
static size_t look_into(struct sysroot *root, const char *path, const char *word)
{
	struct fault ignored;
	struct text text;
	size_t line;

	if (sysroot_read(root, path, &text, &ignored))
		return 0;
	line = boot_loader_line(text.data, text.len, word);
	text_free(&text);
	return line;
}

/* Returns 0 or -ENOMEM, as boot_loader_find(). */
static int look_into_folder(struct sysroot *root, const char *folder, const char *suffix,
			    const char *word, char **path, size_t *line, struct fault *fault)
{
	struct layers files;
	size_t i;
	int err;

	err = layers_list(&files, root, &folder, 1, suffix, fault);
	if (err)
		return err;
	for (i = 0; i < files.nr && !*path; i++) {
		*line = look_into(root, files.paths[i], word);
		if (!*line)
			continue;
		*path = strdup(files.paths[i]);
		if (!*path)
			err = fault_nomem(fault);
		break;
	}
	layers_free(&files);
	return err;
}

int boot_loader_find(struct sysroot *root, const char *word, char **path, size_t *line,
		     struct fault *fault)
{
	static const char *const files[] = { "etc/default/grub", "etc/kernel/cmdline" };
	static const struct {
		const char *folder, *suffix;
	} folders[] = {
		{ "etc/default/grub.d", ".cfg" }, { "etc/cmdline.d", ".conf" },
		{ "boot/loader/entries", ".conf" }, { "efi/loader/entries", ".conf" },
	};
	size_t i;
	int err = 0;

	*path = NULL;
	for (i = 0; i < NR_OF(files); i++) {
		*line = look_into(root, files[i], word);
		if (!*line)
			continue;
		*path = strdup(files[i]);
		return *path ? 0 : fault_nomem(fault);
	}
	for (i = 0; i < NR_OF(folders) && !*path && !err; i++)
		err = look_into_folder(root, folders[i].folder, folders[i].suffix, word, path,
				       line, fault);
	return err;
}
