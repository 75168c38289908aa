// SPDX-License-Identifier: GPL-2.0
#include "terminal.h"

#include <errno.h>
#include <ncurses.h>
#include <ncursesw/term.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/* Ends by which the terminal would be left as it is. */
static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT };

#define NR_CRASHES (sizeof(crashes) / sizeof(*crashes))

static struct sigaction before_crashes[NR_CRASHES];
static struct termios modes;
static SCREEN *screen;
static bool colors;

/* What to write to leave the screen: composed before, for a signal handler can't. */
static char leave[256];
static size_t leave_len;

static int collect(int character)
{
	if (leave_len < sizeof(leave))
		leave[leave_len++] = (char)character;
	return character;
}

static void collect_capability(const char *name)
{
	/* Not const in every version of the header, nor changed. */
	const char *string = tigetstr((char *)name);

	/* NULL or -1: it has none. */
	if (string && string != (const char *)-1)
		tputs(string, 1, collect);
}

/* Only calls that may be made at any time. */
static void on_crash(int number)
{
	size_t i;
	ssize_t n = write(STDOUT_FILENO, leave, leave_len);

	(void)n;
	tcsetattr(STDIN_FILENO, TCSANOW, &modes);
	for (i = 0; i < NR_CRASHES; i++)
		if (crashes[i] == number)
			sigaction(number, &before_crashes[i], NULL);
	/* Comes once this returns, to whoever would have got it. */
	raise(number);
}

static void prepare_for_crashes(void)
{
	struct sigaction action = { .sa_handler = on_crash };
	size_t i;

	leave_len = 0;
	collect_capability("sgr0");
	collect_capability("cnorm");
	collect_capability("rmkx");
	collect_capability("rmcup");
	for (i = 0; i < NR_CRASHES; i++)
		sigaction(crashes[i], &action, &before_crashes[i]);
}

static void set_colors(void)
{
	const char *no_color = getenv("NO_COLOR");

	colors = has_colors() && !(no_color && *no_color) && start_color() == OK;
	if (!colors)
		return;
	use_default_colors();
	init_pair(COLOR_OF_ERROR, COLOR_RED, -1);
	init_pair(COLOR_OF_KERNEL, COLOR_YELLOW, -1);
	init_pair(COLOR_OF_MOVABLE, COLOR_GREEN, -1);
	init_pair(COLOR_OF_BOOT, COLOR_BLUE, -1);
	init_pair(COLOR_OF_OFFLINE, COLOR_RED, -1);
	init_pair(COLOR_OF_OTHER, COLOR_MAGENTA, -1);
}

bool terminal_has_colors(void)
{
	return colors;
}

int terminal_check(struct fault *fault)
{
	if (!isatty(STDOUT_FILENO))
		return fault_set(fault, ENOTTY, "standard output is no terminal: for files and pipes there is watch --json");
	if (!isatty(STDIN_FILENO))
		return fault_set(fault, ENOTTY, "standard input is no terminal: there would be no key to end it");
	return 0;
}

int terminal_start(struct fault *fault)
{
	const char *type = getenv("TERM");
	const char *move;

	if (tcgetattr(STDIN_FILENO, &modes))
		return fault_set(fault, errno, "standard input: %s", strerror(errno));
	screen = type && *type ? newterm(NULL, stdout, stdin) : NULL;
	if (!screen)
		return fault_set(fault, ENOTTY, "TERM is %.60s: no terminal that is known",
				 type && *type ? type : "not set");
	move = tigetstr("cup");
	if (!move || move == (const char *)-1) {
		terminal_stop();
		return fault_set(fault, ENOTTY, "TERM is %.60s: a terminal without a movable cursor",
				 type);
	}
	prepare_for_crashes();
	set_colors();
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(50);
	curs_set(0);
	terminal_resize();
	return 0;
}

void terminal_stop(void)
{
	endwin();
	delscreen(screen);
	screen = NULL;
}

void terminal_resize(void)
{
	struct winsize size;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	clearok(curscr, TRUE);
}

void terminal_retake(void)
{
	reset_prog_mode();
	terminal_resize();
	refresh();
}

void terminal_suspend(void)
{
	struct sigaction action = { .sa_handler = SIG_DFL }, before;
	sigset_t stop, mask;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	endwin();
	sigaction(SIGTSTP, &action, &before);
	kill(getpid(), SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop, &mask);
	/* Stopped here, and continued. */
	sigprocmask(SIG_SETMASK, &mask, NULL);
	sigaction(SIGTSTP, &before, NULL);
	terminal_retake();
}
