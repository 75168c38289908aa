/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A child process that does what may take for ever.
 *
 * The kernel may retry to offline a block without end; only a signal to the task
 * that asked stops it. So this program never writes to such a file itself: the
 * worker does, and is given a signal when the time is over or the run shall end.
 * It lives as long as the run and dies with its parent.
 */
#ifndef HOTPLUG_STRESS_WORKER_H
#define HOTPLUG_STRESS_WORKER_H

#include <stddef.h>
#include <stdint.h>

#include "fault.h"

struct worker;

/* Returns 0 or a negative errno value with @fault set. */
int worker_start(struct worker **worker, struct fault *fault);

/* Ends it, whatever it is doing, and waits for that. NULL is allowed. */
void worker_stop(struct worker *worker);

/*
 * Writes @text to @path, below the real root. *@error is 0, the errno value of the
 * write, or ETIMEDOUT when @timeout_ms (0 is none) were over and a signal stopped it;
 * *@duration_ns is the time of the write alone. Returns 0, or a negative errno value
 * with @fault set if the file cannot be opened or the worker is gone: -EINTR when the
 * run shall end.
 */
int worker_write(struct worker *worker, const char *path, const char *text,
		 unsigned int timeout_ms, int *error, uint64_t *duration_ns,
		 struct fault *fault);

/*
 * Runs @argv, its standard output in @output (cut to @size, NUL-terminated; may be
 * NULL), its standard error likewise in @error_text. *@status is as of waitpid(2).
 * Returns as worker_write(), and -ETIMEDOUT.
 */
int worker_run(struct worker *worker, const char *const *argv, char *output,
	       size_t size, char *error_text, size_t error_size,
	       unsigned int timeout_ms, int *status, uint64_t *duration_ns,
	       struct fault *fault);

#endif /* HOTPLUG_STRESS_WORKER_H */
