/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What udev's rules would do about a memory block that was added and is offline, as far as
 * that can be told from the rules alone. What they ask of programs and of other devices
 * cannot: then both ways are followed.
 */
#ifndef MEMGROUP_SETUP_UDEV_EVENT_H
#define MEMGROUP_SETUP_UDEV_EVENT_H

#include <stdbool.h>
#include <stddef.h>

#include "fault.h"
#include "sysroot.h"
#include "udev-labels.h"
#include "udev-rules.h"

enum certainty { SURELY_NOT, PERHAPS, SURELY };

/* A property that a rule set, and all that it may be now. */
struct udev_property {
	char *name;
	char **values;
	size_t nr;
	bool certain;		/* one of these; else it may have been left alone */
};

struct udev_event {
	struct sysroot *root;
	struct udev_property *properties;
	size_t nr_properties;
	/* Where we are in the file. */
	enum certainty here;	/* do we come to this rule? */
	struct udev_labels labels;
	struct udev_jump *jumps;	/* to labels that are still to come */
	size_t nr_jumps;
};

/* What a rule does to the block. */
struct udev_action {
	enum certainty certainty;
	char *state;		/* the words that it may write to state, with "or" between; or NULL */
	bool names_zone;	/* one of them is online_kernel or online_movable */
	bool unknown;		/* one of them depends on what cannot be told */
	const char *program;	/* that seems to set blocks online, or NULL */
	const char *undecided;	/* a key that the certainty would depend on, or NULL */
};

void udev_event_start(struct udev_event *event, struct sysroot *root);
void udev_event_end(struct udev_event *event);

/*
 * The rules that follow are of another file, with labels of its own: those of @text, which
 * is not parsed yet. Returns 0, or -ENOMEM with @fault set.
 */
int udev_event_start_file(struct udev_event *event, const char *text, size_t len,
			  struct fault *fault);

/*
 * Goes through the next rule. Returns 0 with @action filled in, to be ended with
 * udev_action_free(), or -ENOMEM with @fault set.
 */
int udev_event_rule(struct udev_event *event, const struct udev_rule *rule,
		    struct udev_action *action, struct fault *fault);
void udev_action_free(struct udev_action *action);

#endif /* MEMGROUP_SETUP_UDEV_EVENT_H */
