// SPDX-License-Identifier: GPL-2.0
/* systemd-tmpfiles, which can write to files of the kernel's as the system boots. */
#include "check.h"
#include "layers.h"
#include "lines.h"

static int check_text(struct check *check, const char *path, struct text *text)
{
	struct lines lines;
	char *line;
	int err = 0;

	lines_start(&lines, text->data, text->len);
	while (!err && (line = lines_next(&lines, "#"))) {
		line = lines_trim(line);
		/* "w" and its like write; what else may be asked for changes nothing here. */
		if (*line == 'w' && check_names_parameter(line))
			err = check_add(check, PARAMETER_SET_ELSEWHERE, path, lines.first,
					"systemd-tmpfiles is to do \"%s\".", line);
	}
	return err;
}

int check_tmpfiles(struct check *check)
{
	static const char *const folders[] = {
		"etc/tmpfiles.d", "run/tmpfiles.d", "usr/local/lib/tmpfiles.d",
		"usr/lib/tmpfiles.d",
	};
	struct layers files;
	size_t i;
	int err;

	err = layers_list(&files, check->root, folders, sizeof(folders) / sizeof(*folders),
			  ".conf", check->fault);
	if (err)
		return err;
	for (i = 0; i < files.nr && !err; i++) {
		struct text text;

		err = sysroot_read(check->root, files.paths[i], &text, check->fault);
		if (err) {
			err = check_unreadable(check, err, "its lines were not looked at");
			continue;
		}
		err = check_text(check, files.paths[i], &text);
		text_free(&text);
	}
	layers_free(&files);
	return err;
}
