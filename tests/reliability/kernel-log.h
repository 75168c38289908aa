/* SPDX-License-Identifier: GPL-2.0 */
/* How often the kernel says something. */
#ifndef RELIABILITY_KERNEL_LOG_H
#define RELIABILITY_KERNEL_LOG_H

#include <stdint.h>

#include "fault.h"

/*
 * Opens the kernel's log behind its last message. Returns a file descriptor, or a
 * negative errno value with @fault set.
 */
int kernel_log_open(struct fault *fault);

/*
 * Adds how many messages since the last call have @text in them to *@times: to be called
 * often, as old messages are overwritten and then not counted. Returns 0 or a negative
 * errno value with @fault set.
 */
int kernel_log_count(int fd, const char *text, uint64_t *times, struct fault *fault);

#endif /* RELIABILITY_KERNEL_LOG_H */
