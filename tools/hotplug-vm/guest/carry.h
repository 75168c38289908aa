/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_VM_GUEST_CARRY_H
#define HOTPLUG_VM_GUEST_CARRY_H

#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Carries what a program writes to the host without losing a byte, and beats meanwhile.
 * The signals are those that ppoll() is to let through, SIGCHLD among them.
 */

/* The guest has its ports: @control is that of host_connect(). */
void carry_start(int control);

/* What the next program writes, read ends that do not block; -1 for none. */
void carry_output(int out, int err);

/* The same of a shell: our end of its terminal, to which the host's input goes. */
void carry_terminal(int master);

/*
 * Until @pid has ended and all that it wrote is sent. What it left running is killed:
 * everything, if this is the guest's first process, or else its process group.
 * Returns its status as waitpid() gives it.
 */
int carry(pid_t pid, const sigset_t *signals);

/* Tell the host how the command ended, and wait until it has everything. */
void carry_end(int status, const sigset_t *signals);

#endif
