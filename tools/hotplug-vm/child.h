/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_VM_CHILD_H
#define HOTPLUG_VM_CHILD_H

#include <signal.h>
#include <sys/types.h>

/*
 * Start @argv as a child that cannot outlive this process. It inherits the @count
 * descriptors @keep and nothing else; its standard input and output are /dev/null,
 * its standard error is @error_fd; it has a session of its own, so that Ctrl-C
 * reaches hotplug-vm alone, and the signal mask @mask.
 *
 * Returns its process id, or a negative errno (-ENOENT: the program is missing).
 */
pid_t child_start(char *const *argv, const int *keep, unsigned int count, int error_fd,
		  const sigset_t *mask);

#endif
