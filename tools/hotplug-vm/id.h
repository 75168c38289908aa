/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_VM_ID_H
#define HOTPLUG_VM_ID_H

#include <stdbool.h>

/* Is @id fit to name a device: a letter, then a-z, 0-9 and -, LAB_ID_LEN at most? */
bool id_ok(const char *id);

#endif
