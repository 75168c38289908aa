/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a file of trace-cmd begins, and whether it is all there: looked at before the
 * libraries do, for what they do not tell, or not in words.
 */
#ifndef MEMGROUP_STAT_RECORDING_HEAD_H
#define MEMGROUP_STAT_RECORDING_HEAD_H

#include <stdint.h>

#include "fault.h"

/*
 * Stores the page size of the machine that the file @fd is of. Returns 0, or a negative
 * errno value with @fault set, without the file's name: no file of trace-cmd, of another
 * version, or cut short as far as that can be seen.
 */
int recording_head_read(int fd, uint64_t *page_bytes, struct fault *fault);

#endif /* MEMGROUP_STAT_RECORDING_HEAD_H */
