/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the memory map of hotplugged memory lies.
 */
#ifndef TESTS_GUEST_MEMMAP_H
#define TESTS_GUEST_MEMMAP_H

#include <stdbool.h>

#include "fault.h"
#include "layout.h"

/*
 * With @on_memory, each MOVABLE block holds its own memory map, which it then cannot
 * give to anybody; else no block does. For DIMMs of one block. Returns 0, or a
 * negative errno value with @fault set.
 */
int memmap_check(const struct blocks *blocks, bool on_memory,
		 struct fault *fault);

#endif /* TESTS_GUEST_MEMMAP_H */
