/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_VM_SIZE_H
#define HOTPLUG_VM_SIZE_H

#include <stddef.h>
#include <stdint.h>

#define KIB	(1ULL << 10)
#define MIB	(1ULL << 20)
#define GIB	(1ULL << 30)

#define SIZE_TEXT	24	/* room that size_format() needs */

/*
 * Read a size such as "4G", "512M", "2MiB" or "4096": decimal digits and at most
 * one binary unit (K, M, G, T; upper or lower case, "iB" may follow).
 *
 * Returns 0 and the size in bytes, -EINVAL when @text is anything else (a sign,
 * a space, a fraction, no digits), -ERANGE when it does not fit in 64 bits.
 */
int size_parse(const char *text, uint64_t *bytes);

/*
 * Read a decimal number between @min and @max, digits only.
 *
 * Returns 0, -EINVAL when @text is not a number, -ERANGE when it is outside.
 */
int number_parse(const char *text, unsigned long min, unsigned long max,
		 unsigned long *value);

/*
 * Write @bytes in the largest binary unit that divides it ("6G", "1536M", "5").
 * Returns @text.
 */
char *size_format(uint64_t bytes, char text[SIZE_TEXT]);

#endif
