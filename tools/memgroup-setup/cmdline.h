/* SPDX-License-Identifier: GPL-2.0 */
/* /proc/cmdline, as the kernel takes it apart. */
#ifndef MEMGROUP_SETUP_CMDLINE_H
#define MEMGROUP_SETUP_CMDLINE_H

#include <stddef.h>

#include "fault.h"
#include "sysroot.h"

#define CMDLINE_FILE "proc/cmdline"

struct cmdline {
	char *text;	/* the words */
	char **words;	/* without quotes; up to "--", what follows is for init */
	size_t nr;
};

/* Takes @text apart. Returns 0 or -ENOMEM with @fault set; end with cmdline_free(). */
int cmdline_parse(struct cmdline *cmdline, const char *text, struct fault *fault);
int cmdline_read(struct cmdline *cmdline, struct sysroot *root, struct fault *fault);
void cmdline_free(struct cmdline *cmdline);

/*
 * If @word sets the parameter @name, its value: "" if it has none. Else NULL. A dash and an
 * underscore are the same in names.
 */
const char *cmdline_value(const char *word, const char *name);
/* The value that the last such word has, or NULL. */
const char *cmdline_last(const struct cmdline *cmdline, const char *name);

#endif /* MEMGROUP_SETUP_CMDLINE_H */
