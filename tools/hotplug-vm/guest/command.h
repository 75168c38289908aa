/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_VM_GUEST_COMMAND_H
#define HOTPLUG_VM_GUEST_COMMAND_H

#include <signal.h>
#include <sys/types.h>

/* What runs in the guest: the user's command, or a shell. */

/* The words in @file, each NUL-terminated; fails with host_fail(). */
char **command_read(const char *file);

/*
 * Start it as root in the project's folder, with the signal mask @mask, a terminal of
 * type @term, and what it writes to be carried. Returns its process id.
 */
pid_t command_start(char *const *argv, const char *term, const sigset_t *mask);

/* The same for a login shell on a terminal of that size. */
pid_t command_start_shell(const char *term, unsigned int rows, unsigned int columns,
			  const sigset_t *mask);

#endif
