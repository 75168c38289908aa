// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "id.h"
#include "proto.h"

bool id_ok(const char *id)
{
	size_t n;

	if (*id < 'a' || *id > 'z')
		return false;
	n = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-");
	return !id[n] && n <= LAB_ID_LEN;
}
