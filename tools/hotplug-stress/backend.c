// SPDX-License-Identifier: GPL-2.0

#include <string.h>

#include "backend.h"

struct device *backend_device(struct backend *backend, const char *name)
{
	size_t i;

	for (i = 0; i < backend->nr_devices; i++)
		if (!strcmp(backend->devices[i].name, name))
			return &backend->devices[i];
	return NULL;
}
