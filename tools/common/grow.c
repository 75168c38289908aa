// SPDX-License-Identifier: GPL-2.0
#include "grow.h"

#include <stdlib.h>

void *grow(void *array, size_t nr, size_t size)
{
	if (nr & (nr - 1))
		return array;	/* room up to the next power of two */
	return reallocarray(array, nr ? 2 * nr : 1, size);
}
