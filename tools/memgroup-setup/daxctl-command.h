/* SPDX-License-Identifier: GPL-2.0 */
/* What a command line would have daxctl do about memory, as far as its words tell. */
#ifndef MEMGROUP_SETUP_DAXCTL_COMMAND_H
#define MEMGROUP_SETUP_DAXCTL_COMMAND_H

#include <stdbool.h>

enum daxctl_task {
	DAXCTL_OTHER,		/* nothing of this */
	DAXCTL_MISTAKE,		/* options without a command, at which daxctl ends */
	DAXCTL_CONFIGURED,	/* what its configuration says of a device */
	DAXCTL_TO_MEMORY,	/* makes memory of devices */
	DAXCTL_ONLINE,		/* sets such memory online */
};

struct daxctl_command {
	enum daxctl_task task;
	bool no_online, no_movable, force;
};

/*
 * The next call of daxctl in @text, which may be a shell's command line. Returns what is
 * behind the word daxctl, where to look for another one; NULL if there is none.
 */
const char *daxctl_command_next(const char *text, struct daxctl_command *command);

#endif /* MEMGROUP_SETUP_DAXCTL_COMMAND_H */
