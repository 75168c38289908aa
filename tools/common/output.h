/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Standard output that is either complete or an error.
 *
 * A program renders everything into memory and hands it over in one piece, once:
 * a failure while rendering prints nothing, and no write error goes unnoticed.
 */
#ifndef MEMGROUP_OUTPUT_H
#define MEMGROUP_OUTPUT_H

#include <stddef.h>

#include "fault.h"

/*
 * Writes @len bytes to standard output and closes it. Returns 0 or a negative
 * errno value with @fault set; -EPIPE (the reader left: the caller ends without
 * a word) only if SIGPIPE is ignored.
 */
int output_finish(const char *data, size_t len, struct fault *fault);

#endif /* MEMGROUP_OUTPUT_H */
