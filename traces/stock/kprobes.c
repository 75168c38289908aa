// SPDX-License-Identifier: GPL-2.0
#include "kprobes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tracefs.h>

#define FILE_NAME	"kprobe_events"
#define KINDS		(TRACEFS_DYNEVENT_KPROBE | TRACEFS_DYNEVENT_KRETPROBE)

/* Can events be defined here at all? */
static int check_file(struct fault *fault)
{
	const char *folder = tracefs_tracing_dir();
	int err = 0;
	char *path;

	if (!folder)
		return fault_set(fault, ENOENT, "there is no tracefs: mount it, as root");
	if (asprintf(&path, "%s/" FILE_NAME, folder) < 0)
		return fault_nomem(fault);
	if (!access(path, R_OK | W_OK))
		goto out;
	err = errno;
	if (err == ENOENT)
		fault_set(fault, err, "%s: %s: such a kernel has CONFIG_KPROBE_EVENTS", path,
			  strerror(err));
	else
		fault_set(fault, err, "%s: %s", path, strerror(err));
out:
	free(path);
	return -err;
}

/*
 * The kernel's own words on the command that it refused, which error_log has as
 * "[TIME] trace_kprobe: error: WORDS", then the command; "" if it said none.
 */
static void last_words(char *words, size_t size)
{
	static const char mark[] = "error: ";
	char *log = tracefs_error_last(NULL);
	const char *at = log ? strstr(log, mark) : NULL;

	words[0] = '\0';
	if (at) {
		at += strlen(mark);
		snprintf(words, size, " (%.*s)", (int)strcspn(at, "\n"), at);
	}
	free(log);
}

static struct tracefs_dynevent *make_event(const struct definition *d)
{
	return d->is_return ?
		tracefs_kretprobe_alloc(KPROBE_SYSTEM, d->event, d->function, d->args, 0) :
		tracefs_kprobe_alloc(KPROBE_SYSTEM, d->event, d->function, d->args);
}

static int add_one(const struct definition *d, struct fault *fault)
{
	struct tracefs_dynevent *event = make_event(d);
	char words[256];
	int err = 0;

	if (!event)
		return fault_nomem(fault);
	if (tracefs_dynevent_create(event)) {
		err = errno;
		last_words(words, sizeof(words));
		fault_set(fault, err, FILE_NAME ": the event %s on %s(): %s%s", d->event,
			  d->function, strerror(err), words);
	}
	tracefs_dynevent_free(event);
	return -err;
}

/* Is @event, as tracefs lists it, @d? */
static bool is_same(struct tracefs_dynevent *event, const struct definition *d)
{
	char *name = NULL, *function = NULL, *args = NULL;
	const enum tracefs_dynevent_type type =
		tracefs_dynevent_info(event, NULL, &name, NULL, &function, &args);
	const bool same = name && function && args &&
		(type == TRACEFS_DYNEVENT_KRETPROBE) == d->is_return &&
		!strcmp(name, d->event) && !strcmp(function, d->function) &&
		!strcmp(args, d->args);

	free(name);
	free(function);
	free(args);
	return same;
}

static bool has(struct tracefs_dynevent **events, const struct definition *d)
{
	for (; *events; events++)
		if (is_same(*events, d))
			return true;
	return false;
}

/* Exactly these? */
static bool all_there(struct tracefs_dynevent **events, const struct definitions *definitions)
{
	size_t i, nr = 0;

	while (events[nr])
		nr++;
	for (i = 0; i < NR_DEFINITIONS; i++)
		if (!has(events, &definitions->list[i]))
			return false;
	return nr == NR_DEFINITIONS;
}

/* With @force also those that are enabled. */
static int remove_all(bool force, struct fault *fault)
{
	struct tracefs_dynevent **events = tracefs_dynevent_get_all(KINDS, KPROBE_SYSTEM);
	char *name = NULL;
	int err = 0;
	size_t i;

	for (i = 0; events && events[i] && !err; i++) {
		/* What was defined on two functions goes with the first; it is listed twice. */
		if (!tracefs_dynevent_destroy(events[i], force) || errno == ENOENT)
			continue;
		err = errno;
		tracefs_dynevent_info(events[i], NULL, &name, NULL, NULL, NULL);
		fault_set(fault, err, FILE_NAME ": removing the event %s: %s%s",
			  name ? name : "", strerror(err), err != EBUSY ? "" : force ?
			  ": another program records it" :
			  ": something records it, or died while it did; "
			  "memgroup-kprobes remove ends that");
		free(name);
	}
	tracefs_dynevent_list_free(events);
	return -err;
}

int kprobes_add(const struct definitions *definitions, struct fault *fault)
{
	struct tracefs_dynevent **events;
	struct fault ignored;
	bool there;
	size_t i;
	int err = check_file(fault);

	if (err)
		return err;
	events = tracefs_dynevent_get_all(KINDS, KPROBE_SYSTEM);
	there = events && all_there(events, definitions);
	tracefs_dynevent_list_free(events);
	if (there)
		return 0;
	err = remove_all(false, fault);
	if (err)
		return err;
	for (i = 0; i < NR_DEFINITIONS; i++) {
		err = add_one(&definitions->list[i], fault);
		if (err) {
			/* The first fault is what to tell. */
			remove_all(false, &ignored);
			return err;
		}
	}
	return 0;
}

int kprobes_remove(struct fault *fault)
{
	const int err = check_file(fault);

	return err ? err : remove_all(true, fault);
}
