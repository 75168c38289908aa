/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The terminal, taken for a screen and given back as it was, however the program ends.
 */
#ifndef MEMGROUP_STAT_TERMINAL_H
#define MEMGROUP_STAT_TERMINAL_H

#include <stdbool.h>

#include "fault.h"

/* Pairs of colours; 0 is that of the terminal. */
enum terminal_color { COLOR_OF_ERROR = 1, COLOR_OF_KERNEL, COLOR_OF_MOVABLE,
		      COLOR_OF_BOOT, COLOR_OF_OFFLINE, COLOR_OF_OTHER };

/* Are standard input and output terminals? Returns 0, or -ENOTTY with @fault set. */
int terminal_check(struct fault *fault);

/*
 * Takes the terminal that standard input and output are. Signals that stop or end the
 * program are blocked before, see waiting.h. Returns 0 or a negative errno value with
 * @fault set; only after 0 is there something to end with terminal_stop().
 */
int terminal_start(struct fault *fault);
void terminal_stop(void);

/* Does it show colours, and shall it? */
bool terminal_has_colors(void);

/* Takes over its new size. */
void terminal_resize(void);

/* Gives it back, stops the program as SIGTSTP does, and takes it again. */
void terminal_suspend(void);

/* Takes it again after something else may have used it. */
void terminal_retake(void);

#endif /* MEMGROUP_STAT_TERMINAL_H */
