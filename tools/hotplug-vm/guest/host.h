/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_VM_GUEST_HOST_H
#define HOTPLUG_VM_GUEST_HOST_H

#include <stdbool.h>
#include <stdint.h>

/* What init says to the host through the control port, and how it ends the guest. */

/* Milliseconds of a clock that only goes forward. */
int64_t now_ms(void);

/* Open the port called @name, waiting for it to appear; fails with host_fail(). */
int host_port(const char *name);

/* Open the control port; until then nothing is told. It stays for poll() only. */
int host_connect(void);

/* Send a line; a longer one is cut. */
void host_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Take what the host sent: calls @line for each of its lines. */
void host_listen(void (*line)(const char *line));

/* The guest cannot do what it is for: say why, to host and console, and power off. */
void host_fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

__attribute__((noreturn)) void power_off(void);

/*
 * Whether the OOM killer spares this process, as it does the first one of a system: init
 * beside a system's own, through which the host hears of the guest; not what it runs.
 */
void host_spare(bool spare);

#endif
