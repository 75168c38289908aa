/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HOTPLUG_VM_TERM_H
#define HOTPLUG_VM_TERM_H

/* The key that ends --shell at once: Ctrl-]. */
#define TERM_ESCAPE 0x1d

/*
 * Put the terminal on standard input into raw mode. It is put back by
 * term_restore(), which also runs at exit().
 * Returns 0 or a negative errno.
 */
int term_raw(void);
void term_restore(void);

/* Its size in characters; 24 by 80 when it does not tell. */
void term_size(unsigned int *rows, unsigned int *columns);

#endif
