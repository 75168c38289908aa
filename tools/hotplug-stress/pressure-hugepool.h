/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Leave to have huge pages beyond those of the pool: nr_overcommit_hugepages. They
 * belong to who maps them and go when that ends, so that no memory can be lost; only the
 * number remains to be put back.
 */
#ifndef HOTPLUG_STRESS_PRESSURE_HUGEPOOL_H
#define HOTPLUG_STRESS_PRESSURE_HUGEPOOL_H

#include <stdint.h>

#include "fault.h"

struct hugepool;

/* The size of a huge page. Returns 0, or -ENOENT with @fault set if there are none. */
int hugepool_page_bytes(uint64_t *bytes, struct fault *fault);

/*
 * Raises the number by @pages, and starts a process in a session of its own that puts
 * it back when the calling thread ends, or hugepool_close() is called. A number that
 * somebody else set meanwhile stays. Returns 0 or a negative errno value with @fault set.
 */
int hugepool_open(struct hugepool **pool, uint64_t pages, struct fault *fault);

/* Returns when the number is as it was. NULL is allowed. */
void hugepool_close(struct hugepool *pool);

#endif /* HOTPLUG_STRESS_PRESSURE_HUGEPOOL_H */
