/* SPDX-License-Identifier: GPL-2.0 */
/* Files that are replaced as a whole: who reads one never sees a part of it. */
#ifndef MEMGROUP_REPLACE_FILE_H
#define MEMGROUP_REPLACE_FILE_H

#include <stddef.h>

#include "fault.h"

/*
 * Makes @path a file of these @len bytes that everybody may read (mode 0644), by way of
 * a temporary file beside it, .NAME.XXXXXX, which is on the disk before it takes the
 * name. Whatever goes wrong, the old file stays as it was, and no temporary file is
 * left; but SIGKILL or a power failure can leave one.
 *
 * What is there and no regular file, a device or a symbolic link, is not replaced.
 * Signals that end a program wait until all is done. Returns 0, or a negative errno
 * value with @fault set.
 */
int replace_file(const char *path, const char *data, size_t len, struct fault *fault);

#endif /* MEMGROUP_REPLACE_FILE_H */
