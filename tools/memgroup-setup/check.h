/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The checks, one file for each area. They read, and write nothing. What they may not read
 * or do not understand becomes a finding, too.
 *
 * All functions return 0, or a negative errno value with the fault set: only what keeps
 * the check from going on is one.
 */
#ifndef MEMGROUP_SETUP_CHECK_H
#define MEMGROUP_SETUP_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "cmdline.h"
#include "fault.h"
#include "findings.h"
#include "kernel-config.h"
#include "model.h"
#include "settings.h"
#include "sysroot.h"

/* What starts daxctl to apply its own configuration, as far as was looked. */
struct daxctl_start {
	bool is_run, is_forced;
	char *mistake, *text;	/* a call that daxctl does not know, and the file; or NULL */
	size_t line;
	size_t nr_sections;	/* of that configuration, which make memory of a device */
};

struct check {
	struct sysroot *root;
	const struct settings *settings;
	struct findings *findings;
	struct fault *fault;
	/* What was read of the system, empty where it could not be. */
	char release[64];
	struct cmdline cmdline;
	char current[NR_PARAMETERS][SETTING_MAX];	/* "" where there is none */
	bool has_model;
	struct model model;
	struct kernel_config kernel_config;
	struct daxctl_start daxctl;
};

/* Looks at all of it. */
int check_system(struct sysroot *root, const struct settings *settings,
		 struct findings *findings, struct fault *fault);

int check_udev(struct check *check);
int check_units(struct check *check);
int check_tmpfiles(struct check *check);
int check_daxctl(struct check *check);
int check_daxctl_rules(struct check *check);
int check_cmdline(struct check *check);
int check_settings(struct check *check);
int check_history(struct check *check);
int check_memmap(struct check *check);
int check_balloon(struct check *check);
int check_kernel_memory(struct check *check);

/* Adds a finding at a line of a file below the root; @path may be NULL, @line 0. */
int check_add(struct check *check, enum finding_kind kind, const char *path, size_t line,
	      const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* The same, at the line of the configuration that sets @key. */
int check_add_setting(struct check *check, enum finding_kind kind, enum setting_key key,
		      const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/*
 * The same, at the line of the boot loader's configuration that puts @word on the command
 * line, or else at the command line itself; @more is said behind it.
 */
int check_add_word(struct check *check, enum finding_kind kind, const char *word,
		   const char *more);

/*
 * @err is why something could not be read, as the fault has it: a finding, with @missing for
 * what is not known then. Out of memory stays an error.
 */
int check_unreadable(struct check *check, int err, const char *missing);

/* Will memory go online by itself: as the configuration says, or else as it is now? */
bool check_auto_online(const struct check *check);
/* Does that name a file that sets how memory goes online? */
bool check_names_parameter(const char *text);

/* The units of systemd that count, by their names. */
struct layers;
int check_list_units(struct check *check, struct layers *units);
/* The files of udev's rules that count, likewise. */
int check_list_rules(struct check *check, struct layers *rules);

/*
 * Looks at what is run in line @line of the file @path: does @text call daxctl in a way that
 * spoils the policy? @who starts the sentence about it.
 */
int check_daxctl_command(struct check *check, const char *path, size_t line,
			 const char *who, const char *text);

#endif /* MEMGROUP_SETUP_CHECK_H */
