// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "msg.h"
#include "term.h"

static struct termios saved;
static bool is_raw;

int term_raw(void)
{
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, &saved))
		return -errno;
	raw = saved;
	cfmakeraw(&raw);
	if (tcsetattr(STDIN_FILENO, TCSANOW, &raw))
		return -errno;
	is_raw = true;
	msg_terminal_raw(true);
	atexit(term_restore);
	return 0;
}

void term_restore(void)
{
	if (!is_raw)
		return;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &saved);
	is_raw = false;
	msg_terminal_raw(false);
}

void term_size(unsigned int *rows, unsigned int *columns)
{
	struct winsize w;

	*rows = 24;
	*columns = 80;
	if (!ioctl(STDIN_FILENO, TIOCGWINSZ, &w) && w.ws_row && w.ws_col) {
		*rows = w.ws_row;
		*columns = w.ws_col;
	}
}
