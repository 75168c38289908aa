/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_VM_MSG_H
#define HOTPLUG_VM_MSG_H

#include <stdbool.h>

/* Set by -v: msg_verbose() speaks only then. */
extern bool msg_be_verbose;

/* One line on standard error, with the program's name before it. */
void msg(const char *format, ...) __attribute__((format(printf, 1, 2)));
void msg_verbose(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* While the terminal is raw a line must end in "\r\n" to look like a line. */
void msg_terminal_raw(bool raw);

/* The end of a line written by hand, as msg() would end it now. */
const char *msg_newline(void);

#endif
