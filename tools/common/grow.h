/* SPDX-License-Identifier: GPL-2.0 */
/* Arrays that grow by one element at a time. */
#ifndef MEMGROUP_GROW_H
#define MEMGROUP_GROW_H

#include <stddef.h>

/*
 * Makes room for one more element of @size bytes behind the @nr that @array has, doubling.
 * Every element of the array has to have come this way. Returns the array, perhaps at
 * another place, or NULL without memory: then the old one stays.
 */
void *grow(void *array, size_t nr, size_t size);

#endif /* MEMGROUP_GROW_H */
