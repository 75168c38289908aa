/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_VM_GUEST_ROOT_H
#define HOTPLUG_VM_GUEST_ROOT_H

#include <signal.h>
#include <sys/types.h>

/* The system of an image as the guest's: its root, and its first process. */

/*
 * Make the image on the disk, with a layer in memory on top that takes what is
 * written, the root of this process. /dev, /proc, /sys, the shares, and the lab's
 * own programs go along. Fails with host_fail().
 */
void root_enter(void);

/*
 * Become the image's own init, which gets the signal mask @mask. Returns in a child
 * that goes on with what this process did; @self is its argv[0], which is changed.
 */
void root_boot(char *self, const sigset_t *mask);

/*
 * Start, as command_start() does, what waits until the system is up: it fails if it is
 * not after @seconds, and says what hinders it.
 */
pid_t root_wait(unsigned int seconds, const char *term, const sigset_t *mask);

#endif
