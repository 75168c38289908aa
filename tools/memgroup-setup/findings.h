/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What memgroup-setup --check has to say. The kinds of findings are data, in
 * finding-kinds.c; a check adds one with what it saw, and where.
 */
#ifndef MEMGROUP_SETUP_FINDINGS_H
#define MEMGROUP_SETUP_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "fault.h"

enum severity {
	SEVERITY_NOTE,		/* to be known, nothing to be done */
	SEVERITY_WARNING,	/* may spoil the policy, or is about to */
	SEVERITY_ERROR,		/* does */
	NR_SEVERITIES
};

enum finding_kind {
	/* udev */
	UDEV_CHOOSES_ZONE, UDEV_ONLINES, UDEV_RUNS_PROGRAM,
	/* units of systemd */
	UNIT_CHOOSES_ZONE, UNIT_ONLINES,
	/* also systemd-tmpfiles */
	PARAMETER_SET_ELSEWHERE,
	/* daxctl */
	DAXCTL_CHOOSES_ZONE, DAXCTL_REFUSES, DAXCTL_RACES, DAXCTL_SECTION_UNUSED,
	DAXCTL_NOT_RUN,
	/* the kernel's command line */
	CMDLINE_DEFAULT_STATE, KERNEL_DEFAULT_STATE, CMDLINE_PARAMETER,
	CMDLINE_MOVABLE_NODE, CMDLINE_KERNELCORE, CMDLINE_CMA,
	/* the configuration, and whether it is in force */
	NO_CONFIGURATION, AUTO_ONLINE_BYPASSES, RATIO_HIGH, PARAMETER_MISSING,
	PARAMETER_DIFFERS, BLOCKS_OFFLINE,
	/* how the memory that is there went online */
	OTHER_POLICY, OTHER_POLICY_UNKNOWN, ZONE_REQUESTED,
	/* memmap_on_memory */
	MEMMAP_REFUSED, MEMMAP_ONE_BLOCK, MEMMAP_WASTES,
	/* users of kernel memory */
	BALLOON_UNMOVABLE, BALLOON_UNKNOWN, GIGANTIC_PAGES,
	MEMORY_MAP_FULL, MEMORY_MAP_LARGE, PAGE_TABLES_LARGE,
	/* any of them */
	NOT_CHECKED,
	NR_FINDING_KINDS
};

struct finding_text {
	const char *id;		/* a stable name, for scripts */
	enum severity severity;
	const char *why;	/* why it matters */
	const char *remedy;	/* what to do */
};

extern const struct finding_text finding_texts[NR_FINDING_KINDS];

struct finding {
	enum finding_kind kind;
	char *file;		/* NULL: it is in no file */
	size_t line;		/* 0: no line of it */
	char *what;
};

struct findings {
	struct finding *list;
	size_t nr;
};

/* Adds one; @file may be NULL. Returns 0 or -ENOMEM with @fault set. */
int findings_add(struct findings *findings, enum finding_kind kind, const char *file,
		 size_t line, struct fault *fault, const char *format, ...)
	__attribute__((format(printf, 6, 7)));
void findings_free(struct findings *findings);

/* Are there any that ask for something to be done? */
bool findings_matter(const struct findings *findings);

/* For people, at most 80 columns wide where words allow, and safe for a terminal. */
int findings_print(const struct findings *findings, FILE *out, struct fault *fault);
/* One document of JSON. Both return 0 or -ENOMEM with @fault set. */
int findings_print_json(const struct findings *findings, FILE *out, struct fault *fault);

#endif /* MEMGROUP_SETUP_FINDINGS_H */
