// SPDX-License-Identifier: GPL-2.0

#include <pthread.h>

#include "system.h"

static struct sysroot root = { .fd = -1 };

static void open_root(void)
{
	struct fault fault;

	sysroot_open(&root, NULL, &fault);
}

struct sysroot *system_root(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, open_root);
	return &root;
}
